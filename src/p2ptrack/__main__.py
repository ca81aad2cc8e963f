"""`python -m p2ptrack`: the command where its script is not on the path, as often on Windows."""

from __future__ import annotations

from p2ptrack.cli import entry_point

if __name__ == "__main__":
    entry_point()
