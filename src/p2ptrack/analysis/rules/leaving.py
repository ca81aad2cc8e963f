"""H114 to H116: who closed and verified, what disappeared, and papers whose commit was taken out of the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from shlex import quote

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.closing import is_closed_at_removal, is_tracked
from p2ptrack.analysis.past.events import ValueInterpreter
from p2ptrack.analysis.past.then import get_raw_text
from p2ptrack.analysis.rules.grouping import summarise_if_many
from p2ptrack.analysis.rules.printed import is_done, make_interpreter
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.witness import attribute_change, describe_commit
from p2ptrack.problem import Severity
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.records.timeline import SHORT_COMMIT_LENGTH, RawValues, RecordVersion, RegisterHistory, VersionHistory


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
