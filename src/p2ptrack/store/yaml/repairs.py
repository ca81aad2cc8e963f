"""What to write where the right text follows from the lines around it: a column, or the name of a list."""

from __future__ import annotations

import re

from p2ptrack.model.known_names import ALL_FIELD_NAMES
from p2ptrack.store.yaml.source_text import BLANKS, SourceText
from p2ptrack.store.yaml.text_blocks import has_field_name

_BLOCK_HEADER = re.compile(r" *(?:- +)*[a-z_]+: *[|>][-+0-9]* *(?:#.*)?")
_NAME_ALONE = re.compile(r"( *(?:- +)*)[a-z_]+:[ \t]*(?:#.*)?")
_STRUCTURE = re.compile(rf"- |-?(?:{'|'.join(sorted(ALL_FIELD_NAMES))}):")
_TAB_WIDTH = 2


def suggest_indent(source: SourceText, pos: int) -> str:
    """Return the advice for a line that is indented with a tab: the column of the lines that it belongs with."""
    lines = source.text[: source.line_end(pos)].split("\n")
    first = max((number for number, line in enumerate(lines[:-1]) if line[:1] not in {"", " ", "\t", "#"}), default=0)
    above: list[str] = []
    for line in lines[first:]:
        content = line.strip(BLANKS)
        indent = line[: len(line) - len(line.lstrip(BLANKS))]
        width = len(indent.expandtabs(_TAB_WIDTH))
        above.append(" " * (_find_column(above, content, width) if "\t" in indent else width) + content)
    column = len(above[-1]) - len(above[-1].lstrip(BLANKS)) + 1
    return f"Begin the line in column {column}, with spaces instead of the tab:\n{above[-1]}"


def _find_column(above: list[str], content: str, width: int) -> int:
    """Return the column, from 0, in which a line belongs below others, the nearest to the width that a tab shows."""
    previous = next((line for line in reversed(above) if line and not line.lstrip().startswith("#")), "")
    is_structure = _STRUCTURE.match(content) is not None or has_field_name(content)
    text_column = _find_text_column(above)
    if text_column is not None and not is_structure:
        return text_column
    if match := _NAME_ALONE.fullmatch(previous):
        return len(match[1]) + 2
    text = "\n".join([*above, content])
    dashes, names = list_open_columns(SourceText(text), len(text) - len(content))
    if not is_structure:
        return max(names, default=0) + 2
    columns = dashes if content.startswith("-") else names
    inner = {column for column in columns if column} or columns or {2}
    return min(inner, key=lambda column: (abs(column - width), -column))


def _find_text_column(above: list[str]) -> int | None:
    """Return the column of the text block that the lines end in, or nothing if they end in none."""
    text: list[str] = []
    for line in reversed(above):
        if _BLOCK_HEADER.fullmatch(line):
            header = len(line) - len(line.lstrip("- "))
            indents = [len(below) - len(below.lstrip()) for below in text]
            return None if min(indents, default=header + 1) <= header else (indents or [header + 2])[-1]
        if line.strip():
            text.append(line)
    return None


# A list without its name.


_LISTS = {
    "recommendations": re.compile(r"- R[0-9][\w.]*"),
    "updates": re.compile(r"- (?:date|text|status|meeting|by|see):.*"),
    "evidence": re.compile(r"- link:.*"),
    "revisions": re.compile(r"- (?:from|to|reason|decision|requested_on|decided_on|approved_by):.*"),
    "blocked_by": re.compile(r"- cause:.*"),
}
_TITLED_LISTS = {"evidence": re.compile(r"link:"), "milestones": re.compile(r"(?:due|done):")}


def suggest_list_name(source: SourceText, pos: int) -> str:
    """Return the advice for entries of a list below a field with a value, or nothing if no one list is meant."""
    column = pos - source.line_start(pos)
    lines = [line[column:] for line in read_value_lines(source, pos, column)]
    entries = [line for line in lines if line.startswith("-")]
    names = [name for name, pattern in _LISTS.items() if all(map(pattern.fullmatch, entries))]
    if not names and all(entry.startswith("- title:") for entry in entries):
        names = [name for name, pattern in _TITLED_LISTS.items() if any(map(pattern.search, map(str.strip, lines)))]
    if len(names) != 1:
        return ""
    name = names[0]
    if match := re.search(rf"^{name}:", source.text, re.MULTILINE):
        line = source.line_number(match.start())
        return f"Move {'the line' if len(lines) == 1 else 'these lines'} to the list under `{name}:` in line {line}."
    return "\n".join([f"Put the name of the list above it:\n{name}:", *(f"  {line}" if line else "" for line in lines)])


def read_value_lines(source: SourceText, pos: int, column: int = 0) -> list[str]:
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


def suggest_joined_list(source: SourceText, pos: int) -> str:
    """Return the advice for a list below a value of the same list: `recommendations: R1`, and below it `- R2`."""
    start = source.line_start(pos)
    header = source.line_text(source.line_start(start - 1))
    match = re.fullmatch(r"( *)([a-z_]+): +([^\[{|>\"'\s].*)", header)
    if match is None or f"{match[2]}:" not in _PLAIN_LISTS:
        return ""
    indent = f"{match[1]}  "
    entries = [line.strip() for line in read_value_lines(source, start, len(match[1]))]
    if not all(re.fullmatch(r"- \S.*", entry) for entry in entries):
        return ""
    lines = [f"{match[1]}{match[2]}:", f"{indent}- {match[3].strip()}", *(f"{indent}{entry}" for entry in entries)]
    return "\n".join(["Put each entry of the list on its own line below the name, after a dash:", *lines])


_PLAIN_LISTS = frozenset(
    f"{name}:"
    for name in ("recommendations", "depends_on", "see_also", "superseded_by", "supporting", "accountable", "raised")
)


# The columns in which a line can begin, by the lines above it.


_LINE_OPENING = re.compile(r"( *)((?:- +)*)([^\s#\-][^:]*:(?=\s|$))?")


def split_opening(line: str) -> tuple[str, str, str]:
    """Return the indentation of a line, its dashes with their spaces, and the name of its field."""
    match = _LINE_OPENING.match(line)
    return (match[1], match[2], match[3] or "") if match else ("", "", "")


def list_open_columns(source: SourceText, pos: int) -> tuple[set[int], set[int]]:
    """Return the columns of the dashes and of the field names with which a line here can continue.

    A line opens its column for the lines below it, until one further out closes it. Text opens none.
    """
    dashes: set[int] = set()
    names: set[int] = set()
    nearest, start = len(source.raw), source.line_start(pos)
    while start > 0 and nearest > 0:
        start = source.line_start(start - 1)
        indent, dash, name = split_opening(source.line_text(start))
        if name and len(indent + dash) < nearest:
            names.add(len(indent + dash))
        if dash and len(indent) < nearest:
            dashes.add(len(indent))
        if name or dash:
            nearest = min(nearest, len(indent))
    return dashes, names
