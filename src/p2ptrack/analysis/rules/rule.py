"""Rules: functions that take the case and yield findings, with their advice in decorators above them.

    @rule("T108", NOTE, "In progress before its start date")
    @why("The start date or the status is out of date.")
    @example("{status: in_progress, start: June 2024}")
    @fix("Change `start` to the date on which work began.")
    def _check_early_start(case: Case) -> Iterator[Finding]:
        for record in case.with_field("start"):
            ...
            yield Finding(record.id, "start", f"{record.id} is in progress, but its start date is {start.raw}.")

`rule` turns the function into a `Rule`, and `rules_in` lists the rules of a module: a new rule changes one file. A
finding belongs to one record and field. It gets the rule's fix, unless it has a more specific one, for example with the
id to use. With `summary`, `split_findings` and `join_findings` show many findings as one that counts the records; no
rule groups its findings itself. Rules that differ only in their fields share the functions below whose names begin with
`report_`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Final, NamedTuple, TypeAlias

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.measures import OpenDependency, find_open_dependencies
from p2ptrack.diagnostics import Location, Problem, Severity
from p2ptrack.model.dates import CouncilDate, format_long_date, is_before
from p2ptrack.model.fields import Status
from p2ptrack.model.limits import MAX_SUGGESTIONS
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.schema import walk
from p2ptrack.phrases import MAX_IDS, join_ids, natural_key, pluralise, suggest
from p2ptrack.values import dataclass

ERROR: Final = Severity.ERROR
WARNING: Final = Severity.WARNING
NOTE: Final = Severity.NOTE


@dataclass(frozen=True, slots=True)
class CellPlace:
    """The place of a cell in the table of contracts, found when it is first read."""

    locate: Callable[[], Location]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem that a rule found: in which record (empty for the programme) and field, and how to fix it.

    `field` is written like `updates[1].text`. It is empty where something is missing. The first line of `fix` is a
    sentence and the lines after it are YAML to paste; without `fix` it gets the rule's own. `related` are the ids of
    the other records that the problem concerns. `words` are those of a longer text that it is about. A finding in the
    table of contracts has its `cell`, and `group` is counted in place of the record.
    """

    record: str
    field: str
    message: str
    fix: str = ""
    related: tuple[str, ...] = ()
    words: str = ""
    cell: CellPlace | None = None
    group: str = ""


Check: TypeAlias = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue. The documentation is generated from it.

    `summary` follows the count where findings are shown together (`are overdue`). `query` is the filter that lists
    them. `absent` are the fields whose absence a finding may report. If one of them could not be read, the finding is
    not reported.
    """

    code: str
    severity: Severity
    title: str
    why: str
    example: str
    fix: str
    check: Check
    summary: str = ""
    query: str = ""
    absent: tuple[str, ...] = ()


def rule(
    code: str, severity: Severity, title: str, *, summary: str = "", query: str = "", absent: tuple[str, ...] = ()
) -> Callable[[Check], Rule]:
    """Return a decorator that makes a function a rule, with the advice of `why`, `example` and `fix` below it.

    `summary` has plural verbs: `are overdue`, `have no status`.
    """

    def decorate(find: Check) -> Rule:
        advice = vars(find)

        def check(case: Case) -> Iterator[Finding]:
            unreadable, findings = case.register.unreadable_fields, find(case)
            if not unreadable:
                return findings
            return (finding for finding in findings if not _depends_on_unreadable(unreadable, finding, absent))

        return Rule(
            code, severity, title, advice["why"], advice["example"], advice["fix"], check, summary, query, absent
        )

    return decorate


ANY_FIELD: Final = ("",)
"""Stands for every field of a record in `absent`."""


def _depends_on_unreadable(unreadable: Mapping[str, frozenset[str]], finding: Finding, absent: tuple[str, ...]) -> bool:
    """Whether an unreadable field may make a finding untrue: its own field, or one that it reports as absent.

    A field with an error is left out of the record, so a missing field of a partly read record may be there.
    """
    if get_top_field(finding.field) in unreadable.get(finding.record, ()):
        return True
    ids = [id_ for id_ in (finding.record, *finding.related) if id_ in unreadable] if absent else []
    return bool(ids) and (absent == ANY_FIELD or any(not unreadable[id_].isdisjoint(absent) for id_ in ids))


def why(text: str) -> Callable[[Check], Check]:
    """Return a decorator with the reason for which a rule matters."""
    return _attach_advice("why", text)


def example(text: str) -> Callable[[Check], Check]:
    """Return a decorator with YAML that breaks a rule."""
    return _attach_advice("example", text)


def fix(text: str) -> Callable[[Check], Check]:
    """Return a decorator with the way to fix what a rule finds."""
    return _attach_advice("fix", text)


def _attach_advice(name: str, text: str) -> Callable[[Check], Check]:
    def decorate(find: Check) -> Check:
        vars(find)[name] = text
        return find

    return decorate


def rules_in(*modules: ModuleType) -> tuple[Rule, ...]:
    """Return the rules that modules define, in the order of their definition."""
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Rule))


class SpellingAdvice:
    """Looks up the nearest names for a rule: for the first unknown names of each record only."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def suggest(self, record: str, word: str, candidates: Callable[[], Collection[str]]) -> tuple[str, ...]:
        """Return the candidate that a word in a record probably misspells, or an empty text."""
        self._counts[record] += 1
        return suggest(word, candidates()) if self._counts[record] <= MAX_SUGGESTIONS else ()

    def advise(self, record: str, word: str, candidates: Collection[str]) -> str:
        """Return the advice to use that candidate, or an empty text."""
        suggestions = self.suggest(record, word, lambda: candidates)
        return f"Use {suggestions[0]} instead." if suggestions else ""


# Advice with lines to paste. A line is offered only where its field is not in the record yet.


def advise_new_update(case: Case, record: TrackedRecord) -> str:
    """Return the advice to report on a record: an entry to paste, or to add to the updates that it has.

    The text is left empty, and `check` reports it until it is written.
    """
    if record.updates:
        return "Add an entry with `date:` and `text:` to the list under `updates:`."
    covers = "If another record reports on it, add the id to `covers:` in that update."
    update = "Otherwise add an update, and write the current position below `text:`:"
    return f"{covers} {update}\nupdates:\n  - date: {format_long_date(case.as_of)}\n    text: |"


# Families of rules that differ only in their fields: records with the same problem, and dates that disagree.
#
# Messages are templates with `{id}`, `{status}` and the titles of the record's phases, `{phase}` and `{phase_end}`.


def report_records(case: Case, records: Iterable[TrackedRecord], message: str, *fields: str) -> Iterator[Finding]:
    """Yield a finding for each record, at the first of the fields that it states; without a field if it states none."""
    format_message = _make_formatter(message, case)
    for record in records:
        field = next((name for name in fields if getattr(record, name)), "") if fields else ""
        yield Finding(record.id, field, format_message(record))


_SOURCE_FIELDS = ("origin_text", "as_published", "source", "parts", "heading", "id")


def iter_own_texts(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the texts of a record that officers wrote, with their field paths. Words of a source are left out."""
    for place, text, field in walk(record):
        if isinstance(text, str) and field.marker is None and not place.startswith(_SOURCE_FIELDS):
            yield place, text


def get_top_field(field: str) -> str:
    """Return the record's own field that a path begins with: `updates` of `updates[1].text`."""
    return field.partition(".")[0].partition("[")[0]


def report_date_order(case: Case, first: str, second: str, field: str, message: str) -> Iterator[Finding]:
    """Yield a finding for each record on which the first date is before the second.

    Dates are named by their paths: `target`, `verified.on`, `phase.start` (of the phase that the record names). The
    message has them as `{first}` and `{second}`.
    """
    get_first, get_second = _make_date_getter(case, first), _make_date_getter(case, second)
    format_message = _make_formatter(message, case)
    for record in min((case.with_field(path.partition(".")[0]) for path in (first, second)), key=len):
        earlier, later = get_first(record), get_second(record)
        if earlier and later and is_before(earlier, later):
            text = format_message(record, first=earlier.raw, second=later.raw)
            yield Finding(record.id, field, text)


def report_past_dates(
    case: Case, records: Iterable[TrackedRecord], path: str, field: str, message: str
) -> Iterator[Finding]:
    """Yield a finding for each of the records on which a date has passed. The message has it as `{date}`."""
    get_date, format_message = _make_date_getter(case, path), _make_formatter(message, case)
    for record in records:
        date = get_date(record)
        if date and date.latest and date.latest < case.as_of:
            text = format_message(record, date=format_long_date(date.latest))
            yield Finding(record.id, field, text)


def iter_open_dependencies(case: Case) -> Iterator[tuple[str, OpenDependency, tuple[str, ...]]]:
    """Yield each dependency of the programme that open records wait for, with its field path and their ids."""
    for dependency in find_open_dependencies(case, case.with_fact("waiting")):
        if dependency.index is not None:
            yield f"dependencies[{dependency.index}]", dependency, tuple(record.id for record in dependency.records)


def describe_status(status: Status | None) -> str:
    """Return a status as part of a sentence."""
    if status is Status.RISK_ACCEPTED:
        return "accepted as a risk"
    return status.value.replace("_", " ") if status else "not stated"


def _make_formatter(template: str, case: Case) -> Callable[..., str]:
    """Return a function that fills a template for a record; its caller gives the other values."""
    fields = [name for name in ("phase", "phase_end") if f"{{{name}}}" in template]
    has_status = "{status}" in template
    format_template = template.format

    @cache
    def find_title(phase_id: str | None) -> str:
        phase = case.register.find_phase(phase_id)
        return phase.title if phase else ""

    def format_message(record: TrackedRecord, **values: str) -> str:
        for name in fields:
            values[name] = find_title(getattr(record, name, None))
        if has_status:
            values["status"] = describe_status(record.status)
        return format_template(id=record.id, **values)

    return format_message


def _make_date_getter(case: Case, path: str) -> Callable[[TrackedRecord], CouncilDate | None]:
    """Return a function that returns the date of a record at a path."""
    name, _, inner_name = path.partition(".")
    if name in {"phase", "phase_end"}:
        phases = [phase for phase in case.register.programme.phases if not phase.is_reversed]  # T127 reports those
        dates = {phase.id: getattr(phase, inner_name) for phase in reversed(phases)}
        return lambda record: dates.get(vars(record).get(name) or "")  # follow-ups have no phases
    return lambda record: getattr(getattr(record, name), inner_name, None) if inner_name else getattr(record, name)


# Grouping of findings for people to read: many findings of one rule are shown as one that counts the records.


MAX_SEPARATE_FINDINGS = 5
"""Up to this many findings of a rule are shown one by one."""


class FindingGroups(NamedTuple):
    """Problems as people read them: those shown one by one, and those shown as one by the code of their rule."""

    separate: tuple[Problem, ...]
    grouped: Mapping[str, list[Problem]]


def split_by_rule(problems: Iterable[Problem], rules: Mapping[str, Rule]) -> FindingGroups:
    """Return the problems with the many findings of each rule with a `summary` apart. All keep their order."""
    problems = tuple(problems)
    findings_by_code: dict[str, list[Problem]] = {code: [] for code, rule in rules.items() if rule.summary}
    for problem in problems:
        if problem.code in findings_by_code and problem.record:
            findings_by_code[problem.code].append(problem)
    grouped = {code: group for code, group in findings_by_code.items() if len(group) > MAX_SEPARATE_FINDINGS}
    separate = tuple([problem for problem in problems if problem.code not in grouped or not problem.record])
    return FindingGroups(separate, grouped)


def join_by_rule(groups: FindingGroups, rules: Mapping[str, Rule]) -> tuple[Problem, ...]:
    """Return one problem for each group, the most severe first. It has the place of the first finding."""
    severities = tuple(Severity)
    codes = sorted(groups.grouped, key=lambda code: (severities.index(rules[code].severity), code))
    return tuple(_join_findings(groups.grouped[code], rules[code]) for code in codes)


def _join_findings(findings: Sequence[Problem], rule: Rule) -> Problem:
    """Return one problem for many findings of a rule. Each id has the mark of what is exempt of its record."""
    marks = {finding.record: f" ({finding.exempt})" if finding.exempt else "" for finding in findings}
    ids = sorted(marks, key=natural_key)
    hint = f" To list them: p2ptrack list {rule.query}" if rule.query and len(ids) > MAX_IDS else ""
    names = join_ids([id_ + marks[id_] for id_ in ids])
    message = f"{pluralise(len(ids), 'record')} {_match_verb(rule.summary, len(ids))}: {names}.{hint}"
    fixes = {finding.fix for finding in findings}
    paths: dict[str, None] = {}
    for finding in findings:
        paths[finding.path] = None
        paths.update(dict.fromkeys(finding.related))
    return replace(
        findings[0],
        message=message,
        fix=fixes.pop() if len(fixes) == 1 else rule.fix,
        related=tuple(path for path in paths if path != findings[0].path),
        exempt="",
    )


def _match_verb(phrase: str, count: int) -> str:
    """Return a phrase with the verb in the singular for one record."""
    return phrase.replace("are ", "is ", 1).replace("have ", "has ", 1) if count == 1 else phrase
