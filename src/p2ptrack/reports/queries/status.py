"""`status`: the picture on one screen, what to look at first before any table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from p2ptrack.analysis.as_data import answer
from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import FLAG_NAMES
from p2ptrack.records.kinds import KINDS, Action, FollowUp, Recommendation, Tracked, kind_of
from p2ptrack.reports.document import Block, Document, Facts, Paragraph, Section, line
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer import Answer, position
from p2ptrack.reports.queries.answer_words import and_joined
from p2ptrack.reports.queries.look_first import look_first
from p2ptrack.reports.queries.progress import phases, progress


def status(case: Case) -> Document:
    """Return the picture of the register on the day of the case."""
    programme = case.register.programme
    return Document(
        name="status",
        title=programme.title,
        as_of=case.as_of,
        blocks=tuple(_blocks(case)),
        notice=programme.notice or "",
        meta=position(case),
        data=Answer(lambda: answer(case, counts=_counts(case), facts=_facts(case))),
    )


def _blocks(case: Case) -> Iterator[Block]:
    yield line(_size(case))
    if not case.tracked() and not case.register.broken:
        yield line("Next: write a first action, data/actions/A01.yaml, then p2ptrack check", role="next")
        return
    yield Section("first", "Look first", (Facts(look_first(case), role="counts"),))
    yield Section("progress", "Progress", (progress(case), *phases(case)))
    yield from _key(case)
    yield _next(case)


def _size(case: Case) -> str:
    register = case.register
    actions, recommendations, followups = map(
        len, (register.of(Action), register.of(Recommendation), register.of(FollowUp))
    )
    parts = []
    if actions or recommendations:
        asked = f" on {counted(recommendations, 'recommendation')}" if recommendations else ""
        parts.append(counted(actions, "action") + asked)
    if followups or not parts:
        parts.append(counted(followups, "follow-up"))
    return ", ".join(parts) + "." + "  * our reading." * _starred(case)


def _starred(case: Case) -> bool:
    return any(record.inferred for record in case.tracked())


def _key(case: Case) -> Iterator[Paragraph]:
    told = ["* not in the source: read from its words."] if _starred(case) else []
    if case.having("awaiting_verification"):
        told.append("Complete: not yet verified.")
    if told:
        yield line(" ".join(told), role="key")


def _next(case: Case) -> Paragraph:
    steps = ["p2ptrack overdue" if case.having("overdue") else f"p2ptrack overdue --within {case.policy.due_soon_days}"]
    first = next(iter((*case.having("overdue"), *case.having("due_soon"), *case.having("unfinished"))), None)
    steps += [f"p2ptrack show {first.id}"] if first else []
    return line(f"Next: {and_joined(steps)}", role="next")


def _counts(case: Case) -> dict[str, Any]:
    """Return how many records of each kind have each status, that of the day; `not_stated` where there is none."""
    counts: dict[str, Any] = {}
    for kind in KINDS:
        if issubclass(kind.model, Tracked):
            words = Counter(_word(case, record) for record in case.tracked() if kind_of(record) is kind)
            counts[kind.name] = dict(sorted(words.items()))
    return counts


def _word(case: Case, record: Tracked) -> str:
    stated = case.status(record)
    return stated.value if stated else "not_stated"


def _facts(case: Case) -> dict[str, list[str]]:
    return {fact: [record.id for record in case.having(fact)] for fact in FLAG_NAMES}
