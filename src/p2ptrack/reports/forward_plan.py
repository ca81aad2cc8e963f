"""The forward plan: the contracts to decide on in the coming quarters, and the outcome of last year's plan.

Dates to decide by are computed. A contract that the audience may not see is in no line, and the paper states how many
are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from p2ptrack.analysis.contracts import (
    ContractView,
    EarlierContracts,
    find_answers,
    find_latest_end,
    find_table_day,
    find_value,
    list_contracts,
)
from p2ptrack.analysis.redaction import Audience
from p2ptrack.model.contracts import Contract, fold_reference
from p2ptrack.model.dates import CouncilDate, Precision, add_months, format_long_date, is_before
from p2ptrack.model.dates.council_date import (
    FIRST_FINANCIAL_MONTH,
    format_financial_year,
    last_day_of_month,
    month_name,
)
from p2ptrack.model.money import MoneyPeriod, format_amount
from p2ptrack.model.records import Record
from p2ptrack.reports.context import PaperContext, ReportParts, drop_empty_columns
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Notice,
    Paragraph,
    Row,
    Section,
    Span,
    Strong,
    Table,
    format_list,
    format_money_in_words,
    make_paragraph,
)
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.paper import assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.record_blocks import format_directorate, join_spans, link_record, make_line_cell

MONTHS = 18
_QUARTER = 3
_PLAN_COLUMNS = ("reference", "contract", "supplier", "owner", "value", "end", "decide_by", "answer")
PARTS = ReportParts(
    ("summary", "late", "pipeline", "open-ended", "outcome"),
    {
        "plan-quarters": ("quarter", "number", "value", "answered", "unanswered"),
        "plan-late": _PLAN_COLUMNS,
        "plan-pipeline": _PLAN_COLUMNS,
        "plan-open-ended": _PLAN_COLUMNS,
        "plan-outcome": ("reference", "contract", "planned", "end", "outcome"),
    },
)
_REQUIRED = frozenset({"contract", "answer"})


def forward_plan(context: PaperContext) -> Document:
    """Return the plan for the eighteen months after the position date."""
    scope = resolve_scope(context, "forward-plan", ())
    view = _PlanView(context, list_contracts(context.case))
    sections = (*build_overview(scope, *_build_notice(context)), *view.build_sections())
    return assemble_paper(scope, sections, PARTS, view.build_records())


def _build_notice(context: PaperContext) -> tuple[Block, ...]:
    """Return how many contracts are withheld from the public, or that the paper may not be published."""
    words, table = context.wording, context.register.contracts
    if context.audience is Audience.PUBLIC:
        number = len(table.omitted)
        text = words.count("plan_omitted", number)
        return (Notice((make_paragraph(text),), "exempt"),) if number else ()
    number = sum(contract.exempt is not None for contract in table.contracts)
    if not number:
        return ()
    head = make_paragraph(Strong(words(f"closed_{context.audience.value}")))
    text = words.count("plan_exempt", number)
    return (Notice((head, make_paragraph(text)), "exempt"),)


def find_quarter(day: date) -> date:
    """Return the first day of the quarter of a day."""
    return date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1)


@dataclass(frozen=True, slots=True)
class _PlanView:
    """The contracts of a plan."""

    context: PaperContext
    views: tuple[ContractView, ...]

    @property
    def last_day(self) -> date:
        """Return the last day of the plan: the end of the month eighteen months after the position date."""
        day = add_months(self.context.as_of, MONTHS)
        return last_day_of_month(day.year, day.month)

    def build_sections(self) -> tuple[Section, ...]:
        """Return the sections of the plan, without empty ones."""
        words = self.context.wording
        late, planned, open_ended = self.list_late(), self.list_planned(), self.list_open_ended()
        sections = (
            Section(
                "summary", words("plan_summary"), (self._summarise(late, planned, open_ended), self._build_quarters())
            ),
            Section("late", words("plan_late"), self._build_plan("plan-late", late), landscape=True),
            Section("pipeline", words("plan_pipeline"), self._build_plan("plan-pipeline", planned), landscape=True),
            Section(
                "open-ended", words("plan_open_ended"), self._build_plan("plan-open-ended", open_ended), landscape=True
            ),
            Section("outcome", words("plan_outcome"), self._build_outcome()),
        )
        return tuple(section for section in sections if section.blocks)

    def list_late(self) -> tuple[ContractView, ...]:
        """Return contracts whose date to decide has passed, and those that expired without a successor."""
        late = [view for view in self.views if view.facts.decide_by_passed or view.facts.expired_without_successor]
        return tuple(sorted(late, key=lambda view: view.facts.end_day or date.max))

    def list_planned(self) -> tuple[ContractView, ...]:
        """Return the contracts that are to be decided on within the plan, the first first."""
        dated = [
            (view.facts.decide_by, view)
            for view in self.views
            if view.facts.decide_by and self.context.as_of <= view.facts.decide_by <= self.last_day
            if view.facts.successor is None
        ]
        return tuple(view for _, view in sorted(dated, key=lambda pair: pair[0]))

    def list_open_ended(self) -> tuple[ContractView, ...]:
        """Return the contracts without an end, for which no date to decide can be computed."""
        return tuple(view for view in self.views if view.facts.no_end_date)

    def _summarise(
        self, late: tuple[ContractView, ...], planned: tuple[ContractView, ...], open_ended: tuple[ContractView, ...]
    ) -> Paragraph:
        words, table = self.context.wording, self.context.register.contracts
        day = find_table_day(table)
        counts = {"all": self.views, "planned": planned, "late": late, "open_ended": open_ended}
        values = {"table": format_long_date(day) if day else "", "last": format_long_date(self.last_day)}
        sentences = []
        for name, group in counts.items():
            if group or name in {"all", "planned"}:
                sentences.append(words.count(f"plan_{name}", len(group), **values))
        unreadable = sum(view.contract.is_unknown("end") and not view.contract.withheld for view in self.views)
        if unreadable:
            sentences.append(words.count("plan_unread", unreadable))
        withheld = sum(_depends_on_withheld(view) for view in self.views)
        if withheld:
            sentences.append(words.count("plan_withheld", withheld))
        return make_paragraph(" ".join(sentences))

    def _build_quarters(self) -> Table:
        words = self.context.wording
        columns = (
            Column("quarter", words("plan_quarter"), width="wide", header=True),
            Column("number", words("plan_decisions"), "right", "narrow"),
            Column("value", words("plan_value"), "right"),
            Column("answered", words("plan_answered"), "right", "narrow"),
            Column("unanswered", words("plan_unanswered"), "right", "narrow"),
        )
        groups: dict[date, list[ContractView]] = {}
        quarter = find_quarter(self.context.as_of)
        while quarter <= self.last_day:
            groups[quarter] = []
            quarter = add_months(quarter, _QUARTER)
        for view in self.list_planned():
            groups[find_quarter(view.facts.decide_by or self.context.as_of)].append(view)
        rows = [self._build_quarter_row(self.format_quarter(first), group) for first, group in groups.items()]
        total = self._build_quarter_row(words("all"), self.list_planned())
        return Table("plan-quarters", words("plan_quarters_caption"), columns, (*rows, Row(total.cells, role="total")))

    def _build_quarter_row(self, title: str, group: Iterable[ContractView]) -> Row:
        group = tuple(group)
        unanswered = sum(view.facts.unanswered for view in group)
        value = self._sum_values(group)
        return Row(
            (Cell(title), Cell(len(group)), make_line_cell(value), Cell(len(group) - unanswered), Cell(unanswered))
        )

    def format_quarter(self, first: date) -> str:
        """Return a quarter as councils name it: *Q3 2026/27 (October to December 2026)*."""
        number = (first.month - FIRST_FINANCIAL_MONTH) % 12 // _QUARTER + 1
        year = format_financial_year(first.year if first.month >= FIRST_FINANCIAL_MONTH else first.year - 1)
        last = add_months(first, _QUARTER - 1)
        return self.context.wording(
            "plan_quarter_name",
            number=number,
            year=year,
            first=month_name(first.month),
            last=f"{month_name(last.month)} {last.year}",
        )

    def _sum_values(self, group: Iterable[ContractView]) -> tuple[Span, ...]:
        """Return the totals of amounts, how many values are missing, and the mark of an exempt value."""
        words = self.context.wording
        totals: dict[tuple[bool, str], Decimal] = {}
        marks: tuple[Span, ...] = ()
        missing = withheld = 0
        for view in group:
            value = find_value(view.contract)
            if value is None:
                if "value" in view.contract.withheld:
                    withheld += 1
                else:
                    missing += 1
                continue
            key = (value.period is MoneyPeriod.YEAR, value.currency)
            totals[key] = totals.get(key, Decimal()) + value.amount
            marks = marks or self._make_mark(view.contract, "value")
        texts = []
        for (is_yearly, currency), amount in sorted(totals.items()):
            text = format_amount(amount, currency)
            texts.append(words("amount_yearly", amount=text) if is_yearly else text)
        counts = ((missing, "plan_not_stated"), (withheld, "exemption_unknown"))
        notes = ", ".join(f"{number} {words(key)}" for number, key in counts if number)
        text = format_list(words, texts)
        text = f"{text} ({notes})" if text and notes else text or notes
        return (text, *marks) if text else ()

    def _make_mark(self, contract: Contract, *names: str) -> tuple[Span, ...]:
        """Return the mark beside an exempt part of a contract, or beside any part of one that is exempt as a whole."""
        exempt = contract.exempt
        is_public = self.context.audience is Audience.PUBLIC
        if exempt is None or is_public or (exempt.fields and not set(exempt.fields) & set(names)):
            return ()
        return exempt_mark(self.context, exempt)

    def _build_plan(self, key: str, views: tuple[ContractView, ...]) -> tuple[Block, ...]:
        if not views:
            return ()
        words = self.context.wording
        columns = (
            Column("reference", words("plan_reference"), width="narrow", header=True),
            Column("contract", words("plan_contract"), width="wide"),
            Column("supplier", words("plan_supplier")),
            Column("owner", words("plan_owner")),
            Column("value", words("plan_value"), "right"),
            Column("end", words("plan_end")),
            Column("decide_by", words("plan_decide_by")),
            Column("answer", words("plan_answer"), width="wide"),
        )
        has_groups = key == "plan-pipeline"
        rows = tuple(
            Row(
                self._build_cells(view),
                group=self.format_quarter(find_quarter(view.facts.decide_by))
                if has_groups and view.facts.decide_by
                else "",
            )
            for view in views
        )
        table = Table(key, words(f"{key.replace('-', '_')}_caption", number=len(rows)), columns, rows)
        return (drop_empty_columns(table, _REQUIRED),)

    def _build_cells(self, view: ContractView) -> tuple[Cell, ...]:
        contract = view.contract
        mark = self._make_mark(contract, "title", "description")
        return (
            Cell(contract.reference or None),
            make_line_cell((contract.name or self.context.wording("exemption_unknown"), *mark)),
            self._build_text_cell(contract, "supplier"),
            self._build_text_cell(contract, "directorate", "owner"),
            self._build_value_cell(contract),
            make_line_cell((self._format_end(view), *self._make_mark(contract, "end"))),
            self._build_date_cell(view),
            make_line_cell(self._describe_answer(view)),
        )

    def _build_date_cell(self, view: ContractView) -> Cell:
        """Return the date to decide by, or that it depends on something that is not published."""
        if _depends_on_withheld(view):
            return Cell(self.context.wording("exemption_unknown"))
        return Cell(view.facts.decide_by, tone="bad" if view.facts.decide_by_passed else "")

    def _build_text_cell(self, contract: Contract, *names: str) -> Cell:
        parts = []
        for name in names:
            text = contract.get_text(name)
            if text and name == "directorate":
                text = format_directorate(self.context, text)
            parts.append(text or (self.context.wording("exemption_unknown") if name in contract.withheld else ""))
        text = ", ".join(filter(None, parts))
        return make_line_cell((text, *self._make_mark(contract, *names)) if text else ())

    def _build_value_cell(self, contract: Contract) -> Cell:
        value = find_value(contract)
        if value is None:
            withheld = self.context.wording("exemption_unknown") if "value" in contract.withheld else ""
            return Cell(withheld or contract.words.get("value") or contract.words.get("annual_value"))
        text = format_money_in_words(self.context.wording, value)
        return make_line_cell((text, *self._make_mark(contract, "value", "annual_value")))

    def _format_end(self, view: ContractView) -> str:
        """Return the end as written, with the last end that extensions allow."""
        words, contract = self.context.wording, view.contract
        end = contract.get_date("end")
        if end is None:
            return words("exemption_unknown") if "end" in contract.withheld else contract.words.get("end", "")
        latest = find_latest_end(contract)
        if latest and end.latest and latest > end.latest:
            return words("plan_extendable", end=_format_day(end), latest=format_long_date(latest))
        return _format_day(end)

    def _describe_answer(self, view: ContractView) -> tuple[Span, ...]:
        """Return the contract that follows, and the actions and exemptions that name it; otherwise words for none."""
        words, facts = self.context.wording, view.facts
        answers: list[tuple[Span, ...]] = []
        if facts.successor:
            answers.append((words("plan_successor", reference=facts.successor.reference or facts.successor.name),))
        answers += [link_record(self.context, record.id) for record in facts.answers]
        return join_spans(answers, "; ") if answers else (words("plan_no_answer"),)

    def build_records(self) -> Table | None:
        """Return a row for each contract, with dates as days and amounts as numbers, for workbooks and CSV."""
        if not self.views:
            return None
        words = self.context.wording
        columns = (
            Column("reference", words("plan_reference"), width="narrow", header=True),
            Column("contract", words("plan_contract"), width="wide"),
            Column("supplier", words("plan_supplier")),
            Column("directorate", words("directorate")),
            Column("owner", words("plan_owner_alone")),
            Column("amount", words("exemption_amount"), "right"),
            Column("value", words("plan_value")),
            Column("start", words("plan_start")),
            Column("end", words("plan_end")),
            Column("latest_end", words("plan_latest_end")),
            Column("decide_by", words("plan_decide_by")),
            Column("position", words("plan_position")),
            Column("answer", words("plan_answer")),
        )
        rows = tuple(Row(self._build_record(view)) for view in self.views)
        return Table("contract-records", words("plan_records_caption", number=len(rows)), columns, rows)

    def _build_record(self, view: ContractView) -> tuple[Cell, ...]:
        contract, facts, value = view.contract, view.facts, find_value(view.contract)
        start = contract.get_date("start")
        directorate = contract.get_text("directorate")
        return (
            Cell(contract.reference or None),
            make_line_cell(
                (contract.name, *self._make_mark(contract, "title", "description")) if contract.name else ()
            ),
            self._build_text_cell(contract, "supplier"),
            Cell(format_directorate(self.context, directorate) if directorate else None),
            Cell(contract.get_text("owner") or None),
            Cell(value.amount if value else None),
            self._build_value_cell(contract),
            Cell(start.earliest if start else None),
            Cell(facts.end_day),
            Cell(find_latest_end(contract)),
            Cell(facts.decide_by),
            Cell(self._name_position(view)),
            Cell(", ".join(record.id for record in facts.answers) or None),
        )

    def _name_position(self, view: ContractView) -> str:
        facts = view.facts
        for name in ("expired_without_successor", "expired", "decide_by_passed", "no_end_date", "not_started"):
            if getattr(facts, name):
                return self.context.wording(f"plan_is_{name}")
        return self.context.wording("plan_is_in_force")

    # The outcome of the plan of a year before.

    def _build_outcome(self) -> tuple[Block, ...]:
        earlier = self.context.earlier_contracts
        if earlier is None:
            return ()
        words = self.context.wording
        planned = [view for view in earlier.views if self._was_planned(view, earlier)]
        outcomes = [(view, *self._find_outcome(view)) for view in planned]
        day = format_long_date(earlier.day)
        if not planned:
            return (make_paragraph(words("plan_outcome_none", day=day)),)
        outcome_types = [name for _, name, _ in outcomes]
        counts = [
            words(f"plan_outcome_{name}_count", number=outcome_types.count(name))
            for name in _OUTCOMES
            if name in outcome_types
        ]
        summary = words.count("plan_outcome", len(planned), day=day, outcomes=format_list(words, counts))
        columns = (
            Column("reference", words("plan_reference"), width="narrow", header=True),
            Column("contract", words("plan_contract"), width="wide"),
            Column("planned", words("plan_planned")),
            Column("end", words("plan_planned_end")),
            Column("outcome", words("plan_outcome_title"), width="wide"),
        )
        rows = tuple(
            Row(
                (
                    Cell(view.contract.reference or None),
                    make_line_cell((view.contract.name, *self._make_mark(view.contract, "title", "description"))),
                    Cell(view.facts.decide_by),
                    Cell(view.facts.end_day),
                    make_line_cell(spans),
                )
            )
            for view, _, spans in outcomes
        )
        table = Table("plan-outcome", words("plan_outcome_caption", day=day), columns, rows)
        return (make_paragraph(summary), table)

    def _was_planned(self, view: ContractView, earlier: EarlierContracts) -> bool:
        """Whether the earlier plan had a decision on a contract before the position date of this one, or a late one."""
        facts = view.facts
        is_due = facts.decide_by is not None and earlier.day <= facts.decide_by <= self.context.as_of
        is_late = bool(facts.decide_by_passed or facts.expired_without_successor)
        return facts.successor is None and (is_due or is_late)

    def _find_outcome(self, earlier_view: ContractView) -> tuple[str, tuple[Span, ...]]:
        """Return the outcome of a contract: its type, and the words for it."""
        words, key = self.context.wording, fold_reference(earlier_view.contract.reference)
        current_view = next(
            (view for view in self.views if key and fold_reference(view.contract.reference) == key), None
        )
        answers = find_answers(self.context.register).get(key, ()) if key else ()
        successor = current_view.facts.successor if current_view else self._find_replacement(earlier_view.contract)
        if successor:
            name = successor.reference or successor.name
            return "replaced", (words("plan_outcome_replaced", reference=name),)
        old_end = earlier_view.contract.get_date("end")
        new_end = current_view.contract.get_date("end") if current_view else None
        if new_end and is_before(old_end, new_end):
            return "extended", (words("plan_outcome_extended", end=_format_day(new_end)), *self._list_answers(answers))
        if answers:
            return "answered", join_spans([link_record(self.context, record.id) for record in answers], "; ")
        return ("open", (words("plan_no_answer"),)) if current_view else ("gone", (words("plan_outcome_gone"),))

    def _find_replacement(self, contract: Contract) -> Contract | None:
        """Return the contract that names a contract as replaced which the register no longer has."""
        key = fold_reference(contract.reference)
        replacements = (
            view.contract for view in self.views if fold_reference(view.contract.get_text("replaces")) == key
        )
        return next(replacements, None) if key else None

    def _list_answers(self, answers: Iterable[Record]) -> tuple[Span, ...]:
        links = [link_record(self.context, record.id) for record in answers]
        return ("; ", *join_spans(links, "; ")) if links else ()


def _depends_on_withheld(view: ContractView) -> bool:
    """Whether the date to decide by is not calculated, because it depends on something that is not published."""
    return view.facts.decide_by is None and view.facts.end_day is not None and bool(view.contract.withheld)


def _format_day(day: CouncilDate) -> str:
    """Return a date of the table as papers print days; one that is not a single day as it is written."""
    is_day = day.precision is Precision.DAY and day.latest is not None
    return format_long_date(day.latest) if is_day and day.latest else day.to_text()


_OUTCOMES = ("replaced", "extended", "answered", "gone", "open")
