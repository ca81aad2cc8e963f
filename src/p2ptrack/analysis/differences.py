"""What differs between two states of a record, field by field, as people wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeAlias

Value: TypeAlias = "str | tuple[str, ...]"
_PAIR = frozenset({"raw", "means"})
NOTHING: Mapping[str, Any] = {}


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

    One value where a list is expected is a list of one, so `[R1]` and `R1` are no change.
    """
    return tuple(_in_group(old, new, ""))


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
    head = next((at for at in range(short) if old[at] != new[at]), short)
    tail = next((at for at in range(short - head) if old[-1 - at] != new[-1 - at]), short - head)
    spans = _spans(old[head : len(old) - tail], new[head : len(new) - tail])
    moved = ((a + head, b + head, c + head, d + head) for a, b, c, d in spans)
    return tuple(pair for span in moved for pair in _paired(old, new, span))


_Span = tuple[int, int, int, int]


def _spans(old: Sequence[Any], new: Sequence[Any]) -> Iterator[_Span]:
    if not old or not new:
        yield 0, len(old), 0, len(new)
        return
    matcher = SequenceMatcher(None, [repr(entry) for entry in old], [repr(entry) for entry in new], autojunk=False)
    yield from ((a, b, c, d) for code, a, b, c, d in matcher.get_opcodes() if code != "equal")


def _paired(old: Sequence[Any], new: Sequence[Any], span: _Span) -> Iterator[Pair]:
    a, b, c, d = span
    both = min(b - a, d - c)
    yield from (Pair(c + at, old[a + at], new[c + at]) for at in range(both))
    yield from (Pair(at, old[at], None) for at in range(a + both, b))
    yield from (Pair(at, None, new[at]) for at in range(c + both, d))


def _in_group(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Difference]:
    for name in (*new, *(name for name in old if name not in new)):
        if old.get(name) != new.get(name):
            yield from _between(old.get(name), new.get(name), f"{path}.{name}" if path else name)


def _between(old: Any, new: Any, path: str) -> Iterator[Difference]:
    if _has_groups(old) or _has_groups(new):
        yield from _in_list(entries(old), entries(new), path)
    elif _groups_or_nothing(old, new):
        yield from _in_group(old or NOTHING, new or NOTHING, path)
    elif as_value(old) != as_value(new):
        yield Difference(path, as_value(old), as_value(new))


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
        return texts[0] if len(texts) == 1 else texts
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
