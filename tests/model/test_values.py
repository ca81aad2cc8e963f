"""Values of `p2ptrack.values` behave as those of Python's own decorator with the same arguments."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from p2ptrack import values

DECORATORS: tuple[Any, ...] = (dataclasses.dataclass, values.dataclass)


def make_class(decorator: Any, **options: bool) -> Any:
    @decorator(frozen=True, slots=True, **options)
    class Sample:
        """A value with a field of every sort."""

        name: str
        size: int = 3
        tags: tuple[str, ...] = field(default_factory=tuple)
        hidden: str = field(default="", repr=False, compare=False)
        total: int = field(init=False, repr=False, compare=False)
        cache: list[int] = field(init=False, repr=False, compare=False, default_factory=list)

        def __post_init__(self) -> None:
            object.__setattr__(self, "total", self.size * 2)

    return Sample


def make_mark(decorator: Any) -> Any:
    @decorator(frozen=True, slots=True)
    class Mark:
        """A value without fields."""

        def __str__(self) -> str:
            return "*"

    return Mark


OBSERVATIONS: tuple[Callable[[Any], object], ...] = (
    lambda make: repr(make("a")),
    lambda make: repr(make("a", 4, ("x",))),
    lambda make: make("a", size=4).total,
    lambda make: make("a") == make("a"),
    lambda make: make("a") == make("b"),
    lambda make: make("a", hidden="s") == make("a"),
    lambda make: make("a") == "a",
    lambda make: make("a", tags=["x"]) == make("a", tags=("x",)),
    lambda make: hash(make("a")) == hash(make("a", hidden="s")),
    lambda make: len({make("a"), make("a"), make("b")}),
    lambda make: make("a").cache is make("a").cache,
    lambda make: repr(dataclasses.replace(make("a"), size=9)),
    lambda make: dataclasses.replace(make("a"), size=9).total,
    lambda make: dataclasses.asdict(make("a")),
    lambda make: make.__match_args__,
    lambda make: hasattr(make("a"), "__dict__"),
    lambda make: make.__doc__,
)


@pytest.mark.parametrize("observe", OBSERVATIONS)
def test_values_are_those_of_the_standard_library(observe: Callable[[Any], object]) -> None:
    expected, actual = (observe(make_class(decorator)) for decorator in DECORATORS)
    assert repr(actual) == repr(expected).replace("dataclasses", "values")


@pytest.mark.parametrize("decorator", DECORATORS)
def test_a_value_cannot_be_changed(decorator: Any) -> None:
    value = make_class(decorator)("a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        value.name = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del value.name


@pytest.mark.parametrize("decorator", DECORATORS)
@pytest.mark.parametrize("arguments", [(), ("a", 1, (), "", 5)])
def test_arguments_are_checked(decorator: Any, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match=r"__init__\(\) (missing 1 required|takes from 2 to 5)"):
        make_class(decorator)(*arguments)


@pytest.mark.parametrize("decorator", DECORATORS)
def test_a_value_without_fields_equals_its_like(decorator: Any) -> None:
    mark = make_mark(decorator)
    assert mark() == mark()
    assert hash(mark()) == hash(mark())
    assert str(mark()) == "*"
    assert repr(mark()).endswith("Mark()")


@pytest.mark.parametrize("decorator", DECORATORS)
def test_without_eq_a_value_equals_only_itself(decorator: Any) -> None:
    make = make_class(decorator, eq=False)
    assert make("a") != make("a")
    assert len({make("a"), make("a")}) == 2


def test_values_are_always_frozen() -> None:
    with pytest.raises(TypeError, match="frozen values with slots"):
        values.dataclass(frozen=False, slots=True)
