"""The kinds of record, and a small register that uses every field."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.diagnostics import Severity
from p2ptrack.model.kinds import KINDS, Kind, kind_of
from p2ptrack.pipeline import run_checks
from tests.diagnostics import load_register
from tests.support import THE_DAY

EXAMPLE = Path(__file__).parent / "example"
_MISSING_IDS = ("A01", "A29", "A32", "F08", "F11", "F13", "R1", "R2", "R7")


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("action", "action"), ("Actions", "action"), (" recommendation ", "recommendation"), ("follow-up", "follow_up"),
        ("follow_up", "follow_up"), ("Follow ups", "follow_up"), ("followups", "follow_up"), ("FOLLOWUP", "follow_up"),
        ("audit_followups", "follow_up"), ("act", None), ("", None),
    ],
)  # fmt: skip
def test_a_kind_is_found_by_the_words_that_people_use(word: str, name: str | None) -> None:
    kind = KINDS.find(word)
    assert (kind.name if kind else None) == name


def test_the_example_has_no_problem() -> None:
    loaded = load_register(EXAMPLE)
    assert loaded.has_programme
    assert loaded.problems == ()
    assert (loaded.register.file_count, len(loaded.register.records)) == (9, 9)
    assert loaded.register.broken_ids == frozenset()
    assert sorted(loaded.register.paths.values()) == sorted(
        file.relative_to(EXAMPLE).as_posix() for file in EXAMPLE.rglob("*.yaml") if file.name != "programme.yaml"
    )


def test_links_out_of_the_example_are_its_only_errors() -> None:
    errors = [problem for problem in run_checks(EXAMPLE, THE_DAY).problems if problem.severity is Severity.ERROR]
    assert len(errors) > 5
    assert {problem.code for problem in errors} == {"L101"}
    assert {id_ for problem in errors for id_ in _MISSING_IDS if id_ in problem.message} == set(_MISSING_IDS)


@pytest.mark.parametrize("kind", KINDS.members, ids=lambda kind: kind.name)
def test_a_record_needs_an_id_and_a_title_only(kind: Kind) -> None:
    record = kind.model(id=kind.example_id, title="x")
    assert kind_of(record) is kind
    assert {name for name, value in record if value not in (None, (), {})} == {"id", "title"}
