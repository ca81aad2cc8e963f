"""`python -m p2ptrack.cli`: the same program where its script is not on the path."""

from __future__ import annotations

import sys

from p2ptrack.cli import main

if __name__ == "__main__":
    sys.exit(main())
