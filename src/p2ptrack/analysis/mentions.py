"""Find records that are not for publication where running text names them: by id, by title or by file name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

_QUOTE, _DASH = "['\u2018\u2019]", "[-\u2010-\u2015]"
_ALIKE = {"'": _QUOTE, "\u2019": _QUOTE, "-": _DASH, "\u2013": _DASH}
_SPACE = r"\s+"
_ENDING = r"(?:\.ya?ml)?"
_NO_WORD_BEFORE, _NO_WORD_AFTER = r"(?<![^\W_])", r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class Names:
    """What gives away records that are not for publication. `known` are the ids that may be named, folded."""

    pattern: re.Pattern[str] | None
    known: frozenset[str]

    def find(self, text: str) -> str:
        """Return the first words of a text that name such a record; empty where none do."""
        found = (match.group() for match in self.pattern.finditer(text)) if self.pattern else ()
        return next((name for name in found if name.casefold() not in self.known), "")

    def replace(self, text: str, neutral: str) -> str:
        """Return the text with neutral words wherever it names such a record."""
        if self.pattern is None:
            return text
        return self.pattern.sub(lambda m: m.group() if m.group().casefold() in self.known else neutral, text)


def names(ids: Iterable[str], titles: Iterable[str], paths: Iterable[str], known: Iterable[str]) -> Names:
    """Return the names of records to look for: their ids, their titles and their files, the longest first."""
    own = tuple(ids)
    stems = {PurePosixPath(path).stem for path in paths} - set(own)
    words = {*map(_words, titles), *(_words(stem) + _ENDING for stem in stems)}
    exact = {_id(id_) for id_ in own if not id_.isdecimal()}
    wanted = [each for group in (words, exact) for each in sorted(group, key=lambda text: (-len(text), text))]
    pattern = re.compile(f"{_NO_WORD_BEFORE}(?:{'|'.join(wanted)}){_NO_WORD_AFTER}") if wanted else None
    return Names(pattern, frozenset(id_.casefold() for id_ in known))


def _words(text: str) -> str:
    """Return a pattern for a title: whatever the case, the spaces, the line ends and the sort of quotes.

    A title of one word is told by its case, as written or in capitals: *contracts* is not the record *Contracts*.
    """
    if text.isalpha():
        return f"(?:{text}|{text.upper()})"
    return f"(?i:{_SPACE.join(map(_alike, text.split()))})"


def _alike(word: str) -> str:
    return "".join(_ALIKE.get(sign) or re.escape(sign) for sign in word)


def _id(id_: str) -> str:
    """Return a pattern for an id and its parts. One without a figure is also a word: it is told by its case.

    An id of figures alone is not looked for: every number would be one.
    """
    own = re.escape(id_) if id_.isalpha() else f"(?i:{re.escape(id_)})"
    return rf"{own}(?:\.[^\W_]+)*"
