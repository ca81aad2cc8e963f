"""Rules about exemptions from the council's procurement rules.

A field that no exemption of the register states is a column that the council does not keep, so no rule asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exemptions import (
    find_ended_stop_gap,
    find_exceeded_limit,
    find_repeats,
    find_unreported_day,
    has_next_step,
    is_self_approved,
    starts_before_approval,
)
from p2ptrack.analysis.rules.rule import NOTE, WARNING, Finding, example, fix, rule, why
from p2ptrack.model.dates import format_long_date, is_before
from p2ptrack.model.fields import ExemptionType, RequestTime
from p2ptrack.model.money import format_amount, format_money
from p2ptrack.model.records import ProcurementExemption
from p2ptrack.phrases import join_words


@rule("E101", WARNING, "Contract that started before its exemption was approved", summary="started before approval")
@why("The rules were already broken when the exemption was approved, and the committee will ask why.")
@example("{contract_start: 2026-05-01, approved_on: 2026-05-04}")
@fix("Correct the dates. If they are right, write `sought: after`.")
def _check_early_start(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        start, approved = record.contract_start, record.approved_on
        if start and approved and starts_before_approval(record) and record.sought is not RequestTime.AFTER:
            message = (
                f"{record.id}: its contract started ({start.raw}) before the exemption was approved ({approved.raw})."
            )
            yield Finding(record.id, "contract_start", message)


@rule("E102", WARNING, "Waiver that was sought afterwards")
@why("A waiver is given before the contract is agreed. What is asked for afterwards is a breach of the rules.")
@example("{type: waiver, sought: after}")
@fix("Write `type: breach`. If it was sought before the contract was agreed, write `sought: before`.")
def _check_late_waiver(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        if record.type is ExemptionType.WAIVER and record.sought is RequestTime.AFTER:
            yield Finding(record.id, "type", f"{record.id} is called a waiver, but it was sought after the contract.")


@rule("E103", WARNING, "Exemption approved by the officer who requested it")
@why("Nobody may approve their own request.")
@example("{requested_by: Head of Service, approved_by: Head of Service}")
@fix("Write who approved it. If nobody else did, it is not approved yet: take `approved_by` and `approved_on` out.")
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
@why("A stop-gap that goes on is a contract without competition.")
@example("stop_gap_until: 2026-03-31")
@fix("If a new contract is in place, write it in `contract`. Otherwise write in `ends_by` what ends the stop-gap.")
def _check_stop_gap(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        if end := find_ended_stop_gap(case, record):
            yield Finding(record.id, "stop_gap_until", f"{record.id}: its stop-gap ended on {format_long_date(end)}.")


@rule(
    "E106",
    NOTE,
    "Exemption without what stops the next one",
    summary="do not say what stops the next one",
    absent=("ends_by", "leads_to"),
)
@why("The committee asks what stops the same exemption next year.")
@example("type: waiver   (in a register whose other exemptions have `ends_by`)")
@fix("Write in `ends_by` what stops the next one, or name the action in `leads_to`.")
def _check_next_step(case: Case) -> Iterator[Finding]:
    records = _list_exemptions(case)
    if any(map(has_next_step, records)):
        for record in records:
            if record.type is not ExemptionType.EXCEPTION and not has_next_step(record):
                yield Finding(record.id, "", f"{record.id} does not say what stops the next exemption.")


@rule("E107", WARNING, "Same supplier again within two years", absent=("leads_to", "ends_by"))
@why("Exemptions one after another for one supplier are a contract that was never offered to others.")
@example("supplier: Example Ltd   (in two waivers, of May 2025 and of May 2026, without an action)")
@fix("Name in `leads_to` the action that offers the contract to others.")
def _check_repeated_supplier(case: Case) -> Iterator[Finding]:
    for id_, before in find_repeats(case).items():
        message = f"{id_}: its supplier had an exemption less than two years before ({before.id})."
        yield Finding(id_, "supplier", message, related=(before.id,))


@rule(
    "E108",
    NOTE,
    "Exemption not reported to a meeting",
    summary="were reported to no meeting",
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
@why("The committee is promised the number, the nature and the value of exemptions.")
@example("type: waiver   (without `value`)")
@fix("Add `type:` and `value:`.")
def _check_type_and_value(case: Case) -> Iterator[Finding]:
    for record in _list_exemptions(case):
        missing = [name for name in ("type", "value") if getattr(record, name) is None]
        if missing:
            fix_text = f"Add {join_words([f'`{name}:`' for name in missing])}."
            yield Finding(record.id, "", f"{record.id} has no {join_words(missing, 'or')}.", fix_text)


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


def _list_exemptions(case: Case) -> tuple[ProcurementExemption, ...]:
    return case.register.of_type(ProcurementExemption)
