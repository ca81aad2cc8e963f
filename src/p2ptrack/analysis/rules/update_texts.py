"""Interpret the text of an update: no information; work finished, begun, late or continuing; expected dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from string import punctuation

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import Links
from p2ptrack.model.advice import is_placeholder
from p2ptrack.model.dates.council_date import month_number
from p2ptrack.model.fields import CLOSED_STATUSES, STATUSES_NEEDING_DECISION, Status
from p2ptrack.model.records import Record, TrackedRecord, Update
from p2ptrack.phrases import fold_text
from p2ptrack.values import compile_on_use

_EMPTY_WORDS_TEXT = """\
a about above absence absent according action actioned actions actively add addressed addressing adequate advised
after again agency all also amber amser an and annual any anything ar are area as at authority available awaited
awaiting aware bau be been before being below board business by can carried change changed changes chased chasing
close colleagues comment commentary comments committee completion confirm consideration considering continue continued
continues continuing council course current currently cyfarfod cynnydd date dda ddiweddariad dealt department did dim
discussion discussions diweddariad due each effort efforts ended eto expected far feedback follow following follows
for force forward from further future gadarnhau general go goes going good green gwaith hand has have heb held hyd i'w
iawn implement implementation implementer implementing in information initiative into is issue issues it item items
its kept last lead leave line little llafar look looked looking made mae mae'r make making meeting meetings members
monitor monitored monitoring movement moving much mynd n/a na new newid next nil no none normal not note noted nothing
now of officer officers on ongoing open oral orally our out outstanding over owner pace parhau parhaus pellach pending
per planned please position present previous previously proceeding progress progressed progresses progressing provide
put quarter quo rag reach reached recent recommendation red regular remain remained remaining remains replies reply
request requested requesting response responses return rhagddo roi rolled same satisfactorily satisfactory scheduled
see service session shortly sick significant since so some someone soon stage stands status steadily steady still
taken talks target tba tbc tbd team that the them then there these they this those time timeline timelines timescale
timescales to toward towards track trust trywydd unchanged under undertaken underway until up update updated updates
usual verbal verbally very waiting was watching we wedi well were will wip with within work working works y yet yma yn
"""
_EMPTY_WORDS = frozenset(_EMPTY_WORDS_TEXT.split())
"""Words without information. A text of only these words names no completed work, no number and no next step."""

_DOCUMENT_WORDS = frozenset(
    {
        *("agenda", "brief", "plan", "plans", "process", "report", "reports", "response", "review", "schedule"),
        "timetable",
    }
)
_COMPLETION_WORDS = frozenset({"complete", "completed", "done", "finished"})
"""A complete document is information; either word alone is not."""

_RECEIPT_WORDS = frozenset(
    {"discussed", "given", "issued", "presented", "provide", "provided", "received", "reported", "submitted"}
)
_NO_RECEIPT = compile_on_use(
    r"\b(?:no|not|nothing|none|to be|will be|await\w*|being|as|since|last|previously|previous)\b"
)
"""Words by which something is still to be received, is missing or was received earlier."""

_NOT_STARTED = compile_on_use(
    r"(?:not|yet|nothing|no work)(?: \w+){0,2} (?:started|begun|commenced|start|begin|commence)"
)
_START_WORDS = frozenset({"started", "begun", "commenced", "start", "begin", "commence", "work"})
_SPOKEN_UPDATE = compile_on_use(r"[^.!?\d]*\b(?:verbal|oral|spoken)(?:ly)? (?:update|report|briefing)\b[^.!?\d]*[.!]?")
_SPOKEN_REPORT = compile_on_use(
    r"[^.!?\d]*\b(?:update[ds]?|report(?:ed|s)?)\b(?: \w+){0,4} (?:verbally|orally)\b[^.!?\d]*[.!]?"
)
_PERIOD = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|winter|q[1-4]|next|\d)[\w /.-]{0,20}"
)
_NOT_DUE = compile_on_use(
    r"(?:(?:this|the|action|item|recommendation|it|is|are) )*not (?:yet )?due"
    rf"(?: (?:until|before|by|for completion until) (?:the )?(?:(?:end|start) of |early |late |mid[- ])?{_PERIOD})?[.]?"
)
"""Repeats the target date: *Not due until March 2027*."""

_SAME_AS = compile_on_use(
    r"(?:there is |the )?(?:position |status )?(?:is |has been |remains )?"
    r"(?:unchanged|no change|no progress|the same|same)(?: (?:position|status|update|change))?"
    rf" (?:as|since|from)(?: (?:in|at|of|last))? (?:the )?{_PERIOD}[.]?"
)
"""An update that refers to an earlier one: *Unchanged since July 2026*, *Same position as in July*."""

_MAX_WORDS = 20
_MAX_PLACEHOLDER_WORDS = 3
_WORD = compile_on_use(r"n/a|[^\W_]+(?:'[^\W_]+)?")
_MARKUP = "*_`#>~ "


def is_uninformative(text: str) -> bool:
    """Whether an update names no fact: *On track*, *No change since last report*, *Verbal update to be given*."""
    if len(text) > 10 * _MAX_WORDS:
        return False
    folded = fold_text(text).strip(_MARKUP).replace("on-going", "ongoing").replace("under way", "underway")
    is_spoken = _SPOKEN_UPDATE.fullmatch(folded) or _SPOKEN_REPORT.fullmatch(folded)
    if is_spoken or _NOT_DUE.fullmatch(folded) or _SAME_AS.fullmatch(folded):
        return True
    if any(character.isdigit() for character in text):
        return False
    words = set(_WORD.findall(folded))
    if len(words) <= _MAX_PLACEHOLDER_WORDS and is_placeholder(text):
        return True
    if len(words) > _MAX_WORDS:
        return False
    return _drop_vague_words(words, folded) <= _EMPTY_WORDS


def _drop_vague_words(words: set[str], text: str) -> set[str]:
    """Remove words that name a fact only in some sentences: *Work has started*, but not *No work has started*."""
    vague_words = {word for word in words if month_number(word)} if words >= {"update", "will"} else set[str]()
    if _NOT_STARTED.search(text):
        vague_words |= _START_WORDS
    if _NO_RECEIPT.search(text):
        vague_words |= _RECEIPT_WORDS
    if not (words & _DOCUMENT_WORDS and words & _COMPLETION_WORDS):
        vague_words |= _DOCUMENT_WORDS | _COMPLETION_WORDS
    return words - vague_words


# These patterns search folded text, which has single spaces.
_THING = r"(?:action|item|recommendation|follow-up|follow up|point|matter|record|entry)"
_CONDITION = r"(?! (?:once|when|if|after|until|subject|following|unless|pending)\b)"
_THIS = rf"(?:(?:this|the|that) {_THING}(?: \S{{1,8}})?|it|this)"
_END = rf"(?= ?(?:[.;,:)!]|$|\band\b|\bas\b|\bat\b|\bby\b|\bto\b|\bin\b|\bfrom\b)){_CONDITION}"
_PROPOSAL = (
    rf"\b(?:propos|recommend|request|suggest|seek|ask)\w* (?:that )?(?:"
    rf"(?:for|its|the|formal)? ?closure(?: of {_THIS})?{_END}"
    rf"|to close(?: {_THIS})?{_END}"
    rf"|closing {_THIS}{_END}"
    rf"|(?:{_THIS} )?(?:to|is|can|should|may|will)? ?(?:now )?be closed{_END}"
    rf"|{_THIS} is (?:now )?closed{_END})"
    rf"|\b{_THIS} (?:can|may|should|could) (?:now )?be (?:closed|removed|signed off){_END}"
    rf"|\b(?:can|may|should|could) now be closed{_END}"
    rf"|\bready (?:for closure|to close|to be closed){_END}"
    rf"|\bclosure (?:is |of {_THIS} (?:is )?)?(?:proposed|recommended|requested|sought){_CONDITION}"
    rf"|\bto be (?:proposed|recommended|put forward) for closure{_END}"
    rf"|\b(?:propos|recommend|request|suggest)\w* for (?:closure|sign[- ]off){_END}"
    rf"|\b(?:please|(?:would like|wish|want|propose|agrees?|agreed) to|propose|suggest|recommend) close"
    rf"(?: {_THIS})?{_END}"
    rf"|\b{_THIS} (?:is |can be |may be |should be |now )*considered (?:as |to be )?(?:closed|complete){_END}"
    rf"|\b(?:propos\w*|recommend\w*|request\w*|suggest\w*|to be|can be|may be)(?: (?:its|for))? remov(?:al|ed) from "
    rf"(?:the |this )?(?:action )?(?:log|list|plan|register|tracker){_END}"
    rf"|\b(?:cynigir|cynnig|argymhellir|argymell|gofynnir am) (?:ei )?(?:cau|gau)\b|\bi'w gau\b"
)
_WHOLE_PROPOSAL = compile_on_use(
    r"(?:action |item |recommendation )?(?:(?:to|for|awaiting|pending|ready for) clos(?:e|ure)|(?:now )?closed)"
    r"(?:,? ?[-(]? ?(?:subject to|pending|awaiting) (?:\w+ ){0,3}(?:approval|agreement|committee|sign[- ]off)\)?)?[.!]?"
)
_OTHER_SUBJECT = compile_on_use(r"(?<!\bit )(?<!\bthis )\b(?:is|are|was|were|been|be)(?: now)? $")
_OWN_SUBJECT = compile_on_use(rf"\b{_THIS} (?:is|was|has been|will be|can be|be)(?: now)? $")
_DENIAL = compile_on_use(r"\b(?:not|no longer|cannot|can't|never|too early)\b[^.;]{0,30}$")
_MAX_DENIAL_LENGTH = 50


def has_closure_proposal(text: str) -> bool:
    """Whether an update proposes to close its record, without a condition that is still to be met."""
    folded = _fold(text)
    if _list_parts(text).isdisjoint(_PROPOSAL_PARTS):
        return False
    if _WHOLE_PROPOSAL.fullmatch(folded):
        return True
    starts = (match.start() for match in re.finditer(_PROPOSAL, folded))
    return any(_is_about_record(folded[max(start - _MAX_DENIAL_LENGTH, 0) : start]) for start in starts)


def _is_about_record(before: str) -> bool:
    """Whether the words before a proposal neither deny it nor name something else: *The school is proposed for …*."""
    is_other = _OTHER_SUBJECT.search(before) is not None and _OWN_SUBJECT.search(before) is None
    return not is_other and _DENIAL.search(before) is None


# The state of the work by the clauses of an update: continuing, begun, finished or late.

_CLAUSE_END = compile_on_use(r"[.;!?](?= |$)")
_NUMBER = r"(?:\d[\d,.]{0,9}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_OPEN_WORK = compile_on_use(
    r"\b(?:(?:work|discussions?|negotiations?|recruitment|training|testing|roll-out|rollout|implementation|development)"
    r"(?: \w+){0,9}"
    r" (?:continues?(?! as (?:before|normal|usual))|continuing|ongoing|is ongoing|goes on|in progress"
    r"|under way|underway|remains)\b"
    r"|(?:remaining|outstanding) (?:work|actions?|steps?|tasks?|items?|elements?)\b"
    rf"|(?:{_NUMBER}|some|several|a few)(?: \w+){{0,3}} (?:outstanding\b|remaining\b"
    r"|remains?(?= to |,| active| in use| open| outstanding| unresolved|$))"
    r"|awaiting (?:\w+ ){0,3}(?:agreement|approval|appointment|comments|confirmation|decision|delivery|sign[- ]off)\b"
    r"|^not (?:yet )?(?:complete|completed|done|finished|implemented)\b"
    r"|(?:phase|stage) \w+ is (?:in progress|ongoing|under ?way)\b"
    r"|still (?:consulting|developing|drafting|negotiating|recruiting|testing|writing)\b"
    rf"|{_THIS} remains (?:active|incomplete|live|open|outstanding|unresolved)\b"
    r"|(?:has|have) slipped to\b|(?:has|have) been (?:deferred|delayed|postponed|put back) (?:to|until)\b"
    r"|no (?:\w+ ){1,3}(?:has|have) (?:yet )?been \w+ yet\b"
    r"|(?:still|yet) to be (?!closed)\w+"
    r"|still (?:awaited|awaiting|in progress|needs?|outstanding|pending|under ?way|waiting)\b"
    r"|not (?:yet (?!due|required|needed|applicable)\w+|all (?:been )?(?:complete|done|implemented)\w*"
    r"|been fully \w+)"
    r"|(?:has|have) not (?:yet )?been (?:started|completed|delivered|done|implemented|installed|trained|issued"
    r"|approved|adopted|signed)\b|^re-?opened\b|(?:has been|is|was) re-?opened\b"
    rf"|considers? {_THIS} (?:to be |as )?(?:still )?open\b"
    r"|part(?:ly|ially)? (?:completed?|implemented|in place|done|met|achieved|addressed)\b|(?:done|met) in part\b"
    r"|(?:nearly|almost) (?:complete|finished|done)\b|further work (?:is|will be) (?:required|needed)\b"
    r"|(?:\d|[1-9]\d)(?:\.\d{1,2})?(?:%| per ?cent) (?:(?:completed?|implemented|done|finished)\b"
    r"|(?:\w+ ){1,4}(?:so far|to date)\b)"
    r"|(?:remaining|(?:the|an?) (?:others?|rest|last|second|third|final|remainder))\b(?: \w+){0,4} "
    r"(?:will|to be|to follow|is due|are due|still)\b"
    r"|(?:are|is|was|were|needs?|has|have|due) (?:still )?to be (?:added|agreed|approved|arranged"
    r"|booked|built|completed"
    r"|confirmed|delivered|done|drafted|finalised|finished|implemented|installed|issued|published|recruited|rolled out"
    r"|signed|trained|written)\b|^(?:still )?(?:in progress|ongoing|under ?way)$)"
)
_HAS_STARTED = compile_on_use(
    r"\b(?:(?:under ?way|in progress|half (?:of|way)|partly|partially|in test|took place)\b"
    r"|(?:work|procurement|recruitment|training|testing|consultation|drafting|scoping|review|discussions|design"
    r"|development|implementation|roll-?out) (?:on \w+ )?(?:(?:has|have) )?(?:began|begun|started"
    r"|commenced|continues)\b"
    r"|(?:has|have|had|was|were|is|are)(?: been| now)? (?:begun|started|commenced|piloted|trialled"
    r"|drafted|tested|held"
    r"|built|appointed|bought|chosen|set up|tendered|scoped|procured|issued|rolled out|trained)\b"
    r"|(?:is|are) (?:now |currently )?being (?!recruited)(?:\w+ed|written|rewritten|built|drawn up|rolled out)\b"
    r"|draft(?: \w+)? (?:produced|prepared|completed|circulated|issued)\b|^currently \w+ing\b"
    rf"|{_NUMBER} (?:of|out of) (?:the )?{_NUMBER}\b|\d{{1,3}}% (?:complete|done|implemented)\b)"
)
_WORK = r"(?:actions?|items?|recommendations?|work|project|task|elements?|aspects|parts|points)"
_DONE = (
    r"(?:completed?|implemented|discharged|finished|done|closed|actioned|embedded"
    r"|(?:delivered|met)(?= in full))"
)
_FINISHED_CLAUSE = compile_on_use(
    rf"(?:(?:(?:the|this|that|all|both) )*(?:{_WORK} )?(?:of (?:the|this) {_WORK} )?"
    r"|(?:we|management|officers|the service) (?:consider|believe)s? (?:(?:the|this|that"
    r"|it) )(?:\w+ )?(?:to be |as |is )?)"
    r"(?:(?:is|are|was|were|has|have|been|now|since|already|fully|substantively) )*"
    rf"{_DONE}(?: in full)?(?: ?[\u2013\u2014:,(-].*"
    r"| (?:on|at|during|since|as|by|subject to|pending|and|into?|in) (?!part\b|principle|some\b|most\b|parts\b).*"
    rf"| [a-z]{{3,9}} \d{{4}})?"
)
_DONE_ELSEWHERE = compile_on_use(rf"\bin (?:\d|{_NUMBER}\b|some|most|all but|adults|phase|principle|part)")
_FINISHED = compile_on_use(
    r"\b(?:(?:is|are|been|was|now) (?:now )?fully (?:implemented|completed?|embedded|in place|operational)\b"
    r"|no further (?:action|work) (?:is )?(?:required|needed|necessary)(?: at (?:this|present).*)?$"
    rf"|(?:the|this|that) {_WORK} (?:is|has been|was) (?:now )?(?:fully )?(?:completed?|implemented"
    r"|discharged|finished|achieved|delivered|met|resolved|signed off)\b"
    r"|^nothing further (?:to do|is (?:needed|required))\b|^(?:fully |now )?(?:achieved|resolved)$)"
)
_DATE_NAME = (
    r"(?:target |completion |implementation |due |delivery |end |original |agreed ){0,3}(?:date|deadline|timescale)s?"
)
_OWN_DATE = rf"(?:^(?:the |this |its |our )?|\b(?:the|this|its|our|and) ){_DATE_NAME}"
_LATE = compile_on_use(
    r"\b(?:(?<!that )(?:is|are|was|were|been|be|being|now|this|it|work|progress|has|have)"
    r"(?: now| been| slightly| significantly| further){0,3}"
    r" (?:delayed|slipped|deferred|postponed|pushed back|put back|rescheduled)\b"
    r"|slipped\b|slippage\b|behind schedule\b|running late\b"
    r"|^(?:delayed|deferred|postponed|rescheduled)(?: (?:by|to|until|due|owing|because|pending|while|from"
    r"|in|on|at)\b|,|$)"
    r"|(?:^|\b(?:due|owing) to (?:a |further |the )?|\bbecause of )delays?\b"
    rf"|{_OWN_DATE} (?:\w+ ){{0,3}}(?:revised|moved|extended|changed|missed|pushed back|not be met|to be agreed)\b"
    rf"|(?:revised|new) {_DATE_NAME}(?: ?[:\u2013-]| (?:to be|is|of|will)\b| [\d]|$)"
    r"|(?:unable|not able) to meet\b|miss(?:ed)? (?:the|its|our) (?:target|deadline)\b|will not meet\b"
    r"|target(?: date)? (?:will|can|could|was|is) ?not (?:be )?(?:met|achieved)\b"
    r"|(?:request|seek|need|propos)\w* (?:an |for an |further )*extension\b"
    r"|extension (?:of time )?(?:is |has been |will be )?(?:needed|required|requested|sought)\b)"
)
_OPEN_PARTS = (
    *("remain", "outstanding", "still", "yet", "continu", "ongoing", "goes on", "in progress", "under way", "underway"),
    *("not all", "not been", "partly", "partial", "part ", "in part", "nearly", "almost", "further work", "%"),
    *("awaiting", "reopened", "re-opened", "consider", "not complete", "not done", "not finished", "not implemented"),
    *("slipped to", "been deferred", "been delayed", "been postponed", "been put back", "per cent", "percent", "to be"),
)
_REST_PARTS = ("rest", "other", "last", "second", "third", "final")
_LATER_PARTS = ("will", "to follow", "is due", "are due")
"""Parts that are left, with their verb: *The other two will follow.*"""
_STARTED_PARTS = (
    *("under way", "underway", "progress", "half", "partly", "partially", "in test", "took place", "began", "begun"),
    *("started", "commenced", "continues", "piloted", "trialled", "draft", "tested", "held", "built", "appointed"),
    *("bought", "chosen", "set up", "tendered", "scoped", "procured", "issued", "rolled out", "trained", "being"),
    *("currently", " of ", "%"),
)
"""Parts of words, one of which is in every such clause. Plain searches take a tenth of the pattern's time."""

_PROPOSAL_PARTS = frozenset({"clos", "considered", "remov", "sign off", "signed off", "cau ", "gau "})
_FINISHED_PARTS = frozenset(
    {
        *("complet", "implement", "discharged", "finish", "done", "clos", "actioned", "embed", "achieved", "deliver"),
        *("resolved", "signed off", "no further", "nothing further is", "nothing further to", "fully in place"),
        *("fully operational", "met in full", "been met", "fully met", "is met", "now met", "was met"),
    }
)
_LATE_PARTS = frozenset(
    {
        *("delay", "slip", "defer", "postpon", "reschedul", "put back", "push", "behind schedule", "running late"),
        *("miss", "to meet", "not meet", "extension", "date", "deadline", "timescale", "target"),
    }
)
_EXPECTED_PARTS = frozenset(
    {
        *("clear", "complet", "conclud", "deliver", "embed", "finalis", "finish", "go live", "goes live", "implement"),
        *("launch", "roll", "due", "now", "date", "deadline", "target", "delay", "slip", "defer", "postpon"),
        *("reschedul", "push", "put back", "moved", "extend"),
    }
)
_OWNER_LEFT_PARTS = frozenset(
    {"left", "retired", "resigned", "moved", "assigned", "reassigned", "allocated", "reallocated", "post", "role"}
)
"""Beginnings of words, one of which is in every text that a pattern matches: all are looked for in one search."""


def _join_parts(parts: Iterable[str]) -> str:
    """Return a pattern of the parts that compares their first letters first, and long parts before short ones."""
    groups = groupby(sorted(parts, reverse=True), key=itemgetter(0))
    return "|".join(f"{letter}(?:{'|'.join(part[1:] for part in group)})" for letter, group in groups)


_PARTS = compile_on_use(
    f" (?=({_join_parts(_PROPOSAL_PARTS | _FINISHED_PARTS | _LATE_PARTS | _EXPECTED_PARTS | _OWNER_LEFT_PARTS)}))"
)
_PUNCTUATION = str.maketrans(dict.fromkeys(punctuation, " "))

_ON_TIME = compile_on_use(r"\b(?:(?:back )?on (?:course|schedule|target|time|track)|will (?:still )?be met)\b")
_PUT_OFF = compile_on_use(
    r"\b(?:not|no|nil|none|never|without|once|when|if|until|unless|after|before|will|would|to be|should|expects?"
    r"|expected|part|partly|partially|almost|nearly|avoid\w*|risk of|rather than|phase \w+|stage \w+)\b[^.;]{0,40}$"
)
_DENIED = compile_on_use(r"\b(?:no|nil|none|not|without|zero|audit|monitoring|review|verification)(?: \w+){0,2} $")


@lru_cache(maxsize=256)  # several statements are looked for in each text
def _fold(text: str) -> str:
    return fold_text(text)


@lru_cache(maxsize=256)
def _split_clauses(text: str) -> tuple[str, ...]:
    return tuple(clause.strip(_MARKUP) for clause in _CLAUSE_END.split(_fold(text)))


@lru_cache(maxsize=256)
def _list_parts(text: str) -> frozenset[str]:
    """Return which parts of `_PARTS` begin a word of a text."""
    folded = _fold(text)
    words = folded.translate(_PUNCTUATION) if folded.isascii() else re.sub(r"[\W_]", " ", folded)
    return frozenset(_PARTS.findall(f" {words} "))


def _has_part(text: str, parts: Iterable[str]) -> bool:
    return any(map(text.__contains__, parts))


def _select_clauses(text: str, parts: Iterable[str]) -> list[str]:
    """Return the clauses of a text that contain one of these parts of words."""
    folded = _fold(text)
    present = [part for part in parts if part in folded]
    return [clause for clause in _split_clauses(text) if _has_part(clause, present)] if present else []


def has_open_work(text: str) -> bool:
    """Whether an update reports that work continues, or that a part of it is not done."""
    clauses = _select_clauses(text, _OPEN_PARTS)
    if _has_part(_fold(text), _LATER_PARTS):
        clauses += [clause for clause in _select_clauses(text, _REST_PARTS) if _has_part(clause, _LATER_PARTS)]
    return any(_states(_OPEN_WORK, clause, _DENIED) for clause in clauses)


def is_reported_started(text: str) -> bool:
    """Whether an update reports that work has begun."""
    return any(_states(_HAS_STARTED, clause, _PUT_OFF) for clause in _select_clauses(text, _STARTED_PARTS))


def is_reported_finished(text: str) -> bool:
    """Whether an update reports that the whole work is finished."""
    return any(map(_is_finished, _select_clauses(text, _list_parts(text) & _FINISHED_PARTS))) and not has_open_work(
        text
    )


def _is_finished(clause: str) -> bool:
    is_whole = _FINISHED_CLAUSE.fullmatch(clause) is not None and _DONE_ELSEWHERE.search(clause) is None
    return is_whole or _states(_FINISHED, clause, _PUT_OFF)


def is_reported_late(text: str) -> bool:
    """Whether an update reports that the work is late or that its date changes, and not that it will be on time."""
    is_late = any(_states(_LATE, clause, _PUT_OFF) for clause in _select_clauses(text, _list_parts(text) & _LATE_PARTS))
    return is_late and not any(map(_ON_TIME.search, _split_clauses(text)))


def _states(pattern: re.Pattern[str], clause: str, denial: re.Pattern[str]) -> bool:
    """Whether a clause has words that the words before them do not deny or postpone."""
    starts = (match.start() for match in pattern.finditer(clause))
    return any(denial.search(clause[max(start - _MAX_DENIAL_LENGTH, 0) : start]) is None for start in starts)


# Dates by which work is expected, in updates and requests.

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = (
    r"(?:(?:the )?(?:end|start|beginning) of )?(?:(?:early|mid|late)[ -])?(?:\d{1,2}(?:st|nd|rd|th)? )?"
    rf"{_MONTH},? \d{{4}}"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d{2}-\d{2}|q[1-4],? \d{4}[/-]\d{2,4}"
    r"|(?:the )?(?:end of )?(?:spring|summer|autumn) \d{4}|(?:the )?end of \d{4}(?:/\d{2,4})?"
)
_AT = rf"(?P<date>{_DATE})(?![\w/])"
_BY_DATE = compile_on_use(rf"\b(?:by|before|no later than|not later than) {_AT}", re.IGNORECASE)
_ANY_DATE = compile_on_use(rf"\b{_AT}", re.IGNORECASE)
_EXPECTED = compile_on_use(
    r"\b(?:clear|complet|conclud|deliver|embed|finalis|finish|go[- ]live|goes live|implement|launch|roll(?:ed|ing)? out"
    r"|rollout)\w*[^\d]{0,40}$"
    r"|\b(?:now|is|are) due(?: for completion| to complete)?(?: by| in| on)? $"
    r"|\b(?:estimated|expected|anticipated|revised|new|planned|forecast|target)(?: \w+)? (?:date|deadline|completion)"
    r"(?: is| now| of|:){0,2} $|^(?:target|due|now)(?: for completion)?:?(?: by| in)? $"
)
_MOVED = compile_on_use(
    r"\b(?:delay|slip|defer|postpon|reschedul|push|put back|moved|extend)[a-z]*[^\d]{0,50}(?:\d[^a-z]{0,12})?"
    rf"(?:{_MONTH} \d{{4}})?[^\d]{{0,12}}$"
)
_PLAN = compile_on_use(
    r"\b(?:will|expect|anticipat|estimat|plan|schedul|due|aim|hope|intend|on course|to be|target|should|revised|new)"
)
_OTHER_DATE = compile_on_use(
    r"\b(?:act|contract|election|funding|grant|lease|legislation|licen[cs]e|next|regulations?|review|warranty)\b"
)


_YEAR = compile_on_use("[0-9](?:[09][0-9]{2}|[/.][0-9])")
"""A part of each of these dates: a year from 1900 to 2099, or digits with a separator.

It begins with a digit, so that a search takes a tenth of the time of the whole patterns.
"""


def find_requested_date(text: str) -> str:
    """Return the only deadline in a request, as written; otherwise an empty text."""
    if not _YEAR.search(text):
        return ""
    dates = {match["date"] for match in _BY_DATE.finditer(" ".join(text.split()))}
    return dates.pop() if len(dates) == 1 else ""


def list_expected_dates(text: str) -> tuple[str, ...]:
    """Return the dates by which an update expects the work to be done, or to which it reports that it has moved."""
    dates: list[str] = []
    if _list_parts(text).isdisjoint(_EXPECTED_PARTS) or not _YEAR.search(text):
        return ()
    for clause in _CLAUSE_END.split(" ".join(text.split())):
        for match in _ANY_DATE.finditer(clause) if _YEAR.search(clause) else ():
            before = fold_text(clause[max(match.start() - _MAX_BEFORE_DATE, 0) : match.start()] + "|")[:-1].lstrip()
            is_planned = _EXPECTED.search(before) and _PLAN.search(before)
            if (is_planned or _MOVED.search(before)) and not _OTHER_DATE.search(before):
                dates.append(match["date"])
    return tuple(dates)


_MAX_BEFORE_DATE = 100


# Events, waiting and the responsible officer in updates.

_PAST_EVENT = compile_on_use(
    r"\b(?:adopted|agreed|approved|awarded|completed|delivered|discussed|held|implemented|issued|launched|met|opened"
    r"|presented|published|received|reported|signed|submitted|went live|took place)"
    r"(?: formally| in full| successfully)?"
    rf"(?: (?:at|by|in|with)(?: \w{{1,20}}){{1,5}}?)? on (?:\w{{3,6}}day,? )?(?P<date>\d{{1,2}} {_MONTH} \d{{4}})\b",
    re.IGNORECASE,
)
_PLANNED = compile_on_use(
    r"\b(?:arranged|be|booked|deferred|due|expected|extended|if|invited|moved|next|once|planned|postponed|rescheduled"
    r"|scheduled|set|should|subject|timetabled|to|until|unless|when|will)\b",
    re.IGNORECASE,
)


def list_past_events(text: str) -> tuple[str, ...]:
    """Return the dates, as written, on which an update reports that something was done."""
    if " on " not in text or not _YEAR.search(text):
        return ()
    dates: list[str] = []
    for clause in _CLAUSE_END.split(" ".join(text.split())):
        matches = _PAST_EVENT.finditer(clause)
        dates += [match["date"] for match in matches if not _PLANNED.search(clause[: match.start("date")])]
    return tuple(dates)


_WAITING = compile_on_use(
    r"\b(?:awaiting|awaits|waiting|waits|held up|blocked|on hold until|depends on|dependent on)\b"
)


def list_waiting_clauses(text: str) -> list[str]:
    """Return the clauses of an update, folded, that say that the work waits for something."""
    return [clause for clause in _split_clauses(text) if _WAITING.search(clause)]


_OWNER_HAS_LEFT = compile_on_use(
    r"\b(?:action|lead|responsible|accountable) (?:officer|owner) (?:has |have )?(?:now |since )?"
    r"(?:left|retired|resigned|moved on|moved to another)\b(?! (?:a|an|it|out|over|the note|this|that|to)\b)"
    r"|\b(?:actions?|recommendation|work) (?:will|is to|needs to|has to|must) be re-?(?:assigned|allocated)\b"
)
_POST_IS_VACANT = compile_on_use(
    r"\b(?:post|role)(?: of [\w ]{1,60}?)? (?:has been|have been|was|is|is being|has now been|no longer)"
    r" (?:abolished|deleted|disestablished|removed|exists?|made redundant|redundant)\b"
)


def has_owner_left(text: str, owners: Sequence[str]) -> bool:
    """Whether an update reports that the responsible officer has left, or that the post of one of `owners` is gone."""
    folded = _fold(text)
    if _list_parts(text).isdisjoint(_OWNER_LEFT_PARTS):
        return False
    has_post = _POST_IS_VACANT.search(folded) is not None and any(fold_text(owner) in folded for owner in owners)
    return has_post or _OWNER_HAS_LEFT.search(folded) is not None


# Statements of the newest updates that may contradict the fields of their records.


CLOSURE_PROPOSAL, FINISHED, OPEN_WORK = "closure proposal", "finished", "open work"
STARTED, LATE, EXPECTED_DATE = "begun", "late", "expected date"
WAITING, OWNER_LEFT = "waiting", "officer gone"
FINISHED_STATUSES = CLOSED_STATUSES | {Status.COMPLETE}


def iter_newest_updates(case: Case, *statements: str) -> Iterator[tuple[TrackedRecord, Update, str, str]]:
    """Yield records with the newest update, the field path of its text and the text, where it makes a statement.

    Only records are searched whose status or target date may contradict the statement on some day.
    """
    statements_by_record = case.register.search_records(
        "newest update", partial(_list_statements, case.links), "updates"
    )
    for record, _ in (entry for entry in statements_by_record if not set(entry[1]).isdisjoint(statements)):
        newest = case.links.find_newest_update(record) if isinstance(record, TrackedRecord) else None
        if isinstance(record, TrackedRecord) and newest:
            index = next(index for index, update in enumerate(record.updates) if update is newest)
            yield record, newest, f"updates[{index}].text", newest.text or ""


def _list_statements(links: Links, record: Record) -> list[str]:
    newest = links.find_newest_update(record) if isinstance(record, TrackedRecord) else None
    if not isinstance(record, TrackedRecord) or newest is None or not newest.text:
        return []
    text, status = newest.text, record.status
    closure = [CLOSURE_PROPOSAL] if has_closure_proposal(text) else []
    is_open = status not in FINISHED_STATUSES or status in STATUSES_NEEDING_DECISION  # until the day of the decision
    is_empty = is_uninformative(text)
    is_finished = (is_open or is_empty) and is_reported_finished(text)
    if is_empty and not is_finished:
        return closure
    statements = {
        FINISHED: is_open and is_finished,
        OPEN_WORK: status in FINISHED_STATUSES and has_open_work(text),
        STARTED: status is Status.NOT_STARTED and is_reported_started(text),
        EXPECTED_DATE: is_open and record.target and list_expected_dates(text),
        LATE: is_open and record.target and is_reported_late(text),
        WAITING: is_open and record.blocked_by and list_waiting_clauses(text),
        OWNER_LEFT: is_open and record.accountable and has_owner_left(text, record.accountable),
    }
    return closure + [name for name, is_present in statements.items() if is_present]


def get_updates(record: Record) -> tuple[Update, ...]:
    """Return the updates of a record; none of one that is not tracked."""
    return record.updates if isinstance(record, TrackedRecord) else ()
