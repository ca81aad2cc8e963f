"""Settings of the tests of the reader itself."""

from __future__ import annotations

from inspect import unwrap

import pytest

from p2ptrack.store.yaml import parser


@pytest.fixture(autouse=True)
def _every_text_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse each text again, as the program does: all other tests parse a text once."""
    monkeypatch.setattr(parser, "parse_yaml", unwrap(parser.parse_yaml))
