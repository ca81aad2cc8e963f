"""The text of a YAML file: its encoding, characters, lines and positions, and how to quote a value safely."""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple, TypeAlias

from p2ptrack.diagnostics import Location
from p2ptrack.phrases import excerpt
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlErrorCode, YamlFinding, make_finding
from p2ptrack.values import compile_on_use

CharSpan: TypeAlias = tuple[int, int]
"""Where a piece of the text begins and ends, in characters."""

BLANKS = " \t"
STRAIGHT_QUOTES = "\"'"
CURLY_QUOTE_CHARACTERS = "“”„‟‘’‚‛"
HYPHEN_LOOKALIKES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7\u25cf\u25aa"
"""Characters that word processors use in place of the hyphen of a list."""

NULL_WORDS = frozenset({"~", "null", "Null", "NULL"})
CONTROL_CHARACTERS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
BIDI_CHARACTERS = "\u202a-\u202e\u2066-\u2069"
INVISIBLE_SPACES = "\xa0\xad\u1680" + "".join(map(chr, range(0x2000, 0x2010))) + "\u202f\u205f\u2060\u3000"

CONTROL_PATTERN = compile_on_use(f"[{CONTROL_CHARACTERS}]")
BIDI_PATTERN = compile_on_use(f"[{BIDI_CHARACTERS}]")
INVISIBLE_PATTERN = compile_on_use(f"[{INVISIBLE_SPACES}]")
UNSEEN_PATTERN = compile_on_use(f"[{CONTROL_CHARACTERS}{BIDI_CHARACTERS}{INVISIBLE_SPACES}]")
_ZERO_WIDTH = compile_on_use(f"[{CONTROL_CHARACTERS}{BIDI_CHARACTERS}\xad\u200b-\u200f\u2060]")
_UNPRINTED = compile_on_use(f"{CONTROL_PATTERN.pattern}|{BIDI_PATTERN.pattern}|[\xad\u200b\u2060]")
"""Characters that advice leaves out of a line, because they are invisible and some terminals print a code for them."""
CONFLICT_PATTERN = compile_on_use(r"^(?:(?:<{7}|>{7}|\|{7})(?![<>|]).*|={7}[ \t]*$)", re.MULTILINE)

_PROSE = "agreed_action cause description introduction note notice origin_text public_interest reason text title"
PROSE_FIELDS = frozenset(_PROSE.split())
"""Fields that contain sentences. A line below one that looks like a field is prose with a colon in it."""

_UTF16 = "UTF-16 (“Unicode” in Windows programs)"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", _UTF16),
    (codecs.BOM_UTF16_BE, "utf-16-be", _UTF16),
)
_ESCAPED_BYTES = range(0xDC00, 0xDD00)
"""The surrogates that Python's `surrogateescape` writes for bytes that are not UTF-8."""


class DecodedText(NamedTuple):
    """A file's text without its byte order mark. If it is not UTF-8: the likely text and the finding."""

    text: str
    finding: YamlFinding | None = None


def decode_text(data: bytes) -> DecodedText:
    """Return the text. A UTF-8 byte order mark is accepted, because editors on Windows write it."""
    # A wide encoding begins with a mark or has two bytes a character, so never with two letters or digits.
    wide_encoding = None if data[:2].isalnum() else _detect_wide_encoding(data)
    if wide_encoding:
        codec, name = wide_encoding
        finding = make_finding(messages.NOT_UTF8, (0, 1), encoding=name, character="")
        return DecodedText(data.decode(codec, "replace").removeprefix("\ufeff"), finding)
    try:
        return DecodedText(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _decode_windows_1252(data)


def _detect_wide_encoding(data: bytes) -> tuple[str, str] | None:
    for mark, codec, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return codec, name
    if data[1:2] == b"\0" and data[3:4] == b"\0":
        return "utf-16-le", _UTF16
    if data[:1] == b"\0" and data[2:3] == b"\0" and data[1:2] != b"\0":
        return "utf-16-be", _UTF16
    return None


def _decode_windows_1252(data: bytes) -> DecodedText:
    """Read each byte that is not UTF-8 as Windows-1252 does, so that the rest of the file can still be checked."""
    escaped = data.decode("utf-8-sig", "surrogateescape")
    first = next(index for index, char in enumerate(escaped) if ord(char) in _ESCAPED_BYTES)
    text = "".join(_decode_windows_byte(char) if ord(char) in _ESCAPED_BYTES else char for char in escaped)
    details = {
        "encoding": "Windows-1252 (“ANSI”)",
        "character": f", in which this character is `{text[first]}` ({describe_character(text[first])})",
    }
    return DecodedText(text, make_finding(messages.NOT_UTF8, (first, first + 1), **details))


def _decode_windows_byte(char: str) -> str:
    byte = bytes([ord(char) - _ESCAPED_BYTES.start])
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


# Begins with one set of rare characters, so that the search runs past all others at full speed.
_UNSEEN = CONTROL_CHARACTERS + BIDI_CHARACTERS + INVISIBLE_SPACES
_SUSPECT_PATTERN = compile_on_use(
    rf"[#\\<=>|{_UNSEEN}](?:(?<=[\\{_UNSEEN}])|(?<=[ \t\n\"'\]}}\[{{,]#)#*[^\s#]|(?<=[<=>|])[<=>|]{{6}})"
)
_SPLIT_NUMBER = compile_on_use(r"[0-9],[0-9][^,:{}\n]*:[ \n]")
_CONFLICT_CHARACTERS = "<=>|"


def is_suspect(text: str) -> bool:
    """Return whether a text that libyaml reads may still hide something.

    That is an end lost to `#`, a merge conflict, an escape or an invisible character.
    """
    # ASCII first, which takes half the time; libyaml itself refuses the control characters of ASCII.
    if "{" in text and _SPLIT_NUMBER.search(text):
        return True
    # One character before seven in a row: it is found several times as fast.
    may_conflict = any(character in text and 7 * character in text for character in _CONFLICT_CHARACTERS)
    if text.isascii() and not may_conflict and "#" not in text and "\\" not in text:
        return False
    if _SUSPECT_PATTERN.search(text):
        return True
    return any(_may_be_text(text, comment) for comment in _COMMENT_LINE.finditer(text))


_MAX_LOOKBACK = 2000
_COMMENT_LINE = compile_on_use(r"\n([ \t]*)#+(?=[ \t])[ \t]*(.?)")
_FIELD_LINE = compile_on_use(r"(?P<prefix>[ \t]*(?:-[ \t]+)*)(?P<name>[a-z_]+):(?:[ \t]+|$)")


def _may_be_text(text: str, match: re.Match[str]) -> bool:
    """Return whether a comment on a line of its own may be a lost line of the text above it.

    It may be if it is indented further than the field above, comes after several lines of text, or begins as a sentence
    continues.
    """
    above = text[max(0, match.start() - _MAX_LOOKBACK) : match.start()].rstrip()
    lines = above.split("\n")
    if not above or lines[-1].lstrip().startswith("#"):
        return False
    fields = (field for line in reversed(lines) if (field := _FIELD_LINE.match(line)))
    field = next(fields, None)
    if field is None:
        return True
    is_further_in = len(match.group(1)) > len(field.group("prefix"))
    is_text = field.group("name") in PROSE_FIELDS and (field.string is not lines[-1] or field.end() < len(lines[-1]))
    return is_text and (is_further_in or is_sentence_continued(lines[-1], match.group(2)))


def is_sentence_continued(before: str, after: str) -> bool:
    """Return whether a text without a full stop may continue in what follows: a number or a word in lower case."""
    last = before.rstrip()[-1:]
    return (last.isalnum() or last == ",") and (after[:1].isdigit() or after[:1].islower())


_CHARACTER_NAMES = {
    "\x00": "a NUL",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
    "\x1b": "an escape character",
    "\x7f": "a delete character",
    "\x85": "a next line character",
    "\xa0": "a no-break space",
    "\xad": "a soft hyphen",
    "\ufeff": "a byte order mark",
}


def replace_unseen(text: str) -> str:
    """Return a text with ordinary spaces for characters that look like one, and without those that cannot be seen."""
    return INVISIBLE_PATTERN.sub(" ", _ZERO_WIDTH.sub("", _LINE_SEPARATORS.sub(" ", text)))


def describe_character(char: str) -> str:
    """Return what the character is called, with its article."""
    name = unicodedata.name(char, "control character").lower()
    return _CHARACTER_NAMES.get(char) or ("an " if name[0] in "aeio" else "a ") + name


def format_code_point(char: str) -> str:
    """Return the character's number as Unicode writes it after `U+`."""
    return f"{ord(char):04X}"


_LINE_BREAKS = compile_on_use(r"(?<![ \t])[ \t]*\n[ \t\n]*")
_SAFE_SCALAR = compile_on_use(r"(?!-\s)[^\W_](?:(?!: |:$| #)[^\n,\[\]{}])*(?<!\s)")


def quote_text(text: str) -> str:
    """Return the text in quotes, on one line: double ones, or single ones where double ones would change it."""
    text = _LINE_BREAKS.sub(" ", text)
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def quote_if_needed(text: str) -> str:
    """Return the text as it may follow a name and a colon: plain where that is safe, otherwise in quotes."""
    return text if _SAFE_SCALAR.fullmatch(text) and text not in NULL_WORDS else quote_text(text)


_LINE_END = compile_on_use(r"\r\n|\r|\n")
_COMMENT = compile_on_use(r"(?<=[ \t])#+(?=[ \t]|$)")
_SPACES = compile_on_use(" *")
_QUOTED_TEXT = {'"': compile_on_use(r'(?:[^"\\\n]|\\.)*'), "'": compile_on_use(r"(?:[^'\n]|'')*")}
_WRITTEN_VALUE = compile_on_use(
    r"[|>][-+0-9]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\n]|'')*'|\[[^\[\]{}\n]*\]|\{[^\[\]{}\n:]*: [^\[\]{}\n]*\}"
)
"""A text in quotes, the start of a block, or a list or a group in brackets, which stays as it is."""

_MAX_WASTED = 1 << 16


class SourceText:
    """A text with its lines.

    Only CR LF, LF and CR end a line, as in an editor. libyaml knows more line ends, so positions are kept as character
    numbers and its own line numbers are not used. `text` has the length of `raw`, with one line feed at the end of
    each line, so that positions agree.
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.text = raw.replace("\r\n", " \n").replace("\r", "\n")
        self._starts = (0, *(match.end() for match in _LINE_END.finditer(raw)))
        self._wasted = 0

    def line_number(self, pos: int) -> int:
        """Return the line of this character, from 1."""
        return bisect_right(self._starts, pos)

    def line_start(self, pos: int) -> int:
        """Return where the line of this character starts."""
        return self._starts[self.line_number(pos) - 1]

    def start_of(self, number: int) -> int:
        """Return where the line of this number, from 1, starts."""
        return self._starts[number - 1]

    def line_end(self, pos: int) -> int:
        """Return where the line of this character ends, before its line feed."""
        end = self.text.find("\n", pos)
        return len(self.text) if end < 0 else end

    def line_text(self, pos: int) -> str:
        """Return the line of this character as it is in the file."""
        return self.raw[self.line_start(pos) : self.line_end(pos)].removesuffix("\r")

    def get_location(self, start: int, end: int) -> Location:
        """Return the place of these characters; the caret stays on their first line."""
        start = min(start, len(self.raw))
        line_start, line = self.line_start(start), self.line_text(start)
        last = max(start, min(end, line_start + len(line)))
        width = len(self.raw[start:last].rstrip())
        return Location(self.line_number(start), start - line_start + 1, line, max(1, width))

    def skip_spaces(self, start: int) -> int:
        """Return the first position from here on that is no space."""
        match = _SPACES.match(self.text, start)
        return match.end() if match else start

    def is_comment(self, pos: int) -> bool:
        """Return whether a comment begins here that looks like one: `#` and then a blank or nothing."""
        rest = self.text[pos : pos + 80].lstrip("#")
        return self.text[pos] == "#" and (not rest or rest[0].isspace())

    def find_value_end(self, pos: int, end: int) -> int:
        """Return where a value that starts here ends on its line, without blanks and a real comment."""
        comment = _COMMENT.search(self.text, pos, end)
        return pos + len(self.text[pos : comment.start() if comment else end].rstrip(BLANKS))

    def find_indented_line(self, end: int, parent: int) -> int | None:
        """Return where the next line that is not blank begins, if it is indented further than column `parent`."""
        while end < len(self.text):
            text_start = self.skip_spaces(end + 1)
            start, end = end + 1, self.line_end(text_start)
            if self.text[text_start:end].strip(BLANKS):
                return text_start if text_start - start > parent else None
        return None

    def find_continuations(self, end: int, parent: int) -> list[CharSpan]:
        """Return the lines that continue the value of the line that ends here, without blank ones."""
        spans: list[CharSpan] = []
        begin = self.find_indented_line(end, parent)
        while begin is not None and not self.is_comment(begin):
            spans.append((begin, self.line_end(begin)))
            begin = self.find_indented_line(spans[-1][1], parent)
        return spans

    def find_closing_quote(self, start: int, parent: int) -> int | None:
        """Return where the quote at `start` is closed, if it is before a line not indented further than `parent`."""
        quote, pos, end = self.text[start], start + 1, self.line_end(start)
        while True:
            match = _QUOTED_TEXT[quote].match(self.text, pos, end)
            if match and match.end() < end and self.text[match.end()] == quote:
                return match.end()
            next_start = None if self.is_exhausted() else self.find_indented_line(end, parent)
            if next_start is None:
                self.add_wasted(end - start)
                return None
            pos, end = next_start, self.line_end(next_start)

    def add_wasted(self, count: int) -> None:
        """Count characters of failed searches, so that a hostile file cannot make reading slow."""
        self._wasted += count

    def is_exhausted(self) -> bool:
        """Return whether so many searches failed that a quote or bracket must now close on its own line."""
        return self._wasted > _MAX_WASTED


_MAX_EXCERPT = 40
_NOT_LINE_FEED = compile_on_use(r"[^\n]")


BEGIN_LIST_BELOW = "Begin the list on the line below its name:"
_LINE_SEPARATORS = compile_on_use("[\v\f\x85\u2028\u2029]+")


def _find_conflicts(text: str) -> Iterator[CharSpan]:
    """Yield the first marker of each conflict, and markers that remain because the others were removed."""
    in_conflict = False
    for match in CONFLICT_PATTERN.finditer(text):
        if not in_conflict:
            yield match.span()
        marker = match.group()[0]
        in_conflict = marker == "<" or (in_conflict and marker != ">")


class LintedText(SourceText):
    """A text, the findings in it, and what to mask before libyaml reads it.

    A finding that would stop libyaml is masked, so that the first mistake of syntax that libyaml reports is always
    another one.
    """

    def __init__(self, raw: str) -> None:
        super().__init__(raw)
        self.findings: list[YamlFinding] = []
        self._masks: list[tuple[CharSpan, str]] = []

    def report(self, error_code: YamlErrorCode, span: CharSpan, *, fix: str = "", **details: object) -> None:
        """Add a finding; `fix` replaces the usual advice of its code."""
        self.findings.append(make_finding(error_code, span, fix=fix, **details))

    def report_character(self, error_code: YamlErrorCode, pos: int, **details: str) -> None:
        """Add a finding that names one character."""
        char = self.raw[pos]
        name, number = describe_character(char), format_code_point(char)
        self.report(error_code, (pos, pos + 1), name=name, number=number, **details)

    def report_characters(self, limit: int, advise_on_conflict: Callable[[int], str]) -> None:
        """Report conflict markers and invisible characters, and take them out of the text that is checked further."""
        for span in islice(_find_conflicts(self.text), limit + 1):
            self.report(messages.MERGE_CONFLICT, span, fix=advise_on_conflict(span[0]))
        for error_code, pattern in (
            (messages.CONTROL_CHARACTER, CONTROL_PATTERN),
            (messages.BIDI_CONTROL, BIDI_PATTERN),
        ):
            reported_until = 0
            for match in islice(pattern.finditer(self.text), limit * 100):
                if match.start() >= reported_until:
                    fixed_line = self._remove_unprinted(match.start())
                    # In the indentation it hides how far the line is indented, so that the advice shows it.
                    is_first = not self.raw[self.line_start(match.start()) : match.start()].strip()
                    self.report_character(
                        error_code, match.start(), line=fixed_line if is_first else fixed_line.lstrip()
                    )
                    reported_until = self.line_end(match.start())
        self.text = CONTROL_PATTERN.sub(" ", self.text)
        self.text = CONFLICT_PATTERN.sub(lambda match: "#" * len(match.group()), self.text)

    def _remove_unprinted(self, pos: int) -> str:
        """Return a line without characters that print nothing, or with a space for each that indents it.

        A line beside it that begins in the same column shows that such a character is in the place of a space.
        """
        line, start = self.line_text(pos), self.line_start(pos)
        head = line[: len(line) - len(CONTROL_PATTERN.sub(" ", line).lstrip())]
        text = _UNPRINTED.sub("", _LINE_SEPARATORS.sub(" ", line[len(head) :])).rstrip()
        removed, spaced = _UNPRINTED.sub("", head), CONTROL_PATTERN.sub(" ", head)
        others = (self.line_text(max(start - 1, 0)), self.line_text(min(self.line_end(pos) + 1, len(self.raw))))
        columns = {len(other) - len(other.lstrip(" -")) for other in others if other.strip()}
        return (spaced if len(spaced) in columns and len(removed) not in columns else removed) + text

    def report_indent(self, start: int, pos: int) -> bool:
        """Report and mask a tab or an invisible space in the indentation between these positions."""
        indent = self.text[start:pos].lstrip(" ")
        if not indent:
            return False
        first = pos - len(indent)
        if indent[0] == "\t":
            self.report(messages.TAB_INDENT, (first, pos))
        else:
            line = self.replace_invisible(start)
            self.report_character(messages.INVISIBLE_SPACE, first, where="At the start of this line", line=line)
        self.mask((start, pos), character=" ")
        return True

    def report_missing_space(self, key: re.Match[str], span: CharSpan) -> None:
        """Report a value that follows the colon of its name without a space."""
        value = self.text[key.end() : span[1]]
        if re.match(r"-[ \t]", value):
            start = self.line_start(key.start())
            indent = " " * (key.start() - start)
            fix = f"{BEGIN_LIST_BELOW}\n{indent}{key.group()}\n{indent}  {value}"
            self.report(messages.INDICATOR_IN_VALUE, (key.end(), key.end() + 1), fix=fix, text="-")
            return
        fixed_value = value if _WRITTEN_VALUE.fullmatch(value) else quote_if_needed(value)
        line = self.replace_span((key.end(), span[1]), f" {fixed_value}")
        self.report(messages.NO_SPACE_AFTER_COLON, (key.end() - 1, key.end()), line=line)

    def mask(self, *spans: CharSpan, character: str = "x") -> None:
        """Replace these characters when libyaml reads the text; line ends stay."""
        self._masks.extend((span, character) for span in spans)

    def apply_masks(self) -> str:
        """Return the text with everything masked that must not reach libyaml."""
        parts: list[str] = []
        masked_until = 0
        for (begin, end), character in sorted(self._masks):
            start = max(begin, masked_until)
            parts += [self.text[masked_until:start], _NOT_LINE_FEED.sub(character, self.text[start:end])]
            masked_until = max(masked_until, end)
        return "".join([*parts, self.text[masked_until:]])

    def checkpoint(self) -> tuple[int, int]:
        """Return what `restore` needs to take back the findings from here on."""
        return len(self.findings), len(self._masks)

    def restore(self, checkpoint: tuple[int, int]) -> None:
        """Take back the findings since the checkpoint, because they all follow from one larger mistake."""
        del self.findings[checkpoint[0] :], self._masks[checkpoint[1] :]

    def replace_span(self, span: CharSpan, replacement: str) -> str:
        """Return the first line of the span with the replacement in its place."""
        line, start = self.line_text(span[0]), self.line_start(span[0])
        return (line[: span[0] - start] + replacement + line[span[1] - start :]).strip()

    def quote_span(self, span: CharSpan) -> str:
        """Return the line with the span in quotes."""
        return self.replace_span(span, quote_text(self.text[slice(*span)]))

    def replace_invisible(self, pos: int) -> str:
        """Return the line of this character with ordinary spaces instead of characters that look like one."""
        return replace_unseen(self.line_text(pos)).strip()

    def excerpt_span(self, span: CharSpan) -> str:
        """Return the text of the span on one line, cut if it is long."""
        return excerpt(self.text[slice(*span)], _MAX_EXCERPT)
