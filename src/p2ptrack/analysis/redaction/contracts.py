"""What an audience may see of the contracts register."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from p2ptrack.analysis.case import ExemptContent
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import is_in_force
from p2ptrack.model.contracts import (
    FIELD_BY_NAME,
    CellIssue,
    Contract,
    ContractTable,
    combine_exemptions,
    fold_reference,
)
from p2ptrack.model.money import Money, spell_amount
from p2ptrack.phrases import fold_text

_IMPLIED = {
    "value": ("annual_value",),
    "annual_value": ("value",),
    "supplier": ("supplier_id", "sme", "vcse"),
    "supplier_id": ("supplier",),
    "end": ("latest_end", "extension", "term", "review_by"),
    "title": ("description",),
}
"""Fields that reveal another one."""


def is_wholly_exempt(contract: Contract, day: date) -> bool:
    """Whether all of a contract is exempt on a day. A name that is no field exempts all, so that nothing slips out."""
    exempt = contract.exempt
    if exempt is None or not is_in_force(exempt, day):
        return False
    return not exempt.fields or "reference" in exempt.fields or not set(exempt.fields) <= FIELD_BY_NAME.keys()


def list_exempt_contracts(table: ContractTable, day: date) -> dict[str, ExemptContent]:
    """Return what is exempt of each contract on a day, by its reference."""
    return {
        contract.reference: ExemptContent(
            is_whole := is_wholly_exempt(contract, day), () if is_whole else exempt.fields
        )
        for contract in table.contracts
        if (exempt := contract.exempt) is not None and is_in_force(exempt, day)
    }


def redact_contracts(table: ContractTable, audience: Audience, day: date) -> ContractTable:
    """Return the contracts that an audience may see. The public sees nothing exempt and no words as published."""
    if audience is not Audience.PUBLIC:
        marked = (
            replace(contract, exempt=None) if contract.exempt and not is_in_force(contract.exempt, day) else contract
            for contract in table.contracts
        )
        return replace(table, contracts=tuple(marked))
    shown = [contract for contract in table.contracts if not is_wholly_exempt(contract, day)]
    omitted = tuple(fold_reference(each.reference) for each in table.contracts if is_wholly_exempt(each, day))
    contracts = tuple(_make_public(_drop_link(contract, omitted), day) for contract in shown)
    return ContractTable(contracts, table.source, omitted=omitted)


def _drop_link(contract: Contract, omitted: Collection[str]) -> Contract:
    """Return a contract without the reference of the one that it replaces, where that is withheld."""
    if fold_reference(contract.words.get("replaces", "")) not in set(omitted) - {""}:
        return contract
    values = {name: value for name, value in contract.values.items() if name != "replaces"}
    words = {name: text for name, text in contract.words.items() if name != "replaces"}
    return replace(contract, values=values, words=words)


def _make_public(contract: Contract, day: date) -> Contract:
    """Return a contract without its exempt fields, those that reveal them, and texts that repeat them."""
    exempt = contract.exempt
    names = exempt.fields if exempt is not None and is_in_force(exempt, day) else ()
    hidden = {other for name in names for other in (name, *_IMPLIED.get(name, ()))}
    texts = [text for name in hidden for text in _spell(contract, name)]
    if texts:
        hidden |= {name for name, words in contract.words.items() if any(text in fold_text(words) for text in texts)}
    unread = {issue.field for issue in contract.issues}
    return replace(
        contract,
        values={name: value for name, value in contract.values.items() if name not in hidden and name != "exempt"},
        words={name: text for name, text in contract.words.items() if name not in hidden | unread and name != "exempt"},
        published={},
        issues=tuple(CellIssue(name, "") for name in sorted(unread - hidden)),
        exempt=exempt if names else None,
        withheld=contract.withheld | hidden,
    )


def _spell(contract: Contract, name: str) -> Iterable[str]:
    """Return how another text could repeat an exempt value."""
    value = contract.values.get(name)
    if isinstance(value, Money):
        return map(fold_text, spell_amount(value.amount))
    text = fold_text(contract.words.get(name, ""))
    return [text] if len(text) > len("yes") else []


def apply_current_marks(table: ContractTable, current: ContractTable, today: date) -> ContractTable:
    """Return a table of the past in which what is exempt today of a contract with the same reference is exempt."""
    marks = {
        fold_reference(contract.reference): contract.exempt
        for contract in current.contracts
        if contract.reference and contract.exempt is not None and is_in_force(contract.exempt, today)
    }
    if not marks or table is current:
        return table
    contracts = tuple(
        replace(contract, exempt=combine_exemptions([contract.exempt, mark]))
        if (mark := marks.get(fold_reference(contract.reference))) and mark != contract.exempt
        else contract
        for contract in table.contracts
    )
    return replace(table, contracts=contracts)


def redact_earlier_contracts(
    table: ContractTable, current: ContractTable, audience: Audience, days: tuple[date, date]
) -> ContractTable:
    """Return an earlier table as an audience may see it: by its own exemptions, and by those of the current one.

    `current` is what the audience may see now; `days` are those on which the exemptions of either are judged.
    """
    earlier_day, today = days
    if audience is Audience.PUBLIC:
        kept = tuple(each for each in table.contracts if fold_reference(each.reference) not in current.omitted)
        table = replace(table, contracts=kept)
    return redact_contracts(apply_current_marks(table, current, today), audience, min(earlier_day, today))
