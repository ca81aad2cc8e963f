"""Council dates: kept as people wrote them, and read as the days that they can mean."""

from p2ptrack.records.dates.anchors import Anchor, Anchors
from p2ptrack.records.dates.documentation import documentation
from p2ptrack.records.dates.folding import fold
from p2ptrack.records.dates.parse import parse, parse_pair
from p2ptrack.records.dates.refusals import REFUSALS
from p2ptrack.records.dates.row import Row
from p2ptrack.records.dates.rows import ROWS
from p2ptrack.records.dates.value import Basis, CouncilDate, NotADate, Precision
from p2ptrack.records.dates.words import long_day, month_name

__all__ = [
    "REFUSALS",
    "ROWS",
    "Anchor",
    "Anchors",
    "Basis",
    "CouncilDate",
    "NotADate",
    "Precision",
    "Row",
    "documentation",
    "fold",
    "long_day",
    "month_name",
    "parse",
    "parse_pair",
]
