"""Who an answer or a paper is for, and what was redacted for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Audience(StrEnum):
    """Who a paper is for."""

    PUBLIC = "public"
    MEMBERS = "members"
    OFFICERS = "officers"


@dataclass(frozen=True, slots=True)
class RedactedItem:
    """Something exempt: a whole record, or a field or an entry of one.

    `sources` are those of the papers that it would be told in (empty text: in any), for a paper's own count.
    """

    kind: str
    sources: frozenset[str]
    paragraphs: tuple[str, ...]
    is_whole_record: bool = False


@dataclass(frozen=True, slots=True)
class Redactions:
    """What was taken out.

    `notices` are the paragraphs for each record of which a part is missing; `fields` the fields that it is missing
    from; `answered` the recommendations and parts that something withheld answers, so that none is called a gap.
    """

    items: tuple[RedactedItem, ...] = ()
    notice_paragraphs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    addressed: frozenset[str] = frozenset()

    def is_redacted(self, id_: str, *fields: str) -> bool:
        """Whether something was taken out of one of these fields of a record."""
        return not self.fields.get(id_, frozenset()).isdisjoint(fields)
