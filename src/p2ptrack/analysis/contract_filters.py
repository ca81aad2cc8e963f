"""The filters of contracts: `is:expired end.before:2027-04 value.over:100000 supplier:Example`.

They are written like the filters of records, with the fields and facts of contracts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.contracts import FACTS, ContractView, find_value, list_contracts
from p2ptrack.analysis.filters import FilterTerm, explain_date, is_none, matches_date, parse_filter_date, parse_term
from p2ptrack.errors import UsageError
from p2ptrack.model.contracts import FIELD_BY_NAME, ContractField
from p2ptrack.model.dates import CouncilDate, DateRejection, Precision
from p2ptrack.model.money import parse_amount
from p2ptrack.phrases import did_you_mean, excerpt, fold_text, join_words, natural_key, normalise_word, quote

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
"""Columns and filters that no cell states."""


def select_contracts(case: Case, words: Sequence[str]) -> tuple[ContractView, ...]:
    """Return the contracts that match every filter, in the order of the table. Raises `UsageError` for a wrong one."""
    terms = [parse_term(word, case.register.kinds) for word in words]
    predicates = [_negate(_build_predicate(case, term), term) for term in terms]
    return tuple(view for view in list_contracts(case) if all(predicate(view) for predicate in predicates))


def find_contract_field(typed_name: str) -> ContractField:
    """Return the field that a user's word means. Raises `UsageError` with the nearest when there is none."""
    name = typed_name.strip().casefold().replace("-", "_").replace(" ", "_")
    name = ALIASES.get(name, name)
    found = FIELD_BY_NAME.get(name) or COMPUTED.get(name)
    if found is None:
        names = (*FIELD_BY_NAME, *COMPUTED, *ALIASES)
        hint = did_you_mean(typed_name, names) or f" Use {join_words([*FIELD_BY_NAME, *COMPUTED], 'or')}."
        raise UsageError(f"{quote(typed_name)} is not a field of a contract.{hint}")
    return found


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
    contract_field = find_contract_field(name[len("not.") :] if is_reversed else name)
    keyed = [(_make_key(get_value(view, contract_field)), view) for view in views]
    stated = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=is_reversed)
    return tuple(view for _, view in (*stated, *(pair for pair in keyed if pair[0] is None)))


def _make_key(value: Any) -> Any:
    if isinstance(value, CouncilDate):
        return value.latest
    if isinstance(value, str):
        return natural_key(fold_text(value))
    if value is None or isinstance(value, bool):
        return value
    amount: Decimal | None = getattr(value, "amount", None)
    return amount if amount is not None else value.after(date(2000, 1, 1))


def _negate(predicate: Predicate, term: FilterTerm) -> Predicate:
    return (lambda view: not predicate(view)) if term.negated else predicate


def _build_predicate(case: Case, term: FilterTerm) -> Predicate:
    if term.name == "is":
        return _match_any(_build_fact(value) for value in term.values)
    if term.name == "has":
        fields = [find_contract_field(value) for value in term.values]
        return lambda view: any(get_value(view, field) is not None for field in fields)
    if term.name == "text":
        needles = [fold_text(value) for value in term.values]
        return lambda view: any(needle in fold_text("\n".join(_list_texts(view))) for needle in needles)
    contract_field = find_contract_field(term.name)
    if contract_field.type == "date":
        return _match_any(_build_date(case, contract_field, term, value) for value in term.values)
    if contract_field.type == "money":
        return _build_amount(contract_field, term)
    if term.comparison:
        raise UsageError(f"{contract_field.name} is not a date or an amount (in {excerpt(term.text)}).")
    return _match_any(_build_text(contract_field, value) for value in term.values)


def _list_texts(view: ContractView) -> Iterable[str]:
    return (*view.contract.words.values(), *view.contract.published.values())


def _match_any(predicates: Iterable[Predicate]) -> Predicate:
    alternatives = tuple(predicates)
    return lambda view: any(predicate(view) for predicate in alternatives)


def _build_fact(value: str) -> Predicate:
    fact = normalise_word(value)
    if fact not in FACTS:
        words = [name.replace("_", "-") for name in FACTS]
        raise UsageError(
            f"{quote(value)} is not a fact of contracts.{did_you_mean(value, words)} Use {join_words(words, 'or')}."
        )
    return lambda view: getattr(view.facts, fact) is True


def _build_date(case: Case, contract_field: ContractField, term: FilterTerm, text: str) -> Predicate:
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


def _build_amount(contract_field: ContractField, term: FilterTerm) -> Predicate:
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


def _build_text(contract_field: ContractField, value: str) -> Predicate:
    if is_none(value):
        return lambda view: get_value(view, contract_field) is None
    needle = fold_text(value)
    if contract_field.type == "flag" and needle in {"yes", "no", "true", "false"}:
        return lambda view: get_value(view, contract_field) is (needle in {"yes", "true"})
    if contract_field.name in COMPUTED:
        return lambda view: needle in map(fold_text, (record.id for record in view.facts.answers))
    return lambda view: needle in fold_text(view.contract.words.get(contract_field.name, ""))
