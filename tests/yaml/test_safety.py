"""Nothing is ever lost: whatever the bytes are, there is a value or a problem, and never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from p2ptrack.store.yaml import ParsedFile, read
from p2ptrack.store.yaml.messages import YAML_ERRORS
from p2ptrack.store.yaml.parser import parse_yaml
from p2ptrack.store.yaml.positions import locate_fields
from p2ptrack.store.yaml.source_text import quote_if_needed, quote_text
from tests.support import examples

CASES = sorted((Path(__file__).parents[1] / "messages" / "action").glob("*.yaml"))
RECORD = """\
id: A01
title: Review contracts register to update contacts and budgets
source: {id: leeds-p2p, ref: row 1}
recommendations: [R1, "R2"]   # two
status: in_progress
updates:
  - source: leeds-p2p
    heading: 'Contracts Register'
    text: |
      Data has moved: to the new system #3.

      More follows.
  - {date: 2023-01-05, text: Begun}
note: a long text
  on two lines
"""
SIGNS = [*"#:-[]{},&*!|>'\"%@`?\\\t\n\r\0~<=“”’ \xa0\x85\u2028\u202e\ufeffé😀ax1", ": ", " #", "- ", "\n\n"]
INVISIBLE = set("\n\r\0\t\x85\u2028\u202e\ufeff")


def texts(least: int = 0, most: int = 20) -> st.SearchStrategy[str]:
    """Texts of characters with a meaning in YAML."""
    return st.lists(st.sampled_from(SIGNS), min_size=least, max_size=most).map("".join)


def lines(most: int = 20) -> st.SearchStrategy[str]:
    """Texts on one line without an invisible character."""
    visible = [sign for sign in SIGNS if not set(sign) & INVISIBLE]
    return st.lists(st.sampled_from(visible), min_size=1, max_size=most).map("".join)


def check_sound(data: bytes) -> ParsedFile:
    reading = read(data, "data/actions/A01.yaml")
    assert reading.value is not None or reading.problems
    assert all(problem.code in YAML_ERRORS and problem.message and problem.fix for problem in reading.problems)
    locate_fields(data, ["title", "updates[1].text"])
    return reading


def test_there_are_cases() -> None:
    assert len(CASES) > 80


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    check_sound(data)


@given(texts())
@example("[\n" * 3)
@example("a: '\\")
@example('"\\')
def test_any_signs(text: str) -> None:
    check_sound(text.encode())


@given(st.integers(0, len(RECORD)), st.integers(0, 12), texts(most=4))
def test_a_record_with_one_mistake(at: int, length: int, new: str) -> None:
    check_sound((RECORD[:at] + new + RECORD[at + length :]).encode())


def test_the_record_itself_is_right() -> None:
    assert check_sound(RECORD.encode()).problems == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
@examples(15)
@given(at=st.integers(0, 200), byte=st.integers(0, 255))
def test_a_faulty_record_with_one_more_mistake(case: Path, at: int, byte: int) -> None:
    data = case.read_bytes()
    check_sound(data[:at] + bytes([byte]) + data[at + 1 :])


@given(lines())
def test_quotes_keep_the_text(text: str) -> None:
    for written in (quote_text(text), quote_if_needed(text)):
        reading = read(f"title: {written}\n".encode(), "a.yaml")
        assert (reading.value, reading.problems) == ({"title": text}, ())


@given(lines(12).map(str.strip).filter(bool))
@example("[#}")
def test_the_fix_of_a_title_removes_the_mistake(title: str) -> None:
    """With the line to paste, the problem is gone; a second mistake in the line may remain."""
    for problem in check_sound(f"title: {title}\n".encode()).problems:
        block = problem.fix.partition("\n")[2]
        if block.startswith("title: "):
            remaining = check_sound(f"{block}\n".encode()).problems
            assert (problem.code, problem.location) not in [(other.code, other.location) for other in remaining]


@given(st.sampled_from("[{*&@!%|>`,]}"), st.text(st.sampled_from("ab c#4:-'&*"), max_size=8))
def test_the_fix_keeps_every_character_of_a_text_that_begins_with_a_sign(first: str, rest: str) -> None:
    title = f"{first}x {rest} z"
    (problem, *_) = check_sound(f"title: {title}\n".encode()).problems
    if "#" not in title and "[" not in title and "{" not in title:
        assert read(problem.fix.partition("\n")[2].encode(), "a.yaml").value == {"title": title}


@pytest.mark.parametrize("text", ["id: A{}1\n", "id: A1\n# x{}\n", "id: |\n  a{}\n", "id: '{}'", "id: A1\n...\n{}"])
def test_libyaml_refuses_every_control_character_of_ascii(text: str) -> None:
    """`is_suspect` does not search an ASCII text for them."""
    for char in (*map(chr, range(32)), "\x7f"):
        if char not in "\t\n\r":
            assert parse_yaml(text.format(char)).value is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        "{" * 500_000,
        "a: [" * 200_000,
        "a: {\n" * 200_000,
        "- [\n" * 200_000,
        'a: "\n' * 200_000,
        "a: '\n" * 200_000,
        '["' * 300_000,
        "['\n" * 300_000,
        '"\\' * 400_000,
        "a " * 500_000,
        "a: b\n c\n" * 100_000,
        "a: |\n" * 200_000,
        "- " * 500_000,
        "# " * 500_000,
        "a: " + " " * 1_000_000 + "b",
        "a: " + "#" * 1_000_000,
        "\0\n" * 500_000,
        "<<<<<<<\n" * 100_000,
        "“" * 300_000,
        "a: x\n" + " #x\n" * 200_000,
        "a: [b,\n" + "b # c\n" * 100_000,
        "\xa0" * 500_000,
        "a:b\n" * 200_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_a_hostile_file_is_read_without_a_search_that_never_ends(text: str) -> None:
    check_sound(text.encode()[: 1 << 17])
