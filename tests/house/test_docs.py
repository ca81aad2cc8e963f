from __future__ import annotations

import re

import pytest

from tests.house.tree import text
from tools.docs import DOCS, PAGES, problems


def test_there_are_generated_pages() -> None:
    assert {"dates.md", "problems.md"} <= set(PAGES)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_says_what_the_code_does(name: str) -> None:
    assert text(DOCS / name) == PAGES[name](), "run make docs"


def test_no_code_means_two_things() -> None:
    codes = re.findall(r"^### (\S+)", problems(), re.MULTILINE)
    assert len(codes) > 50
    assert sorted(codes) == sorted(set(codes))
