"""The list of exemptions has the columns that exemptions have."""

from __future__ import annotations

import pytest

from p2ptrack.queries.list import ListOptions, build_list
from p2ptrack.reports.document import Table
from tests.support import case_of


@pytest.mark.parametrize("words", [("exemptions",), ("kind:exemption",), ("value.over:1", "kind:Exemptions")])
def test_a_list_of_exemptions_alone_has_their_columns(words: tuple[str, ...]) -> None:
    case = case_of("id: E01\ntype: waiver\nvalue: £48,000\nsupplier: Example Care Ltd\napproved_on: 2022-05-04\n")
    document = build_list(case, ListOptions(words))
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert [column.key for column in table.columns] == ["id", "title", "type", "value", "supplier", "approved_on"]
    (row,) = table.rows
    assert [str(cell.content) for cell in row.cells[:4]] == ["E01", "Waiver E01", "Waiver", "£48,000"]
