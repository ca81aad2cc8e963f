"""The table of everything that can be wrong with a file as YAML; the documentation is generated from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from p2ptrack.store.yaml.messages import STRUCTURE_ERRORS as FILE_CODES
from p2ptrack.store.yaml.messages import VALUE_ERRORS as VALUE_CODES
from p2ptrack.store.yaml.messages import YamlErrorCode
from p2ptrack.store.yaml.reader import read

__all__ = ["YAML_ERRORS", "YamlErrorCode", "add_example_fix"]


YAML_ERRORS: Mapping[str, YamlErrorCode] = MappingProxyType({**FILE_CODES, **VALUE_CODES})


_CODE_POINT = re.compile(r"<U\+([0-9A-F]{4})>")


def add_example_fix(error_code: YamlErrorCode) -> YamlErrorCode:
    """Return the fault with its fix as it is told of its own example, for those who look it up without a file."""
    text = _CODE_POINT.sub(lambda problems: chr(int(problems.group(1), 16)), error_code.example.replace("<tab>", "\t"))
    problems = read(text.encode(), "data/actions/A01.yaml").problems
    fixes = [problem.fix for problem in problems if problem.code == error_code.code]
    return replace(error_code, fix=fixes[0]) if fixes else error_code
