"""Reading YAML without its surprises: every scalar is text as written, and nothing is dropped unseen."""

from __future__ import annotations

from p2ptrack.store.yaml.build import Plain
from p2ptrack.store.yaml.codes import CODES, Fault
from p2ptrack.store.yaml.locate import locate
from p2ptrack.store.yaml.reading import Reading, read

__all__ = ["CODES", "Fault", "Plain", "Reading", "locate", "read"]
