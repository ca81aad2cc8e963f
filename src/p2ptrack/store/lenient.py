"""Reading the files of the past: as far as they can be understood, and told where they cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from p2ptrack.problem import Problem, Severity
from p2ptrack.records.fields import Model, ValidationContext
from p2ptrack.records.lenient import has_exemption_key, mark_exempt, validate_leniently
from p2ptrack.store import yaml
from p2ptrack.store.folder import record_stem

LenientModelT = TypeVar("LenientModelT", bound=Model)


def validate_file_leniently(
    model: type[LenientModelT], parsed: yaml.ParsedFile, context: ValidationContext, path: str
) -> tuple[LenientModelT | None, tuple[Problem, ...]]:
    """Return the model of what can be understood of a file, and each thing that cannot, as a warning.

    None, with errors, where nothing of it can be read.
    """
    if parsed.value is None:
        return None, parsed.problems
    values = dict(parsed.value)
    if parsed.problems and has_exemption_key(values):
        values = mark_exempt(model, values)  # a part of the exemption may be what could not be read
    instance, problems = validate_leniently(
        model, values, context, path, record_stem(path.rpartition("/")[2]).partition("-")[0]
    )
    severity = Severity.ERROR if instance is None else Severity.WARNING
    return instance, tuple(replace(problem, severity=severity) for problem in (*parsed.problems, *problems))
