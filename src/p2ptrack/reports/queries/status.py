"""`build_status`: the picture on one screen, what to look at first before any table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from p2ptrack.analysis.as_data import build_json_answer
from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import FLAG_NAMES
from p2ptrack.records.kinds import KINDS, Action, FollowUp, Recommendation, TrackedRecord, kind_of
from p2ptrack.reports.document import Block, Document, Facts, Paragraph, Section, make_paragraph
from p2ptrack.reports.numbers import pluralise
from p2ptrack.reports.queries.answer import LazyData, position_facts
from p2ptrack.reports.queries.answer_words import join_words
from p2ptrack.reports.queries.look_first import attention_facts
from p2ptrack.reports.queries.progress import build_progress_table, phase_lines


def build_status(case: Case) -> Document:
    """Return the picture of the register on the day of the case."""
    programme = case.register.programme
    return Document(
        name="status",
        title=programme.title,
        as_of=case.as_of,
        blocks=tuple(_status_blocks(case)),
        notice=programme.notice or "",
        meta=position_facts(case),
        data=LazyData(lambda: build_json_answer(case, counts=_status_counts(case), facts=_ids_by_fact(case))),
    )


def _status_blocks(case: Case) -> Iterator[Block]:
    yield make_paragraph(_register_size(case))
    if not case.tracked() and not case.register.broken_ids:
        yield make_paragraph("Next: write a first action, data/actions/A01.yaml, then p2ptrack check", role="next")
        return
    yield Section("first", "Look first", (Facts(attention_facts(case), role="counts"),))
    yield Section("progress", "Progress", (build_progress_table(case), *phase_lines(case)))
    yield from _key_lines(case)
    yield _next_commands(case)


def _register_size(case: Case) -> str:
    register = case.register
    actions, recommendations, followups = map(
        len, (register.of_type(Action), register.of_type(Recommendation), register.of_type(FollowUp))
    )
    parts = []
    if actions or recommendations:
        recommendation_text = f" on {pluralise(recommendations, 'recommendation')}" if recommendations else ""
        parts.append(pluralise(actions, "action") + recommendation_text)
    if followups or not parts:
        parts.append(pluralise(followups, "follow-up"))
    return ", ".join(parts) + "." + "  * our reading." * _has_inferred(case)


def _has_inferred(case: Case) -> bool:
    return any(record.inferred for record in case.tracked())


def _key_lines(case: Case) -> Iterator[Paragraph]:
    notes = ["* not in the source: read from its words."] if _has_inferred(case) else []
    if case.with_fact("awaiting_verification"):
        notes.append("Complete: not yet verified.")
    if notes:
        yield make_paragraph(" ".join(notes), role="key")


def _next_commands(case: Case) -> Paragraph:
    steps = [
        "p2ptrack overdue" if case.with_fact("overdue") else f"p2ptrack overdue --within {case.policy.due_soon_days}"
    ]
    first_record = next(
        iter((*case.with_fact("overdue"), *case.with_fact("due_soon"), *case.with_fact("unfinished"))), None
    )
    steps += [f"p2ptrack show {first_record.id}"] if first_record else []
    return make_paragraph(f"Next: {join_words(steps)}", role="next")


def _status_counts(case: Case) -> dict[str, Any]:
    """Return how many records of each kind have each status, that of the day; `not_stated` where there is none."""
    counts: dict[str, Any] = {}
    for kind in KINDS:
        if issubclass(kind.model, TrackedRecord):
            names = Counter(_status_name(case, record) for record in case.tracked() if kind_of(record) is kind)
            counts[kind.name] = dict(sorted(names.items()))
    return counts


def _status_name(case: Case, record: TrackedRecord) -> str:
    current = case.get_status(record)
    return current.value if current else "not_stated"


def _ids_by_fact(case: Case) -> dict[str, list[str]]:
    return {fact: [record.id for record in case.with_fact(fact)] for fact in FLAG_NAMES}
