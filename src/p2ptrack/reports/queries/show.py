"""`build_show`: one record whole: what it says, what follows from it, what links to it, its history, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from p2ptrack.analysis.as_data import serialise_records
from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import find_gaps
from p2ptrack.errors import UsageError
from p2ptrack.problem import make_excerpt
from p2ptrack.records.kinds import Action, FollowUp, Recommendation, Record, TrackedRecord, kind_of
from p2ptrack.records.register import find_equal_ids, format_meeting_title
from p2ptrack.reports.document import Block, Document, Facts, Prose, Section, make_paragraph
from p2ptrack.reports.queries.answer import LazyData, position_facts
from p2ptrack.reports.queries.answer_words import (
    describe_missing_id,
    format_owner,
    inferred_mark,
    is_inferred,
    is_target_inferred,
    join_words,
    status_label,
)
from p2ptrack.reports.queries.consequences import implications
from p2ptrack.reports.queries.fields import other_fields
from p2ptrack.reports.queries.history import history_sections, latest_update_sections
from p2ptrack.reports.queries.links import link_facts
from p2ptrack.reports.queries.to_do import next_steps


def build_show(case: Case, id_: str) -> Document:
    """Return one record whole. Raises `UsageError` for an id that is none, with the nearest."""
    record = _find_record(case, id_)
    return Document(
        name="show",
        title=f"{record.id} {record.title}",
        as_of=case.as_of,
        blocks=tuple(_show_blocks(case, record)),
        meta=position_facts(case),
        data=LazyData(lambda: serialise_records(case, (record,))),
    )


def _find_record(case: Case, id_: str) -> Record:
    by_folded_id = {record_id.casefold(): record for record_id, record in case.register.by_id.items()}
    by_folded_id.update((part_id.casefold(), recommendation) for part_id, recommendation in case.register.iter_parts())
    existing = by_folded_id.get(id_.casefold())
    if existing is not None:
        return existing
    if id_ in case.register.broken_ids:
        raise UsageError(f"{id_} cannot be read as a record. See what is wrong with: p2ptrack check")
    suggestions = find_equal_ids(id_, by_folded_id) or get_close_matches(id_.casefold(), by_folded_id, n=1, cutoff=0.5)
    hint = f" Did you mean {by_folded_id[suggestions[0]].id}?" if suggestions else ""
    raise UsageError(f"There is no record {make_excerpt(id_)}.{hint} All of them: p2ptrack list")


def _show_blocks(case: Case, record: Record) -> Iterator[Block]:
    yield make_paragraph(_summary_line(case, record))
    if isinstance(record, Action) and record.recommendations:
        yield Section(
            "answers",
            "Answers",
            tuple(make_paragraph(_describe_recommendation(case, id_)) for id_ in record.recommendations),
        )
    if record.agreed_action:
        yield Section("agreed", "Agreed action", (make_paragraph(record.agreed_action),))
    if record.origin_text:
        title = "As first asked" + " (summarised)" * ("origin_text" in record.restated)
        yield Section("asked", title, (Prose(record.origin_text),))
    if isinstance(record, Recommendation):
        yield from _part_sections(case, record)
    if isinstance(record, TrackedRecord):
        yield from latest_update_sections(case, record)
    yield from _detail_sections(case, record)
    if record.inferred:
        yield make_paragraph(f"* not in the source, read from its words: {', '.join(record.inferred)}.", role="key")
    yield make_paragraph(_source_line(case, record), role="source")


def _describe_recommendation(case: Case, id_: str) -> str:
    """Return what a recommendation asks, or the part of it that is named."""
    parts = dict(case.register.iter_parts())
    recommendation = case.register.by_id.get(id_) or parts.get(id_)
    if not isinstance(recommendation, Recommendation):
        return describe_missing_id(case, id_)
    if id_ in parts:
        return f"{id_} of {recommendation.title}: {next(part.text for part in recommendation.parts if part.id == id_)}"
    no_part_note = " (No part is named.)" if recommendation.parts else ""
    return f"{id_} {recommendation.title}: {recommendation.origin_text or 'its text is not stated'}{no_part_note}"


def _source_line(case: Case, record: Record) -> str:
    """Return where in which paper a record comes from, and its file."""
    source = case.register.find_source(record.source.id) if record.source else None
    reference = f", {record.source.ref}" if record.source and record.source.ref else ""
    return (f"From {source.title}{reference}: " if source else "") + case.register.path_of(record.id)


def _detail_sections(case: Case, record: Record) -> Iterator[Section]:
    if isinstance(record, TrackedRecord) and (sentences := implications(case, record)):
        yield Section("follows", "What follows", tuple(make_paragraph(text) for text in sentences))
    if facts := link_facts(case, record):
        yield Section("links", "Links", (Facts(facts),))
    if isinstance(record, TrackedRecord):
        yield from history_sections(case, record)
    if other_facts := other_fields(record):
        yield Section("fields", "Also recorded", (Facts(other_facts),))
    if isinstance(record, TrackedRecord) and (steps := next_steps(case, record)):
        yield Section("to-do", "To do", tuple(make_paragraph(step) for step in steps))


def _summary_line(case: Case, record: Record) -> str:
    """Return kind, status, target and owner in one line."""
    parts = [kind_of(record).singular.capitalize()]
    if isinstance(record, Action):
        parts[0] += f" of {', '.join(record.recommendations)}" if record.recommendations else ""
    if isinstance(record, FollowUp) and record.raised:
        parts[0] += f" of {_format_meeting(case, record.raised)}"
    if isinstance(record, TrackedRecord):
        mark = inferred_mark(record.status is not None and is_inferred(record, "status"))
        target = record.target.to_text() if record.target else "none"
        parts += [
            status_label(case, record) + mark,
            f"Target: {target}{inferred_mark(is_target_inferred(record))}",
            f"Owner: {format_owner(record)}",
        ]
    return "; ".join((*parts, *_phase_texts(case, record)))


def _format_meeting(case: Case, id_: str) -> str:
    meeting = case.register.find_meeting(id_)
    return f"{format_meeting_title(meeting)} ({meeting.date.raw})" if meeting else id_


def _phase_texts(case: Case, record: Record) -> Iterator[str]:
    if isinstance(record, Action) and record.phase:
        phases = [case.register.find_phase(id_) for id_ in (record.phase, record.phase_end)]
        start, end = [phase.title if phase else "" for phase in phases]
        yield f"Starts in {start or record.phase}" + (f", ends in {end}" if end else "")


def _part_sections(case: Case, record: Recommendation) -> Iterator[Section]:
    if record.parts:
        gap_ids = {gap.id for gap in find_gaps(case)}
        lines = [f"{part.id} {part.text}{_part_note(case, part.id, part.id in gap_ids)}" for part in record.parts]
        yield Section(
            "parts",
            "Parts" + inferred_mark(is_inferred(record, "parts")),
            tuple(make_paragraph(text) for text in lines),
        )


def _part_note(case: Case, part_id: str, has_gap: bool) -> str:
    if has_gap:
        return ": asked, and no action yet"
    action_ids = [action.id for action in case.register.of_type(Action) if part_id in action.recommendations]
    return f": {join_words(action_ids)}" if action_ids else ""
