"""Plain data gives the same model, or the same errors, whether it is built directly or by pydantic."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from copy import deepcopy
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from p2ptrack.model.declared_kinds import read_kinds
from p2ptrack.model.fields import Model, ValidationContext
from p2ptrack.model.kinds import Kinds
from p2ptrack.model.programme import Programme
from p2ptrack.model.register import build_anchors_from_values
from p2ptrack.model.schema import validate
from p2ptrack.store.yaml import read
from tests.command import ROOT
from tests.support import examples

FOLDERS = (ROOT / "data", *sorted((ROOT / "templates/demo").glob("*/data")), *sorted((ROOT / "tests").rglob("data")))
DECLARATIONS = {
    "title": "A council",
    "meetings": [{"id": "M1", "date": "Mar-23"}],
    "policy": {"labels": {"complete": "Done", "priority": {"high": ["Top", "1"]}}, "rating": {"complete": "Blue"}},
    "fields": {"action": {"cost": "money", "team": {"type": "choice", "choices": ["North", "South"], "list": "yes"}}},
    "registers": {"savings": {"singular": "saving", "prefix": "S", "fields": {"by": {"type": "date", "role": "due"}}}},
}
SAVING = {
    "id": "S1",
    "title": "Paper",
    "by": "Mar-23",
    "status": "Done",
    "every": "quarter",
    "periods": [{"due": "M1"}],
}
ACTION = {"id": "A1", "origin_text": "Do it. Now.", "cost": {"amount": "£1,000", "vat": "net"}, "team": "north"}
VALUES: tuple[Any, ...] = (
    *("", " ", "A1", "M1", "Mar-23", "31/02/2023", "TBC", "complete", "Done", "Top", "yes", "0", "£48,000", "x" * 300),
    *("An aim. " * 40, ["A1"], [""], [["A1"]], [], {}, {"id": "A1"}, {"A1": "whole"}, {"raw": "soon", "means": "none"}),
    *({"text": "Told."}, {"from": "Mar-23", "to": "Apr-23"}, {"amount": "5"}, None, 5, True, 0.5),
)


def list_cases() -> list[tuple[type[Model], dict[str, Any], dict[str, Any], Kinds]]:
    """Return the model, the plain data, that of its programme and the kinds, for every file of the registers here."""
    own = read_kinds(DECLARATIONS)
    cases: list[tuple[type[Model], dict[str, Any], dict[str, Any], Kinds]] = [
        (Programme, DECLARATIONS, DECLARATIONS, own),
        (own.get("action").model, ACTION, DECLARATIONS, own),
        (own.get("saving").model, SAVING, DECLARATIONS, own),
    ]
    programme: dict[str, Any] = {}
    for folder in FOLDERS:
        programme = read_values(folder / "programme.yaml") or programme
        kinds = read_kinds(programme)
        cases += [(Programme, programme, programme, kinds)]
        for kind in kinds:
            files = sorted((folder / kind.folder).glob("*.yaml"))
            cases += [(kind.model, values, programme, kinds) for path in files if (values := read_values(path))]
    return cases


def read_values(path: Path) -> dict[str, Any]:
    return dict(read(path.read_bytes(), path.name).value or {}) if path.exists() else {}


CASES = list_cases()


def make_context(programme: dict[str, Any], kinds: Kinds) -> ValidationContext:
    return ValidationContext(build_anchors_from_values(programme), {"status": {"done": "complete"}}, kinds=kinds)


def describe(instance: Model) -> Any:
    """Return all that a model holds, and what it states, at every depth."""
    own = {name: describe_value(value) for name, value in instance.__dict__.items()}
    return type(instance), list(own), own, instance.model_fields_set


def describe_value(value: Any) -> Any:
    if isinstance(value, Model):
        return describe(value)
    if isinstance(value, tuple):
        return tuple(map(describe_value, value))
    if isinstance(value, dict):
        return {key: describe_value(item) for key, item in value.items()}
    return type(value), value


def attempt(read_model: Callable[[], Model]) -> Any:
    """Return the description of a model, or the errors in a list."""
    try:
        return describe(read_model())
    except ValidationError as error:
        return error.errors(include_url=False)


def compare(model: type[Model], values: Any, context: ValidationContext) -> bool:
    """Compare both ways, and return whether the data is valid."""
    before = deepcopy(values)
    expected = attempt(lambda: model.model_validate(values, context=context))
    is_valid = not isinstance(expected, list)
    is_of_file = all(isinstance(container[name], (str, list, dict)) for container, name in list_places(values))
    without_pydantic = patch.object(Model, "model_validate", side_effect=AssertionError)
    with without_pydantic if is_valid and is_of_file else nullcontext():
        assert attempt(lambda: validate(model, values, context)) == expected
        if is_valid:
            assert attempt(lambda: validate(model, values, context, has_checked_texts=True)) == expected
    assert values == before
    return is_valid


def test_every_file_is_built_directly_and_equals_what_pydantic_makes() -> None:
    valid = [compare(model, values, make_context(programme, kinds)) for model, values, programme, kinds in CASES]
    assert len(valid) > 100
    assert valid.count(True) > 100


def list_places(values: Any) -> list[tuple[Any, Any]]:
    """Return each mapping or list of plain data with each of its names or positions."""
    names = list(values) if isinstance(values, dict) else range(len(values)) if isinstance(values, list) else ()
    return [place for name in names for place in ((values, name), *list_places(values[name]))]


@examples(300)
@given(data=st.data())
def test_no_slip_is_read_differently(data: st.DataObject) -> None:
    model, values, programme, kinds = data.draw(st.sampled_from(CASES))
    values = deepcopy(values)
    for _ in range(data.draw(st.integers(1, 3))):
        container, name = data.draw(st.sampled_from(list_places(values)))
        if data.draw(st.integers(0, 4)):
            container[name] = deepcopy(data.draw(st.sampled_from(VALUES)))
        elif isinstance(container, dict):
            container[data.draw(st.sampled_from((*model.model_fields, "owner", "from", "text")))] = container.pop(name)
        else:
            del container[name]
    compare(model, values, make_context(programme, kinds))
