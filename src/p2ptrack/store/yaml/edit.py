"""Edit a record's file: set fields and add entries in place, and keep every other byte as it is.

The places come from the events of the same parser that reads records. After each edit the text is read again: if it
does not hold exactly what it held before plus the edit, the next possible place is tried, and if none is left the edit
is refused. So no file can be broken by an edit, whatever its style.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from p2ptrack.errors import OperationError
from p2ptrack.store.yaml.parser import MAX_DEPTH, YamlValue, create_event_reader
from p2ptrack.store.yaml.source_text import NULL_WORDS, quote_text

FieldPath: TypeAlias = tuple[str | int, ...]
"""The names and the numbers of entries that lead to a field: `("revisions", 0, "decision")`."""


@dataclass(frozen=True, slots=True)
class SetField:
    """Give a field a value, in place of the one that it has. Groups that it is in are added."""

    path: FieldPath
    value: YamlValue


@dataclass(frozen=True, slots=True)
class AppendEntry:
    """Add an entry at the end of a list. The list is added where there is none."""

    path: FieldPath
    value: YamlValue


@dataclass(frozen=True, slots=True)
class RemoveField:
    """Remove a field, and its group if that is then empty."""

    path: FieldPath


Edit: TypeAlias = "SetField | AppendEntry | RemoveField"


class EditRefused(OperationError):
    """A file cannot be edited without a change of something else in it."""


def apply_edits(data: bytes, edits: Sequence[Edit], field_order: Sequence[str] = ()) -> bytes:
    """Return the file after the edits. A new field of the record goes to its place in `field_order`.

    Raises `EditRefused` when the file cannot be read or an edit would change anything else.
    """
    mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
    try:
        text = data.removeprefix(mark).decode()
    except UnicodeDecodeError:
        raise EditRefused("The file is not UTF-8 text.") from None
    with _refuse_undecodable_text():
        for edit in edits:
            text = _apply_edit(text, edit, field_order)
        return mark + text.encode()


def format_record(values: Mapping[str, YamlValue]) -> str:
    """Return the text of a new record. Raises `EditRefused` for values that are not text."""
    text = "".join(f"{line}\n" for key, value in values.items() for line in _format_field(key, value, 0))
    with _refuse_undecodable_text():
        text.encode()
    return text


@contextmanager
def _refuse_undecodable_text() -> Iterator[None]:
    """Raise `EditRefused` for bytes that Python could not decode, which a command line or standard input can hold."""
    try:
        yield
    except UnicodeEncodeError:
        raise EditRefused("The new text is not UTF-8. Save it as UTF-8, or type it again.") from None


@dataclass(slots=True)
class Node:
    """A value of a file and its place. Of the children of a mapping, `keys` are the names."""

    start: int
    end: int
    style: str | None = None
    value: str = ""
    keys: list[_Key] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    is_mapping: bool = False
    is_flow: bool = False

    @property
    def is_scalar(self) -> bool:
        """Whether it is a text."""
        return self.style is not None

    @property
    def is_block_text(self) -> bool:
        """Whether it is a text that starts with `|` or `>`."""
        return self.style in {"|", ">"}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written, or a group or list without anything in it: `{}`, `[]`."""
        return not self.children and not self.value

    def to_plain(self) -> YamlValue:
        """Return the value as plain data, with every text as it was written."""
        if self.is_scalar:
            return self.value
        if not self.is_mapping:
            return [child.to_plain() for child in self.children]
        return {key.name: child.to_plain() for key, child in zip(self.keys, self.children, strict=True)}

    def find_content_end(self, text: str) -> int:
        """Return where the last character of the value is in its text that is neither a blank nor a line end."""
        leaf = self.find_last_leaf()
        if leaf.is_block_text:
            return leaf.start + len(text[leaf.start : leaf.end].rstrip())
        return leaf.end

    def find_last_leaf(self) -> Node:
        """Return the last value inside of it that has no other below it; one in brackets is a leaf."""
        return self.children[-1].find_last_leaf() if self.children and not self.is_flow else self

    def child(self, step: str | int) -> Node | None:
        """Return the value of a field by its name, or an entry by its number."""
        if isinstance(step, int):
            return self.children[step] if not self.is_mapping and step < len(self.children) else None
        names = [key.name for key in self.keys]
        return self.children[names.index(step)] if step in names else None


class _Key(NamedTuple):
    name: str
    start: int
    end: int


class _Splice(NamedTuple):
    start: int
    end: int
    text: str


def parse_nodes(text: str) -> Node:
    """Return the values of a text with their places. Raises `EditRefused` where it cannot be read or has oddities."""
    get_event = create_event_reader(text)
    try:
        get_event()
        if isinstance(get_event(), StreamEndEvent):
            raise EditRefused("The file is empty.")
        root = _parse_node(get_event(), get_event, 0)
        get_event()
        has_more = not isinstance(get_event(), StreamEndEvent)
    except YAMLError:
        raise EditRefused("The file has a mistake in its YAML.") from None
    if has_more:
        raise EditRefused("The file has more than one document (---).")
    return root


def _parse_node(event: Any, get_event: Any, depth: int) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None) or getattr(event, "ctag", None):
        raise EditRefused("The file has a label (&), a reference (*) or a type (!).")
    if depth > MAX_DEPTH:
        raise EditRefused("The file is nested too deeply.")
    if isinstance(event, ScalarEvent):
        return Node(start, end, event.style or "", event.value)
    node = Node(start, end, is_mapping=isinstance(event, MappingStartEvent), is_flow=bool(event.flow_style))
    while not isinstance(event := get_event(), MappingEndEvent | SequenceEndEvent):
        if node.is_mapping:
            if not isinstance(event, ScalarEvent) or event.anchor or event.ctag:
                raise EditRefused("The file has a field name that is not plain text.")
            if any(key.name == event.value for key in node.keys):
                raise EditRefused(f"The file has the field {event.value} twice.")
            node.keys.append(_Key(event.value, event.start_mark.index, event.end_mark.index))
            event = get_event()
        node.children.append(_parse_node(event, get_event, depth + 1))
    node.end = event.end_mark.index
    return node


def _apply_edit(text: str, edit: Edit, field_order: Sequence[str]) -> str:
    root = parse_nodes(text)
    if not root.is_mapping:
        raise EditRefused("The file is not a record.")
    if isinstance(edit, RemoveField):
        expected = _expect_removed(root.to_plain(), edit.path)
    else:
        edit = replace(edit, value=_map_texts(edit.value, lambda text: text.strip("\n")))  # as a block of text holds it
        expected = _expect(root.to_plain(), edit.path, edit)
    for splices in _Editor(text, root, field_order).plan(edit):
        candidate = text
        for splice in sorted(splices, reverse=True):
            candidate = candidate[: splice.start] + splice.text + candidate[splice.end :]
        if _holds(candidate, expected):
            return candidate
    raise EditRefused(f"The field {edit.path[0]} cannot be changed without changing other lines.")


def _expect_removed(value: YamlValue, path: FieldPath) -> YamlValue:
    """Return the data that the file must hold without a field."""
    step, *rest = path
    if isinstance(step, int) and isinstance(value, list) and step < len(value) and rest:
        return [*value[:step], _expect_removed(value[step], tuple(rest)), *value[step + 1 :]]
    if not isinstance(value, dict) or step not in value:
        raise EditRefused(f"The field {step} is not in the file.")
    inner = _expect_removed(value[str(step)], tuple(rest)) if rest else {}
    return {name: inner if name == step else entry for name, entry in value.items() if name != step or inner}


def _expect(value: YamlValue, path: FieldPath, edit: SetField | AppendEntry) -> YamlValue:
    """Return the data that the file must hold after the edit."""
    if path:
        step, *rest = path
        if isinstance(step, int):
            entries = value if isinstance(value, list) else []
            return [*entries[:step], _expect(entries[step], tuple(rest), edit), *entries[step + 1 :]]
        group = value if isinstance(value, dict) else {}
        return {**group, step: _expect(group.get(step, ""), tuple(rest), edit)}
    if isinstance(edit, SetField):
        return edit.value
    if not isinstance(value, list):
        value = [value] if value else []
    return [*value, edit.value]


def _map_texts(value: YamlValue, change: Callable[[str], str]) -> YamlValue:
    """Return the data with each of its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_map_texts(entry, change) for entry in value]
    return {name: _map_texts(entry, change) for name, entry in value.items()}


def _holds(text: str, expected: YamlValue) -> bool:
    try:
        return _normalise(parse_nodes(text).to_plain()) == _normalise(expected)
    except EditRefused:
        return False


def _normalise(value: YamlValue) -> YamlValue:
    """Return the data without the line end that every text in a block has."""
    return _map_texts(value, lambda text: text.removesuffix("\n"))


_COMMENT = re.compile(r"(?:^|[ \t])#")
_COMMENT_LINE = re.compile(r"( *)#[^\n]*(?:\n|$)")


class _Editor:
    """Finds the places of an edit in a text."""

    def __init__(self, text: str, root: Node, field_order: Sequence[str]) -> None:
        self.text = text
        self.root = root
        self.field_order = field_order
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def plan(self, edit: Edit) -> Iterator[list[_Splice]]:
        """Yield the possible changes of the text, the best first."""
        if isinstance(edit, RemoveField):
            yield from self._remove(edit.path)
            return
        parent, path, value = self.root, edit.path, edit.value
        while len(path) > 1 and (child := parent.child(path[0])) is not None and child.children:
            parent, path = child, path[1:]
        name, *inner = map(str, path)
        if isinstance(edit, AppendEntry):
            target = None if inner else parent.child(name)
            if target is not None and not target.is_empty:
                yield from self._append(parent, name, target, value)
                return
            value = [value]
        for inner_name in reversed(inner):
            value = {inner_name: value}
        if not parent.is_mapping:
            raise EditRefused(f"The field {name} is not in the file.")
        yield from self._set(parent, name, value)

    def _set(self, parent: Node, name: str, value: YamlValue) -> Iterator[list[_Splice]]:
        target = parent.child(name)
        if target is not None:
            yield from self._replace(parent, name, target, value)
        elif parent.is_flow:
            entry = f"{_format_flow(name)}: {_format_flow(value)}"
            yield from self._insert_in_flow(parent, entry)
        else:
            column = self._column(parent.keys[0].start)
            lines = _format_field(name, value, column)
            yield from self._insert_lines(self._find_predecessor(parent, name), column, lines)
            quoted = [" " * column + f"{name}: {_format_flow(value, quoted=True)}"]
            yield from self._insert_lines(self._find_predecessor(parent, name), column, quoted)

    def _remove(self, path: FieldPath) -> Iterator[list[_Splice]]:
        """Yield the ways to take a field out: its lines, or its place between others."""
        parents = [self.root]
        for step in path[:-1]:
            child = parents[-1].child(step)
            parents += [child] if child is not None else []
        while len(path) > 1 and parents[-1].is_mapping and len(parents[-1].keys) == 1:
            path = path[:-1]
            parents.pop()
        parent, name = parents[-1], str(path[-1])
        index = next((index for index, key in enumerate(parent.keys) if key.name == name), None)
        if index is None:
            raise EditRefused(f"The field {name} is not in the file.")
        key, target = parent.keys[index], parent.children[index]
        end = max(self._content_end(target), self.text.index(":", key.end) + 1)
        rest = self.text[end : self._line_end(end)]
        inside = "" if target.is_scalar and not target.is_block_text else self.text[key.end : end]
        header = inside.partition("\n")[0] if target.is_block_text else inside
        if _COMMENT.search(rest) or _COMMENT.search(header):
            raise EditRefused(f"The field {name} has a comment, which the change would remove.")
        following = parent.keys[index + 1].start if index + 1 < len(parent.keys) else None
        if not parent.is_flow and not self.text[self._line_start(key.start) : key.start].strip():
            yield [_Splice(self._line_start(key.start), self._next_line(end), "")]
        if following is not None:
            yield [_Splice(key.start, following, "")]
        elif parent.is_flow and index:
            yield [_Splice(parent.children[index - 1].end, end, "")]

    def _find_predecessor(self, parent: Node, name: str) -> Node:
        """Return the value after which a new field goes: that of the nearest field before it in the usual order."""
        order = {field_name: index for index, field_name in enumerate(self.field_order)}
        if parent is not self.root or name not in order:
            return parent.children[-1]
        ranks = [(order.get(key.name, len(order)), index) for index, key in enumerate(parent.keys)]
        earlier = [rank for rank in ranks if rank[0] < order[name]]
        return parent.children[max(earlier)[1]] if earlier else parent.children[-1]

    def _append(self, parent: Node, name: str, target: Node, value: YamlValue) -> Iterator[list[_Splice]]:
        if target.is_scalar:
            yield from self._replace(parent, name, target, [target.value, value])
        elif target.is_mapping:
            yield from self._append_to_single(target, value)
        elif target.is_flow:
            yield from self._insert_in_flow(target, _format_flow(value))
        else:
            column = self._column(target.start)
            yield from self._insert_lines(
                target.children[-1], column, self._space(target, _format_entry(value, column)), is_entry=True
            )
            quoted = [" " * column + f"- {_format_flow(value, quoted=True)}"]
            yield from self._insert_lines(target.children[-1], column, quoted, is_entry=True)

    def _append_to_single(self, target: Node, value: YamlValue) -> Iterator[list[_Splice]]:
        """Turn a single group in place of a list into a list, and add an entry."""
        if target.is_flow:
            yield [
                _Splice(target.start, target.start, "["),
                _Splice(target.end, target.end, f", {_format_flow(value)}]"),
            ]
            return
        column = self._column(target.start)
        first, last = self._line_start(target.start), self._content_end(target)
        starts = [first, *(match.end() for match in re.finditer("\n", self.text[:last]) if match.end() > first)]
        prefixes = [_Splice(target.start, target.start, "- ")]
        prefixes += [_Splice(start, start, "  ") for start in starts[1:] if self.text[start] not in "\r\n"]
        for splices in self._insert_lines(target, column, _format_entry(value, column), is_entry=True):
            yield [*prefixes, *splices]

    def _space(self, sequence: Node, lines: list[str]) -> list[str]:
        """Return the lines of an entry, after an empty line where the entries of the list have one between them."""
        ends = [self._content_end(child) for child in sequence.children]
        gaps = [self.text[end : child.start] for end, child in zip(ends[:-1], sequence.children[1:], strict=True)]
        return ["", *lines] if gaps and all(re.match(r"[^\n]*\n[ \t\r]*\n", gap) for gap in gaps) else lines

    def _replace(self, parent: Node, name: str, target: Node, value: YamlValue) -> Iterator[list[_Splice]]:
        if target.to_plain() == value:
            yield []
            return
        key = next(key for key in parent.keys if key.name == name)
        column = self._column(key.start)
        if parent.is_flow:
            yield self._replace_inline(key, target, _format_flow(value))
            return
        if isinstance(value, str) and target.is_scalar and not (_needs_block(name, value) or target.is_block_text):
            yield self._replace_inline(key, target, _format_inline(value))
            return
        if not target.is_scalar and "#" in self.text[target.start : self._content_end(target)]:
            raise EditRefused(f"The field {name} has a comment in it, which the change would remove.")
        first, *rest = _format_field(name, value, column)
        header = first[column + len(f"{_format_name(name)}:") :].lstrip()
        yield self._replace_block(key, target, header, rest)

    def _replace_inline(self, key: _Key, target: Node, new: str) -> list[_Splice]:
        if target.start < target.end:
            return [_Splice(target.start, target.end, new)]
        colon = self.text.index(":", key.end) + 1
        return [_Splice(colon, colon, f" {new}")]

    def _replace_block(self, key: _Key, target: Node, header: str, lines: list[str]) -> list[_Splice]:
        """Replace a value by one that has lines of its own. `header` goes on the line of the name, before a comment."""
        colon = self.text.index(":", key.end) + 1
        end = max(self._content_end(target), colon)
        body = "".join(f"{self.newline}{line}" for line in lines)
        header = f" {header}" if header else ""
        if target.is_empty or (target.is_scalar and not target.is_block_text):
            line_end = self._line_end(end)
            return [_Splice(colon, end, header), _Splice(line_end, line_end, body)]
        name_end = self._line_end(colon)
        comment = re.search(r"[ \t]#.*", self.text[colon:name_end].rstrip("\r"))
        rest = comment.group() if comment and target.is_block_text else ""
        return [_Splice(colon, end, header + rest + body)]

    def _insert_in_flow(self, container: Node, entry: str) -> Iterator[list[_Splice]]:
        if not container.children:
            yield [_Splice(container.start + 1, container.start + 1, entry)]
            return
        last = container.children[-1]
        has_comma = re.match(r"(?:\s|#.*(?=\n|\Z))*,", self.text[last.end : container.end])
        if has_comma:
            end = last.end + has_comma.end()
            yield [_Splice(end, end, f" {entry}")]
        yield [_Splice(last.end, last.end, f", {entry}")]

    def _insert_lines(
        self, node: Node, column: int, lines: list[str], *, is_entry: bool = False
    ) -> Iterator[list[_Splice]]:
        """Yield the insertions of lines below a value: after its last line and the comments that belong to it."""
        body = "".join(f"{line}{self.newline}" for line in lines)
        positions = [self._skip_comments(self._next_line(self._content_end(node)), column, is_entry=is_entry)]
        positions += [self._next_line(self._content_end(node)), self._next_line(max(node.find_last_leaf().end - 1, 0))]
        for position in dict.fromkeys(positions):
            is_end = position == len(self.text) and not self.text.endswith(("\n", "\r"))
            yield [_Splice(position, position, self.newline + body.removesuffix(self.newline) if is_end else body)]

    def _skip_comments(self, position: int, column: int, *, is_entry: bool) -> int:
        """Return the position after the comments that are indented more than the field, or as much as an entry."""
        while match := _COMMENT_LINE.match(self.text, position):
            indent = len(match[1])
            if indent < column or (indent == column and not (is_entry and column)):
                break
            position = match.end()
        return position

    def _content_end(self, node: Node) -> int:
        return node.find_content_end(self.text)

    def _line_start(self, position: int) -> int:
        return self.text.rfind("\n", 0, position) + 1

    def _line_end(self, position: int) -> int:
        """Return where the line ends, before its line end."""
        end = self.text.find("\n", position)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > position and self.text[end - 1] == "\r" else end

    def _next_line(self, position: int) -> int:
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end + 1

    def _column(self, position: int) -> int:
        return position - self._line_start(position)


_TEXT_FIELDS = frozenset({"text", "origin_text", "agreed_action", "note"})
"""Fields that are written as a block of text even when one line would do, because more is often added."""

_MAX_INLINE = 100
_PLAIN = re.compile(r"[A-Za-z0-9£](?:[\w £%&()/.,;'’–+-]|:(?=\S))*(?<! )")
"""Texts that YAML reads as they are without quotes, in a block and in brackets apart from commas."""

_PLAIN_NAME = re.compile(r"[A-Za-z_](?:[\w /().,’-]*[\w).])?")
"""Names of fields that YAML reads as they are."""


def _needs_block(name: str, text: str) -> bool:
    return name in _TEXT_FIELDS or "\n" in text or len(text) > _MAX_INLINE


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and text not in NULL_WORDS and " #" not in text and " -" not in text


def _is_plain_in_flow(text: str) -> bool:
    return _is_plain(text) and not {",", ":"} & set(text)


def _format_inline(text: str) -> str:
    if _is_plain(text):
        return text
    if "\n" in text or (not text.isprintable() and not {'"', "\\"}.isdisjoint(text)):
        return json.dumps(text, ensure_ascii=False)
    return quote_text(text)


def _format_flow(value: YamlValue, *, quoted: bool = False) -> str:
    """Return a value in brackets, on one line."""
    if isinstance(value, str):
        return value if not quoted and _is_plain_in_flow(value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(_format_flow(entry, quoted=quoted) for entry in value)}]"
    return f"{{{', '.join(f'{name}: {_format_flow(entry, quoted=quoted)}' for name, entry in value.items())}}}"


def _format_name(name: str) -> str:
    """Return the name of a field; a name with characters that YAML interprets is quoted."""
    return name if _PLAIN_NAME.fullmatch(name) and name not in NULL_WORDS else json.dumps(name, ensure_ascii=False)


def _format_field(name: str, value: YamlValue, column: int) -> list[str]:
    """Return the lines of a field at a column."""
    start = f"{' ' * column}{_format_name(name)}:"
    if isinstance(value, str):
        if not _needs_block(name, value):
            return [f"{start} {_format_inline(value)}"]
        lines = value.strip("\n").split("\n")
        indicator = "2" if lines[0].startswith((" ", "\t")) else ""
        return [f"{start} |{indicator}", *(f"{' ' * (column + 2)}{line}" if line else "" for line in lines)]
    if isinstance(value, dict):
        return [start, *(line for key, entry in value.items() for line in _format_field(key, entry, column + 2))]
    if all(isinstance(entry, str) and _is_plain_in_flow(entry) for entry in value):
        return [f"{start} [{', '.join(map(str, value))}]"]
    return [start, *(line for entry in value for line in _format_entry(entry, column + 2))]


def _format_entry(value: YamlValue, column: int) -> list[str]:
    """Return the lines of an entry of a list whose dashes are at a column."""
    if isinstance(value, str):
        return [f"{' ' * column}- {_format_inline(value)}"]
    if isinstance(value, list):
        return [f"{' ' * column}- {_format_flow(value)}"]
    lines = [line for key, entry in value.items() for line in _format_field(key, entry, column + 2)]
    return [f"{' ' * column}- {lines[0].lstrip()}", *lines[1:]]
