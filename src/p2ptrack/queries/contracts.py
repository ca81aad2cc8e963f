"""`contracts`: the contracts register with its decide-by dates, and one contract in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from p2ptrack.analysis.case import Case, Disclosure, build_json_answer
from p2ptrack.analysis.contract_filters import (
    find_contract_field,
    get_value,
    select_contracts,
    sort_contracts,
)
from p2ptrack.analysis.contracts import (
    FACTS,
    ContractView,
    count_facts,
    find_latest_end,
    find_table_day,
    list_contracts,
)
from p2ptrack.analysis.redaction.contracts import list_exempt_contracts
from p2ptrack.model.contracts import CONTRACT_FIELDS, CONTRACTS_PATH, ContractField, Duration
from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.money import Money, format_money
from p2ptrack.model.records import Record
from p2ptrack.phrases import join_words, pluralise
from p2ptrack.queries.answer import LazyData, list_unread, make_export, position_facts
from p2ptrack.queries.exempt_marks import mark_exempt_items
from p2ptrack.queries.show import build_show
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Facts, Row, Section, Table, make_paragraph
from p2ptrack.values import dataclass

DEFAULT_COLUMNS = ("reference", "title", "end", "decide_by", "value", "answered_by")
EXPORT_COLUMNS = (*(field.name for field in CONTRACT_FIELDS if field.name != "exempt"), "decide_by", "answered_by")
_NOT_PUBLISHED = "not published"
_NOT_READ = "not read"


@dataclass(frozen=True, slots=True)
class ContractOptions:
    """The options of `contracts`: filters, the order, and the columns if not the usual ones."""

    terms: tuple[str, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()


def disclose_contracts(case: Case) -> Disclosure:
    """Return the disclosure of an answer about contracts: what is exempt of them, and how many it leaves out."""
    exempt = list_exempt_contracts(case.register.contracts, case.as_of)
    return replace(
        case.disclosure,
        exempt={**case.disclosure.exempt, **exempt},
        omitted_records=len(case.register.contracts.omitted),
        incomplete_records=len(exempt) if case.disclosure.audience == "public" else 0,
    )


def build_contracts(case: Case, options: ContractOptions) -> Document:
    """Return the contracts that match every filter, the first to decide on first.

    Raises `UsageError` for a filter, field or column that does not exist.
    """
    case = replace(case, disclosure=disclose_contracts(case))
    views = sort_contracts(select_contracts(case, options.terms), options.sort or "decide_by")
    fields = [find_contract_field(name) for name in options.columns or DEFAULT_COLUMNS]
    exported = [find_contract_field(name) for name in options.columns or EXPORT_COLUMNS]
    table = _build_table(case, views, fields)
    document = Document(
        "contracts",
        "Contracts",
        case.as_of,
        (table, *_summarise(case), *list_unread(case)),
        meta=position_facts(case.as_of),
        data=LazyData(lambda: build_json_answer(case, contracts=[serialise_contract(case, view) for view in views])),
        export=lambda: make_export(case, _build_table(case, views, exported), has_marks=False),
    )
    return mark_exempt_items(document, case.disclosure)


def _build_table(case: Case, views: Sequence[ContractView], fields: Sequence[ContractField]) -> Table:
    columns = tuple(
        Column(
            field.name,
            field.title,
            "right" if field.type == "money" else "left",
            "wide" if field.name in {"title", "description"} else "medium",
            header=field.name == "reference",
        )
        for field in fields
    )
    rows = tuple(
        Row(tuple(Cell(format_contract_field(case, view, field)) for field in fields), key=view.contract.reference)
        for view in views
    )
    return Table("contracts", pluralise(len(views), "contract"), columns, rows, empty="None.")


def format_contract_field(
    case: Case, view: ContractView, contract_field: ContractField
) -> str | date | CouncilDate | None:
    """Return what a field of a contract states, as people read it, or why it is not known."""
    name, value = contract_field.name, get_value(view, contract_field)
    words = view.contract.words.get(name, "")
    match value:
        case None:
            unread = f"{words} ({_NOT_READ})".strip() if view.contract.is_unknown(name) else None
            rests_on_withheld = name == "decide_by" and view.facts.end_day and view.contract.withheld
            return _NOT_PUBLISHED if rests_on_withheld or name in view.contract.withheld else unread
        case Money():
            return format_money(value)
        case bool():
            return "yes" if value else "no"
        case Duration():
            return _format_duration(value) if words.strip().isdecimal() else words
        case CouncilDate():
            return value.latest if name == "decide_by" else value
        case _:
            return case.register.format_directorate(value) if name == "directorate" else str(value)


def _summarise(case: Case) -> Iterator[Block]:
    """Yield how many contracts need a decision, and of which day the table is."""
    table, counts = case.register.contracts, count_facts(list_contracts(case))
    if table.source is None:
        yield make_paragraph("No contracts register was imported. To import one: p2ptrack import contracts FILE")
        return
    texts = [
        f"{counts['decide_by_passed']} past the date to decide",
        f"{counts['expired_without_successor']} expired without a successor",
        f"{counts['no_end_date']} without an end",
    ]
    day = find_table_day(table)
    stated = f"The table is from {format_long_date(day)}" if day else "The table"
    file = f" ({table.source.file})" if case.disclosure.audience != "public" else ""
    yield make_paragraph(f"Of {pluralise(len(table.contracts), 'contract')}: {join_words(texts)}. {stated}{file}.")


def serialise_contract(case: Case, view: ContractView) -> dict[str, Any]:
    """Return a contract as the JSON contract has it: its fields and its facts."""
    contract, facts = view.contract, view.facts
    fields: dict[str, Any] = {}
    for field in CONTRACT_FIELDS:
        value = contract.values.get(field.name)
        if isinstance(value, CouncilDate):
            fields[field.name] = value.to_json()
        elif isinstance(value, Money):
            fields[field.name] = value.model_dump(mode="json", exclude_none=True)
        elif isinstance(value, Duration):
            fields[field.name] = {"months": value.months, "days": value.days, "raw": contract.words[field.name]}
        elif value is not None and field.name != "exempt":
            fields[field.name] = value
    latest = find_latest_end(contract)
    return {
        "reference": contract.reference,
        **case.disclosure.describe_record(contract.reference),
        "line": contract.line,
        "fields": fields,
        "as_published": dict(contract.published),
        "not_read": sorted({issue.field for issue in contract.issues}),
        "facts": {
            **{name: getattr(facts, name) for name in FACTS if name != "exempt"},
            "decide_by": facts.decide_by.isoformat() if facts.decide_by else None,
            "days_to_decide": (facts.decide_by - case.as_of).days if facts.decide_by else None,
            "days_to_end": (facts.end_day - case.as_of).days if facts.end_day else None,
            "latest_end": latest.isoformat() if latest else None,
            "notice": {"months": facts.notice.months, "days": facts.notice.days},
            "lead_months": facts.lead.months,
            "successor": facts.successor.reference if facts.successor else None,
            "answered_by": [record.id for record in facts.answers],
        },
    }


def build_any(case: Case, id_: str) -> Document:
    """Return a record in full, otherwise the contract with this reference. Raises `UsageError` where neither exists."""
    is_record = id_.casefold() in {other.casefold() for other in (*case.register.by_id, *case.register.broken_ids)}
    document = None if is_record else build_show_contract(case, id_)
    return document or build_show(case, id_)


def build_show_contract(case: Case, reference: str) -> Document | None:
    """Return one contract in full, or several rows of one reference; None where no contract has it."""
    table = case.register.contracts
    contract = table.find(reference)
    if contract is None:
        return None
    case = replace(case, disclosure=disclose_contracts(case))
    views = [view for view in list_contracts(case) if view.contract.reference == contract.reference]
    blocks = [block for view in views for block in _build_contract(case, view)]
    document = Document(
        "show",
        f"{contract.reference} {contract.name}".strip(),
        case.as_of,
        (*blocks, *list_unread(case)),
        meta=position_facts(case.as_of),
        data=LazyData(
            lambda: build_json_answer(case, records=[], contracts=[serialise_contract(case, view) for view in views])
        ),
    )
    return mark_exempt_items(document, case.disclosure)


def _build_contract(case: Case, view: ContractView) -> Iterator[Block]:
    yield Section("follows", "Position", tuple(make_paragraph(text) for text in describe_position(case, view)))
    facts = [
        Fact(field.title, None, (str(text.to_text() if isinstance(text, CouncilDate) else text),))
        for field in CONTRACT_FIELDS
        if field.name != "reference" and (text := format_contract_field(case, view, field))
    ]
    facts += [Fact(heading, None, (text,)) for heading, text in view.contract.published.items()]
    yield Section("fields", "Details", (Facts(tuple(facts)),))
    links = [_describe_answer(record) for record in view.facts.answers]
    if links:
        label = Fact("Answered by", None, (links[0],), lines=tuple((line,) for line in links[1:]))
        yield Section("links", "Links", (Facts((label,)),))
    where = CONTRACTS_PATH if case.disclosure.audience == "public" else f"{CONTRACTS_PATH}, line {view.contract.line}"
    yield make_paragraph(f"File: {where}", role="source")


def _describe_answer(record: Record) -> str:
    return f"{record.id} {record.title} ({kind_of(record).singular})"


def describe_position(case: Case, view: ContractView) -> Iterator[str]:
    """Yield a sentence for each fact of a contract."""
    facts, contract = view.facts, view.contract
    if facts.end_day is None:
        unknown = _NOT_PUBLISHED if "end" in contract.withheld else "not read" if contract.is_unknown("end") else ""
        yield f"Its end is {unknown}." if unknown else "It has no end, so no date to decide can be calculated."
    elif facts.expired:
        yield f"It ended on {format_long_date(facts.end_day)}."
    else:
        yield f"It ends on {format_long_date(facts.end_day)}, in {pluralise((facts.end_day - case.as_of).days, 'day')}."
    if facts.successor:
        yield f"It is followed by {facts.successor.reference or facts.successor.name}."
    elif facts.expired:
        yield "No later contract follows it."
    elif facts.decide_by:
        verb = "was" if facts.decide_by_passed else "is"
        notice, lead = _format_duration(facts.notice), _format_duration(facts.lead) or "no time"
        less = f"{notice} of notice and {lead}" if notice else lead
        day = format_long_date(facts.decide_by)
        yield f"A decision on its replacement {verb} due by {day}: its end, less {less} for a new contract."
    if facts.unanswered and (facts.decide_by_passed or facts.expired):
        yield "No open action or exemption names it."
    if facts.extension_used_up:
        yield "No extension is left."
    elif (latest := find_latest_end(contract)) and facts.end_day and latest > facts.end_day:
        yield f"With every extension it ends on {format_long_date(latest)}."


def _format_duration(duration: Duration) -> str:
    parts = [pluralise(duration.months, "month")] if duration.months else []
    parts += [pluralise(duration.days, "day")] if duration.days else []
    return join_words(parts)
