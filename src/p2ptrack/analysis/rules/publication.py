"""P101 to P106: exemptions from publication. P111 to P123: the texts that papers show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.contracts import iter_contract_references
from p2ptrack.analysis.redaction.contracts import list_exempt_contracts, list_hidden_fields
from p2ptrack.analysis.redaction.exemptions import (
    EXEMPTABLE_LISTS,
    PARAGRAPHS,
    Exemption,
    expand_implied_fields,
    is_fully_exempt,
    is_in_force,
    iter_exemptions,
    list_exempt_fields,
    list_exempt_parts,
    list_exemptable_fields,
)
from p2ptrack.analysis.rules.rule import (
    ANY_FIELD,
    ERROR,
    NOTE,
    WARNING,
    Finding,
    SpellingAdvice,
    example,
    fix,
    rule,
    why,
)
from p2ptrack.model.contracts import FIELD_BY_NAME, Contract
from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.fields import IdMarker, RoleMarker
from p2ptrack.model.money import Money, spell_amount
from p2ptrack.model.programme import Programme
from p2ptrack.model.records import Record
from p2ptrack.model.schema import FieldSpec, iter_values, list_present_values, list_references, walk
from p2ptrack.phrases import (
    find_comments,
    find_unprintable_characters,
    is_private_character,
    join_ids,
    join_words,
    quote,
    unique,
)
from p2ptrack.values import compile_on_use

_LAW_PARAGRAPHS = {
    "england": "1 to 7 of Schedule 12A",
    "wales": "12 to 18 of Schedule 12A for Wales",
    "scotland": "1 to 15 of Schedule 7A of the 1973 Act",
}
_GROUNDS = {"paragraph": "paragraph", "reason": "reason", "public_interest": "public interest test"}
_DECISION = {"decided_by": "decision maker", "decided_on": "date of decision"}


def _iter_exemptions(case: Case) -> Iterator[Exemption]:
    names = ("exempt", *(f"{entry}.exempt" for entry in EXEMPTABLE_LISTS))
    records = {record.id: record for name in names for record in case.register.with_field(name)}
    for record in records.values():
        yield from iter_exemptions(record)


@rule("P101", WARNING, "Exemption without grounds")
@why("The law requires a paragraph and a public interest test.")
@example("exempt: {reason: Commercial terms.}")
@fix("Add `paragraph:`, `reason:` and `public_interest:` under `exempt:`.")
def _check_missing_grounds(case: Case) -> Iterator[Finding]:
    for exemption in _iter_exemptions(case):
        missing = _list_missing(exemption, _GROUNDS)
        if missing:
            missing += _list_missing(exemption, _DECISION)
            words = join_words([(_GROUNDS | _DECISION)[field] for field in missing], "or")
            advice = f"Add {join_words([f'`{field}:`' for field in missing])} under `exempt:`."
            message = f"An exemption in {exemption.record.id} has no {words}."
            yield Finding(exemption.record.id, exemption.path, message, advice)


def _list_missing(exemption: Exemption, names: Iterable[str]) -> list[str]:
    return [name for name in names if not getattr(exemption.exempt, name)]


@rule("P102", WARNING, "Exemption without a decision")
@why("The proper officer decides what is withheld.")
@example("exempt: {paragraph: 3, reason: Terms., public_interest: Prices would rise.}")
@fix("Add the proper officer under `decided_by:` and the date under `decided_on:`.")
def _check_undecided_exemption(case: Case) -> Iterator[Finding]:
    for exemption in _iter_exemptions(case):
        missing = _list_missing(exemption, _DECISION)
        # P101 asks for the decision too where it asks for the grounds.
        if missing and not _list_missing(exemption, _GROUNDS):
            words = join_words([_DECISION[field] for field in missing], "or")
            advice = f"Add {join_words([f'`{field}:`' for field in missing])} under `exempt:`."
            message = f"An exemption in {exemption.record.id} has no {words}."
            yield Finding(exemption.record.id, exemption.path, message, advice)


@rule("P103", WARNING, "Paragraph that is not in the law")
@why("A notice with the wrong paragraph does not withhold lawfully.")
@example("exempt: {paragraph: 9}   # policy.exemption_law: england")
@fix("Use a paragraph of the law that `policy.exemption_law` names.")
def _check_wrong_paragraph(case: Case) -> Iterator[Finding]:
    law = case.policy.exemption_law
    for exemption in _iter_exemptions(case):
        for index, paragraph in enumerate(exemption.exempt.paragraph):
            number = re.search(r"[0-9]+", paragraph)
            if number is None or int(number.group()) not in PARAGRAPHS[law]:
                subject = f"{exemption.record.id}: {quote(paragraph)} is not a paragraph of the law"
                message = f"{subject} that the policy names ({law})."
                advice = f"Use one of the paragraphs {_LAW_PARAGRAPHS[law]}."
                yield Finding(exemption.record.id, f"{exemption.path}.paragraph[{index}]", message, advice)


@rule("P104", ERROR, "Exempt field that does not exist")
@why("It is not clear what is exempt, so public papers leave out the whole record or entry.")
@example("exempt: {paragraph: 3, fields: [udpates]}")
@fix("Use the name of a field, such as target or updates.text. For one entry, put `exempt:` in the entry.")
def _check_unknown_exempt_field(case: Case) -> Iterator[Finding]:
    spelling = SpellingAdvice()
    for exemption in _iter_exemptions(case):
        names = list_exemptable_fields(type(exemption.model))
        for index, field in enumerate(exemption.exempt.fields):
            if field not in names:
                subject = f"{exemption.record.id}: {quote(field)} is not a field that can be exempt"
                message = f"{subject}. Until this is corrected, public papers leave out the whole record or entry."
                advice = spelling.advise(exemption.record.id, re.sub(r"\[[0-9]*\]", "", field), names)
                yield Finding(exemption.record.id, f"{exemption.path}.fields[{index}]", message, advice)


@rule("P105", WARNING, "Exemption that has ended")
@why("Public papers now show the text, and the proper officer should know.")
@example("exempt: {paragraph: 3, until: 31 December 2022}")
@fix("Add a new decision, or remove `exempt:`.")
def _check_expired_exemption(case: Case) -> Iterator[Finding]:
    for exemption in _iter_exemptions(case):
        until = exemption.exempt.until
        if until and until.latest and not is_in_force(exemption.exempt, case.as_of):
            ended = f"An exemption in {exemption.record.id} ended on {format_long_date(until.latest)}"
            yield Finding(exemption.record.id, f"{exemption.path}.until", f"{ended}. Public papers now show the text.")


@rule("P106", WARNING, "Exempt field without a value", absent=ANY_FIELD)
@why("A notice would announce withheld text that does not exist, or the text is in another field.")
@example("exempt: {paragraph: 3, fields: [target]}   # and no target")
@fix("Remove the name from `fields`, or name the field that holds the text.")
def _check_absent_exempt_field(case: Case) -> Iterator[Finding]:
    for exemption in _iter_exemptions(case):
        names = list_exemptable_fields(type(exemption.model))
        for index, field in enumerate(exemption.exempt.fields):
            if field in names and not any(iter_values(exemption.model, tuple(field.split(".")))):
                message = f"{exemption.record.id}: `{field}` is exempt but has no value here."
                yield Finding(exemption.record.id, f"{exemption.path}.fields[{index}]", message)


_PRIVATE_FIELDS = frozenset({"note", "exempt", "withheld"})


def _iter_public_texts(
    model: BaseModel, day: date, location: str = "", hidden_fields: Iterable[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield the field path and the words of every text that is public on a day: no note, nothing exempt."""
    if is_fully_exempt(model, day):
        return
    hidden_names = {*hidden_fields, *expand_implied_fields(list_exempt_fields(model, day))} | _PRIVATE_FIELDS
    for field, value in list_present_values(model):
        if field.name not in hidden_names:
            prefix = f"{field.name}."
            nested_names = [hidden.removeprefix(prefix) for hidden in hidden_names if hidden.startswith(prefix)]
            field_path = f"{location}.{field.name}" if location else field.name
            yield from _iter_value_texts(value, day, field_path, nested_names)


def _iter_value_texts(value: Any, day: date, location: str, hidden_fields: Iterable[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, CouncilDate):
        yield location, value.raw
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _iter_value_texts(item, day, f"{location}[{index}]", hidden_fields)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _iter_value_texts(item, day, f"{location}.{key}", hidden_fields)
    elif isinstance(value, BaseModel):
        yield from _iter_public_texts(value, day, location, hidden_fields)


def _iter_models(case: Case) -> Iterator[tuple[str, Programme | Record]]:
    yield "", case.register.programme
    yield from ((record.id, record) for record in case.register.records)


def _iter_matching_models(
    case: Case, name: str, predicate: Callable[[str], object]
) -> Iterator[tuple[str, Programme | Record]]:
    """Yield the programme, under the empty id, and the records in whose text a search finds something."""
    # All the text of a record at once: this is many times faster than each text, and nearly always enough.
    if predicate(case.register.text_of("")):
        yield "", case.register.programme
    yield from ((record.id, record) for record in case.register.search_texts(name, predicate))


def _iter_matching_texts(case: Case, name: str, predicate: Callable[[str], object]) -> Iterator[tuple[str, str, str]]:
    """Yield record, field path and words of the public texts of every record in which something matches."""
    for origin, model in _iter_matching_models(case, name, predicate):
        yield from ((origin, location, text) for location, text in _iter_public_texts(model, case.as_of))


_EMAIL = compile_on_use(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_POSSIBLE_TELEPHONE = compile_on_use(r"0[1235789][0-9() \xa0-]{8}")
_TELEPHONE = compile_on_use(r"(?<![\w./+-])(?:\+44|\(?0)[0-9 \xa0()-]{8,16}[0-9](?![0-9])")
_NATIONAL_NUMBER = compile_on_use(r"0[1235789][0-9]{8,9}")


@rule("P111", WARNING, "Email address or telephone number in public text")
@why("It is personal data, and it stays on the web with the paper.")
@example("updates: [{text: Ask jane.doe@example.org.}]")
@fix("Name the role or team to contact instead.")
def _check_contact_details(case: Case) -> Iterator[Finding]:
    for origin, location, text in _iter_matching_texts(case, "contacts", _find_contacts):
        contacts = _find_contacts(text)
        if contacts:
            details = join_words([f"{kind} ({contact})" for contact, kind in contacts.items()])
            message = f"{origin or 'The programme'} has {details} in public text."
            yield Finding(origin, location, message, words=next(iter(contacts)))


def _find_contacts(text: str) -> dict[str, str]:
    """Return the contact details in a text, each with its type."""
    contacts = dict.fromkeys(_EMAIL.findall(text), "an email address") if "@" in text else {}
    if ("+" in text and "+44" in text) or _POSSIBLE_TELEPHONE.search(text):
        numbers = (match.group() for match in _TELEPHONE.finditer(text) if _is_telephone(match.group()))
        contacts |= dict.fromkeys((number.strip("(") for number in numbers), "a telephone number")
    return contacts


def _is_telephone(text: str) -> bool:
    digits = re.sub(r"[^0-9+]", "", text)
    national_number = "0" + digits[3:].removeprefix("0") if digits.startswith("+44") else digits
    return _NATIONAL_NUMBER.fullmatch(national_number) is not None


_PUBLIC_LINK = compile_on_use(r"(?:https?://[^\s/?#]\S*|mailto:\S+)", re.IGNORECASE)


@rule("P112", WARNING, "Evidence that readers cannot open")
@why("A path on a drive of the council cannot be opened outside it.")
@example("evidence: [{title: Plan, link: 'S:/plans/plan.docx'}]")
@fix("Use an address that begins with https://, or leave the link out.")
def _check_private_links(case: Case) -> Iterator[Finding]:
    for record in case.with_field("evidence"):
        for index, evidence in enumerate(record.evidence):
            if evidence.link and not _PUBLIC_LINK.fullmatch(evidence.link.strip()):
                message = f"{record.id}: readers of the paper cannot open the link {quote(evidence.link)}."
                yield Finding(record.id, f"evidence[{index}].link", message, _describe_link_fix(evidence.link.strip()))


def _describe_link_fix(link: str) -> str:
    """Return how to correct a web address, or an empty text for any other link."""
    if re.match(r"https?://(?:$|[\s/?#])", link, re.IGNORECASE):
        return "The name of the website is missing. Write it after //, as in https://www.example.org/plan."
    encoded = "%20".join(link.split(" "))
    is_fixed = encoded != link and _PUBLIC_LINK.fullmatch(encoded)
    return f"The address has a space. Write %20 instead:\nlink: {encoded}" if is_fixed else ""


@rule("P113", NOTE, "Paper without background papers")
@why("The law requires a list of the papers that a report relies on.")
@example("reports: {action-plan: {title: Appendix 1}}   # no background_papers")
@fix("Add the papers that the report relies on under `background_papers:`.")
def _check_missing_background_papers(case: Case) -> Iterator[Finding]:
    report_keys = [key for key, paper in case.register.programme.reports.items() if not paper.background_papers]
    if report_keys:
        verb = "has" if len(report_keys) == 1 else "have"
        message = f"{join_words(report_keys)} {verb} no background papers. The law requires a list of them."
        yield Finding("", "reports", message)


@rule("P114", ERROR, "Exempt record named in public text")
@why("It reveals the exempt record. Public papers print neutral words for the name, or leave out the whole text.")
@example("agreed_action: Wait until A07 is settled.   # and A07 is exempt")
@fix("Rewrite the sentence without the name.")
def _check_exempt_names(case: Case) -> Iterator[Finding]:
    if not case.register.with_field("exempt") and not any(
        contract.exempt for contract in case.register.contracts.contracts
    ):
        return
    from p2ptrack.analysis.redaction.redact import CONTRACT_LINK, find_hidden_names

    # A file that cannot be read may be exempt. Papers leave its names out, but they are not reported here.
    records = tuple(record for record in case.register.records if not case.register.is_unreadable(record.id, "exempt"))
    readable = replace(case.register, records=records, broken_ids=frozenset(), broken_titles=frozenset())
    names = find_hidden_names(readable, case.as_of).matcher
    for origin, model in _iter_models(case) if names.pattern else ():
        link_locations = {location for location, _, _ in list_references(model)}
        for location, text in _iter_public_texts(model, case.as_of):
            is_link = location in link_locations or CONTRACT_LINK.fullmatch(location)
            name = "" if is_link or location.rpartition(".")[2] == "id" else names.find(text)
            if name:
                message = f"{origin or 'The programme'} names something exempt in public text: {quote(name)}."
                yield Finding(origin, location, message, words=name)


@rule("P116", WARNING, "Meeting that only exempt records name")
@why("Public papers print the name and date of a meeting, and a paper for it has them on its first page.")
@example("meetings: [{id: AP-2023-04, title: Hearing of Acme, date: 4 April 2023}]   # only an exempt record names it")
@fix("If its name reveals too much, give it a neutral `title:`. Otherwise change nothing.")
def _check_exempt_meetings(case: Case) -> Iterator[Finding]:
    if not case.register.with_field("exempt") or case.register.may_hide(Record, ""):  # it may name the meeting
        return
    from p2ptrack.analysis.redaction import Audience
    from p2ptrack.analysis.redaction.redact import list_named, redact_for_audience

    public = redact_for_audience(case.register, Audience.PUBLIC, case.as_of).register
    closed_names = list_named(case.register) - list_named(public)
    meetings = case.register.programme.meetings
    open_bodies = {meeting.body for meeting in meetings if meeting.id not in closed_names}
    for index, meeting in enumerate(meetings):
        if meeting.id in closed_names and (meeting.title or meeting.body not in open_bodies):
            message = f"Only exempt records name the meeting {meeting.id}, and public papers can print it."
            yield Finding("", f"meetings[{index}]", message)


_MIN_REPEATED_LENGTH = 6
_MIN_DIGITS = 5
"""Shorter values, such as a year or `Yes`, also occur in unrelated texts."""


@rule("P117", ERROR, "Withheld value repeated in public text")
@why("Readers can learn from the text what is withheld in the field.")
@example("target: March 2023\nagreed_action: Tell suppliers in March 2023.\nexempt: {paragraph: 3, fields: [target]}")
@fix("Rewrite the text without the value, or add its field to `fields:` under `exempt:`.")
def _check_repeated_values(case: Case) -> Iterator[Finding]:
    for record in {exemption.record.id: exemption.record for exemption in _iter_exemptions(case)}.values():
        patterns = [
            (name, pattern)
            for name, text, field in _iter_withheld_values(record, case.as_of)
            if (pattern := _compile_value(text, field))
        ]
        prose = {place for place, _, field in walk(record) if _is_prose(field)} if patterns else set()
        for location, text in _iter_public_texts(record, case.as_of) if patterns else ():
            line = " ".join(text.split())
            matches = [(name, match.group()) for name, pattern in patterns if (match := pattern.search(line))]
            if matches and location in prose:
                name, words = matches[0]
                message = f"{record.id}: `{name}` is exempt, but this text repeats its value."
                yield Finding(record.id, location, message, words=words)

    yield from _find_repeated_contracts(case)


def _find_repeated_contracts(case: Case) -> Iterator[Finding]:
    """Yield the texts of records that repeat exempt content of a contract that they name."""
    table = case.register.contracts
    for record, _, reference in (
        iter_contract_references(case.register) if list_exempt_contracts(table, case.as_of) else ()
    ):
        contract = table.find(reference)
        patterns = list(_compile_contract_values(contract, case.as_of)) if contract else []
        prose = {place for place, _, field in walk(record) if _is_prose(field)} if patterns else set()
        for location, text in _iter_public_texts(record, case.as_of) if patterns else ():
            line = " ".join(text.split())
            matches = [(name, match.group()) for name, pattern in patterns if (match := pattern.search(line))]
            if matches and location in prose:
                message = f"{record.id}: the {matches[0][0]} of {reference} is exempt, but this text repeats it."
                yield Finding(record.id, location, message, "Rewrite the text without it.", words=matches[0][1])


def _compile_contract_values(contract: Contract, day: date) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the name and a pattern of each exempt value of a contract that a sentence can repeat."""
    for name in sorted(list_hidden_fields(contract, day)):
        value = contract.values.get(name)
        is_amount, is_name = isinstance(value, Money), name in {"title", "description", "supplier", "supplier_id"}
        if not (is_amount or is_name or isinstance(value, CouncilDate)):
            continue
        for spelling in _spell_value(value.amount if isinstance(value, Money) else value):
            if pattern := _compile_spelling(spelling, is_amount=is_amount, is_post=False):
                yield FIELD_BY_NAME[name].title.casefold(), pattern


def _compile_value(value: str, field: FieldSpec) -> re.Pattern[str] | None:
    is_post = isinstance(field.marker, RoleMarker) and value[:1].isupper() and len(value) > 1
    return _compile_spelling(value, is_amount=field.type == "amount", is_post=is_post)


def _compile_spelling(value: str, *, is_amount: bool, is_post: bool) -> re.Pattern[str] | None:
    """Return a pattern of a value as texts repeat it. None for a value that could be any word.

    A short amount or reference (`£48k`) counts as it is, and a short post or initials only with the same capitals.
    """
    value = " ".join(value.split())
    digits = sum(map(str.isdigit, value))
    is_distinctive = len(value) >= _MIN_REPEATED_LENGTH or digits >= _MIN_DIGITS or 0 < digits < len(value)
    if not is_distinctive and not is_post:
        return None
    inside = ("(?<![0-9][.,])", "(?![.,][0-9])") if is_amount else ("", "")
    pattern = rf"(?<!\w){inside[0]}{re.escape(value)}{inside[1]}(?!\w)"
    return re.compile(pattern, re.IGNORECASE if is_distinctive else 0)


def _is_prose(field: FieldSpec) -> bool:
    return field.type == "text" and field.marker is None and field.name != "title"


def _iter_withheld_values(record: Record, day: date) -> Iterator[tuple[str, str, FieldSpec]]:
    """Yield the field path, the text and the field of each exempt value that a sentence can repeat.

    For a wholly exempt entry these are only its texts and amounts: its dates occur elsewhere by chance.
    """
    if is_fully_exempt(record, day):
        return
    parts = list_exempt_parts(record, day)
    for place, value, field in walk(record):
        path = re.sub(r"\[[0-9]+\]", "", place)
        is_named = any(part in {path, place} for part in parts)
        is_distinctive = _is_prose(field) or field.type == "amount"
        is_in_entry = is_distinctive and any(place.startswith(f"{part}.") for part in parts)
        is_repeatable = field.type in {"amount", "date", "text", "name"} and not isinstance(field.marker, IdMarker)
        if is_repeatable and field.name != "title" and (is_named or is_in_entry) and "as_published" not in place:
            yield from ((place, spelling, field) for spelling in _spell_value(value))


def _spell_value(value: Any) -> tuple[str, ...]:
    """Return a value as it was written and as other texts may write the same."""
    if isinstance(value, CouncilDate):
        return _spell_date(value)
    return spell_amount(value) if isinstance(value, Decimal) else (str(value),)


def _spell_date(value: CouncilDate) -> tuple[str, ...]:
    """Return a date as it was written and as other texts may write the same day or month."""
    first, last = value.earliest, value.latest
    if first is None or last is None or (first.year, first.month) != (last.year, last.month):
        return (value.raw,)
    day, month, number, year = first.day, f"{first:%B}", first.month, first.year
    if first == last:
        days = {f"{day}", f"{day:02}", f"{day}{_ORDINALS.get(day if day in _TEENS else day % 10, 'th')}"}
        names = {f"{item} {name} {year}" for item in days for name in (month, month[:3])}
        numbers = {f"{item}/{of}/{y}" for item in days for of in (number, f"{number:02}") for y in (year, year % 100)}
        return unique((value.raw, f"{first}", f"{month} {day}, {year}", *sorted(names | numbers)))
    if first.day == 1 and (last + timedelta(days=1)).month != number:
        return unique(
            (value.raw, f"{month} {year}", f"{month[:3]} {year}", f"{month[:3]}-{year % 100}", f"{first:%Y-%m}")
        )
    return (value.raw,)


_TEENS = (11, 12, 13)
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


_MAX_EXCERPT = 40


@rule("P115", WARNING, "Character that papers cannot print")
@why("The fonts of printed papers do not have the character, so a question mark or a similar character is printed.")
@example("agreed_action: Done \U0001f4c5")
@fix("Use words, or letters that are on the keyboard.")
def _check_unprintable_characters(case: Case) -> Iterator[Finding]:
    for origin, location, text in _iter_matching_texts(case, "unprintable", find_unprintable_characters):
        characters = find_unprintable_characters(text)
        if characters:
            words = join_ids([_describe_character(character) for character in characters], _MAX_EXCERPT)
            message = f"{origin or 'The programme'} has characters that papers cannot print: {words}."
            has_bullets = any(map(is_private_character, characters))
            advice = _BULLET_FIX if has_bullets else ""
            yield Finding(origin, location, message, advice, words=characters[0])


_BULLET_FIX = "For a bullet from a word processor, write a hyphen and a space. Otherwise use words."


def _describe_character(character: str) -> str:
    name = unicodedata.name(character, "").lower()
    if is_private_character(character):
        name = "a bullet or symbol from a word processor"
    return f"{character} (U+{ord(character):04X}{' ' * bool(name)}{name})"


# P121 to P123: parts of a text that are not meant for readers.


def _iter_all_texts(case: Case, name: str, predicate: Callable[[str], object]) -> Iterator[tuple[str, str, str]]:
    """Yield record, field path and words of every text but notes that matches, also of what is exempt."""
    for origin, model in _iter_matching_models(case, name, predicate):
        for location, value, field in walk(model):
            if isinstance(value, str) and field.name not in _PRIVATE_FIELDS and predicate(value):
                yield origin, location, value


@rule("P121", ERROR, "Comment in a text")
@why("A comment is not hidden. Readers of the data see it, and public papers would print it.")
@example("updates: [{text: The suppliers replied. <!-- ask Legal first -->}]")
@fix("Move it to `note:`, which no public paper prints, or remove it.")
def _check_comments(case: Case) -> Iterator[Finding]:
    for origin, location, text in _iter_all_texts(case, "comment", find_comments):
        for comment in unique(find_comments(text)):
            subject = f"{origin or 'The programme'} has a comment in a text"
            message = f"{subject}. It is not hidden and would be printed: {quote(comment)}."
            yield Finding(origin, location, message, words=comment)


_HTML_NAMES = (
    "a abbr b big blockquote body br center code dd del details div dl dt em embed font form h1 h2 h3 h4 h5 h6 head hr "
    "html i iframe img input ins kbd li link mark meta nav object ol p pre q s samp script section small span strike "
    "strong style sub summary sup svg table tbody td tfoot th thead title tr tt u ul video wbr o:p"
)
_HTML_TAG = rf"</?(?:{'|'.join(_HTML_NAMES.split())})(?:[\s/][^<>]*)?>|<[!?][a-z][^<>]*>"
_HTML_ENTITY = r"&(?:([a-z][a-z0-9]{1,30})|#[0-9]{1,7}|#x[0-9a-f]{1,6});"


def _find_html(text: str) -> tuple[str, ...]:
    """Return the tags and entities of HTML in a text, each once."""
    if "<" not in text and "&" not in text:
        return ()
    from html.entities import html5  # two thousand names, which few registers need

    tags = (match.group() for match in re.finditer(_HTML_TAG, text, re.IGNORECASE))
    references = re.finditer(_HTML_ENTITY, text, re.IGNORECASE)
    entities = (match.group() for match in references if match[1] is None or f"{match[1]};" in html5)
    return unique((*tags, *entities))


@rule("P122", WARNING, "HTML in a text")
@why("Papers print HTML as it is written.")
@example("updates: [{text: Signed.<br>Sent.}]")
@fix("Use Markdown: ** around bold words, an empty line between paragraphs. Type a character such as & itself.")
def _check_html(case: Case) -> Iterator[Finding]:
    for origin, location, text in _iter_all_texts(case, "HTML", _find_html):
        html = _find_html(text)
        subject = f"{origin or 'The programme'} has HTML in a text. Papers print it as it is written"
        yield Finding(origin, location, f"{subject}: {join_ids(tuple(map(quote, html)))}.", words=html[0])


_MAYBE_INVISIBLE = compile_on_use(
    "[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u115f\u1160\u3164\uffa0]"
)
_INVISIBLE = compile_on_use(
    "[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u115f\u1160\u3164\uffa0]"
    "|(?<=[A-Za-z])[\u200c\u200d]|[\u200c\u200d](?=[A-Za-z])"
)


def _find_invisible(text: str) -> tuple[str, ...]:
    """Return the invisible characters of a text, each once; a joiner counts only beside a Latin letter."""
    # Two cheap tests before the pattern, which looks behind every character.
    if text.isascii() or not _MAYBE_INVISIBLE.search(text):
        return ()
    return unique(_INVISIBLE.findall(text))


@rule("P123", WARNING, "Invisible character in a text")
@why("It usually comes from a word processor or a web page, and a search may not find the word.")
@example("title: Renew the pro\\u00adcurement contract")
@fix("Delete the words that are named, and type them again.")
def _check_invisible_characters(case: Case) -> Iterator[Finding]:
    for origin, location, text in _iter_all_texts(case, "invisible", _find_invisible):
        kinds = _find_invisible(text)
        names = join_words([f"{unicodedata.name(kind, 'a character').lower()} (U+{ord(kind):04X})" for kind in kinds])
        words = [word for word in text.split() if _INVISIBLE.search(word)]
        visible_words = unique(_INVISIBLE.sub("", word) for word in words)
        subject = (
            f"{origin or 'The programme'} has invisible characters in {join_ids(tuple(map(quote, visible_words)))}"
        )
        yield Finding(origin, location, f"{subject}: {names}.", words=words[0])
