"""Families of rules that differ only in their fields: records with the same problem, and dates that disagree.

Messages are templates with `{id}`, `{status}` and the titles of the record's phases, `{phase}` and `{phase_end}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.rule import Finding
from p2ptrack.diagnostics import Severity
from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.fields import Status
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import KINDS, Record, TrackedRecord


def report_records(case: Case, records: Iterable[TrackedRecord], message: str, *fields: str) -> Iterator[Finding]:
    """Yield a finding for each record, at the first of the fields that it states and nowhere if it states none."""
    for record in records:
        field = next((name for name in fields if getattr(record, name)), "")
        yield Finding(record.id, field, _format_message(message, case, record))


def may_be_unread(case: Case, model: type[Record], field: str) -> bool:
    """Whether an error of reading may hide a field of some record, so that its absence proves nothing."""
    folders = tuple(f"data/{kind.folder}/" for kind in KINDS if issubclass(kind.model, model))
    errors = [problem for problem in case.problems if problem.severity is Severity.ERROR]
    known_paths = frozenset(case.register.paths.values())
    is_hidden = any(
        problem.path.startswith(folders) and (problem.path not in known_paths or get_top_field(problem.field) == field)
        for problem in errors
    )
    return is_hidden or (bool(case.register.broken_ids) and not errors)


def get_top_field(field: str) -> str:
    """Return the record's own field that a path begins with: `updates` of `updates[1].text`."""
    return field.partition(".")[0].partition("[")[0]


def report_date_order(case: Case, first: str, second: str, field: str, message: str) -> Iterator[Finding]:
    """Yield a finding for each record on which the first date is before the second.

    Dates are named by their paths: `target`, `verified.on`, `phase.start` (of the phase that the record names). The
    message has them as `{first}` and `{second}`.
    """
    for record in case.with_field(first.partition(".")[0]):
        earlier, later = _get_date(case, record, first), _get_date(case, record, second)
        if earlier and later and is_before(earlier, later):
            text = _format_message(message, case, record, first=earlier.raw, second=later.raw)
            yield Finding(record.id, field, text)


def report_past_dates(
    case: Case, records: Iterable[TrackedRecord], path: str, field: str, message: str
) -> Iterator[Finding]:
    """Yield a finding for each of the records on which a date has passed. The message has it as `{date}`."""
    for record in records:
        date = _get_date(case, record, path)
        if date and date.latest and date.latest < case.as_of:
            text = _format_message(message, case, record, date=format_long_date(date.latest))
            yield Finding(record.id, field, text)


def is_before(first: CouncilDate | None, second: CouncilDate | None) -> bool:
    """Whether all of one date is before all of the other."""
    if first is None or second is None or first.latest is None or second.earliest is None:
        return False
    return first.latest < second.earliest


def format_status(status: Status | None) -> str:
    """Return a status as part of a sentence."""
    if status is Status.RISK_ACCEPTED:
        return "accepted as a risk"
    return status.value.replace("_", " ") if status else "not stated"


def _format_message(template: str, case: Case, record: TrackedRecord, **values: str) -> str:
    phase, phase_end = _find_phase(case, record, "phase"), _find_phase(case, record, "phase_end")
    values |= {"phase": phase.title if phase else "", "phase_end": phase_end.title if phase_end else ""}
    return template.format(id=record.id, status=format_status(record.status), **values)


def _find_phase(case: Case, record: TrackedRecord, field: str) -> Phase | None:
    return case.register.find_phase(getattr(record, field, None))


def _get_date(case: Case, record: TrackedRecord, path: str) -> CouncilDate | None:
    name, _, inner_name = path.partition(".")
    value: Any = _find_phase(case, record, name) if name in {"phase", "phase_end"} else getattr(record, name)
    date: CouncilDate | None = getattr(value, inner_name, None) if inner_name else value
    return date
