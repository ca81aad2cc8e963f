from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

_DATA = Path(__file__).parents[2] / "data"


def _plain(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="base").load(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def programme() -> dict[str, Any]:
    return _plain(_DATA / "programme.yaml")


@pytest.fixture(scope="session")
def records() -> dict[str, dict[str, Any]]:
    found = [_plain(path) for path in sorted(_DATA.glob("*/*.yaml"))]
    return {record["id"]: record for record in found}
