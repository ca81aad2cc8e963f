"""The filter words of `list`: `status:in_progress target.before:2023-04 is:no-target not.priority:low`.

Every term must hold. Several values of one term, divided by commas, are any of them. Nothing in the
language is a character that a shell eats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import FACT_NAMES, FLAG_NAMES
from p2ptrack.diagnostics import make_excerpt
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import CouncilDate, DateRejection, parse_date
from p2ptrack.model.fields import normalise_word
from p2ptrack.model.programme import status_labels
from p2ptrack.model.records import KINDS, Record, TrackedRecord, find_kind, kind_of
from p2ptrack.model.register import build_anchors
from p2ptrack.model.schema import FieldSpec, iter_values, record_field_specs
from p2ptrack.phrases import natural_key

RecordPredicate = Callable[[Record], bool]
_COMPARISONS = ("before", "after", "over", "under")
FIELD_ALIASES = {
    "recommendation": "recommendations",
    "part": "recommendations",
    "ref": "report_refs",
    "owner": "accountable",
}
_SPECIAL_NAMES = ("is", "has", "kind", "text")
NUMBER_NAMES: tuple[str, ...] = tuple(name for name in FACT_NAMES if name not in FLAG_NAMES)


@dataclass(frozen=True, slots=True)
class FilterTerm:
    """One filter word taken apart."""

    text: str
    negated: bool
    name: str
    comparison: str
    value: str


def select_records(case: Case, words: Iterable[str], kind: str | None = None) -> tuple[Record, ...]:
    """Return the records for which every filter word holds, in the order of their ids.

    Raises `UsageError` for a word, field, fact, kind or date that is none, with the nearest.
    """
    predicates = [_build_predicate(case, parse_term(word)) for word in words]
    if kind is not None:
        predicates.append(_build_kind_predicate(kind))
    return tuple(record for record in case.register.records if all(predicate(record) for predicate in predicates))


def parse_term(word: str) -> FilterTerm:
    """Take a filter word apart. Raises `UsageError` when it is none."""
    name, colon, value = word.partition(":")
    if not colon or not name or not value:
        raise UsageError(f"“{word}” is not a filter. Write a field, a colon and a value: status:in_progress")
    negated = name.startswith("not.")
    name = name.removeprefix("not.").replace("-", "_")
    stem, _, suffix = name.rpartition(".")
    comparison = suffix if stem and suffix in _COMPARISONS else ""
    return FilterTerm(word, negated, stem if comparison else name, comparison, value.strip("\"'"))


def _build_predicate(case: Case, term: FilterTerm) -> RecordPredicate:
    predicate = _build_positive_predicate(case, term)
    return (lambda record: not predicate(record)) if term.negated else predicate


def _build_positive_predicate(case: Case, term: FilterTerm) -> RecordPredicate:
    name = FIELD_ALIASES.get(term.name, term.name)
    if name == "is":
        return _build_fact_predicate(case, term)
    if name == "has":
        field_spec = _find_field(FIELD_ALIASES.get(term.value, term.value.replace("-", "_")), _describe_purpose(term))
        return lambda record: any(True for _ in _get_values(record, field_spec))
    if name == "kind":
        return _build_kind_predicate(term.value)
    if name == "text":
        needle = term.value.casefold()
        return lambda record: needle in _collect_text(record)
    if name in NUMBER_NAMES:
        return _build_number_predicate(case, name, term)
    return _build_field_predicate(case, _find_field(name, _describe_purpose(term)), term)


def _describe_purpose(term: FilterTerm) -> str:
    return f"to filter by (in {term.text})"


def _build_fact_predicate(case: Case, term: FilterTerm) -> RecordPredicate:
    fact = term.value.replace("-", "_").casefold()
    if fact not in FLAG_NAMES:
        raise UsageError(f"“{term.value}” is not a fact.{_suggest(fact, FLAG_NAMES)} Facts: {_join_names(FLAG_NAMES)}.")
    return lambda record: record.id in case.facts and getattr(case.facts[record.id], fact) is True


def _join_names(names: Iterable[str]) -> str:
    return ", ".join(name.replace("_", "-") for name in names)


def _build_kind_predicate(word: str) -> RecordPredicate:
    kind = find_kind(word)
    if kind is None:
        kinds = [known_kind.singular for known_kind in KINDS]
        suggestion = _suggest(word.casefold(), kinds)
        raise UsageError(
            f"“{make_excerpt(word)}” is not a kind of record.{suggestion} Write {', '.join(kinds[:-1])} or {kinds[-1]}."
        )
    return lambda record: kind_of(record) is kind


def _find_field(name: str, purpose: str) -> FieldSpec:
    field_spec = record_field_specs().get(name)
    if field_spec is None:
        names = (*record_field_specs(), *NUMBER_NAMES, *_SPECIAL_NAMES, *FIELD_ALIASES)
        raise UsageError(f"There is no field “{name}” {purpose}.{_suggest(name, names)}")
    return field_spec


def _suggest(name: str, names: Iterable[str]) -> str:
    matches = get_close_matches(name, tuple(names), n=1)
    return (
        f" Did you mean {matches[0].replace('_', '-') if matches[0] in FLAG_NAMES else matches[0]}?" if matches else ""
    )


def _build_number_predicate(case: Case, name: str, term: FilterTerm) -> RecordPredicate:
    if not term.value.lstrip("-").isdecimal() or term.comparison in ("before", "after"):
        raise UsageError(f"{name} is a number (in {term.text}). Write {name}.over:30, {name}.under:30 or {name}:30")
    limit = int(term.value)

    def predicate(record: Record) -> bool:
        value = getattr(case.facts.get(record.id), name, None)
        return value is not None and _compare_number(value, term.comparison, limit)

    return predicate


def _compare_number(value: int, comparison: str, limit: int) -> bool:
    if comparison == "over":
        return value > limit
    return value < limit if comparison == "under" else value == limit


def _build_field_predicate(case: Case, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    if field_spec.type == "date":
        return _build_date_predicate(case, field_spec, term)
    if term.comparison:
        raise UsageError(
            f"{'.'.join(field_spec.path)} is not a date, so nothing is {term.comparison} it (in {term.text})."
        )
    accepted_values = _parse_accepted_values(case, field_spec, term)
    if accepted_values == ("none",) and field_spec.path != ("status",):
        return _build_absence_predicate(field_spec)
    if field_spec.type == "choice":
        return _build_choice_predicate(case, field_spec, accepted_values)
    return lambda record: any(
        _matches_value(field_spec, value, accepted_value)
        for value in _get_values(record, field_spec)
        for accepted_value in accepted_values
    )


def _build_absence_predicate(field_spec: FieldSpec) -> RecordPredicate:
    """A record of a kind that has the field, and does not state it."""
    return lambda record: (
        field_spec.path[0] in type(record).model_fields and not any(True for _ in _get_values(record, field_spec))
    )


def _parse_accepted_values(case: Case, field_spec: FieldSpec, term: FilterTerm) -> tuple[str, ...]:
    if field_spec.type != "choice":
        text = term.value.casefold()
        return (text, *text.split(",")) if "," in text else (text,)
    labels = status_labels(case.policy) if field_spec.path == ("status",) else {}
    words = tuple(labels.get(normalise_word(word), normalise_word(word)) for word in term.value.split(","))
    for word in words:
        if word not in (*field_spec.choices, "none"):
            raise UsageError(
                f"“{word}” is not a word for {'.'.join(field_spec.path)}.{_suggest(word, field_spec.choices)} "
                f"Words: {', '.join(field_spec.choices)}, none."
            )
    return words


def _build_choice_predicate(case: Case, field_spec: FieldSpec, accepted_values: tuple[str, ...]) -> RecordPredicate:
    if field_spec.path != ("status",):
        return lambda record: any(value.value in accepted_values for value in _get_values(record, field_spec))

    def predicate(record: Record) -> bool:
        if not isinstance(record, TrackedRecord):
            return False
        status = case.get_status(record)
        return (status.value if status else "none") in accepted_values

    return predicate


def _matches_value(field_spec: FieldSpec, value: Any, accepted_value: str) -> bool:
    text = str(value).casefold()
    if field_spec.path == ("recommendations",):
        return text == accepted_value or text.startswith(f"{accepted_value}.")
    return text == accepted_value or (field_spec.type == "text" and accepted_value.strip() in text)


def _build_date_predicate(case: Case, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    if term.comparison in ("over", "under"):
        raise UsageError(f"{term.name} is a date (in {term.text}). Write {term.name}.before: or {term.name}.after:")
    if term.value.casefold() == "none":
        return _build_absence_predicate(field_spec)
    reference_date = parse_date(term.value, build_anchors(case.register.programme))
    if isinstance(reference_date, DateRejection):
        raise UsageError(
            f"“{term.value}” (in {term.text}) is not a date. {reference_date.message} {reference_date.fix}"
        )
    return lambda record: any(
        _matches_date(value, term.comparison, reference_date) for value in _get_values(record, field_spec)
    )


def _matches_date(value: CouncilDate, comparison: str, reference_date: CouncilDate) -> bool:
    """A date is before another when its last day is before the other's first, and after it the other way round."""
    if reference_date.earliest is None or reference_date.latest is None:
        return not comparison and value.raw.casefold() == reference_date.raw.casefold()
    if value.latest is None or value.earliest is None:
        return False
    if comparison == "before":
        return value.latest < reference_date.earliest
    if comparison == "after":
        return value.earliest > reference_date.latest
    return reference_date.earliest <= value.latest <= reference_date.latest


def _get_values(record: Record, field_spec: FieldSpec) -> Iterable[Any]:
    if field_spec.type == "group":
        value = getattr(record, field_spec.path[0], None)
        return [value] if value not in (None, ()) else []
    return iter_values(record, field_spec.path)


def _collect_text(record: Record) -> str:
    texts = (
        str(value)
        for field_spec in record_field_specs().values()
        if field_spec.type in ("text", "name")
        for value in iter_values(record, field_spec.path)
    )
    return "\n".join(texts).casefold()


def sort_records(case: Case, records: tuple[Record, ...], name: str) -> tuple[Record, ...]:
    """Return the records ordered by a field or fact; those that do not state it come last.

    Raises `UsageError` for a name that is neither. `not.` before the name turns the order round.
    """
    descending = name.startswith("not.")
    key = FIELD_ALIASES.get(name.removeprefix("not."), name.removeprefix("not.").replace("-", "_"))
    sort_field = None if key in FACT_NAMES else _find_field(key, "to sort by")
    if sort_field is not None and sort_field.type == "group":
        inner_names = [
            field_name
            for field_name, field_spec in record_field_specs().items()
            if field_name.startswith(f"{key}.") and field_spec.type != "group"
        ]
        raise UsageError(
            f"“{key}” holds several fields, so it has no order. Sort by one of them: {', '.join(inner_names)}."
        )

    def sort_value(record: Record) -> Any:
        if sort_field is None:
            return getattr(case.facts.get(record.id), key, None)
        return next((_sort_key(sort_field, field_value) for field_value in _get_values(record, sort_field)), None)

    with_value = [record for record in records if sort_value(record) is not None]
    without_value = [record for record in records if sort_value(record) is None]
    return (*sorted(with_value, key=sort_value, reverse=descending), *without_value)


def _sort_key(field_spec: FieldSpec, value: Any) -> Any:
    if field_spec.choices:
        return field_spec.choices.index(value)
    if isinstance(value, CouncilDate):
        return value.latest
    return natural_key(value) if isinstance(value, str) else value
