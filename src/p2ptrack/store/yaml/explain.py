"""libyaml's first fault of syntax, in words that an officer can act on."""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml.error import YAMLError

from p2ptrack.store.yaml import codes
from p2ptrack.store.yaml.codes import Finding, found
from p2ptrack.store.yaml.lines import Lines


def explain(error: YAMLError, lines: Lines) -> Finding:
    """Return the finding that says what libyaml stumbled over, at the line that an editor shows."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    index = min(mark.index, len(lines.text)) if mark is not None else 0
    return found(codes.UNREADABLE, (index, index + 1))
