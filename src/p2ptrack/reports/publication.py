"""What papers say of exemption: to the public that something is not there, to those who see it that it is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exempt.exemptions import paragraphs
from p2ptrack.analysis.exempt.taken import exempt_parts
from p2ptrack.analysis.exempt.withheld import Audience, Part
from p2ptrack.records.kinds import Record
from p2ptrack.records.parts import Exempt
from p2ptrack.records.paths import leaves
from p2ptrack.records.programme import Paper
from p2ptrack.reports.document import Block, Bullets, Closed, Notice, Span, Strong, line


def under(case: Case, numbers: Sequence[str]) -> str:
    """Return the law in words: `paragraph 3 of Schedule 12A to …`; the schedule alone where no paragraph is stated."""
    law = case.words(f"law_{case.policy.exemption_law}")
    if not numbers:
        return law
    *first, last = numbers
    told = case.words("exempt_and", first=", ".join(first), last=last) if first else last
    return case.words("exempt_paragraphs" if first else "exempt_paragraph", numbers=told, law=law)


def missing_part(case: Case, record: Record) -> tuple[Block, ...]:
    """Return the neutral notice for a record of which the public does not see a part."""
    numbers = case.withheld.notices.get(record.id)
    if numbers is None:
        return ()
    return (Notice((line(case.words("exempt_here", under=under(case, numbers))),), "exempt"),)


def mark(case: Case, exempt: Exempt | None) -> tuple[Span, ...]:
    """Return the mark beside something exempt, for those who may see it; nothing where nothing is exempt."""
    if exempt is None:
        return ()
    where = under(case, paragraphs(exempt, case.policy.exemption_law))
    return (" ", Closed(case.words("closed_under", under=where)))


def titled(case: Case, record: Record | None, title: str) -> str:
    """Return a record's title as headings have it: with the mark where the title itself is exempt."""
    exempt = record.exempt if record else None
    whole = exempt is not None and (not exempt.fields or "title" in exempt.fields)
    return f"{title} {case.words('closed_mark')}" if whole else title


def closed(case: Case, exempt: Exempt | None, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return what is said of a record, or of an entry of one, set apart where some of it is exempt."""
    if exempt is None:
        return blocks
    return (Notice((line(*mark(case, exempt)[1:], *_grounds(case, exempt)), *blocks), "closed"),)


def _grounds(case: Case, exempt: Exempt) -> tuple[Span, ...]:
    known = leaves()
    fields = ", ".join(known[name].title if name in known else name for name in exempt.fields)
    told = (
        case.words("closed_fields", fields=fields) if fields else "",
        case.words("closed_reason", reason=exempt.reason) if exempt.reason else "",
        case.words("closed_public_interest", reason=exempt.public_interest) if exempt.public_interest else "",
    )
    return tuple(f" · {each}" for each in told if each)


def paper_notice(case: Case, paper: Paper, kinds: tuple[str, ...]) -> tuple[Block, ...]:
    """Return what a paper says of itself: how much is not in it, or that it may not be published."""
    public = case.audience is Audience.PUBLIC
    # What is still marked as exempt in a filtered register is so now: no day is asked again.
    every = case.withheld.parts if public else exempt_parts(case.register, date.min)
    parts = [part for part in every if _of_paper(part, paper, kinds)]
    if not parts and case.audience is not Audience.OFFICERS:
        return ()
    whole = sum(part.whole for part in parts)
    told = [
        *(() if public else (line(Strong(case.words(f"closed_{case.audience.value}"))),)),
        *((line(case.words("exempt_parts" if public else "closed_parts", number=len(parts))),) if parts else ()),
        *((Bullets(tuple((line(each),) for each in _by_paragraph(case, parts))),) if parts else ()),
        *((line(case.words("exempt_whole", number=whole)),) if public and whole else ()),
    ]
    return (Notice(tuple(told), "exempt"),)


def _of_paper(part: Part, paper: Paper, kinds: tuple[str, ...]) -> bool:
    in_source = paper.source is None or not part.sources.isdisjoint({"", paper.source})
    return part.kind in (paper.kinds or kinds) and in_source


def _by_paragraph(case: Case, parts: Iterable[Part]) -> Iterable[str]:
    counted = Counter(part.paragraphs for part in parts)
    for numbers in sorted(counted, key=lambda each: [int(number) for number in each]):
        where = under(case, numbers) if numbers else case.words("exempt_no_paragraph")
        yield case.words("exempt_each", under=where, number=counted[numbers])
