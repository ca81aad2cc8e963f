"""From files to records: every file becomes a record or a problem."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p2ptrack.diagnostics import Location, Severity
from p2ptrack.model.fields import Status
from p2ptrack.model.records import TrackedRecord
from p2ptrack.store.folder import find_leftover
from tests.diagnostics import (
    ACTION,
    add_locations,
    count_records,
    find_problems,
    get_marked_text,
    load_register,
    make_error,
)
from tests.support import PROGRAMME, examples, write_register


def tracked(root: Path, id_: str = "A01") -> TrackedRecord:
    record = load_register(root).register.by_id[id_]
    assert isinstance(record, TrackedRecord)
    return record


def test_records_are_in_the_order_that_people_count(tmp_path: Path) -> None:
    ids = ["A10", "A2", "A1.10", "A1.9"]
    files = {f"actions/{id_}.yaml": f"id: {id_}\ntitle: x\n" for id_ in ids}
    files |= {"recommendations/Z1.yaml": "id: Z1\ntitle: x\n", "audit_followups/B1.yaml": "id: B1\ntitle: x\n"}
    register = load_register(write_register(tmp_path, files)).register
    assert [record.id for record in register.records] == ["Z1", "A1.9", "A1.10", "A2", "A10", "B1"]
    assert register.path_of("A2") == "data/actions/A2.yaml"
    assert register.path_of("A99") == "data/programme.yaml"


def test_the_programme_defines_status_labels_and_dates(tmp_path: Path) -> None:
    programme = PROGRAMME + "policy: {labels: {complete: [Signed off]}}\n"
    write_register(tmp_path, {"actions/A01.yaml": ACTION + "status: signed-off\ntarget: CBT Phase 2\n"}, programme)
    record = tracked(tmp_path)
    assert record.status is Status.COMPLETE
    assert record.target is not None
    assert (record.target.anchor, str(record.target.latest)) == ("P2", "2023-09-30")


def test_with_a_faulty_programme_the_records_are_still_read(tmp_path: Path) -> None:
    write_register(tmp_path, {"actions/A01.yaml": ACTION + "target: CBT Phase 2\nstart: Mar-23\n"}, "titel: x\n")
    loaded = load_register(tmp_path)
    assert not loaded.has_programme
    assert [(problem.path, problem.code, problem.field) for problem in loaded.problems] == [
        ("data/programme.yaml", "S101", "titel#key"),
    ]
    record = tracked(tmp_path)
    assert record.target is not None
    assert (record.target.raw, record.target.unresolved, record.target.latest) == ("CBT Phase 2", True, None)


def test_an_invalid_date_is_reported_even_with_a_faulty_programme(tmp_path: Path) -> None:
    problems = find_problems(tmp_path, {"actions/A01.yaml": ACTION + "target: Q2 2023\n"}, "title: [x]\n")
    assert [(problem.path, problem.code, problem.field) for problem in problems] == [
        ("data/actions/A01.yaml", "S105", "target"),
        ("data/programme.yaml", "S103", "title"),
    ]


def test_a_date_of_the_programme_may_name_a_phase_or_a_meeting(tmp_path: Path) -> None:
    programme = (
        PROGRAMME.replace("id: consultation,", "id: consultation, expected: March 2023 Audit Committee,")
        + "policy: {due_soon_days: 7}\n"
    )
    loaded = load_register(write_register(tmp_path, {}, programme))
    assert loaded.problems == ()
    expected = loaded.register.programme.dependencies[0].expected
    assert expected is not None
    assert (expected.anchor, str(expected.latest)) == ("AC-2023-03", "2023-03-31")


def test_a_phase_may_not_end_with_itself(tmp_path: Path) -> None:
    (problem,) = find_problems(
        tmp_path, {}, "title: x\nphases:\n  - {id: P1, title: One, end: P1}\n  - x\n  - {id: P2}\n"
    )[:1]
    assert (problem.code, problem.field, problem.location and problem.location.line) == ("S105", "phases[0].end", 3)


@pytest.mark.parametrize(
    ("name", "text", "broken"),
    [
        ("A01-x.yml", "", "A01"),
        ("A01-x.yaml", "id: [A01\n", "A01"),
        ("A-01-x.yaml", "# id: A\n", "A"),
        ("A01.yaml", "no: such\nfields: here\n", "A01"),
        ("A01.yaml", "- id: A01\n", "A01"),
    ],
)
def test_the_id_of_a_file_that_could_not_be_read_is_known(name: str, text: str, broken: str, tmp_path: Path) -> None:
    write_register(tmp_path, {f"actions/{name}": text})
    register = load_register(tmp_path).register
    assert [*register.broken_ids, *register.unreadable_folders] == [broken, "actions"]
    assert count_records(tmp_path) == (1, 0)


@pytest.mark.parametrize(
    ("name", "text", "fields", "unreadable"),
    [
        ("A01.yaml", "id: A01\n", ("A01", "A01"), {"title"}),
        ("A01-x.yaml", "title: x\n", ("A01", "x"), {"id"}),
        ("A01.yaml", "id: A 01\ntitle: x\n", ("A01", "x"), {"id"}),
        ("A01.yaml", "id: [a]\ntitle: x\n", ("A01", "x"), {"id"}),
        ("A-01-x.yaml", "id: A\ntitle: x\nowner: x\n", ("A", "x"), {"accountable", "blocked_by"}),
        ("A01.yaml", "id: A01\ntitle: x\nvalue: 48000\n", ("A01", "x"), set()),
        ("A01.yaml", "id: A01\ntitle: x\ntarget: Q2 2023\n", ("A01", "x"), {"target"}),
        ("A01.yaml", "id: A01\ntitle: x\nreview_date: May\n", ("A01", "x"), {"review_by"}),
        ("A01.yaml", "id: A01\ntitle: x\napproved_by: Board\n", ("A01", "x"), {"revisions"}),
        ("A01.yaml", "id: A01\ntitle: x\nupdates: [{text: x, target: May 2023}]\n", ("A01", "x"),
         {"updates", "updates.target", "target"}),
        ("A01.yaml", "id: A01\ntitle: x\nupdates: [{text: x, date: Q2 2023}]\n", ("A01", "x"),
         {"updates", "updates.date"}),
        ("A01.yaml", "id: A01\ntitle: x\nupdates: [{text: x, cover: A02}]\n", ("A01", "x"),
         {"updates", "updates.cover", "updates.covers"}),
        ("A01.yaml", "id: A01\ntitle: x\nupdates: [{date: May 2023}]\n", ("A01", "x"), {"updates", "updates.*"}),
    ],
)  # fmt: skip
def test_a_wrong_field_costs_that_field(
    name: str, text: str, fields: tuple[str, str], unreadable: set[str], tmp_path: Path
) -> None:
    write_register(tmp_path, {f"actions/{name}": text})
    register = load_register(tmp_path).register
    (record,) = register.records
    assert (record.id, record.title) == fields
    names = register.unreadable_fields[record.id]
    assert names - {f"{name}.*" for name in names if name != "updates"} == unreadable
    assert not register.broken_ids | register.unreadable_folders


@pytest.mark.parametrize(
    ("text", "field", "expected_values"),
    [
        ("id: A01\ntitle: Contract #4 review\nstatus: complete\n", "title", {"id", "title", "status"}),
        ("id: A01\ntitle: Review\nstatus: complete\nstatus: open\n", "status", {"id", "title"}),
        ("id: A01\ntitle: Review\nupdates:\n  - date: May 2023\n    text: lot #4 is done\nnote: x\n", "updates",
         {"id", "title", "note"}),
        ("id: A01\n“status”: complete\ntitle: Review\n", "status", {"id", "title"}),
    ],
)  # fmt: skip
def test_a_yaml_error_costs_its_field_and_any_that_it_may_hide(
    text: str, field: str, expected_values: set[str], tmp_path: Path
) -> None:
    problems = find_problems(tmp_path, {"actions/A01.yaml": text})
    assert {problem.field for problem in problems if problem.code.startswith("Y")} == {field}
    register = load_register(tmp_path).register
    (record,) = register.records
    assert record.model_fields_set - {"status_as_written"} == expected_values
    assert {field, "accountable", "completed_on"} <= register.unreadable_fields["A01"]
    assert "exempt" not in register.unreadable_fields["A01"]


@pytest.mark.parametrize("name", ["exempt", "Exempt", "'exempt'", "- {exempt", "exempted"])
def test_an_exemption_that_a_yaml_error_may_hide_exempts_the_record(name: str, tmp_path: Path) -> None:
    text = f"id: A01\ntitle: Contract #4 review\nnote: |\n  {name}: {{paragraph: 3}}\n"
    write_register(tmp_path, {"actions/A01.yaml": text})
    (record,) = load_register(tmp_path).register.records
    assert record.exempt is not None


# Locations


def test_a_problem_of_the_whole_file_has_no_place(tmp_path: Path) -> None:
    problem = make_error("D102", "", "x", "y")
    assert add_locations(write_register(tmp_path, {"actions/A01.yaml": ACTION}), (problem,)) == (problem,)


def test_a_place_that_is_known_is_kept(tmp_path: Path) -> None:
    problem = replace(make_error("S101", "title", "x", "y"), location=Location(9, 9, "z"))
    assert add_locations(write_register(tmp_path, {"actions/A01.yaml": ACTION}), (problem,)) == (problem,)


def test_a_file_that_is_gone_by_then_has_no_places(tmp_path: Path) -> None:
    write_register(tmp_path, {"actions/A01.yaml": ACTION + "ownr: x\n"})
    problems = load_register(tmp_path).problems
    (tmp_path / "data/actions/A01.yaml").unlink()
    (problem,) = add_locations(tmp_path, problems)
    assert (problem.code, problem.field, problem.location) == ("S101", "ownr", None)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"- [", b"ownr: {", b"{" * 5000, b"\0", b"title: x\n"])
def test_a_file_that_is_another_by_then_does_no_harm(data: bytes, tmp_path: Path) -> None:
    write_register(tmp_path, {"actions/A01.yaml": ACTION + "ownr: x\n"})
    problems = load_register(tmp_path).problems
    (tmp_path / "data/actions/A01.yaml").write_bytes(data)
    (problem,) = add_locations(tmp_path, problems)
    assert (problem.field, problem.code) == ("ownr", "S101")


SHORT = """\
id: A01
title: Review
source: nowhere
recommendations: R9
depends_on:
  - A02
  - A99
blocked_by: [done, weather]
updates:
  - text: One.
    covers:
      F08: whole
      F11: in_part
  - text: Two.
    covers: {F12: whole}
  - text: Three.
    covers: [F13, F14]
  - text: Four.
    covers: F15
    source: {id: elsewhere, ref: row 2}
"""


@pytest.mark.parametrize(
    ("field", "line", "column"),
    [
        ("source.id", 3, 9),
        ("recommendations[0]", 4, 18),
        ("depends_on[1]", 7, 5),
        ("blocked_by[1].id", 8, 20),
        ("updates[0].covers[0].id", 12, 7),
        ("updates[0].covers[1].id", 13, 7),
        ("updates[0].covers[1].extent", 13, 12),
        ("updates[0].covers", 11, 5),
        ("updates[0].covers[9].id", 11, 5),
        ("updates[1].covers[0].id", 15, 14),
        ("updates[2].covers[1].id", 17, 19),
        ("updates[3].covers[0].id", 19, 13),
        ("updates[3].source.id", 20, 18),
        ("updates[9].covers[0].id", 9, 1),
    ],
)
def test_a_field_that_is_written_shorter_has_its_place(field: str, line: int, column: int, tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": SHORT})
    (problem,) = add_locations(root, (make_error("L101", field, "x", "y"),))
    assert (problem.field, problem.location and (problem.location.line, problem.location.column)) == (
        field,
        (line, column),
    )


PAPERS = """\
title: x
glossary:
  PACS: Procurement
  Anchor Network: {text: Large employers}
reports:
  plan: {source: gone}
policy: {labels: {in_progress: [Going, Underway]}}
"""


@pytest.mark.parametrize(
    ("field", "line", "under"),
    [
        ("glossary.PACS.text", 3, "Procurement"),
        ("glossary.Anchor Network.text", 4, "Large employers"),
        ("reports.plan.source", 6, "gone"),
        ("policy.labels.in_progress[1]", 7, "Underway"),
    ],
)
def test_a_field_of_the_programme_has_its_place(field: str, line: int, under: str, tmp_path: Path) -> None:
    root = write_register(tmp_path, {}, PAPERS)
    (problem,) = add_locations(root, (make_error("L101", field, "x", "y", "data/programme.yaml"),))
    assert (problem.location and problem.location.line, get_marked_text(problem)) == (line, under)


# Every file is accounted for

GOOD = ["id: {}\ntitle: x\n", "id: {}\ntitle: y\ntarget: Mar-23\nupdates: [{{text: a}}]\n"]
BROKEN = ["", "id: {}\n", "id: [", "- {}\n", "id: {}\ntitle: a #b\n", "id: {}\ntitle: x\nzzz: y\n", "\x00", "{{" * 3000]
NAMES = st.sampled_from(["A01", "A02", "a01", "R1", "F01", "A01-x", "B.1", "é", "A01 b", "A01.old"])
ENDINGS = st.sampled_from([".yaml", ".yml", ".YAML", ".txt", "", ".yaml.bak"])
FOLDERS = st.sampled_from(["actions", "recommendations", "audit_followups"])
TEXTS = st.one_of(
    st.sampled_from(GOOD + BROKEN), st.text(max_size=60).map(lambda text: text.replace("{", "{{").replace("}", "}}"))
)
ODD = st.sampled_from(["file", "file", "file", "file", "folder", "hidden"])
ENTRIES = st.lists(st.tuples(FOLDERS, NAMES, ENDINGS, TEXTS, ODD), max_size=8)


def make(root: Path, entry: tuple[str, str, str, str, str]) -> int:
    """Put an entry into a register; return how many files that count it adds."""
    folder, name, ending, text, odd = entry
    place = root / "data" / folder / (f".{name}{ending}" if odd == "hidden" else f"{name}{ending}")
    place.parent.mkdir(parents=True, exist_ok=True)
    if any(other.name.casefold() == place.name.casefold() for other in place.parent.iterdir()):
        return 0
    if odd == "folder":
        place.mkdir()
        return int(place.suffix.casefold() in {".yaml", ".yml"})
    place.write_bytes(text.format(name).encode("utf-8", "surrogatepass"))
    return int(odd == "file" and find_leftover(place.name, "", frozenset()) is None)


@settings(examples(120), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES, st.sampled_from([PROGRAMME, "titel: x", "", "[", PROGRAMME + "policy: {labels: {complete: x}}"]))
def test_every_counted_file_is_a_record_or_has_a_problem(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, str, str, str, str]], programme: str
) -> None:
    root = write_register(tmp_path_factory.mktemp("register"), {}, programme)
    file_count = sum(make(root, entry) for entry in entries)
    loaded = load_register(root)
    register = loaded.register
    faulty = {problem.path for problem in loaded.problems if problem.severity is Severity.ERROR}
    records = set(register.paths.values())
    folders = {f"data/{name}" for name in ("actions", "recommendations", "audit_followups")}
    unreadable = {path for path in faulty - records if path.rpartition("/")[0] in folders and is_counted(root, path)}
    assert register.file_count == file_count == len(records) + len(unreadable)
    assert len(register.records) == len(records) == len({id_.casefold() for id_ in register.by_id})
    assert len(register.broken_ids) <= len(unreadable)
    problems = add_locations(root, loaded.problems)
    assert not any(problem.field.endswith("#key") for problem in problems)
    assert all(problem.message and problem.fix and problem.code for problem in problems)


def is_counted(root: Path, path: str) -> bool:
    return (root / path).is_file() or path.casefold().endswith((".yaml", ".yml"))


@settings(examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_no_bytes_make_reading_fail(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    root = tmp_path_factory.mktemp("register")
    write_register(root, {"actions/A01.yaml": data, "programme.yaml": data})
    loaded = load_register(root)
    assert loaded.register.file_count == 1
    assert len(loaded.register.records) + len({p.path for p in loaded.problems if "A01" in p.path}) >= 1
    add_locations(root, loaded.problems)


PLAIN = st.recursive(
    st.sampled_from(["x", "A01", "Mar-23", "true", "", "in_progress", "4.10"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "see", "raw", "zzz"]), inner)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    [
        "id", "title", "source", "origin_text", "restated", "as_published", "response", "depends_on", "exempt",
        "status", "accountable", "target", "revisions", "updates", "evidence", "verified", "decided", "milestones",
        "blocked_by", "recommendations", "phase", "parts", "area", "raised", "unanswered", "zzz",
    ]
)  # fmt: skip


@examples(150)
@given(st.dictionaries(FIELDS, PLAIN, max_size=6), st.sampled_from(["actions", "recommendations", "audit_followups"]))
def test_any_value_of_a_field_is_reported_at_its_line(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, object], folder: str
) -> None:
    root = tmp_path_factory.mktemp("register")
    text = "".join(f"{name}: {flow(value)}\n" for name, value in values.items()) or "id: A01\n"
    write_register(root, {f"{folder}/A01.yaml": text})
    loaded = load_register(root)
    own = [problem for problem in add_locations(root, loaded.problems) if problem.path.endswith("A01.yaml")]
    assert len(loaded.register.records) == 1 or own
    lines = text.splitlines()
    for problem in own:
        top = problem.field.partition(".")[0].partition("[")[0]
        expected_line = next((number for number, line in enumerate(lines, 1) if line.startswith(f"{top}:")), None)
        assert expected_line is None or problem.location is None or problem.location.line == expected_line


def flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]" if isinstance(value, list) else f'"{value}"'
