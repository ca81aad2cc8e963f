"""The filters of `list`: `status:in_progress target.before:2023-04 is:no-target not.priority:low`.

A record must match every filter. Several values of one filter, separated by commas, mean any of them. The language uses
no character that a shell would interpret.
"""

from __future__ import annotations

import csv
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exemptions import FACTS as EXEMPTION_FACTS
from p2ptrack.analysis.exemptions import find_with_fact
from p2ptrack.analysis.facts import FACT_NAMES, FLAG_NAMES
from p2ptrack.analysis.known_values import KnownValues, explain_pattern, quote_filter
from p2ptrack.errors import UsageError
from p2ptrack.model.advice import find_common_meaning, find_meaning, find_places
from p2ptrack.model.dates import CouncilDate, DateRejection, Precision, parse_date
from p2ptrack.model.declarations import parse_number
from p2ptrack.model.fields import Status
from p2ptrack.model.kinds import Kinds, kind_of
from p2ptrack.model.money import Money, parse_amount
from p2ptrack.model.programme import collect_labels
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.register import build_anchors
from p2ptrack.model.schema import FieldSpec, find_attribute, iter_values, record_field_specs
from p2ptrack.phrases import did_you_mean, excerpt, fold_text, join_words, normalise_word, quote, unique
from p2ptrack.values import dataclass

RecordPredicate = Callable[[Record], bool]
FIELD_ALIASES = {
    "recommendation": "recommendations",
    "part": "recommendations",
    "ref": "report_refs",
    "owner": "accountable",
    "department": "directorate",
}
NUMBER_NAMES: tuple[str, ...] = tuple(name for name in FACT_NAMES if name not in FLAG_NAMES)
_GROUP_KEYS = {
    "source": ("id",),
    "updates": ("text", "see"),
    "covers": ("id",),
    "evidence": ("title",),
    "verified": ("by",),
    "response": ("text",),
    "milestones": ("title",),
    "blocked_by": ("id", "cause"),
    "parts": ("text",),
}


def list_group_keys(spec: FieldSpec) -> tuple[str, ...]:
    """Return the fields by which a group is filtered when the filter names only the group."""
    if spec.model is Money:
        return ("amount",)
    return _GROUP_KEYS.get(spec.path[-1], ()) if spec.type == "group" else ()


_COMPARISONS = ("before", "after", "over", "under")
_NUMBER_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "": operator.eq,
    "over": operator.gt,
    "under": operator.lt,
}
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}
_SPECIAL_NAMES = ("is", "has", "kind", "text")
_CURLY_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"'})
_FOREIGN_FILTER = re.compile(
    r"(?P<minus>[-!\u2212\u2013]|not[ :])?(?P<name>[\w.-]+?)\s*(?P<operator>[!<>:=]+)\s*(?P<value>.+)",
    re.DOTALL | re.IGNORECASE,
)
_NEGATION = re.compile(r"!?(?:not_)?((?<=.)[a-z_]+)")
_NEGATED_VALUE = re.compile(r"[-\u2212\u2013] ?([a-z].*)", re.IGNORECASE | re.DOTALL)
_DATE_RANGE_SEPARATOR = re.compile(r"\.\.+")
_ADVICE_SEPARATOR = re.compile(r",|\b(?:or|Write|with|if|for)\b")
_EXAMPLE = re.compile(r"\b(?:such as|for example)\b")
_PARENTHESES = re.compile(r"\([^)]*\)")
_MAX_DATES = 3


@dataclass(frozen=True, slots=True)
class FilterTerm:
    """The parts of a filter: `not.target.before:2023` is negated, of `target`, compared with `before`.

    `values` are the parts of the value between commas, without quotation marks; `value` is all of it.
    """

    text: str
    negated: bool
    name: str
    comparison: str
    value: str
    values: tuple[str, ...]


def select_records(case: Case, words: Iterable[str], kind: str | None = None) -> tuple[Record, ...]:
    """Return the records that match every filter, in the order of their ids.

    Raises `UsageError` for a word, field, fact, kind or value that does not exist, with the nearest that does.
    """
    predicates = []
    for word in words:
        if all(fold_text(part) in map(fold_text, case.register.by_id) for part in word.split(",")):
            show = "" if "," in word else f", or use the command p2ptrack show {word}."
            raise UsageError(f"{quote(word)} is not a filter. Write {quote_filter(f'id:{word}')}{show}")
        predicates.append(_build_predicate(case, parse_term(word, case.register.kinds)))
    if kind is not None:
        predicates.append(_build_kind_predicate(kind, case.register.kinds))
    return tuple(record for record in case.register.records if all(predicate(record) for predicate in predicates))


def list_unused_values(case: Case, words: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for each value of the filters that no record has, such as a post, though one may have it."""
    terms = [parse_term(word, case.register.kinds) for word in words]
    return unique(sentence for term in terms for sentence in _iter_unused_values(case, term))


def _iter_unused_values(case: Case, term: FilterTerm) -> Iterator[str]:
    specs = record_field_specs(case.register.kinds)
    spec = specs.get(resolve_name(term.name))
    keys = list_group_keys(spec) if spec else ()
    searched = [specs.get(f"{'.'.join(spec.path)}.{key}") for key in keys] if spec and keys else [spec]
    known_values = [KnownValues(case, field) for field in searched if field and field.type in {"name", "text"}]
    for value in () if any(values.is_known(term.value) for values in known_values) else term.values:
        sentences = [values.explain_unused(value, term.name) for values in known_values if values.is_free]
        if (
            sentences
            and all(sentences)
            and not is_none(value)
            and not any(values.is_known(value) for values in known_values)
        ):
            yield sentences[0]


def parse_term(word: str, kinds: Kinds) -> FilterTerm:
    """Parse a filter for a register with these kinds. Raises `UsageError` for a word that is not one."""
    if advice := _translate_operator(word, kinds):
        raise UsageError(f"{quote(word)} is not a filter. Write {advice}")
    name, colon, value = word.partition(":")
    name, value = name.strip().casefold(), value.strip()
    if not colon or not name or not value:
        raise UsageError(_explain_word(word, name, kinds, is_single=not colon))
    negated = name.startswith("not.")
    name = name.removeprefix("not.").replace("-", "_")
    stem, _, suffix = name.rpartition(".")
    comparison = suffix if stem and suffix in _COMPARISONS else ""
    return FilterTerm(
        word, negated, stem if comparison else name, comparison, _remove_quotes(value), split_values(word, value)
    )


def split_values(word: str, value: str) -> tuple[str, ...]:
    """Return the parts of a filter's value between commas. A part in quotation marks keeps its commas.

    Raises `UsageError` for an empty part.
    """
    line = " ".join(value.translate(_CURLY_QUOTES).split())
    values = tuple(
        part.strip() for row in csv.reader([_remove_apostrophes(line)], skipinitialspace=True) for part in row
    )
    if not all(map(fold_text, values)):
        name = word.partition(":")[0]
        values_text = ",".join(filter(fold_text, values))
        advice = f"Write {quote_filter(f'{name}:{values_text}')}" if values_text else f"Write {name}:VALUE"
        raise UsageError(f"{quote(word)} has an empty value. {advice}")
    return values


def _remove_quotes(value: str) -> str:
    return value.translate(_CURLY_QUOTES).strip("\"' ")


def _remove_apostrophes(line: str) -> str:
    is_quoted = len(line) > 1 and line[0] == line[-1] == "'"
    return line[1:-1] if is_quoted else line


def _explain_word(word: str, name: str, kinds: Kinds, *, is_single: bool) -> str:
    if is_single and (explanation := _explain_single_word(name, kinds)):
        return f"{quote(word)} is not a filter. {explanation}"
    kind_words = [name for kind in kinds for name in (kind.word, kind.plural)]
    hint = did_you_mean(name, kind_words) if is_single else ""
    return f"{quote(word)} is not a filter.{hint} Write a field, a colon and a value, for example status:in_progress."


_LOGIC_WORDS = {
    "and": "Records must match every filter. Leave the word out.",
    "not": "Write not. before a filter, for example not.status:complete",
    "or": "Write the values of one filter with commas, for example status:open,in_progress",
}


def _explain_single_word(word: str, kinds: Kinds) -> str:
    """Return how to write a word that is a fact, a status or a kind as a filter."""
    normalised = normalise_word(word)
    if normalised in _LOGIC_WORDS:
        return _LOGIC_WORDS[normalised]
    if normalised == "overdue":
        return "Write is:overdue, or use the command p2ptrack overdue."
    if normalised in {*FLAG_NAMES, *EXEMPTION_FACTS}:
        return f"Write is:{normalised.replace('_', '-')}"
    if normalised in set(Status) or find_common_meaning("status", normalised):
        return f"Write {quote_filter(f'status:{word}')}"
    return f"Put the kind first, or write kind:{word}" if kinds.find(word) else ""


def _translate_operator(word: str, kinds: Kinds) -> str:
    """Return the filter for a word in the notation of another program, or an empty text."""
    match = _FOREIGN_FILTER.fullmatch(word.strip())
    if match is None:
        return ""
    name, operator, value = match["name"], match["operator"], match["value"]
    if operator == ":" and (without := _NEGATED_VALUE.fullmatch(value)):
        operator, value = "!:", without[1]
    if match["minus"] is None and operator == ":":
        return ""
    specs = record_field_specs(kinds)
    if "." not in name and resolve_name(name) not in (*specs, *FACT_NAMES, *_SPECIAL_NAMES):
        return ""
    spec, is_inclusive = specs.get(resolve_name(name)), "=" in operator
    is_amount = spec is not None and (spec.type in {"amount", "number"} or has_amount(resolve_name(name), spec, kinds))
    is_number = is_amount or resolve_name(name) in NUMBER_NAMES
    if "<" in operator and ">" not in operator:
        name, value = _translate_limit(name, value, "under" if is_number else "before", int(is_inclusive))
    elif ">" in operator and "<" not in operator:
        name, value = _translate_limit(name, value, "over" if is_number else "after", -int(is_inclusive))
    negated = (match["minus"] is not None) != ("!" in operator or operator in {"<>", "><"})
    return quote_filter(f"{'not.' * negated}{name}:{value}")


def _translate_limit(name: str, value: str, comparison: str, shift: int) -> tuple[str, str]:
    """Return a limit as `name.over` and its value, changed by one if the limit is inclusive."""
    if _NUMBER.fullmatch(value) and comparison in _NUMBER_COMPARISONS:
        return f"{name}.{comparison}", str(int(value) + shift)
    limit = parse_date(value)
    if isinstance(limit, DateRejection) or shift == 0:
        return f"{name}.{comparison}", value
    day = limit.latest if shift > 0 else limit.earliest
    return f"{name}.{comparison}", (day + timedelta(shift)).isoformat() if day else value


def resolve_name(typed_name: str) -> str:
    """Return the name of the field or fact that a user's word means."""
    name = typed_name.strip().casefold().replace("-", "_")
    return FIELD_ALIASES.get(name, name)


def find_field(typed_name: str, kinds: Kinds) -> FieldSpec:
    """Return the field of a name. Raises `UsageError` with the nearest when no kind has one."""
    specs = record_field_specs(kinds)
    field_spec = specs.get(resolve_name(typed_name))
    if field_spec is None:
        places = [place for place in find_places(typed_name, tuple(specs), exactly=True) if "{" not in place]
        names = (*specs, *FACT_NAMES, *_SPECIAL_NAMES, *FIELD_ALIASES)
        hint = f" Use {join_words(places, 'or')}." if places else did_you_mean(typed_name, names)
        hint = f" {_LOGIC_WORDS['not']}" if typed_name == "not" else hint
        hint = hint or " Use a field such as status, target or accountable, or a fact such as overdue."
        raise UsageError(f"{quote(typed_name)} is not a field or a fact.{hint}")
    return field_spec


def list_inner_names(name: str, kinds: Kinds) -> list[str]:
    """Return the names of the fields inside a group that hold a single value."""
    return [
        inner_name
        for inner_name, inner_spec in record_field_specs(kinds).items()
        if inner_name.startswith(f"{name}.") and inner_spec.type != "group"
    ]


def _build_predicate(case: Case, term: FilterTerm) -> RecordPredicate:
    predicate = _build_positive_predicate(case, term)
    return (lambda record: not predicate(record)) if term.negated else predicate


def _build_positive_predicate(case: Case, term: FilterTerm) -> RecordPredicate:
    name = resolve_name(term.name)
    if name in _SPECIAL_NAMES:
        return _build_special_predicate(case, name, term)
    if name in FLAG_NAMES:
        return _build_flag_predicate(case, name, term)
    if name in NUMBER_NAMES:
        return _build_number_predicate(case, name, term)
    return _build_field_predicate(case, find_field(term.name, case.register.kinds), term)


def _build_special_predicate(case: Case, name: str, term: FilterTerm) -> RecordPredicate:
    if name == "text":
        needles, kinds = tuple(map(fold_text, term.values)), case.register.kinds
        return _check_pattern(
            case, term, lambda record: any(needle in _collect_text(record, kinds) for needle in needles)
        )
    builders: dict[str, Callable[[str], RecordPredicate]] = {
        "is": lambda value: _build_fact_predicate(case, value),
        "has": lambda value: _build_presence_predicate(value, case.register.kinds),
        "kind": lambda value: _build_kind_predicate(value, case.register.kinds),
    }
    return _match_any(builders[name](value) for value in term.values)


def _match_any(predicates: Iterable[RecordPredicate]) -> RecordPredicate:
    alternatives = tuple(predicates)
    return lambda record: any(predicate(record) for predicate in alternatives)


def _build_fact_predicate(case: Case, value: str) -> RecordPredicate:
    fact = normalise_word(value)
    if fact in EXEMPTION_FACTS:
        ids = find_with_fact(case, fact)
        return lambda record: record.id in ids
    if fact not in FLAG_NAMES:
        words = [name.replace("_", "-") for name in (*FLAG_NAMES, *EXEMPTION_FACTS)]
        if fact in set(Status):
            raise UsageError(f"{quote(value)} is a status, not a fact. Write status:{fact}")
        if (negated := _NEGATION.fullmatch(fact)) and negated[1] in {*FLAG_NAMES, *EXEMPTION_FACTS}:
            raise UsageError(f"{quote(value)} is not a fact. Write not.is:{negated[1].replace('_', '-')}")
        if fact in {"late", "delayed", "past_due"}:
            raise UsageError(f"{quote(value)} is not a fact. Write is:overdue")
        raise UsageError(f"{quote(value)} is not a fact.{did_you_mean(value, words)} Use {join_words(words, 'or')}.")
    return lambda record: record.id in case.facts and getattr(case.facts[record.id], fact) is True


def _build_presence_predicate(typed_name: str, kinds: Kinds) -> RecordPredicate:
    field_spec = find_field(typed_name, kinds)
    return lambda record: any(value is not False for value in iter_values(record, field_spec.path))


def _build_kind_predicate(word: str, kinds: Kinds) -> RecordPredicate:
    kind = kinds.find(word)
    if kind is None:
        words = [known_kind.word for known_kind in kinds]
        plurals = [known_kind.plural for known_kind in kinds]
        hint = _explain_single_word(word, kinds) or did_you_mean(word, [*words, *plurals])
        raise UsageError(f"{quote(word)} is not a kind of record.{hint} Use {join_words(words, 'or')}.")
    return lambda record: kind_of(record) == kind


def _build_flag_predicate(case: Case, name: str, term: FilterTerm) -> RecordPredicate:
    accepted_flags = {_FLAGS.get(fold_text(value)) for value in term.values}
    if term.comparison or None in accepted_flags:
        raise UsageError(f"{name} is a fact that is true or false. Write is:{name.replace('_', '-')}")
    return lambda record: record.id in case.facts and getattr(case.facts[record.id], name) in accepted_flags


def _build_number_predicate(case: Case, name: str, term: FilterTerm) -> RecordPredicate:
    compare = _NUMBER_COMPARISONS.get(term.comparison)
    if compare is None or not all(map(_NUMBER.fullmatch, term.values)) or (term.comparison and len(term.values) > 1):
        advice = f"Write {name}.over:30, {name}.under:30 or {name}:30"
        raise UsageError(f"{name} is a number (in {excerpt(term.text)}). {advice}")
    limits = tuple(map(int, term.values))

    def predicate(record: Record) -> bool:
        value = getattr(case.facts.get(record.id), name, None)
        return value is not None and any(compare(value, limit) for limit in limits)

    return predicate


def _build_field_predicate(case: Case, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    name = ".".join(field_spec.path)
    is_number = field_spec.type in {"amount", "number"} or has_amount(name, field_spec, case.register.kinds)
    if term.comparison and not is_number and field_spec.type != "date":
        raise UsageError(
            f"{name} is not a date, so it cannot be compared with {term.comparison} (in {excerpt(term.text)})."
        )
    build = _FIELD_PREDICATES.get(field_spec.type)
    if build is not None:
        return build(case, name, field_spec, term)
    predicates = (_build_text_predicate(field_spec, value) for value in term.values)
    return _check_pattern(case, term, _match_any(predicates))


def has_amount(name: str, field_spec: FieldSpec, kinds: Kinds) -> bool:
    """Whether a field is a group with an amount of money."""
    specs = (record_field_specs(kinds).get(f"{name}.{key}") for key in list_group_keys(field_spec))
    return any(spec is not None and spec.type == "amount" for spec in specs)


def _build_amount_predicate(_: Case, name: str, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    """Return the predicate for an amount or a number. A comma in `over:100,000` groups digits and divides no values."""
    displayed_name = name.removesuffix(".amount")
    is_amount = field_spec.type == "amount"
    parse = parse_amount if is_amount else parse_number
    if is_none(term.value) and not term.comparison:
        return _build_absence_predicate(field_spec)
    compare, whole_amount = _NUMBER_COMPARISONS.get(term.comparison), parse(term.value)
    amounts = (whole_amount,) if whole_amount is not None else tuple(map(parse, term.values))
    if compare is None or None in amounts or (term.comparison and len(amounts) > 1):
        over, exact = ("100000", "48000") if is_amount else ("10", "12")
        advice = f"Write {displayed_name}.over:{over}, {displayed_name}.under:{over} or {displayed_name}:{exact}"
        noun = "an amount of money" if is_amount else "a number"
        raise UsageError(f"{displayed_name} is {noun} (in {excerpt(term.text)}). {advice}")
    limits = tuple(amount for amount in amounts if amount is not None)
    return lambda record: any(
        compare(value, limit) for value in iter_values(record, field_spec.path) for limit in limits
    )


def is_none(value: str) -> bool:
    """Whether a filter selects records without a value."""
    return fold_text(value) == "none"


def _build_group_predicate(case: Case, name: str, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    """Return the predicate for a filter that names a group: it filters by the main field of the group."""
    if all(map(is_none, term.values)):
        return _build_absence_predicate(field_spec)
    keys = list_group_keys(field_spec)
    known_specs = record_field_specs(case.register.kinds)
    specs = [spec for key in keys if (spec := known_specs.get(f"{name}.{key}"))]
    if not specs:
        inner_names = ", ".join(list_inner_names(name, case.register.kinds))
        raise UsageError(f"{quote(name)} holds several fields. Filter by one of them: {inner_names}.")
    if len(specs) == 1:
        return _build_field_predicate(case, specs[0], term)
    predicates = [
        _build_absence_predicate(field_spec)
        if is_none(value)
        else _match_any(_build_text_predicate(spec, value) for spec in specs)
        for value in term.values
    ]
    return _check_pattern(case, term, _match_any(predicates))


def _build_choice_predicate(case: Case, name: str, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    accepted_values = {choice for value in term.values for choice in _find_choices(case, name, field_spec, value)}
    if name == "status":
        return lambda record: (
            isinstance(record, TrackedRecord) and (case.get_status(record) or "none") in accepted_values
        )
    is_absent = _build_absence_predicate(field_spec)
    return lambda record: (
        any(value.value in accepted_values for value in iter_values(record, field_spec.path))
        or ("none" in accepted_values and is_absent(record))
    )


def _find_choices(case: Case, name: str, field_spec: FieldSpec, value: str) -> list[str]:
    """Return the choices that a word means: several where declared kinds spell one word differently."""
    labels, field_name, word = collect_labels(case.policy), field_spec.path[-1], normalise_word(value)
    words = {find_meaning(field_name, word, labels)} | (set() if word in labels.get(field_name, {}) else {word})
    if choices := [choice for choice in (*field_spec.choices, "none") if normalise_word(choice) in words]:
        return choices
    if word in FLAG_NAMES:
        raise UsageError(f"{quote(value)} is a fact, not a value of {name}. Write is:{word.replace('_', '-')}")
    negated = _NEGATION.fullmatch(word)
    if negated and find_meaning(field_name, negated[1], labels) in map(normalise_word, field_spec.choices):
        raise UsageError(f"{quote(value)} is not a value of {name}. Write not.{name}:{negated[1]}")
    hint = did_you_mean(word, (*field_spec.choices, *labels.get(field_name, ())))
    usable = join_words([*field_spec.choices, "none"], "or")
    raise UsageError(f"{quote(value)} is not a value of {name}.{hint} Use {usable}.")


def _build_field_flag_predicate(_: Case, name: str, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    accepted_flags = {_FLAGS.get(fold_text(value)) for value in term.values}
    if None in accepted_flags:
        raise UsageError(f"{name} is true or false (in {excerpt(term.text)}). Write {name}:true or {name}:false")
    return lambda record: any(value in accepted_flags for value in iter_values(record, field_spec.path))


def _build_name_predicate(case: Case, _: str, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    known_values = KnownValues(case, field_spec)
    values = (term.value,) if known_values.is_known(term.value) else term.values
    typed_name = f"{'not.' * term.negated}{term.name}"
    accepted_values = {known_values.resolve(value, typed_name) for value in values if not is_none(value)}
    is_absent = _build_absence_predicate(field_spec)
    accepts_absence, accepts_parts = any(map(is_none, values)), field_spec.path == ("recommendations",)

    def predicate(record: Record) -> bool:
        names = [known_values.normalise(str(value)) for value in iter_values(record, field_spec.path)]
        return (
            any(name in accepted_values for name in names)
            or (accepts_parts and any(name.startswith(f"{value}.") for name in names for value in accepted_values))
            or (accepts_absence and is_absent(record))
        )

    return predicate


def _build_text_predicate(field_spec: FieldSpec, value: str) -> RecordPredicate:
    if is_none(value):
        return _build_absence_predicate(field_spec)
    needle = fold_text(value)
    return lambda record: any(needle in fold_text(str(text)) for text in iter_values(record, field_spec.path))


def _build_absence_predicate(field_spec: FieldSpec) -> RecordPredicate:
    """Return the predicate for records of a kind that has the field, but that do not state it."""
    return lambda record: (
        find_attribute(type(record), field_spec.path[0]) in type(record).model_fields
        and not any(True for _ in iter_values(record, field_spec.path))
    )


def _check_pattern(case: Case, term: FilterTerm, predicate: RecordPredicate) -> RecordPredicate:
    """Return the predicate of a text filter. Raises `UsageError` for a pattern that no text holds as it is."""
    advice = explain_pattern(term.value, term.name)
    if advice and not any(map(predicate, case.register.records)):
        raise UsageError(advice)
    return predicate


def _build_date_predicate(case: Case, _: str, field_spec: FieldSpec, term: FilterTerm) -> RecordPredicate:
    if term.comparison in ("over", "under"):
        advice = f"Write {term.name}.before: or {term.name}.after:"
        raise UsageError(f"{term.name} is a date (in {excerpt(term.text)}). {advice}")
    whole_date = parse_filter_date(case, term.value)
    if len(term.values) == 1 or isinstance(whole_date, CouncilDate):
        return _build_single_date_predicate(case, field_spec, term, term.value)
    if term.comparison:
        raise UsageError(f"{term.name}.{term.comparison} takes one date (in {excerpt(term.text)}).")
    return _match_any(_build_single_date_predicate(case, field_spec, term, value) for value in term.values)


def _build_single_date_predicate(case: Case, field_spec: FieldSpec, term: FilterTerm, text: str) -> RecordPredicate:
    if is_none(text):
        return _build_absence_predicate(field_spec)
    reference_date = parse_filter_date(case, text)
    if isinstance(reference_date, DateRejection):
        raise UsageError(explain_date(case, term, text, reference_date))
    return lambda record: any(
        matches_date(value, term.comparison, reference_date) for value in iter_values(record, field_spec.path)
    )


def parse_filter_date(case: Case, text: str) -> CouncilDate | DateRejection:
    """Return the date that a filter names: *today*, or a date as records have it."""
    if fold_text(text) in {"today", "now"}:
        return CouncilDate(text, case.as_of, case.as_of, Precision.DAY)
    return parse_date(text, build_anchors(case.register.programme))


def explain_date(case: Case, term: FilterTerm, value: str, rejection: DateRejection) -> str:
    """Return the message about a date that cannot be read, with dates to type instead."""
    match [parse_filter_date(case, end) for end in _DATE_RANGE_SEPARATOR.split(value)]:
        case [CouncilDate(earliest=date() as first), CouncilDate(latest=date() as last)]:
            advice = f"{term.name}.after:{first - timedelta(1)} {term.name}.before:{last + timedelta(1)}"
            return f"{quote(value)} is a range of dates. Write two filters: {advice}"
    prefix = f"{term.name}.{term.comparison}" if term.comparison else term.name
    candidates = [*_list_advised_texts(rejection.fix), f"{value} {case.as_of.year}"]
    dates = [text for text in candidates if _has_deadline(parse_filter_date(case, text))]
    words = [quote_filter(f"{prefix}:{text}") for text in dates[:_MAX_DATES] or [case.as_of.isoformat()]]
    advice = join_words(words, "or") if dates else f"a date such as {words[0]}"
    return f"{quote(value)} (in {excerpt(term.text)}) is not a date. {rejection.message} Write {advice}"


def _list_advised_texts(fix: str) -> list[str]:
    """Return the texts that the advice for a file may offer as a date, without those that are only examples."""
    sentences = [sentence for sentence in _PARENTHESES.sub("", fix).split(". ") if not _EXAMPLE.search(sentence)]
    texts = (text.strip(" .") for sentence in sentences for text in _ADVICE_SEPARATOR.split(sentence))
    return [text for text in texts if text]


def _has_deadline(parsed_date: CouncilDate | DateRejection) -> bool:
    return isinstance(parsed_date, CouncilDate) and parsed_date.latest is not None


def matches_date(value: CouncilDate, comparison: str, reference_date: CouncilDate) -> bool:
    """Whether a date matches: it is *before* another when its last day is before the other's first day."""
    if reference_date.earliest is None or reference_date.latest is None:
        return not comparison and fold_text(value.raw) == fold_text(reference_date.raw)
    if value.latest is None or value.earliest is None:
        return False
    if comparison == "before":
        return value.latest < reference_date.earliest
    if comparison == "after":
        return value.earliest > reference_date.latest
    return reference_date.earliest <= value.latest <= reference_date.latest


def _collect_text(record: Record, kinds: Kinds) -> str:
    texts = (
        str(value)
        for field_spec in record_field_specs(kinds).values()
        if field_spec.type in ("text", "name")
        for value in iter_values(record, field_spec.path)
    )
    return "\n".join(map(fold_text, texts))


_FIELD_PREDICATES: dict[str, Callable[[Case, str, FieldSpec, FilterTerm], RecordPredicate]] = {
    "date": _build_date_predicate,
    "amount": _build_amount_predicate,
    "number": _build_amount_predicate,
    "group": _build_group_predicate,
    "choice": _build_choice_predicate,
    "flag": _build_field_flag_predicate,
    "name": _build_name_predicate,
}
"""The predicate of a field by its type; that of any other type searches text."""
