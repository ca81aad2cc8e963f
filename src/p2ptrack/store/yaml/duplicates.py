"""Advice for what is in a file twice: two entries without a dash, two values of a field, two sides of a merge."""

from __future__ import annotations

import re
from datetime import date

from p2ptrack.model.dates import CouncilDate, parse_date
from p2ptrack.store.yaml.source_text import (
    BLANKS,
    CONFLICT_PATTERN,
    PROSE_FIELDS,
    CharSpan,
    SourceText,
)
from p2ptrack.store.yaml.text_blocks import TextValue, format_two_texts

_LIST_FIELDS = frozenset({"recommendations", "supporting", "depends_on", "blocked_by", "see_also", "asks", "roles"})


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
        return f"Both have the same value. Keep line {line}, and take out this line."
    where = f"in line {line}, and take out this line"
    if key in _LIST_FIELDS and all(texts):
        return f"Put both in one list {where}:\n{key}: [{', '.join(texts)}]"
    if f"{key}:" in PROSE_FIELDS and key != "title" and all(texts):
        first, second = (_make_text_value(source, key, *place) for place in zip(starts, values, strict=True))
        return f"Put both texts under one `{key}: |` {where}:\n{format_two_texts(source, first, second)}"
    return f"Write `{key}:` once, with the value that is right."


def _make_text_value(source: SourceText, key: str, start: int, value: CharSpan) -> TextValue:
    end = value[0] + len(source.text[slice(*value)].rstrip())
    return TextValue(f"{key}:", start + len(key) + 1, value[0], end, start - source.line_start(start))


_DATE = re.compile(r"^[ -]*date:[ ]+(.+?)[ ]*$", re.MULTILINE)


def suggest_resolution(source: SourceText, start: int, path: str) -> str:
    """Return how to resolve the merge conflict whose first marker is at `start`: of two additions, both are kept."""
    name = f'"{path}"' if " " in path else path
    commands = f"`git add {name}`, then `git commit`. To give up the merge instead: `git merge --abort`."
    sides, label = _split_conflict(source, start)
    if "(" in label:  # a rebase names a commit and its subject
        commands = f"`git add {name}`. `git status` then says how to finish, or how to give up."
    finish = f"Then run {commands}"
    entries = _merge_entries(sides) if sides else None
    if entries is None:
        return (
            "Combine the two versions into the text that is right. Then take out every marker line "
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
    parsed = parse_date(match.group(1).strip("\"'")) if match else None
    return parsed.latest if isinstance(parsed, CouncilDate) else None
