"""Reading YAML without its surprises: every scalar is text as written, and nothing is dropped unseen.

Only the clean path is imported here; `catalogue` has the table of faults and `locate` the places of fields.
"""

from p2ptrack.store.yaml.parser import YamlValue
from p2ptrack.store.yaml.reader import ParsedFile, read

__all__ = ["ParsedFile", "YamlValue", "read"]
