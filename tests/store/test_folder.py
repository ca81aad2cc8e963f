"""The register's folder: where it is, which files are records, and what is wrong with them as files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.errors import OperationError
from p2ptrack.store.folder import (
    FILE_ERRORS,
    FolderSource,
    check_file_name,
    find_root,
    list_record_files,
    too_large_error,
    unreadable_error,
)
from tests.diagnostics import (
    ACTION,
    count_records,
    drop_locations,
    find_problems,
    load_register,
    make_error,
    problems_in,
)
from tests.support import write_register

A01 = {"actions/A01.yaml": ACTION}
NOT_ID = "The id is A01, but the file name does not begin with it"
ASK = unreadable_error("", OSError()).fix


# Where the register is


def test_a_register_is_the_folder_that_is_given(tmp_path: Path) -> None:
    root = write_register(tmp_path / "register")
    assert find_root(root, tmp_path) == root


def test_a_register_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    outer = write_register(tmp_path / "outer", A01)
    inner = write_register(outer / "inner")
    assert find_root(None, outer / "data" / "actions") == outer
    assert find_root(None, inner / "data") == inner
    assert find_root(None, outer) == outer


def test_a_register_is_found_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_register(tmp_path / "register", A01)
    monkeypatch.chdir(tmp_path)
    assert find_root(Path("register"), tmp_path) == Path("register")
    assert count_records(Path("register")) == (1, 1)
    assert problems_in(Path("register")) == ()
    assert count_records(Path("register/data/..")) == (1, 1)
    monkeypatch.chdir(tmp_path / "register" / "data")
    assert count_records(Path("..")) == (1, 1)
    assert problems_in(Path("..")) == ()


def test_no_register_in_the_folder_given(tmp_path: Path) -> None:
    with pytest.raises(OperationError) as exc_info:
        find_root(tmp_path, tmp_path)
    assert str(exc_info.value) == (
        f"There is no register in {tmp_path}: it has no data/programme.yaml. Start one with: p2ptrack init {tmp_path}"
    )


def test_no_register_anywhere_above(tmp_path: Path) -> None:
    with pytest.raises(OperationError) as exc_info:
        find_root(None, tmp_path)
    assert str(exc_info.value) == (
        f"There is no register here: {tmp_path} and the folders above it have no data/programme.yaml. "
        "Go to the register's folder, give its path with --root, or start one with: p2ptrack init"
    )


@pytest.mark.parametrize("name", ["file", "nothing", "null\0byte", "a\nb", "x" * 5000])
def test_a_path_that_is_no_folder_has_no_register(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OperationError, match="There is no register in ") as exc_info:
        find_root(tmp_path / name, tmp_path)
    assert "\n" not in str(exc_info.value)
    assert "\0" not in str(exc_info.value)


def test_a_folder_without_permission_has_no_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(path)

    monkeypatch.setattr(Path, "is_file", refuse)
    with pytest.raises(OperationError, match="There is no register here"):
        find_root(None, tmp_path)


def test_a_folder_in_the_place_of_the_programme_is_no_register(tmp_path: Path) -> None:
    (tmp_path / "data" / "programme.yaml").mkdir(parents=True)
    with pytest.raises(OperationError):
        find_root(tmp_path, tmp_path)


# Which files are records


def test_an_empty_register_is_a_register(tmp_path: Path) -> None:
    assert find_problems(tmp_path, {}) == ()
    assert count_records(tmp_path) == (0, 0)


def test_files_count_by_kind_and_name(tmp_path: Path) -> None:
    names = ["actions/A02.yml", "actions/A01-x.YAML", "audit_followups/F01.yaml", "recommendations/R1.yaml"]
    write_register(tmp_path, dict.fromkeys([*names, "actions/.A03.yaml", "actions/.hidden/A04.yaml"], "x: y"))
    files, problems = list_record_files(FolderSource(tmp_path))
    assert problems == ()
    assert [(file.kind.name, file.path, file.problem) for file in files] == [
        ("recommendation", "data/recommendations/R1.yaml", None),
        ("action", "data/actions/A01-x.YAML", None),
        ("action", "data/actions/A02.yml", None),
        ("follow_up", "data/audit_followups/F01.yaml", None),
    ]


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("A01.docx", "A01.yaml"),
        ("A01", "A01.yaml"),
        ("A01-x.y.txt", "A01-x.y.yaml"),
        ("A01.yaml.txt", "A01.yaml"),
    ],
)
def test_a_file_with_another_ending_counts_and_is_a_problem(name: str, better: str, tmp_path: Path) -> None:
    assert find_problems(tmp_path, {f"actions/{name}": ACTION}) == (
        make_error(
            "D102",
            "",
            "Every file in this folder is a record, but the name of this file does not end in .yaml.",
            f"If this is a record, save it as data/actions/{better}. Otherwise move it out of the data folder.",
            f"data/actions/{name}",
        ),
    )
    assert count_records(tmp_path) == (1, 0)
    assert load_register(tmp_path).register.broken_ids == {"A01"}


def test_a_file_whose_name_begins_with_a_hyphen_is_named_whole(tmp_path: Path) -> None:
    find_problems(tmp_path, {"actions/-portal.yaml": "exempt\n"})
    assert load_register(tmp_path).register.broken_ids == {"-portal"}


def test_no_advice_names_the_file_of_a_record(tmp_path: Path) -> None:
    problems = find_problems(
        tmp_path, {"actions/A01.docx": "x", "actions/A01.yaml.txt": "x", "actions/a01.YAML": ACTION}
    )
    assert [problem.code for problem in problems] == ["D102", "D102", "D106"]
    assert not any("A01.yaml" in problem.fix for problem in problems[:2])


@pytest.mark.parametrize(
    "name",
    [
        "A01.yaml.orig",
        "A01.yaml.bak",
        "A01.yaml~",
        "#A01.yaml#",
        "A01.yaml.rej",
        "A01.yaml.r4711",
        "A01.yaml.autosave",
        "A01.yaml.lock",
        "A01.yaml.un~",
        "A01.yaml.part",
        "A01.yaml.sb-1a2b-x",
        "A01.yaml.1",
        "A01.yaml.old",
        "A01.yaml.orig~",
        "A01_BACKUP_4711.yaml",
        "A01_REMOTE_4711.yaml",
    ],
)
def test_a_backup_of_a_record_is_a_note(name: str, tmp_path: Path) -> None:
    files = {f"actions/{name}": "id: A01\ntitle: old\n", "actions/A01.yaml": ACTION}
    (problem,) = find_problems(tmp_path, files)
    assert (problem.code, problem.severity, problem.path) == ("D111", Severity.NOTE, f"data/actions/{name}")
    assert "data/actions/A01.yaml is the record" in problem.message
    assert "elete" not in problem.fix
    assert count_records(tmp_path) == (1, 1)
    assert load_register(tmp_path).register.broken_ids == frozenset()


def test_a_backup_without_its_record_is_a_warning(tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {"actions/A01.yaml.bak": ACTION})
    assert (problem.code, problem.severity) == ("D111", Severity.WARNING)
    assert "save it as data/actions/A01.yaml" in problem.fix


@pytest.mark.parametrize(
    "name", ["Thumbs.db", "ehthumbs.db", "desktop.ini", "~$A01.docx", "A01.yaml.swp", "A01.tmp", "A01 - Shortcut.lnk"]
)
def test_a_file_of_another_program_is_a_note(name: str, tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {f"actions/{name}": "", "actions/A01.yaml": ACTION})
    assert (problem.code, problem.severity, problem.fix) == ("D111", Severity.NOTE, "Nothing needs to be done.")
    assert count_records(tmp_path) == (1, 1)


def test_a_folder_inside_a_folder_of_records_is_a_problem(tmp_path: Path) -> None:
    assert find_problems(tmp_path, {"actions/2023/A01.yaml": ACTION, "actions/A02.yaml/A02.yaml": ACTION}) == (
        make_error(
            "D103",
            "",
            "This is a folder inside a record folder, so 1 file is not read: data/actions/2023/A01.yaml.",
            "Move its records to data/actions.",
            "data/actions/2023",
        ),
        make_error(
            "D101",
            "",
            "This is a folder, but a file is expected here.",
            "Save the record as a file named A02.yaml.",
            "data/actions/A02.yaml",
        ),
    )
    assert count_records(tmp_path) == (1, 0)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("action", "data/actions"),
        ("acton", "data/actions"),
        ("Recommendation", "data/recommendations"),
        ("followups", "data/audit_followups"),
        ("zzz", ""),
        ("exemption", "data/exemptions"),
        ("risks", ""),
        ("invoices", ""),
    ],
)
def test_a_folder_of_records_that_is_not_read_is_an_error(name: str, folder: str, tmp_path: Path) -> None:
    assert find_problems(tmp_path, {f"{name}/A01.yaml": ACTION, ".hidden/A01.yaml": ACTION}) == (
        make_error(
            "D108",
            "",
            f"This is not a record folder, so 1 file is not read: data/{name}/A01.yaml.",
            f"Did you mean {folder}? If so, move the files there."
            if folder
            else "Records are read from data/recommendations, data/actions, data/audit_followups and data/exemptions. "
            "Keep other files outside the data folder.",
            f"data/{name}",
        ),
    )


def test_every_record_file_below_a_folder_that_is_not_read_is_counted(tmp_path: Path) -> None:
    names = [f"savings/2026/S0{number}.yaml" for number in range(1, 7)]
    (problem,) = find_problems(tmp_path, dict.fromkeys(names, ACTION))
    assert problem.message.startswith(
        "This is not a record folder, so 6 files are not read: data/savings/2026/S01.yaml, "
    )
    assert problem.message.endswith(" and 1 more.")


def test_a_folder_without_record_files_is_a_note(tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {"minutes/march.pdf": "x"})
    assert (problem.code, problem.severity) == ("D110", Severity.NOTE)


def test_a_record_beside_the_folders_is_an_error(tmp_path: Path) -> None:
    message = "This file is not in a record folder, so it is not read."
    assert find_problems(tmp_path, {"A01.yaml": ACTION, "programme.yml": "x", "notes.txt": "x", ".A02.yaml": "x"}) == (
        make_error(
            "D108",
            "",
            message,
            "If it is a record, move it to data/recommendations, data/actions, data/audit_followups or "
            "data/exemptions.",
            "data/A01.yaml",
        ),
        make_error(
            "D108",
            "",
            "This file is not read. The settings are read from data/programme.yaml.",
            "Put the settings that you need in data/programme.yaml, and keep this file outside the data folder.",
            "data/programme.yml",
        ),
    )


# Files and folders that cannot be read


def test_a_file_in_the_place_of_a_folder_is_a_problem(tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {"actions": "x"})
    assert (problem.path, problem.code, problem.message, problem.fix) == (
        "data/actions",
        "D101",
        "This cannot be read: a file is where a folder should be.",
        ASK,
    )


def test_a_folder_that_may_not_be_listed_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_register(tmp_path, A01)
    real = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name in {"data", "actions"}:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert problems_in(tmp_path) == (
        make_error("D101", "", "This cannot be read: you do not have permission.", ASK, "data"),
        make_error("D101", "", "This cannot be read: you do not have permission.", ASK, "data/actions"),
    )


def test_a_register_that_was_removed_is_reported(tmp_path: Path) -> None:
    assert problems_in(tmp_path) == (
        make_error("D101", "", "This cannot be read: there is nothing at this path.", ASK, "data/programme.yaml"),
    )


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "you do not have permission"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "there is nothing at this path"),
        (IsADirectoryError(errno.EISDIR, "Is a directory"), "it is a folder"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory"), "a file is where a folder should be"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (OSError(), "OSError"),
    ],
)
def test_a_file_that_cannot_be_read(why: OSError, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_register(tmp_path, A01)
    real = os.open

    def opened(path: str, flags: int) -> int:
        if str(path).endswith("A01.yaml"):
            raise why
        return real(path, flags)

    monkeypatch.setattr(os, "open", opened)
    assert problems_in(tmp_path) == (make_error("D101", "", f"This cannot be read: {words}.", ASK),)


@pytest.mark.parametrize("size", [1_048_577, 3_000_000])
def test_a_file_over_one_mebibyte_is_not_read(size: int, tmp_path: Path) -> None:
    assert find_problems(tmp_path, {"actions/A01.yaml": b"#" * size}) == (too_large_error("data/actions/A01.yaml"),)


def test_a_file_of_one_mebibyte_is_read(tmp_path: Path) -> None:
    text = f"{ACTION}as_published:\n" + "".join(f"  n{number}: {'word ' * 50}\n" for number in range(4_200))
    text = (text[: 1_048_576 - 1_000] + "\n").ljust(1_048_576, "#")
    assert find_problems(tmp_path, {"actions/A01.yaml": text}) == ()
    assert count_records(tmp_path) == (1, 1)


def test_a_file_that_grows_while_it_is_read_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_register(tmp_path, {"actions/A01.yaml": b"#" * 1_048_577})
    real = os.fstat

    def fstat(number: int) -> os.stat_result:
        about = real(number)
        return os.stat_result([10 if at == 6 else value for at, value in enumerate(about)][:10])

    monkeypatch.setattr(os, "fstat", fstat)
    (problem,) = problems_in(tmp_path)
    assert problem.code == "D104"


# Names


@pytest.mark.parametrize(
    "name", ["A01.yaml", "A01-contracts-register.yaml", "A01-.yml", "A01-a b.yaml", "A01-é—☃.yaml"]
)
def test_a_name_that_begins_with_the_id(name: str, tmp_path: Path) -> None:
    assert find_problems(tmp_path, {f"actions/{name}": ACTION}) == ()
    assert load_register(tmp_path).register.paths == {"A01": f"data/actions/{name}"}


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("A02.yaml", "A01.yaml"),
        ("A010.yaml", "A01.yaml"),
        ("A02-old.yml", "A01-old.yaml"),
        ("-A01.yaml", "A01.yaml"),
        (".yaml.yaml", "A01.yaml"),
    ],
)
def test_a_name_that_does_not_begin_with_the_id_is_a_problem(name: str, better: str) -> None:
    assert check_file_name(f"data/actions/{name}", "A01") == make_error(
        "D106",
        "id",
        "The id is A01, but the file name does not begin with it.",
        f"Name the file {better}, or correct the id.",
        f"data/actions/{name}",
    )


@pytest.mark.parametrize(
    ("name", "message", "better"),
    [
        ("A01 old.yaml", "After A01 in the file name comes a hyphen or the ending .yaml.", "A01-old.yaml"),
        ("A01_old.yaml", "After A01 in the file name comes a hyphen or the ending .yaml.", "A01-old.yaml"),
        ("A01.old.yaml", "After A01 in the file name comes a hyphen or the ending .yaml.", "A01-old.yaml"),
        ("A01 \u2014 Review.yaml", "After A01 in the file name comes a hyphen or the ending .yaml.", "A01-review.yaml"),
        ("A01 (2).yaml", "After A01 in the file name comes a hyphen or the ending .yaml.", "A01-2.yaml"),
        ("a01.yaml", "The id is A01, but the file name writes it as a01.", "A01.yaml"),
        (
            "\u041001-review.yaml",
            f"{NOT_ID}: \u0410 is a Cyrillic character (U+0410). Type a plain A.",
            "A01-review.yaml",
        ),
        (
            "A\uff101-x.yaml",
            f"{NOT_ID}: \uff10 is a Fullwidth character (U+FF10). Type a plain 0.",
            "A01-x.yaml",
        ),
    ],
)
def test_a_name_states_which_character_is_wrong(name: str, message: str, better: str) -> None:
    problem = check_file_name(f"data/actions/{name}", "A01")
    assert problem is not None
    assert (problem.message, problem.fix) == (message, f"Name the file {better}, or correct the id.")


def test_a_wrong_name_is_reported_at_the_id_and_the_record_is_read(tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {"actions/A02.yaml": ACTION})
    assert (problem.code, problem.field, problem.location and (problem.location.line, problem.location.column)) == (
        "D106",
        "id",
        (1, 5),
    )
    assert count_records(tmp_path) == (1, 1)


# Ids


def same_id(path: str, field: str, id_: str, twin: str) -> Problem:
    message = f"The id {id_} is already used in {twin}, so this file is not read."
    fix = (
        "Give one of the two an id that is not used yet, and name its file after it. "
        "If one is a copy, move it out of the data folder."
    )
    return make_error("D107", field, message, fix, path)


@pytest.mark.parametrize(
    "name", ["A02 - Copy.yaml", "A02 (2).yaml", "A02-copy.yaml", "A02_copy.yaml", "A02 copy 2.yaml", "A02-Kopie.yaml"]
)
def test_a_copy_is_not_the_record_whatever_the_order_of_the_names(name: str, tmp_path: Path) -> None:
    record, copy = "id: A02\ntitle: new\n", "id: A02\ntitle: old\n"
    problems = find_problems(tmp_path, {"actions/A02-z.yaml": record, f"actions/{name}": copy})
    assert [(problem.code, problem.path) for problem in problems] == [("D107", f"data/actions/{name}")]
    assert load_register(tmp_path).register.paths == {"A02": "data/actions/A02-z.yaml"}


TRACKED = "id: A02\ntitle: x\nstatus: open\ntarget: TBC\naccountable: Head of Procurement\n"


@pytest.mark.parametrize("folder", ["recommendations", "exemptions"])
@pytest.mark.parametrize("record", [TRACKED, f"{TRACKED}colour: red\n"])
def test_a_copy_in_the_folder_of_another_kind_is_one_problem(folder: str, record: str, tmp_path: Path) -> None:
    problems = find_problems(tmp_path, {"actions/A02.yaml": record, f"{folder}/A02.yaml": record})
    own = [("S101", "data/actions/A02.yaml")] if "colour" in record else []
    assert [(problem.code, problem.path) for problem in problems] == [*own, ("D107", f"data/{folder}/A02.yaml")]
    assert load_register(tmp_path).register.paths == {"A02": "data/actions/A02.yaml"}


def test_a_record_in_the_folder_of_another_kind_is_one_problem(tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {"recommendations/A02.yaml": TRACKED})
    assert problem.code == "S101"
    assert problem.message == "“status”, “target” and “accountable” are fields of actions, not of recommendations."
    assert problem.fix.startswith("If the file belongs to the actions, move it to data/actions. Otherwise")
    register = load_register(tmp_path).register
    assert (list(register.paths), register.unreadable_folders) == (["A02"], frozenset({"actions"}))


def test_the_id_in_the_name_of_a_copied_file_is_the_fix(tmp_path: Path) -> None:
    files = {"actions/A03.yaml": "id: A03\ntitle: x\n", "actions/A05-new.yaml": "id: A03\ntitle: x\n"}
    (problem,) = find_problems(tmp_path, files)
    assert (problem.path, problem.fix) == ("data/actions/A05-new.yaml", "Write the id of the new record:\nid: A05")


def test_an_id_is_used_once_whatever_the_case(tmp_path: Path) -> None:
    problems = find_problems(
        tmp_path,
        {
            "actions/A01.yaml": ACTION,
            "actions/a01-again.yaml": "id: a01\ntitle: x\n",
            "audit_followups/A01.yaml": "id: A01\ntitle: x\n",
        },
    )
    twin = "data/actions/A01.yaml"
    assert drop_locations(problems) == [
        same_id("data/actions/a01-again.yaml", "id", "a01", twin),
        same_id("data/audit_followups/A01.yaml", "id", "A01", twin),
    ]
    assert count_records(tmp_path) == (3, 1)


def test_a_part_has_an_id_of_its_own_among_all(tmp_path: Path) -> None:
    problems = find_problems(
        tmp_path,
        {
            "recommendations/R1.yaml": "id: R1\ntitle: x\nparts:\n  - {id: R1.1, text: a}\n",
            "recommendations/R2.yaml": "id: R2\ntitle: x\nparts:\n  - {id: R2.1, text: a}\n  - {id: r1.1, text: b}\n",
            "actions/R1.1.yaml": "id: R1.1\ntitle: x\n",
        },
    )
    twin = "data/recommendations/R1.yaml"
    assert drop_locations(problems) == [
        same_id("data/actions/R1.1.yaml", "id", "R1.1", twin),
        same_id("data/recommendations/R2.yaml", "parts[1].id", "r1.1", twin),
    ]
    assert [problem.location and problem.location.line for problem in problems] == [1, 5]


def test_every_code_of_a_folder_is_in_the_table() -> None:
    assert [entry.code for entry in FILE_ERRORS] == [f"D{number}" for number in range(101, 113)]
    assert {entry.code for entry in FILE_ERRORS if entry.severity is not Severity.ERROR} == {"D110", "D111"}
    assert all(entry.title and entry.why and entry.example and entry.fix for entry in FILE_ERRORS)
