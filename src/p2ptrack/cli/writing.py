"""Files that commands write: the folder is made, and a place that cannot be written is one sentence."""

from __future__ import annotations

from pathlib import Path

from p2ptrack.errors import CannotGoOn


def save(path: Path, data: bytes) -> None:
    """Write a file and the folders it is in. Raises `CannotGoOn` when that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise CannotGoOn(f"{path} cannot be written: {why}. Choose another place with --output.") from error
