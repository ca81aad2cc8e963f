"""What a paper says: one row of `REPORTS` for each report that can be rendered.

A report is a pure function from the case to a `Document`; which papers a register makes of them is
the business of `programme.reports`. The answers of the query commands are in `queries`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from p2ptrack.analysis.case import Case
    from p2ptrack.reports.document import Document

__all__ = ["REPORTS", "Report"]


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `builder` is `module:function`, imported only when the report is made.

    One that `remembers` tells more where it is given the history of the register.
    """

    name: str
    title: str
    builder: str
    uses_history: bool = False

    def build(self, case: Case) -> Document:
        """Return what the report says of this case."""
        module, _, function = self.builder.partition(":")
        builder: Callable[[Case], Document] = getattr(import_module(module), function)
        return builder(case)


REPORTS = {
    each.name: each
    for each in (
        Report("action-plan", "Action plan", "p2ptrack.reports.action_plan:action_plan"),
        Report("audit-follow-up", "Audit follow-up", "p2ptrack.reports.audit_follow_up:audit_follow_up"),
        Report(
            "progress-report", "Progress report", "p2ptrack.reports.progress.report:progress_report", uses_history=True
        ),
    )
}
