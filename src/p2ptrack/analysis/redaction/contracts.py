"""What an audience may see of the contracts register."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from p2ptrack.analysis.case import ExemptContent
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import is_in_force
from p2ptrack.analysis.redaction.names import NameMatcher, build_name_matcher
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
from p2ptrack.values import dataclass

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
    """Whether all of a contract is exempt on a day. An unknown field name exempts all of it, to be safe."""
    exempt = contract.exempt
    if exempt is None or not is_in_force(exempt, day):
        return False
    return not exempt.fields or "reference" in exempt.fields or not set(exempt.fields) <= FIELD_BY_NAME.keys()


def list_exempt_contracts(table: ContractTable, day: date) -> dict[str, ExemptContent]:
    """Return the exempt content of each contract on a day, by its reference."""
    contents = {}
    for contract in table.contracts:
        exempt = contract.exempt
        if exempt is not None and is_in_force(exempt, day):
            is_whole = is_wholly_exempt(contract, day)
            contents[contract.reference] = ExemptContent(is_whole, () if is_whole else exempt.fields)
    return contents


@dataclass(frozen=True, slots=True)
class ContractNames:
    """Names of exempt contracts in other texts: references, folded and as written, and titles of no other contract.

    `open_references` are those of all other contracts.
    """

    references: frozenset[str] = frozenset()
    searchable: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    open_references: frozenset[str] = frozenset()


def find_contract_names(table: ContractTable, day: date) -> ContractNames:
    """Return the names of contracts that are exempt on a day as a whole, and of those with an exempt title.

    A short reference without letters or without digits is not searched for: it could be any number or word.
    """
    if not any(contract.exempt for contract in table.contracts):
        return ContractNames()
    exempt = [contract for contract in table.contracts if is_wholly_exempt(contract, day)]
    other_contracts = [contract for contract in table.contracts if not is_wholly_exempt(contract, day)]
    hidden_titles = {
        contract.reference for contract in other_contracts if "title" in _list_exempt_fields(contract, day)
    }
    with_hidden_name = [*exempt, *(contract for contract in other_contracts if contract.reference in hidden_titles)]
    open_titles = {
        fold_text(contract.words.get("title", ""))
        for contract in other_contracts
        if contract.reference not in hidden_titles
    }
    titles = {contract.words.get("title", "") for contract in with_hidden_name}
    references = {contract.reference for contract in exempt if contract.reference}
    return ContractNames(
        frozenset(map(fold_reference, references)),
        _list_spellings(filter(_is_distinctive, references)),
        frozenset(title for title in titles if title and fold_text(title) not in open_titles),
        _list_spellings(contract.reference for contract in other_contracts if contract.reference),
    )


def _list_spellings(references: Iterable[str]) -> frozenset[str]:
    """Return references as they are written, and with only their letters and digits."""
    spellings = frozenset(references)
    return spellings | {squeezed for text in spellings if (squeezed := "".join(filter(str.isalnum, text)))}


_MIN_REFERENCE_LENGTH = 6


def _is_distinctive(reference: str) -> bool:
    has_both = any(map(str.isdigit, reference)) and any(map(str.isalpha, reference))
    return has_both or (len(reference) >= _MIN_REFERENCE_LENGTH and any(map(str.isdigit, reference)))


def _list_exempt_fields(contract: Contract, day: date) -> tuple[str, ...]:
    exempt = contract.exempt
    return exempt.fields if exempt is not None and is_in_force(exempt, day) else ()


def redact_contracts(table: ContractTable, audience: Audience, day: date) -> ContractTable:
    """Return the contracts that an audience may see. The public sees nothing exempt and no words as published."""
    if audience is not Audience.PUBLIC:
        marked = (
            replace(contract, exempt=None) if contract.exempt and not is_in_force(contract.exempt, day) else contract
            for contract in table.contracts
        )
        return replace(table, contracts=tuple(marked))
    visible_contracts = [contract for contract in table.contracts if not is_wholly_exempt(contract, day)]
    names = find_contract_names(table, day)
    matcher = build_name_matcher(names.searchable, names.titles, (), names.open_references)
    omitted = tuple(
        fold_reference(contract.reference) for contract in table.contracts if is_wholly_exempt(contract, day)
    )
    columns = {column.field for column in table.source.columns} if table.source else set()
    contracts = tuple(
        _make_public(_drop_link(contract, omitted), day, matcher, columns) for contract in visible_contracts
    )
    return ContractTable(contracts, table.source, omitted=omitted)


def _drop_link(contract: Contract, omitted: Collection[str]) -> Contract:
    """Return a contract without the reference of the contract that it replaces, where that contract is withheld."""
    if fold_reference(contract.words.get("replaces", "")) not in set(omitted) - {""}:
        return contract
    values = {name: value for name, value in contract.values.items() if name != "replaces"}
    words = {name: text for name, text in contract.words.items() if name != "replaces"}
    return replace(contract, values=values, words=words)


def list_hidden_fields(contract: Contract, day: date) -> frozenset[str]:
    """Return the fields of a contract that are exempt on a day, and those that reveal them."""
    if is_wholly_exempt(contract, day):
        return frozenset(FIELD_BY_NAME)
    names = _list_exempt_fields(contract, day)
    return frozenset(other for name in names for other in (name, *_IMPLIED.get(name, ())))


def _make_public(contract: Contract, day: date, matcher: NameMatcher, columns: Collection[str]) -> Contract:
    """Return a contract without its exempt fields, those that reveal them, and texts that repeat them.

    Fields that contain an exempt contract's name are left out too. `columns` are the fields that the table has. A field
    that it lacks counts as withheld only if the exemption names it.
    """
    exempt = _list_exempt_fields(contract, day)
    hidden = {name for name in list_hidden_fields(contract, day) if name in columns or name in exempt}
    texts = [text for name in hidden for text in _spell_value(contract, name)]
    if texts:
        hidden |= {name for name, words in contract.words.items() if any(text in fold_text(words) for text in texts)}
    hidden |= {name for name, words in contract.words.items() if name != "reference" and matcher.find(words)}
    unreadable = {issue.field for issue in contract.issues}
    return replace(
        contract,
        values={name: value for name, value in contract.values.items() if name not in hidden and name != "exempt"},
        words={
            name: text for name, text in contract.words.items() if name not in hidden | unreadable and name != "exempt"
        },
        published={},
        issues=tuple(CellIssue(name, "") for name in sorted(unreadable - hidden)),
        exempt=contract.exempt if _list_exempt_fields(contract, day) else None,
        withheld=contract.withheld | hidden,
    )


def _spell_value(contract: Contract, name: str) -> Iterable[str]:
    """Return the spellings by which another text could repeat an exempt value."""
    value = contract.values.get(name)
    if isinstance(value, Money):
        return map(fold_text, spell_amount(value.amount))
    text = fold_text(contract.words.get(name, ""))
    return [text] if len(text) > len("yes") else []


def apply_current_marks(table: ContractTable, current: ContractTable, today: date) -> ContractTable:
    """Return an earlier table with today's exemptions added, by the references of the contracts."""
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
    table: ContractTable, current: ContractTable, audience: Audience, today: date
) -> ContractTable:
    """Return an earlier table as an audience may see it, by its own exemptions and by today's.

    `current` is what the audience may see now; `today` is the day on which the exemptions of each must hold.
    """
    if audience is Audience.PUBLIC:
        remaining = tuple(
            contract for contract in table.contracts if fold_reference(contract.reference) not in current.omitted
        )
        table = replace(table, contracts=remaining)
    return redact_contracts(apply_current_marks(table, current, today), audience, today)
