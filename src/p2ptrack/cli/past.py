"""The register as it stood: what `--at` reads, and what is told of it beside the answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.cli.clock import resolve_date
from p2ptrack.cli.options import RegisterOptions
from p2ptrack.cli.screen import write_notice
from p2ptrack.diagnostics import Problem, escape_control_characters
from p2ptrack.model.dates import format_long_date
from p2ptrack.phrases import pluralise

if TYPE_CHECKING:
    from p2ptrack.store.git.snapshot import Snapshot


_MAX_LISTED = 20


def open_snapshot(register_options: RegisterOptions, root: Path, *, strict: bool = False) -> Snapshot | None:
    """Return the register as it stood at the moment that was asked for; None where none was, and the files count."""
    if register_options.at is None:
        return None
    from p2ptrack.store.git.snapshot import load_snapshot

    loaded = load_snapshot(root, register_options.at, strict=strict)
    return replace(loaded, position_date=_resolve_snapshot_date(loaded))


def _resolve_snapshot_date(snapshot: Snapshot) -> date:
    """Return the day to judge on: of a meeting that is published, the one that its papers judge on."""
    if not snapshot.revision.meeting or snapshot.revision.by_date:
        return snapshot.position_date
    from p2ptrack.reports.publication_manifest import parse_manifest
    from p2ptrack.store.git.publication_tags import read_tag_message

    manifest = parse_manifest(read_tag_message(snapshot.repository, snapshot.revision.meeting))
    return manifest.as_of if manifest else snapshot.position_date


@contextmanager
def open_snapshot_with_templates(register_options: RegisterOptions, root: Path) -> Iterator[Snapshot | None]:
    """Hold the register as it stood, its templates unpacked."""
    snapshot = open_snapshot(register_options, root)
    if snapshot is None:
        yield None
        return
    from p2ptrack.store.git.snapshot import with_templates

    with with_templates(snapshot) as unpacked_snapshot:
        yield unpacked_snapshot


def resolve_position_date(register_options: RegisterOptions, snapshot: Snapshot | None) -> date:
    """Return the day to judge on: the one asked for, else that of the moment, else today."""
    return (
        resolve_date(register_options.as_of)
        if snapshot is None or register_options.as_of is not None
        else snapshot.position_date
    )


def warn_about_snapshot(snapshot: Snapshot) -> None:
    """Say on standard error which commit answers, and what of it today's schema does not understand."""
    if snapshot.position_date > resolve_date(None):
        write_notice(
            f"As the register stands in commit {snapshot.short_commit}, judged on {format_long_date(snapshot.position_date)}, which has not come yet."
        )
    else:
        write_notice(
            f"As the register stood on {format_long_date(snapshot.position_date)} (commit {snapshot.short_commit})."
        )
    if snapshot.warning:
        write_notice(snapshot.warning)
    ignored = snapshot.ignored_values
    if not ignored:
        return
    phrase = "value is" if len(ignored) == 1 else "values are"
    write_notice(f"{len(ignored)} {phrase} not understood by today's p2ptrack and left out of this answer:")
    lines = list(_group_by_error(ignored))
    for line in lines[:_MAX_LISTED]:
        write_notice(line)
    if len(lines) > _MAX_LISTED:
        write_notice(f"  and {pluralise(len(lines) - _MAX_LISTED, 'other fault')}")
    write_notice(f"See each at its line with: p2ptrack check --at {snapshot.short_commit}")


def _group_by_error(problems: tuple[Problem, ...]) -> Iterator[str]:
    """Yield a line for each fault, with the files that have it: an older schema has the same one in many."""
    files: dict[tuple[str, str], list[str]] = defaultdict(list)
    for problem in problems:
        files[problem.field, problem.message].append(problem.path)
    for (field, message), paths in files.items():
        locations = [", ".join(dict.fromkeys(paths)), *([field] if field else [])]
        yield f"  {escape_control_characters(': '.join([*locations, message]))}"
