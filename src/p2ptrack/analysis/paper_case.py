"""The case for a paper: what its audience may see, and everything that follows worked out anew from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.analysis.exempt.audience import HiddenNames, Placeholders, redact_for_audience
from p2ptrack.analysis.exempt.withheld import Audience
from p2ptrack.analysis.facts import RecordFacts
from p2ptrack.problem import Problem


def build_audience_case(
    case: Case, audience: Audience, exemption_date: date, currently_hidden: HiddenNames | None = None
) -> Case:
    """Return the case as an audience may see it. `opened` is the day on which exemptions are judged.

    For a past register, `by_now` is what nothing public may name today.

    Problems quote the register, so that only officers are given more than their codes.
    """
    placeholders = Placeholders(case.wording("exempt_title"), case.wording("exempt_mention"))
    redacted = redact_for_audience(case.register, audience, exemption_date, placeholders, currently_hidden)
    recomputed = make_case(redacted.register, case.as_of)
    redacted_fields = redacted.redactions.fields
    return replace(
        case,
        register=redacted.register,
        links=recomputed.links,
        facts={
            id_: suppress_unknown_facts(facts, redacted_fields.get(id_, frozenset()))
            for id_, facts in recomputed.facts.items()
        },
        problems=case.problems if audience is Audience.OFFICERS else tuple(map(_strip_problem_text, case.problems)),
        audience=audience,
        redactions=redacted.redactions,
    )


def _strip_problem_text(problem: Problem) -> Problem:
    return Problem("", problem.code, problem.severity, "", "")


_UNKNOWN_FACTS_BY_FIELD: Mapping[str, Mapping[str, Any]] = {
    "accountable": {"no_owner": False},
    "decided": {"unfinished": False, "overdue": False, "due_soon": False},
    "revisions": {"slipped": False},
    "status": {"unfinished": False, "overdue": False, "due_soon": False, "waiting": False, "no_target": False},
    "target": {"no_target": False},
    "updates": {"no_recent_update": None, "days_since_update": None},
    "verified": {"awaiting_verification": False},
}
"""What does not follow once a field is withheld: that it is not shown does not mean that there is none."""


def suppress_unknown_facts(facts: RecordFacts, redacted_fields: frozenset[str]) -> RecordFacts:
    """Return the facts without those that would accuse somebody of a gap which only the withholding makes."""
    changes = {
        name: value
        for field in sorted(redacted_fields)
        for name, value in _UNKNOWN_FACTS_BY_FIELD.get(field, {}).items()
    }
    return facts._replace(**changes)
