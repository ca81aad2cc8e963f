"""The paper of registers that the programme declares: each with its numbers, its sums by group, and its records.

Amounts are added up only if they have the same currency, VAT and period, and the same word in the field that the
declaration names under `total_within`. A sum never includes an amount that the audience may not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from p2ptrack.analysis.redaction.exemptions import is_fully_exempt, list_exempt_fields
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.kinds import Kind, kind_of
from p2ptrack.model.money import Money, MoneyPeriod, Vat, get_code
from p2ptrack.model.programme import Wording
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.schema import DeclaredNumber, FieldSpec, list_fields
from p2ptrack.phrases import find_separator, fold_text, natural_key, pluralise
from p2ptrack.reports.context import PaperContext, ReportParts
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Link,
    Prose,
    Ref,
    Row,
    Section,
    Span,
    Star,
    Table,
    format_money_in_words,
    format_spans,
    make_paragraph,
)
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.paper import PaperScope, assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.record_blocks import format_status, inferred_mark, make_line_cell, needs_prose

PARTS = ReportParts(())
_MAX_COLUMNS = 6
_SumKey = tuple[str, str, str, str]
"""The word that amounts are added up within, the currency, the statement on VAT and the period."""


def declared_register(context: PaperContext) -> Document:
    """Return the paper of the declared kinds that its entry names, otherwise of all of them."""
    declared = [kind for kind in context.register.kinds if kind.is_declared]
    named_kinds = [kind for kind in declared if kind.folder == context.report]
    scope = resolve_scope(context, "register", tuple(kind.name for kind in named_kinds or declared))
    names = scope.paper.kinds or [kind.name for kind in named_kinds or declared]
    views = [_RegisterView(scope, kind) for kind in context.register.kinds if kind.name in names]
    sections = tuple(
        Section(f"register-{view.kind.folder}", view.kind.plural_title, view.build_blocks(), landscape=True)
        for view in views
    )
    empty = () if views else (make_paragraph(context.wording("register_none")),)
    parts = ReportParts(tuple(section.key for section in sections), {})
    paper = assemble_paper(scope, (*build_overview(scope, *empty), *sections), parts, _build_data_table(views))
    is_of_one = len(views) == 1 and not scope.paper.title
    return replace(paper, title=views[0].kind.plural_title) if is_of_one else paper


@dataclass(frozen=True, slots=True)
class _RegisterView:
    """The records of one kind in a paper."""

    scope: PaperScope
    kind: Kind

    @property
    def context(self) -> PaperContext:
        return self.scope.context

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(record for record in self.scope.records if kind_of(record) == self.kind)

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """Return the declared fields, and status and owner of a kind that is tracked."""
        fields = list_fields(self.kind.model)
        declared = [field for field in fields if field.declared]
        tracked = ("target", "status", "accountable") if self.kind.is_tracked else ()
        return (*declared, *(field for field in fields if field.attribute in tracked and not field.declared))

    def with_role(self, role: str) -> tuple[FieldSpec, ...]:
        return tuple(field for field in self.fields if field.has_role(role))

    def build_blocks(self) -> tuple[Block, ...]:
        words, records = self.context.wording, self.records
        if not records:
            return (make_paragraph(self.context.describe_none("register_empty", self.kind.model)),)
        summary = [f"{pluralise(len(records), self.kind.singular, self.kind.plural)}."]
        facts = [facts for record in records if (facts := self.context.case.facts.get(record.id))]
        if overdue := sum(1 for item in facts if item.overdue):
            summary.append(words.count("register_overdue", overdue))
        return (make_paragraph(" ".join(summary)), *self._build_sums(records), self._build_list(records))

    # Sums.

    def _build_sums(self, records: Sequence[Record]) -> tuple[Block, ...]:
        summed, groups = self.with_role("sum"), list(self.with_role("group"))
        within = next((field for field in self.fields if field.name == self.kind.total_within), None)
        if within is not None and within not in groups:
            groups.insert(0, within)
        tables = [self._build_sum_table(records, group, summed) for group in groups]
        if not groups and summed:
            tables.append(self._build_sum_table(records, None, summed))
        notes = [make_paragraph(text) for text in self._explain_missing(records, summed)]
        return (*tables, *notes)

    def _build_sum_table(
        self, records: Sequence[Record], group: FieldSpec | None, summed: Sequence[FieldSpec]
    ) -> Table:
        words = self.context.wording
        columns = (
            Column("group", group.title if group else "", width="wide", header=True),
            Column("number", words("number"), "right", "narrow"),
            *(Column(field.name, field.title, "right") for field in summed),
        )
        groups = self._group(records, group) if group else {}
        rows = [self._build_sum_row(name, members, summed, group) for name, members in groups.items()]
        rows.append(self._build_sum_row(words("all"), records, summed, None, role="total"))
        caption = words("register_by", what=group.title) if group else words("register_sums")
        return Table(f"{self.kind.folder}-by-{group.name if group else 'all'}", caption, columns, tuple(rows))

    def _build_sum_row(
        self, name: str, records: Sequence[Record], summed: Sequence[FieldSpec], group: FieldSpec | None, role: Any = ""
    ) -> Row:
        is_within = group is not None and group.name == self.kind.total_within
        cells = (self._build_sum_cell(records, field, with_word=not is_within) for field in summed)
        return Row((Cell(name), Cell(len(records)), *cells), role=role)

    def _group(self, records: Sequence[Record], group: FieldSpec) -> dict[str, list[Record]]:
        """Return the records by their words for a field: those of a choice in its order, and without one last."""
        members: dict[str, list[Record]] = {}
        names: dict[str, str] = {}
        for record in records:
            text = self._format(record, group)
            name = names.setdefault(fold_text(text), text)
            members.setdefault(name, []).append(record)
        order = {choice: index for index, choice in enumerate(group.choices)}
        keys = sorted((name for name in members if name), key=lambda name: (order.get(name, 0), natural_key(name)))
        groups = {name: members[name] for name in keys}
        missing = members.get("", [])
        return {**groups, self._describe_missing(missing, group): missing} if missing else groups

    def _describe_missing(self, records: Iterable[Record], field: FieldSpec) -> str:
        is_unknown = any(self._is_unknown(record, field) for record in records)
        return self.context.wording("register_unknown" if is_unknown else "register_not_recorded")

    def _build_sum_cell(self, records: Sequence[Record], field: FieldSpec, *, with_word: bool) -> Cell:
        """Return the sums of a field. With `with_word` each is after the word that it is added up within."""
        within = (
            next((item for item in self.fields if item.name == self.kind.total_within), None) if with_word else None
        )
        sums: dict[_SumKey, Decimal] = {}
        currencies: dict[_SumKey, str] = {}
        for record in records:
            value = getattr(record, field.attribute)
            word = (self._format(record, within) or self._describe_missing((record,), within)) if within else ""
            key, amount = _split_amount(value, word)
            if amount is not None:
                sums[key] = sums.get(key, Decimal()) + amount
                if isinstance(value, Money) and currencies.setdefault(key, value.currency) == get_code(value.currency):
                    currencies[key] = value.currency  # one with the marks of an exempt text, if there is one
        texts = []
        for key in sorted(sums):
            word, _, vat, period = key
            amount_text = _format_sum(self.context.wording, sums[key], currencies.get(key, ""), vat, period)
            texts.append(f"{word}: {amount_text}" if word else amount_text)
        marks = self._mark_numbers(records, field)
        return make_line_cell(("; ".join(texts), *marks)) if texts else Cell()

    def _mark_numbers(self, records: Iterable[Record], field: FieldSpec) -> tuple[Span, ...]:
        """Return the mark of the first record whose number in a sum is exempt, for those who may see it."""
        if field.type != "number":
            return ()
        exempt = (record for record in records if self._is_exempt(record, field) and getattr(record, field.attribute))
        record = next(exempt, None)
        return tuple(exempt_mark(self.context, record.exempt)) if record else ()

    def _is_exempt(self, record: Record, field: FieldSpec) -> bool:
        day = self.context.as_of
        return is_fully_exempt(record, day) or field.name in list_exempt_fields(record, day)

    def _explain_missing(self, records: Sequence[Record], summed: Sequence[FieldSpec]) -> Iterable[str]:
        """Yield how many values of each field are in no sum, because they are withheld or not recorded."""
        for field in summed:
            absent = [record for record in records if getattr(record, field.attribute) is None]
            withheld = [record for record in absent if self._is_unknown(record, field)]
            for key, count in (("withheld", len(withheld)), ("absent", len(absent) - len(withheld))):
                if count:
                    yield self.context.wording.count(f"register_{key}", count, what=field.title)

    # Records.

    def _build_list(self, records: Sequence[Record]) -> Table:
        words = self.context.wording
        fields = self._select_columns(records)
        columns = (
            Column("id", words("id"), width="narrow", header=True),
            Column("title", words("item"), width="wide"),
            *(
                Column(field.name, _get_title(words, field), "right" if field.has_role("sum") else "left")
                for field in fields
            ),
        )
        rows = tuple(
            Row(
                (Cell(record.id), self.build_title(record), *(self.build_cell(record, f) for f in fields)),
                key=record.id,
            )
            for record in records
        )
        caption = f"{self.kind.plural_title}: {len(rows)}"
        return Table(f"{self.kind.folder}-records", caption, columns, rows)

    def _select_columns(self, records: Sequence[Record]) -> tuple[FieldSpec, ...]:
        """Return the fields that fit into the list: those with a role first, in the order of the declaration."""
        used = [f for f in self.fields if any(self._format(r, f) or self._is_unknown(r, f) for r in records)]
        first = sorted(
            used, key=lambda field: not (field.declared and field.declared.roles) and field.attribute not in _ALWAYS
        )
        chosen = first[:_MAX_COLUMNS]
        return tuple(field for field in used if field in chosen)

    def build_title(self, record: Record) -> Cell:
        marks = (*inferred_mark(record, "title"), *exempt_mark(self.context, record.exempt))
        return make_line_cell((record.title, *marks))

    def build_cell(self, record: Record, field: FieldSpec) -> Cell:
        text = self._format(record, field)
        if not text:
            return Cell(self.context.wording("register_unknown") if self._is_unknown(record, field) else None)
        if field.type == "text" and needs_prose(text):
            return Cell((Prose(text),), starred=bool(inferred_mark(record, field.name)))
        return make_line_cell((*_link(self.context, text, record, field), *inferred_mark(record, field.name)))

    def _is_unknown(self, record: Record, field: FieldSpec) -> bool:
        return self.context.case.is_unknown(record.id, field.name, field.attribute)

    def _format(self, record: Record, field: FieldSpec) -> str:
        if field.attribute == "status" and isinstance(record, TrackedRecord):
            return format_spans(span for span in format_status(self.context, record) if not isinstance(span, Star))
        value = getattr(record, field.attribute)
        values = value if isinstance(value, tuple) else (value,)
        texts = [_format_value(self.context.wording, item) for item in values if item is not None]
        return ("; " if field.model else find_separator(texts)).join(texts)


_ALWAYS = ("status", "target", "accountable")


def _link(context: PaperContext, text: str, record: Record, field: FieldSpec) -> tuple[Span, ...]:
    """Return a text; of a field that links, each id of a record and each web address as a link."""
    value = getattr(record, field.attribute)
    ids = value if isinstance(value, tuple) else (value,)
    if field.type != "name" or field.marker is None:
        return (text,)
    records_by_id = context.register.by_id
    spans: list[Span] = []
    for id_ in ids:
        spans += [", "] if spans else []
        if id_ in records_by_id:
            spans.append(Ref(id_))
        else:
            spans.append(Link(id_) if id_.startswith("https://") else id_)
    return tuple(spans)


def _split_amount(value: Any, word: str) -> tuple[_SumKey, Decimal | None]:
    """Return the key within which an amount is added up, and the amount; None for any other value."""
    if isinstance(value, Money):
        return (word, get_code(value.currency), value.vat or "", value.period or ""), value.amount
    return (word, "", "", ""), value if isinstance(value, DeclaredNumber) else None


def _format_sum(words: Wording, amount: Decimal, currency: str, vat: str, period: str) -> str:
    if not currency:
        return f"{amount:,f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:,f}"
    money = Money.model_construct(
        amount=amount, currency=currency, vat=Vat(vat) if vat else None, period=MoneyPeriod(period) if period else None
    )
    return format_money_in_words(words, money)


def _format_value(words: Wording, value: Any) -> str:
    if isinstance(value, CouncilDate):
        return value.to_text()
    if isinstance(value, Money):
        return format_money_in_words(words, value)
    if isinstance(value, DeclaredNumber):
        return f"{value:,f}"
    return str(value)


def _build_data_table(views: Sequence[_RegisterView]) -> Table | None:
    """Return one row a record of the paper, for its workbook and CSV; None without records."""
    fields: dict[str, FieldSpec] = {}
    for view in views:
        fields |= {field.name: field for field in view.fields if field.name not in fields}
    rows = tuple(
        Row(_build_data_cells(view, record, fields), key=record.id) for view in views for record in view.records
    )
    if not rows:
        return None
    words = views[0].context.wording
    columns = (
        Column("kind", words("register_kind")),
        Column("id", words("id"), width="narrow", header=True),
        Column("title", words("item"), width="wide"),
        *(column for field in fields.values() for column in _list_data_columns(words, field)),
    )
    return Table("register-records", words("register_caption", number=len(rows)), columns, rows)


def _get_title(words: Wording, field: FieldSpec) -> str:
    """Return the title of a declared field as it is declared, otherwise what papers call the field."""
    return field.title if field.declared else words(field.attribute)


def _list_data_columns(words: Wording, field: FieldSpec) -> tuple[Column, ...]:
    """Return the columns of a field: the text, and beside a date its last day and beside money the amount."""
    title = _get_title(words, field)
    column = Column(field.name, title, "right" if field.type == "number" and not field.is_list else "left")
    if field.type == "date" and not field.is_list:
        return column, Column(f"{field.name}_day", words("register_day", what=title))
    if field.model is Money and not field.is_list:
        return column, Column(f"{field.name}_amount", words("register_amount", what=title), "right")
    return (column,)


def _build_data_cells(view: _RegisterView, record: Record, fields: Mapping[str, FieldSpec]) -> tuple[Cell, ...]:
    fields_by_name = {field.name: field for field in view.fields}
    cells = [Cell(view.kind.singular), Cell(record.id), view.build_title(record)]
    for name, first in fields.items():
        field = fields_by_name.get(name)
        value = getattr(record, field.attribute) if field else None
        if isinstance(value, DeclaredNumber):
            cells.append(Cell(value))
        else:
            cells.append(view.build_cell(record, field) if field else Cell())
        if len(_list_data_columns(view.context.wording, first)) > 1:
            amount = value.amount if isinstance(value, Money) else None
            cells.append(Cell(value.latest if isinstance(value, CouncilDate) and not value.ongoing else amount))
    return tuple(cells)
