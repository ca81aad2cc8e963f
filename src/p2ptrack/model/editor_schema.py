"""JSON Schemas of the files, for editors: they accept what `check` accepts, and complete only that.

An editor reads numbers, booleans and nulls where `check` reads text, and compares words with their case and hyphens.
pydantic's schema of the models is rewritten for that, in draft-07, which every editor understands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from functools import cache
from typing import Any

from p2ptrack.model.advice import COMMON_WORDS, RANK_WORDS
from p2ptrack.model.dates.council_date import FIRST_YEAR, LAST_YEAR
from p2ptrack.model.fields import COUNCIL_DATE_FORMAT, REFERENCE_FORMAT, Acceptance, Model, Priority, Status
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import Labels, Programme
from p2ptrack.phrases import normalise_word, unique
from p2ptrack.values import dataclass

JsonSchema = dict[str, Any]

SCHEMA_DIALECT = "http://json-schema.org/draft-07/schema#"
SCHEMA_HOME = "https://raw.githubusercontent.com/p2ptrack/p2ptrack/main/docs/schemas/"
"""Where the schemas are published: a schema's `$id` is its name after this, with `.json`."""

_TEXT: JsonSchema = {"type": ["string", "number", "boolean"]}
_FLAG_WORDS = "[Yy][Ee][Ss]|[Nn][Oo]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]"
_FLAG: JsonSchema = {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": f"^(?:{_FLAG_WORDS})$"}]}
_NUMBER: JsonSchema = {
    "anyOf": [{"type": "integer", "minimum": 0, "maximum": 999_999}, {"type": "string", "pattern": "^[0-9]{1,6}$"}]
}
_AMBIGUOUS_QUARTER = r"(?:[Qq]|[Qq]uarter |[Qq]tr ?)[1-4][ -][0-9]{4}|[0-9]{4}[ -][Qq][1-4]"
"""A quarter of a year that can be the calendar's or the council's (S105)."""
_DATE_EXAMPLES = ["31 March 2027", "March 2027", "Q3 2026/27", "early 2026/27", "On-going"]
_DATE: JsonSchema = {
    "description": "A date as councils write it: 31 March 2027, Mar-27, Q3 2026/27, early 2026/27, On-going.",
    "examples": _DATE_EXAMPLES,
    "anyOf": [
        {"type": "string", "pattern": rf"^(?!\s*(?:{_AMBIGUOUS_QUARTER})\s*$)"},
        {"type": "integer", "minimum": FIRST_YEAR, "maximum": 10_000 * LAST_YEAR + 1231},
        {
            "type": "object",
            "properties": {
                "raw": {**_TEXT, "title": "As written", "description": "The date as the source writes it."},
                "means": {**_TEXT, "title": "Meaning", "description": "The date that it means, or none."},
            },
            "required": ["raw", "means"],
            "additionalProperties": False,
        },
    ],
}
_JSON_SCALAR = re.compile(r"true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
"""A word of a choice that an editor reads as a number or a boolean."""
_SEPARATOR = r"[\s_\-\u2010-\u2015\u2212]+"
_TRANSLATED = {"status": Status, "priority": Priority, "acceptance": Acceptance}
"""The fields whose words a council may replace by its own, by the name that its table has."""


@dataclass(frozen=True, slots=True)
class CouncilWords:
    """What a council's programme adds to the schemas, for editors to offer.

    `labels` are its own words, by field and by what they mean. `names` are its posts, meetings, phases, sources,
    dependencies and directorates, by the format of the texts that name them.
    """

    labels: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def build_file_schemas(programme: Programme | None) -> dict[str, JsonSchema]:
    """Return the schema of each kind of file, with the words and names of a register's programme."""
    words = collect_council_words(programme) if programme else None
    kinds = programme.kinds if programme else KINDS
    models: dict[str, type[Model]] = {**{kind.word: kind.model for kind in kinds}, "programme": Programme}
    return {name: build_editor_schema(name, model, words) for name, model in models.items()}


def build_editor_schema(name: str, model: type[Model], words: CouncilWords | None = None) -> JsonSchema:
    """Return the schema of a kind of file, with the words of a council."""
    source = dict(_generate_schema(model))
    parts = source.pop("$defs", {})
    words = words or CouncilWords()
    rewriter = _Rewriter(replace(words, labels={}) if model is Programme else words, parts)
    definitions = {key: rewriter.rewrite_definition(key) for key in parts}
    head = {"$schema": SCHEMA_DIALECT, "$id": f"{SCHEMA_HOME}{name}.json"}
    return {**head, **rewriter.rewrite(source), "definitions": definitions}


@cache  # `doctor --fix` needs them twice, and to generate them takes most of its time
def _generate_schema(model: type[Model]) -> JsonSchema:
    return model.model_json_schema(ref_template="#/definitions/{model}")


def collect_council_words(programme: Programme) -> CouncilWords:
    """Return what a programme adds to the schemas."""
    labels = programme.policy.labels
    names = {
        "post": programme.roles,
        "meeting": tuple(meeting.id for meeting in programme.meetings),
        "phase": tuple(phase.id for phase in programme.phases),
        "source": tuple(source.id for source in programme.sources),
        "dependency": tuple(dependency.id for dependency in programme.dependencies),
        "directorate": tuple(directorate.title for directorate in programme.directorates),
    }
    return CouncilWords(
        {name: {member.value: words for member, words in getattr(labels, name).items()} for name in _TRANSLATED},
        {f"{REFERENCE_FORMAT}{kind}": unique(values) for kind, values in names.items() if values},
    )


class _Rewriter:
    """Rewrites pydantic's schema of a model as an editor should read it."""

    def __init__(self, words: CouncilWords, parts: Mapping[str, JsonSchema]) -> None:
        self._own_words = words.labels
        self._names = words.names
        self._parts = parts

    def rewrite_definition(self, name: str) -> JsonSchema:
        """Return a named part: a group of fields, or the words that a field may have."""
        part = self._parts[name]
        label = next((label for label, enum in _TRANSLATED.items() if enum.__name__ == name), "")
        if label:
            return _describe(part) | self._build_words(part["enum"], label)
        return self._build_labels(part) if name == Labels.__name__ else self.rewrite(part)

    def _build_labels(self, part: JsonSchema) -> JsonSchema:
        """Return the tables of the council's words; those for statuses may be directly under `labels`."""
        names = [{"enum": list(part["properties"])}, {"$ref": f"#/definitions/{Status.__name__}"}]
        words = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}, {"type": "object"}]}
        return {**self.rewrite(part), "propertyNames": {"anyOf": names}, "additionalProperties": words}

    def rewrite(self, part: JsonSchema) -> JsonSchema:
        """Return a part of a schema with every part inside it."""
        types = {"string": self._rewrite_text, "boolean": lambda _: _FLAG, "integer": lambda _: _NUMBER}
        if part.get("format") == COUNCIL_DATE_FORMAT:
            return _DATE | _describe(part)
        rewrite_scalar: Callable[[JsonSchema], JsonSchema] | None = types.get(str(part.get("type")))
        if rewrite_scalar or "enum" in part:
            return _describe(part) | (rewrite_scalar or self._rewrite_text)(part)
        return self._rewrite_group(part)

    def _rewrite_text(self, part: JsonSchema) -> JsonSchema:
        if "enum" in part:
            return self._build_words(part["enum"])
        if part.get("format") in self._names:
            return {**_TEXT, "examples": list(self._names[part["format"]])}
        return {**_TEXT, "pattern": part["pattern"]} if "pattern" in part else _TEXT

    def _rewrite_group(self, part: JsonSchema) -> JsonSchema:
        group: JsonSchema = {key: value for key, value in part.items() if key not in {"default", "anyOf", "$ref"}}
        if "patternProperties" in part:
            group["additionalProperties"] = False
        for key in ("properties", "patternProperties"):
            if key in part:
                group[key] = {name: self.rewrite(inner) for name, inner in part[key].items()}
        for key in ("items", "additionalProperties", "propertyNames"):
            if isinstance(part.get(key), dict):
                group[key] = self.rewrite(part[key])
        if "$ref" in part:
            return self._describe_reference(part["$ref"], group)
        alternatives = [alternative for alternative in part.get("anyOf", ()) if alternative != {"type": "null"}]
        if len(alternatives) == 1 and "$ref" in alternatives[0]:
            return self._describe_reference(alternatives[0]["$ref"], group)
        alternatives = [self.rewrite(alternative) for alternative in alternatives]
        if len(alternatives) == 1:
            return {**alternatives[0], **group}
        return {**group, "anyOf": alternatives} if alternatives else group

    def _describe_reference(self, reference: str, description: JsonSchema) -> JsonSchema:
        """Return a reference, or the part that it names with another description.

        Draft-07 ignores whatever is beside a reference, and editors complete nothing in an `allOf`.
        """
        if not description:
            return {"$ref": reference}
        return {**self.rewrite_definition(reference.removeprefix("#/definitions/")), **description}

    def _build_words(self, names: Iterable[str], label: str = "") -> JsonSchema:
        """Return the schema of a word: the names are offered, and every other spelling of a known word is accepted."""
        names = tuple(names)
        own_words = tuple(word for words in self._own_words.get(label, {}).values() for word in words)
        known_words = unique(map(normalise_word, (*names, *own_words, *COMMON_WORDS.get(label, ()))))
        pattern = "|".join(map(_spell, known_words))
        before, after = _RANKS if label == "priority" else ("", "")
        ways: list[JsonSchema] = [
            {"enum": list(unique((*names, *own_words)))},
            {"type": "string", "pattern": rf"^[\s_-]*{before}(?:{pattern}){after}[\s_-]*$"},
        ]
        scalars = [
            json.loads(word) for word in unique(map(str.casefold, (*names, *own_words))) if _JSON_SCALAR.fullmatch(word)
        ]
        return {"anyOf": [*ways, {"enum": scalars}] if scalars else ways}


def _spell(word: str) -> str:
    """Return a pattern for a word in any case, with any separator of its parts."""
    return "".join(map(_spell_letter, word))


def _spell_letter(letter: str) -> str:
    if letter == "_":
        return _SEPARATOR
    return f"[{letter.lower()}{letter.upper()}]" if letter.isalpha() else re.escape(letter)


_MARK = _SEPARATOR[:-2] + "().,:/]"
_RANK = f"(?:(?:{'|'.join(map(_spell, RANK_WORDS))}){_MARK}*)?[1-9]"
_RANKS = (f"(?:{_MARK}*{_RANK}{_MARK}+)?", f"(?:{_MARK}+{_RANK}{_MARK}*)?")
"""The text that `strip_rank` removes from a priority, before and after the word."""


def _describe(part: JsonSchema) -> JsonSchema:
    """Return the title and description of a part, and its default where that can be written in a file."""
    description: JsonSchema = {key: part[key] for key in ("title", "description") if key in part}
    if isinstance(part.get("default"), str | int):
        description["default"] = part["default"]
    return description
