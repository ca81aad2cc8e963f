"""Rules about the contracts register, and about exemptions from the council's procurement rules.

The contracts register is a copy: its cells are corrected in the original. Findings are at the row and column of the
table, and records that name contracts are checked against it. A field that no exemption of the register states is a
column that the council does not keep, so no rule asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.contracts import ContractView, find_table_day, iter_contract_references, list_contracts
from p2ptrack.analysis.exemptions import (
    find_ended_stop_gap,
    find_exceeded_limit,
    find_repeats,
    find_splits,
    find_unreported_day,
    has_next_step,
    is_self_approved,
    starts_before_approval,
)
from p2ptrack.analysis.rules.rule import NOTE, WARNING, CellPlace, Finding, SpellingAdvice, example, fix, rule, why
from p2ptrack.model.contracts import FIELD_BY_NAME, Contract
from p2ptrack.model.dates import format_long_date, is_before
from p2ptrack.model.fields import ExemptionType, RequestTime
from p2ptrack.model.money import format_amount, format_money
from p2ptrack.model.records import ProcurementExemption, Record
from p2ptrack.phrases import fold_text, has_other_number, join_words, pluralise, quote
from p2ptrack.values import compile_on_use

_MAX_AGE_DAYS = 120
"""A quarter, and the month after it in which councils publish its register."""


def _find(case: Case, contract: Contract, field: str, message: str, advice: str = "") -> Finding:
    """Return a finding at a cell of the table. Where the contract has no such cell, it is at its reference."""
    name = field if contract.words.get(field) else "reference"
    place = CellPlace(lambda: case.register.contracts.locate(contract, name))
    return Finding("", field, message, advice, cell=place, group=contract.reference or str(contract.line))


def _name(contract: Contract) -> str:
    return contract.reference or quote(contract.name) if contract.reference or contract.name else "A contract"


@rule("K101", WARNING, "Contract without a reference", summary="have no reference")
@why("Actions and exemptions name a contract by its reference, and a published register has one for each.")
@example("title: Cleaning   (in a row of data/contracts/contracts.csv without a reference)")
@fix("Add a reference in the original table, and import it again.")
def _check_reference(case: Case) -> Iterator[Finding]:
    for contract in case.register.contracts.contracts:
        if not contract.reference and not contract.is_unknown("reference"):
            yield _find(case, contract, "reference", f"{_name(contract)} has no reference.")


@rule("K102", WARNING, "Two contracts with one reference")
@why("A record that names the reference could mean either contract.")
@example("reference: C001   (in two rows, with different contracts)")
@fix("Correct one of the references in the original table, and import it again.")
def _check_duplicates(case: Case) -> Iterator[Finding]:
    for group in case.register.contracts.by_reference.values():
        for contract in group[1:]:
            if not _is_other_supplier(contract, group[0]):
                message = f"{contract.reference} is the reference of another contract too, in line {group[0].line}."
                yield _find(case, contract, "reference", message)


def _is_other_supplier(contract: Contract, first: Contract) -> bool:
    """Whether two rows are one contract with several suppliers: they differ in the supplier and in no name."""
    has_one_name = fold_text(contract.name) == fold_text(first.name)
    suppliers = {fold_text(row.get_text("supplier")) for row in (contract, first)}
    return has_one_name and len(suppliers) > 1


@rule("K103", WARNING, "Cell of a contract that cannot be read", summary="have a cell that cannot be read")
@why("No figure or plan includes the value of this cell. Its words are kept.")
@example("value: about 50k   (in a row of data/contracts/contracts.csv)")
@fix("Correct the cell in the original table, and import it again.")
def _check_cells(case: Case) -> Iterator[Finding]:
    for contract in case.register.contracts.contracts:
        for issue in contract.issues:
            if not issue.is_placeholder:
                title = FIELD_BY_NAME[issue.field].title
                yield _find(case, contract, issue.field, f"{_name(contract)}, {title.lower()}: {issue.message}")


@rule("K104", NOTE, "Placeholder in a contract", summary="have a placeholder")
@why("A word such as TBC is not data. A cell stays empty until its value is known.")
@example("end: TBC   (in a row of data/contracts/contracts.csv)")
@fix("Fill in the cell or empty it in the original table, and import it again.")
def _check_placeholders(case: Case) -> Iterator[Finding]:
    for contract in case.register.contracts.contracts:
        for issue in contract.issues:
            if issue.is_placeholder:
                title = FIELD_BY_NAME[issue.field].title
                yield _find(case, contract, issue.field, f"{_name(contract)}, {title.lower()}: {issue.message}")


@rule("K105", WARNING, "Contract that ends before it starts")
@why("One of the two dates is wrong, so the date to decide is wrong too.")
@example("{start: 2026-05-01, end: 2025-04-30}   # in a row of data/contracts/contracts.csv")
@fix("Correct the wrong date in the original table, and import it again.")
def _check_dates(case: Case) -> Iterator[Finding]:
    for contract in case.register.contracts.contracts:
        start, end, latest = (contract.get_date(name) for name in ("start", "end", "latest_end"))
        if start and end and is_before(end, start):
            message = f"{_name(contract)} ends ({end.raw}) before it starts ({start.raw})."
            yield _find(case, contract, "end", message)
        if end and latest and is_before(latest, end):
            message = f"{_name(contract)} ends with extensions ({latest.raw}) before it ends ({end.raw})."
            yield _find(case, contract, "latest_end", message)


_MAX_YEARS = {"start": (60, 20), "end": (30, 75), "latest_end": (30, 75), "review_by": (30, 30)}
"""How many years ago, and how many years ahead, a date of a contract can be. A lease can run for a century."""
_DAYS_IN_YEAR = 365.25


@rule("K112", WARNING, "Contract with a date far from now", summary="have a date far from now")
@why("A date decades away is usually a mistyped year. Such a contract would never fall due.")
@example("start: 2062-04-01   (in a row of data/contracts/contracts.csv)")
@fix("Correct the year in the original table, and import it again.")
def _check_far_dates(case: Case) -> Iterator[Finding]:
    for contract in case.register.contracts.contracts:
        for name, (years_ago, years_ahead) in _MAX_YEARS.items():
            date = contract.get_date(name)
            years = (date.latest - case.as_of).days / _DAYS_IN_YEAR if date and date.latest else 0
            if date and not -years_ago <= years <= years_ahead:
                title = FIELD_BY_NAME[name].title.lower()
                yield _find(case, contract, name, f"{_name(contract)}, {title}: {date.raw} is far from now.")


def _list_running(case: Case) -> Iterator[ContractView]:
    if case.register.contracts.contracts:
        yield from list_contracts(case)


@rule(
    "K106",
    WARNING,
    "Contract that expired without a successor",
    summary="expired without a successor",
    query="--contracts",
)
@why("What is still bought under it has no contract, which is a breach of the procurement rules.")
@example("end: 2026-03-31   (in the past, and no later contract has the same name)")
@fix(
    "Add its reference under `contracts:` in the action that replaces it. If it was replaced or closed, "
    "correct the original table."
)
def _check_expired(case: Case) -> Iterator[Finding]:
    for view in _list_running(case):
        if view.facts.expired_without_successor and view.facts.unanswered and view.facts.end_day:
            day = format_long_date(view.facts.end_day)
            yield _find(
                case, view.contract, "end", f"{_name(view.contract)} ended on {day}, and no contract follows it."
            )


@rule("K107", WARNING, "Date to decide on a contract has passed", summary="are past the date to decide")
@why("There may be too little time for a competition before it ends.")
@example("end: 2027-03-31   (in six months, with a lead time of nine)")
@fix("Add its reference under `contracts:` in the action that decides on its replacement.")
def _check_decide_by(case: Case) -> Iterator[Finding]:
    for view in _list_running(case):
        if view.facts.decide_by_passed and view.facts.unanswered and view.facts.decide_by:
            day = format_long_date(view.facts.decide_by)
            message = f"{_name(view.contract)}: a decision on its replacement was due by {day}. No action names it."
            yield _find(case, view.contract, "end", message)


@rule("K108", NOTE, "Contract without an end", summary="have no end")
@why("A contract without an end is never put out to competition, and its date to decide cannot be calculated.")
@example("end: rolling   (in a row of data/contracts/contracts.csv)")
@fix("Add its end, or the date of its next review, in the original table.")
def _check_end(case: Case) -> Iterator[Finding]:
    for view in _list_running(case):
        if view.facts.no_end_date and not view.contract.get_date("review_by"):
            yield _find(case, view.contract, "end", f"{_name(view.contract)} has no end and no review date.")


@rule("K109", NOTE, "Table of contracts older than a quarter")
@why("English councils publish their contracts register every quarter. An older table lacks new contracts.")
@example("imported_on: 2026-01-12   (in data/contracts/source.yaml, eight months ago)")
@fix("Import the table of this quarter: p2ptrack import contracts FILE.")
def _check_age(case: Case) -> Iterator[Finding]:
    table = case.register.contracts
    day = find_table_day(table)
    if table.contracts and day and day + timedelta(_MAX_AGE_DAYS) < case.as_of:
        age = pluralise((case.as_of - day).days, "day")
        message = f"The table of contracts is from {format_long_date(day)}, {age} ago."
        place = CellPlace(lambda: table.locate(table.contracts[0], "reference"))
        yield Finding("", "", message, cell=place)


@rule("K110", WARNING, "Contract that is not in the contracts register")
@why("Nobody can find the contract, and the forward plan does not show this record beside it.")
@example("contracts: C999   (where the contracts register has no C999)")
@fix("Use the reference from the contracts register, or import the table that has it.")
def _check_links(case: Case) -> Iterator[Finding]:
    table = case.register.contracts
    if not table.contracts:
        return
    references = [contract.reference for contract in table.contracts if contract.reference]
    spelling = SpellingAdvice()
    for record, place, reference in iter_contract_references(case.register):
        if table.find(reference) is None and not _is_past(case, record):
            message = f"{record.id} names the contract {reference}, which is not in the contracts register."
            yield Finding(record.id, place, message, _suggest(spelling, record.id, reference, references))


def _is_past(case: Case, record: Record) -> bool:
    """Whether a record is about a former contract: the record is closed, or the contract of the exemption has ended."""
    if isinstance(record, ProcurementExemption):
        return bool(record.contract_end and record.contract_end.latest and record.contract_end.latest < case.as_of)
    return record.id in case.facts and not case.facts[record.id].unfinished


def _suggest(spelling: SpellingAdvice, record: str, reference: str, references: Sequence[str]) -> str:
    """Return the advice to use a likely reference. A reference with another number is another contract."""
    return spelling.advise(record, reference, [other for other in references if not has_other_number(reference, other)])


@rule("K111", WARNING, "Withheld contract that is not in the contracts register")
@why("The contract may be published under another reference.")
@example("contracts: {withheld: [{reference: C999, paragraph: 3}]}   # in data/programme.yaml")
@fix("Use the reference from the contracts register. If the contract is gone, remove the entry.")
def _check_exempt(case: Case) -> Iterator[Finding]:
    table, spelling = case.register.contracts, SpellingAdvice()
    references = [contract.reference for contract in table.contracts if contract.reference]
    for index, entry in enumerate(case.register.programme.contracts.withheld):
        place = f"contracts.withheld[{index}]"
        if table.contracts and table.find(entry.reference) is None:
            message = f"The contract {entry.reference} is exempt, but it is not in the contracts register."
            yield Finding("", f"{place}.reference", message, _suggest(spelling, "", entry.reference, references))
        unknown = [name for name in entry.fields if name not in FIELD_BY_NAME]
        if unknown:
            names = join_words([quote(name) for name in unknown])
            message = f"A contract has no field {names}, so all of {entry.reference} is withheld."
            yield Finding("", f"{place}.fields", message, f"Use {join_words(list(FIELD_BY_NAME), 'or')}.")


@rule("E101", WARNING, "Contract that started before its exemption was approved", summary="started before approval")
@why("The rules were already broken when the exemption was approved, and the committee will ask why.")
@example("{contract_start: 2026-05-01, approved_on: 2026-05-04}")
@fix("Correct the dates. If they are right, write `sought: after` and `type: breach`.")
def _check_early_start(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        start, approved = record.contract_start, record.approved_on
        if start and approved and starts_before_approval(record) and record.sought is not RequestTime.AFTER:
            message = (
                f"{record.id}: its contract started ({start.raw}) before the exemption was approved ({approved.raw})."
            )
            yield Finding(record.id, "contract_start", message)


@rule("E102", WARNING, "Waiver that was sought afterwards")
@why("A waiver is given before the contract is agreed. A request after that is a breach of the rules.")
@example("{type: waiver, sought: after}")
@fix("Write `type: breach`. If it was sought before the contract was agreed, write `sought: before`.")
def _check_late_waiver(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        is_late_by_text = _LATE_REQUEST.search(fold_text(record.reason_text or "")) is not None
        if record.type is ExemptionType.WAIVER and (record.sought is RequestTime.AFTER or is_late_by_text):
            clause = "it was sought" if record.sought is RequestTime.AFTER else "its reason says that it was sought"
            yield Finding(record.id, "type", f"{record.id} is called a waiver, but {clause} after the contract.")
        if record.type is ExemptionType.BREACH and record.sought is RequestTime.BEFORE and not is_late_by_text:
            message = f"{record.id} is called a breach, but it was sought before the contract."
            yield Finding(record.id, "sought", message, "Write `sought: after`, or `type: waiver` if it was asked for.")


_ORDERED = r"(?:appointed|begun|commissioned|delivered|engaged|made|ordered|placed|signed|started|supplied)"
_PURCHASE = r"(?:orders?|contracts?|works?|suppliers?|purchases?|services?)"
_UNAPPROVED = r"(?:without|before) (?:any |an? |the )?(?:approval|authorisation|exemption|waiver)\b"
_LATE_REQUEST = compile_on_use(
    r"\bretrospective(?:ly)? (?:applied|approval|approved|authorisation|exemption|request(?:ed)?|sought|waiver)\b"
    rf"|\b{_PURCHASE} (?:was |were |had (?:already )?(?:been )?)?{_ORDERED}(?: \w{{1,20}}){{0,3}} {_UNAPPROVED}"
    rf"|\b{_ORDERED} (?:the |an? )?{_PURCHASE} {_UNAPPROVED}"
    r"|\b(?:approval|exemption|waiver) was (?:only |not )?(?:asked for|requested|sought) (?:until )?after(?:wards)?\b"
)


@rule("E103", WARNING, "Exemption approved by the officer who requested it")
@why("Nobody may approve their own request.")
@example("{requested_by: Head of Service, approved_by: Head of Service}")
@fix("Write who approved it. If nobody else did, it is not approved yet, so remove `approved_by` and `approved_on`.")
def _check_own_approval(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        if is_self_approved(record):
            yield Finding(record.id, "approved_by", f"{record.id} was requested and approved by {record.requested_by}.")


@rule("E104", WARNING, "Exemption above the limit of those who approved it")
@why("An approval above an officer's limit does not count.")
@example("value: £150,000   (approved by an officer whose limit in the policy is £100,000)")
@fix("Add the others who approved it, or correct the value or the limit in the policy.")
def _check_delegation(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        limit = find_exceeded_limit(case, record)
        if record.value is not None and limit is not None:
            posts = join_words(record.approved_by)
            message = (
                f"{record.id}: {posts} approved {format_money(record.value)}. The limit is {format_amount(limit)}."
            )
            yield Finding(record.id, "value", message)


@rule("E105", WARNING, "Stop-gap past its end", summary="are stop-gaps past their end")
@why("A stop-gap that continues is a contract without competition.")
@example("stop_gap_until: 2026-03-31")
@fix(
    "If a new contract is in place, add its reference under `contract:`. Otherwise say under `ends_by:` what "
    "will end the stop-gap."
)
def _check_stop_gap(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        if end := find_ended_stop_gap(case, record):
            yield Finding(record.id, "stop_gap_until", f"{record.id}: its stop-gap ended on {format_long_date(end)}.")
        elif is_before(record.stop_gap_until, record.contract_end) and record.stop_gap_until and record.contract_end:
            subject = f"{record.id}: its stop-gap must end by {record.stop_gap_until.raw}"
            message = f"{subject}, but the contract runs until {record.contract_end.raw}."
            yield Finding(record.id, "stop_gap_until", message, "Correct `stop_gap_until` or `contract_end`.")


@rule(
    "E106",
    NOTE,
    "Exemption without a plan to prevent the next one",
    summary="have no plan to prevent the next one",
    absent=("ends_by", "leads_to"),
)
@why("The committee will ask how the same exemption is avoided next year.")
@example("type: waiver   (in a register whose other exemptions have `ends_by`)")
@fix("Say under `ends_by:` what will prevent the next one, or name the action under `leads_to:`.")
def _check_next_step(case: Case) -> Iterator[Finding]:
    records = _list_exemptions(case)
    if any(map(has_next_step, records)):
        for record in records:
            if record.type is not ExemptionType.EXCEPTION and not has_next_step(record):
                yield Finding(record.id, "", f"{record.id} has no plan to prevent the next exemption.")


@rule("E107", WARNING, "Same supplier again within two years", absent=("leads_to", "ends_by"))
@why("Repeated exemptions for one supplier amount to a contract without competition.")
@example("supplier: Example Ltd   (in two waivers, of May 2025 and of May 2026, without an action)")
@fix("Name the action that puts the contract out to competition under `leads_to:`.")
def _check_repeated_supplier(case: Case) -> Iterator[Finding]:
    for id_, before in find_repeats(case).items():
        message = f"{id_}: its supplier had an exemption less than two years before ({before.id})."
        yield Finding(id_, "supplier", message, related=(before.id,))


@rule(
    "E108",
    NOTE,
    "Exemption not reported to a meeting",
    summary="were not reported to a meeting",
    absent=("reported_to",),
)
@why("The council's rules promise the committee a report of every exemption.")
@example("approved_on: 2026-01-12   (a meeting was held in March 2026, and other exemptions have `reported_to`)")
@fix("Name the meeting in `reported_to`, or report it to the next one.")
def _check_reporting(case: Case) -> Iterator[Finding]:
    records = _list_exemptions(case)
    if not any(record.reported_to for record in records):
        return
    for record in records:
        if approved := find_unreported_day(case, record):
            day = format_long_date(approved)
            message = f"{record.id} was approved on {day} and was not reported to a meeting after that."
            yield Finding(record.id, "", message)


@rule("E109", WARNING, "Contract that ends before it starts")
@why("One of the two dates is wrong.")
@example("{contract_start: 2026-05-01, contract_end: 2025-04-30}")
@fix("Correct the wrong date.")
def _check_contract_dates(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        start, end = record.contract_start, record.contract_end
        if start and end and is_before(end, start):
            yield Finding(
                record.id, "contract_end", f"{record.id}: the contract ends ({end.raw}) before it starts ({start.raw})."
            )


@rule("E110", NOTE, "Exemption without a type or a value", summary="have no type or no value", absent=("type", "value"))
@why("Reports to the committee state the number, type and value of exemptions.")
@example("type: waiver   (without `value`)")
@fix("Add `type:` and `value:`.")
def _check_type_and_value(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        missing = [name for name in ("type", "value") if getattr(record, name) is None]
        if missing:
            fix_text = f"Add {join_words([f'`{name}:`' for name in missing])}."
            yield Finding(record.id, "", f"{record.id} has no {join_words(missing, 'or')}.", fix_text)


@rule("E114", WARNING, "Approval without an approver", summary="have no approver", absent=("approved_by",))
@why("Nobody can see whether the approver was entitled to approve it.")
@example("approved_on: 2026-06-03   (without `approved_by`, in a register that states it elsewhere)")
@fix("Add who approved it under `approved_by:`. If nobody did, remove `approved_on`.")
def _check_approver(case: Case) -> Iterator[Finding]:
    records = _list_exemptions(case)
    for record in records if any(record.approved_by for record in records) else ():
        if record.approved_on and not record.approved_by:
            message = f"{record.id} was approved on {record.approved_on.raw}, but its approver is not recorded."
            yield Finding(record.id, "approved_on", message)


@rule("E111", NOTE, "Reported to a meeting before it was approved")
@why("A meeting cannot have received an exemption that was not approved yet.")
@example("{approved_on: 2026-06-03, reported_to: AC-2026-01}   # a meeting of January 2026")
@fix("Name the meeting that received it, or correct the date of approval.")
def _check_early_report(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        meetings = [meeting for id_ in record.reported_to if (meeting := case.register.find_meeting(id_))]
        approved = record.approved_on
        if approved and meetings and all(is_before(meeting.date, approved) for meeting in meetings):
            message = f"{record.id} was approved on {approved.raw}, after the meeting that it was reported to."
            yield Finding(record.id, "reported_to", message)


@rule("E112", WARNING, "Exemptions that are together above the limit")
@why(
    "A purchase must not be divided to keep each part below a limit. Both together need an officer with a higher limit."
)
@example("value: 49800   (eight days after one of 49500 for the same supplier, and the approver's limit is £50,000)")
@fix(
    "Add to `approved_by` of both an officer whose limit is above the total, once they have agreed. "
    "If they are separate purchases, change nothing."
)
def _check_split(case: Case) -> Iterator[Finding]:
    for record, before, limit, days in find_splits(case):
        if record.value and before.value:
            total = format_amount(record.value.amount + before.value.amount)
            subject = f"{record.id} and {before.id}, for one supplier and {pluralise(days, 'day')} apart"
            message = f"{subject}, are {total} together. The approver's limit is {format_amount(limit)}."
            yield Finding(record.id, "value", message, related=(before.id,))


_NO_GROUND = compile_on_use(
    r"(?:(?:due to|because of|for) )?(?:an? |the )?(?:lack of time|no time|time (?:constraints?|pressures?)"
    r"|convenience|ease|as (?:before|last (?:time|year)|previously|usual)|same as (?:before|last year)"
    r"|(?:incumbent|existing|current|usual|preferred|known|trusted|local)(?: (?:supplier|provider|contractor))?"
    r"|(?:good|long[- ]standing|existing|working) relationship(?: with (?:the |this )?supplier)?"
    r"|officer capacity|lack of (?:capacity|resources?|staff))"
)
_OWN_FAULT = compile_on_use(
    r"\b(?:ran|run|running) out of time\b|\b(?:lack of|late|poor|insufficient) (?:forward )?planning\b(?! \w)"
    r"|\bforgot(?:ten)?\b|\bwas overlooked\b|\boversight (?:by|of) (?:the )?(?:service|team|officers?)\b"
    r"|\b(?:due to|because of) an oversight\b|\bnot (?:been )?planned in time\b|\b(?:left|started) (?:it )?too late\b"
    r"|\b(?:nobody|no one) (?:had )?planned\b|\b(?:officers|the (?:service|team)) (?:had not|did not) plan(?:ned)?\b"
    r"|\b(?:lack of|no|not enough|insufficient) time (?:to (?:advertise|go out|obtain|procure|run|seek|tender)"
    r"|for an? (?:procurement|tender))|\bfor (?:administrative )?convenience\b"
    r"|\b(?:have|has) always (?:used|bought|been used)\b"
    r"|\b(?:easier|quicker|simpler) (?:to (?:use|stay|continue)|than (?:an? )?tender)\b"
)
_EMERGENCY = compile_on_use(
    r"\b(?:administration|burst|collaps\w*|court|danger\w*|emergenc\w*|fail\w*|fire|flood\w*|insolven\w*|leak\w*"
    r"|liquidation|storm|unsafe|withdrew|withdrawn)\b"
)
"""Words for an emergency, which leaves no time for a tender and is not the council's fault."""


@rule("E113", WARNING, "Reason that is not a ground for an exemption")
@why("The council could have avoided it, for example with a plan. The committee will ask why.")
@example("reason_text: Nobody had planned the tender and we ran out of time.")
@fix("Write which ground in the council's rules applies. If none does, write `type: breach`.")
def _check_ground(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        text = fold_text(record.reason_text or "") if record.type is not ExemptionType.BREACH else ""
        is_own_fault = _OWN_FAULT.search(text) is not None and _EMERGENCY.search(text) is None
        if text and (is_own_fault or _NO_GROUND.fullmatch(text)):
            message = f"The reason of {record.id} ({quote(record.reason_text or '')}) is not a ground for an exemption."
            yield Finding(record.id, "reason_text", message, words=record.reason_text or "")


def _list_exemptions(case: Case) -> tuple[ProcurementExemption, ...]:
    return case.register.of_type(ProcurementExemption)
