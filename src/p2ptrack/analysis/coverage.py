"""Which of the things asked for no action answers (design, section 2: `parts`, `unanswered`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.records.fields import Acceptance
from p2ptrack.records.kinds import Action, Recommendation


@dataclass(frozen=True, slots=True)
class Gap:
    """Something asked for that no action answers: a part of a recommendation, or all of it."""

    id: str
    text: str
    recommendation: str


def gaps(case: Case) -> tuple[Gap, ...]:
    """Return every gap in the order of the recommendations.

    A part without an action is one when some action names another part, or when it is listed in
    `unanswered`; a recommendation is one when no action names it or a part of it. One that was not accepted asks for
    none. What an action that is withheld answers is none: the public is told that something is exempt, and not that
    nothing is done.
    """
    named = case.withheld.answered.union(id_ for action in case.register.of(Action) for id_ in action.recommendations)
    found = (_gaps(recommendation, named) for recommendation in case.register.of(Recommendation))
    return tuple(gap for of_one in found for gap in of_one)


def answering(case: Case, recommendation: Recommendation) -> tuple[Action, ...]:
    """Return the actions that name a recommendation or a part of it."""
    own = {recommendation.id, *(part.id for part in recommendation.parts)}
    return tuple(action for action in case.register.of(Action) if own & set(action.recommendations))


def _gaps(recommendation: Recommendation, named: frozenset[str]) -> Iterator[Gap]:
    parts = [part.id for part in recommendation.parts]
    answered = named.intersection(parts)
    if recommendation.acceptance is Acceptance.NOT_ACCEPTED:
        return
    if recommendation.id not in named and not answered:
        yield Gap(recommendation.id, recommendation.title, recommendation.id)
        return
    for part in recommendation.parts:
        if part.id in recommendation.unanswered or (answered and part.id not in answered):
            yield Gap(part.id, part.text, recommendation.id)
