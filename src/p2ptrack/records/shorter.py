"""What the JSON Schema says of fields that may be written in more than one way."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class ShortForm:
    """Tells the JSON Schema that a field may also be written shorter: as plain text, or as one value of its list."""

    accepts_text: bool = False

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of the full form with the shorter one beside it."""
        full = handler(core)
        return {"anyOf": [{"type": "string"} if self.accepts_text else full["items"], full]}


DATE_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"raw": {"type": "string"}, "means": {"type": "string"}},
                "required": ["raw", "means"],
                "additionalProperties": False,
            },
        ],
        "description": "A council date, as written: 31 March 2023, Mar-23, Q3 2023/24, early 2023/24, On-going …",
    }
)
