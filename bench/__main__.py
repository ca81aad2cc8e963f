"""Measure every budget and print it with its verdict. The exit code is 1 when one is not met.

Budgets are ratios of CPU time, so that neither a slow machine nor other work on it decides the verdict.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import history, register
from bench.measure import Command, UnexpectedExitError, compare, run_command

ROOT = Path(__file__).resolve().parent.parent
P2PTRACK = str(Path(sys.executable).with_name("p2ptrack"))
AS_OF = ("--as-of", "2023-01-12")

FLOOR = (sys.executable, "-c", "import typer, pydantic, rich.table, ruamel.yaml")
"""What any command of p2ptrack has to import."""
WEASYPRINT = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant='pdf/ua-1')"

START_BUDGET, START_RUNS = 2.0, 11
COMPLETION = {"_P2PTRACK_COMPLETE": "complete_bash", "COMP_WORDS": "p2ptrack st", "COMP_CWORD": "1"}
MEASURED_COMMANDS = ("status", "overdue", "check")
SECOND_RUN_BUDGETS = {
    ("status", 2_000): 2.8,
    ("check", 2_000): 3.6,
    ("status", 10_000): 8.5,
    ("check", 10_000): 12.0,
}
"""The budgets of a run that finds every file in the parsed cache."""
FIRST_RUN_WORK, FIRST_RUN_BUDGET = "status, 10,000 records", 1.1
"""A run that fills the cache, as a multiple of one without it."""
CACHE_OFF = {"P2PTRACK_CACHE": "off"}
SIZES = {250: (3.0, 11), 2_000: (5.0, 7), 10_000: (16.0, 5)}
"""The budget and the number of runs by the number of records."""
HISTORY_RUNS = 5
HISTORY_COMMANDS = {
    "history, 3,000 commits": (("history", "A1"), 3.0),
    "changes, the last 300 of them": (("changes", "--since", "HEAD~300"), 3.0),
    "changes, all of them": (("changes", "--since", "HEAD~2999"), 4.0),
}
SECOND_CHANGES_BUDGET = 3.0
"""The budget of all changes when every version is in the parsed cache."""
MANY_COMMITS, MANY_COMMITS_BUDGET, MANY_COMMITS_RUNS = 20_000, 4.0, 3
PDF_BUDGET, PDF_RUNS = 1.15, 5
PAPER_ROWS, PAPER_RUNS = 1_000, 3
PAPER_BUDGETS = {"html": 1.5, "docx": 3.0, "xlsx": 3.0, "csv": 3.0}
"""CPU seconds for a paper of a thousand rows, start and reading included."""
LARGE_SIZE, LARGE_BUDGET, LARGE_RUNS = 50_000, 4.0, 3
"""CPU seconds for `status` on a large register that is in the parsed cache."""
MEMORY_WORK, MEMORY_BUDGET = "status, 10,000 records", 200.0


@dataclass(frozen=True, slots=True)
class FloorBudget:
    """A command whose budget is a multiple of the floor."""

    work: str
    command: Command
    budget: float
    runs: int


@dataclass(frozen=True, slots=True)
class Result:
    """A measured value, in the unit of its budget."""

    work: str
    measured: float
    budget: float
    seconds: float = 0.0
    unit: str = "× floor"

    @property
    def is_met(self) -> bool:
        """Whether the budget is met."""
        return self.measured <= self.budget


def list_floor_budgets(folder: Path) -> Iterator[FloorBudget]:
    """Yield the budgets that are multiples of the floor; `folder` holds a register of every size."""
    small = folder / str(min(SIZES))
    starts = {
        "--version": Command((P2PTRACK, "--version"), small),
        "--help": Command((P2PTRACK, "--help"), small),
        "completion": Command((P2PTRACK,), small, environment=COMPLETION),
        "a usage error": Command((P2PTRACK, "status", "--no-such-option"), small, exit_code=2),
    }
    for work, command in starts.items():
        yield FloorBudget(work, command, START_BUDGET, START_RUNS)
    for size, (budget, runs) in SIZES.items():
        for name in MEASURED_COMMANDS:
            words, place, work = (P2PTRACK, name, *AS_OF), folder / str(size), f"{name}, {size:,} records"
            yield FloorBudget(work, Command(words, place, environment=CACHE_OFF), budget, runs)
            if second_budget := SECOND_RUN_BUDGETS.get((name, size)):
                second = Command(words, place, environment=_use_cache(folder))
                yield FloorBudget(f"{work}, again", second, second_budget, runs)


def _use_cache(folder: Path) -> dict[str, str]:
    return {"P2PTRACK_CACHE": str(folder / "cache")}


def measure_first_run(folder: Path) -> Result:
    """Measure a run that fills the cache against the same without it."""
    words, place = (P2PTRACK, "status", *AS_OF), folder / str(max(SIZES))
    plain, filling = (Command(words, place, environment=cache) for cache in (CACHE_OFF, _use_cache(folder)))

    def measure_plain_run() -> float:
        shutil.rmtree(folder / "cache", ignore_errors=True)
        return run_command(plain).seconds

    comparison = compare(filling, measure_plain_run, runs=SIZES[max(SIZES)][1])
    return Result(f"{FIRST_RUN_WORK}, first", comparison.ratio, FIRST_RUN_BUDGET, comparison.seconds, "× no cache")


def measure_floor_budget(line: FloorBudget) -> Iterator[Result]:
    """Yield the time of a command, and its memory where that has a budget."""
    floor = Command(FLOOR, line.command.folder)
    if line.work.endswith(", again"):
        run_command(line.command)  # fills the cache
    comparison = compare(line.command, lambda: run_command(floor).seconds, runs=line.runs)
    yield Result(line.work, comparison.ratio, line.budget, comparison.seconds)
    if line.work == MEMORY_WORK:
        yield Result(f"memory, {line.work}", comparison.memory, MEMORY_BUDGET, unit="MB")


def measure_history(root: Path, environment: Mapping[str, str]) -> Iterator[Result]:
    """Yield the commands that read history."""
    again = ", again" if environment != CACHE_OFF else ""
    for work, (words, budget) in HISTORY_COMMANDS.items():
        command = Command((P2PTRACK, *words), root, environment=environment)
        this_budget = min(budget, SECOND_CHANGES_BUDGET) if again else budget
        yield _compare_with_git(f"{work}{again}", command, this_budget, HISTORY_RUNS)


def measure_many_commits(folder: Path) -> Result:
    """Measure all changes of twenty thousand commits that were read before."""
    root = folder / "many-commits"
    history.write_history(root, commits=MANY_COMMITS)
    command = Command(
        (P2PTRACK, "changes", "--since", f"HEAD~{MANY_COMMITS - 1}"), root, environment=_use_cache(folder)
    )
    return _compare_with_git(
        f"changes, {MANY_COMMITS:,} commits, again", command, MANY_COMMITS_BUDGET, MANY_COMMITS_RUNS
    )


def _compare_with_git(work: str, command: Command, budget: float, runs: int) -> Result:
    """Compare a command with git's own log and one batch of the same contents, after a run that fills the cache."""
    git_commands = [Command(words, command.folder) for words in history.list_git_commands(command.folder)]
    run_command(command)
    comparison = compare(
        command,
        lambda: sum(run_command(git_command).seconds for git_command in git_commands),
        Command(FLOOR, command.folder),
        runs=runs,
    )
    return Result(work, comparison.ratio, budget, comparison.seconds, "× git")


def measure_pdf(work: str, root: Path, folder: Path) -> Result:
    """Measure a PDF against WeasyPrint alone on the same HTML."""
    page, paper = str(folder / "paper.html"), str(folder / "paper.pdf")
    render = (P2PTRACK, "render", "action-plan", "--root", str(root), *AS_OF, "--output")
    run_command(Command((*render, page, "--format", "html"), folder, environment=CACHE_OFF))
    weasyprint = Command((sys.executable, "-c", WEASYPRINT, page, paper), folder)
    comparison = compare(
        Command((*render, paper, "--format", "pdf"), folder, environment=CACHE_OFF),
        lambda: run_command(weasyprint).seconds,
        Command(FLOOR, folder),
        runs=PDF_RUNS,
    )
    return Result(work, comparison.ratio, PDF_BUDGET, comparison.seconds, "× WeasyPrint")


def measure_seconds(work: str, command: Command, budget: float, runs: int) -> Result:
    """Measure the CPU seconds of a command, after a run that fills the cache where it has one."""
    run_command(command)
    seconds = median(run_command(command).seconds for _ in range(runs))
    return Result(work, seconds, budget, seconds, "s")


def measure_papers(folder: Path) -> Iterator[Result]:
    """Yield the time of a paper of a thousand rows in each format that is not a PDF."""
    root = folder / "rows"
    register.write_follow_ups(root, PAPER_ROWS)
    for format_name, budget in PAPER_BUDGETS.items():
        words = ("render", "audit-follow-up", *AS_OF, "--format", format_name, "--output", str(folder / "rows-paper"))
        command = Command((P2PTRACK, *words), root, environment=CACHE_OFF)
        yield measure_seconds(f"{format_name}, {PAPER_ROWS:,} rows", command, budget, PAPER_RUNS)


def measure_large_register(folder: Path) -> Result:
    """Measure `status` on a register of fifty thousand records that was read before."""
    register.write_register(folder / str(LARGE_SIZE), LARGE_SIZE)
    command = Command((P2PTRACK, "status", *AS_OF), folder / str(LARGE_SIZE), environment=_use_cache(folder))
    return measure_seconds(f"status, {LARGE_SIZE:,} records, again", command, LARGE_BUDGET, LARGE_RUNS)


def measure_all(folder: Path) -> Iterator[Result]:
    """Yield every result as soon as it is known."""
    for size in SIZES:
        register.write_register(folder / str(size), size)
    for name in MEASURED_COMMANDS:
        small = Command((P2PTRACK, name, *AS_OF), folder / str(min(SIZES)), environment=CACHE_OFF)
        run_command(small)  # compiles the modules
    for line in list_floor_budgets(folder):
        yield from measure_floor_budget(line)
    years = folder / "years"
    history.write_history(years)
    yield from measure_history(years, CACHE_OFF)
    yield from measure_history(years, _use_cache(folder))
    yield measure_many_commits(folder)
    yield measure_first_run(folder)
    yield measure_pdf("a PDF, the shipped register", ROOT, folder)
    yield measure_pdf("a PDF, 250 records", folder / "250", folder)
    yield from measure_papers(folder)
    yield measure_large_register(folder)


def format_result(result: Result) -> str:
    """Return a line of the table."""
    seconds = f"{result.seconds:8.2f} s" if result.seconds else " " * 10
    verdict = "met" if result.is_met else "NOT MET"
    return f"{result.work:37}{seconds}{result.measured:9.2f} of {result.budget:6.2f} {result.unit:13} {verdict}"


def main() -> int:
    """Print the table; return 1 when a budget is not met, 2 when a command failed."""
    results = []
    try:
        with tempfile.TemporaryDirectory(prefix="p2ptrack-bench-") as name:
            for result in measure_all(Path(name)):
                print(format_result(result), flush=True)
                results.append(result)
    except UnexpectedExitError as error:
        print(error, file=sys.stderr)
        return 2
    missed = sum(not result.is_met for result in results)
    print(f"{len(results)} budgets, {missed} not met." if missed else f"{len(results)} budgets, all met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
