"""A register with a unique word in every place that may be exempt. Walking the models finds these places."""

from __future__ import annotations

import json
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from p2ptrack.analysis.redaction.exemptions import EXEMPTABLE_LISTS, list_exemptable_fields
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import IdMarker
from p2ptrack.model.kinds import KINDS, Kind
from p2ptrack.model.money import Money
from p2ptrack.model.records import ExemptMarking, TargetRevision
from p2ptrack.model.schema import field_model, field_names

LETTER = {"recommendation": "R", "action": "A", "follow_up": "F", "exemption": "E"}
LINKS = {"record": "A09", "part": "R9", "meeting": "AC", "phase": "P1", "source": "paper", "dependency": "dep"}
CLOSED = ("R8", "A08", "F08", "E08")
PROGRAMME = {
    "title": "A register",
    "sources": [{"id": "paper", "title": "A paper"}],
    "phases": [{"id": "P1", "title": "One", "start": "Sept 21", "end": "Sept 22"}],
    "meetings": [{"id": "AC", "body": "Audit Committee", "date": "2023-03-01"}],
    "dependencies": [{"id": "dep", "title": "New system"}],
    "reports": {"exemptions-report": {"period": "May 2031"}},
}


@dataclass
class CanaryRegister:
    """The data of each file, and the unique words in it that the public, or members, may not find."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    exempt: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    amounts: set[str] = field(default_factory=set)
    count: int = 0

    def add_word(self, into: set[str]) -> str:
        self.count += 1
        canary = f"zq{self.count:04d}"
        into.add(canary)
        return canary

    def make_amount(self, into: set[str]) -> dict[str, str]:
        """Return a unique amount; an exempt one is kept as papers print it, without its sign."""
        self.count += 1
        amount = 8_000_000 + self.count
        if into is self.exempt:
            self.amounts.add(f"{amount:,}")
        return {"amount": str(amount), "vat": "net"}

    def fill(self, model: type[BaseModel], into: set[str], leave: Iterable[str] = ()) -> dict[str, Any]:
        """Return every field of a model with a value; text is a unique word.

        A field that takes only words of its own, `every`, is left out: it would compute the target.
        """
        if model is Money:
            return self.make_amount(into)
        hints = get_type_hints(model, include_extras=True)
        names = {info.alias or name: hints[name] for name, info in model.model_fields.items()}
        chosen = {
            key: hint
            for key, hint in names.items()
            if key not in {"id", "see", "every", *leave} and hint is not ExemptMarking
        }
        data = {key: self._make_value(hint, into) for key, hint in chosen.items() if key != "exempt"}
        if model is TargetRevision:  # papers leave out a change to the same day
            data["to"]["means"] = "1 June 2031"
        return data | ({"id": self._make_value(hints["id"], into)} if "id" in names and "cause" not in names else {})

    def _make_value(self, hint: Any, into: set[str]) -> Any:
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated:
            link = next((extra for extra in args[1:] if isinstance(extra, IdMarker)), None)
            return LINKS[link.target] if link else self._make_value(args[0], into)
        if origin in {Union, types.UnionType}:
            return self._make_value(args[0], into)
        if origin is tuple:
            return [self._make_value(args[0], into)]
        if origin is dict:
            return {self.add_word(into): self.add_word(into)}
        return self._make_leaf(hint, into)

    def _make_leaf(self, hint: Any, into: set[str]) -> Any:
        if hint is CouncilDate:
            # Days alternate: a target change from a day to the same day is no change, and papers leave it out.
            return {"raw": self.add_word(into), "means": f"{1 + self.count % 2} May 2031"}
        if issubclass(hint, BaseModel):
            return self.fill(hint, into)
        if issubclass(hint, StrEnum):
            return next(iter(hint)).value
        return "true" if hint is bool else self.add_word(into)

    def make_exemption(self, into: set[str], fields: Iterable[str] = ()) -> dict[str, Any]:
        """Return an exemption with unique words in its own fields too, the paragraph among them."""
        marking = self.fill(ExemptMarking, into, leave=("paragraph", "until", "fields"))
        exemption = {**marking, "paragraph": [f"3 {self.add_word(into)}"], "fields": list(fields)}
        return exemption if exemption["fields"] else {key: value for key, value in exemption.items() if key != "fields"}

    def add_record(self, kind: Kind, number: str, into: set[str], **fields: Any) -> dict[str, Any]:
        id_ = f"{LETTER[kind.name]}{number}"
        data = {**self.fill(kind.model, into), "id": id_, "note": self.add_word(self.notes)}
        for at, part in enumerate(data.get("parts", ())):
            part["id"] = f"{id_}.{at + 1}"
        if "unanswered" in data:
            data["unanswered"] = [f"{id_}.1"]
        values = {**data, **fields}
        self.files[f"{kind.folder}/{id_}.yaml"] = values
        return values


def top_names(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name in list_exemptable_fields(model) if "." not in name)


def leaf_names(model: type[BaseModel]) -> tuple[str, ...]:
    names = list_exemptable_fields(model)
    return tuple(name for name in names if not any(other.startswith(f"{name}.") for other in names))


def make_canary_register() -> CanaryRegister:
    register = CanaryRegister()
    register.files["programme.yaml"] = PROGRAMME
    for kind in KINDS:
        _add_records_of_kind(register, kind)
    return register


def _add_records_of_kind(register: CanaryRegister, kind: Kind) -> None:
    exempt = register.exempt
    register.add_record(kind, "02", exempt, exempt=register.make_exemption(exempt, top_names(kind.model)))
    register.add_record(kind, "03", exempt, exempt=register.make_exemption(exempt, leaf_names(kind.model)))
    register.add_record(kind, "04", register.open, **_make_entries(register, kind, exempt, whole=True))
    register.add_record(kind, "05", register.open, **_make_entries(register, kind, exempt, whole=False))
    expired = {**register.make_exemption(exempt), "until": "2022-12-31"}
    register.add_record(kind, "06", register.open, exempt=expired)
    exempt_record = register.add_record(kind, _format_number(kind, 8), exempt, exempt=register.make_exemption(exempt))
    register.files[f"{kind.folder}/{exempt_record['id']}-{register.add_word(exempt)}.yaml"] = register.files.pop(
        f"{kind.folder}/{exempt_record['id']}.yaml"
    )
    open_record = {"id": f"{LETTER[kind.name]}{_format_number(kind, 9)}", "title": "Plain"}
    register.files[f"{kind.folder}/{open_record['id']}.yaml"] = open_record
    _add_links(register, kind, exempt_record)


def _format_number(kind: Kind, number: int) -> str:
    return str(number) if kind.name == "recommendation" else f"0{number}"


def _make_entries(register: CanaryRegister, kind: Kind, into: set[str], *, whole: bool) -> dict[str, Any]:
    exemption = {}
    for name in EXEMPTABLE_LISTS:
        model = field_model(kind.model, name)
        if model is not None:
            fields = () if whole else leaf_names(model)
            entry = {**register.fill(model, into), "exempt": register.make_exemption(into, fields)}
            exemption[name] = [register.fill(model, register.open), entry]
    return exemption


def _add_links(register: CanaryRegister, kind: Kind, closed: dict[str, Any]) -> None:
    """Name what is closed in every link and in every text of a record that is open."""
    id_ = f"{LETTER[kind.name]}{_format_number(kind, 1)}"
    marking = f"After {closed['id']}: {closed['title'].upper()}, {closed['id'].lower()}.1"
    data: dict[str, Any] = {
        "id": id_,
        "title": f"Open work on {marking}",
        "origin_text": marking,
        "agreed_action": marking,
    }
    hints = get_type_hints(kind.model, include_extras=True)
    for name in field_names(kind.model):
        target = _find_link_target(hints.get(name))
        if target in {"record", "part"}:
            part_ids = ["R1.1"] if name == "unanswered" else ["R8", "R8.1"]
            data[name] = list(CLOSED) if target == "record" else part_ids
    if "updates" in field_names(kind.model):
        text = {"text": marking, "covers": dict.fromkeys(CLOSED[1:3], "whole"), "heading": marking}
        data["updates"] = [text, *({"see": other} for other in CLOSED[1:3])]
        data["target"] = {"raw": marking, "means": "1 May 2031"}
    if "parts" in field_names(kind.model):
        data["parts"] = [{"id": "R1.1", "text": marking}]
    register.files[f"{kind.folder}/{id_}.yaml"] = data


def _find_link_target(hint: Any) -> str:
    if isinstance(hint, IdMarker):
        return hint.target
    inner: Iterator[str] = (_find_link_target(arg) for arg in get_args(hint))
    return next((target for target in inner if target), "")


def without_exemptions(value: Any) -> Any:
    """Return the same data with nothing exempt in it: all that a paper can print of it."""
    if isinstance(value, dict):
        return {key: without_exemptions(item) for key, item in value.items() if key != "exempt"}
    return [without_exemptions(item) for item in value] if isinstance(value, list) else value


def write(register: CanaryRegister, root: Path, *, opened: bool = False) -> Path:
    for path, data in register.files.items():
        file = root / "data" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        content = without_exemptions(data) if opened else data
        file.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    return root
