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
from p2ptrack.errors import WrongUsage
from p2ptrack.problem import cut
from p2ptrack.records.dates import CouncilDate, NotADate, parse
from p2ptrack.records.fields import fold_word
from p2ptrack.records.kinds import KINDS, Record, Tracked, kind_named, kind_of
from p2ptrack.records.paths import Leaf, leaves, values_at
from p2ptrack.records.programme import status_labels
from p2ptrack.records.register import anchors, natural_key

Test = Callable[[Record], bool]
_COMPARISONS = ("before", "after", "over", "under")
SHORT_NAMES = {
    "recommendation": "recommendations",
    "part": "recommendations",
    "ref": "report_refs",
    "owner": "accountable",
}
_SPECIAL = ("is", "has", "kind", "text")
NUMBER_NAMES: tuple[str, ...] = tuple(name for name in FACT_NAMES if name not in FLAG_NAMES)


@dataclass(frozen=True, slots=True)
class Term:
    """One filter word taken apart."""

    written: str
    negated: bool
    name: str
    comparison: str
    value: str


def select(case: Case, words: Iterable[str], kind: str | None = None) -> tuple[Record, ...]:
    """Return the records for which every filter word holds, in the order of their ids.

    Raises `WrongUsage` for a word, field, fact, kind or date that is none, with the nearest.
    """
    tests = [_test(case, term_of(word)) for word in words]
    if kind is not None:
        tests.append(_kind_test(kind))
    return tuple(record for record in case.register.records if all(test(record) for test in tests))


def term_of(word: str) -> Term:
    """Take a filter word apart. Raises `WrongUsage` when it is none."""
    name, colon, value = word.partition(":")
    if not colon or not name or not value:
        raise WrongUsage(f"“{word}” is not a filter. Write a field, a colon and a value: status:in_progress")
    negated = name.startswith("not.")
    name = name.removeprefix("not.").replace("-", "_")
    stem, _, last = name.rpartition(".")
    comparison = last if stem and last in _COMPARISONS else ""
    return Term(word, negated, stem if comparison else name, comparison, value.strip("\"'"))


def _test(case: Case, term: Term) -> Test:
    test = _positive(case, term)
    return (lambda record: not test(record)) if term.negated else test


def _positive(case: Case, term: Term) -> Test:
    name = SHORT_NAMES.get(term.name, term.name)
    if name == "is":
        return _is(case, term)
    if name == "has":
        leaf = _leaf_named(SHORT_NAMES.get(term.value, term.value.replace("-", "_")), _filtering(term))
        return lambda record: any(True for _ in _values(record, leaf))
    if name == "kind":
        return _kind_test(term.value)
    if name == "text":
        sought = term.value.casefold()
        return lambda record: sought in _all_text(record)
    if name in NUMBER_NAMES:
        return _number_fact(case, name, term)
    return _field(case, _leaf_named(name, _filtering(term)), term)


def _filtering(term: Term) -> str:
    return f"to filter by (in {term.written})"


def _is(case: Case, term: Term) -> Test:
    fact = term.value.replace("-", "_").casefold()
    if fact not in FLAG_NAMES:
        raise WrongUsage(f"“{term.value}” is not a fact.{_nearest(fact, FLAG_NAMES)} Facts: {_spelt(FLAG_NAMES)}.")
    return lambda record: record.id in case.facts and getattr(case.facts[record.id], fact) is True


def _spelt(names: Iterable[str]) -> str:
    return ", ".join(name.replace("_", "-") for name in names)


def _kind_test(word: str) -> Test:
    kind = kind_named(word)
    if kind is None:
        kinds = [each.singular for each in KINDS]
        near = _nearest(word.casefold(), kinds)
        raise WrongUsage(f"“{cut(word)}” is not a kind of record.{near} Write {', '.join(kinds[:-1])} or {kinds[-1]}.")
    return lambda record: kind_of(record) is kind


def _leaf_named(name: str, purpose: str) -> Leaf:
    found = leaves().get(name)
    if found is None:
        names = (*leaves(), *NUMBER_NAMES, *_SPECIAL, *SHORT_NAMES)
        raise WrongUsage(f"There is no field “{name}” {purpose}.{_nearest(name, names)}")
    return found


def _nearest(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, tuple(names), n=1)
    return f" Did you mean {near[0].replace('_', '-') if near[0] in FLAG_NAMES else near[0]}?" if near else ""


def _number_fact(case: Case, name: str, term: Term) -> Test:
    if not term.value.lstrip("-").isdecimal() or term.comparison in ("before", "after"):
        raise WrongUsage(f"{name} is a number (in {term.written}). Write {name}.over:30, {name}.under:30 or {name}:30")
    limit = int(term.value)

    def test(record: Record) -> bool:
        value = getattr(case.facts.get(record.id), name, None)
        return value is not None and _compared(value, term.comparison, limit)

    return test


def _compared(value: int, comparison: str, limit: int) -> bool:
    if comparison == "over":
        return value > limit
    return value < limit if comparison == "under" else value == limit


def _field(case: Case, leaf: Leaf, term: Term) -> Test:
    if leaf.type == "date":
        return _date_test(case, leaf, term)
    if term.comparison:
        raise WrongUsage(
            f"{'.'.join(leaf.path)} is not a date, so nothing is {term.comparison} it (in {term.written})."
        )
    wanted = _wanted(case, leaf, term)
    if wanted == ("none",) and leaf.path != ("status",):
        return _absent(leaf)
    if leaf.type == "choice":
        return _choice_test(case, leaf, wanted)
    return lambda record: any(_same(leaf, value, sought) for value in _values(record, leaf) for sought in wanted)


def _absent(leaf: Leaf) -> Test:
    """A record of a kind that has the field, and does not state it."""
    return lambda record: leaf.path[0] in type(record).model_fields and not any(True for _ in _values(record, leaf))


def _wanted(case: Case, leaf: Leaf, term: Term) -> tuple[str, ...]:
    if leaf.type != "choice":
        whole = term.value.casefold()
        return (whole, *whole.split(",")) if "," in whole else (whole,)
    labels = status_labels(case.policy) if leaf.path == ("status",) else {}
    words = tuple(labels.get(fold_word(word), fold_word(word)) for word in term.value.split(","))
    for word in words:
        if word not in (*leaf.choices, "none"):
            raise WrongUsage(
                f"“{word}” is not a word for {'.'.join(leaf.path)}.{_nearest(word, leaf.choices)} "
                f"Words: {', '.join(leaf.choices)}, none."
            )
    return words


def _choice_test(case: Case, leaf: Leaf, wanted: tuple[str, ...]) -> Test:
    if leaf.path != ("status",):
        return lambda record: any(value.value in wanted for value in _values(record, leaf))

    def test(record: Record) -> bool:
        if not isinstance(record, Tracked):
            return False
        status = case.status(record)
        return (status.value if status else "none") in wanted

    return test


def _same(leaf: Leaf, value: Any, sought: str) -> bool:
    text = str(value).casefold()
    if leaf.path == ("recommendations",):
        return text == sought or text.startswith(f"{sought}.")
    return text == sought or (leaf.type == "text" and sought.strip() in text)


def _date_test(case: Case, leaf: Leaf, term: Term) -> Test:
    if term.comparison in ("over", "under"):
        raise WrongUsage(f"{term.name} is a date (in {term.written}). Write {term.name}.before: or {term.name}.after:")
    if term.value.casefold() == "none":
        return _absent(leaf)
    sought = parse(term.value, anchors(case.register.programme))
    if isinstance(sought, NotADate):
        raise WrongUsage(f"“{term.value}” (in {term.written}) is not a date. {sought.message} Write {sought.fix}")
    return lambda record: any(_date_holds(value, term.comparison, sought) for value in _values(record, leaf))


def _date_holds(value: CouncilDate, comparison: str, sought: CouncilDate) -> bool:
    """A date is before another when its last day is before the other's first, and after it the other way round."""
    if sought.earliest is None or sought.latest is None:
        return not comparison and value.raw.casefold() == sought.raw.casefold()
    if value.latest is None or value.earliest is None:
        return False
    if comparison == "before":
        return value.latest < sought.earliest
    if comparison == "after":
        return value.earliest > sought.latest
    return sought.earliest <= value.latest <= sought.latest


def _values(record: Record, leaf: Leaf) -> Iterable[Any]:
    if leaf.type == "group":
        value = getattr(record, leaf.path[0], None)
        return [value] if value not in (None, ()) else []
    return values_at(record, leaf.path)


def _all_text(record: Record) -> str:
    found = (
        str(value)
        for leaf in leaves().values()
        if leaf.type in ("text", "name")
        for value in values_at(record, leaf.path)
    )
    return "\n".join(found).casefold()


def sorted_by(case: Case, records: tuple[Record, ...], name: str) -> tuple[Record, ...]:
    """Return the records ordered by a field or fact; those that do not state it come last.

    Raises `WrongUsage` for a name that is neither. `not.` before the name turns the order round.
    """
    backwards = name.startswith("not.")
    key = SHORT_NAMES.get(name.removeprefix("not."), name.removeprefix("not.").replace("-", "_"))
    leaf = None if key in FACT_NAMES else _leaf_named(key, "to sort by")
    if leaf is not None and leaf.type == "group":
        inner = [each for each, found in leaves().items() if each.startswith(f"{key}.") and found.type != "group"]
        raise WrongUsage(f"“{key}” holds several fields, so it has no order. Sort by one of them: {', '.join(inner)}.")

    def value(record: Record) -> Any:
        if leaf is None:
            return getattr(case.facts.get(record.id), key, None)
        return next((_sortable(leaf, found) for found in _values(record, leaf)), None)

    have = [record for record in records if value(record) is not None]
    rest = [record for record in records if value(record) is None]
    return (*sorted(have, key=value, reverse=backwards), *rest)


def _sortable(leaf: Leaf, value: Any) -> Any:
    if leaf.choices:
        return leaf.choices.index(value)
    if isinstance(value, CouncilDate):
        return value.latest
    return natural_key(value) if isinstance(value, str) else value
