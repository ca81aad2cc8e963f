"""Reading the files of the past: as far as they can be understood, and told where they cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from p2ptrack.problem import Problem, Severity
from p2ptrack.records.fields import Model, Reading
from p2ptrack.records.lenient import tells_of_exemption, understood, withheld
from p2ptrack.store import yaml
from p2ptrack.store.folder import stem

M = TypeVar("M", bound=Model)


def leniently(
    model: type[M], parsed: yaml.Reading, reading: Reading, path: str
) -> tuple[M | None, tuple[Problem, ...]]:
    """Return the model of what can be understood of a file, and each thing that cannot, as a warning.

    None, with errors, where nothing of it can be read.
    """
    if parsed.value is None:
        return None, parsed.problems
    values = dict(parsed.value)
    if parsed.problems and tells_of_exemption(values):
        values = withheld(model, values)  # a part of the exemption may be what could not be read
    made, problems = understood(model, values, reading, path, stem(path.rpartition("/")[2]).partition("-")[0])
    severity = Severity.ERROR if made is None else Severity.WARNING
    return made, tuple(replace(problem, severity=severity) for problem in (*parsed.problems, *problems))
