"""What a cell states: dates with their changes, statuses, dated updates, references and posts. Nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from p2ptrack.imports.grid import GridCell
from p2ptrack.model.dates import Anchors, CouncilDate, DateRejection, parse_date
from p2ptrack.model.fields import Acceptance, Priority, Status, find_meaning
from p2ptrack.phrases import fold_text, normalise_word

Labels = Mapping[str, Mapping[str, str]]

_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "nil", "none", "n.a", "not applicable"})
_NO_STATUS = frozenset({"not_yet_due", "not_due_yet", "not_due", "due_later"})
"""Words about the target date, which leave open whether work has begun."""
_MEMBERS = {
    "status": frozenset(map(str, Status)),
    "priority": frozenset(map(str, Priority)),
    "acceptance": frozenset(map(str, Acceptance)),
}


def is_nothing(text: str) -> bool:
    """Whether a cell states nothing: empty, a dash, n/a or nil."""
    return fold_text(text).strip() in _NOTHING


def find_word(field_name: str, text: str, labels: Labels) -> str:
    """Return what a word means in a field, by the council's own words and the common ones; empty where none has it."""
    word = normalise_word(text)
    if field_name == "status" and word in _NO_STATUS:
        return ""
    meaning = find_meaning(field_name, word, labels)
    return meaning if meaning in _MEMBERS[field_name] else ""


def find_status(text: str, labels: Labels) -> str:
    """Return the status that a text is the word for; empty where it is not one."""
    return find_word("status", text, labels) if len(text) <= _MAX_WORD else ""


_MAX_WORD = 60
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_DATE_TEXT = rf"""
    (?:\d{{1,2}}(?:st|nd|rd|th)?[ ]?(?:of[ ])?{_MONTH}\.?,?[ ]?-?(?:\d{{4}}|\d{{2}})
    |\d{{1,2}}[-]{_MONTH}[-]\d{{2,4}}
    |{_MONTH}\.?[ -/]?(?:\d{{4}}|\d{{2}})
    |\d{{4}}-\d{{2}}-\d{{2}}
    |\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}})(?!\d)"""
_DATE = re.compile(rf"(?<![\w/]){_DATE_TEXT}", re.IGNORECASE | re.VERBOSE)
_NUMERIC_DAY = re.compile(r"\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\s*")


def has_date(text: str) -> bool:
    """Whether a text has a date in it, or is one."""
    return _DATE.search(text) is not None or (len(text) < _MAX_WORD and _parse(text) is not None)


@lru_cache(maxsize=16384)
def _parse(text: str) -> CouncilDate | None:
    parsed = parse_date(text, Anchors(()))
    return None if isinstance(parsed, DateRejection) else parsed


@dataclass(slots=True)
class Reading:
    """What was made of a cell: values of fields, those that are our interpretation, and what somebody must answer.

    `is_kept` means that the words of the cell also go to `as_published`, because the fields do not have all of them.
    """

    values: dict[str, object] = field(default_factory=dict)
    inferred: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    is_kept: bool = False


def read_target(cell: GridCell, anchors: Anchors, labels: Labels, name: str = "target") -> Reading:
    """Read a date: as it is written, as an original and a revised one, as a status, or as words that set no date."""
    text = cell.line
    reading = Reading()
    if cell.struck and text and not is_nothing(text):
        struck, plain = read_single_date(cell.struck, anchors), read_single_date(text, anchors)
        if struck and plain and name == "target":
            reading.values |= {"target": plain, "revisions": [{"from": struck, "to": plain}]}
            return reading
        reading.is_kept = True
    if is_nothing(text):
        return reading
    if single := read_single_date(text, anchors):
        reading.values[name] = single
        return reading
    if name == "target" and (dates := _split_dates(cell, anchors)):
        reading.values["target"] = dates[-1]
        reading.values["revisions"] = [{"from": old, "to": new} for old, new in pairwise(dates)]
        reading.inferred += ["revisions"]
        return reading
    _read_other_words(text, name, labels, reading)
    return reading


def read_single_date(text: str, anchors: Anchors) -> str:
    """Return the text where it is a date; empty where it is not one."""
    return "" if isinstance(parse_date(text, anchors), DateRejection) else text


_EARLIER = re.compile(r"\b(?:was|originally|original|previously|formerly)\b", re.IGNORECASE)
_JOINING = re.compile(
    r"\b(?:revised|extended|moved|amended|changed|now|new|date|target|was|originally|original|previously|formerly|to|from"
    r"|and)\b|[^\w]",
    re.IGNORECASE,
)


def _split_dates(cell: GridCell, anchors: Anchors) -> list[str]:
    """Return the dates of a cell that has nothing else, the earliest target first; empty where it has other words."""
    dates = list(cell.lines) if all(read_single_date(line, anchors) for line in cell.lines) else []
    if not dates:
        dates = [match[0] for match in _DATE.finditer(cell.line)]
        rest = _DATE.sub(" ", cell.line)
        if _JOINING.sub("", rest) or not all(read_single_date(day, anchors) for day in dates):
            return []
        if _EARLIER.search(rest) and not re.search(r"revised|extended|now", rest, re.IGNORECASE):
            first_word = _EARLIER.search(cell.line)
            first_date = _DATE.search(cell.line)
            if first_word and first_date and first_date.start() < first_word.start():
                dates.reverse()
    return dates if len(dates) > 1 else []


def _read_other_words(text: str, name: str, labels: Labels, reading: Reading) -> None:
    reading.is_kept = True
    word = _DATE.sub(" ", text).strip(" -–:;,.()")
    status = (
        find_status(text, labels)
        or find_status(word, labels)
        or find_status(re.sub(r"^review ", "", word, flags=re.IGNORECASE), labels)
    )
    if status:
        reading.values["status"] = status
        reading.inferred.append("status")
        if day := _DATE.search(text):
            reading.questions.append(f"Is {day[0]} the day on which it was completed?")
    elif _NUMERIC_DAY.fullmatch(text):
        reading.questions.append("This is not a day of the calendar, or it is not clear which.")
    elif re.search(r"\d", text):
        reading.questions.append("Which date is meant? The year may be missing.")
        reading.values[name] = {"raw": text, "means": "none"}
        reading.is_kept = False
    else:
        reading.values[name] = {"raw": text, "means": "none"}
        reading.is_kept = False


_HEAD_DATE = re.compile(rf"(?P<day>{_DATE_TEXT})\s*[:–—-]+\s*", re.IGNORECASE | re.VERBOSE)


def split_updates(cell: GridCell, anchors: Anchors, column_date: str) -> list[dict[str, object]]:
    """Return the updates of a cell, oldest first: a paragraph that begins with a date and a colon begins one.

    Without such paragraphs the cell is one update with the date of its column, if that has one.
    """
    starts: list[tuple[str, list[int]]] = []
    for index, paragraph in enumerate(cell.paragraphs):
        match = _HEAD_DATE.match(paragraph.text) if not paragraph.marker else None
        day = match["day"].strip() if match and len(paragraph.text) > match.end() else ""
        if day and read_single_date(day, anchors):
            starts.append((day, [index]))
        elif starts:
            starts[-1][1].append(index)
        elif paragraph.text:
            starts.append((column_date, [index]))
    updates: list[dict[str, object]] = []
    for day, indexes in starts:
        text = GridCell(tuple(cell.paragraphs[index] for index in indexes)).text
        if day != column_date or not column_date:
            text = _HEAD_DATE.sub("", text, count=1) if day and text.startswith(day) else text
        update: dict[str, object] = {"date": day} if day else {}
        update["text"] = text
        if cell.is_truncated or text.rstrip().endswith(("…", "...")):
            update["truncated"] = "true"
        updates.append(update)
    return _sort_by_date(updates)


def _sort_by_date(updates: list[dict[str, object]]) -> list[dict[str, object]]:
    days = [_parse(str(update.get("date", ""))) for update in updates]
    if any(day is None or day.latest is None for day in days):
        return updates
    order = sorted(range(len(updates)), key=lambda index: str(getattr(days[index], "latest", "")))
    return [updates[index] for index in order]


def find_column_date(heading: str, anchors: Anchors) -> str:
    """Return the date in the heading of a column; empty without one."""
    match = _DATE.search(heading)
    return match[0] if match and read_single_date(match[0], anchors) else ""


_STATED_STATUS = re.compile(r"^\s*status\s*:\s*([^.;:\n–—]{3,40}?)\s*(?:[–—.;\n]|-\s|$)", re.IGNORECASE)
_LAST_WORD = re.compile(r"(?:^|[.\s–-])(COMPLETED?)[.!]?\s*$")


def find_status_in_text(text: str, labels: Labels) -> str:
    """Return the status that an update states: after `Status:` at its beginning, or COMPLETE at its end."""
    match = _STATED_STATUS.match(text) or _LAST_WORD.search(text)
    return find_status(match[1], labels) if match else ""


def split_references(cell: GridCell) -> list[str]:
    """Return the references of a cell: one a line, or divided by semicolons or commas."""
    parts = (part.strip() for line in cell.lines for part in re.split(r"[;,]", line))
    return [part for part in parts if part and not is_nothing(part)]


_POST_WORDS = frozenset(
    {
        *("accountant", "administrator", "advisor", "adviser", "agency", "analyst", "architect", "assistant", "audit"),
        *(
            "auditor",
            "board",
            "business",
            "cabinet",
            "category",
            "chair",
            "chief",
            "clerk",
            "commissioner",
            "committee",
        ),
        *("controller", "coordinator", "corporate", "council", "councillor", "deputy", "department", "director"),
        *(
            "directorate",
            "executive",
            "finance",
            "group",
            "head",
            "housing",
            "ict",
            "information",
            "leader",
            "legal",
            "lead",
        ),
        *(
            "manager",
            "managers",
            "member",
            "members",
            "monitoring",
            "officer",
            "officers",
            "partner",
            "planning",
            "policy",
        ),
        *("principal", "procurement", "programme", "project", "property", "secretary", "section", "senior", "service"),
        *(
            "services",
            "social",
            "solicitor",
            "strategic",
            "supervisor",
            "surveyor",
            "team",
            "teams",
            "treasurer",
            "unit",
        ),
        *(
            "all",
            "governance",
            "resources",
            "commercial",
            "communities",
            "children",
            "adults",
            "environment",
            "contractor",
        ),
        *("supplier", "panel", "forum", "support", "operations", "human", "public", "health", "risk", "internal"),
    }
)
_POST_INITIALS = frozenset(
    {
        *(
            "AD",
            "BAU",
            "CDO",
            "CEO",
            "CEX",
            "CFO",
            "CIO",
            "CLT",
            "CMT",
            "COO",
            "DMT",
            "DPO",
            "HR",
            "ICT",
            "IDS",
            "IT",
            "MO",
        ),
        *("PMO", "SLT", "SMT", "CBP", "PFI", "LGA", "PCC", "LCC", "NHS"),
    }
)
_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Cllr|Councillor)\.? )?"
_PERSON = re.compile(_TITLE + r"[A-Z][a-z'’-]+(?: [A-Z]\.?)?(?: [A-Z][A-Za-z'’-]+){1,2}|[A-Z]\.? [A-Z][a-z'’-]+")
_INITIALS = re.compile(r"[A-Z]{2,3}|(?:[A-Z]\.){2,3}")
_SEPARATOR = re.compile(r"[/;]")
_AND = re.compile(r" (?:and|&) |, ")


def split_posts(cell: GridCell, roles: Iterable[str]) -> list[str]:
    """Return the posts of a cell in order. *and* and commas divide them only where each part names a post."""
    known = {fold_text(role) for role in roles}
    posts: list[str] = []
    for line in cell.lines:
        if fold_text(line) in known:
            posts.append(line)
            continue
        for part in filter(None, map(str.strip, _SEPARATOR.split(line))):
            pieces = _AND.split(part)
            is_list = len(pieces) > 1 and all(_names_post(piece, known) for piece in pieces)
            posts += pieces if is_list and fold_text(part) not in known else [part]
    return [post.strip() for post in posts if not is_nothing(post)]


_RANKS = re.compile(
    r"\b(?:head|director|manager|officer|solicitor|auditor|chief|executive|leader|treasurer|secretary|accountant|lead"
    r"|partner|coordinator|clerk)s?\b",
    re.IGNORECASE,
)


def _names_post(text: str, known: set[str]) -> bool:
    return fold_text(text) in known or _RANKS.search(text) is not None


def is_person(text: str, roles: Iterable[str]) -> bool:
    """Whether a text seems to be the name or the initials of a person and not a post or team."""
    if fold_text(text) in {fold_text(role) for role in roles}:
        return False
    words = {word.casefold() for word in re.findall(r"[A-Za-z]+", text)}
    if _INITIALS.fullmatch(text):
        return text not in _POST_INITIALS
    return _PERSON.fullmatch(text) is not None and not words & _POST_WORDS
