"""Several responsible officers in one text: `A / B`, `A and B`, `A, B`, `All Directors`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from p2ptrack.model.fields import normalise_word
from p2ptrack.model.placeholders import is_nobody
from p2ptrack.phrases import fold_text

_HEADS = r"head|director|chief|chair|leader|secretary|clerk|treasurer|solicitor"
_NOUNS = (
    r"accountant|adviser|advisor|analyst|architect|auditor|board|buyer|chair|clerk|co-ordinator|committee|consultant"
    r"|controller|coordinator|councillor|director|engineer|executive|group|head|lead|leader|manager|member|officer"
    r"|partner|planner|secretary|solicitor|specialist|surveyor|team|treasurer"
)
_RANKS = (
    r"(?:(?:acting|assistant|associate|corporate|deputy|executive|group|interim|joint|managing|service|strategic) )*"
)
_TITLE = re.compile(rf"(?:the )?{_RANKS}(?:{_HEADS})(?: .+)?|(?:.+ )?(?:{_NOUNS})")
_PLURAL_TITLE = re.compile(
    rf"(?:the )?{_RANKS}(?:heads|directors|chiefs) of .+"
    r"|(?:.+ )?(?:directors|managers|officers|heads|leaders|members|leads)"
)
_COLLECTIVE = re.compile(r"(?:all|both|each|every|several|various)(?: of the| the)?(?: .+)?")
_SINGLE_AFTER_ALL = re.compile(rf"all .*\b(?:{_NOUNS}|{_HEADS})")
_SECOND_DUTY = re.compile(
    r"(?:(?:the )?deputy )?(?:monitoring officer|(?:section |s\.? ?)151 officer|s151|head of paid service"
    r"|chief finance(?:ial)? officer|chief financial officer|chief executive|returning officer|town clerk"
    r"|data protection officer|senior information risk owner|siro|caldicott guardian|statutory scrutiny officer"
    r"|chief internal auditor|electoral registration officer|senior responsible owner|senior responsible officer|sro)"
)
"""Statutory and second duties that one post often holds beside its own title."""

_STRONG_SEPARATOR = re.compile(r"\s*[/;\n+|]\s*|\s+(?:jointly with|together with)\s+")
_WEAK_SEPARATOR = re.compile(r"\s*(?:,\s*(?:and\s+)?|\s&\s|\sand\s)\s*")
_MIN_TEAM_LENGTH = 4
_PAIR = 2
_BRACKETS = re.compile(r"\s*\([^)]*\)")


def normalise_roles(roles: Iterable[str]) -> frozenset[str]:
    """Return the roles of a programme as `split_owners` compares them."""
    return frozenset(map(_normalise, roles))


@lru_cache(maxsize=4096)
def split_owners(text: str, roles: frozenset[str]) -> tuple[str, ...]:
    """Return the posts that a text names, as written. A role of the programme is one post, however it is written."""
    if _normalise(text) in roles:
        return (text,)
    parts = _split(text, _STRONG_SEPARATOR)
    if len(parts) > 1 and _are_posts_or_teams(parts, roles) and not _has_second_duty(parts):
        return tuple(post for part in parts for post in _split_titles(part, roles))
    return _split_titles(text, roles)


@lru_cache(maxsize=4096)
def names_several(text: str, roles: frozenset[str]) -> bool:
    """Whether a text names more than one responsible officer, by their titles or as a group."""
    if _normalise(text) in roles:
        return False
    return len(split_owners(text, roles)) > 1 or _is_collective(fold_text(text).strip(" ."))


def _normalise(text: str) -> str:
    return normalise_word(fold_text(text))


def _is_collective(text: str) -> bool:
    if _PLURAL_TITLE.fullmatch(text):
        return True
    if not _COLLECTIVE.fullmatch(text) or _SINGLE_AFTER_ALL.fullmatch(text):
        return False
    is_distributive = text.startswith(("each", "every")) or " " not in text
    return is_distributive or text.endswith("s") or " of " in text


def _split_titles(text: str, roles: frozenset[str]) -> tuple[str, ...]:
    """Return the posts of a text with commas or *and*, which many titles of one post contain as well."""
    if _normalise(text) in roles:
        return (text,)
    posts = _merge_titles(_split(text, _WEAK_SEPARATOR), roles)
    are_titles = all(_is_title(post, roles) for post in posts)
    return posts if len(posts) > 1 and are_titles and not _has_second_duty(posts) else (text,)


def _has_second_duty(posts: tuple[str, ...]) -> bool:
    """Whether two titles are one post: *Director of Finance and Section 151 Officer*."""
    return len(posts) == _PAIR and any(_SECOND_DUTY.fullmatch(fold_text(post)) for post in posts)


def _merge_titles(parts: tuple[str, ...], roles: frozenset[str]) -> tuple[str, ...]:
    """Join a part that is no title to the one before: in *Head of Legal, Audit and City Solicitor* there are two."""
    posts: list[str] = []
    for part in parts:
        if posts and not _is_title(part, roles):
            posts[-1] = f"{posts[-1]}, {part}"
        else:
            posts.append(part)
    return tuple(posts)


def _split(text: str, separator: re.Pattern[str]) -> tuple[str, ...]:
    parts = (part.strip(" .") for part in separator.split(text))
    return tuple(part for part in parts if part and not is_nobody(part))


def _are_posts_or_teams(parts: tuple[str, ...], roles: frozenset[str]) -> bool:
    """Whether every part is a title, or every part names a team: not the two halves of *Property/Estates Manager*."""
    titles = [_is_title(part, roles) for part in parts]
    return all(titles) or (not any(titles) and all(len(part) >= _MIN_TEAM_LENGTH for part in parts))


def _is_title(part: str, roles: frozenset[str]) -> bool:
    title = _BRACKETS.sub("", fold_text(part)).strip(" .")
    return bool(_TITLE.fullmatch(title)) or bool(_PLURAL_TITLE.fullmatch(title)) or _normalise(part) in roles
