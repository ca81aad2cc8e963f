"""Compare the next version of a document with a record. The differences are edits that add and never overwrite."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from p2ptrack.errors import UsageError
from p2ptrack.imports.cells import WORD_FIELDS, Labels, find_word
from p2ptrack.imports.drafts import YES_OR_NO, Prompter, RecordDraft, fold_place, fold_request
from p2ptrack.imports.headings import find_by_keyword, fold_heading
from p2ptrack.imports.mapping import EXEMPTION_TARGETS, TARGETS, Tracker, list_targets
from p2ptrack.model.dates import Anchors, CouncilDate, DateRejection, parse_date
from p2ptrack.model.fields import CLOSED_STATUSES, Decision, Status
from p2ptrack.model.kinds import Kinds
from p2ptrack.model.money import Money
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.schema import list_fields
from p2ptrack.phrases import did_you_mean, find_first_sentence, fold_text, humanise, join_words, normalise_word, quote
from p2ptrack.store.yaml.edit import AppendEntry, Edit, SetField
from p2ptrack.store.yaml.parser import YamlValue


@dataclass(frozen=True, slots=True)
class VersionContext:
    """The context of a comparison: dates, words, the source and date of the document, and how questions are asked."""

    anchors: Anchors
    labels: Labels
    source: str
    paper_date: str
    prompter: Prompter
    read_values: Callable[[Record], Mapping[str, YamlValue]]


@dataclass(slots=True)
class RecordUpdate:
    """The edits that the next version of a document makes to a record.

    `changes` describe them, `undecided` lists the differences that the user has to decide on, `notes` the others.
    `unchanged_since` is the date of the last update, where the file has no other text.
    """

    record: Record
    edits: list[Edit] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unchanged_since: str = ""


def compare_draft(draft: RecordDraft, record: Record, context: VersionContext) -> RecordUpdate:
    """Return the edits that a draft makes to the record that it matches."""
    update = RecordUpdate(record)
    comparison = _Comparison(draft, record, context, update)
    comparison.compare_request()
    if isinstance(record, TrackedRecord):
        comparison.compare_target(record)
        comparison.compare_progress(record)
    comparison.compare_fields()
    return update


_CORRECT, _MOVE, _LEAVE = "correction", "move", "leave"
_TARGET_CHOICES = {
    _CORRECT: "the earlier date was a mistake",
    _MOVE: "the target was moved",
    _LEAVE: "leave the record as it is",
}
_COMPARED_SEPARATELY = frozenset(
    {"title", "source", "origin_text", "target", "revisions", "status", "updates", "as_published", "inferred"}
    | {"truncated", "recommendations", "id"}
)


class _Comparison:
    """Collects the edits that a draft makes to a record."""

    def __init__(self, draft: RecordDraft, record: Record, context: VersionContext, update: RecordUpdate) -> None:
        self.draft = draft
        self.record = record
        self.context = context
        self.update = update
        self.values = draft.values

    def compare_request(self) -> None:
        """Compare the request. Its words and its reference in the source stay; the title may change."""
        place = self.values.get("source", {}).get("ref", "")
        record_place = self.record.source.ref if self.record.source else None
        if record_place and fold_place(place) and fold_place(place) != fold_place(record_place):
            self.update.notes.append(
                f"{self.record.id}: its place in the source is {place} now. The record keeps {record_place}."
            )
        text, record = self.values.get("origin_text"), self.record
        if not text or not record.origin_text or fold_request(text) == fold_request(record.origin_text):
            return
        self.update.notes.append(f"{record.id}: the request has changed: {quote(text)}. The record keeps its text.")
        title = find_first_sentence(text)
        if fold_text(title) == fold_text(record.title) or "title" not in record.inferred:
            return
        question = f"{record.id}: change the title {quote(record.title)} to {quote(title)}?"
        if self.context.prompter.choose(question, YES_OR_NO, "no") == "yes":
            self.update.edits.append(SetField(("title",), title))
            self.update.changes.append(f"{record.id}: the title is now {quote(title)}.")

    def compare_target(self, record: TrackedRecord) -> None:
        """Compare the target. A new revised date is a target change; any other difference is asked about."""
        draft_value, revisions = self.values.get("target"), self.values.get("revisions", [])
        if self.draft.requested and record.target is not None:
            self._add_revisions(record, [self.draft.requested], self._read_target())
        if draft_value is None:
            return
        if record.target is None:
            if not revisions:
                self._fill_field("target", draft_value)
                return
            self._set_field("target", revisions[0]["from"])
            self._add_revisions(record, revisions, revisions[0]["from"])
            return
        if revisions:
            self._compare_original(record, revisions[0]["from"])
            self._add_revisions(record, revisions, self._read_target())
            return
        if self._is_same_day(draft_value, record.target):
            return
        matches = (find_by_keyword(heading) for heading, _ in self.draft.origins.get("target", []))
        if any(match and match[0] == "revised_target" for match in matches):
            self._add_revisions(record, [{"to": draft_value}], self._read_target())
        elif record.revisions and self._is_same_day(draft_value, record.revisions[0].from_):
            self.update.notes.append(
                f"{record.id}: the file has the original target date, {_format_value(draft_value)}. "
                "The record has its changes."
            )
        else:
            self._ask_target(record, draft_value)

    def _compare_original(self, record: TrackedRecord, draft_value: Any) -> None:
        """Ask about an original date that differs: only a correction can change the past."""
        original = record.revisions[0].from_ if record.revisions else record.target
        if original is None or self._is_same_day(draft_value, original):
            return
        change = f"{record.id}: the original target changed from {original.raw} to {_format_value(draft_value)}."
        choices = {name: _TARGET_CHOICES[name] for name in (_CORRECT, _LEAVE)}
        if self.context.prompter.choose(f"{change} What is it?", choices, _LEAVE) != _CORRECT:
            self.update.undecided.append(
                f"{change} The record is not changed. To correct it: p2ptrack edit {record.id}"
            )
        elif record.revisions:
            self._set_path(("revisions", 0, "from"), draft_value)
            self.update.changes.append(change)
        else:
            self._correct_target(draft_value)
            self.update.changes.append(change)

    def _ask_target(self, record: TrackedRecord, draft_value: Any) -> None:
        record_target = record.target.raw if record.target else ""
        label = "target" if record.revisions else "original target"
        change = f"{record.id}: the {label} changed from {record_target} to {_format_value(draft_value)}."
        answer = self.context.prompter.choose(f"{change} What is it?", _TARGET_CHOICES, _LEAVE)
        if answer == _CORRECT:
            self._correct_target(draft_value)
        elif answer == _MOVE:
            self.update.edits.append(AppendEntry(("revisions",), {"from": self._read_target(), "to": draft_value}))
            self._set_field("target", draft_value)
        else:
            day = self.context.paper_date
            document = f"The version of {day}" if day else "The next version of the document"
            self.update.undecided.append(
                f"{change} The record is not changed. If it was moved: p2ptrack extend {record.id} "
                f'"{_format_value(draft_value)}" --reason "{document} has this target date." '
                f'If it was a mistake: p2ptrack edit {record.id} --set target="{_format_value(draft_value)}"'
            )
            return
        self.update.changes.append(change)

    def _correct_target(self, after: YamlValue) -> None:
        entry: YamlValue = {"from": self._read_target(), "to": after, "category": "correction"}
        self.update.edits.append(AppendEntry(("revisions",), entry))
        self._set_field("target", after)

    def _add_revisions(self, record: TrackedRecord, revisions: list[dict[str, Any]], current: YamlValue) -> None:
        known_dates = [revision.to for revision in record.revisions] + ([record.target] if record.target else [])
        for revision in revisions:
            if any(self._is_same_day(revision["to"], day) for day in known_dates):
                continue
            entry = {"from": current, **{name: value for name, value in revision.items() if name != "from"}}
            self.update.edits.append(AppendEntry(("revisions",), entry))
            if revision.get("decision") == Decision.REQUESTED.value:
                self.update.changes.append(f"{record.id}: {_format_value(revision['to'])} is requested as the target.")
                continue
            self._set_field("target", revision["to"])
            self.update.changes.append(
                f"{record.id}: the target moves from {_format_value(current)} to {_format_value(revision['to'])}."
            )
            current = revision["to"]

    def compare_progress(self, record: TrackedRecord) -> None:
        """Compare the progress. New texts, a new status and new words of other columns become updates."""
        known_texts = {fold_request(update.text) for update in record.updates if update.text}
        updates = [entry for entry in self.values.get("updates", []) if entry.get("text")]
        entries = [dict(entry) for entry in updates if fold_request(entry["text"]) not in known_texts]
        if updates and not entries:
            text = fold_request(updates[-1]["text"])
            days = [entry.date for entry in record.updates if entry.text and fold_request(entry.text) == text]
            self.update.unchanged_since = next((day.raw for day in days if day), "the last version")
        status_word, other_words = self._find_new_status_word(record), self._find_other_new_words(record)
        if not entries and not status_word and not other_words:
            return
        if not entries:
            entries = [{}]
        if status_word:
            entries[-1]["status"] = status_word
        if other_words:
            entries[-1]["as_published"] = other_words
        entries = [self._complete_entry(entry) for entry in entries]
        if not any(name in entries[-1] for name in ("text", "date", "source")):
            self.update.undecided.append(
                f"{record.id}: the file has new words, {join_words([quote(item) for item in other_words.values()])}, "
                f"but no source or date for an update. To add one: p2ptrack update {record.id}"
            )
            return
        for entry in entries:
            self.update.edits.append(AppendEntry(("updates",), entry))
            self.update.changes.append(f"{record.id}: {_describe_entry(entry)}")
        if status_word:
            self._set_status(record, status_word)

    def _complete_entry(self, entry: dict[str, Any]) -> dict[str, YamlValue]:
        defaults = {"date": self.context.paper_date, "source": self.context.source}
        entry = {name: value for name, value in defaults.items() if value} | entry
        order = ("date", "source", "status", "text", "truncated", "as_published")
        return {name: entry[name] for name in order if name in entry}

    def _find_new_status_word(self, record: TrackedRecord) -> str:
        """Return the word for the status where the record has another one."""
        word = self.values.get("status")
        if not isinstance(word, str):
            return ""
        last = next(
            (update.status_as_written or update.status for update in reversed(record.updates) if update.status), ""
        )
        words = {normalise_word(str(status)) for status in (record.status_as_written or record.status, last) if status}
        return "" if normalise_word(word) in words else word

    def _find_other_new_words(self, record: TrackedRecord) -> dict[str, str]:
        """Return the words under headings as published that are not the last ones that the record has."""
        last = dict(record.as_published)
        for update in record.updates:
            last |= update.as_published
        published = self.values.get("as_published", {})
        requested = {self.draft.requested[name] for name in ("to", "reason") if name in self.draft.requested}
        return {
            heading: text
            for heading, text in published.items()
            if text not in requested
            and not _is_running_number(heading, text)
            and fold_request(text) != fold_request(last.get(heading, ""))
        }

    def _set_status(self, record: TrackedRecord, word: str) -> None:
        meaning = find_word("status", word, self.context.labels)
        if meaning == str(record.status or ""):
            return
        old_status = record.status_as_written or humanise(record.status or "not recorded")
        if self._is_older(record):
            self.update.undecided.append(
                f"{record.id}: the status in the file is {quote(word)}. The record has a later update, so its status "
                f"{quote(old_status)} is not changed."
            )
            return
        if record.status in {*CLOSED_STATUSES, Status.COMPLETE} and Status(meaning) not in CLOSED_STATUSES:
            question = f"{record.id} is {old_status}, and the file says {word}. Change its status?"
            if self.context.prompter.choose(question, YES_OR_NO, "no") != "yes":
                self.update.undecided.append(
                    f"{record.id}: the status in the file is {quote(word)}, and the record is {old_status}. "
                    "It is not changed."
                )
                return
        self._set_field("status", word)
        if "status" in self.values.get("inferred", []) and "status" not in record.inferred:
            self.update.edits.append(AppendEntry(("inferred",), "status"))
        self.update.changes.append(f"{record.id}: the status changes from {old_status} to {word}.")

    def _is_older(self, record: TrackedRecord) -> bool:
        """Whether the document is older than the last update of the record."""
        day = parse_date(self.context.paper_date, self.context.anchors) if self.context.paper_date else None
        last = max(
            (update.date.latest for update in record.updates if update.date and update.date.latest), default=None
        )
        return isinstance(day, CouncilDate) and bool(day.latest and last and day.latest < last)

    def compare_fields(self) -> None:
        """Fill fields that the record does not have; a value that differs from the record's is left alone."""
        for name, value in self.values.items():
            if name in _COMPARED_SEPARATELY or not hasattr(self.record, name):
                continue
            record_value = getattr(self.record, name)
            if not record_value:
                if not self._is_as_published(name):
                    self._fill_field(name, value)
            elif not self._is_same_value(name, value, record_value):
                title = _find_field_title(self.record, name)
                words = value[0] if isinstance(value, list) and len(value) == 1 else value
                is_short = isinstance(words, str) and "\n" not in words.strip() and len(words) < _MAX_LISTED
                advice = f" --set {shlex.quote(f'{name}={words.strip()}')}" if is_short else ""
                self.update.undecided.append(
                    f"{self.record.id}: {title} is {_format_value(value)} in the file. The record keeps its own "
                    f"value. To change it: p2ptrack edit {self.record.id}{advice}"
                )

    def _is_as_published(self, name: str) -> bool:
        """Whether the record keeps the words of a field as published, because the field does not take them."""
        published_texts = self.record.as_published
        words = self.draft.origins.get(name, [])
        return bool(words) and all(
            fold_request(published_texts.get(heading, "")) == fold_request(text) for heading, text in words
        )

    def _is_same_value(self, name: str, value: Any, record_value: Any) -> bool:
        if isinstance(record_value, CouncilDate):
            return self._is_same_day(value, record_value)
        if isinstance(record_value, Money):
            return Money.model_validate(value if isinstance(value, dict) else {"amount": value}) == record_value
        if name in {"priority", "acceptance"}:
            return find_word(name, str(value), self.context.labels) == str(record_value)
        draft_values = value if isinstance(value, list) else [value]
        record_values = record_value if isinstance(record_value, tuple) else (record_value,)
        return set(map(_flatten, draft_values)) <= set(map(_flatten, record_values))

    def _fill_field(self, name: str, value: YamlValue) -> None:
        self._set_field(name, value)
        if name in self.values.get("inferred", []) and name not in self.record.inferred:
            self.update.edits.append(AppendEntry(("inferred",), name))
        self.update.changes.append(
            f"{self.record.id}: {_find_field_title(self.record, name)} is now recorded: {_format_value(value)}."
        )

    def _set_field(self, name: str, value: YamlValue) -> None:
        self._set_path((name,), value)

    def _set_path(self, path: tuple[str | int, ...], value: YamlValue) -> None:
        self.update.edits = [edit for edit in self.update.edits if edit.path != path or isinstance(edit, AppendEntry)]
        self.update.edits.append(SetField(path, value))

    def _read_target(self) -> YamlValue:
        return self.context.read_values(self.record).get("target", "")

    def _is_same_day(self, draft_value: Any, record_value: CouncilDate) -> bool:
        if isinstance(draft_value, dict):
            return fold_text(str(draft_value.get("raw", ""))) == fold_text(record_value.raw)
        parsed = parse_date(str(draft_value), self.context.anchors)
        if isinstance(parsed, DateRejection) or parsed.latest is None or record_value.latest is None:
            return fold_text(str(draft_value)) == fold_text(record_value.raw)
        return (parsed.earliest, parsed.latest) == (record_value.earliest, record_value.latest)


def _is_running_number(heading: str, text: str) -> bool:
    """Whether words as published are only the number of a row, which changes when rows move."""
    match = find_by_keyword(heading)
    return match is not None and match[0] == "ref" and text.strip("().").isdecimal()


def _flatten(value: Any) -> str:
    """Return the texts of a value, folded: of an entry of a record as of one of a draft."""
    if isinstance(value, CouncilDate):
        return fold_text(value.raw)
    if isinstance(value, Mapping):
        return " ".join(_flatten(item) for item in value.values())
    if hasattr(value, "model_fields_set"):
        names = [name for name in type(value).model_fields if getattr(value, name)]
        return " ".join(_flatten(getattr(value, name)) for name in names)
    return fold_request(str(value))


def _format_value(value: Any) -> str:
    if isinstance(value, dict):
        return _format_value(value.get("raw") or next(iter(value.values()), ""))
    if isinstance(value, list):
        return join_words([_format_value(item) for item in value])
    return str(value) if len(str(value)) < _MAX_LISTED else quote(str(value))


_MAX_LISTED = 60


def _describe_entry(entry: Mapping[str, Any]) -> str:
    day = f" of {entry['date']}" if "date" in entry else ""
    if "text" in entry:
        return f"a new update{day}: {quote(entry['text'])}"
    words = [*([entry["status"]] if "status" in entry else []), *entry.get("as_published", {}).values()]
    return f"a new update{day} with the words {join_words([quote(word) for word in words])}"


def _find_field_title(record: Record, name: str) -> str:
    titles = {field.name: field.title for field in list_fields(type(record))}
    return titles.get(name, name)


# The mapping of headings is kept beside the register, so that the next file needs no questions.


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """The fields of headings (as `fold_heading` returns them), and the answers for the next file of its shape.

    `name` is that of the file in which it is kept.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    source: str = ""
    posts: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    name: str = ""

    def fits(self, tracker: Tracker) -> bool:
        """Whether it has every heading of a tracker."""
        headings = fold_headings(tracker)
        return bool(headings) and headings <= set(self.columns)


def fold_headings(tracker: Tracker) -> frozenset[str]:
    """Return the headings of a tracker for comparison: trackers with the same ones have the same shape."""
    return frozenset(fold_heading(heading) for heading in tracker.headings if heading)


def find_mapping(mappings: Sequence[SavedMapping], tracker: Tracker) -> SavedMapping | None:
    """Return the mapping of a tracker's own shape, otherwise the last that has all of its headings."""
    headings = fold_headings(tracker)
    fitting = [mapping for mapping in mappings if mapping.fits(tracker)]
    return next((mapping for mapping in fitting if set(mapping.columns) == headings), fitting[-1] if fitting else None)


def parse_mapping(values: Mapping[str, Any], path: str, kinds: Kinds) -> SavedMapping:
    """Return the mapping in the plain data of a file. Raises `UsageError` for a field that does not exist."""
    columns = {}
    kind = str(values.get("kind", ""))
    known_kind = kinds.find(kind) if kind else None
    if kind and known_kind is None:
        raise UsageError(f"{path}: {quote(kind)} is not a kind of record.")
    targets = list_targets(known_kind.name) if known_kind else {**TARGETS, **EXEMPTION_TARGETS}
    for entry in _list_groups(values.get("columns")):
        name = str(entry.get("field", ""))
        if name not in targets:
            advice = did_you_mean(name, targets) or f" Use {join_words(list(targets), 'or')}."
            raise UsageError(f"{path}: {quote(name)} is not a field that a column can have.{advice}")
        columns[fold_heading(str(entry.get("heading", "")))] = name
    posts = {
        fold_text(str(entry.get("name", ""))): str(entry.get("post", "")) for entry in _list_groups(values.get("posts"))
    }
    words = {
        (str(entry.get("field", "")), normalise_word(str(entry.get("word", "")))): str(entry.get("means", ""))
        for entry in _list_groups(values.get("words"))
    }
    for (name, word), meaning in words.items():
        if name not in WORD_FIELDS or find_word(name, meaning, {}) != meaning:
            raise UsageError(f"{path}: {quote(word)} cannot mean {quote(meaning)} in {quote(name)}.")
    return SavedMapping(columns, kind, str(values.get("source", "")), posts, words)


def _list_groups(value: Any) -> Iterable[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def make_mapping_values(
    tracker: Tracker, kind: str, source: str, words: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    """Return the plain data of the mapping of a tracker. Names of persons and their posts are not kept."""
    values: dict[str, Any] = {"kind": kind}
    if source:
        values["source"] = source
    values["columns"] = [
        {"heading": column.heading, "field": column.field if column.is_sure else "as_published"}
        for column in tracker.columns
        if column.heading
    ]
    if words:
        values["words"] = [{"field": name, "word": word, "means": means} for (name, word), means in words.items()]
    return values


def choose_mapping_name(
    mappings: Sequence[SavedMapping], tracker: Tracker, stem: str, used_names: Iterable[str]
) -> str:
    """Return the file name for the mapping of a tracker: that of one for the same headings, otherwise a free one."""
    own_name = next(
        (mapping.name for mapping in mappings if mapping.name and set(mapping.columns) == fold_headings(tracker)), ""
    )
    used = {*used_names, *(mapping.name for mapping in mappings)}
    return own_name or next(name for number in count(1) if (name := make_mapping_name(stem, number)) not in used)


def make_mapping_name(stem: str, number: int) -> str:
    """Return the file name of a mapping: the document's name in ASCII letters, with a number from the second on."""
    name = re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")[:60] or "tracker"
    return f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml"
