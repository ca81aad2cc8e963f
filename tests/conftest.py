"""Settings of every test."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not fail a test, so examples have no deadline. Examples are the same in every run, so that a
# failure comes from the change and not from chance.
settings.register_profile("thorough", deadline=None, derandomize=True)
settings.register_profile("fast", settings.get_profile("thorough"), max_examples=25)
settings.load_profile("fast")
