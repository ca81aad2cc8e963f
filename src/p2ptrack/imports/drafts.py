"""Drafts of records, what the records of a tracker share, and the report of an import."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from p2ptrack.imports.cells import Labels, find_body, find_column_date, is_blank_value
from p2ptrack.imports.grid import GridCell, GridRow
from p2ptrack.imports.mapping import Tracker
from p2ptrack.model.dates import Anchors, CouncilDate, parse_date
from p2ptrack.model.dates.council_date import normalise_text
from p2ptrack.model.kinds import Kind
from p2ptrack.phrases import excerpt, find_first_sentence, join_words, pluralise, quote, unique

# The report of an import, and the answers to its questions.

_MAX_LINES = 2000
_MAX_TEXT = 5000


@dataclass(slots=True)
class ImportAccount:
    """Everything that an officer must know about an import, in the order of the file.

    Each entry is a place and a text.
    """

    notes: list[str] = field(default_factory=list)
    inferred: Counter[str] = field(default_factory=Counter)
    without_home: list[tuple[str, str]] = field(default_factory=list)
    colours: Counter[str] = field(default_factory=Counter)
    kept_columns: Counter[str] = field(default_factory=Counter)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: list[tuple[str, str]] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    empty_words: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)
    hidden_rows: list[str] = field(default_factory=list)
    blank_rows: int = 0

    def ask(self, place: str, question: str) -> None:
        """Add a question, once."""
        if (place, question) not in self.questions:
            self.questions.append((place, question))

    def withdraw(self, place: str, question: str) -> None:
        """Remove a question about a row."""
        self.questions = [item for item in self.questions if item[1] != question or not item[0].startswith(f"{place},")]

    def format_lines(self) -> Iterator[str]:
        """Yield the lines of the report."""
        yield from self.notes
        for name, count in sorted(self.inferred.items()):
            yield f"Our interpretation, not stated in the source: {name} in {pluralise(count, 'record')}."
        for heading, count in self.kept_columns.items():
            yield f"Kept as published: {heading}, in {pluralise(count, 'record')}."
        for heading, count in self.colours.items():
            yield f"Coloured cells with no words and no key to the colour: {heading}, in {pluralise(count, 'row')}."
        yield from _format_section("Kept as published, because no field takes them", _join_equal(self.without_home))
        yield from _format_section("Imported as written, but they refer to something else", _join_equal(self.elsewhere))
        if self.empty_words:
            words = ", ".join(f"{quote(word)} {count}" for word, count in self.empty_words.items())
            yield f"Read as empty: {words}."
        if self.hidden_rows:
            yield f"Hidden in the file but imported: {', '.join(self.hidden_rows)}."
        if self.blank_rows:
            yield f"Skipped blank rows: {self.blank_rows}."
        yield from _format_section("Skipped", self.passed_over)
        yield from _format_section("Not imported, because p2ptrack check refuses it", self.refused)
        yield from _format_section("Comments that are not imported", self.comments)
        yield from _format_section("Questions", self.questions)


def _join_equal(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return entries with those of the same column and text as one: their rows are joined."""
    joined: dict[tuple[str, str, str], list[str]] = {}
    for place, text in entries:
        match = _ROW.fullmatch(place)
        key = (match["table"], match["heading"], text) if match else (place, "", text)
        joined.setdefault(key, []).append(match["row"] if match else "")
    result = []
    for (table, heading, text), rows in joined.items():
        numbers = join_words(unique(rows))
        place = f"{table}, row{'s' if len(set(rows)) > 1 else ''} {numbers}, {heading}" if heading else table
        result.append((place, text))
    return result


_ROW = re.compile(r"(?P<table>.*?), row (?P<row>\d+), (?P<heading>.*)", re.DOTALL)


def _format_section(title: str, entries: list[tuple[str, str]]) -> Iterator[str]:
    if not entries:
        return
    yield f"{title}:"
    for place, text in entries[:_MAX_LINES]:
        yield f"  {place}: {excerpt(text, _MAX_TEXT)}" if text else f"  {place}"
    if len(entries) > _MAX_LINES:
        yield f"  and {len(entries) - _MAX_LINES} more"


class Questioner(Protocol):
    """Asks the user questions. Those with the same `key`, otherwise with the same words, are asked once."""

    def choose(self, question: str, choices: Mapping[str, str], default: str, key: str = "") -> str:
        """Return one of the choices (word: what it does), or nothing where nobody answers."""

    def ask(self, question: str, default: str = "", key: str = "") -> str:
        """Return a text that was typed, or nothing where nobody answers."""


class NobodyAnswers:
    """Used without a terminal and with `--yes`: it returns no answers, so that nothing is guessed."""

    def choose(self, question: str, choices: Mapping[str, str], default: str, key: str = "") -> str:
        """Return nothing."""
        del question, choices, default, key
        return ""

    def ask(self, question: str, default: str = "", key: str = "") -> str:
        """Return nothing."""
        del question, default, key
        return ""


YES_OR_NO = {"yes": "", "no": ""}


@dataclass(frozen=True, slots=True)
class ImportContext:
    """The data of the register: phases and meetings, the council's words, its posts, and the post that each name means.

    `source` is the id of the document, or empty; `paper_date` its date, or empty. `meetings` are the ids by their days.
    `recommendations` are the ids of the register's recommendations by their references, folded. `words` are meanings of
    words by field and word, as the user answered; `new_meetings` are to be added to the programme by the user's
    decision.
    """

    anchors: Anchors
    labels: Labels
    roles: Sequence[str]
    source: str
    posts: dict[str, str]
    meetings: dict[date, str]
    words: dict[tuple[str, str], str]
    questioner: Questioner
    paper_date: str = ""
    recommendations: Mapping[str, str] = field(default_factory=dict)
    new_meetings: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class RecordDraft:
    """The fields of a record without its id. `origins` are the headings and words that each field was read from.

    `recommendation` is the draft of the recommendation that an action answers. `number` is its number in the file, and
    `mentioned` the number that its text refers to as above or below. `requested` is a target change that is requested
    where the file has no target date that it would change.
    """

    kind: Kind
    place: str
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    recommendation: RecordDraft | None = None
    number: str = ""
    mentioned: str = ""
    requested: dict[str, Any] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def keep(self, heading: str, text: str) -> None:
        """Put words of the source in `as_published`, under their heading."""
        published = self.values.setdefault("as_published", {})
        name, count = heading, 1
        while name in published and published[name] != text:
            count += 1
            name = f"{heading} ({count})"
        published[name] = text

    def infer(self, name: str) -> None:
        """Mark a field as our interpretation."""
        names = self.values.setdefault("inferred", [])
        if name not in names:
            names.append(name)

    def demote(self, name: str) -> bool:
        """Move a field's words to `as_published`, and return whether there were any."""
        if name not in self.origins or name not in self.values or name in _NEEDED:
            return False
        del self.values[name]
        for heading, text in self.origins.pop(name):
            self.keep(heading, text)
        if name in self.values.get("inferred", []):
            self.values["inferred"].remove(name)
        if not self.values.get("inferred", True):
            del self.values["inferred"]
        return True

    def remove(self, name: str, heading: str) -> str:
        """Take out a field, or the words under a heading as published, and return its words; empty without them."""
        published = self.values.get("as_published", {})
        if name == "as_published" and heading in published:
            text = published.pop(heading)
            if not published:
                del self.values[name]
            return str(text)
        is_own_title = name == "title" and "origin_text" in self.values and name not in self.values.get("inferred", [])
        if name not in self.values or (name in _NEEDED and not is_own_title):
            return ""
        value = self.values.pop(name)
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


_NEEDED = frozenset({"title", "origin_text", "agreed_action", "as_published"})
"""Fields that a record needs: without them it has too little information, or differs from its source."""


def add_source(draft: RecordDraft, source: str, ref: str) -> None:
    """Set the source of a draft: the document and the place in it."""
    if source:
        draft.values["source"] = {"id": source, "ref": ref}


def add_title(draft: RecordDraft) -> None:
    """Give a draft the first sentence of its request as title, and mark that as our interpretation."""
    text = draft.values.get("origin_text") or draft.values.get("agreed_action") or ""
    draft.values["title"] = find_first_sentence(text)
    draft.infer("title")


# What the records of a tracker share.


@dataclass(slots=True)
class RowGroup:
    """What a row with only one text, such as a heading, gives to the rows below it."""

    text: str = ""
    raised: str = ""
    status: str = ""
    is_area: bool = False
    is_request: bool = False
    recommendation: RecordDraft | None = None


@dataclass
class TrackerState:
    """What the records of a tracker share: its columns, the fields of their kind, and the groups above them.

    `of_recommendation` are the columns about the recommendation beside an action. With `has_own_ref` the action has a
    reference besides that of its recommendation.
    """

    tracker: Tracker
    fields: frozenset[str]
    context: ImportContext
    account: ImportAccount
    drafts: list[RecordDraft]
    of_recommendation: frozenset[int] = frozenset()
    has_own_ref: bool = True
    group: RowGroup = field(default_factory=RowGroup)
    section: str = ""
    recommendation: RecordDraft | None = None
    raised: str = ""

    @cached_property
    def has_running_numbers(self) -> bool:
        """Whether the references of the tracker only number its rows."""
        return has_running_numbers(self.tracker)

    def find_meeting(self, text: str) -> str:
        """Return the id of the meeting that a text names, or whose day it has; empty where there is none.

        A meeting that the programme does not have is added if the user confirms it.
        """
        if "raised" not in self.fields:
            return ""
        day = find_column_date(text, self.context.anchors)
        parsed = parse_date(day) if day else None
        if isinstance(parsed, CouncilDate) and parsed.earliest == parsed.latest and parsed.latest:
            return self.context.meetings.get(parsed.latest) or self._ask_meeting(text, day, parsed.latest)
        return self._find_anchor(text, "meeting")

    def _ask_meeting(self, text: str, written: str, day: date) -> str:
        """Add a meeting to the programme if the user confirms it or, without questions, if the text names only it."""
        body = find_body(text, written)
        question = f"{quote(text)} is not a meeting of the programme. Add it?"
        answer = self.context.questioner.choose(question, YES_OR_NO, "no", f"meeting {day}")
        is_named = bool(body) and not _OTHER_WORDS.search(text.replace(written, " ").replace(body, " "))
        if answer == "no" or (not answer and not is_named):
            return ""
        body = self.context.questioner.ask("Which committee or body met?", body, f"body {day}") or body
        initials = "".join(word[0] for word in body.split() if word[:1].isupper()) or "M"
        id_ = f"{initials}-{day.isoformat()}"
        self.context.meetings[day] = id_
        self.context.new_meetings.append({"id": id_, **({"body": body} if body else {}), "date": written})
        return id_

    def find_phase(self, text: str) -> str:
        """Return the id of the phase whose name a heading begins with; empty where there is none."""
        key = normalise_text(text)
        names = [
            name
            for name in self.context.anchors.display_names()
            if key.startswith(name) and not key[len(name) : len(name) + 1].isalnum()
        ]
        phases = [anchor.id for name in names for anchor in self.context.anchors.find(name) if anchor.kind == "phase"]
        return phases[0] if len(set(phases)) == 1 else ""

    def _find_anchor(self, text: str, kind: str) -> str:
        anchors = [
            anchor for anchor in self.context.anchors.find_in_phrase(normalise_text(text)) if anchor.kind == kind
        ]
        return anchors[0].id if len(anchors) == 1 else ""


_OTHER_WORDS = re.compile(
    r"\b(?!(?:meetings?|of|the|on|held|at|from|actions?|minutes|matters|arising|recommendations?|[a-z]+day)\b)[a-z0-9]+",
    re.IGNORECASE,
)
"""Words that a heading lacks if it only names a meeting."""


def get_cell(row: GridRow, index: int) -> GridCell:
    """Return the cell of a column, which is empty where the row ends before it."""
    return row.cells[index] if index < len(row.cells) else GridCell()


RUNNING_NUMBER = re.compile(r"\(?\d{1,4}[.)]?")


def has_running_numbers(tracker: Tracker) -> bool:
    """Whether the references of a tracker only number its rows: 1, 2, 3 and not 1.1 or HR4."""
    columns = tracker.columns_of("ref")
    records = (row for row in tracker.rows if sum(bool(cell.lines) for cell in row.cells) > 1)
    cells = (get_cell(row, column.index).line for row in records for column in columns)
    return all(RUNNING_NUMBER.fullmatch(cell) for cell in cells if not is_blank_value(cell))
