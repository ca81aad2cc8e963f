"""The documentation page of the filters of `list`, with the facts that they can select by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from p2ptrack.analysis.exemptions import FACTS as EXEMPTION_FACTS
from p2ptrack.analysis.facts import FLAG_NAMES
from p2ptrack.analysis.filters import NUMBER_NAMES
from p2ptrack.model.programme import RatingLevel

HEAD = """\
# Filters

`p2ptrack list [KIND] [FILTER…]` prints the records that match every filter. A filter is a name, a colon and a value,
with no spaces between them. The name is a field of [fields.md](fields.md) or a fact. A field inside a group has a dot:
`updates.date`. Put a filter that contains spaces in quotes. Several values are separated by commas and mean any of
them.

Text is compared without differences of upper and lower case, of apostrophes, dashes and spaces, and of the full stop
at the end. A filter that cannot match, such as an id or an owner that no record has, is an error. Patterns such as
`A*` are not supported.
"""

FILTERS = {
    "status:in_progress": "The status. You can also use the council's own word for it.",
    "status:complete,verified": "Any of several values.",
    "id:A01,A02": "These records.",
    "status:none": "No status is recorded. This works for every field that the kind of record has.",
    "not.status:complete": "`not.` reverses a filter.",
    "recommendation:R1": "Records for R1 or a part of it.",
    "recommendation:R4.1": "Records for this part.",
    'accountable:"Head of PACS"': "The exact post. `owner:` is short for it.",
    "report_refs:4.4": "The exact reference: 4.4 does not match 4.40. `ref:` is short for it.",
    "phase:P2": "The phase. You can write the id or the title of a phase, a meeting, a source or a dependency.",
    "source:leeds-p2p": "The source. A group of fields has a short form: the id of a source, the text of an update, "
    "the title of evidence.",
    "title:register": "The text contains this word.",
    "'title:\"embed, monitor\"'": "The text contains this phrase. Quotation marks inside the filter keep the comma.",
    "text:YORTender3": "Any text of the record contains this word.",
    "target.before:2023-04": "The target's last day is before April 2023. The value can be any [date](dates.md).",
    "target.after:2023-01-31": "The target's first day is after that day.",
    "target.before:today": "The target's last day is before the position date.",
    'target:"Q4 2022/23"': "The target's last day is in that quarter.",
    "has:origin_text": "The field is recorded.",
    "kind:follow-up": "The kind of record. Use it when the kind is not the first word.",
    "is:no-target": "A fact from the first table below.",
    "is:overdue,due-soon": "Any of several facts.",
    "days_overdue.over:30": "A number from the second table: use `.over:`, `.under:` or the exact number.",
}

MEANINGS = {
    "unfinished": "Open: neither closed nor complete.",
    "closed": "Verified, embedded, superseded, risk accepted, noted or withdrawn. Complete also counts when the policy "
    "asks for no verification.",
    "overdue": "Open, and the last day of the target has passed.",
    "due_soon": "Open, and the target is due within the policy's `due_soon_days`.",
    "slipped": "The target was changed to a later day. Corrections of mistakes do not count.",
    "no_target": "Open with no target, or with one such as TBC. An ongoing target counts as a target.",
    "no_recent_update": "Open with no update, or the newest update is older than the policy's `no_recent_update_days`.",
    "waiting": "Open, and something that it is `blocked_by` is not cleared.",
    "no_owner": "No responsible officer is named.",
    "past_phase": "Open, and its end phase has ended.",
    "awaiting_verification": "Complete but not verified by somebody else, when the policy asks for verification.",
    "days_overdue": "Days since the last day of the target. It is 0 until that day has passed.",
    "days_to_target": "Days until the last day of the target. It is negative after that day.",
    "times_moved": "How often the target changed. Corrections, another wording of the same date and a first date "
    "instead of TBC do not count.",
    "days_moved": "By how many days the target changed in total. It is negative when the target is now earlier.",
    "days_late_at_completion": "How many days after its target the item was completed; 0 when on time.",
    "days_since_update": "Days since the newest update.",
}

RATINGS = {
    "complete": "Complete or closed. Nothing is left to do.",
    "overdue": "Overdue.",
    "at_risk": "Waiting for others, past its end phase, or due soon and either not started or without a recent update.",
    "on_track": "The target is still to come and nothing above applies.",
    "not_rated": "No target.",
}

RATINGS_HEAD = """
## Ratings

Papers rate each action and follow-up from its facts. Ratings cannot be typed. To use your own words, write
`policy.rating` in the programme, for example `rating: {on_track: Green, at_risk: Amber, overdue: Red}`.

"""

TAIL = """\

Some facts are not known. For example, an update without a date has no age. Filters by such a fact do not select the
record.

`by:owner` beside the filters groups the records: one table for each responsible officer, and *Not recorded* at the end.
You can group by any field or fact, such as `by:directorate`, `by:area` or `by:status`.

A view saves a list that you often need. Its words are those after `p2ptrack list`. `p2ptrack list @late` shows the
list, `p2ptrack figures @late` its [figures](figures.md), and `p2ptrack views` all saved lists. The Tab key completes
their names. You can add filters and another grouping, such as `p2ptrack list @late directorate:Place by:priority`. In
PowerShell put the name in quotation marks: `"@late"`.

```yaml
views:
  late: actions is:overdue by:owner --sort not.days_overdue
```

`--sort` takes the same names and facts. Put `not.` before a name to reverse the order. Records without a value come
last. `--columns` takes a list of names separated by commas.

In CSV, the column `inferred` names the columns that are our interpretation, not stated in the source. A last row for
each file that has an error says what was not read.

CSV leaves out characters that print nothing, such as soft hyphens, word joiners and zero-width spaces. No-break spaces
become plain ones. A search in a spreadsheet then finds the words. Every other character stays. JSON, Excel and SQLite
keep all of them. `check` warns of those that print nothing (P123).
"""


def page() -> str:
    """Return the page. Raises `KeyError` for a fact without a meaning."""
    filters = _table(("Write", "Selects"), ((f"`{word}`", text) for word, text in FILTERS.items()))
    flags = _table(("Fact", "Meaning"), ((f"`is:{n.replace('_', '-')}`", MEANINGS[n]) for n in FLAG_NAMES))
    exemptions = _table(
        ("Fact", "Meaning"),
        ((f"`is:{name.replace('_', '-')}`", fact.meaning) for name, fact in EXEMPTION_FACTS.items()),
    )
    numbers = _table(("Fact", "Meaning"), ((f"`{name}`", MEANINGS[name]) for name in NUMBER_NAMES))
    ratings = _table(("Rating", "Meaning"), ((f"`{level}`", RATINGS[level]) for level in get_args(RatingLevel)))
    facts = f"{flags}\nOf exemptions from the procurement rules:\n\n{exemptions}\n{numbers}"
    return f"{HEAD}\n{filters}\n## Facts\n\n{facts}{TAIL}{RATINGS_HEAD}{ratings}"


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"| {left} | {right} |\n" for left, right in (head, ("---", "---"), *rows))
