"""Registers for tests, from YAML text as officers write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent

from hypothesis import settings

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.model.contracts import AS_PUBLISHED, FIELD_BY_NAME, ContractSource, ContractTable, read_contract_table
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.kinds import KINDS, Kind
from p2ptrack.model.programme import Programme, collect_labels
from p2ptrack.model.records import Record
from p2ptrack.model.register import Register, build_anchors, sort_records
from p2ptrack.store.yaml import read

THE_DAY = date(2023, 1, 12)
PROGRAMME = """\
title: Procure to Pay review
sources:
  - {id: paper, title: A paper, date: 12.01.2023}
  - {id: undated, title: A paper without a date}
phases:
  - {id: P1, title: CBT Phase 1, start: Sept 21, end: Sept 22}
  - {id: P2, title: CBT Phase 2, start: Sept 22, end: Sept 23}
meetings:
  - {id: AC-2022-10-17, body: Audit Committee, date: 2022-10-17}
  - {id: AC-2023-03, body: Audit Committee, date: Mar-23}
dependencies:
  - {id: consultation, title: Formal consultation}
  - {id: done, title: Something done, cleared: 2022-12-01}
"""
_KIND_OF_LETTER: Mapping[str, Kind] = dict(zip("RAFE", KINDS, strict=True))


def examples(count: int) -> settings:
    """Return the settings of a property that takes more or fewer examples than most, in every profile."""
    return settings(max_examples=count * settings().max_examples // 100)


def read_values(text: str) -> dict[str, object]:
    """Return YAML text as the reader gives it."""
    reading = read(dedent(text).encode(), "text.yaml")
    assert reading.problems == ()
    assert reading.value is not None
    return dict(reading.value)


def programme_of(text: str = PROGRAMME) -> Programme:
    return Programme.model_validate(read_values(text))


def record_of(text: str, programme: Programme | None = None) -> Record:
    """Return a record; the first letter of its id decides its kind."""
    values = read_values(text)
    known_programme = programme or programme_of()
    context = ValidationContext(build_anchors(known_programme), collect_labels(known_programme.policy))
    kind = known_programme.kinds.get(_KIND_OF_LETTER[str(values["id"])[0]].name)
    return kind.model.model_validate(values, context=context)


def register_of(*texts: str, programme: str = PROGRAMME) -> Register:
    known_programme = programme_of(programme)
    records = sort_records((record_of(text, known_programme) for text in texts), known_programme.kinds)
    folders = {record.id: _KIND_OF_LETTER[record.id[0]].folder for record in records}
    paths = {id_: f"data/{folder}/{id_}.yaml" for id_, folder in folders.items()}
    return Register(known_programme, records, paths, file_count=len(records))


def case_of(*texts: str, as_of: date = THE_DAY, programme: str = PROGRAMME, contracts: str = "") -> Case:
    register = register_of(*texts, programme=programme)
    return make_case(replace(register, contracts=contracts_of(contracts, register.programme)), as_of)


def contracts_of(text: str, programme: Programme | None = None) -> ContractTable:
    """Return a table of contracts whose headings are names of fields; any other heading is as published.

    A first line such as `dated: 2022-06-30` sets its date. It is imported on 10 January 2023.
    """
    if not text:
        return ContractTable()
    values: dict[str, object] = {"file": "register.csv", "imported_on": "2023-01-10"}
    if text.startswith("dated: "):
        line, text = text.split("\n", 1)
        values["dated"] = line.removeprefix("dated: ")
    headings = text.partition("\n")[0].split(",")
    fields = [heading if heading in FIELD_BY_NAME else AS_PUBLISHED for heading in headings]
    columns = [{"heading": heading, "field": name} for heading, name in zip(headings, fields, strict=True)]
    source = ContractSource.model_validate({**values, "columns": columns})
    known_programme = programme or programme_of()
    return read_contract_table(text, source, build_anchors(known_programme)).with_exempt(
        known_programme.contracts.withheld
    )


def write_register(root: Path, files: Mapping[str, str | bytes] | None = None, programme: str = PROGRAMME) -> Path:
    """Write a register; a file's key is its path under `data/`, `actions/A01.yaml`."""
    for path, content in {"programme.yaml": programme, **(files or {})}.items():
        file = root / "data" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
    return root
