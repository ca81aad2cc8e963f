"""The command import: read, map, ask, match, check, and write everything or nothing."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import typer

from p2ptrack.analysis.case import Case
from p2ptrack.cli.import_files import FileDrafts, choose_grids, confirm_writing, print_section, read_mapping
from p2ptrack.cli.options import ImportOptions
from p2ptrack.cli.record_edits import require_kind
from p2ptrack.cli.register import find_register_folder, resolve_as_of
from p2ptrack.cli.terminal import print_lines as _print
from p2ptrack.cli.terminal import show_progress
from p2ptrack.errors import OperationError, UsageError
from p2ptrack.imports.cells import find_document_date, find_latest_date
from p2ptrack.imports.drafts import (
    YES_OR_NO,
    ImportContext,
    ImportMatches,
    ImportReport,
    PossibleMatch,
    Prompter,
    RecordDraft,
    add_source,
    fold_place,
    fold_request,
    get_draft_request,
    get_request,
    has_running_numbers,
    match_drafts,
)
from p2ptrack.imports.files import describe_lack_of_table, read_grids
from p2ptrack.imports.grid import Grid, ImportedFile
from p2ptrack.imports.mapping import (
    EXEMPTION,
    KIND_BY_NAME,
    ColumnMapping,
    Tracker,
    list_targets,
    map_columns,
    map_exemption_columns,
    may_be_exemptions,
)
from p2ptrack.imports.register_readers import DeclaredReader
from p2ptrack.imports.rows import TrackerReader
from p2ptrack.imports.trackers import divide_labelled_cells, find_key, find_trackers, group_forms
from p2ptrack.imports.versions import (
    RecordUpdate,
    SavedMapping,
    VersionContext,
    choose_mapping_name,
    compare_draft,
    find_mapping,
    fold_headings,
    make_mapping_name,
    make_mapping_values,
    parse_mapping,
)
from p2ptrack.imports.xlsx_reader import is_returned_table
from p2ptrack.model.kinds import Kind, Kinds
from p2ptrack.model.programme import collect_labels
from p2ptrack.model.records import Record
from p2ptrack.model.register import build_anchors
from p2ptrack.phrases import excerpt, join_ids, join_words, pluralise, quote
from p2ptrack.pipeline import open_case
from p2ptrack.store import yaml
from p2ptrack.store.editing import advise_to_commit, lock_register, read_record_file
from p2ptrack.store.yaml.parser import YamlValue

MAX_ROWS = 10_000
"""More rows take minutes, and no tracker has them."""
_MAPPINGS = "imports"
"""The folder of kept mappings, beside `data`: the loader reads no other folder in `data`."""


def import_records(options: ImportOptions, path: Path, data: bytes) -> int:
    """Import a file: print what is imported, and write all records or none.

    Returns 1 if the next version of a document has differences that were not imported, because no questions could be
    asked.
    """
    with show_progress("Reading the file"):
        imported = read_grids(data, path.name)
    root = find_register_folder(options.register)
    as_of = resolve_as_of(options.register)
    with lock_register(root):
        case = open_case(root, as_of)
        kind = require_kind(options.kind, case.register.kinds) if options.kind else None
        importer = _Importer(options, path, root, as_of, case)
        return importer.run_declared(imported, kind) if kind and kind.is_declared else importer.run(imported, kind)


class _Importer:
    def __init__(self, options: ImportOptions, path: Path, root: Path, as_of: date, case: Case) -> None:
        self.options = options
        self.path = path
        self.root = root
        self.as_of = as_of
        self.case = case
        self.programme = case.register.programme
        self.anchors = build_anchors(self.programme)
        self.labels = collect_labels(self.programme.policy)
        self.report = ImportReport()
        self.words: dict[tuple[str, str], str] = {}
        self.saved_words: Mapping[tuple[str, str], str] = {}
        self.prompter = _TerminalPrompter() if options.can_ask else Prompter()
        map_path, kinds = options.map_path, case.register.kinds
        self.mappings = [_load_mapping(map_path, str(map_path), kinds)] if map_path else _load_mappings(root, kinds)

    def run(self, imported: ImportedFile, kind: Kind | None) -> int:
        """Map, read, match, check and write."""
        self.report.notes += imported.notes
        trackers = self._select(imported)
        self._require_few_rows(trackers)
        earlier_mapping = next(
            filter(None, (find_mapping(self.mappings, tracker) for tracker in trackers)), SavedMapping()
        )
        source = self.options.source or self._find_saved_source(earlier_mapping.source, trackers)
        kind = kind or self.case.register.kinds.find(earlier_mapping.kind) or self._find_exemption_kind(trackers[0])
        trackers = [self._map(tracker, kind) for tracker in trackers]
        kind = kind or trackers[0].suggest_kind()
        paper_date = self._find_paper_date(imported, trackers)
        self._print_mapping(trackers, kind, source)
        self.saved_words = {word: means for mapping in self.mappings for word, means in mapping.words.items()}
        self.words = dict(self.saved_words)
        context = self._make_context(source, earlier_mapping, paper_date)
        drafts = self._read(trackers, kind, context)
        matches = self._confirm_matches(match_drafts(drafts, self.case.register.records, source))
        self._ask_about_requests(matches.new)
        updates = list(self._compare(matches, source, paper_date))
        files = FileDrafts(self.root, self.as_of, self.case, self.report, matches, updates)
        self._check(files, source, paper_date, context.new_meetings)
        undecided = self._print_matches(matches, updates)
        self._keep_mappings(files, trackers, kind, source)
        return self._write(files, undecided, kind, source)

    def run_declared(self, imported: ImportedFile, kind: Kind) -> int:
        """Read a table of a declared kind by the names and titles of its fields, check and write."""
        self.report.notes += imported.notes
        reader = DeclaredReader(kind, self.case.register.of_kind(kind), self.report)
        reader.read(self._choose_grids(imported))
        source = self.options.source
        for draft in reader.drafts:
            add_source(draft, source, draft.place)
        matches = ImportMatches(tuple(reader.drafts), (), (), ())
        files = FileDrafts(self.root, self.as_of, self.case, self.report, matches, [])
        self._check(files, source)
        return self._write(files, 0, kind, source)

    def _check(
        self, files: FileDrafts, source: str, paper_date: str = "", meetings: Sequence[Mapping[str, str]] = ()
    ) -> None:
        """Add to the programme what the records name, check them with the register, and print the report."""
        files.add_source(source, self.path.stem, paper_date)
        files.add_meetings(meetings)
        files.add_roles(self.prompter)
        with show_progress("Checking the records"):
            files.check()
        for line in self.report.format_lines():
            _print(line)

    def _find_saved_source(self, source: str, trackers: Sequence[Tracker]) -> str:
        """Return the source of an earlier file with the same headings, where this one has any of its records.

        Another document with the same headings, such as the next audit report, has its own source.
        """
        records = [record for record in self.case.register.records if record.source and record.source.id == source]
        if not source or not records:
            return source
        texts = {fold_request(get_request(record)) for record in records}
        cells = (cell for tracker in trackers for row in tracker.rows for cell in row.cells)
        if any(fold_request(cell.text) in texts for cell in cells):
            return source
        self.report.notes.append(
            f"An earlier file with these headings has the source {source}, but none of its requests is in this file. "
            f"If this is the next version of that document, add --source {source}. Otherwise give it its own source."
        )
        return ""

    def _keep_mappings(self, files: FileDrafts, trackers: Sequence[Tracker], kind: Kind, source: str) -> None:
        """Keep the mapping of each shape of tracker that has none yet."""
        if self.options.map_path:
            return
        shapes = {fold_headings(tracker): tracker for tracker in reversed(trackers)}
        names: list[str] = []
        for tracker in reversed(shapes.values()):
            if find_mapping(self.mappings, tracker) is None or self.words != self.saved_words:
                values = make_mapping_values(tracker, kind.name, source, self.words)
                names.append(choose_mapping_name(self.mappings, tracker, self.path.stem, names))
                files.add_mapping(f"{_MAPPINGS}/{names[-1]}", values)

    def _choose_grids(self, imported: ImportedFile) -> list[Grid]:
        """Return the tables of the file that the options name."""
        grids = choose_grids(imported, self.options)
        self._refuse_own_table(grids)
        return grids

    def _select(self, imported: ImportedFile) -> list[Tracker]:
        """Return the trackers of the file that the options name. Raises `OperationError` where there is none."""
        grids = self._choose_grids(imported)
        trackers = []
        key = find_key(imported.grids)
        field_by_heading = {heading: name for mapping in self.mappings for heading, name in mapping.columns.items()}
        for grid in group_forms(grids, key):
            if isinstance(grid, Tracker):
                trackers.append(grid)
                continue
            candidates = (
                [] if grid.skip_reason else [*map(divide_labelled_cells, find_trackers(grid, key, field_by_heading))]
            )
            trackers += [tracker for tracker in candidates if tracker.rows]
            if not any(tracker.rows for tracker in candidates):
                reason = grid.skip_reason or (
                    "no rows below its header" if candidates else "no row is a header of a tracker"
                )
                text = " | ".join(
                    cell.text for row in grid.rows for cell in row.cells if cell.lines and not cell.is_repeat
                )
                self.report.skipped.append((f"{grid.name}: {reason}", text))
        if not trackers:
            if not grids:
                raise OperationError(describe_lack_of_table(self.path, "Recommendation, Owner, Target date and Status"))
            raise OperationError(
                f"{self.path.name} has no tracker: no table has headings with a recommendation, request or action. "
                "A table of exemptions has a supplier and a value. If the headings use other words, name their fields "
                "in a file and add --map FILE."
            )
        return trackers

    def _refuse_own_table(self, grids: Sequence[Grid]) -> None:
        """Raise `OperationError` for a table that p2ptrack wrote: its rows are not new records."""
        if any(map(is_returned_table, grids)):
            raise OperationError(
                f"{self.path.name} is a table that p2ptrack wrote, but the hidden worksheet that shows what was edited "
                "is missing. Import the workbook itself, saved as .xlsx with all of its worksheets."
            )

    def _require_few_rows(self, trackers: Sequence[Tracker]) -> None:
        number = sum(len(tracker.rows) for tracker in trackers)
        if number > MAX_ROWS:
            raise OperationError(
                f"{self.path.name} has {number:,} rows. At most {MAX_ROWS:,} are imported at once. "
                "Choose one table with --sheet or --table, or divide the file."
            )

    def _find_exemption_kind(self, tracker: Tracker) -> Kind | None:
        """Return the kind where the headings are those of exemptions. Raises `UsageError` where they may be."""
        kind = KIND_BY_NAME[EXEMPTION]
        is_exemption = may_be_exemptions(tracker.headings)
        if is_exemption is None and self.options.can_ask:
            question = "These may be exemptions from the procurement rules. Are they?"
            is_exemption = self.prompter.choose(question, YES_OR_NO, "") == "yes"
        if is_exemption is None:
            raise UsageError(
                f"The headings of {self.path.name} may be those of exemptions from the procurement rules. "
                f"Add --kind {kind.singular} if they are, otherwise --kind action or --kind follow-up."
            )
        return kind if is_exemption else None

    def _map(self, tracker: Tracker, kind: Kind | None) -> Tracker:
        mapping = self.mappings[0] if self.options.map_path else find_mapping(self.mappings, tracker)
        field_by_heading = mapping.columns if mapping else {}
        if kind is not None and kind.name == EXEMPTION:
            tracker = map_exemption_columns(tracker, field_by_heading)
        else:
            tracker = map_columns(tracker, field_by_heading, self.labels)
        targets = list_targets(kind.name if kind else "")
        if self.options.can_ask:
            tracker = replace(tracker, columns=tuple(ask_column(column, targets) for column in tracker.columns))
        for column in tracker.columns:
            if not column.is_sure and column.index not in tracker.grid.hidden_columns:
                self.report.ask(
                    column.heading or f"Column {column.index + 1}",
                    f"Which field is it?{_suggest_field(column, targets)} Its cells are kept as published.",
                )
            if column.is_chosen:
                self.report.ask(
                    column.heading,
                    "No heading names a request, so this column is read as the request. If that is wrong, use --map.",
                )
            if column.index in tracker.grid.hidden_columns:
                self.report.skipped.append((f"{tracker.grid.name}, hidden column", column.heading))
        return tracker

    def _find_paper_date(self, imported: ImportedFile, trackers: Sequence[Tracker]) -> str:
        """Return the latest date in a heading of updates, otherwise the one day that the document names."""
        headings = [
            column.heading
            for tracker in trackers
            for column in tracker.columns
            if column.field in {"update", "status", "update_date"}
        ]
        if day := find_latest_date(headings, self.anchors):
            return day
        texts = [*imported.texts]
        for tracker in trackers:
            texts += [tracker.grid.heading, *(cell.line for row in tracker.title_rows for cell in row.cells)]
        return find_document_date(texts, self.anchors)

    def _make_context(self, source: str, mapping: SavedMapping, paper_date: str) -> ImportContext:
        days = Counter(meeting.date.latest for meeting in self.programme.meetings)
        meetings = {
            meeting.date.latest: meeting.id
            for meeting in self.programme.meetings
            if meeting.date.latest and meeting.date.earliest == meeting.date.latest and days[meeting.date.latest] == 1
        }
        return ImportContext(
            self.anchors,
            self.labels,
            self.programme.roles,
            source,
            dict(mapping.posts),
            meetings,
            self.words,
            self.prompter,
            paper_date,
            self._list_recommendations(source),
        )

    def _list_recommendations(self, source: str) -> dict[str, str]:
        """Return the ids of the recommendations by their ids and, of this document, by their places in it."""
        records = [record for record in self.case.register.records if record.kind is KIND_BY_NAME["recommendation"]]
        ids = {fold_place(record.id): record.id for record in records}
        from_source = [record for record in records if record.source and record.source.id == source]
        return ids | {
            fold_place(record.source.ref): record.id for record in from_source if record.source and record.source.ref
        }

    def _read(self, trackers: Sequence[Tracker], kind: Kind, context: ImportContext) -> list[RecordDraft]:
        reader = TrackerReader(context, self.report)
        reader.read_all(trackers, kind)
        if not reader.drafts:
            raise OperationError(f"{self.path.name} has no row with a recommendation, request or action.")
        return reader.drafts

    def _print_mapping(self, trackers: Sequence[Tracker], kind: Kind, source: str) -> None:
        printed: set[tuple[str, ...]] = set()
        for tracker in trackers:
            if tracker.headings in printed:
                continue
            printed.add(tracker.headings)
            from_source = f", source {source}" if source else ""
            _print(f"{tracker.grid.name}: {kind.plural}{from_source}")
            for column in tracker.columns:
                if column.field == "ref" and not source and (kind.name != "follow_up" or has_running_numbers(tracker)):
                    name = "As published. With --source ID it is the place in the source"
                else:
                    targets = list_targets(kind.name)
                    field = "report_refs" if column.field == "ref" and not source else column.field
                    name = targets[field] if column.is_sure else f"not sure.{_suggest_field(column, targets)}"
                samples = "; ".join(excerpt(sample, _SAMPLE_WIDTH) for sample in column.samples)
                _print(f"  {column.heading or f'Column {column.index + 1}'} -> {name}")
                if samples:
                    _print(f"      {samples}")

    def _confirm_matches(self, matches: ImportMatches) -> ImportMatches:
        """Return the matches after the user has decided on the possible ones."""
        matched, new, possible = [*matches.matched], [*matches.new], []
        missing = [*matches.missing]
        for match in matches.possible:
            request = quote(match.record.origin_text or match.record.title)
            question = (
                f"{match.record.id} asks {request}. {match.draft.place} asks {quote(get_draft_request(match.draft))}. "
                "Is it the same request?"
            )
            answer = self.prompter.choose(question, YES_OR_NO, "")
            if answer == "yes":
                matched.append((match.draft, match.record))
            elif answer == "no":
                new.append(match.draft)
                missing.append(match.record)
            else:
                possible.append(match)
        return ImportMatches(tuple(new), tuple(matched), tuple(possible), tuple(missing))

    def _ask_about_requests(self, drafts: Iterable[RecordDraft]) -> None:
        """Ask about target changes that are requested of targets that neither the file nor the register has."""
        for draft in drafts:
            if draft.requested:
                day = quote(str(draft.requested["to"]))
                self.report.ask(
                    draft.place, f"{day} is requested, but the file has no target date that it would change."
                )

    def _compare(self, matches: ImportMatches, source: str, paper_date: str) -> Iterator[RecordUpdate]:
        context = VersionContext(self.anchors, self.labels, source, paper_date, self.prompter, self._read_values)
        for draft, record in matches.matched:
            yield compare_draft(draft, record, context)

    def _read_values(self, record: Record) -> Mapping[str, YamlValue]:
        path = self.case.register.paths[record.id]
        value = yaml.read(read_record_file(self.root, path), path).value
        return value if isinstance(value, dict) else {}

    def _print_matches(self, matches: ImportMatches, updates: Sequence[RecordUpdate]) -> int:
        """Print what the next version changes and what it does not change, and return the number of the latter."""
        print_section("Changed:", [line for update in updates for line in update.changes])
        notes = [line for update in updates for line in update.notes] + matches.describe_parts()
        print_section("Differences that change nothing:", notes)
        undecided = [line for update in updates for line in update.undecided]
        undecided += [_describe_possible(match) for match in matches.possible]
        since: dict[str, list[str]] = {}
        for update in updates:
            since.setdefault(update.unchanged_since, []).append(update.record.id)
        for day, ids in since.items():
            if day:
                _print(f"The update is unchanged since {day}: {join_ids(ids)}.")
        print_section("Not changed until you decide:", undecided)
        quiet = [
            match.record.id for match in updates if not (match.changes or match.undecided or match.unchanged_since)
        ]
        if quiet:
            _print(f"In the register already, unchanged: {join_ids(quiet)}.")
        if matches.missing:
            missing = join_ids([record.id for record in matches.missing])
            _print(f"No longer in the file, and not changed: {missing}.")
        return len(undecided)

    def _write(self, files: FileDrafts, undecided: int, kind: Kind, source: str) -> int:
        if files.warnings:
            _print(f"p2ptrack check will show {pluralise(files.warnings, 'warning')} about these records.")
        content = join_words([pluralise(count, noun) for count, noun in files.count_records() if count])
        if not content:
            is_known = not undecided and not self.report.refused
            _print("Nothing to import: every row is in the register already." if is_known else "Nothing to write.")
        elif not confirm_writing(self.options, content) and not source:
            id_ = make_mapping_name(self.path.stem, 1).removesuffix(".yaml")
            _print(
                f"To keep in each record which document it comes from, and where in it, add --source {id_} or "
                "another name."
            )
        with show_progress("Writing the records"):
            paths = [] if self.options.dry_run else files.save()
        if content and paths:
            print_section(f"Written: {content}.", paths, _MAX_LISTED)
            message = shlex.quote(f"Import {self.path.name}")
            if kind.name in _PAPERS:
                _print(f"To see them in a paper: p2ptrack render {_PAPERS[kind.name]}")
            if advice := advise_to_commit(self.root, f"git add data imports && git commit -m {message}"):
                _print(advice)
        refused = 1 if self.report.refused else 0
        if not undecided or self.options.can_ask:
            return refused
        are, pronoun = ("is", "it") if undecided == 1 else ("are", "them")
        _print(
            f"{pluralise(undecided, 'difference')} {are} not imported. "
            f"To be asked about {pronoun}, run the command in a terminal."
        )
        return 1


_MAX_LISTED = 20
_PAPERS = {"follow_up": "audit-follow-up", "action": "action-plan", EXEMPTION: "exemptions-report"}
_SAMPLE_WIDTH = 40


def _describe_possible(match: PossibleMatch) -> str:
    return (
        f"{match.draft.place}: {quote(get_draft_request(match.draft))} may be {match.record.id}, "
        f"{quote(match.record.origin_text or match.record.title)} ({match.likeness:.0f}% alike). It is not imported."
    )


def _load_mapping(path: Path, name: str, kinds: Kinds) -> SavedMapping:
    return parse_mapping(read_mapping(path, name), name, kinds)


def _load_mappings(root: Path, kinds: Kinds) -> list[SavedMapping]:
    paths = sorted((root / _MAPPINGS).glob("*.yaml"))
    return [replace(_load_mapping(path, f"{_MAPPINGS}/{path.name}", kinds), name=path.name) for path in paths]


class _TerminalPrompter(Prompter):
    """Asks in the terminal; the same question is asked once."""

    def __init__(self) -> None:
        self._answers: dict[str, str] = {}

    def choose(self, question: str, choices: Mapping[str, str], default: str, key: str = "") -> str:
        """Return one of the choices, selected by its word or the beginning of the word."""
        key = key or question
        if key not in self._answers:
            self._answers[key] = _choose(question, choices, default)
        return self._answers[key]

    def ask(self, question: str, default: str = "", key: str = "") -> str:
        """Return the text that was typed; nothing where it was left empty."""
        key = key or question
        if key not in self._answers:
            _print(question)
            answer: str = typer.prompt("Answer", default=default, show_default=bool(default))
            self._answers[key] = answer.strip()
        return self._answers[key]


def _choose(question: str, choices: Mapping[str, str], default: str) -> str:
    _print(question)
    for word, explanation in choices.items():
        if explanation:
            _print(f"  {word}: {explanation}")
    prompt = join_words([*choices], "or").capitalize()
    while True:
        answer: str = typer.prompt(prompt, default=default or None).strip().casefold()
        matches = [word for word in choices if answer and word.startswith(answer)]
        if len(matches) == 1:
            return matches[0]


def ask_column(column: ColumnMapping, targets: Mapping[str, str]) -> ColumnMapping:
    """Return a column with the field that somebody gives it, where its headings and values do not decide."""
    if column.is_sure:
        return column
    heading = column.heading or f"Column {column.index + 1}"
    _print(f"{heading}: {'; '.join(excerpt(sample, _SAMPLE_WIDTH) for sample in column.samples)}")
    while True:
        answer: str = typer.prompt("Which field is it? (? lists them)", default=column.field).strip()
        if answer in targets:
            return replace(column, field=answer, is_sure=True)
        for name, title in targets.items():
            _print(f"  {name}: {title}")


def _suggest_field(column: ColumnMapping, targets: Mapping[str, str]) -> str:
    """Return a sentence with the field that a column may be."""
    return "" if column.field == "as_published" else f" It may be {targets[column.field]}."
