"""`show`: one record whole: what it says, what follows from it, what links to it, its history, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from p2ptrack.analysis.as_data import records_as_data
from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import gaps
from p2ptrack.errors import WrongUsage
from p2ptrack.problem import cut
from p2ptrack.records.kinds import Action, FollowUp, Recommendation, Record, Tracked, kind_of
from p2ptrack.records.register import meeting_title, same_ids
from p2ptrack.reports.document import Block, Document, Facts, Prose, Section, line
from p2ptrack.reports.queries.answer import Answer, position
from p2ptrack.reports.queries.answer_words import absent, and_joined, owner, read, star, status_word, target_read
from p2ptrack.reports.queries.consequences import consequences
from p2ptrack.reports.queries.fields import other_fields
from p2ptrack.reports.queries.history import history, latest
from p2ptrack.reports.queries.links import links
from p2ptrack.reports.queries.to_do import to_do


def show(case: Case, id_: str) -> Document:
    """Return one record whole. Raises `WrongUsage` for an id that is none, with the nearest."""
    record = _find(case, id_)
    return Document(
        name="show",
        title=f"{record.id} {record.title}",
        as_of=case.as_of,
        blocks=tuple(_blocks(case, record)),
        meta=position(case),
        data=Answer(lambda: records_as_data(case, (record,))),
    )


def _find(case: Case, id_: str) -> Record:
    by_fold = {known.casefold(): record for known, record in case.register.by_id.items()}
    by_fold.update((part.casefold(), recommendation) for part, recommendation in case.register.parts())
    found = by_fold.get(id_.casefold())
    if found is not None:
        return found
    if id_ in case.register.broken:
        raise WrongUsage(f"{id_} cannot be read as a record. See what is wrong with: p2ptrack check")
    near = same_ids(id_, by_fold) or get_close_matches(id_.casefold(), by_fold, n=1, cutoff=0.5)
    hint = f" Did you mean {by_fold[near[0]].id}?" if near else ""
    raise WrongUsage(f"There is no record {cut(id_)}.{hint} All of them: p2ptrack list")


def _blocks(case: Case, record: Record) -> Iterator[Block]:
    yield line(_standing(case, record))
    if isinstance(record, Action) and record.recommendations:
        yield Section("answers", "Answers", tuple(line(_asked(case, id_)) for id_ in record.recommendations))
    if record.agreed_action:
        yield Section("agreed", "Agreed action", (line(record.agreed_action),))
    if record.origin_text:
        title = "As first asked" + " (summarised)" * ("origin_text" in record.restated)
        yield Section("asked", title, (Prose(record.origin_text),))
    if isinstance(record, Recommendation):
        yield from _parts(case, record)
    if isinstance(record, Tracked):
        yield from latest(case, record)
    yield from _sections(case, record)
    if record.inferred:
        yield line(f"* not in the source, read from its words: {', '.join(record.inferred)}.", role="key")
    yield line(_place(case, record), role="source")


def _asked(case: Case, id_: str) -> str:
    """Return what a recommendation asks, or the part of it that is named."""
    parts = dict(case.register.parts())
    found = case.register.by_id.get(id_) or parts.get(id_)
    if not isinstance(found, Recommendation):
        return absent(case, id_)
    if id_ in parts:
        return f"{id_} of {found.title}: {next(part.text for part in found.parts if part.id == id_)}"
    unnamed = " (No part is named.)" if found.parts else ""
    return f"{id_} {found.title}: {found.origin_text or 'its text is not stated'}{unnamed}"


def _place(case: Case, record: Record) -> str:
    """Return where in which paper a record comes from, and its file."""
    cited = case.register.source(record.source.id) if record.source else None
    place = f", {record.source.ref}" if record.source and record.source.ref else ""
    return (f"From {cited.title}{place}: " if cited else "") + case.register.path(record.id)


def _sections(case: Case, record: Record) -> Iterator[Section]:
    if isinstance(record, Tracked) and (told := consequences(case, record)):
        yield Section("follows", "What follows", tuple(line(text) for text in told))
    if found := links(case, record):
        yield Section("links", "Links", (Facts(found),))
    if isinstance(record, Tracked):
        yield from history(case, record)
    if others := other_fields(record):
        yield Section("fields", "Also recorded", (Facts(others),))
    if isinstance(record, Tracked) and (steps := to_do(case, record)):
        yield Section("to-do", "To do", tuple(line(step) for step in steps))


def _standing(case: Case, record: Record) -> str:
    """Return kind, status, target and owner in one line."""
    told = [kind_of(record).singular.capitalize()]
    if isinstance(record, Action):
        told[0] += f" of {', '.join(record.recommendations)}" if record.recommendations else ""
    if isinstance(record, FollowUp) and record.raised:
        told[0] += f" of {_meeting(case, record.raised)}"
    if isinstance(record, Tracked):
        mark = star(record.status is not None and read(record, "status"))
        target = record.target.printed() if record.target else "none"
        told += [
            status_word(case, record) + mark,
            f"Target: {target}{star(target_read(record))}",
            f"Owner: {owner(record)}",
        ]
    return "; ".join((*told, *_phases(case, record)))


def _meeting(case: Case, id_: str) -> str:
    found = case.register.meeting(id_)
    return f"{meeting_title(found)} ({found.date.raw})" if found else id_


def _phases(case: Case, record: Record) -> Iterator[str]:
    if isinstance(record, Action) and record.phase:
        named = [case.register.phase(id_) for id_ in (record.phase, record.phase_end)]
        start, end = [phase.title if phase else "" for phase in named]
        yield f"Starts in {start or record.phase}" + (f", ends in {end}" if end else "")


def _parts(case: Case, record: Recommendation) -> Iterator[Section]:
    if record.parts:
        missing = {gap.id for gap in gaps(case)}
        told = [f"{part.id} {part.text}{_answered(case, part.id, part.id in missing)}" for part in record.parts]
        yield Section("parts", "Parts" + star(read(record, "parts")), tuple(line(text) for text in told))


def _answered(case: Case, part: str, missing: bool) -> str:
    if missing:
        return ": asked, and no action yet"
    answers = [action.id for action in case.register.of(Action) if part in action.recommendations]
    return f": {and_joined(answers)}" if answers else ""
