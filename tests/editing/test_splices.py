"""Edits of generated files change only the lines that they must, and what was typed comes back as it was."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.diagnostics import Severity
from p2ptrack.store.yaml import read
from p2ptrack.store.yaml.edit import AppendEntry, Edit, EditRefused, RemoveField, SetField, apply_edits
from p2ptrack.store.yaml.parser import YamlValue

_WORDS = st.sampled_from(
    ["Review", "café", "£48,000", "10% of it", "it's", 'a "quote"', "x: y", "# not a comment", "–"]
)
_LINE = st.lists(_WORDS, min_size=1, max_size=6).map(" ".join)
_STYLES = st.sampled_from(["plain", "single", "double", "block", "folded"])

TEXT = st.one_of(
    _LINE,
    st.lists(st.one_of(_LINE, st.just(""), _LINE.map(lambda line: f"  - {line}")), min_size=1, max_size=5).map(
        "\n".join
    ),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"), min_size=1),
).filter(lambda text: bool(text.strip("\n")))


def write_scalar(text: str, style: str, column: int) -> str:
    """Return a one-line text in a style of YAML, after its name."""
    if style == "plain" and all(character not in text for character in "\"'#:%£–"):
        return f" {text}"
    if style == "single":
        return " '" + text.replace("'", "''") + "'"
    if style in {"block", "folded"}:
        return f" {'|' if style == 'block' else '>-'}\n{' ' * (column + 2)}{text}"
    return f" {json.dumps(text, ensure_ascii=False)}"


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A record's file in one of the many ways of writing it."""
    lines = ["id: A01", f"title:{write_scalar(draw(_LINE), draw(st.sampled_from(['single', 'double'])), 0)}"]
    comment = st.sampled_from(["", "  # a remark"])
    if draw(st.booleans()):
        lines.append(f"status: in_progress{draw(comment)}")
    if draw(st.booleans()):
        lines.append("recommendations: " + draw(st.sampled_from(["R1", "[R1]", "[R1, R2,]", "[ R1 , R2 ]  # two"])))
    if draw(st.booleans()):
        lines.append(
            "decided:" + draw(st.sampled_from([" {by: Cabinet}", "\n    by: Cabinet", "\n  by: Cabinet # once"]))
        )
    indent = draw(st.sampled_from([0, 2, 4]))
    gap = draw(st.sampled_from(["", "\n", "\n# between"]))
    entries = draw(st.lists(_LINE, max_size=3))
    is_block = draw(st.booleans())
    if entries and is_block:
        lines.append("updates:" + draw(comment))
        for number, text in enumerate(entries, 1):
            lines += [f"{' ' * indent}- date: {number} May 2023{draw(comment)}"]
            lines += [f"{' ' * (indent + 2)}text:{write_scalar(text, draw(_STYLES), indent + 2)}"]
            lines[-1] += gap if number < len(entries) else ""
    elif entries:
        values = ", ".join(
            f"{{date: {number} May 2023, text: {json.dumps(text)}}}" for number, text in enumerate(entries, 1)
        )
        lines.append(draw(st.sampled_from([f"updates: [{values}]", f"updates:\n  [{values},\n  ]  # all"])))
    if draw(st.booleans()):
        lines += ["", "# the end", "note: kept"]
    text = "\n".join(lines) + draw(st.sampled_from(["\n", "", "\n\n", "\n# last\n"]))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()


def changes(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """Return the lines that went and the lines that came."""
    first, second = (data.decode().replace("\r\n", "\n").split("\n") for data in (before, after))
    diff = list(difflib.ndiff(first, second))
    return [line[2:] for line in diff if line[0] == "-"], [line[2:] for line in diff if line[0] == "+"]


def values(data: bytes) -> dict[str, Any]:
    result = read(data, "data/actions/A01.yaml").value
    assert isinstance(result, dict)
    return result


def texts(entries: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return entries without the line end that a block of text at the end of a file may lack."""
    return [{name: value.removesuffix("\n") for name, value in entry.items()} for entry in entries]


@given(files(), TEXT)
def test_an_update_is_added_and_every_other_line_stays(before: bytes, text: str) -> None:
    entry: YamlValue = {"date": "3 March 2027", "text": text}
    after = apply_edits(before, [AppendEntry(("updates",), entry)])
    added = values(after)["updates"][-1]
    assert (added["date"], added["text"].strip("\n")) == ("3 March 2027", text.strip("\n"))
    assert texts(values(after)["updates"][:-1]) == texts(values(before).get("updates", []))
    removed, _ = changes(before, after)
    # Only an inline list, and a last line without a line end, are written again.
    assert all("[" in line or line in {"updates:", "  ]  # all"} or "updates" not in line for line in removed)
    assert len(removed) <= 2
    assert after.count(b"\r\n") in {0, after.count(b"\n")}
    for remark in (b"# a remark", b"# the end", b"# between", b"# last", b"# all", b"# once", b"# two"):
        assert after.count(remark) == before.count(remark)


@given(files(), st.lists(st.one_of(_LINE, st.just("")), min_size=1, max_size=4).map("\n".join))
def test_typed_text_causes_no_problem(before: bytes, text: str) -> None:
    edits: list[Edit] = [AppendEntry(("updates",), {"text": f"So: {text}"}), SetField(("note",), f"So: {text}")]
    # A comment below a text may be a line of it, so it gets a note.
    assert list_problem_codes(apply_edits(before, edits)) <= list_problem_codes(before)


def list_problem_codes(data: bytes) -> set[str]:
    return {problem.code for problem in read(data, "A01.yaml").problems if problem.severity is not Severity.NOTE}


@given(files(), st.sampled_from(["complete", "on hold", "x: y", "it's"]))
def test_a_field_is_set_and_every_other_line_stays(before: bytes, value: str) -> None:
    after = apply_edits(before, [SetField(("status",), value)])
    assert values(after) == values(before) | {"status": value}
    removed, came = changes(before, after)
    assert len(came) <= 2
    assert all("status" in line or not line or line in came or line == removed[-1] for line in removed)


@given(files(), TEXT)
def test_a_field_in_a_group_is_set(before: bytes, value: str) -> None:
    after = apply_edits(before, [SetField(("decided", "reason"), value)])
    decided = values(after)["decided"]
    assert decided["reason"].strip("\n") == value.strip("\n")
    assert {name: text for name, text in decided.items() if name != "reason"} == values(before).get("decided", {})


@given(files())
def test_an_id_is_added_to_a_list_in_any_form(before: bytes) -> None:
    after = apply_edits(before, [AppendEntry(("recommendations",), "R9")])
    earlier = values(before).get("recommendations", [])
    assert values(after)["recommendations"] == [*([earlier] if isinstance(earlier, str) else earlier), "R9"]


@given(files(), st.lists(TEXT, min_size=2, max_size=3))
def test_edits_can_be_repeated(before: bytes, texts: list[str]) -> None:
    edits: list[Edit] = [AppendEntry(("updates",), {"date": "1 May 2027", "text": text}) for text in texts]
    at_once = apply_edits(before, edits)
    one_by_one = before
    for edit in edits:
        one_by_one = apply_edits(one_by_one, [edit])
    assert at_once == one_by_one
    assert len(values(at_once)["updates"]) == len(values(before).get("updates", [])) + len(texts)


@given(files())
def test_setting_a_present_value_changes_nothing(before: bytes) -> None:
    title = values(before)["title"]
    assert apply_edits(before, [SetField(("title",), title)]) == before


@pytest.mark.parametrize(
    "text",
    [
        "id: &a A01\ntitle: *a\n",
        "id: A01\ntitle: !!str x\n",
        "id: A01\nid: A02\n",
        "id: [A01\n",
        "- A01\n",
        "just text\n",
        "",
        "id: A01\n---\nid: A02\n",
        "id: A01\ntitle: x\nupdates:\n\t- date: x\n",
    ],
)
def test_a_file_that_cannot_be_read_is_not_edited(text: str) -> None:
    with pytest.raises(EditRefused):
        apply_edits(text.encode(), [SetField(("status",), "complete")])


def test_bytes_that_are_not_utf_8_are_not_edited() -> None:
    with pytest.raises(EditRefused):
        apply_edits("id: A01\ntitle: Café\n".encode("cp1252"), [SetField(("status",), "complete")])


def test_a_comment_in_a_value_is_never_removed() -> None:
    data = b"id: A01\nrecommendations:\n  - R1\n  # decided in May\n  - R2\n"
    with pytest.raises(EditRefused):
        apply_edits(data, [SetField(("recommendations",), ["R3"])])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("updates:\n- text: a\n", "updates:\n- text: a\n- text: |\n    b\n"),
        ("updates:\n  - by: a\n    # me\n\n# e\n", "updates:\n  - by: a\n    # me\n  - text: |\n      b\n\n# e\n"),
        ("updates:\n  - text: |+\n      a\n\n\n", "updates:\n  - text: |+\n      a\n\n\n  - text: |\n      b\n"),
        ("updates: # none yet\nnote: x\n", "updates: # none yet\n  - text: |\n      b\nnote: x\n"),
        ("updates: []\n", "updates:\n  - text: |\n      b\n"),
        ("updates: [ ] # none yet\r\nnote: x\r\n", "updates: # none yet\r\n  - text: |\r\n      b\r\nnote: x\r\n"),
        ("updates: {}\n", "updates:\n  - text: |\n      b\n"),
        ("{updates: []}\n", "{updates: [{text: b}]}\n"),
        ("updates: {text: a}\n", "updates: [{text: a}, {text: b}]\n"),
        ("updates:\n  text: a\n  by: PO\n", "updates:\n  - text: a\n    by: PO\n  - text: |\n      b\n"),
        ("updates:\n  - text: a\n\n  - text: c\n", "updates:\n  - text: a\n\n  - text: c\n\n  - text: |\n      b\n"),
        ("note: x", "note: x\nupdates:\n  - text: |\n      b"),
    ],
)  # fmt: skip
def test_an_entry_is_added_at_the_usual_place(before: str, after: str) -> None:
    assert apply_edits(before.encode(), [AppendEntry(("updates",), {"text": "b"})]).decode() == after


def test_a_large_file_is_edited_quickly_and_exactly() -> None:
    entries = "".join(f"  - date: 1 May 2023\n    text: |\n      {'word ' * 190}{number}\n" for number in range(1000))
    before = f"id: A01\ntitle: x\nupdates:\n{entries}".encode()
    after = apply_edits(before, [AppendEntry(("updates",), {"text": "b"})])
    assert after == before + b"  - text: |\n      b\n"


@given(files(), st.data())
def test_a_field_is_removed_and_every_other_line_stays(before: bytes, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted({*values(before)} - {"id"})))
    refusal = ""
    try:
        after = apply_edits(before, [RemoveField((name,))])
    except EditRefused as error:
        refusal, after = str(error), b""
    if refusal:
        assert refusal == f"The field {name} has a comment, which the change would remove."
        return
    assert values(after) == {field: value for field, value in values(before).items() if field != name}
    assert [line for line in changes(before, after)[1] if line] == []


REMOVED = {
    "between": ("id: A01\nnote: x\nstatus: open\n", ("note",), "id: A01\nstatus: open\n"),
    "last": ("id: A01\nnote: x\n", ("note",), "id: A01\n"),
    "without a line end": ("id: A01\nnote: x", ("note",), "id: A01\n"),
    "a block": ("id: A01\nnote: |\n  x\n\n  # y\nstatus: open\n", ("note",), "id: A01\nstatus: open\n"),
    "a list": ("id: A01\nraised:\n  - x\n  - y\nstatus: open\n", ("raised",), "id: A01\nstatus: open\n"),
    "CRLF": ("id: A01\r\nnote: x\r\nstatus: open\r\n", ("note",), "id: A01\r\nstatus: open\r\n"),
    "of a group": ("id: A01\ndecided:\n  by: x\n  on: y\n", ("decided", "on"), "id: A01\ndecided:\n  by: x\n"),
    "the whole group": ("id: A01\ndecided:\n  by: x\nnote: z\n", ("decided", "by"), "id: A01\nnote: z\n"),
    "in brackets": ("id: A01\ndecided: {by: x, on: y}\n", ("decided", "on"), "id: A01\ndecided: {by: x}\n"),
    "first in brackets": ("id: A01\ndecided: {by: x, on: y}\n", ("decided", "by"), "id: A01\ndecided: {on: y}\n"),
    "beside a dash": ("id: A01\nu:\n  - a: x\n    b: y\n", ("u", 0, "a"), "id: A01\nu:\n  - b: y\n"),
    "below a dash": ("id: A01\nu:\n  - a: x\n    b: y\n", ("u", 0, "b"), "id: A01\nu:\n  - a: x\n"),
}


@pytest.mark.parametrize("name", REMOVED)
def test_a_removed_field_takes_all_its_lines(name: str) -> None:
    before, path, after = REMOVED[name]
    assert apply_edits(before.encode(), [RemoveField(path)]) == after.encode()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("id: A01\nnote: x  # why\n", ("note",)),
        ("id: A01\nnote: |  # why\n  x\n", ("note",)),
        ("id: A01\nraised:\n  - x  # why\n", ("raised",)),
        ("id: A01\n", ("note",)),
        ("id: A01\nu:\n  - a: x\n", ("u", 0, "a")),
    ],
)
def test_a_field_that_cannot_be_removed_alone_stays(text: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(EditRefused):
        apply_edits(text.encode(), [RemoveField(path)])
