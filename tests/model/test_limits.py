"""The declared limits: a longer value is an error with a place, and costs no other field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest

from p2ptrack.diagnostics import Problem
from p2ptrack.model import limits
from p2ptrack.store import loader
from p2ptrack.store.folder import FolderSource
from p2ptrack.store.loader import load_register_from, validate_file_leniently
from tests.diagnostics import add_locations, load_register

LETTERS = "a" * 200
WORDS = "word " * 20_000
ADDRESS = f"https://example.org/?id={'x' * 1980}"


def load(root: Path, text: str, programme: str = "title: Register\n") -> loader.LoadedRegister:
    folder = root / "data" / "actions"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "data" / "programme.yaml").write_text(programme, encoding="utf-8")
    (folder / "A01.yaml").write_text(text, encoding="utf-8")
    return load_register(root)


def summarise(problems: tuple[Problem, ...]) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.field, problem.message) for problem in problems]


@pytest.mark.parametrize(
    "text",
    [
        f"title: {'word ' * 99}word",
        f"title: t\nnote: {LETTERS}",
        f"title: t\nnote: see {'x' * 150}-{'y' * 150}/{'z' * 150} there",
        f"title: t\nnote: https://example.org/?id={'x' * 1970}",
        f"title: t\nnote: '[paper](https://example.org/{'x' * 900})'",
        f"title: t\nnote: {'会議の記録' * 300}",
        f"title: t\nnote: {'_' * 300}",
        f"title: t\nnote: {WORDS[: limits.TEXT.maximum - 1]}",
        f"title: t\nsee_also: [{', '.join(['A02'] * 5000)}]",
    ],
)
def test_a_value_within_the_limits_is_read(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, f"id: A01\n{text}\n").problems == ()


TOO_LONG = [
    (f"title: {'word ' * 100}words", "S122", "title", "This title has 505 characters. A title has at most 500."),
    (
        f"title: t\nnote: an {LETTERS}a",
        "S123",
        "note",
        f"“{LETTERS[:39]}…” is a word of 201 characters. A word has at most 200, and a web address 2,000.",
    ),
    (
        f"title: t\nnote: {ADDRESS}",
        "S123",
        "note",
        f"“{ADDRESS[:39]}…” is a word of 2,004 characters. A word has at most 200, and a web address 2,000.",
    ),
    (
        "title: t\nnote: e" + "\u0301" * 400,
        "S123",
        "note",
        "“e" + "\u0301" * 38 + "…” is a word of 401 characters. A word has at most 200, and a web address 2,000.",
    ),
    (f"title: t\nnote: {WORDS}word", "S124", "note", "This text has 100,004 characters. A text has at most 100,000."),
    (
        f"title: t\nsee_also: [{', '.join(['A02'] * 5001)}]",
        "S125",
        "see_also",
        "This has 5,001 entries. A list has at most 5,000.",
    ),
    (
        "title: t\nas_published:\n" + "".join(f"  n{number}: x\n" for number in range(5001)),
        "S125",
        "as_published",
        "This has 5,001 entries. A list has at most 5,000.",
    ),
    (
        "title: t\nupdates: [" + ", ".join(["{date: 2023-01-01, text: x}"] * 5001) + "]",
        "S125",
        "updates",
        "This has 5,001 entries. A list has at most 5,000.",
    ),
]


@pytest.mark.parametrize(("text", "code", "field", "message"), TOO_LONG)
def test_a_longer_value_is_an_error_and_costs_its_field(
    tmp_path: Path, text: str, code: str, field: str, message: str
) -> None:
    loaded = load(tmp_path, f"id: A01\nstatus: in_progress\n{text}\n")
    assert summarise(loaded.problems) == [(code, field, message)]
    located = add_locations(tmp_path, loaded.problems)
    assert all(problem.location and problem.fix for problem in located)
    assert loaded.register.by_id["A01"].model_fields_set >= {"status"}
    lenient = load_register_from(FolderSource(tmp_path), validate_file_leniently)
    assert summarise(lenient.problems) == [(code, field, message)]


@pytest.mark.parametrize("length", [61, 1_000_000])
def test_a_long_id_is_refused(tmp_path: Path, length: int) -> None:
    loaded = load(tmp_path, f"id: A{'0' * (length - 1)}\ntitle: t\n")
    assert ("S121", "id", f"This id has {length:,} characters. An id has at most 60.") in summarise(loaded.problems)


def test_a_long_glossary_is_refused(tmp_path: Path) -> None:
    glossary = "".join(f"  W{number}: word\n" for number in range(5001))
    loaded = load(tmp_path, "id: A01\ntitle: t\n", f"title: t\nglossary:\n{glossary}")
    assert summarise(loaded.problems) == [("S125", "glossary", "This has 5,001 entries. A list has at most 5,000.")]


def test_the_errors_of_a_file_are_counted_from_the_hundredth_on(tmp_path: Path) -> None:
    unknown = "".join(f"k{number}: x\n" for number in range(150))
    problems = load(tmp_path, f"id: A01\ntitle: t\n{unknown}status: perhaps\n").problems
    codes = [problem.code for problem in problems]
    assert (codes.count("S101"), codes.count("S108"), codes[-1]) == (99, 1, "S126")
    assert problems[-1].message == "This file has 51 more errors, which are not shown."


def _texts(size: int) -> Iterator[str]:
    yield "".join(f"k{number}: x\n" for number in range(size))
    yield f"see_also: [{', '.join(f'A{number}' for number in range(size))}]\n"
    yield f"note: {'a' * size * 10}\n"


@pytest.mark.parametrize("index", range(3))
def test_a_file_beyond_the_limits_takes_no_longer_than_its_length(tmp_path: Path, index: int) -> None:
    seconds = []
    for size in (5_000, 20_000):
        text = list(_texts(size))[index]
        start = process_time()
        load(tmp_path, f"id: A01\ntitle: t\n{text}")
        seconds.append(process_time() - start)
    assert seconds[1] < 8 * seconds[0] + 0.1
