"""Who a paper is for, what was taken out of the register for them, and what they see that the public may not."""

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

    `sources` are those of the papers that it would be printed in (empty text: any), for a paper's own count.
    """

    kind: str
    sources: frozenset[str]
    paragraphs: tuple[str, ...]
    is_whole_record: bool = False


@dataclass(frozen=True, slots=True)
class ExemptTag:
    """The exemption that a text falls under: of which record, and the paragraphs of the law.

    With `covers_facts` it covers more than text: all of the record, or a choice or date from which facts follow.
    """

    record_id: str
    paragraphs: tuple[str, ...]
    covers_facts: bool = False


@dataclass(frozen=True, slots=True)
class Redactions:
    """What was taken out of a register for the public, or tagged as exempt in it for members and officers.

    `notice_paragraphs` are the paragraphs for each record of which a part is missing; `fields` the fields that it is
    missing from; `addressed` the recommendations and parts that a redacted record answers, so that none is called a
    gap. `tags` are the exemptions that tagged text refers to by number.
    """

    items: tuple[RedactedItem, ...] = ()
    notice_paragraphs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    addressed: frozenset[str] = frozenset()
    tags: tuple[ExemptTag, ...] = ()

    def is_redacted(self, id_: str, *fields: str) -> bool:
        """Whether something was taken out of one of these fields of a record."""
        return not self.fields.get(id_, frozenset()).isdisjoint(fields)
