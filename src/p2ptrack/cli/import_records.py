"""What the command import does: read, map, ask, match, check, and write all of it or nothing."""

from __future__ import annotations

import re
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import typer

from p2ptrack.analysis.case import Case
from p2ptrack.cli.options import RegisterOptions
from p2ptrack.cli.register import find_register_folder, resolve_as_of
from p2ptrack.cli.terminal import terminal_style, write_notice, write_output
from p2ptrack.diagnostics import Problem, Severity, escape_control_characters, format_problem
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.imports.drafts import ImportContext, RecordDraft
from p2ptrack.imports.files import read_file
from p2ptrack.imports.grid import ImportedFile
from p2ptrack.imports.kept_mapping import KeptMapping, make_mapping_name, make_mapping_values, parse_mapping
from p2ptrack.imports.mapping import TARGETS, ColumnMapping, Tracker, find_tracker, map_columns
from p2ptrack.imports.matching import ImportMatches, list_differences, match_drafts
from p2ptrack.imports.report import ImportAccount
from p2ptrack.imports.rows import TrackerReader
from p2ptrack.model.programme import collect_labels
from p2ptrack.model.records import KINDS, Kind, find_kind
from p2ptrack.model.register import PROGRAMME_PATH, build_anchors
from p2ptrack.model.schema import file_field_order
from p2ptrack.phrases import did_you_mean, excerpt, join_ids, join_words, pluralise, quote
from p2ptrack.pipeline import check_changes, open_case
from p2ptrack.store import yaml
from p2ptrack.store.editing import find_free_id, list_committed_ids, lock_register, make_file_name, read_record_file
from p2ptrack.store.yaml.edit import AppendEntry, apply_edits, format_record
from p2ptrack.store.yaml.parser import YamlValue
from p2ptrack.values import dataclass

_MAPPINGS = "imports"
"""The folder of kept mappings, beside `data`: the loader reads no other folder in `data`."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What to import and how, as typed. Questions are asked in a terminal only, and not with `yes`."""

    register: RegisterOptions
    kind: str
    map_path: Path | None
    table: int | None
    worksheet: str
    source: str
    dry_run: bool
    yes: bool

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer questions."""
        return not self.yes and sys.stdin.isatty() and sys.stdout.isatty()


def import_records(options: ImportOptions, path: Path) -> int:
    """Import a file: print what becomes of it, and write all of its records or nothing."""
    kind = _find_kind(options.kind)
    imported, _ = read_file(path)
    root = find_register_folder(options.register)
    as_of = resolve_as_of(options.register)
    with lock_register(root):
        importer = _Importer(options, path, root, as_of, open_case(root, as_of))
        return importer.run(imported, kind)


def _find_kind(word: str) -> Kind | None:
    kind = find_kind(word) if word else None
    if word and kind is None:
        kinds = [each.singular for each in KINDS]
        raise UsageError(
            f"{quote(word)} is not a kind of record.{did_you_mean(word, kinds)} Use {join_words(kinds, 'or')}."
        )
    return kind


class _Importer:
    def __init__(self, options: ImportOptions, path: Path, root: Path, as_of: date, case: Case) -> None:
        self.options = options
        self.path = path
        self.root = root
        self.as_of = as_of
        self.case = case
        self.programme = case.register.programme
        self.labels = collect_labels(self.programme.policy)
        self.account = ImportAccount()
        self.kept = [_load_mapping(options.map_path, str(options.map_path))] if options.map_path else _load_kept(root)

    def run(self, imported: ImportedFile, kind: Kind | None) -> int:
        """Map, read, match, check and write."""
        self.account.notes += imported.notes
        trackers = [self._map(tracker) for tracker in self._select(imported)]
        kept = next((each for tracker in trackers for each in self.kept if each.fits(tracker)), KeptMapping())
        source = self.options.source or kept.source
        kind = kind or find_kind(kept.kind) or trackers[0].suggest_kind()
        drafts = self._read(trackers, kind, source, kept)
        self._print_mapping(trackers, kind, source)
        matches = match_drafts(drafts, self.case.register.records, source)
        files = self._make_files(matches, source)
        checked, files = self._check(matches, files)
        for line in self.account.format_lines():
            _print(line)
        self._print_matches(matches)
        mapping_path = f"{_MAPPINGS}/{make_mapping_name(self.path.stem)}.yaml"
        if not options_has_map(self.options) and not kept.columns:
            files[mapping_path] = format_record(make_mapping_values(trackers[0], kind.name, source)).encode()
        return self._write(files, len(matches.new), checked)

    def _select(self, imported: ImportedFile) -> list[Tracker]:
        """Return the trackers of the file that the options name. Raises `OperationError` where there is none."""
        grids = list(imported.grids)
        if self.options.worksheet:
            grids = [grid for grid in grids if grid.name.casefold() == self.options.worksheet.casefold()]
            if not grids:
                names = [grid.name for grid in imported.grids]
                raise UsageError(
                    f"There is no worksheet {quote(self.options.worksheet)}. There are {join_words(names)}."
                )
        if self.options.table is not None:
            if not 1 <= self.options.table <= len(grids):
                raise UsageError(
                    f"There is no table {self.options.table}: the file has {pluralise(len(grids), 'table')}."
                )
            grids = [grids[self.options.table - 1]]
        trackers = []
        for grid in grids:
            tracker = None if grid.pass_over else find_tracker(grid)
            if tracker is None or not tracker.rows:
                reason = grid.pass_over or (
                    "no rows below its header" if tracker else "no row is a header of a tracker"
                )
                texts = " | ".join(
                    cell.text for row in grid.rows for cell in row.cells if cell.lines and not cell.is_repeat
                )
                self.account.passed_over.append((f"{grid.name}: {reason}", texts))
            else:
                trackers.append(tracker)
        if not trackers:
            if not grids:
                raise OperationError(f"{self.path.name} has no table.")
            raise OperationError(
                f"{self.path.name} has no tracker: no table has headings with a recommendation, request or action."
            )
        return trackers

    def _map(self, tracker: Tracker) -> Tracker:
        known = {
            heading: name
            for each in reversed(self.kept)
            if self.options.map_path or each.fits(tracker)
            for heading, name in each.columns.items()
        }
        tracker = map_columns(tracker, known, self.labels)
        if self.options.can_ask:
            tracker = replace(tracker, columns=tuple(map(_ask_column, tracker.columns)))
        for column in tracker.columns:
            if not column.is_sure and column.index not in tracker.grid.hidden_columns:
                self.account.ask(
                    column.heading or f"Column {column.index + 1}",
                    f"Which field is it?{_suggest_field(column)} Its cells are kept as published.",
                )
            if column.index in tracker.grid.hidden_columns:
                self.account.passed_over.append((f"{tracker.grid.name}, hidden column", column.heading))
        return tracker

    def _read(self, trackers: Sequence[Tracker], kind: Kind, source: str, kept: KeptMapping) -> list[RecordDraft]:
        days = Counter(meeting.date.latest for meeting in self.programme.meetings)
        meetings = {
            meeting.date.latest: meeting.id
            for meeting in self.programme.meetings
            if meeting.date.latest and meeting.date.earliest == meeting.date.latest and days[meeting.date.latest] == 1
        }
        context = ImportContext(
            build_anchors(self.programme), self.labels, self.programme.roles, source, kept.posts, meetings
        )
        reader = TrackerReader(context, self.account)
        headings = {tracker.grid.heading for tracker in trackers}
        for index, tracker in enumerate(trackers):
            group = tracker.grid.heading if len(headings) > 1 else ""
            reader.read(tracker, kind, is_continued=index > 0, group=group)
        if not reader.drafts:
            raise OperationError(f"{self.path.name} has no row with a recommendation, request or action.")
        return reader.drafts

    def _print_mapping(self, trackers: Sequence[Tracker], kind: Kind, source: str) -> None:
        shown: set[tuple[str, ...]] = set()
        for tracker in trackers:
            if tracker.headings in shown:
                continue
            shown.add(tracker.headings)
            from_source = f", source {source}" if source else ""
            _print(f"{tracker.grid.name}: {kind.plural}{from_source}")
            for column in tracker.columns:
                if column.field == "ref" and not source:
                    name = "As published. With --source ID it is the place in the source"
                else:
                    name = TARGETS[column.field] if column.is_sure else f"not sure.{_suggest_field(column)}"
                samples = "; ".join(excerpt(sample, _SAMPLE_WIDTH) for sample in column.samples)
                _print(f"  {column.heading or f'Column {column.index + 1}'} -> {name}")
                if samples:
                    _print(f"      {samples}")

    def _make_files(self, matches: ImportMatches, source: str) -> dict[str, bytes]:
        """Return the content of each file that the import would write, by its path."""
        files = {path: format_record(_order(draft, id_)).encode() for path, id_, draft in self._name(matches)}
        if files and source and source not in {each.id for each in self.programme.sources}:
            entry: YamlValue = {"id": source, "title": self.path.stem}
            files[PROGRAMME_PATH] = apply_edits(
                read_record_file(self.root, PROGRAMME_PATH),
                [AppendEntry(("sources",), entry)],
                ("title", "organisation", "notice", "sources"),
            )
            self.account.notes.append(
                f"The source {source} is added to the programme, with the title {quote(self.path.stem)}."
            )
        return files

    def _name(self, matches: ImportMatches) -> list[tuple[str, str, RecordDraft]]:
        """Return the path and id of each new record, in the order of the file, and link actions to recommendations."""
        used = {*self.case.register.paths, *self.case.register.broken_ids, *list_committed_ids(self.root)}
        taken = {id_.casefold() for id_ in used}
        next_ids = {
            kind.name: find_free_id(kind, [record.id for record in self.case.register.of_kind(kind)], used)
            for kind in KINDS
        }
        ids = {id(draft): record.id for draft, record in matches.known}
        named = []
        for draft in matches.new:
            id_ = next_ids[draft.kind.name]
            ids[id(draft)] = id_
            taken.add(id_.casefold())
            next_ids[draft.kind.name] = _count_up(id_, taken)
            if draft.recommendation is not None:
                draft.values["recommendations"] = [ids[id(draft.recommendation)]]
            named.append((f"data/{draft.kind.folder}/{make_file_name(id_, draft.values['title'])}", id_, draft))
        return named

    def _check(self, matches: ImportMatches, files: dict[str, bytes]) -> tuple[tuple[Problem, ...], dict[str, bytes]]:
        """Return the findings in the new files; a field with an error becomes words as published, and is listed."""
        errors: list[Problem] = []
        for _ in range(_MAX_ATTEMPTS):
            if not files:
                return (), files
            problems = check_changes(self.root, self.as_of, files)[0].problems
            own = [problem for problem in problems if problem.path in files]
            errors = [problem for problem in own if problem.severity is Severity.ERROR]
            if not errors:
                return tuple(own), files
            drafts = {path: draft for path, _, draft in self._name(matches)}
            demoted = [problem for problem in errors if self._demote(drafts.get(problem.path), problem)]
            if not demoted:
                self._refuse(errors)
            extra = {path: data for path, data in files.items() if path not in drafts}
            files = {
                path: format_record(_order(draft, id_)).encode() for path, id_, draft in self._name(matches)
            } | extra
        self._refuse(errors)
        return (), files

    def _demote(self, draft: RecordDraft | None, problem: Problem) -> bool:
        name = re.split(r"[.\[]", problem.field)[0] if problem.field else ""
        if draft is None or not draft.demote(name):
            return False
        self.account.ask(f"{draft.place}, {name}", f"{problem.message} The words are kept as published.")
        return True

    def _refuse(self, errors: Sequence[Problem]) -> None:
        for problem in errors[:_MAX_LISTED]:
            write_notice(format_problem(problem, terminal_style().width))
        raise CheckFailed(f"Nothing was imported: the register would have {pluralise(len(errors), 'error')}.")

    def _print_matches(self, matches: ImportMatches) -> None:
        unchanged = []
        for draft, record in matches.known:
            differences = list(list_differences(draft, record, self.labels))
            unchanged += [] if differences else [record.id]
            for difference in differences:
                _print(f"Changed in the file, not in the record. {difference}")
        if unchanged:
            _print(f"In the register already, unchanged: {join_ids(unchanged)}.")
        if matches.gone:
            gone = join_ids([each.id for each in matches.gone])
            _print(f"No longer in the file, and left as they are: {gone}.")

    def _write(self, files: Mapping[str, bytes], count: int, problems: Iterable[Problem]) -> int:
        warnings = [problem for problem in problems if problem.severity is Severity.WARNING]
        if warnings:
            _print(f"p2ptrack check will show {pluralise(len(warnings), 'warning')} about the new records.")
        changed = {path: data for path, data in files.items() if not _is_same_file(self.root / path, data)}
        if not count:
            _print("Nothing to import: every row is in the register already.")
            changed = {} if not changed or self.options.dry_run else changed
        if self.options.dry_run:
            _print(f"Would write {pluralise(count, 'record')}. Nothing was saved.")
            return 0
        if count and self.options.can_ask and not typer.confirm(f"Write {pluralise(count, 'record')}?", default=True):
            raise typer.Abort
        if not changed:
            return 0
        _save(self.root, changed)
        if count:
            _print(f"Written: {pluralise(count, 'record')}.")
            for path in [*changed][:_MAX_LISTED]:
                _print(f"  {path}")
            if len(changed) > _MAX_LISTED:
                _print(f"  and {len(changed) - _MAX_LISTED} more")
            message = f"Import {self.path.name}"
            _print(f"To commit: git add data imports && git commit -m {shlex.quote(message)}")
        return 0


_MAX_ATTEMPTS = 4
_MAX_LISTED = 20
_SAMPLE_WIDTH = 40


def options_has_map(options: ImportOptions) -> bool:
    """Whether a mapping was given, which is then not kept a second time."""
    return options.map_path is not None


def _order(draft: RecordDraft, id_: str) -> dict[str, YamlValue]:
    order = {name: index for index, name in enumerate(file_field_order(draft.kind.model))}
    return {"id": id_, **dict(sorted(draft.values.items(), key=lambda item: order.get(item[0], len(order))))}


def _count_up(id_: str, taken: set[str]) -> str:
    prefix = id_.rstrip("0123456789")
    digits = id_.removeprefix(prefix)
    number = int(digits)
    while f"{prefix}{number:0{len(digits)}}".casefold() in taken:
        number += 1
    return f"{prefix}{number:0{len(digits)}}"


def _ask_column(column: ColumnMapping) -> ColumnMapping:
    if column.is_sure:
        return column
    heading = column.heading or f"Column {column.index + 1}"
    _print(f"{heading}: {'; '.join(excerpt(sample, _SAMPLE_WIDTH) for sample in column.samples)}")
    while True:
        answer: str = typer.prompt("Which field is it? (? lists them)", default=column.field).strip()
        if answer in TARGETS:
            return replace(column, field=answer, is_sure=True)
        for name, title in TARGETS.items():
            _print(f"  {name}: {title}")


def _suggest_field(column: ColumnMapping) -> str:
    return "" if column.field == "as_published" else f" It may be {TARGETS[column.field]}."


def _load_mapping(path: Path, name: str) -> KeptMapping:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OperationError(f"{name} cannot be read: {error.strerror}.") from None
    values = yaml.read(data, name).value
    if not isinstance(values, dict):
        raise OperationError(f"{name} is not a mapping of headings. It has columns: with heading: and field:.")
    return parse_mapping(values, name)


def _load_kept(root: Path) -> list[KeptMapping]:
    return [_load_mapping(path, f"{_MAPPINGS}/{path.name}") for path in sorted((root / _MAPPINGS).glob("*.yaml"))]


def _is_same_file(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _save(root: Path, files: Mapping[str, bytes]) -> None:
    from p2ptrack.store.writing import write_register_files

    write_register_files(root, files, "Nothing was imported.")


def _print(text: str) -> None:
    lines = (escape_control_characters(line) for line in text.split("\n"))
    write_output("".join(f"{line}\n" for line in lines).encode(), as_text=True)
