"""The commands that change record files: add, update, extend, close and edit, and merge-record for git."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import (
    AsOfOption,
    RecordArgument,
    RegisterOptions,
    RootOption,
    argument,
    complete_kinds,
    complete_meetings,
    complete_statuses,
    option,
    switch,
)

_DryRun = Annotated[bool, switch("--dry-run", "Show the change and save nothing.")]
_Yes = Annotated[bool, switch("--yes", "Ask no questions.")]
_Commit = Annotated[bool, switch("--commit", "Also commit the file in git, and no other.")]
_SET_HELP = "A field and its value, for example target=31 March 2027. Repeat it for other fields and for lists."
_Set = Annotated[list[str] | None, option("--set", "FIELD=VALUE", _SET_HELP)]
_MEETING_HELP = "The meeting that it is reported to."
_CLOSED_HELP = "How it is closed (default: complete)."
_STATUS_HELP = "The new status, in the council's own word or p2ptrack's."


def add(
    *,
    kind: Annotated[str, argument("KIND", "A kind of record, for example action.", complete_kinds)],
    title: Annotated[str, option("--title", "TITLE", "What the record is about, in one line.")] = "",
    values: _Set = None,
    dry_run: _DryRun = False,
    yes: _Yes = False,
    commit: _Commit = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Add a record under the next free id, and print the id."""
    from p2ptrack.cli.record_edits import EditOptions, add_record

    options = EditOptions(RegisterOptions(root, as_of), dry_run=dry_run, yes=yes, commit=commit)
    return add_record(options, kind, title, tuple(values or ()))


def update(
    *,
    id_: RecordArgument,
    text: Annotated[str, option("--text", "TEXT", "What has happened. Write - to read it from standard input.")] = "",
    date_: Annotated[str, option("--date", "DATE", "When it was reported (default: today).")] = "",
    status: Annotated[str, option("--status", "STATUS", _STATUS_HELP, complete_statuses)] = "",
    by: Annotated[str, option("--by", "POST", "Who reports it: a post, not a name.")] = "",
    meeting: Annotated[str, option("--meeting", "MEETING", _MEETING_HELP, complete_meetings)] = "",
    dry_run: _DryRun = False,
    yes: _Yes = False,
    commit: _Commit = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Record what has happened on an action or follow-up."""
    from p2ptrack.cli.record_edits import EditOptions, UpdateAnswers, update_record

    options = EditOptions(RegisterOptions(root, as_of), dry_run=dry_run, yes=yes, commit=commit)
    return update_record(options, id_, UpdateAnswers(text, date_, status, by, meeting))


def extend(
    *,
    id_: RecordArgument,
    target: Annotated[str, argument("DATE", "The new target date, for example 30 June 2027.")],
    reason: Annotated[str, option("--reason", "REASON", "Why the target date changes.")] = "",
    category: Annotated[str, option("--category", "CATEGORY", "The kind of reason, for example supplier.")] = "",
    requested_by: Annotated[str, option("--requested-by", "POST", "Who requests it: a post, not a name.")] = "",
    approved_by: Annotated[str, option("--approved-by", "POST", "Who approved it. Otherwise it is a request.")] = "",
    meeting: Annotated[str, option("--meeting", "MEETING", "The meeting that approved it.", complete_meetings)] = "",
    minute: Annotated[str, option("--minute", "NUMBER", "The number of the minute.")] = "",
    dry_run: _DryRun = False,
    yes: _Yes = False,
    commit: _Commit = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Request a later target date or, with an approval, record it."""
    from p2ptrack.cli.record_edits import EditOptions, ExtensionAnswers, extend_record

    options = EditOptions(RegisterOptions(root, as_of), dry_run=dry_run, yes=yes, commit=commit)
    answers = ExtensionAnswers(target, reason, category, requested_by, approved_by, meeting, minute)
    return extend_record(options, id_, answers)


def close(
    *,
    id_: RecordArgument,
    status: Annotated[str, option("--status", "STATUS", _CLOSED_HELP, complete_statuses)] = "",
    on: Annotated[str, option("--on", "DATE", "When it was done or decided (default: today).")] = "",
    evidence: Annotated[str, option("--evidence", "TITLE", "What shows that it was done.")] = "",
    link: Annotated[str, option("--link", "URL", "Where the evidence is.")] = "",
    verified_by: Annotated[str, option("--verified-by", "POST", "Who checked it: a post, not a name.")] = "",
    decided_by: Annotated[str, option("--decided-by", "POST", "Who decided to close it: a post or a body.")] = "",
    meeting: Annotated[str, option("--meeting", "MEETING", "The meeting that decided.", complete_meetings)] = "",
    reason: Annotated[str, option("--reason", "REASON", "Why it is closed.")] = "",
    superseded_by: Annotated[list[str] | None, option("--superseded-by", "ID", "A record that replaces it.")] = None,
    continuing_owner: Annotated[
        str, option("--continuing-owner", "POST", "Who continues it: a post, not a name.")
    ] = "",
    dry_run: _DryRun = False,
    yes: _Yes = False,
    commit: _Commit = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Close an action or follow-up with what its new status needs."""
    from p2ptrack.cli.record_closing import ClosureAnswers, close_record
    from p2ptrack.cli.record_edits import EditOptions

    options = EditOptions(RegisterOptions(root, as_of), dry_run=dry_run, yes=yes, commit=commit)
    answers = ClosureAnswers(
        status=status,
        on=on,
        evidence=evidence,
        link=link,
        verified_by=verified_by,
        decided_by=decided_by,
        meeting=meeting,
        reason=reason,
        superseded_by=tuple(superseded_by or ()),
        continuing_owner=continuing_owner,
    )
    return close_record(options, id_, answers)


def edit(
    *,
    id_: RecordArgument,
    values: _Set = None,
    dry_run: _DryRun = False,
    yes: _Yes = False,
    commit: _Commit = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Set fields of a record, or open its file in your editor and check it before it is saved."""
    from p2ptrack.cli.record_edits import EditOptions, edit_record

    options = EditOptions(RegisterOptions(root, as_of), dry_run=dry_run, yes=yes, commit=commit)
    return edit_record(options, id_, tuple(values or ()))


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
    from p2ptrack.store.git.repository_setup import EXIT_CONFLICT, EXIT_UNDECIDED, describe_sides
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
