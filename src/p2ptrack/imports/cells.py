"""Interpret a cell: dates and their changes, statuses, dated updates, references and posts. Nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from p2ptrack.imports.grid import CellParagraph, GridCell
from p2ptrack.model.advice import find_meaning
from p2ptrack.model.dates import Anchors, CouncilDate, DateRejection, parse_date
from p2ptrack.model.fields import Acceptance, Priority, Status
from p2ptrack.phrases import fold_text, normalise_word

Labels = Mapping[str, Mapping[str, str]]

_NOTHING = frozenset({"", "☐", "-", "–", "—", "n/a", "na", "nil", "none", "n.a", "not applicable"})
_NO_STATUS = frozenset({"not_yet_due", "not_due_yet", "not_due", "due_later"})
"""Words about the target date that do not show whether work has begun."""
_MEMBERS = {
    "status": frozenset(map(str, Status)),
    "priority": frozenset(map(str, Priority)),
    "acceptance": frozenset(map(str, Acceptance)),
}

WORD_FIELDS = frozenset(_MEMBERS)


_BOX = re.compile(r"([☐☑☒])\s*([^☐☑☒]*)")


def find_ticked(text: str) -> str:
    """Return the words beside the ticked box of a text; empty unless exactly one box is ticked."""
    ticked = [words.strip(" ,;/") for box, words in _BOX.findall(text) if box != "☐"]
    return ticked[0] if len(ticked) == 1 and "☐" in text else ""


TOTAL = re.compile(r"^(?:grand |sub[- ]?)?totals?\b", re.IGNORECASE)
"""How a row of totals begins."""


def is_blank_value(text: str) -> bool:
    """Whether a cell states nothing: empty, a dash, n/a or nil."""
    return fold_text(text).strip() in _NOTHING


def is_mark(text: str) -> bool:
    """Whether a cell has only a mark: a tick, a cross, *x*, *Y* or *Yes*."""
    return text.casefold().strip(" .") in _MARKS


_MARKS = frozenset({"x", "y", "yes", "true", "✓", "✔", "☑", "☒", "√", "■", "●", "•"})


def find_word(field_name: str, text: str, labels: Labels) -> str:
    """Return the meaning of a word in a field, by the council's own words and the common ones; empty without one."""
    word = normalise_word(text)
    if field_name == "status" and word in _NO_STATUS:
        return ""
    meaning = find_meaning(field_name, word, labels)
    return meaning if meaning in _MEMBERS[field_name] else ""


def find_leading_status(text: str, labels: Labels) -> str:
    """Return the status that the words before a date, dash or bracket of a short text are; otherwise nothing."""
    line = " ".join(_DATE.sub(" – ", text).split())
    word = re.split(r" [–—-]|[(:;,.]", line, maxsplit=1)[0].strip()
    return find_status(word, labels) if word and len(text) <= 2 * _MAX_WORD else ""


def add_year(text: str, year: str, anchors: Anchors) -> str:
    """Return a date that lacks only its year with one; empty where it is another text or no date."""
    dated = f"{text} {year}"
    return dated if _DATE_WITHOUT_YEAR.fullmatch(text) and read_single_date(dated, anchors) else ""


def lacks_year(text: str) -> bool:
    """Whether a text is a day or month without a year."""
    return _DATE_WITHOUT_YEAR.fullmatch(text) is not None


def find_year(text: str) -> str:
    """Return the year that a date states in four digits; empty without one."""
    day = _parse(text)
    return str(day.latest.year) if day and day.latest else ""


def find_body(text: str, day: str) -> str:
    """Return the name of a committee in the heading of a column or group: the capitalised words before its day."""
    before = text.partition(day)[0]
    words = re.findall(r"(?:[A-Z][\w&’']*(?: (?:and|of|for|the) )?\s*)+", before)
    return words[-1].strip() if words and _BODY.search(words[-1]) else ""


_BODY = re.compile(r"\b(?:committee|cabinet|board|panel|council|executive|group|forum)\b", re.IGNORECASE)


def list_words(field_name: str) -> list[str]:
    """Return the words for a field that are built into p2ptrack."""
    return sorted(_MEMBERS[field_name])


def find_day(text: str) -> str:
    """Return the first date in a text; empty without one."""
    match = _DATE.search(text)
    return match[0].strip() if match else ""


def split_post_and_date(cell: GridCell, anchors: Anchors) -> tuple[GridCell, str] | None:
    """Return the posts and the one date, or words such as *Immediate*, of a cell that holds both; None for another."""
    if match := _POST_AND_WORDS.fullmatch(cell.line):
        return GridCell((CellParagraph(match[1]),)), match[2]
    lines = [_LABELS.sub("", line).strip(" ,;–—-") for line in cell.lines]
    dates = [line for line in lines if read_single_date(line, anchors)]
    posts = [line for line in lines if line and line not in dates]
    if not dates and len(posts) == 1 and len(days := [*_DATE.finditer(posts[0])]) == 1:
        dates = [days[0][0].strip()]
        posts = [re.sub(r"\b(?:by|from|on)$", "", (posts[0][: days[0].start()]).strip(" ,;:–—-()")).strip(" ,;:–—-()")]
        rest = cell.line[cell.line.rindex(dates[0]) + len(dates[0]) :].strip(" ,;:.)")
        posts = [] if rest else posts
    if len(dates) != 1 or not posts or not read_single_date(dates[0], anchors):
        return None
    return GridCell(tuple(CellParagraph(post) for post in posts)), dates[0]


_POST_AND_WORDS = re.compile(
    r"([^,;/]{3,80}?)(?: ?[/,;]| [–—-]) ?((?:immediate(?:ly)?|on-?going|tb[ac]|asap|as soon as possible"
    r"|within (?:\d+|[a-z]+) (?:days|weeks|months)|(?:by )?next [a-z]+|completed?|done|implemented)\.?)",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"^(?:responsible (?:officer|manager)|officer|owner|lead|(?:target|due|implementation|agreed)? ?date|deadline|when"
    r"|who|by)\s*:\s*",
    re.IGNORECASE,
)


def find_status(text: str, labels: Labels) -> str:
    """Return the status that a text is the word for; empty where it is not one."""
    return find_word("status", text, labels) if len(text) <= _MAX_WORD else ""


_MAX_WORD = 60
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_DATE_WITHOUT_YEAR = re.compile(
    r"(?:(?:early|mid|late|end of|by)[ -])?(?:\d{1,2}(?:st|nd|rd|th)? )?(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?"
    r"|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?",
    re.IGNORECASE,
)
_DATE_TEXT = rf"""
    (?:\d{{1,2}}(?:st|nd|rd|th)?[ ]?(?:of[ ])?{_MONTH}\.?,?[ ]?-?(?:\d{{4}}|\d{{2}})
    |\d{{1,2}}[-]{_MONTH}[-]\d{{2,4}}
    |{_MONTH}\.?[ -/]?(?:\d{{4}}|\d{{2}})
    |\d{{4}}-\d{{2}}-\d{{2}}
    |\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}
    |(?:0?[1-9]|1[0-2])[/-](?:19|20)\d{{2}})(?!\d)"""
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
class CellReading:
    """The result of reading a cell: values of fields, those that are our interpretation, and questions for the user.

    `needs_as_published` means that the words of the cell also go to `as_published`, because the fields do not have all
    of them.
    """

    values: dict[str, object] = field(default_factory=dict)
    inferred: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    needs_as_published: bool = False
    completion: str = ""
    """The date beside words for completed work: the completion date, if the user confirms it."""


def read_target(cell: GridCell, anchors: Anchors, labels: Labels, name: str = "target") -> CellReading:
    """Read a date: as it is written, as an original and a revised one, as a status, or as words that set no date."""
    text = cell.line
    reading = CellReading()
    if cell.struck_through and text and not is_blank_value(text):
        old_date, new_date = read_single_date(cell.struck_through, anchors), read_single_date(text, anchors)
        if old_date and new_date and name == "target":
            reading.values |= {"target": new_date, "revisions": [{"from": old_date, "to": new_date}]}
            return reading
        reading.needs_as_published = True
    if is_blank_value(text):
        return reading
    if single := read_single_date(text, anchors):
        reading.values[name] = single
        return reading
    if (day := _TIME.sub("", text)) != text and read_single_date(day, anchors):
        reading.values[name] = day
        reading.needs_as_published = True
        return reading
    if name == "target" and (dates := _split_dates(cell, anchors)):
        reading.values["target"] = dates[-1]
        reading.values["revisions"] = [{"from": old, "to": new} for old, new in pairwise(dates)]
        reading.inferred += ["revisions"]
        return reading
    _read_other_words(text, name, labels, reading)
    return reading


def read_single_date(text: str, anchors: Anchors) -> str:
    """Return the text where it is a date, without the midnight of an export; empty where it is not one."""
    text = _MIDNIGHT.sub("", text)
    return "" if isinstance(parse_date(text, anchors), DateRejection) else text


_MIDNIGHT = re.compile(r"(?<=\d)[T ]00:00(?::00(?:\.0{1,6})?)?Z?$")
_TIME = re.compile(r"(?<=\d)(?:[T ]|,? at )\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d{1,6})?)?Z?(?: ?[ap]m)?$", re.IGNORECASE)


_FIRST_WORDS = r"originally|original|initially|initial"
_EARLIER_WORDS = r"was|previously|previous|formerly|from"
_LATER_WORDS = r"revised|extended|moved|amended|changed|now|new|to|until"
_LABEL = re.compile(
    rf"\b(?:(?P<first>{_FIRST_WORDS})|(?P<earlier>{_EARLIER_WORDS})|(?P<later>{_LATER_WORDS}))\b", re.IGNORECASE
)
_JOINING = re.compile(
    rf"\b(?:{_FIRST_WORDS}|{_EARLIER_WORDS}|{_LATER_WORDS}|dates?|target|deadline|due|and)\b|[^\w]", re.IGNORECASE
)


def _split_dates(cell: GridCell, anchors: Anchors) -> list[str]:
    """Return the dates of a cell that has nothing else, the earliest target first; empty where it has other words.

    Words such as *was* and *revised to* decide which is the earlier, and otherwise the order of the cell. Dates that
    go back without such words are not divided.
    """
    if all(read_single_date(line, anchors) for line in cell.lines):
        return list(cell.lines) if _is_ascending(cell.lines) else []
    matches = list(_DATE.finditer(cell.line))
    dates = [match[0] for match in matches]
    if len(dates) <= 1 or _JOINING.sub("", _DATE.sub(" ", cell.line)):
        return []
    if not all(read_single_date(day, anchors) for day in dates):
        return []
    ranks = [_rank_date(cell.line, matches, index) for index in range(len(matches))]
    if not any(ranks) and not _is_ascending(dates):
        return []
    return [dates[index] for index in sorted(range(len(dates)), key=lambda index: ranks[index])]


def _is_ascending(dates: Sequence[str]) -> bool:
    days = [day.latest for text in dates if (day := _parse(text)) and day.latest]
    return len(dates) > 1 and days == sorted(days)


def _rank_date(text: str, matches: list[re.Match[str]], index: int) -> int:
    """Return the rank of a date by the words around it: -2 first, -1 earlier, 1 later, 0 without such words."""
    start = matches[index - 1].end() if index else 0
    end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
    in_brackets = re.match(r"\s*\(([^)]*)\)", text[matches[index].end() : end])
    before = re.sub(r"^\s*\([^)]*\)", "", text[start : matches[index].start()])
    labels = [*_LABEL.finditer(before)] or ([*_LABEL.finditer(in_brackets[1])] if in_brackets else [])
    return {"first": -2, "earlier": -1, "later": 1}[labels[-1].lastgroup or "later"] if labels else 0


def _read_other_words(text: str, name: str, labels: Labels, reading: CellReading) -> None:
    reading.needs_as_published = True
    word = _DATE.sub(" ", text).strip(" -–:;,.()")
    status = (
        find_status(text, labels)
        or find_status(word, labels)
        or find_status(re.sub(r"^review ", "", word, flags=re.IGNORECASE), labels)
    )
    if status:
        reading.values["status"] = status
        reading.inferred.append("status")
        reading.completion = find_day(text)
    elif _NUMERIC_DAY.fullmatch(text):
        reading.questions.append("This is not a day of the calendar, or it is not clear which.")
    elif _DATE_WITHOUT_YEAR.fullmatch(text) or re.search(r"\d", text):
        reading.questions.append("Which date is meant? The year may be missing.")
        reading.values[name] = {"raw": text, "means": "none"}
        reading.needs_as_published = False
    else:
        reading.values[name] = {"raw": text, "means": "none"}
        reading.needs_as_published = False


_HEAD_DATE = re.compile(
    rf"""[\[(]?
    (?P<words>(?:(?:progress|latest|officer)[ ])?(?:update|position|comment)s?
    (?:[ ](?:as[ ])?(?:at|of|on))?[ :–—-]{{1,3}}|(?:as[ ])?at[ ])?
    (?P<day>{_DATE_TEXT})[\])]?(?P<after>[ ]update)?(?P<mark>[ ]?[:–—-]+[ ]?|[ ](?=[A-Z])|$)""",
    re.IGNORECASE | re.VERBOSE,
)
"""A date at the start of an update, followed by a colon or dash, a capital letter or nothing."""


def _find_head_date(text: str, anchors: Anchors) -> tuple[str, str]:
    """Return the date at the start of a paragraph and the text after it. Without a date, return "" and all the text."""
    match = _HEAD_DATE.match(text)
    day = match["day"].strip() if match else ""
    if match is None or not read_single_date(day, anchors):
        return "", text
    rest = text[match.end() :]
    parsed = _parse(day)
    is_exact = parsed is not None and parsed.earliest == parsed.latest
    if rest and not match["mark"].strip() and not (is_exact and rest[:1].isupper()):
        return "", text
    return day, text if rest and (match["words"] or match["after"]) else rest


def split_updates(cell: GridCell, anchors: Anchors, column_date: str) -> list[dict[str, object]]:
    """Return the updates of a cell, oldest first: a paragraph that begins with a date begins one.

    A bullet only begins one where all do. Without dates the cell is one update with the date of its column, if that
    has one.
    """
    heads = [_find_head_date(paragraph.text, anchors) for paragraph in cell.paragraphs]
    bullets = [day for paragraph, (day, _) in zip(cell.paragraphs, heads, strict=True) if paragraph.marker]
    starts: list[tuple[str, list[CellParagraph]]] = []
    for paragraph, (day, rest) in zip(cell.paragraphs, heads, strict=True):
        if day and (not paragraph.marker or all(bullets)):
            starts.append((day, [CellParagraph(rest)]))
        elif starts:
            starts[-1][1].append(paragraph)
        elif paragraph.text:
            starts.append((column_date, [paragraph]))
    updates: list[dict[str, object]] = []
    for day, paragraphs in starts:
        text = GridCell(tuple(paragraphs)).text or day
        update: dict[str, object] = {"date": day} if day else {}
        update["text"] = text
        if cell.is_truncated or text.rstrip().endswith(("…", "...")):
            update["truncated"] = "true"
        updates.append(update)
    return sort_by_date(updates)


def sort_by_date(updates: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return updates with the oldest first; in their own order where one has no date."""
    days = [_parse(str(update.get("date", ""))) for update in updates]
    if any(day is None or day.latest is None for day in days):
        return updates
    order = sorted(range(len(updates)), key=lambda index: str(getattr(days[index], "latest", "")))
    return [updates[index] for index in order]


def find_column_date(heading: str, anchors: Anchors) -> str:
    """Return the date in the heading of a column, which can be a quarter; empty without one."""
    match = _DATE.search(heading) or _QUARTER.search(heading)
    return match[0] if match and read_single_date(match[0], anchors) else ""


_YEAR = r"(?:\d{4}|\d{2})(?:[/-]\d{2,4})?"
_QUARTER = re.compile(
    rf"\b(?:(?:Q|quarter |qtr )[1-4](?: of)? {_YEAR}|(?:spring|summer|autumn|winter) \d{{4}})(?![\w/])", re.IGNORECASE
)


def remove_dates(text: str) -> str:
    """Return a text without the dates in it."""
    return _DATE.sub(" ", text)


def find_latest_date(headings: Iterable[str], anchors: Anchors) -> str:
    """Return the latest of the dates in headings; empty without one."""
    days = [day for heading in headings if (day := find_column_date(heading, anchors))]
    return str(sort_by_date([{"date": day} for day in days])[-1]["date"]) if days else ""


def find_document_date(texts: Iterable[str], anchors: Anchors) -> str:
    """Return the day that texts outside a tracker name; empty if they name none or several."""
    days: dict[date, str] = {}
    for text in texts:
        for match in _DATE.finditer(text) if len(text) <= _MAX_TITLE else ():
            parsed = parse_date(match[0], anchors)
            if isinstance(parsed, CouncilDate) and parsed.latest and parsed.earliest == parsed.latest:
                days.setdefault(parsed.latest, match[0].strip())
    return next(iter(days.values())) if len(days) == 1 else ""


_MAX_TITLE = 300
_STATUS_LABEL = re.compile(r"^\s*status\s*:\s*([^.;:\n–—]{3,40}?)\s*(?:[–—.;\n]|-\s|$)", re.IGNORECASE)
_LAST_WORD = re.compile(r"(?:^|[.\s–-])(COMPLETED?)[.!]?\s*$")


def find_status_in_text(text: str, labels: Labels) -> str:
    """Return the status that an update states: after `Status:` at its beginning, or COMPLETE at its end."""
    match = _STATUS_LABEL.match(text) or _LAST_WORD.search(text)
    return find_status(match[1], labels) if match else ""


def split_references(cell: GridCell) -> list[str]:
    """Return the references of a cell: one a line, or divided by semicolons or commas."""
    parts = (part.strip() for line in cell.lines for part in re.split(r"[;,]", line))
    return [part for part in parts if part and not is_blank_value(part)]


_WORDS_OF_POSTS = """
accountant administrator adults adviser advisor agency all ambulance analyst architect assets assistant association
assurance audit auditor authority benefits board borough building business cabinet category chair change charity chief
children city cleansing clerk college commercial commissioner commissioning committee communications communities company
compliance constabulary constitutional contract contractor contracts control controller coordinator corporate council
councillor county culture customer data delivery democratic department deputy development digital director directorate
district economic education elections electoral emergency engagement environment estates executive experience facilities
finance fleet forum foundation fraud governance grounds group growth head health highways hospital housing human ict
improvement information insight institute insurance intelligence internal lead leader learning legal leisure libraries
licensing limited ltd maintenance management manager managers marketing member members ministry monitoring museums
network office officer officers ombudsman operations organisational overview panel parks partner partners partnership
partnerships payroll people performance place planning police policy principal procurement programme project property
public purchasing recruitment regeneration registrars resilience resources revenues risk safeguarding safety scene
school schools scrutiny secretary section senior service services social society solicitor standards strategic strategy
street supervisor supplier support surveyor team teams technology town trading transformation transport treasurer
treasury trust unit university waste wellbeing workforce works youth
"""
_POST_WORDS = frozenset(_WORDS_OF_POSTS.split())
_INITIALS_OF_POSTS = """
AD BAU CBP CDO CEO CEX CFO CIO CLT CMT COO CX DMT DPO EM FM HR IA ICT IDS IG IT LCC LGA MO NHS PCC PFI PMO S151 SIRO SLT
SMT SRO
"""
_POST_INITIALS = frozenset(_INITIALS_OF_POSTS.split())
_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Cllr|Councillor)\.? )?"
_PERSON = re.compile(_TITLE + r"[A-Z][a-z'’-]+(?: [A-Z]\.?)?(?: [A-Z][A-Za-z'’-]+){1,2}|[A-Z]\.? [A-Z][a-z'’-]+")
_INITIALS = re.compile(r"[A-Z]{2,3}|(?:[A-Z]\.){2,3}")
_SEPARATOR = re.compile(r"[/;]")
_AND = re.compile(r" (?:and|&) |, ")


def split_posts(cell: GridCell, roles: Iterable[str]) -> list[str]:
    """Return the posts of a cell in order. *and* and commas divide them only where each part names a post or person."""
    known_posts = {fold_text(role) for role in roles}
    posts: list[str] = []
    for line in cell.lines:
        if fold_text(line) in known_posts:
            posts.append(line)
            continue
        for part in filter(None, map(str.strip, _SEPARATOR.split(line))):
            posts += [part] if fold_text(part) in known_posts else _split_part(part, known_posts)
    return [post.strip() for post in posts if not is_blank_value(post)]


def _split_part(part: str, known_posts: set[str]) -> list[str]:
    """Return the posts and persons of a part: *A and B*, *Name (Post)* and *Post – Name*."""
    pieces = _AND.split(part)
    if (
        len(pieces) > 1
        and _INITIALS.fullmatch(pieces[-1])
        and any(_names_post(piece, known_posts) for piece in pieces[:-1])
    ):
        return [part]  # *Head of HR & OD* is one post
    if len(pieces) > 1 and all(_names_post(piece, known_posts) or is_person(piece, known_posts) for piece in pieces):
        return pieces
    pieces = [piece for piece in map(str.strip, _BESIDE.split(part)) if piece]
    is_mixed = len(pieces) > 1 and any(is_person(piece, known_posts) for piece in pieces)
    return pieces if is_mixed else [part]


_BESIDE = re.compile(r" [–—-] |[(),]|: | (?:and|&) ")
_RANKS = re.compile(
    r"\b(?:head|director|manager|officer|solicitor|auditor|chief|executive|leader|treasurer|secretary|accountant|lead"
    r"|partner|coordinator|clerk)s?\b",
    re.IGNORECASE,
)


def _names_post(text: str, known_posts: set[str]) -> bool:
    return fold_text(text) in known_posts or _RANKS.search(text) is not None


_EMAIL = re.compile(r"[^\s@]{1,100}@[^\s@]{1,100}")


def is_person(text: str, roles: Iterable[str]) -> bool:
    """Whether a text seems to be the name, initials or e-mail address of a person and not a post or team."""
    if fold_text(text) in {fold_text(role) for role in roles}:
        return False
    words = {word.casefold() for word in re.findall(r"[A-Za-z]+", text)}
    if _EMAIL.fullmatch(text):
        return True
    if _INITIALS.fullmatch(text):
        return text not in _POST_INITIALS
    return _PERSON.fullmatch(text) is not None and not words & _POST_WORDS


_NUMBER_AS_PRINTED = re.compile(r"-?(?<![\d,.])\d[\d,]*(?:\.\d+)? ?(?:k|m|mn|thousand|million)?\b", re.IGNORECASE)


def restore_stored_number(cell: GridCell) -> str:
    """Return a cell's text with the number that the workbook stores in place of the one that it shows."""
    return _NUMBER_AS_PRINTED.sub(_format_stored(cell.number), cell.line, count=1) if cell.number else cell.line


def _format_stored(number: str) -> str:
    """Return a stored number with two decimals if it has any. With more decimals it is not an amount of money."""
    value = Decimal(number)
    return number if value == value.to_integral_value() or value != round(value, 2) else f"{value:.2f}"
