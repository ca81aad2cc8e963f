"""The account of an import: what was interpreted, kept aside, passed over or asked, and who answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from p2ptrack.phrases import excerpt, join_words, pluralise, quote, unique

_MAX_LINES = 2000
_MAX_TEXT = 5000


@dataclass(slots=True)
class ImportAccount:
    """What an officer must know about an import, in the order of the file. Each entry is a place and a text."""

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
        """Take back a question about something in a row."""
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
    """Somebody who may answer questions. Those with the same `key`, otherwise with the same words, are asked once."""

    def choose(self, question: str, choices: Mapping[str, str], default: str, key: str = "") -> str:
        """Return one of the choices (word: what it does), or nothing where nobody answers."""

    def ask(self, question: str, default: str = "", key: str = "") -> str:
        """Return a text that was typed, or nothing where nobody answers."""


class NobodyAnswers:
    """The answers without a terminal, and with `--yes`: none, so that nothing is guessed."""

    def choose(self, question: str, choices: Mapping[str, str], default: str, key: str = "") -> str:
        """Return nothing."""
        del question, choices, default, key
        return ""

    def ask(self, question: str, default: str = "", key: str = "") -> str:
        """Return nothing."""
        del question, default, key
        return ""


YES_OR_NO = {"yes": "", "no": ""}
