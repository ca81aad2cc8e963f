"""What a paper says of itself when it was made from a register with errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from p2ptrack.problem import Problem, Severity
from p2ptrack.reports.document import Document, Notice, line


def with_problems(document: Document, problems: Iterable[Problem]) -> Document:
    """Return the paper with a notice at its head that counts the register's errors by code.

    A paper is public: codes and a count say what is missing without a word of a record (design, section 6).
    """
    codes = Counter(problem.code for problem in problems if problem.severity is Severity.ERROR)
    if not codes:
        return document
    told = ", ".join(f"{code} ({number})" for code, number in sorted(codes.items()))
    count = sum(codes.values())
    errors = "1 error" if count == 1 else f"{count} errors"
    sentence = f"This paper was made from a register with {errors}; what could not be read is not in it. By code: {told}."
    return replace(document, blocks=(Notice((line(sentence),), kind="problems"), *document.blocks))
