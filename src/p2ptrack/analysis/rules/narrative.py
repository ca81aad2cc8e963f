"""N101 to N106: what the texts say, and what they leave the reader without."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.grouping import each_or_all
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import distinct, joined, listed
from p2ptrack.problem import Severity
from p2ptrack.records.fields import fold_word
from p2ptrack.records.kinds import Recommendation, Record, Tracked


def _cut_short(case: Case) -> Iterator[Finding]:
    found = (
        Finding(id_, field, f"{id_}: the text is cut short in its source.", "the whole text, if the source can be had")
        for id_, field in _truncated(case)
    )
    yield from each_or_all(found, "have a text that is cut short in its source")


def _truncated(case: Case) -> Iterator[tuple[str, str]]:
    yield from ((record.id, field) for record in case.register.stating("truncated") for field in record.truncated)
    for record in case.stating("updates.truncated"):
        yield from ((record.id, f"updates[{at}].text") for at, update in enumerate(record.updates) if update.truncated)


_EMPTY = frozenset(
    fold_word(words)
    for words in (
        "ongoing", "on going", "in progress", "no change", "no update", "as above", "as before", "see above", "none",
        "n/a", "nil", "tbc", "nothing to report", "continuing", "work continues", "work is ongoing", "complete",
        "completed", "done", "as previously reported", "no further update", "under way", "underway",
    )
)  # fmt: skip
_LONGEST_EMPTY = max(map(len, _EMPTY)) + 4


def _is_empty(text: str) -> bool:
    return len(text) <= _LONGEST_EMPTY and fold_word(text.strip().rstrip(".")) in _EMPTY


def _says_nothing(case: Case) -> Iterator[Finding]:
    found = (
        Finding(record.id, f"updates[{at}].text", f"{record.id}: the whole update is “{update.text.strip()}”", _TELL)
        for record in case.tracked()
        for at, update in enumerate(record.updates)
        if update.text is not None and len(update.text) <= _LONGEST_EMPTY and _is_empty(update.text)
    )
    yield from each_or_all(found, "have an update of a word or two, which tells nothing")


_TELL = "what has happened since the last update, and what comes next"


def _word_for_word(case: Case) -> Iterator[Finding]:
    times = Counter(update.text for record in case.tracked() for update in record.updates if update.text is not None)
    places: dict[str, list[tuple[str, int]]] = {text: [] for text in times if times[text] > 1 and not _is_empty(text)}
    for record in case.tracked() if places else ():
        for at, update in enumerate(record.updates):
            if update.text in places:
                places[update.text].append((record.id, at))
    for (first, at), *others in places.values():
        ids = distinct([first, *(id_ for id_, _ in others)])
        yield Finding(first, f"updates[{at}].text", *_repeated(ids))


def _repeated(ids: tuple[str, ...]) -> tuple[str, str]:
    if len(ids) == 1:
        return f"{ids[0]} has the same update more than once, word for word.", "what has happened in between"
    rest = joined(ids[1:9], "and")
    return f"{listed(ids)} have the same update word for word.", f"the text once, in {ids[0]}, with covers: [{rest}]"


_POSITION = re.compile(r"\b(?:(?:see|as)\s+(?:above|below)|see\s+section\s+\d+)\b", re.IGNORECASE)


def _may_point(text: str) -> bool:
    # Plain searches before the pattern: on a long text they take a tenth of its time.
    return "above" in text or "below" in text or "ee section" in text


def _by_position(case: Case) -> Iterator[Finding]:
    texts = case.register.survey().texts
    for record in case.register.records:
        if _may_point(texts[record.id]) and not (record.see_also or record.depends_on or record.superseded_by):
            for field, text in _told(record):
                found = _POSITION.search(text) if _may_point(text) else None
                if found:
                    message = (
                        f"{record.id} sends the reader elsewhere by position (“{found.group()}”), and names no record."
                    )
                    yield Finding(record.id, field, message, "see_also: the record that is meant; the words may stay")


def _told(record: Record) -> Iterator[tuple[str, str]]:
    yield "title", record.title
    if record.origin_text:
        yield "origin_text", record.origin_text
    if isinstance(record, Tracked):
        for at, update in enumerate(record.updates):
            if update.text:
                yield f"updates[{at}].text", update.text


_ACRONYM = re.compile(r"\b[A-Z][A-Z&]*[A-Z](?=s?\b)")
_NUMERALS = re.compile(r"[IVX]+")


def _unexplained(case: Case) -> Iterator[Finding]:
    known = " ".join(case.register.programme.glossary).upper()
    every = set(_ACRONYM.findall("\n".join(text for _, text in _headings(case))))
    unknown = {word for word in every if word not in known and not _NUMERALS.fullmatch(word)}
    where: dict[str, str] = {}
    for id_, text in _headings(case) if unknown else ():
        for word in unknown.intersection(_ACRONYM.findall(text)):
            where.setdefault(word, id_)
    if where:
        words = joined([f"{word} ({id_})" for word, id_ in sorted(where.items())][:12], "and")
        message = f"Titles use words that the glossary does not explain: {words}."
        yield Finding("", "glossary", message, "each in the glossary, with its meaning")


def _headings(case: Case) -> Iterator[tuple[str, str]]:
    yield from ((record.id, record.title) for record in case.register.records)
    yield from ((one.id, one.heading) for one in case.register.of(Recommendation) if one.heading)


def _unused(case: Case) -> Iterator[Finding]:
    left = dict.fromkeys(case.register.programme.glossary)
    for text in case.register.survey().texts.values() if left else ():
        for word in [word for word in left if word in text]:
            del left[word]
    if left:
        message = f"The glossary explains what no text uses: {listed(tuple(left))}."
        yield Finding("", "glossary", message, "a glossary without them")


RULES: tuple[Rule, ...] = (
    Rule(
        code="N101",
        severity=Severity.NOTE,
        title="A text that is cut short in its source",
        why="The reader is told that it ends where the source ends.",
        example="updates: [{truncated: true, text: to assist with the evidenced}]",
        fix="The whole text, if the source can be had; never a guess.",
        find=_cut_short,
    ),
    Rule(
        code="N102",
        severity=Severity.WARNING,
        title="The same update word for word",
        why="Several records rest on one text, or an old text was handed in again.",
        example="updates: [{text: A regular report will go to CLT.}]   # in F06, F08 and F11",
        fix="The text once, with covers; or what has happened in between.",
        find=_word_for_word,
    ),
    Rule(
        code="N103",
        severity=Severity.WARNING,
        title="An update that tells nothing",
        why="A committee cannot see from one word whether anything happened.",
        example="updates: [{text: Ongoing.}]",
        fix="What has happened, and what comes next.",
        find=_says_nothing,
    ),
    Rule(
        code="N104",
        severity=Severity.WARNING,
        title="A text that relies on its place",
        why="Above and below are wrong as soon as records are printed in another order.",
        example="updates: [{text: See above.}]   # and no see_also",
        fix="see_also: the record that is meant.",
        find=_by_position,
    ),
    Rule(
        code="N105",
        severity=Severity.NOTE,
        title="A word that the glossary does not explain",
        why="A member of the public cannot know what it stands for.",
        example="title: Report to CGAC   # and no CGAC in the glossary",
        fix="The word in the glossary, with its meaning.",
        find=_unexplained,
    ),
    Rule(
        code="N106",
        severity=Severity.NOTE,
        title="A glossary entry that no text uses",
        why="A long glossary is not read.",
        example="glossary: {ZBB: Zero-based budgeting}",
        fix="A glossary without it.",
        find=_unused,
    ),
)
