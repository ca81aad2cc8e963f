"""A redacted field never makes a fact report a gap or a delay, for every field and content."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from pydantic import BaseModel

from p2ptrack.analysis.case import make_fact_context
from p2ptrack.analysis.facts import FIELDS_READ, compute_facts
from p2ptrack.analysis.links import build_links
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import list_exemptable_fields
from p2ptrack.analysis.redaction.paper import build_audience_case
from p2ptrack.model.records import Action, TargetRevision, Update
from tests.command import run
from tests.support import PROGRAMME, THE_DAY, case_of, write_register

ACCUSATIONS = (
    "unfinished",
    "overdue",
    "due_soon",
    "slipped",
    "no_target",
    "no_recent_update",
    "waiting",
    "no_owner",
    "past_phase",
    "awaiting_verification",
)
STATUSES = ("in_progress", "on_hold", "complete", "verified", "noted")
EXPLICIT = (
    "accountable: Clerk, verified: {by: Auditor, on: 2023-01-02}, decided: {by: Council, on: 2022-12-01, reason: r}, "
    "updates: {date: 2023-01-05, text: Going well.}, recommendations: R1, phase: P1, phase_end: P2"
)
TARGETS = (
    "target: 2023-06-30",
    "target: 2022-06-30",
    "target: On-going, review_by: 2024-01-31",
    "target: 2022-11-30, revisions: [{from: 2022-09-30, to: 2022-11-30, decision: granted}]",
)
FIELDS = tuple(name for name in list_exemptable_fields(Action) if "." not in name)


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_redacted_reports_no_gap(field: str) -> None:
    for status, target in product(STATUSES, TARGETS):
        record = f"id: A1, title: A, status: {status}, {target}, {EXPLICIT}"
        programme = "policy: {verification: action, extensions_need_approval: true}\n"
        full = case_of(f"{{{record}, exempt: {{fields: {field}}}}}", programme=f"{PROGRAMME}{programme}")
        facts = build_audience_case(full, Audience.PUBLIC, THE_DAY).facts["A1"]
        for name in ACCUSATIONS:
            if not getattr(full.facts["A1"], name):
                assert not getattr(facts, name), (name, record)


ENTRIES = (
    (TargetRevision, "revisions", ("", "decision: granted", "decision: refused", "approved_by: Board")),
    (
        Update,
        "updates",
        ("text: a", "text: a, date: 2023-01-05", "text: a, meeting: AC-2022-10-17", "text: a, source: paper"),
    ),
)


@pytest.mark.parametrize(("model", "field", "entries"), ENTRIES)
def test_every_field_of_an_entry_that_facts_read_is_varied(
    model: type[BaseModel], field: str, entries: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    dates = "from: 2022-06-30, to: 2022-09-30, " if field == "revisions" else ""
    names: set[str] = set()

    def record_name(entry: object, name: str) -> object:
        names.add(name)
        return object.__getattribute__(entry, name)

    for entry, status, approval in product(entries, STATUSES, ("true", "false")):
        case = case_of(
            f"{{id: A1, title: A, status: {status}, target: 2022-09-30, {field}: {{{dates}{entry}}}}}",
            programme=f"{PROGRAMME}policy: {{extensions_need_approval: {approval}}}\n",
        )
        context = make_fact_context(case.register, THE_DAY, build_links(case.register))
        with monkeypatch.context() as patch:
            patch.setattr(model, "__getattribute__", record_name)
            compute_facts(case.tracked()[0], context)
    assert names & model.model_fields.keys() == FIELDS_READ[model]


@pytest.mark.parametrize(
    ("first", "second"), [("in_progress", "complete"), ("on_hold", "noted"), ("complete", "verified")]
)
def test_facts_reveal_nothing_of_a_status_that_is_redacted(first: str, second: str) -> None:
    cases = [
        case_of(f"{{id: A1, title: A, status: {status}, target: 2022-06-30, exempt: {{fields: status}}}}")
        for status in (first, second)
    ]
    facts = [build_audience_case(case, Audience.PUBLIC, THE_DAY).facts for case in cases]
    assert facts[0] == facts[1]


def test_what_is_shown_beside_a_redacted_entry_still_counts() -> None:
    case = case_of(
        "{id: A1, title: A, status: in_progress, blocked_by: [consultation, {cause: A deal, exempt: {paragraph: 3}}]}"
    )
    assert build_audience_case(case, Audience.PUBLIC, THE_DAY).facts["A1"].waiting


def test_a_public_figure_leaves_out_what_is_withheld_and_reports_it(tmp_path: Path) -> None:
    exempt = "exempt: {paragraph: 3, fields: [%s]}"
    files = {
        "actions/A01.yaml": "id: A01\ntitle: Open\nstatus: in_progress\n",
        "actions/A02.yaml": f"id: A02\ntitle: Late\nstatus: in_progress\ntarget: Mar-22\n{exempt % 'target'}\n",
        "actions/A03.yaml": f"id: A03\ntitle: Done\nstatus: verified\ntarget: Mar-22\n{exempt % 'status'}\n",
    }
    root = write_register(tmp_path, files)
    words = ("--as-of", "2023-01-12", "--format", "md", "--output", "-", "--root", root)
    paper = run("render", "progress-report", "--allow-problems", *words).out
    assert "Excludes 1 item with no target date. Excludes 2 items whose status or target date is exempt" in paper
    assert "Neither overdue nor due next: 1" in paper
    assert "Not listed above, because the status or target date is exempt from publication: A02, A03." in paper
    assert "note that the target dates of the open items are exempt from publication" in paper
    counts = json.loads(run("status", "--audience", "public", "--format", "json", *words[:2], *words[-2:]).out)[
        "counts"
    ]
    assert counts["action"] == {"in_progress": 2, "withheld": 1}
