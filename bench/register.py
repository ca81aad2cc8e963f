"""A made-up register of any size, the same on each run: about 2 KB and 45 YAML events a record, all links valid."""

from __future__ import annotations

import textwrap
from pathlib import Path

PROGRAMME = """\
title: Made-up register for measuring
organisation: No council
notice: Made up by the benchmark. It says nothing about any council.
sources:
  - {id: review, title: Made-up review, date: 30 June 2022}
  - {id: activity, title: Made-up activity report, body: Audit Committee, date: 12.01.2023}
phases:
  - {id: P1, title: Phase one, start: Sept 21, end: Sept 22}
  - {id: P2, title: Phase two, start: Sept 22, end: Sept 23}
meetings:
  - {id: AC-2022-10-17, body: Audit Committee, date: 2022-10-17}
  - {id: AC-2023-03, body: Audit Committee, date: Mar-23}
roles: [Head of Procurement, City Solicitor, Chief Internal Auditor]
dependencies:
  - {id: consultation, title: Formal consultation with Trade Unions}
"""

ROLES = ("Head of Procurement", "City Solicitor", "Chief Internal Auditor")
TARGETS = ("Jan-23", "31 March 2023", "Q2 2023/24", "early 2023/24", "November 2022", "TBC", "2022-12-16", "On-going")
SUBJECTS = ("contracts register", "category plans", "supplier meetings", "exemption reports", "social value measures")
VERBS = ("Review", "Publish", "Agree", "Extend", "Simplify", "Replace", "Measure")
SENTENCES = (
    "The working group met twice and agreed the order in which directorates will be taken.",
    "Cleansing goes on: 212 of 340 contracts now stand under the right category and contract manager.",
    "Officers were asked for the figures of the second quarter, which three directorates have sent.",
    "A pilot in one service saved more time than was hoped, and two others have asked to join it.",
    "The supplier's resources are short until the spring, so the order of the work was changed.",
    "Members asked how often the rules were not followed, and why; the next report will say.",
    "Training was given to 48 budget holders, and the guidance was put where they look for it.",
    "Nothing further was needed from Internal Audit, whose findings of last year have been answered.",
)


def write_register(root: Path, count: int) -> None:
    """Write a register of `count` records into the folder `root`."""
    recommendations, follow_ups = max(count // 25, 1), count // 5
    actions = count - recommendations - follow_ups
    _write_file(root / "data" / "programme.yaml", PROGRAMME)
    for n in range(1, recommendations + 1):
        _write_file(root / "data" / "recommendations" / f"R{n}.yaml", format_recommendation(n))
    for n in range(1, actions + 1):
        _write_file(root / "data" / "actions" / f"A{n}.yaml", format_action(n, recommendations))
    for n in range(1, follow_ups + 1):
        _write_file(root / "data" / "audit_followups" / f"F{n}.yaml", format_follow_up(n))


def write_follow_ups(root: Path, count: int) -> None:
    """Write a register of `count` follow-ups into the folder `root`: a paper with a row for each."""
    _write_file(root / "data" / "programme.yaml", PROGRAMME)
    for n in range(1, count + 1):
        _write_file(root / "data" / "audit_followups" / f"F{n}.yaml", format_follow_up(n))


def format_recommendation(n: int) -> str:
    """Return recommendation `n`, of four parts."""
    parts = "".join(f"  - id: R{n}.{part}\n    text: {make_title(n + part)}\n" for part in range(1, 5))
    head = f"id: R{n}\ntitle: {make_title(n)}\nheading: Made-up heading {n}\nsource: {{id: review, ref: row {n}}}\n"
    return f"{head}origin_text: |\n{make_prose(n, 18, 2)}parts:\n{parts}"


def format_action(n: int, recommendations: int) -> str:
    """Return action `n`, linked to a recommendation and sometimes to an earlier action."""
    lines = [
        f"id: A{n}",
        f"title: {make_title(n)}",
        f"recommendations: [R{n % recommendations + 1}]",
        f"phase: P{n % 2 + 1}",
        *format_status(n),
        f"accountable: {ROLES[n % 3]}",
        f"target: {TARGETS[n % 8]}",
        *([f"depends_on: [A{n // 2}]"] if n % 3 == 0 else []),
        *(["blocked_by: [consultation]"] if n % 11 == 0 else []),
        *(format_revision(n) if n % 4 == 1 else []),
        f"origin_text: |\n{make_prose(n, 5, 2)}updates:",
    ]
    return (
        "\n".join(lines)
        + "\n"
        + format_update(n, "2022-12-14", 7)
        + format_update(n + 3, "14 September 2022", 5, named=False)
    )


def format_follow_up(n: int) -> str:
    """Return follow-up `n`; every tenth shares its deliverable with the one before it."""
    lines = [
        f"id: F{n}",
        f"title: {make_title(n + 2)}",
        "area: Governance",
        f'report_refs: ["4.{n % 9 + 1}", "4.10"]',
        "raised: AC-2022-10-17",
        f"target: {TARGETS[n % 8]}",
        f"accountable: {ROLES[n % 3]}",
        *([f"same_deliverable_as: [F{n - 1}]"] if n % 10 == 0 else []),
        f"origin_text: |\n{make_prose(n, 6, 2)}updates:",
    ]
    return (
        "\n".join(lines)
        + "\n"
        + format_update(n + 20_000, "12.01.2023", 7)
        + format_update(n + 40_000, "17 October 2022", 4)
    )


def format_status(n: int) -> list[str]:
    """Return the lines of a status and of the fields that the status requires."""
    if n % 7 == 0:
        return ["status: complete", "completed_on: 12 December 2022"]
    if n % 13 == 0:
        return [
            "status: on_hold",
            f"decided: {{on: 1 November 2022, by: {ROLES[0]}, review_by: Mar-23, reason: No capacity.}}",
        ]
    return ["status: not_started" if n % 5 == 0 else "status: in_progress"]


def format_revision(n: int) -> list[str]:
    """Return the lines of one target change."""
    change = f"from: September 2022, to: {TARGETS[n % 8]}, category: capacity, reason: No capacity."
    return ["revisions:", f"  - {{date: 2022-09-12, {change}}}"]


def format_update(n: int, day: str, sentences: int, *, named: bool = True) -> str:
    """Return an entry of a list of updates, with or without its author."""
    by = f"    by: {ROLES[n % 3]}\n" if named else ""
    return f"  - date: {day}\n{by}    text: |\n      {n} contracts were looked at.\n{make_prose(n, sentences, 6)}"


def make_title(n: int) -> str:
    """Return a title of one line."""
    return f"{VERBS[n % 7]} the {SUBJECTS[n % 5]} of directorate {n}"


def make_prose(n: int, sentences: int, indent: int) -> str:
    """Return sentences as lines of a YAML block, indented by `indent` spaces."""
    text = " ".join(SENTENCES[(n + step * 3) % 8] for step in range(sentences))
    return textwrap.indent(textwrap.fill(text, 110), " " * indent) + "\n"


def _write_file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
