"""Read one file: plain data, or what is wrong with it."""

from __future__ import annotations

from typing import NamedTuple

from p2ptrack.diagnostics import Problem
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlErrorCode, make_finding
from p2ptrack.store.yaml.parser import YamlValue, decode_text, parse_yaml
from p2ptrack.store.yaml.source_text import is_suspect

MAX_BYTES = 1 << 20


class ParsedFile(NamedTuple):
    """What a file holds. With problems the record counts as broken, even where a value could be read."""

    value: dict[str, YamlValue] | None
    problems: tuple[Problem, ...] = ()


def read(data: bytes, path: str) -> ParsedFile:
    """Return the file's plain data, every scalar as text, and every fault of the file (design, section 7).

    There is always a value or a problem. The value is None where the structure could not be read to its end; with
    a local fault (a field that stands twice, an end lost to `#`) it is what could be read.
    """
    if len(data) > MAX_BYTES:
        return ParsedFile(None, (_file_problem(messages.TOO_LARGE, path, size=f"{len(data):,}"),))
    decoded = decode_text(data)
    result = parse_yaml(decoded.text)
    is_clean = not (result.needs_lint or decoded.finding) and not is_suspect(decoded.text)
    if is_clean and isinstance(result.value, dict):
        return ParsedFile(result.value)
    from p2ptrack.store.yaml.lint import diagnose_file

    value, problems = diagnose_file(decoded, result.value, path)
    return ParsedFile(value if isinstance(value, dict) else None, problems)


def _file_problem(error_code: YamlErrorCode, path: str, **details: object) -> Problem:
    finding = make_finding(error_code, (0, 0), **details)
    return Problem(path, error_code.code, error_code.severity, finding.message, finding.fix)
