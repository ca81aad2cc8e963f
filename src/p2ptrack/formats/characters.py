"""Characters that the packaged fonts lack, such as emoji: printed as a question mark, heard as what they are.

PDF/UA-1 (ISO 14289-1, 7.21.8) forbids the empty box that would stand for them, and a font of the machine would
make other pages on another machine. The PDF keeps the characters as what is heard instead of the question mark.
"""

from __future__ import annotations

import re
from html import escape

from p2ptrack.analysis.printed_signs import lacking

INSTEAD = "?"
HEARD = "data-heard"
"""The attribute of a passage that is heard otherwise than it is printed."""

_TIDY = (
    (re.compile("[\ufe00-\ufe0f]"), ""),
    (re.compile(r"[^\S\n\t\r \xa0]"), " "),
    (re.compile("(?<=[>\\s])(?=[\u0300-\u036f])"), "\u25cc"),
)
"""What has no glyph of its own: choosers of a look, unusual blanks, an accent without a letter, which gets a circle."""

_APART = re.compile(r"(<style.*?</style>|<title.*?</title>|<svg.*?</svg>|<[^>]*>)", re.DOTALL)
_CODE = re.compile(r"\\([0-9a-f]{1,6}) ")


def printable_page(page: str) -> str:
    """Return a page of HTML without characters that no packaged font has. A council's own font is trusted."""
    for pattern, instead in _TIDY:
        page = pattern.sub(instead, page)
    found = () if "@font-face" in page else lacking(page + _written_as_codes(page))
    if not found:
        return page
    run = re.compile(f"[{re.escape(''.join(found))}]+")
    parts = _APART.split(page)
    return "".join(_part(part, run, apart=bool(place % 2)) for place, part in enumerate(parts))


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
    return INSTEAD if lacking(chr(int(found[1], 16))) else found.group()


def _shown(found: re.Match[str]) -> str:
    return INSTEAD * len(found.group())


def _heard(found: re.Match[str]) -> str:
    return f'<span {HEARD}="{escape(found.group())}">{_shown(found)}</span>'
