"""What each audience may see of a register: a register with the rest taken out, and a count of what that was.

Papers are made from what this leaves, so that nothing exempt is there to be shown (design, section 6). The public sees
nothing exempt and no note, members see what is exempt and no note, officers see everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from p2ptrack.analysis.exempt.exemptions import is_fully_exempt, is_in_force, iter_exemptions, list_exempt_fields
from p2ptrack.analysis.exempt.taken import summarise_redactions
from p2ptrack.analysis.exempt.withheld import Audience, Redactions
from p2ptrack.analysis.exempt.withholding import make_public_copy, map_text
from p2ptrack.analysis.links import build_links
from p2ptrack.analysis.mentions import NameMatcher, build_name_matcher
from p2ptrack.records.fields import IdMarker, Model
from p2ptrack.records.kinds import Recommendation, Record
from p2ptrack.records.marks import list_references
from p2ptrack.records.programme import Programme
from p2ptrack.records.register import Register

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Placeholders:
    """The words that stand for an exempt title, and where a text names a record that is not published."""

    title: str = "Title not published"
    mention: str = "an item that is not published"


@dataclass(frozen=True, slots=True)
class RedactedRegister:
    """The register that an audience sees, and what was taken out for it."""

    register: Register
    redactions: Redactions = field(default_factory=Redactions)


def redact_for_audience(
    register: Register,
    audience: Audience,
    day: date,
    placeholders: Placeholders | None = None,
    currently_hidden: HiddenNames | None = None,
) -> RedactedRegister:
    """Return what an audience may see of a register on a day; for the public, `neutral` words stand for the rest.

    A past register may not name to the public what is hidden `by_now` either.
    """
    if audience is Audience.PUBLIC:
        placeholder_texts = placeholders or Placeholders()
        public_register = _redact_for_public(register, day, placeholder_texts)
        return RedactedRegister(
            _scrub_names(public_register, currently_hidden, placeholder_texts.mention)
            if currently_hidden
            else public_register,
            summarise_redactions(register, day),
        )
    keep_notes = audience is Audience.OFFICERS
    records = tuple(_drop_expired_exemptions(record, day, keep_notes=keep_notes) for record in register.records)
    return RedactedRegister(replace(register, records=records))


def _drop_expired_exemptions(record: Record, day: date, *, keep_notes: bool) -> Record:
    """Return a record with the exemptions that still hold: papers for those who see it mark it as what it is."""
    fields: dict[str, object] = {} if keep_notes else {"note": None}
    for name in {
        exemption.path.partition("[")[0]
        for exemption in iter_exemptions(record)
        if not is_in_force(exemption.exempt, day)
    }:
        fields[name] = None if name == "exempt" else _drop_expired_entry_exemptions(record, name, day)
    return record.model_copy(update=fields)


def _drop_expired_entry_exemptions(record: Record, name: str, day: date) -> tuple[object, ...]:
    entries = getattr(record, name)
    return tuple(
        entry if is_in_force(entry.exempt, day) else entry.model_copy(update={"exempt": None}) for entry in entries
    )


def _redact_for_public(register: Register, day: date, placeholders: Placeholders) -> Register:
    kept = [record for record in register.records if not is_fully_exempt(record, day)]
    redacted_records = [make_public_copy(record, day, placeholders.title) for record in kept]
    hidden_names = find_hidden_names(register, day)
    records = tuple(_scrub_model(record, hidden_names, placeholders.mention) for record in redacted_records)
    removed_parts = {
        id_: new.id for old, new in zip(kept, redacted_records, strict=True) for id_ in _find_removed_parts(old, new)
    }
    records = tuple(_relink_removed_parts(record, removed_parts) for record in records) if removed_parts else records
    programme = _scrub_model(register.programme, hidden_names, placeholders.mention)
    paths = {record.id: register.paths[record.id] for record in records if record.id in register.paths}
    file_count = register.file_count - (len(register.records) - len(records))
    return _drop_unreferenced(
        register, replace(register, programme=programme, records=records, paths=paths, file_count=file_count)
    )


@dataclass(frozen=True, slots=True)
class HiddenNames:
    """What nothing public may name: ids in links, and the names of records in running text."""

    ids: frozenset[str]
    matcher: NameMatcher


def _scrub_names(register: Register, hidden_names: HiddenNames, mention: str) -> Register:
    records = tuple(_scrub_model(record, hidden_names, mention) for record in register.records)
    return replace(register, programme=_scrub_model(register.programme, hidden_names, mention), records=records)


def find_hidden_names(register: Register, day: date) -> HiddenNames:
    """Return what the public may not be told of by name. A file that cannot be read may be exempt, so it is hidden."""
    exempt_records = [record for record in register.records if is_fully_exempt(record, day)]
    part_ids = {part.id for record in exempt_records if isinstance(record, Recommendation) for part in record.parts}
    ids = frozenset({record.id for record in exempt_records} | part_ids | register.broken_ids)
    public_ids = {record.id for record in register.records} | {id_ for id_, _ in register.iter_parts()}
    return HiddenNames(ids, build_name_matcher(ids, *_collect_titles_and_files(register, day), public_ids - ids))


def find_currently_hidden_names(current_register: Register, day: date) -> HiddenNames:
    """Return what the public may not be told of by its title or file, for the past: an id may have meant another."""
    return HiddenNames(frozenset(), build_name_matcher((), *_collect_titles_and_files(current_register, day), ()))


def _collect_titles_and_files(register: Register, day: date) -> tuple[list[str], list[str]]:
    exempt_records = [record for record in register.records if is_fully_exempt(record, day)]
    records_with_exempt_title = [
        r for r in register.records if "title" in list_exempt_fields(r, day) and not is_fully_exempt(r, day)
    ]
    files = [register.paths[record.id] for record in exempt_records if record.id in register.paths]
    return [record.title for record in (*exempt_records, *records_with_exempt_title)], files


_NON_TEXT_FIELDS = frozenset({"exempt", "inferred", "restated", "truncated", "policy", "report", "kinds"})
"""Fields that hold names of fields and settings, never words of people."""


def _scrub_model(model: ModelT, hidden_names: HiddenNames, mention: str) -> ModelT:
    """Return a model without a link to what is hidden, and with neutral words where its text names it."""
    if not hidden_names.ids and hidden_names.matcher.pattern is None:
        return model
    reference_targets = {
        path: marker.target for path, _, marker in list_references(model) if isinstance(marker, IdMarker)
    }

    def scrub_text(path: str, text: str) -> str | None:
        if path in reference_targets:
            return None if reference_targets[path] in {"record", "part"} and text in hidden_names.ids else text
        return text if path.rpartition(".")[2] == "id" else hidden_names.matcher.replace(text, mention)

    return map_text(model, scrub_text, _NON_TEXT_FIELDS)


def _find_removed_parts(old: Record, new: Record) -> frozenset[str]:
    if not isinstance(old, Recommendation) or not isinstance(new, Recommendation):
        return frozenset()
    return frozenset(part.id for part in old.parts) - {part.id for part in new.parts}


def _relink_removed_parts(record: Record, removed_parts: Mapping[str, str]) -> Record:
    """Return a record whose links to a part that is not published name the recommendation instead."""
    affected_paths = {path for path, text, _ in list_references(record) if text in removed_parts}
    return (
        map_text(record, lambda path, text: removed_parts[text] if path in affected_paths else text)
        if affected_paths
        else record
    )


def _drop_unreferenced(register: Register, public: Register) -> Register:
    """Return the public register without the sources and dependencies that only something withheld names."""
    unreferenced_ids = {edge.id for edge in build_links(register).edges} - {
        edge.id for edge in build_links(public).edges
    }
    programme: Programme = public.programme.model_copy(
        update={
            name: tuple(entry for entry in getattr(public.programme, name) if entry.id not in unreferenced_ids)
            for name in ("sources", "dependencies")
        }
    )
    return replace(public, programme=programme)
