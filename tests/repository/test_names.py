"""Names and prose use standard terms, and each class name is defined once."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

from tests.repository.source_tree import ROOT, list_definitions, modules, place, text, tracked

FORBIDDEN = re.compile(
    r"told|tells?|said|says?|thens|stood|stands|hands|witness(ed)?|lens|fates?|closer|adrift|hanging|lapsed|"
    r"remember(ed|s)|happened|look(ed)?|wanted|strays|astray|leaving|placed|perhaps|alike|plainly|"
    r"mended|unmended|unglue|glue|aimed|endless|webby|questioner|"
    r"ran|planted|garden|caught|lacking|meant|disguised|begun|unread|kept|drawn|seals?"
)
"""Words that meant something private in earlier versions of this program, or stood for a value without naming it."""

SENTENCE_WORDS = {"say", "says", "begun", "kept", "drawn", "meant", "planted", "seal"}
"""What the name of a test may have, because it is a sentence."""

PROSE = re.compile(
    r"\b(told (?:by|in|of|as|so|there|whole|with)|(?:also|is|are|be|was) told(?! apart)|tells? of|telling|git witness|"
    r"stood|adrift|lapsed|our reading|by whose leave|no hand|ledger|look first|leaves? the list|one and the same|"
    r"of then|no day says|tak(?:e|es|en|ing) out|mends?|held back|what became of)\b",
    re.IGNORECASE,
)
"""Phrases of earlier versions that are not plain English."""


def defined_names(tree: ast.Module) -> set[tuple[str, int]]:
    names: set[tuple[str, int]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add((node.name, node.lineno))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add((node.id, node.lineno))
        elif isinstance(node, ast.arg):
            names.add((node.arg, node.lineno))
    return names


@cache
def is_private(name: str) -> bool:
    words = set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).casefold().split("_"))
    return any(map(FORBIDDEN.fullmatch, words - (SENTENCE_WORDS if name.startswith("test_") else set())))


def may_have_private_name(path: Path) -> bool:
    """Whether a private word is anywhere in a file: it takes less time than to read all of its syntax."""
    return any(map(is_private, set(re.findall(r"\w+", text(path)))))


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def test_no_identifier_uses_a_private_word() -> None:
    identifiers = {
        f"{place(path, line)} {name}"
        for path in filter(may_have_private_name, python_files())
        for name, line in defined_names(ast.parse(text(path)))
        if is_private(name)
    }
    assert len(python_files()) > 500
    assert sorted(identifiers) == []


def test_no_class_name_is_defined_twice() -> None:
    definitions = (node for path in modules() for node in list_definitions(path))
    classes = Counter(node.name for node in definitions if isinstance(node, ast.ClassDef))
    assert len(classes) > 50
    assert [name for name, count in classes.items() if count > 1] == []


def prose_files() -> list[Path]:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [*pages, *sorted((ROOT / "templates").glob("*.*ml")), *modules()]


def test_no_prose_uses_a_private_phrase() -> None:
    assert len(prose_files()) > 50
    identifiers = [
        f"{place(path, number)} {match.group()}"
        for path in prose_files()
        for number, line in enumerate(text(path).splitlines(), 1)
        for match in PROSE.finditer(line)
    ]
    assert identifiers == []


def test_the_glossary_has_at_most_25_terms() -> None:
    glossary = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Glossary")[2]
    terms = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", glossary, re.MULTILINE)[2:]
    assert "register" in terms
    assert len(terms) <= 25
