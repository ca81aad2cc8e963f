"""I101 to I106: names that should be one record's, post's or meeting's alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import join_ids
from p2ptrack.problem import Severity
from p2ptrack.records.fields import Status, normalise_word
from p2ptrack.records.kinds import Recommendation, Record


def _check_same_title(case: Case) -> Iterator[Finding]:
    ids_by_title: dict[tuple[type[Record], str], list[str]] = {}
    for record in case.register.records:
        ids_by_title.setdefault((type(record), record.title.casefold()), []).append(record.id)
    for first_id, *other_ids in ids_by_title.values():
        if other_ids:
            message = f"{join_ids([first_id, *other_ids])} have the same title."
            yield Finding(first_id, "title", message, "a title that tells them apart, or one record")


def _check_repeated_part_ids(case: Case) -> Iterator[Finding]:
    for recommendation in case.register.of_type(Recommendation):
        ids = [recommendation.id, *(part.id for part in recommendation.parts)]
        for index in _find_repeats(ids):
            message = f"{recommendation.id} has the part id {ids[index]} twice; a link to it could mean either."
            yield Finding(
                recommendation.id,
                f"parts[{index - 1}].id",
                message,
                f"an id of its own, such as {recommendation.id}.{index}",
            )


def _find_repeats(ids: Sequence[str]) -> Iterator[int]:
    """Yield where an id stands that was there before, whatever the case."""
    folded_ids = [id_.casefold() for id_ in ids]
    return (index for index, id_ in enumerate(folded_ids) if id_ in folded_ids[:index])


def _check_part_id_prefix(case: Case) -> Iterator[Finding]:
    for recommendation in case.register.of_type(Recommendation):
        prefix = f"{recommendation.id}.".casefold()
        for index, part in enumerate(recommendation.parts):
            if not part.id.casefold().startswith(prefix) and part.id != recommendation.id:
                message = f"{part.id} is a part of {recommendation.id}, and its id does not say so."
                yield Finding(recommendation.id, f"parts[{index}].id", message, f"{recommendation.id}.{index + 1}")


def _check_unanswered_parts(case: Case) -> Iterator[Finding]:
    part_ids = {id_ for id_, _ in case.register.iter_parts()}
    for recommendation in case.register.of_type(Recommendation):
        own_part_ids = {part.id for part in recommendation.parts}
        for index, id_ in enumerate(recommendation.unanswered):
            if id_ not in own_part_ids and (id_ in part_ids or id_ in case.register.by_id):
                message = f"{recommendation.id} lists {id_} as unanswered, which is no part of it."
                yield Finding(recommendation.id, f"unanswered[{index}]", message, f"a part of {recommendation.id}")


def _iter_programme_ids(case: Case) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    programme = case.register.programme
    yield "sources", "source", tuple(source.id for source in programme.sources)
    yield "phases", "phase", tuple(phase.id for phase in programme.phases)
    yield "meetings", "meeting", tuple(meeting.id for meeting in programme.meetings)
    yield "dependencies", "dependency", tuple(dependency.id for dependency in programme.dependencies)


def _check_repeated_programme_ids(case: Case) -> Iterator[Finding]:
    for field, type_name, ids in _iter_programme_ids(case):
        for index in _find_repeats(ids):
            message = f"There are two with the id {ids[index]} in {field}; a link to it could mean either."
            yield Finding("", f"{field}[{index}].id", message, f"an id that no other {type_name} has")


def _check_ambiguous_labels(case: Case) -> Iterator[Finding]:
    statuses_by_word: dict[str, list[Status]] = {}
    for status, words in case.policy.labels.items():
        for word in words:
            statuses_by_word.setdefault(normalise_word(word), []).append(Status(status))
    status_by_value = {status.value: status for status in Status}
    for word, statuses in statuses_by_word.items():
        meanings = {*statuses, status_by_value.get(word, statuses[0])}
        if len(meanings) > 1:
            names = join_ids(sorted(status.value for status in meanings))
            message = f"“{word}” stands for more than one status: {names}."
            yield Finding("", "policy.labels", message, "each word under one status")


def _check_repeated_roles(case: Case) -> Iterator[Finding]:
    counts = Counter(normalise_word(role) for role in case.register.programme.roles)
    for index, role in enumerate(case.register.programme.roles):
        if counts.pop(normalise_word(role), 0) > 1:
            yield Finding("", f"roles[{index}]", f"“{role}” is in roles more than once.", f"{role} once")


IDENTITY_RULES: tuple[Rule, ...] = (
    Rule(
        code="I101",
        severity=Severity.WARNING,
        title="The same title twice",
        why="A reader of a list cannot tell the two apart.",
        example="title: Review the contracts register   # in A01 and A34",
        fix="A title that tells them apart, or one record.",
        check=_check_same_title,
    ),
    Rule(
        code="I102",
        severity=Severity.ERROR,
        title="A part's id twice",
        why="A link to it could mean either.",
        example="parts: [{id: R6.1, text: one}, {id: R6.1, text: other}]",
        fix="An id of its own for each part.",
        check=_check_repeated_part_ids,
    ),
    Rule(
        code="I103",
        severity=Severity.WARNING,
        title="A part whose id is not its recommendation's",
        why="Members read R6.2 as the second part of R6.",
        example="{id: R6, parts: [{id: R7.1, text: members sit on the boards}]}",
        fix="The recommendation's id, a dot and a number.",
        check=_check_part_id_prefix,
    ),
    Rule(
        code="I104",
        severity=Severity.WARNING,
        title="Unanswered, and no part of the recommendation",
        why="The gap would never be told.",
        example="{id: R6, unanswered: [R7.1]}",
        fix="A part of the same recommendation.",
        check=_check_unanswered_parts,
    ),
    Rule(
        code="I105",
        severity=Severity.ERROR,
        title="An id of the programme twice",
        why="A link to it could mean either.",
        example="phases: [{id: P1, title: One}, {id: P1, title: Two}]",
        fix="An id that no other has.",
        check=_check_repeated_programme_ids,
    ),
    Rule(
        code="I106",
        severity=Severity.ERROR,
        title="A word that stands for two statuses",
        why="What a record means by it could not be told.",
        example="policy: {labels: {complete: [Done], verified: [Done]}}",
        fix="Each word under one status.",
        check=_check_ambiguous_labels,
    ),
    Rule(
        code="I107",
        severity=Severity.NOTE,
        title="A post listed twice",
        why="It would be offered, and counted, twice.",
        example="roles: [City Solicitor, city solicitor]",
        fix="Each post once.",
        check=_check_repeated_roles,
    ),
)
