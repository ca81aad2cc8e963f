"""N101 to N106: what the texts say, and what they leave the reader without."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from p2ptrack.analysis.case import Case, rate_record
from p2ptrack.analysis.rules.closure import find_newest_update, format_status
from p2ptrack.analysis.rules.rule import (
    Finding,
    Rule,
    format_suggestion,
    join_ids,
    join_words,
    suggest,
    summarise_if_many,
    unique,
)
from p2ptrack.diagnostics import Severity
from p2ptrack.model.fields import Status, normalise_word
from p2ptrack.model.programme import RatingLevel, status_labels
from p2ptrack.model.records import Recommendation, Record, TrackedRecord


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


# N111 to N113: the marks that keep apart what the source said and what was read into it.


_MARKER_FIELDS = ("inferred", "restated", "truncated")


def get_field_names(record: Record) -> tuple[str, ...]:
    """Return the fields that this kind of record may have, as the files name them."""
    return tuple(info.alias or name for name, info in type(record).model_fields.items())


def get_top_field(field: str) -> str:
    """Return the record's own field that a dotted name begins with: `updates` of `updates[1].text`."""
    return field.partition(".")[0].partition("[")[0]


def _iter_marked_fields(case: Case) -> Iterator[tuple[Record, str, str]]:
    for marker in _MARKER_FIELDS:
        for record in case.register.with_field(marker):
            yield from ((record, f"{marker}[{index}]", field) for index, field in enumerate(getattr(record, marker)))


def _check_unknown_marked_field(case: Case) -> Iterator[Finding]:
    for record, location, field in _iter_marked_fields(case):
        names = get_field_names(record)
        if get_top_field(field) not in names:
            message = f"{record.id}: {location.partition('[')[0]} names “{field}”, which is no field of it."
            yield Finding(
                record.id,
                location,
                message,
                format_suggestion(suggest(field, names)[:1], "the name of a field of this record"),
            )


def _check_absent_marked_field(case: Case) -> Iterator[Finding]:
    for record, location, field in _iter_marked_fields(case):
        if get_top_field(field) in get_field_names(record) and not getattr(record, get_top_field(field)):
            marker = location.partition("[")[0]
            yield Finding(
                record.id,
                location,
                f"{record.id}: {marker} names {field}, which it does not have.",
                f"{marker} without {field}",
            )


def _check_published_words(case: Case) -> Iterator[Finding]:
    statuses = _map_status_words(case)
    ratings = {normalise_word(word): rating for rating, word in case.policy.rating.items()}
    records_by_id = {record.id: record for name in _PUBLISHED_WORD_FIELDS for record in case.with_field(name)}
    for record in records_by_id.values():
        for location, word in _iter_published_words(case, record):
            own_phrase = _describe_difference(case, record, word, ratings, statuses)
            if own_phrase:
                message = f"{record.id} was published as “{word}”; the register makes it {own_phrase}."
                yield Finding(
                    record.id, location, message, "the status or the dates as they are, if the source is right"
                )


_PUBLISHED_WORD_FIELDS = ("as_published", "updates.as_published")


def _iter_published_words(case: Case, record: TrackedRecord) -> Iterator[tuple[str, str]]:
    """Yield what the source's own columns say now: on the record, and on its newest update."""
    yield from ((f"as_published.{key}", word) for key, word in record.as_published.items())
    latest = find_newest_update(case, record) if any(update.as_published for update in record.updates) else None
    if latest is not None:
        index = record.updates.index(latest)
        yield from ((f"updates[{index}].as_published.{key}", word) for key, word in latest.as_published.items())


def _describe_difference(
    case: Case, record: TrackedRecord, word: str, ratings: Mapping[str, RatingLevel], statuses: Mapping[str, Status]
) -> str:
    folded_word = normalise_word(word)
    if folded_word in ratings:
        own_rating = rate_record(case, record)
        return (
            ""
            if ratings[folded_word] == own_rating
            else f"“{case.policy.rating.get(own_rating, format_rating(own_rating))}”"
        )
    status = statuses.get(folded_word)
    return (
        ""
        if status is None or status in {record.status, case.get_status(record)}
        else format_status(case.get_status(record))
    )


def format_rating(rating: RatingLevel) -> str:
    """Return a rating as a sentence has it, where the policy has no word for it."""
    return rating.replace("_", " ")


def _map_status_words(case: Case) -> Mapping[str, Status]:
    status_by_value = {status.value: status for status in Status}
    return {word: Status(value) for word, value in status_labels(case.policy).items()} | status_by_value


MARKING_RULES: tuple[Rule, ...] = (
    Rule(
        code="N111",
        severity=Severity.WARNING,
        title="A mark on a field that does not exist",
        why="The mark was meant for another field, which now prints as the source's own words.",
        example="inferred: [statsu]",
        fix="The field's name.",
        check=_check_unknown_marked_field,
    ),
    Rule(
        code="N112",
        severity=Severity.WARNING,
        title="A mark on a field that is absent",
        why="It says of nothing that it was read into the paper.",
        example="inferred: [target]   # and no target",
        fix="The list without it.",
        check=_check_absent_marked_field,
    ),
    Rule(
        code="N113",
        severity=Severity.NOTE,
        title="Published otherwise",
        why="The source's word is kept, and what follows from the dates and the status differs.",
        example="{status: in_progress, as_published: {RAG: Complete}}",
        fix="Nothing, if the source has it so.",
        check=_check_published_words,
    ),
)
