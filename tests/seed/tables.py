"""The content of the two papers as tables: one file a table, to be compared with the paper."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, str]

_EXPECTED = Path(__file__).parent / "expected"


def rows(name: str) -> list[Row]:
    with (_EXPECTED / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def by_id(name: str, column: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = defaultdict(list)
    for row in rows(name):
        values[row["id"]].append(row[column])
    return dict(values)


def items(cell: str) -> list[str]:
    return cell.split("; ") if cell else []


def texts(value: Any) -> Iterator[str]:
    """Yield every text within a record, each on one line."""
    if isinstance(value, str):
        yield " ".join(value.split())
        return
    for entry in value.values() if isinstance(value, dict) else value:
        yield from texts(entry)
