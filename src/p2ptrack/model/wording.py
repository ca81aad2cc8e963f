"""The words that papers print: a clerk's to change, in `templates/words.yaml`, and nowhere in Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Template
from typing import Any

from p2ptrack.errors import OperationError


@dataclass(frozen=True, slots=True)
class Wording:
    """Words by key. `words("overdue_by", days=3)` fills in `$days`; a missing word is named."""

    templates: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of this key with the values filled in.

        Raises `OperationError` when no templates folder has the key, or the words ask for another value.
        """
        if key not in self.templates:
            raise OperationError(f"templates/words.yaml has no words for {key}. Add a line: {key}: the words to print")
        try:
            return Template(self.templates[key]).substitute(values)
        except (KeyError, ValueError) as error:
            raise OperationError(
                f"templates/words.yaml: the words for {key} hold a $ sign that cannot be filled in ({error}). "
                "Write $$ for a dollar sign."
            ) from None


@dataclass(frozen=True, slots=True)
class Layout:
    """What `templates/layout.yaml` says: sections by report, columns by table, in the order to print them."""

    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def merge_layers(layers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the layers as one, the first one winning key by key."""
    result: dict[str, Any] = {}
    for layer in layers:
        result = {**layer, **result}
    return result
