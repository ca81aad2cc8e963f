"""Council dates: the text as written, with the days that it can mean."""

from p2ptrack.model.dates.compounds import DATE_PATTERNS
from p2ptrack.model.dates.council_date import (
    EXAMPLE_DAY,
    Basis,
    CouncilDate,
    DateRejection,
    DateWords,
    Precision,
    add_months,
    format_long_date,
    is_before,
    month_name,
    normalise_text,
    use_date_words,
)
from p2ptrack.model.dates.parser import Anchor, Anchors, parse_date, parse_interpreted_date
from p2ptrack.model.dates.patterns import DatePattern
from p2ptrack.model.dates.rejections import REJECTION_PATTERNS

__all__ = [
    "DATE_PATTERNS",
    "EXAMPLE_DAY",
    "REJECTION_PATTERNS",
    "Anchor",
    "Anchors",
    "Basis",
    "CouncilDate",
    "DatePattern",
    "DateRejection",
    "DateWords",
    "Precision",
    "add_months",
    "format_long_date",
    "is_before",
    "month_name",
    "normalise_text",
    "parse_date",
    "parse_interpreted_date",
    "use_date_words",
]
