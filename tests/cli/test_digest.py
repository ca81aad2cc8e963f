"""Reminders: each officer's open items, the most urgent first, in every format, and nothing that is withheld."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.command import run
from tests.support import write_register

PROGRAMME = """\
title: Review
roles: [Head of IT]
meetings: [{id: AC, body: Audit Committee, date: 15 March 2023, papers_due: 1 March 2023}]
"""
FILES = {
    "actions/A01.yaml": "id: A01\ntitle: Open a portal\ntarget: Jan-23\naccountable: Head of IT\n",
    "actions/A02.yaml": "id: A02\ntitle: Write a guide\ntarget: 1 March 2023\naccountable: Head of IT\n",
    "actions/A03.yaml": "id: A03\ntitle: Train staff\naccountable: Head of Legal / Head of IT\n",
    "actions/A04.yaml": "id: A04\ntitle: Ended\nstatus: verified\naccountable: Head of IT\n",
    "actions/A05.yaml": (
        "id: A05\ntitle: Zebrafish\ntarget: Feb-23\naccountable: Head of Legal\n"
        "exempt: {paragraph: 3, reason: Price, public_interest: Harm}\n"
    ),
}
WORDS = ("--as-of", "2023-02-15")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return write_register(tmp_path, FILES, PROGRAMME)


def test_the_most_urgent_items_come_first(register: Path) -> None:
    result = run("digest", "--for", "head of it", *WORDS, "--root", register)
    assert (result.code, result.err) == (0, "")
    lines = [line.strip() for line in result.out.splitlines()]
    headings = [
        line for line in lines if line in {"Overdue: 1", "Due within 30 days: 1"} or line.startswith("No update")
    ]
    assert headings == ["Overdue: 1", "Due within 30 days: 1", "No update in the last 90 days: 1"]
    assert result.out.index("A01") < result.out.index("A02") < result.out.index("A03")
    assert "A04" not in result.out
    assert "Papers are due" in result.out


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("13 March 2023", "Next meeting: Audit Committee, 13 March 2023."),
        ("March 2023", "Next meeting: Audit Committee, March 2023."),
        ("Q1 2023/24", "Next meeting: Audit Committee, Q1 2023/24."),
    ],
)
def test_a_meeting_without_a_day_is_named_without_one(tmp_path: Path, day: str, sentence: str) -> None:
    programme = f"title: Reviews\nmeetings: [{{id: AC-1, body: Audit Committee, date: {day}}}]\n"
    register = write_register(tmp_path, FILES, programme)
    output = run("digest", "--for", "Head of IT", *WORDS, "--root", register).out
    assert sentence in " ".join(output.split())


def test_every_officer_has_a_reminder(register: Path) -> None:
    out = run("digest", *WORDS, "--root", register).out
    assert [line for line in out.splitlines() if line.startswith("Reminder")] == [
        "Reminder: open items of Head of IT",
        "Reminder: open items of Head of Legal",
    ]


@pytest.mark.parametrize(("format_", "start"), [("html", b"<!DOCTYPE html>"), ("eml", b"Subject: "), ("ics", b"BEGIN")])
def test_other_formats_are_a_file_for_each_officer(register: Path, format_: str, start: bytes) -> None:
    result = run("digest", "--format", format_, *WORDS, "--root", register)
    files = sorted((register / "build/digest").iterdir())
    assert (result.code, [file.name for file in files]) == (0, [f"head-of-it.{format_}", f"head-of-legal.{format_}"])
    assert all(file.read_bytes().startswith(start) for file in files)
    before = [file.read_bytes() for file in files]
    run("digest", "--format", format_, *WORDS, "--root", register)
    assert [file.read_bytes() for file in files] == before


def test_a_draft_has_the_reminder_as_text_and_html(register: Path) -> None:
    run("digest", "--format", "eml", *WORDS, "--root", register)
    message = email.message_from_bytes(
        (register / "build/digest/head-of-it.eml").read_bytes(), policy=email.policy.default
    )
    assert isinstance(message, EmailMessage)
    assert (message["Subject"], message["To"]) == ("Reminder: open items of Head of IT", None)
    for subtype in ("plain", "html"):
        body = message.get_body((subtype,))
        assert body is not None
        assert "Open a portal" in body.get_content()


@pytest.mark.parametrize("format_", ["text", "html", "eml", "ics"])
@pytest.mark.parametrize(("audience", "is_included"), [("public", False), ("members", True), ("officers", True)])
def test_a_reminder_has_exempt_items_only_if_asked(
    register: Path, format_: str, audience: str, is_included: bool
) -> None:
    words = ("--format", format_, "--audience", audience, "--output", register / "out", *WORDS, "--root", register)
    assert run("digest", *words).code == 0
    data = b"".join(file.read_bytes() for file in (register / "out").iterdir())
    assert (b"Zebrafish" in data) == is_included


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--for", "Head of ITT"), "“Head of ITT” is not the responsible officer of an open item. Did you mean"),
        (("--format", "pdf"), "“pdf” is not a format."),
        (("--format", "ics", "--output", "-"), "Standard output takes one reminder."),
    ],
)
def test_wrong_usage_is_a_sentence(register: Path, arguments: tuple[str, ...], sentence: str) -> None:
    result = run("digest", *arguments, *WORDS, "--root", register)
    assert (result.code, sentence in result.err) == (2, True)
