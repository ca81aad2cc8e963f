"""The account of an import: everything that was read into a record without being stated, kept aside, or passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from p2ptrack.phrases import excerpt, pluralise, quote

_MAX_LINES = 2000
_MAX_TEXT = 5000


@dataclass(slots=True)
class ImportAccount:
    """What an officer must know about an import, in the order of the file. Each entry is a place and a text."""

    notes: list[str] = field(default_factory=list)
    inferred: Counter[str] = field(default_factory=Counter)
    without_home: list[tuple[str, str]] = field(default_factory=list)
    kept_columns: Counter[str] = field(default_factory=Counter)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    empty_words: Counter[str] = field(default_factory=Counter)
    hidden_rows: list[str] = field(default_factory=list)
    blank_rows: int = 0

    def ask(self, place: str, question: str) -> None:
        """Add a question, once."""
        if (place, question) not in self.questions:
            self.questions.append((place, question))

    def format_lines(self) -> Iterator[str]:
        """Yield the lines of the report."""
        yield from self.notes
        for name, count in sorted(self.inferred.items()):
            yield f"Our interpretation, not stated in the source: {name} in {pluralise(count, 'record')}."
        for heading, count in self.kept_columns.items():
            yield f"Kept as published: {heading}, in {pluralise(count, 'record')}."
        yield from _format_section("Kept as published, because no field takes them", self.without_home)
        if self.empty_words:
            words = ", ".join(f"{quote(word)} {count}" for word, count in self.empty_words.items())
            yield f"Read as empty: {words}."
        if self.hidden_rows:
            yield f"Hidden in the file, and imported: {', '.join(self.hidden_rows)}."
        if self.blank_rows:
            yield f"Passed over: {pluralise(self.blank_rows, 'blank row')}."
        yield from _format_section("Passed over", self.passed_over)
        yield from _format_section("Comments, which are in no record", self.comments)
        yield from _format_section("Questions", self.questions)


def _format_section(title: str, entries: list[tuple[str, str]]) -> Iterator[str]:
    if not entries:
        return
    yield f"{title}:"
    for place, text in entries[:_MAX_LINES]:
        yield f"  {place}: {excerpt(text, _MAX_TEXT)}" if text else f"  {place}"
    if len(entries) > _MAX_LINES:
        yield f"  and {len(entries) - _MAX_LINES} more"
