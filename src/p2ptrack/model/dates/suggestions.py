"""Suggestions for texts that are not dates. They never leave out a word that changes the meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from itertools import combinations, groupby, pairwise

from p2ptrack.model.advice import RATINGS, find_common_meaning
from p2ptrack.model.dates.compounds import DATE_PATTERNS
from p2ptrack.model.dates.council_date import (
    EXAMPLE_FORMS,
    MONTH_NAMES,
    WEEKDAY_NAMES,
    DateRange,
    DateRejection,
    Precision,
    format_long_date,
    normalise_text,
)
from p2ptrack.model.dates.patterns import ONGOING_REGEX, compile_regex, match_first
from p2ptrack.model.dates.rejections import FINISHED_REGEX, REJECTION_PATTERNS
from p2ptrack.phrases import join_words, quote, suggest
from p2ptrack.values import compile_on_use, dataclass

_OTHER_WORDS = ("Early", "Spring", "Summer", "Autumn", "Ongoing", "Continuous", "Quarter")
_CALENDAR_WORDS = (*MONTH_NAMES, *WEEKDAY_NAMES, *_OTHER_WORDS)
_MIN_CORRECTED_LENGTH = 5
"""Shorter words are never corrected: *date* is no misspelling of *late*, nor *way* of *May*."""
_MAX_WORDS = 12
_MAX_LENGTH = 144
_SURROUNDING_PUNCTUATION = ",;.:?!~*()[]'\""


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEUTRAL_WORDS = _word_set(
    "a about an anticipated approx approximately around at by c ca circa currently date deadline due est "
    "estimate estimated expected for forecast in likely on planned possibly probably projected "
    "provisional provisionally proposed scheduled target tbc the"
)
"""Words that a suggestion may leave out, because the date stays the same without them."""


_DOUBTS = _word_set(
    "about anticipated approx approximately around c circa est estimate estimated expected forecast likely possibly "
    "probably projected proposed provisional provisionally tbc"
)
"""Neutral words that make a date uncertain. The advice mentions this, and offers to keep them."""
_MONTH_STARTS = "|".join(name[:3] for name in MONTH_NAMES)
_PART_OF_DATE_REGEX = compile_on_use(
    r"\b(?:19|20)[0-9]{2}|\b(?:fy|week|q|h) ?[0-9]|[0-9](?:st|nd|rd|th)\b|[0-9]{1,2}[-/.][0-9]|^[0-9]+$"
    rf"|\b(?:{_MONTH_STARTS})",
    re.IGNORECASE,
)
"""Parts of a date. A text with none of them sets no date."""


def reject_unknown(text: str, anchor_names: Mapping[str, str]) -> DateRejection:
    """Reject a normalised text that matches no pattern. `anchor_names` are those of phases and meetings."""
    if len(text) <= _MAX_LENGTH:
        reject_functions = (
            _reject_bound,
            _reject_finished,
            _reject_review,
            _reject_removed_target,
            _reject_several_dates,
            _reject_date_with_status,
        )
        rejection = next(filter(None, (reject(text) for reject in reject_functions)), None)
        if rejection:
            return rejection
    message = f"{quote(text)} is not a date, a phase or a meeting."
    suggestion = suggest_date(text) or _suggest_anchor_name(text, anchor_names)
    if suggestion:
        doubt = next((word for word in map(_strip, text.split()) if word.casefold().rstrip(".") in _DOUBTS), "")
        if doubt or text.rstrip(")] ").endswith("?"):
            message = f"{message} It says that the date is not certain."
            return DateRejection(message, f"Write {suggestion} if it is certain enough to be the target.", suggestion)
        return DateRejection(message, f"Write {suggestion}.", suggestion)
    if partial := _find_part_of_date(text):
        return partial.within(text)
    words = _find_dates(text)
    if not any(word.phrase for word in words):
        means = "" if _PART_OF_DATE_REGEX.search(text) else "none"
        return DateRejection(message, f"Write {EXAMPLE_FORMS}.", means)
    runs = (
        " ".join(word.text for word in run) for is_date, run in groupby(words, lambda w: bool(w.phrase)) if not is_date
    )
    unknown = join_words([quote(_strip(run)) for run in runs if not all(map(_is_neutral, run.split()))])
    return DateRejection(
        f"{message} With {unknown}, it is not clear which day is meant.",
        "Write the last day that is meant, with its month and year.",
    )


def _find_part_of_date(text: str) -> DateRejection | None:
    """Return the rejection of the longest part of a text that is almost a date: *June 15* of *before June 15*."""
    words, start, rejections = text.split(" "), 0, list[tuple[str, DateRejection]]()
    while start < len(words) <= _MAX_WORDS:
        for end in range(len(words), start, -1):
            run = _strip(" ".join(words[start:end]))
            has_word_and_number = any(map(str.isalpha, run)) and any(map(str.isdigit, run))
            rejection = match_first(REJECTION_PATTERNS, run) if has_word_and_number else None
            if _match_date(run):
                break
            if isinstance(rejection, DateRejection) and rejection.is_part_of_date:
                rejections.append((run, rejection))
                break
        else:
            end = start + 1
        start = end
    return max(rejections, key=lambda pair: len(pair[0]))[1] if rejections else None


def _suggest_anchor_name(text: str, names: Mapping[str, str]) -> str:
    """Return the name that a text misspells. Another number is not a misspelling: phase 5 is not phase 2."""
    key = normalise_text(text)
    digits = re.findall(r"\d+", key)
    candidates = [name for name in names if re.findall(r"\d+", name) == digits]
    return next((names[name] for name in suggest(key, candidates)), "")


_PLANNED_REGEX = (
    r"(?:(?:aim|due) )?(?:(?:to be|to|for|target) )?(?:complet(?:e|ion)|finish|deliver(?:y)?|implement(?:ation)?) "
    r"(?:date )?(?:by|in|on) (?P<date>.+)"
)
_DEADLINE_REGEXES = (
    r"(?:target|deadline) of (?P<date>.+)",
    _PLANNED_REGEX,
    r"(?:is |will |due )?(?:to be|be) (?:completed|finished|done|delivered|implemented) (?:by|in|on) (?P<date>.+)",
)
"""Words for a deadline. They do not change a target date."""


@lru_cache(maxsize=1024)
def suggest_date(text: str) -> str:
    """Return the date in a text, with misspelt words corrected; empty if another word may change the meaning."""
    if len(text) > _MAX_LENGTH:
        return ""
    deadline = next((match for regex in _DEADLINE_REGEXES if (match := compile_regex(regex).fullmatch(text))), None)
    if deadline and (date := _spell_out(deadline["date"])):
        return date
    return next(filter(None, map(_spell_out, _iter_candidate_phrases(text))), "")


@lru_cache(maxsize=4096)
def _match_date(phrase: str) -> DateRange | None:
    result = match_first(DATE_PATTERNS, phrase)
    return result if isinstance(result, DateRange) else None


@lru_cache(maxsize=4096)
def _spell_out(phrase: str) -> str:
    """Return the only date that a phrase can mean, as it is accepted: *December 2026* of *12/26*. Otherwise nothing."""
    if _match_date(phrase):
        return phrase
    rejection = None if phrase.isdigit() else match_first(REJECTION_PATTERNS, phrase)
    is_readable = isinstance(rejection, DateRejection) and rejection.means and _match_date(rejection.means)
    return rejection.means if is_readable and isinstance(rejection, DateRejection) else ""


_YEAR_END_REGEX = r"^(by )?(?:the )?(?:financial )?(?:year[- ]end|ye) (?=[0-9]{2,4}/[0-9]{2})"


def _iter_candidate_phrases(text: str) -> Iterator[str]:
    """Yield what may have been meant, the likeliest first."""
    yield text.replace("-", " - ")
    yield text.replace(" - ", "-")
    yield text.replace("/", " to ")
    yield re.sub(r"\b(q ?[1-4]) ?[/&] ?(q ?[1-4])\b", r"\1 to \2", text, flags=re.IGNORECASE)
    yield re.sub(r"^between (.+?) and ", r"\1 to ", text, flags=re.IGNORECASE)
    yield re.sub(
        r"^(by )?(?:the )?(?:financial )?(?:year[- ]end|ye) (?=[0-9]{2,4}/[0-9]{2})",
        r"\1end of ",
        text,
        flags=re.IGNORECASE,
    )
    word_runs = [*_iter_word_runs(text), *_iter_word_runs(text.replace("-", " "))]
    yield from sorted(word_runs, key=lambda word_run: -word_run.count(" "))


def _iter_word_runs(text: str) -> Iterator[str]:
    """Yield the runs of words beside which there are neutral words only."""
    words = [_correct_spelling(word) for word in text.split(" ")]
    if len(words) > _MAX_WORDS:
        return
    neutral = [_is_neutral(word) for word in words]
    for start, end in combinations(range(len(words) + 1), 2):
        if all(neutral[:start]) and all(neutral[end:]):
            yield _strip(" ".join(words[start:end]))


def _strip(text: str) -> str:
    return text.strip(_SURROUNDING_PUNCTUATION)


def _is_neutral(word: str) -> bool:
    return _strip(word).rstrip(".").casefold() in _NEUTRAL_WORDS or not any(map(str.isalnum, word))


@lru_cache(maxsize=4096)
def _correct_spelling(word: str) -> str:
    if len(word) < _MIN_CORRECTED_LENGTH or not word.isalpha():
        return word
    corrected = next(iter(suggest(word, _CALENDAR_WORDS)), word)
    return word if corrected.casefold() == word.casefold() else corrected


_BEFORE_REGEX = r"(?:due |by )?(?:before|prior to|ahead of) (?P<period>.+)"
_START_REGEX = (
    r"(?:not before|(?:no|not) (?:earlier|sooner) than|from|(?:starting|starts|start|commencing|beginning)(?: in| on)?"
    r"|with effect from|wef|w/e/f|(?:at the |the )?earliest(?: in| on)?) (?P<period>.+)"
)
_ONWARDS_REGEX = r"(?:from )?(?P<period>.+?) (?:onwards?|on|at the earliest)"
_AFTER_REGEX = r"(?:any ?time |some ?time |shortly |soon )?(?:after|following|since|later than) (?P<period>.+)"


def _reject_bound(text: str) -> DateRejection | None:
    for regex, reject in (
        (_BEFORE_REGEX, _reject_before),
        (_START_REGEX, _reject_start),
        (_ONWARDS_REGEX, _reject_start),
        (_AFTER_REGEX, _reject_after),
    ):
        match = compile_regex(regex).fullmatch(text)
        phrase = _spell_out(match["period"]) if match else ""
        if period := _match_date(phrase):
            return reject(text, phrase, period)
    return None


def _reject_before(text: str, _: str, period: DateRange) -> DateRejection:
    last_day = format_long_date(period.earliest - timedelta(days=1))
    return DateRejection(
        f"{quote(text)} does not say which day is the last one.",
        f"Write {last_day} if that is the last day.",
        last_day,
    )


def _reject_start(text: str, phrase: str, _: DateRange) -> DateRejection:
    return DateRejection(
        f"{quote(text)} says when something can start, not when it is due.",
        f"Write start: {phrase} for the start. Write the date when it should be done in target.",
    )


def _reject_after(text: str, *_: object) -> DateRejection:
    return DateRejection(
        f"{quote(text)} says what comes first, not when it is due.",
        "Write the first possible day in start, and the date when it should be done in target.",
    )


_FINISHED_PHRASE = rf"(?P<word>{FINISHED_REGEX})(?: on time| in full| early| late)?"
_FINISHED_DATE_REGEXES = (
    rf"{_FINISHED_PHRASE}(?: on| in| at| since| as of)?[ :;,(-]+(?:on |in )?(?P<date>[^ ].*?)[)]?",
    rf"(?P<date>.+?)[ :;,(-]+{_FINISHED_PHRASE}[)]?",
)


def _reject_finished(text: str) -> DateRejection | None:
    for regex in _FINISHED_DATE_REGEXES:
        match = compile_regex(regex).fullmatch(text)
        phrase = _spell_out(_strip(match["date"]).strip(" -")) if match else ""
        if match and phrase and not phrase.casefold().startswith("by "):
            is_closed = match["word"].casefold().endswith("closed")
            return _reject_ended(text, "closed" if is_closed else "complete", phrase)
    return None


def _reject_ended(text: str, status: str, phrase: str) -> DateRejection:
    """Reject the date on which work was finished or closed. Only for complete work is the status certain."""
    dated = {"complete": f"completed_on: {phrase}", "verified": f"verified:\n  on: {phrase}"}
    date_lines = dated.get(status, f"decided:\n  on: {phrase}")
    return DateRejection(
        f"{quote(text)} says when it was {'finished' if status == 'complete' else 'closed'}, not when it is due.",
        f"Write status: {status} and the date {phrase}.",
        lines={"target": f"status: {status}\n{date_lines}", "completed_on": f"completed_on: {phrase}"},
    )


_REVIEW_REGEX = (
    r"(?:to be |for |with |and |then |an? |the |next |formal |annual |due |will be )*"
    r"(?:review|reviewed|reviewing|revisit|revisited|refresh|refreshed|update|renewal)"
    r"(?: (?:due|date|again|on|in|by|at|from|is))*[ :-]+(?P<date>[^ ].*?)"
)
_ONGOING_REVIEW_REGEX = rf"{ONGOING_REGEX}[ .,;:(-]+{_REVIEW_REGEX}[)]?"
_ONGOING_START_REGEX = rf"{ONGOING_REGEX},? (?:from|since|starting|commencing) (?P<date>.+)"
_ONGOING_DATE_REGEX = rf"{ONGOING_REGEX}(?: - |[,;:] ?| \()(?P<date>[^ ].*?)[)]?"


def _reject_review(text: str) -> DateRejection | None:
    """Reject the date of a review in the place of a target: *Ongoing (review March 2027)*."""
    for regex, reject in (
        (_ONGOING_REVIEW_REGEX, _reject_ongoing_with_review),
        (_REVIEW_REGEX, _reject_review_alone),
        (_ONGOING_START_REGEX, _reject_ongoing_with_start),
        (_ONGOING_DATE_REGEX, _reject_ongoing_with_date),
    ):
        match = compile_regex(regex).fullmatch(text)
        phrase = _spell_out(_strip(match["date"])) if match else ""
        if phrase:
            return reject(text, phrase)
    return None


def _reject_ongoing_with_review(text: str, phrase: str) -> DateRejection:
    return DateRejection(
        f"{quote(text)} says that work is ongoing and when it is reviewed.",
        f"Write target: Ongoing and review_by: {phrase}.",
        lines={"target": f"target: Ongoing\nreview_by: {phrase}", "review_by": f"review_by: {phrase}"},
    )


def _reject_review_alone(text: str, phrase: str) -> DateRejection:
    return DateRejection(
        f"{quote(text)} says when something is reviewed, not when it is due.",
        f"Write review_by: {phrase}. Write the date when it should be done in target, or Ongoing.",
        lines={"review_by": f"review_by: {phrase}"},
    )


def _reject_ongoing_with_start(text: str, phrase: str) -> DateRejection:
    return DateRejection(
        f"{quote(text)} says that work is ongoing and when it starts.",
        f"Write target: Ongoing and start: {phrase}.",
        lines={"target": f"target: Ongoing\nstart: {phrase}"},
    )


def _reject_ongoing_with_date(text: str, phrase: str) -> DateRejection:
    due, review = f"{phrase} and ongoing", f"target: Ongoing and review_by: {phrase}"
    return DateRejection(
        f"{quote(text)} can mean that something is due by {phrase}, or that it is reviewed then.",
        f"Write {due} if it is due then, or {review}.",
    )


_REMOVED_REGEX = (
    r"(?:(?:originally|original|previously|was|from) )?(?P<date>.+?)[ ,;:(-]+(?:(?:is|date|target) )*"
    r"(?:now|new date|revised|revised to|revised date|moved to|changed to|extended to|deferred to|rescheduled)[ :-]+"
    r"(?:tb[acd]|t\.b\.[acd]|to be (?:confirmed|agreed|decided|determined|advised))\.?[)]?"
)


def _reject_removed_target(text: str) -> DateRejection | None:
    """Reject a target that was withdrawn without a new one: *Was Dec 2026, now TBC*. The old date no longer applies."""
    match = compile_regex(_REMOVED_REGEX).fullmatch(text)
    phrase = _spell_out(_strip(match["date"]).strip(" -")) if match else ""
    if not phrase:
        return None
    return DateRejection(
        f"{quote(text)} is a target that has changed, and has no new date yet.",
        f"Write TBC, and the change from {phrase} to TBC under revisions.",
        lines={"target": f"target: TBC\nrevisions:\n  - from: {phrase}\n    to: TBC"},
    )


def _reject_date_with_status(text: str) -> DateRejection | None:
    """Reject a date with words about progress or delay: both the date and the status are kept."""
    words = _find_dates(text)
    dates = [word.phrase for word in words if word.date]
    others = [word.key.replace("-", "_") for word in words if not word.date and any(map(str.isalnum, word.key))]
    key = "_".join(other for other in others if other not in {"due", "by", "date"}) or "_".join(others)
    if len(dates) != 1 or key in _NEUTRAL_WORDS or key in _PAST_WORDS:
        return None
    if key in RATINGS or "_".join(others) in RATINGS:
        return DateRejection(
            f"{quote(text)} has a rating beside the date, but ratings are calculated.", f"Write {dates[0]}.", dates[0]
        )
    status = key if key in _OPEN_STATUSES | _ENDED_STATUSES else find_common_meaning("status", key)
    if status in _ENDED_STATUSES and "by" not in others:
        return _reject_ended(text, status, dates[0])
    if status not in _OPEN_STATUSES or compile_regex(ONGOING_REGEX).fullmatch(key.replace("_", " ")):
        return None
    return DateRejection(
        f"{quote(text)} has a status beside the date.",
        f"Write target: {dates[0]} and status: {status}.",
        lines={"target": f"status: {status}\ntarget: {dates[0]}"},
    )


_PAST_WORDS = _word_set("held live active started begun commenced")
_OPEN_STATUSES = frozenset({"open", "not_started", "in_progress", "on_hold"})
_ENDED_STATUSES = frozenset({"closed", "embedded", "noted", "risk_accepted", "superseded", "verified", "withdrawn"})
_OLD_WORDS = _word_set("was were orig originally original previously previous formerly initially initial from old")
_NEW_WORDS = _word_set(
    "now new revised revision rev extended extension ext moved slipped slippage changed change deferred "
    "delayed rescheduled postponed pushed amended updated to until till then forward -> => > \u2192 \u21d2"
)
_CHANGE_WORDS = (_OLD_WORDS | _NEW_WORDS) - {"from", "to", "until", "till", "then", ">"}
"""Words that are never part of a range, as *from* and *to* are."""
_LINKING_WORDS = _word_set("and & + is has been back brought agreed as")
_FINISHED_WORDS = _word_set(
    "complete completed done closed finished achieved delivered implemented concluded resolved actioned met"
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A date of a text (`phrase` is the date), or another word of it."""

    text: str
    phrase: str = ""
    date: DateRange | None = None

    @property
    def is_neutral(self) -> bool:
        return _is_neutral(self.text)

    @property
    def key(self) -> str:
        return self.text.strip(_SURROUNDING_PUNCTUATION + ".").casefold()


@dataclass(frozen=True, slots=True)
class _DateInText:
    """A date of a text with the words that belong to it."""

    phrase: str
    date: DateRange
    words: tuple[str, ...]

    @property
    def last_marker(self) -> str:
        markers = [word for word in self.words if word in _OLD_WORDS | _NEW_WORDS]
        return markers[-1] if markers else ""

    @property
    def is_old(self) -> bool:
        return self.last_marker in _OLD_WORDS

    @property
    def is_new(self) -> bool:
        return self.last_marker in _NEW_WORDS


def _find_dates(text: str) -> list[_Word]:
    """Return a text as dates, each as long as possible, and the words between them."""
    words = text.split(" ")
    if len(words) > _MAX_WORDS:
        return [_Word(word) for word in words]
    has_change = any(_Word(word).key in _CHANGE_WORDS for word in words)
    parts, start = list[_Word](), 0
    while start < len(words):
        end = _find_date_end(words, start, allow_range=not has_change)
        run = " ".join(words[start : end or start + 1])
        phrase = _spell_out(_strip(run)) if end else ""
        parts.append(_Word(run, phrase, _match_date(phrase)) if phrase else _Word(run))
        start = end or start + 1
    return parts


def _find_date_end(words: list[str], start: int, *, allow_range: bool) -> int:
    """Return where the longest date from a word on ends; 0 if none begins there."""
    for end in range(len(words), start, -1):
        match = _match_date(_spell_out(_strip(" ".join(words[start:end]))))
        if match and (allow_range or match.precision is not Precision.RANGE):
            return end
    return 0


def _reject_several_dates(text: str) -> DateRejection | None:
    words = _find_dates(text)
    dates = _attach_words(words)
    if rejection := _reject_target_and_completion(text, words, dates):
        return rejection
    known_words = _OLD_WORDS | _NEW_WORDS | _LINKING_WORDS
    is_understood = all(word.phrase or word.is_neutral or word.key in known_words for word in words)
    if not dates[1:]:
        return _reject_moved_target(text, dates[0]) if dates and is_understood else None
    message = f"{quote(text)} has {'more than two' if dates[2:] else 'two'} dates, but this field takes one."
    fix = "Write one date here. If the target changed, write the one that applies now, and the others under revisions."
    ordered = _order_dates(dates) if is_understood else []
    if not ordered:
        return DateRejection(message, fix)
    changes = "".join(f"\n  - from: {old.phrase}\n    to: {new.phrase}" for old, new in pairwise(ordered))
    return DateRejection(message, fix, lines={"target": f"target: {ordered[-1].phrase}\nrevisions:{changes}"})


def _reject_target_and_completion(text: str, words: list[_Word], dates: list[_DateInText]) -> DateRejection | None:
    """Reject a target beside the date of completion: *due 31/03/27, achieved 14/05/27*. Both dates are kept."""
    known_words = _FINISHED_WORDS | _OLD_WORDS | _LINKING_WORDS
    if not all(word.phrase or word.is_neutral or word.key in known_words for word in words):
        return None
    completed = [date for date in dates if _FINISHED_WORDS.intersection(date.words) and "by" not in date.words]
    targets = [date for date in dates if not {*_FINISHED_WORDS, "and"}.intersection(date.words)]
    if not len(completed) == len(targets) == 1 or dates[2:]:
        return None
    status = "closed" if "closed" in completed[0].words else "complete"
    ended = _reject_ended(text, status, completed[0].phrase)
    return DateRejection(
        f"{quote(text)} has the target and the date of completion, but this field takes one date.",
        f"Write target: {targets[0].phrase}. {ended.fix}",
        lines={"target": f"{ended.lines['target']}\ntarget: {targets[0].phrase}"},
    )


def _reject_moved_target(text: str, moved: _DateInText) -> DateRejection | None:
    """Reject a target with words for a change, without the date that it had before."""
    if moved.is_old or not _CHANGE_WORDS & {*moved.words}:
        return None
    return DateRejection(
        f"{quote(text)} is a target that has changed.",
        f"Write {moved.phrase}. If you know the target before that, add the change under revisions.",
        moved.phrase,
    )


def _attach_words(words: list[_Word]) -> list[_DateInText]:
    """Return the dates, each with the words before it, and those after it up to a closing bracket or the end."""
    dates, waiting = list[_DateInText](), list[str]()
    for word in words:
        if word.date:
            dates.append(_DateInText(word.phrase, word.date, tuple(waiting)))
            waiting = []
            continue
        waiting.append(word.key)
        if dates and word.text[-1:] in {",", ";", ".", ")", "]"}:
            dates[-1] = _DateInText(dates[-1].phrase, dates[-1].date, (*dates[-1].words, *waiting))
            waiting = []
    if dates:
        dates[-1] = _DateInText(dates[-1].phrase, dates[-1].date, (*dates[-1].words, *waiting))
    return dates


def _order_dates(dates: list[_DateInText]) -> list[_DateInText]:
    """Return dates from the first target to the current one; none if the words do not show which is current."""
    words = {word for date in dates for word in date.words}
    if len({(date.date.earliest, date.date.latest) for date in dates}) < len(dates):
        return []
    if not words & (_OLD_WORDS | _NEW_WORDS):
        return [] if words & _LINKING_WORDS else sorted(dates, key=lambda date: date.date.latest)
    old = [date for date in dates if date.is_old]
    if not dates[2:] and len(old) == 1:
        return [*old, *(date for date in dates if not date.is_old)]
    if dates[0].is_new and not dates[1].is_new:
        return [] if dates[2:] else dates[::-1]
    return dates if not old or old == dates[:1] else []
