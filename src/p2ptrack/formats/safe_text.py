"""What of a record's text may reach a page."""

from __future__ import annotations

import re

# Direction marks that reach beyond their own words (Unicode TR 9) could turn the rest of a line round;
# control characters have no meaning in print and are not allowed in HTML.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def strip_unprintable(text: str) -> str:
    """Return the text without characters that print nothing and only steer what stands around them."""
    return _UNPRINTABLE.sub("", text)
