"""The case for a paper: what its audience may see, with every fact computed from that alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import EXEMPTABLE_LISTS, is_fully_exempt, is_in_force, iter_exemptions
from p2ptrack.analysis.redaction.redact import (
    HiddenNames,
    Placeholders,
    make_public_copy,
    redact_for_audience,
    tag_exempt_text,
)
from p2ptrack.diagnostics import Problem
from p2ptrack.model.history import RegisterHistory, VersionHistory
from p2ptrack.model.records import ExemptMarking, Record
from p2ptrack.model.register import CurrentRegister, Register
from p2ptrack.model.schema import list_references, walk


def build_audience_case(
    case: Case,
    audience: Audience,
    exemption_date: date,
    placeholders: Placeholders | None = None,
    currently_hidden: HiddenNames | None = None,
    *,
    tag_text: bool = True,
) -> Case:
    """Return the case as an audience may see it, with every fact computed from what is left.

    `exemption_date` is the day at which exemptions are judged. For a past register, `currently_hidden` are the names
    that nothing public may print today. Problems quote the register, so only officers are given more than their codes.
    With `tag_text`, exempt text that members and officers see is tagged, so that papers mark it.
    """
    redacted = redact_for_audience(case.register, audience, exemption_date, placeholders, currently_hidden)
    register, redactions = redacted.register, redacted.redactions
    if audience is not Audience.PUBLIC and tag_text:
        register, tags = tag_exempt_text(register)
        redactions = replace(redactions, tags=tags)
    problems = case.problems if audience is Audience.OFFICERS else tuple(map(_strip_problem_text, case.problems))
    return make_case(register, case.as_of, problems, redactions)


def _strip_problem_text(problem: Problem) -> Problem:
    return Problem("", problem.code, problem.severity, "", "")


# What is exempt today is exempt in a paper of the past too, whatever its commit says.


@dataclass(frozen=True, slots=True)
class ExemptionDates:
    """The days on which exemptions are judged: the past register's own, and today's."""

    as_of: date
    today: date


@dataclass(frozen=True, slots=True)
class _CurrentExemptions:
    """Today's records by their folded ids, and what makes a record of the past uncertain.

    `uncertain_ids` are ids whose record today is not known. `exempt_texts` are texts that only exempt records hold.
    """

    records: Mapping[str, Record]
    uncertain_ids: frozenset[str]
    exempt_texts: frozenset[str]


PRECAUTIONARY_EXEMPTION = ExemptMarking()
"""The exemption of a record that may be exempt: it covers everything."""


def apply_current_exemptions(past_register: Register, current: CurrentRegister, dates: ExemptionDates) -> Register:
    """Return a past register in which everything that is exempt today is exempt.

    A record that may be exempt today is exempt as a whole: one that cannot be read today; one that was removed, when
    something exempt has a new id; and one that says in public what is exempt today elsewhere.
    """
    current_exemptions = _collect_current_exemptions(past_register, current, dates)
    return replace(
        past_register,
        records=tuple(_apply_to_record(record, current_exemptions, dates) for record in past_register.records),
    )


def find_precautionary_ids(past_register: Register, current: CurrentRegister, dates: ExemptionDates) -> tuple[str, ...]:
    """Return the ids of the records of the past that are redacted because they may be exempt today."""
    exempted_records = apply_current_exemptions(past_register, current, dates).records
    pairs = zip(past_register.records, exempted_records, strict=True)
    return tuple(
        new.id for old, new in pairs if new.exempt == PRECAUTIONARY_EXEMPTION and not is_fully_exempt(old, dates.as_of)
    )


def _collect_current_exemptions(
    past_register: Register, current: CurrentRegister, dates: ExemptionDates
) -> _CurrentExemptions:
    current_records = {record.id.casefold(): record for record in current.register.records}
    unreadable_ids = {id_.casefold() for id_ in current.register.broken_ids}
    past_ids = {id_.casefold() for id_ in (*past_register.by_id, *past_register.broken_ids)}
    exempt_ids = {
        id_ for id_, record in current_records.items() if _has_exemption(record, dates.today)
    } | unreadable_ids
    has_unmatched = current.has_unread_files or not exempt_ids <= past_ids
    missing_ids = past_ids - current_records.keys() if has_unmatched else frozenset[str]()
    return _CurrentExemptions(
        {**current.removed_records, **current_records},
        frozenset(unreadable_ids | missing_ids),
        collect_exempt_texts(current.register, dates.today),
    )


def _has_exemption(record: Record, day: date) -> bool:
    return any(is_in_force(exemption.exempt, day) for exemption in iter_exemptions(record))


def collect_exempt_texts(current_register: Register, day: date) -> frozenset[str]:
    """Return the texts that only exempt records hold, in lower case and with single spaces."""
    exempt_records = [record for record in current_register.records if _has_exemption(record, day)]
    public_copies = (
        make_public_copy(record, day, "")
        for record in current_register.records
        if exempt_records and not is_fully_exempt(record, day)
    )
    public_texts = {text for record in public_copies for text in _collect_texts(record)}
    return frozenset(text for record in exempt_records for text in _collect_texts(record) if text not in public_texts)


def _collect_texts(record: Record) -> frozenset[str]:
    """Return a record's title and every text of several words, except posts and links."""
    reference_texts = {text for _, text, _ in list_references(record)}
    texts = {
        " ".join(text.casefold().split())
        for _, text, _ in walk(record)
        if type(text) is str and " " in text and text not in reference_texts
    }
    return frozenset({" ".join(record.title.casefold().split()), *texts})


def _apply_to_record(record: Record, current_exemptions: _CurrentExemptions, dates: ExemptionDates) -> Record:
    key = record.id.casefold()
    updated = _apply_current_record(record, current_exemptions.records.get(key), dates)
    public_texts = (
        _collect_texts(make_public_copy(updated, dates.as_of, ""))
        if current_exemptions.exempt_texts and not is_fully_exempt(updated, dates.as_of)
        else frozenset()
    )
    is_uncertain = key in current_exemptions.uncertain_ids or not current_exemptions.exempt_texts.isdisjoint(
        public_texts
    )
    return record.model_copy(update={"exempt": PRECAUTIONARY_EXEMPTION}) if is_uncertain else updated


def _apply_current_record(record: Record, current: Record | None, dates: ExemptionDates) -> Record:
    if current is None or is_fully_exempt(record, dates.as_of):
        return record
    list_fields = [name for name in EXEMPTABLE_LISTS if hasattr(record, name) and hasattr(current, name)]
    entries = {name: _apply_to_entries(getattr(record, name), getattr(current, name), dates) for name in list_fields}
    return record.model_copy(update={**entries, "exempt": _combine_exemptions(record.exempt, current.exempt, dates)})


def _combine_exemptions(
    past: ExemptMarking | None, current: ExemptMarking | None, dates: ExemptionDates
) -> ExemptMarking | None:
    """Return an exemption that covers what either does."""
    if current is None or not is_in_force(current, dates.today):
        return past
    if past is None or not is_in_force(past, dates.as_of) or not current.fields:
        return current
    if not past.fields:
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
    past_contents = [_strip_exemption(entry) for entry in past_entries]
    reworded_exemption = next(
        (entry.exempt for entry in exempt_entries if _strip_exemption(entry) not in past_contents), None
    )
    exemptions_by_content = [(_strip_exemption(entry), entry.exempt) for entry in current_entries]
    return tuple(_apply_to_entry(entry, exemptions_by_content, reworded_exemption, dates) for entry in past_entries)


def _apply_to_entry(
    entry: Any,
    exemptions_by_content: Sequence[tuple[Any, ExemptMarking | None]],
    reworded_exemption: ExemptMarking | None,
    dates: ExemptionDates,
) -> Any:
    own_content = _strip_exemption(entry)
    matches = [exempt for content, exempt in exemptions_by_content if content == own_content]
    current_exemption = next((exempt for exempt in matches if exempt), None) if matches else reworded_exemption
    return entry.model_copy(update={"exempt": _combine_exemptions(entry.exempt, current_exemption, dates)})


def _strip_exemption(entry: Any) -> Any:
    return entry.model_copy(update={"exempt": None})


# The history that a paper's audience may see: enough to count movement, and no text of a record.

_COUNTED_FIELDS = ("status", "verified", "decided", "completed_on")


def attach_redacted_history(case: Case, audience: Audience, history: RegisterHistory) -> Case:
    """Return the case with the history that its audience may see.

    For the public it has no redacted record, and no removed record that had an exemption. Of the others only the
    fields that are counted are kept.
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
    is_gone = version_history.versions[-1].values is None
    has_exemption = any("exempt" in (version.values or {}) for version in version_history.versions)
    if not in_paper and (not is_gone or (has_exemption and audience is Audience.PUBLIC)):
        return None
    names = [name for name in _COUNTED_FIELDS if not case.redactions.is_redacted(version_history.id, name)]
    fields = ("id", "source", *names)
    versions = (
        replace(
            original,
            values=original.values and {name: original.values[name] for name in fields if name in original.values},
        )
        for original in version_history.versions
    )
    return replace(version_history, versions=tuple(versions))
