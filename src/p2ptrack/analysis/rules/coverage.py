"""G101 to G108: what was asked for and nobody answers, and what nobody reports on."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import gaps
from p2ptrack.analysis.rules.grouping import all_together, each_or_all
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import counted, distinct, listed
from p2ptrack.problem import Severity
from p2ptrack.records.kinds import Action, Recommendation
from p2ptrack.records.register import update_day


def _no_action(case: Case) -> Iterator[Finding]:
    found = (
        Finding(
            gap.id,
            "",
            f"No action answers {gap.id}: {gap.text}.",
            f"recommendations: [{gap.id}] in the action that does",
        )
        for gap in gaps(case)
        if gap.id == gap.recommendation
    )
    yield from each_or_all(found, "are answered by no action")


def _part_without_action(case: Case) -> Iterator[Finding]:
    for gap in gaps(case):
        if gap.id != gap.recommendation:
            message = f"No action answers {gap.id}: {gap.text}."
            yield Finding(
                gap.recommendation,
                _place(case, gap.recommendation, gap.id),
                message,
                f"recommendations: [{gap.id}] in the action that does",
            )


def _place(case: Case, recommendation: str, part: str) -> str:
    record = case.register.by_id[recommendation]
    if isinstance(record, Recommendation) and part not in record.unanswered:
        return f"parts[{[one.id for one in record.parts].index(part)}]"
    return f"unanswered[{record.unanswered.index(part)}]" if isinstance(record, Recommendation) else ""


def _answered_after_all(case: Case) -> Iterator[Finding]:
    for recommendation in case.register.of(Recommendation):
        for at, part in enumerate(recommendation.unanswered):
            actions = case.links.into(part, "recommendations")
            if actions:
                message = f"{part} is listed as unanswered, and is named by {listed(actions)}."
                yield Finding(recommendation.id, f"unanswered[{at}]", message, f"unanswered without {part}")


def _no_recommendation(case: Case) -> Iterator[Finding]:
    found = (
        Finding(
            action.id, "", f"{action.id} answers no recommendation.", "recommendations: the id of the one it answers"
        )
        for action in case.register.of(Action)
        if not action.recommendations and case.register.of(Recommendation)
    )
    yield from each_or_all(found, "are actions that answer no recommendation")


def _no_update(case: Case) -> Iterator[Finding]:
    if case.register.broken:
        return  # a record that cannot be read may be the one that reports on it
    found = (
        Finding(
            record.id, "", f"{record.id} is unfinished, and nobody has reported on it.", "updates: [{date: …, text: …}]"
        )
        for record in case.having("no_recent_update")
        if case.facts[record.id].days_since_update is None
    )
    yield from each_or_all(found, "are unfinished and have no update at all")


def _no_recent_update(case: Case) -> Iterator[Finding]:
    limit = counted(case.policy.no_recent_update_days, "day")
    found = (
        Finding(
            record.id,
            "updates",
            f"The last report on {record.id} is {counted(days, 'day')} old; the limit is {limit}.",
            _NEW,
        )
        for record in case.having("no_recent_update")
        if (days := case.facts[record.id].days_since_update) is not None
    )
    yield from each_or_all(found, f"have had no update for more than {limit}", "is:no-recent-update")


_NEW = "an update of how it stands now"


def _undated(case: Case) -> Iterator[Finding]:
    by_source: dict[str, list[str]] = {}
    for record in case.tracked():
        for update in record.updates:
            if update.date is None and update_day(case.register, update) is None:
                by_source.setdefault(update.source.id if update.source else "", []).append(record.id)
    for source, ids in by_source.items():
        yield _source_undated(case, source, ids) if case.register.source(source) else _updates_undated(ids)


def _source_undated(case: Case, source: str, ids: list[str]) -> Finding:
    at = [one.id for one in case.register.programme.sources].index(source)
    names = distinct(ids)
    message = (
        f"{case.register.programme.sources[at].title} has no date, so the age of what it says cannot be told "
        f"({counted(len(ids), 'update')}): {listed(names)}."
    )
    return Finding("", f"sources[{at}]", message, "date: when the paper was written, if it can be learnt")


def _updates_undated(ids: list[str]) -> Finding:
    return all_together(ids, "have an update without a date", "date, meeting, or a source that has a date")


def _no_status(case: Case) -> Iterator[Finding]:
    found = (
        Finding(record.id, "", f"{record.id} has no status.", "status: not_started, in_progress or complete")
        for record in case.tracked()
        if record.status is None
    )
    yield from each_or_all(found, "have no status")


RULES: tuple[Rule, ...] = (
    Rule(
        code="G101",
        severity=Severity.WARNING,
        title="A recommendation without an action",
        why="It was asked for, and nobody is doing anything about it.",
        example="id: R8   # and no action names R8",
        fix="recommendations: [R8] in the action that answers it.",
        find=_no_action,
    ),
    Rule(
        code="G102",
        severity=Severity.WARNING,
        title="A part of a recommendation without an action",
        why="What is asked for in a second sentence is easily lost.",
        example="{unanswered: [R6.2], parts: [{id: R6.2, text: members sit on the boards}]}",
        fix="recommendations: [R6.2] in the action that answers it.",
        find=_part_without_action,
    ),
    Rule(
        code="G103",
        severity=Severity.WARNING,
        title="Listed as unanswered, and answered",
        why="The list was not kept up.",
        example="unanswered: [R6.2]   # and an action names R6.2",
        fix="unanswered without that part.",
        find=_answered_after_all,
    ),
    Rule(
        code="G104",
        severity=Severity.WARNING,
        title="An action without a recommendation",
        why="No paper that goes by recommendations would print it.",
        example="id: A34   # and no recommendations",
        fix="recommendations: the one it answers.",
        find=_no_recommendation,
    ),
    Rule(
        code="G105",
        severity=Severity.WARNING,
        title="No update at all",
        why="A committee would read nothing about it.",
        example="{id: A19, title: Undertake interim review of KPIs}   # no updates",
        fix="updates, or covers in the update that tells it.",
        find=_no_update,
    ),
    Rule(
        code="G106",
        severity=Severity.WARNING,
        title="No recent update",
        why="An old report reads as if nothing had happened since.",
        example="updates: [{date: 2022-01-12, text: Begun.}]",
        fix="An update of how it stands now.",
        find=_no_recent_update,
    ),
    Rule(
        code="G107",
        severity=Severity.NOTE,
        title="Updates without a date",
        why="How old they are cannot be told, so they never count as old.",
        example="updates: [{source: leeds-p2p, text: Under way.}]   # an undated paper",
        fix="date, meeting, or a source that has a date.",
        find=_undated,
    ),
    Rule(
        code="G108",
        severity=Severity.NOTE,
        title="No status",
        why="It is counted as unfinished, and papers print that none is stated.",
        example="id: F01   # and no status",
        fix="status, once somebody says what it is.",
        find=_no_status,
    ),
)
