"""Recommendations, and parts of them, that no action addresses (design, section 2: `parts`, `unanswered`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.model.fields import Acceptance
from p2ptrack.model.records import Recommendation


@dataclass(frozen=True, slots=True)
class Gap:
    """A recommendation without an action, or a part of one; `recommendation` is the id of the whole."""

    id: str
    text: str
    recommendation: str


def find_gaps(case: Case) -> tuple[Gap, ...]:
    """Return every gap in the order of the recommendations.

    A recommendation is a gap when no action names it or a part of it. A part is a gap when it is listed in
    `unanswered`, or when an action names another part but none names this one. A recommendation that was not accepted
    needs no action. An action that is withheld counts: the public learns that something is exempt, not that nothing is
    being done.
    """
    return tuple(gap for record in case.register.of_type(Recommendation) for gap in _iter_gaps(case, record))


def _iter_gaps(case: Case, recommendation: Recommendation) -> Iterator[Gap]:
    if recommendation.acceptance is Acceptance.NOT_ACCEPTED:
        return
    addressed = {part.id for part in recommendation.parts if _is_addressed(case, part.id)}
    if not addressed and not _is_addressed(case, recommendation.id):
        yield Gap(recommendation.id, recommendation.title, recommendation.id)
        return
    for part in recommendation.parts:
        if part.id in recommendation.unanswered or (addressed and part.id not in addressed):
            yield Gap(part.id, part.text, recommendation.id)


def _is_addressed(case: Case, id_: str) -> bool:
    return id_ in case.redactions.addressed or bool(case.links.find_actions(id_))
