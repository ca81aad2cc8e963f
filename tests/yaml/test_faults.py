"""Every mistake that reading finds: its code, its place and what to write instead."""

from __future__ import annotations

import re

import pytest

from p2ptrack.diagnostics import Location, Problem, Severity
from p2ptrack.store.yaml import ParsedFile, read
from p2ptrack.store.yaml.messages import YAML_ERRORS
from p2ptrack.store.yaml.source_text import SourceText
from p2ptrack.store.yaml.text_blocks import suggest_resolution

PATH = "data/actions/A01-register.yaml"


def problems(text: str | bytes) -> list[tuple[str, int, int, int, str]]:
    """Return code, line, column, width and fix of each problem: the lines to paste, or the sentence without any."""
    data = text.encode() if isinstance(text, str) else text
    rows = []
    for problem in read(data, PATH).problems:
        place = problem.location or Location(0, 0, "", 0)
        fix = problem.fix.partition("\n")[2] or problem.fix
        rows.append((problem.code, place.line, place.column, place.width, fix))
    return rows


def test_a_problem_has_all_its_parts() -> None:
    assert read(b"id: A01\ntitle: Contract #4 review\n", PATH) == ParsedFile(
        {"id": "A01", "title": "Contract"},
        (
            Problem(
                path=PATH,
                code="Y150",
                severity=Severity.ERROR,
                message="A space and `#` begin a comment, so `#4 review` would be lost.",
                fix='Put the text in quotes:\ntitle: "Contract #4 review"',
                location=Location(line=2, column=17, excerpt="title: Contract #4 review", width=9),
            ),
        ),
    )


def test_the_table_is_complete() -> None:
    assert len(YAML_ERRORS) > 45
    assert all(code == entry.code and re.fullmatch(r"Y1\d\d", code) for code, entry in YAML_ERRORS.items())
    assert all((entry.title, entry.why, entry.message, entry.fix, entry.example) for entry in YAML_ERRORS.values())


EXAMPLES: dict[str, str | bytes] = {
    "Y101": b"title: \xa325k\n",
    "Y102": b"#" * ((1 << 20) + 1),
    "Y103": "# nothing\n",
    "Y105": "title: Review\0 contracts\n",
    "Y106": "title: Review \u202econtracts\n",
    "Y107": "title:\xa0Review\n",
    "Y108": "updates:\n\t- text: Done\n",
    "Y113": "a: @\n" * 200,
    "Y123": "title: &Co contracts\n",
}


@pytest.mark.parametrize("code", sorted(YAML_ERRORS))
def test_the_example_of_every_code_shows_it(code: str) -> None:
    """The documentation prints these examples; those with characters that cannot be printed are above."""
    example = EXAMPLES.get(code, YAML_ERRORS[code].example)
    assert code in [problem[0] for problem in problems(example)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Team #2\n", [("Y150", 1, 8, 2, '- "Team #2"')]),
        ("a: #4\n", [("Y150", 1, 4, 2, 'a: "#4"')]),
        ("a: #new\n  - b\n", [("Y150", 1, 4, 4, "a: # new")]),
        ("a: {b: row #2, c: d}\n", [("Y150", 1, 12, 2, 'a: {b: "row #2", c: d}')]),
        ("a: [#2, R2]\n", [("Y150", 1, 5, 2, 'a: ["#2", R2]')]),
        ("a: Contract #4 # known\n", [("Y150", 1, 13, 2, 'a: "Contract #4" # known')]),
        ("note: one\n  two #3\n  four\n", [("Y150", 2, 7, 2, "note: |\n  one\n  two #3\n  four")]),
        ("note: one # c\n  two\n", [("Y150", 1, 11, 3, "note: |\n  one # c\n  two")]),
        ("note: one\n  #two\n", [("Y150", 2, 3, 4, "note: |\n  one\n  #two")]),
        ("a: “b”\n", [("Y142", 1, 4, 3, 'a: "b"')]),
        ("a: ‘b’\n", [("Y142", 1, 4, 3, 'a: "b"')]),
        ("a: “b\n", [("Y142", 1, 4, 2, 'a: "b"')]),
        ("a: “the council’s plan”\n", [("Y142", 1, 4, 20, 'a: "the council’s plan"')]),
        ("note: “a\n  b”\n", [("Y142", 1, 7, 2, "note: |\n  “a\n  b”")]),
        ("“a”: b\n", [("Y142", 1, 1, 3, "a: b")]),
        ("a:\xa0b\n", [("Y107", 1, 3, 1, "a: b")]),
        ("a: \xa0b\n", [("Y107", 1, 4, 1, "a:  b")]),
        ("a: b\u200b\n", [("Y107", 1, 5, 1, "a: b")]),
        ("\xa0a: b\n", [("Y107", 1, 1, 1, "a: b")]),
        ("a: |\n  b\n\xa0 c\n", [("Y107", 3, 1, 3, "  c")]),
        ("a: b\x07c\u200b \xadd\n", [("Y105", 1, 5, 1, "a: bc d")]),
        ("a: b\u202ec\x07\n", [("Y106", 1, 5, 1, "a: bc"), ("Y105", 1, 7, 1, "a: bc")]),
        ("a: 'it's'\n", [("Y141", 1, 8, 2, 'a: "it\'s"')]),
        ("a: 'the council's plan\n", [("Y141", 1, 17, 6, 'a: "the council\'s plan"')]),
        ('a: "b\n  c" d\n', [("Y141", 2, 5, 2, "a: '\"b c\" d'")]),
        ("a: ['b' c, d]\n", [("Y141", 1, 5, 5, "a: [\"'b' c\", d]")]),
        ("a: ['b, c]\n", [("Y140", 1, 5, 2, 'a: ["\'b", c]')]),
        ('a: "b”\nc: d\n', [("Y140", 1, 4, 3, 'a: "b"')]),
        ('a: "b\nc: "d"\n', [("Y140", 1, 4, 2, 'a: "b"')]),
        ('a: "b\nc: d\ne: "f"\n', [("Y140", 1, 4, 2, 'a: "b"')]),
        ('a: "S:\\Data"\n', [("Y143", 1, 7, 2, "a: 'S:\\Data'")]),
        ('a: "\\ud800"\n', [("Y143", 1, 5, 6, "a: '\\ud800'")]),
        ('a: "\\x1b"\n', [("Y144", 1, 5, 4, "a: '\\x1b'")]),
        ('a: "x\\u202e"\n', [("Y144", 1, 6, 6, "a: 'x\\u202e'")]),
        ('a: "\\u2066"\n', [("Y144", 1, 5, 6, "a: '\\u2066'")]),
        ('a: ["\\e"]\n', [("Y144", 1, 6, 2, "a: ['\\e']")]),
        ("a: [b\nc: d\n", [("Y157", 1, 4, 1, "a: [b]")]),
        ("a: [b: c: d\n", [("Y157", 1, 4, 1, 'a: "[b: c: d"')]),
        ("a: {b: c\nd: e\n", [("Y157", 1, 4, 1, "a: {b: c}")]),
        ("a: [b,\nc: d\n", [("Y157", 1, 4, 1, "a: [b,]")]),
        ("a: {{b}}\n", [("Y159", 1, 4, 5, 'a: "{{b}}"')]),
        ("a: [b] c\n", [("Y152", 1, 4, 5, 'a: "[b] c"')]),
        ("a: [b] [c]\n", [("Y152", 1, 4, 7, 'a: "[b] [c]"')]),
        ("a: {b: c, d?}\n", [("Y158", 1, 11, 2, 'a: {b: c, "d?"}')]),
        ("a: {12:30: b}\n", [("Y151", 1, 5, 5, 'a: {"12:30": b}')]),
        ("a: {b: 12:30}\n", [("Y151", 1, 8, 5, 'a: {b: "12:30"}')]),
        ("a: {b: c: d}\n", [("Y151", 1, 8, 4, 'a: {b: "c: d"}')]),
        (
            "a: [@b, %c, `d]\n",
            [
                ("Y153", 1, 5, 2, 'a: ["@b", %c, `d]'),
                ("Y153", 1, 9, 2, 'a: [@b, "%c", `d]'),
                ("Y153", 1, 13, 2, 'a: [@b, %c, "`d"]'),
            ],
        ),
        (
            "a: [- b, >c, *d]\n",
            [
                ("Y155", 1, 5, 3, 'a: ["- b", >c, *d]'),
                ("Y154", 1, 10, 2, 'a: [- b, ">c", *d]'),
                ("Y124", 1, 14, 2, 'a: [- b, >c, "*d"]'),
            ],
        ),
        ("a: !!map {b: c}\n", [("Y125", 1, 4, 5, "a: {b: c}")]),
        ("a: &x\n- b\n", [("Y123", 1, 4, 2, "a:")]),
        ("a: &x |\n  b: c\n", [("Y123", 1, 4, 2, "a: |")]),
        ("a: !x\nb: c\n", [("Y125", 1, 4, 2, 'a: "!x"')]),
        ("- a: b\n  - c\n", [("Y133", 2, 3, 3, "- c")]),
        ("a:\n  -b\n  -c\n", [("Y132", 2, 3, 1, "- b\n- c")]),
        ("a:\n  - see:A03\n", [("Y131", 2, 8, 1, "- see: A03")]),
        ("a:Review #4: b\n", [("Y131", 1, 2, 1, 'a: "Review #4: b"')]),
        ("'a':b\n", [("Y131", 1, 4, 1, "'a': b")]),
        ("a: b\nc\nd\ne: f\n", [("Y130", 2, 1, 1, "# c\n# d")]),
        ("a: b\n# c\n  d\n", [("Y130", 3, 3, 1, "  # d")]),
        ("a: b\n  c: d\n", [("Y133", 2, 3, 4, "c: d")]),
        ("a:\n    b: c\n  d: e\n", [("Y133", 3, 3, 4, "    d: e")]),
        ("a: b\n- c\n", [("Y134", 2, 1, 3, YAML_ERRORS["Y134"].fix)]),
        ("a: b\n- R1\n- R2.1\n", [("Y134", 2, 1, 4, "recommendations:\n  - R1\n  - R2.1")]),
        ("a: b\n- text: c\n  date: d\n", [("Y134", 2, 1, 9, "updates:\n  - text: c\n    date: d")]),
        ("a: b\n- title: c\n  link: d\n", [("Y134", 2, 1, 10, "evidence:\n  - title: c\n    link: d")]),
        (
            "updates:\n\t- text: |\n\t\tc\n\t\td\n",
            [("Y108", 2, 1, 1, "  - text: |"), ("Y108", 3, 1, 1, "      c"), ("Y108", 4, 1, 1, "      d")],
        ),
        ("see_also: A02\n  - A03\n", [("Y135", 2, 3, 1, "see_also:\n  - A02\n  - A03")]),
        (
            "a: ~\nb: Null\n",
            [
                ("Y126", 1, 4, 1, YAML_ERRORS["Y126"].fix.format(text="~")),
                ("Y126", 2, 4, 4, YAML_ERRORS["Y126"].fix.format(text="Null")),
            ],
        ),
        (
            "b: c\nb: d\n",
            [("Y120", 2, 1, 1, "Keep the line that is right, `b: c` or `b: d`, and remove the other one.")],
        ),
        (
            "a:\n  b: c\na: e\n",
            [("Y120", 3, 1, 1, "Keep the value that is right, that of line 1 or this one, and remove the other one.")],
        ),
        ("a: [b]\na: [c]\n", [("Y120", 2, 1, 1, "a: [b, c]")]),
        ("a:\n  - b\nc: d\na:\n    - e\n", [("Y120", 4, 1, 1, "a:\n  - b\n  - e")]),
        ("a:\n  b: c\nc: d\na:\n    e: f\n", [("Y120", 4, 1, 1, "a:\n  b: c\n  e: f")]),
        ("a: {b: c, b: d}\n", [("Y120", 1, 11, 1, YAML_ERRORS["Y120"].fix.format(key="b"))]),
        (
            "a: b\x85c\u2028d\ne: f\0\n",
            [("Y105", 1, 5, 1, "a: b c d"), ("Y105", 2, 5, 1, "e: f")],
        ),
        ("a: b\n---\nc: d\n---\ne: f\n", [("Y110", 2, 1, 3, YAML_ERRORS["Y110"].fix.format(marker="---"))]),
        (
            "a: 'b\n  c\n---\nd: e\n",
            [("Y140", 1, 4, 2, "a: b c"), ("Y110", 3, 1, 3, YAML_ERRORS["Y110"].fix.format(marker="---"))],
        ),
        ("a: [b,\n=======\n  c]\n", [("Y109", 2, 1, 7, suggest_resolution(SourceText("======="), 0, PATH))]),
        ("a: {b: c d: e}\n", [("Y151", 1, 8, 6, 'a: {b: "c d: e"}')]),
        ("a: [{b: c} {d: e}]\n", [("Y161", 1, 12, 1, "a: [{b: c}, {d: e}]")]),
        ("a: [b, , c]\n", [("Y160", 1, 8, 1, "a: [b, c]")]),
        ("a: |\n    \n  b\n", [("Y137", 2, 1, 1, YAML_ERRORS["Y137"].fix)]),
        ("? [a]\n: b\n", [("Y121", 1, 3, 1, YAML_ERRORS["Y121"].fix)]),
        ("", [("Y103", 1, 1, 1, YAML_ERRORS["Y103"].fix.format(fields="the fields `id: A01` and `title`"))]),
        ("---\n", [("Y103", 1, 1, 1, YAML_ERRORS["Y103"].fix.format(fields="the fields `id: A01` and `title`"))]),
        ("- id: A01\n", [("Y104", 1, 1, 1, YAML_ERRORS["Y104"].fix.format(fields="the fields `id: A01` and `title`"))]),
        ('"a"\n', [("Y104", 1, 1, 1, YAML_ERRORS["Y104"].fix.format(fields="the fields `id: A01` and `title`"))]),
    ],
)
def test_a_mistake_is_reported_at_its_place(text: str, expected: list[tuple[str, int, int, int, str]]) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_do_not_depend_on_line_ends(end: str) -> None:
    text = end.join(["id: A01", "title: 😀 Contract #4", "note: @x", ""])
    assert problems(text) == [
        ("Y150", 2, 19, 2, 'title: "😀 Contract #4"'),
        ("Y153", 3, 7, 2, 'note: "@x"'),
    ]


WIDE = "UTF-16 (“Unicode” in Windows programs)"
ANSI = "Windows-1252 (“ANSI”), in which this character is"


@pytest.mark.parametrize(
    ("data", "likely"),
    [
        (b"\xff\xfei\0d\0", WIDE),
        (b"\xfe\xff\0i\0d", WIDE),
        (b"i\0d\0:\0", WIDE),
        (b"\0i\0d\0:", WIDE),
        (b"\xff\xfe\0\0i\0\0\0", "UTF-32"),
        (b"a: \x93b", f"{ANSI} `“` (a left double quotation mark)"),
        (b"a: \x81b", f"{ANSI} `\x81` (a control character)"),
    ],
)
def test_an_encoding_is_named(data: bytes, likely: str) -> None:
    reading = read(data, PATH)
    assert reading.value is None
    assert reading.problems[0].code == "Y101"
    assert reading.problems[0].message == f"This file is not saved as UTF-8. It looks like {likely}."


def test_the_rest_of_a_file_in_another_encoding_is_checked_too() -> None:
    rows = problems(b"title: \xa325k\nnote: @x\n")
    assert [problem[:3] for problem in rows] == [("Y101", 1, 8), ("Y153", 2, 7)]


def test_all_mistakes_are_reported_together() -> None:
    text = "title: Contract #4\nphase: P1\nphase: P2\nnote: @home\nresponse: {text: Agreed, and noted}\n"
    assert [problem[:3] for problem in problems(text)] == [
        ("Y150", 1, 17),
        ("Y120", 3, 1),
        ("Y153", 4, 7),
        ("Y156", 5, 26),
    ]


def test_a_hundred_mistakes_are_listed() -> None:
    rows = problems("".join(f"f{number}: @x\n" for number in range(200)))
    assert [problem[0] for problem in rows] == ["Y153"] * 100 + ["Y113"]
    assert rows[-1][1:3] == (101, 7)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b #4\nc: d\n", {"a": "b", "c": "d"}),
        ("a: b\na: c\n", {"a": "b"}),
        ("a: “b”\n", {"a": "“b”"}),
        ("a: @b\nc: d\n", None),
        ("a: &x b\n", None),
        ("a: b\n---\nc: d\n", None),
        ("a: null\n", None),
    ],
)
def test_a_value_is_returned_if_the_mistake_is_local(text: str, value: dict[str, str] | None) -> None:
    assert read(text.encode(), PATH).value == value
