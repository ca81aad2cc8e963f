"""Council dates: kept as people wrote them, and read as the days that they can mean."""

from p2ptrack.records.dates.anchors import Anchor, Anchors
from p2ptrack.records.dates.documentation import build_date_reference
from p2ptrack.records.dates.folding import normalise_text
from p2ptrack.records.dates.parse import parse_date, parse_interpreted_date
from p2ptrack.records.dates.refusals import REJECTION_PATTERNS
from p2ptrack.records.dates.row import DatePattern
from p2ptrack.records.dates.rows import DATE_PATTERNS
from p2ptrack.records.dates.value import Basis, CouncilDate, DateRejection, Precision
from p2ptrack.records.dates.words import format_long_date, month_name

__all__ = [
    "DATE_PATTERNS",
    "REJECTION_PATTERNS",
    "Anchor",
    "Anchors",
    "Basis",
    "CouncilDate",
    "DatePattern",
    "DateRejection",
    "Precision",
    "build_date_reference",
    "format_long_date",
    "month_name",
    "normalise_text",
    "parse_date",
    "parse_interpreted_date",
]
