"""Opening + new + reopened - closed - disappeared = closing, on any history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.analysis.history.events import EventType, RevisionRange
from p2ptrack.analysis.history.movement import RegisterComparison, compare_registers, compute_balances
from p2ptrack.model.history import CommitFiles, RawValues, RegisterHistory, Revision, build_register_history
from p2ptrack.model.kinds import kind_of
from p2ptrack.queries.changes import format_equation, list_events, total_counts
from tests.support import PROGRAMME, examples, read_values

DAY = date(2023, 1, 1)
PROGRAMME_VALUES = read_values(PROGRAMME)
State = Mapping[str, RawValues]


def line(states: Sequence[State]) -> RegisterHistory:
    """Return the timelines of files that were so on the first day, so on the second, and so on."""
    steps, before = [], dict[str, RawValues]()
    for number, state in enumerate(states, 1):
        files = {"data/programme.yaml": PROGRAMME_VALUES, **state}
        changed = {path: values for path, values in files.items() if before.get(path) != values}
        moment = Revision(number, str(number) * 40, DAY + timedelta(days=number), "Policy clerk")
        steps.append(CommitFiles(moment, changed, frozenset(before) - frozenset(files)))
        before = dict(files)
    return build_register_history(steps)


def compare_states(states: Sequence[State], start: int, end: int) -> RegisterComparison:
    return compare_registers(
        line(states), RevisionRange(start, end), DAY + timedelta(days=start), DAY + timedelta(days=end)
    )


STATUSES = ("not_started", "in_progress", "complete", "withdrawn", "superseded", "amber", None)
FOLDERS = {"A": "actions", "F": "audit_followups", "R": "recommendations"}


def record(id_: str, status: str | None, *, path: str = "") -> State:
    values = {"id": id_, "title": f"Title of {id_}"} | ({"status": status} if status and id_[0] != "R" else {})
    return {path or f"data/{FOLDERS[id_[0]]}/{id_}.yaml": values}


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[State], int, int]:
    states: list[State] = []
    for _ in range(draw(st.integers(0, 6))):
        state: dict[str, RawValues] = {}
        for id_ in ("A1", "A2", "F1", "R1"):
            if draw(st.booleans()):
                folder = draw(st.sampled_from([FOLDERS[id_[0]], *FOLDERS.values()]))
                moved = f"data/{folder}/{id_}-moved.yaml" if draw(st.booleans()) else ""
                state |= record(id_, draw(st.sampled_from(STATUSES)), path=moved)
        states.append(state)
    start = draw(st.integers(0, len(states)))
    return states, start, draw(st.integers(start, len(states)))


@given(histories())
@examples(300)
def test_the_sum_holds_on_every_history(history: tuple[list[State], int, int]) -> None:
    about = compare_states(*history)
    for counts in (*(item.get_counts() for item in compute_balances(about)), total_counts(compute_balances(about))):
        came = counts["opening"] + counts["new"] + counts["reopened"]
        assert came - counts["closed"] - counts["disappeared"] == counts["closing"]


@given(histories())
@examples(200)
def test_both_ends_are_what_the_register_has(history: tuple[list[State], int, int]) -> None:
    about = compare_states(*history)
    lines = compute_balances(about)
    for position, name in ((about.before, "opening"), (about.after, "closing")):
        open_ = [record for record in position.case.tracked() if not position.case.facts[record.id].closed]
        for item in lines:
            assert list(item.ids[name]) == [record.id for record in open_ if kind_of(record) is item.kind]


@given(histories())
@examples(200)
def test_every_number_is_reported_item_by_item(history: tuple[list[State], int, int]) -> None:
    about = compare_states(*history)
    message = list_events(about)
    for name in ("new", "reopened", "closed", "disappeared", "removed"):
        ids = [id_ for item in compute_balances(about) for id_ in item.ids[name]]
        tracked = [item.id for item in message if item.event_type is EventType(name) and item.kind != "recommendation"]
        assert sorted(tracked) == sorted(ids)


@given(histories())
def test_nothing_happens_in_no_time(history: tuple[list[State], int, int]) -> None:
    states, start, _ = history
    assert list_events(compare_states(states, start, start)) == ()


def counts(states: Sequence[State], start: int = 1) -> dict[str, int]:
    return total_counts(compute_balances(compare_states(states, start, len(states))))


def of(**numbers: int) -> dict[str, int]:
    return {"opening": 0, "new": 0, "reopened": 0, "closed": 0, "disappeared": 0, "closing": 0} | numbers


def test_each_outcome_is_counted_once() -> None:
    open_, done = record("A1", "in_progress"), record("A1", "complete")
    assert counts([open_, done]) == of(opening=1, closed=1)
    assert counts([done, open_]) == of(reopened=1, closing=1)
    assert counts([{}, open_]) == of(new=1, closing=1)
    assert counts([{}, done]) == of(new=1, closed=1)
    assert counts([open_, {}]) == of(opening=1, disappeared=1)
    assert counts([open_, done, {}]) == of(opening=1, closed=1)
    assert counts([done, {}]) == of()
    assert counts([{}, open_, {}]) == of(new=1, disappeared=1)
    assert counts([done, open_, {}]) == of(reopened=1, disappeared=1)
    assert counts([open_, {}, open_]) == of(opening=1, closing=1)
    assert counts([open_, record("A1", "in_progress", path="data/actions/A1-moved.yaml")]) == of(opening=1, closing=1)


def test_a_decision_that_takes_effect_closes_without_a_commit() -> None:
    values = {"id": "A1", "title": "x", "status": "withdrawn", "decided": {"on": "2023-01-03"}}
    about = compare_states([{"data/actions/A1.yaml": values}, {"data/actions/A1.yaml": values}, {}], 1, 2)
    later = compare_registers(about.history, RevisionRange(1, 2), DAY, date(2023, 1, 3))
    assert total_counts(compute_balances(later)) == of(opening=1, closed=1)
    (event,) = list_events(later)
    assert (event.event_type, event.revision, event.old, event.new) == (
        EventType.CLOSED,
        None,
        "withdrawn",
        "withdrawn",
    )


def test_the_sum_is_printed() -> None:
    numbers = of(opening=5, new=2, reopened=1, closed=3, disappeared=1, closing=4)
    assert format_equation(numbers) == "5 open + 2 new + 1 reopened - 3 closed - 1 removed = 4 open."
