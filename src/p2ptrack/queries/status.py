"""`status`: the current position on one screen, with what needs attention before any table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from p2ptrack.analysis.case import Case, UnreadableFile, build_json_answer, find_unreadable
from p2ptrack.analysis.contracts import count_facts, list_contracts
from p2ptrack.analysis.facts import FLAG_NAMES, get_deadline
from p2ptrack.analysis.measures import Measures, OpenDependency, TrackedRecords, find_gaps, find_stage
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import Action, FollowUp, ProcurementExemption, Recommendation, TrackedRecord
from p2ptrack.phrases import MAX_IDS, join_ids, join_words, pluralise, unique
from p2ptrack.queries.answer import (
    INFERRED_KEY,
    format_optional_date,
    format_target,
    format_word,
    inferred_mark,
    is_inferred,
    is_partly_read,
    limit_items,
    list_ids_or_command,
    list_unreadable,
    make_answer,
    make_export,
    shorten_text,
)
from p2ptrack.queries.overdue import describe_overdue
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Paragraph,
    Row,
    Section,
    Table,
    make_paragraph,
)

MAX_RECOMMENDATION_ROWS = 12
"""With more recommendations than these, only the totals are shown."""

_STAGES = {
    "closed": "Closed",
    "complete": "Complete",
    "in_progress": "In progress",
    "on_hold": "On hold",
    "not_started": "Not started",
    "open": "Open",
    "not_stated": "No status",
    "not_read": "Status not read",
    "withheld": "Status exempt from publication",
}
_ALWAYS_VISIBLE = ("closed", "complete", "in_progress")


def build_progress_table(case: Case, *, all_stages: bool = False) -> Table:
    """Return how many records are at each stage.

    A stage that is rarely used has a column only when it is used, or with `all_stages`.
    """
    stage_by_id = {record.id: find_stage(case, record) for record in case.tracked()}
    inferred_stages = {stage_by_id[record.id] for record in case.tracked() if is_inferred(record, "status")}
    always_visible = _STAGES if all_stages else _ALWAYS_VISIBLE
    visible_stages = [stage for stage in _STAGES if stage in always_visible or stage in stage_by_id.values()]
    columns = (
        Column("what", "", width="wide", header=True),
        Column("all", "All", "right", "narrow"),
        *(Column(key, _STAGES[key] + "*" * (key in inferred_stages), "right", "narrow") for key in visible_stages),
    )

    def build_row(title: str, records: Sequence[TrackedRecord], role: Literal["", "total"] = "") -> Row:
        counts = Counter(stage_by_id[record.id] for record in records)
        return Row((Cell(title), Cell(len(records)), *(Cell(counts[stage]) for stage in visible_stages)), role=role)

    rows: list[Row] = []
    actions, followups = case.register.of_type(Action), case.register.of_type(FollowUp)
    recommendations = case.register.of_type(Recommendation)
    if actions and len(recommendations) <= MAX_RECOMMENDATION_ROWS:
        rows += [build_row(f"{r.id} {r.title}", case.links.find_actions(r.id)) for r in recommendations]
        unlinked = [
            action
            for action in actions
            if not (action.recommendations or case.register.is_unreadable(action.id, "recommendations"))
        ]
        if unlinked and recommendations:
            rows.append(build_row("Actions without a recommendation", unlinked))
    if actions:
        rows.append(build_row("All actions", actions, "total"))
    if followups:
        rows.append(build_row("Follow-ups", followups, "total"))
        rows += _build_area_rows(followups, len(columns))
    for kind in case.register.kinds:
        if kind.is_declared and kind.is_tracked and (records := case.register.of_kind(kind)):
            rows.append(
                build_row(kind.plural_title, [record for record in case.tracked() if record in records], "total")
            )
    return Table("progress", "Progress", columns, tuple(rows), empty="No actions or follow-ups yet.")


def _build_area_rows(followups: Sequence[FollowUp], column_count: int) -> Iterator[Row]:
    areas = Counter(record.area or "no area" for record in followups)
    if set(areas) != {"no area"}:
        text = ", ".join(f"{area} {count}" for area, count in areas.most_common())
        yield Row((Cell(text), *(Cell() for _ in range(column_count - 1))), role="detail")


def describe_phases(case: Case) -> tuple[Paragraph, ...]:
    """Return a sentence for each phase: when it ends and how many of the actions that start in it are open."""
    return tuple(make_paragraph(_describe_phase(case, phase)) for phase in case.register.programme.phases)


def _describe_phase(case: Case, phase: Phase) -> str:
    started_actions = [action for action in case.register.of_type(Action) if action.phase == phase.id]
    if not started_actions:
        return f"{phase.title}: no action starts in it."
    end = phase.end.latest if phase.end else None
    open_count = sum(1 for action in started_actions if case.facts[action.id].unfinished)
    text = phase.title
    if end is not None:
        text += f" {'ended' if end < case.as_of else 'ends'} on {format_long_date(end)}"
    verb = "is" if open_count == 1 else "are"
    return f"{text}: {open_count} of {pluralise(len(started_actions), 'action')} started in it {verb} open."


def build_status(case: Case) -> Document:
    """Return the position of the register on the day of the case."""
    programme = case.register.programme
    document = make_answer(
        case,
        "status",
        programme.title,
        (*_build_blocks(case), *(list_unreadable(case) if case.disclosure.audience != "officers" else ())),
        lambda: build_json_answer(
            case,
            counts=_count_statuses(case),
            facts={fact: [record.id for record in case.with_fact(fact)] for fact in FLAG_NAMES},
            contracts=_count_contracts(case),
        ),
        export=lambda: make_export(
            case, build_progress_table(case, all_stages=True), has_marks=False, has_records=False
        ),
    )
    return replace(document, notice=programme.notice or "")


def _build_blocks(case: Case) -> Iterator[Block]:
    yield make_paragraph(_describe_size(case))
    register = case.register
    is_empty = not (register.records or register.broken_ids or register.contracts.contracts)
    if is_empty and not case.disclosure.omitted_records:
        yield make_paragraph("To import a tracker in Word, Excel, CSV or HTML: p2ptrack import FILE")
        yield make_paragraph("Next: p2ptrack add action", role="next")
        return
    measures = Measures(case)
    yield Section("first", "Needs attention", (Facts(tuple(list_attention(measures)), role="counts"),))
    yield Section("progress", "Progress", (build_progress_table(case), *describe_phases(case)))
    notes = [f"{INFERRED_KEY}."] if any(record.inferred for record in case.tracked()) else []
    if measures.to_be_verified().records:
        notes.append("Complete: not yet verified.")
    if notes:
        yield make_paragraph(" ".join(notes), role="key")
    command = "p2ptrack overdue"
    if not measures.overdue().records:
        command += f" --within {case.policy.due_soon_days}"
    yield make_paragraph(f"Next: {command}", role="next")


_COUNTED_SEPARATELY = ("action", "recommendation", "follow_up")


def _describe_size(case: Case) -> str:
    actions, recommendations, followups = (
        len(case.register.of_type(Action)),
        len(case.register.of_type(Recommendation)),
        len(case.register.of_type(FollowUp)),
    )
    parts = []
    if actions or recommendations:
        on_recommendations = f" on {pluralise(recommendations, 'recommendation')}" if recommendations else ""
        parts.append(pluralise(actions, "action") + on_recommendations)
    has_others = any(kind_of(record).name not in _COUNTED_SEPARATELY for record in case.register.records)
    if followups or not (parts or has_others or case.register.contracts.contracts):
        parts.append(pluralise(followups, "follow-up"))
    if exemptions := len(case.register.of_type(ProcurementExemption)):
        parts.append(pluralise(exemptions, "exemption"))
    if contracts := len(case.register.contracts.contracts):
        parts.append(pluralise(contracts, "contract"))
    declared = [(kind, len(case.register.of_kind(kind))) for kind in case.register.kinds if kind.is_declared]
    parts += [pluralise(count, kind.singular, kind.plural) for kind, count in declared if count]
    return ", ".join(parts) + "."


def _count_statuses(case: Case) -> dict[str, Any]:
    """Return how many records of each kind have each status on the day; `not_stated` is for those without one.

    `not_read` is for those whose status has an error, `withheld` for those whose status is redacted.
    """
    counts: dict[str, Any] = {}
    for kind in case.register.kinds:
        if issubclass(kind.model, TrackedRecord):
            records = [record for record in case.tracked() if kind_of(record) == kind]
            names = Counter(_get_status_name(case, record) for record in records)
            counts[kind.name] = dict(sorted(names.items()))
    return counts


def _get_status_name(case: Case, record: TrackedRecord) -> str:
    if case.redactions.is_redacted(record.id, "status"):
        return "withheld"
    if case.register.is_unreadable(record.id, "status"):
        return "not_read"
    status = case.get_status(record)
    return status.value if status else "not_stated"


def _count_contracts(case: Case) -> dict[str, int]:
    """Return how many contracts there are, how many the audience may not see, and how many have each fact."""
    table = case.register.contracts
    counts = count_facts(list_contracts(case) if table.contracts else ())
    del counts["exempt"]  # no public answer could state it
    return {"all": len(table.contracts), "left_out": len(table.omitted), **counts}


def list_attention(measures: Measures) -> Iterator[Fact]:
    """Yield what needs attention, the most urgent first."""
    case = measures.case
    files = [file for file in find_unreadable(case.problems) if file.path]
    partly_read = [file.id or file.path for file in files if is_partly_read(case, file)]
    unreadable = [_name_unreadable(case, file) for file in files if not is_partly_read(case, file)]
    for label, names in (
        ("Cannot be read", unreadable or sorted(case.register.broken_ids)),  # the public is given no paths
        ("Partly read", partly_read),
    ):
        if names:
            names_text = f"{', '.join(names)}. " if len(names) <= MAX_IDS else ""
            yield _make_fact(label, len(names), f"{names_text}Run p2ptrack check", is_bad=True)
    yield _build_overdue(measures)
    yield _build_due_soon(measures)
    yield from _list_ids("Past their end phase", measures.past_phase().records, "is:past-phase", is_bad=True)
    dependencies = map(_describe_dependency, measures.open_dependencies())
    yield from _list_lines("Waiting for others", len(measures.waiting().records), dependencies)
    groups = measures.same_deliverable()
    deliverables = (_describe_deliverable(case, group) for group in groups)
    yield from _list_lines("Same deliverable", sum(map(len, groups)), deliverables)
    for label, measure in (("Due to close", measures.due_to_close()), ("Due on hold", measures.due_on_hold())):
        yield from _list_lines(label, len(measure.records), map(_describe_decision, measure.records))
    gaps = [shorten_text(f"{gap.id} {gap.text}", 55) for gap in find_gaps(case)]
    yield from _list_lines("No action yet", len(gaps), gaps)
    yield from _list_ids("To be verified", measures.to_be_verified().records, "is:awaiting-verification")
    yield from _list_contracts(case)
    yield from _list_no_target(measures)
    yield from _list_ids("No owner", measures.no_owner().records, "is:no-owner")
    note = ". Name one responsible officer."
    yield from _list_ids("Several owners", measures.several_owners().records, "has:accountable", note)
    changed = measures.target_changed().records
    yield from _list_ids("Target changed", changed, "times_moved.over:0 --sort not.times_moved")
    yield from _list_no_recent_update(measures)


def _name_unreadable(case: Case, file: UnreadableFile) -> str:
    """Return the id of a file that is not read, or its path where that id is another record's, or none."""
    return file.path if not file.id or file.id in case.register.by_id else file.id


def _list_contracts(case: Case) -> Iterator[Fact]:
    """Yield how many contracts have a date to decide that has passed, and how many expired without a successor."""
    if not case.register.contracts.contracts:
        return
    counts = count_facts(list_contracts(case))
    for label, name in (
        ("Contracts to decide", "decide_by_passed"),
        ("Contracts expired", "expired_without_successor"),
    ):
        if counts[name]:
            yield _make_fact(label, counts[name], f"p2ptrack contracts is:{name.replace('_', '-')}", is_bad=True)


def _make_fact(label: str, count: int, *texts: str, is_bad: bool = False) -> Fact:
    first_text, *other_texts = texts or ("",)
    return Fact(label, count, (first_text,), "bad" if is_bad else "", tuple((text,) for text in other_texts))


def _list_ids(
    label: str, records: TrackedRecords, filters: str, note: str = "", *, is_bad: bool = False
) -> Iterator[Fact]:
    if records:
        ids = list_ids_or_command(records, f"p2ptrack list {filters}")
        yield _make_fact(label, len(records), f"{ids}{note}", is_bad=is_bad)


def _list_lines(label: str, count: int, lines: Iterable[str]) -> Iterator[Fact]:
    if count:
        yield _make_fact(label, count, *limit_items(list(lines)))


def _build_overdue(measures: Measures) -> Fact:
    late = measures.overdue()
    if not late.records:
        return _make_fact("Overdue", 0, describe_overdue(late))
    longest = late.records[0]
    text = f"{longest.id}, {pluralise(measures.case.facts[longest.id].days_overdue or 0, 'day')}"
    if len(late.records) > 1:
        text = f"{list_ids_or_command(late.records, 'p2ptrack overdue')}. Longest overdue: {text}"
    return _make_fact("Overdue", len(late.records), text, is_bad=True)


def _build_due_soon(measures: Measures) -> Fact:
    limit = measures.case.policy.due_soon_days
    due = measures.due_within(limit).records
    label = f"Due within {pluralise(limit, 'day')}"
    if not due:
        return _make_fact(label, 0)
    first, last = (format_optional_date(get_deadline(record)) for record in (due[0], due[-1]))
    period = f"all by {last}" if first == last else f"from {first} to {last}"
    if len(due) == 1:
        period = f"by {last}"
    ids = list_ids_or_command(due, f"p2ptrack overdue --within {limit}")
    return _make_fact(label, len(due), f"{ids}, {period}")


def _describe_dependency(dependency: OpenDependency) -> str:
    mark = "*" if any(is_inferred(record, "blocked_by") for record in dependency.records) else ""
    ids = join_ids([record.id for record in dependency.records])
    return f"{ids}: {shorten_text(dependency.title, 31)}{mark}"


def _describe_deliverable(case: Case, group: TrackedRecords) -> str:
    mark = "*" if any(is_inferred(record, "same_deliverable_as") for record in group) else ""
    targets = unique(format_target(case, record) for record in group)
    target = f"target {targets[0]}" if len(targets) == 1 else f"{len(targets)} different targets"
    return f"{join_ids([record.id for record in group])}{mark}: {target}"


def _describe_decision(record: TrackedRecord) -> str:
    day = format_optional_date(record.decided.on.latest if record.decided and record.decided.on else None)
    outcome = format_word(record, "status", in_sentence=True)
    if record.superseded_by:
        outcome = f"replaced by {join_words(record.superseded_by)}"
    mark = inferred_mark(record, "status", "superseded_by")
    return f"{record.id} on {day}, {outcome}{mark}"


def _list_no_target(measures: Measures) -> Iterator[Fact]:
    without_target, ongoing = measures.no_target().records, measures.ongoing_without_review().records
    texts = [list_ids_or_command(without_target, "p2ptrack list is:no-target")] if without_target else []
    if ongoing:
        verb = "is" if len(ongoing) == 1 else "are"
        texts.append(f"{join_ids([record.id for record in ongoing])} {verb} ongoing with no review date.")
    if texts:
        yield _make_fact("No target date", len(without_target), *texts)


def _list_no_recent_update(measures: Measures) -> Iterator[Fact]:
    measure = measures.no_recent_update()
    names_text = list_ids_or_command(measure.records, "p2ptrack list is:no-recent-update") if measure.records else ""
    texts = [names_text] if names_text else []
    if measure.excluded:
        texts.append(f"Not known for {pluralise(len(measure.excluded), 'item')} whose updates are undated.")
    # A command has a line of its own, because a full stop after it would be pasted with it.
    if texts and not names_text.startswith("p2ptrack "):
        texts = [". ".join(texts)]
    if texts:
        yield _make_fact("No recent update", len(measure.records), *texts)
