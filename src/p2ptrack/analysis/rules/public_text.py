"""P111 to P113: what should not stand in public text, and what the law wants beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import joined
from p2ptrack.problem import Severity

_Text = tuple[str, str, str]
"""Where the group of fields stands, the field in it, and its text; joined only where something is found."""

_NEVER_PUBLIC = frozenset({"note", "exempt"})
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MAYBE_TELEPHONE = re.compile(r"0[1235789]")
_TELEPHONE = re.compile(r"(?<![\w.])(?:\+44|\(?0)[0-9 \xa0()-]{8,16}[0-9](?![0-9])")
_NATIONAL = re.compile(r"0[1235789][0-9]{8,9}")


def _contacts(case: Case) -> Iterator[Finding]:
    for origin, model in (("", case.register.programme), *((record.id, record) for record in case.register.records)):
        for before, field, text in _public(model, ""):
            found = _contact(text)
            if found:
                whose = f"{origin}: t" if origin else "T"
                message = f"{whose}here is {found} in text that is published."
                yield Finding(origin, before + field, message, "the post or the team to ask, without it")


def _contact(text: str) -> str:
    if "@" in text and (address := _EMAIL.search(text)):
        return f"an e-mail address ({address.group()})"
    if "+44" in text or _MAYBE_TELEPHONE.search(text):
        number = next((found.group() for found in _TELEPHONE.finditer(text) if _is_telephone(found.group())), "")
        return f"a telephone number ({number})" if number else ""
    return ""


def _is_telephone(text: str) -> bool:
    figures = re.sub(r"[^0-9+]", "", text)
    national = "0" + figures[3:].removeprefix("0") if figures.startswith("+44") else figures
    return _NATIONAL.fullmatch(national) is not None


def _public(model: BaseModel, before: str) -> Iterator[_Text]:
    """Yield the text of a record that a public paper may show: no note, nothing exempt."""
    values = model.__dict__
    exempt = values.get("exempt")
    if exempt is not None and not exempt.fields:
        return
    hidden = _NEVER_PUBLIC.union(exempt.fields) if exempt is not None else _NEVER_PUBLIC
    for name, value in values.items():
        if name not in hidden:
            if value.__class__ is str:
                yield before, name, value
            elif value:
                yield from _within(value, before, name)


def _within(value: object, before: str, name: str) -> Iterator[_Text]:
    if isinstance(value, tuple):
        for at, item in enumerate(value):
            if item.__class__ is str:
                yield before, f"{name}[{at}]", item
            elif isinstance(item, BaseModel):
                yield from _public(item, f"{before}{name}[{at}].")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (
                _within((item,), f"{before}{name}.", key) if isinstance(item, str) else _inner(item, before, name, key)
            )
    elif isinstance(value, BaseModel):
        yield from _public(value, f"{before}{name}.")


def _inner(item: object, before: str, name: str, key: str) -> Iterator[_Text]:
    if isinstance(item, BaseModel):
        yield from _public(item, f"{before}{name}.{key}.")


_OPEN_LINK = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


def _closed_links(case: Case) -> Iterator[Finding]:
    for record in case.tracked():
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
