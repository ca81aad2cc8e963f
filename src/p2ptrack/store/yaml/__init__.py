"""Read YAML without its surprises: every scalar is text as written, and nothing is dropped unseen.

Only the fast path is imported here; `catalogue` has the table of mistakes and `positions` the places of fields.
"""

from p2ptrack.store.yaml.parser import YamlValue, decode_text
from p2ptrack.store.yaml.reader import ParsedFile, is_foreign, read

__all__ = ["ParsedFile", "YamlValue", "decode_text", "is_foreign", "read"]
