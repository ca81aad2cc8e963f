"""P101 to P106: what the law asks of an exemption, and what should not be in a public paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exempt.exemptions import ENTRIES, PARAGRAPHS, Exemption, exemptions, in_force, nameable
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import joined, meant, nearest
from p2ptrack.problem import Severity
from p2ptrack.records.dates import long_day
from p2ptrack.records.kinds import Record
from p2ptrack.records.parts import Exempt
from p2ptrack.records.paths import values_at

_LAWS = {
    "england": "Schedule 12A, 1 to 7",
    "wales": "Schedule 12A for Wales, 12 to 18",
    "scotland": "Schedule 7A of the 1973 Act, 1 to 15",
}


def _exemptions(case: Case) -> Iterator[Exemption]:
    register = case.register
    stating = (register.stating(name) for name in ("exempt", *(f"{entry}.exempt" for entry in ENTRIES)))
    for record in dict.fromkeys(record.id for found in stating for record in found):
        yield from exemptions(register.by_id[record])


def _told(each: Exemption) -> tuple[Record, str, Exempt]:
    return each.record, each.place, each.exempt


_NEEDED = {
    "paragraph": "under which paragraph",
    "reason": "why",
    "public_interest": "how the public interest was weighed",
}


def _incomplete(case: Case) -> Iterator[Finding]:
    for record, place, exempt in map(_told, _exemptions(case)):
        missing = [field for field in _NEEDED if not getattr(exempt, field)]
        if missing:
            words = joined([_NEEDED[field] for field in missing], "or")
            message = f"{record.id}: something is exempt from publication, and the register does not say {words}."
            yield Finding(record.id, place, message, f"exempt: {{{', '.join(f'{field}: …' for field in missing)}}}")


_DECIDED = {
    (True, True): "who decided it, or when",
    (True, False): "who decided it",
    (False, True): "when it was decided",
}


def _decided_by_nobody(case: Case) -> Iterator[Finding]:
    for record, place, exempt in map(_told, _exemptions(case)):
        missing = _DECIDED.get((exempt.decided_by is None, exempt.decided_on is None))
        if missing:
            message = f"{record.id}: something is exempt from publication, and the register does not say {missing}."
            yield Finding(record.id, place, message, "decided_by: the proper officer, and decided_on: the day")


def _wrong_paragraph(case: Case) -> Iterator[Finding]:
    law = case.policy.exemption_law
    for record, place, exempt in map(_told, _exemptions(case)):
        for at, paragraph in enumerate(exempt.paragraph):
            number = re.search(r"[0-9]+", paragraph)
            if number is None or int(number.group()) not in PARAGRAPHS[law]:
                message = f"{record.id}: “{paragraph}” is no paragraph of the law that the policy names ({law})."
                yield Finding(record.id, f"{place}.paragraph[{at}]", message, f"a number from {_LAWS[law]}")


def _unknown_field(case: Case) -> Iterator[Finding]:
    for each in _exemptions(case):
        names = nameable(type(each.of))
        for at, field in enumerate(each.exempt.fields):
            if field not in names:
                message = (
                    f"{each.record.id}: “{field}” is to be exempt and is no field that can be: until that is mended, "
                    "public papers leave out the whole of it."
                )
                near = nearest(re.sub(r"\[[0-9]*\]", "", field), names)
                instead = meant(near[:1], "a field such as target or updates.text; for one entry, exempt in the entry")
                yield Finding(each.record.id, f"{each.place}.fields[{at}]", message, instead)


def _absent_field(case: Case) -> Iterator[Finding]:
    for each in _exemptions(case):
        for at, field in enumerate(each.exempt.fields):
            if field in nameable(type(each.of)) and not any(values_at(each.of, tuple(field.split(".")))):
                message = f"{each.record.id}: {field} is to be exempt, and there is none here."
                yield Finding(each.record.id, f"{each.place}.fields[{at}]", message, f"fields without {field}")


def _run_out(case: Case) -> Iterator[Finding]:
    for record, place, exempt in map(_told, _exemptions(case)):
        if exempt.until and exempt.until.latest and not in_force(exempt, case.as_of):
            message = (
                f"{record.id}: the exemption ended on {long_day(exempt.until.latest)}; public papers show the text now."
            )
            yield Finding(record.id, f"{place}.until", message, "a new decision, or no exempt")


RULES: tuple[Rule, ...] = (
    Rule(
        code="P101",
        severity=Severity.WARNING,
        title="An exemption without its grounds",
        why="The law wants the paragraph, and that the public interest is weighed.",
        example="exempt: {reason: Commercial terms.}",
        fix="paragraph, reason and public_interest.",
        find=_incomplete,
    ),
    Rule(
        code="P102",
        severity=Severity.WARNING,
        title="An exemption that nobody decided",
        why="The proper officer decides what is withheld.",
        example="exempt: {paragraph: 3, reason: Terms., public_interest: Prices would rise.}",
        fix="decided_by and decided_on.",
        find=_decided_by_nobody,
    ),
    Rule(
        code="P103",
        severity=Severity.WARNING,
        title="A paragraph that the law does not have",
        why="A notice with a wrong paragraph does not withhold lawfully.",
        example="exempt: {paragraph: 9}   # policy.exemption_law: england",
        fix="A paragraph of the law that policy.exemption_law names.",
        find=_wrong_paragraph,
    ),
    Rule(
        code="P104",
        severity=Severity.ERROR,
        title="An exempt field that does not exist",
        why="Nobody can tell what was meant, so that public papers leave out the whole of it.",
        example="exempt: {paragraph: 3, fields: [udpates]}",
        fix="The field's name.",
        find=_unknown_field,
    ),
    Rule(
        code="P105",
        severity=Severity.WARNING,
        title="An exemption that has ended",
        why="Public papers show the text from now on; somebody should know.",
        example="exempt: {paragraph: 3, until: 31 December 2022}",
        fix="A new decision, or no exempt.",
        find=_run_out,
    ),
    Rule(
        code="P106",
        severity=Severity.WARNING,
        title="An exempt field that is absent",
        why="A notice says that something is withheld, and there is nothing; or the text stands in another field.",
        example="exempt: {paragraph: 3, fields: [target]}   # and no target",
        fix="The list without it.",
        find=_absent_field,
    ),
)
