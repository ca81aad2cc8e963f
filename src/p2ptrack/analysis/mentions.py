"""Find records that are not for publication where running text names them: by id, by title or by file name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

_QUOTE, _DASH = "['\u2018\u2019]", "[-\u2010-\u2015]"
_CHARACTER_VARIANTS = {"'": _QUOTE, "\u2019": _QUOTE, "-": _DASH, "\u2013": _DASH}
_SPACE = r"\s+"
_FILE_ENDING = r"(?:\.ya?ml)?"
_WORD_START, _WORD_END = r"(?<![^\W_])", r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class NameMatcher:
    """What gives away records that are not for publication. `known` are the ids that may be named, folded."""

    pattern: re.Pattern[str] | None
    allowed_ids: frozenset[str]

    def find(self, text: str) -> str:
        """Return the first words of a text that name such a record; empty where none do."""
        matched_names = (match.group() for match in self.pattern.finditer(text)) if self.pattern else ()
        return next((name for name in matched_names if name.casefold() not in self.allowed_ids), "")

    def replace(self, text: str, placeholder: str) -> str:
        """Return the text with neutral words wherever it names such a record."""
        if self.pattern is None:
            return text
        return self.pattern.sub(
            lambda match: match.group() if match.group().casefold() in self.allowed_ids else placeholder, text
        )


def build_name_matcher(
    ids: Iterable[str], titles: Iterable[str], paths: Iterable[str], allowed_ids: Iterable[str]
) -> NameMatcher:
    """Return the names of records to look for: their ids, their titles and their files, the longest first."""
    own_ids = tuple(ids)
    stems = {PurePosixPath(path).stem for path in paths} - set(own_ids)
    title_patterns = {
        *map(_build_title_pattern, titles),
        *(_build_title_pattern(stem) + _FILE_ENDING for stem in stems),
    }
    id_patterns = {_build_id_pattern(id_) for id_ in own_ids if not id_.isdecimal()}
    alternatives = [
        alternative
        for group in (title_patterns, id_patterns)
        for alternative in sorted(group, key=lambda text: (-len(text), text))
    ]
    pattern = re.compile(f"{_WORD_START}(?:{'|'.join(alternatives)}){_WORD_END}") if alternatives else None
    return NameMatcher(pattern, frozenset(id_.casefold() for id_ in allowed_ids))


def _build_title_pattern(text: str) -> str:
    """Return a pattern for a title: whatever the case, the spaces, the line ends and the sort of quotes.

    A title of one word is told by its case, as written or in capitals: *contracts* is not the record *Contracts*.
    """
    if text.isalpha():
        return f"(?:{text}|{text.upper()})"
    return f"(?i:{_SPACE.join(map(_build_word_pattern, text.split()))})"


def _build_word_pattern(word: str) -> str:
    return "".join(_CHARACTER_VARIANTS.get(character) or re.escape(character) for character in word)


def _build_id_pattern(id_: str) -> str:
    """Return a pattern for an id and its parts. One without a figure is also a word: it is told by its case.

    An id of figures alone is not looked for: every number would be one.
    """
    pattern = re.escape(id_) if id_.isalpha() else f"(?i:{re.escape(id_)})"
    return rf"{pattern}(?:\.[^\W_]+)*"
