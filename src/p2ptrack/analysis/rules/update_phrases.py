"""What the words of an update say: nothing at all, that a record can be closed, or that work goes on."""

from __future__ import annotations

import re

from p2ptrack.model.placeholders import is_placeholder
from p2ptrack.phrases import fold_text

_EMPTY_WORDS_TEXT = """\
a about above according action actions adequate advised after again all also amber an and any are as at available
awaited awaiting be been before being below board by can change changed changes close comment commentary comments
committee completion continue continued continues continuing course current currently date department due each ended
expected far follow following follows for forward from further future general go goes going good green has have held
in initiative is issue issues it item items its kept last line little made make making meeting members moving much
n/a na new next nil no none normal not note noted nothing now of officer officers on ongoing open oral orally our
outstanding owner pace pending per planned position present previous previously proceeding progress progressed
progresses progressing put rag recent recommendation red regular remain remained remaining remains same
satisfactorily satisfactory scheduled see service session shortly significant since so some soon stands status
steadily steady still target tba tbc tbd that the them then there these they this those time timescale to track
unchanged underway until up update updated updates usual verbal verbally very was we well were will with within work
working works yet
"""
_EMPTY_WORDS = frozenset(_EMPTY_WORDS_TEXT.split())
"""Words that name no fact. A text of these alone says nothing that was done, no number and no next step."""

_DOCUMENT_WORDS = frozenset(
    {"agenda", "brief", "plan", "plans", "process", "report", "reports", "response", "schedule", "timetable"}
)
_COMPLETION_WORDS = frozenset({"complete", "completed", "done", "finished"})
"""A document that is complete is a fact. Either word by itself is none."""

_RECEIPT_WORDS = frozenset(
    {"discussed", "given", "issued", "presented", "provided", "received", "reported", "submitted"}
)
_NO_RECEIPT = re.compile(r"\b(?:no|not|nothing|none|to be|will be|await\w*|being|as|since|last|previously|previous)\b")
"""What makes a receipt a future one, a missing one or an earlier one."""

_NOT_STARTED = re.compile(r"(?:not|yet|nothing|no work)(?: \w+){0,2} (?:started|begun|commenced|start|begin|commence)")
_START_WORDS = frozenset({"started", "begun", "commenced", "start", "begin", "commence", "work"})
_SPOKEN_UPDATE = re.compile(r"[^.!?\d]*\b(?:verbal|oral|spoken)(?:ly)? (?:update|report|briefing)\b[^.!?\d]*[.!]?")
_SPOKEN_REPORT = re.compile(r"[^.!?\d]*\b(?:update[ds]?|report(?:ed|s)?) (?:\w+ )?(?:verbally|orally)\b[^.!?\d]*[.!]?")
_MAX_WORDS = 20
_MAX_PLACEHOLDER_WORDS = 3
_WORD = re.compile(r"n/a|[^\W_]+(?:'[^\W_]+)?")
_MARKUP = "*_`#>~ "


def is_uninformative(text: str) -> bool:
    """Whether an update names no fact: *On track*, *No change since last report*, *Verbal update to be given*."""
    if len(text) > 10 * _MAX_WORDS or any(character.isdigit() for character in text):
        return False
    folded = fold_text(text).strip(_MARKUP).replace("on-going", "ongoing").replace("under way", "underway")
    if _SPOKEN_UPDATE.fullmatch(folded) or _SPOKEN_REPORT.fullmatch(folded):
        return True
    words = set(_WORD.findall(folded))
    if len(words) <= _MAX_PLACEHOLDER_WORDS and is_placeholder(text):
        return True
    if len(words) > _MAX_WORDS:
        return False
    return _drop_vague_words(words, folded) <= _EMPTY_WORDS


def _drop_vague_words(words: set[str], text: str) -> set[str]:
    """Leave out words that name a fact only in another sentence: *No work has started* and *Work has started*."""
    vague_words: set[str] = set()
    if _NOT_STARTED.search(text):
        vague_words |= _START_WORDS
    if _NO_RECEIPT.search(text):
        vague_words |= _RECEIPT_WORDS
    if not (words & _DOCUMENT_WORDS and words & _COMPLETION_WORDS):
        vague_words |= _DOCUMENT_WORDS | _COMPLETION_WORDS
    return words - vague_words


_THING = r"(?:action|item|recommendation|follow-up|follow up|point|matter|record|entry)"
_CONDITION = r"(?!\s+(?:once|when|if|after|until|subject|following|unless|pending)\b)"
_THIS = rf"(?:(?:this|the|that)\s+{_THING}(?:\s+\S{{1,8}})?|it|this)"
_END = rf"(?=\s*(?:[.;,:)!]|$|\band\b|\bas\b|\bat\b|\bby\b|\bto\b|\bin\b|\bfrom\b)){_CONDITION}"
_PROPOSAL = re.compile(
    rf"\b(?:propos|recommend|request|suggest|seek|ask)\w*\s+(?:that\s+)?(?:"
    rf"(?:for|its|the|formal)?\s*closure(?:\s+of\s+{_THIS})?{_END}"
    rf"|to\s+close(?:\s+{_THIS})?{_END}"
    rf"|closing\s+{_THIS}{_END}"
    rf"|(?:{_THIS}\s+)?(?:to|is|can|should|may|will)?\s*(?:now\s+)?be\s+closed{_END}"
    rf"|{_THIS}\s+is\s+(?:now\s+)?closed{_END})"
    rf"|\b{_THIS}\s+(?:can|may|should|could)\s+(?:now\s+)?be\s+(?:closed|removed|signed off){_END}"
    rf"|\b(?:can|may|should|could)\s+now\s+be\s+closed{_END}"
    rf"|\bready\s+(?:for\s+closure|to\s+close|to\s+be\s+closed){_END}"
    rf"|\bclosure\s+(?:is\s+|of\s+{_THIS}\s+(?:is\s+)?)?(?:proposed|recommended|requested|sought){_CONDITION}"
    rf"|\bto\s+be\s+(?:proposed|recommended|put forward)\s+for\s+closure{_END}"
)
_DENIAL = re.compile(r"\b(?:not|no longer|cannot|can't|never|too early)\b[^.;]{0,30}$")


def may_propose_closure(text: str) -> bool:
    """Whether a text has a word of a proposal: plain searches take a tenth of the time of the pattern."""
    return "los" in text or "igned off" in text or "emoved" in text or "LOS" in text


def has_closure_proposal(text: str) -> bool:
    """Whether an update proposes to close its record, without a condition that is still to be met."""
    folded = fold_text(text)
    return any(not _DENIAL.search(folded[: match.start()]) for match in _PROPOSAL.finditer(folded))


_OPEN_WORK = re.compile(
    r"\b(?:work|discussions?|negotiations?|recruitment|training|testing|roll-out|rollout|implementation|development)"
    r"(?:\s+\w+){0,4}\s+(?:continues?|continuing|ongoing|is ongoing|goes on|in progress|under way|underway|remains)\b"
    r"|\b(?:remaining|outstanding)\s+(?:work|actions?|steps?|tasks?|items?|elements?)\b"
    r"|\b(?:still|yet)\s+to\s+be\s+(?!closed)\w+|\bstill\s+in\s+progress\b|\bnot\s+yet\s+(?:complete|finished|done)\b"
)


def has_open_work(text: str) -> bool:
    """Whether an update says that work goes on."""
    return _OPEN_WORK.search(fold_text(text)) is not None
