"""What differs between two states of a record, field by field, as people wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from p2ptrack.records.paths import lists_of_parts

Value: TypeAlias = "str | tuple[str, ...]"
_PAIR = frozenset({"raw", "means"})
NOTHING: Mapping[str, Any] = {}
_MOST_TRIED = 1000
"""Of longer lists no more is tried: to tell which entry became which would take longer than anybody waits."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changed: where (`updates[1].text`), what it said, and what it says. None is a field left out.

    A place in a list is that of the newer state; of an entry that is gone, that of the older.
    """

    field: str
    old: Value | None
    new: Value | None

    @property
    def name(self) -> str:
        """Return the field of the record that it is in: `updates`."""
        return self.field.partition("[")[0].partition(".")[0]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what changed, in the order of the fields in the newer state, those that are gone last.

    What is written in another way and says the same is no change: one value where a list is expected is a list of
    one, an id stands for a group that says no more, and lines may be broken anywhere.
    """
    return tuple(_in_group(_whole(old), _whole(new), ""))


def _whole(values: Mapping[str, Any]) -> Mapping[str, Any]:
    lists = {name: [value] for name in lists_of_parts() if isinstance(value := values.get(name), dict)}
    return {**values, **lists} if lists else values


def alike(one: Any, other: Any) -> bool:
    """Whether two values say the same, however they are written."""
    return bool(one == other or said(one) == said(other))


def said(value: Any) -> Any:
    """Return what a value says, as something to compare: nothing for an empty one."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        pairs = frozenset((name, told) for name, inner in value.items() if (told := said(inner)) is not None)
        return next(inner for _, inner in pairs) if {name for name, _ in pairs} == {"id"} else pairs or None
    if isinstance(value, list):
        inner = tuple(told for each in value if (told := said(each)) is not None)
        return inner[0] if len(inner) == 1 else inner or None
    return value


def entries(value: Any) -> list[Any]:
    """Return a field's value as the list that it stands for."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry of a list before and after, each None where there was none, and its place."""

    at: int
    old: Any
    new: Any


def aligned(old: Sequence[Any], new: Sequence[Any]) -> tuple[Pair, ...]:
    """Return which entry became which: equal ones first, then those between them in their order.

    Most lists only grow, so that what is alike at both ends is set aside before anything is searched.
    """
    short = min(len(old), len(new))
    head = next((at for at in range(short) if not alike(old[at], new[at])), short)
    tail = next((at for at in range(short - head) if not alike(old[-1 - at], new[-1 - at])), short - head)
    spans = _spans(old[head : len(old) - tail], new[head : len(new) - tail])
    moved = ((a + head, b + head, c + head, d + head) for a, b, c, d in spans)
    return tuple(pair for span in moved for pair in _paired(old, new, span))


_Span = tuple[int, int, int, int]


def _spans(old: Sequence[Any], new: Sequence[Any]) -> Iterator[_Span]:
    if not old or not new:
        yield 0, len(old), 0, len(new)
        return
    matcher = SequenceMatcher(None, [said(entry) for entry in old], [said(entry) for entry in new], autojunk=False)
    yield from ((a, b, c, d) for code, a, b, c, d in matcher.get_opcodes() if code != "equal")


def _paired(old: Sequence[Any], new: Sequence[Any], span: _Span) -> Iterator[Pair]:
    """Yield the entries of a span in pairs; one that only has another place now was taken out and put in again."""
    a, b, c, d = span
    stayed = {said(entry) for entry in old} & {said(entry) for entry in new} if a < b and c < d else set[Any]()
    gone = [at for at in range(a, b) if not stayed or said(old[at]) not in stayed]
    came = [at for at in range(c, d) if not stayed or said(new[at]) not in stayed]
    shift = _shift([old[at] for at in gone], [new[at] for at in came]) if gone and came else 0
    both = list(zip(gone[max(0, -shift) :], came[max(0, shift) :], strict=False))
    yield from (Pair(right, old[left], new[right]) for left, right in both)
    yield from (Pair(at, old[at], None) for at in range(a, b) if at not in {left for left, _ in both})
    yield from (Pair(at, None, new[at]) for at in range(c, d) if at not in {right for _, right in both})


def _shift(gone: Sequence[Any], came: Sequence[Any]) -> int:
    """Return by how many places the longer list is to be shifted (below 0: the older one) to be most like the other."""
    longer, shorter = (gone, came) if len(gone) > len(came) else (came, gone)
    spare = len(longer) - len(shorter)
    tried = range(spare + 1) if spare * len(shorter) < _MOST_TRIED else range(1)
    best = max(tried, key=lambda at: _shared(longer[at:], shorter))
    return -best if longer is gone else best


def _shared(some: Sequence[Any], others: Sequence[Any]) -> int:
    """Return how many words the entries of two lists have in common, the first beside the first."""
    pairs = zip(some, others, strict=False)
    return sum(len(set(_flat(one).split()) & set(_flat(other).split())) for one, other in pairs)


def _in_group(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Difference]:
    for name in (*new, *(name for name in old if name not in new)):
        if old.get(name) != new.get(name):
            yield from _between(old.get(name), new.get(name), f"{path}.{name}" if path else name)


def _between(old: Any, new: Any, path: str) -> Iterator[Difference]:
    old, new = _with_id(old, new), _with_id(new, old)
    if _has_groups(old) or _has_groups(new):
        yield from _in_list(entries(old), entries(new), path)
    elif _groups_or_nothing(old, new):
        yield from _in_group(old or NOTHING, new or NOTHING, path)
    elif not alike(old, new):
        yield Difference(path, as_value(old), as_value(new))


def _with_id(value: Any, other: Any) -> Any:
    """Return a value as the group that its id stands for, where the other one is such a group."""
    return {"id": value} if isinstance(value, str) and _is_group(other) and "id" in other else value


def _has_groups(value: Any) -> bool:
    return isinstance(value, list) and any(_is_group(entry) for entry in value)


def _is_group(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) != _PAIR


def _groups_or_nothing(*values: Any) -> bool:
    return any(map(_is_group, values)) and all(value is None or _is_group(value) for value in values)


def _in_list(old: Sequence[Any], new: Sequence[Any], path: str) -> Iterator[Difference]:
    for pair in aligned(old, new):
        yield from _between(pair.old, pair.new, f"{path}[{pair.at}]")


def as_value(value: Any) -> Value | None:
    """Return a value as one thing to tell: text, a list of texts, or a group in one line."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        texts = tuple(_flat(entry) for entry in value)
        return texts[0] if len(texts) == 1 else texts or None
    return _flat(value)


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        if set(value) == _PAIR:
            return f"{_flat(value['raw'])} (taken for {_flat(value['means'])})"
        return "; ".join(f"{name}: {_flat(inner)}" for name, inner in value.items())
    return ", ".join(map(_flat, value)) if isinstance(value, list) else str(value)


def told(value: Value | None) -> str:
    """Return a value in one text; nothing for a field left out."""
    return ", ".join(value) if isinstance(value, tuple) else value or ""
