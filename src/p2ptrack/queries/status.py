"""`build_status`: the picture on one screen, what to look at first before any table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from p2ptrack.analysis.case import Case, build_json_answer
from p2ptrack.analysis.facts import FLAG_NAMES, get_deadline
from p2ptrack.analysis.gaps import find_gaps
from p2ptrack.model.records import KINDS, Action, Blocker, FollowUp, Recommendation, TrackedRecord, kind_of
from p2ptrack.queries.answer import LazyData, position_facts
from p2ptrack.queries.progress_table import build_progress_table, phase_lines
from p2ptrack.reports.document import Block, Document, Fact, Facts, Paragraph, Section, make_paragraph
from p2ptrack.reports.phrases import (
    MAX_IDS,
    format_optional_date,
    humanise,
    inferred_mark,
    is_inferred,
    join_ids,
    join_ids_or_command,
    join_words,
    limit_items,
    pluralise,
    shorten_text,
)

# What to look at first: one line a question, each number with the records that it counts.


def attention_facts(case: Case) -> tuple[Fact, ...]:
    """Return the lines, those that matter most first; most questions that nothing answers are left out."""
    return tuple(fact for build_facts in _ATTENTION_QUESTIONS for fact in build_facts(case))


def _attention_fact(label: str, count: int | str, *texts: str, bad: bool = False) -> Fact:
    first_text, *other_texts = texts or ("",)
    return Fact(label, count, (first_text,), "bad" if bad else "", tuple((text,) for text in other_texts))


def _overdue_facts(case: Case) -> Iterator[Fact]:
    late = case.with_fact("overdue")
    if late:
        longest = max(late, key=lambda record: case.facts[record.id].days_overdue or 0)
        days = case.facts[longest.id].days_overdue or 0
        longest_text = f"{longest.id} the longest, by" if len(late) > 1 else "by"
        yield _attention_fact(
            "Overdue",
            len(late),
            f"{join_ids_or_command(late, 'p2ptrack overdue')}; {longest_text} {pluralise(days, 'day')}",
            bad=True,
        )
        return
    target_count = sum(1 for record in case.with_fact("unfinished") if get_deadline(record))
    text = f"of {pluralise(target_count, 'unfinished record')} with a target; none is past"
    yield _attention_fact("Overdue", 0, text if target_count else "no unfinished record has a target")


def _due_soon_facts(case: Case) -> Iterator[Fact]:
    limit = case.policy.due_soon_days
    due = sorted(case.with_fact("due_soon"), key=lambda record: case.facts[record.id].days_to_target or 0)
    deadlines = [get_deadline(record) for record in due]
    if not due:
        yield _attention_fact(f"Due within {limit} days", 0)
        return
    period = (
        f"{'all ' * (len(due) > 1)}by {format_optional_date(deadlines[0])}"
        if deadlines[0] == deadlines[-1]
        else f"from {format_optional_date(deadlines[0])} to {format_optional_date(deadlines[-1])}"
    )
    yield _attention_fact(
        f"Due within {limit} days",
        len(due),
        f"{join_ids_or_command(due, f'p2ptrack overdue --within {limit}')}, {period}",
    )


def _unverified_facts(case: Case) -> Iterator[Fact]:
    records = case.with_fact("awaiting_verification")
    if records:
        yield _attention_fact(
            "To be verified",
            len(records),
            f"{join_ids_or_command(records, 'p2ptrack list is:awaiting-verification')}, complete",
        )


def _past_phase_facts(case: Case) -> Iterator[Fact]:
    records = case.with_fact("past_phase")
    if records:
        yield _attention_fact(
            "Past their phase", len(records), join_ids_or_command(records, "p2ptrack list is:past-phase"), bad=True
        )


def _same_work_facts(case: Case) -> Iterator[Fact]:
    groups = [
        members
        for members in (_unfinished_members(case, group) for group in case.links.deliverable_groups)
        if len(members) > 1
    ]
    if groups:
        yield _attention_fact(
            "Same piece of work", sum(map(len, groups)), *limit_items([_describe_group(group) for group in groups])
        )


def _unfinished_members(case: Case, group_ids: Sequence[str]) -> list[TrackedRecord]:
    records = (case.register.by_id[id_] for id_ in group_ids)
    return [r for r in records if isinstance(r, TrackedRecord) and case.facts[r.id].unfinished]


def _describe_group(group: Sequence[TrackedRecord]) -> str:
    mark = inferred_mark(any(is_inferred(record, "same_deliverable_as") for record in group))
    targets = {record.target.raw if record.target else "no target" for record in group}
    target_text = f"all {next(iter(targets))}" if len(targets) == 1 else f"with {len(targets)} different targets"
    return f"{join_ids(group)}{mark}: one deliverable, {target_text}"


def _waiting_facts(case: Case) -> Iterator[Fact]:
    waiting = case.with_fact("waiting")
    causes: dict[str, list[TrackedRecord]] = {}
    for record in waiting:
        for blocker in record.blocked_by:
            causes.setdefault(_blocker_cause(case, record, blocker), []).append(record)
    if waiting:
        texts = [
            f"{join_ids_or_command(records, 'p2ptrack list is:waiting')} {cause}" for cause, records in causes.items()
        ]
        yield _attention_fact("Waiting for others", len(waiting), *limit_items(texts))


def _blocker_cause(case: Case, record: TrackedRecord, blocker: Blocker) -> str:
    dependency = case.register.find_dependency(blocker.id)
    title = dependency.title if dependency else blocker.cause or blocker.id or ""
    return shorten_text(title, 38) + inferred_mark(is_inferred(record, "blocked_by"))


def _due_to_close_facts(case: Case) -> Iterator[Fact]:
    records = [r for r in case.tracked() if r.status is not None and case.get_status(r) is not r.status]
    if records:
        yield _attention_fact(
            "To leave the list", len(records), *limit_items([_describe_closure(record) for record in records])
        )


def _describe_closure(record: TrackedRecord) -> str:
    closing_date = record.decided.on if record.decided else None
    successors = f" by {join_words(record.superseded_by)}" if record.superseded_by else ""
    mark = inferred_mark(is_inferred(record, "status") or is_inferred(record, "superseded_by"))
    return f"{record.id} {humanise(record.status or '').lower()}{successors} on {format_optional_date(closing_date.latest) if closing_date else ''}{mark}"


def _no_target_facts(case: Case) -> Iterator[Fact]:
    without_target, ongoing = case.with_fact("no_target"), _ongoing_without_review(case)
    texts = [join_ids_or_command(without_target, "p2ptrack list is:no-target")] if without_target else []
    texts += [f"{' '.join(limit_items([record.id for record in ongoing]))} ongoing, no review date"] if ongoing else []
    if texts:
        yield _attention_fact("No target", len(without_target), "; ".join(texts))


def _ongoing_without_review(case: Case) -> list[TrackedRecord]:
    """Return what goes on without an end and without a day to look at it again."""
    targets = [(record, record.target) for record in case.with_fact("unfinished")]
    return [record for record, target in targets if target and target.ongoing and get_deadline(record) is None]


def _no_owner_facts(case: Case) -> Iterator[Fact]:
    without_owner = case.with_fact("no_owner")
    with_several = [record for record in case.tracked() if len(record.accountable) > 1]
    if without_owner:
        all_without = len(without_owner) == len(case.tracked())
        text = "no record names one" if all_without else join_ids_or_command(without_owner, "p2ptrack list is:no-owner")
        yield _attention_fact("No owner", len(without_owner), text)
    if with_several:
        text = join_ids_or_command(with_several, "p2ptrack list has:accountable")
        yield _attention_fact("Several owners", len(with_several), f"{text}: one of them must be accountable")


def _no_action_facts(case: Case) -> Iterator[Fact]:
    open_gaps = find_gaps(case)
    if open_gaps:
        yield _attention_fact(
            "Asked, no action",
            len(open_gaps),
            *limit_items([shorten_text(f"{gap.id} {gap.text}", 55) for gap in open_gaps]),
        )


def _target_change_facts(case: Case) -> Iterator[Fact]:
    records = [record for record in case.tracked() if case.facts[record.id].times_moved]
    yield _attention_fact(
        "Target moved",
        len(records),
        join_ids_or_command(records, "p2ptrack list times_moved.over:0 --sort not.times_moved"),
    )


def _no_update_facts(case: Case) -> Iterator[Fact]:
    stale, unknown = case.with_fact("no_recent_update"), case.with_unknown_fact("no_recent_update")
    if not stale and not unknown:
        return
    stale_text = join_ids_or_command(stale, "p2ptrack list is:no-recent-update")
    unknown_text = f"not known of {len(unknown)}: undated updates" if unknown else ""
    yield _attention_fact("No recent update", len(stale), "; ".join(filter(None, (stale_text, unknown_text))))


def _unreadable_facts(case: Case) -> Iterator[Fact]:
    broken = sorted(case.register.broken_ids)
    if broken:
        ids_text = " ".join(broken) if len(broken) <= MAX_IDS else "see"
        yield _attention_fact("Cannot be read", len(broken), f"{ids_text}: p2ptrack check", bad=True)


_ATTENTION_QUESTIONS = (
    _unreadable_facts,
    _overdue_facts,
    _due_soon_facts,
    _past_phase_facts,
    _same_work_facts,
    _waiting_facts,
    _due_to_close_facts,
    _no_action_facts,
    _unverified_facts,
    _no_target_facts,
    _no_owner_facts,
    _target_change_facts,
    _no_update_facts,
)


def build_status(case: Case) -> Document:
    """Return the picture of the register on the day of the case."""
    programme = case.register.programme
    return Document(
        name="status",
        title=programme.title,
        as_of=case.as_of,
        blocks=tuple(_status_blocks(case)),
        notice=programme.notice or "",
        meta=position_facts(case),
        data=LazyData(lambda: build_json_answer(case, counts=_status_counts(case), facts=_ids_by_fact(case))),
    )


def _status_blocks(case: Case) -> Iterator[Block]:
    yield make_paragraph(_register_size(case))
    if not case.tracked() and not case.register.broken_ids:
        yield make_paragraph("Next: write a first action, data/actions/A01.yaml, then p2ptrack check", role="next")
        return
    yield Section("first", "Look first", (Facts(attention_facts(case), role="counts"),))
    yield Section("progress", "Progress", (build_progress_table(case), *phase_lines(case)))
    yield from _key_lines(case)
    yield _next_commands(case)


def _register_size(case: Case) -> str:
    register = case.register
    actions, recommendations, followups = map(
        len, (register.of_type(Action), register.of_type(Recommendation), register.of_type(FollowUp))
    )
    parts = []
    if actions or recommendations:
        recommendation_text = f" on {pluralise(recommendations, 'recommendation')}" if recommendations else ""
        parts.append(pluralise(actions, "action") + recommendation_text)
    if followups or not parts:
        parts.append(pluralise(followups, "follow-up"))
    return ", ".join(parts) + "." + "  * our reading." * _has_inferred(case)


def _has_inferred(case: Case) -> bool:
    return any(record.inferred for record in case.tracked())


def _key_lines(case: Case) -> Iterator[Paragraph]:
    notes = ["* not in the source: read from its words."] if _has_inferred(case) else []
    if case.with_fact("awaiting_verification"):
        notes.append("Complete: not yet verified.")
    if notes:
        yield make_paragraph(" ".join(notes), role="key")


def _next_commands(case: Case) -> Paragraph:
    steps = [
        "p2ptrack overdue" if case.with_fact("overdue") else f"p2ptrack overdue --within {case.policy.due_soon_days}"
    ]
    first_record = next(
        iter((*case.with_fact("overdue"), *case.with_fact("due_soon"), *case.with_fact("unfinished"))), None
    )
    steps += [f"p2ptrack show {first_record.id}"] if first_record else []
    return make_paragraph(f"Next: {join_words(steps)}", role="next")


def _status_counts(case: Case) -> dict[str, Any]:
    """Return how many records of each kind have each status, that of the day; `not_stated` where there is none."""
    counts: dict[str, Any] = {}
    for kind in KINDS:
        if issubclass(kind.model, TrackedRecord):
            names = Counter(_status_name(case, record) for record in case.tracked() if kind_of(record) is kind)
            counts[kind.name] = dict(sorted(names.items()))
    return counts


def _status_name(case: Case, record: TrackedRecord) -> str:
    current = case.get_status(record)
    return current.value if current else "not_stated"


def _ids_by_fact(case: Case) -> dict[str, list[str]]:
    return {fact: [record.id for record in case.with_fact(fact)] for fact in FLAG_NAMES}
