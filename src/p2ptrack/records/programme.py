"""The programme: what all records share, and how this council wants them judged and printed."""

from __future__ import annotations

from difflib import get_close_matches
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
from p2ptrack.records.kinds import KINDS, kind_named
from p2ptrack.records.shorter import Shorter


class Source(Model):
    """A paper that records come from. Without a date its updates have no age."""

    id: Name = Field(title="Id", description="A short name to cite it by.")
    title: Text = Field(title="Title", description="The paper's title.")
    organisation: Text | None = Field(default=None, title="Organisation", description="Whose paper it is.")
    body: Text | None = Field(default=None, title="Body", description="The committee that it went to.")
    date: When | None = Field(
        default=None, title="Date", description="When it was written. Leave it out where it is not stated."
    )


class Phase(Model):
    """A stretch of the programme that actions start and end in."""

    id: Name = Field(title="Id", description="A short name, such as P1.")
    title: Text = Field(title="Title", description="The phase's name in papers.")
    start: When | None = Field(default=None, title="Start", description="When it starts.")
    end: When | None = Field(
        default=None, title="End", description="When it ends. A target may name a phase and means this day."
    )
    description: Text | None = Field(default=None, title="Description", description="What it is for.")


class Meeting(Model):
    """A meeting of a committee; a month will do for its date."""

    id: Name = Field(title="Id", description="A short name, such as AC-2023-03.")
    body: Text | None = Field(default=None, title="Body", description="The committee that meets.")
    title: Text | None = Field(default=None, title="Title", description="Its name, if it has one.")
    date: When = Field(title="Date", description="The day, or the month while the day is not set.")
    papers_due: When | None = Field(default=None, title="Papers due", description="When its papers close.")
    agenda_published: When | None = Field(
        default=None, title="Agenda published", description="When its agenda was published."
    )


class Dependency(Model):
    """Something outside the register that records wait for."""

    id: Name = Field(title="Id", description="A short name that records wait for.")
    title: Text = Field(title="Title", description="What is waited for.")
    owner: Text | None = Field(default=None, title="Owner", description="Who can bring it about.")
    expected: When | None = Field(default=None, title="Expected", description="When it is expected.")
    since: When | None = Field(default=None, title="Since", description="Since when it is waited for.")
    cleared: When | None = Field(default=None, title="Cleared", description="When the waiting ended.")


def _meaning(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Meaning(Model):
    """What a word of the papers means; inferred where the papers do not spell it out."""

    text: Text = Field(title="Meaning", description="What the word means.")
    inferred: Flag = Field(default=False, title="Our reading", description="The papers do not spell it out.")


def _kind(value: Any) -> str:
    kind = kind_named(text_of(value))
    if kind is None:
        kinds = [each.singular for each in KINDS]
        near = get_close_matches(text_of(value).casefold(), kinds, n=1)
        fix = f"{near[0]} (did you mean this?)" if near else f"{', '.join(kinds[:-1])} or {kinds[-1]}"
        raise fault("S108", f"{shown(value)} is not a kind of record.", fix)
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

    due_soon_days: Number = Field(
        default=30, title="Due soon, days", description="A target within so many days is due soon."
    )
    no_recent_update_days: Number = Field(
        default=90, title="No recent update, days", description="An update older than so many days is not recent."
    )
    verification: Many[KindName] = Field(
        default=(),
        title="Kinds that need verifying",
        description="For these, complete is closed only when somebody has verified it.",
    )
    extensions_need_approval: Flag = Field(
        default=False,
        title="Extensions need approval",
        description="A target moves only when the decision says granted.",
    )
    exemption_law: LawWord = Field(
        default="england", title="Exemption law", description="Whose law the exempt paragraphs are of."
    )
    labels: Annotated[dict[StatusWord, Many[Text]], _EACH_ONCE] = Field(
        default_factory=dict,
        title="The council's words for statuses",
        description="Other words that officers may write, by the status that they mean.",
    )
    rating: Annotated[dict[LevelWord, Text], _EACH_ONCE] = Field(
        default_factory=dict, title="The council's words for ratings", description="What the council calls each rating."
    )
    rules_off: dict[str, Text] = Field(
        default_factory=dict,
        title="Rules that are off, each with its reason",
        description="The code of each rule, and why it is off.",
    )


class Paper(Model):
    """A paper that the register is turned into. The law wants the list of background papers."""

    report: Text | None = Field(
        default=None,
        title="Report",
        description="Which report makes it. Leave it out where the paper's name is the report's.",
    )
    title: Text | None = Field(default=None, title="Title", description="The title on its first page.")
    source: SourceId | None = Field(default=None, title="Source", description="Only records of this source.")
    kinds: Many[KindName] = Field(default=(), title="Kinds", description="Only records of these kinds.")
    author: Text | None = Field(default=None, title="Report of", description="Whose report it is.")
    introduction: Text | None = Field(default=None, title="Introduction", description="What it begins with. Markdown.")
    asks: Many[Text] = Field(
        default=(), title="The committee is asked to", description="What the committee is asked to do, one entry each."
    )
    background_papers: Many[Text] = Field(
        default=(), title="Background papers", description="Papers that it rests on. The law wants the list."
    )


class Programme(Model):
    """The whole of `data/programme.yaml`."""

    title: Text = Field(title="Title", description="What the register is of.")
    organisation: Text | None = Field(
        default=None, title="Organisation", description="The council's name, as papers print it."
    )
    notice: Text | None = Field(default=None, title="Notice", description="A line that every paper prints.")
    sources: Many[Source] = Field(default=(), title="Sources", description="Papers that records come from.")
    phases: Many[Phase] = Field(
        default=(), title="Phases", description="Stretches of the programme that actions start and end in."
    )
    meetings: Many[Meeting] = Field(default=(), title="Meetings", description="Committee meetings.")
    roles: Many[Text] = Field(
        default=(), title="Posts", description="The posts that may be named. Another word is a warning."
    )
    dependencies: Many[Dependency] = Field(
        default=(), title="Dependencies", description="What records wait for, named once."
    )
    policy: Policy = Field(default_factory=Policy, title="Policy", description="How this council judges its register.")
    glossary: dict[str, Annotated[Meaning, BeforeValidator(_meaning), Shorter(text=True)]] = Field(
        default_factory=dict, title="Glossary", description="Words and short forms, each with its meaning."
    )
    reports: dict[str, Paper] = Field(
        default_factory=dict, title="Papers", description="The papers made from the register, by name."
    )


def status_labels(policy: Policy) -> dict[str, str]:
    """Return the council's words for statuses, folded, each with the status that it means."""
    return {fold_word(word): Status(status).value for status, words in policy.labels.items() for word in words}
