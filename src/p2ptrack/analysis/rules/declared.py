"""Rules on the fields that a programme declares."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.rule import ERROR, Finding, example, fix, rule, why
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.schema import is_set, list_fields


@rule("I121", ERROR, "Missing field that the programme requires")
@why("The council decided that each record of this kind states it. Papers and sums lack it.")
@example("registers: {savings: {fields: {amount: {type: money, role: required}}}}   # and S01 has no amount")
@fix("Add the field with its value.")
def _check_required_fields(case: Case) -> Iterator[Finding]:
    for kind in case.register.kinds:
        required = [field for field in list_fields(kind.model) if field.has_role("required")]
        for record in case.register.of_kind(kind) if required else ():
            for field in required:
                is_missing = not is_set(getattr(record, field.attribute))
                if is_missing and not case.is_unknown(record.id, field.name, field.attribute):
                    message = f"{record.id} has no {field.name}, which every {kind_of(record).singular} states."
                    yield Finding(record.id, "", message, f"Add `{field.name}:` with its value.")
