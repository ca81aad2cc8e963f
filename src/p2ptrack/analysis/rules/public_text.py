"""P111 to P113: what should not stand in public text, and what the law wants beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.texts import whole_text
from p2ptrack.analysis.rules.wording import joined
from p2ptrack.problem import Severity
from p2ptrack.records.parts import Exempt

_NEVER_PUBLIC = frozenset({"note", "exempt"})
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MAYBE_TELEPHONE = re.compile(r"0[1235789][0-9() \xa0-]{8}")
_TELEPHONE = re.compile(r"(?<![\w./+-])(?:\+44|\(?0)[0-9 \xa0()-]{8,16}[0-9](?![0-9])")
_NATIONAL = re.compile(r"0[1235789][0-9]{8,9}")


def _contacts(case: Case) -> Iterator[Finding]:
    for origin, model in (("", case.register.programme), *((record.id, record) for record in case.register.records)):
        # All the text at once first: many times faster than each by itself, and nearly always enough.
        for place, text in _public(model, "") if _contact(whole_text(model)) else ():
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


def _public(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Yield where text stands that a public paper may show, and the text: no note, nothing exempt."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _public(item, f"{place}[{at}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _public(item, f"{place}.{key}")
    elif isinstance(value, BaseModel):
        for name, item in _shown(value):
            yield from _public(item, f"{place}.{name}" if place else name)


def _shown(model: BaseModel) -> Iterator[tuple[str, object]]:
    exempt: Exempt | None = getattr(model, "exempt", None)
    if exempt is None or exempt.fields:
        hidden = _NEVER_PUBLIC.union(exempt.fields if exempt else ())
        yield from ((name, item) for name, item in model.__dict__.items() if item and name not in hidden)


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
)
