"""`check`: every problem in the files and every finding of the rules, as a document or as the last lines on a screen.

The terminal prints problems itself (diagnostics.py) and needs only `CheckSummary` and the two sentences from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field
from datetime import date
from functools import cached_property

from p2ptrack.analysis.case import Disclosure, RegisterProvenance, build_json_head, list_unreadable_as_json
from p2ptrack.analysis.contracts import iter_contract_references
from p2ptrack.diagnostics import Problem, Severity, count_by_severity, problem_to_json
from p2ptrack.model.contracts import CONTRACTS_PATH, CONTRACTS_SOURCE_PATH, fold_reference
from p2ptrack.model.programme import Programme
from p2ptrack.model.register import PROGRAMME_PATH, Register
from p2ptrack.phrases import pluralise
from p2ptrack.queries.answer import position_facts
from p2ptrack.reports.document import Cell, Column, Document, Row, Table, make_paragraph
from p2ptrack.values import dataclass

_PROBLEM_COLUMNS = (
    Column("path", "File", width="wide", header=True),
    Column("line", "Line", "right", "narrow"),
    Column("column", "Column", "right", "narrow"),
    Column("field", "Field"),
    Column("code", "Code", width="narrow"),
    Column("severity", "Severity", width="narrow"),
    Column("message", "Problem", width="wide"),
    Column("fix", "Fix", width="wide"),
    Column("exempt", "Exempt", width="narrow"),
)

_EXEMPT_CELLS = {"": None, "exempt": "true", "partly exempt": "partly"}


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """The result of a check: the register, the position date, how much was checked, and the problems.

    `partly_read_count` is the number of records that have a field with an error.
    """

    programme: Programme
    as_of: date
    file_count: int
    record_count: int
    problems: tuple[Problem, ...]
    provenance: RegisterProvenance = field(default_factory=lambda: RegisterProvenance(""))
    partly_read_count: int = 0


_MIN_DIGITS = 5
"""A number with fewer digits may be a year or a count."""


class CheckScope:
    """The scope of a check: files or a folder, and the records and contracts by the names that problems give them.

    A contract has no file of its own: in the table, only the problems of its row concern it.
    """

    def __init__(
        self, paths: Iterable[str] = (), names: Iterable[str] = (), contract: str = "", *, is_folder: bool = False
    ) -> None:
        self._paths, self._names, self._contract = tuple(paths), tuple(names), fold_reference(contract)
        self._folded_names = {name.casefold() for name in self._names}
        self.is_folder = is_folder

    @cached_property
    def _compile_mention(self) -> re.Pattern[str]:
        """Finds a name in a message.

        An id such as `12` or `Portal` is not searched for: it could be any number or word.
        """
        names = [name for name in self._names if _is_distinctive(name)]
        return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?![\w-]|\.\w)", re.IGNORECASE)

    def includes(self, problem: Problem) -> bool:
        """Whether a problem concerns what is checked: it is there, is related to it, or names it."""
        is_row = problem.path == CONTRACTS_PATH  # in a finding about a row, the record is its reference or its line
        if is_row and self._contract and fold_reference(problem.record) == self._contract:
            return True
        is_about = any(_is_within(path, selected) for selected in self._paths for path in problem.paths)
        is_about |= not is_row and problem.record.casefold() in self._folded_names
        return is_about or self._compile_mention.search(problem.message) is not None


def _is_distinctive(name: str) -> bool:
    has_digit, has_letter = any(map(str.isdigit, name)), any(map(str.isalpha, name))
    return "/" in name or (has_digit and (has_letter or len(name) >= _MIN_DIGITS))


def _is_within(path: str, selected: str) -> bool:
    return selected in {".", path} or path.startswith(f"{selected}/")


def make_path_scope(register: Register, path: str) -> CheckScope:
    """Return the scope of a file, with the records in it, or of a folder."""
    ids = [id_ for id_, record_path in register.paths.items() if record_path == path]
    is_folder = any(_is_within(file, path) and file != path for file in (*register.paths.values(), CONTRACTS_PATH))
    return CheckScope([path], () if is_folder else (path, *ids), is_folder=is_folder)


def find_scope(register: Register, name: str, named_paths: Iterable[str]) -> CheckScope | None:
    """Return the scope of a record, a part of one or a contract, by its id or reference; None if it does not exist.

    `named_paths` are the files that are named after it.
    """
    folded = name.casefold()
    ids = [id_ for id_ in (*register.paths, *register.broken_ids) if id_.casefold() == folded]
    ids += [part for part, _ in register.iter_parts() if part.casefold() == folded]
    paths = {*named_paths, *(register.paths[id_] for id_ in ids if id_ in register.paths)}
    paths |= {register.path_of(recommendation.id) for part, recommendation in register.iter_parts() if part in ids}
    if paths:
        return CheckScope(sorted(paths), [*ids, *sorted(paths)])
    return _find_contract_scope(register, name)


def _find_contract_scope(register: Register, reference: str) -> CheckScope | None:
    """Return the scope of a contract: its row, and the records that name it.

    One that records name may be in a table that cannot be read.
    """
    table, folded = register.contracts, fold_reference(reference)
    mentions = iter_contract_references(register)
    paths = [register.path_of(record.id) for record, _, text in mentions if fold_reference(text) == folded]
    if not paths and table.find(reference) is None:
        return None
    if not table.contracts:
        paths += [CONTRACTS_PATH, CONTRACTS_SOURCE_PATH]
    spellings = [contract.reference for contract in table.by_reference.get(folded, ())]
    return CheckScope(paths, [reference, *spellings], reference)


def find_mention_scope(name: str, problems: Iterable[Problem]) -> CheckScope | None:
    """Return the scope of a missing record that problems name: a deleted record, or a misspelt link."""
    scope = CheckScope(names=[name])
    return scope if any(map(scope.includes, problems)) else None


def format_summary(summary: CheckSummary) -> str:
    """Return how much was checked and how many problems there are, in one sentence."""
    size = f"{pluralise(summary.file_count, 'file')}, {pluralise(summary.record_count, 'record')}"
    if summary.partly_read_count:
        size += f" ({summary.partly_read_count} partly read)"
    counts = [(count_by_severity(summary.problems, severity), severity.value) for severity in Severity]
    problems = ", ".join(pluralise(count, name) for count, name in counts if count)
    return f"{size}: {problems or 'no problems'}."


def format_advice(summary: CheckSummary) -> str:
    """Return whether papers can be produced and where to read more; nothing when there is no problem."""
    if not summary.programme.title:  # an empty programme stands for one that cannot be read
        return f"Most checks did not run, because {PROGRAMME_PATH} has an error. Correct it, then check again."
    if not summary.problems:
        return ""
    ranks = list(Severity)
    worst = min(summary.problems, key=lambda problem: ranks.index(problem.severity))
    if worst.severity is Severity.ERROR:
        effect = "Papers cannot be produced until errors are fixed."
    else:
        effect = "You can still produce papers."
    return f"{effect} For help: p2ptrack rule {worst.code}"


def _build_row(problem: Problem) -> Row:
    fields = problem_to_json(problem) | {"exempt": _EXEMPT_CELLS[problem.exempt]}
    return Row(tuple(Cell(fields[column.key]) for column in _PROBLEM_COLUMNS))


def build_check(summary: CheckSummary) -> Document:
    """Return the problems as a table, one a row."""
    problem_data = [problem_to_json(problem) for problem in summary.problems]
    rows = tuple(map(_build_row, summary.problems))
    return Document(
        name="check",
        title="Check",
        as_of=summary.as_of,
        blocks=(
            Table("problems", "Problems", _PROBLEM_COLUMNS, rows, empty="None."),
            make_paragraph(format_summary(summary)),
        ),
        meta=position_facts(summary.as_of),
        data={
            **build_json_head(summary.programme, summary.as_of, Disclosure(), summary.provenance),
            "file_count": summary.file_count,
            "record_count": summary.record_count,
            "problems": problem_data,
            "unread": list_unreadable_as_json(summary.problems),
        },
    )
