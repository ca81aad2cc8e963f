"""What a rule is: it takes the whole case and yields findings; one table holds them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.problem import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found: in which record (empty for the programme), in which field, and what to do.

    `field` is written like `updates[1].text`; it is empty where something is missing, which stands nowhere.
    """

    record: str
    field: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue; the documentation is generated from it."""

    code: str
    severity: Severity
    title: str
    why: str
    example: str
    fix: str
    check: Callable[[Case], Iterator[Finding]]
