"""Exemptions of the current register apply to papers of an old revision, and those of the old revision too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import process_time
from typing import Any

import pytest

from p2ptrack.analysis.redaction.paper import (
    ExemptionDates,
    apply_current_exemptions,
    find_current_exemptions,
    find_precautionary_ids,
)
from p2ptrack.model.records import ExemptMarking, TrackedRecord
from p2ptrack.model.register import CurrentRegister, RecordState, Register
from tests.support import register_of

DATES = ExemptionDates(date(2022, 10, 17), date(2023, 1, 12))
PLAIN = "id: A01\ntitle: Review\n"


def exempt(*fields: str, **more: str) -> str:
    parts = {"paragraph": "3", **({"fields": f"[{', '.join(fields)}]"} if fields else {}), **more}
    return f"exempt: {{{', '.join(f'{name}: {value}' for name, value in parts.items())}}}"


def updates(*entries: str) -> str:
    return f"updates: [{', '.join(f'{{text: {entry}}}' for entry in entries)}]\n"


def updates_of(text: str, more: str = "") -> str:
    return f"updates: [{{text: {text}{', ' if more else ''}{more}}}]\n"


def apply(old: Register, current: CurrentRegister) -> Register:
    return apply_current_exemptions(old, find_current_exemptions(old, current, DATES))


def precautionary(old: Register, current: CurrentRegister) -> tuple[str, ...]:
    return find_precautionary_ids(old, apply(old, current), DATES.as_of)


def apply_to(old: str, new: str) -> Any:
    return apply(register_of(PLAIN + old), CurrentRegister(register_of(PLAIN + new))).by_id["A01"]


def withheld(old: str, new: str) -> tuple[str, ...] | None:
    """Return the fields withheld, none of them for the whole record; None where nothing is."""
    marking: ExemptMarking | None = apply_to(old, new).exempt
    return marking.fields if marking else None


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ("", "", None),
        (exempt(), "", ()),
        ("", exempt(), ()),
        (exempt("note"), "", ("note",)),
        ("", exempt("note"), ("note",)),
        (exempt("note"), exempt("target"), ("note", "target")),
        (exempt("note", "target"), exempt("target"), ("note", "target")),
        (exempt(), exempt("target"), ()),
        (exempt("note"), exempt(), ()),
        ("", exempt(until="2023-01-11"), None),
        ("", exempt(until="2023-01-12"), ()),
        (exempt(until="2022-10-17"), exempt("note"), ()),
        (exempt(until="2022-10-16"), exempt("note"), ("note",)),
        (exempt("note", until="2022-10-16"), exempt("target"), ("target",)),
    ],
)
def test_the_fields_exempt_in_either_register_are_withheld(old: str, new: str, fields: tuple[str, ...] | None) -> None:
    assert withheld(old, new) == fields


def test_a_record_that_cannot_be_read_now_is_withheld() -> None:
    current = CurrentRegister(replace(register_of(), broken_ids=frozenset({"A01"})))
    assert apply(register_of(PLAIN), current).by_id["A01"].exempt == ExemptMarking()
    assert precautionary(register_of(PLAIN), current) == ("A01",)


def test_a_record_that_was_removed_since_is_unchanged() -> None:
    old = register_of(PLAIN)
    assert apply(old, CurrentRegister(register_of())) == old
    public = register_of("id: A02\ntitle: Another\n", f"id: A03\ntitle: Old\n{exempt(until='2023-01-11')}\n")
    assert apply(old, CurrentRegister(public, (state(PLAIN),))) == old


def test_a_record_that_was_exempt_when_removed_is_withheld() -> None:
    marking = withheld_after("", state(PLAIN + exempt("note")))
    assert marking == ("note",)


def state(text: str, *later: int, precedes_files: bool = True) -> RecordState:
    record = register_of(text).records[0]
    path = f"data/actions/{record.id}.yaml"
    return RecordState(record.id.casefold(), path, record, frozenset(later), precedes_files=precedes_files)


def withheld_after(old: str, *states: RecordState, now: str = "") -> tuple[str, ...] | None:
    """Return the fields of A01 withheld, none of them for all of it; None where nothing is."""
    current = CurrentRegister(register_of(*(now and [now])), states)
    marking: ExemptMarking | None = apply(register_of(PLAIN + old), current).by_id["A01"].exempt
    return marking.fields if marking else None


WORK = "agreed_action: Ask the firm\n"


@pytest.mark.parametrize(
    ("states", "now", "fields"),
    [
        # Exempt and then deleted; exempt, and then public again with the same text; with another text.
        ([state(PLAIN + WORK + exempt())], "", ()),
        ([state(PLAIN + WORK + exempt(), 1), state(PLAIN + WORK)], "", None),
        ([state(PLAIN + WORK + exempt())], PLAIN + WORK, None),
        ([state(PLAIN + WORK + exempt())], PLAIN, ("agreed_action",)),
        ([state(PLAIN + WORK + exempt("agreed_action"))], PLAIN, ("agreed_action",)),
        ([state(PLAIN + WORK + exempt("agreed_action"))], PLAIN + WORK, None),
        ([state(PLAIN + WORK + exempt("agreed_action"))], f"{PLAIN}agreed_action: Another\n", ("agreed_action",)),
        # The public state is of another branch, or older.
        ([state(PLAIN + WORK + exempt()), state(PLAIN + WORK)], "", ()),
        ([state(PLAIN + WORK, 1), state(PLAIN + WORK + exempt())], "", ()),
        ([state(PLAIN + WORK + exempt(), precedes_files=False)], PLAIN + WORK, ()),
        # The exemption stays when its text goes, and when another field opens.
        ([state(PLAIN + exempt("agreed_action"))], PLAIN + exempt("agreed_action"), ("agreed_action",)),
        ([state(PLAIN + WORK + exempt())], PLAIN + WORK + exempt("agreed_action"), ("agreed_action",)),
        # It ended by itself.
        ([state(PLAIN + WORK + exempt(until="2023-01-11"))], "", None),
        ([state(PLAIN + WORK + exempt())], PLAIN + WORK + exempt(until="2023-01-11"), None),
    ],
)  # fmt: skip
def test_only_a_later_state_with_the_text_opens_it(
    states: list[RecordState], now: str, fields: tuple[str, ...] | None
) -> None:
    assert withheld_after(WORK, *states, now=now) == fields


def test_an_entry_that_was_exempt_stays_withheld_when_it_is_taken_out() -> None:
    old = register_of(PLAIN + updates("a", "b"))
    states = (state(PLAIN + updates("a", f"b, {exempt()}")),)
    for now, closed in ((updates("a"), ["b"]), ("", ["b"]), (updates("a", "b"), [])):
        record = apply(old, CurrentRegister(register_of(PLAIN + now), states)).by_id["A01"]
        assert isinstance(record, TrackedRecord)
        assert [update.text for update in record.updates if update.exempt] == closed


def test_an_entry_of_a_record_that_was_exempt_stays_withheld_when_the_rest_is_opened() -> None:
    old = register_of(PLAIN + updates("a", "b"))
    current = CurrentRegister(register_of(PLAIN + updates("a")), (state(PLAIN + updates("a", "b") + exempt()),))
    record = apply(old, current).by_id["A01"]
    assert isinstance(record, TrackedRecord)
    assert [update.text for update in record.updates if update.exempt] == ["b"]
    assert record.exempt is None


def test_former_titles_and_files_of_an_exempt_record_are_hidden() -> None:
    states = (state("id: A01\ntitle: The claim\n", 1), state(f"id: A01\ntitle: Neutral\n{exempt()}"))
    current = CurrentRegister(register_of("id: A02\ntitle: Open\n"), states)
    names = find_current_exemptions(current.register, current, DATES).names
    assert names.titles == {"The claim", "Neutral"}
    assert names.paths == {"data/actions/A01.yaml"}


UPDATE, POST = updates_of("The claim"), "accountable: Head of Legal\n"
CLAIM = "origin_text: The claim of a supplier\n"


@pytest.mark.parametrize(
    ("old", "new", "withheld_ids"),
    [
        (("id: A1b\ntitle: x\n",), (f"id: A1B\ntitle: Other\n{exempt()}",), []),
        ((PLAIN,), (f"id: A20\ntitle: Other\n{exempt()}",), ["A01"]),
        ((PLAIN,), (f"id: F20\ntitle: Other\n{exempt('note')}",), ["A01"]),
        ((PLAIN,), (f"id: A20\ntitle: Other\n{updates_of('x', exempt())}",), ["A01"]),
        ((PLAIN,), ("id: A20\ntitle: Other\n",), []),
        ((PLAIN,), (PLAIN, f"id: A20\ntitle: Other\n{exempt()}"), []),
        ((PLAIN + CLAIM,), ("id: A01\ntitle: New\n", f"id: A20\ntitle: Other\n{CLAIM}{exempt()}"), ["A01"]),
        ((PLAIN,), ("id: A01\ntitle: New\n", f"id: A20\ntitle: REVIEW\n{exempt()}"), ["A01"]),
        ((PLAIN,), (PLAIN, f"id: A20\ntitle: Review\n{exempt()}"), []),
        ((PLAIN + UPDATE,), (PLAIN, f"id: A20\ntitle: x\n{updates_of('The claim', exempt())}"), ["A01"]),
        ((PLAIN + UPDATE,), (PLAIN + UPDATE, f"id: A20\ntitle: The claim\n{exempt()}"), []),
        ((PLAIN + "agreed_action: Ask the firm",), (f"{PLAIN}note: Ask  the FIRM\n{exempt('note')}",), ["A01"]),
        ((PLAIN + POST,), (PLAIN, f"id: A20\ntitle: x\n{POST}{exempt()}"), []),
        ((PLAIN + CLAIM + exempt(),), (PLAIN, f"id: A20\ntitle: Other\n{CLAIM}{exempt()}"), []),
    ],
)  # fmt: skip
def test_a_record_that_may_be_exempt_under_another_id_is_withheld(
    old: tuple[str, ...], new: tuple[str, ...], withheld_ids: list[str]
) -> None:
    register, current = register_of(*old), CurrentRegister(register_of(*new))
    assert list(precautionary(register, current)) == withheld_ids
    applied = apply(register, current)
    assert [record.id for record in applied.records if record.exempt == ExemptMarking()] == withheld_ids


def test_a_removed_record_is_withheld_while_files_are_unreadable() -> None:
    old = register_of(PLAIN, "id: A02\ntitle: x\n")
    assert precautionary(old, CurrentRegister(register_of(PLAIN), has_unreadable_files=True)) == ("A02",)


@pytest.mark.parametrize(
    ("old", "new", "closed"),
    [
        (("a", "b"), ("a", "b"), []),
        (("a", "b"), ("a", f"b, {exempt()}"), ["b"]),
        (("a", f"b, {exempt()}"), ("a", "b"), ["b"]),
        (("a", "b"), (f"x, {exempt()}", "a", "b"), []),
        (("a", "b"), ("a", f"b reworded, {exempt()}"), ["b"]),
        (("a", "b"), ("a", f"b, {exempt(until='2023-01-11')}"), []),
        (("a", f"b, {exempt('by')}"), ("a", f"b, {exempt()}"), ["b"]),
        (("a", f"b, {exempt()}"), ("a", f"b, {exempt('text')}"), ["b"]),
        (("a", "b"), (), []),
    ],
)
def test_the_entries_exempt_in_either_register_are_withheld(
    old: tuple[str, ...], new: tuple[str, ...], closed: list[str]
) -> None:
    record = apply_to(updates(*old), updates(*new))
    assert [update.text for update in record.updates if update.exempt and not update.exempt.fields] == closed


def test_a_field_of_an_entry_that_is_exempt_now_is_withheld() -> None:
    record = apply_to(updates("a"), updates(f"a, {exempt('text')}"))
    assert [update.exempt.fields for update in record.updates] == [("text",)]


def test_the_time_for_many_updates_grows_with_their_number() -> None:
    seconds = []
    for count in (200, 800):
        entries = [f"text number {number}" for number in range(count)]
        old = register_of(PLAIN + updates(*entries))
        new = register_of(PLAIN + updates(*entries[1:], f"{entries[0]}, {exempt()}"))
        start = process_time()
        changed = apply(old, CurrentRegister(new)).by_id["A01"]
        seconds.append(process_time() - start)
        assert isinstance(changed, TrackedRecord)
        assert [update.exempt is not None for update in changed.updates] == [True] + [False] * (count - 1)
    assert seconds[1] < 8 * seconds[0] + 0.05
