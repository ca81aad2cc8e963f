"""What was reported on a record, and what became of its dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import is_effective
from p2ptrack.analysis.links import resolve_see
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Extent
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.records.parts import TargetRevision, Update
from p2ptrack.records.register import format_meeting_title, resolve_update_date
from p2ptrack.reports.document import Block, Fact, Facts, Paragraph, Prose, Section, make_paragraph
from p2ptrack.reports.numbers import pluralise
from p2ptrack.reports.queries.answer_words import humanise

_EXTENT_NOTES = {Extent.WHOLE: "", Extent.IN_PART: ", in part", Extent.HEADING_ONLY: ", in its heading only"}


@dataclass(frozen=True, slots=True)
class _RelevantUpdate:
    """An update that reports on the record, its own or another's, and how it comes to."""

    update: Update
    attribution: str = ""


def latest_update_sections(case: Case, record: TrackedRecord) -> Iterator[Section]:
    """Return the newest update as it was told: the record's own, one it points to, or one that covers it."""
    newest = _newest_update(case, _relevant_updates(case, record))
    if newest is None:
        return
    blocks: list[Block] = [make_paragraph(_update_heading(case, newest))]
    if newest.update.text is not None:
        blocks.append(Prose(newest.update.text))
    if newest.update.truncated:
        blocks.append(make_paragraph("(The source ends here.)"))
    yield Section("latest", "Latest update" + " (summarised)" * newest.update.restated, tuple(blocks))


def _relevant_updates(case: Case, record: TrackedRecord) -> list[_RelevantUpdate]:
    updates = [_RelevantUpdate(update) for update in record.updates if update.text is not None]
    for update in record.updates:
        updates += [
            _RelevantUpdate(source_update, f"told by {id_}")
            for id_, source_update in resolve_see(case.register, update)
        ]
    covers = case.links.covered_by.get(record.id, ())
    updates += [
        _RelevantUpdate(cover.update, f"told by {cover.reporter}{_EXTENT_NOTES[cover.extent]}") for cover in covers
    ]
    return updates


def _newest_update(case: Case, updates: Sequence[_RelevantUpdate]) -> _RelevantUpdate | None:
    """Return the update of the last day; of undated ones, and of one day, the first that is listed."""

    def day_number(relevant: _RelevantUpdate) -> int:
        update_date = resolve_update_date(case.register, relevant.update)
        return update_date.latest.toordinal() if update_date and update_date.latest else 0

    return max(updates, key=day_number, default=None)


def _update_heading(case: Case, relevant: _RelevantUpdate) -> str:
    update = relevant.update
    parts = [
        _format_update_date(case, update),
        _update_source_title(case, update),
        f"by {update.by}" if update.by else "",
        relevant.attribution,
    ]
    heading = f", under “{update.heading}”" if update.heading else ""
    return f"{'; '.join(filter(None, parts))}{heading}:"


def _format_update_date(case: Case, update: Update) -> str:
    update_date = resolve_update_date(case.register, update)
    return update_date.to_text() if update_date else "Undated"


def _update_source_title(case: Case, update: Update) -> str:
    source = case.register.find_source(update.source.id) if update.source else None
    return source.title if source else ""


def history_sections(case: Case, record: TrackedRecord) -> Iterator[Section]:
    """Return what happened in the order of the record: revisions, updates, milestones, evidence, closure."""
    facts = tuple(_history_facts(case, record))
    blocks: tuple[Block, ...] = (Facts(facts), _history_summary(record)) if facts else (_history_summary(record),)
    yield Section("history", "History", blocks)


def _history_summary(record: TrackedRecord) -> Paragraph:
    parts = [pluralise(len(record.updates), "update")]
    parts += ["target never set"] if record.target is None else [] if record.revisions else ["target never moved"]
    parts += [] if record.accountable else ["owner never set"]
    parts += [] if record.evidence else ["no evidence"]
    parts += [] if record.verified else ["nothing verified"]
    return make_paragraph("; ".join(parts).capitalize() + ".")


def _history_facts(case: Case, record: TrackedRecord) -> Iterator[Fact]:
    for revision in record.revisions:
        effective = is_effective(revision, case.policy)
        yield Fact("Target moved" if effective else "Move asked for", None, (_format_revision(case, revision),))
    for milestone in record.milestones:
        done_text = f"done {milestone.done.to_text()}" if milestone.done else "not done"
        due_text = f"due {milestone.due.to_text()}, " if milestone.due else ""
        yield Fact("Milestone", None, (f"{milestone.title}: {due_text}{done_text}",))
    for evidence in record.evidence:
        parts = [evidence.title or "", evidence.link or "", _format_council_date(evidence.date)]
        yield Fact("Evidence", None, (", ".join(filter(None, parts)),))
    yield from _closure_facts(case, record)


def _closure_facts(case: Case, record: TrackedRecord) -> Iterator[Fact]:
    if record.completed_on:
        yield Fact("Completed", None, (record.completed_on.to_text(),))
    if record.verified:
        parts = [record.verified.by or "", _format_council_date(record.verified.on), record.verified.method or ""]
        yield Fact("Verified", None, ("; ".join(filter(None, parts)),))
    if decided := record.decided:
        meeting = _format_meeting_and_minute(case, decided.meeting, decided.minute)
        parts = [_format_council_date(decided.on), decided.by or "", meeting, decided.reason or ""]
        parts += [f"carried on by {decided.continuing_owner}"] if decided.continuing_owner else []
        parts += [f"review by {decided.review_by.to_text()}"] if decided.review_by else []
        yield Fact("Decided", None, ("; ".join(filter(None, parts)),))


def _format_revision(case: Case, revision: TargetRevision) -> str:
    parts = [
        f"{revision.from_.raw} to {revision.to.raw}",
        _format_council_date(revision.date),
        humanise(revision.decision.value).lower() if revision.decision else "",
        f"approved by {revision.approved_by}" if revision.approved_by else "",
        _format_meeting_and_minute(case, revision.meeting, revision.minute),
        revision.category.value if revision.category else "",
        revision.reason or "",
    ]
    return "; ".join(filter(None, parts))


def _format_meeting_and_minute(case: Case, id_: str | None, minute: str | None) -> str:
    meeting = case.register.find_meeting(id_)
    return " ".join(
        filter(None, (format_meeting_title(meeting) if meeting else id_, f"minute {minute}" if minute else ""))
    )


def _format_council_date(value: CouncilDate | None) -> str:
    return value.to_text() if value else ""
