"""Drafts of records, and what the register knows that reading them needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from p2ptrack.imports.cells import Labels
from p2ptrack.imports.report import Questioner
from p2ptrack.model.dates import Anchors
from p2ptrack.model.kinds import Kind
from p2ptrack.phrases import find_first_sentence


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What the register knows: phases and meetings, the council's words, its posts, and who is meant by which name.

    `source` is the id of the document, or empty; `paper_date` its date, or empty. `meetings` are the ids by their days.
    `recommendations` are the ids of the register's recommendations by their references, folded.
    `words` are meanings of words by field and word, as somebody answered; `new_meetings` what must be added to the
    programme because somebody said so.
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
    `mentioned` the number that its text says is above or below. `requested` is a target change that is requested where
    the file has no target date that it would change.
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
        """Move a field's words to `as_published`, and return whether they are known."""
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
"""Without these a record says too little, or something else than its source."""


def add_source(draft: RecordDraft, source: str, ref: str) -> None:
    """Say which document a draft comes from, and where in it."""
    if source:
        draft.values["source"] = {"id": source, "ref": ref}


def add_title(draft: RecordDraft) -> None:
    """Give a draft the first sentence of its request as title, and mark that as our interpretation."""
    text = draft.values.get("origin_text") or draft.values.get("agreed_action") or ""
    draft.values["title"] = find_first_sentence(text)
    draft.infer("title")
