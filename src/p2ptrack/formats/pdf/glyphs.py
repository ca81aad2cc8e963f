"""Characters that the packaged fonts lack, such as emoji: printed as a question mark, heard as what they are.

PDF/UA-1 (ISO 14289-1, 7.21.8) forbids the empty box that would stand for them, and a font of the machine would
make other pages on another machine. The PDF keeps the characters as what is heard instead of the question mark.
"""

from __future__ import annotations

import re
from html import escape

from p2ptrack.model.printable import find_unprintable_characters

REPLACEMENT = "?"
SPOKEN_ATTRIBUTE = "data-heard"
"""The attribute of a passage that is heard otherwise than it is printed."""

_NORMALISATIONS = (
    (re.compile("[\ufe00-\ufe0f]"), ""),
    (re.compile(r"[^\S\n\t\r \xa0]"), " "),
    (re.compile("(?<=[>\\s])(?=[\u0300-\u036f])"), "\u25cc"),
)
"""What has no glyph of its own: choosers of a look, unusual blanks, an accent without a letter, which gets a circle."""

_MARKUP = re.compile(r"(<style.*?</style>|<title.*?</title>|<svg.*?</svg>|<[^>]*>)", re.DOTALL)
_CSS_ESCAPE = re.compile(r"\\([0-9a-f]{1,6}) ")


def replace_missing_glyphs(page: str) -> str:
    """Return a page of HTML without characters that no packaged font has. A council's own font is trusted."""
    for pattern, replacement in _NORMALISATIONS:
        page = pattern.sub(replacement, page)
    missing = () if "@font-face" in page else find_unprintable_characters(page + _decode_css_escapes(page))
    if not missing:
        return page
    run = re.compile(f"[{re.escape(''.join(missing))}]+")
    parts = _MARKUP.split(page)
    return "".join(_replace_in_part(part, run, is_markup=bool(index % 2)) for index, part in enumerate(parts))


def _decode_css_escapes(page: str) -> str:
    """Return the characters that style sheets spell by their numbers."""
    return "".join(chr(int(code, 16)) for code in _CSS_ESCAPE.findall(page))


def _replace_in_part(part: str, run: re.Pattern[str], *, is_markup: bool) -> str:
    if is_markup and part.startswith("<style"):
        return run.sub(_replace_run, _CSS_ESCAPE.sub(_replace_css_escape, part))
    if is_markup:
        return run.sub(_replace_run, part) if part.startswith("<svg") else part
    return run.sub(_add_spoken_text, part)


def _replace_css_escape(match: re.Match[str]) -> str:
    return REPLACEMENT if find_unprintable_characters(chr(int(match[1], 16))) else match.group()


def _replace_run(match: re.Match[str]) -> str:
    return REPLACEMENT * len(match.group())


def _add_spoken_text(match: re.Match[str]) -> str:
    return f'<span {SPOKEN_ATTRIBUTE}="{escape(match.group())}">{_replace_run(match)}</span>'
