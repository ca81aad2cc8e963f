"""An error in the editor is an error of `check`, and what the editor offers is taken by `check`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from p2ptrack.model.kinds import KINDS
from tests.command import ROOT, run
from tests.linters.language_server import LanguageServer
from tests.model.test_editor_schema import accepts, list_examples, record

pytestmark = pytest.mark.papers

FOLDERS = {kind.singular: f"data/{kind.folder}" for kind in KINDS} | {"programme": "programmes"}
DATES = [line.partition("|")[0].strip() for line in (ROOT / "tests/dates/accepted.txt").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    root = tmp_path_factory.mktemp("editor")
    assert run("init", "--demo", root).code == 0
    with LanguageServer(root) as running:
        yield running


def place(kind: str, name: str) -> str:
    return f"{FOLDERS[kind]}/{name.replace('/', '-')}.yaml"


def diagnose(server: LanguageServer, files: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Return the errors of files that are given by kind, name and text, by name."""
    diagnostics = server.diagnose({place(kind, name): text for kind, name, text in files})
    return {name: diagnostics[place(kind, name)] for kind, name, _ in files}


def test_the_editor_accepts_what_check_accepts(server: LanguageServer) -> None:
    examples = list(list_examples())
    assert len(examples) > 200
    errors = diagnose(server, examples)
    accepted = {name for kind, name, text in examples if accepts(kind, text)}
    assert {name: diagnostics for name, diagnostics in errors.items() if diagnostics and name in accepted} == {}
    refused = errors.keys() - accepted
    assert len([name for name in refused if errors[name]]) > len(refused) / 2


def list_records_of_rules() -> list[tuple[str, str, str]]:
    """Return kind, name and text of every record and programme in the cases of the rules."""
    kinds = {kind.example_id[0]: kind.singular for kind in KINDS}
    records: list[tuple[str, str, str]] = []
    for file in sorted((ROOT / "tests/rules/cases").glob("*.txt")):
        for part in re.split(r"^=== ", file.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            heading, _, body = part.partition("\n")
            if heading.split()[0] not in {"programme", "breaks", "keeps"}:
                continue
            for text in body.split("\n---\n"):
                id_ = re.search(r"^id: ([A-Z])", text, re.MULTILINE)
                kind = "programme" if heading == "programme" else kinds.get(id_[1] if id_ else "", "")
                records += [(kind, f"rule-{file.stem}-{len(records)}", f"{text.rstrip()}\n")] if kind else []
    return records


def test_the_editor_accepts_what_check_accepts_in_the_cases_of_the_rules(server: LanguageServer) -> None:
    records = [record for record in list_records_of_rules() if accepts(record[0], record[2])]
    assert len(records) > 400
    assert {name: diagnostics for name, diagnostics in diagnose(server, records).items() if diagnostics} == {}


def test_the_editor_accepts_every_file_of_the_demonstration(server: LanguageServer) -> None:
    files = {str(path.relative_to(server.root)): path for path in sorted((server.root / "data").rglob("*.yaml"))}
    errors = server.diagnose({name: path.read_text("utf-8") for name, path in files.items()})
    assert len(errors) > 15
    assert {name: diagnostics for name, diagnostics in errors.items() if diagnostics} == {}


def test_the_editor_accepts_every_date(server: LanguageServer) -> None:
    texts = {f"date-{index}": record(target=text) for index, text in enumerate(DATES) if text and text[0] != "#"}
    accepted = [("action", name, text) for name, text in texts.items() if accepts("action", text)]
    assert len(accepted) > 100
    assert {name: diagnostics for name, diagnostics in diagnose(server, accepted).items() if diagnostics} == {}


# What the editor offers.

RECORD = "id: A01\ntitle: Review\n"
PLACES = {
    "a field": ("action", RECORD, ""),
    "a field of a follow-up": ("follow-up", RECORD, ""),
    "a field of a recommendation": ("recommendation", RECORD, ""),
    "a field of the programme": ("programme", "title: Register\n", ""),
    "a status": ("action", RECORD, "status: "),
    "a priority": ("action", RECORD, "priority: "),
    "an acceptance": ("action", RECORD, "acceptance: "),
    "a date": ("action", RECORD, "target: "),
    "a post": ("action", RECORD, "accountable: "),
    "a meeting of a follow-up": ("follow-up", RECORD, "raised: "),
    "a phase": ("action", RECORD, "phase: "),
    "a directorate": ("action", RECORD, "directorate: "),
    "a field of an update": ("action", RECORD + "updates:\n  - text: Agreed.\n", "    "),
    "a status of an update": ("action", RECORD + "updates:\n  - text: Agreed.\n", "    status: "),
    "a field of a target change": ("action", RECORD + "revisions:\n  - from: May 2027\n    to: June 2027\n", "    "),
    "a category": ("action", RECORD + "revisions:\n  - from: May 2027\n    to: June 2027\n", "    category: "),
    "a decision of a target change": (
        "action",
        RECORD + "revisions:\n  - from: May 2027\n    to: June 2027\n",
        "    decision: ",
    ),
    "a field of a decision": ("action", RECORD + "decided:\n  on: May 2027\n", "  "),
    "a field of an exemption": ("action", RECORD + "exempt:\n  paragraph: 3\n", "  "),
    "a field of the evidence": ("action", RECORD + "evidence:\n  - title: Report\n", "    "),
    "a field of a meeting": ("programme", "title: Register\nmeetings:\n  - id: AC-1\n    date: May 2027\n", "    "),
    "a field of the policy": ("programme", "title: Register\npolicy:\n  due_soon_days: 30\n", "  "),
    "a value of the policy": ("programme", "title: Register\npolicy:\n", "  exemption_law: "),
    "a field of a paper": ("programme", "title: Register\nreports:\n  action-plan:\n    title: Plan\n", "    "),
}


@pytest.mark.parametrize("name", PLACES)
def test_what_the_editor_offers_is_taken_by_check(name: str, server: LanguageServer) -> None:
    kind, before, typed = PLACES[name]
    text = f"{before}{typed}\n"
    offered = server.complete(place(kind, "offered"), text, before.count("\n"), len(typed))
    assert offered
    # An exemption without its content is refused, so that nobody believes that something is withheld.
    assert [text for text in offered if not accepts(kind, text) and "exempt:" not in text] == []


def test_the_editor_shows_what_a_field_means(server: LanguageServer) -> None:
    assert server.hover(place("action", "hovered"), "id: A01\ntitle: Review\nphase_end: P2\n", 2).startswith(
        "#### End phase\n\nThe phase that it ends in. Leave it out if that is not known."
    )


def test_a_modeline_names_the_schema_where_no_setting_does(server: LanguageServer) -> None:
    text = "# yaml-language-server: $schema=../.vscode/p2ptrack/action.json\nid: A01\ntitle: a\nowner: b\n"
    files = {"elsewhere/with.yaml": text, "elsewhere/without.yaml": text.partition("\n")[2]}
    assert server.diagnose(files) == {
        "elsewhere/with.yaml": ["Property owner is not allowed."],
        "elsewhere/without.yaml": [],
    }
