"""Contracts as a release package of the Open Contracting Data Standard 1.1, for the public alone.

Each contract is one contracting process with one release. Its ocid is the council's prefix with the reference of
the contract, so that it stays the same in every package.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from p2ptrack.analysis.case import Case, find_unreadable
from p2ptrack.analysis.contracts import ContractView, find_latest_end
from p2ptrack.errors import UsageError
from p2ptrack.formats.json import format_json
from p2ptrack.model.contracts import Contract, fold_reference
from p2ptrack.model.money import Money, MoneyPeriod
from p2ptrack.phrases import fold_text

VERSION = "1.1"
_METHODS = (
    ("direct", re.compile(r"\b(?:direct|waiver|exemption|single|sole|negotiated without|extension)\b")),
    ("limited", re.compile(r"\b(?:quotations?|quotes?|rfq|invitation to quote|limited)\b")),
    (
        "selective",
        re.compile(r"\b(?:framework|call-?off|restricted|dps|dynamic|mini-?competition|selective|competitive)\b"),
    ),
    ("open", re.compile(r"\bopen")),
)
"""The procurement method of the standard by words of the procedure; the first that fits."""


def write_ocds(case: Case, views: Sequence[ContractView]) -> bytes:
    """Return a release package of contracts, which the case holds as the public may see them.

    A package of a register with errors has `unread`, as in every JSON answer. The standard lets publishers add fields.

    Raises `UsageError` where the programme has no prefix.
    """
    prefix = case.register.programme.contracts.ocid_prefix
    if not prefix:
        raise UsageError(
            "OCDS needs the prefix that the Open Contracting Partnership gives each publisher. Write it in "
            "data/programme.yaml, below contracts:, such as ocid_prefix: ocds-abc123"
        )
    groups: dict[str, list[ContractView]] = {}
    for view in views:
        if view.contract.reference:
            groups.setdefault(fold_reference(view.contract.reference), []).append(view)
    publisher = case.register.programme.organisation or case.register.programme.title
    published = _format_time(case.as_of)
    package: dict[str, Any] = {
        "uri": f"urn:p2ptrack:{prefix}:{case.as_of.isoformat()}",
        "version": VERSION,
        "publishedDate": published,
        "publisher": {"name": publisher},
        "releases": [_make_release(group, prefix, publisher, case.as_of) for group in groups.values()],
    }
    if unreadable := find_unreadable(case.problems):
        package["unread"] = [file.to_json() for file in unreadable]
    return format_json(package)


def count_without_reference(views: Iterable[ContractView]) -> int:
    """Return how many contracts have no reference, so that no package can hold them."""
    return sum(not view.contract.reference for view in views)


def make_ocid(prefix: str, reference: str) -> str:
    """Return the identifier of a contracting process. Characters that an address cannot contain become hyphens.

    References that would become equal get a part of their fingerprint.
    """
    folded = fold_reference(reference)
    slug = re.sub(r"[^a-z0-9.-]+", "-", folded).strip("-")
    suffix = "" if slug == folded else f"-{_digest(folded)}"
    return f"{prefix}-{slug}{suffix}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _format_time(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _make_release(views: Sequence[ContractView], prefix: str, publisher: str, as_of: date) -> dict[str, Any]:
    """Return the release of a contract. Several rows with its reference are its suppliers."""
    view, contract = views[0], views[0].contract
    ocid = make_ocid(prefix, contract.reference)
    buyer = {"id": f"buyer-{_digest(publisher)}", "name": publisher}
    suppliers = list({party["id"]: party for view in views for party in _list_suppliers(view.contract)}.values())
    names = [{"id": party["id"], "name": party["name"]} for party in suppliers]
    titles = _drop_empty({"title": contract.get_text("title"), "description": contract.get_text("description")})
    awarded_on = contract.get_date("awarded_on")
    award = {
        "id": f"{ocid}-award",
        **titles,
        "status": "active",
        "date": _format_time(awarded_on.latest) if awarded_on and awarded_on.latest else None,
        "value": _make_value(contract),
        "suppliers": names,
        "contractPeriod": _make_period(view),
    }
    return _drop_empty(
        {
            "ocid": ocid,
            "id": f"{ocid}-{as_of.isoformat()}",
            "date": _format_time(as_of),
            "tag": ["contract"],
            "initiationType": "tender",
            "language": "en",
            "parties": [{**buyer, "roles": ["buyer"]}, *suppliers],
            "buyer": buyer,
            "tender": _make_tender(contract, ocid, titles),
            "awards": [_drop_empty(award)],
            "contracts": [_make_contract(view, ocid, titles)],
        }
    )


def _make_tender(contract: Contract, ocid: str, titles: Mapping[str, Any]) -> dict[str, Any]:
    procedure = contract.get_text("procedure")
    method = next((name for name, pattern in _METHODS if pattern.search(fold_text(procedure))), None)
    return _drop_empty(
        {
            "id": f"{ocid}-tender",
            **titles,
            "status": "complete",
            "procurementMethod": method,
            "procurementMethodDetails": procedure,
        }
    )


def _make_contract(view: ContractView, ocid: str, titles: Mapping[str, Any]) -> dict[str, Any]:
    status = "pending" if view.facts.not_started else "active"
    if view.facts.expired:
        status = "terminated"
    return _drop_empty(
        {
            "id": view.contract.reference,
            "awardID": f"{ocid}-award",
            **titles,
            "status": status,
            "period": _make_period(view),
            "value": _make_value(view.contract),
        }
    )


def _make_period(view: ContractView) -> dict[str, str] | None:
    start, end, latest = view.contract.get_date("start"), view.facts.end_day, find_latest_end(view.contract)
    days = {
        "startDate": start.earliest if start else None,
        "endDate": end,
        "maxExtentDate": latest if latest and end and latest > end else None,
    }
    period = {name: _format_time(day) for name, day in days.items() if day}
    return period or None


def _make_value(contract: Contract) -> dict[str, Any] | None:
    """Return what a contract is worth as a whole. The standard has no place for an amount a year."""
    value: Money | None = contract.get_money("value")
    if value is None or value.period is MoneyPeriod.YEAR:
        return None
    is_whole = value.amount == value.amount.to_integral_value()
    # With at most 15 digits, a float prints the same two decimals.
    return {"amount": int(value.amount) if is_whole else float(value.amount), "currency": value.currency}


def _list_suppliers(contract: Contract) -> Iterator[dict[str, Any]]:
    """Yield the suppliers of a row, each with its own identifier.

    A company number is used only for a single supplier.
    """
    names = [name.strip() for name in re.split(r";|\n", contract.get_text("supplier")) if name.strip()]
    number = re.sub(r"\s+", "", contract.get_text("supplier_id")).upper() if len(names) == 1 else ""
    is_company = re.fullmatch(r"(?:[A-Z]{2}\d{6}|\d{7,8})", number) is not None
    for name in names:
        identifier = {"scheme": "GB-COH", "id": number.zfill(8), "legalName": name} if is_company else None
        id_ = f"GB-COH-{number.zfill(8)}" if is_company else f"supplier-{_digest(fold_text(name))}"
        yield _drop_empty(
            {
                "id": id_,
                "name": name,
                "identifier": identifier,
                "roles": ["supplier"],
            }
        )


def _drop_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
