"""One wrong field costs that field: the record stays in every rule, and no finding rests on what was not read."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.model.records import KINDS
from p2ptrack.pipeline import run_checks
from tests.rules.test_properties import _FIELDS, _PROGRAMME, _optional
from tests.support import THE_DAY, write_register

_TITLES = st.sampled_from(["Review the KPIs", "Review the contracts register", "Report on waivers"])
_WRONG = ({"wibble": "1"}, [["x"]], "Q2 2023", "wibble wobble")
_FOLDERS = dict(zip("RAF", (kind.folder for kind in KINDS), strict=True))


def _dump(values: dict[str, Any]) -> str:
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())


def _path(id_: str) -> str:
    return f"{_FOLDERS[id_[0]]}/{id_}.yaml"


def _check(records: dict[str, dict[str, Any]], programme: dict[str, Any], tail: dict[str, str]) -> tuple[Problem, ...]:
    with TemporaryDirectory() as folder:
        files = {_path(id_): _dump(values) + tail.get(id_, "") for id_, values in records.items()}
        write_register(Path(folder), {**files}, programme=_dump(programme))
        return run_checks(Path(folder), THE_DAY).problems


@st.composite
def _registers(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    texts = st.sampled_from(["Begun.", "See above.", "Propose to close.", "Wait for A1.", "the KPI", "Quotes came."])
    records = {}
    for letter, fields in _FIELDS.items():
        for number in range(1, draw(st.integers(0, 3)) + 1):
            values = {"id": f"{letter}{number}", "title": draw(_TITLES), **draw(_optional(**fields))}
            records[values["id"]] = _replace_texts(values, draw, texts)
    return draw(_PROGRAMME), records


def _replace_texts(value: Any, draw: st.DrawFn, texts: st.SearchStrategy[str], name: str = "") -> Any:
    """Return the values with ordinary sentences in place of any characters, which another test reads."""
    if isinstance(value, dict):
        return {_plain(key): _replace_texts(inner, draw, texts, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replace_texts(inner, draw, texts, name) for inner in value]
    return draw(texts) if name in {"text", "origin_text", "note", "reason", "cause", "heading"} else value


def _plain(key: str) -> str:
    return key if key.isidentifier() or "." in key else "RAG"


def _key(problem: Problem) -> tuple[str, str, str, str]:
    return problem.code, problem.path, problem.field, problem.message


@given(_registers(), st.data())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_wrong_field_adds_only_its_own_error(
    register: tuple[dict[str, Any], dict[str, dict[str, Any]]], data: st.DataObject
) -> None:
    programme, records = register
    if not records:
        return
    before = {_key(problem) for problem in _check(records, programme, {})}
    id_ = data.draw(st.sampled_from(sorted(records)))
    name = data.draw(st.sampled_from([field for field in records[id_] if field != "id"]))
    broken = {**records[id_], name: data.draw(st.sampled_from(_WRONG))}
    problems = _check({**records, id_: broken}, programme, {})
    path = f"data/{_path(id_)}"
    own_errors = [p for p in problems if p.path == path and p.severity is Severity.ERROR and _key(p) not in before]
    if not own_errors:
        return  # the value is right for this field
    places = {key[:3] for key in before}  # a finding that lists records, or quotes a title, may have other words
    assert [p for p in problems if _key(p)[:3] not in places and p not in own_errors] == []
    lost = before - {_key(problem) for problem in problems}
    assert [key for key in lost if not _concerns(key, id_, path)] == []


def _concerns(key: tuple[str, str, str, str], id_: str, path: str) -> bool:
    return key[1] == path or id_ in key[3]
