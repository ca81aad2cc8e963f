"""From a folder to the case, and every fault of a register in one run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from p2ptrack import __version__
from p2ptrack.analysis.case import RegisterProvenance
from p2ptrack.diagnostics import Severity, problem_sort_key
from p2ptrack.errors import OperationError
from p2ptrack.pipeline import open_case, open_paper_case, run_checks
from tests.diagnostics import ACTION
from tests.support import PROGRAMME, THE_DAY, write_register

BROKEN_PROGRAMME = PROGRAMME + "meetngs: []\n"


def codes(root: Path) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in run_checks(root, THE_DAY).problems]


def test_a_case_is_the_register_on_a_day(tmp_path: Path) -> None:
    case = open_case(write_register(tmp_path, {"actions/A01.yaml": ACTION + "target: Mar-23\n"}), THE_DAY)
    assert case.as_of == THE_DAY
    assert [record.id for record in case.register.records] == list(case.facts) == ["A01"]
    assert case.problems == ()


def test_a_case_goes_on_without_a_broken_record_and_reports_it(tmp_path: Path) -> None:
    case = open_case(write_register(tmp_path, {"actions/A01.yaml": "- A01\n", "actions/A02.docx": "x"}), THE_DAY)
    assert case.register.records == ()
    assert case.register.file_count == 2
    assert case.register.broken_ids == {"A01", "A02"}
    assert [(problem.code, problem.severity) for problem in case.problems] == [
        ("Y104", Severity.ERROR),
        ("D102", Severity.ERROR),
    ]


def test_a_faulty_programme_stops_everything_but_check(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": ACTION}, BROKEN_PROGRAMME)
    message = "data/programme.yaml has an error. Run p2ptrack check to see it."
    for opened in (open_case, open_paper_case):
        with pytest.raises(OperationError) as exc_info:
            opened(root, THE_DAY)
        assert (str(exc_info.value), exc_info.value.code) == (message, 3)


def test_a_faulty_programme_leaves_the_rules_unasked(tmp_path: Path) -> None:
    files = {"actions/A01.yaml": ACTION + "depends_on: A99\n", "actions/A02.yaml": "id: A02\n"}
    root = write_register(tmp_path, files, BROKEN_PROGRAMME)
    assert codes(root) == [("data/actions/A02.yaml", "S102"), ("data/programme.yaml", "S101")]
    write_register(root)
    reported = codes(root)
    assert ("data/actions/A01.yaml", "L101") in reported
    assert ("data/actions/A02.yaml", "S102") in reported


def test_reading_and_rules_report_in_one_run_and_in_order(tmp_path: Path) -> None:
    files = {
        "actions/A01.yaml": ACTION + "depends_on: A99\n",
        "actions/A02.yaml": "id: A02\nstatus: zzz\nownr: x\n",
        "actions/A03.txt": "x",
        "A04.yaml": "x",
    }
    checked = run_checks(write_register(tmp_path, files), THE_DAY)
    assert (checked.file_count, checked.record_count) == (3, 2)
    assert list(checked.problems) == sorted(checked.problems, key=problem_sort_key)
    reported = [
        (problem.path.removeprefix("data/"), problem.location and problem.location.line, problem.code, problem.field)
        for problem in checked.problems
    ]
    assert [one for one in reported if one[2][0] in "DSL"] == [
        ("A04.yaml", None, "D108", ""),
        ("actions/A01.yaml", 3, "L101", "depends_on[0]"),
        ("actions/A02.yaml", None, "S102", "title"),
        ("actions/A02.yaml", 2, "S108", "status"),
        ("actions/A02.yaml", 3, "S101", "ownr"),
        ("actions/A03.txt", None, "D102", ""),
    ]
    of_records = [one for one in reported if one[2][0] not in "DSL"]
    assert of_records
    assert {path for path, *_ in of_records} <= {"actions/A01.yaml", "programme.yaml"}


def test_two_runs_state_the_same(tmp_path: Path) -> None:
    files = {f"actions/A{number}.yaml": f"id: A{number % 7}\ntitle: x\nzzz: y\n" for number in range(20)}
    root = write_register(tmp_path, files)
    assert run_checks(root, THE_DAY) == run_checks(root, THE_DAY)


def test_a_register_without_records_is_checked(tmp_path: Path) -> None:
    checked = run_checks(write_register(tmp_path), THE_DAY)
    assert (checked.file_count, checked.record_count) == (0, 0)


def test_a_programme_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    (problem,) = run_checks(tmp_path, THE_DAY).problems
    assert (problem.path, problem.code) == ("data/programme.yaml", "D101")


def test_a_paper_has_words_layout_and_commit_besides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    root = write_register(tmp_path, {"actions/A01.yaml": ACTION})
    (root / "templates").mkdir()
    (root / "templates" / "words.yaml").write_text("draft: Entwurf\n")
    case = open_paper_case(root, THE_DAY)
    assert case.wording("draft") == "Entwurf"
    assert case.layout.sections
    assert case.provenance == RegisterProvenance(__version__)


def test_a_paper_names_the_commit_that_it_was_made_from(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": ACTION})
    clerk = ["-c", "user.name=A clerk", "-c", "user.email=clerk@example.org", "-c", "commit.gpgSign=false"]
    for words in (["init", "--quiet"], ["add", "--all"], [*clerk, "commit", "--quiet", "--message", "x"]):
        subprocess.run(["git", *words], cwd=root, check=True)
    of_records = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True)
    assert open_paper_case(root, THE_DAY).provenance == RegisterProvenance(__version__, of_records.stdout.strip())
    (root / "data/actions/A01.yaml").write_text(ACTION + "note: x\n")
    assert open_paper_case(root, THE_DAY).provenance == RegisterProvenance(
        __version__, of_records.stdout.strip(), modified=True
    )


def test_a_broken_word_stops_the_paper(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": ACTION})
    (root / "templates").mkdir()
    (root / "templates" / "words.yaml").write_text("draft: [a]\n")
    with pytest.raises(OperationError, match="draft must be text"):
        open_paper_case(root, THE_DAY)


HOSTILE = [
    '"[red]x[/red]"', '"\\e[31mx"', '"a\\u202Eb"', '"a\\0b"', "x" * 200_000, '"=1+1"', "<script>x</script>", "{{ x }}",
    "$x", '"\\uD800"', "٣٤", "ﷺ" * 500, '"' + "a" * 300 + "-" * 300 + '"',
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_makes_a_check_fail(text: str, tmp_path: Path) -> None:
    every = "\n".join(
        f"{name}: {text}"
        for name in (
            "note", "status", "target", "depends_on", "source", "phase", "inferred", "accountable", "blocked_by",
            "updates", "as_published", "exempt",
        )
    )  # fmt: skip
    files = {
        "actions/A01.yaml": f"{ACTION}{every}\n",
        "actions/A02.yaml": f"id: {text}\ntitle: {text}\n",
        "actions/A03.yaml": f"id: A03\ntitle: {text}\nnote: {text}\nsee_also: {text}\nrecommendations: {text}\n",
        "actions/A04.yaml": f"id: A04\ntitle: x\nas_published: {{{text}: {text}}}\n{text}: {text}\n",
    }
    root = write_register(tmp_path, files, PROGRAMME + f"roles: {text}\nglossary: {{{text}: x}}\n")
    checked = run_checks(root, THE_DAY)
    assert checked.file_count == 4
    faulty = {problem.path for problem in checked.problems}
    assert {f"data/actions/A0{number}.yaml" for number in (1, 2, 4)} <= faulty
    assert all(len(problem.message) < 2000 for problem in checked.problems if problem.code.startswith(("S", "D")))


def test_nobody_is_blamed_for_silence_while_a_record_that_may_report_on_it_cannot_be_read(tmp_path: Path) -> None:
    files = {
        "actions/A01.yaml": "id: A01\ntitle: Told elsewhere\n",
        "actions/A02.yaml": "id: A02\ntitle: Tells\ntarget: 32 May 2023\nupdates: [{text: Both., covers: A01}]\n",
    }
    broken = run_checks(write_register(tmp_path / "broken", files), THE_DAY)
    assert "G105" not in {problem.code for problem in broken.problems}
    silent = run_checks(write_register(tmp_path / "silent", {"actions/A01.yaml": files["actions/A01.yaml"]}), THE_DAY)
    assert "G105" in {problem.code for problem in silent.problems}
