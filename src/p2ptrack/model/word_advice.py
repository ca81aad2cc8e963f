"""Advice on words that are not in a list: what they mean here, by a table of synonyms, or what they misspell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from p2ptrack.phrases import join_words, suggest

_OPEN = ("not_started", "in_progress", "on_hold")
_CLOSED = ("complete", "verified", "superseded", "risk_accepted", "noted", "withdrawn")


def _make_table(rows: Mapping[tuple[str, ...], str]) -> dict[str, tuple[str, ...]]:
    return {word: choices for choices, words in rows.items() for word in words.split()}


_STATUS_SYNONYMS = _make_table(
    {
        ("complete",): "achieved actioned completed concluded delivered discharged done finished fully_complete "
        "fully_completed fully_implemented implemented resolved 100% 100%_complete",
        _CLOSED: "closed",
        ("in_progress",): "active begun commenced in_hand on_going ongoing progressing started under_way underway wip "
        "work_in_progress",
        ("not_started",): "no_action_taken no_progress no_progress_to_date not_begun not_commenced not_yet_begun "
        "not_yet_started planned to_do to_start unstarted yet_to_start",
        ("not_started", "in_progress"): "not_due not_yet_due open outstanding pending reopened",
        ("on_hold",): "deferred halted held parked paused postponed stalled stopped suspended",
        ("withdrawn", "superseded"): "no_longer_applicable no_longer_needed no_longer_relevant no_longer_required "
        "not_applicable not_needed not_required obsolete",
        ("withdrawn",): "abandoned cancelled canceled dropped removed",
        ("superseded",): "merged overtaken replaced",
        ("risk_accepted",): "accepted_risk risk_tolerated tolerated",
        ("embedded",): "bau business_as_usual now_bau",
        ("verified",): "audited confirmed validated",
        ("noted",): "for_info for_information for_noting information_only",
    }
)
_SYNONYMS = _make_table(
    {
        ("critical", "high"): "urgent",
        ("high",): "major",
        ("medium",): "med moderate",
        ("low",): "minor",
        ("accepted",): "agreed",
        ("not_accepted",): "declined disagreed not_agreed",
        ("not_accepted", "refused"): "rejected",
        ("partly_accepted", "in_part"): "in_part partial partially partly",
        ("partly_accepted",): "accepted_in_part agreed_in_part part_agreed partially_accepted partially_agreed "
        "partly_agreed",
        ("granted",): "agreed approved",
    }
) | {"agreed": ("accepted", "granted")}
_RATINGS = frozenset(
    {"amber", "at_risk", "behind_schedule", "blue", "delayed", "due_soon", "green", "late", "off_track", "on_target"}
    | {"on_schedule", "on_track", "overdue", "past_due", "red", "slipped", "slipping", "yellow"}
)
_CHANGED_TARGETS = frozenset({"extended", "extension", "extension_requested", "revised", "rescheduled"})
_SHARE_REGEX = re.compile(
    r"%|per_?cent|^(?:half|part|partly|partially|nearly|almost|mostly|largely|substantially)(?:_|$)"
)
_NEGATION_REGEX = re.compile(
    r"(?:^|_)(?:not|no|non|never|without|yet)(?:_|$)|^(?:un(?!der|til|i)_?|in_?(?=complete|active))[a-z]"
)
_USE_OPEN = f"Use a status such as {join_words(_OPEN, 'or')}."
_TEACH = "To write the council's own words, list them under policy.labels in data/programme.yaml."


def advise_on_word(word: str, words: tuple[str, ...]) -> str:
    """Return what to write for a normalised word that is not one of `words`."""
    choices = tuple(choice for choice in _SYNONYMS.get(word, ()) if choice in words)
    return _list_choices(choices or suggest(word, words) or words, words)


def advise_on_status(word: str, words: tuple[str, ...]) -> str:
    """Return what to write for a normalised word that is not a status."""
    return f"{_advise_on_status(word, words)} {_TEACH}"


def _advise_on_status(word: str, words: tuple[str, ...]) -> str:
    choices = _STATUS_SYNONYMS.get(word) or suggest(word, words)
    is_negated = _NEGATION_REGEX.search(word) is not None
    if choices and not is_negated:
        return _list_choices(choices, words)
    if is_negated:
        return f"Use {join_words(choices or _OPEN, 'or')}."
    if word in _RATINGS:
        return f"Ratings are calculated from the dates and are not typed. {_USE_OPEN}"
    if word in _CHANGED_TARGETS:
        return f"Add the target change under revisions. {_USE_OPEN}"
    if _SHARE_REGEX.search(word):
        return "Use in_progress, and put the share that is done in an update."
    return _list_choices(words, words)


def _list_choices(choices: tuple[str, ...], words: tuple[str, ...]) -> str:
    others = [word for word in words if word not in choices]
    rest = "" if len(choices) > 1 else f" The other words are {join_words(others)}."
    return f"Use {join_words(choices, 'or')}.{rest}"
