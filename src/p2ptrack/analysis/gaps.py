"""Which of the things asked for no action answers (design, section 2: `parts`, `unanswered`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.model.fields import Acceptance
from p2ptrack.model.records import Action, Recommendation


@dataclass(frozen=True, slots=True)
class Gap:
    """Something asked for that no action answers: a part of a recommendation, or all of it."""

    id: str
    text: str
    recommendation: str


def find_gaps(case: Case) -> tuple[Gap, ...]:
    """Return every gap in the order of the recommendations.

    A part without an action is one when some action names another part, or when it is listed in
    `unanswered`; a recommendation is one when no action names it or a part of it. One that was not accepted asks for
    none. What an action that is withheld answers is none: the public is told that something is exempt, and not that
    nothing is done.
    """
    addressed_ids = case.redactions.addressed.union(
        id_ for action in case.register.of_type(Action) for id_ in action.recommendations
    )
    gap_groups = (
        _find_recommendation_gaps(recommendation, addressed_ids)
        for recommendation in case.register.of_type(Recommendation)
    )
    return tuple(gap for group in gap_groups for gap in group)


def _find_recommendation_gaps(recommendation: Recommendation, addressed_ids: frozenset[str]) -> Iterator[Gap]:
    parts = [part.id for part in recommendation.parts]
    addressed_parts = addressed_ids.intersection(parts)
    if recommendation.acceptance is Acceptance.NOT_ACCEPTED:
        return
    if recommendation.id not in addressed_ids and not addressed_parts:
        yield Gap(recommendation.id, recommendation.title, recommendation.id)
        return
    for part in recommendation.parts:
        if part.id in recommendation.unanswered or (addressed_parts and part.id not in addressed_parts):
            yield Gap(part.id, part.text, recommendation.id)
