"""Reading YAML without its surprises: every scalar is text as written, and nothing is dropped unseen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from p2ptrack.store.yaml.build import Plain
from p2ptrack.store.yaml.codes import TABLE as FILE_CODES
from p2ptrack.store.yaml.fault import Fault
from p2ptrack.store.yaml.locate import locate
from p2ptrack.store.yaml.reading import Reading, read
from p2ptrack.store.yaml.value_codes import TABLE as VALUE_CODES

CODES: Mapping[str, Fault] = MappingProxyType({**FILE_CODES, **VALUE_CODES})

__all__ = ["CODES", "Fault", "Plain", "Reading", "locate", "read"]
