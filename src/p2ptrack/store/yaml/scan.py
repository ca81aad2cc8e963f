"""Find what YAML would hide, and what it would stumble over, line by line and however broken the text is.

libyaml stops at the first fault of syntax and says nothing of an end that it drops. This walk follows its rules for
what a line is (a name and a value, an entry, a text block, a value's next line) and never stops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from p2ptrack.records.names import FIELD_NAMES, RECORD_FIELDS
from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.build import MERGE_KEY
from p2ptrack.store.yaml.flow import CLOSING
from p2ptrack.store.yaml.lines import Lines
from p2ptrack.store.yaml.sheet import MOST_FINDINGS, Sheet, Span
from p2ptrack.store.yaml.signs import (
    BIDI_SIGN,
    CONFLICT_LINE,
    CONTROL_SIGN,
    CURLY,
    OTHER_HYPHENS,
    QUOTES,
    UNSEEN,
    UNSEEN_SIGN,
    name_of,
)
from p2ptrack.store.yaml.values import Values

_INDENT = re.compile(f"[ \t{UNSEEN}]*")
_MARKER = re.compile(r"(---|\.\.\.)(?=\s|$)")
_ENTRY = re.compile(r"[-?](?=[ \t]|$)[ \t]*")
_ENTRY_AFTER_QUESTION = re.compile(r"[-?:](?=[ \t]|$)[ \t]*")  # `? name` and `: value`, each on a line
_KEY = re.compile(  # in quotes, or bare: then it begins with no sign that YAML keeps, and holds no comment
    r"""("(?:[^"\\\n]|\\.)*"[ \t]*|'(?:[^'\n]|'')*'[ \t]*"""
    r"""|(?:[^\s\-?:,\[\]{}#&*!|>'"%@`]|[-?:](?=\S))(?:(?<![ \t])\#|[^\n#])*?):(?=[ \t]|$)[ \t]*"""
)
_NO_SPACE = re.compile(rf"""("[^"\n]*"|'[^'\n]*'|[^\W\d][\w \-]*):(?!//)(?=[^\s{UNSEEN}])""")
_OTHER_SIGN = re.compile(rf"[{OTHER_HYPHENS}*][ \t]+(?=[\w.]+(?:[ \t]*$|:[ \t]))")  # before one word, or a field
_UNSEEN_AFTER = re.compile(rf"[^\W\d][\w \-]*:[ \t]*([{UNSEEN}])")
NAME_MEANT = " (a colon after the name of the field)"
_BOUNDED = "\"'[{|>"
_TEXTS = frozenset(
    {"title:", "text:", "note:", "origin_text:", "agreed_action:", "reason:", "notice:", "introduction:"}
)  # below these no fields stand: what looks like one is prose with a colon in it
_WRONG_SIGN = re.compile(r"(\w+)[ \t]*([=;\uff1a]|[-\u2010-\u2015](?=[ \t])|(?=[ \t]|$))[ \t]*(.*)")


def _meant_line(text: str) -> str:
    """Return the line with a colon after the name of a field that it begins with, or nothing where it begins otherwise.

    Curly brackets stay as they are when the fix is filled.
    """
    match = _WRONG_SIGN.fullmatch(text)
    if match is None or match.group(1) not in FIELD_NAMES:
        return ""
    name, sign, rest = match.groups()
    if rest and not sign and name not in RECORD_FIELDS:
        return ""  # a line of prose may begin with `on` or `by`
    line = f"{name}: {rest}".rstrip().replace("{", "{{").replace("}", "}}")
    return line + NAME_MEANT


def scan(lines: Lines) -> Sheet:
    """Return the findings of the whole text, and the text as libyaml may read it."""
    sheet = Sheet(lines)
    _characters(sheet)
    _Walk(sheet).run()
    return sheet


def _characters(sheet: Sheet) -> None:
    for span in islice(_conflicts(sheet.text), MOST_FINDINGS + 1):
        sheet.report(codes.CONFLICT, span)
    for fault, pattern in ((codes.CONTROL, CONTROL_SIGN), (codes.BIDI, BIDI_SIGN)):
        told = 0
        for match in islice(pattern.finditer(sheet.text), MOST_FINDINGS * 100):
            if match.start() >= told:
                sheet.report_char(fault, match.start())
                told = sheet.lines.end(match.start())
    sheet.text = CONTROL_SIGN.sub(" ", sheet.text)
    sheet.text = CONFLICT_LINE.sub(lambda match: "#" * len(match.group()), sheet.text)


def _conflicts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first marker of each conflict, and markers that stand alone because the others were deleted."""
    within = False
    for match in CONFLICT_LINE.finditer(text):
        if not within:
            yield match.span()
        sign = match.group()[0]
        within = sign == "<" or (within and sign != ">")


class _Walk:
    """One walk over the lines. `pending` is the column of the name or dash whose value is still to come.

    `name` is that name with its colon, as long as nothing stands between it and the line that is looked at.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.text = sheet.text
        self.values = Values(sheet)
        self.pending: int | None = -1
        self.name = ""
        self.lost_line = self.entry_column = -1
        self.started = self.ended = self.asked = False

    def run(self) -> None:
        at, enough = 0, len(self.sheet.findings) + MOST_FINDINGS
        while at < len(self.text) and len(self.sheet.findings) <= enough:
            at = self._line(at)

    def _line(self, start: int) -> int:
        indent = _INDENT.match(self.text, start)
        at = indent.end() if indent else start
        end = self.values.ends.line_end(at)
        if at == end or self.text[at] == "#":
            return end + 1
        if at == start and self._special(start, end):
            return end + 1
        self.started = True
        broken = self.sheet.report_indent(start, at)
        return self._node(at, start, end, broken)

    def _special(self, start: int, end: int) -> bool:
        """Tell of a line that is no part of a record."""
        if self.text[start] == "%":
            self.sheet.report(codes.DIRECTIVE, (start, end))
            self.sheet.mask((start, end), "#")
            return True
        marker = _MARKER.match(self.text, start)
        if marker and self.started and not self.ended:
            self.ended = True
            self.sheet.report(codes.DOCUMENTS, marker.span(), marker=marker.group())
        return marker is not None

    def _node(self, at: int, start: int, end: int, broken: bool) -> int:
        parent, after_dash = self.pending, False
        if sign := self._other_sign(at, start, end):
            parent, after_dash, at = at - start, True, sign.end()
        entries = _ENTRY_AFTER_QUESTION if self.asked else _ENTRY
        while entry := entries.match(self.text, at, end):
            self.asked = self.asked or self.text[at] == "?"
            parent, after_dash, at = at - start, True, entry.end()
        self.entry_column = parent if after_dash and parent is not None else self.entry_column
        if at >= end or (after_dash and self.text[at] == "#"):
            if at < end:
                self.values.comment(at, at - start)
            self.pending, self.name = parent, ""
            return end + 1
        key = _KEY.match(self.text, at, end)
        name, self.name = "" if after_dash else self.name, ""
        if key and not (name in _TEXTS and " " in key.group(1).strip() and self._is_value(parent, at, at - start)):
            return self._pair(key, at - start, end, broken)
        self.pending = None
        if after_dash or self.text[at] in CLOSING or self._is_value(parent, at, at - start):
            following = self.values.read(at, self._far(at, broken) or (-1 if parent is None else parent), name)
            self.pending = parent if self.values.opened else None
            return following
        self._no_key((at, max(at + 1, self.values.ends.extent(at, end))), broken)
        return end + 1

    def _other_sign(self, at: int, start: int, end: int) -> re.Match[str] | None:
        """Tell of a line that begins an entry with what a word processor makes of a hyphen."""
        sign = _OTHER_SIGN.match(self.text, at, end)
        in_list = at - start == self.entry_column or (self.pending is not None and at - start >= max(self.pending, 0))
        if sign is None or not in_list:
            return None
        line = self.sheet.instead((at, sign.end()), "- ")
        self.sheet.report(codes.LIST_SIGN, (at, at + 1), name=name_of(self.text[at]), line=line)
        self.sheet.mask((at, at + 1), "-")
        return sign

    def _is_value(self, parent: int | None, at: int, column: int) -> bool:
        """Say whether a value is still to come and can stand here; the record itself is not a bare text."""
        if parent is None or column <= parent:
            return False
        return parent >= 0 or (self.text[at] in "\"'|>&*!" and not _NO_SPACE.match(self.text, at))

    def _far(self, at: int, broken: bool) -> int:
        """Return a column that no line is right of, for a bare value after a tab: how far it reaches is not known."""
        return len(self.text) if broken and self.text[at] not in _BOUNDED else 0

    def _pair(self, key: re.Match[str], column: int, end: int, broken: bool) -> int:
        self._key(key)
        at = key.end()
        self.pending = column
        self.name = f"{key.group(1).strip()}:"
        if at >= end:
            return end + 1
        if self.text[at] == "#":
            self.values.comment(at, column)
            return end + 1
        name = key.group(1).strip()
        if name == MERGE_KEY:
            self.sheet.report(codes.MERGE_KEY, key.span(1))
            self.sheet.mask((at, end))
            return end + 1
        following = self.values.read(at, self._far(at, broken) or column, f"{name}:")
        self.pending = column if self.values.opened else None
        return following

    def _key(self, key: re.Match[str]) -> None:
        name, at = key.group(1), key.start()
        unseen = UNSEEN_SIGN.search(name)
        if name[0] in QUOTES:
            return
        if unseen:
            line = self.sheet.instead(key.span(1), UNSEEN_SIGN.sub(" ", name).strip())
            self.sheet.report_char(
                codes.UNSEEN_SPACE, at + unseen.start(), where="In the name of this field", line=line
            )
        elif name[0] in CURLY:
            line = self.sheet.instead(key.span(1), name.strip(CURLY))
            self.sheet.report(value_codes.CURLY_QUOTES, key.span(1), line=line)

    def _no_key(self, span: Span, broken: bool) -> None:
        """Report a line that belongs to no field. Of several lines of text in a row only the first is told."""
        number, meant = self.sheet.lines.number(span[0]), _meant_line(self.text[slice(*span)])
        told = self.lost_line == number - 1 and not meant
        unseen = _UNSEEN_AFTER.match(self.text, *span)
        key = _NO_SPACE.match(self.text, *span)
        if broken:
            pass
        elif unseen:
            line = self.sheet.without_unseen(span[0])
            self.sheet.report_char(codes.UNSEEN_SPACE, unseen.start(1), where="After the colon", line=line)
        elif key:
            self.sheet.report_no_space(key, span)
        else:
            self.lost_line = number
            if not told:
                self.sheet.report(codes.NO_COLON, span, line=self.sheet.short(span), fix=meant)
        self.sheet.mask(span, "#")
