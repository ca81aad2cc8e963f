"""The case for a paper: what its audience may see, with every fact computed from that alone."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.contracts import apply_current_marks, redact_contracts
from p2ptrack.analysis.redaction.exemptions import (
    EXEMPTABLE_LISTS,
    get_exempt_fields,
    is_fully_exempt,
    is_in_force,
    iter_exemptions,
    list_exempt_fields,
)
from p2ptrack.analysis.redaction.redact import (
    ExemptNames,
    Placeholders,
    find_hidden_names,
    make_public_copy,
    redact_for_audience,
    tag_exempt_text,
)
from p2ptrack.diagnostics import Problem
from p2ptrack.model.contracts import ContractTable
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.history import RecordVersion, RegisterHistory, VersionHistory
from p2ptrack.model.records import ExemptMarking, Record
from p2ptrack.model.register import CurrentRegister, RecordState, Register
from p2ptrack.model.schema import list_references, walk
from p2ptrack.values import dataclass


def build_audience_case(
    case: Case,
    audience: Audience,
    exemption_date: date,
    placeholders: Placeholders | None = None,
    other_names: ExemptNames | None = None,
    *,
    tag_text: bool = True,
) -> Case:
    """Return the case as an audience may see it, with every fact computed from what is left.

    `exemption_date` is the day at which exemptions are judged. `other_names` are names that other states of the
    register hide. Problems quote the register, so only officers are given more than their codes. With `tag_text`,
    exempt text that members and officers see is tagged, so that papers mark it.
    """
    redacted = redact_for_audience(case.register, audience, exemption_date, placeholders, other_names)
    register, redactions = redacted.register, redacted.redactions
    if audience is not Audience.PUBLIC and tag_text:
        titles = find_hidden_names(case.register, exemption_date, other_names, with_ids=False).matcher
        register, tags = tag_exempt_text(register, titles)
        redactions = replace(redactions, tags=tags)
    register = replace(register, contracts=redact_contracts(register.contracts, audience, exemption_date))
    problems = case.problems if audience is Audience.OFFICERS else tuple(map(_strip_problem_text, case.problems))
    return replace(make_case(register, case.as_of, problems, redactions), provenance=case.provenance)


def _strip_problem_text(problem: Problem) -> Problem:
    return Problem("", problem.code, problem.severity, "", "")


# What is exempt now is exempt in every paper, even if the commit or folder that it is made from has no exemption.


@dataclass(frozen=True, slots=True)
class ExemptionDates:
    """The days on which exemptions are judged: the register's own, and today's."""

    as_of: date
    today: date


PRECAUTIONARY_EXEMPTION = ExemptMarking()
"""The exemption of a record that may be exempt: it covers everything."""
_INDEX = re.compile(r"\[\d+\]")
_Leaves = frozenset[tuple[str, str]]
"""Values of a record: dotted names without positions in lists, and values as text: `("updates.text", "Done.")`."""


@dataclass(frozen=True, slots=True)
class _WithheldState:
    """What is withheld now of a record as it was in one state.

    `exempt` covers the record or fields of it. `entries` are those of each list: exempt ones, and those that are known
    to be public. `titles` and `paths` are names that nothing public may print. Only exempt text has the `texts`.
    """

    exempt: ExemptMarking | None
    entries: Mapping[str, tuple[Any, ...]]
    titles: frozenset[str]
    paths: frozenset[str]
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class CurrentExemptions:
    """Everything that is withheld now: records by folded id, and the data that make another record uncertain.

    `uncertain_ids` are ids whose record is not known now. `exempt_texts` are texts that only exempt records hold.
    """

    states: Mapping[str, tuple[_WithheldState, ...]]
    uncertain_ids: frozenset[str]
    exempt_texts: frozenset[str]
    dates: ExemptionDates
    names: ExemptNames
    contracts: ContractTable


def find_current_exemptions(register: Register, current: CurrentRegister, dates: ExemptionDates) -> CurrentExemptions:
    """Return what is withheld now of a register, by the files in the folder and by every commit that counts.

    What was exempt in some state stays withheld, even if it was deleted, renamed, removed from the record, or not
    checked out. It becomes public only through a later state that has the text and no exemption.
    """
    states = _ExemptionFinder(current, dates.today).find_withheld_states()
    texts = (state.texts for withheld in states.values() for state in withheld)
    return CurrentExemptions(
        states,
        _find_uncertain_ids(register, current, states.keys()),
        frozenset[str]().union(*texts),
        dates,
        _collect_names(current, states),
        current.register.contracts,
    )


def _collect_names(current: CurrentRegister, states: Mapping[str, tuple[_WithheldState, ...]]) -> ExemptNames:
    """Return the titles, former ones too, and the files of exempt records; an id may mean another record."""
    public_titles = {record.title for record in current.register.records if record.id.casefold() not in states}
    all_states = [state for withheld in states.values() for state in withheld]
    titles = {title for state in all_states for title in state.titles} | current.register.broken_titles
    return ExemptNames(
        frozenset(titles - public_titles), frozenset(path for state in all_states for path in state.paths)
    )


class _ExemptionFinder:
    """Compares each state that has an exemption in force with the later states of its record."""

    def __init__(self, current: CurrentRegister, day: date) -> None:
        self._current = current
        self._day = day
        self._files = {record.id.casefold(): record for record in current.register.records}
        self._public_leaves: dict[int, _Leaves] = {}
        self._folder_texts: list[frozenset[str]] = []

    def find_withheld_states(self) -> Mapping[str, tuple[_WithheldState, ...]]:
        """Return the states that no later state made public, by folded id."""
        states_by_record: dict[str, list[_WithheldState]] = {}
        for key, record in self._files.items():
            path = self._current.register.paths.get(record.id, "")
            states_by_record.setdefault(key, []).extend(self._withhold(record, path, (), precedes_files=True))
        for state in self._current.states:
            if state.record is not None:
                later, precedes_files = self._list_later(state), state.precedes_files
                withheld = self._withhold(state.record, state.path, later, precedes_files=precedes_files)
                states_by_record.setdefault(state.id, []).extend(withheld)
        states_by_record = {key: states for key, states in states_by_record.items() if states}
        for key, states in states_by_record.items():
            states.extend(self._find_former_names(key))
        return {key: tuple(states) for key, states in states_by_record.items()}

    def _list_later(self, state: RecordState) -> tuple[Record, ...]:
        others = (self._current.states[index] for index in sorted(state.later))
        records = tuple(other.record for other in others if other.id == state.id and other.record is not None)
        in_folder = self._files.get(state.id) if state.precedes_files else None
        return (*records, in_folder) if in_folder is not None else records

    def _withhold(
        self, record: Record, path: str, later: Sequence[Record], *, precedes_files: bool
    ) -> Iterator[_WithheldState]:
        """Yield the exempt content of one state that no later state made public."""
        if not _has_exemption(record, self._day):
            return
        is_whole = is_fully_exempt(record, self._day)
        stays_whole = is_whole and all(is_fully_exempt(other, self._day) for other in later)
        names = () if stays_whole else self._list_closed_names(record, later, is_whole=is_whole)
        entries = {} if stays_whole else dict(self._split_lists(record, later, is_whole=is_whole))
        has_exempt_entries = any(
            entry.exempt is not None for field_entries in entries.values() for entry in field_entries
        )
        if not (stays_whole or names or has_exempt_entries):
            return
        exempt = None
        if record.exempt is not None and (stays_whole or names):
            exempt = record.exempt if stays_whole else record.exempt.model_copy(update={"fields": names})
        hides_title = stays_whole or "title" in names
        public_texts = frozenset[str]().union(
            *(_collect_public_texts(other, self._day) for other in (record, *later)),
            self._collect_texts_in_folder() if precedes_files else (),
        )
        yield _WithheldState(
            exempt=exempt,
            entries=entries,
            titles=frozenset({record.title} if hides_title else ()),
            paths=frozenset({path} if hides_title and path else ()),
            texts=_collect_texts(record) - public_texts,
        )

    def _list_closed_names(self, record: Record, later: Sequence[Record], *, is_whole: bool) -> tuple[str, ...]:
        """Return the exempt fields whose values are not all public in a later state."""
        leaves = _list_leaves(record)
        public = frozenset[tuple[str, str]]().union(*map(self._list_public_leaves, later))
        names: Iterable[str] = list_exempt_fields(record, self._day)
        if is_whole:
            names = sorted({name.partition(".")[0] for name, _ in leaves} - {"id", *EXEMPTABLE_LISTS})
        return tuple(name for name in names if not _is_opened(name, leaves, public))

    def _list_public_leaves(self, record: Record) -> _Leaves:
        """Return the values that a record states in public."""
        leaves = self._public_leaves.get(id(record))
        if leaves is None:
            is_closed = is_fully_exempt(record, self._day)
            leaves = frozenset() if is_closed else _list_leaves(make_public_copy(record, self._day, ""))
            self._public_leaves[id(record)] = leaves
        return leaves

    def _split_lists(
        self, record: Record, later: Sequence[Record], *, is_whole: bool
    ) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Yield for each list the entries that stay exempt, and those that are public in this or a later state."""
        for name in EXEMPTABLE_LISTS:
            if not hasattr(record, name):
                continue
            public = [entry for other in later for entry in self._iter_public_entries(other, name)]
            public_leaves = [_list_leaves(entry) for entry in public]
            split = []
            for entry in getattr(record, name):
                exempt = record.exempt if is_whole else entry.exempt
                leaves = _list_leaves(entry)
                is_closed = is_in_force(exempt, self._day) and not any(leaves <= other for other in public_leaves)
                split.append(entry.model_copy(update={"exempt": exempt if is_closed else None}))
            yield name, (*split, *(_strip_exemption(entry) for entry in public))

    def _iter_public_entries(self, record: Record, name: str) -> Iterator[Any]:
        exempt_names = {field.partition(".")[0] for field in list_exempt_fields(record, self._day)}
        if not is_fully_exempt(record, self._day) and name not in exempt_names:
            entries = getattr(record, name, ())
            yield from (entry for entry in entries if not is_in_force(entry.exempt, self._day))

    def _collect_texts_in_folder(self) -> frozenset[str]:
        if not self._folder_texts:
            texts = (_collect_public_texts(record, self._day) for record in self._files.values())
            self._folder_texts.append(frozenset[str]().union(*texts))
        return self._folder_texts[0]

    def _find_former_names(self, key: str) -> Iterator[_WithheldState]:
        """Yield the titles and files that a record with an exempt title had in other states, and has no longer."""
        record = self._files.get(key)
        public = self._list_public_leaves(record) if record is not None else frozenset()
        for state in self._current.states:
            if state.id == key and state.record is not None and ("title", state.record.title) not in public:
                names = frozenset({state.record.title}), frozenset({state.path})
                yield _WithheldState(None, {}, *names, frozenset())


def _is_opened(name: str, leaves: _Leaves, public_leaves: _Leaves) -> bool:
    """Whether all values of a field are public in later states; for an empty field, whether any value is."""
    own_leaves = {leaf for leaf in leaves if f"{leaf[0]}.".startswith(f"{name}.")}
    return (
        own_leaves <= public_leaves
        if own_leaves
        else any(f"{other}.".startswith(f"{name}.") for other, _ in public_leaves)
    )


def _list_leaves(model: BaseModel) -> _Leaves:
    """Return every value that a record or an entry states, except those of exemptions."""
    leaves = ((_INDEX.sub("", place), value) for place, value, spec in walk(model) if spec.model is None)
    return frozenset(
        (name, value.raw if isinstance(value, CouncilDate) else str(value))
        for name, value in leaves
        if "exempt" not in name.split(".")
    )


def _find_uncertain_ids(register: Register, current: CurrentRegister, exempt_ids: Iterable[str]) -> frozenset[str]:
    """Return the folded ids of records that may be exempt: unreadable ones, and those that may have another id now."""
    current_ids = {id_.casefold() for id_ in current.register.by_id} - current.removed_ids
    unreadable_ids = {id_.casefold() for id_ in current.register.broken_ids}
    for state in current.states:
        later = (current.states[index] for index in state.later)
        is_readable_later = any(other.id == state.id and other.record is not None for other in later)
        is_in_folder = state.precedes_files and state.id in current_ids
        if state.record is None and not is_readable_later and not is_in_folder:
            unreadable_ids.add(state.id)
    known_ids = {id_.casefold() for id_ in (*register.by_id, *register.broken_ids)}
    has_unmatched = current.has_unreadable_files or not {*exempt_ids, *unreadable_ids} <= known_ids
    return frozenset(unreadable_ids | (known_ids - current_ids if has_unmatched else set()))


def apply_current_exemptions(register: Register, exemptions: CurrentExemptions) -> Register:
    """Return the register with everything exempt that is withheld now.

    A record that may be exempt is exempt as a whole: one that cannot be read now; one that was removed, when something
    exempt has a new id; and one that states in public what is exempt in another record.
    """
    contracts = apply_current_marks(register.contracts, exemptions.contracts, exemptions.dates.today)
    if contracts is not register.contracts:
        register = replace(register, contracts=contracts)
    if not (exemptions.states or exemptions.uncertain_ids):
        return register
    records = tuple(_apply_to_record(record, exemptions) for record in register.records)
    return replace(register, records=records)


def find_precautionary_ids(register: Register, exempted: Register, day: date) -> tuple[str, ...]:
    """Return the ids of the records that are redacted because they may be exempt now."""
    pairs = zip(register.records, exempted.records, strict=True)
    return tuple(
        new.id for old, new in pairs if new.exempt == PRECAUTIONARY_EXEMPTION and not is_fully_exempt(old, day)
    )


def _has_exemption(record: Record, day: date) -> bool:
    return any(is_in_force(exemption.exempt, day) for exemption in iter_exemptions(record))


def collect_exempt_texts(register: Register, day: date) -> frozenset[str]:
    """Return the texts that only exempt records hold, in lower case and with single spaces."""
    exempt_records = [record for record in register.records if _has_exemption(record, day)]
    public_texts = {
        text for record in register.records if exempt_records for text in _collect_public_texts(record, day)
    }
    return frozenset(text for record in exempt_records for text in _collect_texts(record) if text not in public_texts)


def _collect_public_texts(record: Record, day: date) -> frozenset[str]:
    return frozenset() if is_fully_exempt(record, day) else _collect_texts(make_public_copy(record, day, ""))


def _collect_texts(record: Record) -> frozenset[str]:
    """Return a record's title and every text of several words, except posts and links."""
    reference_texts = {text for _, text, _ in list_references(record)}
    texts = {
        " ".join(text.casefold().split())
        for _, text, _ in walk(record)
        if type(text) is str and " " in text and text not in reference_texts
    }
    return frozenset({" ".join(record.title.casefold().split()), *texts}) - {""}


def _apply_to_record(record: Record, exemptions: CurrentExemptions) -> Record:
    key, day = record.id.casefold(), exemptions.dates.as_of
    updated = record
    for state in exemptions.states.get(key, ()):
        updated = _apply_state(updated, state, exemptions.dates)
    public_texts = _collect_public_texts(updated, day) if exemptions.exempt_texts else frozenset()
    if key in exemptions.uncertain_ids or not exemptions.exempt_texts.isdisjoint(public_texts):
        return record.model_copy(update={"exempt": PRECAUTIONARY_EXEMPTION})
    return updated


def _apply_state(record: Record, state: _WithheldState, dates: ExemptionDates) -> Record:
    if is_fully_exempt(record, dates.as_of):
        return record
    entries = {
        name: _apply_to_entries(getattr(record, name), current, dates)
        for name, current in state.entries.items()
        if hasattr(record, name)
    }
    return record.model_copy(update={**entries, "exempt": _combine_exemptions(record, state.exempt, dates)})


def _combine_exemptions(item: Any, current: ExemptMarking | None, dates: ExemptionDates) -> ExemptMarking | None:
    """Return an exemption that covers everything that the item's own or the current exemption covers."""
    past: ExemptMarking | None = item.exempt
    if current is None or not is_in_force(current, dates.today):
        return past
    if past is None or not is_in_force(past, dates.as_of) or not current.fields:
        return current
    if not past.fields or (past.until is None and set(current.fields) <= set(get_exempt_fields(item, past))):
        return past
    return past.model_copy(update={"fields": tuple(dict.fromkeys((*past.fields, *current.fields))), "until": None})


def _apply_to_entries(
    past_entries: tuple[Any, ...], current_entries: tuple[Any, ...], dates: ExemptionDates
) -> tuple[Any, ...]:
    """Return the entries of a list, in which those that are exempt today are exempt.

    Entries are matched by their content. One that is no longer in today's list may be an older wording of an exempt
    entry that is new in it, and is exempt with it.
    """
    exempt_entries = [entry for entry in current_entries if is_in_force(entry.exempt, dates.today)]
    if not exempt_entries:
        return past_entries
    past, current = _EntryIndex(past_entries), _EntryIndex(current_entries)
    reworded_exemption = next((entry.exempt for entry in exempt_entries if past.find_exemptions(entry) is None), None)
    return tuple(_apply_to_entry(entry, current, reworded_exemption, dates) for entry in past_entries)


def _apply_to_entry(
    entry: Any, current: _EntryIndex, reworded_exemption: ExemptMarking | None, dates: ExemptionDates
) -> Any:
    exemptions = current.find_exemptions(entry)
    current_exemption = reworded_exemption if exemptions is None else next(filter(None, exemptions), None)
    return entry.model_copy(update={"exempt": _combine_exemptions(entry, current_exemption, dates)})


class _EntryIndex:
    """The exemptions of the entries of a list by their content. A record may have thousands of updates."""

    def __init__(self, entries: Iterable[Any]) -> None:
        self._groups: dict[tuple[Hashable, ...], list[tuple[Any, list[ExemptMarking | None]]]] = {}
        for entry in entries:
            exemptions = self.find_exemptions(entry)
            if exemptions is None:
                content = _strip_exemption(entry)
                self._groups.setdefault(_hash_content(content), []).append((content, [entry.exempt]))
            else:
                exemptions.append(entry.exempt)

    def find_exemptions(self, entry: Any) -> list[ExemptMarking | None] | None:
        """Return the exemption of each entry with the same content, or None without such an entry."""
        own_content = _strip_exemption(entry)
        group = self._groups.get(_hash_content(own_content), ())
        return next((exemptions for content, exemptions in group if content == own_content), None)


def _hash_content(content: Any) -> tuple[Hashable, ...]:
    return tuple(value for value in content.__dict__.values() if isinstance(value, Hashable))


def _strip_exemption(entry: Any) -> Any:
    return entry.model_copy(update={"exempt": None})


# The history that a paper's audience may see: enough to count movement, and no text of a record.

_COUNTED_FIELDS = ("status", "accountable", "verified", "decided", "completed_on", "target", "review_by")


def attach_redacted_history(case: Case, audience: Audience, history: RegisterHistory) -> Case:
    """Return the case with the history that its audience may see.

    For the public it has no redacted record, and no removed record that had an exemption. Other records keep only the
    fields that are counted.
    """
    case_ids = {id_.casefold() for id_ in case.register.by_id}
    visible_histories = {
        key: redacted
        for key, version_history in history.records.items()
        if (redacted := _redact_record_history(case, audience, version_history, in_paper=key in case_ids))
    }
    return replace(case, history=replace(history, records=visible_histories, unreadable_files=()))


def _redact_record_history(
    case: Case, audience: Audience, version_history: VersionHistory, *, in_paper: bool
) -> VersionHistory | None:
    is_removed = version_history.versions[-1].values is None
    has_exemption = any("exempt" in (version.values or {}) for version in version_history.versions)
    if not in_paper and (not is_removed or (has_exemption and audience is Audience.PUBLIC)):
        return None
    if audience is Audience.PUBLIC and case.redactions.is_redacted(version_history.id, "status"):
        return None  # without its status, it would count as open
    names = [name for name in _COUNTED_FIELDS if not case.redactions.is_redacted(version_history.id, name)]
    versions = (_keep_fields(version, ("id", "source", *names)) for version in version_history.versions)
    return replace(version_history, versions=tuple(versions))


def _keep_fields(version: RecordVersion, names: tuple[str, ...]) -> RecordVersion:
    """Return a version with these fields alone. A declared kind may have another name for the target."""
    if version.values is None:
        return version
    written_names = (version.due_name if name == "target" else name for name in names)
    return replace(version, values={name: version.values[name] for name in written_names if name in version.values})
