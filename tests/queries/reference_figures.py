"""Figures recomputed from the plain values of YAML, by loops that share nothing with the program.

The registers that `make_register` draws hold what decides a figure: dates of the past and the future, vague and missing
ones, target changes of every outcome, closures by decision, verification, several owners and none.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

Values = dict[str, Any]
DAY = date(2023, 1, 12)
CLOSING = {
    "verified", "embedded", "superseded", "risk_accepted", "noted", "withdrawn", "not_implemented", "closed",
}  # fmt: skip
UNDECIDED = {"open", "not_started", "in_progress", "complete", "verified"}
AGES = ((1, 30), (31, 90), (91, 180), (181, 365), (366, None))
MEETINGS = (("M1", date(2022, 10, 17)), ("M2", date(2023, 2, 28)), ("M3", date(2023, 6, 30)))


@dataclass
class GeneratedRegister:
    """A register as plain values, with the policy that decides figures."""

    records: list[Values]
    verification: list[str]
    needs_approval: bool


def make_register(draw: Random) -> GeneratedRegister:
    """Return a register, of which most records may be complete."""
    verification = draw.sample(["action", "follow-up"], draw.randint(0, 2))
    register = GeneratedRegister([], verification, draw.random() < 0.4)
    statuses = [None, "in_progress", "not_started", "complete", "complete", "verified", *sorted(CLOSING)]
    statuses = draw.choice([statuses, statuses, ["complete"]])
    for number in range(1, draw.choice([3, 12, 45]) + 1):
        id_ = f"{draw.choice('AAF')}{number:02d}"
        record = {"id": id_, "title": f"Item {number}", **_draw_fields(draw, id_, draw.choice(statuses))}
        register.records.append(record)
    return register


def _draw_day(draw: Random) -> str:
    day = DAY + timedelta(draw.choice([draw.randint(-500, -1), draw.randint(-40, 40), draw.randint(1, 300)]))
    return day.isoformat() if draw.random() < 0.8 else f"{day:%B %Y}"


def _draw_fields(draw: Random, id_: str, status: str | None) -> Values:
    def maybe(chance: float, value: Any) -> Any:
        return value if draw.random() < chance else None

    owners = draw.choice([[], ["Head of IT"], ["Head of Audit"], ["Head of IT", "Head of Audit"], ["HEAD OF IT"]])
    verifier = draw.choice(["Chief Auditor", "Head of IT", "TBC"])
    revisions = [
        {"from": _draw_day(draw), "to": _draw_day(draw), **_draw_outcome(draw)}
        for _ in range(draw.choice([0, 0, 1, 2]))
    ]
    updates = [
        {"text": "Said.", **({"date": _draw_day(draw)} if draw.random() < 0.7 else {})}
        for _ in range(draw.randint(0, 2))
    ]
    fields = {
        "status": status,
        "target": draw.choice([_draw_day(draw), _draw_day(draw), _draw_day(draw), "Ongoing", "TBC", None]),
        "review_by": maybe(0.3, _draw_day(draw)),
        "completed_on": maybe(0.8, _draw_day(draw)) if status in {"complete", "verified"} else None,
        "revisions": revisions or None,
        "updates": updates or None,
        "accountable": owners or None,
        "directorate": draw.choice([None, "Place", "Finance"]),
        "area": draw.choice([None, "Spend", "Audit"]) if id_.startswith("F") else None,
        "priority": draw.choice([None, "high", "low", "critical"]),
        "verified": maybe(0.5, {"by": verifier, "on": _draw_day(draw)}) if status in {"complete", "verified"} else None,
        "decided": None
        if status is None or status in UNDECIDED
        else maybe(0.8, {"by": "Board", "on": _draw_day(draw), "reason": "Agreed."}),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _draw_outcome(draw: Random) -> Values:
    outcome = {
        "category": draw.choice([None, None, "correction", "capacity"]),
        "decision": draw.choice([None, "granted", "refused", "requested"]),
        "approved_by": draw.choice([None, "Board", "TBC"]),
    }
    return {name: value for name, value in outcome.items() if value is not None}


def last_day(text: str | None) -> date | None:
    """Return the last day of an ISO date or a month; None for anything else."""
    return None if text in {None, "Ongoing", "TBC"} else end(str(text))


def end(text: str) -> date:
    """Return the last day of an ISO date or a month."""
    if text[0].isdigit():
        return date.fromisoformat(text)
    month, year = text.split()
    number = [date(2000, n, 1).strftime("%B") for n in range(1, 13)].index(month) + 1
    return date(int(year), number, monthrange(int(year), number)[1])


def first_day(text: str) -> date:
    return end(text) if text[0].isdigit() else end(text).replace(day=1)


class Reference:
    """Answers each question about a drawn register on a day with a loop."""

    def __init__(self, register: GeneratedRegister, day: date = DAY) -> None:
        self.register, self.day, self.records = register, day, register.records

    def status(self, record: Values) -> str | None:
        status, decided = record.get("status"), record.get("decided", {}).get("on")
        is_decided = status in CLOSING - {"verified"} and decided is not None
        return "in_progress" if is_decided and self.day < end(decided) else status

    def is_done(self, record: Values) -> bool:
        return self.status(record) in {"complete", "verified"}

    def is_verified(self, record: Values) -> bool:
        verified = record.get("verified")
        if verified is None or verified["by"] == "TBC" or end(verified["on"]) > self.day:
            return False
        return verified["by"].lower() not in [owner.lower() for owner in record.get("accountable", [])]

    def is_closed(self, record: Values) -> bool:
        if not self.is_done(record):
            return self.status(record) in CLOSING
        kind = "action" if record["id"].startswith("A") else "follow-up"
        return kind not in self.register.verification or self.is_verified(record)

    def open(self) -> list[Values]:
        return [record for record in self.records if not self.is_done(record) and not self.is_closed(record)]

    def deadline(self, record: Values) -> date | None:
        if record.get("target") == "Ongoing" and "review_by" in record:
            return last_day(record["review_by"])
        return last_day(record.get("target"))

    def dated(self) -> list[Values]:
        return [record for record in self.open() if self.deadline(record)]

    def overdue(self) -> list[Values]:
        return [record for record in self.dated() if self.days_overdue(record) > 0]

    def days_overdue(self, record: Values) -> int:
        deadline = self.deadline(record)
        assert deadline is not None
        return (self.day - deadline).days

    def changes(self, record: Values) -> list[Values]:
        counted_changes = []
        for change in record.get("revisions", []):
            decision, approver = change.get("decision"), change.get("approved_by")
            is_granted = decision == "granted" or (decision is None and approver == "Board")
            counts = is_granted if self.register.needs_approval else decision not in {"requested", "refused"}
            is_move = last_day(change["from"]) != last_day(change["to"])
            if counts and is_move and change.get("category") != "correction":
                counted_changes.append(change)
        return counted_changes

    def spans(self, record: Values) -> list[tuple[date, date]]:
        """Return the last days between which each change moved a target."""
        return [(end(change["from"]), end(change["to"])) for change in self.changes(record)]

    def original_target(self, record: Values) -> str | None:
        changes = self.changes(record)
        return changes[0]["from"] if changes else record.get("target")

    def days_late(self, record: Values, target: str | None) -> int | None:
        day, done = last_day(target), record.get("completed_on")
        if day is None or done is None:
            return None
        if first_day(done) > day:
            return (first_day(done) - day).days
        return 0 if end(done) <= day else None

    def implemented(self, *, original: bool) -> dict[str, list[str]]:
        """Return the ids by the outcome of each record at its target date."""
        outcomes: dict[str, list[str]] = {}
        for record in self.records:
            target = self.original_target(record) if original else record.get("target")
            day, status = last_day(target), self.status(record)
            if day is None:
                outcome = "no_target"
            elif day >= self.day:
                outcome = "later"
            elif status in CLOSING - {"verified", "not_implemented"}:
                outcome = "ended"
            elif not self.is_done(record):
                outcome = "missed"
            else:
                days = self.days_late(record, target)
                outcome = "no_completion" if days is None else "in_time"
                if days:
                    outcome = "missed"
            outcomes.setdefault(outcome, []).append(record["id"])
        return outcomes

    def stale(self) -> tuple[list[str], list[str]]:
        """Return the open records without a recent update, and those whose updates have no date."""
        stale, undated = [], []
        for record in self.open():
            days = [end(update["date"]) for update in record.get("updates", []) if "date" in update]
            if record.get("updates") and not days:
                undated.append(record["id"])
            elif not days or max(0, (self.day - max(days)).days) > 90:
                stale.append(record["id"])
        return stale, undated

    def lateness(self, letter: str) -> list[int]:
        days = [
            self.days_late(record, self.original_target(record))
            for record in self.records
            if record["id"].startswith(letter) and self.is_done(record)
        ]
        return sorted(number for number in days if number is not None)
