"""A withheld value that another place of the record repeats: it is withheld there too, or it is an error."""

from __future__ import annotations

import pytest

from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.redact import redact_for_audience
from p2ptrack.analysis.rules import run_rules
from p2ptrack.model.records import TrackedRecord
from tests.support import THE_DAY, case_of

EXEMPT = "exempt: {paragraph: 3}"
OTHER = "{from: 7 April 2022, to: 9 June 2022}"


@pytest.mark.parametrize(
    ("target", "revisions", "count", "has_target"),
    [
        ("May 2023", f"{{from: Jan-23, to: Mar-23, {EXEMPT}}}, {{from: 31/03/2023, to: May 2023}}", 0, True),
        ("May 2023", f"{{from: Dec-22, to: 31/01/2023}}, {{from: Jan-23, to: Mar-23, {EXEMPT}}}", 0, True),
        ("31 March 2023", f"{OTHER}, {{from: Jan-23, to: 31/03/2023, {EXEMPT}}}", 0, False),
        ("Mar-23", f"{OTHER}, {{from: Jan-23, to: March 2023, exempt: {{paragraph: 3, fields: [to]}}}}", 0, False),
        ("TBC", f"{OTHER}, {{from: Jan-23, to: tbc, {EXEMPT}}}", 0, False),
        ("Jan-23", f"{OTHER}, {{from: Jan-23, to: Mar-23, decision: refused, {EXEMPT}}}", 1, True),
        ("Mar-23", "{from: Jan-23, to: Mar-23, reason: r, exempt: {paragraph: 3, fields: [reason]}}", 1, True),
        ("Mar-23", "{from: Jan-23, to: Mar-23, exempt: {paragraph: 3, until: 1 January 2020}}", 1, True),
    ],
)
def test_the_neighbours_of_an_exempt_target_change_are_withheld(
    target: str, revisions: str, count: int, has_target: bool
) -> None:
    case = case_of(f"{{id: A01, title: Open, target: {target}, revisions: [{revisions}]}}")
    record = redact_for_audience(case.register, Audience.PUBLIC, THE_DAY).register.by_id["A01"]
    assert isinstance(record, TrackedRecord)
    assert (len(record.revisions), record.target is not None) == (count, has_target)


@pytest.mark.parametrize(
    ("text", "field", "value", "is_error"),
    [
        ("By 8  MARCH 2023 at last", "target", "8 March 2023", True),
        ("By 18 March 2023", "target", "8 March 2023", False),
        ("Ask the head of\nprocurement.", "accountable", "Head of Procurement", True),
        ("Ask the Head of Procurements.", "accountable", "Head of Procurement", False),
        ("See all of 2023", "target", "2023", False),
        # The same day or month, written in another way.
        ("By 8/3/2023 at last", "target", "8 March 2023", True),
        ("By 2023-03-08 at last", "target", "8 March 2023", True),
        ("By the 8th March 2023", "target", "08/03/2023", True),
        ("By 8 Mar 2023", "target", "08/03/2023", True),
        ("By Mar-23 at last", "target", "March 2023", True),
        ("By March 2023 at last", "target", "Mar-23", True),
        ("By 8 March 2024", "target", "8 March 2023", False),
        ("In April 2023", "target", "March 2023", False),
        ("In March", "target", "March 2023", False),
        # Short values: an amount, a reference, initials, a post.
        ("It costs £48k a year", "area", "£48k", True),
        ("It costs £480k a year", "area", "£48k", False),
        ("Lot 7b is open", "area", "7B", True),
        ("It costs 48000 a year", "area", "'48000'", True),
        ("There were 12 of them", "area", "'12'", False),
        ("Yes, all of it", "area", "'Yes'", False),
        ("The JS report", "accountable", "JS", True),
        ("The js file", "accountable", "JS", False),
        ("HR asks for it", "accountable", "HR", True),
        ("The Board agreed", "accountable", "Board", True),
        ("The notice board", "accountable", "Board", False),
    ],
)
def test_a_text_that_repeats_a_withheld_value_is_an_error(text: str, field: str, value: str, is_error: bool) -> None:
    id_ = "F01" if field == "area" else "A01"
    record = f'{{id: {id_}, title: Open, {field}: {value}, agreed_action: "{text}", '
    case = case_of(f"{record}exempt: {{paragraph: 3, fields: [{field}]}}}}")
    errors = [(problem.field, problem.code) for problem in run_rules(case) if problem.code == "P117"]
    assert errors == [("agreed_action", "P117")] * is_error


def test_an_exempt_update_whose_text_is_in_another_is_an_error() -> None:
    phrase = "The supplier asks for more"
    updates = f"{{date: 1 May 2022, text: {phrase}, {EXEMPT}}}, {{date: 1 May 2022, text: 'It said: {phrase}!'}}"
    case = case_of(f"{{id: A01, title: Open, updates: [{updates}]}}")
    assert [problem.field for problem in run_rules(case) if problem.code == "P117"] == ["updates[1].text"]


@pytest.mark.parametrize(
    ("text", "value", "is_error"),
    [
        ("It costs 48000 a year", "'£48,000'", True),
        ("It costs £48,000.", "48000", True),
        ("It costs 48,000.00 in all", "48000", True),
        ("It costs £48k", "{amount: 48000, vat: net}", True),
        ("It costs 48 thousand", "48000", True),
        ("It costs £1.2m", "1200000", True),
        ("It costs 1.2 million", "1200000", True),
        ("It costs £48,000.50", "48000.50", True),
        ("It costs £480", "480", True),
        ("It costs £148,000", "48000", False),
        ("It costs £48,000.50", "48000", False),
        ("It costs £1,480", "480", False),
        ("It costs £48.5k", "48000", False),
        ("Rule 480 applies", "480", False),
    ],
)
@pytest.mark.parametrize("field", ["value", "value.amount"])
def test_a_text_that_repeats_a_withheld_amount_is_an_error(text: str, value: str, is_error: bool, field: str) -> None:
    exempt = f"exempt: {{paragraph: 3, fields: [{field}]}}"
    case = case_of(f'{{id: E01, title: Beds, value: {value}, reason_text: "{text}", {exempt}}}')
    errors = [(problem.field, problem.code) for problem in run_rules(case) if problem.code == "P117"]
    assert errors == [("reason_text", "P117")] * is_error
