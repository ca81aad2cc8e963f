"""Run p2ptrack in this process and write down, as JSON, every file that it opens and everything that reaches outside.

Run as a program: the first argument is where to write, the rest is the command line of p2ptrack.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

REACHES = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.", "http.", "ftplib.")


def main() -> int:
    opened: set[str] = set()
    reached: set[str] = set()

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            opened.add(os.path.realpath(os.fsdecode(arguments[0])))
        elif event.startswith(REACHES):
            reached.add(f"{event} {arguments[0]}")

    from p2ptrack.cli import main as run

    sys.addaudithook(hear)
    code = run(sys.argv[2:])
    written = json.dumps({"opened": sorted(opened), "reached": sorted(reached)})
    Path(sys.argv[1]).write_text(written, encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
