"""A model of repositories with random but known histories: it does what officers do and records the changes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.git.builders import GIT_ENVIRONMENT, git
from tests.support import PROGRAMME

PEOPLE = ("Policy clerk", "Audit clerk", "City clerk", "Tŷ O'r clerc")
FOLDERS = {"A": "actions", "F": "audit_followups", "R": "recommendations"}
BROKEN = b"id: A01\ntitle: [\n"
TEXTS = ("Late.", "212 of 340: done", "a #4 b", "Zoë – “so”", "One.\n\n- two\n- three")
DATES = ("Mar-23", "2023-03-31", "TBC", "P2", "AC-2023-03", "Q3 2023/24", "Ongoing")
NEW_VALUES: Mapping[str, tuple[Any, ...]] = {
    "title": TEXTS[:4],
    "note": TEXTS,
    "status": ("in_progress", "In progress", "complete", "withdrawn", "on_hold", "noted"),
    "target": (*DATES, {"raw": "the next Board", "means": "22 November 2024"}),
    "accountable": ("IDS", ["IDS", "PACS"], ["PACS"]),
    "decided": ({"on": "2023-01-20", "by": "Board"}, {"by": "Board", "reason": "Not needed."}),
    "exempt": ({"paragraph": "3", "until": "2024"}, {"paragraph": ["3", "5"]}),
    "as_published": ({"RAG": "Red"}, {"RAG": "Green", "% done": "40"}),
}
LISTS: Mapping[str, tuple[Any, ...]] = {
    "updates": ({"date": "2023-01-13", "text": "One."}, {"see": "A02"}, {"text": "Two.", "covers": {"F01": "in_part"}}),
    "revisions": ({"from": "Mar-23", "to": "Jun-23", "decision": "refused"}, {"from": "Jun-23", "to": "Sep-23"}),
}
Values = dict[str, Any]
Fields = dict[str, Any]
Row = tuple[str, str, str, str, object, object]
"""Day, author, event, field, old and new."""


@dataclass
class File:
    """A file as it is committed. Without `readable` it cannot be read, and its earlier values count."""

    values: Values
    style: int = 0
    readable: bool = True

    def to_bytes(self) -> bytes:
        if not self.readable:
            return BROKEN
        names = list(self.values)[:: -1 if self.style % 2 else 1]
        end = "\r\n" if self.style % 3 == 2 else "\n"
        return "".join(f"{n}: {json.dumps(self._format_field(n), ensure_ascii=False)}{end}" for n in names).encode()

    def _format_field(self, name: str) -> Any:
        value = self.values[name]
        return value[0] if isinstance(value, list) and len(value) == 1 and self.style % 5 == 0 else value


Tree = dict[str, File]


@dataclass
class Commit:
    number: int
    parents: tuple[int, ...]
    author: str
    day: date
    tree: Tree
    id: str = ""


@dataclass
class RepositoryModel:
    """The commits of a repository, the oldest first, and the line of those that count."""

    random: Random
    commits: list[Commit] = field(default_factory=list)
    day: date = date(2023, 1, 1)

    def commit(self, tree: Tree, *parents: int) -> int:
        self.day += timedelta(days=self.random.randrange(3))
        author = self.random.choice(PEOPLE)
        self.commits.append(Commit(len(self.commits), parents, author, self.day, dict(tree)))
        return len(self.commits) - 1

    def tree(self, number: int) -> Tree:
        return dict(self.commits[number].tree)

    def line(self) -> list[Commit]:
        line = [self.commits[-1]]
        while line[-1].parents:
            line.append(self.commits[line[-1].parents[0]])
        return line[::-1]

    def ancestors(self, number: int) -> set[int]:
        ancestors = {number}
        for commit in reversed(self.commits[: number + 1]):
            if commit.number in ancestors:
                ancestors.update(commit.parents)
        return ancestors


def make_model(random: Random, length: int = 14) -> RepositoryModel:
    """Return a history: adds, edits, moves, deletions, broken files and their repair, and merges of several people."""
    repo = RepositoryModel(random)
    tree: Tree = {}
    for letter in "AAFR":
        _add(repo.random, tree, letter)
    tip = repo.commit(tree)
    while len(repo.commits) < length:
        tip = _merge_branch(repo, tip) if repo.random.random() < 0.3 else repo.commit(_change_tree(repo, tip), tip)
    return repo


def _change_tree(repo: RepositoryModel, tip: int) -> Tree:
    tree = repo.tree(tip)
    for path, file in tree.items():
        if not file.readable:
            tree[path] = File(file.values, file.style)
    repo.random.choice((_edit, _edit, _edit, _add, _move, _delete, _break, _restyle))(repo.random, tree)
    return tree


def _merge_branch(repo: RepositoryModel, tip: int) -> int:
    """Commit a branch of two people while the main line changes another field, and merge it."""
    branch = main = tip
    for names in (("note", "updates"), ("title", "as_published", "updates")):
        tree = repo.tree(branch)
        _edit(repo.random, tree, names)
        branch = repo.commit(tree, branch)
    if repo.random.random() < 0.5:
        tree = repo.tree(main)
        _edit(repo.random, tree, ("target", "accountable"))
        main = repo.commit(tree, main)
    base, theirs, tree = repo.tree(tip), repo.tree(branch), repo.tree(main)
    for path, file in theirs.items():
        fields = {n: v for n, v in file.values.items() if base[path].values.get(n) != v}
        if file.readable and fields:
            tree[path] = File({**tree[path].values, **fields}, tree[path].style)
    # After `git pull` the private line is the first parent, and the shared one the second.
    parents = (branch, main) if repo.random.random() < 0.4 else (main, branch)
    return repo.commit(tree, *parents)


def _list_readable(tree: Tree) -> list[str]:
    return [path for path, file in tree.items() if file.readable]


def _add(random: Random, tree: Tree, letter: str = "") -> None:
    first = letter or random.choice("AFR")
    ids = {file.values["id"].upper() for file in tree.values()}
    id_ = next(name for at in range(1, 99) if (name := f"{first}{at:02d}") not in ids)
    values = {"id": id_, "title": random.choice(TEXTS[:4])}
    tree[f"data/{FOLDERS[first]}/{id_}{random.choice(('', '-word', '-two words'))}.yaml"] = File(values)


def _edit(random: Random, tree: Tree, names: tuple[str, ...] = (*NEW_VALUES, *LISTS)) -> None:
    paths = _list_readable(tree)
    for path in random.sample(paths, min(2, len(paths))):
        values, name = dict(tree[path].values), random.choice(names)
        if path.startswith("data/recommendations"):
            name = "note" if "note" in names else "title"
        if name in LISTS:
            values[name] = [*values.get(name, ()), random.choice(LISTS[name])]
        elif name in values and name != "title" and random.random() < 0.2:
            del values[name]
        else:
            values[name] = random.choice(NEW_VALUES.get(name, TEXTS[:4]))
        tree[path] = File(values, tree[path].style)


def _move(random: Random, tree: Tree) -> None:
    """Give a file another name, and sometimes its id another case."""
    for path in _list_readable(tree)[:1]:
        file = tree.pop(path)
        id_ = file.values["id"].swapcase() if random.random() < 0.3 else file.values["id"]
        tree[f"{path.rpartition('/')[0]}/{id_}-{len(tree)}.yml"] = File({**file.values, "id": id_}, file.style)


def _delete(random: Random, tree: Tree) -> None:
    paths = _list_readable(tree)
    for path in random.sample(paths, min(1, len(paths))):
        del tree[path]


def _break(random: Random, tree: Tree) -> None:
    paths = _list_readable(tree)
    for path in random.sample(paths, min(1, len(paths))):
        tree[path] = File(tree[path].values, tree[path].style, readable=False)


def _restyle(random: Random, tree: Tree) -> None:
    for path in _list_readable(tree):
        tree[path] = File(tree[path].values, random.randrange(30))


def write(repo: RepositoryModel, top: Path) -> Path:
    """Write the repository with one `git fast-import`, and return the register's folder."""
    git(top, "init", "--quiet", "--initial-branch=main")
    subprocess.run(
        ["git", "fast-import", "--quiet"],
        cwd=top,
        input=b"".join(_iter_import_commands(repo)),
        env=GIT_ENVIRONMENT,
        check=True,
    )
    git(top, "reset", "--quiet", "--hard", f"b{repo.commits[-1].number}")
    ids = (row.split() for row in git(top, "for-each-ref", "--format=%(refname:lstrip=2) %(objectname)").splitlines())
    by_name = {name: id_ for name, id_, *_ in ids}
    for commit in repo.commits:
        commit.id = by_name[f"b{commit.number}"]
    return top


def _iter_import_commands(repo: RepositoryModel) -> Iterator[bytes]:
    for commit in repo.commits:
        clock = f"{(commit.day - date(1970, 1, 1)).days * 86400 + 43200} +0000"
        head = [f"commit refs/heads/b{commit.number}", f"mark :{commit.number + 1}"]
        head += [f"author {commit.author} <a@example.org> {clock}", f"committer A clerk <c@example.org> {clock}"]
        yield "\n".join([*head, "data 0", ""]).encode()
        for word, parent in zip(("from", "merge"), commit.parents, strict=False):
            yield f"{word} :{parent + 1}\n".encode()
        yield b"deleteall\n"
        for path, file in {"data/programme.yaml": None, **commit.tree}.items():
            content = file.to_bytes() if file else PROGRAMME.encode()
            yield f'M 100644 inline "{path}"\ndata {len(content)}\n'.encode() + content + b"\n"


def flatten_fields(value: Any, name: str = "") -> Fields:
    """Return the fields of values."""
    if isinstance(value, dict) and set(value) != {"raw", "means"}:
        return {k: v for n, inner in value.items() for k, v in flatten_fields(inner, f"{name}.{n}".lstrip(".")).items()}
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        return {k: v for at, entry in enumerate(value) for k, v in flatten_fields(entry, f"{name}[{at}]").items()}
    if isinstance(value, dict):
        return {name: f"{value['raw']} (taken for {value['means']})"}
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value}


def records(tree: Tree) -> dict[str, tuple[str, Values]]:
    """Return the records of a tree by id; of a file that cannot be read, its values before."""
    return {file.values["id"].upper(): (path, file.values) for path, file in tree.items()}


def history(repo: RepositoryModel, id_: str) -> list[tuple[str, Row]]:
    """Return the expected history of a record: the commit, and a row for each field that changed."""
    rows: list[tuple[str, Row]] = []
    for commit in repo.line():
        before = records(repo.commits[commit.parents[0]].tree).get(id_) if commit.parents else None
        for event, name, old, new in _rows(before, records(commit.tree).get(id_), again=bool(rows)):
            author = _find_author(repo, commit, id_, (name, new))
            rows.append((commit.id, (commit.day.isoformat(), author, event, name, old, new)))
    return rows


_State = tuple[str, Values] | None


def _rows(before: _State, now: _State, *, again: bool) -> Iterator[tuple[str, str, object, object]]:
    if now is None:
        yield from [("deleted", "path", before[0], None)] if before else []
        return
    event = "restored" if again else "created"
    if before:
        event = "changed"
    old, new = flatten_fields(before[1]) if before else {}, flatten_fields(now[1])
    if before is None or before[0] != now[0]:
        yield "moved" if before else event, "path", before[0] if before else None, now[0]
    for name in {**new, **old}:
        if old.get(name) != new.get(name):
            yield event, name, old.get(name), new.get(name)


def _find_author(repo: RepositoryModel, commit: Commit, id_: str, change: tuple[str, object]) -> str:
    """Return who wrote a change: of the commits that a merge brought, the last that made it so."""
    merged_numbers = (
        repo.ancestors(commit.number) - {commit.number} - repo.ancestors(commit.parents[0]) if commit.parents else set()
    )
    for number in sorted(merged_numbers, reverse=True):
        trees = repo.commits[repo.commits[number].parents[0]].tree, repo.commits[number].tree
        rows = _rows(*(records(tree).get(id_) for tree in trees), again=False)
        if any((name, new) == change for _, name, _, new in rows):
            return repo.commits[number].author
    return commit.author
