"""Read the answers of responsible officers from the workbooks of `collect`, and plan what they add to the register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import normalise_roles, split_owners
from p2ptrack.formats.editable_workbook import (
    ANSWER_HEADINGS,
    ANSWERS_SHEET,
    COMPLETED,
    CURRENT_STATUS,
    DAY,
    HEADINGS,
    ID,
    NEW_TARGET,
    OFFERED_STATUSES,
    REASON,
    STATUS,
    TARGET,
    TEXT,
    digest_text,
    make_cell_text,
)
from p2ptrack.imports.workbook_edits import Conflict, PlannedEdit, RecordValues, WorkbookPlan
from p2ptrack.imports.xlsx_reader import ReturnedRow, ReturnedSheet, ReturnedWorkbook
from p2ptrack.model.advice import find_meaning, is_placeholder
from p2ptrack.model.dates import CouncilDate, DateRejection, format_long_date, parse_date
from p2ptrack.model.fields import Decision, Status
from p2ptrack.model.programme import collect_labels
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.register import build_anchors
from p2ptrack.phrases import fold_text, join_words, normalise_word, quote
from p2ptrack.queries.owners import format_status_for_workbook, format_target_for_workbook
from p2ptrack.store.yaml.edit import AppendEntry, Edit, SetField
from p2ptrack.store.yaml.parser import YamlValue

_REFERRING = frozenset({"as above", "see above", "as before", "ditto", "verbal update", "verbal update to be given"})
"""Words that are not an update by themselves, besides placeholders."""


def plan_answers(workbook: ReturnedWorkbook, case: Case, visible_case: Case, read_values: RecordValues) -> WorkbookPlan:
    """Return the changes that the answers in a workbook make to the register.

    `visible_case` is the register as the officer may see it now. An answer becomes an update with a date and the post
    that reported it. Unclear answers are refused with the reason.
    """
    plan = WorkbookPlan()
    sheet = workbook.sheets.get(ANSWERS_SHEET)
    if sheet is None or ID in sheet.missing_headings:
        plan.refused.append(f"The worksheet {ANSWERS_SHEET} or its column {ID} is gone, so no answer can be read.")
        return plan
    if missing := [heading for heading in ANSWER_HEADINGS if heading in sheet.missing_headings]:
        plan.notes.append(f"The columns {join_words(missing)} are gone, so nothing is read from them.")
    post, meeting = (str(workbook.head.get(name, "")) for name in ("post", "meeting"))
    reader = _AnswerReader(plan, sheet, case, visible_case, read_values, post, meeting, _find_day(workbook, case.as_of))
    rows_by_id: dict[str, int] = {}
    for row in sheet.rows:
        id_ = row.text(ID)
        if id_ in rows_by_id:
            reader.refuse(row, f"{id_} is in row {rows_by_id[id_]} already. Keep one of the two rows.")
        else:
            rows_by_id[id_] = row.number
            reader.read_row(row, id_)
    plan.removed_rows += [id_ for id_ in sheet.base if id_ not in rows_by_id]
    return plan


def _find_day(workbook: ReturnedWorkbook, as_of: date) -> date:
    """Return the day of answers without a date: when the workbook was saved, if that was after it was written."""
    try:
        exported_on = date.fromisoformat(str(workbook.head.get("as_of")))
    except ValueError:
        return as_of
    saved = workbook.saved_on
    return saved if saved and exported_on < saved <= as_of else as_of


@dataclass(frozen=True, slots=True)
class _Answer:
    """An officer's answers about one item, without the unclear ones."""

    text: str = ""
    status: str = ""
    completed: str = ""
    target: str = ""
    reason: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class _AnswerReader:
    plan: WorkbookPlan
    sheet: ReturnedSheet
    case: Case
    visible_case: Case
    read_values: RecordValues
    post: str
    meeting: str
    day: date

    def refuse(self, row: ReturnedRow, reason: str) -> None:
        """List a part of a row that is not imported."""
        self.plan.refused.append(f"{ANSWERS_SHEET}, row {row.number}: {reason}")

    def read_row(self, row: ReturnedRow, id_: str) -> None:
        """Plan what the answers in a row add."""
        self._report_protected(row, id_)
        if not any(row.text(name) or (name in row.cells and row.cells[name].fault) for name in ANSWER_HEADINGS):
            return
        record, roles = self.case.register.by_id.get(id_), normalise_roles(self.case.register.programme.roles)
        if id_ not in self.sheet.base or not isinstance(record, TrackedRecord):
            self.refuse(row, f"{quote(id_)} is not one of the items that were asked about." if id_ else "it has no id.")
        elif fold_text(self.post) not in {
            fold_text(post) for text in record.accountable for post in (text, *split_owners(text, roles))
        }:
            self.refuse(row, f"{self.post} is not the responsible officer of {id_} any more.")
        elif id_ not in self.visible_case.register.by_id:
            self.refuse(row, f"{id_} is withheld from the workbook's audience now. To add it: p2ptrack update {id_}")
        else:
            answer = self._read_answer(row, id_)
            if answer is not None:
                self._plan_answer(row, record, answer)

    def _report_protected(self, row: ReturnedRow, id_: str) -> None:
        base = self.sheet.base.get(id_, {})
        for heading in HEADINGS:
            cell = row.cells.get(heading) if heading in base and heading not in ANSWER_HEADINGS else None
            if cell and not cell.matches(base[heading]):
                self.refuse(row, f"the column {heading} is not read. Write the answer in a white column.")

    def _read_answer(self, row: ReturnedRow, id_: str) -> _Answer | None:
        """Return the clear answers, and list the others. None if the whole row cannot be imported."""
        for name in ANSWER_HEADINGS:
            if name in row.cells and row.cells[name].fault:
                self.refuse(row, f"{id_}: {name} ({row.cells[name].place}): {row.cells[name].fault}.")
                return None
        text = row.text(TEXT)
        if text and (is_placeholder(text) or fold_text(text).strip(" .") in _REFERRING):
            self.refuse(row, f"{id_}: {quote(text)} does not say what has happened.")
            text = ""
        day = self._read_date(row, id_, DAY)
        if day is None:
            return None
        status, completed = self._read_status(row, id_), self._read_date(row, id_, COMPLETED) or ""
        if completed and not status:
            self.refuse(row, f"{id_}: it has a date under {COMPLETED}, and {STATUS} does not say that it is complete.")
            completed = ""
        target, reason = self._read_date(row, id_, NEW_TARGET) or "", row.text(REASON)
        if target and is_placeholder(reason):
            self.refuse(row, f"{id_}: the new target date {quote(target)} has no reason, so it is not requested.")
            target = ""
        elif reason and not row.text(NEW_TARGET):
            self.refuse(row, f"{id_}: there is a reason for a new target date, and no date.")
        return _Answer(text, status, completed, target, reason, day or format_long_date(self.day))

    def _read_date(self, row: ReturnedRow, id_: str, heading: str) -> str | None:
        """Return a date as it was written; empty without one, and None where it cannot be read."""
        text = row.text(heading)
        anchors = build_anchors(self.case.register.programme)
        parsed = parse_date(text, anchors, self.case.as_of) if text else None
        if isinstance(parsed, DateRejection):
            self.refuse(row, f"{id_}: {heading}: {parsed.message} Fix: {parsed.fix}")
            return None
        starts = parsed.earliest if isinstance(parsed, CouncilDate) and heading != NEW_TARGET else None
        if starts and starts > self.case.as_of:
            self.refuse(row, f"{id_}: {heading} is {quote(text)}, which is in the future.")
            return None
        return text

    def _read_status(self, row: ReturnedRow, id_: str) -> str:
        """Return the status as it was written; empty where it is not one that an officer reports."""
        word = row.text(STATUS)
        status = self._find_status(word)
        if word and status not in OFFERED_STATUSES:
            reason = "needs a decision, so it is not taken from a workbook" if status else "is not a status"
            self.refuse(row, f"{id_}: {quote(word)} {reason}.")
            return ""
        return word

    def _find_status(self, word: str) -> Status | None:
        meaning = find_meaning("status", normalise_word(word), collect_labels(self.case.policy))
        return next((status for status in Status if normalise_word(status.value) == normalise_word(meaning)), None)

    def _plan_answer(self, row: ReturnedRow, record: TrackedRecord, answer: _Answer) -> None:
        place = f"{record.id} ({ANSWERS_SHEET}, row {row.number})"
        if record.every and self._find_status(answer.status) is Status.COMPLETE:
            self._plan_period(record, answer, row, place)
            answer = replace(answer, status="")
        if self._has_update(record, answer):
            self.plan.notes.append(f"{place}: the update is in the register already.")
        elif answer.text or answer.status:
            entry = {
                "date": answer.day,
                "meeting": self.meeting,
                "status": answer.status,
                "by": self.post,
                "text": answer.text,
            }
            values: dict[str, YamlValue] = {name: value for name, value in entry.items() if value}
            edits = (AppendEntry(("updates",), values),)
            self.plan.edits.append(PlannedEdit(record.id, "updates", f"{place}, update", edits))
        if answer.status:
            self._plan_status(record, answer, row, place)
        if answer.target:
            self._plan_target(record, answer, row, place)

    def _has_update(self, record: TrackedRecord, answer: _Answer) -> bool:
        """Whether an earlier import of the same answers added the update."""
        return any(
            (update.meeting or "", fold_text(update.by or "")) == (self.meeting, fold_text(self.post))
            and fold_text((update.text or "").strip()) == fold_text(answer.text)
            and (bool(answer.text) or update.status is not None)
            for update in record.updates
        )

    def _plan_period(self, record: TrackedRecord, answer: _Answer, row: ReturnedRow, place: str) -> None:
        """Plan that the period of a recurring duty is done; the duty itself continues."""
        visible_case = digest_text(make_cell_text(self._show(self.case, record, TARGET)))
        if record.periods and visible_case != self.sheet.base[record.id].get(
            TARGET
        ):  # the target changes with each period
            self.plan.notes.append(f"{place}: the period is in the register already.")
        elif record.target:
            done = answer.completed or answer.day
            entry: dict[str, YamlValue] = {"due": record.target.raw, "done": done}
            edit = PlannedEdit(record.id, "periods", f"{place}, {STATUS}", (AppendEntry(("periods",), entry),))
            self._add(edit, record, row, TARGET, answer.status)

    def _plan_status(self, record: TrackedRecord, answer: _Answer, row: ReturnedRow, place: str) -> None:
        values = self.read_values(record.id)
        edits: list[Edit] = []
        if record.status is not self._find_status(answer.status):
            edits.append(SetField(("status",), answer.status))
        if answer.completed and values.get("completed_on") != answer.completed:
            edits.append(SetField(("completed_on",), answer.completed))
        if edits:
            edit = PlannedEdit(record.id, "status", f"{place}, {STATUS}", tuple(edits))
            self._add(edit, record, row, CURRENT_STATUS, answer.status)

    def _plan_target(self, record: TrackedRecord, answer: _Answer, row: ReturnedRow, place: str) -> None:
        """Plan a request for another target date or, where there is none, the target date."""
        values = self.read_values(record.id)
        due_name = record.due_name
        if values.get(due_name) == answer.target:
            return
        if any(revision.to.raw == answer.target for revision in record.revisions):
            self.plan.notes.append(f"{place}: the request for {answer.target} is in the register already.")
            return
        request: dict[str, YamlValue] = {
            "from": values.get(due_name, ""),
            "to": answer.target,
            "requested_on": answer.day,
            "reason": answer.reason,
            "requested_by": self.post,
        }
        set_target: Edit = SetField((due_name,), answer.target)
        edits: tuple[Edit, ...] = (AppendEntry(("revisions",), request), set_target)
        if due_name not in values:
            edits = (set_target,)
        elif self.case.policy.extensions_need_approval:
            edits = (AppendEntry(("revisions",), {**request, "decision": Decision.REQUESTED.value}),)
        edit = PlannedEdit(record.id, "revisions", f"{place}, {NEW_TARGET}", edits)
        self._add(edit, record, row, TARGET, answer.target)

    def _add(self, edit: PlannedEdit, record: TrackedRecord, row: ReturnedRow, heading: str, text: str) -> None:
        """Plan an edit, or a conflict where the value that the officer was shown has changed since."""
        visible_record = self.visible_case.register.by_id[record.id]
        whole = self._show(self.case, record, heading)
        if whole != self._show(self.visible_case, visible_record, heading):
            self.refuse(row, f"{record.id}: {heading} is withheld from the workbook. To change it: p2ptrack edit")
        elif digest_text(make_cell_text(whole)) == self.sheet.base[record.id].get(heading):
            self.plan.edits.append(edit)
        else:
            self.plan.conflicts.append(Conflict(edit, whole, text))

    def _show(self, case: Case, record: Record, heading: str) -> str:
        """Return the text that an officer sees in a column of the workbook."""
        if not isinstance(record, TrackedRecord):
            return ""
        return format_target_for_workbook(case, record) if heading == TARGET else format_status_for_workbook(record)
