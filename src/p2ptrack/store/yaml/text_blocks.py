"""Advice for several lines: a text as one block (`text: |`), a list, and duplicates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from p2ptrack.model.dates import CouncilDate, parse_date
from p2ptrack.phrases import join_words, quote
from p2ptrack.store.yaml.parser import ALL_FIELD_NAMES, TOP_LEVEL_FIELD_NAMES, parse_yaml
from p2ptrack.store.yaml.source_text import (
    BLANKS,
    CONFLICT_PATTERN,
    HYPHEN_LOOKALIKES,
    PROSE_FIELDS,
    STRAIGHT_QUOTES,
    CharSpan,
    LintedText,
    SourceText,
    quote_if_needed,
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
    """A value as text: its field name, empty for a list entry, and its place.

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
        return self.name == "title" or not self.is_prose

    @property
    def indent(self) -> int:
        """How many spaces are before each line of the text in a block."""
        return self.column + 2


def find_field_name(line: str) -> str:
    """Return the name before the colon in a line without its indentation, or an empty text."""
    match = _NAME_PATTERN.match(line)
    return match.group(1).strip().rstrip("*") if match else ""


def has_field_name(line: str) -> bool:
    """Whether a line begins with what looks like the name of a field, and not with prose and a colon."""
    name = find_field_name(line)
    return name in ALL_FIELD_NAMES or (bool(name) and name.islower() and " " not in name)


def is_commented_field(line: str) -> bool:
    """Whether a comment is a field that was removed: `#target: 31 March 2027`."""
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
    head = f"{value.name}:" if value.name else "-"
    return f"Put `{head} |` and start every line of the text under it, {value.indent} spaces in"


def format_text(source: SourceText, value: TextValue, lines: list[CharSpan]) -> str:
    """Return the field with its text and the lines below it, as the lines to paste."""
    line_start = source.line_start(value.header_end)
    header = source.text[line_start : value.header_end].rstrip(BLANKS)
    marker, body = _read_text_value(source, value)
    body += _read_lines(source, lines)
    if value.is_one_line:
        return f"{header} {quote_if_needed(' '.join(' '.join(body).split()))}"
    indent = " " * value.indent
    return "\n".join([f"{header} {marker}", *(f"{indent}{line}".rstrip() for line in body)])


def format_two_texts(source: SourceText, first: TextValue, second: TextValue) -> str:
    """Return one field with both texts, each a paragraph, as the lines to paste."""
    indent = " " * first.indent
    body = [*_read_text_value(source, first)[1], "", *_read_text_value(source, second)[1]]
    return "\n".join([f"{' ' * first.column}{first.name}: |", *(f"{indent}{line}".rstrip() for line in body)])


def _read_text_value(source: SourceText, value: TextValue) -> tuple[str, list[str]]:
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


_LISTS = """
asks blocked_by covers depends_on inferred meetings phases recommendations report_refs roles same_deliverable_as
see_also sources superseded_by supporting truncated unanswered updates
"""
LIST_FIELDS = frozenset(_LISTS.split())
"""Fields that hold a list, so that a bracket at the start of the value is not part of a text."""

NAME_FIELDS = frozenset({"accountable", "directorates", "lead_member", "roles", "supporting"})
"""Fields of which each value is one name, in one line."""


def find_list_name(source: SourceText, value: TextValue) -> str:
    """Return the name of the field that a value or an entry of a list belongs to."""
    if value.name:
        return value.name
    for line in reversed(source.text[: source.line_start(value.header_end)].split("\n")):
        text = line.lstrip(BLANKS)
        if text and not text.startswith("#") and len(line) - len(text) <= value.column and not _LIST_ENTRY.match(text):
            return find_field_name(text)
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
        values = ", ".join(quote_if_needed(entry.removeprefix("-").strip()) for entry in entries)
        line = source.replace_span((value.start, value.start + len(inner) + 2), f"[{values}]")
        return f"Leave the dashes out: a list in brackets has none:\n{line}"
    if not entries[0].startswith("- "):
        return ""
    start = source.line_start(value.header_end)
    header = source.text[start : value.header_end].rstrip(BLANKS)
    indent = " " * (value.column + 2)
    lines = [f"{indent}{entry}" if entry.startswith("- ") else f"{indent}  {entry}" for entry in entries]
    return "\n".join(["Leave the brackets out, because a list with dashes has none:", header, *lines])


def suggest_values_after_list(brackets: str, rest: str) -> tuple[str, str] | None:
    """Return the advice and the value for a list in brackets with more after it: more entries, or a remark."""
    inner = brackets[1:-1].strip()
    if any(character in inner for character in "[{"):
        return None
    words = [word.strip("[] \t") for word in _SEPARATOR.split(rest.strip(BLANKS))]
    added = [word for word in words if word]
    is_separated = rest[0] in ",;&+[" or rest.lower().startswith("and ")
    if added and (is_separated or all(map(_ID.fullmatch, added))) and not any("(" in word for word in added):
        values = ", ".join([inner, *(word if word[0] in "\"'" else quote_if_needed(word) for word in added)])
        return "Put all of them in one pair of brackets", f"[{values}]"
    remark = rest.lstrip("/#*").strip()
    if not any(map(str.isalnum, remark)):
        return None
    return "If the words after the bracket are a comment, begin it with a space and `#`", f"{brackets}  # {remark}"


def read_value_lines(source: SourceText, pos: int, column: int) -> list[str]:
    """Return the lines from the one at `pos` on that are entries in a column, or are indented further."""
    lines: list[str] = []
    for line in source.text[source.line_start(pos) :].split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() and indent <= column and not (indent == column and line.lstrip().startswith("- ")):
            break
        lines.append(line.rstrip())
    while lines and not lines[-1]:
        lines.pop()
    return lines


# Duplicates in a file: entries without a dash, two values of a field, two sides of a merge.

_MERGED_LISTS = frozenset({"recommendations", "supporting", "depends_on", "blocked_by", "see_also", "asks", "roles"})


def suggest_entry(source: SourceText, entry_start: int, pos: int) -> str:
    """Return the advice to put a dash before the field at `pos`, where the next entry of a list begins.

    `entry_start` is where the first field of the entry begins, after its dash.
    """
    first_line, line = source.line_text(entry_start), source.line_text(pos)
    column = entry_start - source.line_start(entry_start)
    dash = first_line[:column].rstrip(BLANKS).rfind("-")
    name = line.strip().partition(":")[0]
    fixed_line = f"{first_line[:dash]}-{' ' * (column - dash - 1)}{line.strip()}"
    return f"Put a dash before `{name}`, because a new entry begins here:\n{fixed_line}"


def suggest_merge(source: SourceText, key: str, starts: tuple[int, int], values: tuple[CharSpan, CharSpan]) -> str:
    """Return the advice for a field with two values: keep both if the field can have both.

    `starts` are the places of the two names, and `values` those of the values.
    """
    texts = [source.text[slice(*span)].strip() for span in values]
    line = source.line_number(starts[0])
    if texts[0] == texts[1]:
        return f"Both have the same value. Keep line {line}, and remove this line."
    position = f"in line {line}, and remove this line"
    if key in _MERGED_LISTS and all(texts):
        return f"Put both in one list {position}:\n{key}: [{', '.join(texts)}]"
    if key in PROSE_FIELDS and key != "title" and all(texts):
        first, second = (_make_text_value(source, key, *place) for place in zip(starts, values, strict=True))
        return f"Put both texts under one `{key}: |` {position}:\n{format_two_texts(source, first, second)}"
    return _describe_choice(key, texts, line)


_MAX_CHOICE = 60


def _describe_choice(key: str, texts: Sequence[str], line: int) -> str:
    """Return the advice for a field with two values of which only one can be right."""
    if texts and all(text and len(text) <= _MAX_CHOICE and "\n" not in text for text in texts):
        return f"Keep the line that is right, `{key}: {texts[0]}` or `{key}: {texts[1]}`, and remove the other one."
    return f"Keep the value that is right, that of line {line} or this one, and remove the other one."


def _make_text_value(source: SourceText, key: str, start: int, value: CharSpan) -> TextValue:
    end = value[0] + len(source.text[slice(*value)].rstrip())
    return TextValue(key, start + len(key) + 1, value[0], end, start - source.line_start(start))


_DATE = compile_on_use(r"^[ -]*date: +([^ \n].*)$", re.MULTILINE)


def suggest_resolution(source: SourceText, start: int, path: str) -> str:
    """Return how to resolve the merge conflict whose first marker is at `start`: of two additions, both are kept."""
    name = f'"{path}"' if " " in path else path
    commands = f"`git add {name}`, then `git commit`. To give up the merge instead: `git merge --abort`."
    sides, label = _split_conflict(source, start)
    if "(" in label or label.startswith("theirs: "):  # a rebase names a commit; p2ptrack labels merge and rebase alike
        commands = f"`git add {name}`. `git status` then says how to finish, or how to give up."
    finish = f"Then run {commands}"
    entries = _merge_entries(sides) if sides else None
    fields = _merge_fields(sides) if sides and entries is None else None
    if fields:
        advice, lines = fields
        remove_markers = "" if lines else " Then remove every marker line (`<<<<<<<`, `=======`, `>>>>>>>`)."
        return f"{advice}{remove_markers} {finish}{lines and chr(10) + lines}"
    if entries is None:
        return (
            "Combine the two versions into the text that is right. Then remove every marker line "
            f"(`<<<<<<<`, `=======`, `>>>>>>>`). {finish}"
        )
    return f"Both added to this list. Keep all entries, the oldest first, without the marker lines. {finish}\n{entries}"


def _split_conflict(source: SourceText, start: int) -> tuple[list[list[str]], str]:
    """Return the lines of both sides of a conflict and the name of the second, or nothing if a marker is missing."""
    sides: list[list[str]] = []
    end = start
    while end <= len(source.text):
        begin, end = end, source.line_end(end) + 1
        line = source.text[begin : end - 1].rstrip(BLANKS)
        marker = line[0] if CONFLICT_PATTERN.match(line) else ""
        if marker == ">":
            base = sides[1:-1]  # git can be set to show the lines as they were before both changes, too
            is_added = len(sides) > 1 and not any(base)
            return ([sides[0], sides[-1]] if is_added else []), line[7:].strip()
        if marker:
            sides.append([])
        elif sides and line:
            sides[-1].append(line)
    return [], ""


def _merge_entries(sides: list[list[str]]) -> str | None:
    """Return the entries of both sides, in the order of their dates, or None if the sides are not entries of a list."""
    names = [side[0] if side and not side[0].lstrip().startswith("-") else "" for side in sides]
    if names[0] != names[1] or not all(sides):
        return None
    entries: list[str] = []
    for side in sides:
        lines = side[1:] if names[0] else side
        indents = [len(line) - len(line.lstrip()) for line in lines]
        if not lines or not lines[0].lstrip().startswith("- ") or min(indents) < indents[0]:
            return None
        for line, indent in zip(lines, indents, strict=True):
            is_start = indent == indents[0]
            if is_start and not line.lstrip().startswith("- "):
                return None
            if is_start:
                entries.append(line)
            else:
                entries[-1] += f"\n{line}"
    entries = list(dict.fromkeys(entries))
    dates = [_parse_entry_date(entry) for entry in entries]
    if all(dates):
        entries = [entry for _, entry in sorted(zip(dates, entries, strict=True), key=lambda pair: str(pair[0]))]
    return "\n".join([names[0], *entries] if names[0] else entries)


def _parse_entry_date(entry: str) -> date | None:
    match = _DATE.search(entry)
    parsed = parse_date(match.group(1).strip().strip("\"'")) if match else None
    return parsed.latest if isinstance(parsed, CouncilDate) else None


def _merge_fields(sides: list[list[str]]) -> tuple[str, str] | None:
    """Return the advice for the sides of a merge that are fields on lines of their own, and the lines of both.

    Of a field that both have with another value, both lines are named: a person must decide which is right.
    """
    fields = [_read_fields(side) for side in sides]
    if not all(fields) or len({len(line) - len(line.lstrip()) for side in sides for line in side}) > 1:
        return None
    first, second = fields
    if not first.keys() & second.keys():
        lines = "\n".join({**first, **second}.values())
        return "The two changes are in different fields. Keep all of them, without the marker lines.", lines
    if first.keys() != second.keys():
        return None  # one side may have added a field, or the other taken it out
    choices = [
        f"{quote(first[name].strip())} or {quote(second[name].strip())}"
        for name in first
        if first[name] != second[name]
    ]
    return (f"Keep one line of each field: {join_words(choices)}.", "") if choices else None


def _read_fields(side: list[str]) -> dict[str, str]:
    fields = {find_field_name(line.strip()): line for line in side}
    is_plain = len(fields) == len(side) and all(name in TOP_LEVEL_FIELD_NAMES for name in fields)
    has_values = all(line.partition(":")[2].strip()[:1] not in {"", "|", ">"} for line in side)
    return fields if is_plain and has_values else {}


def suggest_merged_group(source: SourceText, key: str, starts: tuple[int, int]) -> str:
    """Return the advice for a list or a group that appears twice: both under one name, or what is to be decided.

    `starts` are the places of the two names.
    """
    line = source.line_number(starts[0])
    column = starts[0] - source.line_start(starts[0])
    headers = [source.line_text(start).strip() for start in starts]
    bodies = [read_value_lines(source, source.line_end(start) + 1, column) for start in starts]
    brackets = [re.fullmatch(rf"{key}:\s*\[([^\[\]{{}}]*)\]", header) for header in headers]
    if brackets[0] and brackets[1]:
        entries = ", ".join(filter(None, (match[1].strip() for match in brackets if match)))
        return f"Put both in one list in line {line}, and remove this line:\n{' ' * column}{key}: [{entries}]"
    is_list = all(body and body[0].lstrip().startswith("- ") for body in bodies)
    generic = f"Put both {'lists' if is_list else 'groups'} under one `{key}:` in line {line}, and remove this one."
    if headers != [f"{key}:", f"{key}:"] or not all(bodies):
        return generic if all(bodies) else _describe_choice(key, [], line)
    names = [{find_field_name(entry.strip()) for entry in _top_lines(body)} for body in bodies]
    if not is_list and names[0] & names[1]:
        repeated = join_words([f"`{name}`" for name in sorted(names[0] & names[1])])
        return f"{generic} Both have {repeated}, so keep the value that is right."
    indents = [len(body[0]) - len(body[0].lstrip()) for body in bodies]
    moved_lines = [" " * indents[0] + entry[indents[1] :] if entry else "" for entry in bodies[1]]
    items = "lists" if is_list else "groups"
    advice = f"Put both {items} under one `{key}:` in line {line}, and remove this line:"
    return "\n".join([advice, f"{' ' * column}{key}:", *bodies[0], *moved_lines])


def _top_lines(body: list[str]) -> list[str]:
    indent = len(body[0]) - len(body[0].lstrip())
    return [line for line in body if line and len(line) - len(line.lstrip()) == indent]
