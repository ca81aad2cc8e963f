"""Redact a register for an audience, and summarise what was removed.

Papers are made from the redacted register, so that they hold nothing exempt by accident. The public sees nothing
exempt and no note, members see what is exempt and no note, officers see everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from p2ptrack.analysis.case import ExemptTag, Redactions
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.contracts import find_contract_names
from p2ptrack.analysis.redaction.exemptions import (
    EXEMPTABLE_LISTS,
    expand_implied_fields,
    get_exempt_fields,
    has_valid_fields,
    is_fully_exempt,
    is_in_force,
    iter_exemptions,
    list_exempt_fields,
    list_repeated_dates,
    parse_paragraphs,
    summarise_redactions,
)
from p2ptrack.analysis.redaction.names import NameMatcher, build_name_matcher
from p2ptrack.model.contracts import fold_reference
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import IdMarker, Model
from p2ptrack.model.kinds import to_file_field
from p2ptrack.model.programme import ExemptionLaw, Programme
from p2ptrack.model.records import Recommendation, Record, TrackedRecord, Update
from p2ptrack.model.register import Register
from p2ptrack.model.schema import list_fields, list_present_values, list_references, text_field_names, walk
from p2ptrack.phrases import unique
from p2ptrack.values import dataclass

# Removing fields and entries. No field of a record is named here, so that a new field is redacted like any other.

BaseModelT = TypeVar("BaseModelT", bound=BaseModel)
TextTransform = Callable[[str, str], str | None]
"""From the path of a text and the text to its replacement; None removes it."""

_REMOVED = object()


def make_public_copy(record: Record, day: date, title: str) -> Record:
    """Return what the public may see of a record that is not wholly exempt. `title` replaces an exempt one."""
    exempt_fields = list_exempt_fields(record, day)
    repeated = list_repeated_dates(record, day)
    if repeated:
        record = _remove_revisions(record, repeated)
        if "target" in repeated:
            exempt_fields = unique((*exempt_fields, "target", to_file_field(record, "target")))
    redacted_entries = {
        name: _redact_entries(getattr(record, name), day) for name in EXEMPTABLE_LISTS if hasattr(record, name)
    }
    names = expand_implied_fields(exempt_fields)
    fields: dict[str, Any] = {**redacted_entries, "note": None, "exempt": None}
    if "title" in names:
        fields["title"] = title
    redacted = record.model_copy(update=fields)
    for name in names:
        if name != "title":
            redacted = cast("Record", _remove_field(redacted, tuple(name.split("."))))
    return redacted


def _remove_revisions(record: Record, places: Iterable[str]) -> Record:
    """Return a record without the target changes that contain these field paths, such as `revisions[0].to`."""
    if not isinstance(record, TrackedRecord):
        return record
    names = {place.partition(".")[0] for place in places}
    public_entries = (entry for index, entry in enumerate(record.revisions) if f"revisions[{index}]" not in names)
    return record.model_copy(update={"revisions": tuple(public_entries)})


def _redact_entries(entries: Iterable[BaseModel], day: date) -> tuple[Any, ...]:
    public_entries = (_redact_entry(entry, day) for entry in entries if not is_fully_exempt(entry, day))
    return tuple(entry for entry in public_entries if entry is not _REMOVED)


def _redact_entry(entry: BaseModel, day: date) -> Any:
    redacted: Any = entry.model_copy(update={"exempt": None})
    for name in list_exempt_fields(entry, day):
        redacted = _remove_field(redacted, tuple(name.split(".")))
    return redacted


def _remove_field(value: Any, path: tuple[str, ...]) -> Any:
    """Return a value without the field at a path; a model without a required field is removed as a whole."""
    if not path or value is _REMOVED:
        return _REMOVED
    if isinstance(value, tuple):
        return tuple(remaining for item in value if (remaining := _remove_field(item, path)) is not _REMOVED)
    if not isinstance(value, BaseModel):
        return value
    return _copy_with(
        value,
        {
            spec.attribute: _remove_field(field_value, path[1:])
            for spec, field_value in list_present_values(value)
            if spec.name == path[0]
        },
    )


def _copy_with(model: BaseModelT, fields: dict[str, Any]) -> Any:
    """Return the model with some fields changed. A removed field gets its default."""
    model_fields = type(model).model_fields
    removed = [name for name, value in fields.items() if value is _REMOVED]
    if any(model_fields[name].is_required() for name in removed):
        return _REMOVED
    new_values = fields | {name: model_fields[name].get_default(call_default_factory=True) for name in removed}
    if isinstance(model, Update) and "see" in removed:
        return _REMOVED
    return model.model_copy(update=new_values)


def map_text(model: BaseModelT, transform: TextTransform, skip_fields: frozenset[str] = frozenset()) -> BaseModelT:
    """Return a record or programme with every text changed, wherever it is nested, except in `skip_fields`.

    A part that loses a required text is removed too. A record keeps its id and title.
    """
    return cast("BaseModelT", _map_value(model, "", transform, skip_fields))


def _map_value(value: Any, path: str, transform: TextTransform, skip_fields: frozenset[str]) -> Any:
    if type(value) is str:
        mapped = transform(path, value)
        return _REMOVED if mapped is None else mapped
    if isinstance(value, CouncilDate):
        return replace(value, raw=transform(path, value.raw) or "")
    if isinstance(value, tuple):
        items = (_map_value(item, f"{path}[{index}]", transform, skip_fields) for index, item in enumerate(value))
        return tuple(item for item in items if item is not _REMOVED)
    if isinstance(value, dict):
        items = ((key, _map_value(item, f"{path}.{key}", transform, skip_fields)) for key, item in value.items())
        return {transform(path, key) or key: item for key, item in items}
    if isinstance(value, BaseModel):
        return _copy_with(value, dict(_map_fields(value, path, transform, skip_fields)))
    return value


def _map_fields(
    model: BaseModel, path: str, transform: TextTransform, skip_fields: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    for spec, value in list_present_values(model):
        if spec.name not in skip_fields:
            field_path = f"{path}.{spec.name}" if path else spec.name
            yield spec.attribute, _map_value(value, field_path, transform, skip_fields)


# Names of hidden records in running text

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Placeholders:
    """The words that replace an exempt title, the name of a hidden record in a text, and a whole text with one."""

    title: str = "Title not published"
    mention: str = "an item that is not published"
    text: str = "Text not published, because it names an item that is not published"


@dataclass(frozen=True, slots=True)
class ExemptNames:
    """Titles and files that nothing public may print, besides those of the records that are exempt in a register."""

    titles: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RedactedRegister:
    """The register that an audience sees, and a summary of what was removed."""

    register: Register
    redactions: Redactions = field(default_factory=Redactions)


def redact_for_audience(
    register: Register,
    audience: Audience,
    day: date,
    placeholders: Placeholders | None = None,
    other_names: ExemptNames | None = None,
) -> RedactedRegister:
    """Return what an audience may see of a register on a day, with placeholders for hidden names.

    `other_names` are hidden names that are not in this register: former ones, and those of newer commits.
    """
    if audience is Audience.PUBLIC:
        names = find_hidden_names(register, day, other_names)
        return _redact_for_public(register, day, names, placeholders or Placeholders())
    keep_notes = audience is Audience.OFFICERS
    records = tuple(_drop_expired_exemptions(record, day, keep_notes=keep_notes) for record in register.records)
    return RedactedRegister(replace(register, records=records))


def _drop_expired_exemptions(record: Record, day: date, *, keep_notes: bool) -> Record:
    """Return a record with only the exemptions that still hold, which papers mark."""
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


def _redact_for_public(
    register: Register, day: date, names: HiddenNames, placeholders: Placeholders
) -> RedactedRegister:
    public_entries = [record for record in register.records if not is_fully_exempt(record, day)]
    copies = [make_public_copy(record, day, placeholders.title) for record in public_entries]
    records = tuple(_scrub_model(record, names, placeholders) for record in copies)
    pairs = tuple(zip(public_entries, copies, strict=True))
    removed_parts = {id_: new.id for old, new in pairs for id_ in _find_removed_parts(old, new)}
    records = tuple(_relink_removed_parts(record, removed_parts) for record in records) if removed_parts else records
    public = replace(
        register,
        programme=_scrub_model(register.programme, names, placeholders),
        records=records,
        paths={
            record.id: _get_public_path(register, record, day)
            for record in public_entries
            if record.id in register.paths
        },
        file_count=register.file_count - (len(register.records) - len(records)),
    )
    return RedactedRegister(_drop_unreferenced(register, public), summarise_redactions(register, pairs, day))


def _get_public_path(register: Register, record: Record, day: date) -> str:
    """Return the file of a record; if its title is exempt, a file name with only the id."""
    path = PurePosixPath(register.paths[record.id])
    is_named = "title" in list_exempt_fields(record, day)
    return str(path.with_name(f"{record.id}{path.suffix}") if is_named else path)


@dataclass(frozen=True, slots=True)
class HiddenNames:
    """Names that nothing public may print: ids in links, and names of records and contracts in running text.

    `contracts` are the references of contracts, folded.
    """

    ids: frozenset[str]
    matcher: NameMatcher
    contracts: frozenset[str] = frozenset()


def find_hidden_names(
    register: Register, day: date, others: ExemptNames | None = None, *, with_ids: bool = True
) -> HiddenNames:
    """Return the names hidden from the public. A file that cannot be read may be exempt, so its names are hidden."""
    exempt_records = [record for record in register.records if is_fully_exempt(record, day)]
    part_ids = {part.id for record in exempt_records if isinstance(record, Recommendation) for part in record.parts}
    ids = frozenset({record.id for record in exempt_records} | part_ids | register.broken_ids)
    public_ids = {record.id for record in register.records} | {id_ for id_, _ in register.iter_parts()}
    others = others or ExemptNames()
    with_hidden_name = [*exempt_records, *(r for r in register.records if "title" in list_exempt_fields(r, day))]
    contracts = find_contract_names(register.contracts, day)
    titles = {
        *(record.title for record in with_hidden_name),
        *register.broken_titles,
        *others.titles,
        *contracts.titles,
    }
    paths = {*(register.paths.get(record.id, "") for record in with_hidden_name), *others.paths} - {""}
    searchable_ids = ids | contracts.searchable if with_ids else ()
    allowed_ids = (public_ids - ids) | contracts.open_references
    return HiddenNames(ids, build_name_matcher(searchable_ids, titles, paths, allowed_ids), contracts.references)


CONTRACT_LINK = re.compile(r"contracts\[\d+\]|contract")
"""The fields in which a record names a contract by its reference."""
NON_TEXT_FIELDS = frozenset(
    {
        "exempt",
        "inferred",
        "restated",
        "truncated",
        "policy",
        "expects",
        "report",
        "kinds",
        "show_updates",
        "show_closed",
        "withheld",
    }
)
"""Fields that hold names of fields and settings, never running text."""


def _scrub_model(model: ModelT, hidden_names: HiddenNames, placeholders: Placeholders) -> ModelT:
    """Return a model without links to hidden records, and with placeholders for their names in its text.

    A text in which a name cannot be replaced is withheld.
    """
    if not hidden_names.ids and not hidden_names.contracts and hidden_names.matcher.pattern is None:
        return model
    reference_targets = {
        path: marker.target for path, _, marker in list_references(model) if isinstance(marker, IdMarker)
    }

    def scrub_text(path: str, text: str) -> str | None:
        if path in reference_targets:
            return None if reference_targets[path] in {"record", "part"} and text in hidden_names.ids else text
        if CONTRACT_LINK.fullmatch(path):
            return None if fold_reference(text) in hidden_names.contracts else text
        if path.rpartition(".")[2] == "id":
            return text
        replaced = hidden_names.matcher.replace(text, placeholders.mention)
        withheld = placeholders.title if path == "title" else placeholders.text
        return withheld if replaced is None else replaced

    return map_text(model, scrub_text, NON_TEXT_FIELDS)


def _find_removed_parts(old: Record, new: Record) -> frozenset[str]:
    if not isinstance(old, Recommendation) or not isinstance(new, Recommendation):
        return frozenset()
    return frozenset(part.id for part in old.parts) - {part.id for part in new.parts}


def _relink_removed_parts(record: Record, removed_parts: Mapping[str, str]) -> Record:
    """Return a record whose links to a hidden part name the recommendation instead."""
    affected_paths = {path for path, text, _ in list_references(record) if text in removed_parts}
    return (
        map_text(record, lambda path, text: removed_parts[text] if path in affected_paths else text)
        if affected_paths
        else record
    )


NAMED_LISTS = tuple(
    spec.attribute
    for spec in list_fields(Programme)
    if spec.is_list and spec.name != "meetings" and (spec.model is None or "id" in spec.model.model_fields)
)
"""The lists of the programme whose entries records name: things with ids, and posts.

Meetings are never removed, because a paper is for one of them. A rule warns about meetings that only exempt records
name.
"""


def _drop_unreferenced(register: Register, public: Register) -> Register:
    """Return the public register without the entries of the programme that only redacted records name."""
    unreferenced = list_named(register) - list_named(public)
    lists = {
        name: tuple(
            entry
            for entry in getattr(public.programme, name)
            if (entry if isinstance(entry, str) else entry.id) not in unreferenced
        )
        for name in NAMED_LISTS
    }
    return replace(public, programme=public.programme.model_copy(update=lists))


def list_named(register: Register) -> frozenset[str]:
    """Return every id and post that the programme and its records name, in their dates too."""
    models = (register.programme, *register.records)
    names = {text for model in models for _, text, _ in list_references(model)}
    dates = (value for model in models for _, value, _ in walk(model) if isinstance(value, CouncilDate))
    return frozenset(names | {day.anchor for day in dates if day.anchor})


# Tag exempt text, so that every value that a paper prints carries its exemption.
#
# Members and officers see exempt text, which a paper must mark. The tag is a pair of private-use characters around the
# value. Attribute access, f-strings, joins and excerpts keep it, so that a report cannot lose it. The document
# builder (`reports.exempt_marks`) turns tags into marks; nothing else prints them.


_OPEN, _START, _END = "\U000f0000", "\U000f0001", "\U000f0002"
_FIRST_DIGIT = 0xF0010
_TAGS = re.compile(f"{_OPEN}([{chr(_FIRST_DIGIT)}-{chr(_FIRST_DIGIT + 9)}]*){_START}?([^{_OPEN}{_END}]*)(?:{_END}|$)?")
_CONTROLS = re.compile(f"[{_OPEN}{_START}{_END}{chr(_FIRST_DIGIT)}-{chr(_FIRST_DIGIT + 9)}]")
_INDEX = re.compile(r"\[\d+\]")


def tag_exempt_text(register: Register, titles: NameMatcher | None = None) -> tuple[Register, tuple[ExemptTag, ...]]:
    """Return the register with every exempt text tagged, and the exemptions that the tags refer to.

    Where open text has one of the exempt `titles`, that is tagged too.
    """
    tags: list[ExemptTag] = []
    law = register.programme.policy.exemption_law
    records = tuple(_tag_record(record, law, tags) for record in register.records)
    register = replace(register, records=records) if tags else register
    if titles is None or titles.pattern is None:
        return register, tuple(tags)
    tags.append(ExemptTag("", ()))
    number = len(tags) - 1
    programme = _tag_titles(register.programme, titles, number)
    records = tuple(_tag_titles(record, titles, number) for record in register.records)
    return replace(register, programme=programme, records=records), tuple(tags)


def _tag_titles(model: ModelT, titles: NameMatcher, number: int) -> ModelT:
    """Return a model in which each exempt title in open text is tagged."""
    references = {path for path, _, _ in list_references(model)}

    def tag_text(path: str, text: str) -> str:
        if path in references or path.rpartition(".")[2] == "id" or has_tags(text):
            return text
        pieces = titles.split(text)
        return "".join(tag_exempt(piece, number) if is_name else piece for piece, is_name in pieces)

    return map_text(model, tag_text, NON_TEXT_FIELDS)


def _tag_record(record: Record, law: ExemptionLaw, tags: list[ExemptTag]) -> Record:
    scopes: list[tuple[str, tuple[str, ...], int]] = []
    for exemption in iter_exemptions(record):
        is_partial = has_valid_fields(exemption.model, exemption.exempt)
        fields = get_exempt_fields(exemption.model, exemption.exempt) if is_partial else ()
        scopes.append((exemption.path.removesuffix("exempt"), expand_implied_fields(fields), len(tags)))
        has_only_text = {name.partition(".")[0] for name in fields} <= text_field_names(type(record))
        covers_facts = exemption.path == "exempt" and not (fields and has_only_text)
        tags.append(ExemptTag(record.id, parse_paragraphs(exemption.exempt, law), covers_facts))
    if not scopes:
        return record
    revision_tag = next((number for prefix, _, number in scopes if prefix.startswith("revisions[")), 0)
    for place in list_repeated_dates(record, date.min):  # only exemptions that are in force are left here
        entry, separator, name = place.rpartition(".")
        scopes.append((entry + separator, (name,), revision_tag))
    links = {path for path, _, marker in list_references(record) if isinstance(marker, IdMarker)}

    def tag_text(path: str, text: str) -> str:
        if not text or path in links or path.rpartition(".")[2] == "id":
            return text
        number = next(
            (number for prefix, fields, number in reversed(scopes) if _is_in_scope(path, prefix, fields)), None
        )
        return text if number is None else tag_exempt(text, number)

    return map_text(record, tag_text, NON_TEXT_FIELDS)


def _is_in_scope(path: str, prefix: str, fields: tuple[str, ...]) -> bool:
    if not path.startswith(prefix):
        return False
    name = _INDEX.sub("", path.removeprefix(prefix))
    return not fields or any(f"{name}.".startswith(f"{field}.") for field in fields)


def tag_exempt(text: str, number: int) -> str:
    """Return a text with the number of the exemption that it falls under."""
    digits = "".join(chr(_FIRST_DIGIT + int(digit)) for digit in str(number))
    return f"{_OPEN}{digits}{_START}{_CONTROLS.sub('', text)}{_END}"


def remove_tags(text: str) -> str:
    """Return a text without tags."""
    return _CONTROLS.sub("", text)


def has_tags(text: str) -> bool:
    """Whether a text has a tag."""
    return _CONTROLS.search(text) is not None


def split_tagged(text: str) -> Iterator[tuple[str, int | None]]:
    """Yield the pieces of a text, each with the number of its exemption; None for what is not exempt.

    A text that was cut keeps half of its tag. Without the end tag, all text after the start tag is exempt; without the
    start tag, all text before the end tag is, by an exemption whose number is not known (-1).
    """
    position = 0
    for match in _TAGS.finditer(text):
        yield from _split_untagged(text[position : match.start()])
        digits = "".join(str(ord(digit) - _FIRST_DIGIT) for digit in match[1])
        yield match[2], int(digits) if digits else -1
        position = match.end()
    yield from _split_untagged(text[position:])


def _split_untagged(text: str) -> Iterator[tuple[str, int | None]]:
    before, end, after = text.rpartition(_END)
    if end:
        yield remove_tags(before), -1
    if after:
        yield remove_tags(after), None
