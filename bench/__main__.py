"""Measure every line of the budget and print it with its verdict. Exit 1 when one is not met.

A line is the median of its runs over the median of the floor's runs beside them, so that a machine that is
slow today, or busy for a while, changes both.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import history, register
from bench.measure import UnexpectedError, cost

ROOT = Path(__file__).resolve().parent.parent
P2PTRACK = str(Path(sys.executable).with_name("p2ptrack"))
AS_OF = ("--as-of", "2023-01-12")

FLOOR = (sys.executable, "-c", "import typer, pydantic, ruamel.yaml, rich.table")
WEASYPRINT = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant='pdf/ua-1')"
SIZES = {250: 2.5, 2_000: 4.0, 10_000: 14.0}
FEWER_RUNS_FROM = 10_000
PDF_BUDGET = 1.15
HISTORY_BUDGET = 3.0
REMEMBERING = {
    "history, 3,000 commits": ("history", "A1"),
    "changes, the last 300 of them": ("changes", "--since", "HEAD~300"),
    "changes, all of them": ("changes", "--since", "HEAD~2999"),
}
MEMORY_OF = "status, 10,000 records"
MEMORY_BUDGET = 200.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the budget: what is run, where, with which exit code, how often, and what it may cost."""

    work: str
    command: tuple[str, ...]
    folder: Path
    budget: float
    code: int = 0
    runs: int = 5


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured for a line, in the unit of its budget."""

    work: str
    seconds: float
    measured: float
    budget: float
    unit: str = "× floor"
    memory: float = 0.0

    @property
    def met(self) -> bool:
        """Say whether the budget is kept."""
        return self.measured <= self.budget


def lines(folder: Path) -> Iterator[Line]:
    """Yield the lines that are ratios to the floor; `folder` holds a register of every size."""
    yield Line("--version", ("--version",), folder, 1.5)
    yield Line("--help", ("--help",), folder, 2.0)
    yield Line("a usage error", ("status", "--no-such-option"), folder, 2.0, code=2)
    for size, budget in SIZES.items():
        for command in ("status", "overdue", "check"):
            runs = 3 if size >= FEWER_RUNS_FROM else 5
            yield Line(f"{command}, {size:,} records", (command, *AS_OF), folder / str(size), budget, runs=runs)


def measured(line: Line) -> Result:
    """Measure a line beside the floor, turn and turn about."""
    floors, costs = [], []
    for _ in range(line.runs):
        floors.append(cost(FLOOR, line.folder).seconds)
        costs.append(cost((P2PTRACK, *line.command), line.folder, line.code))
    seconds = median(one.seconds for one in costs)
    memory = max(one.memory for one in costs)
    return Result(line.work, seconds, seconds / median(floors), line.budget, memory=memory)


def pdf(work: str, root: Path, folder: Path, runs: int = 3) -> Result:
    """Measure a PDF against WeasyPrint alone on the same HTML, the floor taken off first."""
    page, paper = str(folder / "paper.html"), str(folder / "paper.pdf")
    render = (P2PTRACK, "render", "action-plan", "--root", str(root), *AS_OF, "--output")
    cost((*render, page, "--format", "html"), folder)
    floors, alone, ours = [], [], []
    for _ in range(runs):
        floors.append(cost(FLOOR, folder).seconds)
        alone.append(cost((sys.executable, "-c", WEASYPRINT, page, paper), folder).seconds)
        ours.append(cost((*render, paper, "--format", "pdf"), folder).seconds)
    seconds = median(ours)
    return Result(work, seconds, (seconds - median(floors)) / median(alone), PDF_BUDGET, "× WeasyPrint")


def remembering(work: str, command: tuple[str, ...], root: Path, runs: int = 5) -> Result:
    """Measure what needs history against git's own log and one batch of the same contents, the floor taken off."""
    floors, alone, ours = [], [], []
    for _ in range(runs):
        floors.append(cost(FLOOR, root).seconds)
        alone.append(sum(cost(each, root).seconds for each in history.git_alone(root)))
        ours.append(cost((P2PTRACK, *command), root).seconds)
    seconds = median(ours)
    return Result(work, seconds, (seconds - median(floors)) / median(alone), HISTORY_BUDGET, "× git")


def results(folder: Path) -> Iterator[Result]:
    """Yield every line's result as soon as it is known."""
    for size in SIZES:
        register.write(folder / str(size), size)
    cost((P2PTRACK, "status", *AS_OF), folder / "250")  # compiles the modules
    for line in lines(folder):
        yield (result := measured(line))
        if line.work == MEMORY_OF:
            yield Result(f"memory, {line.work}", 0.0, result.memory, MEMORY_BUDGET, "MB")
    years = folder / "years"
    history.write(years)
    for work, words in REMEMBERING.items():
        yield remembering(work, words, years)
    yield pdf("a PDF, the shipped register", ROOT, folder)
    yield pdf("a PDF, 250 records", folder / "250", folder)


def row(result: Result) -> str:
    """Return a line of the table."""
    seconds = f"{result.seconds:8.2f} s" if result.seconds else " " * 10
    verdict = "met" if result.met else "NOT MET"
    return f"{result.work:31}{seconds}{result.measured:9.2f} of {result.budget:6.2f} {result.unit:13} {verdict}"


def main() -> int:
    """Print the table; return 1 when a line is not met, 2 when a command did not do its work."""
    every = []
    try:
        with tempfile.TemporaryDirectory(prefix="p2ptrack-bench-") as name:
            for result in results(Path(name)):
                print(row(result), flush=True)
                every.append(result)
    except UnexpectedError as error:
        print(error, file=sys.stderr)
        return 2
    missed = sum(not result.met for result in every)
    print(f"{len(every)} lines, {missed} not met." if missed else f"{len(every)} lines, all met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
