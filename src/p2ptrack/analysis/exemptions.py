"""The measures of exemptions that the report and the rules share, each with its records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from p2ptrack.analysis.case import Case
from p2ptrack.model.dates import is_before
from p2ptrack.model.dates.council_date import FIRST_FINANCIAL_MONTH
from p2ptrack.model.fields import ExemptionType, RequestTime
from p2ptrack.model.money import POUNDS, MoneyPeriod, Vat, get_code
from p2ptrack.model.records import ProcurementExemption, Record
from p2ptrack.phrases import fold_text
from p2ptrack.values import dataclass

Exemptions = tuple[ProcurementExemption, ...]
GetKey = Callable[[ProcurementExemption], str]
FindExemptions = Callable[[Case], set[str]]


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A period from a first day to a last day, both included."""

    first: date
    last: date

    def is_in(self, day: date | None) -> bool:
        """Whether a day is in the period."""
        return day is not None and self.first <= day <= self.last

    def one_year_earlier(self) -> DateSpan:
        """Return the same period a year earlier; 29 February becomes 28 February."""
        return DateSpan(_year_before(self.first), _year_before(self.last))


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def find_year_to_date(day: date) -> DateSpan:
    """Return the financial year of a day, from 1 April to that day."""
    start = day.year if day.month >= FIRST_FINANCIAL_MONTH else day.year - 1
    return DateSpan(date(start, FIRST_FINANCIAL_MONTH, 1), day)


def find_exemption_day(record: ProcurementExemption) -> date | None:
    """Return the last day on which an exemption can have been approved, otherwise on which its contract started."""
    day = record.approved_on or record.contract_start
    return day.latest if day else None


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of amounts that may be added: of one currency, and either for a year or not.

    `currency` is that of an exempt amount, with its mark, when one is in the sum: without the others it would be known.
    """

    amount: Decimal
    currency: str
    is_yearly: bool


@dataclass(frozen=True, slots=True)
class ValueSum:
    """The total value of some exemptions, and the records that are not in it.

    `withheld` are the records whose value the audience may not see, or that could not be read; `not_stated` those
    without one. `vat` counts the records by what they state about VAT; None stands for no statement.
    """

    records: Exemptions
    totals: tuple[Total, ...]
    not_stated: Exemptions
    withheld: Exemptions
    vat: dict[Vat | None, int]


def sum_values(case: Case, records: Iterable[ProcurementExemption]) -> ValueSum:
    """Return the sum of the values of exemptions. Amounts a year are never added to amounts for a whole contract."""
    records = tuple(records)
    amounts: dict[tuple[str, bool], Decimal] = {}
    currencies: dict[tuple[str, bool], str] = {}
    vat: dict[Vat | None, int] = {}
    for record in records:
        if (value := record.value) is not None:
            key = (get_code(value.currency), value.period is MoneyPeriod.YEAR)
            amounts[key] = amounts.get(key, Decimal()) + value.amount
            if currencies.setdefault(key, value.currency) == key[0]:
                currencies[key] = value.currency
            vat[value.vat] = vat.get(value.vat, 0) + 1
    withheld = tuple(r for r in records if r.value is None and case.is_unknown(r.id, "value"))
    not_stated = tuple(r for r in records if r.value is None and r not in withheld)
    keys = sorted(amounts, key=lambda key: (key[1], key[0]))
    totals = (Total(amounts[key], currencies[key], key[1]) for key in keys)
    return ValueSum(records, tuple(totals), not_stated, withheld, vat)


def select_in(records: Iterable[ProcurementExemption], span: DateSpan) -> Exemptions:
    """Return the exemptions within a span of days, the earliest first."""
    dated = ((day, record) for record in records if (day := find_exemption_day(record)) and span.is_in(day))
    return tuple(record for _, record in sorted(dated, key=lambda pair: pair[0]))


def is_retrospective(record: ProcurementExemption) -> bool:
    """Whether an exemption was sought after the contract was agreed, or approved after the contract started."""
    return record.sought is RequestTime.AFTER or starts_before_approval(record)


def starts_before_approval(record: ProcurementExemption) -> bool:
    """Whether the contract certainly started before the exemption was approved."""
    return is_before(record.contract_start, record.approved_on)


def group_by(records: Iterable[ProcurementExemption], get_key: GetKey) -> dict[str, Exemptions]:
    """Return exemptions grouped by a key, the largest group first. Those without the key come last, under ""."""
    groups: dict[str, list[ProcurementExemption]] = {}
    for record in records:
        groups.setdefault(get_key(record), []).append(record)
    ordered = sorted(groups.items(), key=lambda item: (not item[0], -len(item[1]), fold_text(item[0])))
    return {key: tuple(members) for key, members in ordered}


def count_types(records: Iterable[ProcurementExemption]) -> dict[ExemptionType | None, int]:
    """Return how many exemptions there are of each type, in the order of the types; None for those without one."""
    types = [record.type for record in records]
    return {type_: types.count(type_) for type_ in (*ExemptionType, None)}


def is_self_approved(record: ProcurementExemption) -> bool:
    """Whether the only officer who approved an exemption is the one who requested it."""
    approvers = {fold_text(post) for post in record.approved_by}
    return bool(record.requested_by) and approvers == {fold_text(record.requested_by or "")}


def find_exceeded_limit(case: Case, record: ProcurementExemption) -> Decimal | None:
    """Return the highest limit of those who approved an exemption, where its value is above it; otherwise None.

    Also None where the limit of one of them is not known, or where an amount is not in pounds.
    """
    value, limit = record.value, _find_limit(case, record)
    if value is None or get_code(value.currency) != POUNDS or limit is None:
        return None
    return limit if value.amount > limit else None


def _find_limit(case: Case, record: ProcurementExemption) -> Decimal | None:
    """Return the highest limit in pounds of those who approved an exemption, if that of each is known."""
    limits = {fold_text(post): limit for post, limit in case.policy.delegations.items()}
    approvers = [limits.get(fold_text(post)) for post in record.approved_by]
    pound_limits = [limit.amount for limit in approvers if limit is not None and limit.currency == POUNDS]
    return max(pound_limits) if pound_limits and len(pound_limits) == len(approvers) else None


_SPLIT_SPAN = timedelta(weeks=8)
"""Two purchases from one supplier within this time may be one purchase that was divided."""


def find_splits(case: Case) -> Iterator[tuple[ProcurementExemption, ProcurementExemption, Decimal, int]]:
    """Yield pairs of exemptions whose sum is above their approver's limit, with the limit and the days between them.

    The later exemption comes first. Each alone is within the limit. Both have the same supplier and approvers.
    """
    latest: dict[tuple[str, frozenset[str]], tuple[date, ProcurementExemption]] = {}
    for day, record in _sort_by_day(case):
        key = fold_supplier(record), frozenset(map(fold_text, record.approved_by))
        limit = _find_limit(case, record)
        earlier_day, before = latest.get(key, (day, record))
        amounts = [r.value.amount for r in (record, before) if r.value and get_code(r.value.currency) == POUNDS]
        is_pair = bool(key[0]) and before is not record and len(amounts) > 1 and day - earlier_day <= _SPLIT_SPAN
        if is_pair and limit is not None and max(amounts) <= limit < sum(amounts):
            yield record, before, limit, (day - earlier_day).days
        latest[key] = (day, record)


def _sort_by_day(case: Case) -> list[tuple[date, ProcurementExemption]]:
    """Return the exemptions with their days, the earliest first, but no exceptions: the rules provide for those."""
    records = case.register.of_type(ProcurementExemption)
    requested = (record for record in records if record.type is not ExemptionType.EXCEPTION)
    dated = [(day, record) for record in requested if (day := find_exemption_day(record))]
    return sorted(dated, key=lambda pair: pair[0])


def find_ended_stop_gap(case: Case, record: ProcurementExemption) -> date | None:
    """Return the day on which a stop-gap ended, if nothing that replaces it is recorded; otherwise None."""
    end = record.stop_gap_until.latest if record.stop_gap_until else None
    is_open = end is not None and end < case.as_of and not record.contract and not has_next_step(record)
    return end if is_open else None


def find_repeats(case: Case) -> dict[str, ProcurementExemption]:
    """Return, by id, the exemption of the same supplier less than two years earlier, where neither has a next step."""
    latest: dict[str, tuple[date, ProcurementExemption]] = {}
    repeats: dict[str, ProcurementExemption] = {}
    for day, record in _sort_by_day(case):
        supplier = fold_supplier(record)
        before = latest.get(supplier) if supplier else None
        if before and _is_within_two_years(before[0], day) and not (has_next_step(record) or has_next_step(before[1])):
            repeats[record.id] = before[1]
        latest[supplier] = (day, record)
    return repeats


_REPEAT_YEARS = 2


def _is_within_two_years(first: date, second: date) -> bool:
    return (second.year - first.year, second.month, second.day) <= (_REPEAT_YEARS, first.month, first.day)


def find_unreported_day(case: Case, record: ProcurementExemption) -> date | None:
    """Return the day of an exemption that was not reported although a meeting was held since; otherwise None."""
    days = [m.date.latest for m in case.register.programme.meetings if m.date.latest and m.date.latest <= case.as_of]
    day = find_exemption_day(record)
    return day if days and day and not record.reported_to and day < max(days) else None


_DAY = ("approved_on", "contract_start")
_NEXT_STEP = ("ends_by", "leads_to")


@dataclass(frozen=True, slots=True)
class ExemptionFact:
    """A fact of exemptions: its meaning, its sentence in `show`, its fields, and the function that finds it."""

    meaning: str
    sentence: str
    fields: tuple[str, ...]
    find: FindExemptions


FACTS: Mapping[str, ExemptionFact] = {
    "retrospective": ExemptionFact(
        "An exemption that was sought after the contract was agreed, or approved after the contract started.",
        "It was sought after the contract was agreed, or approved after the contract started.",
        ("sought", *_DAY),
        lambda case: {r.id for r in _list_all(case) if is_retrospective(r)},
    ),
    "stop_gap_ended": ExemptionFact(
        "An exemption whose stop-gap has ended, with nothing in its place.",
        "Its stop-gap has ended, with nothing in its place.",
        ("stop_gap_until", "contract", *_NEXT_STEP),
        lambda case: {r.id for r in _list_all(case) if find_ended_stop_gap(case, r)},
    ),
    "no_next_step": ExemptionFact(
        "A waiver or breach without a plan to prevent the next one.",
        "It has no plan to prevent the next one.",
        ("type", *_NEXT_STEP),
        lambda case: {r.id for r in _list_all(case) if r.type is not ExemptionType.EXCEPTION and not has_next_step(r)},
    ),
    "self_approved": ExemptionFact(
        "An exemption that was approved only by the officer who requested it.",
        "It was approved only by the officer who requested it.",
        ("requested_by", "approved_by"),
        lambda case: {r.id for r in _list_all(case) if is_self_approved(r)},
    ),
    "above_limit": ExemptionFact(
        "An exemption above the limit of those who approved it.",
        "Its value is above the limit of those who approved it.",
        ("value", "approved_by"),
        lambda case: {r.id for r in _list_all(case) if find_exceeded_limit(case, r) is not None},
    ),
    "repeated_supplier": ExemptionFact(
        "An exemption for a supplier that had one less than two years before, without a next step.",
        "Its supplier had another less than two years before, without a next step.",
        ("supplier", *_DAY, *_NEXT_STEP),
        lambda case: set(find_repeats(case)),
    ),
    "unreported": ExemptionFact(
        "An exemption that was reported to no meeting, though one was held since.",
        "It was not reported to a meeting, though one was held since.",
        ("reported_to", *_DAY),
        lambda case: {r.id for r in _list_all(case) if find_unreported_day(case, r)},
    ),
}
"""The facts of exemptions, by the names that the filter `is:` takes."""


def find_with_fact(case: Case, name: str) -> set[str]:
    """Return the ids of the exemptions that have a fact, without those in which one of its fields is not known."""
    fact = FACTS[name]
    return {id_ for id_ in fact.find(case) if not case.is_unknown(id_, *fact.fields)}


def compute_exemption_facts(case: Case) -> dict[str, dict[str, bool | None]]:
    """Return the facts of each exemption by its id; None for a fact that is not known."""
    applicable = {name: find_with_fact(case, name) for name in FACTS}
    return {
        record.id: {
            name: None if case.is_unknown(record.id, *fact.fields) else record.id in applicable[name]
            for name, fact in FACTS.items()
        }
        for record in _list_all(case)
    }


def describe_exemption_facts(case: Case, record: Record) -> tuple[str, ...]:
    """Return a sentence for each fact that an exemption has; none for another record."""
    facts = compute_exemption_facts(case).get(record.id, {})
    return tuple(FACTS[name].sentence for name, has_fact in facts.items() if has_fact)


def _list_all(case: Case) -> Exemptions:
    return case.register.of_type(ProcurementExemption)


def has_next_step(record: ProcurementExemption) -> bool:
    """Whether an exemption states how the next one will be prevented."""
    return bool(record.ends_by or record.leads_to)


def fold_supplier(record: ProcurementExemption) -> str:
    """Return a supplier as it is compared: without case, punctuation and the word for its legal form."""
    words = fold_text(record.supplier or "").replace(".", "").replace(",", "").split()
    while words and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


_LEGAL_FORMS = frozenset({"ltd", "limited", "plc", "llp", "cic", "inc", "llc", "(uk)", "uk"})
