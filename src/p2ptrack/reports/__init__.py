"""The reports from which papers are made: a row of `REPORTS` for each.

A report is a pure function from the paper's context to a `Document`. `programme.reports` lists the papers that a
register makes with them. The answers of the query commands are in `queries`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from p2ptrack.values import dataclass

if TYPE_CHECKING:
    from p2ptrack.reports.context import PaperContext
    from p2ptrack.reports.document import Document

__all__ = ["REPORTS", "Report"]


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `builder` is `module:function`, imported only when the report is made.

    A report with `uses_history` prints more when it is given the history of the register.
    """

    name: str
    title: str
    builder: str
    uses_history: bool = False

    def build(self, context: PaperContext) -> Document:
        """Return the paper, with a mark beside every exempt text that it prints."""
        from p2ptrack.model.dates import use_date_words
        from p2ptrack.model.programme import read_date_words
        from p2ptrack.reports.exempt_marks import mark_exempt_text

        module, _, function = self.builder.partition(":")
        builder: Callable[[PaperContext], Document] = getattr(import_module(module), function)
        with use_date_words(read_date_words(context.wording, context.register.programme.language or "")):
            return mark_exempt_text(builder(context), context)


_ALL_REPORTS = (
    Report("action-plan", "Action plan", "p2ptrack.reports.action_plan:action_plan"),
    Report("audit-follow-up", "Audit follow-up", "p2ptrack.reports.audit_follow_up:audit_follow_up"),
    Report("progress-report", "Progress report", "p2ptrack.reports.progress:progress_report", uses_history=True),
    Report("exemptions-report", "Exemptions report", "p2ptrack.reports.exemptions_report:exemptions_report"),
    Report("register", "Own registers", "p2ptrack.reports.declared_register:declared_register"),
    Report("figures", "Figures", "p2ptrack.reports.figures:figures_report", uses_history=True),
    Report("forward-plan", "Forward plan", "p2ptrack.reports.forward_plan:forward_plan", uses_history=True),
)
REPORTS = {report.name: report for report in _ALL_REPORTS}
