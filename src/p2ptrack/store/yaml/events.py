"""The one door to libyaml: ruamel.yaml's C part. The pure parser is another dialect, so there is no fallback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from _ruamel_yaml import CParser


def create_event_reader(text: str) -> Callable[[], Any]:
    """Return the function that gives the text's next event; it raises ruamel.yaml's `YAMLError` at the first fault."""
    get_event: Callable[[], Any] = CParser(text).get_event
    return get_event
