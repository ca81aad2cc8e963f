"""The characters and patterns that reading looks for, each in one place."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TypeAlias

from p2ptrack.diagnostics import Location
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlErrorCode, YamlFinding, make_finding

HYPHEN_LOOKALIKES = (  # what word processors make of the hyphen of a list
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7\u25cf\u25aa"
)
CURLY_QUOTE_CHARACTERS = "“”„‟‘’‚‛"
STRAIGHT_QUOTES = "\"'"
RESERVED_CHARACTERS = {"@": "`@`", "%": "`%`", "`": "a backtick"}
NULL_WORDS = frozenset({"~", "null", "Null", "NULL"})
PROPERTY_ERRORS = {"&": messages.ANCHOR, "*": messages.ALIAS, "!": messages.TAG}
CONTROL_CHARACTERS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
BIDI_CHARACTERS = "\u202a-\u202e\u2066-\u2069"
INVISIBLE_SPACES = "\xa0\xad\u1680" + "".join(map(chr, range(0x2000, 0x2010))) + "\u202f\u205f\u2060\u3000"

CONTROL_PATTERN = re.compile(f"[{CONTROL_CHARACTERS}]")
BIDI_PATTERN = re.compile(f"[{BIDI_CHARACTERS}]")
INVISIBLE_PATTERN = re.compile(f"[{INVISIBLE_SPACES}]")
CONFLICT_PATTERN = re.compile(r"^(?:(?:<{7}|>{7}|\|{7})(?![<>|]).*|={7}[ \t]*$)", re.MULTILINE)

# Begins with one set of rare characters, so that the search runs past all others at full speed.
_SUSPECT_PATTERN = re.compile(
    rf"[#\\<=>|{CONTROL_CHARACTERS}{BIDI_CHARACTERS}{INVISIBLE_SPACES}]"
    rf"(?:(?<=[\\{CONTROL_CHARACTERS}{BIDI_CHARACTERS}{INVISIBLE_SPACES}])|(?<=[ \t\"'\]}}\[{{,]#)#*[^\s#]|(?<=[<=>|])[<=>|]{{6}})"
)

_ASCII_SUSPECT_STRINGS = ("#", "\\", "<<<<<<<", "=======", ">>>>>>>", "|||||||")


def is_suspect(text: str) -> bool:
    """Whether a text that libyaml reads may still hide something: an end lost to `#`, a merge conflict, odd signs."""
    # The few signs of ASCII first, which takes half the time; its control characters are refused by libyaml itself.
    if text.isascii() and not any(suspect in text for suspect in _ASCII_SUSPECT_STRINGS):
        return False
    return _SUSPECT_PATTERN.search(text) is not None


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


def describe_character(char: str) -> str:
    """Return what the character is called, with its article."""
    common_name = _CHARACTER_NAMES.get(char)
    name = unicodedata.name(char, "control character").lower()
    return common_name or ("an " if name[0] in "aeio" else "a ") + name


def format_code_point(char: str) -> str:
    """Return the character's number as Unicode writes it after `U+`."""
    return f"{ord(char):04X}"


# How to write a text so that it is read as it is.


_LINE_BREAKS = re.compile(r"[ \t]*\n[ \t\n]*")
_SAFE_SCALAR = re.compile(r"(?!-\s)[^\W_](?:(?!: |:$| #)[^\n,\[\]{}])*(?<!\s)")


def quote_text(text: str) -> str:
    """Return the text in quotes, on one line: double ones, or single ones where double ones would change it."""
    text = _LINE_BREAKS.sub(" ", text)
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def format_scalar(text: str) -> str:
    """Return the text as it may stand after a name and a colon: bare where that is safe, else in quotes."""
    return text if _SAFE_SCALAR.fullmatch(text) and text not in NULL_WORDS else quote_text(text)


# Where the lines, values and quotes of a text end.


BLANKS = " \t"

_COMMENT = re.compile(r"(?<=[ \t])#+(?=[ \t]|$)")
_SPACES = re.compile(" *")
_QUOTED_TEXT = {'"': re.compile(r'(?:[^"\\\n]|\\.)*'), "'": re.compile(r"(?:[^'\n]|'')*")}
_MAX_WASTED = 1 << 16


class TextScanner:
    """A text whose lines end in one line feed each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._wasted = 0

    def find_line_end(self, pos: int) -> int:
        """Return where the line of this character ends."""
        end = self.text.find("\n", pos)
        return len(self.text) if end < 0 else end

    def find_value_end(self, pos: int, end: int) -> int:
        """Return where a value that starts here ends on its line, a real comment and blanks left out."""
        comment = _COMMENT.search(self.text, pos, end)
        stop = comment.start() if comment else end
        return pos + len(self.text[pos:stop].rstrip(BLANKS))

    def skip_blanks(self, pos: int) -> int:
        """Return the first character from here on that is no space or tab."""
        while pos < len(self.text) and self.text[pos] in BLANKS:
            pos += 1
        return pos

    def skip_spaces(self, start: int) -> int:
        """Return where the first character stands that is no space, on the line that starts here."""
        match = _SPACES.match(self.text, start)
        return match.end() if match else start

    def find_continuations(self, end: int, parent: int) -> list[tuple[int, int]]:
        """Return the lines after the one that ends here which continue its value: blank ones are left out."""
        spans: list[tuple[int, int]] = []
        begin = self.find_indented_line(end, parent)
        while begin is not None and not self.is_comment(begin):
            spans.append((begin, self.find_line_end(begin)))
            begin = self.find_indented_line(spans[-1][1], parent)
        return spans

    def is_comment(self, pos: int) -> bool:
        """Say whether a comment begins here that looks like one: `#` and then a blank or nothing."""
        rest = self.text[pos : pos + 80].lstrip("#")
        return self.text[pos] == "#" and (not rest or rest[0].isspace())

    def find_indented_line(self, end: int, parent: int) -> int | None:
        """Return where the next line with something on it begins, if it is indented further than `parent`."""
        while end < len(self.text):
            text_start = self.skip_spaces(end + 1)
            start, end = end + 1, self.find_line_end(text_start)
            if self.text[text_start:end].strip(BLANKS):
                return text_start if text_start - start > parent else None
        return None

    def find_closing_quote(self, start: int, parent: int) -> int | None:
        """Return where the quote at `at` is closed. A line that is not indented further than `parent` is not in it."""
        quote, pos, end = self.text[start], start + 1, self.find_line_end(start)
        while True:
            match = _QUOTED_TEXT[quote].match(self.text, pos, end)
            if match and match.end() < end and self.text[match.end()] == quote:
                return match.end()
            next_start = None if self.is_exhausted() else self.find_indented_line(end, parent)
            if next_start is None:
                self.add_wasted(end - start)
                return None
            pos, end = next_start, self.find_line_end(next_start)

    def add_wasted(self, count: int) -> None:
        """Count characters that were searched in vain, so that a hostile file cannot make reading slow."""
        self._wasted += count

    def is_exhausted(self) -> bool:
        """Say whether so much was searched in vain that what is left must close on its own line."""
        return self._wasted > _MAX_WASTED


# From a character's number to the line and column that an editor shows.


_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SourceLines:
    """A text and where its lines start. Only CR LF, LF and CR end a line, as in an editor; libyaml knows more ends.

    That is why positions are kept as character numbers and libyaml's own line numbers are not used.
    """

    text: str
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        starts = (0, *(match.end() for match in _LINE_END.finditer(self.text)))
        object.__setattr__(self, "starts", starts)

    def line_number(self, index: int) -> int:
        """Return the line of this character, from 1."""
        return bisect_right(self.starts, index)

    def line_start(self, index: int) -> int:
        """Return where the line of this character starts."""
        return self.starts[self.line_number(index) - 1]

    def line_end(self, index: int) -> int:
        """Return where the line of this character ends, without its line end."""
        match = _LINE_END.search(self.text, self.line_start(index))
        return match.start() if match else len(self.text)

    def line_text(self, index: int) -> str:
        """Return the line of this character."""
        return self.text[self.line_start(index) : self.line_end(index)]

    def get_location(self, start: int, end: int) -> Location:
        """Return the place of these characters; the caret stays on their first line."""
        start = min(start, len(self.text))
        last = max(start, min(end, self.line_end(start)))
        width = len(self.text[start:last].rstrip())
        return Location(
            self.line_number(start), start - self.line_start(start) + 1, self.line_text(start), max(1, width)
        )


# What the scan of one text works on and collects.


CharSpan: TypeAlias = tuple[int, int]
MAX_FINDINGS = 100
_MAX_EXCERPT = 40
_NOT_LINE_FEED = re.compile(r"[^\n]")


class LintState:
    """A text, the findings in it, and what to cover up before libyaml reads it.

    `text` has the length of the file's own text, with every line end as one line feed, so that positions agree. A
    finding that would stop libyaml is masked: so it is told once, and libyaml's first fault is always another one.
    """

    def __init__(self, lines: SourceLines) -> None:
        self.lines = lines
        self.text = lines.text.replace("\r\n", " \n").replace("\r", "\n")
        self.findings: list[YamlFinding] = []
        self._masks: list[tuple[CharSpan, str]] = []

    def report(self, error_code: YamlErrorCode, span: CharSpan, *, fix: object = "", **details: object) -> None:
        """Add a finding, with another fix than the fault's own where that is given."""
        self.findings.append(make_finding(error_code, span, fix=fix, **details))

    def report_char(self, error_code: YamlErrorCode, index: int, **details: object) -> None:
        """Add a finding about one character, which is named."""
        char = self.lines.text[index]
        self.report(
            error_code, (index, index + 1), name=describe_character(char), number=format_code_point(char), **details
        )

    def suggest_line(self, span: CharSpan, replacement: str) -> str:
        """Return the first line of the span as it should be written, with `new` in the span's place."""
        line, start = self.lines.line_text(span[0]), self.lines.line_start(span[0])
        return (line[: span[0] - start] + replacement + line[span[1] - start :]).strip()

    def suggest_quoted(self, span: CharSpan) -> str:
        """Return the line with the span in quotes."""
        return self.suggest_line(span, quote_text(self.text[slice(*span)]))

    def excerpt(self, span: CharSpan) -> str:
        """Return the span's text, cut where it is long."""
        text = " ".join(self.text[slice(*span)].split())
        return text if len(text) <= _MAX_EXCERPT else text[: _MAX_EXCERPT - 1] + "…"

    def report_indent(self, start: int, pos: int) -> bool:
        """Report a tab or an unseen space between these characters, at the start of a line, and cover it."""
        indent = self.text[start:pos]
        offset = next((index for index, char in enumerate(indent) if char != " "), None)
        if offset is None:
            return False
        if indent[offset] == "\t":
            self.report(messages.TAB_INDENT, (start + offset, pos))
        else:
            position_text = "At the start of this line"
            self.report_char(
                messages.INVISIBLE_SPACE, start + offset, where=position_text, line=self.replace_invisible(start)
            )
        self.mask((start, pos), " ")
        return True

    def report_missing_space(self, key: re.Match[str], span: CharSpan) -> None:
        """Report a value that stands next to its name's colon."""
        line = self.suggest_line((key.end(), span[1]), " " + format_scalar(self.text[key.end() : span[1]]))
        self.report(messages.NO_SPACE_AFTER_COLON, (key.end() - 1, key.end()), line=line)

    def replace_invisible(self, index: int) -> str:
        """Return the line of this character with ordinary spaces in place of those that only look like one."""
        return INVISIBLE_PATTERN.sub(" ", self.lines.line_text(index)).strip()

    def checkpoint(self) -> tuple[int, int]:
        """Return what `restore` needs to forget what is reported from now on."""
        return len(self.findings), len(self._masks)

    def restore(self, checkpoint: tuple[int, int]) -> None:
        """Forget what was reported since, because all of it follows from one greater fault."""
        del self.findings[checkpoint[0] :], self._masks[checkpoint[1] :]

    def mask(self, span: CharSpan, character: str = "x") -> None:
        """Cover these characters when libyaml reads the text; line ends stay."""
        self._masks.append((span, character))

    def apply_masks(self) -> str:
        """Return the text with everything covered that must not reach libyaml."""
        parts: list[str] = []
        masked_until = 0
        for (begin, end), character in sorted(self._masks):
            start = max(begin, masked_until)
            parts += [self.text[masked_until:start], _NOT_LINE_FEED.sub(character, self.text[start:end])]
            masked_until = max(masked_until, end)
        return "".join([*parts, self.text[masked_until:]])
