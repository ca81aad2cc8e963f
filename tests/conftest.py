"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A machine that is busy with other work must fail no test: how long one example takes says nothing here.
# The same examples each time: a change is blamed for what it did, and not for a find that was always there.
settings.register_profile("ours", deadline=None, derandomize=True)
settings.load_profile("ours")
