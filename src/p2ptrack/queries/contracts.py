"""`contracts`: the contracts register with its decide-by dates, selected by filters, and one contract in full.

Filters are written like those of records: `is:expired end.before:2027-04 value.over:100000 supplier:Example`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from p2ptrack.analysis.case import Case, Disclosure, build_json_answer
from p2ptrack.analysis.contracts import (
    FACTS,
    ContractView,
    count_facts,
    find_latest_end,
    find_table_day,
    find_value,
    list_contracts,
)
from p2ptrack.analysis.filters import FilterTerm, explain_date, is_none, matches_date, parse_filter_date, parse_term
from p2ptrack.analysis.redaction.contracts import list_exempt_contracts
from p2ptrack.errors import UsageError
from p2ptrack.model.contracts import CONTRACT_FIELDS, CONTRACTS_PATH, FIELD_BY_NAME, ContractField, Duration
from p2ptrack.model.dates import CouncilDate, DateRejection, Precision, format_long_date
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.money import Money, format_money, parse_amount
from p2ptrack.phrases import did_you_mean, excerpt, fold_text, join_words, natural_key, normalise_word, pluralise, quote
from p2ptrack.queries.answer import NOT_PUBLISHED, list_unreadable, make_answer, make_export
from p2ptrack.queries.list import ListOptions
from p2ptrack.queries.show import build_show
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Facts, Row, Section, Table, make_paragraph

Predicate = Callable[[ContractView], bool]
ALIASES = {
    "ref": "reference",
    "id": "reference",
    "contract": "title",
    "department": "directorate",
    "service": "directorate",
    "expiry": "end",
    "notice_period": "notice",
}
"""Other words for fields."""
DECIDE_BY = ContractField("decide_by", "Decide by", "When to decide on its replacement. Calculated.", "date")
ANSWERED_BY = ContractField("answered_by", "Answered by", "The actions and exemptions that name it.")
COMPUTED = {column.name: column for column in (DECIDE_BY, ANSWERED_BY)}
"""Columns and filters that are calculated."""


def select_contracts(case: Case, words: Sequence[str]) -> tuple[ContractView, ...]:
    """Return the contracts that match every filter, in the order of the table. Raises `UsageError` for a wrong one."""
    terms = [parse_term(word, case.register.kinds) for word in words]
    predicates = [(_build_predicate(case, term), term.negated) for term in terms]
    return tuple(
        view
        for view in list_contracts(case)
        if all(predicate(view) is not is_negated for predicate, is_negated in predicates)
    )


def resolve_contract_field(typed_name: str) -> ContractField:
    """Return the field that a user's word means. Raises `UsageError` with the nearest when there is none."""
    name = typed_name.strip().casefold().replace("-", "_").replace(" ", "_")
    name = ALIASES.get(name, name)
    spec = FIELD_BY_NAME.get(name) or COMPUTED.get(name)
    if spec is None:
        names = (*FIELD_BY_NAME, *COMPUTED, *ALIASES)
        hint = did_you_mean(typed_name, names) or f" Use {join_words([*FIELD_BY_NAME, *COMPUTED], 'or')}."
        raise UsageError(f"{quote(typed_name)} is not a field of a contract.{hint}")
    return spec


def get_value(view: ContractView, contract_field: ContractField) -> Any:
    """Return the value of a field of a contract, also of one that is calculated; None where there is none."""
    if contract_field is DECIDE_BY:
        day = view.facts.decide_by
        return CouncilDate(day.isoformat(), day, day, Precision.DAY) if day else None
    if contract_field is ANSWERED_BY:
        return ", ".join(record.id for record in view.facts.answers) or None
    if contract_field.name == "value":
        return find_value(view.contract)
    return view.contract.values.get(contract_field.name)


def sort_contracts(views: Iterable[ContractView], typed_name: str) -> tuple[ContractView, ...]:
    """Return contracts in the order of a field, those without it last; `not.` reverses it."""
    name = typed_name.strip()
    is_reversed = name.casefold().startswith("not.")
    contract_field = resolve_contract_field(name[len("not.") :] if is_reversed else name)
    keyed = [(_make_key(get_value(view, contract_field)), view) for view in views]
    with_key = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=is_reversed)
    return tuple(view for _, view in (*with_key, *(pair for pair in keyed if pair[0] is None)))


def _make_key(value: Any) -> Any:
    if isinstance(value, CouncilDate):
        return value.latest
    if isinstance(value, str):
        return natural_key(fold_text(value))
    if value is None or isinstance(value, bool):
        return value
    amount: Decimal | None = getattr(value, "amount", None)
    return amount if amount is not None else value.after(date(2000, 1, 1))


def _build_predicate(case: Case, term: FilterTerm) -> Predicate:
    if term.name == "is":
        return _match_any(_build_fact_predicate(value) for value in term.values)
    if term.name == "has":
        fields = [resolve_contract_field(value) for value in term.values]
        return lambda view: any(get_value(view, field) is not None for field in fields)
    if term.name == "text":
        needles = [fold_text(value) for value in term.values]

        def has_text(view: ContractView) -> bool:
            text = fold_text("\n".join((*view.contract.words.values(), *view.contract.published.values())))
            return any(needle in text for needle in needles)

        return has_text
    contract_field = resolve_contract_field(term.name)
    if contract_field.type == "date":
        return _match_any(_build_date_predicate(case, contract_field, term, value) for value in term.values)
    if contract_field.type == "money":
        return _build_amount_predicate(contract_field, term)
    if term.comparison:
        raise UsageError(f"{contract_field.name} is not a date or an amount (in {excerpt(term.text)}).")
    return _match_any(_build_text_predicate(contract_field, value) for value in term.values)


def _match_any(predicates: Iterable[Predicate]) -> Predicate:
    alternatives = tuple(predicates)
    return lambda view: any(predicate(view) for predicate in alternatives)


def _build_fact_predicate(value: str) -> Predicate:
    fact = normalise_word(value)
    if fact not in FACTS:
        words = [name.replace("_", "-") for name in FACTS]
        raise UsageError(
            f"{quote(value)} is not a fact of contracts.{did_you_mean(value, words)} Use {join_words(words, 'or')}."
        )
    return lambda view: getattr(view.facts, fact) is True


def _build_date_predicate(case: Case, contract_field: ContractField, term: FilterTerm, text: str) -> Predicate:
    if is_none(text):
        return lambda view: get_value(view, contract_field) is None
    limit = parse_filter_date(case, text)
    if isinstance(limit, DateRejection):
        raise UsageError(explain_date(case, term, text, limit))
    reference: CouncilDate = limit
    comparison = {"under": "before", "over": "after"}.get(term.comparison, term.comparison)

    def predicate(view: ContractView) -> bool:
        value = get_value(view, contract_field)
        return isinstance(value, CouncilDate) and matches_date(value, comparison, reference)

    return predicate


def _build_amount_predicate(contract_field: ContractField, term: FilterTerm) -> Predicate:
    if is_none(term.value) and not term.comparison:
        return lambda view: get_value(view, contract_field) is None
    limit = parse_amount(term.value)
    if limit is None or term.comparison in {"before", "after"}:
        name = contract_field.name
        advice = f"Write {name}.over:100000, {name}.under:100000 or {name}:48000"
        raise UsageError(f"{name} is an amount of money (in {excerpt(term.text)}). {advice}")

    def predicate(view: ContractView) -> bool:
        value = get_value(view, contract_field)
        if value is None:
            return False
        amount: Decimal = value.amount
        return {"over": amount > limit, "under": amount < limit, "": amount == limit}[term.comparison]

    return predicate


def _build_text_predicate(contract_field: ContractField, value: str) -> Predicate:
    if is_none(value):
        return lambda view: get_value(view, contract_field) is None
    needle = fold_text(value)
    if contract_field.type == "flag" and needle in {"yes", "no", "true", "false"}:
        return lambda view: get_value(view, contract_field) is (needle in {"yes", "true"})
    if contract_field.name in COMPUTED:
        return lambda view: needle in map(fold_text, (record.id for record in view.facts.answers))
    return lambda view: needle in fold_text(view.contract.words.get(contract_field.name, ""))


DEFAULT_COLUMNS = ("reference", "title", "end", "decide_by", "value", "answered_by")
EXPORT_COLUMNS = (*(field.name for field in CONTRACT_FIELDS if field.name != "exempt"), "decide_by", "answered_by")


def disclose_contracts(case: Case) -> Disclosure:
    """Return the disclosure of an answer about contracts: what is exempt of them, and how many it leaves out."""
    exempt = list_exempt_contracts(case.register.contracts, case.as_of)
    return replace(
        case.disclosure,
        exempt={**case.disclosure.exempt, **exempt},
        omitted_records=len(case.register.contracts.omitted),
        incomplete_records=len(exempt) if case.disclosure.audience == "public" else 0,
    )


def build_contracts(case: Case, options: ListOptions) -> Document:
    """Return the contracts that match every filter, the first to decide on first.

    Raises `UsageError` for a filter, field or column that does not exist.
    """
    case = replace(case, disclosure=disclose_contracts(case))
    views = sort_contracts(select_contracts(case, options.terms), options.sort or "decide_by")
    fields = [resolve_contract_field(name) for name in options.columns or DEFAULT_COLUMNS]
    export_fields = [resolve_contract_field(name) for name in options.columns or EXPORT_COLUMNS]
    table = _build_table(case, views, fields)
    return make_answer(
        case,
        "contracts",
        "Contracts",
        (table, *_summarise(case), *list_unreadable(case)),
        lambda: build_json_answer(case, contracts=[serialise_contract(case, view) for view in views]),
        export=lambda: make_export(case, _build_table(case, views, export_fields), has_marks=False),
    )


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
            unreadable = f"{words} (not read)".strip() if view.contract.is_unknown(name) else None
            depends_on_withheld = name == "decide_by" and view.facts.end_day and view.contract.withheld
            return NOT_PUBLISHED if depends_on_withheld or name in view.contract.withheld else unreadable
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
    """Yield how many contracts need a decision, and the date of the table."""
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
    origin = f"The table is from {format_long_date(day)}" if day else "The table"
    file = f" ({table.source.file})" if case.disclosure.audience != "public" else ""
    yield make_paragraph(f"Of {pluralise(len(table.contracts), 'contract')}: {join_words(texts)}. {origin}{file}.")


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


def build_record_or_contract(case: Case, id_: str) -> Document:
    """Return a record in full, otherwise the contract with this reference. Raises `UsageError` where neither exists."""
    is_record = id_.casefold() in {other.casefold() for other in (*case.register.by_id, *case.register.broken_ids)}
    document = None if is_record else build_show_contract(case, id_)
    return document or build_show(case, id_)


def build_show_contract(case: Case, reference: str) -> Document | None:
    """Return the contract with a reference in full, or several rows of it; None if it does not exist."""
    table = case.register.contracts
    contract = table.find(reference)
    if contract is None:
        return None
    case = replace(case, disclosure=disclose_contracts(case))
    views = [view for view in list_contracts(case) if view.contract.reference == contract.reference]
    blocks = [block for view in views for block in _build_contract(case, view)]
    return make_answer(
        case,
        "show",
        f"{contract.reference} {contract.name}".strip(),
        (*blocks, *list_unreadable(case)),
        lambda: build_json_answer(case, records=[], contracts=[serialise_contract(case, view) for view in views]),
    )


def _build_contract(case: Case, view: ContractView) -> Iterator[Block]:
    yield Section("follows", "Position", tuple(make_paragraph(text) for text in describe_position(case, view)))
    facts = [
        Fact(field.title, None, (str(text.to_text() if isinstance(text, CouncilDate) else text),))
        for field in CONTRACT_FIELDS
        if field.name != "reference" and (text := format_contract_field(case, view, field))
    ]
    facts += [Fact(heading, None, (text,)) for heading, text in view.contract.published.items()]
    yield Section("fields", "Details", (Facts(tuple(facts)),))
    links = [f"{record.id} {record.title} ({kind_of(record).singular})" for record in view.facts.answers]
    if links:
        label = Fact("Answered by", None, (links[0],), lines=tuple((line,) for line in links[1:]))
        yield Section("links", "Links", (Facts((label,)),))
    path = CONTRACTS_PATH if case.disclosure.audience == "public" else f"{CONTRACTS_PATH}, line {view.contract.line}"
    yield make_paragraph(f"File: {path}", role="source")


def describe_position(case: Case, view: ContractView) -> Iterator[str]:
    """Yield a sentence for each fact of a contract."""
    facts, contract = view.facts, view.contract
    yield _describe_end(case, view)
    if facts.successor:
        yield f"It is followed by {facts.successor.reference or facts.successor.name}."
    elif facts.expired:
        yield "No later contract follows it."
    elif facts.decide_by:
        verb = "was" if facts.decide_by_passed else "is"
        notice, lead = _format_duration(facts.notice), _format_duration(facts.lead) or "no time"
        deductions = f"{notice} of notice and {lead}" if notice else lead
        day = format_long_date(facts.decide_by)
        yield f"A decision on its replacement {verb} due by {day}: its end, less {deductions} for a new contract."
    if facts.unanswered and (facts.decide_by_passed or facts.expired):
        yield "No open action or exemption names it."
    if facts.extension_used_up:
        yield "No extension is left."
    elif (latest := find_latest_end(contract)) and facts.end_day and latest > facts.end_day:
        yield f"With every extension it ends on {format_long_date(latest)}."


def _describe_end(case: Case, view: ContractView) -> str:
    day = view.facts.end_day
    if day is not None:
        date_text = format_long_date(day)
        if view.facts.expired:
            return f"It ended on {date_text}."
        return f"It ends on {date_text}, in {pluralise((day - case.as_of).days, 'day')}."
    if "end" in view.contract.withheld:
        return f"Its end is {NOT_PUBLISHED}."
    if view.contract.is_unknown("end"):
        return "Its end is not read."
    return "It has no end, so no date to decide can be calculated."


def _format_duration(duration: Duration) -> str:
    parts = [pluralise(duration.months, "month")] if duration.months else []
    parts += [pluralise(duration.days, "day")] if duration.days else []
    return join_words(parts)
