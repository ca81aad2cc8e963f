"""What other people's programs make of an export: a validator of data packages and three readers of calendars."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT, run

pytestmark = pytest.mark.papers
WORDS = ("--root", ROOT, "--as-of", "2023-01-12")
PACKAGE = """
import frictionless, json, sys
report = frictionless.validate(sys.argv[1])
print(json.dumps([report.valid, report.flatten(["type", "message"]), report.stats["tasks"]]))
"""
CALENDARS = {
    "icalendar": """
import icalendar, json, sys
events = icalendar.Calendar.from_ical(open(sys.argv[1], newline="", encoding="utf-8").read()).walk("VEVENT")
rows = ([str(event["UID"]), event["DTSTART"].dt.isoformat(), str(event["SUMMARY"])] for event in events)
print(json.dumps(sorted(rows)))
""",
    "ics": """
import ics, json, sys
events = ics.Calendar(open(sys.argv[1], newline="", encoding="utf-8").read()).events
print(json.dumps(sorted([event.uid, event.begin.date().isoformat(), event.name] for event in events)))
""",
    "vobject": """
import json, sys, vobject
calendar = vobject.readOne(open(sys.argv[1], newline="", encoding="utf-8").read())
calendar.validate(raiseException=True)
events = calendar.vevent_list
rows = ([event.uid.value, event.dtstart.value.isoformat(), event.summary.value] for event in events)
print(json.dumps(sorted(rows)))
""",
}


def run_program(program: str, path: Path) -> object:
    """Run a program with the libraries of the papers' lock, and return the JSON that it prints."""
    result = subprocess.run([sys.executable, "-c", program, path], check=True, capture_output=True, text=True)
    return json.loads(result.stdout)


@pytest.mark.parametrize("audience", ["public", "members", "officers"])
def test_a_validator_accepts_the_data_package(audience: str, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    assert run("export", "--audience", audience, "--output", folder, *WORDS).code == 0
    tables = len(list(folder.glob("*.csv")))
    assert run_program(PACKAGE, folder / "datapackage.json") == [True, [], tables]


@pytest.mark.parametrize("library", CALENDARS)
def test_a_calendar_is_read_as_it_was_meant(library: str, tmp_path: Path) -> None:
    calendar = tmp_path / "register.ics"
    assert run("export", "--format", "ics", "--output", calendar, *WORDS).code == 0
    records = json.loads(run("export", "--format", "json", "--output", "-", *WORDS).out)["records"]
    due = [record for record in records if record["target_day"] and record["unfinished"]]
    domain = calendar.read_text(encoding="utf-8").partition("UID:")[2].partition("@")[2].partition("\n")[0].strip()
    expected = [[f"{r['id']}@{domain}", r["target_day"], f"Due: {r['id']} {r['title']}"] for r in due]
    assert len(expected) > 10
    assert run_program(CALENDARS[library], calendar) == sorted(expected)
