"""Open registers, check them and prepare them for papers: from a folder to a case.

A *case* is a register calculated as at a date: the input of every query, rule and report. A *paper case* is a case as
its audience may see it, with the wording, layout and commit for a paper. Modules that only papers or `run_checks` need
are imported inside the functions, because `status` should not wait for them.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack import __version__
from p2ptrack.analysis.case import Case, Disclosure, ExemptContent, RegisterProvenance, make_case
from p2ptrack.analysis.redaction import Audience
from p2ptrack.diagnostics import Problem, Severity, problem_sort_key
from p2ptrack.errors import OperationError, UsageError
from p2ptrack.model.programme import Programme
from p2ptrack.model.register import PROGRAMME_PATH, CurrentRegister, Register
from p2ptrack.model.validation import ErrorCode
from p2ptrack.phrases import quote, suggest, unique
from p2ptrack.reports import REPORTS
from p2ptrack.store.folder import FileSource, FolderSource
from p2ptrack.store.git.process import find_git_folder
from p2ptrack.store.git.worktree import GitCheckout, load_checkout
from p2ptrack.store.loader import LoadedRegister, add_locations_from, load_register_from
from p2ptrack.store.parsed_cache import PlaceFile, SurveyFile
from p2ptrack.values import dataclass

if TYPE_CHECKING:
    from p2ptrack.analysis.contracts import EarlierContracts
    from p2ptrack.analysis.redaction.paper import CurrentExemptions
    from p2ptrack.model.history import PublishedRecords, RecordVersion, RegisterHistory
    from p2ptrack.reports.context import PaperContext
    from p2ptrack.store.git.repository import Repository
    from p2ptrack.store.git.snapshot import Snapshot


def open_case(root: Path, as_of: date, snapshot: Snapshot | None = None) -> Case:
    """Return the register in a folder, or the one in a snapshot, calculated as at a date.

    Problems of reading it are in the case. Raises `OperationError` when `data/programme.yaml` itself has an error.
    """
    loaded = snapshot.loaded if snapshot else load_checkout(root, as_of)
    if not loaded.has_programme:
        at_option = f" --at {snapshot.short_commit}" if snapshot else ""
        raise OperationError(f"data/programme.yaml has an error. Run p2ptrack check{at_option} to see it.")
    return make_case(loaded.register, as_of, loaded.problems)


UNKNOWN_REPORT = ErrorCode(
    "S112",
    "A paper without a report that makes it",
    "The paper cannot be made on the day that it is needed.",
    "reports: {annex: {report: acton-plan}}",
    "reports: {annex: {report: action-plan}}",
)
BROKEN_VIEW = ErrorCode(
    "S114",
    "A saved list that cannot be shown",
    "It would fail when somebody needs it.",
    "views: {late: is:overdeu}",
    "views: {late: is:overdue}",
    Severity.WARNING,
)


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """Who an answer is for, the day on which it is read, and whether it names the commit of the register."""

    audience: Audience = Audience.OFFICERS
    today: date | None = None
    has_provenance: bool = False


def open_answer_case(root: Path, as_of: date, options: AnswerOptions, snapshot: Snapshot | None = None) -> Case:
    """Return the case of an answer on screen: the register as its audience may see it, and what is exempt in it.

    Exemptions count on the earlier of `as_of` and today. Today's exemptions also apply to a snapshot.
    """
    return _select_for_audience(open_case(root, as_of, snapshot), root, options, snapshot)


def _select_for_audience(case: Case, root: Path, options: AnswerOptions, snapshot: Snapshot | None = None) -> Case:
    if options.has_provenance:
        case = replace(case, provenance=find_provenance(root, snapshot))
    today = options.today or case.as_of
    exemption_date = min(case.as_of, today)
    if options.audience is Audience.OFFICERS:
        current = load_current_register(root) if snapshot else None
        exempt = find_exempt_content(case.register, exemption_date, current, today)
        return replace(case, disclosure=Disclosure(options.audience, exempt))
    exemptions = _find_current_exemptions(case.register, root, snapshot, exemption_date, today)
    return _restrict_case(case, options.audience, exemption_date, exemptions)


def _restrict_case(case: Case, audience: Audience, exemption_date: date, exemptions: CurrentExemptions) -> Case:
    from p2ptrack.analysis.redaction.answers import build_answer_case
    from p2ptrack.analysis.redaction.paper import apply_current_exemptions

    case = replace(case, register=apply_current_exemptions(case.register, exemptions))
    return build_answer_case(case, audience, exemption_date, exemptions.names)


@dataclass(frozen=True, slots=True)
class ExportedRegister:
    """A register as an audience may see it, with the problems that the audience may see."""

    case: Case
    problems: tuple[Problem, ...]


def open_exported_register(root: Path, as_of: date, options: AnswerOptions) -> ExportedRegister:
    """Return the register in a folder for an export, and its problems. Raises `OperationError` as `open_case`."""
    case = _make_exported_case(load_checkout(root, as_of), as_of, f"p2ptrack check --root {shlex.quote(str(root))}")
    return _select_problems(case, _select_for_audience(case, root, options))


def _make_exported_case(loaded: LoadedRegister, as_of: date, command: str) -> Case:
    if not loaded.has_programme:
        raise OperationError(f"data/programme.yaml has an error. To see it, run {command}")
    return make_case(loaded.register, as_of, loaded.problems)


def open_copied_register(
    repository: Repository, as_of: date, options: AnswerOptions, fetch_history: Callable[[], None]
) -> ExportedRegister:
    """Return the register of a repository's newest commit for an export with what is wrong with it.

    `fetch_history` is called where older commits decide what is withheld, and the copy may lack them. Raises
    `OperationError` as `open_case`.
    """
    from p2ptrack.analysis.redaction.paper import ExemptionDates, find_current_exemptions
    from p2ptrack.store.git.earlier_states import has_exempt_content, load_states_of_copy
    from p2ptrack.store.git.snapshot import read_data_tree

    source, _ = read_data_tree(repository, repository.head)
    case = _make_exported_case(load_register_from(source, as_of=as_of), as_of, "p2ptrack check in a copy of it")
    case = replace(case, provenance=RegisterProvenance(__version__, repository.head))
    today = options.today or as_of
    day = min(as_of, today)
    if options.audience is Audience.OFFICERS:
        exempt = find_exempt_content(case.register, day, None, today)
        return _select_problems(case, replace(case, disclosure=Disclosure(options.audience, exempt)))
    if has_exempt_content(case.register):
        fetch_history()
    current = load_states_of_copy(repository, case.register)
    exemptions = find_current_exemptions(case.register, current, ExemptionDates(day, today))
    return _select_problems(case, _restrict_case(case, options.audience, day, exemptions))


def _select_problems(full: Case, case: Case) -> ExportedRegister:
    """Return the case of an audience with its problems: those of the full register that its own part has as well.

    A problem of the full register alone could reveal something exempt, and a problem of the part alone is not real.
    """
    from p2ptrack.analysis.rules import run_rules

    problems_of_rules = run_rules(full)
    if case.disclosure.audience == Audience.OFFICERS:
        return ExportedRegister(case, (*full.problems, *problems_of_rules))
    known_problems = set(map(_identify_problem, run_rules(case)))
    return ExportedRegister(
        case, tuple(problem for problem in problems_of_rules if _identify_problem(problem) in known_problems)
    )


def _identify_problem(problem: Problem) -> tuple[str, str, str, int]:
    """Return what is the same in a redacted register: the file, the code, the field and, in a table, the line."""
    line = problem.location.line if problem.location else 0
    return problem.path, problem.code, problem.field, line


def find_provenance(root: Path, snapshot: Snapshot | None) -> RegisterProvenance:
    """Return the commit of a register, and whether its files differ from it."""
    from p2ptrack.store.git.worktree import read_head

    commit, modified = (snapshot.commit, False) if snapshot else read_head(root)
    return RegisterProvenance(__version__, commit, modified)


def find_exempt_content(
    register: Register, exemption_date: date, current: Register | None, today: date
) -> dict[str, ExemptContent]:
    """Return what is exempt of each record, by its id: by its own exemptions, and by those of the current register."""
    from p2ptrack.analysis.redaction.exemptions import list_exempt_content

    content = list_exempt_content(register, exemption_date)
    for id_, current_content in list_exempt_content(current, today).items() if current else ():
        if id_ in register.by_id:
            before = content.get(id_, current_content)
            parts = unique((*before.parts, *current_content.parts))
            is_whole = before.is_whole or current_content.is_whole
            content[id_] = ExemptContent(is_whole, () if is_whole else parts)
    return content


def load_current_register(root: Path) -> Register:
    """Return what can be read of the register in a folder, to mark what is exempt in answers about its past."""
    from p2ptrack.store.loader import load_register_from, validate_file_leniently
    from p2ptrack.store.parsed_cache import open_parsed_cache

    with open_parsed_cache(root) as cache:
        return load_register_from(FolderSource(root), validate_file_leniently, cache=cache).register


def _find_current_exemptions(
    register: Register,
    root: Path,
    snapshot: Snapshot | None,
    exemption_date: date,
    today: date,
    current: CurrentRegister | None = None,
) -> CurrentExemptions:
    """Return what is withheld now of a register: by the files in its folder and every commit, or by `current` alone."""
    from p2ptrack.analysis.redaction.paper import ExemptionDates, find_current_exemptions
    from p2ptrack.store.git.earlier_states import load_current, load_newer_states

    if current is None:
        current = load_current(root, snapshot.commit) if snapshot else load_newer_states(root, register)
    return find_current_exemptions(register, current, ExemptionDates(exemption_date, today))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The register, the numbers of files, of records and of partly read records, the problems with their places.

    `listed` are the problems as a terminal shows them, where that was asked for: many findings of a rule as one.
    """

    register: Register
    file_count: int
    record_count: int
    partly_read_count: int
    problems: tuple[Problem, ...]
    source: FileSource = field(compare=False, repr=False)
    listed: tuple[Problem, ...] = ()


def run_checks(
    root: Path, as_of: date, snapshot: Snapshot | None = None, *, history: bool = False, is_grouped: bool = False
) -> CheckResult:
    """Return every error of every file and every finding of the rules, in one run and in order.

    With `is_grouped`, findings that a terminal shows as one have no places of their own: to find those of thousands of
    records takes longer than everything else.
    Rules run only when the programme can be read: without it every link would look broken. With `history` they also
    compare the register with git. Raises `OperationError` where git lacks the history, or a part of it.
    """
    loaded = snapshot.loaded if snapshot else load_checkout(root, as_of)
    surveys = None if snapshot else SurveyFile(root, loaded)
    register = replace(loaded.register, cached_surveys=surveys.read()) if surveys else loaded.register
    case = make_case(register, as_of, loaded.problems)
    if history:
        from p2ptrack.store.git.history import load_history, load_history_with_files
        from p2ptrack.store.git.publication_tags import find_lost_publications
        from p2ptrack.store.git.repository import Repository

        git_history = load_history(root, snapshot.commit) if snapshot else load_history_with_files(root, as_of)
        lost_publications = find_lost_publications(Repository.find(root))
        case = replace(case, history=replace(git_history, lost_publications=lost_publications))
    elif snapshot is None:
        case = replace(case, deleted_records=_load_deleted_records(root))
    if snapshot is None and find_git_folder(root) is not None:
        case = replace(case, published_records=_load_published_records(root))
    source = snapshot.source if snapshot else FolderSource(root)
    places = PlaceFile(root, loaded.contents) if is_grouped and not snapshot else None
    result = _check_case(case, loaded, source, is_grouped=is_grouped, places=places)
    if surveys:
        surveys.save(case.register)
    return result


def check_changes(root: Path, as_of: date, changes: Mapping[str, bytes]) -> tuple[CheckResult, Case]:
    """Return what `check` would find if the files with these paths had this content, and that register as a case."""
    case, loaded, source = _load_changes(root, as_of, changes)
    return _check_case(case, loaded, source), case


def build_changed_case(root: Path, as_of: date, changes: Mapping[str, bytes]) -> Case:
    """Return the register as a case, as if the files with these paths had this content."""
    return _load_changes(root, as_of, changes)[0]


def find_problems_of_changes(root: Path, as_of: date, changes: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return what `check_changes` finds, without places and in no order: to look for the places takes half the time."""
    case, loaded, _ = _load_changes(root, as_of, changes)
    return _find_problems(case, loaded)


def _load_changes(root: Path, as_of: date, changes: Mapping[str, bytes]) -> tuple[Case, LoadedRegister, FileSource]:
    from p2ptrack.store.editing import ChangedSource  # not at the top: a plain check does not need it

    source = ChangedSource(FolderSource(root), changes)
    loaded = load_register_from(source, checkout=GitCheckout(root), as_of=as_of)
    return make_case(loaded.register, as_of, loaded.problems), loaded, source


def _check_case(
    case: Case, loaded: LoadedRegister, source: FileSource, *, is_grouped: bool = False, places: PlaceFile | None = None
) -> CheckResult:
    from p2ptrack.analysis.rules import join_findings, split_findings

    register = loaded.register
    counts = (register.file_count, len(register.records), len(register.unreadable_fields))
    problems = _mark_exempt(_find_problems(case, loaded), case.register, case.as_of)
    if not is_grouped:
        located = sorted(add_locations_from(source, problems), key=problem_sort_key)
        return CheckResult(register, *counts, tuple(located), source)
    groups = split_findings(problems)
    separate = sorted(add_locations_from(source, groups.separate, places), key=problem_sort_key)
    listed = (*separate, *add_locations_from(source, join_findings(groups), places))
    if places:
        places.save()
    problems = tuple(sorted(chain(separate, *groups.grouped.values()), key=problem_sort_key))
    return CheckResult(register, *counts, problems, source, listed)


def _find_problems(case: Case, loaded: LoadedRegister) -> tuple[Problem, ...]:
    from p2ptrack.analysis.rules import run_rules

    problems = loaded.problems
    if loaded.has_programme:
        problems = (
            *problems,
            *run_rules(case),
            *find_unknown_reports(case.register.programme),
            *find_broken_views(case),
        )
    return problems


def _mark_exempt(problems: tuple[Problem, ...], register: Register, day: date) -> tuple[Problem, ...]:
    """Return problems with a mark on those that concern a record with something exempt: their own or a related one."""
    from p2ptrack.analysis.redaction.exemptions import EXEMPTION_FIELDS

    if not any(map(register.with_field, EXEMPTION_FIELDS)):
        return problems
    content = find_exempt_content(register, day, None, day)
    labels = {register.path_of(id_): item.label for id_, item in content.items()}
    if not labels:
        return problems
    return tuple(replace(problem, exempt=_find_label(problem, labels)) for problem in problems)


def _find_label(problem: Problem, labels: Mapping[str, str]) -> str:
    is_partly_exempt = not labels.keys().isdisjoint(problem.related)
    return labels.get(problem.path, "partly exempt" if is_partly_exempt else "")


def find_unknown_reports(programme: Programme) -> Iterator[Problem]:
    """Yield a problem for each paper of the programme whose `report` does not exist."""
    for name, paper in programme.reports.items():
        report = paper.report or name
        if report not in REPORTS:
            suggestions = suggest(report, REPORTS)
            yield Problem(
                PROGRAMME_PATH,
                UNKNOWN_REPORT.code,
                UNKNOWN_REPORT.severity,
                f"The paper {name} uses the report {quote(report)}, which does not exist.",
                f"Use the report {suggestions[0]}.\nreport: {suggestions[0]}"
                if suggestions
                else f"Use one of the reports {', '.join(REPORTS)}.",
                f"reports.{name}.report" if paper.report else f"reports.{name}",
            )


def find_broken_views(case: Case) -> Iterator[Problem]:
    """Yield a problem for each saved list of the programme with a filter, a column or a value that does not exist."""
    if case.register.broken_ids or not case.register.programme.views:
        return  # an unread part may have the value that a view names
    from p2ptrack.queries.list import ListOptions, build_list

    for name in case.register.programme.views:
        try:
            build_list(case, ListOptions((f"@{name}",)))
        except UsageError as error:
            reason, guess, _ = str(error).partition("? ")  # after a suggestion, the list of all words is not needed
            message = f"The saved list @{name} cannot be shown. {reason}{guess.rstrip()}"
            argument = f'"@{name}"' if " " in name else f"@{name}"
            fix = f"Correct the list under `views:`. Then try it: p2ptrack list {argument}"
            yield Problem(PROGRAMME_PATH, BROKEN_VIEW.code, BROKEN_VIEW.severity, message, fix, f"views.{name}")


def open_paper_case(
    root: Path,
    as_of: date,
    audience: Audience = Audience.PUBLIC,
    today: date | None = None,
    snapshot: Snapshot | None = None,
    current: CurrentRegister | None = None,
) -> PaperContext:
    """Return what papers are made from: the case redacted for the audience, wording, layout and provenance.

    Its problems are those of reading and the errors of the rules. Exemptions count on the earlier of `as_of` and
    `today`: a paper with a later position date can be read today. What is exempt by now is redacted too, by the files
    in the folder and by every commit that counts; `current` is given where only a commit's own register counts.
    """
    from p2ptrack.analysis.redaction.paper import apply_current_exemptions, build_audience_case, find_precautionary_ids
    from p2ptrack.analysis.redaction.redact import Placeholders
    from p2ptrack.analysis.rules import run_rules
    from p2ptrack.reports.context import PaperContext
    from p2ptrack.store.git.worktree import read_head
    from p2ptrack.store.templates import load_layout, load_wording, template_folders

    case = open_case(root, as_of, snapshot)
    today = today or as_of
    exemption_date = min(as_of, today)
    commit, modified = (snapshot.commit, False) if snapshot else read_head(root)
    if snapshot is None:
        case = replace(case, deleted_records=_load_deleted_records(root))
    problems = (*case.problems, *run_rules(case, errors_only=True))
    exemptions = _find_current_exemptions(case.register, root, snapshot, exemption_date, today, current)
    original, register = case.register, apply_current_exemptions(case.register, exemptions)
    if register != original:
        case = make_case(register, as_of)
    folders = template_folders(snapshot.templates_folder if snapshot and snapshot.templates_folder else root)
    wording, layout = load_wording(folders, register.programme.language or ""), load_layout(folders)
    provenance = _name_publications(root, RegisterProvenance(__version__, commit, modified))
    full_case = replace(case, problems=problems)
    placeholders = Placeholders(wording("exempt_title"), wording("exempt_mention"), wording("exempt_text"))
    audience_case = build_audience_case(full_case, audience, exemption_date, placeholders, exemptions.names)
    uncertain_ids = find_precautionary_ids(original, register, exemption_date)
    newer_ids = tuple(r.id for r in original.records if r != register.by_id[r.id] and r.id not in uncertain_ids)
    redactions = replace(audience_case.redactions, uncertain_ids=uncertain_ids, newer_ids=newer_ids)
    audience_case = replace(audience_case, redactions=redactions)
    return PaperContext(audience_case, audience, wording, layout, provenance)


def _name_publications(root: Path, provenance: RegisterProvenance) -> RegisterProvenance:
    """Return where a register came from, with the meetings that were published from its commit and before it."""
    from p2ptrack.store.git.publication_tags import read_publication_identities
    from p2ptrack.store.git.repository import Repository

    if not provenance.commit:
        return provenance
    identities = read_publication_identities(Repository.find(root), provenance.commit)
    return replace(provenance, published_meetings=identities.by_meeting, last_publication=identities.last)


def open_publication_case(
    snapshot: Snapshot,
    as_of: date,
    published_on: date,
    provenance: RegisterProvenance,
    audience: Audience = Audience.PUBLIC,
) -> PaperContext:
    """Return the context of the papers of a meeting that is published from a commit, for the public or the members.

    Only that commit and the two dates count: exemptions are those of its own register on the day of publication, so
    that the same papers can be produced on any other day.
    """
    current = CurrentRegister(snapshot.loaded.register)
    context = open_paper_case(snapshot.repository.root, as_of, audience, published_on, snapshot, current)
    return replace(context, provenance=provenance)


def find_newer_exemptions(snapshot: Snapshot, today: date) -> tuple[str, ...]:
    """Return the ids of the records of a commit of which newer commits withhold more than it does itself."""
    from p2ptrack.analysis.redaction.paper import apply_current_exemptions

    register, root = snapshot.loaded.register, snapshot.repository.root
    current_register = CurrentRegister(register)
    exemptions = (
        _find_current_exemptions(register, root, snapshot, today, today, current)
        for current in (current_register, None)
    )
    before, after = (apply_current_exemptions(register, newer) for newer in exemptions)
    return tuple(record.id for record in after.records if record != before.by_id[record.id])


def with_history(context: PaperContext, root: Path, snapshot: Snapshot | None = None) -> PaperContext:
    """Return a paper's context with the part of the history that its audience may see.

    Raises `OperationError` where git lacks the history, or a part of it.
    """
    from p2ptrack.store.git.history import load_history

    return _attach_history(context, root, load_history(root, snapshot.commit if snapshot else ""))


def with_published_history(
    context: PaperContext, snapshot: Snapshot, published_ids: Collection[str] | None = None
) -> PaperContext:
    """Return a publication's context with the history up to its commit.

    `published_ids` are the meetings that count as published (None: all that are). Raises `OperationError` where this
    copy of the repository lacks a part of the history.
    """
    from p2ptrack.store.git.history import load_history

    register_history = load_history(snapshot.repository.root, snapshot.commit, published_ids)
    published_positions = {
        id_: position
        for id_, position in register_history.published_positions.items()
        if published_ids is None or id_ in published_ids
    }
    register_history = replace(register_history, published_positions=published_positions)
    return _attach_history(context, snapshot.repository.root, register_history)


def with_answer_history(case: Case, audience: Audience, root: Path, snapshot: Snapshot | None = None) -> Case:
    """Return the case of an answer with the part of the history that its audience may see.

    Raises `OperationError` where git lacks the history, or a part of it.
    """
    from p2ptrack.analysis.redaction.paper import attach_redacted_history
    from p2ptrack.store.git.history import load_history

    return attach_redacted_history(case, audience, load_history(root, snapshot.commit if snapshot else ""))


def load_public_history(root: Path, today: date, snapshot: Snapshot | None = None) -> RegisterHistory:
    """Return the history of every record as the public may see it today, up to the snapshot's commit.

    Raises `OperationError` where git lacks the history, or a part of it.
    """
    from p2ptrack.analysis.redaction.answers import redact_history
    from p2ptrack.analysis.redaction.paper import apply_current_exemptions
    from p2ptrack.store.git.history import load_history

    case = open_case(root, today)
    exemptions = _find_current_exemptions(case.register, root, None, today, today)
    register = apply_current_exemptions(case.register, exemptions)
    history = load_history(root, snapshot.commit if snapshot else "")
    return redact_history(history, register, case.problems, today).history


def _attach_history(context: PaperContext, root: Path, register_history: RegisterHistory) -> PaperContext:
    from p2ptrack.analysis.redaction.paper import attach_redacted_history

    earlier = _find_earlier_contracts(context, root, register_history)
    case = attach_redacted_history(context.case, context.audience, register_history)
    return replace(context, case=case, earlier_contracts=earlier)


def _find_earlier_contracts(
    context: PaperContext, root: Path, register_history: RegisterHistory
) -> EarlierContracts | None:
    """Return the contracts register of a year before the position date, or the first later one; None without one."""
    current = context.register.contracts
    if current.source is None:
        return None
    from p2ptrack.analysis.contracts import EarlierContracts, list_contracts
    from p2ptrack.analysis.redaction.contracts import redact_earlier_contracts
    from p2ptrack.model.dates import add_months
    from p2ptrack.store.git.earlier_states import load_contracts_of

    version = load_contracts_of(
        root, register_history.revisions, add_months(context.as_of, -_MONTHS_OF_A_YEAR), context.as_of
    )
    if version is None:
        return None
    table = redact_earlier_contracts(version.table, current, context.audience, context.as_of)
    case = make_case(Register(version.programme, contracts=table), version.day)
    return EarlierContracts(version.day, list_contracts(case))


_MONTHS_OF_A_YEAR = 12


def _load_deleted_records(root: Path) -> tuple[RecordVersion, ...]:
    if find_git_folder(root) is None:
        return ()
    from p2ptrack.store.git.worktree import list_deleted_blobs

    blobs = list_deleted_blobs(root)
    if not blobs:
        return ()
    from p2ptrack.store.git.history import load_deleted_records

    return load_deleted_records(root, blobs)


def _load_published_records(root: Path) -> PublishedRecords | None:
    from p2ptrack.store.git.earlier_states import load_published_records

    return load_published_records(root)
