"""H111 to H113 and H117: what was written over after a paper was published. Asked only under `check --history`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from shlex import quote
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.history.diff import list_entries
from p2ptrack.analysis.history.events import ValueInterpreter
from p2ptrack.analysis.history.movement import is_closed_at_removal, is_tracked
from p2ptrack.analysis.history.snapshot import DateReader, get_raw_text, has_same_deadline
from p2ptrack.analysis.rules.history_targets import attribute_change, describe_commit
from p2ptrack.analysis.rules.rule import Finding, Rule, summarise_if_many
from p2ptrack.diagnostics import Severity
from p2ptrack.model.dates import Anchors
from p2ptrack.model.fields import CLOSED_STATUSES, Category, Decision, Status
from p2ptrack.model.history import (
    SHORT_COMMIT_LENGTH,
    RawValues,
    RecordVersion,
    RegisterHistory,
    Revision,
    VersionHistory,
)
from p2ptrack.model.programme import status_labels
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.register import build_anchors
from p2ptrack.phrases import join_ids

# What the papers of published meetings had of each record, beside what it says now.


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A record as the paper of a published meeting had it."""

    meeting: str
    revision: Revision
    values: RawValues


@dataclass(frozen=True, slots=True)
class PublishedRecord:
    """A record that papers told of and that was changed since: what each said, oldest first, and what it says now."""

    record: Record
    record_history: VersionHistory
    versions: tuple[PublishedVersion, ...]
    current_values: RawValues

    def iter_versions_after(self, number: int) -> Iterator[tuple[RecordVersion, RawValues]]:
        """Yield its states after a place on the line in which it was there, each with what it said."""
        return (
            (version, version.values)
            for version in self.record_history.versions
            if version.revision.position > number and version.values is not None
        )

    def describe_change(self, last: PublishedVersion, predicate: Callable[[RawValues], bool]) -> str:
        """Return after which paper, when and by whom something was changed that held in it."""
        version = next(
            version for version, values in self.iter_versions_after(last.revision.position) if not predicate(values)
        )
        return f"after the paper for {last.meeting} ({describe_commit(attribute_change(version, lambda values: not predicate(values)))})"

    def format_show_command(self, last: PublishedVersion) -> str:
        """Return the command that shows what the paper had: the words themselves may have become exempt."""
        return f"as p2ptrack show {self.record.id} --at {last.meeting} has it"


def iter_published_records(case: Case) -> Iterator[PublishedRecord]:
    """Yield every record that a published paper may have told of and that was changed since."""
    register_history = case.history
    if register_history is None:
        return
    publications = sorted(register_history.published_positions.items(), key=lambda pair: (pair[1], pair[0]))
    for record in case.register.records if publications else ():
        record_history = register_history.history_of(record.id)
        last = record_history.versions[-1] if record_history else None
        if record_history and last and last.values is not None:
            published_versions = [
                (meeting, number, record_history.version_at(number)) for meeting, number in publications
            ]
            versions = tuple(
                PublishedVersion(meeting, register_history.revisions[number - 1], version.values)
                for meeting, number, version in published_versions
                if version and version is not last and version.values is not None
            )
            yield PublishedRecord(record, record_history, versions, last.values)


def make_interpreter(case: Case) -> ValueInterpreter:
    """Return how old values are read: by today's programme."""
    return ValueInterpreter(DateReader(build_anchors(case.register.programme)), status_labels(case.policy))


def to_one_line(value: Any) -> str:
    """Return a text on one line, however it is folded in its file."""
    return " ".join(value.split()) if isinstance(value, str) else "" if value is None else repr(value)


def is_done(interpreter: ValueInterpreter, values: RawValues) -> bool:
    """Whether a record calls itself complete or closed."""
    return interpreter.read_status(values.get("status")) in {*CLOSED_STATUSES, Status.COMPLETE}


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


# H114 to H116: who closed and verified, what disappeared, and papers whose commit was taken out of the history.


def _check_self_verification(case: Case) -> Iterator[Finding]:
    interpreter = make_interpreter(case)
    findings = (
        finding for record in case.tracked() for finding in _report_self_verification(case, record, interpreter)
    )
    yield from summarise_if_many(findings, "were closed and verified by the same author of commits")


def _report_self_verification(case: Case, record: TrackedRecord, interpreter: ValueInterpreter) -> Iterator[Finding]:
    record_history = case.history.history_of(record.id) if case.history else None
    if record_history is None or record.verified is None or record.verified.by is None:
        return
    done_version, verified_version = (
        _find_start(record_history, lambda values: is_done(interpreter, values)),
        _find_start(record_history, _is_verified),
    )
    if done_version is None or verified_version is None or verified_version is record_history.versions[0]:
        return  # what git saw verified at first was verified by nobody that it knows of
    closing_revision = attribute_change(done_version, lambda values: is_done(interpreter, values))
    if closing_revision.commit and closing_revision.author == attribute_change(verified_version, _is_verified).author:
        actions = f"the closing of {record.id} and its verification by {record.verified.by}"
        advice = "nothing, where only the typing was theirs; else let somebody else verify it and commit that"
        fix = advice if record.verified.method else "method: how it was verified, so that others can follow it"
        yield Finding(record.id, "verified.by", f"{closing_revision.author} committed both {actions}.", fix)


def _is_verified(values: RawValues) -> bool:
    verification = values.get("verified")
    return isinstance(verification, dict) and verification.get("by") is not None


def _find_start(record_history: VersionHistory, predicate: Callable[[RawValues], bool]) -> RecordVersion | None:
    """Return the state from which something has held until now."""
    start: RecordVersion | None = None
    for version in record_history.versions:
        if version.values is None or not predicate(version.values):
            start = None
        elif start is None:
            start = version
    return start


def _check_disappeared_records(case: Case) -> Iterator[Finding]:
    register_history = case.history
    current_ids = {id_.casefold() for id_ in case.register.broken_ids} | {
        record.id.casefold() for record in case.tracked()
    }
    for key, record_history in register_history.records.items() if register_history else ():
        final_version = record_history.versions[-1]
        last = record_history.last_existing_version(final_version.revision.position)
        if (
            register_history
            and key not in current_ids
            and final_version.values is None
            and last
            and not is_closed_at_removal(register_history, last, final_version.revision)
        ):
            if not _is_temporary_id(register_history, record_history, last):
                yield _report_disappearance(case, record_history, last)
        elif register_history and key not in current_ids and final_version.values is not None:
            yield from _report_type_change(register_history, record_history)


def _is_temporary_id(register_history: RegisterHistory, record_history: VersionHistory, last: RecordVersion) -> bool:
    """Whether it was another record under another id, which has its own again; and no paper had the other id."""
    number = record_history.versions[-1].revision.position
    is_published = any(
        version and version.values is not None
        for version in map(record_history.version_at, register_history.published_positions.values())
    )
    pairs = (pair for history in register_history.records.values() for pair in pairwise(history.versions))
    returned_versions = (
        after for before, after in pairs if after.revision.position == number and before.values is None
    )
    return not is_published and any(_is_same_record(last, version) for version in returned_versions)


def _is_same_record(last: RecordVersion, new: RecordVersion) -> bool:
    """Whether a record that came stands in the file of one that went, or has its title."""
    return new.path == last.path or (new.values or {}).get("title") == (last.values or {}).get("title")


def _report_type_change(register_history: RegisterHistory, record_history: VersionHistory) -> Iterator[Finding]:
    """Yield that an action or a follow-up became a recommendation, which nobody has to close."""
    pairs = [pair for pair in pairwise(record_history.versions) if is_tracked(pair[0]) and not is_tracked(pair[1])]
    for last, new_version in pairs[-1:]:
        if new_version.values is not None and not is_closed_at_removal(register_history, last, new_version.revision):
            message = f"{record_history.id} was made a recommendation ({describe_commit(new_version.revision)}) without being closed."
            yield Finding(
                record_history.id, "", message, f"an action or follow-up again, with another id, or {last.path}"
            )


def _report_disappearance(case: Case, record_history: VersionHistory, last: RecordVersion) -> Finding:
    revision = attribute_change(record_history.versions[-1], lambda values: not values)
    opening = f"{record_history.id} disappeared ({describe_commit(revision)})"
    new_id = _find_new_id(case, record_history, last)
    if new_id:
        message = f"{opening}: what it said stands as {new_id} since. An id stays: papers and links name it."
        return Finding(record_history.id, "", message, f"id: {record_history.id}, in the file of {new_id}")
    source = f"--source={revision.commit[:SHORT_COMMIT_LENGTH]}~1 " if revision.commit else ""
    fix = f"the file again, with: git restore {source}-- {quote(last.path)}"
    if not is_tracked(last):
        return Finding(record_history.id, "", f"{opening}, and a recommendation stays.", fix)
    status = get_raw_text((last.values or {}).get("status")) or "not stated"
    message = f"{opening} without being closed; its status was {status}."
    return Finding(record_history.id, "", message, f"{fix}; then close it, if it is done")


def _find_new_id(case: Case, record_history: VersionHistory, last: RecordVersion) -> str:
    """Return the record that came as another went, in its file or with its title."""
    number = record_history.versions[-1].revision.position
    for new_history in case.history.records.values() if case.history else ():
        first = new_history.versions[0]
        is_new = first.revision.position == number and first.values is not None
        if is_new and _is_same_record(last, first):
            return new_history.id
    return ""


def _check_publication_commits(case: Case) -> Iterator[Finding]:
    moved_tags = case.history.moved_tags if case.history else {}
    for meeting, (published_commit, tagged_commit) in moved_tags.items():
        tag = f"meeting/{meeting}"
        message = f"The tag {tag} was sealed at the commit {published_commit[:SHORT_COMMIT_LENGTH]}, and names {tagged_commit[:SHORT_COMMIT_LENGTH]} now."
        fix = f"the tag as it was: git fetch origin --force refs/tags/{tag}:refs/tags/{tag}; or ask who moved it"
        yield Finding("", "", message, fix)
    for meeting, commit in case.history.orphaned_tags.items() if case.history else ():
        if meeting in moved_tags:
            continue
        message = (
            f"The papers of {meeting} were published at the commit {commit[:SHORT_COMMIT_LENGTH]}, "
            "which is no part of this branch's history."
        )
        fix = f"that commit again: git merge meeting/{meeting}; or ask who took it out of the history, and why"
        yield Finding("", "", message, fix)


LEAVING_RULES: tuple[Rule, ...] = (
    Rule(
        code="H114",
        severity=Severity.NOTE,
        title="Closed and verified by one hand",
        why="One officer often keeps the register; where it was not only the typing, nobody else has looked.",
        example="verified: {by: Chief Internal Auditor, on: 2023-01-12}",
        fix="How it was verified, under method.",
        check=_check_self_verification,
    ),
    Rule(
        code="H115",
        severity=Severity.ERROR,
        title="A record that disappeared",
        why="An item leaves the list by being closed, with a reason; a file that is deleted leaves none.",
        example="id: A01",
        fix="The file again, closed if it is done.",
        check=_check_disappeared_records,
    ),
    Rule(
        code="H116",
        severity=Severity.WARNING,
        title="Papers whose commit was taken out of the history, or whose tag was moved",
        why="What was published can then be changed without a trace: git no longer leads from those papers to today.",
        example="meetings: [{id: AC-2022-10-17, date: 2022-10-17}]   # the tag meeting/AC-2022-10-17 stands elsewhere",
        fix="The commit that the tag names, in this branch again.",
        check=_check_publication_commits,
    ),
)
