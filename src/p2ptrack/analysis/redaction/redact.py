"""Redact a register for an audience, and summarise what was taken out.

Papers are made from the redacted register, so that they hold nothing exempt by accident. The public sees nothing
exempt and no note, members see what is exempt and no note, officers see everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from p2ptrack.analysis.case import ExemptTag, Redactions
from p2ptrack.analysis.links import build_links
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import (
    EXEMPTABLE_LISTS,
    expand_implied_fields,
    get_exempt_fields,
    has_valid_fields,
    is_fully_exempt,
    is_in_force,
    iter_exemptions,
    list_exempt_fields,
    parse_paragraphs,
    summarise_redactions,
)
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import IdMarker, Model
from p2ptrack.model.programme import ExemptionLaw, Programme
from p2ptrack.model.records import Recommendation, Record, Update
from p2ptrack.model.register import Register
from p2ptrack.model.schema import list_held_values, list_references, text_field_names

# Removing fields and entries. No field of a record is named here, so that a new field is redacted like any other.

BaseModelT = TypeVar("BaseModelT", bound=BaseModel)
TextTransform = Callable[[str, str], str | None]
"""From the path of a text and the text to its replacement; None removes it."""

_REMOVED = object()


def make_public_copy(record: Record, day: date, title: str) -> Record:
    """Return what the public may see of a record that is not wholly exempt. `title` replaces an exempt one."""
    redacted_entries = {
        name: _redact_entries(getattr(record, name), day) for name in EXEMPTABLE_LISTS if hasattr(record, name)
    }
    names = expand_implied_fields(list_exempt_fields(record, day))
    fields: dict[str, Any] = {**redacted_entries, "note": None, "exempt": None}
    if "title" in names:
        fields["title"] = title
    redacted = record.model_copy(update=fields)
    for name in names:
        if name != "title":
            redacted = cast("Record", _remove_field(redacted, tuple(name.split("."))))
    return redacted


def _redact_entries(entries: Iterable[BaseModel], day: date) -> tuple[Any, ...]:
    kept = (_redact_entry(entry, day) for entry in entries if not is_fully_exempt(entry, day))
    return tuple(entry for entry in kept if entry is not _REMOVED)


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
            for spec, field_value in list_held_values(value)
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
    for spec, value in list_held_values(model):
        if spec.name not in skip_fields:
            field_path = f"{path}.{spec.name}" if path else spec.name
            yield spec.attribute, _map_value(value, field_path, transform, skip_fields)


# Names of hidden records in running text

_QUOTE, _DASH = "['\u2018\u2019]", "[-\u2010-\u2015]"
_CHARACTER_VARIANTS = {"'": _QUOTE, "\u2019": _QUOTE, "-": _DASH, "\u2013": _DASH}
_SPACE = r"\s+"
_FILE_ENDING = r"(?:\.ya?ml)?"
_WORD_START, _WORD_END = r"(?<![^\W_])", r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class NameMatcher:
    """Finds the names of hidden records in text. `allowed_ids` are the ids that may be named, folded."""

    pattern: re.Pattern[str] | None
    allowed_ids: frozenset[str]

    def find(self, text: str) -> str:
        """Return the first name of such a record in a text, or an empty text."""
        matched_names = (match.group() for match in self.pattern.finditer(text)) if self.pattern else ()
        return next((name for name in matched_names if name.casefold() not in self.allowed_ids), "")

    def replace(self, text: str, placeholder: str) -> str:
        """Return the text with the placeholder for each name of such a record."""
        if self.pattern is None:
            return text
        return self.pattern.sub(
            lambda match: match.group() if match.group().casefold() in self.allowed_ids else placeholder, text
        )


def build_name_matcher(
    ids: Iterable[str], titles: Iterable[str], paths: Iterable[str], allowed_ids: Iterable[str]
) -> NameMatcher:
    """Return a matcher of ids, titles and file names, the longest first."""
    own_ids = tuple(ids)
    stems = {PurePosixPath(path).stem for path in paths} - set(own_ids)
    title_patterns = {
        *map(_build_title_pattern, titles),
        *(_build_title_pattern(stem) + _FILE_ENDING for stem in stems),
    }
    id_patterns = {_build_id_pattern(id_) for id_ in own_ids if not id_.isdecimal()}
    alternatives = [
        alternative
        for group in (title_patterns, id_patterns)
        for alternative in sorted(group, key=lambda text: (-len(text), text))
    ]
    pattern = re.compile(f"{_WORD_START}(?:{'|'.join(alternatives)}){_WORD_END}") if alternatives else None
    return NameMatcher(pattern, frozenset(id_.casefold() for id_ in allowed_ids))


def _build_title_pattern(text: str) -> str:
    """Return a pattern for a title that ignores case, spacing, line ends and the form of quotes.

    A title of one word must have its case, as written or in capitals: *contracts* is not the record *Contracts*.
    """
    if text.isalpha():
        return f"(?:{text}|{text.upper()})"
    return f"(?i:{_SPACE.join(map(_build_word_pattern, text.split()))})"


def _build_word_pattern(word: str) -> str:
    return "".join(_CHARACTER_VARIANTS.get(character) or re.escape(character) for character in word)


def _build_id_pattern(id_: str) -> str:
    """Return a pattern for an id and its parts. An id without a digit is also a word, so its case must match.

    An id of digits alone is not looked for, because every number would match.
    """
    pattern = re.escape(id_) if id_.isalpha() else f"(?i:{re.escape(id_)})"
    return rf"{pattern}(?:\.[^\W_]+)*"


ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Placeholders:
    """The words that replace an exempt title and the name of a hidden record in a text."""

    title: str = "Title not published"
    mention: str = "an item that is not published"


@dataclass(frozen=True, slots=True)
class RedactedRegister:
    """The register that an audience sees, and a summary of what was taken out."""

    register: Register
    redactions: Redactions = field(default_factory=Redactions)


def redact_for_audience(
    register: Register,
    audience: Audience,
    day: date,
    placeholders: Placeholders | None = None,
    currently_hidden: HiddenNames | None = None,
) -> RedactedRegister:
    """Return what an audience may see of a register on a day, with placeholders for hidden names.

    `currently_hidden` are names that a public paper of a past register may not print today.
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
    """Names that nothing public may print: ids in links, and names of records in running text."""

    ids: frozenset[str]
    matcher: NameMatcher


def _scrub_names(register: Register, hidden_names: HiddenNames, mention: str) -> Register:
    records = tuple(_scrub_model(record, hidden_names, mention) for record in register.records)
    return replace(register, programme=_scrub_model(register.programme, hidden_names, mention), records=records)


def find_hidden_names(register: Register, day: date) -> HiddenNames:
    """Return the names hidden from the public. A file that cannot be read may be exempt, so its id is hidden."""
    exempt_records = [record for record in register.records if is_fully_exempt(record, day)]
    part_ids = {part.id for record in exempt_records if isinstance(record, Recommendation) for part in record.parts}
    ids = frozenset({record.id for record in exempt_records} | part_ids | register.broken_ids)
    public_ids = {record.id for record in register.records} | {id_ for id_, _ in register.iter_parts()}
    return HiddenNames(ids, build_name_matcher(ids, *_collect_titles_and_files(register, day), public_ids - ids))


def find_currently_hidden_names(current_register: Register, day: date) -> HiddenNames:
    """Return the titles and files that are hidden today, for a past register in which an id may mean another record."""
    return HiddenNames(frozenset(), build_name_matcher((), *_collect_titles_and_files(current_register, day), ()))


def _collect_titles_and_files(register: Register, day: date) -> tuple[list[str], list[str]]:
    exempt_records = [record for record in register.records if is_fully_exempt(record, day)]
    records_with_exempt_title = [
        r for r in register.records if "title" in list_exempt_fields(r, day) and not is_fully_exempt(r, day)
    ]
    files = [register.paths[record.id] for record in exempt_records if record.id in register.paths]
    return [record.title for record in (*exempt_records, *records_with_exempt_title)], files


NON_TEXT_FIELDS = frozenset(
    {"exempt", "inferred", "restated", "truncated", "policy", "report", "kinds", "show_updates", "show_closed"}
)
"""Fields that hold names of fields and settings, never running text."""


def _scrub_model(model: ModelT, hidden_names: HiddenNames, mention: str) -> ModelT:
    """Return a model without links to hidden records, and with placeholders for their names in its text."""
    if not hidden_names.ids and hidden_names.matcher.pattern is None:
        return model
    reference_targets = {
        path: marker.target for path, _, marker in list_references(model) if isinstance(marker, IdMarker)
    }

    def scrub_text(path: str, text: str) -> str | None:
        if path in reference_targets:
            return None if reference_targets[path] in {"record", "part"} and text in hidden_names.ids else text
        return text if path.rpartition(".")[2] == "id" else hidden_names.matcher.replace(text, mention)

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


def _drop_unreferenced(register: Register, public: Register) -> Register:
    """Return the public register without the sources and dependencies that only redacted records name."""
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


# Tag exempt text, so that the exemption travels with every value that a paper prints.
#
# Members and officers see exempt text, which a paper must mark. The tag is a pair of private-use characters around the
# value: it survives attribute access, f-strings, joins and excerpts, so that a report cannot lose it. The document
# builder (`reports.exempt_marks`) turns tags into marks; nothing else prints them.


_OPEN, _START, _END = "\U000f0000", "\U000f0001", "\U000f0002"
_FIRST_DIGIT = 0xF0010
_TAGS = re.compile(f"{_OPEN}([{chr(_FIRST_DIGIT)}-{chr(_FIRST_DIGIT + 9)}]*){_START}?([^{_OPEN}{_END}]*)(?:{_END}|$)?")
_CONTROLS = re.compile(f"[{_OPEN}{_START}{_END}{chr(_FIRST_DIGIT)}-{chr(_FIRST_DIGIT + 9)}]")
_INDEX = re.compile(r"\[\d+\]")


def tag_exempt_text(register: Register) -> tuple[Register, tuple[ExemptTag, ...]]:
    """Return the register with every exempt text tagged, and the exemptions that the tags refer to."""
    tags: list[ExemptTag] = []
    law = register.programme.policy.exemption_law
    records = tuple(_tag_record(record, law, tags) for record in register.records)
    return (replace(register, records=records), tuple(tags)) if tags else (register, ())


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
    """Whether some of a text is tagged as exempt."""
    return _CONTROLS.search(text) is not None


def split_tagged(text: str) -> Iterator[tuple[str, int | None]]:
    """Yield the pieces of a text, each with the number of its exemption; None for what is not exempt.

    A text that was cut keeps its tag: without its end, what follows is exempt too; without its beginning, what
    precedes is, by an exemption whose number is lost (-1).
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
