"""H111 to H113 and H117: what was written over after a paper was published. Asked only under `check --history`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.differences import list_entries
from p2ptrack.analysis.past.events import ValueInterpreter
from p2ptrack.analysis.past.then import DateReader, get_raw_text, has_same_deadline
from p2ptrack.analysis.rules.printed import (
    PublishedRecord,
    PublishedVersion,
    is_done,
    iter_published_records,
    make_interpreter,
    to_one_line,
)
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import join_ids
from p2ptrack.problem import Severity
from p2ptrack.records.dates import Anchors
from p2ptrack.records.fields import Category, Decision, Status
from p2ptrack.records.timeline import RawValues


def _check_rewritten_requests(case: Case) -> Iterator[Finding]:
    for published in iter_published_records(case):
        # The words that were published first stay: what a later paper had instead is no second original.
        first_versions: dict[str, PublishedVersion] = {}
        for version in published.versions:
            for name, request in _collect_requests(version.values).items():
                if _collect_requests(first_versions.setdefault(name, version).values)[name] == request:
                    first_versions[name] = version
        for name, last in first_versions.items():
            request = _collect_requests(last.values)[name]
            if _collect_requests(published.current_values).get(name) != request:
                change = published.describe_change(last, _make_request_predicate(name, request))
                message = f"The ask of {name or published.record.id} was changed {change}."
                fix = f"the ask {published.format_show_command(last)}; what is different now belongs in an update"
                yield Finding(published.record.id, _locate_request(published.current_values, name), message, fix)


def _collect_requests(values: RawValues) -> Mapping[str, str]:
    """Return the words of an ask, and of each of its parts by the part's id."""
    parts = (part for part in list_entries(values.get("parts")) if isinstance(part, dict))
    texts = {"": values.get("origin_text"), **{str(part.get("id")): part.get("text") for part in parts}}
    return {name: to_one_line(text) for name, text in texts.items() if to_one_line(text)}


def _make_request_predicate(name: str, request: str) -> Callable[[RawValues], bool]:
    return lambda values: _collect_requests(values).get(name) == request


def _locate_request(current_values: RawValues, name: str) -> str:
    if not name:
        return "origin_text" if "origin_text" in current_values else ""
    ids = [part.get("id") if isinstance(part, dict) else None for part in list_entries(current_values.get("parts"))]
    return f"parts[{ids.index(name)}].text" if name in ids else "parts" if ids else ""


_EntryValues = Mapping[str, Any]
_HISTORY_HINT = "as p2ptrack history {} --field updates has it"
_PRINTED_UPDATE_FIELDS = ("text", "see", "date", "meeting", "source", "heading", "status", "by")


def _check_rewritten_updates(case: Case) -> Iterator[Finding]:
    interpreter = make_interpreter(case)
    for published in iter_published_records(case):
        current_updates = _normalise_updates(published.current_values, interpreter)
        lost_updates: dict[str, tuple[int, _EntryValues, PublishedVersion]] = {}
        for version in published.versions:
            for index, entry in enumerate(_normalise_updates(version.values, interpreter)):
                if not _is_among(entry, current_updates):
                    lost_updates[repr(entry)] = index, entry, version
        for index, entry, last in lost_updates.values():
            date = get_raw_text(_read_entries(last.values, "updates")[index].get("date"))
            subject = f"Update {index + 1}{f' of {date}' * bool(date)} of {published.record.id}"
            change = published.describe_change(last, _make_update_predicate(entry, interpreter))
            fix = f"the update {_HISTORY_HINT.format(published.record.id)}; and a new one with what changed"
            location = _locate_replacement(entry, current_updates)
            yield Finding(published.record.id, location, f"{subject} was rewritten or taken out {change}.", fix)


def _read_entries(values: RawValues, name: str) -> list[dict[str, Any]]:
    return [entry if isinstance(entry, dict) else {"text": entry} for entry in list_entries(values.get(name))]


def _normalise_updates(values: RawValues, interpreter: ValueInterpreter) -> list[_EntryValues]:
    """Return what each update says, as far as a paper prints it and however it is written."""
    updates = _read_entries(values, "updates")
    return [
        {name: _normalise_value(name, entry[name], interpreter) for name in _PRINTED_UPDATE_FIELDS if name in entry}
        for entry in updates
    ]


_UNANCHORED_READER = DateReader(Anchors(()))


def _normalise_value(name: str, value: Any, interpreter: ValueInterpreter) -> Any:
    """Return what stands for a value, so that two ways to write the same are the same."""
    if name in {"date", "on"} and (date := _UNANCHORED_READER.read(value)) is not None:
        return date.earliest, date.latest, date.ongoing
    if name in {"status", "decision"}:
        return interpreter.read_status(value)
    if name == "source" and isinstance(value, dict):
        return to_one_line(value.get("id"))
    return ", ".join(map(to_one_line, list_entries(value)))


def _is_among(entry: _EntryValues, updates: list[_EntryValues]) -> bool:
    return any(entry.items() <= update.items() for update in updates)


def _make_update_predicate(entry: _EntryValues, interpreter: ValueInterpreter) -> Callable[[RawValues], bool]:
    return lambda values: _is_among(entry, _normalise_updates(values, interpreter))


def _locate_replacement(entry: _EntryValues, updates: list[_EntryValues]) -> str:
    """Return where the entry stands that took the place of one that is gone, as far as that can be told."""
    names = [name for name in ("text", "see", "date") if name in entry]
    similar_indices = [
        index for index, update in enumerate(updates) if any(entry[name] == update.get(name) for name in names)
    ]
    return f"updates[{similar_indices[0]}]" if similar_indices else "updates" if updates else ""


_CLOSING_DATE_PATHS = (("completed_on",), ("decided", "on"), ("verified", "on"))


def _check_changed_closing_dates(case: Case) -> Iterator[Finding]:
    interpreter = make_interpreter(case)
    for published in iter_published_records(case):
        for path in _CLOSING_DATE_PATHS:
            last = _find_binding_version(published, path, interpreter)
            current = PublishedVersion("", published.record_history.versions[-1].revision, published.current_values)
            if last is not None and not _is_consistent(published, path, (last, current), interpreter):
                old, new, field = (
                    _get_value(last.values, path),
                    _get_value(published.current_values, path),
                    ".".join(path),
                )
                change = f"was changed to {get_raw_text(new) or 'nothing'} {published.describe_change(last, _make_date_predicate(path, old, interpreter))}"
                message = f"{field} of {published.record.id} was {get_raw_text(old)}, and {change}."
                fix = f"{path[-1]}: {get_raw_text(old)}{f', under {path[0]}' * bool(path[1:])}"
                yield Finding(published.record.id, field if new is not None else "", message, fix)


def _find_binding_version(
    published: PublishedRecord, path: tuple[str, ...], interpreter: ValueInterpreter
) -> PublishedVersion | None:
    """Return the last paper with the closing date that stands: the one published first, until it is opened again."""
    binding_version: PublishedVersion | None = None
    for version in published.versions:
        date = interpreter.date_reader.read(_get_value(version.values, path))
        has_date = not has_same_deadline(date, None) and (
            path != ("decided", "on") or is_done(interpreter, version.values)
        )
        is_same = binding_version and has_same_deadline(
            interpreter.date_reader.read(_get_value(binding_version.values, path)), date
        )
        if (
            binding_version is None
            or is_same
            or _is_consistent(published, path, (binding_version, version), interpreter)
        ):
            binding_version = version if has_date else None
    return binding_version


def _is_consistent(
    published: PublishedRecord,
    path: tuple[str, ...],
    versions: tuple[PublishedVersion, PublishedVersion],
    interpreter: ValueInterpreter,
) -> bool:
    """Whether a later closing date is the same, or one of its own: of an item that was opened or decided on again."""
    earlier, later = versions
    old, new = (_get_value(version.values, path) for version in versions)
    if new is None:
        return not is_done(interpreter, later.values)
    old_date, new_date = interpreter.date_reader.read(old), interpreter.date_reader.read(new)
    if old == new or has_same_deadline(old_date, new_date):
        return True
    last_number = later.revision.position
    values_between = (
        values
        for later_version, values in published.iter_versions_after(earlier.revision.position)
        if later_version.revision.position <= last_number
    )
    old_status, new_status = (interpreter.read_status(version.values.get("status")) for version in versions)
    is_new_decision = path == ("decided", "on") and (old_status != new_status or new_status == Status.RISK_ACCEPTED)
    is_reopened = is_new_decision or not all(is_done(interpreter, values) for values in values_between)
    return (
        is_reopened
        and new_date is not None
        and new_date.latest is not None
        and new_date.latest >= earlier.revision.effective_date
    )


def _get_value(values: RawValues, path: tuple[str, ...]) -> Any:
    value: Any = values
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _make_date_predicate(path: tuple[str, ...], old: Any, interpreter: ValueInterpreter) -> Callable[[RawValues], bool]:
    return lambda values: has_same_deadline(
        interpreter.date_reader.read(_get_value(values, path)), interpreter.date_reader.read(old)
    )


_DECISION_FIELDS = ("date", "decision", "approved_by", "meeting", "minute", "reason", "category")


def _check_rewritten_decisions(case: Case) -> Iterator[Finding]:
    interpreter = make_interpreter(case)
    for published in iter_published_records(case):
        rewritten_fields: dict[int, list[tuple[PublishedVersion, _EntryValues, str]]] = {}
        for version, old_entry, name in _iter_decisions(published, interpreter):
            index = _find_entry(old_entry, published.current_values, interpreter)
            if index is not None and not _make_decision_predicate(old_entry, name, interpreter)(
                published.current_values
            ):
                rewritten_fields.setdefault(index, []).append((version, old_entry, name))
        for index, decisions in rewritten_fields.items():
            version, old_entry, name = decisions[0]
            names = [field for _, _, field in decisions]
            change = f"{'were' if names[1:] else 'was'} rewritten {published.describe_change(version, _make_decision_predicate(old_entry, name, interpreter))}"
            message = f"{join_ids(names)} in entry {index + 1} of the ledger of {published.record.id} {change}."
            fix = f"the entry {published.format_show_command(version)}; and a new one with category: correction"
            yield Finding(published.record.id, f"revisions[{index}].{name}", message, fix)


def _iter_decisions(
    published: PublishedRecord, interpreter: ValueInterpreter
) -> Iterator[tuple[PublishedVersion, _EntryValues, str]]:
    """Yield what was said first in a paper of how a move was decided. What was still asked for may be decided since."""
    reported_keys: set[str] = set()
    for version in published.versions:
        for entry in _read_entries(version.values, "revisions"):
            is_request = interpreter.read_status(entry.get("decision")) == Decision.REQUESTED
            for name in () if is_request else _DECISION_FIELDS:
                key = repr((entry.get("from"), entry.get("to"), name))
                if (name == "category" or entry.get(name) is not None) and key not in reported_keys:
                    reported_keys.add(key)
                    yield version, entry, name


def _find_entry(old_entry: _EntryValues, values: RawValues, interpreter: ValueInterpreter) -> int | None:
    """Return the place of the entry that tells of the same move."""
    read_date = interpreter.date_reader.read
    for index, entry in enumerate(_read_entries(values, "revisions")):
        if all(
            has_same_deadline(read_date(old_entry.get(name)), read_date(entry.get(name))) for name in ("from", "to")
        ):
            return index
    return None


def _make_decision_predicate(
    old_entry: _EntryValues, name: str, interpreter: ValueInterpreter
) -> Callable[[RawValues], bool]:
    def is_consistent(values: RawValues) -> bool:
        index = _find_entry(old_entry, values, interpreter)
        entry = _read_entries(values, "revisions")[index] if index is not None else old_entry
        old, new = (_normalise_value(name, either_entry.get(name), interpreter) for either_entry in (old_entry, entry))
        # A sort of reason may be added, but not that it was no delay.
        return bool(old == new or (not old and new != Category.CORRECTION))

    return is_consistent


RULES: tuple[Rule, ...] = (
    Rule(
        code="H111",
        severity=Severity.WARNING,
        title="An ask that was changed after a paper was published",
        why="The ask stays as it was entered; where a committee reads another one next time, nobody can be held to it.",
        example="origin_text: Another ask than the published one.",
        fix="The words as they were published.",
        check=_check_rewritten_requests,
    ),
    Rule(
        code="H112",
        severity=Severity.WARNING,
        title="An earlier update that was rewritten after a paper was published",
        why="Updates are added, never written over: the committee has read the old one.",
        example="updates: [{date: 2023-01-12, text: Another text than the published one.}]",
        fix="The update as it was published, and a new one with what changed.",
        check=_check_rewritten_updates,
    ),
    Rule(
        code="H113",
        severity=Severity.WARNING,
        title="A closing date that was changed after a paper was published",
        why="The committee was told another day on which the item was completed, decided or verified.",
        example="completed_on: 2023-01-12",
        fix="The date as it was published.",
        check=_check_changed_closing_dates,
    ),
    Rule(
        code="H117",
        severity=Severity.WARNING,
        title="A decision on a target that was rewritten after a paper was published",
        why="The committee has read when, why, by whom and in which minute a date was moved.",
        example="revisions: [{from: Mar-23, to: Jun-23, approved_by: Another than the published one}]",
        fix="The entry as it was published, and a new one with category: correction.",
        check=_check_rewritten_decisions,
    ),
)
