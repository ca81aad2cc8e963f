"""What a paper says of itself when it was made from a register with errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from p2ptrack.problem import Problem, Severity
from p2ptrack.reports.document import Bullets, Document, Notice, make_paragraph


def add_error_notice(document: Document, problems: Iterable[Problem]) -> Document:
    """Return the paper with a notice at its head that counts the register's errors by code.

    Codes and a count say what is missing without a word of a record; only in an officers' paper do problems still
    have their words (design, section 6).
    """
    error_problems = [problem for problem in problems if problem.severity is Severity.ERROR]
    codes = Counter(problem.code for problem in error_problems)
    if not codes:
        return document
    code_counts = ", ".join(f"{code} ({number})" for code, number in sorted(codes.items()))
    count = sum(codes.values())
    errors = "1 error" if count == 1 else f"{count} errors"
    summary = f"This paper was made from a register with {errors}; what could not be read is not in it."
    sentence = f"{summary} By code: {code_counts}."
    messages = tuple((make_paragraph(f"{p.path}: {p.message}"),) for p in error_problems if p.message)
    blocks = (make_paragraph(sentence), *((Bullets(messages),) if messages else ()))
    return replace(document, blocks=(Notice(blocks, kind="problems"), *document.blocks))
