"""Read YAML without its surprises: every scalar is text as written, and nothing is dropped unseen.

Only the fast path is imported here; `catalogue` has the table of mistakes and `positions` the places of fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2ptrack.store.yaml.reader import ParsedFile, is_foreign, read
from p2ptrack.store.yaml.source_text import decode_text

if TYPE_CHECKING:
    from p2ptrack.store.yaml.parser import YamlValue

__all__ = ["ParsedFile", "YamlValue", "decode_text", "is_foreign", "read"]
