"""Differences between two versions of a record, field by field, with who made each.

Values are compared by meaning: one value where a list is expected is a list of one, an id alone equals a group with
only that id, and line breaks do not count. A register at a revision is interpreted with the programme of that revision,
and its facts are computed for a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal, TypeAlias, cast

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.analysis.facts import FactContext, compute_facts
from p2ptrack.model.advice import find_meaning
from p2ptrack.model.dates import Anchors, CouncilDate, DateRejection, parse_date, parse_interpreted_date
from p2ptrack.model.declared_kinds import read_kinds
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.history import Contribution, RawValues, RecordVersion, RegisterHistory, Revision, VersionHistory
from p2ptrack.model.programme import Programme, collect_labels
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.register import (
    PROGRAMME_PATH,
    Register,
    build_anchors,
    build_anchors_from_values,
    component_list_fields,
    sort_records,
)
from p2ptrack.model.validation import validate_with_dropped_fields
from p2ptrack.phrases import normalise_word
from p2ptrack.values import dataclass

DisplayValue: TypeAlias = "str | tuple[str, ...]"
ChangeType = Literal["created", "changed", "moved", "deleted", "restored"]
EMPTY_VALUES: RawValues = {}
_DATE_PAIR_KEYS = frozenset({"raw", "means"})
_MAX_OFFSET_TRIALS = 1000
"""Longer lists are paired in order: to search for the best pairing would take too long."""
_CONTEXT_WORDS = 6
"""How many unchanged words are shown beside those that changed."""
_MAX_WORDS = 4000
"""Texts of more words are shown whole, before and after: to compare them would take too long."""
_INDEX_PATTERN = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field that changed: its path (`updates[1].text`), its old and its new value. None is a field left out.

    The index of a list entry is the one in the newer version; of an entry that was removed, the one in the older.
    """

    path: str
    old: DisplayValue | None
    new: DisplayValue | None

    @property
    def field_name(self) -> str:
        """Return the field of the record that it is in: `updates`."""
        return self.path.partition("[")[0].partition(".")[0]


@dataclass(frozen=True, slots=True)
class FieldChange(FieldDiff):
    """A difference between two successive versions of a record, with when it became official and who made it.

    A change of the record's file has the path `path`. A record that was created or restored changes in every field.
    """

    event: ChangeType
    before: RecordVersion | None
    after: RecordVersion
    revision: Revision

    @property
    def is_target(self) -> bool:
        """Whether it is the target date, whatever the file calls it."""
        return self.field_name == self.after.due_name


def list_field_changes(record_history: VersionHistory) -> tuple[FieldChange, ...]:
    """Return every change of a record, oldest first."""
    pairs = pairwise((None, *record_history.versions))
    return tuple(change for before, after in pairs if after for change in compare_versions(before, after))


def compare_versions(before: RecordVersion | None, after: RecordVersion) -> tuple[FieldChange, ...]:
    """Return the changes from one version of a record to the next: that of its file first, then each field's."""
    contribution_diffs = _list_contribution_diffs(after)

    def make_change(diff: FieldDiff, event: ChangeType) -> FieldChange:
        revision = _attribute(after, diff, contribution_diffs)
        return FieldChange(diff.path, diff.old, diff.new, event, before, after, revision)

    if after.values is None:
        return (make_change(FieldDiff("path", after.path, None), "deleted"),)
    changes = []
    event: ChangeType = "changed"
    if before is None or before.values is None:
        event = "created" if before is None else "restored"
        changes.append(make_change(FieldDiff("path", None, after.path), event))
    elif before.path != after.path:
        changes.append(make_change(FieldDiff("path", before.path, after.path), "moved"))
    old_values = before.fields if before else EMPTY_VALUES
    changes += [make_change(diff, event) for diff in diff_fields(old_values, after.values)]
    return tuple(changes)


def attribute_diff(version: RecordVersion, diff: FieldDiff) -> Revision:
    """Return when a difference became official and who made it: of a merge, the last contributor to write it so."""
    return _attribute(version, diff, _list_contribution_diffs(version))


def attribute_condition(version: RecordVersion, is_met: Callable[[RawValues], bool]) -> Revision:
    """Return a version's revision with the author who made its values meet a condition, not the author of a merge."""
    for contribution in reversed(version.contributions):
        before, after = (
            content[1] if content else EMPTY_VALUES for content in (contribution.before, contribution.after)
        )
        if is_met(after) and not is_met(before):
            return _credit(version.revision, contribution)
    return version.revision


def _credit(revision: Revision, contribution: Contribution) -> Revision:
    """Return the revision of a merge for a change that one of its commits wrote, on that day or an earlier one."""
    is_earlier = contribution.day < revision.effective_date
    return replace(revision, author=contribution.author, written_on=contribution.day if is_earlier else None)


def strip_indices(path: str) -> str:
    """Return a field's path whatever entry of a list it is in: `updates.text` for `updates[1].text`."""
    return _INDEX_PATTERN.sub("", path)


_ContributedDiff = tuple[Contribution, FieldDiff]


def _list_contribution_diffs(version: RecordVersion) -> list[_ContributedDiff]:
    """Return each difference that a merge brought with its contribution, the last one first."""
    return [
        (contribution, diff)
        for contribution in reversed(version.contributions)
        for diff in _iter_contribution_diffs(contribution)
    ]


def _iter_contribution_diffs(contribution: Contribution) -> Iterator[FieldDiff]:
    old_path, old = contribution.before or (None, EMPTY_VALUES)
    new_path, new = contribution.after or (None, EMPTY_VALUES)
    if old_path != new_path:
        yield FieldDiff("path", old_path, new_path)
    if contribution.after is not None:
        yield from diff_fields(old, new)


def _attribute(version: RecordVersion, diff: FieldDiff, contribution_diffs: Iterable[_ContributedDiff]) -> Revision:
    candidates = [(contribution, part) for contribution, part in contribution_diffs if _is_same_diff(diff, part)]
    if not candidates:
        return version.revision
    # An entry of a list may have had another index before the merge; of two equal entries the index decides.
    same_path = [contribution for contribution, part in candidates if part.path == diff.path]
    return _credit(version.revision, same_path[0] if same_path else candidates[0][0])


def _is_same_diff(first: FieldDiff, second: FieldDiff) -> bool:
    if strip_indices(first.path) != strip_indices(second.path) or not _is_same_text(first.new, second.new):
        return False
    return first.new is not None or _is_same_text(first.old, second.old)


def _is_same_text(first: DisplayValue | None, second: DisplayValue | None) -> bool:
    first_value, second_value = (list(value) if isinstance(value, tuple) else value for value in (first, second))
    return is_equivalent(first_value, second_value)


def diff_fields(old: RawValues, new: RawValues) -> tuple[FieldDiff, ...]:
    """Return the differences in the order of the fields in the newer version, removed fields last."""
    return tuple(_diff_groups(_wrap_single_entries(old), _wrap_single_entries(new), ""))


def _wrap_single_entries(values: RawValues) -> RawValues:
    names = [name for name, value in values.items() if isinstance(value, dict) and name in component_list_fields()]
    return {**values, **{name: [values[name]] for name in names}} if names else values


def _diff_groups(old: RawValues, new: RawValues, path: str) -> Iterator[FieldDiff]:
    prefix = f"{path}." if path else ""
    for name, value in new.items():
        if (old_value := old.get(name)) != value:
            yield from _diff_value(old_value, value, prefix + name)
    for name, old_value in old.items():
        if name not in new and old_value is not None:
            yield from _diff_value(old_value, None, prefix + name)


_TEXT = (str, type(None))


def _diff_value(old: Any, new: Any, path: str) -> Iterator[FieldDiff]:
    if isinstance(old, _TEXT) and isinstance(new, _TEXT):  # nearly every field
        if not is_equivalent(old, new):
            yield FieldDiff(path, old, new)
        return
    old, new = _expand_id(old, new), _expand_id(new, old)
    if _has_groups(old) or _has_groups(new):
        for entry in align_entries(list_entries(old), list_entries(new)):
            yield from _diff_value(entry.old, entry.new, f"{path}[{entry.index}]")
    elif _are_groups_or_none(old, new):
        yield from _diff_groups(old or EMPTY_VALUES, new or EMPTY_VALUES, path)
    elif not is_equivalent(old, new):
        yield FieldDiff(path, to_display_value(old), to_display_value(new))


def _expand_id(value: Any, counterpart: Any) -> Any:
    """Return an id as a group that has only that id, if its counterpart is a group."""
    return {"id": value} if isinstance(value, str) and _is_group(counterpart) and "id" in counterpart else value


def _has_groups(value: Any) -> bool:
    return isinstance(value, list) and any(_is_group(entry) for entry in value)


def _is_group(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) != _DATE_PAIR_KEYS


def _are_groups_or_none(*values: Any) -> bool:
    return any(map(_is_group, values)) and all(value is None or _is_group(value) for value in values)


def is_equivalent(first: Any, second: Any) -> bool:
    """Whether two values mean the same, however they are written."""
    if isinstance(first, str) and isinstance(second, str):
        return first == second or first.split() == second.split()
    return bool(first == second or normalise_value(first) == normalise_value(second))


def normalise_value(value: Any) -> Any:
    """Return a value in a form that can be compared and hashed; None for an empty one."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        inner = {name: normalise_value(entry) for name, entry in value.items()}
        pairs = frozenset((name, entry) for name, entry in inner.items() if entry is not None)
        return inner["id"] if {name for name, _ in pairs} == {"id"} else pairs or None
    if isinstance(value, list):
        entries = tuple(entry for entry in map(normalise_value, value) if entry is not None)
        return entries[0] if len(entries) == 1 else entries or None
    return value


def list_entries(value: Any) -> list[Any]:
    """Return a field's value as a list: one value is a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class AlignedEntry:
    """An entry of a list before and after, None where there was none, and its index."""

    index: int
    old: Any
    new: Any


def align_entries(old: Sequence[Any], new: Sequence[Any]) -> tuple[AlignedEntry, ...]:
    """Return the changed entries of two lists in pairs: equal ones are matched first, then those between in order.

    Most lists only grow, so equal entries at both ends are set aside before anything is searched.
    """
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and is_equivalent(old[head], new[head]):
        head += 1
    tail = 0
    while tail < shorter - head and is_equivalent(old[-1 - tail], new[-1 - tail]):
        tail += 1
    ranges = _find_changed_ranges(old[head : len(old) - tail], new[head : len(new) - tail])
    return tuple(
        entry
        for a, b, c, d in ranges
        for entry in _pair_entries(old, new, range(a + head, b + head), range(c + head, d + head))
    )


def _find_changed_ranges(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int, int, int]]:
    if not old or not new:
        return [(0, len(old), 0, len(new))]
    matcher = SequenceMatcher(None, list(map(normalise_value, old)), list(map(normalise_value, new)), autojunk=False)
    return [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _pair_entries(old: Sequence[Any], new: Sequence[Any], old_range: range, new_range: range) -> Iterator[AlignedEntry]:
    """Yield the entries of two ranges in pairs. An entry that only moved counts as removed and added."""
    if not (old_range and new_range):
        yield from (AlignedEntry(index, old[index], None) for index in old_range)
        yield from (AlignedEntry(index, None, new[index]) for index in new_range)
        return
    reordered = set(map(normalise_value, old)) & set(map(normalise_value, new))
    removed = [index for index in old_range if not reordered or normalise_value(old[index]) not in reordered]
    added = [index for index in new_range if not reordered or normalise_value(new[index]) not in reordered]
    offset = 0
    if removed and added:
        offset = _find_best_offset([old[index] for index in removed], [new[index] for index in added])
    matches = dict(zip(removed[max(0, -offset) :], added[max(0, offset) :], strict=False))
    yield from (AlignedEntry(new_index, old[old_index], new[new_index]) for old_index, new_index in matches.items())
    yield from (AlignedEntry(index, old[index], None) for index in old_range if index not in matches)
    matched_new = set(matches.values())
    yield from (AlignedEntry(index, None, new[index]) for index in new_range if index not in matched_new)


def _find_best_offset(removed: Sequence[Any], added: Sequence[Any]) -> int:
    """Return how far to shift the longer list (negative: the older one) so that the pairs share most words."""
    longer, shorter = (removed, added) if len(removed) > len(added) else (added, removed)
    surplus = len(longer) - len(shorter)
    offsets = range(surplus + 1) if surplus * len(shorter) < _MAX_OFFSET_TRIALS else range(1)
    best = max(offsets, key=lambda offset: _count_shared_words(longer[offset:], shorter))
    return -best if longer is removed else best


def _count_shared_words(first: Sequence[Any], second: Sequence[Any]) -> int:
    """Return how many words two lists share, entry by entry."""
    pairs = zip(map(_flatten_value, first), map(_flatten_value, second), strict=False)
    return sum(len(set(first_text.split()) & set(second_text.split())) for first_text, second_text in pairs)


def to_display_value(value: Any) -> DisplayValue | None:
    """Return a value as text, as a list of texts, or a group on one line."""
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
    """Return a value as one text; nothing for a field left out."""
    return ", ".join(value) if isinstance(value, tuple) else value or ""


def diff_words(old: str, new: str) -> str:
    """Return the newer text with removed words in [-…-] and added ones in {+…+}; … replaces unchanged words."""
    before, after = old.split(), new.split()
    if max(len(before), len(after)) > _MAX_WORDS:
        return f"[-{' '.join(before)}-] {{+{' '.join(after)}+}}"
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    parts: list[str] = []
    for index, (tag, a, b, c, d) in enumerate(opcodes):
        if tag == "equal":
            parts += _shorten_unchanged(after[c:d], is_first=index == 0, is_last=index == len(opcodes) - 1)
            continue
        if a < b:
            parts.append(f"[-{' '.join(before[a:b])}-]")
        if c < d:
            parts.append(f"{{+{' '.join(after[c:d])}+}}")
    return " ".join(parts)


def _shorten_unchanged(words: Sequence[str], *, is_first: bool, is_last: bool) -> list[str]:
    head, tail = 0 if is_first else _CONTEXT_WORDS, 0 if is_last else _CONTEXT_WORDS
    if len(words) <= head + tail + 1:
        return list(words)
    return [*words[:head], "…", *words[len(words) - tail :]]


Fields = tuple[str, ...]
STATUS_FIELDS: Fields = (
    *("id", "title", "origin_text"),
    *("status", "accountable", "completed_on", "verified", "decided", "evidence", "superseded_by"),
)
"""The fields that a valid record needs, and those that decide whether and how it is closed.

Other fields are compared as they were written.
"""


POSITION_FIELDS = (*STATUS_FIELDS, "target", "review_by")
"""The fields that also decide whether a record was overdue."""


class DateReader:
    """Parses dates of raw values, each once; `anchors` are the phases and meetings that a date may name."""

    def __init__(self, anchors: Anchors) -> None:
        self.anchors = anchors
        self._dates: dict[str, CouncilDate | None] = {}

    def read(self, value: Any) -> CouncilDate | None:
        """Return the date that a value means; None if it is not a date."""
        key = repr(value)
        if key not in self._dates:
            self._dates[key] = self._parse(value)
        return self._dates[key]

    def _parse(self, value: Any) -> CouncilDate | None:
        parsed: CouncilDate | DateRejection | None = None
        if isinstance(value, str):
            parsed = parse_date(value, self.anchors)
        elif isinstance(value, dict) and isinstance(value.get("raw"), str) and isinstance(value.get("means"), str):
            parsed = parse_interpreted_date(value["raw"], value["means"], self.anchors)
        return None if isinstance(parsed, DateRejection) else parsed


class ValueInterpreter:
    """Interprets raw YAML values with a programme: its meetings and phases, its words for statuses, its policy."""

    def __init__(self, programme: Programme, dropped_fields: tuple[str, ...] = ()) -> None:
        self.programme = programme
        self.dropped_fields = dropped_fields
        anchors, labels = build_anchors(programme), collect_labels(programme.policy)
        self._date_reader = DateReader(anchors)
        self._labels = labels
        self._validation_context = ValidationContext(anchors, labels)
        self._register = Register(programme)
        self._records: dict[tuple[str, int, Fields], tuple[Record | None, tuple[str, ...]]] = {}

    def read_date(self, value: Any) -> CouncilDate | None:
        """Return the date that a value means; None if it is not a date."""
        return self._date_reader.read(value)

    def read_status(self, value: Any) -> str:
        """Return a status's stable name, or the word that was written where it is none."""
        return self.read_word("status", value)

    def read_word(self, field_name: str, value: Any) -> str:
        """Return the stable name of what a word means in a field, or the word itself where it is none."""
        word = normalise_word(value) if isinstance(value, str) else ""
        return find_meaning(field_name, word, self._labels)

    def read_record(
        self, version: RecordVersion, fields: Fields = STATUS_FIELDS
    ) -> tuple[Record | None, tuple[str, ...]]:
        """Return these fields of a version, and the names of those that are not understood."""
        kind = None if version.values is None else self.programme.kinds.find_by_path(version.path) or version.kind
        if kind is None:
            return None, ()
        key = version.path, version.revision.position, fields
        if key not in self._records:
            due_name = kind.model.due_name if issubclass(kind.model, TrackedRecord) else "target"
            names = [due_name if name == "target" else name for name in fields]
            values = {name: version.fields[name] for name in names if name in version.fields}
            record, dropped = validate_with_dropped_fields(kind.model, values, self._validation_context)
            self._records[key] = record, dropped or (("",) if record is None else ())
        return self._records[key]

    def is_closed(self, version: RecordVersion | None, day: date) -> bool:
        """Whether a record was closed on a day, by the policy; what cannot be understood was not."""
        record = self.read_record(version)[0] if version else None
        if not isinstance(record, TrackedRecord):
            return False
        return compute_facts(record, FactContext(self._register, day, {})).closed


def interpreter_at(history: RegisterHistory, position: int) -> ValueInterpreter:
    """Return the programme in force at a position, to interpret values with; an empty one before there was any."""
    version = history.programme.version_at(position)
    key = version.revision.position if version else 0
    if key not in history.cache:
        values: RawValues = version.fields if version and version.values else {"title": "…"}
        context = ValidationContext(build_anchors_from_values(values), kinds=read_kinds(values))
        programme, dropped = validate_with_dropped_fields(Programme, values, context)
        history.cache[key] = ValueInterpreter(programme or Programme(title="…"), dropped)
    return cast("ValueInterpreter", history.cache[key])


@dataclass(frozen=True, slots=True)
class RegisterAsOf:
    """The register at a revision, and the fields that today's schema does not understand: a path and a field each."""

    case: Case
    dropped_fields: tuple[tuple[str, str], ...] = ()


def read_register_at(
    history: RegisterHistory, position: int, day: date, fields: Fields = STATUS_FIELDS
) -> RegisterAsOf:
    """Return the register at a position (0: before the first revision), judged on a day.

    Only these fields of each record are read, by default those that decide whether it is closed.
    """
    interpreter = interpreter_at(history, position)
    dropped = [(PROGRAMME_PATH, name) for name in interpreter.dropped_fields]
    records: dict[str, Record] = {}
    paths: dict[str, str] = {}
    for record_history in history.records.values():
        version = record_history.version_at(position)
        if version is None or version.values is None:
            continue
        record, names = interpreter.read_record(version, fields)
        dropped += [(version.path, name) for name in names]
        if record is not None:
            records[record.id], paths[record.id] = record, version.path
    ordered = sort_records(records.values(), interpreter.programme.kinds)
    register = Register(interpreter.programme, ordered, paths, file_count=len(ordered))
    return RegisterAsOf(make_case(register, day), tuple(dropped))


def get_raw_text(value: Any) -> str:
    """Return a date of raw values as it was written; nothing where there is none."""
    if isinstance(value, dict):
        return str(value.get("raw", ""))
    return value if isinstance(value, str) else ""


def has_same_deadline(first: CouncilDate | None, second: CouncilDate | None) -> bool:
    """Whether two dates end on the same day, however they are written; TBC counts as no date."""
    return _deadline_key(first) == _deadline_key(second)


def has_deadline(council_date: CouncilDate | None) -> bool:
    """Whether a date has a last day, or is ongoing: TBC has neither."""
    return _deadline_key(council_date) != _deadline_key(None)


def _deadline_key(council_date: CouncilDate | None) -> tuple[date | None, bool]:
    return (council_date.latest, council_date.ongoing) if council_date else (None, False)


def count_days_between(first: CouncilDate | None, second: CouncilDate | None) -> int | None:
    """Return the days from the last day of one date to that of another; None where one has none."""
    start, end = first.latest if first else None, second.latest if second else None
    return (end - start).days if start and end else None
