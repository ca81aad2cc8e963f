from __future__ import annotations

import ast
from typing import TypeGuard

from tests.repository.source_tree import Definition, list_definitions, modules, place, text

MAX_MODULES = 193
"""130 for reading, judging and printing a register; the rest is for changes, imports, contracts, figures and sites."""


def lines(function: Definition) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def test_functions_are_short() -> None:
    lengths = {
        f"{place(path, function.lineno)} {function.name}": lines(function)
        for path in modules()
        for function in list_definitions(path)
        if not isinstance(function, ast.ClassDef)
    }
    assert len(lengths) > 100
    assert {name: length for name, length in lengths.items() if length >= 60} == {}


def test_modules_are_short() -> None:
    lengths = {place(path): len(text(path).splitlines()) for path in modules()}
    assert 20 < len(lengths) <= MAX_MODULES
    assert {name: length for name, length in lengths.items() if length >= 600} == {}


def test_no_conditional_expression_is_within_another() -> None:
    choices = [(path, node) for path in modules() for node in ast.walk(ast.parse(text(path))) if is_choice(node)]
    assert len(choices) > 100
    assert [place(path, node.lineno) for path, node in choices if is_choice(node.body) or is_choice(node.orelse)] == []


def is_choice(node: ast.AST) -> TypeGuard[ast.IfExp]:
    return isinstance(node, ast.IfExp)
