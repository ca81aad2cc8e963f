"""Characters that the packaged fonts lack, such as emoji: printed as a question mark, heard as what they are.

PDF/UA-1 (ISO 14289-1, 7.21.8) forbids the empty box that would stand for them, and a font of the machine would
make other pages on another machine. The PDF keeps the characters as what is heard instead of the question mark.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import escape
from pathlib import Path

from fontTools.ttLib import TTFont

from p2ptrack.formats.fonts import folders

INSTEAD = "?"
HEARD = "data-heard"
"""The attribute of a passage that is heard otherwise than it is printed."""

_APART = re.compile(r"(<style.*?</style>|<title.*?</title>|<svg.*?</svg>|<[^>]*>)", re.DOTALL)
_CODE = re.compile(r"\\([0-9a-f]{1,6}) ")


def printable_page(page: str) -> str:
    """Return a page of HTML without characters that no packaged font has. A council's own font is trusted."""
    lacking = frozenset() if "@font-face" in page else lacking_in(page + _written_as_codes(page))
    if not lacking:
        return page
    run = re.compile(f"[{re.escape(''.join(sorted(lacking)))}]+")
    parts = _APART.split(page)
    return "".join(_part(part, run, apart=bool(place % 2)) for place, part in enumerate(parts))


def lacking_in(text: str) -> frozenset[str]:
    """Return the characters of a text that no packaged font has; blanks and those without a glyph need none."""
    return frozenset(sign for sign in set(text) - _repertoire() if not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in {"Cc", "Cf", "Cs"}


@cache
def _repertoire() -> frozenset[str]:
    faces = [face for folder in folders() for face in sorted(folder.glob("*Regular.ttf"))]
    return frozenset(chr(code) for face in faces for code in _codes(face))


def _codes(face: Path) -> tuple[int, ...]:
    with TTFont(face, lazy=True) as font:
        return tuple(font.getBestCmap())


def _written_as_codes(page: str) -> str:
    """Return the characters that style sheets spell by their numbers."""
    return "".join(chr(int(code, 16)) for code in _CODE.findall(page))


def _part(part: str, run: re.Pattern[str], *, apart: bool) -> str:
    if apart and part.startswith("<style"):
        return run.sub(_shown, _CODE.sub(_spelt, part))
    if apart:
        return run.sub(_shown, part) if part.startswith("<svg") else part
    return run.sub(_heard, part)


def _spelt(found: re.Match[str]) -> str:
    return INSTEAD if lacking_in(chr(int(found[1], 16))) else found.group()


def _shown(found: re.Match[str]) -> str:
    return INSTEAD * len(found.group())


def _heard(found: re.Match[str]) -> str:
    return f'<span {HEARD}="{escape(found.group())}">{_shown(found)}</span>'
