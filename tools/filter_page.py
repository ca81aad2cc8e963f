"""The page of the filters of `list`: the ways of writing one, and the facts that it can ask for."""

from __future__ import annotations

from collections.abc import Iterable

from p2ptrack.analysis.facts import FLAG_NAMES
from p2ptrack.analysis.filters import NUMBER_NAMES

HEAD = """\
# Filters

`p2ptrack list [KIND] [FILTER…]` prints the records for which every filter holds. A filter is a name, a colon and a
value, with no space between. The name is a field of [fields.md](fields.md), or a fact; a field inside a group has a
dot: `updates.date`. A value with spaces stands in quotes. Upper and lower case are the same.
"""

FILTERS = {
    "status:in_progress": "The status is this word, or the council's own word for it.",
    "status:complete,verified": "Any of several values.",
    "status:none": "The status is not stated. So with any field that the kind of record has.",
    "not.status:complete": "`not.` turns a filter round.",
    "recommendation:R1": "Answers R1 or a part of it.",
    "recommendation:R4.1": "Answers this part.",
    'accountable:"Head of PACS"': "The post, whole. `owner:` is short for it.",
    "report_refs:4.4": "The reference, whole: 4.4 is not 4.40. `ref:` is short for it.",
    "title:register": "A text has these words in it.",
    "text:YORTender3": "Any text of the record has these words in it.",
    "target.before:2023-04": "The target's last day is before April 2023. The value is any [date](dates.md).",
    "target.after:2023-01-31": "The target's first day is after that day.",
    'target:"Q4 2022/23"': "The target's last day is within that quarter.",
    "has:origin_text": "The field is stated.",
    "kind:follow-up": "The kind of record, when other words stand before it.",
    "is:no-target": "A fact, from the first table below.",
    "days_overdue.over:30": "A fact that is a number, from the second: `.over:`, `.under:` or the number itself.",
}

MEANINGS = {
    "unfinished": "neither closed nor complete",
    "closed": "off the list: verified, embedded, superseded, risk accepted, noted or withdrawn, or complete where the "
    "policy asks for no verifying",
    "overdue": "unfinished, and the last day of its target has passed",
    "due_soon": "unfinished, and its target falls due within the policy's `due_soon_days`",
    "slipped": "its target was moved to a later day, and not to correct a mistake",
    "no_target": "unfinished, with no target or one such as TBC; an ongoing target is one",
    "no_recent_update": "unfinished, and its newest update is older than the policy's `no_recent_update_days`, or it "
    "has none",
    "waiting": "unfinished, and something that it is `blocked_by` is not cleared",
    "no_owner": "no post is named as accountable",
    "past_phase": "unfinished, and the phase in which it was to end has ended",
    "awaiting_verification": "complete, where the policy asks for verifying and nobody has verified it",
    "days_overdue": "days since the last day of its target; 0 before it has passed",
    "days_to_target": "days until the last day of its target; less than 0 after it has passed",
    "times_moved": "how often its target was moved; corrections of a mistake do not count",
    "days_moved": "by how many days its target was moved in all",
    "days_since_update": "days since its newest update",
}

TAIL = """\

A fact that the register does not hold enough for, as the age of an update without a date, is neither true nor false:
the record is not found by it.

`--sort` takes the same names and facts, and `not.` before one turns the order round; what does not state it comes last.
`--columns` takes a list of them, divided by commas.
"""


def page() -> str:
    """Return the page. A fact without a meaning here stops it."""
    ways = _table(("Write", "Finds records of which"), ((f"`{word}`", told) for word, told in FILTERS.items()))
    flags = _table(("Fact", "What it says"), ((f"`is:{n.replace('_', '-')}`", MEANINGS[n]) for n in FLAG_NAMES))
    numbers = _table(("Fact", "What it counts"), ((f"`{name}`", MEANINGS[name]) for name in NUMBER_NAMES))
    return f"{HEAD}\n{ways}\n## Facts\n\n{flags}\n{numbers}{TAIL}"


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = (head, ("---", "---"), *rows)
    return "".join(f"| {left} | {right} |\n" for left, right in lines)
