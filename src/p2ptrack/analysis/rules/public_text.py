"""P111 to P115: what should not stand in public text, and what the law wants beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.printed_signs import find_unprintable_characters
from p2ptrack.analysis.rules.in_public import iter_public_texts
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import join_words
from p2ptrack.problem import Severity, make_excerpt
from p2ptrack.records.kinds import Record
from p2ptrack.records.marks import list_references
from p2ptrack.records.programme import Programme

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
    from p2ptrack.analysis.exempt.audience import find_hidden_names

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
