"""The kinds of record that a programme has with its declarations, and the faults of declarations.

A fault is an error of validation at its own place in the programme, so that `check` shows its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails

from p2ptrack.model import limits
from p2ptrack.model.declarations import (
    Declarations,
    FieldDeclaration,
    FieldRole,
    FieldType,
    RegisterDeclaration,
    build_kinds,
)
from p2ptrack.model.fields import ValidationContext, field_error, is_file_id
from p2ptrack.model.kinds import KINDS, Kind, Kinds, normalise_kind_word
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.schema import FieldSpec, list_fields
from p2ptrack.model.validation import validate_with_dropped_fields
from p2ptrack.phrases import join_words, normalise_word, quote, suggest

MAX_REGISTERS, MAX_FIELDS, MAX_CHOICES = 30, 60, 60
RESERVED_WORDS = frozenset({
    *("add", "changes", "check", "close", "collect", "contract", "contracts", "digest", "doctor", "edit", "export"),
    *("extend", "figures", "forwardplan", "history", "import", "init", "link", "links", "list", "meeting", "meetings"),
    *("mergerecord", "overdue", "portfolio", "position", "programme", "publish", "record", "records", "register"),
    *("registers", "render", "rule", "rules", "schema", "show", "site", "status", "templates", "update", "updates"),
    *("verify", "view", "views"),
})  # fmt: skip
"""Names of commands, answers and tables, which no kind of record can have, as `normalise_kind_word` returns them."""
RESERVED_FIELDS = frozenset({
    *("awaiting_verification", "by", "closed", "code", "days_late_at_completion", "days_moved", "days_overdue"),
    *("days_since_update", "days_to_target", "due_soon", "facts", "fields", "file", "has", "has_exempt", "is", "kind"),
    *("no_owner", "no_recent_update", "no_target", "number", "overdue", "past_phase", "path", "position", "record"),
    *("records", "slipped", "text", "times_moved", "unfinished", "waiting"),
})  # fmt: skip
"""Words that filters, columns and exports use for something else, such as facts."""
RESERVED_ALIASES = {
    "recommendation": "recommendations",
    "part": "recommendations",
    "ref": "report_refs",
    "owner": "accountable",
    "department": "directorate",
}
"""Other names of built-in fields in filters."""
_CODE = "S114"
_KEY = "[key]"


_Place = tuple[str | int, ...]


class _Fault(NamedTuple):
    """A fault at a place in the declarations, and how to fix it."""

    place: _Place
    message: str
    fix: str


def make_kinds(fields: Mapping[str, Any], registers: Mapping[str, Any]) -> Kinds:
    """Return the kinds of a programme with valid declarations: the same value for the same declarations."""
    if not fields and not registers:
        return KINDS
    declarations = Declarations.model_construct(fields=dict(fields), registers=dict(registers))
    return _make_kinds(declarations.model_dump_json(by_alias=True))


@lru_cache(maxsize=128)
def _make_kinds(declarations: str) -> Kinds:
    return build_kinds(Declarations.model_validate_json(declarations))


def read_kinds(values: Mapping[str, Any]) -> Kinds:
    """Return the kinds in the plain data of a programme, without declarations that have an error."""
    declared = {name: values[name] for name in ("fields", "registers") if values.get(name)}
    if not declared:
        return KINDS
    declarations, _ = validate_with_dropped_fields(CheckedDeclarations, declared, ValidationContext())
    return make_kinds(declarations.fields, declarations.registers) if declarations else KINDS


class CheckedDeclarations(Declarations):
    """Declarations without any fault."""

    @model_validator(mode="after")
    def _check(self) -> CheckedDeclarations:
        check_declarations(self)
        return self


def check_declarations(declarations: Declarations) -> None:
    """Raise a validation error with every fault of declarations, each at its place."""
    if not declarations.fields and not declarations.registers:
        return
    faults = list(_find_faults(declarations)) or list(_find_conflicts(declarations))
    if faults:
        errors: list[InitErrorDetails] = [
            {"type": field_error(_CODE, fault.message, fault.fix), "loc": fault.place, "input": None}
            for fault in faults[: limits.MAX_ERRORS]
        ]
        raise ValidationError.from_exception_data("Declarations", errors)


def _find_faults(declarations: Declarations) -> Iterator[_Fault]:
    """Yield the faults of single declarations, and of pairs that conflict."""
    faults: dict[str, str] = {}
    for word, table in declarations.fields.items():
        place, kind = ("fields", word), KINDS.find(word)
        if kind is None:
            yield _explain_unknown_kind(place, word, declarations)
        elif kind.name in faults:
            fix = f"Put the fields of both under {faults[kind.name]}:."
            yield _Fault(
                (*place, _KEY), f"{quote(word)} and {quote(faults[kind.name])} are the same kind of record.", fix
            )
        else:
            faults[kind.name] = word
            yield from _find_field_faults(place, table, kind.model, f"Every {kind.singular} has it already.")
    registers = declarations.registers
    if len(registers) > MAX_REGISTERS:
        message = f"The programme declares {len(registers)} registers. It can have at most {MAX_REGISTERS}."
        yield _Fault(("registers",), message, "Keep those that are needed.")
    yield from _find_word_faults(registers)
    for name, register in registers.items():
        yield from _find_register_faults(name, register)


def _explain_unknown_kind(place: _Place, word: str, declarations: Declarations) -> _Fault:
    kinds = [kind.singular for kind in KINDS]
    if word in declarations.registers:
        fix = f"Put its fields under registers:, {word}:, fields:."
        return _Fault((*place, _KEY), f"{quote(word)} is a register of your own.", fix)
    choices = suggest(word, kinds) or kinds
    fix = f"Use {join_words(choices, 'or')}. A kind of your own goes under registers:."
    return _Fault((*place, _KEY), f"{quote(word)} is not a kind of record.", fix)


def _find_word_faults(registers: Mapping[str, RegisterDeclaration]) -> Iterator[_Fault]:
    """Yield a fault for each folder, word and id prefix that is already used."""
    owners: dict[str, str] = {word: kind.plural for kind in KINDS for word in kind.words}
    prefixes = {kind.example_id.rstrip("0123456789"): kind.plural for kind in KINDS}
    for name, register in registers.items():
        words = {"": name, "singular": register.singular, "plural": register.plural or ""}
        own_words = set[str]()
        for field, text in words.items():
            place = ("registers", name, field) if field else ("registers", name, _KEY)
            word = normalise_kind_word(text)
            if word in RESERVED_WORDS or (word.isascii() and word and not is_file_id(word)):
                yield _Fault(place, f"{quote(text)} has another meaning in p2ptrack.", "Choose another word.")
            elif word in owners:
                yield _Fault(place, f"{quote(text)} already means {owners[word]}.", "Choose another word.")
            own_words.add(word)
        owners |= dict.fromkeys(own_words - {""}, f"the register {name}")
        if register.prefix in prefixes:
            message = f"The ids of {prefixes[register.prefix]} begin with {register.prefix} already."
            yield _Fault(("registers", name, "prefix"), message, "Choose other letters, such as two of its name.")
        prefixes.setdefault(register.prefix, f"the register {name}")


def _find_register_faults(name: str, register: RegisterDeclaration) -> Iterator[_Fault]:
    place = ("registers", name, "fields")
    tracked = "" if register.base is TrackedRecord else " Or write tracked: true, which adds it."
    yield from _find_field_faults(
        place, register.fields, register.base, f"Every {register.singular} has it already.", tracked
    )
    due = [field for field, declaration in register.fields.items() if FieldRole.DUE in declaration.role]
    for field in due[1:]:
        fix = f"Keep the role on one of the two: {due[0]} or {field}."
        yield _Fault((*place, field, "role"), f"{quote(due[0])} has the role due already.", fix)
    within = register.total_within
    choices = [field for field, item in register.fields.items() if item.type is FieldType.CHOICE and not item.is_list]
    if within and within not in choices:
        fix = f"Use {join_words(choices, 'or')}." if choices else "Declare a field with type: choice."
        yield _Fault(("registers", name, "total_within"), f"{quote(within)} is not a choice of this register.", fix)


def _find_field_faults(
    place: _Place,
    table: Mapping[str, FieldDeclaration],
    base: type[Record],
    built_in_advice: str,
    tracked_advice: str = "",
) -> Iterator[_Fault]:
    """Yield the faults of the fields of one kind, whose model already has the fields of `base`."""
    if len(table) > MAX_FIELDS:
        yield _Fault(
            place, f"This declares {len(table)} fields. A kind can have at most {MAX_FIELDS} of its own.", _FEWER
        )
        return
    base_names = {name for field in list_fields(base) for name in (field.name, field.attribute)}
    tracked = {field.name for field in list_fields(TrackedRecord)}
    for name, declaration in table.items():
        key = (*place, name, _KEY)
        if name in base_names:
            fix = f"{built_in_advice} Leave this out and use {name}:, or choose another name."
            yield _Fault(key, f"{quote(name)} is a built-in field.", fix)
        elif name in tracked and tracked_advice:
            yield _Fault(key, f"{quote(name)} is a built-in field of actions.", f"Choose another name.{tracked_advice}")
        elif name in RESERVED_ALIASES:
            message = f"{quote(name)} is another name of the built-in field {RESERVED_ALIASES[name]}."
            yield _Fault(key, message, "Choose another name.")
        elif name in RESERVED_FIELDS or name.endswith("_as_written"):
            yield _Fault(key, f"{quote(name)} has another meaning in p2ptrack.", "Choose another name.")
        yield from _find_shape_faults((*place, name), declaration, can_be_due=place[0] == "registers")


_FEWER = "Declare the fields that papers and lists need, and keep the rest in as_published."
_FIELDS_WITH_SUM = (FieldType.MONEY, FieldType.NUMBER)
_FIELDS_WITH_GROUP = (FieldType.CHOICE, FieldType.POST, FieldType.TEXT, FieldType.LINK)


def _find_shape_faults(place: _Place, field: FieldDeclaration, *, can_be_due: bool) -> Iterator[_Fault]:
    """Yield the properties of a field that do not fit its type."""
    name, is_choice = str(place[-1]), field.type is FieldType.CHOICE
    if is_choice and not field.choices:
        message, fix = (
            f"{quote(name)} is a choice without choices.",
            "Add the words, such as:\nchoices: [planned, delivered]",
        )
        yield _Fault((*place, "type"), message, fix)
    if field.choices and not is_choice:
        yield _Fault(
            (*place, "choices"), f"Only a choice has choices, and this is {field.type}.", "Write type: choice."
        )
    yield from _find_choice_faults((*place, "choices"), field.choices)
    role_place = (*place, "role")
    if FieldRole.DUE in field.role and not can_be_due:
        yield _Fault(role_place, "Only a register of your own can have a due date of its own.", "Use target: for it.")
    for role, types in _TYPES_BY_ROLE.items():
        if role in field.role and field.type not in types:
            fix = f"Leave the role out, or use the type {join_words(types, 'or')}."
            yield _Fault(role_place, f"A field of the type {field.type} cannot have the role {role}.", fix)
        if role in field.role and field.is_list:
            message = f"A list cannot have the role {role}."
            yield _Fault(role_place, message, "Leave list: out if the field has one value, or leave the role out.")
    if len(set(field.role)) != len(field.role):
        yield _Fault(role_place, "A role is named twice.", "Name each role once.")


_TYPES_BY_ROLE: Mapping[FieldRole, tuple[FieldType, ...]] = {
    FieldRole.DUE: (FieldType.DATE,),
    FieldRole.SUM: _FIELDS_WITH_SUM,
    FieldRole.GROUP: _FIELDS_WITH_GROUP,
}


def _find_choice_faults(place: _Place, choices: Iterable[str]) -> Iterator[_Fault]:
    spellings: dict[str, str] = {}
    for index, choice in enumerate(choices):
        word = normalise_word(choice)
        if word in spellings:
            message = f"{quote(choice)} and {quote(spellings[word])} are the same word."
            yield _Fault((*place, index), message, "Keep one of them.")
        if not word or word == "none" or len(choice) > MAX_CHOICE_LENGTH or "," in choice or "\n" in choice:
            message = f"{quote(choice)} cannot be a choice."
            fix = f"Use at most {MAX_CHOICE_LENGTH} characters and no comma. For none, records leave the field out."
            yield _Fault((*place, index), message, fix)
        spellings.setdefault(word, choice)
    if len(spellings) > MAX_CHOICES:
        message = f"This has {len(spellings)} choices. A choice can have at most {MAX_CHOICES}."
        yield _Fault(place, message, "Use type: text, or declare fewer choices.")


MAX_CHOICE_LENGTH = 60


def _find_conflicts(declarations: Declarations) -> Iterator[_Fault]:
    """Yield each field that has the name of another kind's and another type, or the column of another in exports."""
    meanings: dict[str, tuple[Any, str]] = {}
    columns: dict[str, tuple[str, str]] = {}
    for kind in make_kinds(declarations.fields, declarations.registers):
        for spec in list_fields(kind.model):
            place = _find_place(kind, spec, declarations)
            meaning = (spec.type, spec.marker, spec.is_list, spec.is_mapping, spec.model)
            first_meaning, owner = meanings.setdefault(spec.name, (meaning, kind.plural))
            if meaning != first_meaning and place:
                message = f"{quote(spec.name)} is a field of {owner} too, where it holds something else."
                yield _Fault(place, message, _advise_other_name(kind, spec))
            use = ""
            for column in _list_columns(spec):
                first_name, owner = columns.setdefault(column, (spec.name, kind.plural))
                if first_name != spec.name and place and not use:
                    use = f"{quote(spec.name)} needs the column {column} in exports, which {first_name} of {owner} has."
            if use:
                yield _Fault(place, use, _advise_other_name(kind, spec))


def _advise_other_name(kind: Kind, spec: FieldSpec) -> str:
    return f"Choose another name, such as {kind.name}_{spec.name}, and use it in the records too."


def _find_place(kind: Kind, spec: FieldSpec, declarations: Declarations) -> _Place:
    """Return the place of a declared field's name in the programme; nothing for a built-in field."""
    if not spec.declared:
        return ()
    word = next((word for word in declarations.fields if KINDS.find(word) == kind), "")
    return (
        ("registers", kind.folder, "fields", spec.name, _KEY) if kind.is_declared else ("fields", word, spec.name, _KEY)
    )


def _list_columns(spec: FieldSpec, prefix: str = "") -> Iterator[str]:
    """Yield the columns or the table that an export has for a field."""
    name = f"{prefix}{spec.name}"
    if spec.model is None or spec.is_mapping or (spec.is_list and len(spec.fields) > 1):
        yield name
        yield from [f"{name}_day"] if spec.type == "date" else []
    else:
        for inner in spec.fields:
            yield from _list_columns(inner, f"{name}_")
