"""What of the timelines a paper's audience may see: enough to count who came and went, and no word of a record."""

from __future__ import annotations

from dataclasses import replace

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exempt.withheld import Audience
from p2ptrack.records.timeline import RegisterHistory, VersionHistory

_COUNTED_FIELDS = ("status", "verified", "decided", "completed_on")


def attach_redacted_history(case: Case, history: RegisterHistory) -> Case:
    """Return the case with the timelines that its audience may see.

    For the public a record that is withheld is in none of them, nor one that is gone and had something exempt; of
    the others nothing is kept but what it is counted by.
    """
    case_ids = {id_.casefold() for id_ in case.register.by_id}
    visible_histories = {
        key: redacted
        for key, version_history in history.records.items()
        if (redacted := _redact_record_history(case, version_history, in_paper=key in case_ids))
    }
    return replace(case, history=replace(history, records=visible_histories, unreadable_files=()))


def _redact_record_history(case: Case, version_history: VersionHistory, *, in_paper: bool) -> VersionHistory | None:
    is_gone = version_history.versions[-1].values is None
    has_exemption = any("exempt" in (version.values or {}) for version in version_history.versions)
    if not in_paper and (not is_gone or (has_exemption and case.audience is Audience.PUBLIC)):
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
