"""One wrong field costs that field: the record stays in every rule, and no finding rests on what was not read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p2ptrack.analysis.case import Case
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.model.kinds import KINDS
from p2ptrack.pipeline import open_case, run_checks
from p2ptrack.queries.list import ListOptions, build_list
from p2ptrack.queries.overdue import OverdueOptions, build_overdue
from p2ptrack.queries.show import build_show
from p2ptrack.queries.status import build_status
from p2ptrack.reports.document import Document
from p2ptrack.reports.progress import progress_report
from tests.formats.sample import written
from tests.papers.builders import context_of
from tests.rules.test_properties import _FIELDS, _PROGRAMME, _optional
from tests.support import THE_DAY, examples, write_register

_TITLES = st.sampled_from(["Review the KPIs", "Review the contracts register", "Report on waivers"])
_WRONG = ({"wibble": "1"}, [["x"]], "Q2 2023", "wibble wobble")
_FOLDERS = dict(zip("RAFE", (kind.folder for kind in KINDS), strict=True))


def _dump(values: dict[str, Any]) -> str:
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())


def _path(id_: str) -> str:
    return f"{_FOLDERS[id_[0]]}/{id_}.yaml"


def _check(records: dict[str, dict[str, Any]], programme: dict[str, Any]) -> tuple[Problem, ...]:
    with TemporaryDirectory() as folder:
        files = {_path(id_): _dump(values) for id_, values in records.items()}
        write_register(Path(folder), dict(files), programme=_dump(programme))
        return run_checks(Path(folder), THE_DAY).problems


@st.composite
def _registers(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    texts = st.sampled_from(["Begun.", "See above.", "Propose to close.", "Wait for A1.", "the KPI", "Quotes came."])
    records = {}
    for letter, fields in _FIELDS.items():
        for number in range(1, draw(st.integers(0, 3)) + 1):
            values = {"id": f"{letter}{number}", "title": draw(_TITLES), **draw(_optional(**fields))}
            records[values["id"]] = _replace_texts(values, draw, texts)
    return draw(_PROGRAMME), records


def _replace_texts(value: Any, draw: st.DrawFn, texts: st.SearchStrategy[str], name: str = "") -> Any:
    """Return the values with ordinary sentences in place of any characters, which another test reads."""
    if isinstance(value, dict):
        return {_plain(key): _replace_texts(inner, draw, texts, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replace_texts(inner, draw, texts, name) for inner in value]
    return draw(texts) if name in {"text", "origin_text", "note", "reason", "cause", "heading"} else value


def _plain(key: str) -> str:
    return key if key.isidentifier() or "." in key else "RAG"


def _key(problem: Problem) -> tuple[str, str, str, str]:
    return problem.code, problem.path, problem.field, problem.message


@given(_registers(), st.data())
@settings(examples(40), suppress_health_check=[HealthCheck.too_slow])
def test_a_wrong_field_adds_only_its_own_error(
    register: tuple[dict[str, Any], dict[str, dict[str, Any]]], data: st.DataObject
) -> None:
    programme, records = register
    if not records:
        return
    problems_before = _check(records, programme)
    before = {_key(problem) for problem in problems_before}
    id_ = data.draw(st.sampled_from(sorted(records)))
    name = data.draw(st.sampled_from([field for field in records[id_] if field != "id"]))
    broken = {**records[id_], name: data.draw(st.sampled_from(_WRONG))}
    problems = _check({**records, id_: broken}, programme)
    path = f"data/{_path(id_)}"
    if any(problem.path == path and problem.severity is Severity.ERROR for problem in problems_before):
        return  # without that error the record may have more
    own_errors = [p for p in problems if p.path == path and p.severity is Severity.ERROR and _key(p) not in before]
    if not own_errors or any(problem.code == "D107" for problem in problems):
        return  # the value is right for this field, or two files have one id and another of them counts now
    places = {key[:3] for key in before}  # a finding that lists records, or quotes a title, may have other words
    groups = {(p.code, other) for p in problems_before if path in p.paths for other in p.paths}
    added = [p for p in problems if _key(p)[:3] not in places and (p.code, p.path) not in groups]
    assert [problem for problem in added if problem not in own_errors] == []
    lost = before - {_key(problem) for problem in problems}
    assert [key for key in lost if not _concerns(key, id_, path)] == []


_RESTS_ON_OTHERS = {"G101", "G102", "G105", "N106", "P114"}
"""Texts that no readable record has, so that an unreadable one may have them; and the title of an exempt record."""


def _concerns(key: tuple[str, str, str, str], id_: str, path: str) -> bool:
    return key[1] == path or id_ in key[3] or key[0] in _RESTS_ON_OTHERS


@pytest.mark.parametrize("line", ["raised: {x: y}", "raised: [[x]]", "wibble: [M1]", "closed: {meeting: [M1]}"])
def test_an_unreadable_field_may_name_the_meeting_of_an_exempt_record(line: str, tmp_path: Path) -> None:
    exempt = "id: F2\ntitle: Review waivers\nraised: M1\nexempt: {paragraph: 3, reason: Named firms.}\n"
    programme = "title: A programme\nmeetings: [{id: M1, date: Mar-23}]\n"
    codes = []
    for number, last_line in enumerate(("", line)):
        files = {
            "audit_followups/F1.yaml": f"id: F1\ntitle: Review the KPIs\n{last_line}\n",
            "audit_followups/F2.yaml": exempt,
        }
        problems = run_checks(write_register(tmp_path / str(number), files, programme=programme), THE_DAY).problems
        codes.append({problem.code for problem in problems} & {"P116"})
    assert codes == [{"P116"}, set()]


_BROKEN_FIELDS = (
    "target: Q2 2023",
    "accountable: {x: y}",
    "status: wibble",
    "updates: [{text: [x]}]",
    "review_by: wibble",
    "evidence: {x: y}",
    "verified: wibble",
    "phase_end: [[x]]",
    "recommendations: [[x]]",
)
_CLAIMS = {
    "target": (
        "No target",
        "no target date",
        "has no review date",
        "Set a target",
        "date: none",
        "item has a target date.",
    ),
    "accountable": ("No owner", "no responsible officer", "Not recorded: owner", "Name the responsible", "Owner: none"),
    "status": ("No status", "Record its status", "Not started"),
    "updates": ("No update", "undated", "0 updates", "Report the current position"),
    "review_by": ("no review date", "Set a review date"),
    "evidence": ("recorded: evidence", "o evidence", "hout evidence"),
    "verified": ("recorded: verification", "ot yet verified", "nverified"),
    "phase_end": ("No end phase",),
    "recommendations": ("No action yet", "without a recommendation", "has no action"),
}
_WHOLE = {
    "target": "On-going",
    "accountable": "Head of Procurement",
    "status": "in_progress",
    "review_by": "March 2023",
    "updates": "[{date: 2023-01-05, text: Two quotes came.}]",
    "evidence": "[{title: The plan}]",
    "verified": "{by: Auditor, on: 2023-01-05}",
    "phase": "P1",
    "phase_end": "P2",
    "recommendations": "[R1]",
}


@pytest.mark.parametrize("line", _BROKEN_FIELDS)
@pytest.mark.parametrize("query", ["status", "show", "list", "overdue", "report"])
def test_no_answer_calls_absent_what_could_not_be_read(query: str, line: str, tmp_path: Path) -> None:
    name = line.partition(":")[0]
    fields = "".join(f"{field}: {value}\n" for field, value in _WHOLE.items() if field != name)
    files = {
        "recommendations/R1.yaml": "id: R1\ntitle: Keep one register\n",
        "actions/A01.yaml": f"id: A01\ntitle: Review the register\n{fields}{line}\n",
    }
    case = open_case(write_register(tmp_path, files), THE_DAY)
    text = " ".join(_answer(case, query).split())
    assert "A01" in text
    assert [claim for claim in _CLAIMS[name] if claim in text] == []


def _answer(case: Case, query: str) -> str:
    if query == "report":
        return written("text", progress_report(context_of(case, report="progress-report")), 100)
    queries: dict[str, Callable[[Case], Document]] = {
        "status": build_status,
        "show": lambda case: build_show(case, "A01"),
        "list": lambda case: build_list(case, ListOptions()),
        "overdue": lambda case: build_overdue(case, OverdueOptions()),
    }
    return written("text", queries[query](case), 100)
