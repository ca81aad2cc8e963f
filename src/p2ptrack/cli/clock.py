"""The clock, read here and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime

from p2ptrack.errors import UsageError
from p2ptrack.model.dates import DateRejection, parse_date


def resolve_date(text: str | None) -> date:
    """Return the day to judge on: any council date that names one day, else today.

    Raises `UsageError` for anything else.
    """
    if text is None:
        return datetime.now(tz=UTC).astimezone().date()
    parsed = parse_date(text)
    if isinstance(parsed, DateRejection):
        raise UsageError(f"--as-of {text}: {parsed.message} Fix: {parsed.fix}")
    if parsed.latest is None or parsed.earliest != parsed.latest:
        raise UsageError(f"--as-of needs one day, and “{text}” is not one. Write it like 2023-03-31 or 31 March 2023.")
    return parsed.latest
