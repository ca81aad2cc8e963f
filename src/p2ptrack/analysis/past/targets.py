"""Targets that moved, and what the ledger says of it: what was asked for, granted or refused, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from p2ptrack.analysis.past.differences import (
    EMPTY_VALUES,
    AlignedEntry,
    FieldDiff,
    list_entries,
    normalise_value,
    to_display_value,
)
from p2ptrack.analysis.past.events import Event, EventType, ValueInterpreter
from p2ptrack.analysis.past.succession import Transition
from p2ptrack.analysis.past.then import count_days_between, get_raw_text, has_same_deadline
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Category, Decision, normalise_word
from p2ptrack.records.timeline import RawValues

TargetDates = tuple[CouncilDate | None, CouncilDate | None]
_UNAPPROVED_NOTES = {
    Decision.REFUSED: "the extension was refused",
    Decision.REQUESTED: "the extension is not granted yet",
}


def iter_target_events(transition: Transition, diff: FieldDiff) -> Iterator[Event]:
    """Yield the move of a target; nothing where it is written in another way and counted to the same days."""
    old, new = transition.old_values.get("target"), transition.new_values.get("target")
    read_date = transition.interpreter.date_reader.read
    target_dates = read_date(old), read_date(new)
    if has_same_deadline(*target_dates):
        if not transition.interpreter.is_same_value(FieldDiff("target", get_raw_text(old), get_raw_text(new))):
            yield transition.make_diff_event(EventType.OTHER, diff)
        return
    entry, note = _find_declaration(transition, target_dates)
    yield transition.make_event(
        EventType.TARGET,
        diff,
        field="target",
        old=get_raw_text(old) or None,
        new=get_raw_text(new) or None,
        days=count_days_between(*target_dates),
        reason=_read_text(entry, "reason"),
        approved_by=_read_text(entry, "approved_by"),
        note=_describe_first_target(transition) if has_same_deadline(target_dates[0], None) else note,
    )


def _describe_first_target(transition: Transition) -> str:
    """Return what is told of a target where none was counted to before."""
    earlier_versions = (
        version
        for version in transition.version_history.versions
        if version.revision.position < transition.after.revision.position
    )
    had_target = any(
        not has_same_deadline(
            transition.interpreter.date_reader.read((version.values or EMPTY_VALUES).get("target")), None
        )
        for version in earlier_versions
    )
    return "set again" if had_target or transition.old_values.get("revisions") else "set for the first time"


def _find_declaration(transition: Transition, target_dates: TargetDates) -> tuple[RawValues, str]:
    """Return the entry of the ledger that a move rests on, and what is to be told of it."""
    for values, late_note in ((transition.new_values, ""), (transition.final_values, "entered in the ledger later")):
        entry, is_covered = find_matching_revision(values, target_dates, transition.interpreter)
        if is_covered:
            return entry, "; ".join(filter(None, (_describe_approval(transition.interpreter, entry), late_note)))
    return find_matching_revision(transition.new_values, target_dates, transition.interpreter)[0], "not in the ledger"


def _describe_approval(interpreter: ValueInterpreter, entry: RawValues) -> str:
    """Return what speaks against a move that the ledger has: nobody gave leave for it, or it is no slippage."""
    if normalise_word(_read_text(entry, "category")) == Category.CORRECTION:
        return "a correction"
    decision = normalise_word(_read_text(entry, "decision"))
    missing_note = (
        "no approval is entered" if interpreter.approval_required and not (decision or entry.get("approved_by")) else ""
    )
    return next((note for word, note in _UNAPPROVED_NOTES.items() if word == decision), missing_note)


def _read_text(entry: RawValues, name: str) -> str:
    value = to_display_value(entry.get(name))
    return value if isinstance(value, str) else ", ".join(value or ())


def find_matching_revision(
    values: RawValues, target_dates: TargetDates, interpreter: ValueInterpreter
) -> tuple[RawValues, bool]:
    """Return the entry of the ledger that ends a move, and whether the ledger leads from its start to its end.

    A move may be declared in several entries: Mar-23 to Jun-23, then Jun-23 to Sep-23. One that was refused counts
    where there is no other.
    """
    revision_entries = [entry for entry in list_entries(values.get("revisions")) if isinstance(entry, dict)]
    read_date = interpreter.date_reader.read
    end_indices = [
        index
        for index, entry in enumerate(revision_entries)
        if has_same_deadline(read_date(entry.get("to")), target_dates[1])
    ]
    end_indices.sort(
        key=lambda index: (normalise_word(_read_text(revision_entries[index], "decision")) != Decision.REFUSED, index)
    )
    if not end_indices:
        return EMPTY_VALUES, False
    is_covered = any(
        has_same_deadline(read_date(entry.get("from")), target_dates[0])
        for entry in revision_entries[: end_indices[-1] + 1]
    )
    return revision_entries[end_indices[-1]], is_covered


def iter_extension_events(transition: Transition, pairs: Iterable[AlignedEntry]) -> Iterator[Event]:
    """Yield what was asked for, granted or refused, or entered, where the target itself did not move."""
    read_date = transition.interpreter.date_reader.read
    current_target = read_date(transition.new_values.get("target"))
    has_moved = not has_same_deadline(read_date(transition.old_values.get("target")), current_target)
    for pair in pairs:
        entry = pair.new if isinstance(pair.new, dict) else None
        old_decision = pair.old.get("decision") if isinstance(pair.old, dict) else None
        has_changed = entry is not None and (
            pair.old is None or normalise_value(old_decision) != normalise_value(entry.get("decision"))
        )
        if (
            entry is not None
            and has_changed
            and not (has_moved and has_same_deadline(read_date(entry.get("to")), current_target))
        ):
            yield _make_extension_event(transition, pair, entry)


def _make_extension_event(transition: Transition, pair: AlignedEntry, entry: RawValues) -> Event:
    start, end = entry.get("from"), entry.get("to")
    read_date = transition.interpreter.date_reader.read
    name = "to" if pair.old is None else "decision"
    old_decision = pair.old.get("decision") if isinstance(pair.old, dict) else None
    diff = FieldDiff(
        f"revisions[{pair.index}].{name}", to_display_value(old_decision), to_display_value(entry.get(name))
    )
    category = normalise_word(_read_text(entry, "category"))
    return transition.make_event(
        EventType.EXTENSION,
        diff,
        field=f"revisions[{pair.index}]",
        old=get_raw_text(start) or None,
        new=get_raw_text(end) or None,
        days=count_days_between(read_date(start), read_date(end)),
        reason=_read_text(entry, "reason"),
        approved_by=_read_text(entry, "approved_by"),
        note=normalise_word(_read_text(entry, "decision"))
        or (category if category == Category.CORRECTION else "entered"),
    )
