"""N107: placeholder words, such as TBC, where a record names somebody, gives a reason or lists evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.redaction.exemptions import EXEMPTABLE_LISTS
from p2ptrack.analysis.rules.rule import ERROR, Finding, example, fix, rule, why
from p2ptrack.model.fields import Decision, RoleMarker
from p2ptrack.model.placeholders import is_nobody, is_placeholder
from p2ptrack.phrases import quote

_NAME, _REASON = "does not name anybody", "does not give a reason"
_EXEMPT_FIELDS = {"decided_by": _NAME, "reason": _REASON, "public_interest": _REASON}
_STATEMENTS: dict[str, str] = {
    "accountable": _NAME,
    "supporting": _NAME,
    "lead_member": _NAME,
    "revisions.requested_by": _NAME,
    "revisions.approved_by": _NAME,
    "revisions.reason": _REASON,
    "verified.by": _NAME,
    "verified.method": "does not say how it was verified",
    "decided.by": _NAME,
    "decided.continuing_owner": _NAME,
    "decided.reason": _REASON,
    "response.by": _NAME,
    "updates.by": _NAME,
    "evidence.title": "does not name any evidence",
    "blocked_by.owner": _NAME,
    "blocked_by.cause": "does not say what the work waits for",
    **{
        f"{prefix}exempt.{name}": statement
        for prefix in ("", *(f"{entry}." for entry in EXEMPTABLE_LISTS))
        for name, statement in _EXEMPT_FIELDS.items()
    },
}
"""What a placeholder fails to do in each field of a record that says who, why or what."""

_ROLE_LISTS = ("accountable", "supporting", "lead_member")
_ENTRY_LISTS = frozenset({*EXEMPTABLE_LISTS, "revisions", "updates", "evidence", "blocked_by"})
_PROGRAMME_STATEMENTS = {"roles": _NAME, "dependencies.owner": _NAME}


@rule("N107", ERROR, "Placeholder in place of a name, a reason or evidence")
@why("A word such as TBC would count as an approval, a verification or an owner.")
@example("revisions: [{from: Mar-23, to: Jun-23, reason: Supplier late., approved_by: TBC}]")
@fix("Leave the field out until it is known.")
def _check_placeholders(case: Case) -> Iterator[Finding]:
    for path, statement in _PROGRAMME_STATEMENTS.items():
        yield from _find_placeholders("", case.register.programme, path, statement)
    roles = case.register.field_index().references.get(RoleMarker(), ())
    has_placeholder_role = any(map(is_nobody, roles))
    for path, statement in _STATEMENTS.items():
        if path not in _ROLE_LISTS or has_placeholder_role:
            for record in case.register.with_field(_get_indexed_field(path)):
                yield from _find_placeholders(record.id, record, path, statement)


def _get_indexed_field(path: str) -> str:
    """Return the part of a path by which the register can find records: an entry's field, or the record's own."""
    names = path.split(".")
    return ".".join(names[:2]) if names[0] in _ENTRY_LISTS else names[0]


def _find_placeholders(id_: str, model: BaseModel, path: str, statement: str) -> Iterator[Finding]:
    is_empty = is_nobody if statement == _NAME else is_placeholder
    name = path.rpartition(".")[2]
    for location, owner, text in _iter_stated_texts(model, path.split("."), "", model):
        if is_empty(text):
            field = path.removesuffix(".title")
            yield Finding(id_, location, f"{quote(text)} in `{field}` {statement}.", _format_fix(name, owner))


def _iter_stated_texts(value: Any, steps: Sequence[str], location: str, owner: Any) -> Iterator[tuple[str, Any, str]]:
    """Yield the field path, the group and the text of every value at a path, such as `revisions.reason`."""
    if isinstance(value, str):
        yield location, owner, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _iter_stated_texts(item, steps, f"{location}[{index}]", owner)
    elif isinstance(value, BaseModel) and steps:
        inner_location = f"{location}.{steps[0]}" if location else steps[0]
        yield from _iter_stated_texts(getattr(value, steps[0], None), steps[1:], inner_location, value)


def _format_fix(name: str, owner: Any) -> str:
    if name == "title":
        return "Leave the entry out until there is evidence."
    if name == "cause":
        return "Say what the work waits for, or leave the entry out."
    if name in {*_ROLE_LISTS, "roles"}:
        return "Leave it out until a job title is known."
    if name != "approved_by" or owner.decision in {Decision.REQUESTED, Decision.REFUSED}:
        return f"Leave `{name}` out until it is known."
    change = "add `decision: requested`" if owner.decision is None else "change `decision` to requested"
    return f"Leave `approved_by` out until the extension is approved, and {change}."
