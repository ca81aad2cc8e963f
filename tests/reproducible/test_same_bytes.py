"""The same commit and the same day give the same bytes again in another folder, another time zone, another locale.

The papers' dates are the day they are judged on, so neither the clock nor SOURCE_DATE_EPOCH is asked.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from p2ptrack.reports import REPORTS
from tests.git.builders import git
from tests.reproducible.builders import EVERY_FORMAT, HERE, OTHER, make_papers, register


def different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return [name for name, content in one.items() if content != other[name]]


@pytest.mark.slow
@pytest.mark.parametrize("formats", EVERY_FORMAT)
def test_every_report_in_every_format_is_the_same_in_other_environments(
    tmp_path: Path, formats: tuple[str, ...]
) -> None:
    here, other = register(tmp_path / HERE.folder), tmp_path / "far" / OTHER.folder
    git(tmp_path, "clone", "--quiet", str(here), str(other))
    first = make_papers(here, formats, HERE, tmp_path / "first")
    assert set(first) == {f"{report}.{format_}" for report in REPORTS for format_ in formats}
    # The register has no exemptions, so that the table of that report is empty.
    assert [name for name, content in first.items() if len(content) < 100] in ([], ["exemptions-report.csv"])
    assert [name for name, content in first.items() if os.fsencode(tmp_path) in content] == []
    assert different(first, make_papers(other, formats, OTHER, tmp_path / "second")) == []
