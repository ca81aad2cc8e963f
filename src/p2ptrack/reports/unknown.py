"""Papers of a programme that are to be made by a report that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from p2ptrack.problem import Problem, quote_excerpt
from p2ptrack.records.faults import ErrorCode
from p2ptrack.records.programme import Programme
from p2ptrack.records.register import PROGRAMME_PATH
from p2ptrack.reports import REPORTS

UNKNOWN_REPORT = ErrorCode(
    "S112",
    "A paper made by no report",
    "The paper could not be made on the day that it is wanted.",
    "reports: {annex: {report: acton-plan}}",
    "reports: {annex: {report: action-plan}}",
)


def find_unknown_reports(programme: Programme) -> Iterator[Problem]:
    """Yield a problem for each paper whose `report` is none."""
    for name, paper in programme.reports.items():
        report = paper.report or name
        if report not in REPORTS:
            yield Problem(
                PROGRAMME_PATH,
                UNKNOWN_REPORT.code,
                UNKNOWN_REPORT.severity,
                f"The paper {name} is to be made by {quote_excerpt(report)}, which is no report.",
                _suggest_report(report),
                f"reports.{name}.report" if paper.report else f"reports.{name}",
            )


def _suggest_report(report: str) -> str:
    suggestions = get_close_matches(report, REPORTS, n=1)
    return f"report: {suggestions[0]} (did you mean this?)" if suggestions else f"report: one of {', '.join(REPORTS)}"
