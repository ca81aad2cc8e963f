"""Advice for duplicates in a file: entries without a dash, two values of a field, two sides of a merge."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from p2ptrack.model.dates import CouncilDate, parse_date
from p2ptrack.model.register import TOP_LEVEL_FIELD_NAMES
from p2ptrack.phrases import join_words, quote
from p2ptrack.store.yaml.repairs import read_value_lines
from p2ptrack.store.yaml.source_text import BLANKS, CONFLICT_PATTERN, PROSE_FIELDS, CharSpan, SourceText
from p2ptrack.store.yaml.text_blocks import TextValue, find_field_name, format_two_texts

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
        return f"Both have the same value. Keep line {line}, and remove this line."
    where = f"in line {line}, and remove this line"
    if key in _LIST_FIELDS and all(texts):
        return f"Put both in one list {where}:\n{key}: [{', '.join(texts)}]"
    if f"{key}:" in PROSE_FIELDS and key != "title" and all(texts):
        first, second = (_make_text_value(source, key, *place) for place in zip(starts, values, strict=True))
        return f"Put both texts under one `{key}: |` {where}:\n{format_two_texts(source, first, second)}"
    return _describe_choice(key, texts, line)


_MAX_CHOICE = 60


def _describe_choice(key: str, texts: Sequence[str], line: int) -> str:
    """Return the advice for a field with two values of which only one can be right."""
    if texts and all(text and len(text) <= _MAX_CHOICE and "\n" not in text for text in texts):
        return f"Keep the line that is right, `{key}: {texts[0]}` or `{key}: {texts[1]}`, and remove the other one."
    return f"Keep the value that is right, that of line {line} or this one, and remove the other one."


def _make_text_value(source: SourceText, key: str, start: int, value: CharSpan) -> TextValue:
    end = value[0] + len(source.text[slice(*value)].rstrip())
    return TextValue(f"{key}:", start + len(key) + 1, value[0], end, start - source.line_start(start))


_DATE = re.compile(r"^[ -]*date: +([^ \n].*)$", re.MULTILINE)


def suggest_resolution(source: SourceText, start: int, path: str) -> str:
    """Return how to resolve the merge conflict whose first marker is at `start`: of two additions, both are kept."""
    name = f'"{path}"' if " " in path else path
    commands = f"`git add {name}`, then `git commit`. To give up the merge instead: `git merge --abort`."
    sides, label = _split_conflict(source, start)
    if "(" in label:  # a rebase names a commit and its subject
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
    moved = [" " * indents[0] + entry[indents[1] :] if entry else "" for entry in bodies[1]]
    what = "lists" if is_list else "groups"
    advice = f"Put both {what} under one `{key}:` in line {line}, and remove this line:"
    return "\n".join([advice, f"{' ' * column}{key}:", *bodies[0], *moved])


def _top_lines(body: list[str]) -> list[str]:
    indent = len(body[0]) - len(body[0].lstrip())
    return [line for line in body if line and len(line) - len(line.lstrip()) == indent]
