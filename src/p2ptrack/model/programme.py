"""The programme: what all records share, and how this council wants them judged and printed."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from p2ptrack.diagnostics import quote_excerpt
from p2ptrack.model.fields import (
    DateField,
    Flag,
    ListOf,
    Model,
    Number,
    ShortForm,
    ShortName,
    SourceId,
    Status,
    StatusWord,
    Text,
    field_error,
    make_word_validator,
    normalise_word,
    require_text,
)
from p2ptrack.model.records import KINDS, find_kind


class SourceDocument(Model):
    """A paper that records come from. Without a date its updates have no age."""

    id: ShortName = Field(title="Id", description="A short name to cite it by.")
    title: Text = Field(title="Title", description="The paper's title.")
    organisation: Text | None = Field(default=None, title="Organisation", description="Whose paper it is.")
    body: Text | None = Field(default=None, title="Body", description="The committee that it went to.")
    date: DateField | None = Field(
        default=None, title="Date", description="When it was written. Leave it out where it is not stated."
    )


class Phase(Model):
    """A stretch of the programme that actions start and end in."""

    id: ShortName = Field(title="Id", description="A short name, such as P1.")
    title: Text = Field(title="Title", description="The phase's name in papers.")
    start: DateField | None = Field(default=None, title="Start", description="When it starts.")
    end: DateField | None = Field(
        default=None, title="End", description="When it ends. A target may name a phase and means this day."
    )
    description: Text | None = Field(default=None, title="Description", description="What it is for.")


class Meeting(Model):
    """A meeting of a committee; a month will do for its date."""

    id: ShortName = Field(title="Id", description="A short name, such as AC-2023-03.")
    body: Text | None = Field(default=None, title="Body", description="The committee that meets.")
    title: Text | None = Field(default=None, title="Title", description="Its name, if it has one.")
    date: DateField = Field(title="Date", description="The day, or the month while the day is not set.")
    papers_due: DateField | None = Field(default=None, title="Papers due", description="When its papers close.")
    agenda_published: DateField | None = Field(
        default=None, title="Agenda published", description="When its agenda was published."
    )


class Dependency(Model):
    """Something outside the register that records wait for."""

    id: ShortName = Field(title="Id", description="A short name that records wait for.")
    title: Text = Field(title="Title", description="What is waited for.")
    owner: Text | None = Field(default=None, title="Owner", description="Who can bring it about.")
    expected: DateField | None = Field(default=None, title="Expected", description="When it is expected.")
    since: DateField | None = Field(default=None, title="Since", description="Since when it is waited for.")
    cleared: DateField | None = Field(default=None, title="Cleared", description="When the waiting ended.")


def _expand_glossary_entry(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class GlossaryEntry(Model):
    """What a word of the papers means; inferred where the papers do not spell it out."""

    text: Text = Field(title="Meaning", description="What the word means.")
    inferred: Flag = Field(default=False, title="Our reading", description="The papers do not spell it out.")


def _validate_kind(value: Any) -> str:
    kind = find_kind(require_text(value))
    if kind is None:
        kind_words = [known_kind.singular for known_kind in KINDS]
        matches = get_close_matches(require_text(value).casefold(), kind_words, n=1)
        fix = f"{matches[0]} (did you mean this?)" if matches else f"{', '.join(kind_words[:-1])} or {kind_words[-1]}"
        raise field_error("S108", f"{quote_excerpt(value)} is not a kind of record.", fix)
    return kind.name


KindName = Annotated[str, BeforeValidator(_validate_kind)]
RatingLevel = Literal["complete", "overdue", "at_risk", "on_track", "not_rated"]
RatingLevelWord = Annotated[RatingLevel, make_word_validator({word: word for word in get_args(RatingLevel)})]
ExemptionLaw = Literal["england", "wales", "scotland"]
ExemptionLawWord = Annotated[ExemptionLaw, make_word_validator({word: word for word in get_args(ExemptionLaw)})]


def _reject_duplicate_words(value: Any) -> Any:
    # A mapping would keep the last of two spellings and drop the other without a word.
    spellings: dict[str, str] = {}
    for key in value if isinstance(value, dict) else ():
        first_spelling = spellings.setdefault(normalise_word(key), key)
        if first_spelling != key:
            message = f"{quote_excerpt(key)} and {quote_excerpt(first_spelling)} are one and the same word."
            raise field_error("S111", message, f"{first_spelling}: once, with everything that belongs to it")
    return value


_UNIQUE_WORDS = BeforeValidator(_reject_duplicate_words)


class Policy(Model):
    """How this council judges its register (design, section 5). Limits are in days and inclusive."""

    due_soon_days: Number = Field(
        default=30, title="Due soon, days", description="A target within so many days is due soon."
    )
    no_recent_update_days: Number = Field(
        default=90, title="No recent update, days", description="An update older than so many days is not recent."
    )
    verification: ListOf[KindName] = Field(
        default=(),
        title="Kinds that need verifying",
        description="For these, complete is closed only when somebody has verified it.",
    )
    extensions_need_approval: Flag = Field(
        default=False,
        title="Extensions need approval",
        description="A target moves only when the decision says granted.",
    )
    exemption_law: ExemptionLawWord = Field(
        default="england", title="Exemption law", description="Whose law the exempt paragraphs are of."
    )
    labels: Annotated[dict[StatusWord, ListOf[Text]], _UNIQUE_WORDS] = Field(
        default_factory=dict,
        title="The council's words for statuses",
        description="Other words that officers may write, by the status that they mean.",
    )
    rating: Annotated[dict[RatingLevelWord, Text], _UNIQUE_WORDS] = Field(
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
    kinds: ListOf[KindName] = Field(default=(), title="Kinds", description="Only records of these kinds.")
    author: Text | None = Field(default=None, title="Report of", description="Whose report it is.")
    introduction: Text | None = Field(default=None, title="Introduction", description="What it begins with. Markdown.")
    asks: ListOf[Text] = Field(
        default=(), title="The committee is asked to", description="What the committee is asked to do, one entry each."
    )
    background_papers: ListOf[Text] = Field(
        default=(), title="Background papers", description="Papers that it rests on. The law wants the list."
    )


class Programme(Model):
    """The whole of `data/programme.yaml`."""

    title: Text = Field(title="Title", description="What the register is of.")
    organisation: Text | None = Field(
        default=None, title="Organisation", description="The council's name, as papers print it."
    )
    notice: Text | None = Field(default=None, title="Notice", description="A line that every paper prints.")
    sources: ListOf[SourceDocument] = Field(default=(), title="Sources", description="Papers that records come from.")
    phases: ListOf[Phase] = Field(
        default=(), title="Phases", description="Stretches of the programme that actions start and end in."
    )
    meetings: ListOf[Meeting] = Field(default=(), title="Meetings", description="Committee meetings.")
    roles: ListOf[Text] = Field(
        default=(), title="Posts", description="The posts that may be named. Another word is a warning."
    )
    dependencies: ListOf[Dependency] = Field(
        default=(), title="Dependencies", description="What records wait for, named once."
    )
    policy: Policy = Field(default_factory=Policy, title="Policy", description="How this council judges its register.")
    glossary: dict[
        str, Annotated[GlossaryEntry, BeforeValidator(_expand_glossary_entry), ShortForm(accepts_text=True)]
    ] = Field(default_factory=dict, title="Glossary", description="Words and short forms, each with its meaning.")
    reports: dict[str, Paper] = Field(
        default_factory=dict, title="Papers", description="The papers made from the register, by name."
    )


def status_labels(policy: Policy) -> dict[str, str]:
    """Return the council's words for statuses, folded, each with the status that it means."""
    return {normalise_word(word): Status(status).value for status, words in policy.labels.items() for word in words}
