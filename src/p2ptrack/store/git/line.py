"""The mainline of a graph of commits: the one path from a commit to its beginning along which dates are counted.

Git does not say which parent of a merge was the shared branch: after `git pull` the first parent is somebody's private
work. Published papers prove that their commit was public, so the mainline leads through as many of these as one path
can, the newest first. Where nothing is proved it follows the first parent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from p2ptrack.store.git.log import GitCommit

CommitGraph = Mapping[str, GitCommit]


def choose_mainline(graph: CommitGraph, tip: str, waypoints: Iterable[str] = ()) -> list[str]:
    """Return the ids of the mainline, from a commit back to its beginning.

    It leads through each of the waypoints that a path through those before it can reach.
    """
    line = _walk_first_parents(graph, tip)
    pinned = {tip}
    children: dict[str, list[str]] = {}
    for waypoint in waypoints:
        if waypoint in line:
            pinned.add(waypoint)
        elif waypoint in graph:
            children = children or _map_children(graph)
            detour = _find_detour(graph, children, [id_ for id_ in line if id_ in pinned], waypoint)
            if detour:
                line = _replace_section(graph, line, detour)
                pinned.add(waypoint)
    return line


def _walk_first_parents(graph: CommitGraph, start: str) -> list[str]:
    line = []
    id_ = start
    while id_ in graph:
        line.append(id_)
        id_ = graph[id_].parents[0] if graph[id_].parents else ""
    return line


def _map_children(graph: CommitGraph) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for commit in graph.values():
        for parent in commit.parents:
            children.setdefault(parent, []).append(commit.id)
    return children


def find_descendants(children: Mapping[str, Sequence[str]], commit: str) -> set[str]:
    """Return a commit and all that come from it."""
    descendants, pending = {commit}, [commit]
    while pending:
        for child in children.get(pending.pop(), ()):
            if child not in descendants:
                descendants.add(child)
                pending.append(child)
    return descendants


def _find_detour(
    graph: CommitGraph, children: Mapping[str, Sequence[str]], pinned: Sequence[str], waypoint: str
) -> list[str]:
    """Return a path through a waypoint between the pinned commits around it; nothing where there is none.

    `pinned` runs from the newest to the oldest, and so does the path.
    """
    descendants = find_descendants(children, waypoint)
    newer = [id_ for id_ in pinned if id_ in descendants]
    older = pinned[len(newer) :]
    if not newer or pinned[: len(newer)] != newer:
        return []
    path = _walk_within(graph, newer[-1], waypoint, descendants)
    if not older:
        return path
    before = find_descendants(children, older[0])
    return [*path[:-1], *_walk_within(graph, waypoint, older[0], before)] if waypoint in before else []


def _walk_within(graph: CommitGraph, start: str, end: str, descendants: set[str]) -> list[str]:
    """Return the path between two commits, the newer one first, with the first possible parent at each step."""
    path = [start]
    while path[-1] != end:
        path.append(next(parent for parent in graph[path[-1]].parents if parent in descendants))
    return path


def _replace_section(graph: CommitGraph, line: Sequence[str], detour: Sequence[str]) -> list[str]:
    head = line[: line.index(detour[0])]
    tail = line[line.index(detour[-1]) :] if detour[-1] in line else _walk_first_parents(graph, detour[-1])
    return [*head, *detour[:-1], *tail]


def list_ancestors(graph: CommitGraph, commit: str) -> set[str]:
    """Return a commit and all that it comes from."""
    ancestors, pending = {commit}, [commit]
    while pending:
        id_ = pending.pop()
        for parent in graph[id_].parents if id_ in graph else ():
            if parent not in ancestors:
                ancestors.add(parent)
                pending.append(parent)
    return ancestors
