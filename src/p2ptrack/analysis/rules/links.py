"""L101 to L109: links that lead nowhere, to the wrong sort of thing, or round in a circle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import Edge, collect_linkable_ids, find_cycles, iter_edges, resolve_see
from p2ptrack.analysis.rules.rule import Finding, Rule, format_suggestion, join_ids, suggest
from p2ptrack.diagnostics import Severity, make_excerpt
from p2ptrack.model.fields import Extent, ReferenceTarget, Status, normalise_word
from p2ptrack.model.records import Recommendation, Record, TrackedRecord, Update, kind_of
from p2ptrack.model.register import Register, resolve_update_date

_TARGET_NAMES: dict[ReferenceTarget, str] = {
    "record": "a record",
    "part": "a recommendation or a part of one",
    "meeting": "a meeting of the programme",
    "phase": "a phase of the programme",
    "source": "a source of the programme",
    "dependency": "a dependency of the programme",
}


def _check_broken_links(case: Case) -> Iterator[Finding]:
    ids_by_target = collect_linkable_ids(case.register)
    all_ids: frozenset[str] = frozenset().union(*ids_by_target.values())
    for edge in case.links.dangling:
        if edge.id not in all_ids:
            yield Finding(edge.origin, edge.field, *_explain_broken_link(edge, ids_by_target[edge.target_type]))


def _explain_broken_link(edge: Edge, candidates: frozenset[str]) -> tuple[str, str]:
    target_name = _TARGET_NAMES[edge.target_type]
    ids = [part for part in _ID_SEPARATOR.split(edge.id.strip("[]()")) if part]
    if len(ids) > 1 and candidates.issuperset(ids):
        return f"“{make_excerpt(edge.id)}” is no list; several ids stand in brackets.", f"[{', '.join(ids)}]"
    suggestions = suggest(edge.id, candidates - {edge.origin})
    if suggestions and suggestions[0].casefold() == edge.id.casefold():
        return f"There is no {edge.id}; the id is written {suggestions[0]}.", suggestions[0]
    return f"There is no {edge.id}; {_get_field_name(edge)} names {target_name}.", format_suggestion(
        suggestions, f"the id of {target_name}"
    )


_ID_SEPARATOR = re.compile(r"[,;&/\s]+(?:and\s+)?")


def _get_field_name(edge: Edge) -> str:
    return edge.field_name.removesuffix(".id")


def _check_wrong_link_type(case: Case) -> Iterator[Finding]:
    ids_by_target = collect_linkable_ids(case.register) if case.links.dangling else {}
    for edge in case.links.dangling:
        if actual_type := _describe_id(case.register, edge.id, ids_by_target):
            target_name = _TARGET_NAMES[edge.target_type]
            message = f"{edge.id} is {actual_type}; {_get_field_name(edge)} names {target_name}."
            yield Finding(edge.origin, edge.field, message, f"the id of {target_name}")


def _describe_id(register: Register, id_: str, ids_by_target: Mapping[ReferenceTarget, frozenset[str]]) -> str:
    record = register.by_id.get(id_)
    if record is not None:
        type_name = kind_of(record).singular
        return f"an {type_name}" if type_name[0] in "aeiou" else f"a {type_name}"
    target = next((target for target in _TARGET_NAMES if id_ in ids_by_target[target]), None)
    return "a part of a recommendation" if target == "part" else _TARGET_NAMES[target] if target else ""


def _check_dependency_cycles(case: Case) -> Iterator[Finding]:
    for cycle in find_cycles(case.register, "depends_on"):
        message = f"{cycle[0]} depends on itself, so it could never begin."
        if len(cycle) > 1:
            message = f"These depend on each other in a circle: {_format_cycle(cycle)}. None of them could ever begin."
        yield Finding(
            cycle[0], _locate_cycle_link(case, cycle, "depends_on"), message, _suggest_cycle_fix(cycle, "depends_on")
        )


def _check_replacement_cycles(case: Case) -> Iterator[Finding]:
    for cycle in find_cycles(case.register, "superseded_by"):
        message = f"{cycle[0]} is superseded by itself."
        if len(cycle) > 1:
            message = (
                f"These replace each other in a circle: {_format_cycle(cycle)}. Which of them stands cannot be told."
            )
        yield Finding(
            cycle[0],
            _locate_cycle_link(case, cycle, "superseded_by"),
            message,
            _suggest_cycle_fix(cycle, "superseded_by"),
        )


def _format_cycle(cycle: tuple[str, ...]) -> str:
    return " to ".join((*cycle, cycle[0]))


def _suggest_cycle_fix(cycle: tuple[str, ...], field: str) -> str:
    next_id = (*cycle, cycle[0])[1]
    alternative = ", or the circle broken at another place" if len(cycle) > 1 else ""
    return f"{field} without {next_id}{alternative}"


def _locate_cycle_link(case: Case, cycle: tuple[str, ...], field: str) -> str:
    next_id = (*cycle, cycle[0])[1]
    return f"{field}[{getattr(case.register.by_id[cycle[0]], field).index(next_id)}]"


_RECORD_LINK_FIELDS = frozenset({"see_also", "same_deliverable_as", "updates.covers.id"})


def _check_self_links(case: Case) -> Iterator[Finding]:
    linking_records = {
        linking_record.id: linking_record
        for name in _RECORD_LINK_FIELDS
        for linking_record in case.register.with_field(name.removesuffix(".id"))
    }
    for edge in (edge for record in linking_records.values() for edge in iter_edges(record.id, record)):
        if edge.origin == edge.id and edge.field_name in _RECORD_LINK_FIELDS:
            field = _get_field_name(edge)
            yield Finding(
                edge.origin,
                edge.field,
                f"{edge.id} names itself in {field}, which says nothing.",
                "another record's id",
            )


def _check_empty_references(case: Case) -> Iterator[Finding]:
    for record in case.with_field("updates.see"):
        for index, update in enumerate(record.updates):
            if update.see in case.register.by_id and not resolve_see(case.register, update):
                message = f"An update of {record.id} says: see {update.see}. Followed to its end, that holds no text."
                yield Finding(
                    record.id, f"updates[{index}].see", message, "text: what happened, here or where it points"
                )


def _check_circular_references(case: Case) -> Iterator[Finding]:
    for record in case.with_field("see_also"):
        for index, id_ in enumerate(record.see_also):
            referenced_record = case.register.by_id.get(id_)
            if (
                isinstance(referenced_record, TrackedRecord)
                and _has_only_references_to(referenced_record, record.id)
                and referenced_record is not record
            ):
                message = f"{record.id} sends the reader to {id_}, whose updates say only: see {record.id}."
                yield Finding(record.id, f"see_also[{index}]", message, f"text in {id_}, or no {id_} in see_also")


def _has_only_references_to(record: TrackedRecord, id_: str) -> bool:
    return bool(record.updates) and all(update.see == id_ for update in record.updates)


def _check_duplicate_reports(case: Case) -> Iterator[Finding]:
    for record in case.with_field("updates.covers"):
        for index, update in enumerate(record.updates):
            for cover in update.covers:
                covered_record = case.register.by_id.get(cover.id)
                if (
                    cover.extent is Extent.WHOLE
                    and covered_record is not record
                    and _has_update_for_occasion(case.register, covered_record, update)
                ):
                    message = (
                        f"{cover.id} is told by an update of {record.id}, and has one of its own of the same time."
                    )
                    fix = f"{cover.id}: in_part (or take one of the two updates out)"
                    yield Finding(record.id, f"updates[{index}].covers", message, fix)


def _has_update_for_occasion(register: Register, record: Record | None, update: Update) -> bool:
    own_updates = record.updates if isinstance(record, TrackedRecord) else ()
    return any(
        _get_occasion_key(register, own_update) == _get_occasion_key(register, update) for own_update in own_updates
    )


def _get_occasion_key(register: Register, update: Update) -> tuple[object, ...]:
    source = update.source.id if update.source else None
    day = resolve_update_date(register, update)
    return (source, day and day.latest)


_ID_LIST_FIELDS = ("recommendations", "depends_on", "superseded_by", "see_also", "same_deliverable_as", "unanswered")


def _check_repeated_links(case: Case) -> Iterator[Finding]:
    for name in _ID_LIST_FIELDS:
        for record in case.register.with_field(name):
            ids: tuple[str, ...] = getattr(record, name)
            for id_ in dict.fromkeys(ids) if len(ids) > 1 else ():
                if ids.count(id_) > 1:
                    message = f"{record.id} names {id_} {ids.count(id_)} times in {name}."
                    yield Finding(record.id, name, message, f"{id_} once")


RULES: tuple[Rule, ...] = (
    Rule(
        code="L101",
        severity=Severity.ERROR,
        title="A link to nothing",
        why="A reader who follows it finds no record, and nothing that rests on it can be worked out.",
        example="depends_on: [A99]",
        fix="The id of something that is in the register; the message names the nearest.",
        check=_check_broken_links,
    ),
    Rule(
        code="L102",
        severity=Severity.ERROR,
        title="A link to the wrong sort of thing",
        why="An action answers a recommendation and starts in a phase; another sort of id there means nothing.",
        example="recommendations: [A03]",
        fix="An id of the sort that the field names.",
        check=_check_wrong_link_type,
    ),
    Rule(
        code="L103",
        severity=Severity.ERROR,
        title="Records that wait for each other",
        why="In a circle of dependencies nothing can begin, and no order of dates is right.",
        example="depends_on: [A02]   # and A02 depends on A01",
        fix="Take out the dependency that is not one.",
        check=_check_dependency_cycles,
    ),
    Rule(
        code="L104",
        severity=Severity.ERROR,
        title="Records that replace each other",
        why="What is superseded leaves the list; in a circle the work itself would leave it.",
        example="superseded_by: [A02]   # and A02 is superseded by A01",
        fix="Keep superseded_by only on what was replaced.",
        check=_check_replacement_cycles,
    ),
    Rule(
        code="L105",
        severity=Severity.WARNING,
        title="A link to itself",
        why="It says nothing, and is usually the wrong id.",
        example="see_also: [A01]   # in A01",
        fix="The id of the other record.",
        check=_check_self_links,
    ),
    Rule(
        code="L106",
        severity=Severity.WARNING,
        title="See another record, which tells nothing",
        why="The paper would print a pointer, and a member who follows it would find no report at all.",
        example="updates: [{see: A27}]   # and A27 says: see A03",
        fix="Write the text in one of the records on the way.",
        check=_check_empty_references,
    ),
    Rule(
        code="L107",
        severity=Severity.NOTE,
        title="See also a record that only points back",
        why="The reader who follows it comes back to where they were.",
        example="see_also: [A27]   # in A03, and A27 says only: see A03",
        fix="Leave it out, unless a paper says so and it is kept for that.",
        check=_check_circular_references,
    ),
    Rule(
        code="L108",
        severity=Severity.WARNING,
        title="Reported on twice at one time",
        why="Two texts for the same record at the same time make the reader ask which one holds.",
        example="covers: [A04]   # and A04 has an update from the same paper",
        fix="Say in_part where the two add to each other; otherwise keep one.",
        check=_check_duplicate_reports,
    ),
    Rule(
        code="L109",
        severity=Severity.NOTE,
        title="The same link twice in one list",
        why="It is usually a slip for another id.",
        example="depends_on: [A02, A02]",
        fix="Name it once.",
        check=_check_repeated_links,
    ),
)


# I101 to I106: names that should be one record's, post's or meeting's alone.


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


# I111 and I112: what the policy turns off. These two are rules about the other rules.


def make_policy_rules(catalogue: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules that look at `policy.rules_off`, which have to know all the others."""
    severities = {rule.code: rule.severity for rule in catalogue} | {"I111": Severity.WARNING, "I112": Severity.WARNING}

    def check_unknown_rule(case: Case) -> Iterator[Finding]:
        optional = tuple(code for code, severity in severities.items() if severity is not Severity.ERROR)
        for code in case.policy.rules_off:
            if code not in severities:
                fix = format_suggestion(
                    suggest(code, optional)[:1], "a code that p2ptrack check prints for a warning or a note"
                )
                yield Finding(
                    "",
                    f"policy.rules_off.{code}",
                    f"rules_off names {code}; no rule that can be off has that code.",
                    fix,
                )

    def check_disabled_error(case: Case) -> Iterator[Finding]:
        for code in case.policy.rules_off:
            if severities.get(code) is Severity.ERROR:
                message = f"{code} finds errors, and errors cannot be off: papers would rest on them."
                yield Finding(
                    "", f"policy.rules_off.{code}", message, f"rules_off without {code}, and the errors mended"
                )

    return (
        Rule(
            code="I111",
            severity=Severity.WARNING,
            title="A rule that is off and does not exist",
            why="The rule that was meant is still on.",
            example="policy: {rules_off: {O11: Neither paper states an owner.}}",
            fix="The code as check prints it.",
            check=check_unknown_rule,
        ),
        Rule(
            code="I112",
            severity=Severity.WARNING,
            title="An error that is turned off",
            why="An error makes links or dates mean nothing, so it is found all the same.",
            example="policy: {rules_off: {L101: We know.}}",
            fix="rules_off without it.",
            check=check_disabled_error,
        ),
    )
