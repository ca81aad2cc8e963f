from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from p2ptrack.store.yaml import read

_DATA = Path(__file__).parents[2] / "data"


def _plain(path: Path) -> dict[str, Any]:
    reading = read(path.read_bytes(), path.name)
    assert reading.problems == ()
    assert reading.value is not None
    return dict(reading.value)


@pytest.fixture(scope="session")
def programme() -> dict[str, Any]:
    return _plain(_DATA / "programme.yaml")


@pytest.fixture(scope="session")
def records() -> dict[str, dict[str, Any]]:
    loaded = [_plain(path) for path in sorted(_DATA.glob("*/*.yaml"))]
    assert len(loaded) == 56
    return {record["id"]: record for record in loaded}
