"""What is suggested for a text with several facts, and the years of examples."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from p2ptrack.model.dates import Anchors, CouncilDate, DateRejection, parse_date, parse_interpreted_date
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.records import Action

AS_OF = date(2027, 3, 1)


def _reject(raw: str, as_of: date | None = AS_OF) -> DateRejection:
    rejection = parse_date(raw, Anchors(()), as_of)
    assert isinstance(rejection, DateRejection)
    return rejection


@pytest.mark.parametrize(
    ("raw", "dates"),
    [
        ("31 March 2027 extended to 30 June 2027", ["31 March 2027", "30 June 2027"]),
        ("30.06.27 30.09.27", ["30.06.27", "30.09.27"]),
        ("30.09.27 (30.06.27)", ["30.06.27", "30.09.27"]),
        ("Dec 2026 (revised to Mar 2027)", ["Dec 2026", "Mar 2027"]),
        ("31/12/27 (was 30/11/27)", ["30/11/27", "31/12/27"]),
        ("orig: Mar 26; rev: Jun 27", ["Mar 26", "Jun 27"]),
        ("extended from 31 March 2027 to 30 June 2027", ["31 March 2027", "30 June 2027"]),
        ("extended to 30 June 2027 from 31 March 2027", ["31 March 2027", "30 June 2027"]),
        ("originally 31 March 2027, now 30 June 2027", ["31 March 2027", "30 June 2027"]),
        ("31 March 2027 (original) 30 June 2027 (revised)", ["31 March 2027", "30 June 2027"]),
        ("Q4 2026/27 moved to Q2 2027/28", ["Q4 2026/27", "Q2 2027/28"]),
        ("31 March 2027 \u2192 30 June 2027", ["31 March 2027", "30 June 2027"]),
        ("June 2027 -> Sept 2027 -> Dec 2027", ["June 2027", "Sept 2027", "Dec 2027"]),
        ("Extended to 30/6/27 (31/3/27)", ["31/3/27", "30/6/27"]),
        ("31/3/27, revised 30/6/27", ["31/3/27", "30/6/27"]),
        ("30 June 2027 brought forward to 31 March 2027", ["30 June 2027", "31 March 2027"]),
    ],
)
def test_a_changed_target_is_suggested_with_its_changes(raw: str, dates: list[str]) -> None:
    lines = _reject(raw).lines["target"].splitlines()

    assert lines[:2] == [f"target: {dates[-1]}", "revisions:"]
    assert [line.split(": ")[1] for line in lines[2::2]] == dates[:-1]
    assert [line.split(": ")[1] for line in lines[3::2]] == dates[1:]


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("Was Dec 2026, now TBC", "Dec 2026"),
        ("Dec 2026 (now TBC)", "Dec 2026"),
        ("31 March 2027 revised to TBC", "31 March 2027"),
        ("31/03/27, new date TBC", "31/03/27"),
        ("originally March 2027 now to be confirmed", "March 2027"),
    ],
)
def test_a_target_that_was_given_up_is_not_offered_again(raw: str, day: str) -> None:
    rejection = _reject(raw)
    assert (rejection.means, rejection.lines) == (
        "",
        {"target": f"target: TBC\nrevisions:\n  - from: {day}\n    to: TBC"},
    )


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("31 March 2027 - overdue", "31 March 2027"),
        ("Overdue - 31/03/26", "31/03/26"),
        ("31 March 2027 (on track)", "31 March 2027"),
        ("Past due 31 March 2026", "31 March 2026"),
        ("Q4 2026/27 - amber", "Q4 2026/27"),
    ],
)
def test_a_rating_beside_a_date_is_left_out(raw: str, day: str) -> None:
    rejection = _reject(raw)
    assert (rejection.means, rejection.fix) == (day, f"Write {day}.")


@pytest.mark.parametrize(
    ("raw", "status", "day"),
    [
        ("In progress - 31 March 2027", "in_progress", "31 March 2027"),
        ("Not started, due 31 March 2027", "not_started", "31 March 2027"),
        ("March 2027 (paused)", "on_hold", "March 2027"),
        ("Open - 31/03/27", "open", "31/03/27"),
    ],
)
def test_a_status_beside_a_target_is_kept(raw: str, status: str, day: str) -> None:
    assert _reject(raw).lines == {"target": f"status: {status}\ntarget: {day}"}


@pytest.mark.parametrize(
    ("raw", "means"),
    [
        ("Q3/Q4 2026/27", "Q3 to Q4 2026/27"),
        ("Q3 & Q4 2026/27", "Q3 to Q4 2026/27"),
        ("between March and June 2027", "March to June 2027"),
        ("YE 2026/27", "end of 2026/27"),
        ("c. March 2027", "March 2027"),
        ("Planned March 2027", "March 2027"),
        ("past 31 March 2027", ""),
        ("31 March 2026 - not met", ""),
        ("Paused until June 2027", ""),
        ("workshop held March 2027", ""),
        ("held March 2027", ""),
    ],
)
def test_the_words_around_a_date_decide_what_is_offered(raw: str, means: str) -> None:
    rejection = _reject(raw)
    assert (rejection.means, rejection.lines) == (means, {})


@pytest.mark.parametrize(
    "raw",
    [
        "31 March 2027 & 30 June 2027",
        "31 March 2027 + 30 June 2027",
        "31 March 2027 or 30 June 2027",
        "31 March 2027 and 30 June 2027",
        "31 March 2027 for schools and 30 June 2027 for depots",
        "30 June 2027 not 31 March 2027",
        "31 March 2027 (31/03/27)",
    ],
)
def test_dates_whose_order_is_not_known_have_no_suggestion(raw: str) -> None:
    rejection = _reject(raw)

    assert (rejection.means, rejection.lines) == ("", {})
    assert "2027" not in rejection.fix


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("Completed March 2026", "March 2026"),
        ("Done 31/3/26", "31/3/26"),
        ("Complete - March 2026", "March 2026"),
        ("Achieved (March 2026)", "March 2026"),
        ("Implemented on 31 March 2026", "31 March 2026"),
        ("March 2026 - delivered", "March 2026"),
        ("31.03.26 (completed)", "31.03.26"),
        ("Target achieved 12/26", "December 2026"),
        ("Target met: 31/12/26", "31/12/26"),
        ("Action has been fully implemented in March 2026", "March 2026"),
        ("Completed on time 31/3/26", "31/3/26"),
        ("Signed off - Q1 2026/27", "Q1 2026/27"),
    ],
)
def test_a_date_of_finished_work_belongs_in_completed_on(raw: str, day: str) -> None:
    assert _reject(raw).lines == {
        "target": f"status: complete\ncompleted_on: {day}",
        "completed_on": f"completed_on: {day}",
    }


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        ("Closed March 2026", "status: closed\ndecided:\n  on: March 2026"),
        ("Closed: 12 March 2026", "status: closed\ndecided:\n  on: 12 March 2026"),
        ("31/3/26 - action closed", "status: closed\ndecided:\n  on: 31/3/26"),
        ("Closed (May 2026), was due April 2026", "status: closed\ndecided:\n  on: May 2026\ntarget: April 2026"),
        ("Withdrawn March 2026", "status: withdrawn\ndecided:\n  on: March 2026"),
        ("No longer required (March 2026)", "status: withdrawn\ndecided:\n  on: March 2026"),
        ("Superseded - Q1 2026/27", "status: superseded\ndecided:\n  on: Q1 2026/27"),
        ("Risk accepted 12 March 2026", "status: risk_accepted\ndecided:\n  on: 12 March 2026"),
        ("Verified June 2026", "status: verified\nverified:\n  on: June 2026"),
    ],
)
def test_the_date_on_which_work_was_closed_stays_with_the_status(raw: str, lines: str) -> None:
    assert _reject(raw).lines["target"] == lines


@pytest.mark.parametrize(
    ("raw", "target", "day"),
    [
        ("Due 31/03/26, achieved 14/05/26", "31/03/26", "14/05/26"),
        ("31/03/26 (completed 14/05/26)", "31/03/26", "14/05/26"),
        ("14/05/26 complete, target 31/03/26", "31/03/26", "14/05/26"),
        ("Target 31 March 2026. Completed 14 May 2026", "31 March 2026", "14 May 2026"),
    ],
)
def test_a_target_and_the_date_of_completion_are_both_kept(raw: str, target: str, day: str) -> None:
    assert _reject(raw).lines == {"target": f"status: complete\ncompleted_on: {day}\ntarget: {target}"}


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("Ongoing (review March 2027)", "March 2027"),
        ("Ongoing - review date: 31/03/27", "31/03/27"),
        ("On-going. Next review 31 March 2027", "31 March 2027"),
        ("Continuous, to be reviewed Q1 2027/28", "Q1 2027/28"),
        ("Ongoing with annual review in March 2027", "March 2027"),
    ],
)
def test_ongoing_work_keeps_the_date_of_its_review(raw: str, day: str) -> None:
    lines = _reject(raw).lines
    assert lines == {"target": f"target: Ongoing\nreview_by: {day}", "review_by": f"review_by: {day}"}


@pytest.mark.parametrize("raw", ["review March 2027", "Next review: March 2027", "to be reviewed in March 2027"])
def test_the_date_of_a_review_is_not_offered_as_a_target(raw: str) -> None:
    assert _reject(raw).lines == {"review_by": "review_by: March 2027"}


@pytest.mark.parametrize(
    "raw",
    [
        "31/3/27 to be completed 30/6/27",
        "not completed by 31/3/27, now 30/6/27",
        "completed by 31/3/27, revised 30/6/27",
        "Closed March 2026 and April 2026",
    ],
)
def test_a_date_is_not_called_completed_when_the_words_may_mean_another(raw: str) -> None:
    assert not _reject(raw).lines


@pytest.mark.parametrize(
    "raw",
    [
        "Easter 2027",
        "before Easter 2027",
        "week 13 2027",
        "not before April 2027",
        "from April 2027",
        "after March 2027",
        "half term 2027",
        "not March 2027",
        "was March 2027",
        "until March 2027",
        "first week of April 2027",
        "early summer 2027",
        "end of week 13 2027",
        "year end 2027",
        "partly complete March 2027",
        "one month before March 2027",
    ],
)
def test_a_word_that_changes_the_sense_is_never_left_out(raw: str) -> None:
    assert _reject(raw).means == ""


@pytest.mark.parametrize("raw", ["March 32, 2027 or so", "22/2023", "the March meeting", "w/c 29th"])
def test_no_date_is_suggested_as_the_meaning_of_words_with_a_part_of_a_date(raw: str) -> None:
    assert _reject(raw).means == ""


@pytest.mark.parametrize(
    "raw",
    ["Next Cabinet meeting", "When resources allow", "Subject to funding", "once recruited", "After the election"],
)
def test_words_without_a_date_mean_none(raw: str) -> None:
    assert _reject(raw).means == "none"


@pytest.mark.parametrize(
    ("raw", "as_of", "example"),
    [
        ("ASAP", date(2027, 3, 1), "31 March 2027"),
        ("ASAP", date(2027, 3, 31), "31 March 2028"),
        ("ASAP", date(2026, 11, 30), "31 March 2027"),
        ("31 March", date(2027, 3, 1), "31 March 2027"),
        ("Q3", date(2027, 3, 1), "Q3 2027/28"),
        ("Q4", date(2027, 3, 1), "Q4 2026/27"),
        ("December 31", date(2026, 11, 30), "31 December 2026"),
        ("29 February", date(2027, 3, 1), "29 February with its year"),
        ("Spring", date(2027, 6, 1), "Spring 2028"),
        ("Winter", date(2027, 3, 1), "December 2027 to February 2028"),
    ],
)
def test_examples_lie_after_the_position_date(raw: str, as_of: date, example: str) -> None:
    assert example in _reject(raw, as_of).fix


@pytest.mark.parametrize(
    ("raw", "as_of", "example"),
    [
        ("28 Feb", date(2027, 3, 1), "28 February 2027"),
        ("Feb 28", date(2027, 2, 28), "28 February 2027"),
        ("28 February", date(2027, 2, 27), "28 February 2026"),
        ("March", date(2027, 3, 1), "March 2027"),
        ("April", date(2027, 3, 1), "April 2026"),
        ("29 February", date(2027, 3, 1), "29 February with its year"),
        ("31/13/2027", date(2027, 3, 1), "31/03/2026"),
        ("Q3", date(2027, 3, 1), "Q3 2026/27"),
        ("Q4", date(2027, 3, 1), "Q4 2026/27"),
        ("Q4", date(2027, 2, 28), "Q4 2025/26"),
        ("Spring", date(2027, 6, 1), "Spring 2027"),
        ("Winter", date(2027, 3, 1), "December 2026 to February 2027"),
    ],
)
def test_examples_for_an_event_lie_before_the_position_date(raw: str, as_of: date, example: str) -> None:
    rejection = parse_date(raw, Anchors(()), as_of, is_past=True)
    assert isinstance(rejection, DateRejection)
    assert example in rejection.fix


@pytest.mark.parametrize("name", ["completed_on", "start"])
def test_the_field_decides_whether_an_example_lies_before_the_position_date(name: str) -> None:
    context = ValidationContext(Anchors(()), as_of=date(2027, 3, 1))
    with pytest.raises(ValidationError) as error:
        Action.model_validate({"id": "A01", "title": "Plan", name: "28 Feb"}, context=context)
    assert ("28 February 2027" if name == "completed_on" else "28 February 2028") in str(error.value.errors())


@pytest.mark.parametrize("raw", ["ASAP", "Q3", "nonsense", "", "31/13/2027", "next month", "Q7 2027/28"])
def test_no_mark_of_an_example_is_left(raw: str) -> None:
    assert "$" not in _reject(raw, None).fix


def test_a_month_with_a_day_that_it_has_not_is_read_as_neither() -> None:
    assert _reject("June 31").fix == "Write 30 June 2027 or June 2031."
    assert isinstance(parse_date("Mar-31"), CouncilDate)


DATES = st.sampled_from(
    [
        "31 March 2027",
        "31/03/2027",
        "March 2027",
        "Mar-27",
        "Q4 2026/27",
        "2026/27",
        "2027",
        "early 2027/28",
        "w/c 1 March 2027",
    ]
)
SENSE_BEFORE = st.sampled_from(
    [
        "after",
        "before",
        "not before",
        "no earlier than",
        "from",
        "since",
        "until",
        "up to",
        "start of",
        "first half of",
        "second half of",
        "middle of",
        "week 13",
        "Easter",
        "half term",
        "the election and",
        "one month before",
        "3 weeks after",
        "not",
        "unless",
        "except",
        "subject to funding",
        "if possible",
        "on hold until",
        "was",
        "reviewed",
        "approved",
        "partly complete",
        "first week of",
        "end of week 13",
        "earliest",
        "delayed from",
    ]
)
SENSE_AFTER = st.sampled_from(
    [
        "onwards",
        "at the earliest",
        "if funded",
        "subject to approval",
        "minus one month",
        "plus 3 weeks",
        "or earlier",
        "and then quarterly",
        "excluding schools",
        "for phase 1 only",
        "start",
        "- first draft",
        "and ongoing",
    ]
)
NEUTRAL_BEFORE = st.sampled_from(
    ["circa", "approx.", "target date:", "no later than", "expected", "around", "provisionally", "due"]
)


def _get_range(text: str) -> object:
    date_ = parse_date(text, Anchors(()), AS_OF)
    return (date_.earliest, date_.latest, date_.ongoing) if isinstance(date_, CouncilDate) else None


@given(SENSE_BEFORE, DATES)
def test_no_suggestion_loses_a_word_before_the_date(word: str, text: str) -> None:
    result = parse_date(f"{word} {text}", Anchors(()), AS_OF)
    if isinstance(result, DateRejection) and result.means:
        assert _get_range(result.means) not in (None, _get_range(text))


@given(DATES, SENSE_AFTER)
def test_no_suggestion_loses_a_word_after_the_date(text: str, word: str) -> None:
    result = parse_date(f"{text} {word}", Anchors(()), AS_OF)
    if isinstance(result, DateRejection) and result.means:
        assert _get_range(result.means) not in (None, _get_range(text))


@given(NEUTRAL_BEFORE, DATES)
def test_a_suggestion_is_read_as_the_date_that_it_names(word: str, text: str) -> None:
    raw = f"{word} {text}"
    result = parse_date(raw, Anchors(()), AS_OF)
    means = result.means if isinstance(result, DateRejection) else raw
    assert _get_range(means) == _get_range(text)
    interpreted = parse_interpreted_date(raw, means, Anchors(()), AS_OF)
    assert isinstance(interpreted, CouncilDate)
    assert _get_range(means) == (interpreted.earliest, interpreted.latest, interpreted.ongoing)


@pytest.mark.parametrize(
    ("raw", "fix"),
    [
        ("Completed March 2026", "Write only the date: March 2026."),
        ("31 March 2027 extended to 30 June 2027", "Write only the date: 30 June 2027 or 31 March 2027."),
        ("Ongoing (review March 2027)", "Write only the date: Ongoing or March 2027."),
        ("In progress - 31 March 2027", "Write only the date: 31 March 2027."),
        ("31 March", "Add the year, for example 31 March 2027."),
    ],
)
def test_advice_for_another_field_than_the_target_names_only_dates(raw: str, fix: str) -> None:
    assert _reject(raw).format_other_fix() == fix
