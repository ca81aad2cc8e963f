"""Settings of every test."""

from __future__ import annotations

import os

from hypothesis import settings

# Tests of the parsed cache turn it on, in a folder of their own. All others neither read nor write the user's.
os.environ["P2PTRACK_CACHE"] = "off"

# A busy machine must not fail a test, so examples have no deadline. Examples are the same in every run, so that a
# failure comes from the change and not from chance.
settings.register_profile("thorough", deadline=None, derandomize=True)
settings.register_profile("fast", settings.get_profile("thorough"), max_examples=25)
settings.load_profile("fast")
