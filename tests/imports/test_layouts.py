"""Each layout of a tracker comes in whole: every record, every cell in its field, and nothing made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.imports import layouts_excel, layouts_text, layouts_word
from tests.imports.layouts import LAYOUTS, Layout
from tests.imports.test_import import import_, records, register

__all__ = ["layouts_excel", "layouts_text", "layouts_word", "register"]
FOLDERS = ("recommendations", "actions", "audit_followups", "exemptions")


def strip(value: Any) -> Any:
    """Return a value without the line ends of block texts."""
    if isinstance(value, str):
        return value.rstrip("\n")
    if isinstance(value, dict):
        return {name: strip(item) for name, item in value.items()}
    return [strip(item) for item in value] if isinstance(value, list) else value


def simplify(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without its id, and without a title that is taken from the request."""
    values = {name: value for name, value in record.items() if name != "id"}
    if "title" in values.get("inferred", []):
        del values["title"]
        rest = [name for name in values.pop("inferred") if name != "title"]
        values |= {"inferred": rest} if rest else {}
    return values


@pytest.mark.parametrize("make", LAYOUTS, ids=lambda make: make.__name__)
def test_a_layout_becomes_the_records_that_it_holds(register: Path, make: Callable[[], Layout]) -> None:
    layout = make()
    (register / layout.name).write_bytes(layout.data)
    result = import_(register, layout.name, *layout.options)
    assert (result.code, result.err) == (0, "")
    imported = [simplify(strip(dict(record))) for folder in FOLDERS for record in records(register, folder)]
    assert imported == [dict(record) for record in layout.records]
    assert [words for words in layout.listed if words not in result.out] == []
