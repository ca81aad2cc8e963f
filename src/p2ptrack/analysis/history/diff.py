"""What differs between two states of a record, field by field, as people wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from p2ptrack.model.history import Contribution, RecordVersion, Revision
from p2ptrack.model.schema import component_list_fields

DisplayValue: TypeAlias = "str | tuple[str, ...]"
_DATE_PAIR_KEYS = frozenset({"raw", "means"})
EMPTY_VALUES: Mapping[str, Any] = {}
_MAX_OFFSET_TRIALS = 1000
"""Of longer lists no more is tried: to tell which entry became which would take longer than anybody waits."""


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field that changed: where (`updates[1].text`), what it said, and what it says. None is a field left out.

    A place in a list is that of the newer state; of an entry that is gone, that of the older.
    """

    path: str
    old: DisplayValue | None
    new: DisplayValue | None

    @property
    def field_name(self) -> str:
        """Return the field of the record that it is in: `updates`."""
        return self.path.partition("[")[0].partition(".")[0]


def diff_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldDiff, ...]:
    """Return what changed, in the order of the fields in the newer state, those that are gone last.

    What is written in another way and says the same is no change: one value where a list is expected is a list of
    one, an id stands for a group that says no more, and lines may be broken anywhere.
    """
    return tuple(_diff_groups(_wrap_single_entries(old), _wrap_single_entries(new), ""))


def _wrap_single_entries(values: Mapping[str, Any]) -> Mapping[str, Any]:
    wrapped = {name: [value] for name in component_list_fields() if isinstance(value := values.get(name), dict)}
    return {**values, **wrapped} if wrapped else values


def is_equivalent(first: Any, second: Any) -> bool:
    """Whether two values say the same, however they are written."""
    return bool(first == second or normalise_value(first) == normalise_value(second))


def normalise_value(value: Any) -> Any:
    """Return what a value says, as something to compare: nothing for an empty one."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        pairs = frozenset(
            (name, normalised) for name, inner in value.items() if (normalised := normalise_value(inner)) is not None
        )
        return next(inner for _, inner in pairs) if {name for name, _ in pairs} == {"id"} else pairs or None
    if isinstance(value, list):
        inner = tuple(normalised for entry in value if (normalised := normalise_value(entry)) is not None)
        return inner[0] if len(inner) == 1 else inner or None
    return value


def list_entries(value: Any) -> list[Any]:
    """Return a field's value as the list that it stands for."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class AlignedEntry:
    """An entry of a list before and after, each None where there was none, and its place."""

    index: int
    old: Any
    new: Any


def align_entries(old: Sequence[Any], new: Sequence[Any]) -> tuple[AlignedEntry, ...]:
    """Return which entry became which: equal ones first, then those between them in their order.

    Most lists only grow, so that what is alike at both ends is set aside before anything is searched.
    """
    shorter_length = min(len(old), len(new))
    head = next((index for index in range(shorter_length) if not is_equivalent(old[index], new[index])), shorter_length)
    tail = next(
        (index for index in range(shorter_length - head) if not is_equivalent(old[-1 - index], new[-1 - index])),
        shorter_length - head,
    )
    changed_ranges = _find_changed_ranges(old[head : len(old) - tail], new[head : len(new) - tail])
    shifted_ranges = ((a + head, b + head, c + head, d + head) for a, b, c, d in changed_ranges)
    return tuple(pair for changed_range in shifted_ranges for pair in _pair_entries(old, new, changed_range))


_ChangedRange = tuple[int, int, int, int]


def _find_changed_ranges(old: Sequence[Any], new: Sequence[Any]) -> Iterator[_ChangedRange]:
    if not old or not new:
        yield 0, len(old), 0, len(new)
        return
    matcher = SequenceMatcher(
        None, [normalise_value(entry) for entry in old], [normalise_value(entry) for entry in new], autojunk=False
    )
    yield from ((a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")


def _pair_entries(old: Sequence[Any], new: Sequence[Any], changed_range: _ChangedRange) -> Iterator[AlignedEntry]:
    """Yield the entries of a span in pairs; one that only has another place now was taken out and put in again."""
    a, b, c, d = changed_range
    reordered = (
        {normalise_value(entry) for entry in old} & {normalise_value(entry) for entry in new}
        if a < b and c < d
        else set[Any]()
    )
    removed = [index for index in range(a, b) if not reordered or normalise_value(old[index]) not in reordered]
    added = [index for index in range(c, d) if not reordered or normalise_value(new[index]) not in reordered]
    offset = (
        _find_best_offset([old[index] for index in removed], [new[index] for index in added])
        if removed and added
        else 0
    )
    matches = list(zip(removed[max(0, -offset) :], added[max(0, offset) :], strict=False))
    yield from (AlignedEntry(new_index, old[old_index], new[new_index]) for old_index, new_index in matches)
    yield from (
        AlignedEntry(index, old[index], None)
        for index in range(a, b)
        if index not in {old_index for old_index, _ in matches}
    )
    yield from (
        AlignedEntry(index, None, new[index])
        for index in range(c, d)
        if index not in {new_index for _, new_index in matches}
    )


def _find_best_offset(removed: Sequence[Any], added: Sequence[Any]) -> int:
    """Return by how many places the longer list is to be shifted (below 0: the older one) to be most like the other."""
    longer, shorter = (removed, added) if len(removed) > len(added) else (added, removed)
    surplus = len(longer) - len(shorter)
    offsets = range(surplus + 1) if surplus * len(shorter) < _MAX_OFFSET_TRIALS else range(1)
    best = max(offsets, key=lambda offset: _count_shared_words(longer[offset:], shorter))
    return -best if longer is removed else best


def _count_shared_words(first: Sequence[Any], second: Sequence[Any]) -> int:
    """Return how many words the entries of two lists have in common, the first beside the first."""
    pairs = zip(first, second, strict=False)
    return sum(
        len(set(_flatten_value(first_entry).split()) & set(_flatten_value(second_entry).split()))
        for first_entry, second_entry in pairs
    )


def _diff_groups(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[FieldDiff]:
    for name in (*new, *(name for name in old if name not in new)):
        if old.get(name) != new.get(name):
            yield from _diff_value(old.get(name), new.get(name), f"{path}.{name}" if path else name)


def _diff_value(old: Any, new: Any, path: str) -> Iterator[FieldDiff]:
    old, new = _expand_id(old, new), _expand_id(new, old)
    if _has_groups(old) or _has_groups(new):
        yield from _diff_lists(list_entries(old), list_entries(new), path)
    elif _are_groups_or_none(old, new):
        yield from _diff_groups(old or EMPTY_VALUES, new or EMPTY_VALUES, path)
    elif not is_equivalent(old, new):
        yield FieldDiff(path, to_display_value(old), to_display_value(new))


def _expand_id(value: Any, counterpart: Any) -> Any:
    """Return a value as the group that its id stands for, where the other one is such a group."""
    return {"id": value} if isinstance(value, str) and _is_group(counterpart) and "id" in counterpart else value


def _has_groups(value: Any) -> bool:
    return isinstance(value, list) and any(_is_group(entry) for entry in value)


def _is_group(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) != _DATE_PAIR_KEYS


def _are_groups_or_none(*values: Any) -> bool:
    return any(map(_is_group, values)) and all(value is None or _is_group(value) for value in values)


def _diff_lists(old: Sequence[Any], new: Sequence[Any], path: str) -> Iterator[FieldDiff]:
    for pair in align_entries(old, new):
        yield from _diff_value(pair.old, pair.new, f"{path}[{pair.index}]")


def to_display_value(value: Any) -> DisplayValue | None:
    """Return a value as one thing to tell: text, a list of texts, or a group in one line."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        texts = tuple(_flatten_value(entry) for entry in value)
        return texts[0] if len(texts) == 1 else texts or None
    return _flatten_value(value)


def _flatten_value(value: Any) -> str:
    if isinstance(value, Mapping):
        if set(value) == _DATE_PAIR_KEYS:
            return f"{_flatten_value(value['raw'])} (taken for {_flatten_value(value['means'])})"
        return "; ".join(f"{name}: {_flatten_value(inner)}" for name, inner in value.items())
    return ", ".join(map(_flatten_value, value)) if isinstance(value, list) else str(value)


def format_display_value(value: DisplayValue | None) -> str:
    """Return a value in one text; nothing for a field left out."""
    return ", ".join(value) if isinstance(value, tuple) else value or ""


# What changed within a long text, word by word, told without colour: [-gone-] and {+new+}.


_CONTEXT_WORDS = 6
"""How many words that stayed are shown beside those that changed."""
_MAX_WORDS = 4000
"""Texts of more words are told as a whole: to compare them takes longer than anybody waits."""


def diff_words(old: str, new: str) -> str:
    """Return the newer text with the words that went in [-…-] and those that came in {+…+}; … stands for the rest."""
    before, after = old.split(), new.split()
    if max(len(before), len(after)) > _MAX_WORDS:
        return f"[-{' '.join(before)}-] {{+{' '.join(after)}+}}"
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return " ".join(_format_opcodes(before, after, matcher.get_opcodes()))


def _format_opcodes(
    before: Sequence[str], after: Sequence[str], opcodes: Sequence[tuple[str, int, int, int, int]]
) -> Iterator[str]:
    for index, (tag, a, b, c, d) in enumerate(opcodes):
        if tag == "equal":
            yield from _shorten_unchanged(after[c:d], is_first=index == 0, is_last=index == len(opcodes) - 1)
            continue
        if a < b:
            yield f"[-{' '.join(before[a:b])}-]"
        if c < d:
            yield f"{{+{' '.join(after[c:d])}+}}"


def _shorten_unchanged(words: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[str]:
    head, tail = 0 if is_first else _CONTEXT_WORDS, 0 if is_last else _CONTEXT_WORDS
    if len(words) <= head + tail + 1:
        yield from words
        return
    yield from words[:head]
    yield "…"
    yield from words[len(words) - tail :]


# Who did what of a change: a merge can bring the work of several people on one record.


_INDEX_PATTERN = re.compile(r"\[[0-9]+\]")


def strip_indices(field: str) -> str:
    """Return a field's name whatever its place in a list: `updates.text` for `updates[1].text`."""
    return _INDEX_PATTERN.sub("", field)


def attribute_diff(version: RecordVersion, diff: FieldDiff) -> Revision:
    """Return when a difference became official and who wrote it: of what a merge brought, the last to write it so.

    An entry of a list may have had another place before the merge; what is said twice is told by its place.
    """
    attributions = [
        (contribution.author, part_diff)
        for contribution in reversed(version.contributions)
        for part_diff in _iter_contribution_diffs(contribution)
        if _is_same_diff(diff, part_diff)
    ]
    exact_authors = (author for author, part_diff in attributions if part_diff.path == diff.path)
    authors = (author for author, _ in attributions)
    author = next(exact_authors, next(authors, version.revision.author))
    return replace(version.revision, author=author) if version.contributions else version.revision


def _iter_contribution_diffs(contribution: Contribution) -> Iterator[FieldDiff]:
    before, old = contribution.before or (None, EMPTY_VALUES)
    after, new = contribution.after or (None, EMPTY_VALUES)
    if before != after:
        yield FieldDiff("path", before, after)
    if contribution.after is not None:
        yield from diff_fields(old, new)


def _is_same_diff(first: FieldDiff, second: FieldDiff) -> bool:
    if strip_indices(first.path) != strip_indices(second.path) or not is_equivalent(
        _tuple_to_list(first.new), _tuple_to_list(second.new)
    ):
        return False
    return first.new is not None or is_equivalent(_tuple_to_list(first.old), _tuple_to_list(second.old))


def _tuple_to_list(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
