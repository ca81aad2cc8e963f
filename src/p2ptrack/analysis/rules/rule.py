"""What a rule is: it takes the whole case and yields findings; one table holds them all."""

from __future__ import annotations

import string
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from p2ptrack.analysis.case import Case
from p2ptrack.diagnostics import Severity
from p2ptrack.model.dates import CouncilDate
from p2ptrack.phrases import find_equal_ids, natural_key


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found: in which record (empty for the programme), in which field, and what to do.

    `field` is written like `updates[1].text`; it is empty where something is missing, which stands nowhere.
    """

    record: str
    field: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue; the documentation is generated from it."""

    code: str
    severity: Severity
    title: str
    why: str
    example: str
    fix: str
    check: Callable[[Case], Iterator[Finding]]


# How findings speak: lists of ids, counts, and the ids nearest to one that does not exist.


MAX_IDS_SHOWN = 8
"""How many ids a message names before it only counts the rest."""

_MAX_FUZZY_CANDIDATES = 300
_MAX_WORD_LENGTH = 40


def join_ids(ids: Sequence[str]) -> str:
    """Return ids as a sentence has them: `A01, A02 and A03`, or the first eight and how many more."""
    if len(ids) > MAX_IDS_SHOWN:
        return f"{', '.join(ids[:MAX_IDS_SHOWN])} and {len(ids) - MAX_IDS_SHOWN} more"
    return join_words(ids, "and")


def join_words(words: Sequence[str], conjunction: str) -> str:
    """Return words as a sentence has them: `one, two and three`, with the given word before the last."""
    return f" {conjunction} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def pluralise(count: int, noun: str) -> str:
    """Return a number of things: `1 record`, `47 records`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def suggest(word: str, candidates: Collection[str], *, cutoff: float = 0.5) -> tuple[str, ...]:
    """Return up to three of the known words that a wrong one may stand for, the likeliest first.

    `likeness` from 0 to 1 says how near they must be: words of a language need more of it than ids.
    """
    case_matches = find_equal_ids(word, candidates)
    if case_matches:
        return tuple(sorted(case_matches, key=natural_key)[:3])
    if len(candidates) <= _MAX_FUZZY_CANDIDATES:
        return tuple(get_close_matches(word, sorted(candidates, key=natural_key), n=3, cutoff=cutoff))
    if len(word) > _MAX_WORD_LENGTH:
        return ()
    return tuple(
        sorted((_list_single_edits(word) | _list_single_edits(word.upper())) & set(candidates), key=natural_key)[:3]
    )


def _list_single_edits(word: str) -> set[str]:
    """Return what is one slip of the finger away: a character left out, added, changed or swapped.

    Asking a large register only for these keeps the work the same however many records it holds.
    """
    splits = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    alphabet = string.ascii_letters + string.digits + "."
    return {
        *(head + tail[1:] for head, tail in splits if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1),
        *(head + character + tail[1:] for head, tail in splits if tail for character in alphabet),
        *(head + character + tail for head, tail in splits for character in alphabet),
    }


def format_suggestion(words: Sequence[str], default: str) -> str:
    """Return what to write instead: the nearest words, or a general answer where none is near."""
    if not words:
        return default
    return f"{join_words(words, 'or')} (did you mean {'this' if len(words) == 1 else 'one of these'}?)"


def unique(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids without repeats, in the order in which they came."""
    return tuple(dict.fromkeys(ids))


# One finding for each record, or one for all of them: what a paper states nowhere is said once, not 47 times.


MAX_SEPARATE_FINDINGS = 5
"""Up to so many records are told each in its own file; more are told together, in the programme's."""


def summarise_if_many(findings: Iterable[Finding], phrase: str, query: str = "") -> Iterator[Finding]:
    """Yield the findings when they are few, else one that counts and names their records.

    `together` follows the count (`are overdue`); `query` is the filter that lists them all.
    """
    listed_findings = tuple(findings)
    if len(listed_findings) <= MAX_SEPARATE_FINDINGS:
        yield from listed_findings
    else:
        yield summarise_records([finding.record for finding in listed_findings], phrase, listed_findings[0].fix, query)


def summarise_records(ids: Sequence[str], phrase: str, fix: str, query: str = "") -> Finding:
    """Return one finding for all the records."""
    unique_ids = unique(ids)
    is_single = len(unique_ids) == 1
    words = phrase.replace("are ", "is ", 1).replace("have ", "has ", 1) if is_single else phrase
    list_hint = f" All of them: p2ptrack list {query}" if query and len(unique_ids) > MAX_IDS_SHOWN else ""
    return Finding("", "", f"{pluralise(len(unique_ids), 'record')} {words}: {join_ids(unique_ids)}.{list_hint}", fix)


def is_before(first: CouncilDate | None, second: CouncilDate | None) -> bool:
    """Return whether all of one lies before all of the other."""
    if first is None or second is None or first.latest is None or second.earliest is None:
        return False
    return first.latest < second.earliest
