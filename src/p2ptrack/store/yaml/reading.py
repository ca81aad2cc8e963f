"""Read one file: plain data, or what is wrong with it."""

from __future__ import annotations

from typing import NamedTuple

from p2ptrack.problem import Problem
from p2ptrack.store.yaml import codes
from p2ptrack.store.yaml.build import Plain, build
from p2ptrack.store.yaml.decode import decode
from p2ptrack.store.yaml.fault import Fault, found
from p2ptrack.store.yaml.signs import is_suspect

MOST_BYTES = 1 << 20


class Reading(NamedTuple):
    """What a file holds. With problems the record counts as broken, even where a value could be read."""

    value: dict[str, Plain] | None
    problems: tuple[Problem, ...] = ()


def read(data: bytes, path: str) -> Reading:
    """Return the file's plain data, every scalar as text, and every fault of the file (design, section 7).

    There is always a value or a problem. The value is None where the structure could not be read to its end; with
    a local fault (a field that stands twice, an end lost to `#`) it is what could be read.
    """
    if len(data) > MOST_BYTES:
        return Reading(None, (_whole_file(codes.TOO_LARGE, path, size=f"{len(data):,}"),))
    decoded = decode(data)
    built = build(decoded.text)
    clean = not (built.odd or decoded.finding) and not is_suspect(decoded.text)
    if clean and isinstance(built.value, dict):
        return Reading(built.value)
    from p2ptrack.store.yaml.closer import look_closely

    value, problems = look_closely(decoded, built.value, path)
    return Reading(value if isinstance(value, dict) else None, problems)


def _whole_file(fault: Fault, path: str, **words: object) -> Problem:
    finding = found(fault, (0, 0), **words)
    return Problem(path, fault.code, fault.severity, finding.message, finding.fix)
