"""JSON Schemas of the JSON answers, for programs that read them. A test validates the answers of every command.

Fields of records and facts come from the models, so a new field is in the schemas at once. Nothing else is allowed in
an answer: the test finds a name that is only in the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_type_hints

from p2ptrack.analysis.case import SCHEMA_VERSION
from p2ptrack.analysis.contracts import FACTS as CONTRACT_FACTS
from p2ptrack.analysis.exemptions import FACTS as EXEMPTION_FACTS
from p2ptrack.analysis.facts import FLAG_NAMES, RecordFacts
from p2ptrack.analysis.history.events import EventType
from p2ptrack.analysis.history.movement import BALANCE_FIELDS
from p2ptrack.analysis.redaction import Audience
from p2ptrack.diagnostics import Severity
from p2ptrack.model.contracts import CONTRACT_FIELDS
from p2ptrack.model.dates.council_date import Basis, Precision
from p2ptrack.model.editor_schema import SCHEMA_DIALECT, SCHEMA_HOME, JsonSchema
from p2ptrack.model.fields import Status
from p2ptrack.model.kinds import KINDS, Kind, Kinds
from p2ptrack.model.money import Money
from p2ptrack.model.records import ProcurementExemption, TrackedRecord
from p2ptrack.model.schema import FieldSpec, ModelClass, list_fields

TEXT: JsonSchema = {"type": "string"}
FLAG: JsonSchema = {"type": "boolean"}
COUNT: JsonSchema = {"type": "integer", "minimum": 0}
DAY: JsonSchema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
COMMIT: JsonSchema = {"type": "string", "pattern": "^(?:[0-9a-f]{40}|[0-9a-f]{64})$"}


def make_object(properties: Mapping[str, JsonSchema], optional: Sequence[str] = ()) -> JsonSchema:
    """Return the schema of an object with these names and no others, all of them required but the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}


def _list_of(item: JsonSchema) -> JsonSchema:
    return {"type": "array", "items": item}


def _or_null(part: JsonSchema) -> JsonSchema:
    return {"anyOf": [part, {"type": "null"}]}


def _one_of(values: Sequence[str]) -> JsonSchema:
    return {"type": "string", "enum": list(values)}


# The parts of several answers.

_COUNCIL_DATE = make_object(
    {
        "raw": TEXT,
        "earliest": _or_null(DAY),
        "latest": _or_null(DAY),
        "precision": _one_of([precision.value for precision in Precision]),
        "basis": _one_of([basis.value for basis in Basis]),
        "ongoing": FLAG,
    }
)
_REGISTER = make_object({"organisation": _or_null(TEXT), "title": TEXT, "commit": _or_null(COMMIT), "modified": FLAG})
_HEAD: dict[str, JsonSchema] = {
    "schema_version": {"const": SCHEMA_VERSION},
    "register": _REGISTER,
    "as_of": DAY,
    "audience": _one_of([audience.value for audience in Audience]),
    "left_out": make_object({"records": COUNT, "parts_of_records": COUNT}),
}
_EXEMPT: dict[str, JsonSchema] = {"exempt": FLAG, "partly_exempt": FLAG, "exempt_parts": _list_of(TEXT)}
_UNREADABLE: dict[str, JsonSchema] = {
    "unread": _list_of(
        make_object({"path": _or_null(TEXT), "id": _or_null(TEXT), "fields": _list_of(TEXT), "codes": _list_of(TEXT)})
    )
}
_VALUE: JsonSchema = {"anyOf": [TEXT, _list_of(TEXT), {"type": "null"}]}
_CONTRACT_FACTS = tuple(name for name in CONTRACT_FACTS if name != "exempt")
_DEFINITIONS: dict[str, JsonSchema] = {"date": _COUNCIL_DATE}


def _describe_model(model: ModelClass, fields: Sequence[FieldSpec], exclude: Sequence[str] = ()) -> JsonSchema:
    """Return the schema of a group of fields, of which an answer leaves out those that are not set."""
    properties: dict[str, JsonSchema] = {}
    for field in fields:
        if field.name not in exclude:
            properties[field.name] = {"title": field.title, **_describe_field(field)}
            if f"{field.attribute}_as_written" in model.model_fields:
                properties[f"{field.name}_as_written"] = TEXT
    return make_object(properties, optional=list(properties))


def _describe_field(field: FieldSpec) -> JsonSchema:
    if field.model:
        value = _describe_model(field.model, field.fields)
    elif field.type == "date":
        value = {"$ref": "#/definitions/date"}
    elif field.type == "choice":
        value = _one_of(field.choices)
    else:
        number = "number" if field.declared else "integer"
        value = {"flag": FLAG, "number": {"type": number}}.get(field.type, TEXT)
    if field.is_mapping:
        return {"type": "object", "additionalProperties": _list_of(value) if field.is_list else value}
    if field.is_list:
        return {"anyOf": [value, _list_of(value)]} if field.is_single_as_value else _list_of(value)
    return {"allOf": [value]} if "$ref" in value else value


def _describe_facts() -> JsonSchema:
    types = {bool: FLAG, int: {"type": "integer"}}
    return make_object(
        {
            name: types[hint] if hint in types else _or_null(FLAG if hint == bool | None else types[int])
            for name, hint in get_type_hints(RecordFacts).items()
        }
    )


def _describe_record(kind: Kind) -> JsonSchema:
    fields = _describe_model(kind.model, list_fields(kind.model), exclude=("id", "title"))
    facts = {"facts": _describe_facts()} if issubclass(kind.model, TrackedRecord) else {}
    if issubclass(kind.model, ProcurementExemption):
        facts = {"facts": make_object(dict.fromkeys(EXEMPTION_FACTS, _or_null(FLAG)))}
    return make_object(
        {"id": TEXT, "kind": {"const": kind.name}, "title": TEXT, "path": TEXT, **_EXEMPT, "fields": fields, **facts}
    )


# The answers.


def _describe_records(kinds: Kinds) -> JsonSchema:
    return make_object(_HEAD | _list_records(kinds) | _UNREADABLE)


def _list_records(kinds: Kinds) -> dict[str, JsonSchema]:
    return {"records": _list_of({"anyOf": list(map(_describe_record, kinds))})}


def _describe_list(kinds: Kinds) -> JsonSchema:
    groups = {"groups": _list_of(make_object({"value": _or_null(TEXT), "ids": _list_of(TEXT)}))}
    return make_object(_HEAD | _list_records(kinds) | groups | _UNREADABLE, optional=["groups"])


def _describe_contracts() -> JsonSchema:
    return make_object(_HEAD | _list_contracts() | _UNREADABLE)


def _describe_show(kinds: Kinds) -> JsonSchema:
    return make_object(_HEAD | _list_records(kinds) | _list_contracts() | _UNREADABLE, optional=["contracts"])


def _list_contracts() -> dict[str, JsonSchema]:
    length = make_object({"months": COUNT, "days": COUNT})
    types: dict[str, JsonSchema] = {
        "date": {"$ref": "#/definitions/date"},
        "money": _describe_model(Money, list_fields(Money)),
        "duration": make_object({"months": COUNT, "days": COUNT, "raw": TEXT}),
        "flag": FLAG,
        "text": TEXT,
    }
    fields = {field.name: types[field.type] for field in CONTRACT_FIELDS if field.name != "exempt"}
    facts = {
        **dict.fromkeys(_CONTRACT_FACTS, _or_null(FLAG)),
        **dict.fromkeys(("decide_by", "latest_end"), _or_null(DAY)),
        **dict.fromkeys(("days_to_decide", "days_to_end"), _or_null({"type": "integer"})),
        "notice": length,
        "lead_months": COUNT,
        "successor": _or_null(TEXT),
        "answered_by": _list_of(TEXT),
    }
    contract = {
        "reference": TEXT,
        **_EXEMPT,
        "line": COUNT,
        "fields": make_object(fields, optional=list(fields)),
        "as_published": {"type": "object", "additionalProperties": TEXT},
        "not_read": _list_of(TEXT),
        "facts": make_object(facts),
    }
    return {"contracts": _list_of(make_object(contract))}


def _describe_status(kinds: Kinds) -> JsonSchema:
    statuses = [*(status.value for status in Status), "not_stated", "not_read", "withheld"]
    counts = make_object(dict.fromkeys(statuses, COUNT), optional=statuses)
    names = [kind.name for kind in kinds if kind.is_tracked]
    lists = {
        "counts": make_object(dict.fromkeys(names, counts)),
        "facts": make_object(dict.fromkeys(FLAG_NAMES, _list_of(TEXT))),
        "contracts": make_object(dict.fromkeys(("all", "left_out", *_CONTRACT_FACTS), COUNT)),
    }
    return make_object(_HEAD | lists | _UNREADABLE)


def _describe_figures() -> JsonSchema:
    ids, number = _list_of(TEXT), {"type": "number"}
    counts = {"number": COUNT, "out_of": COUNT, "share": _or_null(number), "mean_days": _or_null(number)}
    excluded = {"excluded": _list_of(make_object({"reason": TEXT, "ids": ids}))}
    figure = {**counts, "ids": ids, **excluded}
    group = make_object({"value": _or_null(TEXT), "is_known": FLAG, **figure})
    position = {"meeting": _or_null(TEXT), "as_of": DAY, "published": FLAG, "open": COUNT, "closed": COUNT}
    trend = {
        "missing": _or_null(TEXT),
        "left_out": ids,
        "positions": _list_of(make_object({**position, "overdue": make_object(counts)})),
    }
    age = {"first_day": COUNT, "last_day": _or_null(COUNT), "number": COUNT, "ids": ids}
    days = dict.fromkeys(("cases", "late", "days_half_within", "days_nine_in_ten_within", "days_longest"), COUNT)
    lists = {
        "records": COUNT,
        "figures": _list_of(make_object({"figure": TEXT, **figure, "missing": _or_null(TEXT)})),
        "overdue_by": {"type": "object", "additionalProperties": _list_of(group)},
        "overdue_by_age": _list_of(make_object(age)),
        "trend": make_object(trend),
        "forecast": _list_of(make_object({"meeting": TEXT, "date": DAY, **figure, "new_ids": ids})),
        "lateness": _list_of(make_object({"kind": TEXT, **days, "ids": ids})),
    }
    return make_object(_HEAD | lists | _UNREADABLE)


def _describe_views() -> JsonSchema:
    view = make_object({"name": TEXT, "words": TEXT, "ids": _list_of(TEXT), "problem": _or_null(TEXT)})
    return make_object(_HEAD | {"views": _list_of(view)} | _UNREADABLE)


def _describe_history() -> JsonSchema:
    change = {
        "date": DAY,
        "author": TEXT,
        "commit": COMMIT,
        "event": _one_of(["created", "changed", "moved", "deleted", "restored"]),
        "field": _or_null(TEXT),
        "old": _VALUE,
        "new": _VALUE,
        "written_on": DAY,
    }
    changes = {"changes": _list_of(make_object(change, optional=["written_on"]))}
    return make_object(_HEAD | {"id": TEXT} | _EXEMPT | changes | {"notes": _list_of(TEXT)} | _UNREADABLE)


def _describe_changes(kinds: Kinds) -> JsonSchema:
    endpoint = make_object({"asked": _or_null(TEXT), "commit": _or_null(COMMIT), "date": DAY})
    balance = dict.fromkeys(BALANCE_FIELDS, COUNT)
    balances = {kind.name: make_object(balance) for kind in kinds if kind.is_tracked}
    texts = dict.fromkeys(("reason", "approved_by", "note"), _or_null(TEXT))
    event = {
        **dict.fromkeys(("id", "kind", "title"), TEXT),
        "date": _or_null(DAY),
        "author": _or_null(TEXT),
        "commit": _or_null(TEXT),
        "field": _or_null(TEXT),
        "old": _VALUE,
        "new": _VALUE,
        "days": _or_null({"type": "integer"}),
        "evidence": _list_of(TEXT),
        **texts,
        "written_on": DAY,
        **_EXEMPT,
    }
    events = _list_of(make_object(event, optional=["written_on"]))
    lists = {event_type.value: events for event_type in EventType}
    movement = {"movement": make_object(balance | {"kinds": make_object(balances)})}
    ends = {"since": endpoint, "until": endpoint}
    return make_object(_HEAD | ends | movement | lists | {"notes": _list_of(TEXT)} | _UNREADABLE)


def _describe_check() -> JsonSchema:
    problem = {
        "path": TEXT,
        "line": _or_null(COUNT),
        "column": _or_null(COUNT),
        "field": _or_null(TEXT),
        "code": {"type": "string", "pattern": "^[A-Z][0-9]{3}$"},
        "severity": _one_of([severity.value for severity in Severity]),
        "message": TEXT,
        "fix": TEXT,
        "exempt": FLAG,
        "partly_exempt": FLAG,
    }
    counts = {"file_count": COUNT, "record_count": COUNT, "problems": _list_of(make_object(problem))}
    return make_object(_HEAD | counts | _UNREADABLE)


def _describe_rules() -> JsonSchema:
    names = ("code", "severity", "title", "why", "example", "fix")
    rules = _list_of(make_object(dict.fromkeys(names, TEXT)))
    return make_object({"schema_version": {"const": 1}, "rules": rules})


def _describe_doctor() -> JsonSchema:
    component = make_object({"component": TEXT, "present": FLAG, "detail": TEXT})
    return make_object({"schema_version": {"const": 2}, "components": _list_of(component)})


ANSWERS: Mapping[str, Callable[[Kinds], JsonSchema]] = {
    "status": _describe_status,
    "overdue": _describe_records,
    "list": _describe_list,
    "show": _describe_show,
    "contracts": lambda _: _describe_contracts(),
    "figures": lambda _: _describe_figures(),
    "views": lambda _: _describe_views(),
    "history": lambda _: _describe_history(),
    "changes": _describe_changes,
    "check": lambda _: _describe_check(),
    "rules": lambda _: _describe_rules(),
    "rule": lambda _: _describe_rules(),
    "doctor": lambda _: _describe_doctor(),
}
"""The answers that have a schema, by the command that prints them with `--format json`."""


def build_answer_schema(name: str, kinds: Kinds = KINDS) -> JsonSchema:
    """Return the schema of the JSON answer of a command about a register with these kinds."""
    head = {"$schema": SCHEMA_DIALECT, "$id": f"{SCHEMA_HOME}answers/{name}.json"}
    title = {"title": f"The answer of p2ptrack {name} --format json"}
    return {**head, **title, **ANSWERS[name](kinds), "definitions": dict[str, Any](_DEFINITIONS)}
