"""The site: every link resolves, nothing is fetched from elsewhere, and the same register gives the same bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from p2ptrack.reports.site.pages import name_files
from tests.command import ROOT, SEED_DAY, run
from tests.git.builders import action, git, set_git_user
from tests.publication.canaries import make_canary_register, write
from tests.publication.searching import extract_all_text
from tests.site.reading import files_of, find_broken, find_reachable, read_page
from tests.support import write_register

SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*-?(?:\.[a-z0-9]+)?")
PROGRAMME = """\
title: A register
meetings: [{id: AC-2023-01, body: Audit Committee, date: 2023-01-20}]
reports: {plan: {report: action-plan}}
"""
CONTENT_POLICY = "default-src 'none'; style-src 'self' file:; img-src 'self' file: data:; font-src data:;"


def make_site(folder: Path, root: Path, *words: str | Path, day: str = SEED_DAY) -> dict[str, bytes]:
    """Make the site of a register in a folder, and return its files without the marker."""
    result = run("site", folder, "--root", root, "--as-of", day, *words)
    assert (result.code, result.out.strip()) == (0, str(folder / "index.html")), result.err
    files = files_of(folder)
    assert files.pop(".p2ptrack-site.json")
    return files


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make_site(tmp_path_factory.mktemp("seed") / "site", ROOT)


def test_every_link_of_the_shipped_register_resolves_within_the_folder(seed: dict[str, bytes]) -> None:
    assert len(seed) > 90
    assert find_broken(seed) == []
    assert set(seed) - find_reachable(seed) == set()


def test_every_record_and_every_value_of_a_facet_has_a_page(seed: dict[str, bytes]) -> None:
    records = {path for path in seed if path.startswith("record/")}
    assert len(records) == 56
    assert {"record/a01.html", "record/f14.html", "record/r9.html"} <= records
    assert {"status/in-progress.html", "area/social-value.html", "meeting/ac-2022-10-17.html"} <= set(seed)


def test_pages_have_no_script_no_style_of_their_own_and_fetch_only_files_of_the_site(seed: dict[str, bytes]) -> None:
    for path, data in seed.items():
        if path.endswith(".html"):
            page, text = read_page(data), data.decode()
            assert page.fetched == ["../" * path.count("/") + "style.css"]
            assert page.language == "en-GB"
            assert CONTENT_POLICY in text
            assert re.findall(r"<script|<iframe|<form| style=|<style| on[a-z]+=", text) == []
    assert b"url(" not in seed["style.css"]
    assert b"@import" not in seed["style.css"]


def test_names_of_files_are_safe_everywhere(seed: dict[str, bytes]) -> None:
    names = {part for path in seed for part in path.split("/")}
    assert {name for name in names if not SAFE_NAME.fullmatch(name)} == set()
    assert len({path.casefold() for path in seed}) == len(seed)


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["Head of IT", "head of it"], ["head-of-it", "head-of-it-2"]),
        (["CON", "aux", "COM1", "Lpt9"], ["con-", "aux-", "com1-", "lpt9-"]),
        (["Pennaeth Tŷ", "Ŵyn"], ["pennaeth-ty", "wyn"]),
        (["שלום", "../..", "", "?*<>|"], ["other", "other-2", "other-3", "other-4"]),
        (["x" * 300], ["x" * 60]),
        (["A1.2", "A1-2"], ["a1-2", "a1-2-2"]),
    ],
)
def test_texts_become_names_of_files(texts: list[str], names: list[str]) -> None:
    assert list(name_files(texts).values()) == names


@pytest.mark.slow
def test_the_same_register_gives_the_same_bytes(tmp_path: Path, seed: dict[str, bytes]) -> None:
    assert make_site(tmp_path / "again" / "deep", ROOT) == seed


def test_nothing_exempt_is_in_any_byte(tmp_path: Path) -> None:
    canary_register = make_canary_register()
    files = make_site(tmp_path / "site", write(canary_register, tmp_path), "--allow-problems")
    assert len(files) > 30
    texts = {path: f"{path.casefold()} {extract_all_text(path, data)}" for path, data in files.items()}
    assert {
        path for path, text in texts.items() if not canary_register.open.isdisjoint(re.findall(r"zq\d{4}", text))
    } != set()
    for words in (canary_register.exempt, canary_register.notes, canary_register.amounts):
        assert {(path, word) for path, text in texts.items() for word in words if word in text} == set()
    assert find_broken(files) == []


@pytest.mark.slow
def test_nothing_that_was_exempt_is_in_any_byte_of_a_site_with_history(tmp_path: Path) -> None:
    canary_register = make_canary_register()
    root = write(canary_register, tmp_path / "register")
    commit_all(root, "Start")
    for path in root.glob("data/*/*.yaml"):
        if "08" in path.name or path.name.startswith("R8"):
            path.unlink()
        else:
            values = json.loads(path.read_text(encoding="utf-8"))
            values = {**values, "updates": []} if "updates" in values else {**values, "see_also": ["A09"]}
            path.write_text(json.dumps(values), encoding="utf-8")
    commit_all(root, "Change every record")
    files = make_site(tmp_path / "site", root, "--allow-problems")
    assert "Changes by day" in files["record/a09.html"].decode()
    texts = {path: f"{path.casefold()} {extract_all_text(path, data)}" for path, data in files.items()}
    for words in (canary_register.exempt, canary_register.notes, canary_register.amounts):
        assert {(path, word) for path, text in texts.items() for word in words if word in text} == set()
    assert find_broken(files) == []


def commit_all(root: Path, message: str) -> None:
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
        set_git_user(root)
    git(root, "add", "--all", "data")
    git(root, "commit", "--quiet", "--message", message)


def test_the_papers_of_a_meeting_are_copied_when_they_are_what_was_published(tmp_path: Path) -> None:
    root = tmp_path / "register"
    write_register(root, {"actions/A01.yaml": action(target="2023-03-01")}, PROGRAMME)
    commit_all(root, "Start")
    words = ("--root", root, "--format", "text", "--output", tmp_path / "papers")
    assert run("publish", "AC-2023-01", *words, "--as-of", SEED_DAY).code == 0
    paper = (tmp_path / "papers" / "plan.text").read_bytes()
    files = make_site(tmp_path / "site", root, "--papers", tmp_path / "papers")
    assert files["paper/ac-2023-01/plan.text"] == paper
    assert find_broken(files) == []
    assert 'href="../paper/ac-2023-01/plan.text"' in files["meeting/ac-2023-01.html"].decode()
    (tmp_path / "papers" / "plan.text").write_bytes(paper + b"more")
    assert "paper/ac-2023-01/plan.text" not in make_site(tmp_path / "site", root, "--papers", tmp_path / "papers")
    (tmp_path / "papers" / "plan.text").write_bytes(paper)
    write_register(
        root, {"actions/A01.yaml": f"{action(target='2023-03-01')}exempt: {{paragraph: 3, reason: Bids}}\n"}, PROGRAMME
    )
    commit_all(root, "Withhold")
    files = make_site(tmp_path / "site", root, "--papers", tmp_path / "papers")
    assert "paper/ac-2023-01/plan.text" not in files
    assert "something in them is no longer public" in files["meeting/ac-2023-01.html"].decode()


DECLARED = """\
title: A register
fields: {action: {risk: {type: choice, choices: [High, Low], title: Risk rating}}}
registers:
  foi:
    singular: FOI request
    plural: FOI requests
    prefix: FOI
    fields:
      reply_due: {type: date, role: due}
      outcome: {type: choice, choices: [Released, Refused], role: group}
      related: {type: link, list: true}
      page: {type: link}
"""


def test_declared_fields_and_registers_have_pages_and_lists(tmp_path: Path) -> None:
    write_register(tmp_path, {"actions/A01.yaml": f"{action()}risk: high\n"}, DECLARED)
    request = "id: FOI01\ntitle: Spend\nreply_due: 2023-01-02\noutcome: refused\nrelated: [A01]\n"
    (tmp_path / "data/foi").mkdir()
    (tmp_path / "data/foi/FOI01.yaml").write_text(f"{request}page: https://example.org/foi\n", encoding="utf-8")
    files = make_site(tmp_path / "site", tmp_path)
    assert find_broken(files) == []
    assert set(files) - find_reachable(files) == set()
    assert {"kind/foi-requests.html", "field-risk/high.html", "field-outcome/refused.html"} <= set(files)
    page, other_page = files["record/foi01.html"].decode(), files["record/a01.html"].decode()
    assert "<dt>FOI request</dt><dd>FOI01</dd>" in page
    assert "<dt>Reply due</dt><dd>2023-01-02, <strong>10 days overdue</strong></dd>" in page
    assert "<dt>Outcome</dt><dd>Refused</dd>" in page
    assert '<a href="https://example.org/foi">' in page
    assert "<dt>Risk rating</dt><dd>High</dd>" in other_page
    assert "<dt>Named by</dt>" in other_page


def test_a_register_without_records_has_a_site(tmp_path: Path) -> None:
    write_register(tmp_path, programme="title: A register\n")
    files = make_site(tmp_path / "site", tmp_path)
    assert find_broken(files) == []
    assert "The register has no records." in files["index.html"].decode()


def test_a_register_with_errors_is_refused_and_made_on_request(tmp_path: Path) -> None:
    write_register(tmp_path, {"actions/A01.yaml": "id: A01\ntitle: One\nstatus: nonsense\n"}, "title: A register\n")
    result = run("site", tmp_path / "site", "--root", tmp_path, "--as-of", SEED_DAY)
    assert (result.code, (tmp_path / "site").exists()) == (1, False)
    assert "The register has 1 error, so no site was made." in result.err
    files = make_site(tmp_path / "site", tmp_path, "--allow-problems")
    assert "made from a register with 1 error" in files["index.html"].decode()


DUTY = """\
id: A01
title: Report
accountable: Head of Procurement
target: 30 September 2026
every: quarter
supplier: Example Ltd
conditions: ["Spend by March, in full", Report]
periods:
  - {due: 30 September 2026, done: 29 September 2026, evidence: Report, link: "https://example.org/r"}
  - {due: 31 December 2026, done: 5 January 2027, evidence: Later report}
"""
OWN_FIELDS = """\
title: Register
fields: {action: {supplier: {type: text, title: Firm}, conditions: {type: text, list: true}}}
"""


def read_words(data: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", data.decode()).split())


def test_a_duty_has_its_periods_and_declared_fields_their_titles(tmp_path: Path) -> None:
    files = {"actions/A01.yaml": DUTY, "exemptions/E01.yaml": "id: E01\ntype: waiver\nsupplier: Sample Ltd\n"}
    root = write_register(tmp_path / "register", files, OWN_FIELDS)
    site = make_site(tmp_path / "site", root, day="2026-11-30")
    page = read_words(site["record/a01.html"])
    assert "Firm Example Ltd Conditions Spend by March, in full; Report" in page
    assert "Recurs every quarter Periods done due 30 September 2026, done 29 September 2026, Report" in page
    assert "Later report" not in page
    assert "Supplier Sample Ltd" in read_words(site["record/e01.html"])
