"""Two names that one value has, because a dash or a comma was forgotten."""

from __future__ import annotations

import pytest

from p2ptrack.diagnostics import Severity
from p2ptrack.store import yaml
from tests.messages.test_fixes import paste

PATH = "data/actions/A01.yaml"
HEAD = "id: A01\ntitle: Review\n"


@pytest.mark.parametrize(
    ("text", "line", "value"),
    [
        ("supporting:\n  - Head of Audit\n    City Solicitor\n", 5, ["Head of Audit", "City Solicitor"]),
        ("supporting:\n- Head of Audit\n- City Solicitor\n  Chief\n", 6, ["Head of Audit", "City Solicitor", "Chief"]),
        ("supporting:\n  # both\n  - Head of Audit\n    City\n", 6, ["Head of Audit", "City"]),
        ("accountable:\n  Head of Audit\n  City Solicitor\n", 5, ["Head of Audit", "City Solicitor"]),
        ("accountable: Head of Audit\n  City Solicitor\n", 4, ["Head of Audit", "City Solicitor"]),
        ("supporting: [Head of Audit\n  City, Chief]\n", 4, ["Head of Audit", "City", "Chief"]),
    ],
)
def test_a_name_over_two_lines_is_a_warning(text: str, line: int, value: list[str]) -> None:
    (problem,) = yaml.read((HEAD + text).encode(), PATH).problems
    assert (problem.code, problem.severity) == ("Y162", Severity.WARNING)
    assert problem.location is not None
    assert problem.location.line == line
    lines = (HEAD + text).split("\n")
    block = problem.fix.split("\n", 1)[1]
    first = line - len(block.split("\n")) if not block.startswith(("acc", "sup")) else 3
    repaired = "\n".join([*lines[: first if block[0] in " -" else 2], block, *lines[line:]])
    again = yaml.read(repaired.encode(), PATH)
    assert again.problems == ()
    assert again.value is not None
    assert next(again.value[name] for name in ("accountable", "supporting") if name in again.value) == value


@pytest.mark.parametrize(
    "text",
    [
        "supporting:\n  - Head of Audit\n  - City Solicitor\n",
        "accountable: Head of Audit\n",
        "supporting: [Head of Audit,\n  City Solicitor]\n",
        "supporting:\n  [Head of Audit, City]\n",
        "updates:\n  - text: All the work\n      is on two lines\n",
        "asks:\n  - note the\n    progress\n",
        "accountable: >-\n  Head of\n  Audit\n",
    ],
)
def test_other_values_may_have_several_lines(text: str) -> None:
    assert yaml.read((HEAD + text).encode(), PATH).problems == ()


def test_a_line_in_the_column_of_a_dash_may_be_an_entry() -> None:
    text = f"{HEAD}supporting:\n  - Head of Audit\n  City Solicitor\n"
    (problem,) = yaml.read(text.encode(), PATH).problems
    assert problem.fix == "If this is the next entry of the list, put a dash before it:\n  - City Solicitor"
    assert yaml.read(paste(text, problem).encode(), PATH).problems == ()
