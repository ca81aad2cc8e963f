"""A text and the lines below it that belong to it, and how to write them as one block (`text: |`)."""

from __future__ import annotations

import re

from p2ptrack.model.register import ALL_FIELD_NAMES
from p2ptrack.store.yaml.parser import parse_yaml
from p2ptrack.store.yaml.source_text import (
    BLANKS,
    CONFLICT_PATTERN,
    HYPHEN_LOOKALIKES,
    PROSE_FIELDS,
    STRAIGHT_QUOTES,
    CharSpan,
    LintedText,
    SourceText,
    format_scalar,
)
from p2ptrack.values import compile_on_use, dataclass

_NAME_PATTERN = compile_on_use(
    rf"(?:(?:[-?*+{HYPHEN_LOOKALIKES}]|--|[0-9]{{1,3}}[.)])[ \t\xa0]+){{0,3}}\*{{0,3}}"
    rf"([^\s\-?:,\[\]{{}}#&*!|>'\"%@`][^:#\n]*):(?=[ \t*]|$)"
)
BOLD_NAME = compile_on_use(r"\*{1,3}([a-z_]+)(?:\*{1,3}:|:\*{1,3})(?=\s|$)[ \t]*")
_COMMENTED_FIELD = compile_on_use(r"#+[ \t]*(?:-[ \t]+)*([a-z_]+):(?=[ \t]|$)")
_BLOCK_MARKER = compile_on_use(r"([|>][-+0-9]*)[ \t]*(?:#.*)?(?:\n|$)")
_DOCUMENT_END = compile_on_use(r"(?:---|\.\.\.)(?=\s|$)")
_LIST_ENTRY = compile_on_use(r"-[ \t]")


@dataclass(frozen=True, slots=True)
class TextValue:
    """A value as text: its field name with the colon, empty for a list entry, and its place.

    `header_end` is after the colon or dash, `start` and `end` are those of the value, and `column` is that of the name
    or the dash, from 0.
    """

    name: str
    header_end: int
    start: int
    end: int
    column: int
    entry_column: int = -1
    """The column of the dash of the list entry that the field is in."""

    @property
    def is_prose(self) -> bool:
        """Whether the value is sentences and not a date, an id or a word from a list."""
        return self.name in PROSE_FIELDS

    @property
    def is_one_line(self) -> bool:
        """Whether the value is printed on one line, so that lines pasted into it are joined."""
        return self.name == "title:" or not self.is_prose

    @property
    def indent(self) -> int:
        """How many spaces are before each line of the text in a block."""
        return self.column + 2


def find_field_name(line: str) -> str:
    """Return the name before the colon in a line without its indentation, or an empty text."""
    match = _NAME_PATTERN.match(line)
    return match.group(1).strip().rstrip("*") if match else ""


def has_field_name(line: str) -> bool:
    """Return whether a line begins with what looks like the name of a field, and not with prose and a colon."""
    name = find_field_name(line)
    return name in ALL_FIELD_NAMES or (bool(name) and name.islower() and " " not in name)


def is_commented_field(line: str) -> bool:
    """Return whether a comment is a field that was taken out: `#target: 31 March 2027`."""
    match = _COMMENTED_FIELD.match(line)
    return match is not None and match.group(1) in ALL_FIELD_NAMES


def find_text_lines(source: SourceText, value: TextValue) -> list[CharSpan]:
    """Return the lines below a text that belong to it, although YAML reads them as something else.

    These are all lines up to one that begins with a field name. Comments count only between such lines.
    """
    spans: list[CharSpan] = []
    comments: list[CharSpan] = []
    end = source.line_end(value.end)
    while (begin := source.find_indented_line(end, -1)) is not None:
        end = source.line_end(begin)
        line = source.text[begin:end].rstrip(BLANKS)
        if line.startswith("#"):
            comments.append((begin, end))
            continue
        if _ends_text(source, begin, line):
            break
        spans += [*comments, (begin, end)]
        comments = []
    return spans


def _ends_text(source: SourceText, begin: int, line: str) -> bool:
    if has_field_name(line) or CONFLICT_PATTERN.match(line) or line[0] in "[{%":
        return True
    return begin == source.line_start(begin) and _DOCUMENT_END.match(line) is not None


def describe_format(value: TextValue) -> str:
    """Return the advice that goes with `format_text`."""
    if value.is_one_line:
        return "Write the text on one line"
    return f"Put `{value.name or '-'} |` and start every line of the text under it, {value.indent} spaces in"


def format_text(source: SourceText, value: TextValue, lines: list[CharSpan]) -> str:
    """Return the field with its text and the lines below it, as the lines to paste."""
    line_start = source.line_start(value.header_end)
    header = source.text[line_start : value.header_end].rstrip(BLANKS)
    marker, body = _read_value_lines(source, value)
    body += _read_lines(source, lines)
    if value.is_one_line:
        return f"{header} {format_scalar(' '.join(' '.join(body).split()))}"
    indent = " " * value.indent
    return "\n".join([f"{header} {marker}", *(f"{indent}{line}".rstrip() for line in body)])


def format_two_texts(source: SourceText, first: TextValue, second: TextValue) -> str:
    """Return one field with both texts, each a paragraph, as the lines to paste."""
    indent = " " * first.indent
    body = [*_read_value_lines(source, first)[1], "", *_read_value_lines(source, second)[1]]
    return "\n".join([f"{' ' * first.column}{first.name} |", *(f"{indent}{line}".rstrip() for line in body)])


def _read_value_lines(source: SourceText, value: TextValue) -> tuple[str, list[str]]:
    """Return the marker of a text block, and the lines of the value without their indentation."""
    text = source.text[value.start : value.end]
    first, *rest = text.split("\n")
    if marker := _BLOCK_MARKER.match(text):
        return re.sub("[0-9]", "", marker.group(1)), _dedent(rest)
    if text[:1] in STRAIGHT_QUOTES:
        result = parse_yaml(f"a: {text}")
        if isinstance(result.value, dict):
            return "|", str(result.value["a"]).split("\n")
        if text.count(first[0]) == 1:
            first = first[1:]  # it was never closed
    return "|", [line.strip() for line in (first, *rest)]


def _read_lines(source: SourceText, spans: list[CharSpan]) -> list[str]:
    lines: list[str] = []
    previous_end = spans[0][0] if spans else 0
    for begin, end in spans:
        # Blank lines stay: they separate paragraphs.
        lines += [""] * max(0, source.text.count("\n", previous_end, begin) - 1)
        lines.append(source.text[source.line_start(begin) : end])
        previous_end = end
    # A comment keeps no indentation: it is independent of that of the text.
    return _dedent([line.lstrip(BLANKS) if line.lstrip(BLANKS).startswith("#") else line for line in lines])


def _dedent(lines: list[str]) -> list[str]:
    stripped = [line.expandtabs(2).rstrip() for line in lines]
    indent = min((len(line) - len(line.lstrip()) for line in stripped if line and line[0] != "#"), default=0)
    while stripped and not stripped[-1]:
        stripped.pop()
    return [line if line[:1] == "#" else line[indent:] for line in stripped]


# Advice for lists: every id and every name that was written is kept, without brackets, dashes and remarks.


LIST_FIELDS = frozenset(
    {
        "asks:",
        "blocked_by:",
        "covers:",
        "depends_on:",
        "inferred:",
        "meetings:",
        "phases:",
        "recommendations:",
        "report_refs:",
        "roles:",
        "same_deliverable_as:",
        "see_also:",
        "sources:",
        "superseded_by:",
        "supporting:",
        "truncated:",
        "unanswered:",
        "updates:",
    }
)
"""Fields that hold a list, so that a bracket at the start of the value is not part of a text."""

NAME_FIELDS = frozenset({"accountable:", "directorates:", "lead_member:", "roles:", "supporting:"})
"""Fields of which each value is one name, in one line."""


def find_list_name(source: SourceText, value: TextValue) -> str:
    """Return the name, with its colon, of the field that a value or an entry of a list belongs to."""
    if value.name:
        return value.name
    for line in reversed(source.text[: source.line_start(value.header_end)].split("\n")):
        text = line.lstrip(BLANKS)
        if text and not text.startswith("#") and len(line) - len(text) <= value.column and not _LIST_ENTRY.match(text):
            return f"{find_field_name(text)}:"
    return ""


_MAX_LENGTH = 5000
_SEPARATOR = compile_on_use(r"(?<![ \t])[ \t]*(?:[,;&+]|\band\b)[ \t]*(?:and\b[ \t]*)?", re.IGNORECASE)
_ID = compile_on_use(r"[A-Za-z]{1,4}[0-9][\w.-]*")


def suggest_list_without_brackets(source: LintedText, value: TextValue) -> str:
    """Return the advice for a list in brackets whose entries begin with dashes, or nothing if it is not one."""
    text = source.text[value.start : value.start + _MAX_LENGTH]
    inner, closing, _ = text[1:].partition("]")
    entries = [line.strip().rstrip(",").rstrip() for line in inner.split("\n") if line.strip(BLANKS)]
    if not closing or not entries or any(character in inner for character in "[{"):
        return ""
    if "\n" not in inner:
        entries = [entry.strip() for entry in inner.split(",")]
        if not all(entry.startswith("- ") for entry in entries):
            return ""
        line = source.replace_span((value.start, value.start + len(inner) + 2), f"[{_join_values(entries)}]")
        return f"Leave the dashes out: a list in brackets has none:\n{line}"
    if not entries[0].startswith("- "):
        return ""
    start = source.line_start(value.header_end)
    header = source.text[start : value.header_end].rstrip(BLANKS)
    indent = " " * (value.column + 2)
    lines = [f"{indent}{entry}" if entry.startswith("- ") else f"{indent}  {entry}" for entry in entries]
    return "\n".join(["Leave the brackets out, because a list with dashes has none:", header, *lines])


def _join_values(entries: list[str]) -> str:
    return ", ".join(format_scalar(entry.removeprefix("-").strip()) for entry in entries)


def suggest_values_after_list(brackets: str, rest: str) -> tuple[str, str] | None:
    """Return the advice and the value for a list in brackets with more after it: more entries, or a remark."""
    inner = brackets[1:-1].strip()
    if any(character in inner for character in "[{"):
        return None
    words = [word.strip("[] \t") for word in _SEPARATOR.split(rest.strip(BLANKS))]
    added = [word for word in words if word]
    is_separated = rest[0] in ",;&+[" or rest.lower().startswith("and ")
    if added and (is_separated or all(map(_ID.fullmatch, added))) and not any("(" in word for word in added):
        values = ", ".join([inner, *(word if word[0] in "\"'" else format_scalar(word) for word in added)])
        return "Put all of them in one pair of brackets", f"[{values}]"
    remark = rest.lstrip("/#*").strip()
    if not any(map(str.isalnum, remark)):
        return None
    return "If the words after the bracket are a comment, begin it with a space and `#`", f"{brackets}  # {remark}"
