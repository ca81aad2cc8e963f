"""The table of everything that can be wrong with a file as YAML; the documentation is generated from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from p2ptrack.store.yaml.codes import TABLE as FILE_CODES
from p2ptrack.store.yaml.fault import Fault
from p2ptrack.store.yaml.value_codes import TABLE as VALUE_CODES

CODES: Mapping[str, Fault] = MappingProxyType({**FILE_CODES, **VALUE_CODES})

__all__ = ["CODES", "Fault"]
