"""Settings of every test."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Generator, Iterator
from functools import lru_cache, wraps
from typing import Any

import pytest
from hypothesis import settings

# Tests of the parsed cache turn it on, in a folder of their own. All others neither read nor write the user's.
os.environ["P2PTRACK_CACHE"] = "off"

# A busy machine must not fail a test, so examples have no deadline. Examples are the same in every run, so that a
# failure comes from the change and not from chance.
settings.register_profile("thorough", deadline=None, derandomize=True)
settings.register_profile("fast", settings.get_profile("thorough"), max_examples=20)
settings.load_profile("fast")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Pause garbage collection while tests are collected, exempt them from it, and do it less often afterwards."""
    gc.disable()
    result = yield
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()
    return result


def pytest_sessionfinish() -> None:
    """Collect garbage once and exempt what is left: pytest looks five times for errors in what it then frees."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Let files be written without waiting until they are on the disk: nobody needs them after a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _each_text_is_parsed_once() -> Iterator[None]:
    """Parse each text of YAML once: hundreds of tests read the shipped register. Each gets values of its own."""
    from p2ptrack.store.yaml import parser  # coverage counts only what is imported after this file

    parse = parser.parse_yaml

    @lru_cache(maxsize=2000)
    def parse_to_json(text: str) -> str:
        return json.dumps(parse(text))

    @wraps(parse)
    def parse_once(text: str) -> Any:
        return parser.ParseResult(*json.loads(parse_to_json(text)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser, "parse_yaml", parse_once)
        yield
