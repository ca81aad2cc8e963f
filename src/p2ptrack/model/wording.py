"""The wording and layout of papers, which a clerk can change in `templates/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Template
from typing import Any

from p2ptrack.errors import OperationError


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by key. `wording("overdue_by", days=3)` fills in `$days`."""

    templates: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with the values filled in.

        Raises `OperationError` for a key without text, and for a text that needs a value that is not given.
        """
        if key not in self.templates:
            raise OperationError(f"templates/words.yaml has no words for {key}. Add {key}: with the words to print.")
        try:
            return Template(self.templates[key]).substitute(values)
        except (KeyError, ValueError) as error:
            raise OperationError(
                f"templates/words.yaml: the text for {key} has a $ sign that cannot be filled in ({error}). "
                "Write $$ for a dollar sign."
            ) from None


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
