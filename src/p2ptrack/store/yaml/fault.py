"""What a fault of reading is, and a finding of one in a text."""

from __future__ import annotations

from dataclasses import dataclass

from p2ptrack.problem import Severity


@dataclass(frozen=True, slots=True)
class YamlErrorCode:
    """One kind of fault: `message` and `fix` are filled from the officer's own line where they hold `{names}`."""

    code: str
    title: str
    why: str
    message: str
    fix: str
    example: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class YamlFinding:
    """A fault at characters `start` to `end` of a text, in words about that text."""

    error_code: YamlErrorCode
    start: int
    end: int
    message: str
    fix: str


def make_finding(
    error_code: YamlErrorCode, span: tuple[int, int], *, fix: object = "", **details: object
) -> YamlFinding:
    """Return the finding of this fault at this span, its message and its fix filled with `words`.

    `fix` is put instead where a better one is known than the fault's own.
    """
    return YamlFinding(
        error_code, *span, error_code.message.format(**details), str(fix or error_code.fix).format(**details)
    )
