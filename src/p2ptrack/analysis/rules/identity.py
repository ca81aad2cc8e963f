"""I101 to I106: names that should be one record's, post's or meeting's alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import listed
from p2ptrack.problem import Severity
from p2ptrack.records.fields import Status, fold_word
from p2ptrack.records.kinds import Recommendation, Record


def _same_title(case: Case) -> Iterator[Finding]:
    titles: dict[tuple[type[Record], str], list[str]] = {}
    for record in case.register.records:
        titles.setdefault((type(record), record.title.casefold()), []).append(record.id)
    for first, *others in titles.values():
        if others:
            message = f"{listed([first, *others])} have the same title."
            yield Finding(first, "title", message, "a title that tells them apart, or one record")


def _part_twice(case: Case) -> Iterator[Finding]:
    for recommendation in case.register.of(Recommendation):
        ids = [recommendation.id, *(part.id for part in recommendation.parts)]
        for at in _repeats(ids):
            message = f"{recommendation.id} has the part id {ids[at]} twice; a link to it could mean either."
            yield Finding(
                recommendation.id, f"parts[{at - 1}].id", message, f"an id of its own, such as {recommendation.id}.{at}"
            )


def _repeats(ids: Sequence[str]) -> Iterator[int]:
    """Yield where an id stands that was there before, whatever the case."""
    folded = [id_.casefold() for id_ in ids]
    return (at for at, id_ in enumerate(folded) if id_ in folded[:at])


def _part_of_another(case: Case) -> Iterator[Finding]:
    for recommendation in case.register.of(Recommendation):
        own = f"{recommendation.id}.".casefold()
        for at, part in enumerate(recommendation.parts):
            if not part.id.casefold().startswith(own) and part.id != recommendation.id:
                message = f"{part.id} is a part of {recommendation.id}, and its id does not say so."
                yield Finding(recommendation.id, f"parts[{at}].id", message, f"{recommendation.id}.{at + 1}")


def _not_its_part(case: Case) -> Iterator[Finding]:
    known = {id_ for id_, _ in case.register.parts()}
    for recommendation in case.register.of(Recommendation):
        own = {part.id for part in recommendation.parts}
        for at, id_ in enumerate(recommendation.unanswered):
            if id_ not in own and (id_ in known or id_ in case.register.by_id):
                message = f"{recommendation.id} lists {id_} as unanswered, which is no part of it."
                yield Finding(recommendation.id, f"unanswered[{at}]", message, f"a part of {recommendation.id}")


def _in_programme(case: Case) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    programme = case.register.programme
    yield "sources", "source", tuple(source.id for source in programme.sources)
    yield "phases", "phase", tuple(phase.id for phase in programme.phases)
    yield "meetings", "meeting", tuple(meeting.id for meeting in programme.meetings)
    yield "dependencies", "dependency", tuple(dependency.id for dependency in programme.dependencies)


def _taken(case: Case) -> Iterator[Finding]:
    for field, word, ids in _in_programme(case):
        for at in _repeats(ids):
            message = f"There are two with the id {ids[at]} in {field}; a link to it could mean either."
            yield Finding("", f"{field}[{at}].id", message, f"an id that no other {word} has")


def _two_meanings(case: Case) -> Iterator[Finding]:
    meant: dict[str, list[Status]] = {}
    for status, words in case.policy.labels.items():
        for word in words:
            meant.setdefault(fold_word(word), []).append(Status(status))
    own = {status.value: status for status in Status}
    for word, statuses in meant.items():
        every = {*statuses, own.get(word, statuses[0])}
        if len(every) > 1:
            names = listed(sorted(status.value for status in every))
            message = f"“{word}” stands for more than one status: {names}."
            yield Finding("", "policy.labels", message, "each word under one status")


def _post_twice(case: Case) -> Iterator[Finding]:
    times = Counter(fold_word(role) for role in case.register.programme.roles)
    for at, role in enumerate(case.register.programme.roles):
        if times.pop(fold_word(role), 0) > 1:
            yield Finding("", f"roles[{at}]", f"“{role}” is in roles more than once.", f"{role} once")


RULES: tuple[Rule, ...] = (
    Rule(
        code="I101",
        severity=Severity.WARNING,
        title="The same title twice",
        why="A reader of a list cannot tell the two apart.",
        example="title: Review the contracts register   # in A01 and A34",
        fix="A title that tells them apart, or one record.",
        find=_same_title,
    ),
    Rule(
        code="I102",
        severity=Severity.ERROR,
        title="A part's id twice",
        why="A link to it could mean either.",
        example="parts: [{id: R6.1, text: one}, {id: R6.1, text: other}]",
        fix="An id of its own for each part.",
        find=_part_twice,
    ),
    Rule(
        code="I103",
        severity=Severity.WARNING,
        title="A part whose id is not its recommendation's",
        why="Members read R6.2 as the second part of R6.",
        example="{id: R6, parts: [{id: R7.1, text: members sit on the boards}]}",
        fix="The recommendation's id, a dot and a number.",
        find=_part_of_another,
    ),
    Rule(
        code="I104",
        severity=Severity.WARNING,
        title="Unanswered, and no part of the recommendation",
        why="The gap would never be told.",
        example="{id: R6, unanswered: [R7.1]}",
        fix="A part of the same recommendation.",
        find=_not_its_part,
    ),
    Rule(
        code="I105",
        severity=Severity.ERROR,
        title="An id of the programme twice",
        why="A link to it could mean either.",
        example="phases: [{id: P1, title: One}, {id: P1, title: Two}]",
        fix="An id that no other has.",
        find=_taken,
    ),
    Rule(
        code="I106",
        severity=Severity.ERROR,
        title="A word that stands for two statuses",
        why="What a record means by it could not be told.",
        example="policy: {labels: {complete: [Done], verified: [Done]}}",
        fix="Each word under one status.",
        find=_two_meanings,
    ),
    Rule(
        code="I107",
        severity=Severity.NOTE,
        title="A post listed twice",
        why="It would be offered, and counted, twice.",
        example="roles: [City Solicitor, city solicitor]",
        fix="Each post once.",
        find=_post_twice,
    ),
)
