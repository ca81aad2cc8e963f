"""What papers say of exemption: to the public that something is not there, to those who see it that it is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exempt.exemptions import parse_paragraphs
from p2ptrack.analysis.exempt.taken import list_exempt_items
from p2ptrack.analysis.exempt.withheld import Audience, RedactedItem
from p2ptrack.records.kinds import Record
from p2ptrack.records.parts import ExemptMarking
from p2ptrack.records.paths import record_field_specs
from p2ptrack.records.programme import Paper
from p2ptrack.reports.document import Block, Bullets, Closed, Notice, Span, Strong, make_paragraph


def format_legal_basis(case: Case, numbers: Sequence[str]) -> str:
    """Return the law in words: `paragraph 3 of Schedule 12A to …`; the schedule alone where no paragraph is stated."""
    law = case.wording(f"law_{case.policy.exemption_law}")
    if not numbers:
        return law
    *first, last = numbers
    numbers_text = case.wording("exempt_and", first=", ".join(first), last=last) if first else last
    return case.wording("exempt_paragraphs" if first else "exempt_paragraph", numbers=numbers_text, law=law)


def build_redaction_notice(case: Case, record: Record) -> tuple[Block, ...]:
    """Return the neutral notice for a record of which the public does not see a part."""
    numbers = case.redactions.notice_paragraphs.get(record.id)
    if numbers is None:
        return ()
    return (Notice((make_paragraph(case.wording("exempt_here", under=format_legal_basis(case, numbers))),), "exempt"),)


def exempt_mark(case: Case, exempt: ExemptMarking | None) -> tuple[Span, ...]:
    """Return the mark beside something exempt, for those who may see it; nothing where nothing is exempt."""
    if exempt is None:
        return ()
    basis = format_legal_basis(case, parse_paragraphs(exempt, case.policy.exemption_law))
    return (" ", Closed(case.wording("closed_under", under=basis)))


def mark_exempt_title(case: Case, record: Record | None, title: str) -> str:
    """Return a record's title as headings have it: with the mark where the title itself is exempt."""
    exempt = record.exempt if record else None
    is_title_exempt = exempt is not None and (not exempt.fields or "title" in exempt.fields)
    return f"{title} {case.wording('closed_mark')}" if is_title_exempt else title


def wrap_exempt_blocks(case: Case, exempt: ExemptMarking | None, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return what is said of a record, or of an entry of one, set apart where some of it is exempt."""
    if exempt is None:
        return blocks
    return (
        Notice((make_paragraph(*exempt_mark(case, exempt)[1:], *_format_grounds(case, exempt)), *blocks), "closed"),
    )


def _format_grounds(case: Case, exempt: ExemptMarking) -> tuple[Span, ...]:
    field_info = record_field_specs()
    fields = ", ".join(field_info[name].title if name in field_info else name for name in exempt.fields)
    parts = (
        case.wording("closed_fields", fields=fields) if fields else "",
        case.wording("closed_reason", reason=exempt.reason) if exempt.reason else "",
        case.wording("closed_public_interest", reason=exempt.public_interest) if exempt.public_interest else "",
    )
    return tuple(f" · {part}" for part in parts if part)


def build_paper_notice(case: Case, paper: Paper, kinds: tuple[str, ...]) -> tuple[Block, ...]:
    """Return what a paper says of itself: how much is not in it, or that it may not be published."""
    is_public = case.audience is Audience.PUBLIC
    # What is still marked as exempt in a filtered register is so now: no day is asked again.
    all_items = case.redactions.items if is_public else list_exempt_items(case.register, date.min)
    items = [item for item in all_items if _is_in_paper(item, paper, kinds)]
    if not items and case.audience is not Audience.OFFICERS:
        return ()
    whole_records = sum(item.is_whole_record for item in items)
    blocks = [
        *(() if is_public else (make_paragraph(Strong(case.wording(f"closed_{case.audience.value}"))),)),
        *(
            (make_paragraph(case.wording("exempt_parts" if is_public else "closed_parts", number=len(items))),)
            if items
            else ()
        ),
        *((Bullets(tuple((make_paragraph(text),) for text in _count_by_paragraph(case, items))),) if items else ()),
        *((make_paragraph(case.wording("exempt_whole", number=whole_records)),) if is_public and whole_records else ()),
    ]
    return (Notice(tuple(blocks), "exempt"),)


def _is_in_paper(item: RedactedItem, paper: Paper, kinds: tuple[str, ...]) -> bool:
    is_in_source = paper.source is None or not item.sources.isdisjoint({"", paper.source})
    return item.kind in (paper.kinds or kinds) and is_in_source


def _count_by_paragraph(case: Case, items: Iterable[RedactedItem]) -> Iterable[str]:
    counts = Counter(item.paragraphs for item in items)
    for numbers in sorted(counts, key=lambda paragraph_numbers: [int(number) for number in paragraph_numbers]):
        basis = format_legal_basis(case, numbers) if numbers else case.wording("exempt_no_paragraph")
        yield case.wording("exempt_each", under=basis, number=counts[numbers])
