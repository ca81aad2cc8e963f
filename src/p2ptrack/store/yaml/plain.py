"""What can be wrong with a value without quotes, and with what stands between quotes."""

from __future__ import annotations

import re

from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.quote import quote_text
from p2ptrack.store.yaml.sheet import CharSpan, LintState
from p2ptrack.store.yaml.signs import (
    CONTROL_PATTERN,
    CURLY_QUOTE_CHARACTERS,
    INVISIBLE_SPACES,
    STRAIGHT_QUOTES,
    describe_character,
    format_code_point,
)

_COMMENT_START = re.compile(r"(?<=\s)#")
_ESCAPE_SEQUENCE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[0abtnvfre \"/\\N_LP\t\n]|(.?))"
)
_ESCAPE_CODES = {"0": 0, "a": 7, "b": 8, "v": 11, "f": 12, "r": 13, "e": 27, "N": 0x85, "L": 0x2028, "P": 0x2029}
_CURLY_DOUBLE_QUOTES = "“”„‟"
_CLOSING_QUOTES = {"“": "”“", "„": "“”", "‟": "”", "‘": "’", "‛": "’"}
_MAX_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def strip_curly_quotes(text: str) -> str | None:
    """Return what stands between curly quotes that are used as quotes, or None where they are a part of the prose.

    They are used as quotes when they stand around the whole value, or when the first is never closed.
    """
    if not text or text[0] not in CURLY_QUOTE_CHARACTERS:
        return None
    inner = text[1:-1] if text[-1] in CURLY_QUOTE_CHARACTERS + STRAIGHT_QUOTES else text[1:]
    family = _CURLY_DOUBLE_QUOTES if text[0] in _CURLY_DOUBLE_QUOTES else "‘"
    if len(text) > len(inner) + 1:
        return None if any(char in family for char in inner) else inner
    is_closed = text[0] not in _CLOSING_QUOTES or any(char in text[1:] for char in _CLOSING_QUOTES[text[0]])
    return None if is_closed else inner


def check_plain_scalar(state: LintState, spans: list[CharSpan], fix: str) -> bool:
    """Report what a value without quotes, on one line or several, would lose or gain unseen; `fix` is how to write it.

    Returns whether something was reported. One fault a value is enough, since its fix cures them all.
    """
    text = " ".join(state.text[slice(*span)] for span in spans)
    inner = strip_curly_quotes(text)
    comment = next((match for span in spans if (match := _COMMENT_START.search(state.text, *span))), None)
    if inner is not None:
        line = state.suggest_line(spans[0], quote_text(inner)) if len(spans) == 1 else fix
        state.report(value_codes.CURLY_QUOTES, spans[0], line=line)
    elif comment:
        span = (comment.start(), state.lines.line_end(comment.start()) if len(spans) > 1 else spans[0][1])
        state.report(value_codes.HIDDEN_BY_COMMENT, span, lost=state.excerpt(span), line=fix)
        for line_span in spans if len(spans) > 1 else ():
            state.mask(line_span)
    else:
        return _check_invisible_ends(state, (spans[0][0], spans[-1][1]), text)
    return True


def _check_invisible_ends(state: LintState, span: CharSpan, text: str) -> bool:
    stripped = text.strip(" \t" + INVISIBLE_SPACES)
    if stripped == text:
        return False
    position_text, index = (
        ("At the start of the value", span[0])
        if text[0] in INVISIBLE_SPACES
        else ("At the end of the value", span[1] - 1)
    )
    state.report_char(codes.INVISIBLE_SPACE, index, where=position_text, line=state.replace_invisible(index))
    return True


def check_escapes(state: LintState, span: CharSpan) -> bool:
    """Report the first backslash between double quotes that stands for nothing, or for what cannot be seen.

    The span holds the quotes too. The fix is the text as typed, in single quotes, where a backslash is a backslash.
    """
    fix = state.suggest_line(span, quote_text(state.text[span[0] + 1 : span[1] - 1].replace('\\"', '"')))
    for match in _ESCAPE_SEQUENCE.finditer(state.text, *span):
        char = _decode_escape(match)
        if char is None:
            state.report(value_codes.BAD_ESCAPE, match.span(), text=match.group(), line=fix)
            return True
        if CONTROL_PATTERN.match(char):
            details = {"name": describe_character(char), "number": format_code_point(char)}
            state.report(value_codes.ESCAPED_CONTROL, match.span(), text=match.group(), line=fix, **details)
            return True
    return False


def _decode_escape(match: re.Match[str]) -> str | None:
    digits = match.group(1) or match.group(2) or match.group(3)
    if digits:
        number = int(digits, 16)
        return None if number > _MAX_CODE_POINT or number in _SURROGATES else chr(number)
    if match.group(4) is not None:
        return None
    return chr(_ESCAPE_CODES.get(match.group()[1], 32))
