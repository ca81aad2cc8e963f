"""T141 to T150: target changes, the entries of `revisions`."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import effective_revisions, is_effective, is_rewording, is_same_target
from p2ptrack.analysis.rules.rule import NOTE, WARNING, Finding, example, fix, is_before, rule, why
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Category, Decision
from p2ptrack.model.placeholders import is_nobody
from p2ptrack.model.records import TargetRevision, TrackedRecord
from p2ptrack.phrases import format_shift, format_times, join_words


def _iter_revised_records(case: Case) -> Iterator[TrackedRecord]:
    return (record for record in case.with_field("revisions") if record.revisions)


def _iter_revisions(case: Case) -> Iterator[tuple[TrackedRecord, str, TargetRevision]]:
    """Yield each target change with its record and its field path."""
    for record in case.with_field("revisions"):
        for index, revision in enumerate(record.revisions):
            yield record, f"revisions[{index}]", revision


def _iter_changes(case: Case) -> Iterator[tuple[TrackedRecord, str, TargetRevision]]:
    """Yield the entries whose dates differ. T148 reports the others, which ask for nothing else."""
    return (entry for entry in _iter_revisions(case) if not is_rewording(entry[2]))


@rule("T141", WARNING, "Target change without a date or a reason")
@why("An auditor first checks when and why a target date changed.")
@example("revisions: [{from: Mar-23, to: Jun-23}]")
@fix("Add the missing `date:` or `reason:` to the target change.")
def _check_incomplete_revision(case: Case) -> Iterator[Finding]:
    for record, field, revision in _iter_changes(case):
        missing = [word for word, value in (("date", revision.date), ("reason", revision.reason)) if not value]
        if missing and revision.decision is not Decision.REFUSED:
            subject = f"The target change of {record.id} from {revision.from_.raw} to {revision.to.raw}"
            yield Finding(record.id, field, f"{subject} has no {join_words(missing, 'or')}.")


@rule("T142", WARNING, "Missing target change")
@why("Each target change starts from the date that the one before it ended with. Otherwise a change is missing.")
@example("revisions: [{from: Mar-23, to: Jun-23}, {from: Jul-23, to: Sep-23}]")
@fix("Add the missing target change, or correct `from`.")
def _check_broken_chain(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        current: CouncilDate | None = None
        for index, revision in enumerate(record.revisions):
            if current is not None and not is_same_target(revision.from_, current):
                start = f"This target change of {record.id} starts from {revision.from_.raw}"
                advice = f"Add the missing target change above this one, or correct `from` to {current.raw}."
                message = f"{start}, but the target date was {current.raw} before it."
                yield Finding(record.id, f"revisions[{index}].from", message, advice)
            if is_effective(revision, case.policy):
                current = revision.to


@rule("T143", WARNING, "Target date that does not match the target changes")
@why("Either the target date was changed without an entry, or an extension was applied before it was granted.")
@example("{target: Sep-23, revisions: [{from: Mar-23, to: Jun-23}]}")
@fix("Use the date of the last granted target change, or add the missing target change.")
def _check_target_against_revisions(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        new_targets = [revision.to for revision in record.revisions if is_effective(revision, case.policy)]
        expected = new_targets[-1] if new_targets else record.revisions[0].from_
        has_placeholder = any(
            is_nobody(revision.approved_by or "") for revision in record.revisions if revision.approved_by
        )
        if not has_placeholder and not is_same_target(record.target, expected):
            actual = f"the target date {record.target.raw}" if record.target else "no target date"
            message = f"{record.id} has {actual}, but its target changes give {expected.raw}."
            advice = f"Add the missing target change, or correct the target date to {expected.raw}."
            yield Finding(record.id, "target" if record.target else "revisions", message, advice)


@rule("T144", NOTE, "Target changed more than once", summary="have more than one target change", query="is:slipped")
@why("A target date that changes repeatedly is not a reliable plan.")
@example("revisions: [{from: Mar-23, to: Jun-23}, {from: Jun-23, to: Sep-23}]")
@fix("Explain in the next update what has changed so that this target date will be met.")
def _check_repeated_changes(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        facts = case.facts[record.id]
        if facts.times_moved > 1:
            total = f", {format_shift(facts.days_moved)} in total" if facts.days_moved is not None else ""
            original = effective_revisions(record, case.policy)[0].from_.raw
            subject = f"The target date of {record.id} has changed {format_times(facts.times_moved)}"
            yield Finding(record.id, "revisions", f"{subject}{total} (originally {original}).")


@rule("T145", WARNING, "Extension without a decision")
@why("The earlier target date applies until somebody decides.")
@example("revisions: [{from: Mar-23, to: Jun-23, decision: requested}]")
@fix("Change `decision` to granted or refused, and add `approved_by:`.")
def _check_undecided_extension(case: Case) -> Iterator[Finding]:
    for record, field, revision in _iter_changes(case):
        if revision.decision is Decision.REQUESTED:
            requester = f" by {revision.requested_by}" if revision.requested_by else ""
            subject = f"An extension of {record.id} to {revision.to.raw} was requested{requester}"
            yield Finding(record.id, f"{field}.decision", f"{subject} and has not been decided.")


@rule("T146", NOTE, "Extended after the target date", summary="have an extension dated after their target date")
@why("The work was already late when the extension was requested.")
@example("revisions: [{from: Mar-23, to: Jun-23, date: 2023-04-12}]")
@fix("Correct the date if the extension was requested earlier.")
def _check_late_extension(case: Case) -> Iterator[Finding]:
    for record, field, revision in _iter_changes(case):
        is_late = is_before(revision.from_, revision.date) and revision.category is not Category.CORRECTION
        if revision.date and is_late:
            message = f"{record.id} was due {revision.from_.raw}, but its extension is dated {revision.date.raw}."
            yield Finding(record.id, f"{field}.date", message)


@rule("T147", WARNING, "Extension without approval")
@why("The policy requires approval (`extensions_need_approval`). Without it the earlier target date applies.")
@example("revisions: [{from: Mar-23, to: Jun-23, reason: Supplier late.}]")
@fix("Add `approved_by:` with the approver, or add `decision: requested` if it is not approved yet.")
def _check_unapproved_extension(case: Case) -> Iterator[Finding]:
    for record, field, revision in _iter_changes(case) if case.policy.extensions_need_approval else ():
        is_undecided = revision.decision in {Decision.REQUESTED, Decision.REFUSED}
        if revision.approved_by is None and not is_undecided and revision.category is not Category.CORRECTION:
            subject = f"The extension of {record.id} to {revision.to.raw} has no approver"
            yield Finding(record.id, field, f"{subject}, and the policy requires approval.")


@rule("T148", NOTE, "Target change to the same date")
@why("Two ways to write the same date are not an extension.")
@example("revisions: [{from: Mar-23, to: 31 March 2023}]")
@fix("Correct the new date, or add `category: correction` if only the wording of the date changed.")
def _check_unchanged_date(case: Case) -> Iterator[Finding]:
    for record, field, revision in _iter_revisions(case):
        if is_rewording(revision):
            subject = f"{record.id}: {revision.from_.raw} and {revision.to.raw} mean the same date"
            yield Finding(record.id, f"{field}.to", f"{subject}, so the target date has not changed.")


@rule("T149", WARNING, "Target changes out of order")
@why("The last entry is taken as the current target date.")
@example("revisions: [{date: 2023-05-01, from: Mar-23, to: Jun-23}, {date: 2023-04-01, from: Jun-23, to: TBC}]")
@fix("Put the oldest target change first, or correct the date.")
def _check_revision_order(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        earlier: CouncilDate | None = None
        for index, revision in enumerate(record.revisions):
            if is_before(revision.date, earlier):
                message = f"{record.id}: this target change is dated before the one above it."
                yield Finding(record.id, f"revisions[{index}].date", message)
            earlier = revision.date or earlier


@rule("T150", NOTE, "Target date brought forward")
@why("Most target changes are extensions. An earlier date may be true, or the two dates may be the wrong way round.")
@example("revisions: [{from: 30 June 2023, to: 31 March 2023}]")
@fix("Correct `from` and `to` if they are the wrong way round. Otherwise change nothing.")
def _check_earlier_target(case: Case) -> Iterator[Finding]:
    for record, field, revision in _iter_revisions(case):
        is_change = revision.category is not Category.CORRECTION and revision.decision is not Decision.REFUSED
        if is_change and _is_earlier(revision.to, revision.from_):
            subject = f"{record.id}: the new target date ({revision.to.raw})"
            message = f"{subject} is earlier than the date it replaces ({revision.from_.raw})."
            yield Finding(record.id, f"{field}.to", message)


def _is_earlier(first: CouncilDate, second: CouncilDate) -> bool:
    """Whether a date is earlier than another. A more exact date in the same period is not."""
    if not (first.earliest and first.latest and second.earliest and second.latest):
        return False
    return first.latest < second.latest and first.earliest < second.earliest
