"""What a rule is: a function that takes the case and yields findings, with its advice in decorators above it.

    @rule("T108", NOTE, "In progress before its start date")
    @why("The start date or the status is out of date.")
    @example("{status: in_progress, start: June 2024}")
    @fix("Change `start` to the date on which work began.")
    def _check_early_start(case: Case) -> Iterator[Finding]:
        for record in case.with_field("start"):
            ...
            yield Finding(record.id, "start", f"{record.id} is in progress, but its start date is {start.raw}.")

`rule` turns the function into a `Rule`, and `rules_in` lists the rules of a module: a new rule changes one file.
A finding belongs to one record and field. It gets the rule's fix unless it has one of its own that knows more, such as
the id to use. With `summary`, `group_findings` shows many findings as one that counts the records; no rule groups its
findings itself. Rules that differ only in their fields share the functions of `families`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Final, TypeAlias

from p2ptrack.analysis.case import Case
from p2ptrack.diagnostics import Severity
from p2ptrack.phrases import suggest

ERROR: Final = Severity.ERROR
WARNING: Final = Severity.WARNING
NOTE: Final = Severity.NOTE


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem that a rule found: in which record (empty for the programme) and field, and how to fix it.

    `field` is written like `updates[1].text`. It is empty where something is missing. The first line of `fix` is a
    sentence and the lines after it are YAML to paste; an empty `fix` stands for the rule's own. `related` are the ids
    of the other records that the problem concerns.
    """

    record: str
    field: str
    message: str
    fix: str = ""
    related: tuple[str, ...] = ()


Check: TypeAlias = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue. The documentation is generated from it.

    `summary` follows the count where findings are shown together (`are overdue`). `query` is the filter that lists
    them.
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


def rule(code: str, severity: Severity, title: str, *, summary: str = "", query: str = "") -> Callable[[Check], Rule]:
    """Return a decorator that makes a function a rule, with the advice of `why`, `example` and `fix` below it.

    `summary` has plural verbs: `are overdue`, `have no status`.
    """

    def decorate(find: Check) -> Rule:
        advice = vars(find)

        def check(case: Case) -> Iterator[Finding]:
            return (finding if finding.fix else replace(finding, fix=advice["fix"]) for finding in find(case))

        return Rule(code, severity, title, advice["why"], advice["example"], advice["fix"], check, summary, query)

    return decorate


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


def summarise_if_many(findings: Iterable[Finding], phrase: str) -> Iterator[Finding]:
    """Yield the findings as they are: the history rules call this until their rules have a `summary`."""
    del phrase
    yield from findings


def advise_spelling(word: str, candidates: Collection[str]) -> str:
    """Return the advice to use the candidate that a word is likely to be a misspelling of, otherwise nothing."""
    suggestions = suggest(word, candidates)
    return f"Use {suggestions[0]} instead." if suggestions else ""
