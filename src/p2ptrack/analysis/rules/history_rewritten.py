"""H111 to H119: changes to what committees have read, records that were removed, and papers that lost their commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from shlex import quote
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.history.diff import (
    ValueInterpreter,
    attribute_condition,
    get_raw_text,
    has_deadline,
    has_same_deadline,
    list_entries,
)
from p2ptrack.analysis.history.events import get_title
from p2ptrack.analysis.history.movement import is_closed_at_removal, is_tracked
from p2ptrack.analysis.rules.history_targets import UNANCHORED_DATES, describe_commit
from p2ptrack.analysis.rules.rule import ERROR, NOTE, WARNING, Finding, example, fix, rule, why
from p2ptrack.model.fields import CLOSED_STATUSES, Category, Decision, Status
from p2ptrack.model.history import (
    SHORT_COMMIT_LENGTH,
    RawValues,
    RecordVersion,
    RegisterHistory,
    Revision,
    VersionHistory,
)
from p2ptrack.model.records import Record
from p2ptrack.phrases import join_ids
from p2ptrack.values import dataclass

Condition = Callable[[RawValues], bool]
"""Whether the values of a record's version still have what was published."""


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A record as the paper of a published meeting had it."""

    meeting: str
    revision: Revision
    values: RawValues


@dataclass(frozen=True, slots=True)
class PublishedRecord:
    """A record with the versions that papers had, oldest first, and its values today."""

    record: Record
    record_history: VersionHistory
    versions: tuple[PublishedVersion, ...]
    current_values: RawValues
    interpreter: ValueInterpreter

    def iter_versions_after(self, position: int) -> Iterator[RecordVersion]:
        """Yield the versions after a position in which the record existed."""
        for version in self.record_history.versions:
            if version.revision.position > position and version.values is not None:
                yield version

    def describe_change(self, paper: PublishedVersion, is_preserved: Condition) -> str:
        """Return which paper had the old content, and when and by whom it was changed."""
        later_versions = self.iter_versions_after(paper.revision.position)
        # A merge may have dropped papers that were published beside the mainline. The record is then unchanged.
        version = next(
            (version for version in later_versions if not is_preserved(version.fields)),
            self.record_history.versions[-1],
        )
        revision = attribute_condition(version, lambda values: not is_preserved(values))
        return f"after the paper for {paper.meeting} ({describe_commit(revision)})"

    def format_show_command(self, paper: PublishedVersion) -> str:
        """Return the command that shows the published record: its text may have become exempt since."""
        return f"p2ptrack show {self.record.id} --at {paper.meeting}"

    def is_done(self, values: RawValues) -> bool:
        """Whether the record is marked as complete or closed."""
        return _is_done(self.interpreter, values)


def _is_done(interpreter: ValueInterpreter, values: RawValues) -> bool:
    return interpreter.read_status(values.get("status")) in {*CLOSED_STATUSES, Status.COMPLETE}


def _iter_published_records(case: Case) -> Iterator[PublishedRecord]:
    """Yield every record that a published paper may have had."""
    history = case.history
    meetings = history.list_published_meetings() if history else ()
    if history is None or not meetings:
        return
    interpreter = ValueInterpreter(case.register.programme)
    for record in case.register.records:
        record_history = history.history_of(record.id)
        last = record_history.versions[-1] if record_history else None
        if record_history is None or last is None or last.values is None:
            continue
        versions = []
        for meeting in meetings:
            version = history.published_version(meeting, record_history)
            if version is not None and version is not last and version.values is not None:
                versions.append(PublishedVersion(meeting, history.published_revision(meeting), version.values))
        yield PublishedRecord(record, record_history, tuple(versions), last.values, interpreter)


@rule("H111", WARNING, "Request changed after a paper was published")
@why("A request stays as it was entered, so that the committee can compare the answer with what it asked for.")
@example("origin_text: A request that differs from the published one.")
@fix("Restore the published wording.")
def _check_rewritten_requests(case: Case) -> Iterator[Finding]:
    for published in _iter_published_records(case):
        # The first published wording is the original, whatever a later paper had.
        papers: dict[str, PublishedVersion] = {}
        for version in published.versions:
            for name, request in _collect_requests(version.values).items():
                if _collect_requests(papers.setdefault(name, version).values)[name] == request:
                    papers[name] = version
        for name, paper in papers.items():
            is_preserved = _keeps_request(name, _collect_requests(paper.values)[name])
            if not is_preserved(published.current_values):
                subject = name or published.record.id
                message = f"The request in {subject} was changed {published.describe_change(paper, is_preserved)}."
                fix = (
                    f"Restore the wording that {published.format_show_command(paper)} shows. "
                    "Report what is different now in an update."
                )
                yield Finding(published.record.id, _locate_request(published.current_values, name), message, fix)


def _collect_requests(values: RawValues) -> Mapping[str, str]:
    """Return the text of a request under an empty id, and of each of its parts by the part's id."""
    parts = [part for part in list_entries(values.get("parts")) if isinstance(part, dict)]
    texts = {"": values.get("origin_text"), **{str(part.get("id")): part.get("text") for part in parts}}
    return {name: line for name, text in texts.items() if (line := _to_one_line(text))}


def _keeps_request(name: str, request: str) -> Condition:
    return lambda values: _collect_requests(values).get(name) == request


def _locate_request(current_values: RawValues, name: str) -> str:
    if not name:
        return "origin_text" if "origin_text" in current_values else ""
    ids = [part.get("id") if isinstance(part, dict) else None for part in list_entries(current_values.get("parts"))]
    if name in ids:
        return f"parts[{ids.index(name)}].text"
    return "parts" if ids else ""


_EntryValues = Mapping[str, Any]
_PRINTED_UPDATE_FIELDS = ("text", "see", "date", "meeting", "source", "heading", "status", "by")


@rule("H112", WARNING, "Update rewritten after a paper was published")
@why("The committee has read the published update, so a correction is a new update.")
@example("updates: [{date: 2023-01-12, text: A text that differs from the published one.}]")
@fix("Restore the published update, and report what changed in a new one.")
def _check_rewritten_updates(case: Case) -> Iterator[Finding]:
    for published in _iter_published_records(case):
        id_, interpreter = published.record.id, published.interpreter
        current_updates = _normalise_updates(published.current_values, interpreter)
        lost_updates: dict[str, tuple[int, _EntryValues, PublishedVersion]] = {}
        for version in published.versions:
            for index, entry in enumerate(_normalise_updates(version.values, interpreter)):
                if not _is_among(entry, current_updates):
                    lost_updates[repr(entry)] = index, entry, version
        for index, entry, paper in lost_updates.values():
            date = get_raw_text(_read_entries(paper.values, "updates")[index].get("date"))
            subject = f"Update {index + 1}{f' ({date})' if date else ''} of {id_}"
            change = published.describe_change(paper, _keeps_update(entry, interpreter))
            message = f"{subject} was rewritten or removed {change}."
            fix = (
                f"Restore the update that p2ptrack history {id_} --field updates shows. "
                "Report what changed in a new update."
            )
            yield Finding(id_, _locate_replacement(entry, current_updates), message, fix)


def _read_entries(values: RawValues, name: str) -> list[dict[str, Any]]:
    return [entry if isinstance(entry, dict) else {"text": entry} for entry in list_entries(values.get(name))]


def _normalise_updates(values: RawValues, interpreter: ValueInterpreter) -> list[_EntryValues]:
    """Return the printed fields of each update in a form that can be compared."""
    return [
        {name: _normalise_value(name, entry[name], interpreter) for name in _PRINTED_UPDATE_FIELDS if name in entry}
        for entry in _read_entries(values, "updates")
    ]


def _normalise_value(name: str, value: Any, interpreter: ValueInterpreter) -> Any:
    """Return a value in a form that is equal for equal meanings."""
    if name in {"date", "on", "requested_on", "decided_on"} and (date := UNANCHORED_DATES.read(value)) is not None:
        return date.earliest, date.latest, date.ongoing
    if name in {"status", "decision"}:
        return interpreter.read_status(value)
    if name == "source" and isinstance(value, dict):
        return _to_one_line(value.get("id"))
    return ", ".join(map(_to_one_line, list_entries(value)))


def _to_one_line(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    return "" if value is None else repr(value)


def _is_among(entry: _EntryValues, updates: list[_EntryValues]) -> bool:
    return any(entry.items() <= update.items() for update in updates)


def _keeps_update(entry: _EntryValues, interpreter: ValueInterpreter) -> Condition:
    return lambda values: _is_among(entry, _normalise_updates(values, interpreter))


def _locate_replacement(entry: _EntryValues, updates: list[_EntryValues]) -> str:
    """Return the path of the update that replaced another, if it can be recognised."""
    names = [name for name in ("text", "see", "date") if name in entry]
    for index, update in enumerate(updates):
        if any(entry[name] == update.get(name) for name in names):
            return f"updates[{index}]"
    return "updates" if updates else ""


_CLOSING_DATE_PATHS = (("completed_on",), ("decided", "on"), ("verified", "on"))
_Path = tuple[str, ...]


@rule("H113", WARNING, "Closing date changed after a paper was published")
@why("The committee has read a different date of completion, decision or verification.")
@example("completed_on: 2023-01-12")
@fix("Restore the published date.")
def _check_changed_closing_dates(case: Case) -> Iterator[Finding]:
    for published in _iter_published_records(case):
        current_revision = published.record_history.versions[-1].revision
        current = PublishedVersion("", current_revision, published.current_values)
        for path in _CLOSING_DATE_PATHS:
            paper = _find_binding_version(published, path)
            if paper is not None and not _is_consistent(published, path, paper, current):
                yield _report_changed_closing_date(published, path, paper)


def _report_changed_closing_date(published: PublishedRecord, path: _Path, paper: PublishedVersion) -> Finding:
    field, old, new = ".".join(path), _get_value(paper.values, path), _get_value(published.current_values, path)
    read_date, old_text, new_text = published.interpreter.read_date, get_raw_text(old), get_raw_text(new)

    def is_preserved(values: RawValues) -> bool:
        return has_same_deadline(read_date(_get_value(values, path)), read_date(old))

    change = f"changed to {new_text}" if new_text else "removed"
    message = (
        f"`{field}` of {published.record.id} was {old_text} and was {change} "
        f"{published.describe_change(paper, is_preserved)}."
    )
    block = f"{path[0]}: {old_text}" if len(path) == 1 else f"{path[0]}:\n  {path[1]}: {old_text}"
    fix = f"Restore the published date.\n{block}"
    return Finding(published.record.id, field if new is not None else "", message, fix)


def _find_binding_version(published: PublishedRecord, path: _Path) -> PublishedVersion | None:
    """Return the last paper with the first published closing date. A reopened record may have another one later."""
    binding: PublishedVersion | None = None
    for version in published.versions:
        date = published.interpreter.read_date(_get_value(version.values, path))
        has_date = has_deadline(date) and (path != ("decided", "on") or published.is_done(version.values))
        if (
            binding is None
            or has_same_deadline(published.interpreter.read_date(_get_value(binding.values, path)), date)
            or _is_consistent(published, path, binding, version)
        ):
            binding = version if has_date else None
    return binding


def _is_consistent(published: PublishedRecord, path: _Path, earlier: PublishedVersion, later: PublishedVersion) -> bool:
    """Whether a later closing date is the same, or a new one of a record that was reopened or decided on again."""
    old, new = _get_value(earlier.values, path), _get_value(later.values, path)
    if new is None:
        return not published.is_done(later.values)
    old_date, new_date = published.interpreter.read_date(old), published.interpreter.read_date(new)
    if old == new or has_same_deadline(old_date, new_date):
        return True
    if new_date is None or new_date.latest is None or new_date.latest < earlier.revision.effective_date:
        return False
    read_status = published.interpreter.read_status
    old_status, new_status = (read_status(version.values.get("status")) for version in (earlier, later))
    if path == ("decided", "on") and (old_status != new_status or new_status == Status.RISK_ACCEPTED):
        return True
    return any(
        not published.is_done(version.fields)
        for version in published.iter_versions_after(earlier.revision.position)
        if version.revision.position <= later.revision.position
    )


def _get_value(values: RawValues, path: _Path) -> Any:
    value: Any = values
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


_DECISION_DATES = {"date": "decided_on", "decided_on": "date"}
"""Two names of one field."""
_DECISION_FIELDS = (
    *("requested_on", *_DECISION_DATES, "decision"),
    *("approved_by", "meeting", "minute", "reason", "category"),
)


@rule("H117", WARNING, "Decision on a target rewritten after a paper was published")
@why("The committee has read when a date was changed, why, by whom and in which minute.")
@example("revisions: [{from: Mar-23, to: Jun-23, approved_by: Another than the published one}]")
@fix("Restore the published entry, and add a new one with `category: correction`.")
def _check_rewritten_decisions(case: Case) -> Iterator[Finding]:
    for published in _iter_published_records(case):
        id_ = published.record.id
        rewritten: dict[int, list[tuple[PublishedVersion, _EntryValues, str]]] = {}
        for paper, entry, name in _iter_decisions(published):
            index = _find_entry(entry, published.current_values, published.interpreter)
            is_preserved = _keeps_decision(entry, name, published.interpreter)
            if index is not None and not is_preserved(published.current_values):
                rewritten.setdefault(index, []).append((paper, entry, name))
        for index, decisions in rewritten.items():
            paper, entry, name = decisions[0]
            names = join_ids([field for _, _, field in decisions])
            verb = "was" if len(decisions) == 1 else "were"
            change = published.describe_change(paper, _keeps_decision(entry, name, published.interpreter))
            message = f"{names} in target change {index + 1} of {id_} {verb} rewritten {change}."
            fix = (
                f"Restore the entry that {published.format_show_command(paper)} shows. "
                "Add a correction as a new entry with category: correction."
            )
            yield Finding(id_, f"revisions[{index}].{name}", message, fix)


def _iter_decisions(published: PublishedRecord) -> Iterator[tuple[PublishedVersion, _EntryValues, str]]:
    """Yield each field of a decided target change as a paper had it first. A request may be decided later."""
    reported: set[str] = set()
    for version in published.versions:
        for entry in _read_entries(version.values, "revisions"):
            if published.interpreter.read_status(entry.get("decision")) == Decision.REQUESTED:
                continue
            for name in _DECISION_FIELDS:
                key = repr((entry.get("from"), entry.get("to"), name))
                if (name == "category" or entry.get(name) is not None) and key not in reported:
                    reported.add(key)
                    yield version, entry, name


def _find_entry(old_entry: _EntryValues, values: RawValues, interpreter: ValueInterpreter) -> int | None:
    """Return the index of the entry with the same dates."""
    read_date = interpreter.read_date
    for index, entry in enumerate(_read_entries(values, "revisions")):
        if all(
            has_same_deadline(read_date(old_entry.get(name)), read_date(entry.get(name))) for name in ("from", "to")
        ):
            return index
    return None


def _keeps_decision(old_entry: _EntryValues, name: str, interpreter: ValueInterpreter) -> Condition:
    def is_preserved(values: RawValues) -> bool:
        index = _find_entry(old_entry, values, interpreter)
        entry = _read_entries(values, "revisions")[index] if index is not None else old_entry
        new_value = entry.get(name) or entry.get(_DECISION_DATES.get(name, name))
        old, new = (_normalise_value(name, value, interpreter) for value in (old_entry.get(name), new_value))
        # A category may be added later, but not that the change was a correction.
        return bool(old == new or (not old and new != Category.CORRECTION))

    return is_preserved


_ONE_AUTHOR = "were closed and verified by the same author of commits"


@rule("H114", NOTE, "Closed and verified by the same person", summary=_ONE_AUTHOR)
@why("Somebody else should check that the work was done, unless the author only typed it for them.")
@example("verified: {by: Chief Internal Auditor, on: 2023-01-12}")
@fix("Say under `method` how it was verified.")
def _check_self_verification(case: Case) -> Iterator[Finding]:
    if case.history is None:
        return
    interpreter = ValueInterpreter(case.register.programme)
    for record in case.tracked():
        record_history = case.history.history_of(record.id)
        if record_history is None or record.verified is None or record.verified.by is None:
            continue
        author = _find_author_of_both(record_history, interpreter)
        if author:
            message = (
                f"{author} committed both the closing of {record.id} and its verification by {record.verified.by}."
            )
            fix = "Under `method`, say how it was verified, so that others can follow it."
            if record.verified.method:
                fix = "Ask somebody else to verify it and commit that. If you only typed it for them, change nothing."
            yield Finding(record.id, "verified.by", message, fix)


def _find_author_of_both(record_history: VersionHistory, interpreter: ValueInterpreter) -> str:
    """Return the author who committed both the closure and the verification, or an empty text."""
    done = _find_start(record_history, lambda values: _is_done(interpreter, values))
    verified = _find_start(record_history, _is_verified)
    # It is not known who verified a record that was already verified in its first version.
    if done is None or verified is None or verified is record_history.versions[0] or not done.revision.commit:
        return ""
    author = attribute_condition(done, lambda values: _is_done(interpreter, values)).author
    return author if author == attribute_condition(verified, _is_verified).author else ""


def _is_verified(values: RawValues) -> bool:
    verification = values.get("verified")
    return isinstance(verification, dict) and verification.get("by") is not None


def _find_start(record_history: VersionHistory, is_met: Condition) -> RecordVersion | None:
    """Return the version since which a condition has been met."""
    start: RecordVersion | None = None
    for version in record_history.versions:
        if version.values is None or not is_met(version.values):
            start = None
        elif start is None:
            start = version
    return start


@rule("H115", ERROR, "Record removed without being closed")
@why("A record is closed with a reason. A deleted file leaves no reason.")
@example("id: A01")
@fix("Restore the file, and close the record if the work is done.")
def _check_removed_records(case: Case) -> Iterator[Finding]:
    history = case.history
    if history is None:
        yield from _report_deleted_records(case)
        return
    current_ids = {id_.casefold() for id_ in case.register.broken_ids}
    current_ids |= {record.id.casefold() for record in case.tracked()}
    for key, record_history in history.records.items():
        if key in current_ids:
            continue
        final = record_history.versions[-1]
        if final.values is not None:
            yield from _report_kind_change(history, record_history)
            continue
        last = record_history.last_existing_version(final.revision.position)
        if last is None or is_closed_at_removal(history, last, final.revision):
            continue
        if not _is_temporary_id(history, record_history, last):
            yield _report_removal(history, record_history, last)


def _report_deleted_records(case: Case) -> Iterator[Finding]:
    """Yield each record whose file is committed and no longer in the folder, unless it was closed or is elsewhere."""
    current_ids = {id_.casefold() for id_ in (*case.register.by_id, *case.register.broken_ids)}
    interpreter = ValueInterpreter(case.register.programme)
    for version in case.deleted_records:
        id_ = str(version.fields.get("id"))
        if id_.casefold() not in current_ids and not interpreter.is_closed(version, case.as_of):
            message = f"{version.path} was deleted, but the last saved version (commit) still has it."
            alternative = f", or close {id_} with a status and a decision" if is_tracked(version) else ""
            yield Finding(id_, "", message, f"Restore the file{alternative}.\n{_format_restore_command(version)}")


def _format_restore_command(version: RecordVersion) -> str:
    """Return the command that restores a deleted file, also if the deletion is staged in git."""
    return f"git restore --source=HEAD --staged --worktree -- {quote(version.path)}"


def _is_temporary_id(history: RegisterHistory, record_history: VersionHistory, last: RecordVersion) -> bool:
    """Whether the record has its former id again, and no paper used this id."""
    for meeting in history.list_published_meetings():
        version = history.published_version(meeting, record_history)
        if version and version.values is not None:
            return False
    position = record_history.versions[-1].revision.position
    return any(
        after.revision.position == position and before.values is None and _is_same_record(last, after)
        for other in history.records.values()
        for before, after in pairwise(other.versions)
    )


def _is_same_record(last: RecordVersion, new: RecordVersion) -> bool:
    """Whether a new record has the file of a removed one, or its title."""
    return new.path == last.path or get_title(new) == get_title(last)


def _report_kind_change(history: RegisterHistory, record_history: VersionHistory) -> Iterator[Finding]:
    """Yield an action or a follow-up that became a recommendation, which needs no closure."""
    pairs = [pair for pair in pairwise(record_history.versions) if is_tracked(pair[0]) and not is_tracked(pair[1])]
    for last, new in pairs[-1:]:
        if new.values is not None and not is_closed_at_removal(history, last, new.revision):
            commit = describe_commit(new.revision)
            message = f"{record_history.id} was made a recommendation ({commit}) without being closed."
            fix = f"Make it an action or follow-up again under another id, or restore {last.path}."
            yield Finding(record_history.id, "", message, fix)


def _report_removal(history: RegisterHistory, record_history: VersionHistory, last: RecordVersion) -> Finding:
    id_ = record_history.id
    revision = attribute_condition(record_history.versions[-1], lambda values: not values)
    removed = f"{id_} was removed ({describe_commit(revision)})"
    new_id = _find_new_id(history, record_history, last)
    if new_id:
        message = f"{removed} and is now {new_id}. An id must not change, because papers and links use it."
        return Finding(id_, "", message, f"Set `id` back to {id_} in the file of {new_id}.")
    source = f"--source={revision.short_commit}~1 " if revision.commit else ""
    command = f"git restore {source}-- {quote(last.path)}"
    if not is_tracked(last):
        message = f"{removed}. A recommendation stays in the register."
        return Finding(id_, "", message, f"Restore its file.\n{command}")
    status = get_raw_text(last.fields.get("status"))
    message = f"{removed} without being closed. {f'Its status was {status}' if status else 'It had no status'}."
    return Finding(id_, "", message, f"Restore its file. If the work is done, close the record.\n{command}")


def _find_new_id(history: RegisterHistory, record_history: VersionHistory, last: RecordVersion) -> str:
    """Return the id of a record that came as another was removed, in its file or with its title."""
    position = record_history.versions[-1].revision.position
    for candidate in history.records.values():
        first = candidate.versions[0]
        if first.revision.position == position and first.values is not None and _is_same_record(last, first):
            return candidate.id
    return ""


_JOIN_COMMAND = "git merge --no-edit --strategy=ours --allow-unrelated-histories"
"""If the first commit of a repository was rewritten, the two histories have no commit in common."""


@rule("H116", WARNING, "Published papers whose commit was removed, or whose tag was moved")
@why("Git no longer connects the published papers with today's register, so records could be changed without a trace.")
@example("meetings: [{id: AC-2022-10-17, date: 2022-10-17}]   # the tag meeting/AC-2022-10-17 names another commit")
@fix("Join the commit that the tag names to this branch again.")
def _check_publication_commits(case: Case) -> Iterator[Finding]:
    if case.history is None:
        return
    for meeting, commits in case.history.moved_tags.items():
        published_commit, current_commit = (commit[:SHORT_COMMIT_LENGTH] for commit in commits)
        tag = f"meeting/{meeting}"
        message = f"The tag {tag} was published for the commit {published_commit}, but it now names {current_commit}."
        fix = f"Restore the tag, or ask who moved it.\ngit fetch origin --force refs/tags/{tag}:refs/tags/{tag}"
        yield Finding("", "", message, fix)
    for meeting, commit in case.history.orphaned_tags.items():
        if meeting not in case.history.moved_tags:
            message = (
                f"The papers of {meeting} were published from the commit {commit[:SHORT_COMMIT_LENGTH]}, "
                "which is not part of this branch's history."
            )
            # Another merge strategy can bring back what was removed on purpose, or stop in a conflict.
            fix = (
                "Ask who removed it from the history and why. Then join it to this branch again. "
                "This command changes no file.\n"
                f"{_JOIN_COMMAND} meeting/{meeting}"
            )
            yield Finding("", "", message, fix)


@rule("H118", ERROR, "Published papers whose commit was removed from the history")
@why("The register was rewritten after its papers were published. The committee has read the earlier version.")
@example("meetings: [{id: AC-2022-10-17, date: 2022-10-17}]   # published, amended, and published again")
@fix("Join the commit that was published to this branch again.")
def _check_replaced_publications(case: Case) -> Iterator[Finding]:
    for publication in case.history.lost_publications if case.history else ():
        if publication.commit:
            advice = "Ask who rewrote it and why. Then join the commit again. This command changes no file."
            fix = f"{advice}\n{_JOIN_COMMAND} {publication.commit}"
            yield Finding("", "", publication.describe(), fix)


@rule("H119", WARNING, "Tag that later papers name, and that was removed or replaced")
@why("Nobody can check any more which papers the committee had.")
@example("meetings: [{id: AC-2022-10-17, date: 2022-10-17}]   # the papers of the next meeting name another tag")
@fix("Restore the tag, or ask who replaced it.")
def _check_named_tags(case: Case) -> Iterator[Finding]:
    for publication in case.history.lost_publications if case.history else ():
        if publication.later_meeting:
            ref = f"refs/tags/meeting/{publication.meeting}"
            fix = f"Restore the tag, or ask who replaced it.\ngit fetch origin --force {ref}:{ref}"
            yield Finding("", "", publication.describe(), fix)
