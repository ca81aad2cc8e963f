"""Properties of every date of a pattern, and of any text."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p2ptrack.model.dates import (
    DATE_PATTERNS,
    REJECTION_PATTERNS,
    Anchor,
    Anchors,
    CouncilDate,
    DatePattern,
    DateRejection,
    format_long_date,
    month_name,
    normalise_text,
    parse_date,
    parse_interpreted_date,
)
from p2ptrack.model.dates.council_date import normalise_punctuation
from p2ptrack.model.dates.patterns import compile_regex
from tests.support import examples

MONTHS = [month_name(month) for month in range(1, 13)]
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
YEARS = st.integers(1900, 2098)
THIS_CENTURY = st.integers(2013, 2098)
MONTH_WORDS = st.sampled_from([*MONTHS, *(name[:3] for name in MONTHS), "Sept", "Sept."])


def _long(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02}"


FINANCIAL_YEARS = st.one_of(
    YEARS.map(_long),
    YEARS.map(lambda year: f"{year}/{year + 1}"),
    THIS_CENTURY.map(lambda year: f"{year}-{(year + 1) % 100:02}"),
    THIS_CENTURY.map(lambda year: f"{year % 100:02}/{(year + 1) % 100:02}"),
)
DAY_TEXTS = st.one_of(
    DAYS.map(date.isoformat),
    DAYS.map(lambda day: f"{day:%d/%m/}{day.year}"),
    DAYS.map(format_long_date),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day.day}.{day.month}.{day.year % 100:02}"),
    DAYS.map(lambda day: f"by {day.day}th of {month_name(day.month)[:3]} {day.year}"),
)
MONTH_TEXTS = st.one_of(
    st.builds("{} {}".format, MONTH_WORDS, YEARS),
    st.builds("{}-{:02}".format, MONTH_WORDS, st.integers(0, 99)),
    st.builds("by {} {}".format, MONTH_WORDS, YEARS),
)
QUARTERS = st.builds("Q{} {}".format, st.integers(1, 4), FINANCIAL_YEARS)
PARTS = st.builds("{} {}".format, st.sampled_from(["early", "mid", "late", "by early"]), FINANCIAL_YEARS)
CALENDAR_PARTS = st.builds("{}{}{}".format, st.sampled_from(["early", "mid", "late"]), st.sampled_from(" -"), YEARS)
SEASONS = st.builds("{} {}".format, st.sampled_from(["Spring", "Summer", "Autumn", "by Autumn"]), YEARS)
CALENDAR_YEARS = st.builds("{}{}".format, st.sampled_from(["", "in ", "during "]), YEARS)
PERIODS = st.one_of(DAY_TEXTS, MONTH_TEXTS, QUARTERS, FINANCIAL_YEARS, PARTS, CALENDAR_PARTS, SEASONS, CALENDAR_YEARS)


def _range(first: date, days: int, dash: str) -> str:
    return f"{format_long_date(first)}{dash}{format_long_date(first + timedelta(days))}"


GENERATED = {
    "day": DAY_TEXTS,
    "month": MONTH_TEXTS,
    "numbered month": st.builds("{}-{:02}".format, st.integers(2013, 2099), st.integers(1, 12)),
    "quarter": QUARTERS,
    "financial year": FINANCIAL_YEARS,
    "year that ends in March": st.builds(
        "{} {}".format,
        st.sampled_from(["year ending 31 March", "y/e March", "FYE 31st March"]),
        YEARS.map(lambda year: year + 1),
    ),
    "half of a financial year": st.builds("{} {}".format, st.sampled_from(["H1", "first half of"]), FINANCIAL_YEARS),
    "half of a year": st.builds("{} {}".format, st.sampled_from(["H2", "second half of"]), YEARS),
    "part of a financial year": PARTS,
    "part of a year": CALENDAR_PARTS,
    "part of a month": st.builds("{} {} {}".format, st.sampled_from(["early", "mid", "late"]), MONTH_WORDS, YEARS),
    "season": SEASONS,
    "year": CALENDAR_YEARS,
    "end of a period": st.builds(
        "{} {}".format,
        st.sampled_from(["end", "end of", "by the end of"]),
        st.one_of(st.builds("{} {}".format, MONTH_WORDS, YEARS), QUARTERS, FINANCIAL_YEARS, YEARS.map(str)),
    ),
    "start of a period": st.builds(
        "{} {}".format,
        st.sampled_from(["start of", "the beginning of"]),
        st.one_of(st.builds("{} {}".format, MONTH_WORDS, YEARS), QUARTERS, FINANCIAL_YEARS, YEARS.map(str)),
    ),
    "deadline": st.builds(
        "{} {}".format,
        st.sampled_from(["no later than", "on or before", "at the latest"]),
        st.one_of(DAY_TEXTS, PERIODS),
    ),
    "week": st.builds(
        "{} {}".format,
        st.sampled_from(["week commencing", "w/c", "week ending"]),
        st.dates(date(1900, 2, 1), date(2099, 11, 30)).map(format_long_date),
    ),
    "range": st.builds(
        _range,
        st.dates(date(1900, 1, 1), date(2090, 1, 1)),
        st.integers(0, 3000),
        st.sampled_from([" to ", " - ", " \u2013 "]),
    ),
    "a date and ongoing": st.builds(
        "{} and {}".format, PERIODS, st.sampled_from(["ongoing", "on-going", "continuous"])
    ),
    "ongoing": st.sampled_from(["Ongoing", "On-going", "on going", "Continuous"]),
    "no target yet": st.sampled_from(["TBC", "tbd", "to be confirmed", "To be agreed", "in due course", "Shortly"]),
}
ANY_DATE = st.one_of(*GENERATED.values())


def test_every_pattern_has_a_generator() -> None:
    assert list(GENERATED) == [pattern.name for pattern in DATE_PATTERNS]


@pytest.mark.parametrize("name", GENERATED)
@settings(max_examples=40)
@given(data=st.data())
def test_exactly_one_pattern_matches_a_generated_text(name: str, data: st.DataObject) -> None:
    text = data.draw(GENERATED[name])

    assert [pattern.name for pattern in DATE_PATTERNS if pattern.match(normalise_punctuation(text)) is not None] == [
        name
    ]


@pytest.mark.parametrize("pattern", DATE_PATTERNS, ids=[pattern.name for pattern in DATE_PATTERNS])
def test_exactly_one_pattern_matches_an_example(pattern: DatePattern) -> None:
    assert pattern.examples
    for example in pattern.examples:
        assert [other for other in DATE_PATTERNS if other.match(normalise_punctuation(example)) is not None] == [
            pattern
        ]


@pytest.mark.parametrize("pattern", REJECTION_PATTERNS, ids=[pattern.name for pattern in REJECTION_PATTERNS])
def test_no_pattern_of_dates_matches_what_is_refused(pattern: DatePattern) -> None:
    assert pattern.examples
    for example in pattern.examples:
        results = [other.match(normalise_punctuation(example)) for other in DATE_PATTERNS]
        assert [result for result in results if result is not None and not isinstance(result, DateRejection)] == []


@examples(200)
@given(ANY_DATE)
def test_a_date_keeps_its_text_and_its_days_are_in_order(text: str) -> None:
    parsed = parse_date(text)

    assert isinstance(parsed, CouncilDate)
    assert parsed.raw == text
    assert parsed.to_text().startswith(text)
    assert (parsed.earliest is None) == (parsed.latest is None)
    if parsed.earliest and parsed.latest:
        assert parsed.earliest <= parsed.latest
        assert parsed.to_text() in {text, f"{text} (by {format_long_date(parsed.latest)})"}


EQUIVALENT = {"-": "\u2010\u2011\u2012\u2013\u2014\u2212", "/": "\u2044\u2215", " ": "\u00a0\u2009\u202f\t"}


@examples(150)
@given(st.data())
def test_case_spaces_dashes_and_slashes_change_nothing(data: st.DataObject) -> None:
    text = data.draw(ANY_DATE)
    other = "".join(data.draw(st.sampled_from((char, *EQUIVALENT.get(char, "")))) for char in text)
    other = data.draw(st.sampled_from([other, other.upper(), other.lower(), f"  {other} ", f"{other}."]))

    first, second = parse_date(text), parse_date(other)

    assert normalise_text(text) == normalise_text(other)
    assert isinstance(first, CouncilDate)
    assert isinstance(second, CouncilDate)
    assert {**first.to_json(), "raw": ""} == {**second.to_json(), "raw": ""}


@given(DAYS)
def test_a_day_reads_the_same_in_figures_and_in_words(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day:%d/%m/}{day.year}",
        f"{day:%d.%m.}{day.year}",
        format_long_date(day),
        f" {day} ",
    ):
        parsed = parse_date(text)
        assert isinstance(parsed, CouncilDate)
        assert (parsed.earliest, parsed.latest, parsed.precision.value) == (day, day, "day")


@given(DAYS, DAYS)
def test_a_range_is_refused_exactly_when_it_ends_before_it_starts(first: date, second: date) -> None:
    parsed = parse_date(f"{format_long_date(first)} to {second.isoformat()}")

    assert isinstance(parsed, DateRejection) == (first > second)


def _programme() -> Anchors:
    end = parse_date("Sept 23")
    assert isinstance(end, CouncilDate)
    return Anchors((Anchor("P2", "phase", "CBT Phase 2", end), Anchor("M1", "meeting", "March 2023 Committee", end)))


PROGRAMME = _programme()
EXAMPLES = [example for pattern in (*DATE_PATTERNS, *REJECTION_PATTERNS) for example in pattern.examples]
WORDS = sorted({word for example in EXAMPLES for word in example.split()})


@st.composite
def _mutations(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(EXAMPLES))
    place = draw(st.integers(0, len(text)))
    cut = draw(st.integers(0, 3))
    return text[:place] + draw(st.text(max_size=3)) + text[place + cut :]


SOUP = st.one_of(
    st.text(max_size=40),
    st.text("0123456789/-. ", max_size=14),
    st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join),
    _mutations(),
)


@examples(400)
@given(SOUP)
def test_no_text_makes_it_raise(text: str) -> None:
    for anchors in (None, Anchors(()), PROGRAMME):
        parsed = parse_date(text, anchors)
        if isinstance(parsed, CouncilDate):
            assert parsed.raw == text
            assert parsed.to_text().startswith(text)
            assert set(parsed.to_json()) == {"raw", "earliest", "latest", "precision", "basis", "ongoing"}
            assert parsed.earliest is None or parsed.latest is None or parsed.earliest <= parsed.latest
        else:
            assert parsed.message
            assert parsed.fix


@examples(200)
@given(SOUP)
def test_no_two_patterns_match_the_same_text(text: str) -> None:
    assert (
        len([pattern.name for pattern in DATE_PATTERNS if pattern.match(normalise_punctuation(text)) is not None]) <= 1
    )


_REGEXES_WITH_WORDS = {
    regex: pattern.words
    for pattern in (*DATE_PATTERNS, *REJECTION_PATTERNS)
    for regex in (pattern.regexes if pattern.words else ())
}


@examples(200)
@given(st.sampled_from(sorted(_REGEXES_WITH_WORDS)), st.data())
def test_each_match_of_a_regex_contains_one_of_its_words(regex: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(compile_regex(regex), fullmatch=True))
    assert any(word in text.lower() for word in _REGEXES_WITH_WORDS[regex])


@given(SOUP, SOUP)
def test_no_interpretation_makes_it_raise(raw: str, means: str) -> None:
    parsed = parse_interpreted_date(raw, means, PROGRAMME)

    assert isinstance(parsed, DateRejection) or (parsed.raw == raw and parsed.inferred)


@given(SOUP)
def test_rejections_do_not_depend_on_the_programme(text: str) -> None:
    refused = parse_date(text, None)

    assert not isinstance(refused, DateRejection) or refused == parse_date(text, PROGRAMME) == parse_date(
        text, Anchors(())
    )


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "1 " * 50_000, "- " * 50_000, "March 2023 to " * 9_000, "end of " * 9_000]
)
def test_a_long_text_is_rejected(text: str) -> None:
    assert isinstance(parse_date(text, Anchors(())), DateRejection)
