"""The kinds of record, as a value: those that every register has, and those that a programme declares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from functools import lru_cache

from p2ptrack.model.records import Action, FollowUp, ProcurementExemption, Recommendation, Record, TrackedRecord
from p2ptrack.phrases import capitalise
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its name in JSON, its folder, its model and the words for it.

    Two kinds with the same name are equal, so that kinds of two revisions can be compared even if their programmes
    declare other fields. Amounts of a declared kind are totalled only within each word of the field `total_within`.
    """

    name: str
    folder: str = field(compare=False)
    model: type[Record] = field(compare=False)
    singular: str = field(compare=False)
    plural: str = field(compare=False)
    example_id: str = field(compare=False)
    total_within: str = field(default="", compare=False)
    is_declared: bool = field(default=False, compare=False)

    @property
    def title(self) -> str:
        """Return what one record is called at the beginning of a line: *Follow-up*, *FOI request*."""
        return capitalise(self.singular)

    @property
    def word(self) -> str:
        """Return the word for one record as it is typed in a command and names a file: *follow-up*, *foi-request*."""
        if not self.is_declared:
            return self.singular
        return self.name.replace("_", "-")

    @property
    def plural_title(self) -> str:
        """Return what several records are called at the beginning of a line."""
        return capitalise(self.plural)

    @property
    def is_tracked(self) -> bool:
        """Whether its records are tracked, so that they have a status and a target date."""
        return issubclass(self.model, TrackedRecord)

    @property
    def words(self) -> frozenset[str]:
        """Return the words that mean the kind, as `normalise_kind_word` has them."""
        return frozenset(map(normalise_kind_word, (self.name, self.singular, self.plural, self.folder)))


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """The kinds that a register has, in the order in which people list their records."""

    members: tuple[Kind, ...]

    def __iter__(self) -> Iterator[Kind]:
        """Yield the kinds in their order."""
        return iter(self.members)

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the folders of the records, such as `data/actions`."""
        return tuple(f"data/{kind.folder}" for kind in self.members)

    def find(self, word: str) -> Kind | None:
        """Return the kind that a word means: singular or plural, with `-`, `_` or a space, in any case."""
        normalised = normalise_kind_word(word)
        return next((kind for kind in self.members if normalised in kind.words), None)

    def get(self, name: str) -> Kind:
        """Return the kind with this name in JSON."""
        return next(kind for kind in self.members if kind.name == name)

    def find_by_path(self, path: str) -> Kind | None:
        """Return the kind whose folder a file is in; None for what is no record's file."""
        return _find_kind(self, path)


@lru_cache(maxsize=32_768)  # a history asks ten times for each version of a file
def _find_kind(kinds: Kinds, path: str) -> Kind | None:
    if not is_record_path(path):
        return None
    folder = path.rpartition("/")[0].removeprefix("data/")
    return next((kind for kind in kinds.members if kind.folder == folder), None)


def is_record_path(path: str) -> bool:
    """Whether a path leads to a YAML file directly in a folder of `data`, as those of records do."""
    folder, _, name = path.rpartition("/")
    is_in_data = folder.startswith("data/") and "/" not in folder.removeprefix("data/")
    return is_in_data and not name.startswith(".") and name.casefold().endswith((".yaml", ".yml"))


def normalise_kind_word(word: str) -> str:
    """Return a word for a kind in the form in which such words are compared."""
    return "".join(letter for letter in word.casefold() if letter.isalnum())


KINDS = Kinds((
    Kind("recommendation", "recommendations", Recommendation, "recommendation", "recommendations", "R1"),
    Kind("action", "actions", Action, "action", "actions", "A01"),
    Kind("follow_up", "audit_followups", FollowUp, "follow-up", "follow-ups", "F01"),
    Kind("exemption", "exemptions", ProcurementExemption, "exemption", "exemptions", "E01"),
))  # fmt: skip
"""The kinds that every register has."""

for _kind in KINDS:
    _kind.model.kind, _kind.model.kinds = _kind, KINDS


def to_file_field(record: Record | None, field: str) -> str:
    """Return the place of a field as the record's file has it: the target date may have another name there."""
    if isinstance(record, TrackedRecord) and (field == "target" or field.startswith("target.")):
        return record.due_name + field.removeprefix("target")
    return field


def kind_of(record: Record) -> Kind:
    """Return the kind of a record."""
    kind: Kind = record.kind
    return kind
