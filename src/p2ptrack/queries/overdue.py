"""`overdue`: target dates that have passed, those that are due soon, and the records that depend on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from p2ptrack.analysis.case import Case, serialise_records
from p2ptrack.analysis.contracts import count_facts, list_contracts
from p2ptrack.analysis.measures import Measure, Measures, TrackedRecords
from p2ptrack.model.dates import Precision, format_long_date
from p2ptrack.model.records import TrackedRecord
from p2ptrack.phrases import join_ids, join_words, pluralise
from p2ptrack.queries.answer import (
    format_optional_date,
    format_owner,
    inferred_key,
    is_target_inferred,
    limit_items,
    list_ids_or_command,
    list_unreadable,
    make_answer,
    make_export,
)
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Row,
    Table,
    make_paragraph,
)
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class OverdueOptions:
    """The options of `overdue`: `within` adds what is due in so many days, today and the last day included."""

    within: int | None = None


def build_overdue(case: Case, options: OverdueOptions) -> Document:
    """Return what is overdue on the day of the case, the longest overdue first, and what is due next."""
    measures = Measures(case)
    late = measures.overdue()
    due = measures.due_within(options.within).records if options.within is not None else ()
    return make_answer(
        case,
        "overdue",
        "Overdue" if options.within is None else f"Overdue, and due within {pluralise(options.within, 'day')}",
        (*_list_overdue(measures, late, due, options.within), *list_unreadable(case)),
        lambda: serialise_records(case, (*late.records, *due)),
        export=lambda: _build_export(case, (*late.records, *due)),
    )


def describe_overdue(late: Measure) -> str:
    """Return how many of the open items with a target date are overdue, in one sentence."""
    count, total = len(late.records), len(late.out_of)
    if not total:
        return f"No open item has a target date{' that can be read' if late.unreadable else ''}."
    if total == 1:
        return f"The only open item with a target date is {'' if count else 'not '}overdue."
    subject = f"{count} of" if count else "None of the"
    return f"{subject} {total} open items with a target date {'are' if count > 1 else 'is'} overdue."


def _list_overdue(measures: Measures, late: Measure, due: TrackedRecords, within: int | None) -> Iterator[Block]:
    case, records = measures.case, (*late.records, *due)
    if late.records:
        yield _build_table(case, "overdue", describe_overdue(late), "Days overdue", late.records)
    else:
        yield make_paragraph(describe_overdue(late))
    if late.excluded:
        yield make_paragraph(_describe_excluded(measures))
    if within is not None:
        last_day = case.as_of + timedelta(min(within, (date.max - case.as_of).days))
        caption = f"Due by {format_long_date(last_day)}{f': {len(due)}' if due else ''}"
        yield _build_table(case, "due", caption, "Days left", due)
    if vague_targets := _describe_vague_targets(records):
        yield make_paragraph(vague_targets)
    if at_risk := _describe_at_risk(measures, late.records, due):
        yield make_paragraph(at_risk)
    if contracts := _describe_contracts(case):
        yield make_paragraph(contracts)
    if any(is_target_inferred(record) for record in records):
        yield inferred_key()


def _describe_contracts(case: Case) -> str:
    """Return how many contracts have a date to decide that has passed, and the command that lists them."""
    if not case.register.contracts.contracts:
        return ""
    count = count_facts(list_contracts(case))["decide_by_passed"]
    subject = f"{pluralise(count, 'contract')} {'is' if count == 1 else 'are'}"
    return f"{subject} past the date to decide: p2ptrack contracts is:decide-by-passed" if count else ""


def _build_table(case: Case, key: str, caption: str, days_title: str, records: TrackedRecords) -> Table:
    columns = (
        Column("id", "Id", width="narrow", header=True),
        Column("title", "Item", width="wide"),
        Column("target", "Target"),
        Column("days", days_title, "right", "narrow"),
        Column("times_moved", "Changes", "right", "narrow"),
        Column("accountable", "Owner"),
    )
    return Table(key, caption, columns, tuple(_build_row(case, record) for record in records), empty="None.")


def _build_row(case: Case, record: TrackedRecord) -> Row:
    facts = case.facts[record.id]
    cells = (
        Cell(record.id),
        Cell(record.title),
        Cell(record.target, starred=is_target_inferred(record)),
        Cell(facts.days_overdue or facts.days_to_target, tone="bad" if facts.overdue else ""),
        Cell(facts.times_moved),
        Cell(format_owner(case, record)),
    )
    return Row(cells, key=record.id)


def _build_export(case: Case, records: TrackedRecords) -> Table:
    """Return the table for CSV. Its columns are the same on every day; days are those of the facts."""
    columns = (
        Column("id", "Id"),
        Column("title", "Item"),
        Column("target", "Target"),
        Column("days_overdue", "Days overdue"),
        Column("days_to_target", "Days to target"),
        Column("times_moved", "Changes"),
        Column("accountable", "Owner"),
    )
    rows = []
    for record in records:
        facts = case.facts[record.id]
        id_, title, target, _, times_moved, owner = _build_row(case, record).cells
        days = (Cell(facts.days_overdue), Cell(facts.days_to_target))
        rows.append(Row((id_, title, target, *days, times_moved, owner), key=record.id))
    return make_export(case, Table("overdue", "Overdue", columns, tuple(rows)))


def _describe_excluded(measures: Measures) -> str:
    """Return which open items cannot be overdue because they have no deadline."""
    texts = []
    if without_target := measures.no_target().records:
        ids = list_ids_or_command(without_target, "p2ptrack list is:no-target")
        texts.append(f"{pluralise(len(without_target), 'open item')} with no target date ({ids})")
    if ongoing := measures.ongoing_without_review().records:
        ids = join_ids([record.id for record in ongoing])
        texts.append(f"{pluralise(len(ongoing), 'ongoing item')} with no review date ({ids})")
    return f"Excludes {join_words(texts)}."


def _describe_vague_targets(records: TrackedRecords) -> str:
    """Return the day that each target means, if the target as written does not show it."""
    targets = [record.target for record in records if record.target and record.target.precision is not Precision.DAY]
    days = {target.raw: target.latest for target in targets if target.latest and target.to_text() == target.raw}
    texts = [f"“{raw}” means by {format_optional_date(latest)}" for raw, latest in days.items()]
    return f"{', '.join(limit_items(texts))}." if texts else ""


def _describe_at_risk(measures: Measures, late: TrackedRecords, due: TrackedRecords) -> str:
    at_risk = measures.at_risk((*late, *due))
    texts = [f"{id_} (depends on {join_words(causes)})" for id_, causes in at_risk.items()]
    reason = "if these are late" if due else "because these are late"
    return f"At risk {reason}: {', '.join(limit_items(texts, 8))}." if texts else ""
