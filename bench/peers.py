"""Measure p2ptrack beside other tools that track items in plain files: `python -m bench.peers`.

Each tool is given the same made-up records in its own format, and does what comes nearest to a list and to a check.
Tools are those on PATH; for others name their folders in the variable PEERS_PATH. One that is missing is left out, with
the command that installs it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from bench import register
from bench.measure import Command, UnexpectedExitError, run_command
from p2ptrack.store import yaml

SIZES = {250: 5, 2_000: 3, 10_000: 3}
"""The number of runs by the number of records."""
REFERENCE = "p2ptrack, again"
"""The tool that the others are compared with: p2ptrack with every record in its parsed cache."""
MAX_SECONDS = 60
"""The most CPU seconds that a command may take."""
DAY = "2023-01-12"
_FOLDERS = ("recommendations", "actions", "audit_followups")
_DUE_DAY = date(2023, 3, 31)
_STATUS = {"complete": ("completed", "*", "Done"), "in_progress": ("pending", "!", "In Progress")}
_NOT_STARTED = ("pending", "", "To Do")
_NAMESPACE = uuid.UUID(int=0)

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Peer:
    """A tool: its program, what installs it, how its version is asked and records are given, and what is measured."""

    program: str
    install: str
    version: tuple[str, ...]
    write: Callable[[Path, list[Values]], None]
    commands: Mapping[str, tuple[str, ...]]
    environment: Mapping[str, str]


def read_records(folder: Path) -> list[Values]:
    """Return the values of every record of a made-up register."""
    paths = [path for name in _FOLDERS for path in sorted((folder / "data" / name).iterdir())]
    values = [yaml.read(path.read_bytes(), path.name).value for path in paths]
    return [record for record in values if record is not None]


def format_tasks(records: list[Values]) -> str:
    """Return records in the format of `task import`, with updates as annotations."""
    tasks = []
    for record in records:
        status = get_status(record)[0]
        tasks.append(
            {
                "uuid": str(uuid.uuid5(_NAMESPACE, str(record["id"]))),
                "description": f"{record['id']} {record['title']}",
                "status": status,
                "entry": "20220101T000000Z",
                **({"end": "20221212T000000Z"} if status == "completed" else {}),
                "due": f"{_DUE_DAY:%Y%m%d}T000000Z",
                "project": list_links(record)[0] if list_links(record) else "none",
                "annotations": [
                    {"entry": f"202212{number:02}T000000Z", "description": text.replace("\n", " ")}
                    for number, text in enumerate(list_texts(record), 1)
                ],
            }
        )
    return json.dumps(tasks)


def format_journal(records: list[Values]) -> str:
    """Return records as transactions of one item each, with their texts as comments."""
    entries = []
    for record in records:
        mark = get_status(record)[1]
        comments = "".join(f"    ; {line}\n" for text in list_texts(record) for line in text.splitlines())
        head = " ".join(filter(None, [DAY, mark, f"({record['id']})", str(record["title"])]))
        entries.append(f"{head}  ; due:{_DUE_DAY}\n{comments}    items:open  1\n    items:all\n")
    return "\n".join(entries)


def format_requirement(record: Values, number: int) -> str:
    """Return a record as an item of Doorstop."""
    text = "\n".join(f"  {line}".rstrip() for line in "\n".join(list_texts(record)).splitlines())
    return (
        f"active: true\nderived: false\nheader: |\n  {record['title']}\nlevel: 1.{number}\nlinks: []\n"
        f"normative: true\nref: ''\nreviewed: null\ntext: |\n{text}\n"
    )


def format_backlog_task(record: Values, number: int) -> str:
    """Return a record as a task of Backlog.md."""
    head = (
        f"---\nid: TASK-{number}\ntitle: {record['title']}\nstatus: {get_status(record)[2]}\nassignee: []\n"
        f"created_date: '2022-01-01 00:00'\nlabels: []\ndependencies: []\nordinal: {number}000\n---\n"
    )
    notes = "\n\n".join(list_texts(record))
    return f"{head}\n## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\n{notes}\n<!-- SECTION:DESCRIPTION:END -->\n"


def get_status(record: Values) -> tuple[str, str, str]:
    """Return the status of a record in the words of Taskwarrior, hledger and Backlog.md."""
    return _STATUS.get(str(record.get("status")), _NOT_STARTED)


def list_links(record: Values) -> list[str]:
    """Return the recommendations that a record answers."""
    return [str(link) for link in record.get("recommendations", ())]


def list_texts(record: Values) -> list[str]:
    """Return the texts of a record: what was asked, and its updates."""
    return [str(record["origin_text"]), *(str(update["text"]) for update in record.get("updates", ()))]


def _write_tasks(folder: Path, records: list[Values]) -> None:
    (folder / "taskrc").write_text(f"data.location={folder}\nconfirmation=no\nnews.version=99\n", "utf-8")
    environment = {**os.environ, "TASKRC": str(folder / "taskrc"), "TASKDATA": str(folder)}
    words = ["task", "rc.verbose=nothing", "import", "-"]
    subprocess.run(words, input=format_tasks(records), text=True, env=environment, check=True, capture_output=True)


def _write_journal(folder: Path, records: list[Values]) -> None:
    (folder / "items.journal").write_text(format_journal(records), "utf-8")


def _write_requirements(folder: Path, records: list[Values]) -> None:
    _start_repository(folder)
    settings = "settings:\n  digits: 5\n  itemformat: yaml\n  prefix: ACT\n  sep: ''\n"
    (folder / "act").mkdir()
    (folder / "act" / ".doorstop.yml").write_text(settings, "utf-8")
    for number, record in enumerate(records, 1):
        (folder / "act" / f"ACT{number:05}.yml").write_text(format_requirement(record, number), "utf-8")


def _write_backlog(folder: Path, records: list[Values]) -> None:
    tasks = folder / "backlog" / "tasks"
    tasks.mkdir(parents=True)
    config = 'project_name: "Made-up"\nstatuses: ["To Do", "In Progress", "Done"]\nfilesystem_only: true\n'
    (folder / "backlog" / "config.yml").write_text(f"{config}check_active_branches: false\n", "utf-8")
    for number, record in enumerate(records, 1):
        name = re.sub(r"[^A-Za-z0-9]+", "-", str(record["title"]))
        (tasks / f"task-{number} - {name}.md").write_text(format_backlog_task(record, number), "utf-8")


def _start_repository(folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)


def _write_nothing(_folder: Path, _records: list[Values]) -> None:
    """Leave the register as it was made."""


def list_peers(program: str) -> Iterator[tuple[str, Peer]]:
    """Yield p2ptrack with and without its cache, and each tool that it is compared with."""
    own = {name: (program, name, "--as-of", DAY) for name in ("list", "check")}
    for name, cache in (("p2ptrack, no cache", "off"), (REFERENCE, "cache")):
        yield name, Peer(program, "make ready", (program, "--version"), _write_nothing, own, {"P2PTRACK_CACHE": cache})
    task = ("task", "rc.gc=off", "rc.verbose=nothing")
    apt = "apt-get install"
    yield (
        "Taskwarrior",
        _peer("task", f"{apt} taskwarrior", _write_tasks, (*task, "list"), (*task, "diagnostics"), TASKRC="taskrc"),
    )
    ledger = ("hledger", "--file", "items.journal")
    yield "hledger", _peer("hledger", f"{apt} hledger", _write_journal, (*ledger, "print"), (*ledger, "check"))
    yield (
        "Doorstop",
        _peer("doorstop", "pip install doorstop", _write_requirements, ("doorstop", "publish", "ACT"), ("doorstop",)),
    )
    lists = ("backlog", "task", "list", "--plain")
    yield "Backlog.md", _peer("backlog", "npm install -g backlog.md", _write_backlog, lists, ("backlog", "doctor"))


def _peer(
    program: str,
    install: str,
    write: Callable[[Path, list[Values]], None],
    list_: tuple[str, ...],
    check: tuple[str, ...],
    **environment: str,
) -> Peer:
    return Peer(program, install, (program, "--version"), write, {"list": list_, "check": check}, environment)


@dataclass(frozen=True)
class Measurement:
    """The median CPU seconds of a command; `note` says why there are none."""

    seconds: float = 0.0
    note: str = ""

    def to_text(self, reference: float) -> str:
        """Return them as a cell of a table, with how many times the seconds of the reference they are.

        Without the reference's own seconds, because its command failed, there is no multiple.
        """
        multiple = f", {self.seconds / reference:.2f} ×" if reference else ""
        return self.note or f"{self.seconds:.2f} s{multiple}"


def measure_size(folder: Path, size: int, runs: int, peers: Mapping[str, Peer]) -> dict[tuple[str, str], Measurement]:
    """Return what each command of each tool costs on a register of a size. Runs of the tools take turns."""
    register.write_register(folder / "register", size)
    records = read_records(folder / "register")
    commands = {}
    for name, peer in peers.items():
        own_folder = folder / name
        own_folder.mkdir()
        peer.write(own_folder, records)
        place = folder / "register" if peer.write is _write_nothing else own_folder
        paths = {key: value if value == "off" else str(own_folder / value) for key, value in peer.environment.items()}
        for work, words in peer.commands.items():
            commands[name, work] = Command(("prlimit", f"--cpu={MAX_SECONDS}", *words), place, environment=paths)
    costs: dict[tuple[str, str], list[float]] = {key: [] for key in commands}
    notes: dict[tuple[str, str], str] = {}
    for _ in range(runs + 1):  # the first fills caches
        for key, command in commands.items():
            if key in notes:
                continue
            try:
                costs[key].append(run_command(command).seconds)
            except UnexpectedExitError as error:
                notes[key] = _explain(error)
    return {
        key: Measurement(note=notes[key]) if key in notes else Measurement(median(seconds[1:]))
        for key, seconds in costs.items()
    }


def _explain(error: UnexpectedExitError) -> str:
    stopped = f"exit code {-signal.SIGXCPU} "
    return f"over {MAX_SECONDS}" if stopped in str(error) else str(error).partition(": ")[2]


def read_version(peer: Peer) -> str:
    """Return the version that a tool prints."""
    output = subprocess.run(peer.version, capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+(?:\.\d+)+", output)
    return number[0] if number else "unknown"


def main() -> int:
    """Print a table for each size, in Markdown."""
    os.environ["PATH"] = os.pathsep.join(filter(None, [os.environ.get("PEERS_PATH", ""), os.environ["PATH"]]))
    every = dict(list_peers(str(Path(sys.executable).with_name("p2ptrack"))))
    peers = {name: peer for name, peer in every.items() if shutil.which(peer.program)}
    for name in every.keys() - peers.keys():
        print(f"{name} is not installed, so it is left out. To install it: {every[name].install}")
    if REFERENCE not in peers:
        return 2
    print(", ".join(f"{name.partition(',')[0]} {read_version(peer)}" for name, peer in list(peers.items())[1:]))
    for size, runs in SIZES.items():
        print(f"\n| {size:,} records: CPU seconds, × {REFERENCE} | list | check |\n| --- | --: | --: |", flush=True)
        with tempfile.TemporaryDirectory(prefix="p2ptrack-peers-") as name:
            results = measure_size(Path(name), size, runs, peers)
        for tool, peer in peers.items():
            cells = (results[tool, work].to_text(results[REFERENCE, work].seconds) for work in peer.commands)
            print(f"| {tool} | {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
