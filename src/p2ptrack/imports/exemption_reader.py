"""Reads a row of a table of exemptions from the procurement rules into its draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from p2ptrack.imports.cells import has_date, lacks_year, read_single_date, split_post_and_date
from p2ptrack.imports.drafts import RecordDraft
from p2ptrack.imports.grid import GridCell
from p2ptrack.imports.record_reader import RecordReader
from p2ptrack.imports.tracker_state import TrackerState
from p2ptrack.model.fields import ExemptionReason, ExemptionType, RequestTime
from p2ptrack.model.money import read_money
from p2ptrack.phrases import find_first_sentence, normalise_word, quote

_MAX_TITLE = 100


class ExemptionReader(RecordReader):
    """Reads the cells of one exemption into its draft. An amount that is not exact is kept as published and listed."""

    def __init__(self, rows: TrackerState, draft: RecordDraft, ref: str, core: int) -> None:
        super().__init__(rows, draft, ref, core)
        self.readers = {
            **{name: self._make_text_reader(name) for name in _TEXTS},
            **{name: self._make_date_reader(name) for name in _DATES},
            "request": self._read_description,
            "title": lambda heading, cell: self._put("title", cell.line, heading, cell),
            "ref": self._read_ref,
            "type": lambda heading, cell: self._read_member("type", ExemptionType, heading, cell),
            "sought": lambda heading, cell: self._read_member("sought", RequestTime, heading, cell),
            "reason": self._read_reason,
            "value": self._read_value,
            "requested_by": self._read_requester,
            "approved_by": self._read_approval,
            "as_published": self._keep_column,
        }

    def _make_text_reader(self, name: str) -> Callable[[str, GridCell], None]:
        return lambda heading, cell: self._put(name, cell.text, heading, cell)

    def _make_date_reader(self, name: str) -> Callable[[str, GridCell], None]:
        def read(heading: str, cell: GridCell) -> None:
            if read_single_date(cell.line, self.context.anchors) or lacks_year(cell.line):
                self._read_date(name, heading, cell)
            else:
                self._keep(heading, cell)
                if has_date(cell.line):
                    self._ask(heading, f"{quote(cell.line)}: which date is meant?")

        return read

    def _read_description(self, heading: str, cell: GridCell) -> None:
        """Read a description: a short one is the title, and a longer one the text that the title is taken from."""
        is_title = len(cell.lines) == 1 and len(cell.text) <= _MAX_TITLE and find_first_sentence(cell.text) == cell.text
        has_title = bool(self.rows.tracker.columns_of("title"))
        self._put("title" if is_title and not has_title else "origin_text", cell.text, heading, cell)

    def _read_member(self, name: str, members: Iterable[str], heading: str, cell: GridCell) -> None:
        """Read a word of p2ptrack; any other is kept as published."""
        if normalise_word(cell.line) in set(members):
            self._put(name, normalise_word(cell.line), heading, cell)
        else:
            self._keep(heading, cell)

    def _read_reason(self, heading: str, cell: GridCell) -> None:
        is_word = normalise_word(cell.line) in set(ExemptionReason) and "reason" not in self.draft.values
        self._put(*(("reason", normalise_word(cell.line)) if is_word else ("reason_text", cell.text)), heading, cell)

    def _read_value(self, heading: str, cell: GridCell) -> None:
        money = read_money(restore_stored_number(cell), heading)
        if money is None:
            self._keep(heading, cell)
            self._ask(heading, f"{quote(cell.line)} is not an exact amount, so the exemption has no value.")
        else:
            self._put("value", money["amount"] if len(money) == 1 else money, heading, cell)

    def _read_requester(self, heading: str, cell: GridCell) -> None:
        """Read who asked for it: one post."""
        posts = self._find_posts(heading, cell)
        if len(posts) == 1:
            self._put("requested_by", posts[0], heading, cell)
        elif posts:
            self._keep(heading, cell)

    def _read_approval(self, heading: str, cell: GridCell) -> None:
        """Read who approved it, and the date where the cell has one beside a post."""
        parts = split_post_and_date(cell, self.context.anchors)
        if parts is None:
            self._read_posts("approved_by", heading, cell)
            return
        self._read_posts("approved_by", heading, parts[0])
        self._put("approved_on", parts[1], heading, cell)

    def _finish(self) -> None:
        """Leave out a title that there are no words for: p2ptrack makes one of the type and the id."""
        super()._finish()
        if not self.draft.values["title"]:
            del self.draft.values["title"]
            self.inferred = [name for name in self.inferred if name != "title"]
            self.draft.values["inferred"].remove("title")
            if not self.draft.values["inferred"]:
                del self.draft.values["inferred"]


_TEXTS = (
    *("directorate", "supplier", "supplier_id", "rule", "reason_text", "alternatives", "decision", "ends_by"),
    *("contract", "legal_basis"),
)
_DATES = ("approved_on", "contract_start", "contract_end", "stop_gap_until")
_SHOWN_NUMBER = re.compile(r"-?(?<![\d,.])\d[\d,]*(?:\.\d+)? ?(?:k|m|mn|thousand|million)?\b", re.IGNORECASE)


def restore_stored_number(cell: GridCell) -> str:
    """Return a cell's text with the number that the workbook stores in place of the one that it shows."""
    return _SHOWN_NUMBER.sub(_format_stored(cell.number), cell.line, count=1) if cell.number else cell.line


def _format_stored(number: str) -> str:
    """Return a stored number with two decimals where it has any; one that has more is no amount of money."""
    value = Decimal(number)
    return number if value == value.to_integral_value() or value != round(value, 2) else f"{value:.2f}"
