from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from p2ptrack.formats.pdf import find_font_folders
from p2ptrack.phrases import find_unprintable_characters, get_printable_characters

REGULAR = [next(folder.glob("*-Regular.ttf")) for folder in find_font_folders()]


def characters(font: Path) -> set[str]:
    with TTFont(font) as opened:
        return set(map(chr, opened.getBestCmap()))


def test_the_list_is_what_the_packaged_fonts_have() -> None:
    assert len(REGULAR) == 2
    assert get_printable_characters() == characters(REGULAR[0]) | characters(REGULAR[1])


def test_what_western_keyboards_write_can_all_be_printed() -> None:
    written = bytes(range(32, 256)).decode("cp1252", "ignore")
    assert len(written) > 200
    assert {sign for sign in written if sign.isprintable()} - get_printable_characters() == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", ()),
        ("£5 – “now”, naïve Łódź", ()),
        ("e\u0301 is one letter", ()),
        ("no\xadthing to see\u200b\ufe0f\u202e\u2003", ()),
        ("b完a完📅✅●\u2011", ("完", "📅")),
    ],
)
def test_a_character_that_the_fonts_lack_is_reported(text: str, expected: tuple[str, ...]) -> None:
    assert find_unprintable_characters(text) == expected
