"""The table of YAML mistakes, each with the fix of its own example."""

from __future__ import annotations

import re
from dataclasses import replace

from p2ptrack.store.yaml.messages import YAML_ERRORS, YamlErrorCode
from p2ptrack.store.yaml.reader import read

__all__ = ["YAML_ERRORS", "YamlErrorCode", "add_example_fix"]

_CODE_POINT = re.compile(r"<U\+([0-9A-F]{4})>")


def add_example_fix(error_code: YamlErrorCode) -> YamlErrorCode:
    """Return the code with its fix filled from its own example, for readers who look it up without a file."""
    text = _CODE_POINT.sub(lambda match: chr(int(match.group(1), 16)), error_code.example.replace("<tab>", "\t"))
    problems = read(text.encode(), "data/actions/A01.yaml").problems
    fixes = [problem.fix for problem in problems if problem.code == error_code.code]
    return replace(error_code, fix=fixes[0]) if fixes else error_code
