"""Merge two versions of a record: field by field, and entry by entry in lists, with the text as it was written.

git merges lines, so two updates that two officers added at the end of a list are a conflict for it, and so are changes
of two fields on neighbouring lines. Here a field that only one side changed is taken from that side, entries that both
sides added come in the order of their dates, and only a field that both changed in different ways is a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from p2ptrack.model.dates import CouncilDate, parse_date
from p2ptrack.store.yaml.edit import EditRefused, Node, SetField, apply_edits, parse_nodes
from p2ptrack.store.yaml.parser import YamlValue

BYTE_ORDER_MARK = "\ufeff"


class MergeRefusedError(Exception):
    """The versions cannot be merged safely."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that both sides changed, and what each wrote: the lines of the field."""

    name: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The merged file, and the conflicts that are marked in it."""

    data: bytes
    conflicts: tuple[FieldConflict, ...]


@dataclass(frozen=True, slots=True)
class MergeLabels:
    """The labels beside the conflict markers: whose version it is."""

    ours: str = "ours"
    theirs: str = "theirs"


def merge_records(base: bytes, ours: bytes, theirs: bytes, labels: MergeLabels | None = None) -> MergeResult:
    """Return the merge of two versions of a record's file. Line ends and the byte order mark are those of ours.

    Raises `MergeRefusedError` if a version cannot be read, or if the merge would lose something.
    """
    texts = [_decode(data) for data in (base, ours, theirs)]
    merger = _Merger(labels or MergeLabels())
    text = merger.merge_mapping(*texts, path="")
    if not merger.conflicts:
        _require_nothing_lost(text, *texts)
    if b"\r\n" in ours:
        text = text.replace("\n", "\r\n")
    if ours.startswith(BYTE_ORDER_MARK.encode()):
        text = BYTE_ORDER_MARK + text
    return MergeResult(text.encode(), tuple(merger.conflicts))


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise MergeRefusedError from None
    if "\r" in text:
        raise MergeRefusedError
    return text if text.endswith("\n") or not text else f"{text}\n"


class _Chunk(NamedTuple):
    """The lines of a field or an entry, with the comments above it, and its value. The end of a text has no name."""

    name: str
    text: str
    value: YamlValue


def _parse_root(text: str) -> Node:
    try:
        return parse_nodes(text)
    except EditRefused:
        raise MergeRefusedError from None


def _parse(text: str) -> tuple[_Chunk, ...]:
    """Return the fields of a mapping in block style, in order, and what comes after the last."""
    root = _parse_root(text)
    if not root.is_mapping or root.is_flow:
        raise MergeRefusedError
    column = root.keys[0].start - text.rfind("\n", 0, root.keys[0].start) - 1
    chunks, start = [], 0
    for key, node in zip(root.keys, root.children, strict=True):
        end = _find_end(text, node.find_content_end(text), column)
        chunks.append(_Chunk(key.name, text[start:end], node.to_plain()))
        start = end
    return (*chunks, _Chunk("", text[start:], ""))


def _parse_entries(text: str) -> tuple[str, tuple[_Chunk, ...]]:
    """Return the line of a list's name, and its entries in block style, each a group."""
    root = _parse_root(text)
    (node,) = root.children
    if node.is_flow or node.is_mapping or not node.children or not all(child.is_mapping for child in node.children):
        raise MergeRefusedError
    column = node.start - text.rfind("\n", 0, node.start) - 1
    start = text.find("\n", root.keys[0].end) + 1
    head, chunks = text[:start], []
    for number, child in enumerate(node.children):
        end = _find_end(text, child.find_content_end(text), column)
        end = len(text) if child is node.children[-1] else end
        chunks.append(_Chunk(str(number), text[start:end], child.to_plain()))
        start = end
    return head, tuple(chunks)


_COMMENT = re.compile(r"( *)#[^\n]*\n")
_DASH = re.compile(r"^( *)- ", re.MULTILINE)


def _find_end(text: str, content_end: int, column: int) -> int:
    """Return where the lines of a value end, with the comments below it that are indented more than its name."""
    end = text.find("\n", content_end) + 1 or len(text)
    while (match := _COMMENT.match(text, end)) and len(match[1]) > column:
        end = match.end()
    return end


@dataclass(slots=True)
class _Merger:
    """Merges three texts, and collects the conflicts."""

    labels: MergeLabels
    conflicts: list[FieldConflict] = field(default_factory=list)

    def merge_mapping(self, base: str, ours: str, theirs: str, *, path: str) -> str:
        """Return the merge of three texts that are each a group of fields."""
        chunks = [{chunk.name: chunk for chunk in _parse(text)} for text in (base, ours, theirs)]
        names = _merge_order(*(list(by_name) for by_name in chunks))
        return "".join(self._merge_field(*(by_name.get(name) for by_name in chunks), path=path) for name in names)

    def _merge_field(self, base: _Chunk | None, ours: _Chunk | None, theirs: _Chunk | None, *, path: str) -> str:
        if theirs in (ours, base):
            return ours.text if ours else ""
        if ours == base:
            return theirs.text if theirs else ""
        if ours is None or theirs is None or not ours.name:
            raise MergeRefusedError  # one side removed what the other changed
        place = f"{path}.{ours.name}" if path else ours.name
        if ours.value == theirs.value:
            if base is not None and base.value == ours.value:
                raise MergeRefusedError  # both changed only comments
            return ours.text
        merged = self._merge_values(base, ours, theirs, place)
        return merged if merged is not None else self._mark(place, ours, theirs)

    def _merge_values(self, base: _Chunk | None, ours: _Chunk, theirs: _Chunk, place: str) -> str | None:
        """Return the merge of a field that both sides changed; None if it is a conflict."""
        if isinstance(ours.value, list) and isinstance(theirs.value, list):
            base_entries = base.value if base and isinstance(base.value, list) else []
            if all(isinstance(entry, str) for entry in (*base_entries, *ours.value, *theirs.value)):
                return _merge_words(ours, base_entries, ours.value, theirs.value)
            return self._merge_entries(base, ours, theirs, place)
        if base and all(isinstance(chunk.value, dict) for chunk in (base, ours, theirs)):
            heads = [_split_head(chunk.text) for chunk in (base, ours, theirs)]
            if any(not body.strip() for _, body in heads):
                return None  # a group in brackets
            return heads[1][0] + self.merge_mapping(*(body for _, body in heads), path=place)
        return None

    def _merge_entries(self, base: _Chunk | None, ours: _Chunk, theirs: _Chunk, place: str) -> str:
        base_entries = _parse_entries(base.text)[1] if base and base.value else ()
        head, our_entries = _parse_entries(ours.text)
        their_entries = _align_entries(_parse_entries(theirs.text)[1], our_entries)
        if len(our_entries) < len(base_entries) or len(their_entries) < len(base_entries):
            raise MergeRefusedError  # an entry was removed
        merged_entries = [
            self._merge_entry(*entries, place=f"{place}[{index}]")
            for index, entries in enumerate(zip(base_entries, our_entries, their_entries, strict=False))
        ]
        added = _merge_added(our_entries[len(base_entries) :], their_entries[len(base_entries) :])
        return "".join((head, *merged_entries, *(chunk.text for chunk in added)))

    def _merge_entry(self, base: _Chunk, ours: _Chunk, theirs: _Chunk, *, place: str) -> str:
        if theirs.value == base.value:
            return ours.text
        if ours.value in (base.value, theirs.value):
            return theirs.text
        texts = [_DASH.sub(r"\1  ", chunk.text, count=1) for chunk in (base, ours, theirs)]
        merged = self.merge_mapping(*texts, path=place)
        dash = ours.text.index("- ")
        return merged[:dash] + "-" + merged[dash + 1 :] if merged[:dash].isspace() or not dash else merged

    def _mark(self, place: str, ours: _Chunk, theirs: _Chunk) -> str:
        self.conflicts.append(FieldConflict(place, ours.text.strip("\n"), theirs.text.strip("\n")))
        return f"<<<<<<< {self.labels.ours}\n{ours.text}=======\n{theirs.text}>>>>>>> {self.labels.theirs}\n"


def _merge_order(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Return the names of all fields: those of ours in order, each new one of theirs after the one before it there."""
    names = list(ours)
    for index, name in enumerate(theirs):
        if name not in names and name not in base:
            previous = theirs[index - 1] if index else None
            names.insert(names.index(previous) + 1 if previous in names else 0, name)
        elif name not in names:  # ours removed it; whether theirs changed it is decided later
            names.insert(len(names) - 1, name)
    return names


def _merge_words(
    ours: _Chunk, base: Sequence[YamlValue], our_words: Sequence[YamlValue], their_words: Sequence[YamlValue]
) -> str:
    """Return a list of ids or words with what each side added and without what each side removed."""
    merged = [word for word in our_words if word not in base or word in their_words]
    merged += [word for word in their_words if word not in base and word not in merged]
    if not merged:
        raise MergeRefusedError
    try:
        return apply_edits(ours.text.encode(), [SetField((ours.name,), merged)]).decode()
    except EditRefused:
        raise MergeRefusedError from None


def _split_head(text: str) -> tuple[str, str]:
    """Return the line of a field's name with the comments above it, and the lines below."""
    match = re.match(r"(?:[ \t]*(?:#[^\n]*)?\n)*[^\n]*\n", text)
    end = match.end() if match else 0
    return text[:end], text[end:]


def _align_entries(entries: tuple[_Chunk, ...], model: tuple[_Chunk, ...]) -> tuple[_Chunk, ...]:
    """Return entries indented as those of another version."""
    indent, new_indent = (_DASH.search(group[0].text) for group in (entries, model))
    if indent is None or new_indent is None:
        raise MergeRefusedError
    shift = len(new_indent[1]) - len(indent[1])
    return tuple(chunk._replace(text=_shift_lines(chunk.text, shift)) for chunk in entries)


def _shift_lines(text: str, shift: int) -> str:
    if shift >= 0:
        return re.sub(r"^(?=[^\n])", " " * shift, text, flags=re.MULTILINE)
    if any(line[:-shift].strip() for line in text.splitlines()):
        raise MergeRefusedError
    return "".join(line[-shift:] if line.strip() else line.lstrip(" ") for line in text.splitlines(keepends=True))


def _merge_added(ours: Sequence[_Chunk], theirs: Sequence[_Chunk]) -> list[_Chunk]:
    """Return the entries that both sides added, in the order of their dates. The same entry is there once."""
    merged = list(ours)
    values = [chunk.value for chunk in ours]
    for chunk in theirs:
        if chunk.value in values:
            continue
        day = _find_day(chunk.value)
        index = len(merged)
        while day and index and (other := _find_day(merged[index - 1].value)) and other > day:
            index -= 1
        merged.insert(index, chunk)
    return merged


def _find_day(value: YamlValue) -> date | None:
    """Return the last day of the date that an entry has under one of the usual names."""
    if isinstance(value, Mapping):
        for name in ("date", "decided_on", "requested_on", "on", "done", "due"):
            parsed = parse_date(text) if isinstance(text := value.get(name), str) else None
            if isinstance(parsed, CouncilDate) and parsed.latest:
                return parsed.latest
    return None


def _require_nothing_lost(merged: str, base: str, ours: str, theirs: str) -> None:
    """Raise `MergeRefusedError` unless the merge can be read and has every comment that a side has added or kept."""
    _parse(merged)
    base_comments, merged_comments = _list_comments(base), _list_comments(merged)
    for text, other in ((ours, theirs), (theirs, ours)):
        for comment in _list_comments(text):
            is_removed = comment in base_comments and comment not in _list_comments(other)
            if not is_removed and comment not in merged_comments:
                raise MergeRefusedError


def _list_comments(text: str) -> list[str]:
    return [match.strip() for match in re.findall(r"(?:^|[ \t])#[^\n]*", text, re.MULTILINE)]
