"""The report on exemptions that procurement rules require: their number, nature and value.

Its sentences and its tables are made from the same measures, so that they cannot disagree. An amount that the audience
may not see is in no total, and the report states how many are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from p2ptrack.analysis.exemptions import (
    DateSpan,
    Exemptions,
    GetKey,
    ValueSum,
    count_types,
    find_exemption_day,
    find_year_to_date,
    group_by,
    is_retrospective,
    select_in,
    sum_values,
)
from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.fields import ExemptionType
from p2ptrack.model.money import Vat, format_amount
from p2ptrack.model.records import ProcurementExemption
from p2ptrack.reports.context import PaperContext, ReportParts, drop_empty_columns
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Paragraph,
    Prose,
    Ref,
    Row,
    Section,
    Span,
    Table,
    format_list,
    make_paragraph,
)
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.paper import assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.record_blocks import format_directorate, inferred_mark, link_records, make_line_cell, needs_prose
from p2ptrack.reports.record_table import (
    build_exemption_table,
    format_exemption_type,
    format_exemption_value,
    format_next_step,
    format_supplier,
)

PARTS = ReportParts(
    ("summary", "nature", "retrospective", "exemptions", "undated"),
    {
        "exemption-totals": ("type", "period", "year", "last_year"),
        "exemptions-by-reason": ("reason", "number", "value"),
        "exemptions-by-directorate": ("directorate", "number", "value"),
        "exemptions": ("what", "id", "supplier", "value", "why", "approved", "contract", "next"),
    },
)
_REQUIRED = frozenset({"id", "what", "value"})


def exemptions_report(context: PaperContext) -> Document:
    """Return the report for the paper's period, with the financial year to date beside the same days a year before."""
    scope = resolve_scope(context, "exemptions-report", ("exemption",))
    records = tuple(record for record in scope.records if isinstance(record, ProcurementExemption))
    view = _View(context, records, _find_period(context, scope.paper.period))
    sections = (*build_overview(scope), *view.build_sections())
    return assemble_paper(scope, sections, PARTS, build_exemption_table(context, view.list_covered()))


def _find_period(context: PaperContext, period: CouncilDate | None) -> DateSpan:
    """Return the days that the paper's entry states, otherwise the financial year to its position date."""
    if period is None or period.earliest is None or period.latest is None:
        return find_year_to_date(context.as_of)
    return DateSpan(period.earliest, period.latest)


@dataclass(frozen=True, slots=True)
class _View:
    """The exemptions of a paper, and the days that it covers."""

    context: PaperContext
    records: Exemptions
    period: DateSpan

    def build_sections(self) -> tuple[Section, ...]:
        """Return the sections of the report; one that would hold nothing is left out."""
        words = self.context.wording
        current = select_in(self.records, self.period)
        sections = [
            Section("summary", words("exemptions_summary"), (*self._summarise(current), self._build_totals())),
            Section("nature", words("exemptions_nature"), self._build_breakdowns(current)),
            Section("retrospective", words("exemptions_retrospective"), self._build_retrospective(current)),
            Section("exemptions", words("exemptions_list"), (self._build_list(current),), landscape=True),
        ]
        undated = tuple(record for record in self.records if find_exemption_day(record) is None)
        if undated:
            sections.append(Section("undated", words("exemptions_undated"), self._list_undated(undated)))
        return tuple(section for section in sections if section.blocks)

    def list_covered(self) -> Exemptions:
        """Return the exemptions that the report counts, the earliest first, and those without a date."""
        spans = (span for _, span in self._list_spans())
        covered = {record.id for span in spans for record in select_in(self.records, span)}
        dated = select_in(self.records, DateSpan(date.min, date.max))
        undated = (record for record in self.records if find_exemption_day(record) is None)
        return (*(record for record in dated if record.id in covered), *undated)

    def _list_spans(self) -> tuple[tuple[str, DateSpan], ...]:
        """Return the period, the year to its end and the same days a year before; a period that is the year, once."""
        year = find_year_to_date(self.period.last)
        spans = (("period", self.period), ("year", year), ("last_year", year.one_year_earlier()))
        return spans if self.period != year else spans[1:]

    def _format_span(self, span: DateSpan) -> str:
        return self.context.wording("days_to", first=format_long_date(span.first), last=format_long_date(span.last))

    def _summarise(self, current: Exemptions) -> tuple[Block, ...]:
        words, total = self.context.wording, sum_values(self.context.case, current)
        span = self._format_span(self.period)
        if not current:
            return (make_paragraph(self.context.describe_none("exemptions_none", ProcurementExemption, span=span)),)
        types = [self._count_type(type_, number) for type_, number in count_types(current).items() if number]
        number = words.count("exemptions", len(current))
        suffix = "one" if len(current) == 1 else "many"
        sentences = [words(f"exemptions_sentence_{suffix}", span=span, number=number, types=format_list(words, types))]
        if total.totals:
            sentences.append(words("exemptions_worth", value=self._format_totals(total)))
        sentences += self._explain_missing(total)
        late = tuple(filter(is_retrospective, current))
        if late:
            sentences.append(words.count("exemptions_late", len(late), total=len(current)))
        return (make_paragraph(" ".join(sentences)),)

    def _count_type(self, type_: ExemptionType | None, number: int) -> str:
        return self.context.wording.count(f"exemption_{type_.value if type_ else 'untyped'}", number)

    def _format_totals(self, total: ValueSum) -> str:
        words = self.context.wording
        texts = []
        for part in total.totals:
            amount = format_amount(part.amount, part.currency)
            texts.append(words("amount_yearly", amount=amount) if part.is_yearly else amount)
        return format_list(words, texts)

    def _explain_missing(self, total: ValueSum) -> list[str]:
        """Return the notes on a total: values that are withheld or not stated, and values with and without VAT."""
        words, sentences = self.context.wording, []
        for key, records in (("withheld", total.withheld), ("not_stated", total.not_stated)):
            if records:
                sentences.append(words.count(f"exemptions_value_{key}", len(records)))
        if len(total.vat) > 1:
            sentences.append(words("exemptions_vat_unclear" if None in total.vat else "exemptions_vat_mixed"))
        sentences += [words(f"exemptions_vat_{vat.value}") for vat in Vat if set(total.vat) == {vat}]
        return sentences

    def _build_totals(self) -> Table:
        """Return the number and value of each type in the period, in the year to date and in the year before."""
        words, named_spans = self.context.wording, self._list_spans()
        columns = (
            Column("type", words("exemption_type"), header=True),
            *(Column(key, self._format_span(span)) for key, span in named_spans),
        )
        by_span = [select_in(self.records, span) for _, span in named_spans]
        used = [
            type_
            for type_ in (*ExemptionType, None)
            if any(record.type is type_ for group in by_span for record in group)
        ]
        rows = [
            Row(
                (
                    Cell(format_exemption_type(words, type_, "many")),
                    *(self._build_sum_cell(tuple(r for r in group if r.type is type_)) for group in by_span),
                )
            )
            for type_ in used
        ]
        rows.append(Row((Cell(words("all")), *map(self._build_sum_cell, by_span)), role="total"))
        return Table("exemption-totals", words("exemption_totals_caption"), columns, tuple(rows))

    def _build_sum_cell(self, records: Exemptions) -> Cell:
        words, total = self.context.wording, sum_values(self.context.case, records)
        if not records:
            return Cell(words("exemptions_cell_none"))
        value = self._format_sum(total)
        return Cell(
            words("exemptions_cell" if total.totals else "exemptions_cell_missing", number=len(records), value=value)
        )

    def _format_sum(self, total: ValueSum) -> str:
        """Return the totals with the number of missing values: *£180,000 (1 not published)*."""
        counts = ((total.withheld, "exemption_unknown"), (total.not_stated, "exemption_not_stated"))
        missing = ", ".join(f"{len(records)} {self.context.wording(key)}" for records, key in counts if records)
        return (
            f"{self._format_totals(total)} ({missing})"
            if total.totals and missing
            else self._format_totals(total) or missing
        )

    def _build_breakdowns(self, current: Exemptions) -> tuple[Block, ...]:
        if not current:
            return ()
        words = self.context.wording
        tables = (
            self._build_breakdown(
                current, "reason", lambda r: words(f"exemption_reason_{r.reason.value}") if r.reason else ""
            ),
            self._build_breakdown(
                current,
                "directorate",
                lambda r: format_directorate(self.context, r.directorate) if r.directorate else "",
            ),
        )
        return tuple(table for table in tables if table is not None)

    def _build_breakdown(self, current: Exemptions, field: str, get_key: GetKey) -> Table | None:
        """Return the number and value by a field; None where no exemption states it."""
        words, groups = self.context.wording, group_by(current, get_key)
        if set(groups) == {""}:
            return None
        columns = (
            Column(field, words(f"exemption_{field}"), width="wide", header=True),
            Column("number", words("number"), "right", "narrow"),
            Column("value", words("exemption_value"), "right"),
        )
        rows = []
        for key, records in groups.items():
            name = key or self._describe_missing(records, field)
            total = sum_values(self.context.case, records)
            rows.append(Row((Cell(name), Cell(len(records)), Cell(self._format_sum(total)))))
        caption = words("exemptions_by", what=words(f"exemption_{field}").lower())
        return Table(f"exemptions-by-{field}", caption, columns, tuple(rows))

    def _describe_missing(self, records: Exemptions, field: str) -> str:
        is_unknown = any(self.context.case.is_unknown(record.id, field) for record in records)
        return self.context.wording("exemption_unknown" if is_unknown else "exemption_not_stated")

    def _build_retrospective(self, current: Exemptions) -> tuple[Block, ...]:
        late = tuple(filter(is_retrospective, current))
        return (Bullets(tuple((self._describe_late(record),) for record in late)),) if late else ()

    def _describe_late(self, record: ProcurementExemption) -> Paragraph:
        words, start, approved = self.context.wording, record.contract_start, record.approved_on
        if start and approved:
            text = words("exemption_late_dates", start=start.to_text(), approved=approved.to_text())
        else:
            text = words("exemption_late_sought")
        mark = inferred_mark(record, "title")
        if record.title.endswith(record.id):  # such as Waiver E01, the default title of a record without one
            return make_paragraph(record.title.removesuffix(record.id), Ref(record.id), *mark, ": ", text)
        return make_paragraph(record.title, *mark, " (", Ref(record.id), "): ", text)

    def _list_undated(self, undated: Exemptions) -> tuple[Block, ...]:
        ids = link_records(self.context, [record.id for record in undated])
        return (make_paragraph(self.context.wording("exemptions_undated_text"), " ", *ids, "."),)

    def _build_list(self, current: Exemptions) -> Table:
        words = self.context.wording
        columns = (
            Column("what", words("exemption_what"), width="medium", header=True),
            Column("id", words("id"), width="narrow"),
            Column("supplier", words("exemption_supplier")),
            Column("value", words("exemption_value"), width="medium"),
            Column("why", words("exemption_why"), width="wide"),
            Column("approved", words("exemption_approved")),
            Column("contract", words("exemption_contract")),
            Column("next", words("exemption_next")),
        )
        rows = tuple(Row(self._build_cells(record), key=record.id) for record in current)
        empty = self.context.describe_none("exemptions_list_empty", ProcurementExemption)
        number = self.context.format_number(len(current), ProcurementExemption)
        table = Table("exemptions", words("exemptions_caption", number=number), columns, rows, empty)
        return drop_empty_columns(table, _REQUIRED)

    def _build_cells(self, record: ProcurementExemption) -> tuple[Cell, ...]:
        context, words = self.context, self.context.wording
        value: tuple[Span, ...] = (format_exemption_value(context, record), *inferred_mark(record, "value"))
        type_ = format_exemption_type(words, record.type, "one") if record.type else ""
        reason = words(f"exemption_reason_{record.reason.value}") if record.reason else ""
        signed = format_list(words, record.approved_by)
        approved_on = record.approved_on.to_text() if record.approved_on else ""
        approved = ", ".join(filter(None, (signed, approved_on, record.decision)))
        directorate = format_directorate(context, record.directorate) if record.directorate else ""
        return (
            make_line_cell((record.title, *inferred_mark(record, "title"), *exempt_mark(context, record.exempt))),
            Cell(record.id),
            Cell(", ".join(filter(None, (format_supplier(context, record), directorate))) or None),
            make_line_cell(value if value[0] else ()),
            _build_reason((type_, record.rule, reason), record.reason_text),
            Cell(approved or None),
            Cell(", ".join(filter(None, (record.contract, self._format_contract_dates(record)))) or None),
            make_line_cell(format_next_step(context, record)),
        )

    def _format_contract_dates(self, record: ProcurementExemption) -> str:
        words, start, end = self.context.wording, record.contract_start, record.contract_end
        if start and end:
            return words("days_to", first=start.to_text(), last=end.to_text())
        if start:
            return words("exemption_from", day=start.to_text())
        return words("exemption_until", day=end.to_text()) if end else ""


def _build_reason(words: Iterable[str | None], text: str | None) -> Cell:
    """Return why there is an exemption: its type, rule and kind of reason, and the reason in the council's words."""
    head = ". ".join(word.rstrip(".") for word in words if word)
    if text and needs_prose(text):
        return Cell((*((make_paragraph(f"{head}."),) if head else ()), Prose(text)))
    return Cell(". ".join(filter(None, (head, f"{text.rstrip('.')}." if text else ""))))
