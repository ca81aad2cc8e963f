"""P101 to P106: what the law asks of an exemption, and what should not be in a public paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exempt.exemptions import (
    EXEMPTABLE_LISTS,
    PARAGRAPHS,
    Exemption,
    is_in_force,
    iter_exemptions,
    list_exemptable_fields,
)
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import format_suggestion, join_words, suggest
from p2ptrack.problem import Severity
from p2ptrack.records.dates import format_long_date
from p2ptrack.records.kinds import Record
from p2ptrack.records.parts import ExemptMarking
from p2ptrack.records.paths import iter_values

_LAW_PARAGRAPHS = {
    "england": "Schedule 12A, 1 to 7",
    "wales": "Schedule 12A for Wales, 12 to 18",
    "scotland": "Schedule 7A of the 1973 Act, 1 to 15",
}


def _iter_exemptions(case: Case) -> Iterator[Exemption]:
    register = case.register
    record_groups = (
        register.with_field(name) for name in ("exempt", *(f"{entry}.exempt" for entry in EXEMPTABLE_LISTS))
    )
    for record in dict.fromkeys(record.id for records in record_groups for record in records):
        yield from iter_exemptions(register.by_id[record])


def _unpack_exemption(exemption: Exemption) -> tuple[Record, str, ExemptMarking]:
    return exemption.record, exemption.path, exemption.exempt


_GROUNDS_PHRASES = {
    "paragraph": "under which paragraph",
    "reason": "why",
    "public_interest": "how the public interest was weighed",
}


def _check_missing_grounds(case: Case) -> Iterator[Finding]:
    for record, location, exempt in map(_unpack_exemption, _iter_exemptions(case)):
        missing = [field for field in _GROUNDS_PHRASES if not getattr(exempt, field)]
        if missing:
            words = join_words([_GROUNDS_PHRASES[field] for field in missing], "or")
            message = f"{record.id}: something is exempt from publication, and the register does not say {words}."
            yield Finding(record.id, location, message, f"exempt: {{{', '.join(f'{field}: …' for field in missing)}}}")


_MISSING_DECISION_PHRASES = {
    (True, True): "who decided it, or when",
    (True, False): "who decided it",
    (False, True): "when it was decided",
}


def _check_undecided_exemption(case: Case) -> Iterator[Finding]:
    for record, location, exempt in map(_unpack_exemption, _iter_exemptions(case)):
        missing = _MISSING_DECISION_PHRASES.get((exempt.decided_by is None, exempt.decided_on is None))
        if missing:
            message = f"{record.id}: something is exempt from publication, and the register does not say {missing}."
            yield Finding(record.id, location, message, "decided_by: the proper officer, and decided_on: the day")


def _check_wrong_paragraph(case: Case) -> Iterator[Finding]:
    law = case.policy.exemption_law
    for record, location, exempt in map(_unpack_exemption, _iter_exemptions(case)):
        for index, paragraph in enumerate(exempt.paragraph):
            number = re.search(r"[0-9]+", paragraph)
            if number is None or int(number.group()) not in PARAGRAPHS[law]:
                message = f"{record.id}: “{paragraph}” is no paragraph of the law that the policy names ({law})."
                yield Finding(
                    record.id, f"{location}.paragraph[{index}]", message, f"a number from {_LAW_PARAGRAPHS[law]}"
                )


def _check_unknown_exempt_field(case: Case) -> Iterator[Finding]:
    for exemption in _iter_exemptions(case):
        names = list_exemptable_fields(type(exemption.model))
        for index, field in enumerate(exemption.exempt.fields):
            if field not in names:
                message = (
                    f"{exemption.record.id}: “{field}” is to be exempt and is no field that can be: until that is mended, "
                    "public papers leave out the whole of it."
                )
                suggestions = suggest(re.sub(r"\[[0-9]*\]", "", field), names)
                fix = format_suggestion(
                    suggestions[:1], "a field such as target or updates.text; for one entry, exempt in the entry"
                )
                yield Finding(exemption.record.id, f"{exemption.path}.fields[{index}]", message, fix)


def _check_absent_exempt_field(case: Case) -> Iterator[Finding]:
    for exemption in _iter_exemptions(case):
        for index, field in enumerate(exemption.exempt.fields):
            if field in list_exemptable_fields(type(exemption.model)) and not any(
                iter_values(exemption.model, tuple(field.split(".")))
            ):
                message = f"{exemption.record.id}: {field} is to be exempt, and there is none here."
                yield Finding(
                    exemption.record.id, f"{exemption.path}.fields[{index}]", message, f"fields without {field}"
                )


def _check_expired_exemption(case: Case) -> Iterator[Finding]:
    for record, location, exempt in map(_unpack_exemption, _iter_exemptions(case)):
        if exempt.until and exempt.until.latest and not is_in_force(exempt, case.as_of):
            message = f"{record.id}: the exemption ended on {format_long_date(exempt.until.latest)}; public papers show the text now."
            yield Finding(record.id, f"{location}.until", message, "a new decision, or no exempt")


RULES: tuple[Rule, ...] = (
    Rule(
        code="P101",
        severity=Severity.WARNING,
        title="An exemption without its grounds",
        why="The law wants the paragraph, and that the public interest is weighed.",
        example="exempt: {reason: Commercial terms.}",
        fix="paragraph, reason and public_interest.",
        check=_check_missing_grounds,
    ),
    Rule(
        code="P102",
        severity=Severity.WARNING,
        title="An exemption that nobody decided",
        why="The proper officer decides what is withheld.",
        example="exempt: {paragraph: 3, reason: Terms., public_interest: Prices would rise.}",
        fix="decided_by and decided_on.",
        check=_check_undecided_exemption,
    ),
    Rule(
        code="P103",
        severity=Severity.WARNING,
        title="A paragraph that the law does not have",
        why="A notice with a wrong paragraph does not withhold lawfully.",
        example="exempt: {paragraph: 9}   # policy.exemption_law: england",
        fix="A paragraph of the law that policy.exemption_law names.",
        check=_check_wrong_paragraph,
    ),
    Rule(
        code="P104",
        severity=Severity.ERROR,
        title="An exempt field that does not exist",
        why="Nobody can tell what was meant, so that public papers leave out the whole of it.",
        example="exempt: {paragraph: 3, fields: [udpates]}",
        fix="The field's name.",
        check=_check_unknown_exempt_field,
    ),
    Rule(
        code="P105",
        severity=Severity.WARNING,
        title="An exemption that has ended",
        why="Public papers show the text from now on; somebody should know.",
        example="exempt: {paragraph: 3, until: 31 December 2022}",
        fix="A new decision, or no exempt.",
        check=_check_expired_exemption,
    ),
    Rule(
        code="P106",
        severity=Severity.WARNING,
        title="An exempt field that is absent",
        why="A notice says that something is withheld, and there is nothing; or the text stands in another field.",
        example="exempt: {paragraph: 3, fields: [target]}   # and no target",
        fix="The list without it.",
        check=_check_absent_exempt_field,
    ),
)
