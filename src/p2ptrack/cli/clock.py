"""The clock, read here and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime

from p2ptrack.errors import WrongUsage
from p2ptrack.records.dates import NotADate, parse


def day(written: str | None) -> date:
    """Return the day to judge on: any council date that names one day, else today.

    Raises `WrongUsage` for anything else.
    """
    if written is None:
        return datetime.now(tz=UTC).astimezone().date()
    found = parse(written)
    if isinstance(found, NotADate):
        raise WrongUsage(f"--as-of {written}: {found.message} Write: {found.fix}")
    if found.latest is None or found.earliest != found.latest:
        raise WrongUsage(
            f"--as-of needs one day, and “{written}” is not one. Write it like 2023-03-31 or 31 March 2023."
        )
    return found.latest
