"""The table of everything that can be wrong with a file as YAML; the documentation is generated from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from p2ptrack.store.yaml.codes import TABLE as FILE_CODES
from p2ptrack.store.yaml.fault import Fault
from p2ptrack.store.yaml.reading import read
from p2ptrack.store.yaml.value_codes import TABLE as VALUE_CODES

CODES: Mapping[str, Fault] = MappingProxyType({**FILE_CODES, **VALUE_CODES})

__all__ = ["CODES", "Fault", "with_remedy"]

_UNSEEN = re.compile(r"<U\+([0-9A-F]{4})>")


def with_remedy(fault: Fault) -> Fault:
    """Return the fault with its fix as it is told of its own example, for those who look it up without a file."""
    text = _UNSEEN.sub(lambda found: chr(int(found.group(1), 16)), fault.example.replace("<tab>", "\t"))
    found = read(text.encode(), "data/actions/A01.yaml").problems
    fixes = [problem.fix for problem in found if problem.code == fault.code]
    return replace(fault, fix=fixes[0]) if fixes else fault
