"""A finding belongs to a record; only text shows many findings of one rule as one."""

from __future__ import annotations

import json
from pathlib import Path

from p2ptrack.analysis.rules import group_findings, run_rules
from p2ptrack.analysis.rules.rule import MAX_SEPARATE_FINDINGS
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.pipeline import run_checks
from tests.command import run
from tests.support import THE_DAY, case_of, write_register

_OFF = "policy: {rules_off: {G108: x, T103: x, O101: x}}\n"
_PROGRAMME = "title: A programme\n" + _OFF


def _find(count: int, text: str = "") -> tuple[Problem, ...]:
    texts = [f"id: A{number:02}\ntitle: Action {number}\n{text}" for number in range(1, count + 1)]
    return run_rules(case_of(*texts, programme=_PROGRAMME))


def test_every_finding_has_the_path_of_its_record_however_many_there_are() -> None:
    problems = _find(10)
    assert [problem.code for problem in problems] == ["G105"] * 10
    assert [problem.path for problem in problems] == [f"data/actions/A{number:02}.yaml" for number in range(1, 11)]
    assert [problem.record for problem in problems] == [f"A{number:02}" for number in range(1, 11)]


def test_few_findings_are_shown_one_by_one() -> None:
    problems = _find(MAX_SEPARATE_FINDINGS)
    assert group_findings(problems) == problems


def test_many_findings_are_shown_as_one_that_concerns_every_file() -> None:
    problems = _find(10)
    (group,) = group_findings(problems)
    assert group.message == (
        "10 records are open and have no update: A01, A02, A03, A04, A05, A06, A07, A08 and 2 more."
    )
    assert group.paths == tuple(problem.path for problem in problems)
    assert group.fix == problems[0].fix


def test_a_group_names_the_filter_that_lists_its_records() -> None:
    (group,) = (problem for problem in group_findings(_find(10, "target: Dec-22\n")) if problem.code == "T101")
    assert group.message.endswith("and 2 more. To list them: p2ptrack list is:overdue")


def test_a_group_marks_what_is_exempt_of_its_records(tmp_path: Path) -> None:
    files = {f"actions/A0{number}.yaml": f"id: A0{number}\ntitle: Action {number}\n" for number in range(1, 7)}
    files["actions/A02.yaml"] += "exempt: {paragraph: 3}\n"
    files["actions/A03.yaml"] += "exempt: {paragraph: 3, fields: [target]}\n"
    result = run_checks(write_register(tmp_path, files, _PROGRAMME), THE_DAY)
    (group,) = (problem for problem in group_findings(result.problems) if problem.code == "G105")
    assert group.message.endswith("no update: A01, A02 (exempt), A03 (partly exempt), A04, A05 and A06.")
    assert group.exempt == ""


def test_a_finding_has_the_mark_of_a_related_record(tmp_path: Path) -> None:
    update = "updates: [{date: 2023-01-02, text: The board saw the plan on 3 January.}]\n"
    files = {f"actions/A0{number}.yaml": f"id: A0{number}\ntitle: {number}\n{update}" for number in (1, 2)}
    files["actions/A01.yaml"] += "exempt: {paragraph: 3}\n"
    result = run_checks(write_register(tmp_path, files, _PROGRAMME), THE_DAY)
    (copied,) = (problem for problem in result.problems if problem.code == "N102")
    assert (copied.path, copied.exempt) == ("data/actions/A02.yaml", "partly exempt")


def test_a_finding_about_words_is_at_their_line(tmp_path: Path) -> None:
    text = "updates:\n  - date: 2023-01-02\n    text: |\n      Done.\n      <!-- ask Legal -->\n      Sent.<br>\n"
    root = write_register(tmp_path, {"actions/A01.yaml": f"id: A01\ntitle: Plan\n{text}"}, _PROGRAMME)
    groups = [
        (problem.code, problem.location.line) for problem in run_checks(root, THE_DAY).problems if problem.location
    ]
    assert [pair for pair in groups if pair[0].startswith("P")] == [("P121", 7), ("P122", 8)]


def test_several_findings_in_one_record_are_counted_as_one_record() -> None:
    updates = ", ".join("{date: 2023-01-02, text: Ongoing.}" for _ in range(MAX_SEPARATE_FINDINGS + 1))
    (group,) = (problem for problem in group_findings(_find(1, f"updates: [{updates}]\n")) if problem.code == "N103")
    assert group.message == "1 record has an update without information: A01."


def test_groups_come_last_the_most_severe_first() -> None:
    text = "target: Jan-23\nstatus: complete\ncompleted_on: 2023-01-02\nupdates: [{text: Ongoing.}]\n"
    problems = (*_find(6, text), Problem("data/x", "Y100", Severity.ERROR, "Broken.", "Mend it."))
    groups = group_findings(problems)
    assert [problem.code for problem in groups] == ["Y100", "N103", "G107"]


def test_a_finding_about_something_missing_is_at_the_line_of_the_id(tmp_path: Path) -> None:
    files = {
        f"actions/A{number}.yaml": f"# the register\nid: A{number}\ntitle: Action {number}\n" for number in range(1, 8)
    }
    problems = run_checks(write_register(tmp_path, files, _PROGRAMME), THE_DAY).problems
    places = [(problem.path, problem.location and problem.location.line, problem.field) for problem in problems]
    assert places == [(f"data/actions/A{number}.yaml", 2, "") for number in range(1, 8)]


def test_a_finding_about_several_records_concerns_the_file_of_each() -> None:
    text = "Waiting for the finance system to go live."
    records = [f"id: A0{n}\ntitle: Action {n}\nupdates: [{{date: 2023-01-02, text: {text}}}]\n" for n in (1, 2, 3)]
    (problem,) = run_rules(case_of(*records, programme=_PROGRAMME))
    assert problem.code == "N102"
    assert problem.paths == ("data/actions/A03.yaml", "data/actions/A01.yaml", "data/actions/A02.yaml")


def test_a_finding_in_the_programme_concerns_the_records_that_wait() -> None:
    programme = _PROGRAMME + "dependencies: [{id: d, title: Consultation, expected: 2024}]\n"
    record = "id: A01\ntitle: One\nblocked_by: [d]\nupdates: [{date: 2023-01-02, text: Two quotes came.}]\n"
    (problem,) = run_rules(case_of(record, programme=programme))
    assert (problem.code, problem.path, problem.field) == ("O104", "data/programme.yaml", "dependencies[0]")
    assert problem.related == ("data/actions/A01.yaml",)


def test_check_of_an_id_or_a_path_shows_what_concerns_it_and_only_that(tmp_path: Path) -> None:
    text = "updates: [{date: 2023-01-02, text: Waiting for the finance system to go live.}]\n"
    records = {f"A{number}": f"id: A{number}\ntitle: Action {number}\n{text}" for number in (1, 2, 10)}
    files = {"actions/A1.yaml": records["A1"], "actions/A2-two.yaml": records["A2"], "actions/A10.yaml": records["A10"]}
    root = write_register(tmp_path, files, _PROGRAMME)
    for name in ("A2", "a2", root / "data" / "actions" / "A2-two.yaml"):
        answer = json.loads(run("check", name, "--root", root, "--format", "json", "--as-of", "2023-01-12").out)
        assert [(problem["path"], problem["code"]) for problem in answer["problems"]] == [
            ("data/actions/A10.yaml", "N102")
        ]
    assert run("check", "A3", "--root", root).code == 2


def test_machine_formats_have_a_line_for_each_record_and_text_has_one_for_all(tmp_path: Path) -> None:
    files = {f"actions/A{number}.yaml": f"id: A{number}\ntitle: Action {number}\n" for number in range(1, 8)}
    root = write_register(tmp_path, files, _PROGRAMME)
    answer = json.loads(run("check", "--root", root, "--format", "json", "--as-of", "2023-01-12").out)
    places = [(problem["path"], problem["line"]) for problem in answer["problems"]]
    assert places == [(f"data/actions/A{number}.yaml", 1) for number in range(1, 8)]
    annotations = run("check", "--root", root, "--format", "github", "--as-of", "2023-01-12").out.splitlines()
    assert len(annotations) == 7
    assert all(",line=1," in line and ".yaml" in line for line in annotations)
    text = run("check", "--root", root, "--as-of", "2023-01-12").out
    assert text.count("G105") == 2
    assert "7 records are open and have no update: A1, A2, A3, A4, A5, A6 and A7." in text
