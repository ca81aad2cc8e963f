"""What is exempt today is exempt in a paper of the past, and what was exempt then as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from p2ptrack.analysis.exempt_now import Days, exempt_too
from p2ptrack.records.parts import Exempt
from tests.support import register_of

DAYS = Days(date(2022, 10, 17), date(2023, 1, 12))
PLAIN = "id: A01\ntitle: Review\n"


def exempt(*fields: str, **more: str) -> str:
    parts = {"paragraph": "3", **({"fields": f"[{', '.join(fields)}]"} if fields else {}), **more}
    return f"exempt: {{{', '.join(f'{name}: {value}' for name, value in parts.items())}}}"


def of_both(then: str, now: str) -> Any:
    return exempt_too(register_of(PLAIN + then), register_of(PLAIN + now), DAYS).by_id["A01"]


def withheld(then: str, now: str) -> tuple[str, ...] | None:
    """Return the fields withheld, none of them for the whole record; None where nothing is."""
    found: Exempt | None = of_both(then, now).exempt
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
    now = replace(register_of(), broken=frozenset({"A01"}))
    assert exempt_too(register_of(PLAIN), now, DAYS).by_id["A01"].exempt == Exempt()


def test_a_record_that_is_gone_today_is_as_it_was() -> None:
    then = register_of(PLAIN)
    assert exempt_too(then, register_of(), DAYS) == then


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
