"""The command that git calls to merge two versions of a record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import argument


def merge_record(
    *,
    base: Annotated[Path, argument("BASE", "The version that both sides began with.")],
    ours: Annotated[Path, argument("OURS", "Our version, which the result replaces.")],
    theirs: Annotated[Path, argument("THEIRS", "Their version.")],
    path: Annotated[str, argument("PATH", "The path of the record in the repository.")],
) -> int:
    """Merge two versions of a record. git calls this; p2ptrack doctor --fix sets it up."""
    from p2ptrack.cli.terminal import write_notice
    from p2ptrack.diagnostics import escape_control_characters
    from p2ptrack.store.git.merge_driver import EXIT_CONFLICT, EXIT_UNDECIDED, describe_sides
    from p2ptrack.store.writing import write_file
    from p2ptrack.store.yaml.merge import MergeLabels, MergeRefusedError, merge_records

    our_side, their_side = describe_sides(path)
    try:
        labels = MergeLabels(our_side, their_side)
        result = merge_records(base.read_bytes(), ours.read_bytes(), theirs.read_bytes(), labels)
    except MergeRefusedError:
        return EXIT_UNDECIDED
    write_file(ours, result.data, "Nothing was merged.")
    if not result.conflicts:
        return 0
    name = escape_control_characters(path)
    lines = [f"{name} was changed on both sides, and p2ptrack cannot choose:"]
    for conflict in result.conflicts:
        lines += [f"  {conflict.name}", *_indent(our_side, conflict.ours), *_indent(their_side, conflict.theirs)]
    lines += [
        f"To finish: open {name}, keep the right lines and remove the marker lines (<<<<<<<, =======, >>>>>>>). Then:",
        f"  p2ptrack check {name}",
        f"  git add {name}",
        "  git commit (or git rebase --continue during a rebase)",
        "To give up: git merge --abort (or git rebase --abort)",
    ]
    write_notice("\n".join(lines))
    return EXIT_CONFLICT


def _indent(side: str, text: str) -> list[str]:
    from p2ptrack.diagnostics import escape_control_characters

    lines = [f"    {side}", *(f"      {line}" for line in text.splitlines())]
    return [escape_control_characters(line) for line in lines]
