"""P101 to P106: what the law asks of an exemption, and what should not be in a public paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.redaction.exemptions import (
    EXEMPTABLE_LISTS,
    PARAGRAPHS,
    Exemption,
    expand_implied_fields,
    is_fully_exempt,
    is_in_force,
    iter_exemptions,
    list_exempt_fields,
    list_exemptable_fields,
)
from p2ptrack.analysis.rules.rule import Finding, Rule, format_suggestion, join_words, suggest
from p2ptrack.diagnostics import Severity, make_excerpt
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.printable import find_unprintable_characters
from p2ptrack.model.programme import Programme
from p2ptrack.model.records import ExemptMarking, Record
from p2ptrack.model.schema import iter_values, list_references

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


# Where text stands that a public paper may show, for the rules about such text.


_PRIVATE_FIELDS = frozenset({"note", "exempt"})


def iter_public_texts(model: BaseModel, day: date) -> Iterator[tuple[str, str]]:
    """Yield the place and the words of every text that is public on a day: no note, nothing exempt."""
    return _iter_model_texts(model, "", (), day)


def _iter_model_texts(
    model: BaseModel, location: str, hidden_fields: Iterable[str], day: date
) -> Iterator[tuple[str, str]]:
    if is_fully_exempt(model, day):
        return
    hidden_names = {*hidden_fields, *expand_implied_fields(list_exempt_fields(model, day))} | _PRIVATE_FIELDS
    for name, value in model.__dict__.items():
        key = type(model).model_fields[name].alias or name
        if value and key not in hidden_names:
            nested_fields = [
                hidden_name.removeprefix(f"{key}.") for hidden_name in hidden_names if hidden_name.startswith(f"{key}.")
            ]
            yield from _iter_value_texts(value, f"{location}.{key}" if location else key, nested_fields, day)


def _iter_value_texts(value: Any, location: str, hidden_fields: Iterable[str], day: date) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _iter_value_texts(item, f"{location}[{index}]", hidden_fields, day)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _iter_value_texts(item, f"{location}.{key}", hidden_fields, day)
    elif isinstance(value, BaseModel):
        yield from _iter_model_texts(value, location, hidden_fields, day)


# P111 to P115: what should not stand in public text, and what the law wants beside it.


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_POSSIBLE_TELEPHONE = re.compile(r"0[1235789][0-9() \xa0-]{8}")
_TELEPHONE = re.compile(r"(?<![\w./+-])(?:\+44|\(?0)[0-9 \xa0()-]{8,16}[0-9](?![0-9])")
_NATIONAL_NUMBER = re.compile(r"0[1235789][0-9]{8,9}")


def _iter_models(case: Case) -> Iterator[tuple[str, Programme | Record]]:
    yield "", case.register.programme
    yield from ((record.id, record) for record in case.register.records)


def _iter_matching_texts(case: Case, predicate: Callable[[str], object]) -> Iterator[tuple[str, str, str]]:
    """Yield whose, where and what every public text is of which something is wanted, such as a telephone number."""
    all_texts = case.register.field_index().text_by_id
    for origin, model in _iter_models(case):
        # All of its text at once first: many times faster than each by itself, and nearly always enough.
        if predicate(all_texts[origin]):
            yield from ((origin, location, text) for location, text in iter_public_texts(model, case.as_of))


def _check_contact_details(case: Case) -> Iterator[Finding]:
    for origin, location, text in _iter_matching_texts(case, _find_contact):
        contact = _find_contact(text)
        if contact:
            message = f"{origin or 'The programme'} has {contact} in text that is published."
            yield Finding(origin, location, message, "the post or the team to ask, without it")


def _find_contact(text: str) -> str:
    if "@" in text and (address := _EMAIL.search(text)):
        return f"an e-mail address ({address.group()})"
    if ("+" in text and "+44" in text) or _POSSIBLE_TELEPHONE.search(text):
        number = next((match.group() for match in _TELEPHONE.finditer(text) if _is_telephone(match.group())), "")
        return f"a telephone number ({number.strip('(')})" if number else ""
    return ""


def _is_telephone(text: str) -> bool:
    digits = re.sub(r"[^0-9+]", "", text)
    national_number = "0" + digits[3:].removeprefix("0") if digits.startswith("+44") else digits
    return _NATIONAL_NUMBER.fullmatch(national_number) is not None


def _check_exempt_names(case: Case) -> Iterator[Finding]:
    if not case.register.with_field("exempt"):
        return
    from p2ptrack.analysis.redaction.redact import find_hidden_names

    # A file that cannot be read may be exempt, and nobody knows: papers leave its id out, and nothing is found.
    names = find_hidden_names(replace(case.register, broken_ids=frozenset()), case.as_of).matcher
    for origin, model in _iter_models(case) if names.pattern else ():
        link_locations = {location for location, _, _ in list_references(model)}
        for location, text in iter_public_texts(model, case.as_of):
            name = "" if location in link_locations or location.rpartition(".")[2] == "id" else names.find(text)
            if name:
                message = f"{origin or 'The programme'} names what is not for publication: “{make_excerpt(name)}”."
                yield Finding(
                    origin, location, message, "the sentence without it; public papers put neutral words there"
                )


def _check_unprintable_characters(case: Case) -> Iterator[Finding]:
    for origin, location, text in _iter_matching_texts(case, find_unprintable_characters):
        characters = find_unprintable_characters(text)
        if characters:
            descriptions = join_words(
                [_describe_character(character) for character in characters[:_MAX_CHARACTERS_SHOWN]], "and"
            )
            message = f"{origin or 'The programme'} has characters that printed papers cannot show: {descriptions}."
            yield Finding(origin, location, message, "words, or letters that are on the keyboard")


_MAX_CHARACTERS_SHOWN = 5


def _describe_character(character: str) -> str:
    return f"{character} (U+{ord(character):04X} {unicodedata.name(character, 'without a name').lower()})"


_PUBLIC_LINK = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


def _check_private_links(case: Case) -> Iterator[Finding]:
    for record in case.with_field("evidence"):
        for index, evidence in enumerate(record.evidence):
            if evidence.link and not _PUBLIC_LINK.fullmatch(evidence.link.strip()):
                message = f"{record.id}: “{evidence.link}” is not a link that a reader of the paper can follow."
                yield Finding(
                    record.id, f"evidence[{index}].link", message, "an address that begins with https://, or no link"
                )


def _check_missing_background_papers(case: Case) -> Iterator[Finding]:
    report_keys = [key for key, paper in case.register.programme.reports.items() if not paper.background_papers]
    if report_keys:
        verb = "names" if len(report_keys) == 1 else "name"
        message = f"{join_words(report_keys, 'and')} {verb} no background papers; the law wants the list on a committee paper."
        yield Finding("", "reports", message, "background_papers: each paper that it rests on")


PUBLIC_TEXT_RULES: tuple[Rule, ...] = (
    Rule(
        code="P111",
        severity=Severity.WARNING,
        title="An e-mail address or telephone number in public text",
        why="It stays on the web with the paper, and it is personal data.",
        example="updates: [{text: Ask jane.doe@example.org.}]",
        fix="The post or the team to ask.",
        check=_check_contact_details,
    ),
    Rule(
        code="P112",
        severity=Severity.WARNING,
        title="Evidence that a reader cannot open",
        why="A path on a council's drive means nothing outside it.",
        example="evidence: [{title: Plan, link: 'S:/plans/plan.docx'}]",
        fix="An address that begins with https://, or no link.",
        check=_check_private_links,
    ),
    Rule(
        code="P113",
        severity=Severity.NOTE,
        title="A paper without background papers",
        why="The law wants a list of the papers that a report rests on.",
        example="reports: {action-plan: {title: Appendix 1}}   # no background_papers",
        fix="background_papers.",
        check=_check_missing_background_papers,
    ),
    Rule(
        code="P114",
        severity=Severity.WARNING,
        title="A record that is not for publication, named in public text",
        why="Its id, its title or its file tells the public of it; papers print neutral words there, which read badly.",
        example="agreed_action: Wait until A07 is settled.   # and A07 is exempt",
        fix="The sentence without it.",
        check=_check_exempt_names,
    ),
    Rule(
        code="P115",
        severity=Severity.WARNING,
        title="A character that printed papers cannot show",
        why="The fonts of printed papers lack it, so that a question mark is printed.",
        example="agreed_action: Done \u2705",
        fix="Words, or letters that are on the keyboard.",
        check=_check_unprintable_characters,
    ),
)
