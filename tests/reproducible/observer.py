"""Run p2ptrack in this process and record, as JSON, every file that it opens and every external event.

The first argument is the file to write, the rest is the command line of p2ptrack.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

_EVENT_NAMES = "socket. subprocess. os.system os.exec os.posix_spawn os.fork urllib. http. ftplib."
EXTERNAL_EVENTS = tuple(_EVENT_NAMES.split())


def main() -> int:
    opened: set[str] = set()
    reached: set[str] = set()

    def record_event(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            opened.add(os.path.realpath(os.fsdecode(arguments[0])))
        elif event.startswith(EXTERNAL_EVENTS):
            reached.add(f"{event} {arguments[0]}")

    from p2ptrack.cli import main as run

    sys.addaudithook(record_event)
    code = run(sys.argv[2:])
    written = json.dumps({"opened": sorted(opened), "reached": sorted(reached)})
    Path(sys.argv[1]).write_text(written, encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
