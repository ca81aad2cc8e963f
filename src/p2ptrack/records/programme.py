"""The programme: what all records share, and how this council wants them judged and printed."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from p2ptrack.problem import shown
from p2ptrack.records.fields import (
    Flag,
    Many,
    Model,
    Name,
    Number,
    SourceId,
    Status,
    StatusWord,
    Text,
    When,
    fault,
    fold_word,
    one_of,
    text_of,
)
from p2ptrack.records.kinds import kind_named
from p2ptrack.records.shorter import Shorter


class Source(Model):
    """A paper that records come from. Without a date its updates have no age."""

    id: Name = Field(title="Id")
    title: Text = Field(title="Title")
    organisation: Text | None = Field(default=None, title="Organisation")
    body: Text | None = Field(default=None, title="Body")
    date: When | None = Field(default=None, title="Date")


class Phase(Model):
    """A stretch of the programme that actions start and end in."""

    id: Name = Field(title="Id")
    title: Text = Field(title="Title")
    start: When | None = Field(default=None, title="Start")
    end: When | None = Field(default=None, title="End")
    description: Text | None = Field(default=None, title="Description")


class Meeting(Model):
    """A meeting of a committee; a month will do for its date."""

    id: Name = Field(title="Id")
    body: Text | None = Field(default=None, title="Body")
    title: Text | None = Field(default=None, title="Title")
    date: When = Field(title="Date")
    papers_due: When | None = Field(default=None, title="Papers due")
    agenda_published: When | None = Field(default=None, title="Agenda published")


class Dependency(Model):
    """Something outside the register that records wait for."""

    id: Name = Field(title="Id")
    title: Text = Field(title="Title")
    owner: Text | None = Field(default=None, title="Owner")
    expected: When | None = Field(default=None, title="Expected")
    since: When | None = Field(default=None, title="Since")
    cleared: When | None = Field(default=None, title="Cleared")


def _meaning(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Meaning(Model):
    """What a word of the papers means; inferred where the papers do not spell it out."""

    text: Text
    inferred: Flag = False


def _kind(value: Any) -> str:
    kind = kind_named(text_of(value))
    if kind is None:
        raise fault("S108", f"{shown(value)} is not a kind of record.", "recommendation, action or follow-up")
    return kind.name


KindName = Annotated[str, BeforeValidator(_kind)]
Level = Literal["complete", "overdue", "at_risk", "on_track", "not_rated"]
LevelWord = Annotated[Level, one_of({word: word for word in get_args(Level)})]
Law = Literal["england", "wales", "scotland"]
LawWord = Annotated[Law, one_of({word: word for word in get_args(Law)})]


def _each_once(value: Any) -> Any:
    # A mapping would keep the last of two spellings and drop the other without a word.
    seen: dict[str, str] = {}
    for key in value if isinstance(value, dict) else ():
        first = seen.setdefault(fold_word(key), key)
        if first != key:
            message = f"{shown(key)} and {shown(first)} are one and the same word."
            raise fault("S111", message, f"{first}: once, with everything that belongs to it")
    return value


_EACH_ONCE = BeforeValidator(_each_once)


class Policy(Model):
    """How this council judges its register (design, section 5). Limits are in days and inclusive."""

    due_soon_days: Number = Field(default=30, title="Due soon, days")
    no_recent_update_days: Number = Field(default=90, title="No recent update, days")
    verification: Many[KindName] = Field(default=(), title="Kinds that need verifying")
    extensions_need_approval: Flag = Field(default=False, title="Extensions need approval")
    exemption_law: LawWord = Field(default="england", title="Exemption law")
    labels: Annotated[dict[StatusWord, Many[Text]], _EACH_ONCE] = Field(
        default_factory=dict, title="The council's words for statuses"
    )
    rating: Annotated[dict[LevelWord, Text], _EACH_ONCE] = Field(
        default_factory=dict, title="The council's words for ratings"
    )
    rules_off: dict[str, Text] = Field(default_factory=dict, title="Rules that are off, each with its reason")


class Paper(Model):
    """A paper that the register is turned into. The law wants the list of background papers."""

    report: Text | None = Field(default=None, title="Report")
    title: Text | None = Field(default=None, title="Title")
    source: SourceId | None = Field(default=None, title="Source")
    kinds: Many[KindName] = Field(default=(), title="Kinds")
    author: Text | None = Field(default=None, title="Report of")
    introduction: Text | None = Field(default=None, title="Introduction")
    asks: Many[Text] = Field(default=(), title="The committee is asked to")
    background_papers: Many[Text] = Field(default=(), title="Background papers")


class Programme(Model):
    """The whole of `data/programme.yaml`."""

    title: Text = Field(title="Title")
    organisation: Text | None = Field(default=None, title="Organisation")
    notice: Text | None = Field(default=None, title="Notice")
    sources: Many[Source] = Field(default=(), title="Sources")
    phases: Many[Phase] = Field(default=(), title="Phases")
    meetings: Many[Meeting] = Field(default=(), title="Meetings")
    roles: Many[Text] = Field(default=(), title="Posts")
    dependencies: Many[Dependency] = Field(default=(), title="Dependencies")
    policy: Policy = Field(default_factory=Policy, title="Policy")
    glossary: dict[str, Annotated[Meaning, BeforeValidator(_meaning), Shorter(text=True)]] = Field(
        default_factory=dict, title="Glossary"
    )
    reports: dict[str, Paper] = Field(default_factory=dict, title="Papers")


def status_labels(policy: Policy) -> dict[str, str]:
    """Return the council's words for statuses, folded, each with the status that it means."""
    return {fold_word(word): Status(status).value for status, words in policy.labels.items() for word in words}
