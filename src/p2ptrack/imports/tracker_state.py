"""What the records of a tracker share: the group above them, the meetings and phases that headings name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from p2ptrack.imports.cells import find_body, find_column_date, is_nothing
from p2ptrack.imports.drafts import ImportContext, RecordDraft
from p2ptrack.imports.grid import GridCell, GridRow
from p2ptrack.imports.mapping import Tracker
from p2ptrack.imports.report import YES_OR_NO, ImportAccount
from p2ptrack.model.dates import CouncilDate, parse_date
from p2ptrack.model.dates.council_date import normalise_text
from p2ptrack.phrases import quote


@dataclass(slots=True)
class RowGroup:
    """What a row that is one text gives to the rows below it."""

    text: str = ""
    raised: str = ""
    status: str = ""
    is_area: bool = False
    is_request: bool = False
    recommendation: RecordDraft | None = None


@dataclass
class TrackerState:
    """What the records of a tracker share: its columns, the fields of their kind, and what rows above them say.

    `of_recommendation` are the columns that say something about the recommendation beside an action, and
    `has_own_ref` says whether the action has a reference besides that of its recommendation.
    """

    tracker: Tracker
    fields: frozenset[str]
    context: ImportContext
    account: ImportAccount
    drafts: list[RecordDraft]
    of_recommendation: frozenset[int] = frozenset()
    has_own_ref: bool = True
    group: RowGroup = field(default_factory=RowGroup)
    section: str = ""
    recommendation: RecordDraft | None = None
    raised: str = ""

    @cached_property
    def has_running_numbers(self) -> bool:
        """Whether the references of the tracker only number its rows."""
        return has_running_numbers(self.tracker)

    def find_meeting(self, text: str) -> str:
        """Return the id of the meeting that a text names, or whose day it has; empty where there is none.

        A meeting that the programme does not have is added to it where somebody says so.
        """
        if "raised" not in self.fields:
            return ""
        day = find_column_date(text, self.context.anchors)
        parsed = parse_date(day) if day else None
        if isinstance(parsed, CouncilDate) and parsed.earliest == parsed.latest and parsed.latest:
            return self.context.meetings.get(parsed.latest) or self._ask_meeting(text, day, parsed.latest)
        return self._find_anchor(text, "meeting")

    def _ask_meeting(self, text: str, written: str, day: date) -> str:
        """Add a meeting to the programme where somebody says so or, with nobody to ask, where a text names no more."""
        body = find_body(text, written)
        question = f"{quote(text)} is not a meeting of the programme. Add it?"
        answer = self.context.questioner.choose(question, YES_OR_NO, "no", f"meeting {day}")
        is_named = bool(body) and not _OTHER_WORDS.search(text.replace(written, " ").replace(body, " "))
        if answer == "no" or (not answer and not is_named):
            return ""
        body = self.context.questioner.ask("Which committee or body met?", body, f"body {day}") or body
        initials = "".join(word[0] for word in body.split() if word[:1].isupper()) or "M"
        id_ = f"{initials}-{day.isoformat()}"
        self.context.meetings[day] = id_
        self.context.new_meetings.append({"id": id_, **({"body": body} if body else {}), "date": written})
        return id_

    def find_phase(self, text: str) -> str:
        """Return the id of the phase whose name a heading begins with; empty where there is none."""
        key = normalise_text(text)
        names = [
            name
            for name in self.context.anchors.display_names()
            if key.startswith(name) and not key[len(name) : len(name) + 1].isalnum()
        ]
        phases = [anchor.id for name in names for anchor in self.context.anchors.find(name) if anchor.kind == "phase"]
        return phases[0] if len(set(phases)) == 1 else ""

    def _find_anchor(self, text: str, kind: str) -> str:
        anchors = [
            anchor for anchor in self.context.anchors.find_in_phrase(normalise_text(text)) if anchor.kind == kind
        ]
        return anchors[0].id if len(anchors) == 1 else ""


_OTHER_WORDS = re.compile(
    r"\b(?!(?:meetings?|of|the|on|held|at|from|actions?|minutes|matters|arising|recommendations?|[a-z]+day)\b)[a-z0-9]+",
    re.IGNORECASE,
)
"""What a heading has that only names a meeting: nothing of this."""


def get_cell(row: GridRow, index: int) -> GridCell:
    """Return the cell of a column, which is empty where the row ends before it."""
    return row.cells[index] if index < len(row.cells) else GridCell()


RUNNING_NUMBER = re.compile(r"\(?\d{1,4}[.)]?")


def has_running_numbers(tracker: Tracker) -> bool:
    """Whether the references of a tracker only number its rows: 1, 2, 3 and not 1.1 or HR4."""
    columns = tracker.columns_of("ref")
    records = (row for row in tracker.rows if sum(bool(cell.lines) for cell in row.cells) > 1)
    cells = (get_cell(row, column.index).line for row in records for column in columns)
    return all(RUNNING_NUMBER.fullmatch(cell) for cell in cells if not is_nothing(cell))
