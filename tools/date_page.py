"""The page of dates: tables of what is accepted and what is refused, made by the parser that they describe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from p2ptrack.model.dates import (
    DATE_PATTERNS,
    REJECTION_PATTERNS,
    Anchor,
    Anchors,
    CouncilDate,
    DateRejection,
    Precision,
    format_long_date,
    parse_date,
    parse_interpreted_date,
)

HEAD = """\
# Dates

A date is kept as people wrote it, and read as the days that it can mean. It is overdue only after the last of them.

"""

_MISTAKES = ("31/06/2023", "03/31/2023", "Monday 31 March 2023", "March 2023 to January 2023", "Setpember 2023")
_ANCHOR_NAMES = ("CBT Phase 2", "March 2023 Audit Committee", "AC-2023-03")
_SAMPLE_RAW, _SAMPLE_MEANS = "the next formal Board meeting", "22 November 2024"
_SAMPLE_DATE = date(2023, 1, 12)
_SAMPLE_ENDS = (
    CouncilDate("Sept 23", date(2023, 9, 1), date(2023, 9, 30), Precision.MONTH),
    CouncilDate("Mar-23", date(2023, 3, 1), date(2023, 3, 31), Precision.MONTH),
)
_SAMPLE_ANCHORS = Anchors(
    (
        Anchor("P2", "phase", "CBT Phase 2", _SAMPLE_ENDS[0]),
        Anchor("AC-2023-03", "meeting", "March 2023 Audit Committee", _SAMPLE_ENDS[1]),
    )
)


def page() -> str:
    """Return the page."""
    accepted = ["| As written | Earliest \u2026 latest | Meaning |", "| --- | --- | --- |", *_iter_accepted_rows()]
    rejected = ["| As written | Problem | Fix |", "| --- | --- | --- |", *_iter_rejected_rows()]
    return HEAD + "\n".join([*accepted, "", "These are refused:", "", *rejected, ""])


def _iter_accepted_rows() -> Iterator[str]:
    for pattern in DATE_PATTERNS:
        examples_by_days: dict[tuple[str, ...], list[str]] = {}
        for example in pattern.examples:
            examples_by_days.setdefault(_describe_result(parse_date(example)), []).append(_format_code(example))
        for days, examples in examples_by_days.items():
            yield _format_table_row(", ".join(examples), *days, pattern.meaning)
    for name in _ANCHOR_NAMES:
        yield _format_table_row(
            _format_code(name),
            *_describe_result(parse_date(name, _SAMPLE_ANCHORS)),
            "The end of a phase or the day of a meeting, by id or title",
        )
    for means in (_SAMPLE_MEANS, "none"):
        yield _format_table_row(
            _format_code(f'{{raw: "{_SAMPLE_RAW}", means: {means}}}'),
            *_describe_result(parse_interpreted_date(_SAMPLE_RAW, means)),
            "Any other words with our interpretation",
        )


def _iter_rejected_rows() -> Iterator[str]:
    for example in (*_MISTAKES, *(example for pattern in REJECTION_PATTERNS for example in pattern.examples)):
        result = parse_date(example, _SAMPLE_ANCHORS, _SAMPLE_DATE)
        yield _format_table_row(_format_code(example), *_describe_result(result))


def _describe_result(result: CouncilDate | DateRejection) -> tuple[str, ...]:
    return (result.message, result.fix) if isinstance(result, DateRejection) else (_format_days(result),)


def _format_days(parsed_date: CouncilDate) -> str:
    if not parsed_date.earliest or not parsed_date.latest:
        return "no deadline, ongoing" if parsed_date.ongoing else "no deadline"
    first, last = format_long_date(parsed_date.earliest), format_long_date(parsed_date.latest)
    days = last if parsed_date.precision is Precision.DAY else f"{first} \u2026 {last}"
    return f"{days}, and ongoing" if parsed_date.ongoing else days


def _format_code(text: str) -> str:
    return f"`{text}`"


def _format_table_row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
