"""A report without any code for exemptions: it prints the texts of records as they are."""

from __future__ import annotations

from p2ptrack.model.records import TrackedRecord
from p2ptrack.reports import Report
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import (
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Prose,
    Row,
    Section,
    Table,
    make_paragraph,
)
from tests.papers.builders import document_of

PLAIN = Report("plain", "Plain", "tests.publication.plain_report:plain_report")


def plain_report(context: PaperContext) -> Document:
    records = context.register.tracked_records()
    first = records[0]
    return document_of(
        Section("table", "Table", (build_table(records),)),
        Section("paragraphs", "Paragraphs", tuple(make_paragraph(f"{r.title}: {r.agreed_action}.") for r in records)),
        Section("list", "List", (Bullets(tuple((make_paragraph(r.title),) for r in records)),)),
        Section("evidence", "Evidence", tuple(make_paragraph(list_evidence(r)) for r in records)),
        Section("facts", "Facts", (Facts(tuple(Fact(r.id, r.agreed_action) for r in records)),)),
        Section("prose", "Prose", tuple(Prose(r.agreed_action or "") for r in records)),
        Section("joined", "Joined", (make_paragraph("; ".join(r.title for r in records)),)),
        Section("heading", f"About {first.title}", (make_paragraph("Cut: ", f"{first.agreed_action}"[:-4]),)),
    )


def list_evidence(record: TrackedRecord) -> str:
    return ", ".join(item.title or "" for item in record.evidence)


def build_table(records: tuple[TrackedRecord, ...]) -> Table:
    keys = ("id", "title", "action", "target")
    columns = tuple(Column(key, key.capitalize(), header=key == "id") for key in keys)
    rows = (Row((Cell(r.id), Cell(r.title), Cell(r.agreed_action), Cell(r.target))) for r in records)
    return Table("records", "Records", columns, tuple(rows))
