"""The registers that come with p2ptrack: they work unchanged, and their history is kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from p2ptrack.store import yaml
from p2ptrack.store.templates import PACKAGED, list_packaged_registers
from tests.command import ROOT, run
from tests.git.builders import make_repository
from tests.support import write_register

PAGE = (ROOT / "docs" / "registers.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ROLES = "title: A council\nroles: [Head of Procurement, Head of Finance]\n"
DAY = ("--as-of", "2026-11-30")


def list_blocks(section: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", SECTIONS[section], re.DOTALL)


def write_shipped(root: Path, section: str) -> Path:
    """Write a register with the declaration and the record of a section of the page."""
    declaration, record = list_blocks(section)
    path = re.search(r"`data/(\S+\.yaml)`", SECTIONS[section])
    assert path is not None
    files = {path[1]: record, "actions/A01.yaml": "id: A01\ntitle: Find a second supplier\n"}
    return write_register(root, files, ROLES + declaration)


SHIPPED = [
    ("Savings", "savings", "| Cashable | 1 | £12,000 a year |"),
    ("Social value commitments", "social_value", "| Example Build Ltd | 1 | 4 | 1 | £60,000 |"),
    ("Procurement risks", "procurement_risks", "| Amber | 1 |"),
]


@pytest.mark.parametrize(("section", "name", "row"), SHIPPED)
def test_a_shipped_register_works_as_it_is(section: str, name: str, row: str, tmp_path: Path) -> None:
    root = write_shipped(tmp_path, section)
    check = json.loads(run("check", "--root", root, *DAY, "--format", "json").out)
    assert [problem for problem in check["problems"] if problem["severity"] == "error"] == []
    paper = run("render", name, "--root", root, *DAY, "--format", "md", "--output", "-")
    assert (paper.code, row in paper.out) == (0, True), paper.out


def test_the_page_has_the_declarations_that_init_adds() -> None:
    for section, name in {title: name for title, name, _ in SHIPPED}.items():
        block = yaml.read(list_blocks(section)[0].encode(), "page").value
        file = yaml.read((PACKAGED / "registers" / f"{name}.yaml").read_bytes(), name).value
        assert block == {"registers": {name: file}}
    assert [name for _, name, _ in SHIPPED] == ["savings", "social_value", "procurement_risks"]
    assert {name for _, name, _ in SHIPPED} == set(list_packaged_registers())
    assert "savings, social_value or procurement_risks" in " ".join(run("init", "--help", width=200).out.split())


@pytest.mark.parametrize(
    "programme", ["title: A council\n", "title: A council\nregisters: {foi: {singular: request, prefix: Q}}\n"]
)
def test_init_declares_a_register_in_one_that_is_there(programme: str, tmp_path: Path) -> None:
    root = write_register(tmp_path, {}, programme)
    result = run("init", root, "--register", "social-value", "--register", "savings", "--register", "savings")
    assert (result.code, "To add a record: p2ptrack add saving\n" in result.out) == (0, True), (result.out, result.err)
    assert run("check", "--root", root, *DAY).code == 0
    schema = json.loads((root / ".vscode/p2ptrack/saving.json").read_text(encoding="utf-8"))
    assert "saving_type" in schema["properties"]
    words = ("--set", "saving_type=income", "--set", "amount=£5,000")
    assert run("add", "saving", "--title", "Rebate", *words, "--root", root, *DAY).out.endswith("S01\n")
    written = (root / "data/programme.yaml").read_text(encoding="utf-8")
    again = run("init", root, "--register", "savings")
    assert "Kept savings, which data/programme.yaml declares already.\n" in again.out
    assert (root / "data/programme.yaml").read_text(encoding="utf-8") == written


def test_a_new_register_begins_with_the_declarations_asked_for(tmp_path: Path) -> None:
    root = tmp_path / "new"
    assert run("init", root, "--empty", "--register", "procurement_risks").code == 0
    assert run("check", "--root", root, *DAY).code == 0
    assert (root / ".vscode/p2ptrack/procurement-risk.json").is_file()


@pytest.mark.parametrize(
    ("programme", "words", "code", "expected"),
    [
        ("", ("--register", "saving"), 2, "Did you mean savings?"),
        ("", ("--register", "savings", "--demo"), 2, "Use --register or --demo, not both."),
        ("registers: {strategies: {singular: strategy, prefix: S}}\n", ("--register", "savings"), 1, "copy the block"),
        ("registers: &all {}\n", ("--register", "savings"), 3, "data/programme.yaml has an error"),
    ],
)
def test_a_register_that_cannot_be_declared_changes_nothing(
    programme: str, words: tuple[str, ...], code: int, expected: str, tmp_path: Path
) -> None:
    root = write_register(tmp_path, {}, f"title: A council\n{programme}")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    result = run("init", root, *words)
    assert (result.code, expected in " ".join(result.err.split())) == (code, True), (result.out, result.err)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_the_other_examples_of_the_page_are_valid(tmp_path: Path) -> None:
    for section in ("A field of your own", "A register of your own"):
        for block in list_blocks(section):
            root = write_register(tmp_path, {}, ROLES + block)
            assert "0 records" in run("check", "--root", root, *DAY).out
            assert run("check", "--root", root, *DAY).code == 0


def test_a_past_declaration_counts_for_its_own_time(tmp_path: Path) -> None:
    fields = "{reply_by: {type: date, role: due}, pages: number}"
    old = f"registers: {{foi: {{singular: request, prefix: FOI, fields: {fields}}}}}\n"
    record = "id: FOI01\ntitle: Agency staff\nreply_by: 2026-10-01\npages: 12\nstatus: in_progress\n"
    repository = make_repository(tmp_path, files={"foi/FOI01.yaml": record}, programme=ROLES + old)
    repository.commit("2026-10-05")
    new = old.replace("reply_by", "reply_due").replace("pages: number", "length: text")
    moved = "id: FOI01\ntitle: Agency staff\nreply_due: 2026-12-20\nlength: long\nstatus: in_progress\n"
    repository.commit("2026-11-05", {"data/programme.yaml": ROLES + new, "data/foi/FOI01.yaml": moved})
    repository.commit("2026-11-20", {"data/programme.yaml": ROLES, "data/foi/FOI01.yaml": None})
    root = repository.root
    past = json.loads(run("list", "foi", "--root", root, "--at", "2026-10-06", "--format", "json").out)
    assert past["records"][0]["fields"]["pages"] == 12
    assert past["records"][0]["facts"]["overdue"] is True
    later = json.loads(run("show", "FOI01", "--root", root, "--at", "2026-11-06", "--format", "json").out)
    assert later["records"][0]["fields"]["length"] == "long"
    history = json.loads(run("history", "FOI01", "--root", root, "--format", "json").out)
    changes = [(change["event"], change["field"], change["old"], change["new"]) for change in history["changes"]]
    assert ("changed", "length", None, "long") in changes
    assert ("changed", "pages", "12", None) in changes
    assert changes[-1][0] == "deleted"
    assert run("list", "foi", "--root", root).code == 2


TABLE = """\
Savings of the year,,,,,
Title,Type of saving,Amount,Delivered on,Confirmed by,Our comment
Energy contract,Cost avoidance,"£70,000",Q2 2026/27,Head of Finance,Good
Toner,cashable,about 5k,1 May 2026,,
,Income,3,,,
One contract for paper,Cashable,12000,,,
"""


def test_a_table_of_a_declared_kind_is_imported(tmp_path: Path) -> None:
    root = write_shipped(tmp_path, "Savings")
    table = tmp_path / "savings.csv"
    table.write_text(TABLE, encoding="utf-8")
    imported = run("import", table, "--kind", "saving", "--root", root, *DAY, "--yes")
    assert imported.code == 0, (imported.out, imported.err)
    assert (root / "data/savings/S02-energy-contract.yaml").read_text(encoding="utf-8") == (
        "id: S02\ntitle: Energy contract\nsaving_type: Cost avoidance\namount: £70,000\ndelivered: Q2 2026/27\n"
        "confirmed_by: Head of Finance\nas_published:\n  Our comment: Good\n"
    )
    toner = (root / "data/savings/S03-toner.yaml").read_text(encoding="utf-8")
    assert "saving_type: cashable\n" in toner
    assert "as_published:\n  Amount: about 5k\n" in toner
    assert "row 5, which has no title" in imported.out
    assert "which is S01 already and is not changed" in imported.out
    again = run("import", table, "--kind", "saving", "--root", root, *DAY, "--yes")
    assert "Nothing to import" in again.out
    table.write_text("Colour,Size\nred,4\n", encoding="utf-8")
    refused = run("import", table, "--kind", "saving", "--root", root, *DAY, "--yes")
    assert (refused.code, "The headings of savings are Title, Type of saving, Amount" in refused.err) == (3, True)


OWN_WORDS = """\
title: x
roles: [Head of Grants, Head of Finance]
registers:
  grants:
    singular: grant
    prefix: GR
    fields: {lead: post, description: text, claim_by: {type: date, role: due}}
"""
OWN_TABLE = """\
Summary,Lead,Owner,Description,Title,Deadline
Long words,Head of Grants,Head of Finance,For the hall,Heritage fund,31/12/2026
"""


def test_a_column_is_a_field_by_its_name_before_another_word(tmp_path: Path) -> None:
    root = write_register(tmp_path, {}, OWN_WORDS)
    table = tmp_path / "grants.csv"
    table.write_text(OWN_TABLE, encoding="utf-8")
    assert run("import", table, "--kind", "grant", "--root", root, *DAY, "--yes").code == 0
    assert yaml.read((root / "data/grants/GR01-heritage-fund.yaml").read_bytes(), "").value == {
        "id": "GR01", "title": "Heritage fund", "claim_by": "31/12/2026", "lead": "Head of Grants",
        "description": "For the hall", "accountable": ["Head of Finance"], "as_published": {"Summary": "Long words"},
    }  # fmt: skip
