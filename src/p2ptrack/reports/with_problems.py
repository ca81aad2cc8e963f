"""What a paper says of itself when it was made from a register with errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from p2ptrack.problem import Problem, Severity
from p2ptrack.reports.document import Bullets, Document, Notice, line


def with_problems(document: Document, problems: Iterable[Problem]) -> Document:
    """Return the paper with a notice at its head that counts the register's errors by code.

    Codes and a count say what is missing without a word of a record; only in an officers' paper do problems still
    have their words (design, section 6).
    """
    found = [problem for problem in problems if problem.severity is Severity.ERROR]
    codes = Counter(problem.code for problem in found)
    if not codes:
        return document
    told = ", ".join(f"{code} ({number})" for code, number in sorted(codes.items()))
    count = sum(codes.values())
    errors = "1 error" if count == 1 else f"{count} errors"
    what = f"This paper was made from a register with {errors}; what could not be read is not in it."
    sentence = f"{what} By code: {told}."
    told_in_full = tuple((line(f"{p.path}: {p.message}"),) for p in found if p.message)
    blocks = (line(sentence), *((Bullets(told_in_full),) if told_in_full else ()))
    return replace(document, blocks=(Notice(blocks, kind="problems"), *document.blocks))
