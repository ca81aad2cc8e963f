"""N111 to N113: the marks that keep apart what the source said and what was read into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rating import rate_record
from p2ptrack.analysis.rules.closure import find_newest_update, format_status
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import format_suggestion, suggest
from p2ptrack.problem import Severity
from p2ptrack.records.fields import Status, normalise_word
from p2ptrack.records.kinds import Record, TrackedRecord
from p2ptrack.records.programme import RatingLevel, status_labels

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
