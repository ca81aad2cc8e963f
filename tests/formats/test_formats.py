"""The table of formats."""

from __future__ import annotations

import pytest

from p2ptrack.formats import FORMATS, QUERY_FORMATS
from tests.formats.sample import PAPER, PROGRESS, query
from tests.papers.builders import PACKAGED_OPTIONS


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_a_paper(name: str) -> None:
    data = FORMATS[name].write(PAPER, PACKAGED_OPTIONS)
    assert FORMATS[name].binary == (b"\x00" in data)


@pytest.mark.parametrize("name", QUERY_FORMATS)
def test_formats_of_queries_are_text_for_a_terminal(name: str) -> None:
    assert not FORMATS[name].binary
    assert FORMATS[name].write(query(PROGRESS), PACKAGED_OPTIONS).decode().endswith("\n")


def test_queries_are_text_unless_another_format_is_given() -> None:
    assert QUERY_FORMATS[0] == "text"
