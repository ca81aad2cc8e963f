"""N111 to N113: the marks that keep apart what the source said and what was read into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rating import level
from p2ptrack.analysis.rules.closure import newest, said
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import meant, nearest
from p2ptrack.problem import Severity
from p2ptrack.records.fields import Status, fold_word
from p2ptrack.records.kinds import Record, Tracked
from p2ptrack.records.programme import Level, status_labels

_MARKS = ("inferred", "restated", "truncated")


def names_of(record: Record) -> tuple[str, ...]:
    """Return the fields that this kind of record may have, as the files name them."""
    return tuple(info.alias or name for name, info in type(record).model_fields.items())


def top(field: str) -> str:
    """Return the record's own field that a dotted name begins with: `updates` of `updates[1].text`."""
    return field.partition(".")[0].partition("[")[0]


def _marked(case: Case) -> Iterator[tuple[Record, str, str]]:
    for mark in _MARKS:
        for record in case.register.stating(mark):
            yield from ((record, f"{mark}[{at}]", field) for at, field in enumerate(getattr(record, mark)))


def _unknown_field(case: Case) -> Iterator[Finding]:
    for record, place, field in _marked(case):
        names = names_of(record)
        if top(field) not in names:
            message = f"{record.id}: {place.partition('[')[0]} names “{field}”, which is no field of it."
            yield Finding(
                record.id, place, message, meant(nearest(field, names)[:1], "the name of a field of this record")
            )


def _absent_field(case: Case) -> Iterator[Finding]:
    for record, place, field in _marked(case):
        if top(field) in names_of(record) and not getattr(record, top(field)):
            mark = place.partition("[")[0]
            yield Finding(
                record.id,
                place,
                f"{record.id}: {mark} names {field}, which it does not have.",
                f"{mark} without {field}",
            )


def _published_otherwise(case: Case) -> Iterator[Finding]:
    words = _status_words(case)
    ratings = {fold_word(word): rating for rating, word in case.policy.rating.items()}
    published = {record.id: record for name in _COLUMNS for record in case.stating(name)}
    for record in published.values():
        for place, word in _published(case, record):
            ours = _differing(case, record, word, ratings, words)
            if ours:
                message = f"{record.id} was published as “{word}”; the register makes it {ours}."
                yield Finding(record.id, place, message, "the status or the dates as they are, if the source is right")


_COLUMNS = ("as_published", "updates.as_published")


def _published(case: Case, record: Tracked) -> Iterator[tuple[str, str]]:
    """Yield what the source's own columns say now: on the record, and on its newest update."""
    yield from ((f"as_published.{key}", word) for key, word in record.as_published.items())
    latest = newest(case, record) if any(update.as_published for update in record.updates) else None
    if latest is not None:
        at = record.updates.index(latest)
        yield from ((f"updates[{at}].as_published.{key}", word) for key, word in latest.as_published.items())


def _differing(
    case: Case, record: Tracked, word: str, ratings: Mapping[str, Level], statuses: Mapping[str, Status]
) -> str:
    folded = fold_word(word)
    if folded in ratings:
        ours = level(case, record)
        return "" if ratings[folded] == ours else f"“{case.policy.rating.get(ours, said_level(ours))}”"
    status = statuses.get(folded)
    return "" if status is None or status in {record.status, case.status(record)} else said(case.status(record))


def said_level(rating: Level) -> str:
    """Return a rating as a sentence has it, where the policy has no word for it."""
    return rating.replace("_", " ")


def _status_words(case: Case) -> Mapping[str, Status]:
    own = {status.value: status for status in Status}
    return {word: Status(value) for word, value in status_labels(case.policy).items()} | own


RULES: tuple[Rule, ...] = (
    Rule(
        code="N111",
        severity=Severity.WARNING,
        title="A mark on a field that does not exist",
        why="The mark was meant for another field, which now prints as the source's own words.",
        example="inferred: [statsu]",
        fix="The field's name.",
        find=_unknown_field,
    ),
    Rule(
        code="N112",
        severity=Severity.WARNING,
        title="A mark on a field that is absent",
        why="It says of nothing that it was read into the paper.",
        example="inferred: [target]   # and no target",
        fix="The list without it.",
        find=_absent_field,
    ),
    Rule(
        code="N113",
        severity=Severity.NOTE,
        title="Published otherwise",
        why="The source's word is kept, and what follows from the dates and the status differs.",
        example="{status: in_progress, as_published: {RAG: Complete}}",
        fix="Nothing, if the source has it so.",
        find=_published_otherwise,
    ),
)
