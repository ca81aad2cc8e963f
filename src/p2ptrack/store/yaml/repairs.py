"""Repairs that follow from the lines around a mistake: a column, or the name of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice, takewhile
from typing import NamedTuple, TypeAlias

from p2ptrack.model.register import entry_field_names
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlErrorCode, YamlFinding, make_finding
from p2ptrack.store.yaml.parser import ALL_FIELD_NAMES, TOP_LEVEL_FIELD_NAMES
from p2ptrack.store.yaml.source_text import (
    BEGIN_LIST_BELOW,
    BLANKS,
    INVISIBLE_PATTERN,
    UNSEEN_PATTERN,
    SourceText,
    describe_character,
    format_code_point,
    replace_unseen,
)
from p2ptrack.store.yaml.text_blocks import has_field_name, read_value_lines
from p2ptrack.values import compile_on_use

_BLOCK_HEADER = compile_on_use(r" *(?:- +)*[a-z_]+: *[|>][-+0-9]* *(?:#.*)?")
_NAME_ALONE = compile_on_use(r"( *(?:- +)*)[a-z_]+:[ \t]*(?:#.*)?")
_STRUCTURE = compile_on_use(rf"- |-?(?:{'|'.join(sorted(ALL_FIELD_NAMES))}):")
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
    is_structure = _is_structure(content)
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


_RECOMMENDATION_ENTRY = compile_on_use(r"- R[0-9][\w.]*")


def suggest_list_name(source: SourceText, pos: int) -> str:
    """Return the advice for entries of a list below a field with a value, or nothing if no one list is meant."""
    column = pos - source.line_start(pos)
    lines = [line[column:] for line in read_value_lines(source, pos, column)]
    entries = [line for line in lines if line.startswith("-")]
    if all(map(_RECOMMENDATION_ENTRY.fullmatch, entries)):
        names = ["recommendations"]
    else:
        column = min((len(line) - len(line.lstrip("- ")) for line in entries), default=0)
        fields = {line[column:].partition(":")[0] for line in lines if line[column : column + 1].isalpha()}
        names = [name for name, field_names in entry_field_names().items() if fields and fields <= field_names]
    if len(names) != 1:
        return ""
    name = names[0]
    if match := re.search(rf"^{name}:", source.text, re.MULTILINE):
        line = source.line_number(match.start())
        return f"Move {'the line' if len(lines) == 1 else 'these lines'} to the list under `{name}:` in line {line}."
    return "\n".join([f"Put the name of the list above it:\n{name}:", *(f"  {line}" if line else "" for line in lines)])


def suggest_joined_list(source: SourceText, pos: int) -> str:
    """Return the advice for a list below a value of the same list: `recommendations: R1`, and below it `- R2`."""
    start = source.line_start(pos)
    header = source.line_text(source.line_start(start - 1))
    match = re.fullmatch(r"( *)([a-z_]+): +([^\[{|>\"'\s].*)", header)
    if match is None or match[2] not in _PLAIN_LISTS:
        return ""
    indent = f"{match[1]}  "
    entries = [line.strip() for line in read_value_lines(source, start, len(match[1]))]
    if not all(re.fullmatch(r"- \S.*", entry) for entry in entries):
        return ""
    lines = [f"{match[1]}{match[2]}:", f"{indent}- {match[3].strip()}", *(f"{indent}{entry}" for entry in entries)]
    return "\n".join(["Put each entry of the list on its own line below the name, after a dash:", *lines])


_PLAIN_LISTS = frozenset(
    {"recommendations", "depends_on", "see_also", "superseded_by", "supporting", "accountable", "raised"}
)


# The columns in which a line can begin, by the lines above it.


_LINE_OPENING = compile_on_use(r"( *)((?:- +)*)([^\s#\-][^:]*:(?=\s|$))?")


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


# Repairs of one line. They are tried if the advice for the line where reading stops does not correct the file.


class LineRepair(NamedTuple):
    """A possible correction of a line: the new line or lines, and the mistake that it corrects."""

    line: str
    error_code: YamlErrorCode
    details: Mapping[str, str]
    replaced: int = 1
    """How many lines it replaces."""


_LIST_MARKER = compile_on_use(r"(\+|\*|--+|[0-9]+[.)]|[\u2010-\u2015\u2022\u00b7\u25cf\u25aa])[ \t]*(\S.*)")
_JOINED_ENTRY = compile_on_use(r"( *)([a-z_]+):-[ \t]*([a-z_]+): .*")
_LIST_NAME = compile_on_use(r" *[a-z_]+:[ \t]*")
_WORD = compile_on_use(r"\w+")
_REMARK = "If it is text, move it to the field that it belongs to. If it is a remark, put `#` before it:\n"
_MAX_TRIED = 4
"""The mistake may be in this many lines, up from the line where reading stops."""


def _iter_repairs(lines: list[str], number: int) -> Iterator[tuple[int, LineRepair]]:
    """Yield possible corrections of the line with this number, from 1, and of the lines above it."""
    filled = [index for index, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    tried = [index for index in filled if index < number][: -_MAX_TRIED - 1 : -1]
    for index in tried:
        yield from ((index + 1, repair) for repair in _iter_unseen_repairs(lines[index]))
    for index in tried:
        place = filled.index(index)
        nearby = [lines[other] for other in filled[max(0, place - 2) : place + 3] if other != index]
        for repair in _iter_line_repairs(lines[index], nearby):
            yield index + 1, repair
        if lines[index].count("[") + lines[index].count("{") and index + 1 < len(lines):
            joined = f"{lines[index].rstrip()} {lines[index + 1].strip()}"
            fix = f"Write the value on one line:\n{joined}"
            yield index + 1, LineRepair(joined, messages.UNREADABLE, {"fix": fix}, 2)
        if remark := _comment_out(lines[index:]):
            yield (
                index + 1,
                LineRepair(remark, messages.NO_COLON, {"fix": f"{_REMARK}{remark}"}, remark.count("\n") + 1),
            )


def _iter_list_repairs(lines: list[str], number: int) -> Iterator[tuple[int, LineRepair]]:
    """Yield corrections of a list near this line, whose first entry is joined to its name, or is above it."""
    for index in range(max(0, number - 2), min(number, len(lines) - 1)):
        entry, name = lines[index : index + 2]
        if entry.lstrip().startswith("- ") and _LIST_NAME.fullmatch(name):
            swapped = f"{name}\n{entry}"
            details = {"marker": "a dash", "fix": f"Put the name of the list above its first entry:\n{swapped}"}
            yield index + 1, LineRepair(swapped, messages.UNEXPECTED_LIST, details, 2)
    for index in range(max(0, number - _MAX_TRIED), number):
        match = _JOINED_ENTRY.fullmatch(lines[index])
        if match and match[3] in entry_field_names().get(match[2], ()):
            repaired = f"{match[1]}{match[2]}:\n{match[1]}  - {lines[index][match.start(3) :]}"
            details = {"text": "-", "fix": f"{BEGIN_LIST_BELOW}\n{repaired}"}
            yield index + 1, LineRepair(repaired, messages.INDICATOR_IN_VALUE, details)


def _iter_unseen_repairs(line: str) -> Iterator[LineRepair]:
    """Yield a line with ordinary spaces, or none, for characters that only look like one."""
    if unseen := UNSEEN_PATTERN.search(line):
        code = messages.INVISIBLE_SPACE if INVISIBLE_PATTERN.match(unseen[0]) else messages.CONTROL_CHARACTER
        details = {"name": describe_character(unseen[0]), "number": format_code_point(unseen[0])}
        for repaired in (replace_unseen(line), UNSEEN_PATTERN.sub(" ", line)):
            yield LineRepair(repaired.rstrip(), code, {"where": "In this line", **details})


def _iter_line_repairs(line: str, nearby: list[str]) -> Iterator[LineRepair]:
    content = line.strip(BLANKS)
    indent = " " * (len(line) - len(line.lstrip(BLANKS)))
    is_known = _find_known_name(content)
    yield from _iter_marker_repairs(indent, content)
    is_structure = _is_structure(content)
    candidates = [
        other for other in nearby if is_structure or not _is_structure(other.strip())
    ]  # text continues below text
    for column in dict.fromkeys(column for other in candidates for column in _list_columns(other)):
        if column != len(indent):
            details = {"column": str(len(indent) + 1), "expected": str(column + 1)}
            yield LineRepair(" " * column + content, messages.INDENTATION, details)
    if is_known and not content.startswith("-"):
        for column in {len(indent), max(2, len(indent) - 2)}:
            details = {"name": "the name of a field"}
            yield LineRepair(f"{' ' * column}- {content}", messages.WRONG_LIST_MARKER, details)


def _is_structure(content: str) -> bool:
    """Return whether a line begins a field or an entry of a list."""
    return _STRUCTURE.match(content) is not None or has_field_name(content)


def _comment_out(lines: list[str]) -> str:
    """Return the lines up to the next blank one, field or entry of a list, each as a comment."""
    remarks = takewhile(lambda line: line.strip() and not _is_structure(line.strip()), lines)
    return "\n".join(re.sub(r"(\s*)", r"\1# ", line.rstrip(), count=1) for line in remarks)


def describe_list_marker(marker: str) -> str:
    """Return the description of the character that a list entry has in place of a hyphen."""
    if marker[0].isdigit():
        return "a number"
    return "two dashes" if marker[0] == "-" else describe_character(marker)


def _iter_marker_repairs(indent: str, content: str) -> Iterator[LineRepair]:
    """Yield a line with another marker at its start: that of a list, that of a diff, or none."""
    if match := _LIST_MARKER.match(content):
        name = describe_list_marker(match[1])
        yield LineRepair(f"{indent}- {match[2]}", messages.WRONG_LIST_MARKER, {"name": name})
        rest, marker = content[len(match[1]) :], name
    elif content.startswith("-") and content.strip("-"):
        rest, marker = content[1:], "a dash"
        yield LineRepair(f"{indent}- {rest.strip(BLANKS)}", messages.NO_SPACE_AFTER_DASH, {})
    else:
        return
    if not _find_known_name(rest) and not rest.startswith("  "):  # names that users choose, in a diff
        return
    for repaired in dict.fromkeys((indent + rest.strip(BLANKS), indent + rest, f"{indent} {rest}")):
        fix = f"Write the line without it:\n{repaired}"
        yield LineRepair(repaired, messages.UNEXPECTED_LIST, {"marker": marker, "fix": fix})


def _find_known_name(content: str) -> str:
    """Return the name of a field that a line begins with, or nothing."""
    name = content.lstrip("- ").partition(":")[0]
    return name if name in ALL_FIELD_NAMES else ""


def _list_columns(line: str) -> tuple[int, ...]:
    """Return the columns of a line for the lines beside it: its own, that after its dash, and one further in."""
    indent, dash, _ = split_opening(line)
    columns = (len(indent), len(indent + dash))
    return (*columns, len(indent) + 2) if line.rstrip().endswith(":") else columns


def _find_window(lines: list[str], number: int) -> tuple[int, int]:
    """Return the lines around the one of this number, as a slice, that can be read by themselves: whole fields."""
    starts = [index for index, line in enumerate(lines) if line.partition(":")[0] in TOP_LEVEL_FIELD_NAMES]
    before = [index for index in starts if index < number - 1]
    after = [index for index in starts if index > number - 1]
    return (before[-2] if len(before) > 1 else 0), (after[1] if len(after) > 1 else len(lines))


_MAX_LENGTH = 20_000
_MAX_WORK = 100_000
"""At most this many characters are read for one finding, so that long files stay fast to check."""
_MAX_REPAIRED = 3
_TRIED = (
    messages.UNREADABLE,
    messages.INDENTATION,
    messages.UNEXPECTED_LIST,
    messages.FIELD_IN_OPEN_LIST,
    messages.NO_COLON,
    messages.MISSING_COMMA,
    messages.EXTRA_COMMA,
    messages.JOINED_LIST,
    messages.COLON_IN_VALUE,
    messages.NO_SPACE_AFTER_DASH,
    messages.WRONG_LIST_MARKER,
    messages.ALIAS,
    messages.INDICATOR_IN_VALUE,
    messages.TEXT_AFTER_BRACKETS,
    messages.UNCLOSED_QUOTE,
    messages.UNCLOSED_BRACKET,
    messages.SPLIT_BY_COMMA,
    messages.CONTROL_CHARACTER,
    messages.INVISIBLE_SPACE,
    messages.NO_SPACE_AFTER_COLON,
)
"""Mistakes of layout, which are often seen in another line than the one that causes them."""

_CHARACTERS = (messages.CONTROL_CHARACTER, messages.BIDI_CONTROL)
"""Findings that name a character, which stay beside another of the same line."""

_Diagnose: TypeAlias = Callable[[str], list[YamlFinding]]
_FindingKeys: TypeAlias = set[tuple[str, int]]
"""Findings as they are compared: the code and the line of each."""


def repair_by_trial(findings: list[YamlFinding], source: SourceText, diagnose: _Diagnose) -> list[YamlFinding]:
    """Return the findings, with those replaced whose advice does not correct the file if a repair of one line does.

    Every repair is tried: `diagnose` gives the findings of a text.
    """
    if len(source.raw) > _MAX_LENGTH:
        return findings
    for finding in [finding for finding in findings if finding.error_code in _TRIED][:_MAX_REPAIRED]:
        if finding in findings:
            findings = _try_repairs(finding, findings, source, diagnose)
    return findings


def _try_repairs(
    finding: YamlFinding, findings: list[YamlFinding], source: SourceText, diagnose: _Diagnose
) -> list[YamlFinding]:
    lines, number = source.text.split("\n"), source.line_number(finding.start)
    first, last = _find_window(lines, number)
    if _read_advice(finding, lines[number - 1 :]) is None:
        return findings
    advised = _list_advice(finding, findings, source, lines)
    trials = [(place, repair) for place, repair, _ in advised]
    known_keys = _list_finding_keys([other for other in findings if other != finding], source)
    distant = {(code, line) for code, line in known_keys if abs(line - number) > _MAX_TRIED}
    results: list[tuple[int, LineRepair, _FindingKeys]] = []
    limit = 1 + _MAX_WORK // (1 + len("\n".join(lines[first:last])))
    repairs = chain(_iter_list_repairs(lines, number), trials, _iter_repairs(lines, number))
    for place, repair in islice(repairs, limit):
        if first < place <= last:
            after = _diagnose_repaired(lines[first:last], repair, place - first, diagnose)
            after = {(code, line + first) for code, line in after}
            results.append((place, repair, after))
            if after <= distant:
                break
    # A finding nearby may follow from the same mistake, so a repair that also corrects it is better.
    for place, repair, _ in sorted(
        (result for result in results if result[2] <= known_keys),
        key=lambda result: (result[1].line.lstrip().startswith("#"), not result[2] <= distant),
    ):
        after = _diagnose_repaired(lines, repair, place, diagnose)
        if after <= known_keys:
            owner = next((other for _, advice, other in advised if advice is repair), None)
            repaired = owner or _make_repair(repair, place, source)
            remaining = [
                other
                for other in findings
                if other not in (finding, owner)
                and (other.error_code in _CHARACTERS or not _list_finding_keys([other], source).isdisjoint(after))
            ]
            return sorted([*remaining, repaired], key=lambda other: other.start)
    return findings


def _list_advice(
    finding: YamlFinding, findings: list[YamlFinding], source: SourceText, lines: list[str]
) -> list[tuple[int, LineRepair, YamlFinding]]:
    """Return the line and the repair that a finding advises, and those of the findings of the lines above it."""
    advised: list[tuple[int, LineRepair, YamlFinding]] = []
    for other in (finding, *(other for other in findings if other != finding)):
        place = source.line_number(other.start)
        is_near = 0 <= source.line_number(finding.start) - place < _MAX_TRIED
        if is_near and (repair := _read_advice(other, lines[place - 1 :])) and repair.line:
            advised.append((place, repair, other))
    return advised


def _diagnose_repaired(lines: list[str], repair: LineRepair, number: int, diagnose: _Diagnose) -> _FindingKeys:
    """Return the findings of the lines with a repair, at the numbers that the lines have without it."""
    text = "\n".join([*lines[: number - 1], repair.line, *lines[number - 1 + repair.replaced :]])
    added = repair.line.count("\n") + 1 - repair.replaced
    keys = _list_finding_keys(diagnose(text), SourceText(text))
    return {(code, max(number, line - added) if line > number else line) for code, line in keys}


def _list_finding_keys(findings: list[YamlFinding], source: SourceText) -> _FindingKeys:
    return {(finding.error_code.code, source.line_number(finding.start)) for finding in findings}


def _read_advice(finding: YamlFinding, lines: list[str]) -> LineRepair | None:
    """Return the first of the lines as the advice has it, an empty one without any, or None for another text.

    Lines that are only moved to another column together, and a line that is split, are returned together.
    """
    sentence, *block = finding.fix.split("\n")
    filled = [index for index, line in enumerate(lines) if line.strip()][: len(block)]  # advice leaves blank lines out
    is_moved = [line.strip() for line in block] == [lines[index].strip() for index in filled]
    words = set(_WORD.findall(" ".join(block)))
    if not is_moved and not words <= set(_WORD.findall(lines[0])):
        return None  # the advice is for a line above, too
    is_whole = sentence.startswith("Begin the line in column") or not block or block[0].startswith(" ")
    indent = "" if is_whole else lines[0][: len(lines[0]) - len(lines[0].lstrip(BLANKS))]
    return LineRepair(indent + "\n".join(block), finding.error_code, {}, filled[-1] + 1 if is_moved and block else 1)


def _make_repair(repair: LineRepair, number: int, source: SourceText) -> YamlFinding:
    start = source.start_of(number)
    line = source.line_text(start)
    span = (start + len(line) - len(line.lstrip(BLANKS)), start + len(line))
    return make_finding(repair.error_code, span, **{"line": repair.line, **repair.details})
