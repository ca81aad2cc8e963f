"""Contracts that the public may not see are not named by records, by the programme or by other contracts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from p2ptrack.formats import FORMATS
from tests.command import run
from tests.publication.searching import extract_all_text
from tests.support import write_register

DAY = "2023-01-12"
PROGRAMME = "title: Review\norganisation: Northfold\ndependencies:\n  - {id: deal, title: The Secret Falcon deal}\n"
ROWS: tuple[str, ...] = (
    "Reference,Title,Description,Supplier,Start,End,Value,Replaces,Exempt",
    'K-1,Secret Falcon,Aircraft,Acme Widgets Ltd,2022-04-01,31 March 2024,"£48,000",,Yes',
    "K-2,Cleaning,Follows Secret Falcon,Sparkle,2021-04-01,31 March 2025,2000,K-1,No",
    "K-3,Cleaning,Offices,Sparkle,2021-04-01,31 March 2025,3000,,Yes",
    "12,Buses,Coaches,Wheels,2021-04-01,31 March 2025,4000,,Yes",
)
TEXT = "text: 'After Secret Falcon (K1) we look at Cleaning, K-2 and 12 buses.'"
RECORD = f"id: A01\ntitle: Review\ncontracts: [K-1, K-2, '12']\nupdates:\n  - date: 2022-12-01\n    {TEXT}\n"
SECRETS = ("Secret Falcon", "Acme", "48,000", "48000", "K-1", "K1", "Coaches", "Aircraft")
COMMANDS = {
    "show": ("show", "A01", "--audience", "public"),
    "list": ("list", "--columns", "id,title,contracts", "--format", "csv", "--audience", "public"),
    "contracts": ("contracts", "--format", "json", "--audience", "public"),
    "status": ("status", "--audience", "public"),
    "export": ("export", "--format", "json", "--output", "-"),
    "action-plan": ("render", "action-plan", "--format", "md", "--output", "-", "--allow-problems"),
    "forward-plan": ("render", "forward-plan", "--format", "json", "--output", "-", "--allow-problems"),
}


def ask(root: Path, *words: str) -> str:
    result = run(*words, "--root", root, "--as-of", DAY)
    assert result.code in {0, 1}, result.err
    return result.out


def register(root: Path, record: str = RECORD, rows: tuple[str, ...] = ROWS, programme: str = PROGRAMME) -> Path:
    write_register(root, {"actions/A01.yaml": record}, programme)
    (root / "contracts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    ask(root, "import", "contracts", str(root / "contracts.csv"), "--yes")
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return register(tmp_path_factory.mktemp("contracts"))


@pytest.mark.parametrize("name", COMMANDS)
def test_an_exempt_contract_is_in_no_public_answer(root: Path, name: str) -> None:
    answer = ask(root, *COMMANDS[name])
    assert [secret for secret in SECRETS if secret in answer] == []


@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "pdf"])
def test_an_exempt_contract_is_in_no_format_of_the_forward_plan(root: Path, tmp_path: Path, format_: str) -> None:
    leaks = []
    for audience in ("public", "officers"):
        file = tmp_path / f"{audience}.{format_}"
        options = ("--audience", audience, "--format", format_, "--output", str(file), "--allow-problems")
        ask(root, "render", "forward-plan", *options)
        text = extract_all_text(file.name, file.read_bytes())
        leaks.append([word for word in SECRETS if word != "K1" and word.casefold() in text])  # K1 is a cell
    assert leaks[0] == []
    assert "Secret Falcon" in leaks[1]


def test_other_names_stay(root: Path) -> None:
    answer = " ".join(ask(root, *COMMANDS["show"]).split())
    assert "we look at Cleaning, K-2 and 12 buses" in answer
    assert "Contract K-2" in answer
    assert "Secret Falcon (K1)" in ask(root, "show", "A01")


def find_codes(root: Path) -> list[str]:
    return re.findall(r"error (P11[47])", ask(root, "check"))


def test_check_reports_the_names_of_exempt_contracts(root: Path) -> None:
    assert "A01 names something exempt in public text: “Secret Falcon”." in ask(root, "check")
    assert "The programme names something exempt in public text: “Secret Falcon”." in ask(root, "check")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("It costs £48,000.", ["P117"]),
        ("It costs £48k.", ["P117"]),
        ("It ends on 31 March 2024.", ["P117"]),
        ("Acme Widgets Ltd has agreed.", ["P117"]),
        ("The *Secret* Falcon.", ["P114"]),
        ("K&#45;1 was late.", ["P114"]),
        ("We wait for K 1.", ["P114"]),
        ("It costs £2,000.", []),
        ("Sparkle has agreed to clean.", []),
    ],
)
@pytest.mark.parametrize("is_whole", [True, False])
def test_what_is_exempt_of_a_contract_is_not_repeated(
    tmp_path: Path, text: str, codes: list[str], is_whole: bool
) -> None:
    record = f"id: A01\ntitle: Review\ncontracts: [K-1]\nupdates:\n  - date: 2022-12-01\n    text: '{text}'\n"
    programme = "title: Review\n"
    rows = ROWS
    if not is_whole:
        rows = tuple(row.removesuffix(",Yes") + "," if row.startswith("K-1") else row for row in ROWS)
        programme += (
            "contracts: {withheld: [{reference: k-1, fields: [value, supplier, end], paragraph: 3, reason: Prices, "
            "public_interest: Talks, decided_by: Head, decided_on: 1 May 2022}]}\n"
        )
        codes = [code for code in codes if code != "P114"]  # its name is public
    assert find_codes(register(tmp_path, record, rows, programme)) == codes
