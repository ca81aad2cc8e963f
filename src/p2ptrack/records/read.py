"""How a field is read by a function of ours alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, slots=True)
class Validator:
    """A field whose value is what this function makes of it: pydantic has nothing to add, and no schema to build.

    It raises a fault for what it cannot read. The JSON Schema has it as text.
    """

    function: Callable[..., Any]
    needs_context: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema that calls the function, with the programme's `Reading` where it asks for it."""
        if self.needs_context:
            return core_schema.with_info_plain_validator_function(self.function)
        return core_schema.no_info_plain_validator_function(self.function)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return what an editor is told of it."""
        return {"type": "string"}
