"""Redact the register and its history for an answer on screen.

This happens before the answer is calculated, so that no answer contains exempt text. A file that was read only in part
may have an exemption in the other part, so its record is withheld from the public.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from p2ptrack.analysis.case import Case, Disclosure, ExemptContent, find_unreadable
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import (
    EXEMPTABLE_LISTS,
    expand_implied_fields,
    is_fully_exempt,
    is_in_force,
    list_exempt_content,
    list_exemptable_fields,
)
from p2ptrack.analysis.redaction.names import NameMatcher, build_name_matcher
from p2ptrack.analysis.redaction.paper import PRECAUTIONARY_EXEMPTION, build_audience_case, collect_exempt_texts
from p2ptrack.analysis.redaction.redact import (
    NAMED_LISTS,
    ExemptNames,
    Placeholders,
    redact_for_audience,
)
from p2ptrack.diagnostics import Problem
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.history import Contribution, RawValues, RecordVersion, RegisterHistory, VersionHistory
from p2ptrack.model.programme import Programme
from p2ptrack.model.records import ExemptMarking
from p2ptrack.model.register import Register
from p2ptrack.values import dataclass


def build_answer_case(case: Case, audience: Audience, day: date, other_names: ExemptNames | None = None) -> Case:
    """Return the case that an answer for members or the public is calculated from, with what is exempt on a day.

    `other_names` are names that other states of the register hide.
    """
    register = case.register
    if audience is Audience.PUBLIC:
        register = exempt_unreadable_records(register, case.problems)
    answer_case = build_audience_case(
        replace(case, register=register), audience, day, other_names=other_names, tag_text=False
    )
    if audience is Audience.MEMBERS:
        return replace(answer_case, disclosure=Disclosure(audience, list_exempt_content(register, day)))
    redactions = answer_case.redactions
    disclosure = Disclosure(
        audience,
        dict.fromkeys(redactions.notice_paragraphs, ExemptContent()),
        omitted_records=sum(item.is_whole_record for item in redactions.items) + len(register.broken_ids),
        incomplete_records=len(redactions.notice_paragraphs),
    )
    return replace(answer_case, register=replace(answer_case.register, broken_ids=frozenset()), disclosure=disclosure)


def exempt_unreadable_records(register: Register, problems: Iterable[Problem]) -> Register:
    """Return the register in which every record that was read only in part is exempt."""
    unreadable_paths = {file.path for file in find_unreadable(problems)}
    if not unreadable_paths:
        return register
    records = tuple(
        record.model_copy(update={"exempt": PRECAUTIONARY_EXEMPTION})
        if register.path_of(record.id) in unreadable_paths
        else record
        for record in register.records
    )
    return replace(register, records=records)


def find_exempt_in_history(history: RegisterHistory, current: Register | None, day: date) -> dict[str, ExemptContent]:
    """Return the content of each record of a history that is exempt on a day, in any version or now, by id.

    `current` is the register now, if the history ends earlier.
    """
    content = {id_.casefold(): item for id_, item in list_exempt_content(current, day).items()} if current else {}
    exempt: dict[str, ExemptContent] = {}
    for key, record_history in history.records.items():
        paths = _find_hidden_paths(record_history, content.get(key), day)
        is_whole = "" in paths or (key in content and content[key].is_whole)
        if paths or is_whole:
            parts = () if is_whole else tuple(sorted(paths))
            exempt |= dict.fromkeys(_list_ids(record_history), ExemptContent(is_whole, parts))
    return exempt


def _list_ids(record_history: VersionHistory) -> set[str]:
    ids = (version.fields.get("id") for version in record_history.versions)
    return {record_history.id, *(id_ for id_ in ids if isinstance(id_, str))}


# The history for the public. Versions are kept as they were written, so exempt text is removed from plain values.


@dataclass(frozen=True, slots=True)
class RedactedHistory:
    """The history that the public may see, and what was removed from it."""

    history: RegisterHistory
    disclosure: Disclosure


def redact_history(
    history: RegisterHistory, current: Register, problems: Iterable[Problem], day: date
) -> RedactedHistory:
    """Return the history that the public may see on a day, by the current register's exemptions and by its own.

    It has no record that is exempt now, and no removed record that had an exemption or that may have a new id under
    which it is exempt. No version of another record has a field that is exempt now or in any version, a list with an
    exempt entry, a note, or a text that is exempt elsewhere now.
    """
    current = exempt_unreadable_records(current, problems)
    hidden_fields = _find_hidden_fields(history, current, day)
    hidden = [item for key, item in history.records.items() if "" in hidden_fields[key]]
    redactor = _HistoryRedactor(
        hidden_fields,
        frozenset(id_.casefold() for item in hidden for id_ in _list_ids(item)),
        _build_matcher(history, hidden_fields, current, day),
        collect_exempt_texts(current, day),
    )
    records = {
        key: redactor.redact_record(key, item) for key, item in history.records.items() if "" not in hidden_fields[key]
    }
    programme = redact_for_audience(current, Audience.PUBLIC, day).register.programme
    redacted = replace(
        history,
        records=records,
        programme=redactor.redact_programme(history.programme, programme),
        unreadable_files=(),
        side_publications={},
    )
    incomplete = {item.id: ExemptContent() for key, item in records.items() if hidden_fields[key]}
    return RedactedHistory(redacted, Disclosure(Audience.PUBLIC, incomplete, len(hidden), len(incomplete)))


def drop_notes(history: RegisterHistory) -> RegisterHistory:
    """Return the history for members: without notes and without the grounds of exemptions."""
    redactor = _HistoryRedactor(dict.fromkeys(history.records, frozenset()))
    records = {key: redactor.redact_record(key, item) for key, item in history.records.items()}
    return replace(history, records=records)


def _find_hidden_fields(history: RegisterHistory, current: Register, day: date) -> dict[str, frozenset[str]]:
    """Return the fields of each record that the public may not see, with `""` for all of it, by its folded id."""
    content = {id_.casefold(): item for id_, item in list_exempt_content(current, day).items()}
    current_keys = {id_.casefold() for id_ in current.by_id}
    exempt_keys = {key for key, item in content.items() if item.is_whole} | {
        id_.casefold() for id_ in current.broken_ids
    }
    histories = map(history.records.get, exempt_keys)
    newest_exempt = max((_get_first_position(item) if item else _LAST_POSITION for item in histories), default=0)
    return {
        key: frozenset({""})
        if key in exempt_keys or (key not in current_keys and _may_be_exempt(record_history, newest_exempt, day))
        else _find_hidden_paths(record_history, content.get(key), day)
        for key, record_history in history.records.items()
    }


def _may_be_exempt(record_history: VersionHistory, newest_exempt: int, day: date) -> bool:
    """Whether a record that the register no longer has may be exempt: under its id, or under one that came later.

    `newest_exempt` is the position at which the newest of the exempt records came.
    """
    last = record_history.versions[-1]
    is_replaced = last.values is not None or newest_exempt >= last.revision.position
    return is_replaced or any(map(bool, _iter_exempt_paths(record_history, day)))


def _find_hidden_paths(record_history: VersionHistory, content: ExemptContent | None, day: date) -> frozenset[str]:
    current_paths = {path.partition("[")[0] for path in content.parts} if content else set()
    return frozenset(current_paths).union(*_iter_exempt_paths(record_history, day))


def _get_first_position(record_history: VersionHistory) -> int:
    return record_history.versions[0].revision.position


def _iter_exempt_paths(record_history: VersionHistory, day: date) -> Iterator[frozenset[str]]:
    """Yield for each version the fields that its own exemptions cover on a day, with `""` for all of the record."""
    for version in record_history.versions:
        yield frozenset(_find_exempt_paths(version, day))


def _find_exempt_paths(version: RecordVersion, day: date) -> Iterator[str]:
    kind = version.kind
    if kind is None:
        return
    if "exempt" in version.fields:
        known_fields = frozenset(list_exemptable_fields(kind.model))
        for name in _read_exempt_fields(version.fields["exempt"], known_fields, day):
            yield from (name, "target") if name == version.due_name else (name,)
    for name in EXEMPTABLE_LISTS:
        entries = version.fields.get(name)
        for entry in entries if isinstance(entries, list) else [entries]:
            # Entries move between versions, so the whole list counts as exempt.
            if isinstance(entry, dict) and "exempt" in entry and [*_read_exempt_fields(entry["exempt"], (), day)]:
                yield name


def _read_exempt_fields(values: Any, known_fields: Iterable[str], day: date) -> Iterator[str]:
    """Yield the fields that an exemption covers as it was written; `""` for everything, also where it is not clear."""
    try:
        marking = ExemptMarking.model_validate(values, context=ValidationContext())
    except ValidationError:
        yield ""
        return
    if not is_in_force(marking, day):
        return
    fields = marking.fields if set(marking.fields) <= set(known_fields) else ()
    yield from expand_implied_fields(fields) or ("",)


def _build_matcher(
    history: RegisterHistory, hidden_fields: Mapping[str, frozenset[str]], current: Register, day: date
) -> NameMatcher:
    """Return a matcher of every name that a hidden record, or an exempt title, ever had."""
    hidden = [history.records[key] for key, paths in hidden_fields.items() if "" in paths]
    with_hidden_title = [history.records[key] for key, paths in hidden_fields.items() if {"", "title"} & paths]
    exempt = [record for record in current.records if is_fully_exempt(record, day)]
    versions = [version for item in with_hidden_title for version in item.versions]
    titles = {str(version.fields["title"]) for version in versions if "title" in version.fields}
    parts = {part for item in hidden for version in item.versions for part in _list_part_ids(version.fields)}
    ids = {*(item.id for item in hidden), *(record.id for record in exempt), *current.broken_ids, *parts}
    paths = {version.path for item in hidden for version in item.versions}
    visible_ids = {item.id for key, item in history.records.items() if "" not in hidden_fields[key]}
    return build_name_matcher(ids, {*titles, *(record.title for record in exempt)} - {""}, paths, visible_ids)


def _list_part_ids(values: RawValues) -> Iterator[str]:
    parts = values.get("parts")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and isinstance(part.get("id"), str):
            yield part["id"]


_REMOVED = object()
_LAST_POSITION = 2**31


@dataclass(frozen=True, slots=True)
class _HistoryRedactor:
    """Removes hidden fields, hidden names and exempt texts from the plain values of a history."""

    hidden_fields: Mapping[str, frozenset[str]]
    hidden_ids: frozenset[str] = frozenset()
    matcher: NameMatcher = field(default_factory=lambda: NameMatcher(None, frozenset()))
    exempt_texts: frozenset[str] = frozenset()

    def redact_record(self, key: str, record_history: VersionHistory) -> VersionHistory:
        paths = self.hidden_fields[key]
        versions = tuple(
            replace(
                version,
                values=version.values and self._redact_values(version.values, paths),
                contributions=tuple(self._redact_contribution(part, paths) for part in version.contributions),
            )
            for version in record_history.versions
        )
        return replace(record_history, versions=versions)

    def _redact_contribution(self, contribution: Contribution, paths: frozenset[str]) -> Contribution:
        before, after = (
            (side[0], self._redact_values(side[1], paths)) if side else None
            for side in (contribution.before, contribution.after)
        )
        return replace(contribution, before=before, after=after)

    def _redact_values(self, values: RawValues, paths: frozenset[str]) -> RawValues:
        redacted = {name: value for name, value in values.items() if name not in {"note", "exempt"}}
        for path in paths:
            redacted = _remove_path(redacted, path.split("."))
        if "title" in paths or (paths and "title" not in redacted):  # or the first sentence would be shown
            redacted["title"] = Placeholders().title
        return {name: text for name, value in redacted.items() if (text := self._redact(value)) is not _REMOVED}

    def redact_programme(self, programme_history: VersionHistory, public: Programme) -> VersionHistory:
        """Return the history of the programme without hidden names and entries that only redacted records use."""
        versions = tuple(
            replace(version, values=version.values and self._redact_programme_values(version.values, public))
            for version in programme_history.versions
        )
        return replace(programme_history, versions=versions)

    def _redact_programme_values(self, values: RawValues, public: Programme) -> RawValues:
        redacted = {name: text for name, value in values.items() if (text := self._redact(value)) is not _REMOVED}
        for name in NAMED_LISTS:
            public_ids = {entry if isinstance(entry, str) else entry.id for entry in getattr(public, name)}
            entries = redacted.get(name)
            if isinstance(entries, list):
                ids = [item.get("id") if isinstance(item, dict) else item for item in entries]
                redacted[name] = [item for item, id_ in zip(entries, ids, strict=True) if id_ in public_ids]
            elif entries is not None:
                del redacted[name]
        return redacted

    def _redact(self, value: Any) -> Any:
        if isinstance(value, str):
            is_hidden = value.casefold() in self.hidden_ids or " ".join(value.casefold().split()) in self.exempt_texts
            return _REMOVED if is_hidden else self._replace_names(value)
        if isinstance(value, list):
            return [text for item in value if (text := self._redact(item)) is not _REMOVED]
        if isinstance(value, dict):
            return {
                self._replace_names(key): text
                for key, item in value.items()
                if key != "exempt" and (text := self._redact(item)) is not _REMOVED
            }
        return value

    def _replace_names(self, text: str) -> str:
        replaced = self.matcher.replace(text, Placeholders().mention)
        return Placeholders().text if replaced is None else replaced


def _remove_path(value: Any, path: list[str]) -> Any:
    """Return plain values without the field at a path, in every entry of a list."""
    if isinstance(value, list):
        return [remaining for item in value if (remaining := _remove_path(item, path)) is not _REMOVED]
    if not isinstance(value, dict):
        return _REMOVED  # a group can be written as an id or a text alone
    name, *rest = path
    remaining = {key: item for key, item in value.items() if key != name}
    if rest and name in value and isinstance(value[name], dict | list):
        remaining[name] = _remove_path(value[name], rest)
    return remaining
