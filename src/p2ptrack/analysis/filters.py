"""The filters of `list`: `status:in_progress target.before:2023-04 is:no-target not.priority:low`.

A record must match every filter. Several values of one filter, divided by commas, mean any of them. The language uses
no character that a shell would interpret.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import FACT_NAMES, FLAG_NAMES
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import CouncilDate, DateRejection, parse_date
from p2ptrack.model.fields import normalise_word
from p2ptrack.model.programme import status_labels
from p2ptrack.model.records import KINDS, Record, TrackedRecord, find_kind, kind_of
from p2ptrack.model.register import build_anchors
from p2ptrack.model.schema import FieldSpec, iter_values, record_field_specs
from p2ptrack.phrases import did_you_mean, join_words, natural_key, quote

RecordPredicate = Callable[[Record], bool]
FIELD_ALIASES = {
    "recommendation": "recommendations",
    "part": "recommendations",
    "ref": "report_refs",
    "owner": "accountable",
}
NUMBER_NAMES: tuple[str, ...] = tuple(name for name in FACT_NAMES if name not in FLAG_NAMES)
_COMPARISONS = ("before", "after", "over", "under")
_NUMBER_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "": operator.eq,
    "over": operator.gt,
    "under": operator.lt,
}
_SPECIAL_NAMES = ("is", "has", "kind", "text")


@dataclass(frozen=True, slots=True)
class FilterTerm:
    """The parts of a filter: `not.target.before:2023` is negated, of `target`, compared with `before`."""

    text: str
    negated: bool
    name: str
    comparison: str
    value: str


def select_records(case: Case, words: Iterable[str], kind: str | None = None) -> tuple[Record, ...]:
    """Return the records that match every filter, in the order of their ids.

    Raises `UsageError` for a word, field, fact, kind or date that does not exist, with the nearest that does.
    """
    predicates = [_build_predicate(case, parse_term(word)) for word in words]
    if kind is not None:
        predicates.append(_build_kind_predicate(kind))
    return tuple(record for record in case.register.records if all(predicate(record) for predicate in predicates))


def parse_term(word: str) -> FilterTerm:
    """Parse a filter. Raises `UsageError` for a word that is not one."""
    name, colon, value = word.partition(":")
    if not colon or not name or not value:
        raise UsageError(
            f"{quote(word)} is not a filter. Write a field, a colon and a value, for example status:in_progress."
        )
    negated = name.startswith("not.")
    name = name.removeprefix("not.").replace("-", "_")
    stem, _, suffix = name.rpartition(".")
    comparison = suffix if stem and suffix in _COMPARISONS else ""
    return FilterTerm(word, negated, stem if comparison else name, comparison, value.strip("\"'"))


def resolve_name(typed_name: str) -> str:
    """Return the name of the field or fact that a user's word means."""
    return FIELD_ALIASES.get(typed_name, typed_name.replace("-", "_"))


def find_field(typed_name: str) -> FieldSpec:
    """Return the field of a name. Raises `UsageError` with the nearest when there is none."""
    field_spec = record_field_specs().get(resolve_name(typed_name))
    if field_spec is None:
        names = (*record_field_specs(), *FACT_NAMES, *_SPECIAL_NAMES, *FIELD_ALIASES)
        raise UsageError(f"{quote(typed_name)} is not a field or a fact.{did_you_mean(typed_name, names)}")
    return field_spec


def sort_records(case: Case, records: tuple[Record, ...], typed_name: str) -> tuple[Record, ...]:
    """Return the records in the order of a field or fact; records that do not have it come last.

    `not.` before the name reverses the order. Raises `UsageError` for a name that has no order.
    """
    name = resolve_name(typed_name.removeprefix("not."))
    field_spec = None if name in FACT_NAMES else find_field(name)
    if field_spec is not None and field_spec.type == "group":
        inner_names = [
            inner_name
            for inner_name, inner_spec in record_field_specs().items()
            if inner_name.startswith(f"{name}.") and inner_spec.type != "group"
        ]
        raise UsageError(f"{quote(name)} holds several fields. Sort by one of them: {', '.join(inner_names)}.")

    def get_sort_value(record: Record) -> Any:
        if field_spec is None:
            return getattr(case.facts.get(record.id), name, None)
        first_value = next(iter(_get_values(record, field_spec)), None)
        return None if first_value is None else _make_sort_key(field_spec, first_value)

    with_value = [record for record in records if get_sort_value(record) is not None]
    without_value = [record for record in records if get_sort_value(record) is None]
    return (*sorted(with_value, key=get_sort_value, reverse=typed_name.startswith("not.")), *without_value)


def _make_sort_key(field_spec: FieldSpec, value: Any) -> Any:
    if field_spec.choices:
        return field_spec.choices.index(value)
    if isinstance(value, CouncilDate):
        return value.latest
    return natural_key(value) if isinstance(value, str) else value


def _build_predicate(case: Case, term: FilterTerm) -> RecordPredicate:
    predicate = _build_positive_predicate(case, term)
    return (lambda record: not predicate(record)) if term.negated else predicate


def _build_positive_predicate(case: Case, term: FilterTerm) -> RecordPredicate:
    name = resolve_name(term.name)
    if name == "is":
        return _build_fact_predicate(case, term.value)
    if name == "has":
        field_spec = find_field(term.value)
        return lambda record: any(True for _ in _get_values(record, field_spec))
    if name == "kind":
        return _build_kind_predicate(term.value)
    if name == "text":
        needle = term.value.casefold()
        return lambda record: needle in _collect_text(record)
    if name in NUMBER_NAMES:
        return _build_number_predicate(case, name, term)
    return _build_field_predicate(case, find_field(term.name), term)


def _build_fact_predicate(case: Case, value: str) -> RecordPredicate:
    fact = value.replace("-", "_").casefold()
    if fact not in FLAG_NAMES:
        words = [name.replace("_", "-") for name in FLAG_NAMES]
        raise UsageError(f"{quote(value)} is not a fact.{did_you_mean(value, words)} Use {join_words(words, 'or')}.")
    return lambda record: record.id in case.facts and getattr(case.facts[record.id], fact) is True


def _build_kind_predicate(word: str) -> RecordPredicate:
    kind = find_kind(word)
    if kind is None:
        words = [known_kind.singular for known_kind in KINDS]
        hint = did_you_mean(word, [*words, *(known_kind.plural for known_kind in KINDS)])
        raise UsageError(f"{quote(word)} is not a kind of record.{hint} Use {join_words(words, 'or')}.")
    return lambda record: kind_of(record) is kind


def _build_number_predicate(case: Case, name: str, term: FilterTerm) -> RecordPredicate:
    compare = _NUMBER_COMPARISONS.get(term.comparison)
    if compare is None or not term.value.removeprefix("-").isdecimal():
        raise UsageError(f"{name} is a number (in {term.text}). Write {name}.over:30, {name}.under:30 or {name}:30")
    limit = int(term.value)

    def predicate(record: Record) -> bool:
        value = getattr(case.facts.get(record.id), name, None)
        return value is not None and compare(value, limit)

    return predicate


def _build_field_predicate(case: Case, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    if field_spec.type == "date":
        return _build_date_predicate(case, field_spec, term)
    if term.comparison:
        raise UsageError(
            f"{'.'.join(field_spec.path)} is not a date, so it cannot be compared with {term.comparison} "
            f"(in {term.text})."
        )
    is_status = field_spec.path == ("status",)
    accepted_values = _parse_accepted_values(case, field_spec, term)
    if accepted_values == ("none",) and not is_status:
        return _build_absence_predicate(field_spec)
    if is_status:
        return lambda record: (
            isinstance(record, TrackedRecord) and (case.get_status(record) or "none") in accepted_values
        )
    if field_spec.type == "choice":
        return lambda record: any(value.value in accepted_values for value in _get_values(record, field_spec))
    return lambda record: any(
        _matches_value(field_spec, value, accepted_value)
        for value in _get_values(record, field_spec)
        for accepted_value in accepted_values
    )


def _build_absence_predicate(field_spec: FieldSpec) -> RecordPredicate:
    """Return the predicate for records of a kind that has the field, but that do not state it."""
    return lambda record: (
        field_spec.path[0] in type(record).model_fields and not any(True for _ in _get_values(record, field_spec))
    )


def _parse_accepted_values(case: Case, field_spec: FieldSpec, term: FilterTerm) -> tuple[str, ...]:
    if field_spec.type != "choice":
        text = term.value.casefold()
        return (text, *text.split(",")) if "," in text else (text,)
    name = ".".join(field_spec.path)
    labels = status_labels(case.policy) if name == "status" else {}
    words = tuple(labels.get(normalise_word(word), normalise_word(word)) for word in term.value.split(","))
    for word in words:
        if word not in (*field_spec.choices, "none"):
            hint = did_you_mean(word, (*field_spec.choices, *labels))
            choices = join_words([*field_spec.choices, "none"], "or")
            raise UsageError(f"{quote(word)} is not a value of {name}.{hint} Use {choices}.")
    return words


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
            f"{quote(term.value)} (in {term.text}) is not a date. {reference_date.message} {reference_date.fix}"
        )
    return lambda record: any(
        _matches_date(value, term.comparison, reference_date) for value in _get_values(record, field_spec)
    )


def _matches_date(value: CouncilDate, comparison: str, reference_date: CouncilDate) -> bool:
    """Whether a date matches: it is *before* another when its last day is before the other's first day."""
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
