"""What other programs read: CSV with the same columns whatever the data, and what an answer lacks in every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.pipeline import open_case
from p2ptrack.queries.list import ListOptions, build_list
from p2ptrack.queries.overdue import OverdueOptions, build_overdue
from p2ptrack.queries.show import build_show
from p2ptrack.queries.status import build_status
from p2ptrack.reports.document import Document
from tests.formats.sample import written
from tests.support import case_of, write_register

LATE = "{id: A01, title: Late, target: 31 January 2023, inferred: [target]}"
DUE = "{id: A02, title: Due, target: 10 March 2023}"
HEADER = "\ufeffid,title,target,days_overdue,days_to_target,times_moved,accountable,inferred,exempt"


@pytest.mark.parametrize("within", [None, 0, 400])
@pytest.mark.parametrize("records", [(), (LATE,), (DUE,), (LATE, DUE), ("{id: A03, title: Closed, status: verified}",)])
def test_the_columns_of_overdue_never_change(within: int | None, records: tuple[str, ...]) -> None:
    document = build_overdue(case_of(*records, as_of=date(2023, 2, 5)), OverdueOptions(within))
    assert written("csv", document).splitlines()[0] == HEADER


@pytest.mark.parametrize("day", [date(2023, 1, 31), date(2023, 2, 5), date(2023, 3, 11)])
def test_a_number_of_days_has_one_meaning(day: date) -> None:
    document = build_overdue(case_of(LATE, DUE, as_of=day), OverdueOptions(400))
    rows = dict(line.split(",", 1) for line in written("csv", document).splitlines()[1:])
    late, due = (date(2023, 1, 31) - day).days, (date(2023, 3, 10) - day).days
    assert rows["A01"] == f"Late,31 January 2023,{max(0, -late)},{late},0,none,target,"
    assert rows["A02"] == f"Due,10 March 2023,{max(0, -due)},{due},0,none,,"


@pytest.mark.parametrize("records", [(), (LATE,), (LATE, "{id: A02, title: b, status: on_hold}")])
def test_the_columns_of_status_and_list_never_change(records: tuple[str, ...]) -> None:
    case = case_of(*records)
    status_header = "\ufeffwhat,all,closed,complete,in_progress,on_hold,not_started,open,not_stated,not_read,withheld"
    assert written("csv", build_status(case)).splitlines()[0] == status_header
    list_header = "\ufeffid,title,status,target,accountable,inferred,exempt"
    assert written("csv", build_list(case, ListOptions())).splitlines()[0] == list_header
    options = ListOptions(columns=("id", "kind", "overdue"))
    assert written("csv", build_list(case, options)).splitlines()[0] == "\ufeffid,kind,overdue,exempt"


@pytest.fixture
def broken_case(tmp_path: Path) -> Case:
    files = {
        "actions/A01-register.yaml": "id: A01\ntitle: a\ntarget: 31 January 2027\nvalue: 48000\nstatus: odd\n",
        "actions/A02.yaml": "id: A02\ntitle: b\n",
        "audit_followups/F01.yaml": "id: F01\ntitle: [\n",
    }
    return open_case(write_register(tmp_path, files), date(2027, 3, 1))


QUERIES = {
    "list": lambda case: build_list(case, ListOptions()),
    "overdue": lambda case: build_overdue(case, OverdueOptions()),
    "status": build_status,
    "show": lambda case: build_show(case, "A02"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_json_lists_what_was_not_read(broken_case: Case, name: str) -> None:
    query: Callable[[Case], Document] = QUERIES[name]
    unreadable = json.loads(written("json", query(broken_case)))["unread"]
    assert [(file["path"], file["id"]) for file in unreadable] == [
        ("data/actions/A01-register.yaml", "A01"),
        ("data/audit_followups/F01.yaml", "F01"),
    ]
    assert (unreadable[0]["fields"], unreadable[0]["codes"]) == (["status", "value"], ["S101", "S108"])
    assert json.loads(written("json", query(case_of("{id: A02, title: b}"))))["unread"] == []


@pytest.mark.parametrize("output_format", ["text", "md", "csv"])
@pytest.mark.parametrize("name", QUERIES)
def test_every_format_names_what_was_not_read(broken_case: Case, name: str, output_format: str) -> None:
    query: Callable[[Case], Document] = QUERIES[name]
    text = " ".join(written(output_format, query(broken_case), 200).split())
    if name == "show":  # of one record
        assert "Other files with an error: 2. To see why: p2ptrack check" in text
        return
    assert "A01" in text
    assert "F01" in text
    assert "ead" in text


def test_an_answer_about_one_record_names_its_own_fields_alone(broken_case: Case) -> None:
    text = " ".join(written("text", build_show(broken_case, "A01"), 200).split())
    own = "Partly read: A01 (data/actions/A01-register.yaml, status, value: S101, S108)"
    assert f"{own}. Other files with an error: 1. To see why: p2ptrack check" in text


def test_a_csv_row_for_an_unreadable_file_is_no_record(broken_case: Case) -> None:
    options = ListOptions(("kind:action",), columns=("id",))
    lines = written("csv", build_list(broken_case, options)).splitlines()
    assert lines[:3] == ["\ufeffid,exempt", "A01,", "A02,"]
    unreadable = "Partly read: A01 (data/actions/A01-register.yaml, status, value: S101, S108)"
    assert lines[3].rstrip(",").strip('"') == unreadable
