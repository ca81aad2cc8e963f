"""Every field that the design names is there, by its name and with its meaning, on the right kinds."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from p2ptrack.diagnostics import Severity
from p2ptrack.model.programme import Programme
from p2ptrack.model.records import KINDS, Action, FollowUp, Recommendation, find_kind, kind_of
from p2ptrack.model.schema import field_model, field_names, model_at_path
from p2ptrack.pipeline import run_checks
from p2ptrack.store.loader import load_register
from tests.support import THE_DAY

EXAMPLE = Path(__file__).parent / "example"

ALL = {
    "id", "title", "origin_text", "agreed_action", "restated", "inferred", "truncated", "as_published", "source",
    "acceptance", "response", "depends_on", "superseded_by", "see_also", "same_deliverable_as", "exempt", "note",
}  # fmt: skip
TRACKED = ALL | {
    "status", "priority", "accountable", "supporting", "lead_member", "start", "target", "review_by", "completed_on",
    "revisions", "updates", "evidence", "verified", "decided", "milestones", "blocked_by",
}  # fmt: skip
KIND_FIELDS: dict[type[BaseModel], set[str]] = {
    Recommendation: ALL | {"parts", "heading", "unanswered"},
    Action: TRACKED | {"recommendations", "phase", "phase_end"},
    FollowUp: TRACKED | {"area", "report_refs", "raised"},
    Programme: {
        "title", "organisation", "notice", "sources", "phases", "meetings", "roles", "dependencies", "policy",
        "glossary", "reports",
    },
}  # fmt: skip
EXEMPT = {"paragraph", "reason", "public_interest", "decided_by", "decided_on", "until", "fields"}
NESTED: dict[tuple[type[BaseModel], str], set[str]] = {
    (Action, "source"): {"id", "ref"},
    (Action, "response"): {"text", "on", "by", "meeting"},
    (Action, "exempt"): EXEMPT,
    (Action, "revisions"): {
        "from", "to", "date", "reason", "category", "decision", "requested_by", "approved_by", "meeting", "minute",
        "exempt",
    },
    (Action, "updates"): {
        "text", "see", "date", "meeting", "source", "heading", "status", "by", "as_published", "restated", "truncated",
        "covers", "exempt",
    },
    (Action, "updates.covers"): {"id", "extent"},
    (Action, "updates.source"): {"id", "ref"},
    (Action, "updates.exempt"): EXEMPT,
    (Action, "revisions.exempt"): EXEMPT,
    (Action, "evidence"): {"title", "link", "date", "exempt"},
    (Action, "evidence.exempt"): EXEMPT,
    (Action, "verified"): {"by", "on", "method"},
    (Action, "decided"): {"on", "by", "meeting", "minute", "reason", "review_by", "continuing_owner"},
    (Action, "milestones"): {"title", "due", "done"},
    (Action, "blocked_by"): {"id", "cause", "owner", "since", "exempt"},
    (Action, "blocked_by.exempt"): EXEMPT,
    (Recommendation, "parts"): {"id", "text"},
    (Programme, "sources"): {"id", "title", "organisation", "body", "date"},
    (Programme, "phases"): {"id", "title", "start", "end", "description"},
    (Programme, "meetings"): {"id", "title", "body", "date", "papers_due", "agenda_published"},
    (Programme, "dependencies"): {"id", "title", "owner", "expected", "since", "cleared"},
    (Programme, "glossary"): {"text", "inferred"},
    (Programme, "policy"): {
        "due_soon_days", "no_recent_update_days", "verification", "extensions_need_approval", "exemption_law", "labels",
        "rating", "rules_off",
    },
    (Programme, "reports"): {
        "report", "title", "source", "kinds", "author", "introduction", "asks", "background_papers",
    },
}  # fmt: skip
REQUIRED: dict[type[BaseModel], set[str]] = {
    Recommendation: {"id", "title"}, Action: {"id", "title"}, FollowUp: {"id", "title"}, Programme: {"title"},
}  # fmt: skip


@pytest.mark.parametrize("model", KIND_FIELDS, ids=lambda model: model.__name__)
def test_a_kind_has_the_fields_of_the_design(model: type[BaseModel]) -> None:
    assert set(field_names(model)) == KIND_FIELDS[model]
    needed = {info.alias or name for name, info in model.model_fields.items() if info.is_required()}
    assert needed == REQUIRED[model]


@pytest.mark.parametrize(
    ("model", "path"), NESTED, ids=lambda value: value if isinstance(value, str) else value.__name__
)
def test_an_entry_has_the_fields_of_the_design(model: type[BaseModel], path: str) -> None:
    found = model_at_path(model, path.split("."))
    assert found is not None
    assert set(field_names(found)) == NESTED[(model, path)]


def test_every_group_of_fields_is_in_the_table() -> None:
    top = [(model, name) for model in KIND_FIELDS for name in field_names(model) if field_model(model, name)]
    shared = {"source", "response", "exempt"}
    listed = {(model, path) for model, path in NESTED if "." not in path}
    wanted = {(m, n) for m, n in top if m in (Recommendation, Programme) and n not in shared}
    assert len(wanted) > 5
    assert wanted <= listed
    assert {(Action, n) for m, n in top if m is Action} <= listed


def test_every_field_of_a_record_has_a_title_for_papers() -> None:
    untitled = {
        (model.__name__, name)
        for model in (Recommendation, Action, FollowUp, Programme)
        for name, info in model.model_fields.items()
        if not info.title
    }
    assert untitled == set()


def test_the_kinds_are_one_table() -> None:
    assert [(kind.name, kind.folder, kind.singular, kind.plural, kind.example_id) for kind in KINDS] == [
        ("recommendation", "recommendations", "recommendation", "recommendations", "R1"),
        ("action", "actions", "action", "actions", "A01"),
        ("follow_up", "audit_followups", "follow-up", "follow-ups", "F01"),
    ]
    assert all(kind_of(kind.model(id=kind.example_id, title="x")) is kind for kind in KINDS)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("action", "action"), ("Actions", "action"), (" recommendation ", "recommendation"), ("follow-up", "follow_up"),
        ("follow_up", "follow_up"), ("Follow ups", "follow_up"), ("followups", "follow_up"), ("FOLLOWUP", "follow_up"),
        ("audit_followups", "follow_up"), ("act", None), ("", None),
    ],
)  # fmt: skip
def test_a_kind_is_known_by_the_words_that_people_use(word: str, name: str | None) -> None:
    found = find_kind(word)
    assert (found.name if found else None) == name


def test_the_records_of_the_example_hold_no_fault() -> None:
    loaded = load_register(EXAMPLE)
    assert loaded.has_programme
    assert loaded.problems == ()
    assert (loaded.register.file_count, len(loaded.register.records)) == (9, 9)
    assert loaded.register.broken_ids == frozenset()
    assert sorted(loaded.register.paths.values()) == sorted(
        file.relative_to(EXAMPLE).as_posix() for file in EXAMPLE.rglob("*.yaml") if file.name != "programme.yaml"
    )


def test_what_the_extract_leaves_out_is_the_only_error_of_the_example() -> None:
    errors = [problem for problem in run_checks(EXAMPLE, THE_DAY).problems if problem.severity is Severity.ERROR]
    assert len(errors) > 5
    assert {problem.code for problem in errors} == {"L101"}
    assert {problem.message.split(";")[0] for problem in errors} == {
        f"There is no {id_}" for id_ in ("A01", "A29", "A32", "F08", "F11", "F13", "R1", "R2", "R7")
    }
