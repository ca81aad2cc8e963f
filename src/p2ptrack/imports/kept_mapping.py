"""The mapping of a tracker's headings that is kept beside the register, so that the next file asks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from itertools import count
from typing import Any

from p2ptrack.errors import UsageError
from p2ptrack.imports.cells import WORD_FIELDS, find_word
from p2ptrack.imports.headings import fold_heading
from p2ptrack.imports.mapping import EXEMPTION_TARGETS, TARGETS, Tracker, list_targets
from p2ptrack.model.kinds import Kinds
from p2ptrack.phrases import did_you_mean, fold_text, join_words, normalise_word, quote
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class KeptMapping:
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


def find_mapping(kept: Sequence[KeptMapping], tracker: Tracker) -> KeptMapping | None:
    """Return the mapping of a tracker's own shape, otherwise the last that has all of its headings."""
    headings = fold_headings(tracker)
    fitting = [mapping for mapping in kept if mapping.fits(tracker)]
    return next((mapping for mapping in fitting if set(mapping.columns) == headings), fitting[-1] if fitting else None)


def parse_mapping(values: Mapping[str, Any], path: str, kinds: Kinds) -> KeptMapping:
    """Return the mapping in the plain data of a file. Raises `UsageError` for a field that does not exist."""
    columns = {}
    kind = str(values.get("kind", ""))
    found = kinds.find(kind) if kind else None
    if kind and found is None:
        raise UsageError(f"{path}: {quote(kind)} is not a kind of record.")
    targets = list_targets(found.name) if found else {**TARGETS, **EXEMPTION_TARGETS}
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
    return KeptMapping(columns, kind, str(values.get("source", "")), posts, words)


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


def choose_mapping_name(kept: Sequence[KeptMapping], tracker: Tracker, stem: str, taken: Iterable[str]) -> str:
    """Return the name of the file for the mapping of a tracker: that of its own shape, otherwise one that is free."""
    own = next(
        (mapping.name for mapping in kept if mapping.name and set(mapping.columns) == fold_headings(tracker)), ""
    )
    used = {*taken, *(mapping.name for mapping in kept)}
    return own or next(name for number in count(1) if (name := make_mapping_name(stem, number)) not in used)


def make_mapping_name(stem: str, number: int) -> str:
    """Return the name of the file of a mapping: that of the document in plain letters, numbered from the second."""
    name = re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")[:60] or "tracker"
    return f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml"
