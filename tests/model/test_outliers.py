"""Dates with a year that is probably mistyped."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from p2ptrack.model.dates import Anchors
from p2ptrack.model.fields import ValidationContext
from p2ptrack.model.outliers import OutlyingDate, find_outlying_dates
from p2ptrack.model.records import Action

AS_OF = date(2027, 3, 1)


def _find(**fields: Any) -> list[OutlyingDate]:
    values = {"id": "A01", "title": "Review", "updates": [{"date": "1 January 2027", "text": "Begun."}], **fields}
    return list(find_outlying_dates(Action.model_validate(values, context=ValidationContext(Anchors(()))), AS_OF))


@pytest.mark.parametrize(
    ("target", "years", "likely_year"),
    [
        ("31.3.72", 45, 2027),
        ("31/03/2072", 45, 2027),
        ("Mar-99", 72, None),
        ("31 March 1927", 100, None),
        ("Q4 2071/72", 45, 2027),
        ("2082", 55, 2028),
        ("March 1999 to March 2072", 45, 2027),
    ],
)
def test_a_date_decades_from_all_others_is_an_outlier(target: str, years: int, likely_year: int | None) -> None:
    (outlier,) = _find(target=target)

    assert (outlier.field, outlier.date.raw, outlier.years_away) == ("target", target, years)
    assert (outlier.other_years, outlier.likely_year) == ((2027, 2027), likely_year)


@pytest.mark.parametrize("target", ["31 March 2032", "31 March 2046", "Ongoing", "TBC", "2008", "31 March 2027"])
def test_a_plausible_date_is_not_an_outlier(target: str) -> None:
    assert _find(target=target) == []


def test_a_far_date_near_another_plausible_date_is_not_an_outlier() -> None:
    assert _find(target="31 March 2050", review_by="31 March 2040") == []


def test_a_date_in_an_entry_is_an_outlier_at_its_place() -> None:
    (outlier,) = _find(updates=[{"date": "1 January 2072", "text": "Begun."}])
    assert (outlier.field, outlier.other_years) == ("updates[0].date", None)
