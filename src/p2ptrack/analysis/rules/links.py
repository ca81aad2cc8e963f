"""L101 to L109, L115: links between records. I102 to I107: ids and roles. I111, I112: rules turned off.

I115, I116: the number of records.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from shlex import quote as quote_for_shell
from typing import TYPE_CHECKING

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import Edge, collect_linkable_ids, find_cycles, iter_edges, resolve_see
from p2ptrack.analysis.rules.rule import (
    ERROR,
    NOTE,
    WARNING,
    Finding,
    SpellingAdvice,
    example,
    fix,
    iter_own_texts,
    rule,
    why,
)
from p2ptrack.diagnostics import Severity
from p2ptrack.model.fields import Acceptance, Extent, Priority, ReferenceTarget, Status
from p2ptrack.model.kinds import Kind, kind_of
from p2ptrack.model.records import Action, Recommendation, Record, TrackedRecord, Update
from p2ptrack.model.register import Register, resolve_update_date
from p2ptrack.model.schema import is_set, list_fields
from p2ptrack.phrases import (
    fold_text,
    format_times,
    has_other_number,
    join_ids,
    join_words,
    natural_key,
    normalise_word,
    pluralise,
    quote,
    unique,
)
from p2ptrack.values import compile_on_use, dataclass

if TYPE_CHECKING:
    from p2ptrack.model.history import PublishedRecords, RecordVersion


_TARGET_NAMES: dict[ReferenceTarget, str] = {
    "record": "a record",
    "part": "a recommendation or a part of one",
    "meeting": "a meeting of the programme",
    "phase": "a phase of the programme",
    "source": "a source of the programme",
    "dependency": "a dependency of the programme",
}
_PROGRAMME_SECTIONS: Mapping[ReferenceTarget, str] = {
    "meeting": "meetings",
    "phase": "phases",
    "source": "sources",
    "dependency": "dependencies",
}
_MAX_COMMANDS = 10
_MAX_LISTED = 5
_ID = compile_on_use(r"[A-Za-z]{1,6}-?[0-9][\w.-]*")
_ID_SEPARATOR = compile_on_use(r"[,;&/\s]+(?:and\s+)?")


def _get_field_name(edge: Edge) -> str:
    return edge.field_name.removesuffix(".id")


@rule("L101", ERROR, "Link to something that does not exist")
@why("Readers who follow the link find no record, and nothing that depends on it can be calculated.")
@example("depends_on: [A99]")
@fix("Use an id that is in the register.")
def _check_broken_links(case: Case) -> Iterator[Finding]:
    ids_by_target = collect_linkable_ids(case.register)
    all_ids: frozenset[str] = frozenset().union(*ids_by_target.values())
    spelling = SpellingAdvice()
    for edge in case.links.dangling:
        if edge.id not in all_ids:
            yield Finding(
                edge.origin, edge.field, *_explain_broken_link(edge, ids_by_target[edge.target_type], spelling)
            )


def _explain_broken_link(edge: Edge, candidates: frozenset[str], spelling: SpellingAdvice) -> tuple[str, str]:
    """Return the message and the fix for a link to an id that does not exist."""
    ids = [part for part in _ID_SEPARATOR.split(edge.id.strip("[]()")) if part]
    if len(ids) > 1 and candidates.issuperset(ids):
        return f"{quote(edge.id)} is not one id.", f"Put several ids in square brackets: [{', '.join(ids)}]."
    target = _TARGET_NAMES[edge.target_type]
    if len(ids) > 1 and all(id_ in candidates or _ID.fullmatch(id_) for id_ in ids):
        missing = [id_ for id_ in ids if id_ not in candidates]
        advice = f"Put several ids in square brackets: [{', '.join(ids)}]. Then correct {join_words(missing)}."
        return f"{quote(edge.id)} is not one id, and there is no {join_words(missing, 'or')}.", advice
    others = candidates - {edge.origin}
    suggestions = [
        id_ for id_ in spelling.suggest(edge.origin, edge.id, lambda: others) if not has_other_number(edge.id, id_)
    ]
    advice = f"Use {suggestions[0]} instead." if suggestions else _advise_on_id(edge, others)
    if suggestions and suggestions[0].casefold() == edge.id.casefold():
        return f"There is no {edge.id}. The id is written {suggestions[0]}.", advice
    return f"There is no {edge.id}. `{_get_field_name(edge)}` must name {target}.", advice


def _advise_on_id(edge: Edge, candidates: frozenset[str]) -> str:
    """Return the advice to use the id of something that exists, with the ids where they are few."""
    target = _TARGET_NAMES[edge.target_type]
    if not candidates:
        section = _PROGRAMME_SECTIONS.get(edge.target_type)
        added = f"Add {target.removesuffix(' of the programme')} with this id under `{section}:` in the programme, or"
        return f"{added if section else 'There is none yet, so'} leave the link out."
    if len(candidates) > _MAX_LISTED:
        return f"Use the id of {target}."
    return f"Use the id of {target}: {join_words(sorted(candidates, key=natural_key), 'or')}."


@rule("L102", ERROR, "Link to the wrong kind of thing")
@why("An action addresses a recommendation and starts in a phase. Another kind of id there has no meaning.")
@example("recommendations: [A03]")
@fix("Use an id of the kind that the field names.")
def _check_wrong_link_type(case: Case) -> Iterator[Finding]:
    ids_by_target = collect_linkable_ids(case.register) if case.links.dangling else {}
    for edge in case.links.dangling:
        actual_type = _describe_id(case.register, edge.id, ids_by_target)
        if actual_type:
            target = _TARGET_NAMES[edge.target_type]
            message = f"{edge.id} is {actual_type}, but `{_get_field_name(edge)}` must name {target}."
            candidates = ids_by_target[edge.target_type] - {edge.origin}
            yield Finding(edge.origin, edge.field, message, _advise_on_id(edge, candidates))


def _describe_id(register: Register, id_: str, ids_by_target: Mapping[ReferenceTarget, frozenset[str]]) -> str:
    record = register.by_id.get(id_)
    if record is not None:
        type_name = kind_of(record).singular
        return f"an {type_name}" if type_name[0] in "aeiou" else f"a {type_name}"
    for target, name in _TARGET_NAMES.items():
        if id_ in ids_by_target[target]:
            return "a part of a recommendation" if target == "part" else name
    return ""


@rule("L103", ERROR, "Circular dependency")
@why("In a circle of dependencies no record can start, and no order of dates is right.")
@example("depends_on: [A02]   # and A02 depends on A01")
@fix("Remove the link that is not a real dependency.")
def _check_dependency_cycles(case: Case) -> Iterator[Finding]:
    for cycle in find_cycles(case.register, "depends_on"):
        message = f"{cycle[0]} depends on itself, so it could never start."
        if len(cycle) > 1:
            message = f"These records depend on each other: {_format_cycle(cycle)}. None of them could start."
        yield _report_cycle(case, cycle, "depends_on", message)


@rule("L104", ERROR, "Circular replacement")
@why("A superseded record is closed. In a circle every record would be closed, and nobody would do the work.")
@example("superseded_by: [A02]   # and A02 is superseded by A01")
@fix("Keep `superseded_by` only in the record that was replaced.")
def _check_replacement_cycles(case: Case) -> Iterator[Finding]:
    for cycle in find_cycles(case.register, "superseded_by"):
        message = f"{cycle[0]} is superseded by itself."
        if len(cycle) > 1:
            message = f"These records replace each other: {_format_cycle(cycle)}. It is not clear which one is current."
        yield _report_cycle(case, cycle, "superseded_by", message)


def _format_cycle(cycle: tuple[str, ...]) -> str:
    return " → ".join((*cycle, cycle[0]))


def _report_cycle(case: Case, cycle: tuple[str, ...], field: str, message: str) -> Finding:
    next_id = (*cycle, cycle[0])[1]
    index = getattr(case.register.by_id[cycle[0]], field).index(next_id)
    alternative = ", or remove another link of the circle" if len(cycle) > 1 else ""
    advice = f"Remove {next_id} from `{field}`{alternative}."
    return Finding(cycle[0], f"{field}[{index}]", message, advice, related=cycle[1:])


_RECORD_LINK_FIELDS = frozenset({"see_also", "same_deliverable_as", "updates.covers.id"})


@rule("L105", WARNING, "Link from a record to itself")
@why("The link has no meaning, and is usually the wrong id.")
@example("see_also: [A01]   # in A01")
@fix("Use the id of the other record.")
def _check_self_links(case: Case) -> Iterator[Finding]:
    names = [name.removesuffix(".id") for name in _RECORD_LINK_FIELDS]
    records = {record.id: record for name in names for record in case.register.with_field(name)}
    for record in records.values():
        for edge in iter_edges(record.id, record):
            if edge.id == record.id and edge.field_name in _RECORD_LINK_FIELDS:
                yield Finding(record.id, edge.field, f"{edge.id} names itself in `{_get_field_name(edge)}`.")


@rule("L106", WARNING, "Reference to a record without an update")
@why("Papers would print a reference to a record that has no text to read.")
@example("updates: [{see: A27}]   # and A27 refers to A03")
@fix("Add the text of the update here or in the record that it refers to.")
def _check_empty_references(case: Case) -> Iterator[Finding]:
    for record in case.with_field("updates.see"):
        for index, update in enumerate(record.updates):
            is_unreadable = case.register.is_unreadable(update.see or "", "updates")
            if update.see in case.register.by_id and not is_unreadable and not resolve_see(case.register, update):
                message = f"An update of {record.id} refers to {update.see}, but there is no text there."
                yield Finding(record.id, f"updates[{index}].see", message)


@rule("L107", NOTE, "Reference that only points back")
@why("Readers who follow the reference come back to the same record.")
@example("see_also: [A27]   # in A03, and A27 refers only to A03")
@fix("Add text to the other record, or remove it from `see_also` unless the source has this reference.")
def _check_circular_references(case: Case) -> Iterator[Finding]:
    for record in case.with_field("see_also"):
        for index, id_ in enumerate(record.see_also):
            other = case.register.by_id.get(id_)
            updates = other.updates if isinstance(other, TrackedRecord) and other is not record else ()
            if case.register.is_unreadable(id_, "updates"):
                continue
            if updates and all(update.see == record.id for update in updates):
                message = f"{record.id} refers to {id_}, but the updates of {id_} only refer back to {record.id}."
                yield Finding(record.id, f"see_also[{index}]", message, related=(id_,))


@rule("L108", WARNING, "Two updates for the same date")
@why("Readers cannot see which of two texts for the same record and date applies.")
@example("covers: [A04]   # and A04 has an update from the same paper")
@fix("Mark it as `in_part` under `covers:` if the two texts add to each other. Otherwise combine them.")
def _check_duplicate_reports(case: Case) -> Iterator[Finding]:
    for record in case.with_field("updates.covers"):
        for index, update in enumerate(record.updates):
            for cover in update.covers:
                covered_record = case.register.by_id.get(cover.id)
                is_other = cover.extent is Extent.WHOLE and covered_record is not record
                if is_other and _has_update_for_occasion(case.register, covered_record, update):
                    message = f"{cover.id} is covered by an update of {record.id}, and has its own for the same date."
                    yield Finding(record.id, f"updates[{index}].covers", message, related=(cover.id,))


def _has_update_for_occasion(register: Register, record: Record | None, update: Update) -> bool:
    updates = record.updates if isinstance(record, TrackedRecord) else ()
    return any(_get_occasion_key(register, own_update) == _get_occasion_key(register, update) for own_update in updates)


def _get_occasion_key(register: Register, update: Update) -> tuple[object, ...]:
    day = resolve_update_date(register, update)
    return (update.source.id if update.source else None, day and day.latest)


_ID_LIST_FIELDS = ("recommendations", "depends_on", "superseded_by", "see_also", "same_deliverable_as", "unanswered")


@rule("L109", NOTE, "Repeated link")
@why("It is usually a typing mistake for another id.")
@example("depends_on: [A02, A02]")
@fix("Name the record once.")
def _check_repeated_links(case: Case) -> Iterator[Finding]:
    for name in _ID_LIST_FIELDS:
        for record in case.register.with_field(name):
            ids: tuple[str, ...] = getattr(record, name)
            for id_, count in Counter(ids).items() if len(ids) > 1 else ():
                if count > 1:
                    yield Finding(record.id, name, f"{record.id} names {id_} {format_times(count)} in `{name}`.")


def _find_repeats(ids: Sequence[str]) -> list[int]:
    """Return the indices of repeated ids, in any case."""
    folded_ids = [id_.casefold() for id_ in ids]
    return [index for index, id_ in enumerate(folded_ids) if id_ in folded_ids[:index]]


# Ids in texts.


_ID_IN_TEXT = compile_on_use(r" (?P<id>[A-Z]{1,4}[0-9]{1,4}(?:\.[0-9]{1,2})?)(?![\w/-]|\.[0-9])")
_REFERRING = compile_on_use(
    r"\b(?:see(?: also)?|as|and|by|for|from|in|into|of|per|to|under|with|actions?|follow-ups?|items?|recommendations?)"
    r" $"
)
_ANSWERING = compile_on_use(
    r"\b(?:in (?:answer|reply|response) to|respond(?:s|ing)? to|answer(?:s|ing)?|address(?:es|ing)?"
    r"|implement(?:s|ing)?)(?: the)?(?: recommendation)? $"
)
_ROADS = compile_on_use(
    r"\b(?:bridge|bypass|carriageway|cycleway|drawing|gritting|potholes?|resurfac\w*|verge|form|highway|junction|lane|motorway|paper|road|roundabout|route|traffic)s?\b",
    re.IGNORECASE,
)
_MAX_BEFORE_ID = 40
_MAX_RECORDS_OF_A_NAME = 2
"""If more records mention the same letters and number, it is the name of something else."""


@dataclass(frozen=True, slots=True)
class _TextReference:
    """An id that a text refers to, its field path, and the words before it."""

    record: Record
    field: str
    id: str
    before: str


def _iter_text_references(case: Case) -> Iterator[_TextReference]:
    for record in case.register.search_texts("ids", lambda text: _ID_IN_TEXT.search(text) and not _ROADS.search(text)):
        for field, text in iter_own_texts(record):
            for match in _ID_IN_TEXT.finditer(text):
                before = text[max(match.start() - _MAX_BEFORE_ID, 0) : match.start("id")].casefold()
                yield _TextReference(record, field, match["id"], before)


@rule("L115", WARNING, "Text that names the wrong record")
@why("Readers find no record with that id, or one that is about another subject.")
@example("updates: [{text: The check is built with the report from A27.}]   # and no A27")
@fix("Correct the id in the text, or name what is meant.")
def _check_ids_in_texts(case: Case) -> Iterator[Finding]:
    references = list(_iter_text_references(case))
    ids_by_target = collect_linkable_ids(case.register) if references else {}
    known_ids = {id_.casefold() for ids in ids_by_target.values() for id_ in ids}
    # Only texts with the form of the register's ids count: the same letters, and as many digits.
    forms = {_get_form(id_) for target in ("record", "part") for id_ in ids_by_target.get(target, ())}
    places = {fold_text(record.source.ref) for record in case.register.records if record.source and record.source.ref}
    unknown: dict[str, list[_TextReference]] = {}
    for reference in references:
        is_known = reference.id.casefold() in known_ids or fold_text(reference.id) in places
        if not is_known and _get_form(reference.id) in forms and _REFERRING.search(reference.before):
            unknown.setdefault(reference.id, []).append(reference)
        elif _answers_other(reference, ids_by_target["part"]):
            links = join_ids(getattr(reference.record, "recommendations", ()))
            message = f"The text of {reference.record.id} answers {reference.id}, but it is linked to {links}."
            yield Finding(reference.record.id, "recommendations", message, _OTHER_FIX)
    for id_, places_of_id in unknown.items():
        for reference in places_of_id if len({r.record.id for r in places_of_id}) <= _MAX_RECORDS_OF_A_NAME else ():
            message = f"{reference.record.id} names {id_}, which is not in the register."
            yield Finding(reference.record.id, reference.field, message, words=id_)


_OTHER_FIX = "Correct `recommendations`, or the id in the text."


def _answers_other(reference: _TextReference, known_ids: frozenset[str]) -> bool:
    """Whether the text of an action answers a recommendation that the action is not linked to."""
    record = reference.record
    links = record.recommendations if isinstance(record, Action) else ()
    linked = {part for link in links for part in (link, link.partition(".")[0])}
    is_other = bool(linked) and reference.id not in linked and reference.id.partition(".")[0] not in linked
    return is_other and reference.id in known_ids and _ANSWERING.search(reference.before) is not None


def _get_form(id_: str) -> tuple[str, ...]:
    """Return the letters of an id and, if it has several digits, a zero for each: *A00*, *R0.0*."""
    return tuple(re.sub("[0-9]", "0", id_).split("."))


@rule("I102", ERROR, "Part id more than once")
@why("A link to the id could mean either part.")
@example("parts: [{id: R6.1, text: one}, {id: R6.1, text: other}]")
@fix("Give each part its own id.")
def _check_repeated_part_ids(case: Case) -> Iterator[Finding]:
    for recommendation in case.register.of_type(Recommendation):
        ids = [recommendation.id, *(part.id for part in recommendation.parts)]
        for index in _find_repeats(ids):
            message = f"{recommendation.id} has the part id {ids[index]} twice, so a link to it could mean either."
            advice = f"Give this part its own id, such as {recommendation.id}.{index}."
            yield Finding(recommendation.id, f"parts[{index - 1}].id", message, advice)


@rule("I103", WARNING, "Part id that does not match its recommendation")
@why("Members read R6.2 as the second part of R6.")
@example("{id: R6, parts: [{id: R7.1, text: members sit on the boards}]}")
@fix("Use the id of the recommendation, a dot and a number.")
def _check_part_id_prefix(case: Case) -> Iterator[Finding]:
    for recommendation in case.register.of_type(Recommendation):
        prefix = f"{recommendation.id}."
        for index, part in enumerate(recommendation.parts):
            if not part.id.casefold().startswith(prefix.casefold()) and part.id != recommendation.id:
                message = f"{part.id} is a part of {recommendation.id}, but its id does not begin with {prefix}"
                advice = f"Use an id such as {prefix}{index + 1} instead."
                yield Finding(recommendation.id, f"parts[{index}].id", message, advice)


@rule("I104", WARNING, "Unanswered part of another recommendation", absent=("parts",))
@why("The gap would not be reported.")
@example("{id: R6, unanswered: [R7.1]}")
@fix("Use the id of a part of the same recommendation.")
def _check_unanswered_parts(case: Case) -> Iterator[Finding]:
    known_ids = {id_ for id_, _ in case.register.iter_parts()} | set(case.register.by_id)
    for recommendation in case.register.of_type(Recommendation):
        own_ids = {part.id for part in recommendation.parts}
        for index, id_ in enumerate(recommendation.unanswered):
            if id_ in known_ids and id_ not in own_ids:
                message = f"{recommendation.id} lists {id_} as unanswered, but {id_} is not one of its parts."
                yield Finding(recommendation.id, f"unanswered[{index}]", message)


@rule("I105", ERROR, "Programme id more than once")
@why("A link to the id could mean either entry.")
@example("phases: [{id: P1, title: One}, {id: P1, title: Two}]")
@fix("Give each entry its own id.")
def _check_repeated_programme_ids(case: Case) -> Iterator[Finding]:
    for field in ("sources", "phases", "meetings", "dependencies"):
        ids = [entry.id for entry in getattr(case.register.programme, field)]
        for index in _find_repeats(ids):
            message = f"`{field}` has the id {ids[index]} twice, so a link to it could mean either."
            yield Finding("", f"{field}[{index}].id", message)


_GENERAL_STATUSES = {Status.OPEN, Status.CLOSED, Status.NOT_IMPLEMENTED}
"""Statuses with a general meaning, which councils use for a specific one, such as *Closed* for complete."""


@rule("I106", ERROR, "Label with more than one meaning")
@why("It would be unclear what the label of a record means.")
@example("policy: {labels: {status: {complete: [Done], verified: [Done]}}}")
@fix("Put each label under one word.")
def _check_ambiguous_labels(case: Case) -> Iterator[Finding]:
    for field_name, stable_names, table in (
        ("status", set(Status) - _GENERAL_STATUSES, case.policy.labels.status),
        ("priority", set(Priority), case.policy.labels.priority),
        ("acceptance", set(Acceptance), case.policy.labels.acceptance),
    ):
        meanings_by_label: dict[str, set[str]] = {}
        for meaning, labels in table.items():
            for label in labels:
                meanings_by_label.setdefault(normalise_word(label), set()).add(meaning)
        for label, own_meanings in meanings_by_label.items():
            meanings = own_meanings | ({label} & stable_names)
            if len(meanings) > 1:
                message = f"The label {quote(label)} has more than one meaning: {join_ids(sorted(meanings))}."
                yield Finding("", f"policy.labels.{field_name}", message)


@rule("I107", NOTE, "Role or directorate more than once")
@why("It would be offered and counted twice.")
@example("roles: [City Solicitor, city solicitor]")
@fix("List each role and each directorate once.")
def _check_repeated_names(case: Case) -> Iterator[Finding]:
    programme = case.register.programme
    directorates = tuple(entry.title for entry in programme.directorates)
    for field, names in (("roles", programme.roles), ("directorates", directorates)):
        counts = Counter(map(fold_text, names))
        for index, name in enumerate(names):
            if counts.pop(fold_text(name), 0) > 1:
                yield Finding("", f"{field}[{index}]", f"{quote(name)} is in `{field}` more than once.")


@rule("I115", ERROR, "Unexpected number of records")
@why("A file that is gone or is not read is missing from every list and paper.")
@example("expects: {actions: 33}   # and 32 files are read")
@fix("Bring the missing records back. If the number is right, change it under `expects:`.")
def _check_expected_counts(case: Case) -> Iterator[Finding]:
    for name, expected in case.register.programme.expects.items():
        kind = case.register.kinds.find(name)
        count = len(case.register.of_kind(kind)) if kind else expected
        if kind and count != expected:
            missing = join_ids(_list_missing_files(case, f"data/{kind.folder}/"))
            expected_records = pluralise(expected, kind.singular, kind.plural)
            message = f"The programme expects {expected_records}, and the register has {count}."
            advice_on_count = f"If every record belongs there, change the number under `expects:` to {count}."
            advice = advice_on_count if count > expected and not missing else ""
            yield Finding("", "expects", f"{message} Not read: {missing}." if missing else message, advice)


@rule("I116", ERROR, "Fewer records than in the last published papers")
@why("The committee has read about every published record. A record is closed with a reason, not removed.")
@example("expects: {actions: 32}   # the papers of the last meeting had 33")
@fix("Bring the missing records back. Close those that are finished.")
def _check_published_counts(case: Case) -> Iterator[Finding]:
    published = case.published_records
    if published is None:
        return
    from p2ptrack.analysis.history.diff import ValueInterpreter

    interpreter = ValueInterpreter(case.register.programme)
    known_ids = {id_.casefold() for id_ in (*case.register.by_id, *case.register.broken_ids)}
    # H115 judges what git has a deletion of.
    known_ids |= {_get_folded_id(version) for version in case.deleted_records}
    known_ids |= case.history.records.keys() if case.history else set()
    missing = [
        version
        for version in published.missing
        if _get_folded_id(version) not in known_ids and not interpreter.is_closed(version, case.as_of)
    ]
    for kind in case.register.kinds:
        missing_of_kind = [version for version in missing if version.kind == kind]
        if missing_of_kind or published.counts.get(kind.folder, 0) > published.file_counts.get(kind.folder, 0):
            yield _report_missing_records(case, published, kind, missing_of_kind)


def _get_folded_id(version: RecordVersion) -> str:
    return str(version.fields.get("id")).casefold()


def _report_missing_records(
    case: Case, published: PublishedRecords, kind: Kind, missing: list[RecordVersion]
) -> Finding:
    count = published.counts.get(kind.folder, published.file_counts.get(kind.folder, 0))
    published_records = pluralise(count, kind.singular, kind.plural)
    message = (
        f"The papers of {published.meeting} had {published_records}, and the register has "
        f"{len(case.register.of_kind(kind))}."
    )
    if not missing:
        present = published.file_counts.get(kind.folder, 0)
        message = f"{message} The commit that the tag names has only {present} of them."
        return Finding("", "", message, "Ask the person who looks after the repository whether the tag was moved.")
    ids = join_ids([str(version.fields.get("id")) for version in missing])
    paths_by_commit: dict[str, list[str]] = {}
    for version in missing:
        paths_by_commit.setdefault(version.revision.short_commit, []).append(quote_for_shell(version.path))
    commands = [f"git restore --source={commit} -- {' '.join(paths)}" for commit, paths in paths_by_commit.items()]
    fix = "\n".join(("Restore their files. Then close what is finished.", *commands[:_MAX_COMMANDS]))
    return Finding("", "", f"{message} Missing: {ids}.", fix)


def _list_missing_files(case: Case, folder: str) -> tuple[str, ...]:
    """Return the files of a folder that are not records: with errors, left out, or deleted but still committed."""
    read_paths = set(case.register.paths.values())
    paths = (*(problem.path for problem in case.problems), *(record.path for record in case.deleted_records))
    return unique(path for path in paths if path.startswith(folder) and path not in read_paths)


def _get_severities() -> Mapping[str, Severity]:
    from p2ptrack.analysis.rules import all_rules

    return {any_rule.code: any_rule.severity for any_rule in all_rules()}


@rule("I111", WARNING, "Unknown rule turned off")
@why("The rule that you meant to turn off is still on.")
@example("policy: {rules_off: {O11: Neither paper states an owner.}}")
@fix("Use the code that p2ptrack check shows for the warning or note.")
def _check_unknown_rule(case: Case) -> Iterator[Finding]:
    severities = _get_severities() if case.policy.rules_off else {}
    optional_codes = [code for code, severity in severities.items() if severity is not Severity.ERROR]
    spelling = SpellingAdvice()
    for code in case.policy.rules_off:
        if code not in severities:
            message = f"`rules_off` has the code {code}, which is not a rule that can be turned off."
            yield Finding("", f"policy.rules_off.{code}", message, spelling.advise("", code, optional_codes))


@rule("I112", WARNING, "Error turned off")
@why("An error makes links or dates meaningless, so it is always reported.")
@example("policy: {rules_off: {L101: We know.}}")
@fix("Remove the code from `rules_off` and correct the errors.")
def _check_disabled_error(case: Case) -> Iterator[Finding]:
    severities = _get_severities() if case.policy.rules_off else {}
    for code in case.policy.rules_off:
        if severities.get(code) is Severity.ERROR:
            yield Finding("", f"policy.rules_off.{code}", f"{code} is an error, so it cannot be turned off.")


@rule("I121", ERROR, "Missing field that the programme requires")
@why("The council decided that each record of this kind must have it. Without it, papers and sums are incomplete.")
@example("registers: {savings: {fields: {amount: {type: money, role: required}}}}   # and S01 has no amount")
@fix("Add the field with its value.")
def _check_required_fields(case: Case) -> Iterator[Finding]:
    for kind in case.register.kinds:
        required = [field for field in list_fields(kind.model) if field.has_role("required")]
        for record in case.register.of_kind(kind) if required else ():
            for field in required:
                is_missing = not is_set(getattr(record, field.attribute))
                if is_missing and not case.is_unknown(record.id, field.name, field.attribute):
                    message = f"{record.id} has no {field.name}, which every {kind_of(record).singular} needs."
                    yield Finding(record.id, "", message, f"Add `{field.name}:` with its value.")
