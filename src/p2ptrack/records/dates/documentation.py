"""The tables of the documentation, made by the parser that they describe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from p2ptrack.records.dates.anchors import Anchor, Anchors
from p2ptrack.records.dates.parse import parse, parse_pair
from p2ptrack.records.dates.refusals import REFUSALS
from p2ptrack.records.dates.row import pair
from p2ptrack.records.dates.rows import ROWS
from p2ptrack.records.dates.value import CouncilDate, NotADate, Precision
from p2ptrack.records.dates.words import long_day

_SLIPS = ("31/06/2023", "03/31/2023", "Monday 31 March 2023", "March 2023 to January 2023", "Setpember 2023")
_NAMES = ("CBT Phase 2", "March 2023 Audit Committee", "AC-2023-03")
_WORDS, _MEANS = "the next formal Board meeting", "22 November 2024"
_ENDS = (
    CouncilDate("Sept 23", date(2023, 9, 1), date(2023, 9, 30), Precision.MONTH),
    CouncilDate("Mar-23", date(2023, 3, 1), date(2023, 3, 31), Precision.MONTH),
)
_SAMPLE = Anchors(
    (
        Anchor("P2", "phase", "CBT Phase 2", _ENDS[0]),
        Anchor("AC-2023-03", "meeting", "March 2023 Audit Committee", _ENDS[1]),
    )
)


def documentation() -> str:
    """Return the Markdown tables of what is accepted and of what is a problem, from the tables of the code."""
    accepted = ["| As written | Earliest \u2026 latest | What it is |", "| --- | --- | --- |", *_accepted()]
    refused = ["| As written | What is wrong | What to write |", "| --- | --- | --- |", *_refused()]
    return "\n".join([*accepted, "", "These are problems:", "", *refused, ""])


def _accepted() -> Iterator[str]:
    for row in ROWS:
        by_days: dict[tuple[str, ...], list[str]] = {}
        for example in row.examples:
            by_days.setdefault(_told(parse(example)), []).append(_code(example))
        for days, examples in by_days.items():
            yield _line(", ".join(examples), *days, row.meaning)
    for name in _NAMES:
        yield _line(_code(name), *_told(parse(name, _SAMPLE)), "A phase's or meeting's id or title: its end or day")
    for means in (_MEANS, "none"):
        yield _line(_code(pair(_WORDS, means)), *_told(parse_pair(_WORDS, means)), "Any other words, and our reading")


def _refused() -> Iterator[str]:
    for example in (*_SLIPS, *(example for row in REFUSALS for example in row.examples)):
        answer = parse(example, _SAMPLE)
        yield _line(_code(example), *_told(answer))


def _told(answer: CouncilDate | NotADate) -> tuple[str, ...]:
    return (answer.message, answer.fix) if isinstance(answer, NotADate) else (_days(answer),)


def _days(answer: CouncilDate) -> str:
    if not answer.earliest or not answer.latest:
        return "no deadline, ongoing" if answer.ongoing else "no deadline"
    first, last = long_day(answer.earliest), long_day(answer.latest)
    days = last if answer.precision is Precision.DAY else f"{first} \u2026 {last}"
    return f"{days}, and ongoing" if answer.ongoing else days


def _code(text: str) -> str:
    return f"`{text}`"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
