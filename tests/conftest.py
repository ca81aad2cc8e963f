"""Settings of every test."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not fail a test, so examples have no deadline. Examples are the same in every run, so that a
# failure comes from the change and not from chance.
settings.register_profile("ours", deadline=None, derandomize=True)
settings.load_profile("ours")
