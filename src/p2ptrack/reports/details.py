"""What else a record says, a line each: who answers for it, what it waits for, how its date moved, what shows it."""

from __future__ import annotations

from collections.abc import Callable

from p2ptrack.analysis.case import Case
from p2ptrack.records.kinds import Record, Tracked
from p2ptrack.records.parts import Blocker, Evidence, Milestone, Revision
from p2ptrack.reports.document import Fact, Link
from p2ptrack.reports.one_record import Spans, joined, mentions, star
from p2ptrack.reports.publication import mark

Detail = Callable[[Case, Tracked], tuple[Spans, ...]]


def details(case: Case, record: Tracked, besides: frozenset[str] = frozenset()) -> tuple[Fact, ...]:
    """Return every detail that the record states, under its label, but those told elsewhere (`besides`)."""
    found = ((name, fields, lines(case, record)) for name, fields, lines in _DETAILS if name not in besides)
    return tuple(_fact(case, record, name, fields, lines) for name, fields, lines in found if any(lines))


def _fact(case: Case, record: Tracked, name: str, fields: tuple[str, ...], lines: tuple[Spans, ...]) -> Fact:
    mark = star(record, *fields)
    stated = tuple((*line, *mark) for line in lines if line)
    label = case.words(name)
    return Fact(label, spans=stated[0]) if len(stated) == 1 else Fact(label, lines=stated)


def _agreed(_: Case, record: Tracked) -> tuple[Spans, ...]:
    return ((record.agreed_action,),) if record.agreed_action else ()


def _answer(case: Case, record: Record) -> tuple[Spans, ...]:
    return (answer(case, record),)


def answer(case: Case, record: Record) -> Spans:
    """Return the answer to the ask: accepted or not, and in which words."""
    response = record.response
    said = (response.text,) if response and response.text else ()
    by = filter(None, (response.by, response.on.printed() if response.on else None)) if response else ()
    signed = ", ".join(by)
    accepted = (case.words(f"acceptance_{record.acceptance.value}"),) if record.acceptance else ()
    return joined((joined((accepted, said), " – "), (f"({signed})",) if signed else ()), " ")


def _posts(name: str) -> Detail:
    def lines(_: Case, record: Tracked) -> tuple[Spans, ...]:
        posts: tuple[str, ...] = getattr(record, name)
        return ((", ".join(posts),),) if posts else ()

    return lines


def _date(name: str) -> Detail:
    def lines(_: Case, record: Tracked) -> tuple[Spans, ...]:
        day = getattr(record, name)
        return ((day.printed(),),) if day else ()

    return lines


def _links(name: str) -> Detail:
    def lines(case: Case, record: Tracked) -> tuple[Spans, ...]:
        return (mentions(case, getattr(record, name)),)

    return lines


def _see_also(case: Case, record: Tracked) -> tuple[Spans, ...]:
    known = {*record.depends_on, *record.superseded_by}
    return (mentions(case, [id_ for id_ in record.see_also if id_ not in known]),)


def _same_work(case: Case, record: Tracked) -> tuple[Spans, ...]:
    return (mentions(case, case.links.group(record.id)),)


def _waiting(case: Case, record: Tracked) -> tuple[Spans, ...]:
    return tuple(_blocker(case, blocker) for blocker in record.blocked_by)


def _blocker(case: Case, blocker: Blocker) -> Spans:
    known = case.register.dependency(blocker.id)
    owner, since = (known.owner, known.since) if known else (blocker.owner, blocker.since)
    more = (
        owner,
        case.words("since", on=since.printed()) if since else None,
        case.words("expected", on=known.expected.printed()) if known and known.expected else None,
        case.words("cleared", on=known.cleared.printed()) if known and known.cleared else None,
    )
    added = ", ".join(text for text in more if text)
    what = known.title if known else blocker.cause or blocker.id or ""
    return (f"{what} ({added})" if added else what, *mark(case, blocker.exempt))


def revisions(case: Case, record: Tracked) -> tuple[Spans, ...]:
    """Return every entry of the ledger of moved targets, what was refused included."""
    return tuple(_revision(case, revision) for revision in record.revisions)


def _revision(case: Case, revision: Revision) -> Spans:
    moved = case.words("moved", before=revision.from_.printed(), after=revision.to.printed())
    meeting = case.register.meeting(revision.meeting)
    known = (
        case.words(f"decision_{revision.decision.value}") if revision.decision else None,
        revision.date.printed() if revision.date else None,
        revision.approved_by or (meeting.body if meeting else None),
        case.words("minute", number=revision.minute) if revision.minute else None,
    )
    decided = ", ".join(text for text in known if text)
    head = f"{moved} ({decided})" if decided else moved
    return (f"{head}: {revision.reason}" if revision.reason else head, *mark(case, revision.exempt))


def _milestones(case: Case, record: Tracked) -> tuple[Spans, ...]:
    return tuple(_milestone(case, milestone) for milestone in record.milestones)


def _milestone(case: Case, milestone: Milestone) -> Spans:
    due = case.words("due", on=milestone.due.printed()) if milestone.due else ""
    done = case.words("done", on=milestone.done.printed()) if milestone.done else ""
    return (", ".join(text for text in (milestone.title, due, done) if text),)


def evidence(case: Case, record: Tracked) -> tuple[Spans, ...]:
    """Return what shows that it was done."""
    return tuple(_evidence(case, item) for item in record.evidence)


def _evidence(case: Case, item: Evidence) -> Spans:
    named: Spans = (Link(item.link, item.title or ""),) if item.link else ((item.title,) if item.title else ())
    told = joined((named, (item.date.printed(),) if item.date else ()))
    return (*told, *mark(case, item.exempt)) if told else ()


def verification(_: Case, record: Tracked) -> tuple[Spans, ...]:
    """Return who confirmed that it is done, when and how."""
    verified = record.verified
    if verified is None:
        return ()
    head = ", ".join(text for text in (verified.by, verified.on.printed() if verified.on else None) if text)
    return ((": ".join(text for text in (head, verified.method) if text),),)


def decision(case: Case, record: Tracked) -> tuple[Spans, ...]:
    """Return when, by whom and why it was decided that a record leaves the list or is put on hold."""
    decided = record.decided
    if decided is None:
        return ()
    meeting = case.register.meeting(decided.meeting)
    known = (
        decided.on.printed() if decided.on else None,
        decided.by,
        meeting.body or meeting.id if meeting else None,
        case.words("minute", number=decided.minute) if decided.minute else None,
        case.words("carried_on", by=decided.continuing_owner) if decided.continuing_owner else None,
        f"{case.words('review_by')} {decided.review_by.printed()}" if decided.review_by else None,
    )
    head = ", ".join(dict.fromkeys(text for text in known if text))
    return ((": ".join(text for text in (head, decided.reason) if text),),)


def _note(_: Case, record: Record) -> tuple[Spans, ...]:
    return ((record.note,),) if record.note else ()


def _published(_: Case, record: Tracked) -> tuple[Spans, ...]:
    return tuple((f"{name}: {value}",) for name, value in record.as_published.items())


_DETAILS: tuple[tuple[str, tuple[str, ...], Detail], ...] = (
    ("agreed_action", ("agreed_action",), _agreed),
    ("answer", ("acceptance", "response"), _answer),
    ("accountable", ("accountable",), _posts("accountable")),
    ("supporting", ("supporting",), _posts("supporting")),
    ("lead_member", ("lead_member",), _posts("lead_member")),
    ("start", ("start",), _date("start")),
    ("revised", ("revisions",), revisions),
    ("milestones", ("milestones",), _milestones),
    ("waiting_for", ("blocked_by",), _waiting),
    ("depends_on", ("depends_on",), _links("depends_on")),
    ("superseded_by", ("superseded_by",), _links("superseded_by")),
    ("same_work", ("same_deliverable_as",), _same_work),
    ("see_also", ("see_also",), _see_also),
    ("decided", ("decided",), decision),
    ("completed_on", ("completed_on",), _date("completed_on")),
    ("evidence", ("evidence",), evidence),
    ("verified", ("verified",), verification),
    ("published", ("as_published",), _published),
    ("note", (), _note),
)
