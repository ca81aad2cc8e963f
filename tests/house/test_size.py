from __future__ import annotations

from pathlib import Path
from statistics import median

from p2ptrack.cli.contents import COMMANDS
from tests.house.tree import SOURCE, Function, functions, modules, place, text


def lines(function: Function) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def arguments(function: Function) -> int:
    every = function.args
    return len(every.posonlyargs) + len(every.args) + len(every.kwonlyargs)


def is_command(path: Path, function: Function) -> bool:
    module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
    return f"{module}:{function.name}" in {command.function for command in COMMANDS.values()}


def test_functions_are_short() -> None:
    lengths = {
        f"{place(path, function.lineno)} {function.name}": lines(function)
        for path in modules()
        for function in functions(path)
    }
    assert len(lengths) > 100
    assert {name: length for name, length in lengths.items() if length > 50} == {}
    assert median(lengths.values()) < 8


def test_modules_are_short() -> None:
    lengths = {place(path): len(text(path).splitlines()) for path in modules()}
    assert len(lengths) > 20
    assert {name: length for name, length in lengths.items() if length >= 300} == {}


def test_only_a_command_has_more_than_five_arguments() -> None:
    shell = [(path, function) for path in modules() if SOURCE / "cli" in path.parents for function in functions(path)]
    assert any(is_command(path, function) for path, function in shell)
    wide = [
        f"{place(path, function.lineno)} {function.name}"
        for path, function in shell
        if arguments(function) > 5 and not is_command(path, function)
    ]
    assert wide == []
