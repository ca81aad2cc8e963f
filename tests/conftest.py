"""Settings of every test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Tests of the parsed cache turn it on, in a folder of their own. All others neither read nor write the user's.
os.environ["P2PTRACK_CACHE"] = "off"

# A busy machine must not fail a test, so examples have no deadline. Examples are the same in every run, so that a
# failure comes from the change and not from chance.
settings.register_profile("thorough", deadline=None, derandomize=True)
settings.register_profile("fast", settings.get_profile("thorough"), max_examples=25)
settings.load_profile("fast")


@pytest.fixture(scope="session", autouse=True)
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Let files be written without waiting until they are on the disk: nobody needs them after a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield
