"""Registers of twelve kinds of public body: nothing to wave away in sound ones, and each planted fault at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.pipeline import run_checks
from tests.rules.bodies import (
    AS_OF,
    BODIES,
    FAULTS,
    FAULTS_PER_BODY,
    Body,
    Record,
    format_files,
    inject_faults,
    make_register,
)
from tests.support import write_register


def list_findings(folder: Path, body: Body, records: dict[str, Record]) -> list[tuple[str, str, int]]:
    files, programme = format_files(body, records)
    problems = run_checks(write_register(folder, files, programme), AS_OF).problems
    return sorted(
        (Path(problem.path).stem, problem.code, problem.location.line if problem.location else 1)
        for problem in problems
    )


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name)
def test_a_sound_register_has_nothing_to_wave_away(tmp_path: Path, body: Body) -> None:
    assert list_findings(tmp_path, body, make_register(body)) == []


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name)
def test_each_planted_fault_is_found_at_its_line_and_nothing_else(tmp_path: Path, body: Body) -> None:
    records = make_register(body)
    expected = inject_faults(body, records)
    assert len(expected) == FAULTS_PER_BODY
    assert list_findings(tmp_path, body, records) == sorted(expected)


def test_every_fault_is_planted_somewhere() -> None:
    injected = {code for body in BODIES for _, code, _ in inject_faults(body, make_register(body))}
    assert injected == {fault.code for fault in FAULTS}
