"""Drafts of records, what the records of a tracker share, the report of an import, and the match with records.

Drafts are matched by the reference in the source and the similarity of the request.
"""

from __future__ import annotations

import importlib.util
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from p2ptrack.errors import OperationError
from p2ptrack.imports.cells import Labels, find_body, find_column_date, is_blank_value
from p2ptrack.imports.mapping import EXEMPTION, Tracker
from p2ptrack.model.dates import Anchors, CouncilDate, parse_date
from p2ptrack.model.dates.council_date import normalise_text
from p2ptrack.model.kinds import Kind, kind_of
from p2ptrack.model.records import ProcurementExemption, Record
from p2ptrack.phrases import excerpt, find_first_sentence, fold_text, join_words, pluralise, quote, unique

# The report of an import, and the answers to its questions.

_MAX_LINES = 2000
_MAX_TEXT = 5000


@dataclass(slots=True)
class ImportReport:
    """Everything that an officer must know about an import, in the order of the file.

    Each entry is a place and a text.
    """

    notes: list[str] = field(default_factory=list)
    inferred: Counter[str] = field(default_factory=Counter)
    unmatched_cells: list[tuple[str, str]] = field(default_factory=list)
    colours: Counter[str] = field(default_factory=Counter)
    as_published_columns: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
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
        for heading, count in self.as_published_columns.items():
            yield f"Kept as published: {heading}, in {pluralise(count, 'record')}."
        for heading, count in self.colours.items():
            yield f"Coloured cells with no words and no key to the colour: {heading}, in {pluralise(count, 'row')}."
        yield from _format_section("Kept as published, because no field takes them", _join_equal(self.unmatched_cells))
        yield from _format_section(
            "Imported as written, but they refer to something else", _join_equal(self.references)
        )
        if self.empty_words:
            words = ", ".join(f"{quote(word)} {count}" for word, count in self.empty_words.items())
            yield f"Read as empty: {words}."
        if self.hidden_rows:
            yield f"Hidden in the file but imported: {', '.join(self.hidden_rows)}."
        if self.blank_rows:
            yield f"Skipped blank rows: {self.blank_rows}."
        yield from _format_section("Skipped", self.skipped)
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


class Prompter:
    """Asks the user questions. Those with the same `key`, otherwise with the same words, are asked once.

    This one is used without a terminal and with `--yes`: it returns no answers, so that nothing is guessed.
    """

    def choose(self, question: str, choices: Mapping[str, str], default: str, key: str = "") -> str:
        """Return one of the choices (word: what it does), or nothing where nobody answers."""
        del question, choices, default, key
        return ""

    def ask(self, question: str, default: str = "", key: str = "") -> str:
        """Return a text that was typed, or nothing where nobody answers."""
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
    prompter: Prompter
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
    reported: set[tuple[str, str]] = field(default_factory=set)

    def keep(self, heading: str, text: str) -> None:
        """Put words of the source in `as_published`, under their heading."""
        published = self.values.setdefault("as_published", {})
        name, count = heading, 1
        while name in published and published[name] != text:
            count += 1
            name = f"{heading} ({count})"
        published[name] = text

    def note_origin(self, name: str, heading: str, text: str) -> None:
        """Record words that a field was read from."""
        self.origins.setdefault(name, []).append((heading, text))

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
        self.withdraw_inference(name)
        return True

    def withdraw_inference(self, name: str) -> None:
        """Remove the mark that a field is our interpretation."""
        names = [other for other in self.values.pop("inferred", []) if other != name]
        self.values |= {"inferred": names} if names else {}

    def remove(self, name: str, heading: str) -> str:
        """Remove a field, or the words under a heading as published, and return its words; empty without them."""
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

    `recommendation_columns` are the columns about the recommendation beside an action. With `has_own_ref` the action
    has a reference besides that of its recommendation.
    """

    tracker: Tracker
    fields: frozenset[str]
    context: ImportContext
    report: ImportReport
    drafts: list[RecordDraft]
    recommendation_columns: frozenset[int] = frozenset()
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
        anchors = self.context.anchors.find_in_phrase(normalise_text(text))
        meetings = [anchor.id for anchor in anchors if anchor.kind == "meeting"]
        return meetings[0] if len(meetings) == 1 else ""

    def _ask_meeting(self, text: str, date_text: str, day: date) -> str:
        """Add a meeting to the programme if the user confirms it or, without questions, if the text names only it."""
        body = find_body(text, date_text)
        question = f"{quote(text)} is not a meeting of the programme. Add it?"
        answer = self.context.prompter.choose(question, YES_OR_NO, "no", f"meeting {day}")
        is_named = bool(body) and not _OTHER_WORDS.search(text.replace(date_text, " ").replace(body, " "))
        if answer == "no" or (not answer and not is_named):
            return ""
        body = self.context.prompter.ask("Which committee or body met?", body, f"body {day}") or body
        initials = "".join(word[0] for word in body.split() if word[:1].isupper()) or "M"
        id_ = f"{initials}-{day.isoformat()}"
        self.context.meetings[day] = id_
        self.context.new_meetings.append({"id": id_, **({"body": body} if body else {}), "date": date_text})
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


_OTHER_WORDS = re.compile(
    r"\b(?!(?:meetings?|of|the|on|held|at|from|actions?|minutes|matters|arising|recommendations?|[a-z]+day)\b)[a-z0-9]+",
    re.IGNORECASE,
)
"""Words that a heading lacks if it only names a meeting."""


RUNNING_NUMBER = re.compile(r"\(?\d{1,4}[.)]?")


def has_running_numbers(tracker: Tracker) -> bool:
    """Whether the references of a tracker only number its rows: 1, 2, 3 and not 1.1 or HR4."""
    columns = tracker.columns_of("ref")
    records = (row for row in tracker.rows if sum(bool(cell.lines) for cell in row.cells) > 1)
    cells = (row.get_cell(column.index).line for row in records for column in columns)
    return all(RUNNING_NUMBER.fullmatch(cell) for cell in cells if not is_blank_value(cell))


# Which records the drafts of a file are.

SURE = 90.0
POSSIBLE = 60.0
_SAME_PLACE = 20.0
"""How much the same stated reference in the source adds to the similarity, in per cent.

Row numbers do not count, because rows move.
"""


_MIN_PART = 20
"""Shorter requests can be part of others by chance."""


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """A draft that may be a record: its request is 60 to 90 per cent similar."""

    draft: RecordDraft
    record: Record
    likeness: float


@dataclass(frozen=True, slots=True)
class ImportMatches:
    """The drafts that are new, those that are records already or may be, and the records of the source without one."""

    new: tuple[RecordDraft, ...]
    matched: tuple[tuple[RecordDraft, Record], ...]
    possible: tuple[PossibleMatch, ...]
    missing: tuple[Record, ...]

    def describe_parts(self) -> list[str]:
        """Return a sentence for each request that another one has taken in, and for each that was a part of another."""
        lines = []
        all_candidates = [*self.matched, *((match.draft, match.record) for match in self.possible)]
        for record in self.missing:
            text = fold_request(get_request(record))
            for draft, other in all_candidates if len(text) >= _MIN_PART else ():
                if text in fold_request(get_draft_request(draft)):
                    lines.append(f"{record.id}: its request is a part of {draft.place} now, which is {other.id}.")
        for draft in self.new:
            text = fold_request(get_draft_request(draft))
            for _, record in all_candidates if len(text) >= _MIN_PART else ():
                if text in fold_request(get_request(record)):
                    lines.append(f"{draft.place}: its request was a part of {record.id}.")
        return lines


def match_drafts(drafts: Sequence[RecordDraft], records: Iterable[Record], source: str) -> ImportMatches:
    """Match drafts one to one with records of the same kind and source, or without a source.

    Equal requests come first, of these the ones with the same place, and then the most alike. Only records of the
    source can be gone from it.
    """
    candidates = [record for record in records if (record.source.id if record.source else source) == source]
    matcher = _Matcher(drafts, candidates)
    matcher.match_equal()
    matcher.match_similar()
    kinds = {draft.kind.name for draft in drafts}
    possible = matcher.possible
    used_ids = {record.id for record in matcher.matched.values()} | {record.id for record, _ in possible.values()}
    return ImportMatches(
        tuple(draft for index, draft in enumerate(drafts) if index not in matcher.matched and index not in possible),
        tuple((drafts[index], record) for index, record in sorted(matcher.matched.items())),
        tuple(PossibleMatch(drafts[index], *possible[index]) for index in sorted(possible)),
        tuple(
            record
            for record in candidates
            if record.source and record.id not in used_ids and kind_of(record).name in kinds
        ),
    )


class _Matcher:
    def __init__(self, drafts: Sequence[RecordDraft], records: Sequence[Record]) -> None:
        self.records = records
        self.kinds = [draft.kind.name for draft in drafts]
        self.texts = [
            _identify_exemption(draft.values)
            if draft.kind.name == EXEMPTION
            else fold_request(get_draft_request(draft))
            for draft in drafts
        ]
        self.places = [fold_place(draft.values.get("source", {}).get("ref", "")) for draft in drafts]
        self.matched: dict[int, Record] = {}
        self.possible: dict[int, tuple[Record, float]] = {}
        self._matched_ids: set[str] = set()
        self._record_texts = {
            record.id: _identify_exemption(_list_values(record))
            if isinstance(record, ProcurementExemption)
            else fold_request(get_request(record))
            for record in records
        }
        self._record_places = {
            record.id: fold_place(record.source.ref or "" if record.source else "") for record in records
        }

    def match_equal(self) -> None:
        """Match equal requests of the same place, then equal requests, in the order of the file."""
        by_text: Mapping[tuple[str, str], list[Record]] = defaultdict(list)
        for record in self.records:
            by_text[kind_of(record).name, self._record_texts[record.id]].append(record)
        for needs_place in (True, False):
            for index, key in enumerate(zip(self.kinds, self.texts, strict=True)):
                if index in self.matched or key not in by_text:
                    continue
                free = [record for record in by_text[key] if record.id not in self._matched_ids]
                if needs_place:
                    free = [record for record in free if self._is_same_place(index, record)]
                if free:
                    self._take(index, free[0])

    def match_similar(self) -> None:
        """Match the most similar of the others: as certain from 90 per cent, as possible from 60."""
        pairs = []
        for kind in dict.fromkeys(self.kinds):
            free = [
                record for record in self.records if record.id not in self._matched_ids and kind_of(record).name == kind
            ]
            indexes = [index for index, name in enumerate(self.kinds) if name == kind and index not in self.matched]
            if kind == EXEMPTION:  # those of one supplier are similar, so only the reference identifies one
                pairs += [
                    (SURE, index, record) for index in indexes for record in free if self._is_same_place(index, record)
                ]
            elif free and indexes:
                pairs += self._compare(indexes, free)
        used: set[int] = set()
        for score, index, record in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
            if index in used or record.id in self._matched_ids:
                continue
            used.add(index)
            if score >= SURE:
                self._take(index, record)
            else:
                self._matched_ids.add(record.id)
                self.possible[index] = (record, score)

    def _compare(self, indexes: Sequence[int], records: Sequence[Record]) -> list[tuple[float, int, Record]]:
        if importlib.util.find_spec("rapidfuzz") is None:
            raise OperationError(
                "To recognise the records of an earlier version of this document, install the library rapidfuzz: "
                'pip install "p2ptrack[import]"'
            )
        from rapidfuzz import fuzz, process

        texts = {place: self._record_texts[record.id] for place, record in enumerate(records)}
        words = _WordIndex(texts)
        by_place: dict[str, list[int]] = defaultdict(list)
        for place, record in enumerate(records):
            by_place[self._record_places[record.id]].append(place)
        pairs = []
        for index in indexes:
            candidates = texts if len(records) <= _MAX_COMPARED else words.find_candidates(self.texts[index])
            same_place = by_place.get(self.places[index], [])[:_MAX_COMPARED] if self.places[index] else []
            candidates = {**candidates, **{place: texts[place] for place in same_place}}
            similar = process.extract(
                self.texts[index],
                candidates,
                scorer=fuzz.ratio,
                score_cutoff=POSSIBLE - _SAME_PLACE,
                limit=_MAX_SIMILAR,
            )
            for _, likeness, place in similar:
                record = records[place]
                score = likeness + (_SAME_PLACE if self._is_same_place(index, record) else 0)
                if score >= POSSIBLE:
                    pairs.append((score, index, record))
        return pairs

    def _is_same_place(self, index: int, record: Record) -> bool:
        return bool(self.places[index]) and self.places[index] == self._record_places[record.id]

    def _take(self, index: int, record: Record) -> None:
        self.matched[index] = record
        self._matched_ids.add(record.id)


_MAX_SIMILAR = 20
_MAX_COMPARED = 250
"""More records than this are compared only if they share a rare word: to compare all pairs takes seconds."""
_RARE_WORDS = 8


class _WordIndex:
    """Finds the texts that share a rare word with another text."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self.texts = texts
        self.places: dict[str, list[int]] = defaultdict(list)
        for place, text in texts.items():
            for word in set(text.split()):
                self.places[word].append(place)

    def find_candidates(self, text: str) -> dict[int, str]:
        """Return texts by their places: those with the rarest words of a text, up to a number."""
        words = sorted((word for word in set(text.split()) if word in self.places), key=self._count)
        candidates: dict[int, str] = {}
        for word in words[:_RARE_WORDS]:
            if len(candidates) >= _MAX_COMPARED:
                break
            candidates |= {place: self.texts[place] for place in self.places[word][:_MAX_COMPARED]}
        return candidates

    def _count(self, word: str) -> tuple[int, str]:
        return len(self.places[word]), word


def _identify_exemption(values: Mapping[str, Any]) -> str:
    """Return the values that identify an exemption without a reference: its description, supplier and date."""
    day = values.get("approved_on")
    day = day.get("raw", "") if isinstance(day, dict) else day
    parsed = parse_date(day) if isinstance(day, str) else day
    words = str(parsed.latest or parsed.raw) if isinstance(parsed, CouncilDate) else str(day or "")
    description = values.get("origin_text") or values.get("title") or ""
    return fold_request(" | ".join([description, values.get("supplier") or "", words]))


def _list_values(record: ProcurementExemption) -> Mapping[str, Any]:
    """Return the fields of an exemption, without a title that is only made of its type and id."""
    names = {"id": record.id, "type": record.type.value if record.type else None}
    is_derived = record.title == ProcurementExemption.derive_title(names)
    return {**vars(record), **({"title": ""} if is_derived else {})}


def get_draft_request(draft: RecordDraft) -> str:
    """Return the text by which a draft is recognised: its request, agreed action or title."""
    return str(draft.values.get("origin_text") or draft.values.get("agreed_action") or draft.values.get("title", ""))


def get_request(record: Record) -> str:
    """Return the text by which a record is recognised: its request, agreed action or title."""
    return record.origin_text or record.agreed_action or record.title


def fold_request(text: str) -> str:
    """Return a text for comparison: on one line, folded, without the marks of lists and of emphasis."""
    return fold_text(" ".join(text.replace("**", "").split()))


def fold_place(place: str) -> str:
    """Return a place in a source for comparison; nothing for a counted row, because rows move."""
    folded = fold_text(place)
    return "" if folded.startswith("row ") else folded
