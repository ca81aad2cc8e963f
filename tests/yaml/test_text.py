"""Every scalar is text as written, and every file reads the same whatever its line ends."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

from p2ptrack.store.yaml import ParsedFile, read
from p2ptrack.store.yaml.parser import YamlValue, parse_yaml
from tests.support import examples

WORDS = [
    "4.10",
    "4.1",
    "no",
    "on",
    "yes",
    "012",
    "12:30",
    "1_000",
    "0x1f",
    "1e3",
    "2023-03-31",
    ".inf",
    "true",
    "=",
    "a#b",
]


def reading(text: str) -> ParsedFile:
    return read(text.encode(), "data/actions/A01.yaml")


@pytest.mark.parametrize("word", WORDS)
def test_a_scalar_is_text_as_written(word: str) -> None:
    assert reading(f"a: {word}\n") == ParsedFile({"a": word})


def test_names_are_text_too() -> None:
    assert reading("on: a\n1: b\nno: c\n") == ParsedFile({"on": "a", "1": "b", "no": "c"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("note:\nid: x\n", {"id": "x"}),
        ('note: ""\nid: x\n', {"id": "x"}),
        ("note: |\nid: x\n", {"id": "x"}),
        ("response: {text: , on: x}\n", {"response": {"on": "x"}}),
        ("a:\n  -\n  - x\n", {"a": ["x"]}),
        ("a: []\nb: {}\n", {"a": [], "b": {}}),
        ("note: # nothing yet\nid: x\n", {"id": "x"}),
    ],
)
def test_an_empty_value_is_a_field_left_out(text: str, value: dict[str, YamlValue]) -> None:
    assert reading(text) == ParsedFile(value)


@pytest.mark.parametrize("text", ["exempt:\n", "exempt: ''\n", "exempt:\n#  paragraph: 3\n", "exempt: # 3\n"])
def test_an_exemption_without_a_value_is_not_left_out(text: str) -> None:
    assert reading(f"id: x\n{text}") == ParsedFile({"id": "x", "exempt": ""})
    assert reading(f"updates:\n- text: x\n  {text}") == ParsedFile({"updates": [{"text": "x", "exempt": ""}]})


def test_an_empty_field_that_does_not_exist_is_not_left_out() -> None:
    assert reading("titl:\nid: x\n") == ParsedFile({"titl": "", "id": "x"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("# first\n---\n# second\na: x # a comment\n# last\n", {"a": "x"}),
        ("a: x ## a comment\n", {"a": "x"}),
        ("a: x #\n", {"a": "x"}),
        ("a: Contract#4\n", {"a": "Contract#4"}),
        ("a: 'Contract #4'\nb: \"Contract #4\" # c\n", {"a": "Contract #4", "b": "Contract #4"}),
        ("a: | # kept\n  Contract #4\n  # no comment\nb: x\n", {"a": "Contract #4\n# no comment\n", "b": "x"}),
        ("a: >-\n  one\n  two: #3\n", {"a": "one two: #3"}),
        ("a: one\n  two\n\n  three\n", {"a": "one two\nthree"}),
        ("a: 'one\n  two #3'\n", {"a": "one two #3"}),
        ("a: [x, # first\n  'y #2', # second\n  z]\n", {"a": ["x", "y #2", "z"]}),
        ("a: {\n  b: c,\n  d: e\n}\n", {"a": {"b": "c", "d": "e"}}),
        ("a: {b: c}\n", {"a": {"b": "c"}}),
        ('a: {b: one\n    *two* - "three", c: d}\n', {"a": {"b": 'one *two* - "three"', "c": "d"}}),
        ("a: The “old” and ‘new’ lists – “both”\n", {"a": "The “old” and ‘new’ lists – “both”"}),
        ("a: “Buy local” policy\n", {"a": "“Buy local” policy"}),
        ("a: “Buy local” and “think global”\n", {"a": "“Buy local” and “think global”"}),
        ("a: ’s-Hertogenbosch\n", {"a": "’s-Hertogenbosch"}),
        ("a: £5\xa0000 on 30\xa0March\n", {"a": "£5\xa0000 on 30\xa0March"}),
        ("a: the council's\nb: 5 > 4 | 3\n", {"a": "the council's", "b": "5 > 4 | 3"}),
        ("a: R&D, P2P & CBT *now*!\n", {"a": "R&D, P2P & CBT *now*!"}),
        ("a: Contract - renewal\n", {"a": "Contract - renewal"}),
        ("a: -5 per cent\n", {"a": "-5 per cent"}),
        ("a: 100%\nb: x@y.org\n", {"a": "100%", "b": "x@y.org"}),
        ("a: https://example.org/x?y=1#z\n", {"a": "https://example.org/x?y=1#z"}),
        ('a: "say \\"no\\""\n', {"a": 'say "no"'}),
        ("? a\n: b\n", {"a": "b"}),
        ("a:\n- b: c\n  d: e\n-   - x\n    - y\n", {"a": [{"b": "c", "d": "e"}, ["x", "y"]]}),
        ("a: |2\n    x\n", {"a": "  x\n"}),
        ("{id: A01, title: x}\n", {"id": "A01", "title": "x"}),
        ('"% complete": "100"\n', {"% complete": "100"}),
    ],
)
def test_unusual_text_that_is_valid(text: str, value: dict[str, YamlValue]) -> None:
    assert reading(text) == ParsedFile(value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    text = end.join(["id: A01", "text: |", "  one", "", "  two", "list: [a,", "  b]"])
    value: dict[str, YamlValue] = {"id": "A01", "text": "one\n\ntwo\n", "list": ["a", "b"]}
    assert reading(text) == ParsedFile(value)
    assert reading(text + end) == ParsedFile(value)


def test_a_byte_order_mark_is_tolerated() -> None:
    assert read(b"\xef\xbb\xbfid: A01\n", "a.yaml") == ParsedFile({"id": "A01"})


def test_names_are_shared() -> None:
    first, second = (parse_yaml(f"accountable_officer: {letter}\n").value for letter in "ab")
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert next(iter(first)) is next(iter(second))


def test_sixteen_deep_is_read_and_seventeen_is_not() -> None:
    assert reading(f"a: {'[' * 15}x{']' * 15}\n").problems == ()
    assert [problem.code for problem in reading(f"a: {'[' * 16}x{']' * 16}\n").problems] == ["Y112"]


SAFE = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Zl", "Zp"]), min_size=1)
NESTED = st.recursive(SAFE, lambda inner: st.lists(inner) | st.dictionaries(SAFE, inner), max_leaves=8)


def as_quoted(value: YamlValue, style: type[DoubleQuotedScalarString | SingleQuotedScalarString]) -> object:
    if isinstance(value, str):
        return style(value)
    if isinstance(value, list):
        return [as_quoted(item, style) for item in value]
    return {style(key): as_quoted(item, style) for key, item in value.items()}


@pytest.mark.parametrize("style", [DoubleQuotedScalarString, SingleQuotedScalarString])
@given(value=st.dictionaries(SAFE, NESTED, min_size=1))
@examples(50)
def test_quoted_text_reads_back_equal(
    style: type[DoubleQuotedScalarString | SingleQuotedScalarString], value: dict[str, YamlValue]
) -> None:
    out = StringIO()
    writer = YAML()
    writer.width = 10_000
    writer.dump(as_quoted(value, style), out)
    assert reading(out.getvalue()).value == value
