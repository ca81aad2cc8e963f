"""Every regular expression of the program takes time in proportion to the text: no text can stop a command."""

from __future__ import annotations

import ast
import builtins
import importlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, count, islice, pairwise
from pathlib import Path
from time import process_time
from types import FunctionType
from typing import Any, NamedTuple

import pytest

from p2ptrack.model.dates.patterns import DatePattern
from tests.repository.source_tree import SOURCE, modules, place, text

_parser: Any = importlib.import_module("re._parser")

FUNCTIONS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
_WORK = dict.fromkeys(("sub", "subn", "split", "findall"), "finditer")
"""These do the same work. What `search` does is the first step of it."""
LENGTHS = (24, 200, 2_000, 8_000)
"""Exponential work is slow on the first, cubic on the second and quadratic on the third of these lengths."""
FAST_SECONDS = 0.002
"""Two million steps, which is quadratic work on 2,000 characters, take longer than this."""
SLOW_SECONDS = 0.2
"""What takes longer was not only slow because the machine is busy, and need not be measured again."""
BATCH = 32
"""So many short texts are measured together, because to read the clock takes longer than most calls."""
MAX_RATIO = 9.0
"""Four times the text takes four times as long, and with quadratic work 16 times."""
_MAY_HAVE_PATTERNS = re.compile(r"^\s*import re$|\b(?:compile_on_use|DatePattern)\b", re.MULTILINE)
COMMON_CHARACTERS = "aA0 @\n.-_/=é"


class Use(NamedTuple):
    """A pattern, where it is written, and the function of `re` that is called with it."""

    place: str
    pattern: re.Pattern[Any]
    function: str


@cache
def list_uses(path: Path) -> tuple[Use, ...]:
    """Return the patterns of a module, each once for each way of looking through a text."""
    uses = {(use.pattern, _WORK.get(use.function, use.function)): use for use in _iter_uses(path)}
    return tuple(use for (pattern, work), use in uses.items() if work != "search" or (pattern, "finditer") not in uses)


def _iter_uses(path: Path) -> Iterator[Use]:
    """Yield the patterns of a module: arguments of the functions of `re`, and regexes of date patterns."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    names = vars(importlib.import_module(".".join(part for part in parts if part != "__init__")))
    nodes = list(ast.walk(ast.parse(text(path))))
    assignments = [node for node in nodes if isinstance(node, ast.Assign)]
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        module, _, function = _join_name(call.func).rpartition(".")
        is_compiled = function == "compile_on_use" or (module, function) == ("re", "compile")
        if is_compiled or (module == "re" and function in FUNCTIONS):
            pattern = _compile(call, names, is_compiled=is_compiled)
            assigned = [ast.unparse(node.targets[0]) for node in assignments if node.value is call]
            called = _find_functions(nodes, assigned) if is_compiled else (function,)
            yield from (Use(place(path, call.lineno), pattern, name) for name in called)
    tables = [value for value in names.values() if isinstance(value, list | tuple)]
    for entry in (entry for table in tables for entry in table if isinstance(entry, DatePattern)):
        for regex in entry.regexes:
            pattern = re.compile(regex, re.ASCII | re.IGNORECASE)
            yield Use(f"{place(path)} {entry.name}", pattern, "fullmatch")


def _join_name(node: ast.expr) -> str:
    """Return a dotted name as it is written; nothing for another expression."""
    if isinstance(node, ast.Attribute):
        return f"{_join_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _compile(node: ast.Call, names: dict[str, Any], *, is_compiled: bool) -> re.Pattern[Any]:
    arguments = node.args[: 2 if is_compiled else 1]
    flags = [keyword.value for keyword in node.keywords if keyword.arg == "flags"]
    return re.compile(*(_evaluate(argument, names) for argument in (*arguments, *flags)))


def _evaluate(expression: ast.expr, names: dict[str, Any]) -> Any:
    """Return the value of an expression in a module. A name of a function's own is a text of two letters."""
    own_names = {node.id: "AB" for node in ast.walk(expression) if isinstance(node, ast.Name)}
    code = compile(ast.unparse(expression), "pattern", "eval")
    return FunctionType(code, own_names | vars(builtins) | names)()


def _find_functions(nodes: Sequence[ast.AST], names: Sequence[str]) -> tuple[str, ...]:
    """Return the functions that a module calls with a pattern of its own; `search` where that cannot be seen."""
    called = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and node.attr in FUNCTIONS and ast.unparse(node.value) in names
    }
    return tuple(sorted(called)) or ("search",)


def iter_texts(pattern: str, length: int) -> Iterator[str]:
    """Yield texts that are hard for a pattern: its own characters repeated, and each of its loops run long."""
    characters = list(dict.fromkeys((*COMMON_CHARACTERS, *(char for char in pattern if char not in "\\?+*()[]{}|^$"))))
    yield from (character * length for character in characters)
    yield from ((first + second) * (length // 2) for first, second in combinations(characters[:16], 2))
    for before, body, after in _list_loops(pattern):
        for run in dict.fromkeys((body, " ", "\n", "a")):
            repeated = before + run * (length // max(len(run), 1))
            yield from (repeated + end for end in dict.fromkeys(("", "!", "\n", after, after + "!", after + "a")))


@cache
def _list_loops(pattern: str) -> tuple[tuple[str, str, str], ...]:
    """Return for each loop of a pattern a text before it, one for its body, and one after it."""
    return tuple(_iter_loops(pattern))


def _iter_loops(pattern: str) -> Iterator[tuple[str, str, str]]:
    parsed = _parser.parse(pattern)
    for index in count():
        numbers = count()
        sample = _sample(parsed, index, numbers)
        if index >= next(numbers):
            return
        before, _, rest = sample.partition(_MARK)
        body, _, after = rest.partition(_MARK)
        yield before, body, after


_MARK = "\0"


def _sample(parsed: Any, index: int, numbers: Iterator[int]) -> str:
    """Return a text that a parsed pattern matches, with marks around the body of the loop with this number."""
    return "".join(_sample_part(str(operator), value, index, numbers) for operator, value in parsed)


def _sample_part(operator: str, value: Any, index: int, numbers: Iterator[int]) -> str:
    if operator in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        number, body = next(numbers), _sample(value[2], index, numbers)
        return f"{_MARK}{body}{_MARK}" if number == index else body * int(value[0])
    if operator == "BRANCH":
        branches = [_sample(branch, index, numbers) for branch in value[1]]
        return next((branch for branch in branches if _MARK in branch), branches[0])
    if operator in {"SUBPATTERN", "ATOMIC_GROUP"}:
        return _sample(value[-1] if operator == "SUBPATTERN" else value, index, numbers)
    if operator == "IN":
        return _sample_set(value)
    return chr(value) if operator == "LITERAL" else "a" if operator in {"NOT_LITERAL", "ANY"} else ""


def _sample_set(items: Any) -> str:
    """Return a character of a set, a common one if the set has one."""
    operator, value = items[-1]
    first = {"LITERAL": value, "RANGE": value[0] if isinstance(value, tuple) else 0}.get(str(operator), ord("a"))
    return next((char for char in COMMON_CHARACTERS if _is_in(char, items)), chr(first))


def _is_in(character: str, items: Any) -> bool:
    categories = {"CATEGORY_DIGIT": str.isdigit, "CATEGORY_SPACE": str.isspace, "CATEGORY_WORD": str.isalnum}
    parts = [(str(operator), value) for operator, value in items]
    is_listed = any(
        (operator == "LITERAL" and ord(character) == value)
        or (operator == "RANGE" and value[0] <= ord(character) <= value[1])
        or (operator == "CATEGORY" and categories.get(str(value), str.isascii)(character))
        for operator, value in parts
    )
    return is_listed != any(operator == "NEGATE" for operator, _ in parts)


def measure(use: Use, *subjects: str | bytes) -> float:
    """Return the processor time of a call for each text in seconds."""
    function = getattr(use.pattern, use.function)
    replacement = [subjects[0][:0]] if use.function.startswith("sub") else []
    start = process_time()
    for subject in subjects:
        result = function(*replacement, subject)
        if use.function == "finditer":
            list(result)
    return process_time() - start


def find_slow_texts(use: Use) -> Iterator[str]:
    """Yield the texts on which the time of a pattern grows faster than the text."""
    source = use.pattern.pattern
    pattern = source.decode("latin-1") if isinstance(source, bytes) else source

    def encode(text: str) -> str | bytes:
        return text if source is pattern else text.encode("latin-1", "replace")

    texts = zip(*(iter_texts(pattern, length) for length in LENGTHS[:-1]), strict=True)
    for start in count(0, BATCH):
        batch = tuple(islice(texts, BATCH))
        if not batch:
            return
        *short, long = (tuple(map(encode, column)) for column in zip(*batch, strict=True))
        is_suspect = any(measure(use, *column) > FAST_SECONDS for column in short)
        slow = [number for number, subject in enumerate(long) if is_suspect or measure(use, subject) > FAST_SECONDS]
        longest = tuple(islice(iter_texts(pattern, LENGTHS[-1]), start, start + BATCH)) if slow else ()
        for number in slow:
            if _grows_fast(use, (*(column[number] for column in (*short, long)), encode(longest[number]))):
                yield batch[number][0]


def _grows_fast(use: Use, subjects: Sequence[str | bytes]) -> bool:
    """Whether a call takes longer with the next of some texts than that is longer."""
    for shorter, longer in pairwise(subjects):
        seconds = measure(use, shorter)
        if FAST_SECONDS < seconds < SLOW_SECONDS:
            seconds = min(measure(use, shorter) for _ in range(3))
        if seconds > FAST_SECONDS and (len(longer) < LENGTHS[-1] or measure(use, longer) > MAX_RATIO * seconds):
            return True
    return False


@cache
def is_slow(pattern: re.Pattern[Any], function: str) -> bool:
    """Whether some text makes a pattern slow; many modules share the patterns of dates."""
    return next(find_slow_texts(Use("", pattern, function)), None) is not None


MODULES = [path for path in modules() if _MAY_HAVE_PATTERNS.search(text(path))]


def test_every_pattern_is_found() -> None:
    assert len({use.pattern for path in MODULES for use in list_uses(path)}) > 400


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES, ids=place)
def test_time_grows_with_the_text(module: Path) -> None:
    assert [use for use in list_uses(module) if is_slow(use.pattern, use.function)] == []


@pytest.mark.slow
@pytest.mark.parametrize("pattern", [r"[\w.+-]+@[\w-]+", r"(?:a+)+b", r"url\(\s*(.*?)\s*\)"])
def test_the_measure_finds_slow_patterns(pattern: str) -> None:
    assert next(find_slow_texts(Use("", re.compile(pattern), "search")), None) is not None
