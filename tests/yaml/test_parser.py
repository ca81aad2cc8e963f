"""The parser of libyaml is needed: the pure Python one reads another dialect."""

from __future__ import annotations

import pytest
from ruamel.yaml.parser import Parser as PurePythonParser

from p2ptrack.errors import OperationError
from p2ptrack.store.yaml import parser, read


def test_without_the_parser_of_libyaml_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "_EVENT_PARSER", PurePythonParser)
    with pytest.raises(OperationError, match=r"pip install ruamel\.yaml\.clib"):
        read(b"id: A01\n", "data/actions/A01.yaml")
