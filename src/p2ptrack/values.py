"""Frozen dataclasses and regular expressions that are cheap to define.

Python's own decorator compiles six methods for every class. With over a hundred classes each command would spend a
tenth of its time on that before it reads a file. Here only `__init__` is compiled, when the first value is made, and
all classes share the others.

Microseconds to define a class of six fields, and nanoseconds to make a value of it (Python 3.11, November 2026):

    dataclasses   515   710      these       70   430      msgspec.Struct   12   80
    attrs         435   510      NamedTuple 110   240

The 110 classes of `status` take 8 ms here and 57 ms with Python's own. A NamedTuple is equal to any tuple of the same
values, and can be unpacked and indexed by mistake. msgspec would save 7 ms more, for a dependency in C and other
functions than those of `dataclasses`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError
from functools import partial
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, AnyStr, TypeVar, cast

__all__ = ["compile_on_use", "dataclass"]

ClassT = TypeVar("ClassT", bound=type)

if TYPE_CHECKING:
    from dataclasses import dataclass  # to a type checker it is the same
else:

    def dataclass(*, frozen: bool, slots: bool, eq: bool = True) -> Callable[[ClassT], ClassT]:
        """Return a decorator that does what `dataclasses.dataclass(frozen=True, slots=True)` does, and only that.

        Values cannot be pickled, which nothing needs.
        """
        if not (frozen and slots):
            raise TypeError("This makes frozen values with slots. Use dataclasses.dataclass for others.")

        def decorate(cls: ClassT) -> ClassT:
            own_names = frozenset(vars(cls))
            value_class = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
            compared = [field.name for field in dataclasses.fields(value_class) if field.compare] or ["__class__"]
            methods = {**_METHODS, "__init__": _compile_init_later(value_class)}
            if eq:
                methods |= {**_COMPARISON, "_get_compared": attrgetter(*compared)}
            for name, method in methods.items():
                if name not in own_names:
                    setattr(value_class, name, method)
            return value_class

        return decorate


def _compile_init_later(cls: Any) -> Callable[..., None]:
    """Return a method that replaces itself by a compiled one when the first value is made: most runs need few."""

    def make_first_value(self: Any, *arguments: Any, **options: Any) -> None:
        cls.__init__ = _compile_init(cls)
        cls.__init__(self, *arguments, **options)

    return make_first_value


def _compile_init(cls: Any) -> FunctionType:
    """Return the function that sets every field, with a parameter for each that may be given."""
    names: dict[str, Any] = {"MISSING": MISSING}
    parameters, defaults, lines = ["self"], [], []
    for field in dataclasses.fields(cls):
        value = field.name
        if field.default_factory is not MISSING:
            names[f"make_{field.name}"] = field.default_factory
            value = f"make_{field.name}()" + (f" if {field.name} is MISSING else {field.name}" if field.init else "")
        elif field.default is not MISSING and not field.init:
            names[f"default_{field.name}"] = field.default
            value = f"default_{field.name}"
        elif not field.init:
            continue  # `__post_init__` sets it
        if field.init:
            parameters.append(field.name)
            if field.default is not MISSING or field.default_factory is not MISSING:
                defaults.append(field.default)
        names[f"set_{field.name}"] = getattr(cls, field.name).__set__  # that of its slot: twice as fast as `setattr`
        lines.append(f"set_{field.name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"])
    module = compile(source, f"<{cls.__qualname__}>", "exec")
    code = next(constant for constant in module.co_consts if isinstance(constant, CodeType))
    return FunctionType(code, names, "__init__", tuple(defaults))


def _is_equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self is other or self._get_compared(self) == self._get_compared(other)


def _hash(self: Any) -> int:
    return hash(self._get_compared(self))


def _describe(self: Any) -> str:
    values = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{self.__class__.__qualname__}({', '.join(values)})"


def _refuse_to_set(_self: Any, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_METHODS: dict[str, Any] = {
    "__repr__": _describe,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
}
_COMPARISON: dict[str, Any] = {"__eq__": _is_equal, "__hash__": _hash}


class _DeferredPattern:
    """A pattern that is compiled when one of its methods is first used."""

    def __init__(self, compile_pattern: Callable[[], re.Pattern[Any]]) -> None:
        self._compile_pattern = compile_pattern

    def __getattr__(self, name: str) -> Any:
        value = vars(self)[name] = getattr(self._compile_pattern(), name)
        return value


def compile_on_use(regex: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern that is compiled when it is first used.

    A hundred and sixty of them would take a twelfth of `status`, which uses twenty. The functions of `re` do not take
    it as an argument, and a match has the compiled one as its `re`.
    """
    return cast("re.Pattern[AnyStr]", _DeferredPattern(partial(re.compile, regex, flags)))
