"""A field's place in its file, for problems that other layers find."""

from __future__ import annotations

import pytest

from p2ptrack.diagnostics import Location
from p2ptrack.store.yaml.positions import locate_fields, locate_words

RECORD = """\
id: A01
title: 😀 Review   # the first
source: {id: leeds-p2p, ref: row 1}
recommendations: [R1, R2]
updates:
  - text: |
      Begun.
    date: 2023-01-05
  -
  - see: A03
note: one
  two
policy:
  labels:
    complete: [Done]
empty:
"""
LINES = RECORD.splitlines()


def where(field: str, end: str = "\n") -> tuple[int, int, int] | None:
    place = locate_fields(RECORD.replace("\n", end).encode(), [field]).get(field)
    if place is None:
        return None
    assert place.excerpt == LINES[place.line - 1]
    return place.line, place.column, place.width


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("title", (2, 8, 8)),
        ("title#key", (2, 1, 5)),
        ("source", (3, 1, 6)),
        ("source.ref", (3, 30, 5)),
        ("source.nothing", (3, 1, 6)),
        ("recommendations[1]", (4, 23, 2)),
        ("recommendations[7]", (4, 1, 15)),
        ("updates", (5, 1, 7)),
        ("updates[0]", (6, 5, 7)),
        ("updates[0].text", (6, 11, 1)),
        ("updates[0].date#key", (8, 5, 4)),
        ("updates[1].see", (10, 10, 3)),
        ("updates[1].nothing.more[3]", (10, 5, 8)),
        ("note", (11, 7, 3)),
        ("note[0]", (11, 7, 3)),
        ("policy.labels.complete[0]", (15, 16, 4)),
        ("policy.labels", (14, 3, 6)),
        ("empty", (16, 7, 1)),
        ("source[0].ref", (3, 30, 5)),
        ("", None),
        ("nothing", None),
        ("nothing.title", None),
        ("nothing#key", None),
    ],
)
def test_a_field_has_a_place(field: str, expected: tuple[int, int, int] | None, end: str) -> None:
    assert where(field, end) == expected


WORDS = """\
id: A01
title: 'The board''s plan'
note: "He said \\"no\\" twice"
updates:
  - text: >
      The first line
      ends here. Then <b>bold</b>
  - {text: Short and <i>slanted</i>}
"""


@pytest.mark.parametrize(
    ("field", "words", "expected"),
    [
        ("updates[0].text", "<b>", (7, 23, 3)),
        ("updates[0].text", "first line ends", (6, 11, 10)),
        ("updates[0].text", "", (5, 11, 1)),
        ("updates[0].text", "nowhere", (5, 11, 1)),
        ("updates[1].text", "<i>", (8, 22, 3)),
        ("updates[1].text", "<b>", (8, 12, 24)),
        ("title", "board's PLAN", (2, 13, 13)),
        ("note", '"no"', (3, 16, 6)),
        ("absent", "plan", None),
    ],
)
def test_words_have_a_place_in_their_field(field: str, words: str, expected: tuple[int, int, int] | None) -> None:
    place = locate_words(WORDS.encode(), [(field, words)]).get((field, words))
    assert expected == (place and (place.line, place.column, place.width))


def test_a_broken_file_is_read_as_far_as_it_goes() -> None:
    assert locate_fields(b"id: A01\ntitle: [x\n", ["id", "title"]) == {
        "id": Location(1, 5, "id: A01", 3),
        "title": Location(2, 1, "title: [x", 5),
    }


def test_the_first_of_two_equal_names_has_the_place() -> None:
    assert locate_fields(b"a: x\na: y\n", ["a"]) == {"a": Location(1, 4, "a: x", 1)}


def test_positions_are_characters_after_a_byte_order_mark() -> None:
    assert locate_fields("\ufeffé: x\n".encode(), ["é"]) == {"é": Location(1, 4, "é: x", 1)}
