"""N101 to N106: what texts lack. N111 to N113: marks that keep the source's words and our interpretation apart."""

from __future__ import annotations

import re
from calendar import isleap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.case import Case, rate_record
from p2ptrack.analysis.facts import is_consistent
from p2ptrack.analysis.links import Links
from p2ptrack.analysis.redaction.exemptions import EXEMPTABLE_LISTS
from p2ptrack.analysis.rules.rule import (
    ANY_FIELD,
    ERROR,
    NOTE,
    WARNING,
    Finding,
    SpellingAdvice,
    describe_status,
    example,
    fix,
    get_top_field,
    iter_own_texts,
    rule,
    why,
)
from p2ptrack.analysis.rules.update_texts import get_updates, is_reported_finished, is_uninformative
from p2ptrack.model.advice import is_placeholder, is_vacant
from p2ptrack.model.fields import Decision, Priority, RoleMarker, Status
from p2ptrack.model.money import AMOUNT_IN_TEXT, read_amount_in_text
from p2ptrack.model.programme import RatingLevel, collect_labels
from p2ptrack.model.records import Record, TargetRevision, TrackedRecord, Update
from p2ptrack.model.schema import FieldSpec, field_names, record_field_specs
from p2ptrack.phrases import MAX_IDS, fold_text, join_ids, join_words, normalise_spelling, normalise_word, quote, unique
from p2ptrack.values import compile_on_use

# Acronyms in titles, and whether a text spells them out.


_ACRONYM = compile_on_use(r"\b[A-Z][A-Z&]*[A-Z](?=s?\b)")
_ROMAN_NUMERAL = compile_on_use(r"[IVX]+")
_REFERENCE = compile_on_use(r"\s?(?:[/(.:-]|No\.?\s|\u2010|\u2011|\u2013)?\s?\(?\d")
"""The number after letters that are part of a reference: *SR (25/26) 01*, *IA-2025-03*, *REF 12*."""

_EVERYDAY = frozenset({"AM", "BBC", "EU", "HR", "ICT", "ID", "IT", "NHS", "OK", "PDF", "PM", "TV", "UK", "VAT"})
_SMALL_WORDS = r"(?:\W+(?:and|at|by|for|in|of|on|or|the|to|with|a|an)(?=\W))*"
_WORDS_BEFORE_BRACKETS = 3


def find_acronyms(text: str) -> Iterator[str]:
    """Yield the acronyms of a title, without those of everyday use, numerals and the letters of reference numbers."""
    for match in _ACRONYM.finditer(text):
        acronym = match.group()
        is_numeral = _ROMAN_NUMERAL.fullmatch(acronym) is not None
        if acronym not in _EVERYDAY and not is_numeral and not _REFERENCE.match(text, match.end()):
            yield acronym


def is_spelt_out(acronym: str, text: str) -> bool:
    """Whether a text has the words of an acronym: by their first letters, or beside it in brackets."""
    letters = acronym.replace("&", "")
    separator = rf"{_SMALL_WORDS}\W+(?:\w+-)?"
    initials = separator.join(rf"{letter}\w*[a-z]\w*" for letter in map(re.escape, letters))
    if re.search(rf"\b{initials}", text, re.IGNORECASE):
        return True
    limit = len(letters) + _WORDS_BEFORE_BRACKETS
    words = rf"\b{re.escape(letters[0])}\w*[a-z][^()\n]*"
    before = re.search(rf"({words})\({re.escape(acronym)}s?\)", text, re.IGNORECASE)
    after = re.search(rf"\b{re.escape(acronym)}s?\s*\(({words})\)", text, re.IGNORECASE)
    return any(match is not None and len(match[1].split()) <= limit for match in (before, after))


@rule("N101", NOTE, "Text cut short in the source", summary="have a text that is cut short in the source")
@why("Readers see that the source ends here.")
@example("updates: [{truncated: true, text: to assist with the evidenced}]")
@fix("Add the whole text if you can get it from the source. Do not guess it.")
def _check_truncated_texts(case: Case) -> Iterator[Finding]:
    fields_by_id: dict[str, list[str]] = {}
    for record in case.register.with_field("truncated"):
        names = field_names(type(record))  # N111 reports the others
        fields_by_id[record.id] = [field for field in record.truncated if get_top_field(field) in names]
    for record in case.with_field("updates.truncated"):
        fields = [f"updates[{index}].text" for index, update in enumerate(record.updates) if update.truncated]
        fields_by_id.setdefault(record.id, []).extend(fields)
    # One finding for a record: its text is often marked on the record and again in the update that repeats it.
    for id_, fields in fields_by_id.items():
        if fields:
            yield Finding(id_, fields[0], f"{id_} has a text that is cut short in the source.")


@rule("N102", WARNING, "Same update more than once")
@why("Several records share one text, or an old text was submitted again.")
@example("updates: [{text: A regular report will go to CLT.}]   # in F06, F08 and F11")
@fix("Keep the text once and use `covers:`, or write what has happened since.")
def _check_copied_updates(case: Case) -> Iterator[Finding]:
    counts = Counter([update.text for record in case.with_field("updates") for update in record.updates])
    locations: dict[str, list[tuple[str, int]]] = {
        text: [] for text, count in counts.items() if count > 1 and text and not is_uninformative(text)
    }
    for record in case.tracked() if locations else ():
        for index, update in enumerate(record.updates):
            if update.text in locations:
                locations[update.text].append((record.id, index))
    for (first_id, index), *other_locations in locations.values():
        ids = unique([first_id, *(id_ for id_, _ in other_locations)])
        copy_id, copy_index = other_locations[-1]
        message = f"{join_ids(ids)} {'have' if len(ids) > 1 else 'has'} the same update more than once, word for word."
        advice = _format_covers_fix(case, first_id, index, ids[1:]) if 1 < len(ids) <= MAX_IDS else ""
        others = tuple(id_ for id_ in ids if id_ != copy_id)
        yield Finding(copy_id, f"updates[{copy_index}].text", message, advice, related=others)


def _format_covers_fix(case: Case, id_: str, index: int, other_ids: Sequence[str]) -> str:
    record = case.register.by_id[id_]
    covers = isinstance(record, TrackedRecord) and record.updates[index].covers
    if covers:
        return f"Keep the text only in {id_}, and add {join_words(other_ids)} to the list under its `covers:`."
    return f"Keep the text only in {id_}, and add `covers: [{', '.join(other_ids)}]` to that update."


@rule("N103", WARNING, "Update without information", summary="have an update without information")
@why("A committee cannot see from it whether anything was done, or what comes next.")
@example("updates: [{text: Ongoing.}]")
@fix("Write what has happened since the last update and what comes next.")
def _check_empty_updates(case: Case) -> Iterator[Finding]:
    for record, fields in case.register.search_records(
        "empty updates", partial(_list_empty_updates, case.links), "updates"
    ):
        texts = {f"updates[{index}].text": update.text or "" for index, update in enumerate(get_updates(record))}
        for field in fields:
            yield Finding(record.id, field, f"The whole text of this update of {record.id} is {quote(texts[field])}")


def _list_empty_updates(links: Links, record: Record) -> list[str]:
    return [
        f"updates[{index}].text"
        for index, update in enumerate(get_updates(record))
        if update.text is not None and is_uninformative(update.text) and not _is_finish_report(links, record, update)
    ]


def _is_finish_report(links: Links, record: Record, update: Update) -> bool:
    """Whether the newest update only reports finished work: C122 and C116 judge whether it is."""
    is_newest = isinstance(record, TrackedRecord) and links.find_newest_update(record) is update
    return is_newest and is_reported_finished(update.text or "")


_POSITION_REFERENCE = compile_on_use(r"\b(?:(?:see|as)\s+(?:above|below)|see\s+section\s+\d+)\b", re.IGNORECASE)


def _may_refer_to_position(text: str) -> bool:
    # Plain searches before the pattern: on a long text they take a tenth of its time.
    return "above" in text or "below" in text or "ee section" in text


@rule("N104", WARNING, "Reference to a position on the page", absent=("see_also", "depends_on", "superseded_by"))
@why("Above and below are wrong as soon as records are printed in another order.")
@example("updates: [{text: See above.}]   # and no see_also")
@fix("Add the id of the record under `see_also:`. You can keep the text.")
def _check_position_references(case: Case) -> Iterator[Finding]:
    for record in case.register.search_texts("position", _may_refer_to_position):
        if record.see_also or record.depends_on or record.superseded_by:
            continue
        for field, text in _iter_texts(record):
            reference = _POSITION_REFERENCE.search(text) if _may_refer_to_position(text) else None
            if reference and not _is_within_text(text, reference):
                message = f"{record.id} refers to a position ({quote(reference.group())}) without naming a record."
                yield Finding(record.id, field, message, words=reference.group())


def _is_within_text(text: str, reference: re.Match[str]) -> bool:
    """Whether a reference to something below is to the rest of the same text: *See below for the sites: North*."""
    return (
        "below" in reference.group().casefold()
        and re.search(r"[:\n][ \t]{0,20}\w", text[reference.end() :]) is not None
    )


def _iter_texts(record: Record) -> Iterator[tuple[str, str]]:
    yield "title", record.title
    if record.origin_text:
        yield "origin_text", record.origin_text
    for index, update in enumerate(get_updates(record)):
        if update.text and not is_uninformative(update.text):  # N103 reports those
            yield f"updates[{index}].text", update.text


_BLANK = compile_on_use(
    r"\[ ?(?:(?:add|amend|complete|delete|enter|insert)\b[^\]\n]{0,60}"
    r"|(?:amount|date|figure|name|number|tba|tbc|tbd|x{1,9}|\.{2,9}|_{1,9}) ?)\](?!\()"
    r"|£ ?x{1,9}\b|\bxx(?:x{1,9}\b|[./-]xx|(?=%| (?:are|days|have|invoices|items|months|people|per|weeks|were)\b))"
    r"|\bdd?[./-]mm?[./-]yy|____|\blorem ipsum\b"
    r"|\b(?:action|item|record|recommendation) (?:title|wording) "
    r"(?:to (?:be (?:added|agreed|confirmed)|follow)|tb[acd])\b",
    re.IGNORECASE,
)
_PARTS_OF_BLANKS: Mapping[str, Sequence[str]] = {
    "[": ("[",),
    "_": ("____",),
    "x": ("xx",),
    "X": ("XX",),
    "£": ("£x", "£X", "£ x", "£ X"),
    "y": ("yy",),
    "Y": ("YY",),
    " title ": (" title t", " title T"),
    " wording ": (" wording t", " wording T"),
    "ipsum": ("ipsum",),
}
"""Parts of blanks by the characters that they contain. Most texts contain none, and a search for one is fastest."""


@rule("N114", WARNING, "Text with a blank to fill in")
@why("Papers print the blank as it is.")
@example("updates: [{text: In March XX invoices were late.}]")
@fix("Fill it in, or write the sentence without it.")
def _check_blanks(case: Case) -> Iterator[Finding]:
    for record in case.register.search_texts("blank", _find_blank):
        for field, text in _iter_texts(record):
            if blank := _find_blank(text):
                message = f"{record.id} has a text with a blank to fill in ({quote(blank)})."
                yield Finding(record.id, field, message, words=blank)


def _find_blank(text: str) -> str:
    """Return the first blank of a text. Plain searches come first: they take a tenth of the pattern's time."""
    has_part = any(first in text and any(map(text.__contains__, parts)) for first, parts in _PARTS_OF_BLANKS.items())
    blank = _BLANK.search(text) if has_part else None
    return blank.group() if blank else ""


# N115 and N116: dates and figures in texts that cannot be right. The words of a source are not checked.


_SHORT_MONTH = r"(?:feb(?:ruary)?|apr(?:il)?|june?|sept?(?:ember)?|nov(?:ember)?)"
_DATE_END = (
    r"(?=[.,;:)\]]|\s*$| (?:19|20)\d\d\b| (?:and|as|at|because|but|by|for|from|if|in|or|so|subject|the|then|to|when"
    r"|with)\b)"
)
_NO_DATE = compile_on_use(
    rf"(?<![\w/.,-])(?<!\d )(?:31(?:st)? (?:of )?{_SHORT_MONTH}\b{_DATE_END}"
    rf"|30(?:th)? (?:of )?feb(?:ruary)?\b{_DATE_END}"
    r"|29(?:th)? (?:of )?feb(?:ruary)?,? (?P<year>(?:19|20)\d\d)\b"
    r"|(?:31[/.](?:0?[2469]|11)|30[/.]0?2)[/.]20\d\d(?!\d)|20\d\d-(?:02-3[01]|(?:0[469]|11)-31)(?![\d-]))",
    re.IGNORECASE,
)


@rule("N115", WARNING, "Date that does not exist")
@why("Readers cannot know which day is meant, and whether it has passed.")
@example("updates: [{text: Comments are due by 31 November.}]")
@fix("Correct the date.")
def _check_impossible_dates(case: Case) -> Iterator[Finding]:
    for record in case.register.search_texts("impossible date", _has_impossible_date):
        for field, text in iter_own_texts(record):
            for match in (match for match in _NO_DATE.finditer(text) if _is_impossible(match)):
                message = f"{record.id} names a date that does not exist ({quote(match.group())})."
                yield Finding(record.id, field, message, words=match.group())


# Part of any such date. Each begins with the figure that it needs, so that a long text takes a tenth of the time.
_LATE_DAY = compile_on_use(
    r"3[01](?:(?:[Ss][Tt]|[Tt][Hh])?[ /.](?:[Oo][Ff] )?(?:[AaFfJjNnSs]|0?[2469]|11)|(?<=-0[2469]-..)|(?<=-11-..))"
)
_LEAP_DAY = compile_on_use(r"29(?:[Tt][Hh])? (?:[Oo][Ff] )?[Ff]")


def _has_impossible_date(text: str) -> bool:
    may_have = _LATE_DAY.search(text) or _LEAP_DAY.search(text)
    return may_have is not None and any(map(_is_impossible, _NO_DATE.finditer(text)))


def _is_impossible(match: re.Match[str]) -> bool:
    return match["year"] is None or not isleap(int(match["year"]))


_WHOLE = compile_on_use(
    r" of (?:the |our |all |its )?(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,9}) (?P<noun>[a-z]{3,20})"
)
_MAX_PART_LENGTH = 40
_NUMBERED_TEXT = """\
act annex appendix article chapter clause day decision figure grade item lesson level lot measure minute month no number
option order page para paragraph part phase point principle quarter recommendation regulation report round rule schedule
section session sheet stage standard step table tranche version volume wave week year
"""
_NUMBERED = frozenset(_NUMBERED_TEXT.split())
"""Nouns whose number is a name and not a part of a whole: *Regulation 15 of 2 rules*."""

_SHARES = compile_on_use(
    rf"\b[Oo]f (?:the |a |an )?(?:total (?:of )?)?({AMOUNT_IN_TEXT})[^.;£]{{0,60}}({AMOUNT_IN_TEXT})[^.;£]{{0,60}}"
    rf" and ({AMOUNT_IN_TEXT})"
)
_OVERSPENT = compile_on_use(
    r"\b(?:alloc|award|bid|budget|commit|estimat|forecast|fund|grant|includ|of which|over[- ]?(?:budget|spen)"
    r"|plan|spen[dt]|target)"
)


@rule("N116", WARNING, "Figures that cannot be true together")
@why("A part cannot be larger than the whole. One of the figures is mistyped.")
@example("updates: [{text: 14 of 12 stations now do the daily check.}]")
@fix("Correct the figure that is wrong.")
def _check_impossible_figures(case: Case) -> Iterator[Finding]:
    for record in case.register.search_texts("impossible figures", _find_impossible_figures):
        for field, text in iter_own_texts(record):
            if words := _find_impossible_figures(text):
                message = f"{record.id} has figures that cannot be true together ({quote(words)})."
                yield Finding(record.id, field, message, words=words)


def _find_impossible_figures(text: str) -> str:
    """Return the words that name a part larger than its whole, or an empty text."""
    for match in _WHOLE.finditer(text):
        beginning = text[max(match.start() - _MAX_PART_LENGTH, 0) : match.start()]
        before, part = ("", "", *beginning.removesuffix(" out").split())[-2:]
        digits = part.lstrip("(").replace(",", "")
        is_larger = digits.isdecimal() and int(digits) > int(match["whole"].replace(",", "")) > 0
        if is_larger and before.casefold() not in _NUMBERED and not _YEARS & {digits, match["whole"]}:
            return beginning[beginning.rindex(part) :].lstrip("(") + match.group()
    has_share = "£" in text and any(map(text.__contains__, ("f £", "f the £", "f the total of £")))
    for match in _SHARES.finditer(text) if has_share else ():
        whole_amount, *shares = map(read_amount_in_text, match.groups())
        if sum(shares) > whole_amount and not _OVERSPENT.search(match.group()):
            return match.group()
    return ""


_YEARS = frozenset(map(str, range(1900, 2100)))


@rule("N105", NOTE, "Acronym that is not in the glossary")
@why("Members of the public cannot know what it means.")
@example("title: Report to CGAC   # and no CGAC in the glossary")
@fix("Add each acronym and its meaning to the glossary.")
def _check_unexplained_acronyms(case: Case) -> Iterator[Finding]:
    glossary_text = " ".join(case.register.programme.glossary).upper()
    first_uses: dict[str, str] = {}
    matches = case.register.search_records("acronyms", lambda record: find_acronyms(record.title))
    matches += case.register.search_records(
        "acronyms of headings", lambda record: find_acronyms(getattr(record, "heading", None) or ""), "heading"
    )
    for record, acronyms in matches:
        for acronym in acronyms:
            if acronym not in glossary_text and acronym not in first_uses:
                is_unreadable = record.id in case.register.unreadable_fields
                is_explained = is_unreadable or is_spelt_out(acronym, case.register.text_of(record.id))
                first_uses[acronym] = "" if is_explained else record.id
    unexplained = {acronym: id_ for acronym, id_ in sorted(first_uses.items()) if id_}
    if unexplained:
        words = join_words([f"{acronym} ({id_})" for acronym, id_ in unexplained.items()][:12])
        message = f"Titles use acronyms that are not in the glossary: {words}."
        yield Finding("", "glossary", message, related=unique(unexplained.values()))


@rule("N106", NOTE, "Unused glossary entry")
@why("A long glossary is not read.")
@example("glossary: {ZBB: Zero-based budgeting}")
@fix("Remove these entries from the glossary if you do not need them.")
def _check_unused_glossary(case: Case) -> Iterator[Finding]:
    is_unreadable = case.register.may_hide(Record, "")  # such a record may use them
    unused_words = dict.fromkeys(() if is_unreadable else case.register.programme.glossary)
    for text in case.register.iter_texts() if unused_words else ():
        for word in [word for word in unused_words if word in text]:
            del unused_words[word]
    # Only words that no text has as they are need a comparison that is slow over a large register.
    for text in case.register.iter_texts() if unused_words else ():
        spelled_text = normalise_spelling(text)
        for word in [word for word in unused_words if normalise_spelling(word) in spelled_text]:
            del unused_words[word]
    if unused_words:
        yield Finding("", "glossary", f"No text uses these glossary entries: {join_ids(tuple(unused_words))}.")


def _iter_marked_fields(case: Case) -> Iterator[tuple[Record, str, str, str]]:
    """Yield each record with a mark, the mark's name and field path, and the field that it names."""
    for marker in ("inferred", "restated", "truncated"):
        for record in case.register.with_field(marker):
            for index, field in enumerate(getattr(record, marker)):
                yield record, marker, f"{marker}[{index}]", field


@rule("N111", WARNING, "Mark on a field that does not exist")
@why("The field that was meant is printed as if the source had stated it.")
@example("inferred: [statsu]")
@fix("Use the name of a field of this record.")
def _check_unknown_marked_field(case: Case) -> Iterator[Finding]:
    spelling = SpellingAdvice()
    for record, marker, location, field in _iter_marked_fields(case):
        names = field_names(type(record))
        if get_top_field(field) not in names:
            message = f"{record.id}: `{marker}` lists {quote(field)}, which is not a field of this record."
            yield Finding(record.id, location, message, _advise_on_mark(record, marker, field, spelling))


_MARK_EXAMPLES = {"inferred": ("target", "status"), "restated": ("origin_text",), "truncated": ("origin_text",)}


def _advise_on_mark(record: Record, marker: str, field: str, spelling: SpellingAdvice) -> str:
    """Return the advice for a name that is not a field: a likely spelling, or that `true` is not a name."""
    words = [word for word in re.findall(r"[a-z_]+", field.casefold()) if word not in {"and", "or"}]
    if len(words) > 1 and set(words) <= set(field_names(type(record))):
        return f"Write the names in square brackets, with commas between them: [{', '.join(words)}]."
    if field.casefold() in {"false", "no", "none"}:
        return f"Leave `{marker}` out, or list the names of the fields that it applies to."
    if field.casefold() not in {"true", "yes", "all"}:
        return spelling.advise(record.id, field, field_names(type(record)))
    examples = _MARK_EXAMPLES[marker]
    name = next((name for name in examples if getattr(record, name, None)), examples[0])
    return f"List the names of the fields that it applies to, such as `{marker}: [{name}]`."


@rule("N112", WARNING, "Mark on a field without a value")
@why("The mark does not apply to anything.")
@example("inferred: [target]   # and no target")
@fix("Remove the name from the list, or add the field.")
def _check_absent_marked_field(case: Case) -> Iterator[Finding]:
    for record, marker, location, field in _iter_marked_fields(case):
        name = get_top_field(field)
        is_absent = name in field_names(type(record)) and not getattr(record, name)
        if is_absent and not case.register.is_unreadable(record.id, name):
            message = f"{record.id}: `{marker}` lists `{field}`, which has no value in this record."
            yield Finding(record.id, location, message)


@rule("N113", NOTE, "Published differently", absent=ANY_FIELD)
@why("The source's word is kept, but the dates and the status give a different result.")
@example("{status: in_progress, as_published: {RAG: Complete}}")
@fix("Correct the status or the dates if the source is right. Otherwise change nothing.")
def _check_published_words(case: Case) -> Iterator[Finding]:
    statuses = {word: Status(value) for word, value in collect_labels(case.policy)["status"].items()}
    statuses |= {status.value: status for status in Status}
    ratings = {normalise_word(word): rating for rating, word in case.policy.rating.items()}
    records = (*case.with_field("as_published"), *case.with_field("updates.as_published"))
    for record in {record.id: record for record in records}.values():
        for location, word in _iter_published_words(case, record):
            current = _describe_difference(case, record, normalise_word(word), ratings, statuses)
            current = current or _describe_other_priority(record, location, word)
            if current:
                message = f"{record.id} was published as {quote(word)}, but in the register it is {current}."
                yield Finding(record.id, location, message)


def _iter_published_words(case: Case, record: TrackedRecord) -> Iterator[tuple[str, str]]:
    """Yield the source's words in the record and in its newest update, with their field paths."""
    yield from ((f"as_published.{key}", word) for key, word in record.as_published.items())
    newest = case.links.find_newest_update(record) if any(update.as_published for update in record.updates) else None
    if newest is not None:
        index = record.updates.index(newest)
        yield from ((f"updates[{index}].as_published.{key}", word) for key, word in newest.as_published.items())


def _describe_difference(
    case: Case, record: TrackedRecord, word: str, ratings: Mapping[str, RatingLevel], statuses: Mapping[str, Status]
) -> str:
    """Return the rating or the status of the register where a published word differs from it."""
    if word in ratings:
        rating = rate_record(case, record)
        return "" if ratings[word] == rating else quote(case.policy.rating.get(rating, rating.replace("_", " ")))
    status = statuses.get(word)
    is_same = status is None or any(is_consistent(status, s) for s in (record.status, case.get_status(record)))
    return "" if is_same else describe_status(case.get_status(record))


_PRIORITY_COLUMN = compile_on_use(r"\b(?:grade|priority)\b")
_PRIORITY_WORDS = frozenset(priority.value for priority in Priority)


def _describe_other_priority(record: TrackedRecord, location: str, word: str) -> str:
    """Return the priority of the register where a published one differs from it: *Grade 1 (high)* and low."""
    column = location.rpartition("as_published.")[2]
    words = _PRIORITY_WORDS & set(_WORDS.findall(fold_text(word))) if _PRIORITY_COLUMN.search(fold_text(column)) else ()
    is_same = record.priority is None or len(words) != 1 or record.priority.value in words
    return "" if is_same or record.priority is None else f"{record.priority.value} priority"


_WORDS = compile_on_use(r"[a-z]{1,20}")


# N107: placeholder words, such as TBC, where a record names somebody, gives a reason or lists evidence.


_NAME, _REASON = "does not name anybody", "does not give a reason"
_NO_MINUTE = "does not give the number of a minute"
_EXEMPT_FIELDS = {"decided_by": _NAME, "reason": _REASON, "public_interest": _REASON}
_STATEMENTS: dict[str, str] = {
    "accountable": _NAME,
    "directorate": "does not name a directorate",
    "supporting": _NAME,
    "lead_member": _NAME,
    "revisions.requested_by": _NAME,
    "revisions.approved_by": _NAME,
    "revisions.reason": _REASON,
    "verified.by": _NAME,
    "verified.method": "does not say how it was verified",
    "decided.by": _NAME,
    "decided.continuing_owner": _NAME,
    "decided.reason": _REASON,
    "response.by": _NAME,
    "updates.by": _NAME,
    "response.text": "does not give an answer",
    "supplier": "does not name a supplier",
    "requested_by": _NAME,
    "approved_by": _NAME,
    "reason_text": _REASON,
    "rule": "does not name a rule",
    "decision": "does not name a decision",
    "ends_by": "does not say what ends it",
    "contract": "does not name a contract",
    "revisions.minute": _NO_MINUTE,
    "decided.minute": _NO_MINUTE,
    "evidence.title": "does not name any evidence",
    "blocked_by.owner": _NAME,
    "blocked_by.cause": "does not say what the work waits for",
    **{
        f"{prefix}exempt.{name}": statement
        for prefix in ("", *(f"{entry}." for entry in EXEMPTABLE_LISTS))
        for name, statement in _EXEMPT_FIELDS.items()
    },
}
"""Sentences about placeholders, for each field that states who, why or what."""

_ROLE_LISTS = ("accountable", "supporting", "lead_member")
_ENTRY_LISTS = frozenset({*EXEMPTABLE_LISTS, "revisions", "updates", "evidence", "blocked_by"})
_PROGRAMME_STATEMENTS = {"roles": _NAME, "dependencies.owner": _NAME}


@rule("N107", ERROR, "Placeholder in place of a name, a reason or evidence")
@why("A word such as TBC would count as an approval, a verification or an owner.")
@example("revisions: [{from: Mar-23, to: Jun-23, reason: Supplier late., approved_by: TBC}]")
@fix("Leave the field out until it is known.")
def _check_placeholders(case: Case) -> Iterator[Finding]:
    for path, statement in _PROGRAMME_STATEMENTS.items():
        yield from _find_placeholders("", case.register.programme, path, statement)
    roles = case.register.field_index().references.get(RoleMarker(), ())
    has_placeholder_role = any(map(is_vacant, roles))
    specs = record_field_specs(case.register.kinds)
    declared = {name: _NOTHING for name, spec in specs.items() if _needs_content(spec)}
    for path, statement in (_STATEMENTS | declared).items():
        if specs[path].marker != RoleMarker() or has_placeholder_role:
            for record in case.register.with_field(_get_indexed_field(path)):
                yield from _find_placeholders(record.id, record, path, statement)


_NOTHING = "states nothing"


def _needs_content(spec: FieldSpec) -> bool:
    """Whether a declared field names a post, or is a text that the programme requires."""
    return spec.declared is not None and (
        spec.marker == RoleMarker() or (spec.type == "text" and spec.has_role("required"))
    )


def _get_indexed_field(path: str) -> str:
    """Return the part of a path by which the register can find records: an entry's field, or the record's own."""
    names = path.split(".")
    return ".".join(names[:2]) if names[0] in _ENTRY_LISTS else names[0]


def _find_placeholders(id_: str, model: BaseModel, path: str, statement: str) -> Iterator[Finding]:
    is_empty = is_vacant if statement in {_NAME, _NOTHING} else is_placeholder
    name = path.rpartition(".")[2]
    for location, owner, text in _iter_field_texts(model, path.split("."), "", model):
        if is_empty(text):
            field = path.removesuffix(".title")
            yield Finding(id_, location, f"{quote(text)} in `{field}` {statement}.", _format_fix(name, owner))


def _iter_field_texts(value: Any, steps: Sequence[str], location: str, owner: Any) -> Iterator[tuple[str, Any, str]]:
    """Yield the field path, the group and the text of every value at a path, such as `revisions.reason`."""
    if isinstance(value, str):
        yield location, owner, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _iter_field_texts(item, steps, f"{location}[{index}]", owner)
    elif isinstance(value, BaseModel) and steps:
        inner_location = f"{location}.{steps[0]}" if location else steps[0]
        yield from _iter_field_texts(getattr(value, steps[0], None), steps[1:], inner_location, value)


_UNDECIDED = frozenset({Decision.REQUESTED, Decision.REFUSED})


def _format_fix(name: str, owner: Any) -> str:
    if name == "title":
        return "Leave the entry out until there is evidence."
    if name == "cause":
        return "Say what the work waits for, or leave the entry out."
    if name in {*_ROLE_LISTS, "roles"}:
        return "Leave it out until a job title is known."
    if not isinstance(owner, TargetRevision) or name != "approved_by" or owner.decision in _UNDECIDED:
        return f"Leave `{name}` out until it is known."
    change = "add `decision: requested`" if owner.decision is None else "change `decision` to requested"
    return f"Leave `approved_by` out until the extension is approved, and {change}."
