"""Attributes of cells in Word, Excel, CSV and web pages beyond their text, and how the command uses them."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.comments import Comment

from p2ptrack.imports.files import read_grids
from p2ptrack.imports.xlsx_reader import format_cell_value
from p2ptrack.store.yaml import read
from tests.command import ROOT
from tests.imports.test_import import files, import_, records, register
from tests.imports.writers import write_csv, write_docx

__all__ = ["register"]
HEADER = ("LGA Recommendation", "Action", "Owner", "Target date", "Update")


def make_document() -> Any:
    document = docx.Document()
    table = document.add_table(rows=1, cols=len(HEADER))
    for cell, text in zip(table.rows[0].cells, HEADER, strict=True):
        cell.text = text
    return document, table


def add_row(table: Any, *texts: str) -> Any:
    cells = table.add_row().cells
    for cell, text in zip(cells, texts, strict=True):
        cell.text = text
    return cells


def save(document: Any, path: Path) -> None:
    stream = BytesIO()
    document.save(stream)
    path.write_bytes(stream.getvalue())


def test_word_merged_cells_give_their_value_to_each_row(register: Path) -> None:
    document, table = make_document()
    group = add_row(table, "Phase one work", "", "", "", "")
    group[0].merge(group[4])
    first = add_row(table, "Rec A.", "Do 1.", "Head of IT", "Mar-24", "13.09.2023: begun\n14.10.2023: more")
    second = add_row(table, "", "Do 2.", "Head of IT and Head of HR", "30 June 2024", "")
    first[0].merge(second[0])
    save(document, register / "t.docx")
    assert import_(register, "t.docx").code == 0
    assert [record["origin_text"] for record in records(register, "recommendations")] == ["Rec A.\n"]
    one, two = records(register, "actions")
    assert one["recommendations"] == two["recommendations"] == ["R1"]
    assert one["as_published"] == {"Section": "Phase one work"}
    assert one["updates"] == [{"date": "13.09.2023", "text": "begun\n"}, {"date": "14.10.2023", "text": "more\n"}]
    assert two["accountable"] == ["Head of IT", "Head of HR"]


def test_word_numbers_bullets_strikes_and_tracked_changes_count(register: Path) -> None:
    document, table = make_document()
    numbered = add_row(table, "Rec B.", "", "Head of HR", "Mar-24\nApr-24", "")
    numbered[1].paragraphs[0].text = "First thing"
    numbered[1].paragraphs[0].style = document.styles["List Number"]
    numbered[1].add_paragraph("Second thing", style="List Number")
    bullets = add_row(table, "Rec C.", "Intro:", "Head of HR", "", "")
    bullets[1].add_paragraph("one", style="List Bullet")
    bullets[1].add_paragraph("two", style="List Bullet")
    bullets[3].paragraphs[0].add_run("30/06/2025").font.strike = True
    bullets[3].paragraphs[0].add_run("30/09/2025")
    tracked = add_row(table, "Rec D.", "", "Head of HR", "", "")
    paragraph = tracked[1].paragraphs[0]
    for name, text in (("ins", "t"), ("del", "delText")):
        words = f'<w:r><w:{text} xml:space="preserve">{name} words </w:{text}></w:r>'
        paragraph._p.append(parse_xml(f'<w:{name} {nsdecls("w")} w:id="1" w:author="a">{words}</w:{name}>'))
    document.add_comment(paragraph.add_run("kept."), text="A remark", author="A")
    inner = tracked[4].add_table(rows=1, cols=2)
    inner.rows[0].cells[0].text = "inner"
    save(document, register / "t.docx")
    result = import_(register, "t.docx")
    assert result.code == 0
    actions = records(register, "actions")
    assert [(record["origin_text"], record.get("target")) for record in actions] == [
        ("1. First thing\n", "Mar-24"),
        ("2. Second thing\n", "Apr-24"),
        ("Intro:\n\n- one\n- two\n", "30/09/2025"),
        ("ins words kept.\n", None),
    ]
    assert actions[0]["inferred"] == ["title", "accountable"]
    assert actions[2]["revisions"] == [{"from": "30/06/2025", "to": "30/09/2025"}]
    for line in ("1 insertion counted, 1 deletion left out", "table 1, row 4, Action: A remark", "inner"):
        assert line in result.out
    assert not any(b"A remark" in data for path, data in files(register).items() if path.suffix == ".yaml")


def test_a_formula_that_shows_nothing_has_a_stored_value(register: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    for row in (["Action", "Owner", "Days"], ["Do A.", "Head of IT", '=IF(1,"","")'], ["Do B.", "Head of IT", "=1+1"]):
        sheet.append(row)
    workbook.save(register / "plain.xlsx")
    with ZipFile(register / "plain.xlsx") as source, ZipFile(register / "t.xlsx", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'<c r="C2"', b'<c r="C2" t="str"'))
    result = import_(register, "t.xlsx")
    assert "1 formula without a stored value (C3)" in result.out


def test_excel_cells_are_read_as_they_are_shown(register: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.append(["My tracker"])
    sheet.append(["Ref", "Action", "TARGET", None, "Share", "Progress", "Secret"])
    sheet.append([None, None, "DATE", "REVISED DATE"])
    for merged in ("C2:D2", "A2:A3", "B2:B3"):
        sheet.merge_cells(merged)
    sheet.append([4.1, "Do A.", date(2014, 3, 1), date(2014, 4, 1), 0.25, "=1+1", "s1"])
    for place, number_format in {"A4": "0.00", "C4": "mmm-yy", "D4": "dd/mm/yyyy", "E4": "0%"}.items():
        sheet[place].number_format = number_format
    sheet["B4"].comment = Comment("A remark", "A")
    sheet.append([4.2, "Do B.", datetime.fromisoformat("2014-03-01"), None, None, "ok_x000D_then", "s2"])
    sheet.row_dimensions[5].hidden = True
    sheet.append(["Completed since October"])
    sheet.append([5, "Do C.", "On-going", None, None, "the councilâ€™s"])
    sheet.append(["Total", None, None, None, 3])
    sheet.column_dimensions["G"].hidden = True
    workbook.create_sheet("Notes").sheet_state = "hidden"
    workbook.save(register / "t.xlsx")
    result = import_(register, "t.xlsx", "--source", "w")
    assert (result.code, result.err) == (0, "")
    first, second, third = records(register, "actions")
    assert (first["source"]["ref"], first["as_published"]) == ("4.10", {"Share": "25%"})
    assert (first["target"], first["revisions"]) == ("01/04/2014", [{"from": "Mar-14", "to": "01/04/2014"}])
    assert (second["target"], second["updates"][0]["text"]) == ("01/03/2014", "ok\n\nthen\n")
    assert (third["status"], third["updates"][0]["text"]) == ("complete", "the council’s\n")
    assert third["inferred"] == ["title", "status"]
    for line in (
        "1 formula without a stored value (F4)",
        "Hidden in the file but imported: Sheet, row 5.",
        "Sheet, hidden column: Secret",
        "Notes: a hidden worksheet",
        "Sheet, row 1, above the header: My tracker",
        "Sheet, row 8, a total: Total | 3",
        "Sheet, row 4, Action: A remark",
    ):
        assert line in result.out
    assert not any(b"s1" in data for path, data in files(register).items() if path.suffix == ".yaml")


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (4.1, "0.00", "4.10"),
        (4.1, "General", "4.1"),
        (7, "000", "007"),
        (1234567, "#,##0", "1,234,567"),
        (48000, '"£"#,##0.00', "£48,000.00"),
        (0.125, "0.0%", "12.5%"),
        (True, "General", "TRUE"),
        (date(2024, 3, 5), "mm-dd-yy", "05/03/2024"),
        (date(2024, 3, 5), "d mmmm yyyy", "5 March 2024"),
        (date(2024, 3, 5), "[$-809]dd/mm/yy;@", "05/03/24"),
        (date(2024, 3, 5), "mmm-yy", "Mar-24"),
        (datetime.fromisoformat("2024-03-05T12:00"), "dd/mm/yyyy hh:mm", "05/03/2024"),
        (None, "General", ""),
    ],
)
def test_a_value_is_shown_by_its_number_format(value: Any, number_format: str, expected: str) -> None:
    assert format_cell_value(value, number_format) == expected


ROWS = [["Ref", "Action", "Due"], ["1", "Café “x”; y", "Mar-24"], ["2", "Two\nlines", "Apr-24"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_each_encoding_and_with_each_separator(encoding: str, delimiter: str) -> None:
    data = write_csv(ROWS, delimiter).decode().encode(encoding)
    (grid,) = read_grids(data, "t.csv").grids
    assert [[list(cell.lines) for cell in row.cells] for row in grid.rows] == [
        [["Ref"], ["Action"], ["Due"]],
        [["1"], ["Café “x”; y"], ["Mar-24"]],
        [["2"], ["Two", "lines"], ["Apr-24"]],
    ]


PAGE = b"""<html><meta charset="windows-1252"><table><tr><td><table><tr><th>Ref<th>Action<th>Update
<tr><td rowspan=2>1<td>First<br>line<ul><li>one<li>two</ul><td>Work goes on... <a href=x>Read more</a>
<tr><td colspan=2>caf\xe9</table></td></tr></table>"""


def test_web_pages_are_read_with_spans_lists_and_link_words() -> None:
    outer, inner = read_grids(PAGE, "t.html").grids
    assert "layout table" in outer.skip_reason
    assert [[cell.text for cell in row.cells] for row in inner.rows] == [
        ["Ref", "Action", "Update"],
        ["1", "First\n\nline\n\n- one\n- two", "Work goes on..."],
        ["1", "café", "café"],
    ]
    assert inner.rows[1].cells[2].is_truncated


def seed_records(folder: str) -> list[Any]:
    return [read(path.read_bytes(), path.name).value for path in sorted((ROOT / "data" / folder).glob("*.yaml"))]


def flat(text: Any) -> str:
    return " ".join(str(text).split())


def test_the_follow_ups_of_the_demonstration_come_back_from_a_word_table(register: Path) -> None:
    rows = [
        ["Activity Area", "Report Ref.", "Actions from Audit Committee 17.10.2022", "Progress Update 12.01.2023",
         "Target for Delivery"]
    ]  # fmt: skip
    expected = []
    for record in seed_records("audit_followups"):
        text = flat(record["origin_text"])
        updates = [flat(update["text"]) for update in record.get("updates", []) if "text" in update]
        target = record.get("target", "")
        target = target["raw"] if isinstance(target, dict) else target
        rows.append([record["area"], record["report_refs"][0], text, updates[0] if updates else "", target])
        expected.append((record["area"], record["report_refs"], text, updates[:1], target, record["raised"]))
    (register / "t.docx").write_bytes(write_docx(rows))
    assert import_(register, "t.docx", "--source", "pcc").code == 0
    assert expected == [
        (
            record["area"],
            record["report_refs"],
            flat(record["origin_text"]),
            [flat(update["text"]) for update in record.get("updates", [])],
            record.get("target", ""),
            record["raised"][0],
        )
        for record in records(register, "audit_followups")
    ]
    assert {
        update["date"] for record in records(register, "audit_followups") for update in record.get("updates", [])
    } == {"12.01.2023"}


def test_the_action_plan_of_the_demonstration_comes_back_from_a_word_table(register: Path) -> None:
    texts = {record["id"]: flat(record["origin_text"]) for record in seed_records("recommendations")}
    actions = sorted(seed_records("actions"), key=lambda record: str(record["recommendations"]))
    rows = [["LGA Recommendation", "Action", "Phase"]]
    for record in actions:
        answered = record["recommendations"]
        first = answered if isinstance(answered, str) else answered[0]
        rows.append([texts[first.partition(".")[0]], flat(record.get("origin_text", record["title"])), record["phase"]])
    (register / "t.docx").write_bytes(write_docx(rows))
    assert import_(register, "t.docx").code == 0
    ids = {record["id"]: flat(record["origin_text"]) for record in records(register, "recommendations")}
    assert len(ids) == len({row[0] for row in rows[1:]})
    imported = [
        [ids[record["recommendations"][0]], flat(record["origin_text"]), record["as_published"]["Phase"]]
        for record in records(register, "actions")
    ]
    assert imported == rows[1:]


PHASES = {
    "P1": "CBT Phase 1 (Sept 21 – Sept 22)\nReadiness/discovery",
    "P2": "CBT Phase 2 (Sept 22 – Sept 23)\nCommence working with a Transformation Partner / Tech Design",
    "P3": "CBT Phase 3 (Sept 23 – Sept 24)",
}


@pytest.mark.parametrize("has_phases", [True, False])
def test_the_phase_grid_of_the_demonstration_comes_back_from_a_word_table(register: Path, has_phases: bool) -> None:
    if has_phases:
        programme = (ROOT / "data/programme.yaml").read_text(encoding="utf-8").partition("expects:")[0]
        (register / "data/programme.yaml").write_text(programme, encoding="utf-8")
    document: Any = docx.Document()
    table = document.add_table(rows=1, cols=4)
    for cell, text in zip(table.rows[0].cells, ("LGA Recommendations", *PHASES.values()), strict=True):
        cell.text = text
    expected = []
    for recommendation in seed_records("recommendations"):
        answers = [
            action for action in seed_records("actions") if recommendation["id"] in str(action["recommendations"])
        ]
        first = len(table.rows)
        for action in answers:
            text = flat(action.get("origin_text", action["title"]))
            add_row(table, "", *[text if phase == action["phase"] else "" for phase in PHASES])
            phase = action["phase"] if has_phases else flat(PHASES[action["phase"]])
            expected.append((flat(recommendation["origin_text"]), text, phase))
        cell = table.rows[first].cells[0].merge(table.rows[len(table.rows) - 1].cells[0])
        cell.text = flat(recommendation["origin_text"])
    save(document, register / "t.docx")
    assert import_(register, "t.docx", "--source", "plan").code == 0
    texts = {record["id"]: flat(record["origin_text"]) for record in records(register, "recommendations")}
    assert len(texts) == 9
    assert expected == [
        (
            texts[record["recommendations"][0]],
            flat(record["origin_text"]),
            record["phase"] if has_phases else flat(record["as_published"]["Phase"]),
        )
        for record in records(register, "actions")
    ]


def test_a_stray_cell_far_away_costs_nothing(register: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.append(["Action", "Owner"])
    sheet.append(["Do it.", "Clerk"])
    sheet["XFD1048576"] = "stray"
    workbook.save(register / "t.xlsx")
    result = import_(register, "t.xlsx")
    assert (result.code, len(records(register, "actions"))) == (0, 1)
    assert "The worksheet “Sheet” has 1 cell beyond column 500, not read." in result.out
