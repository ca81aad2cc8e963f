"""N101 to N106: what the texts say, and what they leave the reader without."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.grouping import summarise_if_many
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import join_ids, join_words, unique
from p2ptrack.problem import Severity
from p2ptrack.records.fields import normalise_word
from p2ptrack.records.kinds import Recommendation, Record, TrackedRecord


def _check_truncated_texts(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(id_, field, f"{id_}: the text is cut short in its source.", "the whole text, if the source can be had")
        for id_, field in _iter_truncated_fields(case)
    )
    yield from summarise_if_many(findings, "have a text that is cut short in its source")


def _iter_truncated_fields(case: Case) -> Iterator[tuple[str, str]]:
    yield from ((record.id, field) for record in case.register.with_field("truncated") for field in record.truncated)
    for record in case.with_field("updates.truncated"):
        yield from (
            (record.id, f"updates[{index}].text") for index, update in enumerate(record.updates) if update.truncated
        )


_EMPTY_PHRASES = frozenset(
    normalise_word(words)
    for words in (
        "ongoing", "on going", "in progress", "no change", "no update", "as above", "as before", "see above", "none",
        "n/a", "nil", "tbc", "nothing to report", "continuing", "work continues", "work is ongoing", "complete",
        "completed", "done", "as previously reported", "no further update", "under way", "underway",
    )
)  # fmt: skip
_MAX_EMPTY_LENGTH = max(map(len, _EMPTY_PHRASES)) + 4


def _is_empty_phrase(text: str) -> bool:
    return len(text) <= _MAX_EMPTY_LENGTH and normalise_word(text.strip().rstrip(".")) in _EMPTY_PHRASES


def _check_empty_updates(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            f"updates[{index}].text",
            f"{record.id}: the whole update is “{update.text.strip()}”",
            _EMPTY_UPDATE_FIX,
        )
        for record in case.tracked()
        for index, update in enumerate(record.updates)
        if update.text is not None and len(update.text) <= _MAX_EMPTY_LENGTH and _is_empty_phrase(update.text)
    )
    yield from summarise_if_many(findings, "have an update of a word or two, which tells nothing")


_EMPTY_UPDATE_FIX = "what has happened since the last update, and what comes next"


def _check_copied_updates(case: Case) -> Iterator[Finding]:
    counts = Counter(update.text for record in case.tracked() for update in record.updates if update.text is not None)
    locations: dict[str, list[tuple[str, int]]] = {
        text: [] for text in counts if counts[text] > 1 and not _is_empty_phrase(text)
    }
    for record in case.tracked() if locations else ():
        for index, update in enumerate(record.updates):
            if update.text in locations:
                locations[update.text].append((record.id, index))
    for (first_id, index), *other_locations in locations.values():
        ids = unique([first_id, *(id_ for id_, _ in other_locations)])
        yield Finding(first_id, f"updates[{index}].text", *_explain_repeat(ids))


def _explain_repeat(ids: tuple[str, ...]) -> tuple[str, str]:
    if len(ids) == 1:
        return f"{ids[0]} has the same update more than once, word for word.", "what has happened in between"
    other_ids = join_words(ids[1:9], "and")
    return (
        f"{join_ids(ids)} have the same update word for word.",
        f"the text once, in {ids[0]}, with covers: [{other_ids}]",
    )


_POSITION_REFERENCE = re.compile(r"\b(?:(?:see|as)\s+(?:above|below)|see\s+section\s+\d+)\b", re.IGNORECASE)


def _has_position_words(text: str) -> bool:
    # Plain searches before the pattern: on a long text they take a tenth of its time.
    return "above" in text or "below" in text or "ee section" in text


def _check_position_references(case: Case) -> Iterator[Finding]:
    texts = case.register.field_index().text_by_id
    for record in case.register.records:
        if _has_position_words(texts[record.id]) and not (record.see_also or record.depends_on or record.superseded_by):
            for field, text in _iter_texts(record):
                reference = _POSITION_REFERENCE.search(text) if _has_position_words(text) else None
                if reference:
                    message = f"{record.id} sends the reader elsewhere by position (“{reference.group()}”), and names no record."
                    yield Finding(record.id, field, message, "see_also: the record that is meant; the words may stay")


def _iter_texts(record: Record) -> Iterator[tuple[str, str]]:
    yield "title", record.title
    if record.origin_text:
        yield "origin_text", record.origin_text
    if isinstance(record, TrackedRecord):
        for index, update in enumerate(record.updates):
            if update.text:
                yield f"updates[{index}].text", update.text


_ACRONYM = re.compile(r"\b[A-Z][A-Z&]*[A-Z](?=s?\b)")
_ROMAN_NUMERAL = re.compile(r"[IVX]+")


def _check_unexplained_acronyms(case: Case) -> Iterator[Finding]:
    glossary_text = " ".join(case.register.programme.glossary).upper()
    acronyms = set(_ACRONYM.findall("\n".join(text for _, text in _iter_headings(case))))
    unknown_acronyms = {word for word in acronyms if word not in glossary_text and not _ROMAN_NUMERAL.fullmatch(word)}
    first_uses: dict[str, str] = {}
    for id_, text in _iter_headings(case) if unknown_acronyms else ():
        for word in unknown_acronyms.intersection(_ACRONYM.findall(text)):
            first_uses.setdefault(word, id_)
    if first_uses:
        words = join_words([f"{word} ({id_})" for word, id_ in sorted(first_uses.items())][:12], "and")
        message = f"Titles use words that the glossary does not explain: {words}."
        yield Finding("", "glossary", message, "each in the glossary, with its meaning")


def _iter_headings(case: Case) -> Iterator[tuple[str, str]]:
    yield from ((record.id, record.title) for record in case.register.records)
    yield from (
        (recommendation.id, recommendation.heading)
        for recommendation in case.register.of_type(Recommendation)
        if recommendation.heading
    )


def _check_unused_glossary(case: Case) -> Iterator[Finding]:
    unused_words = dict.fromkeys(case.register.programme.glossary)
    for text in case.register.field_index().text_by_id.values() if unused_words else ():
        for word in [word for word in unused_words if word in text]:
            del unused_words[word]
    if unused_words:
        message = f"The glossary explains what no text uses: {join_ids(tuple(unused_words))}."
        yield Finding("", "glossary", message, "a glossary without them")


RULES: tuple[Rule, ...] = (
    Rule(
        code="N101",
        severity=Severity.NOTE,
        title="A text that is cut short in its source",
        why="The reader is told that it ends where the source ends.",
        example="updates: [{truncated: true, text: to assist with the evidenced}]",
        fix="The whole text, if the source can be had; never a guess.",
        check=_check_truncated_texts,
    ),
    Rule(
        code="N102",
        severity=Severity.WARNING,
        title="The same update word for word",
        why="Several records rest on one text, or an old text was handed in again.",
        example="updates: [{text: A regular report will go to CLT.}]   # in F06, F08 and F11",
        fix="The text once, with covers; or what has happened in between.",
        check=_check_copied_updates,
    ),
    Rule(
        code="N103",
        severity=Severity.WARNING,
        title="An update that tells nothing",
        why="A committee cannot see from one word whether anything happened.",
        example="updates: [{text: Ongoing.}]",
        fix="What has happened, and what comes next.",
        check=_check_empty_updates,
    ),
    Rule(
        code="N104",
        severity=Severity.WARNING,
        title="A text that relies on its place",
        why="Above and below are wrong as soon as records are printed in another order.",
        example="updates: [{text: See above.}]   # and no see_also",
        fix="see_also: the record that is meant.",
        check=_check_position_references,
    ),
    Rule(
        code="N105",
        severity=Severity.NOTE,
        title="A word that the glossary does not explain",
        why="A member of the public cannot know what it stands for.",
        example="title: Report to CGAC   # and no CGAC in the glossary",
        fix="The word in the glossary, with its meaning.",
        check=_check_unexplained_acronyms,
    ),
    Rule(
        code="N106",
        severity=Severity.NOTE,
        title="A glossary entry that no text uses",
        why="A long glossary is not read.",
        example="glossary: {ZBB: Zero-based budgeting}",
        fix="A glossary without it.",
        check=_check_unused_glossary,
    ),
)
