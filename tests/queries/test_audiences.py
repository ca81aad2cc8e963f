"""Whom an answer is for: marks beside what is exempt, and nothing exempt in any byte of a public answer."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.cli.outputs import EXPORT_NAMES
from p2ptrack.formats import QUERY_FORMATS
from tests.command import CommandResult, run, share_cases
from tests.git.builders import RegisterRepository, make_repository
from tests.publication.canaries import CanaryRegister, make_canary_register, write
from tests.support import write_register

DAY = "2023-01-12"
_CANARY = re.compile(r"zq\d{4}", re.IGNORECASE)
EXEMPT = "exempt: {paragraph: 3, reason: Prices, public_interest: Talks, decided_by: Head, decided_on: 1 May 2022"
RECORDS = {
    "actions/A01.yaml": f"id: A01\ntitle: Settle\ntarget: 1 January 2023\nnote: Accept\n{EXEMPT}}}\n",
    "actions/A02.yaml": "id: A02\ntitle: Clean\ntarget: 1 January 2023\nstatus: in_progress\nupdates:\n"
    f"  - {{date: 2 May 2022, text: In}}\n  - {{date: 3 May 2022, text: '£88,000', {EXEMPT}}}}}\n",
    "actions/A03.yaml": f"id: A03\ntitle: Buy\ntarget: 1 January 2023\naccountable: Head of IT\n{EXEMPT}, "
    "fields: [target, accountable]}\n",
    "actions/A04.yaml": "id: A04\ntitle: Report\ntarget: 1 January 2023\ndepends_on: [A01]\n",
    "actions/A05.yaml": f"id: A05\ntitle: Over\ntarget: 1 January 2023\n{EXEMPT}, until: 1 June 2022}}\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_register(tmp_path_factory.mktemp("exempt"), RECORDS)


def ask(root: Path, *words: str, audience: str = "officers") -> CommandResult:
    return run(*words, "--audience", audience, "--root", root, "--as-of", DAY)


def records(root: Path, audience: str) -> dict[str, dict[str, object]]:
    answer = json.loads(ask(root, "list", "--format", "json", audience=audience).out)
    return {record["id"]: record for record in answer["records"]}


def test_json_states_what_is_exempt(root: Path) -> None:
    marks = {
        id_: (record["exempt"], record["partly_exempt"], record["exempt_parts"])
        for id_, record in records(root, "officers").items()
    }
    assert marks == {
        "A01": (True, False, []),
        "A02": (False, True, ["updates[1]"]),
        "A03": (False, True, ["target", "revisions", "every", "periods", "accountable"]),
        "A04": (False, False, []),
        "A05": (False, False, []),
    }


def test_csv_has_a_column_for_what_is_exempt(root: Path) -> None:
    for words in (("list", "--columns", "title"), ("overdue",)):
        rows = csv.DictReader(ask(root, *words, "--format", "csv").out.removeprefix("\ufeff").splitlines())
        marks = {row["title"]: row["exempt"] for row in rows}
        parts = {"Clean": "updates[1]", "Buy": "target, revisions, every, periods, accountable"}
        assert marks == {"Settle": "true", **parts, "Report": "", "Over": ""}


@pytest.mark.parametrize("output_format", ["text", "md"])
@pytest.mark.parametrize(
    "words", [("overdue",), ("list",), ("status",), ("list", "--columns", "title"), ("show", "A04")]
)
def test_every_screen_marks_exempt_items_and_states_what_that_means(
    root: Path, words: tuple[str, ...], output_format: str
) -> None:
    text = " ".join(ask(root, *words, "--format", output_format).out.split())
    assert "(exempt)" in text
    assert "Do not publish or pass on what is marked as exempt." in text
    assert not re.search(r"A04 \((partly )?exempt", text)


def test_show_marks_each_exempt_part_where_it_is(root: Path) -> None:
    clean = ask(root, "show", "A02").out
    assert "A02 (partly exempt) Clean" in clean
    assert " 3 May 2022 (exempt)\n | Exempt\n | £88,000" in clean
    assert " 2 May 2022\n In\n" in clean
    buy = " ".join(ask(root, "show", "A03").out.split())
    assert "Target date: 1 January 2023 (exempt) · Owner: Head of IT (exempt)" in buy


@pytest.mark.parametrize("output_format", ["text", "md", "csv"])
def test_show_states_that_a_whole_record_is_exempt(root: Path, output_format: str) -> None:
    sentence = "All of this record is exempt."
    assert sentence in ask(root, "show", "A01", "--format", output_format).out
    assert sentence not in ask(root, "show", "A02", "--format", output_format).out


def test_a_screen_without_exempt_items_has_no_words_about_them(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A04.yaml": RECORDS["actions/A04.yaml"]})
    for words in (("overdue",), ("list",), ("status",), ("show", "A04")):
        assert not re.search(r"exempt\)|Do not publish", ask(root, *words).out)


def test_a_public_answer_leaves_out_records_and_states_how_many(root: Path) -> None:
    assert list(records(root, "public")) == ["A02", "A03", "A04", "A05"]
    answer = json.loads(ask(root, "overdue", "--format", "json", audience="public").out)
    assert (answer["audience"], answer["left_out"]) == ("public", {"records": 1, "parts_of_records": 2})
    expected = "For the public. Left out as exempt or unreadable: 1 record and parts of 2 other records."
    for words, output_format in product((("overdue",), ("list",), ("status",), ("show", "A04")), ("text", "md", "csv")):
        text = ask(root, *words, "--format", output_format, audience="public").out
        assert expected in " ".join(text.split()), (words, output_format)


def test_a_public_answer_does_not_call_a_field_missing_that_it_leaves_out(root: Path) -> None:
    text = " ".join(ask(root, "show", "A03", audience="public").out.split())
    assert "Target date: not published · Owner: not published" in text
    assert "Not recorded: evidence, verification." in text
    assert "NEXT STEPS" not in text


def test_what_is_exempt_does_not_exist_for_the_public(root: Path) -> None:
    result = ask(root, "show", "A01", audience="public")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("There is no record A01.")
    assert "A01" not in ask(root, "show", "A04", audience="public").out


def test_members_see_what_is_exempt_and_no_note(root: Path) -> None:
    text = ask(root, "list", "--columns", "id,title,note", audience="members").out
    assert "A01 (exempt)" in text
    assert "Settle" in text
    assert "Accept" not in text
    assert "For members. Do not publish" in text


def test_a_title_that_is_the_first_sentence_of_an_exempt_text_is_not_shown(tmp_path: Path) -> None:
    text = f"id: A01\norigin_text: Acme owes money. More.\n{EXEMPT}, fields: [origin_text]}}\n"
    repo = make_repository(tmp_path, files={"actions/A01.yaml": text})
    repo.commit("2022-12-01")
    for words in (("list",), ("show", "A01"), ("history", "A01"), ("changes", "--since", "2022-11-01")):
        answer = run(*words, "--audience", "public", "--root", repo.root, width=200).out
        assert "A01 (partly exempt)" in answer
        assert "Acme" not in answer
        assert "Partly read" not in answer


def test_an_unknown_audience_is_refused_with_those_that_exist(root: Path) -> None:
    result = ask(root, "list", audience="publik")
    assert (result.code, result.err) == (
        2,
        "“publik” is not an audience. Did you mean public? Use public, members or officers.\n",
    )


@pytest.mark.parametrize(
    "field", ["exmpt: {paragraph: 3}", "exempt: 3\nexempt: 4", "exempt: {paragraf: 3}", "status: odd"]
)
def test_the_public_sees_nothing_of_a_record_whose_exemption_may_not_have_been_read(tmp_path: Path, field: str) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": f"id: A01\ntitle: Secret\n{field}\n"})
    for words, output_format in product((("list",), ("overdue",), ("status",)), QUERY_FORMATS):
        answer = ask(root, *words, "--format", output_format, audience="public")
        assert "Secret" not in answer.out
        assert "A01" not in answer.out
        assert "Secret" not in answer.err
    data = json.loads(ask(root, "list", "--format", "json", audience="public").out)
    assert [(file["path"], file["id"]) for file in data["unread"]] == [(None, None)]
    assert data["left_out"] == {"records": 1, "parts_of_records": 0}


def test_check_marks_the_problems_of_exempt_records(root: Path) -> None:
    result = run("check", "--root", root, "--as-of", DAY)
    assert "data/actions/A01.yaml:3:9  warning T101  (exempt)" in result.out
    assert "data/actions/A02.yaml:3:9  warning T101  (partly exempt)" in result.out
    assert "data/actions/A04.yaml:3:9  warning T101\n" in result.out
    problems = json.loads(run("check", "--root", root, "--as-of", DAY, "--format", "json").out)["problems"]
    marks = {(problem["path"][-8:-5], problem["exempt"], problem["partly_exempt"]) for problem in problems}
    expected = {("A01", True, False), ("A02", False, True), ("A03", False, True), ("A04", False, False)}
    assert expected <= marks


# Every place that can be exempt, in the answer of every command and in every format.


@dataclass(frozen=True)
class CanaryRepository:
    """A repository in which every exempt place of every kind has a word of its own, and changed once."""

    repo: RegisterRepository
    canary_register: CanaryRegister


@pytest.fixture(scope="module")
def canary_repository(tmp_path_factory: pytest.TempPathFactory) -> CanaryRepository:
    canary_register = make_canary_register()
    folder = tmp_path_factory.mktemp("planted")
    repo = make_repository(folder, programme="title: A register\n")
    repo.commit("2022-12-01")
    write(canary_register, folder)
    # Texts move: what is exempt now was written before it was exempt, and is written again.
    opened = {path: dict(data) for path, data in canary_register.files.items()}
    for data in canary_register.files.values():
        if data.get("id", "").endswith("08"):
            data.pop("exempt", None)
    write(canary_register, folder)
    repo.commit("2022-12-02")
    canary_register.files.update(opened)
    write(canary_register, folder)
    repo.commit("2022-12-03")
    return CanaryRepository(repo, canary_register)


def canaries_in(text: str) -> set[str]:
    return {word.lower() for word in _CANARY.findall(text)}


COMMANDS = (
    ("list",),
    ("list", "--columns", "id,title,updates,revisions,evidence,blocked_by,exempt,origin_text,target,accountable,path"),
    ("overdue", "--within", "9000"),
    ("status",),
    *((("show", id_)) for id_ in ("R1", "R2", "R3", "R4", "A01", "A02", "A03", "A04", "A05", "F01", "F02", "F04")),
)
HISTORY_COMMANDS = (
    ("changes", "--since", "2022-11-01"),
    ("changes", "--since", "2022-12-02"),
    *(("history", id_) for id_ in ("R1", "R2", "A01", "A02", "A03", "A04", "A05", "A06", "F01", "F02")),
)


ANSWERS = [
    *product(COMMANDS, QUERY_FORMATS),
    *product(HISTORY_COMMANDS[:4], QUERY_FORMATS),
    *product(HISTORY_COMMANDS[4:], ("json", "text")),
]
"""Each answer about the past is calculated anew, and the other formats write what JSON has."""
CASES: dict[object, Case] = {}


def ask_with_canaries(
    canary_repository: CanaryRepository, audience: str, words: tuple[str, ...], output_format: str
) -> CommandResult:
    day = () if words in HISTORY_COMMANDS else ("--as-of", DAY)
    options = ("--root", canary_repository.repo.root, "--audience", audience, "--format", output_format, *day)
    with share_cases(CASES):
        return run(*words, *options, width=200)


@pytest.mark.parametrize(
    ("words", "output_format"), ANSWERS, ids=lambda value: value if value in QUERY_FORMATS else " ".join(value)
)
def test_no_byte_of_a_public_answer_is_exempt(
    canary_repository: CanaryRepository, words: tuple[str, ...], output_format: str
) -> None:
    result = ask_with_canaries(canary_repository, "public", words, output_format)
    assert result.code in {0, 2}
    canaries = canaries_in(result.out + result.err)
    assert not canaries & (canary_repository.canary_register.exempt | canary_repository.canary_register.notes)
    assert not re.search(r"\b[RAF]0?8\b", result.out)
    officers = ask_with_canaries(canary_repository, "officers", words, output_format)
    if officers.code == 0 and words != ("status",):
        assert canaries_in(officers.out), "the officers' answer shows what is planted"


@pytest.mark.parametrize("words", [*COMMANDS, *HISTORY_COMMANDS], ids=" ".join)
def test_no_byte_of_a_members_answer_is_a_note(canary_repository: CanaryRepository, words: tuple[str, ...]) -> None:
    result = ask_with_canaries(canary_repository, "members", words, "json")
    assert not canaries_in(result.out) & canary_repository.canary_register.notes


@pytest.mark.parametrize(
    ("output_format", "past"),
    [
        *((name, ()) for name in EXPORT_NAMES if name != "ocds"),  # it has contracts only
        *((name, ("--at", "2022-12-02")) for name in ("csv", "json", "ics")),
    ],
    ids=lambda value: value if isinstance(value, str) else "then" if value else "now",
)
def test_no_byte_of_a_public_export_is_exempt(
    canary_repository: CanaryRepository, output_format: str, past: tuple[str, ...], tmp_path: Path
) -> None:
    place = tmp_path / output_format
    for audience, hidden in (
        ("public", canary_repository.canary_register.exempt | canary_repository.canary_register.notes),
        ("members", canary_repository.canary_register.notes),
    ):
        options = ("--format", output_format, "--audience", audience, "--as-of", DAY, *past)
        result = run("export", *options, "--output", place, "--root", canary_repository.repo.root)
        assert result.code == 0
        files = [file for file in (place, *place.rglob("*")) if file.is_file()]
        contents = "".join(map(_read_bytes, files))
        assert not canaries_in(result.out + result.err + contents + " ".join(map(str, files))) & hidden
        assert canaries_in(contents) & canary_repository.canary_register.open or output_format == "ics"


def _read_bytes(file: Path) -> str:
    """Return every byte of a file as text, and of a package the names and the contents of its parts."""
    data = file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as package:
            data = b" ".join((name.encode() + b" " + package.read(name)) for name in package.namelist())
    return data.decode("utf-8", "replace") + data.decode("utf-16-le", "replace")


@pytest.mark.parametrize("term", ["accountable", "supporting", "area", "priority", "phase", "source", "sort", "id"])
def test_no_suggestion_to_the_public_is_exempt(canary_repository: CanaryRepository, term: str) -> None:
    """A misspelt word is not corrected to an exempt one."""
    for word in sorted(canary_repository.canary_register.exempt)[
        :: len(canary_repository.canary_register.exempt) // 12
    ]:
        typed = f"{word[:-1]}x"
        words = {"sort": ("list", "--sort", typed), "id": ("show", typed)}.get(term, ("list", f"{term}:{typed}"))
        result = ask_with_canaries(canary_repository, "public", words, "text")
        assert not canaries_in((result.out + result.err).replace(typed, "")) & canary_repository.canary_register.exempt


def test_a_public_answer_about_the_past_follows_todays_exemptions(canary_repository: CanaryRepository) -> None:
    for output_format in QUERY_FORMATS:
        result = run(
            "list",
            "--at",
            "2022-12-02",
            "--audience",
            "public",
            "--root",
            canary_repository.repo.root,
            "--format",
            output_format,
        )
        assert not canaries_in(result.out) & (
            canary_repository.canary_register.exempt | canary_repository.canary_register.notes
        )


def test_officers_see_marks_of_today_in_answers_about_the_past(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": "id: A01\ntitle: Settle\n"})
    repo.commit("2022-12-01")
    repo.commit("2022-12-02", {"data/actions/A01.yaml": RECORDS["actions/A01.yaml"]})
    assert "A01 (exempt)" in run("list", "--at", "2022-12-01", "--root", repo.root).out
    assert "A01 (exempt)" in run("history", "A01", "--at", "2022-12-01", "--root", repo.root).out
    assert "A01 (exempt)" in run("changes", "--since", "2022-11-01", "--at", "2022-12-01", "--root", repo.root).out


@pytest.mark.parametrize(
    "later",
    [
        {"data/actions/A01.yaml": None},
        {"data/actions/A01.yaml": None, "data/actions/A09.yaml": RECORDS["actions/A01.yaml"].replace("A01", "A09")},
        {"data/actions/A01.yaml": "id: A01\ntitle: [\n"},
    ],
    ids=["removed", "renamed", "unreadable"],
)
def test_the_public_history_lacks_what_was_exempt_once(tmp_path: Path, later: dict[str, str | None]) -> None:
    before = {"data/actions/A01.yaml": "id: A01\ntitle: Settle at once\n"} if len(later) > 1 else {}
    repo = make_repository(tmp_path, files=RECORDS)
    repo.commit("2022-12-01", before)
    repo.commit("2022-12-02", later)
    for output_format in QUERY_FORMATS:
        result = run(
            "changes", "--since", "2022-11-01", "--audience", "public", "--root", repo.root, "--format", output_format
        )
        assert result.code == 0
        assert "Settle" not in result.out
        assert "A01" not in result.out.replace("A01-", "")
