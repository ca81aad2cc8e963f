"""Many registers as Parquet files: what is read, what is written, and the questions of docs/portfolio.md."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest
from pyarrow import parquet

from bench import register as bench_register
from p2ptrack.analysis.redaction import Audience
from p2ptrack.formats.export import make_register_key, write_partition
from p2ptrack.pipeline import AnswerOptions, open_exported_register
from p2ptrack.queries.export import Export, ExportColumn, ExportTable, add_findings, build_export
from p2ptrack.store.git.repository import copy_remote, is_repository_address
from tests.command import CommandResult, run
from tests.git.builders import RegisterRepository, action, git, make_repository
from tests.publication.canaries import make_canary_register, write
from tests.repository.source_tree import ROOT, text
from tests.support import case_of, write_register

DAY = "2023-01-12"
EXEMPT = "exempt: {paragraph: 3, reason: Prices, public_interest: Talks, decided_by: Head, decided_on: 1 May 2022}"
SEE_REASON = "data/programme.yaml has an error. To see it, run p2ptrack check"
UNREADABLE = "what could not be read, because of errors. To see why: p2ptrack check"
SAME_NAME = "It has the same organisation and title as a. If it is another register, change its title."
QUESTIONS = re.findall(r"^```sql\n(.*?)^```", text(ROOT / "docs" / "portfolio.md"), re.MULTILINE | re.DOTALL)


def programme(council: str, title: str = "Review") -> str:
    return f"title: {title}\norganisation: {council}\nmeetings: [{{id: AC, body: Audit Committee, date: 2023-03-15}}]\n"


def council(root: Path, name: str, *records: str, title: str = "Review") -> Path:
    files = {f"actions/A0{number}.yaml": record for number, record in enumerate(records, 1)}
    return write_register(root, files, programme(name, title))


def export(output: Path, *sources: str | Path, as_of: str = DAY, audience: str = "public") -> CommandResult:
    return run("portfolio", "export", *sources, "--output", output, "--as-of", as_of, "--audience", audience)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def rows_of(folder: Path, table: str, *columns: str) -> list[tuple[Any, ...]]:
    tables = [
        parquet.ParquetFile(path).read(list(columns)).to_pylist() for path in sorted(folder.rglob(f"{table}.parquet"))
    ]
    return [tuple(row[column] for column in columns) for rows in tables for row in rows]


@pytest.fixture
def registers(tmp_path: Path) -> Path:
    folder = tmp_path / "registers"
    late = action(target="1 January 2023", accountable="Head of IT", status="in_progress")
    council(folder / "one", "Northfold Council", late, action("A02", target="May 2023"))
    council(folder / "deep" / "down" / "two", "Eastmere Council", late, action("A02", target="2022-12-01"))
    return folder


def test_registers_of_a_folder_are_exported_with_council_commit_and_date(registers: Path, tmp_path: Path) -> None:
    result = export(tmp_path / "out", registers)
    assert (result.code, result.err) == (0, "")
    assert result.out == f"2 registers exported as at {DAY} to {tmp_path / 'out'}.\n"
    columns = ("council", "commit", "position_date", "id", "target_day", "overdue", "days_overdue")
    day = date(2023, 1, 12)
    assert rows_of(tmp_path / "out", "records", *columns) == [
        ("Eastmere Council", None, day, "A01", date(2023, 1, 1), True, 11),
        ("Eastmere Council", None, day, "A02", date(2022, 12, 1), True, 42),
        ("Northfold Council", None, day, "A01", date(2023, 1, 1), True, 11),
        ("Northfold Council", None, day, "A02", date(2023, 5, 31), False, 0),
    ]
    findings = rows_of(tmp_path / "out", "findings", "council", "code", "severity", "title", "findings", "files")
    assert ("Eastmere Council", "T101", "warning", "Overdue", 2, 2) in findings


def test_the_same_registers_give_the_same_bytes_and_other_files_stay(registers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(out, registers)
    first = files_in(out)
    (out / "notes.txt").write_text("Mine", "utf-8")
    export(out, registers)
    assert files_in(out) == {**first, "notes.txt": b"Mine"}
    export(out, registers / "one", as_of="2023-02-12")
    (registers / "one" / "data" / "actions" / "A02.yaml").unlink()
    export(out, registers / "one")
    after = files_in(out)
    changed = {path for path in first if first[path] != after[path]}
    assert {re.sub(r"-[0-9a-f]{8}", "", path) for path in changed} == {
        f"register=northfold-council/position={DAY}/{table}.parquet" for table in ("records", "position", "findings")
    }
    assert {path.split("position=")[1][:10] for path in after if "position=" in path} == {DAY, "2023-02-12"}


def refusals(result: CommandResult, root: Path) -> list[str]:
    return [line.replace(f"{root}{os.sep}", "") for line in result.err.splitlines()]


def test_a_register_that_cannot_be_read_does_not_stop_the_others(registers: Path, tmp_path: Path) -> None:
    (registers / "deep" / "down" / "two" / "data" / "programme.yaml").write_text("title: [\n", "utf-8")
    (registers / "empty").mkdir()
    result = export(tmp_path / "out", registers, tmp_path / "nowhere", registers / "empty")
    assert (result.code, refusals(result, tmp_path)) == (
        1,
        [
            f"registers/deep/down/two: not exported. {SEE_REASON} --root registers/deep/down/two",
            "nowhere: not exported. There is no folder of this name.",
            "registers/empty: not exported. There is no register in this folder, or in a folder below it.",
        ],
    )
    assert result.out == f"1 register exported as at {DAY} to {tmp_path / 'out'}. 3 could not be exported.\n"
    assert len(rows_of(tmp_path / "out", "position", "council")) == 1
    assert export(tmp_path / "none", tmp_path / "nowhere").code == 3
    assert not (tmp_path / "none").exists()


def test_a_register_that_is_read_in_part_is_named(registers: Path, tmp_path: Path) -> None:
    (registers / "one" / "data" / "actions" / "A02.yaml").write_text(action("A02", status="odd"), "utf-8")
    words = ("portfolio", "export", registers, "--output", tmp_path / "out", "--as-of", DAY)
    for more, code in (((), 0), (("--fail",), 1)):
        result = run(*words, *more)
        assert (result.code, refusals(result, tmp_path)) == (
            code,
            [f"registers/one: exported without {UNREADABLE} --root registers/one"],
        )
    assert rows_of(tmp_path / "out", "records", "council", "id")[-1] == ("Northfold Council", "A01")


def test_two_registers_with_one_name_are_not_mixed(tmp_path: Path) -> None:
    council(tmp_path / "a", "Northfold Council", action())
    council(tmp_path / "b", "Northfold Council", action())
    council(tmp_path / "c", "Northfold Council", action(), title="Contracts")
    council(tmp_path / "d", "NORTHFOLD COUNCIL", action())
    result = export(tmp_path / "out", tmp_path, tmp_path / "a")
    assert (result.code, refusals(result, tmp_path)) == (
        1,
        [f"b: not exported. {SAME_NAME}"],
    )
    folders = sorted(re.sub(r"[0-9a-f]{8}$", "", path.name) for path in (tmp_path / "out").iterdir())
    assert folders == ["register=northfold-council-"] * 3


@pytest.mark.parametrize("name", ["Cyngor Sir Gâr", "香港", "../../x", "a/b\\c", "CON", "x" * 200, "\u202eabc", "=1+1"])
def test_the_name_of_a_register_is_a_plain_folder(name: str) -> None:
    key = make_register_key(Export(name, "", date(2023, 1, 12), "public", ()))
    assert re.fullmatch(r"[a-z0-9-]{1,60}-[0-9a-f]{8}", key)


def test_a_field_with_the_name_of_an_added_column_gets_another() -> None:
    columns = tuple(ExportColumn(name, "string", name, (name,)) for name in ("council", "register", "text"))
    table = ExportTable("records", "Records", columns, (("a", "b", "c"),), ("council",))
    ((_, data),) = write_partition(Export("T", "Council", date(2023, 1, 12), "public", (table,)), "key")
    (row,) = parquet.read_table(BytesIO(data)).to_pylist()
    assert row == {
        "council": "Council",
        "commit": None,
        "position_date": date(2023, 1, 12),
        "council_of_record": "a",
        "register_of_record": "b",
        "text": "c",
    }


DECLARED = """title: Review
organisation: {name} Council
fields:
  action: {{score: {type}, council: text}}
"""


def test_declared_fields_are_exported_by_their_types(tmp_path: Path) -> None:
    for name, type_, value in (("A", "number", "98.5"), ("B", "number", "'1,200'"), ("C", "text", "high")):
        record = action(score=value, council="Mine")
        write_register(tmp_path / name, {"actions/A01.yaml": record}, DECLARED.format(name=name, type=type_))
    result = export(tmp_path / "portfolio", *(tmp_path / name for name in "ABC"))
    assert (result.code, result.err) == (0, "")
    columns = ("council", "council_of_record", "score")
    assert rows_of(tmp_path / "portfolio", "records", *columns) == [
        ("A Council", "Mine", 98.5),
        ("B Council", "Mine", 1200.0),
        ("C Council", "Mine", "high"),
    ]
    assert len(list(ask_every_question(tmp_path))) == len(QUESTIONS) - 1
    assert run("export", "--root", tmp_path / "A", "--output", tmp_path / "csv").code == 0
    package = json.loads((tmp_path / "csv" / "datapackage.json").read_bytes())
    (field,) = (field for field in package["resources"][0]["schema"]["fields"] if field["name"] == "score")
    assert field["type"] == "number"


def test_without_the_library_a_sentence_states_how_to_install_it(registers: Path, tmp_path: Path) -> None:
    with patch.dict(sys.modules, {"pyarrow": None, "pyarrow.parquet": None}):
        result = export(tmp_path / "out", registers)
    assert (result.code, result.err) == (
        3,
        'To write Parquet files, install the library: pip install "p2ptrack[portfolio]"\n',
    )


def test_nothing_exempt_is_in_any_byte_for_the_public(tmp_path: Path) -> None:
    canary_register = make_canary_register()
    root = write(canary_register, tmp_path / "registers" / "one")
    assert export(tmp_path / "public", root).code == 0
    assert export(tmp_path / "officers", root, audience="officers").code == 0
    contents = {name: _read_everything(tmp_path / name) for name in ("public", "officers")}
    withheld = {*canary_register.exempt, *canary_register.notes}
    assert sorted(word for word in withheld if word in contents["public"]) == []
    assert sorted(word for word in canary_register.exempt if word in contents["officers"]) != []
    assert sorted(word for word in canary_register.open if word in contents["public"]) != []


def _read_everything(folder: Path) -> str:
    """Return every path and value of a portfolio, and the metadata of its files."""
    parts = []
    for path in sorted(folder.rglob("*.parquet")):
        file = parquet.ParquetFile(path)
        parts += [
            str(path.relative_to(folder)),
            str(file.read().to_pylist()),
            str(file.metadata),
            str(file.schema_arrow),
        ]
        parts += [str(file.metadata.row_group(0).to_dict())] if file.metadata.num_row_groups else []
    return "".join(parts)


def test_findings_of_exempt_records_are_not_counted_for_the_public(tmp_path: Path) -> None:
    late = action(target="1 January 2023", accountable="Head of IT", status="in_progress")
    root = council(tmp_path / "one", "Northfold Council", late, late.replace("A01", "A02") + EXEMPT)
    counts = {}
    for audience in ("public", "officers"):
        export(tmp_path / audience, root, audience=audience)
        counts[audience] = dict(rows_of(tmp_path / audience, "findings", "code", "findings"))
    assert (counts["public"]["T101"], counts["officers"]["T101"]) == (1, 2)
    assert not [code for code in counts["public"] if code.startswith("P")]


def test_findings_of_withheld_contracts_are_not_counted_for_the_public(tmp_path: Path) -> None:
    root = council(tmp_path / "one", "Northfold Council", action())
    rows = (
        "Reference,Title,Supplier,Start,End,Exempt",
        *(f"C{n},T{n},S{n},2020-04-01,2022-03-31,{x}" for n, x in ((1, "no"), (2, "yes"), (3, "no"))),
    )
    (tmp_path / "table.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert run("import", "contracts", tmp_path / "table.csv", "--yes", "--root", root, "--as-of", DAY).code == 0
    counts = {}
    for audience in ("public", "officers"):
        assert export(tmp_path / audience, root, audience=audience).code == 0
        finding_rows = rows_of(tmp_path / audience, "findings", "code", "findings")
        counts[audience] = {code: count for code, count in finding_rows if code.startswith("K")}
    assert {code: (counts["public"][code], count) for code, count in counts["officers"].items() if count > 2} != {}
    assert all(counts["public"].get(code, 0) == 2 for code, count in counts["officers"].items() if count == 3)


@pytest.fixture
def repository(tmp_path: Path) -> RegisterRepository:
    repository = make_repository(
        tmp_path / "work", "council", {"actions/A01.yaml": action()}, programme("Northfold Council")
    )
    repository.commit("2022-11-01")
    repository.commit("2022-12-01", {"data/actions/A02.yaml": action("A02")})
    return repository


def test_a_repository_is_read_from_its_newest_commit(repository: RegisterRepository, tmp_path: Path) -> None:
    repository.write({"data/actions/A03.yaml": action("A03")})  # not committed
    git(tmp_path, "clone", "--quiet", "--bare", "work", "registers/one.git")
    folder = tmp_path / "registers"
    sources: tuple[str | Path, ...] = (repository.top.as_uri(), folder, folder / "one.git")
    for number, source in enumerate(sources):
        out = tmp_path / f"out{number}"
        result = export(out, source)
        assert (result.code, result.err) == (0, "")
        head = repository.commits[-1]
        assert rows_of(out, "records", "commit", "id") == [(head, "A01"), (head, "A02")]
        assert rows_of(out, "position", "commit") == [(head,)]
    assert files_in(tmp_path / "out0") == files_in(tmp_path / "out1") == files_in(tmp_path / "out2")


@pytest.mark.parametrize(
    "setting", ["safe.bareRepository=explicit", "clone.defaultRemoteName=up", "clone.rejectShallow=true"]
)
def test_settings_of_the_computer_do_not_matter(repository: RegisterRepository, tmp_path: Path, setting: str) -> None:
    key, value = setting.split("=")
    repository.commit("2022-12-05", {"data/actions/A05.yaml": action("A05") + EXEMPT})  # its history is read too
    words = ("portfolio", "export", repository.top.as_uri(), "--output", tmp_path / "out", "--as-of", DAY)
    result = run(*words, GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0=key, GIT_CONFIG_VALUE_0=value)
    assert (result.code, result.err) == (0, "")


def test_what_was_exempt_is_found_in_the_history_of_a_repository(
    repository: RegisterRepository, tmp_path: Path
) -> None:
    secret = f"id: A04\ntitle: Settle with Fishpond Ltd\n{EXEMPT}\n"
    repository.commit("2022-12-02", {"data/actions/A04.yaml": secret, "data/actions/A05.yaml": action("A05") + EXEMPT})
    record = action("A06", origin_text="After Settle with Fishpond Ltd")
    repository.commit("2022-12-03", {"data/actions/A04.yaml": None, "data/actions/A06.yaml": record})
    assert export(tmp_path / "copy", repository.top.as_uri()).code == 0
    assert export(tmp_path / "folder", repository.root).code == 0
    assert rows_of(tmp_path / "copy", "records", "id", "origin_text") == rows_of(
        tmp_path / "folder", "records", "id", "origin_text"
    )
    assert "Fishpond" not in _read_everything(tmp_path / "copy")


def test_a_copy_runs_and_checks_out_nothing(repository: RegisterRepository, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    repository.write(
        {"../.gitattributes": "* filter=evil\n", "../.gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::y\n'}
    )
    repository.commit("2022-12-04")
    for setting in ("filter.evil.smudge", "core.sshCommand", "uploadpack.packObjectsHook", "core.fsmonitor"):
        repository.git("config", setting, f"touch {mark}")
    for hook in ("post-checkout", "reference-transaction", "post-upload-pack"):
        path = repository.top / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {mark}\n", "utf-8")
        path.chmod(0o755)
    folder = tmp_path / "copy"
    folder.mkdir()
    (finding_rows,) = copy_remote(repository.top.as_uri(), folder)
    assert (finding_rows.prefix, finding_rows.head, mark.exists()) == ("council/", repository.commits[-1], False)
    assert not [path for path in folder.rglob("*") if path.suffix in {".yaml", ".sample"}]


ADVICE = "p2ptrack does not read this kind of address. Use one that begins with https://, ssh:// or file://."
COPYING = "git cannot copy it: "


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://example.org/x.git", ADVICE),
        ("git://example.org/x.git", ADVICE),
        ("ftp://example.org/x.git", ADVICE),
        ("ext::sh -c true", ADVICE),
        ("https::https://example.org/x.git", ADVICE),
        ("fd::3", ADVICE),
        ("file:///nowhere/x.git", COPYING),
        ("file://--upload-pack=true", COPYING),
        ("ssh://-oProxyCommand=true/x.git", COPYING),
    ],
)
def test_an_address_that_is_not_read(tmp_path: Path, address: str, reason: str) -> None:
    result = export(tmp_path / "out", address)
    assert result.code == 3
    assert f"{address}: not exported. {reason}" in result.err


def test_a_password_in_an_address_is_not_printed(tmp_path: Path) -> None:
    result = export(tmp_path / "out", "file://clerk:secret@nowhere/x.git")
    assert ("secret" in result.out + result.err, result.code) == (False, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("git@example.org:a/b.git", True),
        ("https://example.org/a", True),
        ("C:\\registers", False),
        ("a/b@c:d", False),
        ("git@-oProxyCommand=x:y", False),
        ("northfold", False),
        ("./a:b", False),
    ],
)
def test_what_an_address_is(text: str, expected: bool) -> None:
    assert is_repository_address(text) is expected


def test_links_in_the_folder_lead_nowhere(registers: Path, tmp_path: Path) -> None:
    (registers / "link").symlink_to(registers / "one")
    (registers / "one" / "loop").symlink_to(registers)
    result = export(tmp_path / "out", registers)
    assert refusals(result, tmp_path) == [
        "registers/link: not exported. This folder cannot be read: it is a link, so name the folder that it leads to."
    ]
    key = next((tmp_path / "out").glob("register=northfold*"))
    key.rename(tmp_path / "elsewhere")
    key.symlink_to(tmp_path / "elsewhere")
    (registers / "link").unlink()
    result = export(tmp_path / "out", registers)
    assert "is a link, and p2ptrack does not write through links." in result.err


def test_no_files_are_written_among_records(registers: Path) -> None:
    result = export(registers / "one" / "data" / "out", registers)
    assert result.code == 2
    assert "where p2ptrack writes no papers" in result.err


@pytest.mark.parametrize("words", [("import", "x"), ("Export", "x")])
def test_an_unknown_action_is_wrong_usage(words: tuple[str, str]) -> None:
    result = run("portfolio", *words)
    assert result.code == 2
    assert "is not an action" in result.err


def ask_every_question(folder: Path) -> Iterator[tuple[float, list[tuple[Any, ...]]]]:
    """Yield the CPU seconds of each question, its definitions included and on one thread, and its rows."""
    definitions, *questions = (text.replace("'portfolio/", f"'{folder.as_posix()}/portfolio/") for text in QUESTIONS)
    for question in questions:
        with duckdb.connect(config={"threads": 1}) as connection:
            start = time.process_time()
            connection.execute(definitions)
            rows = connection.execute(question).fetchall()
            yield time.process_time() - start, rows


@pytest.mark.slow
def test_the_questions_of_the_documentation(tmp_path: Path) -> None:
    demo = tmp_path / "registers" / "demo"
    assert run("init", "--demo", demo).code == 0
    late = action(target="1 January 2026", accountable="[Head of IT, Head of Law]", status="in_progress")
    council(tmp_path / "registers" / "two", "Northfold Council", late)
    for day in ("2026-10-31", "2026-11-30"):
        assert export(tmp_path / "portfolio", tmp_path / "registers", as_of=day).code == 0
    overdue, slippage, stale, trend, posts, reasons, problems, read = [rows for _, rows in ask_every_question(tmp_path)]
    assert [row[0] for row in overdue] == ["Example Borough Council", "Northfold Council"]
    assert overdue[1] == ("Northfold Council", 1, 1, 100.0, 333.0)
    assert slippage[0][:3] == ("Example Borough Council", 2, 2)
    assert ("Northfold Council", "A01", "Review", "Head of IT; Head of Law", None) in stale
    assert [(row[0], row[1]) for row in trend] == [(date(2026, 10, 31), 2), (date(2026, 11, 30), 2)]
    assert {("Northfold Council", post, 1, 333) for post in ("Head of IT", "Head of Law")} <= set(posts)
    assert reasons[0][:3] == ("urgency", 2, 1)
    assert "T101" in {row[0] for row in problems}
    assert {(row[0], row[1], row[4], row[5]) for row in read} == {
        (name, date(2026, 11, 30), 0, "public") for name in ("Example Borough Council", "Northfold Council")
    }


@pytest.mark.slow
def test_every_question_is_answered_over_many_registers_in_a_second(tmp_path: Path) -> None:
    day = date(2023, 1, 12)
    bench_register.write_register(tmp_path / "one", 2_000)
    opened = open_exported_register(tmp_path / "one", day, AnswerOptions(Audience.PUBLIC, day, has_provenance=True))
    tables = add_findings(build_export(opened.case), opened.problems, {})
    selected = [table for table in tables.tables if table.name in {"records", "findings", "position"}]
    tables = replace(tables, tables=tuple(selected))
    partition = {path: parquet.read_table(BytesIO(data)) for path, data in write_partition(tables, "key")}
    for number in range(333):
        name = f"Council {number}"
        key = make_register_key(replace(tables, organisation=name))
        for path, table in partition.items():
            file = tmp_path / "portfolio" / path.replace("register=key/", f"register={key}/")
            file.parent.mkdir(parents=True, exist_ok=True)
            renamed = table.set_column(0, "council", [[name] * table.num_rows])
            parquet.write_table(renamed, file, compression="zstd")
    first, second = (list(ask_every_question(tmp_path)) for _ in range(2))
    assert [len(rows) for _, rows in first] == [333, 333, 0, 1, 20, 0, 17, 333]
    seconds = [min(answer[0] for answer in answers) for answers in zip(first, second, strict=True)]
    assert max(seconds) < 1.0


def test_case_of_nothing_has_every_table() -> None:
    export = add_findings(build_export(case_of()), (), {})
    names = [path.rpartition("/")[2] for path, _ in write_partition(export, "key")]
    assert {"records.parquet", "updates.parquet", "revisions.parquet", "links.parquet", "findings.parquet"} <= set(
        names
    )
