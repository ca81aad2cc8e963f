"""Read one file: plain data, or what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from p2ptrack.problem import Problem
from p2ptrack.store.yaml import codes
from p2ptrack.store.yaml.build import Plain, build
from p2ptrack.store.yaml.codes import Finding, found
from p2ptrack.store.yaml.decode import decode
from p2ptrack.store.yaml.lines import Lines
from p2ptrack.store.yaml.outline import Outline

MOST_BYTES = 1 << 20
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Reading:
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
    text = decoded.text
    built = build(text)
    if isinstance(built.value, dict) and not built.odd and not decoded.finding:
        return Reading(built.value)
    lines = Lines(text)
    outline = Outline(lines)
    return Reading(None, tuple(_problem(each, lines, path) for each in outline.findings))


def _whole_file(fault: codes.Fault, path: str, **words: object) -> Problem:
    finding = found(fault, (0, 0), **words)
    return Problem(path, fault.code, fault.severity, finding.message, finding.fix)


def _problem(finding: Finding, lines: Lines, path: str) -> Problem:
    place = lines.place(finding.start, finding.end)
    fault = finding.fault
    return Problem(path, fault.code, fault.severity, finding.message, finding.fix, place=place)
