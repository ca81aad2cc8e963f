"""Replace characters that the packaged fonts lack, such as emoji, with a question mark that is read aloud correctly.

PDF/UA-1 (ISO 14289-1, 7.21.8) forbids the empty box of a missing glyph, and a system font would make other pages on
another machine. The PDF keeps the original characters as replacement text (ActualText) for screen readers.
"""

from __future__ import annotations

import re
from html import escape

from p2ptrack.model.printable import find_unprintable_characters

REPLACEMENT = "?"
SPOKEN_ATTRIBUTE = "data-heard"
"""The attribute of a passage that is read aloud differently from what is printed."""

# Characters without a glyph of their own: variation selectors, unusual spaces, and accents without a letter, which get
# a dotted circle.
_NORMALISATIONS = (
    (re.compile("[\ufe00-\ufe0f]"), ""),
    (re.compile(r"[^\S\n\t\r \xa0]"), " "),
    (re.compile("(?<=[>\\s])(?=[\u0300-\u036f])"), "\u25cc"),
)
_MARKUP = re.compile(r"(<style.*?</style>|<title.*?</title>|<svg.*?</svg>|<[^>]*>)", re.DOTALL)
_CSS_ESCAPE = re.compile(r"\\([0-9a-f]{1,6}) ")


def replace_missing_glyphs(page: str) -> str:
    """Return a page of HTML without characters that no packaged font has. A council's own font is trusted."""
    for pattern, replacement in _NORMALISATIONS:
        page = pattern.sub(replacement, page)
    if "@font-face" in page:
        return page
    css_characters = "".join(chr(int(code, 16)) for code in _CSS_ESCAPE.findall(page))
    missing = find_unprintable_characters(page + css_characters)
    if not missing:
        return page
    run = re.compile(f"[{re.escape(''.join(missing))}]+")
    parts = _MARKUP.split(page)
    parts[::2] = [run.sub(_add_spoken_text, text) for text in parts[::2]]
    parts[1::2] = [_replace_in_markup(markup, run) for markup in parts[1::2]]
    return "".join(parts)


def _replace_in_markup(markup: str, run: re.Pattern[str]) -> str:
    if markup.startswith("<style"):
        markup = _CSS_ESCAPE.sub(_replace_css_escape, markup)
    return run.sub(_replace_run, markup) if markup.startswith(("<style", "<svg")) else markup


def _replace_css_escape(match: re.Match[str]) -> str:
    return REPLACEMENT if find_unprintable_characters(chr(int(match[1], 16))) else match.group()


def _replace_run(match: re.Match[str]) -> str:
    return REPLACEMENT * len(match.group())


def _add_spoken_text(match: re.Match[str]) -> str:
    return f'<span {SPOKEN_ATTRIBUTE}="{escape(match.group())}">{_replace_run(match)}</span>'
