"""Tables in Chromium's accessibility tree: the same on a phone as on a desktop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.papers import PAPERS, Name
from tests.browser.screens import Screen

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page


pytestmark = pytest.mark.papers

Node = Mapping[str, Any]
Rows = list[list[tuple[str, str]]]
NARROWER = {True: (320, 768), False: (320,)}
"""Widths to compare with a desktop's, for the shipped register and for the others."""
CELLS = {"cell", "gridcell", "columnheader", "rowheader"}


class Tree:
    """The accessibility tree of a page."""

    def __init__(self, session: CDPSession) -> None:
        nodes: list[Node] = session.send("Accessibility.getFullAXTree")["nodes"]
        self.root, self.nodes = nodes[0], {node["nodeId"]: node for node in nodes}

    def tables(self) -> dict[str, Rows]:
        """Return the rows of every table by its name. A cell is its role and text."""
        tables = self.within(self.root, {"table"})
        return {name(table): [self.row(row) for row in self.within(table, {"row"})] for table in tables}

    def row(self, row: Node) -> list[tuple[str, str]]:
        return [(role_of(cell), self.words(cell)) for cell in self.within(row, CELLS)]

    def words(self, node: Node) -> str:
        return " ".join(" ".join(name(text) for text in self.within(node, {"StaticText", "image"})).split())

    def within(self, node: Node, roles: set[str]) -> Iterator[Node]:
        for child in (self.nodes[one] for one in node.get("childIds", ()) if one in self.nodes):
            if role_of(child) in roles:
                yield child
            else:
                yield from self.within(child, roles)


def role_of(node: Node) -> str:
    return "" if node.get("ignored") else str(node["role"]["value"])


def name(node: Node) -> str:
    return str(node.get("name", {}).get("value", ""))


def read_tables(page: Page, screen: Screen) -> dict[str, Rows]:
    screen.show(page)
    session = page.context.new_cdp_session(page)
    tables = Tree(session).tables()
    session.detach()
    return tables


@pytest.mark.parametrize("paper_name", PAPERS, ids=" ".join)
def test_every_cell_has_its_heading_at_every_width(page: Page, paper: Callable[[Name], Path], paper_name: Name) -> None:
    page.goto(paper(paper_name).as_uri())
    captions = [" ".join(text.split()) for text in page.locator("table > caption").all_inner_texts()]
    desk = read_tables(page, Screen(1280))
    assert [caption for caption in desk if caption] == captions  # a table in a text has none
    for rows in desk.values():
        heads, *others = rows
        assert {role for role, _ in heads} == {"columnheader"}
        assert [row for row in others if len(row) not in {1, len(heads)}] == []
        assert {role for row in others for role, _ in row} <= {"cell", "gridcell", "rowheader"}
    assert [width for width in NARROWER[paper_name[0] == "seed"] if read_tables(page, Screen(width)) != desk] == []


def test_the_grid_has_the_expected_cells(page: Page, paper: Callable[[Name], Path]) -> None:
    page.goto(paper(("seed", "action-plan")).as_uri())
    (grid,) = (rows for caption, rows in read_tables(page, Screen(320)).items() if caption.startswith("Actions: 33"))
    heads = [words for _, words in grid[0]]
    assert heads == ["Recommendation", "CBT Phase 1", "CBT Phase 2"]
    assert grid[1] == [("rowheader", "Strategic value (R1)*")]
    first = dict(zip(heads, grid[2], strict=True))
    assert first["Recommendation"][1].startswith("More energy and resources")
    assert first[heads[1]][1].startswith("Review contracts register to update contacts and budgets")
    assert "Review and simplify CPRs" in first[heads[2]][1]
