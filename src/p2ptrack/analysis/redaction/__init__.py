"""What each audience may see: exemptions, the redacted register, and tags on exempt text."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Who a paper is for."""

    PUBLIC = "public"
    MEMBERS = "members"
    OFFICERS = "officers"
