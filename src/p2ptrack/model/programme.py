"""The programme: what all records share, its policy, its papers, and the wording and layout of `templates/`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cached_property
from string import Template
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from p2ptrack.errors import OperationError
from p2ptrack.model.contracts import ContractSettings
from p2ptrack.model.dates import DateWords, is_before
from p2ptrack.model.dates.council_date import MONTH_NAMES
from p2ptrack.model.declarations import (
    Declarations,
    DeclaredFields,
    DeclaredRegisters,
    declare_fields,
    declare_registers,
)
from p2ptrack.model.declared_kinds import check_declarations, make_kinds
from p2ptrack.model.fields import (
    OMIT_EMPTY,
    AcceptanceName,
    DateField,
    FileName,
    Flag,
    ListOf,
    Model,
    NamedEntries,
    Number,
    PastDate,
    PriorityName,
    ShortForm,
    ShortName,
    SourceId,
    StatusName,
    Text,
    Title,
    ValidationContext,
    Validator,
    expand_text,
    field_error,
    make_word_validator,
    optional,
    optional_list,
    require_text,
)
from p2ptrack.model.kinds import KINDS, Kinds
from p2ptrack.model.money import MoneyField
from p2ptrack.phrases import join_words, normalise_word, quote, suggest
from p2ptrack.values import compile_on_use, dataclass

DEFAULT_LANGUAGE = "en-GB"


class SourceDocument(Model):
    """A document that records come from. Without a date, the age of its updates is not known."""

    id: ShortName = Field(title="Id", description="A short name to refer to it.")
    title: Title = Field(title="Title", description="The document's title.")
    organisation: Text | None = optional("Organisation", "The organisation that published it.")
    body: Text | None = optional("Body", "The committee that received it.")
    date: PastDate | None = optional("Date", "When it was written. Leave it out if that is not stated.")


class Phase(Model):
    """A phase of the programme, which actions start and end in."""

    id: ShortName = Field(title="Id", description="A short name, such as P1.")
    title: Title = Field(title="Title", description="Its name in papers.")
    start: DateField | None = optional("Start", "When it starts.")
    end: DateField | None = optional("End", "When it ends. A target date that names a phase means this date.")
    description: Text | None = optional("Description", "Its purpose.")

    @property
    def is_reversed(self) -> bool:
        """Whether it ends before it starts. One of the dates is wrong, so neither is used."""
        return bool(self.start and self.end and is_before(self.end, self.start))


class Meeting(Model):
    """A meeting of a committee."""

    id: ShortName = Field(title="Id", description="A short name, such as AC-2023-03.")
    body: Text | None = optional("Body", "The committee that meets.")
    title: Title | None = optional("Title", "Its name, if it has one.")
    date: DateField = Field(title="Date", description="The day, or the month until the day is known.")
    papers_due: DateField | None = optional("Papers due", "The deadline for its papers.")
    agenda_published: PastDate | None = optional("Agenda published", "When its agenda was published.")


class Dependency(Model):
    """Something outside the register that records wait for."""

    id: ShortName = Field(title="Id", description="A short name to refer to it.")
    title: Title = Field(title="Title", description="What records wait for.")
    owner: Text | None = optional("Owner", "Who can resolve it.")
    expected: DateField | None = optional("Expected", "When it is expected.")
    since: PastDate | None = optional("Since", "When the wait began.")
    cleared: PastDate | None = optional("Cleared", "When the wait ended.")


class Directorate(Model):
    """A directorate, department or service. Its title alone is enough."""

    title: Text = Field(title="Title", description="Its name in papers.")
    id: ShortName | None = optional("Id", "A short name to refer to it.")


class GlossaryEntry(Model):
    """The meaning of a word or abbreviation in the papers."""

    text: Text = Field(title="Meaning", description="What the word means.")
    inferred: Flag = Field(
        default=False, title="Our interpretation", description="The meaning is not stated in the papers."
    )


def _get_kinds(info: ValidationInfo) -> Kinds:
    return info.context.kinds if isinstance(info.context, ValidationContext) and info.context.kinds else KINDS


def _validate_kind(value: Any, info: ValidationInfo) -> str:
    text, kinds = require_text(value), _get_kinds(info)
    kind = kinds.find(text)
    if kind is None:
        words = [known_kind.singular for known_kind in kinds]
        fix = f"Use {join_words(suggest(text, words) or words, 'or')}."
        raise field_error("S108", f"{quote(text)} is not a kind of record.", fix)
    return kind.name


_LANGUAGE_TAG = compile_on_use(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LANGUAGES = {
    "english": DEFAULT_LANGUAGE,
    "welsh": "cy",
    "cymraeg": "cy",
    "irish": "ga",
    "gaelic": "gd",
    "cornish": "kw",
}


def _validate_language(value: Any) -> str:
    """Return a language tag of BCP 47."""
    text = require_text(value)
    if _LANGUAGE_TAG.fullmatch(text):
        return text
    tag = _LANGUAGES.get(text.casefold()) or text.replace("_", "-")
    is_tag = _LANGUAGE_TAG.fullmatch(tag)
    fix = (
        f"Write {tag}."
        if is_tag
        else f"Write its code, such as cy for Welsh or {DEFAULT_LANGUAGE} for British English."
    )
    raise field_error("S108", f"{quote(text)} is not the code of a language.", fix)


LanguageTag = Annotated[str, Validator(_validate_language)]
KindName = Annotated[str, BeforeValidator(_validate_kind)]
RatingLevel = Literal["complete", "overdue", "at_risk", "on_track", "not_rated"]
RatingLevelWord = Annotated[
    RatingLevel, make_word_validator({word: word for word in get_args(RatingLevel)}, "a rating")
]
UpdateSelection = Literal["latest", "since_last_meeting", "all"]
UpdateSelectionWord = Annotated[
    UpdateSelection, make_word_validator({word: word for word in get_args(UpdateSelection)}, "a selection of updates")
]
ClosedSelection = Literal["since_last_meeting", "all"]
ClosedSelectionWord = Annotated[
    ClosedSelection,
    make_word_validator({word: word for word in get_args(ClosedSelection)}, "a selection of closed items"),
]
ExemptionLaw = Literal["england", "wales", "scotland"]
ExemptionLawWord = Annotated[
    ExemptionLaw, make_word_validator({word: word for word in get_args(ExemptionLaw)}, "a country for exemption law")
]


def _reject_duplicates(value: Any, normalise: Callable[[str], str], message: str, fix: str) -> Any:
    """Refuse two names that mean the same: of a mapping, only the last would silently be kept."""
    spellings: dict[str, str] = {}
    for key in value if isinstance(value, dict) else ():
        first_spelling = spellings.setdefault(normalise(str(key)), key)
        if first_spelling != key:
            raise field_error("S111", f"{quote(key)} and {quote(first_spelling)} {message}", fix % first_spelling)
    return value


_UNIQUE_WORDS = BeforeValidator(
    lambda value: _reject_duplicates(value, normalise_word, "are the same word.", "Put everything under one %s:.")
)
# Windows and macOS have one file for both names, so one paper would replace the other.
_UNIQUE_FILES = BeforeValidator(
    lambda value: _reject_duplicates(
        value, str.casefold, "differ only in capital letters.", "Give one of them another name than %s."
    )
)


def _reject_duplicate_kinds(value: Any, info: ValidationInfo) -> Any:
    def normalise(name: str) -> str:
        kind = _get_kinds(info).find(name)
        return kind.name if kind else name

    return _reject_duplicates(value, normalise, "are the same kind of record.", "Keep one of them: %s.")


_UNIQUE_KINDS = BeforeValidator(_reject_duplicate_kinds)


class Labels(Model):
    """The council's own words, by the word that each means. Papers print them as they are written."""

    status: Annotated[dict[StatusName, ListOf[Text]], _UNIQUE_WORDS, OMIT_EMPTY] = Field(
        default_factory=dict, title="Words for statuses", description="The council's words, by status."
    )
    priority: Annotated[dict[PriorityName, ListOf[Text]], _UNIQUE_WORDS, OMIT_EMPTY] = Field(
        default_factory=dict, title="Words for priorities", description="The council's words, by priority."
    )
    acceptance: Annotated[dict[AcceptanceName, ListOf[Text]], _UNIQUE_WORDS, OMIT_EMPTY] = Field(
        default_factory=dict, title="Words for acceptance", description="The council's words, by acceptance."
    )


def _group_status_labels(value: Any) -> Any:
    """Put the words for statuses under `status`: older registers have them directly under `labels`."""
    if not isinstance(value, dict):
        return value
    groups = {name: words for name, words in value.items() if name in Labels.model_fields}
    loose = {name: words for name, words in value.items() if name not in groups}
    if not loose:
        return groups
    status = groups.get("status", {})
    return {**groups, "status": {**loose, **status} if isinstance(status, dict) else status}


class Policy(Model):
    """How the council assesses its register. Limits are in days and inclusive."""

    due_soon_days: Number = Field(
        default=30, title="Due soon, days", description="A target date within this many days is due soon."
    )
    no_recent_update_days: Number = Field(
        default=90, title="No recent update, days", description="An update older than this many days is not recent."
    )
    verification: ListOf[KindName] = optional_list(
        "Kinds that need verification", "For these kinds, complete counts as closed only when it is verified."
    )
    extensions_need_approval: Flag = Field(
        default=False,
        title="Extensions need approval",
        description="A target change takes effect only when its decision is granted.",
    )
    delegations: NamedEntries[MoneyField] = Field(
        default_factory=dict,
        title="Limits of approval",
        description="Up to which value a post may approve an exemption, such as Head of Service: 100000.",
    )
    exemption_law: ExemptionLawWord = Field(
        default="england", title="Exemption law", description="The country whose law defines the exempt paragraphs."
    )
    labels: Annotated[Labels, BeforeValidator(_group_status_labels)] = Field(
        default_factory=Labels.model_construct,
        title="The council's own words",
        description="Other words that officers can write for a status, a priority or an acceptance. The usual words "
        "of public bodies, such as Implemented, are known already.",
    )
    rating: Annotated[dict[RatingLevelWord, Text], _UNIQUE_WORDS, OMIT_EMPTY] = Field(
        default_factory=dict, title="The council's words for ratings", description="What the council calls each rating."
    )
    rules_off: NamedEntries[Text] = Field(
        default_factory=dict,
        title="Rules that are off",
        description="The code of each rule that is off, and the reason.",
    )


class Paper(Model):
    """A paper that is produced from the register. By law, a committee paper lists its background papers."""

    report: Text | None = optional("Report", "The report that produces it, if the paper has another name.")
    title: Title | None = optional("Title", "The title on its first page.")
    source: SourceId | None = optional("Source", "Only records of this source.")
    kinds: ListOf[KindName] = optional_list("Kinds", "Only records of these kinds.")
    author: Text | None = optional("Report of", "Whose report it is.")
    introduction: Text | None = optional("Introduction", "The text at the beginning. Markdown.")
    asks: ListOf[Text] = optional_list(
        "The committee is asked to", "What the committee is asked to do, one by one. Markdown."
    )
    background_papers: ListOf[Text] = optional_list("Background papers", "Documents that it relies on. Markdown.")
    period: DateField | None = optional(
        "Period", "The days that an exemptions report covers, such as Q2 2026/27. The default is the year to date."
    )
    show_updates: UpdateSelectionWord | None = optional(
        "Updates to print",
        "The newest update of each item, those since the last meeting, or all. The default is latest.",
    )
    show_closed: ClosedSelectionWord | None = optional(
        "Closed items to print",
        "Those closed since the last meeting, or all. The default is since_last_meeting.",
    )


class Programme(Model):
    """The whole of `data/programme.yaml`."""

    title: Title = Field(title="Title", description="What the register is about.")
    organisation: Text | None = optional("Organisation", "The council's name, as papers print it.")
    notice: Text | None = optional("Notice", "A line that every paper prints.")
    language: LanguageTag | None = optional(
        "Language", f"The language of the papers, as a code: cy for Welsh. Without it, {DEFAULT_LANGUAGE}."
    )
    sources: ListOf[SourceDocument] = optional_list("Sources", "Documents that records come from.")
    phases: ListOf[Phase] = optional_list("Phases", "Phases that actions start and end in.")
    meetings: ListOf[Meeting] = optional_list("Meetings", "Committee meetings.")
    roles: ListOf[Text] = optional_list("Posts", "The posts that records can name. Any other name is a warning.")
    directorates: ListOf[Annotated[Directorate, expand_text("title"), ShortForm(accepts_text=True)]] = optional_list(
        "Directorates", "The directorates that records can name. Any other name is a warning."
    )
    dependencies: ListOf[Dependency] = optional_list("Dependencies", "What several records wait for.")
    expects: Annotated[dict[KindName, Number], _UNIQUE_KINDS, OMIT_EMPTY] = Field(
        default_factory=dict,
        title="Expected records",
        description="How many records of a kind there are, such as actions: 33. Any other number is an error.",
    )
    policy: Policy = Field(
        default_factory=Policy.model_construct, title="Policy", description="How this council assesses its register."
    )
    contracts: ContractSettings = Field(
        default_factory=ContractSettings.model_construct,
        title="Contracts",
        description="How contracts of the contracts register are judged and published.",
    )
    glossary: NamedEntries[Annotated[GlossaryEntry, expand_text("text"), ShortForm(accepts_text=True)]] = Field(
        default_factory=dict, title="Glossary", description="Words and abbreviations with their meanings."
    )
    views: NamedEntries[Text] = Field(
        default_factory=dict,
        title="Saved lists",
        description="What to type after `p2ptrack list`, by name. `p2ptrack list @NAME` shows it.",
    )
    reports: Annotated[dict[FileName, Paper], _UNIQUE_FILES, OMIT_EMPTY] = Field(
        default_factory=dict, title="Papers", description="Papers produced from the register, by name."
    )

    fields: DeclaredFields = declare_fields()
    registers: DeclaredRegisters = declare_registers()

    @cached_property
    def kinds(self) -> Kinds:
        """Return the kinds of record that the register has."""
        return make_kinds(self.fields, self.registers)

    @model_validator(mode="after")
    def _check_declarations(self) -> Self:
        check_declarations(Declarations.model_construct(fields=self.fields, registers=self.registers))
        return self


DISPENSABLE_FIELDS = frozenset({
    "notice",
    "language",
    "roles",
    "directorates",
    "expects",
    "glossary",
    "reports",
    "views",
    "policy.due_soon_days",
    "policy.no_recent_update_days",
    "policy.verification",
    "policy.extensions_need_approval",
    "policy.labels",
    "policy.rating",
    "policy.rules_off",
    "contracts.ocid_prefix",
    "meetings.title",
    "meetings.body",
    "meetings.papers_due",
    "meetings.agenda_published",
    "dependencies.owner",
    "dependencies.expected",
    "dependencies.since",
})  # fmt: skip
"""Fields of the programme that are left out if they have an error.

With an error in another field, no answer can be given. The others define which register it is, what is exempt, or what
the dates and links of records mean.
"""
COMPARED_FIELDS = frozenset({"roles", "directorates", "expects"})
"""Fields that rules compare records with.

With an error they are left out whole, so that rules report nothing by mistake.
"""


def collect_labels(policy: Policy) -> dict[str, dict[str, str]]:
    """Return what each of the council's own words means, by field and by the word as `normalise_word` has it."""
    tables: dict[str, Mapping[Any, tuple[str, ...]]] = dict(policy.labels)
    return {
        field_name: {normalise_word(word): meaning.value for meaning, words in table.items() for word in words}
        for field_name, table in tables.items()
    }


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by key. `wording("overdue_by", days=3)` fills in `$days`.

    `untranslated` are the keys whose texts are English because those of another language lack them.
    """

    templates: Mapping[str, str] = field(default_factory=dict)
    untranslated: frozenset[str] = frozenset()

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with the values filled in, marked as English where that is not the language.

        Raises `OperationError` for a key without text, and for a text that needs a value that is not given.
        """
        if key not in self.templates:
            raise OperationError(f"templates/words.yaml has no words for {key}. Add {key}: with the words to print.")
        try:
            text = Template(self.templates[key]).substitute(values)
        except (KeyError, ValueError) as error:
            raise OperationError(
                f"templates/words.yaml: the text for {key} has a $ sign that cannot be filled in ({error}). "
                "Write $$ for a dollar sign."
            ) from None
        return f"{ENGLISH_START}{text}{ENGLISH_END}" if key in self.untranslated else text

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the text for a `$number` of things: of `key_one`, `key_many` or, where it has a text, `key_none`."""
        form = "one" if number == 1 else "many"
        if not number and f"{key}_none" in self.templates:
            form = "none"
        return self(f"{key}_{form}", number=number, **values)

    def without_marks(self) -> Self:
        """Return the same texts without marks, for a format that cannot print them."""
        return type(self)(self.templates)


ENGLISH_START, ENGLISH_END = "\U000f0020", "\U000f0021"
"""The marks around an English text in a paper of another language. A format prints them, or removes them."""
_ENGLISH_MARKS = str.maketrans("", "", ENGLISH_START + ENGLISH_END)


def remove_english_marks(text: str) -> str:
    """Return a text without the marks of another language."""
    return text.translate(_ENGLISH_MARKS)


def is_english(language: str) -> bool:
    """Whether a language tag means English; so does none."""
    return get_language_code(language) in {"", "en"}


def get_language_code(language: str) -> str:
    """Return the first part of a language tag: `cy` for `cy-GB`."""
    return language.partition("-")[0].casefold()


def read_date_words(wording: Wording, language: str) -> DateWords:
    """Return how a paper in a language prints dates: in the council's own words, otherwise in those of the language.

    Raises `OperationError` when the months are not twelve words.
    """
    if "months" not in wording.templates:
        return DateWords()
    wording = wording.without_marks()
    suffix = "" if wording("months") != " ".join(MONTH_NAMES) else f"_{get_language_code(language)}"
    key = f"months{suffix}" if f"months{suffix}" in wording.templates else "months"
    months = tuple(wording(key).split())
    if len(months) != len(MONTH_NAMES):
        raise OperationError(f"templates/words.yaml: {key} has {len(months)} words. Write the twelve months.")
    by_key, no_date_key = (
        f"{name}{suffix}" if f"{name}{suffix}" in wording.templates else name for name in ("date_by", "date_missing")
    )
    return DateWords(months, wording(by_key, day="$day"), wording(no_date_key))


@dataclass(frozen=True, slots=True)
class Layout:
    """The contents of `templates/layout.yaml`: sections by report, columns by table, in the order of printing."""

    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def merge_layers(layers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the layers as one mapping. Where several have a key, the first one counts."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged = {**layer, **merged}
    return merged
