"""Facts of contracts at a position date: the date to decide, expiry, and the records that answer a contract.

Nothing here is typed: the decide-by date is the contract's end, less its notice period, less the time that
a new contract takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from p2ptrack.model.contracts import Contract, ContractSettings, ContractTable, Duration, LeadTime, fold_reference
from p2ptrack.model.dates import CouncilDate, format_long_date, is_before
from p2ptrack.model.money import POUNDS, Money, MoneyPeriod
from p2ptrack.model.records import ProcurementExemption, Record, TrackedRecord
from p2ptrack.phrases import fold_text
from p2ptrack.values import dataclass

if TYPE_CHECKING:
    from p2ptrack.analysis.case import Case
    from p2ptrack.model.register import Register


def _make_lead_time(months: int, limit: int | None = None) -> LeadTime:
    return LeadTime.model_validate({"months": months, **({} if limit is None else {"from": str(limit)})})


DEFAULT_LEAD_TIMES = ((None, 6), (0, 3), (100_000, 6), (200_000, 9))
"""The lead times of a programme that has none: from which value (None: not known), and how many months.

From about 200,000 a contract of a council is above the threshold of the Procurement Act 2023 and is advertised.
"""
FACTS: Mapping[str, str] = {
    "expired": "Its end has passed.",
    "expired_without_successor": "Its end has passed, and no later contract follows it.",
    "decide_by_passed": "It is in force, and the date to decide on its replacement has passed.",
    "decide_soon": "The date by which to decide is within the days of policy.due_soon_days.",
    "unanswered": "No open action or exemption names it, and no later contract follows it.",
    "extension_used_up": "It ends when its last extension ends, or the register says that none is left.",
    "no_end_date": "No end is stated, or it continues without one.",
    "not_started": "It starts after the position date.",
    "exempt": "The public may not see it, or not all of it.",
}
"""The facts of contracts, by the names that filters use, and what each means."""


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """The facts of one contract. A fact is None if it depends on a field that is withheld or could not be read.

    `lead` is the time that a new contract takes, `notice` the notice period. `successor` is the contract that follows
    it, and `answers` the records that name it.
    """

    expired: bool | None
    expired_without_successor: bool | None
    decide_by: date | None
    decide_by_passed: bool | None
    decide_soon: bool | None
    unanswered: bool
    extension_used_up: bool | None
    no_end_date: bool | None
    not_started: bool | None
    exempt: bool
    end_day: date | None
    notice: Duration
    lead: Duration
    successor: Contract | None
    answers: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract with its facts."""

    contract: Contract
    facts: ContractFacts


@dataclass(frozen=True, slots=True)
class EarlierContracts:
    """The contracts register as it was on an earlier day, with the facts of that day."""

    day: date
    views: tuple[ContractView, ...]


def list_contracts(case: Case) -> tuple[ContractView, ...]:
    """Return every contract of a case with its facts, in the order of the table."""
    index = _ContractIndex(case.register)
    return tuple(
        ContractView(contract, _compute_facts(contract, case, index)) for contract in case.register.contracts.contracts
    )


def find_answers(register: Register) -> dict[str, tuple[Record, ...]]:
    """Return the records that name each contract, by its folded reference."""
    answers: dict[str, list[Record]] = {}
    for record, _, reference in iter_contract_references(register):
        group = answers.setdefault(fold_reference(reference), [])
        if record not in group:
            group.append(record)
    return {key: tuple(records) for key, records in answers.items()}


def iter_contract_references(register: Register) -> Iterator[tuple[Record, str, str]]:
    """Yield each mention of a contract: the record, the field's place and the reference as it is written."""
    for record in (*register.with_field("contracts"), *register.with_field("contract")):
        name = "contract" if isinstance(record, ProcurementExemption) else "contracts"
        for number, reference in enumerate(list_contract_references(record)):
            yield record, name if name == "contract" else f"{name}[{number}]", reference


def list_contract_references(record: Record) -> tuple[str, ...]:
    """Return the references of the contracts that a record names."""
    if isinstance(record, ProcurementExemption):
        return (record.contract,) if record.contract else ()
    return record.contracts if isinstance(record, TrackedRecord) else ()


def describe_contract(case: Case, reference: str) -> str:
    """Return a contract that a record names in one line, with its end and the date to decide."""
    contract = case.register.contracts.find(reference)
    if contract is None:
        return reference
    end = contract.get_date("end")
    day = find_decide_by(contract, case.register.programme.contracts)
    parts = [f"ends {end.to_text()}"] if end else []
    parts += [f"decide by {format_long_date(day)}"] if day else []
    return " ".join(filter(None, (contract.reference, contract.name, f"({', '.join(parts)})" if parts else "")))


_LEAD_FIELDS = frozenset({"value", "annual_value", "procedure", "notice", "start", "end"})


def find_decide_by(contract: Contract, settings: ContractSettings) -> date | None:
    """Return the date by which to decide on the replacement of a contract.

    None without an end, or if it depends on something that the audience may not see: the date would be wrong.
    """
    end = contract.get_date("end")
    if end is None or end.latest is None or not _LEAD_FIELDS.isdisjoint(contract.withheld):
        return None
    notice, lead = find_notice(contract, settings), find_lead_time(contract, settings)
    return Duration(notice.months + lead.months, notice.days + lead.days).before(end.latest)


class _ContractIndex:
    """Index of contracts: the records that name each contract, and the contracts that may follow it."""

    def __init__(self, register: Register) -> None:
        self.answers = find_answers(register)
        self._replacing: dict[str, list[Contract]] = {}
        self._named: dict[str, list[Contract]] = {}
        for contract in register.contracts.contracts:
            if replaced := contract.get_text("replaces"):
                self._replacing.setdefault(fold_reference(replaced), []).append(contract)
            if contract.name:
                self._named.setdefault(fold_text(contract.name), []).append(contract)

    def find_successor(self, contract: Contract) -> Contract | None:
        """Return the contract that names this one as replaced, otherwise one of the same name that ends after it."""
        replacements = self._replacing.get(fold_reference(contract.reference), ()) if contract.reference else ()
        candidates = (*replacements, *self._named.get(fold_text(contract.name), ()))
        return next((other for other in candidates if other is not contract and _follows(other, contract)), None)


def _follows(other: Contract, contract: Contract) -> bool:
    if other.get_text("replaces") and fold_reference(other.get_text("replaces")) == fold_reference(contract.reference):
        return True
    start, other_start = contract.get_date("start"), other.get_date("start")
    return is_before(start, other_start) and is_before(contract.get_date("end"), other.get_date("end"))


def _compute_facts(contract: Contract, case: Case, index: _ContractIndex) -> ContractFacts:
    as_of, settings = case.as_of, case.register.programme.contracts
    end = contract.get_date("end")
    end_day, start = end.latest if end else None, contract.get_date("start")
    is_end_unknown = contract.is_unknown("end")
    notice, lead = find_notice(contract, settings), find_lead_time(contract, settings)
    decide_by = find_decide_by(contract, settings)
    expired = None if is_end_unknown else end_day is not None and end_day < as_of
    successor = index.find_successor(contract)
    answers = index.answers.get(fold_reference(contract.reference), ()) if contract.reference else ()
    is_running = decide_by is not None and not expired and successor is None
    is_date_unknown = is_end_unknown or (end_day is not None and decide_by is None)
    soon = as_of + timedelta(min(case.policy.due_soon_days, (date.max - as_of).days))
    return ContractFacts(
        expired=expired,
        expired_without_successor=None if expired is None else expired and successor is None,
        decide_by=decide_by,
        decide_by_passed=None if is_date_unknown else is_running and decide_by is not None and decide_by < as_of,
        decide_soon=None if is_date_unknown else is_running and decide_by is not None and as_of <= decide_by <= soon,
        unanswered=successor is None and not any(is_open_answer(case, record) for record in answers),
        extension_used_up=_is_extension_used_up(contract),
        no_end_date=None if is_end_unknown else end_day is None,
        not_started=None if contract.is_unknown("start") else bool(start and start.earliest and start.earliest > as_of),
        exempt=contract.exempt is not None,
        end_day=end_day,
        notice=notice,
        lead=lead,
        successor=successor,
        answers=answers,
    )


def is_open_answer(case: Case, record: Record) -> bool:
    """Whether a record still answers a contract: an open action, or any exemption."""
    facts = case.facts.get(record.id)
    return facts is None or facts.unfinished


def _is_extension_used_up(contract: Contract) -> bool | None:
    """Whether no extension is left. None where the table does not state it, or where it could not be read."""
    if contract.is_unknown("end", "extension", "latest_end"):
        return None
    end, latest, extension = (
        contract.get_date("end"),
        contract.get_date("latest_end"),
        contract.get_duration("extension"),
    )
    if end and latest and end.latest and latest.latest:
        return latest.latest <= end.latest
    return None if extension is None else extension == Duration()


def find_latest_end(contract: Contract) -> date | None:
    """Return the end of a contract if every extension is used; None where that is not known."""
    latest, end, extension = (
        contract.get_date("latest_end"),
        contract.get_date("end"),
        contract.get_duration("extension"),
    )
    if latest and latest.latest:
        return latest.latest
    return extension.after(end.latest) if extension and end and end.latest else None


def find_notice(contract: Contract, settings: ContractSettings) -> Duration:
    """Return the notice period that a contract states, otherwise the programme's."""
    duration = contract.get_duration("notice")
    return duration if duration is not None else Duration(months=settings.notice_months)


def find_lead_time(contract: Contract, settings: ContractSettings) -> Duration:
    """Return how long a new contract takes: by the procedure where an entry names it, then by the value."""
    entries = settings.lead_times or tuple(_make_lead_time(months, limit) for limit, months in DEFAULT_LEAD_TIMES)
    procedure, amount = fold_text(contract.get_text("procedure")), find_total_amount(contract)
    matches = [entry for entry in entries if _applies(entry, procedure, amount)]
    matches.sort(key=lambda entry: (entry.procedure is not None, entry.from_.amount if entry.from_ else Decimal(-1)))
    return Duration(months=matches[-1].months if matches else 0)


def _applies(entry: LeadTime, procedure: str, amount: Decimal | None) -> bool:
    if entry.procedure is not None and fold_text(entry.procedure) not in procedure:
        return False
    return entry.from_ is None or (amount is not None and entry.from_.amount <= amount)


def find_value(contract: Contract) -> Money | None:
    """Return the value of a contract as stated: over its whole life, otherwise each year."""
    return contract.get_money("value") or contract.get_money("annual_value")


def find_total_amount(contract: Contract) -> Decimal | None:
    """Return the value of a contract over its whole life, in pounds, to find its lead time; None if not known.

    An amount a year counts for each year of the contract, and for one year where its dates are not known.
    """
    value = find_value(contract)
    if value is None or value.currency != POUNDS:
        return None
    if value.period is not MoneyPeriod.YEAR:
        return value.amount
    start, end = contract.get_date("start"), contract.get_date("end")
    days = (end.latest - start.earliest).days + 1 if start and end and start.earliest and end.latest else 365
    return value.amount * Decimal(max(days, 365)) / Decimal("365.25")


def count_facts(views: Iterable[ContractView]) -> dict[str, int]:
    """Return how many contracts have each fact."""
    views = tuple(views)
    return {name: sum(getattr(view.facts, name) is True for view in views) for name in FACTS}


def find_table_day(table: ContractTable) -> date | None:
    """Return the latest day on which the table can have been current; None where there is no table."""
    day: CouncilDate | None = table.source.state_date if table.source else None
    return day.latest if day else None
