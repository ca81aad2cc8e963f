"""Fields and kinds of record that the programme declares, and the models that are made from them.

A declared field has the annotated type of a built-in one, so that reading, messages, schemas, filters, exemptions and
exports follow from its model. Errors of declarations are found in `declared_kinds`.
"""

import keyword
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from p2ptrack.model import limits
from p2ptrack.model.advice import list_choices
from p2ptrack.model.fields import (
    OMIT_EMPTY,
    DateField,
    Flag,
    IdMarker,
    ListOf,
    Model,
    Role,
    ShortForm,
    Text,
    Title,
    Validator,
    expand_text,
    field_error,
    make_word_validator,
    optional,
    optional_list,
    require_text,
)
from p2ptrack.model.kinds import KINDS, Kind, Kinds
from p2ptrack.model.money import MoneyField
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.schema import DeclaredChoice, DeclaredMarker, DeclaredNumber
from p2ptrack.phrases import describe_lookalike, humanise, normalise_word, quote, suggest
from p2ptrack.values import compile_on_use

_MAX_NAME_LENGTH = 40
_NAME_PATTERN = rf"[a-z][a-z0-9]*(?:_[a-z0-9]+){{0,{_MAX_NAME_LENGTH}}}"
_WORDS_PATTERN = r"[^\W\d_][^\W_]*(?:(?:['\u2019] ?|[ -])[^\W_]+)*['\u2019]?"
_PREFIX_PATTERN = r"[A-Z]{1,6}"


class FieldType(StrEnum):
    """What a declared field holds."""

    TEXT = "text"
    POST = "post"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"
    LINK = "link"


class FieldRole(StrEnum):
    """The functions of a declared field, such as being summed."""

    DUE = "due"
    REQUIRED = "required"
    SUM = "sum"
    GROUP = "group"


def _validate_name(value: Any) -> str:
    text = require_text(value)
    if len(text) <= _MAX_NAME_LENGTH and re.fullmatch(_NAME_PATTERN, text):
        return text
    name = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_0123456789")[:_MAX_NAME_LENGTH].rstrip("_")
    example = name if re.fullmatch(_NAME_PATTERN, name) else "cost_centre"
    fix = f"Use at most {_MAX_NAME_LENGTH} small letters, digits and underscores, such as {example}."
    raise field_error("S104", f"{quote(text)} cannot be a name. {describe_lookalike(text)}".rstrip(), fix)


def _validate_words(value: Any) -> str:
    text = require_text(value)
    if len(text) <= _MAX_NAME_LENGTH and re.fullmatch(_WORDS_PATTERN, text):
        return text
    fix = f"Use at most {_MAX_NAME_LENGTH} letters, digits, spaces, apostrophes and hyphens, such as policy review."
    raise field_error("S104", f"{quote(text)} cannot be what a record is called.", fix)


_TYPE_SYNONYMS = {
    FieldType.TEXT: "string str words note comment",
    FieldType.POST: "person officer role user owner name job_title",
    FieldType.DATE: "day deadline datetime",
    FieldType.MONEY: "amount currency price cost value pounds",
    FieldType.NUMBER: "integer int float decimal percentage percent count score",
    FieldType.CHOICE: "enum select option options dropdown boolean bool yes_no flag checkbox choices",
    FieldType.LINK: "url id reference record address web_address",
}


def _validate_type(value: Any) -> FieldType:
    text = require_text(value)
    word = normalise_word(text)
    if word in set(FieldType):
        return FieldType(word)
    of_list = re.fullmatch(r"(?:list|lists)_(?:of_)?(\w+?)s?", word)
    suggested = next((type_ for type_, words in _TYPE_SYNONYMS.items() if word in words.split()), None)
    if of_list and of_list[1] in set(FieldType):
        fix = f"For several values, write:\ntype: {of_list[1]}\nlist: true"
    elif suggested is FieldType.CHOICE and word in {"boolean", "bool", "yes_no", "flag", "checkbox"}:
        fix = 'Write:\ntype: choice\nchoices: ["Yes", "No"]'
    else:
        types = tuple(type_.value for type_ in FieldType)
        fix = list_choices((suggested.value,) if suggested else suggest(text, types) or types, types)
    message = f"{quote(text)} is not a type of field." if text else "The type of this field is missing."
    raise field_error("S108", message, fix)


def _validate_prefix(value: Any) -> str:
    text = require_text(value)
    if re.fullmatch(_PREFIX_PATTERN, text):
        return text
    fix = "Write one to six capital letters, such as PR for PR01."
    raise field_error("S104", f"{quote(text)} cannot be the beginning of ids.", fix)


def _parse_number(text: str) -> Decimal | None:
    match = _NUMBER.fullmatch(text.strip().replace("\u2212", "-"))
    return DeclaredNumber(match[0].replace(",", "")) if match else None


_NUMBER = compile_on_use(r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.[0-9]{1,6})?")
_NUMBER_PATTERN = r"\s*[-\u2212]?(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.[0-9]{1,6})?\s*"


def _validate_number(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    text = require_text(value)
    number = _parse_number(text)
    if number is None:
        fix = "Write it in digits, such as 12, 1,200 or 98.5, with its unit in the field's title."
        stripped = _parse_number(text.strip().removesuffix("%"))
        fix = f"Write {stripped:f}, with the per cent sign in the field's title." if stripped is not None else fix
        raise field_error("S107", f"{quote(text)} is not a number.", fix)
    return number


def parse_number(text: str) -> Decimal | None:
    """Return the number that a text states: `12`, `1,200`, `-0.5`; None for any other text."""
    return _parse_number(text)


NumberValue = Annotated[DeclaredNumber, Validator(_validate_number, pattern=_NUMBER_PATTERN)]
LinkedId = Annotated[str, Validator(require_text), IdMarker("record")]
DeclaredName = Annotated[str, Validator(_validate_name, pattern=_NAME_PATTERN)]
KindWords = Annotated[str, Validator(_validate_words, pattern=_WORDS_PATTERN)]
IdPrefix = Annotated[str, Validator(_validate_prefix, pattern=_PREFIX_PATTERN)]
FieldTypeWord = Annotated[FieldType, BeforeValidator(_validate_type)]
FieldRoleWord = Annotated[
    FieldRole, make_word_validator({member.value: member for member in FieldRole}, "a role of a field")
]


def _check_entries(value: Any) -> Any:
    limits.check_entries(value)
    return value


_NAMES = BeforeValidator(_check_entries)
"""A mapping whose names must all have a value, unlike those of `OMIT_EMPTY`."""


class FieldDeclaration(Model):
    """A field that the programme declares. Its type alone is enough."""

    type: FieldTypeWord = Field(title="Type", description="What it holds. A link is the id of another record.")
    title: Title | None = optional("Title", "What papers and lists call it. Without it, its name.")
    description: Text | None = optional("Description", "What belongs in it. Editors show it.")
    choices: ListOf[Text] = optional_list("Choices", "The words that a choice can have.")
    is_list: Flag = Field(default=False, alias="list", title="List", description="Whether it can have several values.")
    role: ListOf[FieldRoleWord] = optional_list(
        "Role",
        "What is done with it: due (the record is overdue after it), required, sum (papers add it up), group (papers "
        "group by it).",
    )


FieldTable = Annotated[
    dict[DeclaredName, Annotated[FieldDeclaration, expand_text("type"), ShortForm(accepts_text=True)]], _NAMES
]


class RegisterDeclaration(Model):
    """A kind of record that the programme declares. Its name is that of its folder in `data`."""

    singular: KindWords = Field(title="One record", description="What one record is called, such as policy review.")
    plural: KindWords | None = optional("Several records", "What several are called. Without it, the folder's name.")
    prefix: IdPrefix = Field(title="Beginning of ids", description="The letters that ids begin with: PR for PR01.")
    tracked: Flag = Field(
        default=False,
        title="Tracked",
        description="Whether somebody carries it out: it then has the fields of an action, such as status, accountable "
        "and updates. A field with the role due makes it so.",
    )
    total_within: DeclaredName | None = optional(
        "Totals only within", "A choice. Amounts are added up for each of its words, and never across them."
    )
    fields: FieldTable = Field(default_factory=dict, title="Fields", description="Its own fields, by name.")

    @property
    def due_field(self) -> str:
        """Return the name of the field with the role `due`, or an empty text."""
        return next((name for name, field in self.fields.items() if FieldRole.DUE in field.role), "")

    @property
    def base(self) -> type[Record]:
        """Return the model that its own fields are added to."""
        return TrackedRecord if self.tracked or self.due_field else Record


DeclaredFields = Annotated[dict[str, FieldTable], OMIT_EMPTY]
DeclaredRegisters = Annotated[dict[DeclaredName, RegisterDeclaration], _NAMES]


def declare_fields() -> Any:
    """Return the programme's field with the council's own fields of built-in kinds."""
    return Field(
        default_factory=dict,
        title="Own fields",
        description="The council's own fields of actions and other kinds: the kind, then the name and type of each.",
    )


def declare_registers() -> Any:
    """Return the programme's field with the council's own kinds of record."""
    return Field(
        default_factory=dict, title="Own registers", description="The council's own kinds of record, by folder."
    )


class Declarations(Model):
    """All that a programme declares."""

    fields: DeclaredFields = declare_fields()
    registers: DeclaredRegisters = declare_registers()


_TYPES: Mapping[FieldType, Any] = {
    FieldType.TEXT: Text,
    FieldType.POST: Role,
    FieldType.DATE: DateField,
    FieldType.MONEY: MoneyField,
    FieldType.NUMBER: NumberValue,
    FieldType.LINK: LinkedId,
}


def build_kinds(declarations: Declarations) -> Kinds:
    """Return the built-in kinds with the fields that are declared for them, and the declared kinds after them."""
    tables = {kind.name: table for word, table in declarations.fields.items() if (kind := KINDS.find(word))}
    kinds = Kinds((
        *(_extend_kind(kind, tables.get(kind.name, {})) for kind in KINDS),
        *(_make_kind(name, register) for name, register in declarations.registers.items()),
    ))  # fmt: skip
    for kind in kinds:
        kind.model.kind, kind.model.kinds = kind, kinds
    return kinds


def _extend_kind(kind: Kind, fields: Mapping[str, FieldDeclaration]) -> Kind:
    model = make_model(kind.model.__name__, kind.model, fields)
    return Kind(kind.name, kind.folder, model, kind.singular, kind.plural, kind.example_id)


def _make_kind(name: str, register: RegisterDeclaration) -> Kind:
    plural = register.plural or name.replace("_", " ")
    model = make_model(f"Declared_{name}", register.base, register.fields)
    if issubclass(model, TrackedRecord):
        model.due_name = register.due_field or "target"
    folder = name
    kind_name = normalise_word(register.singular) if register.singular.isascii() else name
    return Kind(
        re.sub(r"[^a-z0-9]+", "_", kind_name), folder, model, register.singular, plural, f"{register.prefix}01",
        total_within=register.total_within or "", is_declared=True,
    )  # fmt: skip


def make_model(name: str, base: type[Record], fields: Mapping[str, FieldDeclaration]) -> type[Record]:
    """Return a model with declared fields after those of another one. The due field takes the place of `target`."""
    definitions: dict[str, Any] = {}
    for field_name, declaration in fields.items():
        attribute = "target" if FieldRole.DUE in declaration.role else _find_attribute(base, field_name)
        alias = None if attribute == field_name else field_name
        title = declaration.title or humanise(field_name)
        description = declaration.description or f"{title}."
        default: Any = () if declaration.is_list else None
        field = Field(default=default, title=title, description=description, alias=alias)
        definitions[attribute] = (build_annotation(declaration), field)
    model: type[Record] = create_model(name, __base__=base, __module__=__name__, __doc__=base.__doc__, **definitions)
    model.declared_names = frozenset(fields)
    return model


def _find_attribute(base: type[Record], field_name: str) -> str:
    """Return the name of a field in Python. It differs from that in files if Python or pydantic uses that name."""
    return f"{field_name}_" if keyword.iskeyword(field_name) or hasattr(base, field_name) else field_name


def build_annotation(declaration: FieldDeclaration) -> Any:
    """Return the annotated type of a declared field."""
    value_type = _TYPES.get(declaration.type) or _make_choice(declaration.choices)
    field_type = _LIST_OF[value_type] if declaration.is_list else value_type | None
    return _ANNOTATED[field_type, DeclaredMarker(frozenset(declaration.role))]


_ANNOTATED: Any = Annotated  # a type checker does not take types that are made while the program runs
_LIST_OF: Any = ListOf


@lru_cache(maxsize=256)
def _make_choice(choices: tuple[str, ...]) -> Any:
    """Return the type of a choice of these words, the same for the same words."""
    make_enum: Any = DeclaredChoice
    enum = make_enum("DeclaredChoice", [(f"CHOICE_{index}", word) for index, word in enumerate(choices)])
    members = {normalise_word(member.value): member for member in enum}

    def validate(value: Any) -> Any:
        text = require_text(value)
        member = members.get(normalise_word(text))
        if member is None:
            near = suggest(text, choices)
            message = f"{quote(text)} is not one of the choices." if text else "Nothing is written here."
            raise field_error("S108", message, list_choices(near or choices, choices))
        return member

    return _ANNOTATED[enum, BeforeValidator(validate)]
