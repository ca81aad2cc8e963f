"""What can be wrong with a value without quotes, and with what stands between quotes."""

from __future__ import annotations

import re

from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.quote import quoted
from p2ptrack.store.yaml.sheet import Sheet, Span
from p2ptrack.store.yaml.signs import CONTROL_SIGN, CURLY, QUOTES, UNSEEN, name_of, number_of

_HASH = re.compile(r"(?<=\s)#")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[0abtnvfre \"/\\N_LP\t\n]|(.?))")
_CODES = {"0": 0, "a": 7, "b": 8, "v": 11, "f": 12, "r": 13, "e": 27, "N": 0x85, "L": 0x2028, "P": 0x2029}
_CURLY_DOUBLE = "“”„‟"
_CLOSES = {"“": "”“", "„": "“”", "‟": "”", "‘": "’", "‛": "’"}
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def curly_inside(text: str) -> str | None:
    """Return what stands between curly quotes that are used as quotes, or None where they are a part of the prose.

    They are used as quotes when they stand around the whole value, or when the first is never closed.
    """
    if not text or text[0] not in CURLY:
        return None
    inner = text[1:-1] if text[-1] in CURLY + QUOTES else text[1:]
    family = _CURLY_DOUBLE if text[0] in _CURLY_DOUBLE else "‘"
    if len(text) > len(inner) + 1:
        return None if any(each in family for each in inner) else inner
    closed = text[0] not in _CLOSES or any(each in text[1:] for each in _CLOSES[text[0]])
    return None if closed else inner


def check_plain(sheet: Sheet, spans: list[Span], fix: str) -> bool:
    """Report what a value without quotes, on one line or several, would lose or gain unseen; `fix` is how to write it.

    Returns whether something was reported. One fault a value is enough, since its fix cures them all.
    """
    text = " ".join(sheet.text[slice(*span)] for span in spans)
    inner = curly_inside(text)
    lost = next((match for span in spans if (match := _HASH.search(sheet.text, *span))), None)
    if inner is not None:
        line = sheet.instead(spans[0], quoted(inner)) if len(spans) == 1 else fix
        sheet.report(value_codes.CURLY_QUOTES, spans[0], line=line)
    elif lost:
        span = (lost.start(), sheet.lines.end(lost.start()) if len(spans) > 1 else spans[0][1])
        sheet.report(value_codes.HIDDEN_END, span, lost=sheet.short(span), line=fix)
        for each in spans if len(spans) > 1 else ():
            sheet.mask(each)
    else:
        return _unseen(sheet, (spans[0][0], spans[-1][1]), text)
    return True


def _unseen(sheet: Sheet, span: Span, text: str) -> bool:
    clean = text.strip(" \t" + UNSEEN)
    if clean == text:
        return False
    where, index = (
        ("At the start of the value", span[0]) if text[0] in UNSEEN else ("At the end of the value", span[1] - 1)
    )
    sheet.report_char(codes.UNSEEN_SPACE, index, where=where, line=sheet.without_unseen(index))
    return True


def check_escapes(sheet: Sheet, span: Span) -> bool:
    """Report the first backslash between double quotes that stands for nothing, or for what cannot be seen.

    The span holds the quotes too. The fix is the text as typed, in single quotes, where a backslash is a backslash.
    """
    fix = sheet.instead(span, quoted(sheet.text[span[0] + 1 : span[1] - 1].replace('\\"', '"')))
    for match in _ESCAPE.finditer(sheet.text, *span):
        char = _meant(match)
        if char is None:
            sheet.report(value_codes.ESCAPE, match.span(), text=match.group(), line=fix)
            return True
        if CONTROL_SIGN.match(char):
            name = {"name": name_of(char), "number": number_of(char)}
            sheet.report(value_codes.ESCAPED_CONTROL, match.span(), text=match.group(), line=fix, **name)
            return True
    return False


def _meant(match: re.Match[str]) -> str | None:
    digits = match.group(1) or match.group(2) or match.group(3)
    if digits:
        number = int(digits, 16)
        return None if number > _LAST_CHARACTER or number in _SURROGATES else chr(number)
    if match.group(4) is not None:
        return None
    return chr(_CODES.get(match.group()[1], 32))
