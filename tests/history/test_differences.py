from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.analysis.history.diff import (
    DisplayValue,
    FieldDiff,
    align_entries,
    diff_fields,
    diff_words,
    format_display_value,
)
from p2ptrack.model.history import (
    CommitFiles,
    RegisterHistory,
    Revision,
    UnreadableVersion,
    build_register_history,
)
from p2ptrack.model.kinds import KINDS
from tests.support import read_values


def between(old: str, new: str) -> list[tuple[str, DisplayValue | None, DisplayValue | None]]:
    return [(item.path, item.old, item.new) for item in diff_fields(read_values(old), read_values(new))]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("target: Mar-23", "target: Jun-23", [("target", "Mar-23", "Jun-23")]),
        ("title: x", "title: x\nstatus: noted", [("status", None, "noted")]),
        ("title: x\nstatus: noted", "title: x", [("status", "noted", None)]),
        ("recommendations: R1", "recommendations: [R1]", []),
        ("recommendations: [R1]", "recommendations: [R1, R2]", [("recommendations", "R1", ("R1", "R2"))]),
        (
            "verified: {by: Policy clerk}",
            "verified: {by: Audit clerk}",
            [("verified.by", "Policy clerk", "Audit clerk")],
        ),
        ("title: x", "title: x\nverified: {by: Audit clerk}", [("verified.by", None, "Audit clerk")]),
        ("source: paper", "source: {id: paper, ref: row 4}", [("source.ref", None, "row 4")]),
        ("source: paper", "source: {id: paper}", []),
        ("blocked_by: supplier", "blocked_by: [{id: supplier}]", []),
        ("supporting: []", "title: x", [("title", None, "x")]),
        ("note: |\n  One two\n  three.", "note: One two three.", []),
        ("title: x", "updates: {text: a}", [("updates[0].text", None, "a"), ("title", "x", None)]),
        (
            "updates: [{date: 2023-01-01, text: a b}]",
            "updates: [{date: 2023-02-01, text: new}, {date: 2023-01-01, text: a c}]",
            [
                ("updates[1].text", "a b", "a c"),
                ("updates[0].date", None, "2023-02-01"),
                ("updates[0].text", None, "new"),
            ],
        ),
        (
            "updates: [{date: 2023-02-01, text: old}, {date: 2023-01-01, text: a b}]",
            "updates: [{date: 2023-01-01, text: a c}]",
            [
                ("updates[0].text", "a b", "a c"),
                ("updates[0].date", "2023-02-01", None),
                ("updates[0].text", "old", None),
            ],
        ),
        (
            "updates: [{text: a, see: x}, {text: b}]",
            "updates: [{text: c}, {see: x, text: a}, {text: b}]",
            [("updates[0].text", None, "c")],
        ),
        (
            "target: Mar-23",
            "target: {raw: in spring, means: Mar-23}",
            [("target", "Mar-23", "in spring (taken for Mar-23)")],
        ),
        (
            "updates: [{text: a}, {text: b}]",
            "updates: [{text: a}, {text: c}, {text: d}]",
            [("updates[1].text", "b", "c"), ("updates[2].text", None, "d")],
        ),
        ("updates: [{text: a}, {text: b}]", "updates: [{text: b}]", [("updates[0].text", "a", None)]),
        ("updates: {text: a}", "updates: [{text: a}, {text: b}]", [("updates[1].text", None, "b")]),
        (
            "updates: [{text: a}, {text: x}, {text: b}, {text: y}]",
            "updates: [{text: b}, {text: x2}, {text: x}, {text: y2}]",
            [
                ("updates[1].text", "a", "x2"),
                ("updates[0].text", None, "b"),
                ("updates[3].text", "y", "y2"),
                ("updates[2].text", "b", None),
            ],
        ),
    ],
)
def test_what_differs_is_shown_field_by_field(
    old: str, new: str, changes: list[tuple[str, DisplayValue | None, DisplayValue | None]]
) -> None:
    assert between(old, new) == changes


_LEAF = st.sampled_from(["a", "b", "Mar-23"])
_GROUP = st.dictionaries(st.sampled_from(["text", "date"]), _LEAF, min_size=1)
_VALUES = st.dictionaries(
    st.sampled_from(["title", "updates", "decided"]), _LEAF | _GROUP | st.lists(_GROUP, max_size=4), max_size=3
)


@given(_VALUES, _VALUES)
def test_equal_states_and_only_they_have_no_differences(old: dict[str, object], new: dict[str, object]) -> None:
    assert diff_fields(old, old) == ()
    for item in diff_fields(old, new):
        assert item.old != item.new


@given(st.lists(_GROUP, max_size=6), st.lists(_GROUP, max_size=6))
def test_every_entry_that_is_new_or_gone_is_paired_once(old: list[object], new: list[object]) -> None:
    pairs = align_entries(old, new)
    unpaired = [entry for entry in old if entry not in [pair.old for pair in pairs]]
    assert len(old) - sum(pair.old is not None for pair in pairs) == len(new) - sum(p.new is not None for p in pairs)
    assert all(entry in new for entry in unpaired)


def test_a_difference_knows_its_field_and_its_words() -> None:
    assert FieldDiff("updates[1].text", None, "x").field_name == "updates"
    assert [format_display_value(None), format_display_value("x"), format_display_value(("R1", "R2"))] == [
        "",
        "x",
        "R1, R2",
    ]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("a b c", "a b c", "…"),
        ("a b c", "a x c", "a [-b-] {+x+} c"),
        ("", "a", "{+a+}"),
        ("1 2 3 4 5 6 7 8 9 z", "1 2 3 4 5 6 7 8 9 y", "… 4 5 6 7 8 9 [-z-] {+y+}"),
        ("z 1 2 3 4 5 6 7 8 9", "y 1 2 3 4 5 6 7 8 9", "[-z-] {+y+} 1 2 3 4 5 6 …"),
        ("a " * 5000, "b", f"[-{('a ' * 5000).strip()}-] {{+b+}}"),
    ],
)
def test_long_texts_are_shown_by_the_words_that_changed(old: str, new: str, changes: str) -> None:
    assert diff_words(old, new) == changes


DAY = date(2023, 1, 12)


def line(*steps: tuple[dict[str, dict[str, str] | None], str]) -> RegisterHistory:
    """Return the timelines of steps, each the files that it wrote and the one that it took away."""
    moments = (Revision(number, str(number), DAY, "Policy clerk") for number in range(1, len(steps) + 1))
    return build_register_history(
        CommitFiles(
            moment, {f"data/actions/{name}": values for name, values in files.items()}, frozenset(_paths(removed))
        )
        for moment, (files, removed) in zip(moments, steps, strict=True)
    )


def _paths(removed: str) -> list[str]:
    return [f"data/actions/{removed}"] if removed else []


def states(lines: RegisterHistory, id_: str) -> list[tuple[int, str, bool]]:
    changes = lines.history_of(id_)
    assert changes
    return [(s.revision.position, s.path.rpartition("/")[2], s.values is not None) for s in changes.versions]


def test_a_record_is_followed_by_its_id_wherever_its_file_goes() -> None:
    a = {"id": "A1", "title": "x"}
    changes = line(({"A1.yaml": a}, ""), ({"A1-x.yaml": a}, "A1.yaml"), ({}, "A1-x.yaml"), ({"other.yaml": a}, ""))
    assert states(changes, "a1") == [
        (1, "A1.yaml", True),
        (2, "A1-x.yaml", True),
        (3, "A1-x.yaml", False),
        (4, "other.yaml", True),
    ]


def test_of_two_files_of_one_id_the_first_counts_as_long_as_it_is_there() -> None:
    one, two = {"id": "A1", "title": "one"}, {"id": "A1", "title": "two"}
    changes = line(({"A1.yaml": one}, ""), ({"A1-b.yaml": two}, ""), ({}, "A1-b.yaml"))
    assert states(changes, "A1") == [(1, "A1.yaml", True), (2, "A1-b.yaml", True), (3, "A1.yaml", True)]


def test_a_file_that_cannot_be_read_keeps_what_it_had() -> None:
    changes = line(({"A1.yaml": {"id": "A1"}}, ""), ({"A1.yaml": None}, ""))
    assert states(changes, "A1") == [(1, "A1.yaml", True)]
    assert changes.unreadable_files == (UnreadableVersion(changes.revisions[1], "data/actions/A1.yaml"),)


def test_a_file_without_an_id_has_the_one_of_its_name() -> None:
    assert states(line(({"A7-x.yaml": {"title": "x"}}, "")), "A7") == [(1, "A7-x.yaml", True)]


def test_only_the_files_of_records_have_a_kind() -> None:
    paths = [
        "data/actions/A1.yaml",
        "data/actions/.A1.yaml",
        "data/actions/x/A1.yaml",
        "data/actions/A1.txt",
        "A1.yaml",
    ]
    assert [kind.name if (kind := KINDS.find_by_path(path)) else "" for path in paths] == ["action", "", "", "", ""]


def test_the_state_of_a_moment_is_the_last_that_came() -> None:
    changes = line(({}, ""), ({"A1.yaml": {"id": "A1"}}, ""), ({}, ""), ({}, "A1.yaml"))
    timeline = changes.history_of("A1")
    assert timeline
    assert [state.revision.position if (state := timeline.version_at(number)) else None for number in range(6)] == [
        None,
        None,
        2,
        2,
        4,
        4,
    ]
    assert changes.position_on(date(2023, 1, 11)) == 0
    assert changes.position_on(DAY) == 4
