"""Small documents with every sort of block."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from p2ptrack.formats import FORMATS
from p2ptrack.model.dates import CouncilDate, parse_date
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    FormatOptions,
    Notice,
    Prose,
    Provenance,
    Ref,
    Row,
    Section,
    Star,
    Strong,
    Table,
    make_paragraph,
)
from p2ptrack.store.templates import PACKAGED, load_wording

DAY = date(2023, 1, 12)


def when(raw: str) -> CouncilDate:
    parsed = parse_date(raw)
    assert isinstance(parsed, CouncilDate)
    return parsed


COLUMNS = (
    Column("id", "Id", width="narrow", header=True),
    Column("title", "What", width="wide"),
    Column("target", "Target"),
    Column("days", "Days", "right", "narrow"),
)
TABLE = Table(
    "due",
    "Due: 2",
    COLUMNS,
    (
        Row((Cell("F03"), Cell("Make social value mainstream"), Cell(when("Jan-23"), starred=True), Cell(19))),
        Row((Cell("F06"), Cell("Hold officers to account for sign-off of contracts"), Cell(DAY), Cell(0))),
    ),
)
COUNTS = Facts(
    (
        Fact("Overdue", 0, ("none is past",)),
        Fact("Due within 30 days", 12, ("F03 F06",), lines=(("and ten more",),)),
    ),
    role="counts",
)
PROGRESS = Table(
    "progress",
    "Progress",
    (Column("what", "", width="wide", header=True), Column("all", "All", "right", "narrow")),
    (
        Row((Cell("R1 Strategic value"), Cell(8))),
        Row((Cell("All actions"), Cell(33)), role="total"),
        Row((Cell("Governance 8, Audit 1"), Cell()), role="detail"),
    ),
)


def query(*blocks: Block, title: str = "Overdue", data: Mapping[str, Any] | None = None) -> Document:
    contract = data or {"schema_version": 1, "as_of": "2023-01-12"}
    return Document("overdue", title, DAY, blocks, meta=(Fact("Position at", DAY),), data=contract)


PAPER = Document(
    "action-plan",
    "Appendix 1: Review",
    DAY,
    (
        Section(
            "overview",
            "Overview",
            (
                Prose("A **bold** word,\nand a list:\n\n- one\n  more\n- two"),
                make_paragraph("Told of ", Ref("A01", "A01 Register"), ", ", Strong("urgent"), Star()),
                Bullets(((make_paragraph("First"), Prose("with more")), (make_paragraph("Second"),)), ordered=True),
                Facts(
                    (Fact("Owner", "Head of Procurement"), Fact("Target", when("early 2023/24"), ("as we read it",)))
                ),
                Notice((make_paragraph("Mind the gap"),)),
                Section("inner", "Inner", (make_paragraph("Deep"),)),
            ),
        ),
        Section("grid", "Grid", (TABLE,)),
    ),
    heading=("Audit Committee",),
    meta=(Fact("Position at", DAY),),
    notice="Demonstration",
    draft="Draft",
    provenance=Provenance("0.1.0", DAY, "abc1234", modified=True),
)


WORDING = load_wording((PACKAGED,))


def written(name: str, document: Document, width: int = 80, *, colour: bool = False) -> str:
    return FORMATS[name].write(document, FormatOptions(width=width, colour=colour, wording=WORDING)).decode("utf-8")
