"""The figures of the exemptions report, compared with those that councils published and with another reckoning."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.command import run
from tests.support import write_register


def render(root: Path, records: Mapping[str, str], programme: str, day: str) -> tuple[str, dict[str, Any]]:
    """Return the report's sentences and its tables."""
    write_register(root, {f"exemptions/{id_}.yaml": f"id: {id_}\n{text}" for id_, text in records.items()}, programme)
    words = ("render", "exemptions-report", "--root", root, "--as-of", day, "--output", "-")
    text = " ".join(run(*words, "--format", "text").out.split())
    paper = json.loads(run(*words, "--format", "json").out)
    return text, {table["key"]: table for table in find_tables(paper)}


def find_tables(part: Any) -> Iterable[dict[str, Any]]:
    if isinstance(part, dict):
        if "columns" in part and "rows" in part:
            yield part
        for inner in part.values():
            yield from find_tables(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from find_tables(inner)


# Cheshire East Council, Audit and Governance Committee, July to November 2022: waivers by period, and the year to date.
CHESHIRE_EAST = {
    "May 2022": ("From 1 May 2022 to 31 May 2022 there were 5 exemptions (5 waivers).", "5", "6"),
    "June 2022 to August 2022": ("From 1 June 2022 to 31 August 2022 there were 7 exemptions (7 waivers).", "7", "13"),
    "September 2022 to October 2022": (
        "From 1 September 2022 to 31 October 2022 there were 5 exemptions (5 waivers).",
        "5",
        "18",
    ),
}
_WAIVERS = {"2022-04-20": 1, "2022-05-10": 5, "2022-07-15": 4, "2022-08-31": 3, "2022-09-01": 2, "2022-10-31": 3}


@pytest.mark.parametrize("period", CHESHIRE_EAST)
def test_periods_and_the_year_to_date_are_those_that_a_council_published(tmp_path: Path, period: str) -> None:
    days = [day for day, number in _WAIVERS.items() for _ in range(number)]
    records = {f"E{index:02}": f"type: waiver\napproved_on: {day}\n" for index, day in enumerate(days, 1)}
    programme = f"title: A register\nreports: {{exemptions-report: {{period: {period}}}}}\n"
    text, tables = render(tmp_path, records, programme, "2022-11-15")
    sentence, number, year = CHESHIRE_EAST[period]
    assert sentence in text
    waivers = [str(cell) for cell in read_row(tables["exemption-totals"], "Waivers")]
    assert [cell.partition(" ")[0] for cell in waivers[:2]] == [number, year]


def test_a_whole_year_is_that_which_a_council_published(tmp_path: Path) -> None:
    # Herefordshire Council, Audit and Governance Committee, 10 June 2025: five exemptions in 2024/25.
    days = ("2024-03-31", "2024-04-01", "2024-07-09", "2024-11-20", "2025-02-03", "2025-03-31", "2025-04-01")
    records = {f"E{index:02}": f"type: waiver\napproved_on: {day}\n" for index, day in enumerate(days, 1)}
    programme = "title: A register\nreports: {exemptions-report: {period: 2024/25}}\n"
    text, _ = render(tmp_path, records, programme, "2025-06-10")
    assert "From 1 April 2024 to 31 March 2025 there were 5 exemptions (5 waivers)." in text


def read_row(table: Mapping[str, Any], name: str) -> list[Any]:
    rows = ([*row["cells"].values()] for row in table["rows"])
    return next(cells[1:] for cells in rows if cells[0] == name)


# The same figures by other code: plain loops over the plain data.

REASONS = {"urgency": "Urgency", "continuity": "Continuity of a service", "other": "Another reason", "": "not stated"}
TYPES = {"waiver": "Waivers", "breach": "Breaches", "exception": "Exceptions"}
DIRECTORATES = ("Adult Services", "Place", "")


def make_records(seed: int) -> list[dict[str, str]]:
    """Return exemptions of two years, some without a value, a reason, a directorate or a day."""
    records = []
    for number in range(1, 41):
        digits = hashlib.sha256(f"{seed} {number}".encode()).digest()
        day = date(2025 + digits[0] % 2, 1 + digits[1] % 12, 1 + digits[2] % 28).isoformat()
        fields = {
            "id": f"E{number:02}",
            "type": [*TYPES][digits[3] % 3],
            "approved_on": day if digits[4] > 25 else "",
            "value": ("", f"{1 + digits[5] * digits[6]}.{10 + digits[7] % 90}", "1000")[digits[8] % 3],
            "reason": [*REASONS][digits[9] % 4],
            "directorate": DIRECTORATES[digits[10] % 3],
            "sought": ("", "before", "after")[digits[11] % 3],
        }
        records.append({name: text for name, text in fields.items() if text})
    return records


def add_up(records: Iterable[Mapping[str, str]]) -> str:
    total, known, number = Decimal(), 0, 0
    for record in records:
        number += 1
        if "value" in record:
            known += 1
            total += Decimal(record["value"])
    if not number:
        return "none"
    pounds = f"£{total:,.2f}".removesuffix(".00")
    missing = f"{number - known} not stated"
    if not known:
        return f"{number} ({missing})"
    return f"{number}, worth {pounds}" + (f" ({missing})" if known < number else "")


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_is_that_of_a_plain_loop(tmp_path: Path, seed: int) -> None:
    records = make_records(seed)
    texts = {record["id"]: "".join(f"{k}: {v}\n" for k, v in record.items() if k != "id") for record in records}
    programme = "title: A register\nreports: {exemptions-report: {period: Q2 2026/27}}\n"
    _, tables = render(tmp_path, texts, programme, "2026-11-30")
    spans = (("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-09-30"), ("2025-04-01", "2025-09-30"))
    dated = [record for record in records if "approved_on" in record]
    chosen = [[record for record in dated if first <= record["approved_on"] <= last] for first, last in spans]
    for type_, title in TYPES.items():
        if any(record["type"] == type_ for group in chosen for record in group):
            expected = [add_up(record for record in group if record["type"] == type_) for group in chosen]
            assert read_row(tables["exemption-totals"], title) == expected
    assert read_row(tables["exemption-totals"], "All") == [add_up(group) for group in chosen]
    for field, names in (("reason", REASONS), ("directorate", {**dict(zip(DIRECTORATES, DIRECTORATES, strict=True))})):
        groups: dict[str, list[dict[str, str]]] = defaultdict(list)
        for record in chosen[0]:
            groups[record.get(field, "")].append(record)
        assert (f"exemptions-by-{field}" in tables) is bool(set(groups) - {""})
        for name, group in groups.items() if set(groups) - {""} else ():
            number, value = read_row(tables[f"exemptions-by-{field}"], names[name] or "not stated")
            assert int(number) == len(group)
            assert value == add_up(group).partition(", worth ")[2] or add_up(group) == f"{number} ({value})"
    late = {record["id"] for record in records if record.get("sought") == "after"}
    answer = json.loads(
        run("list", "is:retrospective", "--format", "json", "--as-of", "2026-11-30", "--root", tmp_path).out
    )
    assert {record["id"] for record in answer["records"]} == late


FACTS = {
    "is:retrospective": ["E01", "E02"],
    "is:stop-gap-ended": ["E03"],
    "is:no-next-step": ["E01", "E02", "E03", "E05", "E07"],
    "is:self-approved": ["E04"],
    "is:above-limit": ["E05"],
    "is:repeated-supplier": ["E07"],
    "is:unreported": ["E01", "E02", "E03", "E05", "E06"],
}
_RECORDS = {
    "E01": "type: breach\nsought: after\napproved_on: 2026-01-10\n",
    "E02": "type: waiver\ncontract_start: 2026-01-01\napproved_on: 2026-02-01\n",
    "E03": "type: waiver\nstop_gap_until: 2026-06-30\napproved_on: 2026-02-01\n",
    "E04": "type: waiver\nrequested_by: Head of IT\napproved_by: Head of IT\nends_by: Tender\n"
    "approved_on: 2026-10-01\n",
    "E05": "type: waiver\nvalue: 200000\napproved_by: Head of IT\nsupplier: Example Ltd\napproved_on: 2025-02-01\n",
    "E06": "type: exception\napproved_on: 2026-01-10\n",
    "E07": "type: waiver\nsupplier: EXAMPLE LIMITED\napproved_on: 2026-02-01\nreported_to: AC\n",
}
_PROGRAMME = """\
title: A register
meetings: [{id: AC, body: Audit Committee, date: 2026-09-14}]
policy: {delegations: {Head of IT: 100000}}
"""


@pytest.mark.parametrize("term", FACTS)
def test_a_fact_of_exemptions_is_a_filter(tmp_path: Path, term: str) -> None:
    files = {f"exemptions/{id_}.yaml": f"id: {id_}\n{text}" for id_, text in _RECORDS.items()}
    write_register(tmp_path, files, _PROGRAMME)
    result = run("list", term, "--format", "json", "--as-of", "2026-11-30", "--root", tmp_path)
    assert [record["id"] for record in json.loads(result.out)["records"]] == FACTS[term]


def test_an_exemption_without_a_title_is_named_once(tmp_path: Path) -> None:
    text, _ = render(tmp_path, {"E08": "type: waiver\n"}, "title: A register\n", "2026-11-30")
    assert "no figure above includes Waiver E08." in text
