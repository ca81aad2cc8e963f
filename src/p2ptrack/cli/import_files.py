"""The files that an import writes: new records, changed records, the programme and the kept mapping, checked first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typer

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import names_multiple, normalise_roles
from p2ptrack.cli.options import ImportOptions
from p2ptrack.cli.terminal import print_lines, terminal_style, write_notice
from p2ptrack.diagnostics import Problem, Severity, format_problem
from p2ptrack.errors import CheckFailed, OperationError, UsageError, describe_os_error
from p2ptrack.imports.drafts import YES_OR_NO, ImportMatches, ImportReport, Prompter, RecordDraft
from p2ptrack.imports.grid import Grid, ImportedFile
from p2ptrack.imports.versions import RecordUpdate
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.model.schema import file_field_order
from p2ptrack.phrases import join_words, normalise_word, pluralise, quote, suggest
from p2ptrack.pipeline import check_changes, find_problems_of_changes
from p2ptrack.store import yaml
from p2ptrack.store.editing import find_free_id, list_committed_ids, make_file_name, read_record_file
from p2ptrack.store.writing import write_register_files
from p2ptrack.store.yaml.edit import AppendEntry, SetField, apply_edits, format_record
from p2ptrack.store.yaml.parser import YamlValue


class FileDrafts:
    """The content of each file that an import would write, by its path."""

    def __init__(
        self,
        root: Path,
        as_of: date,
        case: Case,
        report: ImportReport,
        matches: ImportMatches,
        updates: Sequence[RecordUpdate],
    ) -> None:
        self.root = root
        self.as_of = as_of
        self.case = case
        self.report = report
        self.warnings = 0
        self.named = {path: (id_, draft) for path, id_, draft in self._assign_ids(matches)}
        self._link_mentions(matches)
        self.updates = {case.register.paths[update.record.id]: update for update in updates}
        self.records: dict[str, bytes] = {}
        self.support: dict[str, bytes] = {}

    def _assign_ids(self, matches: ImportMatches) -> Iterator[tuple[str, str, RecordDraft]]:
        """Yield the path and id of each new record, in the order of the file, and link actions to recommendations."""
        register = self.case.register
        used = {*register.paths, *register.broken_ids, *list_committed_ids(self.root)}
        used_ids = {id_.casefold() for id_ in used}
        next_ids = {
            kind.name: find_free_id(kind, [record.id for record in register.of_kind(kind)], used)
            for kind in register.kinds
        }
        ids = {id(draft): record.id for draft, record in matches.matched}
        ids |= {id(match.draft): match.record.id for match in matches.possible}
        for draft in matches.new:
            id_ = next_ids[draft.kind.name]
            ids[id(draft)] = id_
            used_ids.add(id_.casefold())
            next_ids[draft.kind.name] = _count_up(id_, used_ids)
            if draft.recommendation is not None:
                draft.values["recommendations"] = [ids[id(draft.recommendation)]]
            yield f"data/{draft.kind.folder}/{make_file_name(id_, draft.values.get('title', ''))}", id_, draft

    def _link_mentions(self, matches: ImportMatches) -> None:
        """Link records that refer to the number of another record of the file, as our interpretation."""
        numbers: dict[str, list[str]] = {}
        for id_, draft in self.named.values():
            numbers.setdefault(draft.number, []).append(id_)
        for draft, record in matches.matched:
            numbers.setdefault(draft.number, []).append(record.id)
        for id_, draft in self.named.values():
            ids = numbers.get(draft.mentioned, []) if draft.mentioned else []
            if len(ids) == 1 and ids != [id_]:
                draft.values["see_also"] = ids
                draft.infer("see_also")
                self.report.inferred["see_also"] += 1

    def add_source(self, source: str, title: str, day: str) -> None:
        """Add the document to the programme, where it is not there."""
        sources = {source.id for source in self.case.register.programme.sources}
        if not self.named or not source or source in sources:
            return
        entry: dict[str, YamlValue] = {"id": source, "title": title, **({"date": day} if day else {})}
        self._append_to_programme("sources", entry)
        dated = f" and the date {day}" if day else ""
        self.report.notes.append(
            f"The source {source} is added to the programme, with the title {quote(title)}{dated}."
        )

    def add_meetings(self, meetings: Sequence[Mapping[str, str]]) -> None:
        """Add meetings to the programme."""
        for meeting in meetings if self.named else ():
            self._append_to_programme("meetings", dict(meeting))
            self.report.notes.append(f"The meeting {meeting['id']} is added to the programme.")

    def add_roles(self, prompter: Prompter) -> None:
        """Add to the programme the posts of new records that are not among its roles, if the user confirms it."""
        roles = self.case.register.programme.roles
        known_roles = normalise_roles(roles)
        posts = (post for _, draft in self.named.values() for name in _POSTS for post in draft.values.get(name, ()))
        new = {
            normalise_word(post): post
            for post in posts
            # A misspelt role and several posts in one text are for `check` to report.
            if normalise_word(post) not in known_roles
            and not suggest(post, roles)
            and not names_multiple(post, known_roles)
        }
        if not roles or not new:
            return
        names = join_words(sorted(new.values()))
        verb, pronoun = ("are", "them") if len(new) > 1 else ("is", "it")
        statement = f"{names} {verb} not in the roles of the programme."
        if prompter.choose(f"{statement} Add {pronoun}?", YES_OR_NO, "yes", "roles") != "yes":
            self.report.notes.append(f"{statement} Add each correct post under `roles:` in {PROGRAMME_PATH}.")
            return
        self._append_to_programme("roles", *sorted(new.values()))
        self.report.notes.append(f"{pluralise(len(new), 'role is', 'roles are')} added to the programme: {names}.")

    def _append_to_programme(self, field: str, *entries: YamlValue) -> None:
        before = self.support.get(PROGRAMME_PATH) or read_record_file(self.root, PROGRAMME_PATH)
        edits = [AppendEntry((field,), entry) for entry in entries]
        self.support[PROGRAMME_PATH] = apply_edits(before, edits, _PROGRAMME_ORDER)

    def add_mapping(self, path: str, values: Mapping[str, Any]) -> None:
        """Keep the mapping of a tracker, so that the next file of its shape needs no answer."""
        self.support[path] = format_record(values).encode()

    def check(self) -> None:
        """Make the records, and check the register with them.

        A field of a new record with an error becomes words as published. Words that are an error there too are left
        out, and without its request the record. An existing record that would get an error keeps its status or, if that
        does not help, all of its content. Everything that was left out is listed. Raises `CheckFailed` where errors
        remain.
        """
        for path, update in self.updates.items():
            self._apply(path, update)
        for path in self.named:
            self._format(path)
        errors: list[Problem] = []
        for _ in range(_MAX_ATTEMPTS):
            if not self.records and not self.support:
                return
            problems = check_changes(self.root, self.as_of, self.records | self.support)[0].problems
            own_problems = [
                problem for problem in problems if problem.path in self.records or problem.path in self.support
            ]
            errors = self._find_new_errors(own_problems)
            if not errors:
                self.warnings = sum(problem.severity is Severity.WARNING for problem in own_problems)
                return
            if not [problem for problem in _find_first_of_each(errors) if self._remove_faulty_value(problem)]:
                break
        self._refuse(errors)

    def _find_new_errors(self, problems: Sequence[Problem]) -> list[Problem]:
        """Return the errors of new files, and the new errors of changed files."""
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        if all(problem.path in self.named for problem in errors):
            return errors
        present_problems = find_problems_of_changes(self.root, self.as_of, {})
        known_problems = {(problem.path, problem.code, problem.message) for problem in present_problems}
        return [problem for problem in errors if (problem.path, problem.code, problem.message) not in known_problems]

    def _apply(self, path: str, update: RecordUpdate) -> None:
        self.records.pop(path, None)
        if not update.edits:
            return
        before = read_record_file(self.root, path)
        try:
            after = apply_edits(before, update.edits, file_field_order(type(update.record)))
        except OperationError as error:
            self._keep_unchanged(update, str(error))
            return
        if after != before:
            self.records[path] = after

    def _keep_unchanged(self, update: RecordUpdate, reason: str) -> None:
        """Leave a record unchanged, and list the changes that were planned."""
        update.undecided += [f"{change} It is not changed: {reason}" for change in update.changes]
        update.changes, update.edits = [], []

    def _format(self, path: str) -> None:
        id_, draft = self.named[path]
        order = {name: index for index, name in enumerate(file_field_order(draft.kind.model))}
        values = dict(sorted(draft.values.items(), key=lambda item: order.get(item[0], len(order))))
        self.records[path] = format_record({"id": id_, **values}).encode()

    def _remove_faulty_value(self, problem: Problem) -> bool:
        """Remove the value with an error, and return whether there was one."""
        if problem.path in self.updates:
            update = self.updates[problem.path]
            if not update.edits:
                return True
            status = [edit for edit in update.edits if edit.path == ("status",) and isinstance(edit, SetField)]
            if status:
                update.edits.remove(status[0])
                moved = [change for change in update.changes if ": the status changes from " in change]
                update.changes = [change for change in update.changes if change not in moved]
                update.undecided += [f"{change} It is not changed: {problem.message}" for change in moved]
            else:
                self._keep_unchanged(update, problem.message)
            self._apply(problem.path, update)
            return True
        if problem.path not in self.named:
            return False
        draft = self.named[problem.path][1]
        name, heading = self._find_value(problem)
        place = f"{draft.place}, {heading or name}"
        question = f"{problem.message} The words are kept as published."
        if draft.demote(name):
            self.report.ask(place, question)
        elif words := draft.remove(name, heading):
            self.report.withdraw(draft.place, question)
            self.report.refused.append((place, f"{words} ({problem.message})"))
        else:
            self._skip_record(problem)
            return True
        self._format(problem.path)
        return True

    def _find_value(self, problem: Problem) -> tuple[str, str]:
        """Return the field that an error is about, and of words as published their heading."""
        name = re.split(r"[.\[]", problem.field)[0]
        lines = self.records[problem.path].decode().splitlines()
        line = problem.location.line if problem.location else 0
        before = lines[:line][::-1]
        if not name:
            name = next((match[0] for line in before if (match := re.match(r"\w+", line))), "")
        if name != "as_published":
            return name, ""
        published = self.named[problem.path][1].values.get("as_published", {})
        entry = next((line for line in before if re.match(r"  \S", line)), "")
        headings = {format_record({name: {heading: "x"}}).split("\n")[1][:-1]: heading for heading in published}
        heading = problem.field.removeprefix("as_published.")
        return name, next((text for start, text in headings.items() if entry.startswith(start)), heading)

    def _skip_record(self, problem: Problem) -> None:
        """Leave out a new record that cannot be repaired, and list all of its words in the report."""
        draft = self.named.pop(problem.path)[1]
        del self.records[problem.path]
        read = [text for entries in draft.origins.values() for _, text in entries]
        words = " | ".join([*read, *draft.values.get("as_published", {}).values()])
        self.report.refused.append((draft.place, f"{words} ({problem.message})"))

    def _refuse(self, errors: Sequence[Problem]) -> None:
        for problem in errors[:_MAX_LISTED]:
            write_notice(format_problem(problem, terminal_style().width))
        raise CheckFailed(f"Nothing was imported: the register would have {pluralise(len(errors), 'error')}.")

    def count_records(self) -> tuple[tuple[int, str], tuple[int, str]]:
        """Return how many records are new and how many are changed, each with its noun."""
        new = sum(path in self.named for path in self.records)
        changed = len(self.records) - new
        return (new, "new record"), (changed, "changed record")

    def save(self) -> list[str]:
        """Write every file whose content differs, all or none, and return their paths."""
        files = select_changed_files(self.root, self.records | self.support)
        if files:
            write_register_files(self.root, files, "Nothing was imported.")
        return [*files]


def _find_first_of_each(problems: Sequence[Problem]) -> list[Problem]:
    """Return the first problem of each file and field: its repair may solve the others."""
    return [*{(problem.path, problem.field): problem for problem in reversed(problems)}.values()]


_PROGRAMME_ORDER = ("title", "organisation", "notice", "sources", "phases", "meetings")
_POSTS = ("accountable", "supporting", "lead_member")
_MAX_ATTEMPTS = 12
_MAX_LISTED = 20


def _count_up(id_: str, used_ids: set[str]) -> str:
    prefix = id_.rstrip("0123456789")
    digits = id_.removeprefix(prefix)
    number = int(digits)
    while f"{prefix}{number:0{len(digits)}}".casefold() in used_ids:
        number += 1
    return f"{prefix}{number:0{len(digits)}}"


# What the imports of records, contracts and workbooks share.


def choose_grids(imported: ImportedFile, options: ImportOptions) -> list[Grid]:
    """Return the tables of a file that the options name. Raises `UsageError` for one that the file does not have."""
    grids = list(imported.grids)
    if options.worksheet:
        grids = [grid for grid in grids if grid.name.casefold() == options.worksheet.casefold()]
        if not grids:
            names = join_words([grid.name for grid in imported.grids])
            raise UsageError(f"There is no worksheet {quote(options.worksheet)}. There are {names}.")
    if options.table is None:
        return grids
    if not 1 <= options.table <= len(grids):
        raise UsageError(f"There is no table {options.table}: the file has {pluralise(len(grids), 'table')}.")
    return [grids[options.table - 1]]


NOT_A_MAPPING = "{name} is not a mapping of headings. It has columns: with heading: and field:."


def read_mapping(path: Path, name: str) -> dict[str, Any]:
    """Return the plain data of the file of a mapping. Raises `OperationError` where it has no such data."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OperationError(f"{name} cannot be read: {describe_os_error(error)}.") from None
    values = yaml.read(data, name).value
    if values is None:
        raise OperationError(NOT_A_MAPPING.format(name=name))
    return values


def select_changed_files(root: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that a register does not have with this content."""
    return {
        path: data
        for path, data in files.items()
        if not ((root / path).is_file() and (root / path).read_bytes() == data)
    }


def confirm_writing(options: ImportOptions, content: str) -> bool:
    """Whether to write: not in a dry run, and not if the user declines. `what` describes what would be written."""
    if options.dry_run:
        print_lines(f"Would write {content}. Nothing was saved.")
        return False
    if options.can_ask and not typer.confirm(f"Write {content}?", default=True):
        raise typer.Abort
    return True


def print_section(heading: str, lines: Sequence[str], limit: int | None = None) -> None:
    """Print lines below a heading, up to a limit, and how many more there are; nothing without lines."""
    if lines:
        print_lines(heading)
    for line in lines[:limit]:
        print_lines(f"  {line}")
    if limit is not None and len(lines) > limit:
        print_lines(f"  and {len(lines) - limit} more")
