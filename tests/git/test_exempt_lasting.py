"""What was exempt once is in no public paper, whatever became of its record: each place is planted with a word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.reports import REPORTS
from tests.command import SEED_DAY, run
from tests.git.builders import RegisterRepository, action, make_repository
from tests.publication.canaries import PROGRAMME, CanaryRegister, make_canary_register, without_exemptions
from tests.publication.searching import extract_all_text

_WORD = re.compile(r"zq\d{4}")
Files = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def canary_register() -> CanaryRegister:
    return make_canary_register()


def as_text(files: Files) -> dict[str, str | bytes | None]:
    return {f"data/{path}": json.dumps(data, indent=1, ensure_ascii=False) for path, data in files.items()}


def without_exemption(canary_register: CanaryRegister) -> Files:
    return {path: without_exemptions(data) for path, data in canary_register.files.items()}


def list_exempt(canary_register: CanaryRegister) -> Files:
    """Return the records in which something is exempt and still holds, by path."""
    return {
        path: data for path, data in canary_register.files.items() if has_exemption(data) and "06" not in data["id"]
    }


def has_exemption(value: Any) -> bool:
    if isinstance(value, dict):
        return "exempt" in value or any(map(has_exemption, value.values()))
    return isinstance(value, list) and any(map(has_exemption, value))


def strip_exempt_parts(data: dict[str, Any]) -> dict[str, Any]:
    """Return a record without its exemptions and without all that they cover."""
    exempt = data.get("exempt")
    names = exempt.get("fields", list(data)) if exempt else []
    values = {name: value for name, value in data.items() if name not in {"exempt", *(n.split(".")[0] for n in names)}}
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = [entry for entry in value if not has_exemption(entry)]
    return {"id": data["id"], "title": "New title", **values}


def start(folder: Path, canary_register: CanaryRegister) -> RegisterRepository:
    """Return a repository whose first commit has everything in public."""
    repo = make_repository(folder, programme=json.dumps(PROGRAMME))
    repo.commit("2022-01-10", as_text(without_exemption(canary_register)))
    return repo


def mark(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    repo.commit("2022-02-10", as_text(canary_register.files))


def removed(canary_register: CanaryRegister) -> dict[str, str | bytes | None]:
    return {f"data/{path}": None for path in list_exempt(canary_register)}


def delete(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    mark(repo, canary_register)
    repo.commit("2022-03-10", removed(canary_register))


def delete_in_folder(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    mark(repo, canary_register)
    repo.write(removed(canary_register))


def delete_on_branch(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    repo.git("switch", "--quiet", "--create", "work")
    delete(repo, canary_register)
    merge_into_main(repo)


def merge_into_main(repo: RegisterRepository) -> None:
    repo.git("switch", "--quiet", "main")
    repo.commit("2022-03-11", {"data/other.txt": "x"})
    repo.git("merge", "--quiet", "--no-ff", "--message", "Merge", "work")


def take_out(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    mark(repo, canary_register)
    repo.commit(
        "2022-03-10", as_text({path: strip_exempt_parts(data) for path, data in list_exempt(canary_register).items()})
    )


def take_out_on_branch(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    repo.git("switch", "--quiet", "--create", "work")
    take_out(repo, canary_register)
    merge_into_main(repo)


def rename(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    mark(repo, canary_register)
    moved = {path.replace(".yaml", "-moved.yaml"): data for path, data in list_exempt(canary_register).items()}
    repo.commit("2022-03-10", {**removed(canary_register), **as_text(moved)})


def change_id(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    mark(repo, canary_register)
    moved = {re.sub(r"/(.)0?(\d)", r"/\g<1>9\2", path): data for path, data in list_exempt(canary_register).items()}
    renamed = {path: {**data, "id": Path(path).stem.partition("-")[0]} for path, data in moved.items()}
    for data in renamed.values():
        data.pop("parts", None)
        data.pop("unanswered", None)
    repo.commit("2022-03-10", {**removed(canary_register), **as_text(renamed)})


def check_out_older(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    mark(repo, canary_register)
    repo.git("checkout", "--quiet", "--detach", repo.commits[0])


def check_out_older_after_deletion(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    delete(repo, canary_register)
    repo.git("checkout", "--quiet", "--detach", repo.commits[0])


def check_out_part(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    mark(repo, canary_register)
    patterns = ["/*", *(f"!/data/{path}" for path in list_exempt(canary_register))]
    repo.git("sparse-checkout", "set", "--no-cone", *patterns)


def pull(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    """Delete on the shared line, which a merge made by git pull has as its second parent."""
    repo.git("switch", "--quiet", "--create", "shared")
    delete(repo, canary_register)
    repo.git("switch", "--quiet", "main")
    repo.commit("2022-03-12", {"data/private.txt": "x"})
    repo.git("pull", "--quiet", "--no-rebase", "--no-edit", ".", "shared")


def squash(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    """Merge a branch that marked and deleted as one commit; the branch is still there."""
    repo.git("switch", "--quiet", "--create", "work")
    delete(repo, canary_register)
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--squash", "work")
    repo.commit("2022-03-12")


def rebase(repo: RegisterRepository, canary_register: CanaryRegister) -> None:
    repo.git("switch", "--quiet", "--create", "work")
    delete(repo, canary_register)
    repo.git("switch", "--quiet", "main")
    repo.commit("2022-03-12", {"data/other.txt": "x"})
    repo.git("rebase", "--quiet", "main", "work")
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--ff-only", "work")


CHANGES = (
    mark,
    delete,
    delete_in_folder,
    delete_on_branch,
    take_out,
    take_out_on_branch,
    rename,
    change_id,
    check_out_older,
    check_out_older_after_deletion,
    check_out_part,
    pull,
    squash,
    rebase,
)


def iter_words(repo: RegisterRepository, out: Path, formats: tuple[str, ...], *more: str) -> Iterator[set[str]]:
    """Yield the planted words in each public paper of the first commit."""
    options = [word for name in formats for word in ("--format", name)]
    words = ("--as-of", SEED_DAY, "--allow-problems", "--output", out, "--root", repo.root)
    result = run("render", *REPORTS, *options, *words, *more)
    assert result.code == 0, result.err
    files = sorted(out.iterdir())
    assert len(files) == len(REPORTS) * len(formats)
    for file in files:
        yield set(_WORD.findall(extract_all_text(file.name, file.read_bytes())))
    yield set(_WORD.findall(f"{result.out}{result.err}"))


def test_the_first_commit_has_everything_in_public(canary_register: CanaryRegister, tmp_path: Path) -> None:
    repo = start(tmp_path / "register", canary_register)
    assert len(canary_register.exempt) > 500
    words = set[str]().union(*iter_words(repo, tmp_path / "out", ("json",), "--at", repo.commits[0]))
    assert len(words & canary_register.exempt) > 300


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_paper_of_the_past_has_nothing_that_was_exempt_since(
    canary_register: CanaryRegister, change: Callable[[RegisterRepository, CanaryRegister], None], tmp_path: Path
) -> None:
    repo = start(tmp_path / "register", canary_register)
    change(repo, canary_register)
    for words in iter_words(repo, tmp_path / "out", ("json",), "--at", repo.commits[0]):
        assert words & (canary_register.exempt | canary_register.notes) == set()


@pytest.mark.slow
@pytest.mark.parametrize("change", [delete_on_branch, take_out], ids=lambda change: change.__name__)
def test_no_format_has_it(
    canary_register: CanaryRegister, change: Callable[[RegisterRepository, CanaryRegister], None], tmp_path: Path
) -> None:
    """A format writes the document that JSON has whole: it need not be tried with every change."""
    repo = start(tmp_path / "register", canary_register)
    change(repo, canary_register)
    formats = ("html", "pdf", "docx", "xlsx", "csv", "md")
    for words in iter_words(repo, tmp_path / "out", formats, "--at", repo.commits[0]):
        assert words & (canary_register.exempt | canary_register.notes) == set()


@pytest.mark.parametrize("change", [mark, check_out_older, check_out_older_after_deletion], ids=lambda c: c.__name__)
def test_a_paper_of_the_folder_has_nothing_that_a_newer_commit_withholds(
    canary_register: CanaryRegister, change: Callable[[RegisterRepository, CanaryRegister], None], tmp_path: Path
) -> None:
    repo = start(tmp_path / "register", canary_register)
    change(repo, canary_register)
    for words in iter_words(repo, tmp_path / "out", ("json", "text")):
        assert words & (canary_register.exempt | canary_register.notes) == set()


def test_nothing_is_published_from_a_version_that_a_newer_one_withholds_from(tmp_path: Path) -> None:
    repo = make_repository(tmp_path)
    repo.commit("2022-01-10", {"data/actions/A01.yaml": action()})
    repo.commit("2022-02-10", {"data/actions/A01.yaml": action(exempt="{paragraph: 3, reason: x, public_interest: y}")})
    repo.git("checkout", "--quiet", "--detach", repo.commits[0])
    result = run(
        "publish", "AC-2022-10-17", "action-plan", "--format", "text", "--as-of", "2022-03-01", "--root", repo.root
    )
    assert result.code == 1
    assert "A newer saved version (commit) marks A01 as exempt, so nothing was published." in result.err
    assert repo.git("tag", "--list") == ""
