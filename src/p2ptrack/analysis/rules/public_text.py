"""P111 to P115: what should not stand in public text, and what the law wants beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.printed_signs import lacking
from p2ptrack.analysis.rules.in_public import public_texts
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import joined
from p2ptrack.problem import Severity, cut
from p2ptrack.records.kinds import Record
from p2ptrack.records.marks import marked
from p2ptrack.records.programme import Programme

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MAYBE_TELEPHONE = re.compile(r"0[1235789][0-9() \xa0-]{8}")
_TELEPHONE = re.compile(r"(?<![\w./+-])(?:\+44|\(?0)[0-9 \xa0()-]{8,16}[0-9](?![0-9])")
_NATIONAL = re.compile(r"0[1235789][0-9]{8,9}")


def _models(case: Case) -> Iterator[tuple[str, Programme | Record]]:
    yield "", case.register.programme
    yield from ((record.id, record) for record in case.register.records)


def _texts(case: Case, wanted: Callable[[str], object]) -> Iterator[tuple[str, str, str]]:
    """Yield whose, where and what every public text is of which something is wanted, such as a telephone number."""
    whole = case.register.survey().texts
    for origin, model in _models(case):
        # All of its text at once first: many times faster than each by itself, and nearly always enough.
        if wanted(whole[origin]):
            yield from ((origin, place, text) for place, text in public_texts(model, case.as_of))


def _contacts(case: Case) -> Iterator[Finding]:
    for origin, place, text in _texts(case, _contact):
        found = _contact(text)
        if found:
            message = f"{origin or 'The programme'} has {found} in text that is published."
            yield Finding(origin, place, message, "the post or the team to ask, without it")


def _contact(text: str) -> str:
    if "@" in text and (address := _EMAIL.search(text)):
        return f"an e-mail address ({address.group()})"
    if ("+" in text and "+44" in text) or _MAYBE_TELEPHONE.search(text):
        number = next((found.group() for found in _TELEPHONE.finditer(text) if _is_telephone(found.group())), "")
        return f"a telephone number ({number.strip('(')})" if number else ""
    return ""


def _is_telephone(text: str) -> bool:
    figures = re.sub(r"[^0-9+]", "", text)
    national = "0" + figures[3:].removeprefix("0") if figures.startswith("+44") else figures
    return _NATIONAL.fullmatch(national) is not None


def _names_the_closed(case: Case) -> Iterator[Finding]:
    if not case.register.stating("exempt"):
        return
    from p2ptrack.analysis.exempt.audience import hidden_in

    # A file that cannot be read may be exempt, and nobody knows: papers leave its id out, and nothing is found.
    names = hidden_in(replace(case.register, broken=frozenset()), case.as_of).names
    for origin, model in _models(case) if names.pattern else ():
        links = {place for place, _, _ in marked(model)}
        for place, text in public_texts(model, case.as_of):
            found = "" if place in links or place.rpartition(".")[2] == "id" else names.find(text)
            if found:
                message = f"{origin or 'The programme'} names what is not for publication: “{cut(found)}”."
                yield Finding(origin, place, message, "the sentence without it; public papers put neutral words there")


def _not_in_the_fonts(case: Case) -> Iterator[Finding]:
    for origin, place, text in _texts(case, lacking):
        found = lacking(text)
        if found:
            named = joined([_named(sign) for sign in found[:_FEW_SIGNS]], "and")
            message = f"{origin or 'The programme'} has characters that printed papers cannot show: {named}."
            yield Finding(origin, place, message, "words, or letters that are on the keyboard")


_FEW_SIGNS = 5


def _named(sign: str) -> str:
    return f"{sign} (U+{ord(sign):04X} {unicodedata.name(sign, 'without a name').lower()})"


_OPEN_LINK = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


def _closed_links(case: Case) -> Iterator[Finding]:
    for record in case.stating("evidence"):
        for at, evidence in enumerate(record.evidence):
            if evidence.link and not _OPEN_LINK.fullmatch(evidence.link.strip()):
                message = f"{record.id}: “{evidence.link}” is not a link that a reader of the paper can follow."
                yield Finding(
                    record.id, f"evidence[{at}].link", message, "an address that begins with https://, or no link"
                )


def _no_background(case: Case) -> Iterator[Finding]:
    without = [key for key, paper in case.register.programme.reports.items() if not paper.background_papers]
    if without:
        verb = "names" if len(without) == 1 else "name"
        message = f"{joined(without, 'and')} {verb} no background papers; the law wants the list on a committee paper."
        yield Finding("", "reports", message, "background_papers: each paper that it rests on")


RULES: tuple[Rule, ...] = (
    Rule(
        code="P111",
        severity=Severity.WARNING,
        title="An e-mail address or telephone number in public text",
        why="It stays on the web with the paper, and it is personal data.",
        example="updates: [{text: Ask jane.doe@example.org.}]",
        fix="The post or the team to ask.",
        find=_contacts,
    ),
    Rule(
        code="P112",
        severity=Severity.WARNING,
        title="Evidence that a reader cannot open",
        why="A path on a council's drive means nothing outside it.",
        example="evidence: [{title: Plan, link: 'S:/plans/plan.docx'}]",
        fix="An address that begins with https://, or no link.",
        find=_closed_links,
    ),
    Rule(
        code="P113",
        severity=Severity.NOTE,
        title="A paper without background papers",
        why="The law wants a list of the papers that a report rests on.",
        example="reports: {action-plan: {title: Appendix 1}}   # no background_papers",
        fix="background_papers.",
        find=_no_background,
    ),
    Rule(
        code="P114",
        severity=Severity.WARNING,
        title="A record that is not for publication, named in public text",
        why="Its id, its title or its file tells the public of it; papers print neutral words there, which read badly.",
        example="agreed_action: Wait until A07 is settled.   # and A07 is exempt",
        fix="The sentence without it.",
        find=_names_the_closed,
    ),
    Rule(
        code="P115",
        severity=Severity.WARNING,
        title="A character that printed papers cannot show",
        why="The fonts of printed papers lack it, so that a question mark is printed.",
        example="agreed_action: Done \u2705",
        fix="Words, or letters that are on the keyboard.",
        find=_not_in_the_fonts,
    ),
)
