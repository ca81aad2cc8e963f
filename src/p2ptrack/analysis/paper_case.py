"""The case for a paper: what its audience may see, and everything that follows worked out anew from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.analysis.exempt.audience import Hidden, Neutral, for_audience
from p2ptrack.analysis.exempt.withheld import Audience
from p2ptrack.analysis.facts import Facts
from p2ptrack.problem import Problem


def case_for(case: Case, audience: Audience, opened: date, by_now: Hidden | None = None) -> Case:
    """Return the case as an audience may see it. `opened` is the day on which exemptions are judged.

    For a past register, `by_now` is what nothing public may name today.

    Problems quote the register, so that only officers are given more than their codes.
    """
    neutral = Neutral(case.words("exempt_title"), case.words("exempt_mention"))
    shown = for_audience(case.register, audience, opened, neutral, by_now)
    anew = make_case(shown.register, case.as_of)
    missing = shown.withheld.fields
    return replace(
        case,
        register=shown.register,
        links=anew.links,
        facts={id_: without_blame(facts, missing.get(id_, frozenset())) for id_, facts in anew.facts.items()},
        problems=case.problems if audience is Audience.OFFICERS else tuple(map(_code_only, case.problems)),
        audience=audience,
        withheld=shown.withheld,
    )


def _code_only(problem: Problem) -> Problem:
    return Problem("", problem.code, problem.severity, "", "")


_NOT_KNOWN: Mapping[str, Mapping[str, Any]] = {
    "accountable": {"no_owner": False},
    "decided": {"unfinished": False, "overdue": False, "due_soon": False},
    "revisions": {"slipped": False},
    "status": {"unfinished": False, "overdue": False, "due_soon": False, "waiting": False, "no_target": False},
    "target": {"no_target": False},
    "updates": {"no_recent_update": None, "days_since_update": None},
    "verified": {"awaiting_verification": False},
}
"""What does not follow once a field is withheld: that it is not shown does not mean that there is none."""


def without_blame(facts: Facts, withheld: frozenset[str]) -> Facts:
    """Return the facts without those that would accuse somebody of a gap which only the withholding makes."""
    changes = {name: value for each in sorted(withheld) for name, value in _NOT_KNOWN.get(each, {}).items()}
    return facts._replace(**changes)
