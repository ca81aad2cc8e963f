"""N101 to N106: what texts lack. N111 to N113: marks that keep the source's words and our interpretation apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from p2ptrack.analysis.case import Case, rate_record
from p2ptrack.analysis.rules.closure import find_newest_update
from p2ptrack.analysis.rules.families import format_status
from p2ptrack.analysis.rules.rule import NOTE, WARNING, Finding, advise_spelling, example, fix, rule, why
from p2ptrack.model.fields import Status, normalise_word
from p2ptrack.model.programme import RatingLevel, status_labels
from p2ptrack.model.records import Recommendation, Record, TrackedRecord
from p2ptrack.phrases import MAX_IDS, join_ids, join_words, normalise_spelling, quote, unique


@rule("N101", NOTE, "Text cut short in the source", summary="have a text that is cut short in the source")
@why("Readers see that the source ends here.")
@example("updates: [{truncated: true, text: to assist with the evidenced}]")
@fix("Add the whole text if you can get it from the source. Do not guess it.")
def _check_truncated_texts(case: Case) -> Iterator[Finding]:
    locations = [(record.id, field) for record in case.register.with_field("truncated") for field in record.truncated]
    for record in case.with_field("updates.truncated"):
        locations += [(record.id, f"updates[{i}].text") for i, update in enumerate(record.updates) if update.truncated]
    for id_, field in locations:
        yield Finding(id_, field, f"{id_}: this text is cut short in the source.")


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


@rule("N102", WARNING, "Same update more than once")
@why("Several records share one text, or an old text was submitted again.")
@example("updates: [{text: A regular report will go to CLT.}]   # in F06, F08 and F11")
@fix("Keep the text once and use `covers:`, or write what has happened since.")
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
        message = f"{join_ids(ids)} {'have' if len(ids) > 1 else 'has'} the same update more than once, word for word."
        advice = f"Keep the text only in {first_id}, and add to that update:\ncovers: [{', '.join(ids[1:])}]"
        yield Finding(first_id, f"updates[{index}].text", message, advice if 1 < len(ids) <= MAX_IDS else "")


@rule("N103", WARNING, "Update without information", summary="have an update of only a word or two")
@why("A committee cannot see from a word or two whether anything happened.")
@example("updates: [{text: Ongoing.}]")
@fix("Write what has happened since the last update and what comes next.")
def _check_empty_updates(case: Case) -> Iterator[Finding]:
    for record in case.tracked():
        for index, update in enumerate(record.updates):
            if update.text is not None and _is_empty_phrase(update.text):
                message = f"The whole text of this update of {record.id} is {quote(update.text)}"
                yield Finding(record.id, f"updates[{index}].text", message)


_POSITION_REFERENCE = re.compile(r"\b(?:(?:see|as)\s+(?:above|below)|see\s+section\s+\d+)\b", re.IGNORECASE)


def _may_refer_to_position(text: str) -> bool:
    # Plain searches before the pattern: on a long text they take a tenth of its time.
    return "above" in text or "below" in text or "ee section" in text


@rule("N104", WARNING, "Reference to a position on the page")
@why("Above and below are wrong as soon as records are printed in another order.")
@example("updates: [{text: See above.}]   # and no see_also")
@fix("Add the id of the record under `see_also:`. You can keep the text.")
def _check_position_references(case: Case) -> Iterator[Finding]:
    texts = case.register.field_index().text_by_id
    for record in case.register.records:
        has_links = record.see_also or record.depends_on or record.superseded_by
        for field, text in _iter_texts(record) if _may_refer_to_position(texts[record.id]) and not has_links else ():
            reference = _POSITION_REFERENCE.search(text) if _may_refer_to_position(text) else None
            if reference:
                message = f"{record.id} refers to a position ({quote(reference.group())}) without naming a record."
                yield Finding(record.id, field, message)


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


@rule("N105", NOTE, "Acronym that is not in the glossary")
@why("Members of the public cannot know what it means.")
@example("title: Report to CGAC   # and no CGAC in the glossary")
@fix("Add each acronym and its meaning to the glossary.")
def _check_unexplained_acronyms(case: Case) -> Iterator[Finding]:
    glossary_text = " ".join(case.register.programme.glossary).upper()
    recommendations = case.register.of_type(Recommendation)
    headings = [(record.id, record.title) for record in case.register.records]
    headings += [(record.id, record.heading) for record in recommendations if record.heading]
    acronyms = set(_ACRONYM.findall("\n".join(text for _, text in headings)))
    unknown_acronyms = {word for word in acronyms if word not in glossary_text and not _ROMAN_NUMERAL.fullmatch(word)}
    first_uses: dict[str, str] = {}
    for id_, text in headings if unknown_acronyms else ():
        for acronym in unknown_acronyms.intersection(_ACRONYM.findall(text)):
            first_uses.setdefault(acronym, id_)
    if first_uses:
        words = join_words([f"{acronym} ({id_})" for acronym, id_ in sorted(first_uses.items())][:12])
        yield Finding("", "glossary", f"Titles use acronyms that are not in the glossary: {words}.")


@rule("N106", NOTE, "Unused glossary entry")
@why("A long glossary is not read.")
@example("glossary: {ZBB: Zero-based budgeting}")
@fix("Remove these entries from the glossary if you do not need them.")
def _check_unused_glossary(case: Case) -> Iterator[Finding]:
    unused_words = dict.fromkeys(case.register.programme.glossary)
    for text in case.register.field_index().text_by_id.values() if unused_words else ():
        for word in [word for word in unused_words if word in text]:
            del unused_words[word]
    # Only words that no text has as they are need a comparison that is slow over a large register.
    for text in case.register.field_index().text_by_id.values() if unused_words else ():
        spelled_text = normalise_spelling(text)
        for word in [word for word in unused_words if normalise_spelling(word) in spelled_text]:
            del unused_words[word]
    if unused_words:
        yield Finding("", "glossary", f"No text uses these glossary entries: {join_ids(tuple(unused_words))}.")


def _iter_marked_fields(case: Case) -> Iterator[tuple[Record, str, str, str]]:
    """Yield each record with a mark, the mark's name and field path, and the field that it names."""
    for marker in ("inferred", "restated", "truncated"):
        for record in case.register.with_field(marker):
            for index, field in enumerate(getattr(record, marker)):
                yield record, marker, f"{marker}[{index}]", field


def _field_names(record: Record) -> tuple[str, ...]:
    return tuple(info.alias or name for name, info in type(record).model_fields.items())


def _top_field(field: str) -> str:
    """Return the record's own field that a path begins with: `updates` of `updates[1].text`."""
    return field.partition(".")[0].partition("[")[0]


@rule("N111", WARNING, "Mark on a field that does not exist")
@why("The field that was meant is printed as if the source had stated it.")
@example("inferred: [statsu]")
@fix("Use the name of a field of this record.")
def _check_unknown_marked_field(case: Case) -> Iterator[Finding]:
    for record, marker, location, field in _iter_marked_fields(case):
        names = _field_names(record)
        if _top_field(field) not in names:
            message = f"{record.id}: `{marker}` lists {quote(field)}, which is not a field of this record."
            yield Finding(record.id, location, message, advise_spelling(field, names))


@rule("N112", WARNING, "Mark on a field without a value")
@why("The mark does not apply to anything.")
@example("inferred: [target]   # and no target")
@fix("Remove the name from the list, or add the field.")
def _check_absent_marked_field(case: Case) -> Iterator[Finding]:
    for record, marker, location, field in _iter_marked_fields(case):
        if _top_field(field) in _field_names(record) and not getattr(record, _top_field(field)):
            message = f"{record.id}: `{marker}` lists `{field}`, which has no value in this record."
            yield Finding(record.id, location, message)


@rule("N113", NOTE, "Published differently")
@why("The source's word is kept, but the dates and the status give a different result.")
@example("{status: in_progress, as_published: {RAG: Complete}}")
@fix("Correct the status or the dates if the source is right. Otherwise change nothing.")
def _check_published_words(case: Case) -> Iterator[Finding]:
    statuses = {word: Status(value) for word, value in status_labels(case.policy).items()}
    statuses |= {status.value: status for status in Status}
    ratings = {normalise_word(word): rating for rating, word in case.policy.rating.items()}
    records = (*case.with_field("as_published"), *case.with_field("updates.as_published"))
    for record in {record.id: record for record in records}.values():
        for location, word in _iter_published_words(case, record):
            current = _describe_difference(case, record, normalise_word(word), ratings, statuses)
            if current:
                message = f"{record.id} was published as {quote(word)}, but in the register it is {current}."
                yield Finding(record.id, location, message)


def _iter_published_words(case: Case, record: TrackedRecord) -> Iterator[tuple[str, str]]:
    """Yield the source's words in the record and in its newest update, with their field paths."""
    yield from ((f"as_published.{key}", word) for key, word in record.as_published.items())
    newest = find_newest_update(case, record) if any(update.as_published for update in record.updates) else None
    if newest is not None:
        index = record.updates.index(newest)
        yield from ((f"updates[{index}].as_published.{key}", word) for key, word in newest.as_published.items())


def _describe_difference(
    case: Case, record: TrackedRecord, word: str, ratings: Mapping[str, RatingLevel], statuses: Mapping[str, Status]
) -> str:
    """Return the rating or the status of the register where a published word differs from it."""
    if word in ratings:
        rating = rate_record(case, record)
        return "" if ratings[word] == rating else quote(case.policy.rating.get(rating, rating.replace("_", " ")))
    is_same = statuses.get(word) in {None, record.status, case.get_status(record)}
    return "" if is_same else format_status(case.get_status(record))
