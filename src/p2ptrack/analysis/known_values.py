"""The values that a field has in a register: a filter that cannot match is refused, and the nearest value suggested."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from p2ptrack.analysis.case import Case
from p2ptrack.errors import UsageError
from p2ptrack.model.fields import DirectorateMarker, IdMarker, RoleMarker
from p2ptrack.model.register import format_meeting_title
from p2ptrack.model.schema import FieldSpec, iter_values, record_field_specs
from p2ptrack.phrases import MAX_IDS, did_you_mean, excerpt, fold_text, join_words, natural_key, quote, unique

FIELD_NAME_LISTS = frozenset({"inferred", "restated", "truncated"})
"""Fields that list the names of other fields."""

_NAMES_OF_PEOPLE = frozenset({"approved_by", "by", "decided_by", "requested_by"})
"""Fields that may name a post, or a body or person that is not one of the programme's posts."""
_PATTERN_CHARACTERS = frozenset("*?[")
_RANGE = re.compile(r"([a-z0-9]+(?:\.[a-z0-9]+)*)(?: ?\.\.+ ?| ?- ?| to )([a-z0-9]+(?:\.[a-z0-9]+)*)")
_SEPARATORS = tuple(map(re.compile, (r" ?[;/|] ?", r" ?(?:[+&]|\band\b|\bor\b) ?", r" ")))
"""Separators that people type instead of a comma, the likelier first: a name can contain *and* or a space."""


class KnownValues:
    """The values that a filter by one field may have.

    `names` are written in the register or the programme, as they are written. `titles` are other names for some of
    them: the title of a phase for its id. With `is_free`, a record may have other values too.
    """

    def __init__(self, case: Case, field_spec: FieldSpec) -> None:
        self._case, self._field_spec, self._marker = case, field_spec, field_spec.marker
        self._is_record_id = field_spec.path == ("id",)
        is_id = self._is_record_id or isinstance(self._marker, IdMarker | DirectorateMarker)
        # A record may get a post or a reference that no record has today.
        self.is_free = not is_id and field_spec.path[-1] not in FIELD_NAME_LISTS
        self.titles: Mapping[str, str] = dict(self._list_titles())
        self.names = unique([*self._list_names(), *self._list_used_names()])
        self._ids_by_title = {fold_text(title): id_ for id_, title in self.titles.items()}
        self._folded_names = {fold_text(name) for name in self.names}

    def is_known(self, text: str) -> bool:
        """Whether a value is known as it is or as a title."""
        folded = fold_text(text)
        return folded in self._folded_names or folded in self._ids_by_title

    def resolve(self, text: str, typed_name: str) -> str:
        """Return the folded value that a user's word means. Raises `UsageError` for a word that no record can have."""
        folded = fold_text(text)
        if folded in self._folded_names:
            self._refuse_broken(text, folded)
            return self.normalise(text)
        if folded in self._ids_by_title:
            return fold_text(self._ids_by_title[folded])
        if self._is_prefix_of_known(folded) or (self.is_free and not self._is_pattern(folded)):
            return folded
        raise UsageError(self._explain_unknown(text, typed_name))

    def normalise(self, value: str) -> str:
        """Return the value of a record as `resolve` returns it: an id where a title means one."""
        folded = fold_text(value)
        if isinstance(self._marker, DirectorateMarker):
            return fold_text(self._ids_by_title.get(folded, folded))
        return folded

    def explain_unused(self, text: str, typed_name: str) -> str:
        """Return the sentence about a valid value that no record has, or an empty text."""
        folded = fold_text(text)
        is_part = self._field_spec.type == "text" and any(folded in name for name in self._folded_names)
        if not self.is_free or is_part or self.is_known(text) or self._is_pattern(folded):
            return ""
        return self._explain_unknown(text, typed_name)

    def _is_pattern(self, folded: str) -> bool:
        return bool(self._expand_pattern(folded)) or not _PATTERN_CHARACTERS.isdisjoint(folded)

    def _is_prefix_of_known(self, folded: str) -> bool:
        return self._field_spec.path == ("recommendations",) and any(
            name.startswith(f"{folded}.") for name in self._folded_names
        )

    def _refuse_broken(self, text: str, folded: str) -> None:
        register = self._case.register
        # A copy of a record has an error, but the record itself is read.
        unreadable_ids = {fold_text(id_) for id_ in register.broken_ids.difference(register.by_id)}
        if self._is_record_id and folded in unreadable_ids:
            raise UsageError(f"{text} has an error. Run p2ptrack check to see it.")

    def _list_titles(self) -> Iterator[tuple[str, str]]:
        programme = self._case.register.programme
        match self._marker:
            case IdMarker(target="phase"):
                yield from ((phase.id, phase.title) for phase in programme.phases)
            case IdMarker(target="meeting"):
                yield from ((meeting.id, format_meeting_title(meeting)) for meeting in programme.meetings)
            case IdMarker(target="source"):
                yield from ((source.id, source.title) for source in programme.sources)
            case DirectorateMarker():
                yield from ((entry.id or entry.title, entry.title) for entry in programme.directorates)
            case IdMarker(target="dependency"):
                yield from ((dependency.id, dependency.title) for dependency in programme.dependencies)

    def _list_names(self) -> Iterator[str]:
        register = self._case.register
        yield from self.titles
        if isinstance(self._marker, RoleMarker):
            yield from register.programme.roles
            yield from sorted(register.field_index().references.get(RoleMarker(), ()))
        elif self._is_record_id or self._refers_to("record"):
            yield from (*register.by_id, *sorted(register.broken_ids))
        elif self._refers_to("part"):
            recommendations = (id_ for id_, record in register.by_id.items() if hasattr(record, "parts"))
            yield from (*recommendations, *(id_ for id_, _ in register.iter_parts()), *sorted(register.broken_ids))
        elif self._field_spec.path[-1] in FIELD_NAME_LISTS:
            yield from record_field_specs(register.kinds)

    def _list_used_names(self) -> Iterator[str]:
        for record in self._case.register.records:
            yield from map(str, iter_values(record, self._field_spec.path))

    def _refers_to(self, target: str) -> bool:
        return isinstance(self._marker, IdMarker) and self._marker.target == target

    def _explain_unknown(self, text: str, typed_name: str) -> str:
        return self._explain_form(text, typed_name) or self._explain_missing(text, typed_name.removeprefix("not."))

    def _explain_form(self, text: str, typed_name: str) -> str:
        """Return the advice for a pattern, a range or values without commas; empty for a single value."""
        expanded, missing = self._expand_pattern(fold_text(text)), self._find_missing_end(text)
        if expanded and missing:
            return f"There is no {missing}. Write {typed_name}:{','.join(expanded)}"
        if expanded:
            advice = f"Write {typed_name}:{','.join(expanded)}" if len(expanded) <= MAX_IDS else "Write each id."
            return f"{quote(text)} is a pattern, and patterns are not supported. {advice}"
        if values := self._split_values(text):
            advice = quote_filter(f"{typed_name}:{','.join(values)}")
            return f"{quote(text)} has several values. Put commas between them. Write {advice}"
        return ""

    def _explain_missing(self, text: str, name: str) -> str:
        candidates = {fold_text(name): name for name in (*self.names, *self.titles.values())}
        if self._field_spec.path[-1] in _NAMES_OF_PEOPLE:
            candidates |= {fold_text(role): role for role in self._case.register.programme.roles}
            candidates.pop(fold_text(text), None)
        choices = self._list_choices()
        hint = choices if choices and self.titles else did_you_mean(text, tuple(candidates.values())) or choices
        if self._is_record_id or self._refers_to("record") or self._refers_to("part"):
            parts = dict(self._case.register.iter_parts())
            part = next((id_ for id_ in parts if fold_text(id_) == fold_text(text)), "")
            if part:
                return f"{part} is a part of {parts[part].id}, not a record. Write {name}:{parts[part].id}"
            return f"There is no {excerpt(text)}.{hint}"
        if isinstance(self._marker, IdMarker):
            return f"There is no {self._marker.target} {quote(text)}.{hint}"
        if name in {"accountable", "owner"}:
            return f"No record has the owner {quote(text)}.{hint}"
        return f"No record has {quote(text)} under {name}.{hint}"

    def _list_choices(self) -> str:
        if self._field_spec.type == "text":
            return ""
        names = [
            f"{name} ({self.titles[name]})" if self.titles.get(name, name) != name else name for name in self.names
        ]
        if not names or len(names) > MAX_IDS:
            return " To list all records: p2ptrack list" if self._is_record_id else ""
        return f" Use {join_words(names, 'or')}."

    def _split_values(self, text: str) -> tuple[str, ...]:
        """Return the known values in a text without commas between them."""
        names = {fold_text(name): name for name in (*self.names, *self.titles.values())}
        for separator in _SEPARATORS:
            parts = separator.split(fold_text(text))
            if parts[1:] and names.keys() >= set(parts):
                return tuple(names[part] for part in parts)
        return ()

    def _expand_pattern(self, folded: str) -> tuple[str, ...]:
        """Return the values that a pattern such as `A0*` or a range such as `A01-A03` means."""
        names = sorted(self.names, key=natural_key)
        if _PATTERN_CHARACTERS.intersection(folded):
            return tuple(name for name in names if fnmatchcase(fold_text(name), folded))
        ends = _RANGE.fullmatch(folded)
        if ends and (self._folded_names.issuperset(ends.groups()) or _is_range_of_ids(*ends.groups())):
            first, last = (natural_key(end) for end in ends.groups())
            return tuple(name for name in names if first <= natural_key(name) <= last)
        return ()

    def _find_missing_end(self, text: str) -> str:
        """Return the end of a range such as `A01-A99` that no value has, or an empty text."""
        ends = _RANGE.fullmatch(text.casefold())
        missing = [end for end in ends.groups() if fold_text(end) not in self._folded_names] if ends else []
        return text[text.casefold().rindex(missing[-1]) :][: len(missing[-1])] if missing else ""


def _is_range_of_ids(first: str, last: str) -> bool:
    """Whether two words differ in their numbers alone, as `r1` and `r99` do."""
    return re.sub(r"\d+", "", first) == re.sub(r"\d+", "", last) != "" and first[-1:].isdigit() and last[-1:].isdigit()


def explain_pattern(text: str, typed_name: str) -> str:
    """Return the advice for a text filter with a star, or an empty text. A text filter already finds parts of words."""
    plain_text = "".join(character for character in text if character not in "*?").strip()
    if plain_text == text.strip():
        return ""
    if not fold_text(plain_text):
        advice = "Leave this filter out." if typed_name == "text" else f"Write has:{typed_name}"
        return f"{quote(text)} is a pattern, and patterns are not supported. {advice}"
    return (
        f"{quote(text)} is a pattern, and patterns are not supported. "
        f"Part of a word is enough. Write {quote_filter(f'{typed_name}:{plain_text}')}"
    )


def quote_filter(word: str) -> str:
    """Return a filter as it can be typed in a shell: in quotation marks where it has a space or a quotation mark."""
    if '"' in word:
        return f"'{word}'"
    return f'"{word}"' if re.search(r"[\s'&;()<>|*?$!#]", word) else word
