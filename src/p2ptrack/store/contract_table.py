"""Load the contracts register: one table, and the file that describes its origin and its columns."""

from __future__ import annotations

from p2ptrack.diagnostics import Location, Problem, Severity, escape_control_characters
from p2ptrack.model.contracts import (
    CONTRACTS_FOLDER,
    CONTRACTS_PATH,
    CONTRACTS_SOURCE_PATH,
    ContractSource,
    ContractTable,
    TableError,
    read_contract_table,
)
from p2ptrack.model.dates import Anchors
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.validation import ErrorCode, convert_validation_error
from p2ptrack.store import yaml
from p2ptrack.store.folder import FileSource, find_leftover, is_yaml, outside_link_error

_IMPORT_AGAIN = "Import the table again: p2ptrack import contracts FILE"
TABLE_ERRORS = (
    ErrorCode(
        "D113",
        "A table of contracts that cannot be read",
        "Contracts would be missing from every list and paper.",
        "data/contracts/contracts.csv with a row that has more cells than the header",
        f"{_IMPORT_AGAIN}.",
    ),
    ErrorCode(
        "D114",
        "A file beside the table of contracts",
        "Only one table is the contracts register.",
        "data/contracts/contracts-2025.csv",
        "Move the file out of `data`.",
        Severity.NOTE,
    ),
)


def load_contracts(source: FileSource, anchors: Anchors) -> tuple[ContractTable, tuple[Problem, ...]]:
    """Return the contracts register and the problems of its files; an empty one where there is none."""
    entries = source.scan(CONTRACTS_FOLDER)
    if isinstance(entries, Problem):
        return ContractTable(), (entries,)
    paths = {f"{CONTRACTS_FOLDER}/{entry.name}" for entry in entries if not entry.name.startswith(".")}
    others = tuple(_describe_other(path, paths) for path in sorted(paths - {CONTRACTS_PATH, CONTRACTS_SOURCE_PATH}))
    if not paths & {CONTRACTS_PATH, CONTRACTS_SOURCE_PATH}:
        return ContractTable(), others
    table, problems = _load_table(source, anchors)
    return table, (*problems, *others)


def _describe_other(path: str, paths: set[str]) -> Problem:
    name = path.rpartition("/")[2]
    printable_path = escape_control_characters(path)
    leftover = find_leftover(name, printable_path, frozenset(other.rpartition("/")[2].casefold() for other in paths))
    message = f"This file is not read. The contracts register is {CONTRACTS_PATH}."
    if is_yaml(name) and leftover is None:
        fix = "If it is a record, move it to the folder of its kind. Otherwise move it out of data."
        return Problem(printable_path, "D108", Severity.ERROR, message, fix)
    return leftover or Problem(printable_path, "D114", Severity.NOTE, message, f"Move it out of data. {_IMPORT_AGAIN}")


def _load_table(source: FileSource, anchors: Anchors) -> tuple[ContractTable, tuple[Problem, ...]]:
    contract_source, problems = _load_source(source, anchors)
    data = _read(source, CONTRACTS_PATH)
    if isinstance(data, Problem):
        return ContractTable(), (*problems, data)
    if contract_source is None:
        return ContractTable(), problems
    try:
        text = data.decode("utf-8-sig")
        return read_contract_table(text, contract_source, anchors), problems
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return ContractTable(), (*problems, _make_table_problem(line, "is not in UTF-8, as another program saved it"))
    except TableError as error:
        line, description = error.args
        return ContractTable(), (*problems, _make_table_problem(line, description))


def _make_table_problem(line: int, description: str) -> Problem:
    message = f"Line {line} {description}, so no contract is read."
    fix = "Undo the change to this file, or import the table again: p2ptrack import contracts FILE"
    return Problem(CONTRACTS_PATH, "D113", Severity.ERROR, message, fix, location=Location(line, 1, ""))


def _load_source(source: FileSource, anchors: Anchors) -> tuple[ContractSource | None, tuple[Problem, ...]]:
    from pydantic import ValidationError

    data = _read(source, CONTRACTS_SOURCE_PATH)
    if isinstance(data, Problem):
        return None, (data,)
    parsed = yaml.read(data, CONTRACTS_SOURCE_PATH)
    if parsed.value is None or any(problem.severity is Severity.ERROR for problem in parsed.problems):
        return None, parsed.problems
    try:
        contract_source = ContractSource.model_validate(parsed.value, context=ValidationContext(anchors))
    except ValidationError as error:
        return None, (*parsed.problems, *convert_validation_error(error, ContractSource, CONTRACTS_SOURCE_PATH))
    return contract_source, parsed.problems


def _read(source: FileSource, path: str) -> bytes | Problem:
    return outside_link_error(path) if source.is_outside(path) else source.read(path)
