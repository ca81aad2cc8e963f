"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A machine that is busy with other work must fail no test: how long one example takes says nothing here.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")
