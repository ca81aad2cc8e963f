"""What was reported on a record, and what became of its dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import is_effective
from p2ptrack.analysis.links import told_at
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Extent
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.parts import Revision, Update
from p2ptrack.records.register import meeting_title, update_day
from p2ptrack.reports.document import Block, Fact, Facts, Paragraph, Prose, Section, line
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer_words import word

_EXTENTS = {Extent.WHOLE: "", Extent.IN_PART: ", in part", Extent.HEADING_ONLY: ", in its heading only"}


@dataclass(frozen=True, slots=True)
class _Told:
    """An update that reports on the record, its own or another's, and how it comes to."""

    update: Update
    how: str = ""


def latest(case: Case, record: Tracked) -> Iterator[Section]:
    """Return the newest update as it was told: the record's own, one it points to, or one that covers it."""
    told = _newest(case, _told(case, record))
    if told is None:
        return
    blocks: list[Block] = [line(_origin(case, told))]
    if told.update.text is not None:
        blocks.append(Prose(told.update.text))
    if told.update.truncated:
        blocks.append(line("(The source ends here.)"))
    yield Section("latest", "Latest update" + " (summarised)" * told.update.restated, tuple(blocks))


def _told(case: Case, record: Tracked) -> list[_Told]:
    told = [_Told(update) for update in record.updates if update.text is not None]
    for update in record.updates:
        told += [_Told(other, f"told by {id_}") for id_, other in told_at(case.register, update)]
    covers = case.links.told.get(record.id, ())
    told += [_Told(each.update, f"told by {each.by}{_EXTENTS[each.extent]}") for each in covers]
    return told


def _newest(case: Case, told: Sequence[_Told]) -> _Told | None:
    """Return the update of the last day; of undated ones, and of one day, the first that is listed."""

    def age(each: _Told) -> int:
        when = update_day(case.register, each.update)
        return when.latest.toordinal() if when and when.latest else 0

    return max(told, key=age, default=None)


def _origin(case: Case, told: _Told) -> str:
    update = told.update
    parts = [_when(case, update), _source(case, update), f"by {update.by}" if update.by else "", told.how]
    heading = f", under “{update.heading}”" if update.heading else ""
    return f"{'; '.join(filter(None, parts))}{heading}:"


def _when(case: Case, update: Update) -> str:
    when = update_day(case.register, update)
    return when.printed() if when else "Undated"


def _source(case: Case, update: Update) -> str:
    cited = case.register.source(update.source.id) if update.source else None
    return cited.title if cited else ""


def history(case: Case, record: Tracked) -> Iterator[Section]:
    """Return what happened in the order of the record: revisions, updates, milestones, evidence, closure."""
    facts = tuple(_events(case, record))
    blocks: tuple[Block, ...] = (Facts(facts), _summary(record)) if facts else (_summary(record),)
    yield Section("history", "History", blocks)


def _summary(record: Tracked) -> Paragraph:
    parts = [counted(len(record.updates), "update")]
    parts += ["target never set"] if record.target is None else [] if record.revisions else ["target never moved"]
    parts += [] if record.accountable else ["owner never set"]
    parts += [] if record.evidence else ["no evidence"]
    parts += [] if record.verified else ["nothing verified"]
    return line("; ".join(parts).capitalize() + ".")


def _events(case: Case, record: Tracked) -> Iterator[Fact]:
    for revision in record.revisions:
        moved = is_effective(revision, case.policy)
        yield Fact("Target moved" if moved else "Move asked for", None, (_revision(case, revision),))
    for milestone in record.milestones:
        done = f"done {milestone.done.printed()}" if milestone.done else "not done"
        due = f"due {milestone.due.printed()}, " if milestone.due else ""
        yield Fact("Milestone", None, (f"{milestone.title}: {due}{done}",))
    for evidence in record.evidence:
        parts = [evidence.title or "", evidence.link or "", _printed(evidence.date)]
        yield Fact("Evidence", None, (", ".join(filter(None, parts)),))
    yield from _ends(case, record)


def _ends(case: Case, record: Tracked) -> Iterator[Fact]:
    if record.completed_on:
        yield Fact("Completed", None, (record.completed_on.printed(),))
    if record.verified:
        parts = [record.verified.by or "", _printed(record.verified.on), record.verified.method or ""]
        yield Fact("Verified", None, ("; ".join(filter(None, parts)),))
    if decided := record.decided:
        meeting = _meeting(case, decided.meeting, decided.minute)
        parts = [_printed(decided.on), decided.by or "", meeting, decided.reason or ""]
        parts += [f"carried on by {decided.continuing_owner}"] if decided.continuing_owner else []
        parts += [f"review by {decided.review_by.printed()}"] if decided.review_by else []
        yield Fact("Decided", None, ("; ".join(filter(None, parts)),))


def _revision(case: Case, revision: Revision) -> str:
    parts = [
        f"{revision.from_.raw} to {revision.to.raw}",
        _printed(revision.date),
        word(revision.decision.value).lower() if revision.decision else "",
        f"approved by {revision.approved_by}" if revision.approved_by else "",
        _meeting(case, revision.meeting, revision.minute),
        revision.category.value if revision.category else "",
        revision.reason or "",
    ]
    return "; ".join(filter(None, parts))


def _meeting(case: Case, id_: str | None, minute: str | None) -> str:
    found = case.register.meeting(id_)
    return " ".join(filter(None, (meeting_title(found) if found else id_, f"minute {minute}" if minute else "")))


def _printed(when: CouncilDate | None) -> str:
    return when.printed() if when else ""
