"""Find and replace the names of hidden records in text: ids, titles and file names.

A name is replaced if it is spelt exactly, or with other quotes, dashes, spaces, decomposed accents, wide letters or
invisible characters. A name that is altered by Markdown, an entity, a plural or adjacent letters is found, but not
replaced: the whole text is withheld.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from p2ptrack.phrases import fold_lookalikes
from p2ptrack.values import compile_on_use, dataclass

_EQUAL_CHARACTERS = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u02bc\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
}
_JOINER = 0x034F
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_MARKUP = compile_on_use(r"[\\`*_\[\]<>&~|!]")
_SPACE = r"\s+"
_FILE_ENDING = r"(?:\.ya?ml)?"
_WORD_START, _WORD_END = r"(?<![^\W_])", r"(?![^\W_])"
_ID_RUN = compile_on_use(r"[^\W\d_]+|\d+|\W")
_SEPARATOR = r"[-_/*.`~\\]{1,4}"
_VARIANT_START = r"(?:(?<![^\W_])|(?<=[a-z])(?=[A-Z]))"
_VARIANT_END = r"(?:(?:'?s)?(?![^\W_])|(?=[a-z]{2}))"
_MIN_KEY_LENGTH = 8
_ARTICLES = frozenset({"A", "I"})


@dataclass(frozen=True, slots=True)
class NameMatcher:
    """Finds the names of hidden records in text. `allowed_ids` are the ids that may be named, folded.

    `pattern` finds what can be replaced. `id_variants`, and the letters and digits of titles in `keys`, find names
    in the text as it is printed.
    """

    pattern: re.Pattern[str] | None
    allowed_ids: frozenset[str]
    id_variants: re.Pattern[str] | None = None
    keys: tuple[str, ...] = ()

    def find(self, text: str) -> str:
        """Return the first name of such a record in a text, as it can be quoted, or an empty text."""
        if self.pattern is None:
            return ""
        folded = _fold(text)
        for match in self._iter_matches(folded.text):
            return folded.slice_source(text, match)
        return self._find_id_variants(text)

    def replace(self, text: str, placeholder: str) -> str | None:
        """Return the text with the placeholder for each name of such a record; None where one would remain."""
        if self.pattern is None:
            return text
        folded = _fold(text)
        replaced, position = "", 0
        for match in self._iter_matches(folded.text):
            start, end = folded.find_span(match)
            replaced += text[position:start] + placeholder
            position = end
        replaced += text[position:]
        return None if self._find_id_variants(replaced.replace(placeholder, " \n ")) else replaced

    def split(self, text: str) -> Iterator[tuple[str, bool]]:
        """Yield the pieces of a text, each with whether it names such a record; all of it where one is disguised."""
        if self.pattern is None or not text:
            yield text, False
            return
        folded = _fold(text)
        pieces, position = list[tuple[str, bool]](), 0
        for match in self._iter_matches(folded.text):
            start, end = folded.find_span(match)
            pieces += [(text[position:start], False), (text[start:end], True)]
            position = end
        pieces.append((text[position:], False))
        if self._find_id_variants(" \n ".join(piece for piece, is_name in pieces if not is_name)):
            pieces = [(text, True)]
        yield from ((piece, is_name) for piece, is_name in pieces if piece)

    def _iter_matches(self, folded_text: str) -> Iterator[re.Match[str]]:
        if self.pattern is not None:
            matches = self.pattern.finditer(folded_text)
            yield from (match for match in matches if match.group().casefold() not in self.allowed_ids)

    def _find_id_variants(self, text: str) -> str:
        for rendering in _list_renderings(text):
            plain_text = fold_lookalikes(_fold(rendering).text)
            for match in self._iter_matches(plain_text):
                return match.group()
            for match in self.id_variants.finditer(plain_text) if self.id_variants else ():
                if _squeeze_id(match.group()) not in self.allowed_ids:
                    return match.group()
            key = make_key(plain_text)
            matched_name = next((name for name in self.keys if name in key), "")
            if matched_name:
                return _excerpt_key(plain_text, key, matched_name)
        return ""


@dataclass(frozen=True, slots=True)
class _FoldedText:
    """A text with similar characters folded, and the position of each of its characters in the source."""

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def find_span(self, match: re.Match[str]) -> tuple[int, int]:
        """Return the place in the source of a match in the folded text."""
        start, end = match.span()
        return (self.starts[start], self.ends[end - 1]) if self.starts else (start, end)

    def slice_source(self, source: str, match: re.Match[str]) -> str:
        """Return what the source has at a match in the folded text."""
        start, end = self.find_span(match)
        return source[start:end]


@lru_cache(maxsize=4096)
def _fold(text: str) -> _FoldedText:
    """Return a text in NFKC with one kind of quote and dash, without invisible characters."""
    if text.isascii():
        return _FoldedText(text)
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    while position < len(text):
        end = position + 1
        while end < len(text) and (unicodedata.combining(text[end]) or _is_invisible(text[end])):
            end += 1
        cluster = "".join(character for character in text[position:end] if not _is_invisible(character))
        for character in unicodedata.normalize("NFKC", cluster).translate(_EQUAL_CHARACTERS):
            folded.append(character)
            starts.append(position)
            ends.append(end)
        position = end
    return _FoldedText("".join(folded), tuple(starts), tuple(ends))


def _is_invisible(character: str) -> bool:
    code = ord(character)
    is_format_character = not character.isascii() and unicodedata.category(character) == "Cf"
    return is_format_character or code in _VARIATION_SELECTORS or code == _JOINER


def make_key(text: str) -> str:
    """Return the letters and digits of a text in lower case, without accents."""
    if text.isascii():
        return "".join(filter(str.isalnum, text)).casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filter(str.isalnum, decomposed))


def _excerpt_key(text: str, key: str, matched_name: str) -> str:
    """Return the words of a text that contain a key."""
    start = key.index(matched_name)
    position, begin, end = 0, 0, len(text)
    for index, character in enumerate(text):
        if position == start and make_key(character):
            begin = index
        position += len(make_key(character))
        if position >= start + len(matched_name):
            end = index + 1
            break
    return text[begin:end]


def _squeeze_id(text: str) -> str:
    return re.sub(r"[^\w.]|_", "", text).removesuffix("'s").casefold()


def _list_renderings(text: str) -> tuple[str, ...]:
    """Return a text as it is written and, if it may hold Markdown, as a reader sees it, addresses of links too."""
    return (text, _render_markdown(text)) if _MARKUP.search(text) else (text,)


def _render_markdown(text: str) -> str:
    from markdown_it import MarkdownIt

    return "\n".join(_iter_rendered(MarkdownIt("commonmark", {"html": False}).parse(text)))


def _iter_rendered(tokens: Iterable[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            children = token.children or ()
            yield "".join(" " if child.type.endswith("break") else child.content for child in children)
            yield from (unquote(str(child.attrs["href"])) for child in children if "href" in child.attrs)
        elif token.content:
            yield token.content


def build_name_matcher(
    ids: Iterable[str], titles: Iterable[str], paths: Iterable[str], allowed_ids: Iterable[str]
) -> NameMatcher:
    """Return a matcher of ids, titles and file names, the longest first."""
    own_ids = {id_ for id_ in ids if id_}
    allowed = frozenset(id_.casefold() for id_ in allowed_ids)
    stems = {stem for path in paths if (stem := PurePosixPath(path).stem).casefold() not in allowed} - own_ids
    folded_titles = {text for title in titles if (text := " ".join(_fold(title).text.split()))}
    folded_stems = {_fold(stem).text for stem in stems}
    title_patterns = {
        *map(_build_title_pattern, folded_titles),
        *(_build_title_pattern(stem) + _FILE_ENDING for stem in folded_stems),
    }
    searchable_ids = {id_ for id_ in own_ids if not id_.isdecimal()}
    id_patterns = set(map(_build_id_pattern, searchable_ids))
    alternatives = [
        alternative
        for group in (title_patterns, id_patterns)
        for alternative in sorted(group, key=lambda text: (-len(text), text))
    ]
    if not alternatives:
        return NameMatcher(None, allowed)
    patterns = sorted({_build_variant_pattern(id_) for id_ in searchable_ids if not id_.isalpha()})
    variants_pattern = rf"{_VARIANT_START}(?:{'|'.join(patterns)})(?:\.[^\W_]+)*{_VARIANT_END}"
    return NameMatcher(
        re.compile(f"{_WORD_START}(?:{'|'.join(alternatives)}){_WORD_END}"),
        allowed,
        re.compile(variants_pattern) if patterns else None,
        tuple(sorted(_make_keys((*folded_titles, *folded_stems)))),
    )


def _make_keys(names: Iterable[str]) -> frozenset[str]:
    """Return the keys of names of several words. Shorter keys are part of too many other words."""
    keys = (make_key(fold_lookalikes(name)) for name in names if re.search(r"\w\W+\w", name))
    return frozenset(key for key in keys if len(key) >= _MIN_KEY_LENGTH)


def _build_title_pattern(text: str) -> str:
    """Return a pattern for a title that ignores case and spacing.

    A title of one word must have its case, as written or in capitals: *contracts* is not the record *Contracts*.
    """
    if text.isalpha():
        return f"(?:{text}|{text.upper()})"
    return f"(?i:{_SPACE.join(map(re.escape, text.split()))})"


def _build_id_pattern(id_: str) -> str:
    """Return a pattern for an id and its parts. An id without a digit is also a word, so its case must match.

    An id of digits alone is not searched for, because every number would match.
    """
    pattern = re.escape(id_) if id_.isalpha() else f"(?i:{re.escape(id_)})"
    return rf"{pattern}(?:\.[^\W_]+)*"


def _build_variant_pattern(id_: str) -> str:
    """Return a pattern for an id with something between its letters and digits: `A 08`, `A-08`, `A**08`.

    With a space, *A 12 month plan* is not the id A12, but *A 12* at the end of a sentence is.
    """
    runs = _ID_RUN.findall(id_)
    joined = rf"(?i:{f'(?:{_SEPARATOR})?'.join(map(re.escape, runs))})"
    spaced = r"\s?".join(map(re.escape, runs))
    if runs[0] in _ARTICLES and len(runs) > 1 and not runs[1].startswith("0"):
        spaced = rf"{spaced}(?!\s+[a-z])"
    return f"{joined}|{spaced}"
