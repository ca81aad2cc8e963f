"""Exemptions of the current register apply to papers of an old revision, and those of the old revision too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from p2ptrack.analysis.redaction.paper import ExemptionDates, apply_current_exemptions, find_precautionary_ids
from p2ptrack.model.records import ExemptMarking
from p2ptrack.model.register import CurrentRegister
from tests.support import register_of

DATES = ExemptionDates(date(2022, 10, 17), date(2023, 1, 12))
PLAIN = "id: A01\ntitle: Review\n"


def exempt(*fields: str, **more: str) -> str:
    parts = {"paragraph": "3", **({"fields": f"[{', '.join(fields)}]"} if fields else {}), **more}
    return f"exempt: {{{', '.join(f'{name}: {value}' for name, value in parts.items())}}}"


def updates_of(text: str, more: str = "") -> str:
    return f"updates: [{{text: {text}{', ' if more else ''}{more}}}]\n"


def apply_to(old: str, new: str) -> Any:
    return apply_current_exemptions(register_of(PLAIN + old), CurrentRegister(register_of(PLAIN + new)), DATES).by_id[
        "A01"
    ]


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
    assert apply_current_exemptions(register_of(PLAIN), current, DATES).by_id["A01"].exempt == ExemptMarking()
    assert find_precautionary_ids(register_of(PLAIN), current, DATES) == ("A01",)


def test_a_record_that_was_removed_since_is_unchanged() -> None:
    old = register_of(PLAIN)
    assert apply_current_exemptions(old, CurrentRegister(register_of()), DATES) == old
    public = register_of("id: A02\ntitle: Another\n", f"id: A03\ntitle: Old\n{exempt(until='2023-01-11')}\n")
    assert apply_current_exemptions(old, CurrentRegister(public, {"a01": old.by_id["A01"]}), DATES) == old


def test_a_record_that_was_exempt_when_removed_is_withheld() -> None:
    last = register_of(PLAIN + exempt("note")).by_id["A01"]
    marking = (
        apply_current_exemptions(register_of(PLAIN), CurrentRegister(register_of(), {"a01": last}), DATES)
        .by_id["A01"]
        .exempt
    )
    assert marking == last.exempt


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
    assert list(find_precautionary_ids(register, current, DATES)) == withheld_ids
    applied = apply_current_exemptions(register, current, DATES)
    assert [record.id for record in applied.records if record.exempt == ExemptMarking()] == withheld_ids


def test_a_removed_record_is_withheld_while_files_are_unread() -> None:
    old = register_of(PLAIN, "id: A02\ntitle: x\n")
    assert find_precautionary_ids(old, CurrentRegister(register_of(PLAIN), has_unread_files=True), DATES) == ("A02",)


def updates(*entries: str) -> str:
    return f"updates: [{', '.join(f'{{text: {entry}}}' for entry in entries)}]\n"


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
