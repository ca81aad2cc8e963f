"""What is exempt today is exempt in a paper of the past, and what was exempt then as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from p2ptrack.analysis.redaction.paper import ExemptionDates, apply_current_exemptions, find_precautionary_ids
from p2ptrack.model.records import ExemptMarking
from p2ptrack.model.register import CurrentRegister
from tests.support import register_of

DAYS = ExemptionDates(date(2022, 10, 17), date(2023, 1, 12))
PLAIN = "id: A01\ntitle: Review\n"


def exempt(*fields: str, **more: str) -> str:
    parts = {"paragraph": "3", **({"fields": f"[{', '.join(fields)}]"} if fields else {}), **more}
    return f"exempt: {{{', '.join(f'{name}: {value}' for name, value in parts.items())}}}"


def updates_of(text: str, more: str = "") -> str:
    return f"updates: [{{text: {text}{', ' if more else ''}{more}}}]\n"


def of_both(then: str, now: str) -> Any:
    return apply_current_exemptions(register_of(PLAIN + then), CurrentRegister(register_of(PLAIN + now)), DAYS).by_id[
        "A01"
    ]


def withheld(then: str, now: str) -> tuple[str, ...] | None:
    """Return the fields withheld, none of them for the whole record; None where nothing is."""
    found: ExemptMarking | None = of_both(then, now).exempt
    return found.fields if found else None


@pytest.mark.parametrize(
    ("then", "now", "fields"),
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
def test_a_record_is_withheld_as_far_as_either_says(then: str, now: str, fields: tuple[str, ...] | None) -> None:
    assert withheld(then, now) == fields


def test_a_record_that_cannot_be_read_today_is_withheld() -> None:
    now = CurrentRegister(replace(register_of(), broken_ids=frozenset({"A01"})))
    assert apply_current_exemptions(register_of(PLAIN), now, DAYS).by_id["A01"].exempt == ExemptMarking()
    assert find_precautionary_ids(register_of(PLAIN), now, DAYS) == ("A01",)


def test_a_record_that_is_gone_today_is_as_it_was() -> None:
    then = register_of(PLAIN)
    assert apply_current_exemptions(then, CurrentRegister(register_of()), DAYS) == then
    public = register_of("id: A02\ntitle: Another\n", f"id: A03\ntitle: Old\n{exempt(until='2023-01-11')}\n")
    assert apply_current_exemptions(then, CurrentRegister(public, {"a01": then.by_id["A01"]}), DAYS) == then


def test_a_record_that_was_exempt_when_it_went_is_withheld() -> None:
    last = register_of(PLAIN + exempt("note")).by_id["A01"]
    found = (
        apply_current_exemptions(register_of(PLAIN), CurrentRegister(register_of(), {"a01": last}), DAYS)
        .by_id["A01"]
        .exempt
    )
    assert found == last.exempt


TOLD, POST = updates_of("The claim"), "accountable: Head of Legal\n"
CLAIM = "origin_text: The claim of a supplier\n"


@pytest.mark.parametrize(
    ("then", "now", "doubtful_ones"),
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
        ((PLAIN + TOLD,), (PLAIN, f"id: A20\ntitle: x\n{updates_of('The claim', exempt())}"), ["A01"]),
        ((PLAIN + TOLD,), (PLAIN + TOLD, f"id: A20\ntitle: The claim\n{exempt()}"), []),
        ((PLAIN + "agreed_action: Ask the firm",), (f"{PLAIN}note: Ask  the FIRM\n{exempt('note')}",), ["A01"]),
        ((PLAIN + POST,), (PLAIN, f"id: A20\ntitle: x\n{POST}{exempt()}"), []),
        ((PLAIN + CLAIM + exempt(),), (PLAIN, f"id: A20\ntitle: Other\n{CLAIM}{exempt()}"), []),
    ],
)  # fmt: skip
def test_a_record_that_may_be_an_exempt_one_of_today_is_withheld(
    then: tuple[str, ...], now: tuple[str, ...], doubtful_ones: list[str]
) -> None:
    before, today = register_of(*then), CurrentRegister(register_of(*now))
    assert list(find_precautionary_ids(before, today, DAYS)) == doubtful_ones
    made = apply_current_exemptions(before, today, DAYS)
    assert [record.id for record in made.records if record.exempt == ExemptMarking()] == doubtful_ones


def test_a_record_that_is_gone_may_be_in_what_is_not_read_today() -> None:
    then = register_of(PLAIN, "id: A02\ntitle: x\n")
    assert find_precautionary_ids(then, CurrentRegister(register_of(PLAIN), has_unread_files=True), DAYS) == ("A02",)


def updates(*entries: str) -> str:
    return f"updates: [{', '.join(f'{{text: {entry}}}' for entry in entries)}]\n"


@pytest.mark.parametrize(
    ("then", "now", "closed"),
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
def test_an_entry_is_withheld_as_far_as_either_says(
    then: tuple[str, ...], now: tuple[str, ...], closed: list[str]
) -> None:
    record = of_both(updates(*then), updates(*now))
    assert [update.text for update in record.updates if update.exempt and not update.exempt.fields] == closed


def test_a_field_of_an_entry_that_is_withheld_today_is_withheld() -> None:
    record = of_both(updates("a"), updates(f"a, {exempt('text')}"))
    assert [update.exempt.fields for update in record.updates] == [("text",)]
