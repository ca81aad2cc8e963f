"""The measures of exemptions that the report, its sentences and the rules share, each with the records behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from p2ptrack.analysis.case import Case
from p2ptrack.model.dates import is_before
from p2ptrack.model.dates.council_date import FIRST_FINANCIAL_MONTH
from p2ptrack.model.fields import ExemptionType, RequestTime
from p2ptrack.model.money import MoneyPeriod, Vat, get_code
from p2ptrack.model.records import ProcurementExemption
from p2ptrack.phrases import fold_text
from p2ptrack.values import dataclass

Exemptions = tuple[ProcurementExemption, ...]
GetKey = Callable[[ProcurementExemption], str]


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Days from a first to a last one, both included."""

    first: date
    last: date

    def is_in(self, day: date | None) -> bool:
        """Whether a day is one of these."""
        return day is not None and self.first <= day <= self.last

    def one_year_earlier(self) -> DateSpan:
        """Return the same days of the year before; 29 February becomes 28 February."""
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
    """What some exemptions are worth, and which could not be added up.

    `withheld` are the records whose value the audience may not see, or that could not be read; `not_stated` those
    without one. `vat` counts the records by what they say about VAT; None stands for nothing.
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
    """Return the exemptions of some days, the earliest first."""
    dated = ((day, record) for record in records if (day := find_exemption_day(record)) and span.is_in(day))
    return tuple(record for _, record in sorted(dated, key=lambda pair: pair[0]))


def is_retrospective(record: ProcurementExemption) -> bool:
    """Whether an exemption was sought after the contract was agreed, or approved after the contract started."""
    return record.sought is RequestTime.AFTER or starts_before_approval(record)


def starts_before_approval(record: ProcurementExemption) -> bool:
    """Whether the contract certainly started before the exemption was approved."""
    return is_before(record.contract_start, record.approved_on)


def group_by(records: Iterable[ProcurementExemption], get_key: GetKey) -> dict[str, Exemptions]:
    """Return exemptions by a key, the largest group first; those without the key are under the empty text, last."""
    groups: dict[str, list[ProcurementExemption]] = {}
    for record in records:
        groups.setdefault(get_key(record), []).append(record)
    ordered = sorted(groups.items(), key=lambda item: (not item[0], -len(item[1]), fold_text(item[0])))
    return {key: tuple(members) for key, members in ordered}


def count_types(records: Iterable[ProcurementExemption]) -> dict[ExemptionType | None, int]:
    """Return how many exemptions there are of each type, in the order of the types; None for those without one."""
    types = [record.type for record in records]
    return {type_: types.count(type_) for type_ in (*ExemptionType, None)}


def has_next_step(record: ProcurementExemption) -> bool:
    """Whether an exemption says what stops the next one."""
    return bool(record.ends_by or record.leads_to)


def fold_supplier(record: ProcurementExemption) -> str:
    """Return a supplier as it is compared: without case, punctuation and the word for its legal form."""
    words = fold_text(record.supplier or "").replace(".", "").replace(",", "").split()
    while words and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


_LEGAL_FORMS = frozenset({"ltd", "limited", "plc", "llp", "cic", "inc", "llc", "(uk)", "uk"})
