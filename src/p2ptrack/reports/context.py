"""The input of a paper: the case that its audience may see, and how the paper is printed."""

from __future__ import annotations

from dataclasses import field
from datetime import date

from p2ptrack.analysis.case import Case, Redactions, RegisterProvenance
from p2ptrack.analysis.contracts import EarlierContracts
from p2ptrack.analysis.redaction import Audience
from p2ptrack.diagnostics import Problem
from p2ptrack.model.history import RegisterHistory
from p2ptrack.model.kinds import Kind
from p2ptrack.model.programme import Layout, Meeting, Policy, Wording
from p2ptrack.model.records import Record
from p2ptrack.model.register import Register
from p2ptrack.values import dataclass


def format_kind(words: Wording, kind: Kind) -> str:
    """Return what papers call the records of a kind: a declared one has its words in the declaration."""
    return kind.plural_title if kind.is_declared else words(f"kind_{kind.name}")


@dataclass(frozen=True, slots=True)
class PaperContext:
    """The input of a report. The register of `case` is what the `audience` may see.

    `meeting` is the one that the paper is for, and `report` the key of the paper's entry in the programme.
    `earlier_contracts` is the contracts register of a year before.
    """

    case: Case
    audience: Audience = Audience.OFFICERS
    wording: Wording = field(default_factory=Wording)
    layout: Layout = field(default_factory=Layout)
    provenance: RegisterProvenance = field(default_factory=lambda: RegisterProvenance(""))
    meeting: Meeting | None = None
    report: str = ""
    earlier_contracts: EarlierContracts | None = None

    @property
    def register(self) -> Register:
        """Return the register that the audience may see."""
        return self.case.register

    def describe_none(self, key: str, model: type[Record], **values: object) -> str:
        """Return the sentence that there are no records of a model, or that some could not be read."""
        return self.wording("none_known") if self.register.may_hide(model, "id") else self.wording(key, **values)

    def format_number(self, number: int, model: type[Record]) -> str:
        """Return how many records of a model there are, or that none is known where some could not be read."""
        is_known = number or not self.register.may_hide(model, "id")
        return str(number) if is_known else self.wording("not_known")

    @property
    def as_of(self) -> date:
        """Return the position date."""
        return self.case.as_of

    @property
    def policy(self) -> Policy:
        """Return the council's policy."""
        return self.case.policy

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the problems of the register, as far as the audience may read them."""
        return self.case.problems

    @property
    def history(self) -> RegisterHistory | None:
        """Return what the audience may see of the register's history; None when no paper needs it."""
        return self.case.history

    @property
    def redactions(self) -> Redactions:
        """Return what was removed or marked for the audience."""
        return self.case.redactions
