"""What the words of an update say: nothing at all, that a record can be closed, or that work goes on."""

from __future__ import annotations

import re

from p2ptrack.model.advice import is_placeholder
from p2ptrack.phrases import fold_text

_EMPTY_WORDS_TEXT = """\
a about above according action actions adequate advised after again all also amber amser an and any ar are as at
available awaited awaiting bau be been before being below board business by can change changed changes close comment
commentary comments committee completion continue continued continues continuing course current currently cyfarfod
cynnydd date dda ddiweddariad department dim discussion discussions diweddariad due each ended eto expected far follow
following follows for forward from further future gadarnhau general go goes going good green gwaith hand has have heb
held hyd i'w iawn in initiative is issue issues it item items its kept last line little llafar made mae mae'r make
making meeting meetings members monitor monitored monitoring moving much mynd n/a na new newid next nil no none normal
not note noted nothing now of officer officers on ongoing open oral orally our outstanding owner pace parhau parhaus
pellach pending per planned please position present previous previously proceeding progress progressed progresses
progressing put rag reach reached recent recommendation red regular remain remained remaining remains rhagddo roi same
satisfactorily satisfactory scheduled see service session shortly significant since so some soon stage stands status
steadily steady still talks target tba tbc tbd that the them then there these they this those time timeline timelines
timescale timescales to track trywydd unchanged under underway until up update updated updates usual verbal verbally
very was we wedi well were will with within work working works y yet yma yn
"""
_EMPTY_WORDS = frozenset(_EMPTY_WORDS_TEXT.split())
"""Words that name no fact. A text of these alone says nothing that was done, no number and no next step."""

_DOCUMENT_WORDS = frozenset(
    {
        *("agenda", "brief", "plan", "plans", "process", "report", "reports", "response", "review", "schedule"),
        "timetable",
    }
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
_SPOKEN_REPORT = re.compile(
    r"[^.!?\d]*\b(?:update[ds]?|report(?:ed|s)?)\b(?: \w+){0,4} (?:verbally|orally)\b[^.!?\d]*[.!]?"
)
_PERIOD = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|winter|q[1-4]|next|\d)[\w /.-]{0,20}"
)
_NOT_DUE = re.compile(
    r"(?:(?:this|the|action|item|recommendation|it|is|are) )*not (?:yet )?due"
    rf"(?: (?:until|before|by|for completion until) (?:the )?(?:(?:end|start) of |early |late |mid[- ])?{_PERIOD})?[.]?"
)
"""What the target date says already: *Not due until March 2027*."""

_MAX_WORDS = 20
_MAX_PLACEHOLDER_WORDS = 3
_WORD = re.compile(r"n/a|[^\W_]+(?:'[^\W_]+)?")
_MARKUP = "*_`#>~ "


def is_uninformative(text: str) -> bool:
    """Whether an update names no fact: *On track*, *No change since last report*, *Verbal update to be given*."""
    if len(text) > 10 * _MAX_WORDS:
        return False
    folded = fold_text(text).strip(_MARKUP).replace("on-going", "ongoing").replace("under way", "underway")
    if _NOT_DUE.fullmatch(folded) or _SPOKEN_UPDATE.fullmatch(folded) or _SPOKEN_REPORT.fullmatch(folded):
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
    """Leave out words that name a fact only in another sentence: *No work has started* and *Work has started*."""
    vague_words: set[str] = set()
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
_WHOLE_PROPOSAL = re.compile(
    r"(?:action |item |recommendation )?(?:(?:to|for|awaiting|pending|ready for) clos(?:e|ure)|(?:now )?closed)"
    r"(?:,? ?[-(]? ?(?:subject to|pending|awaiting) (?:\w+ ){0,3}(?:approval|agreement|committee|sign[- ]off)\)?)?[.!]?"
)
_OTHER_SUBJECT = re.compile(r"(?<!\bit )(?<!\bthis )\b(?:is|are|was|were|been|be)(?: now)? $")
_OWN_SUBJECT = re.compile(rf"\b{_THIS} (?:is|was|has been|will be|can be|be)(?: now)? $")
_DENIAL = re.compile(r"\b(?:not|no longer|cannot|can't|never|too early)\b[^.;]{0,30}$")
_MAX_DENIAL_LENGTH = 50


def may_propose_closure(text: str) -> bool:
    """Whether a text has a word of a proposal: plain searches take a tenth of the time of the pattern."""
    return any(part in text for part in ("los", "LOS", "ign off", "ign-off", "igned off", "emov", " cau", "gau"))


def has_closure_proposal(text: str) -> bool:
    """Whether an update proposes to close its record, without a condition that is still to be met."""
    folded = fold_text(text)
    if _WHOLE_PROPOSAL.fullmatch(folded):
        return True
    starts = (match.start() for match in re.finditer(_PROPOSAL, folded))
    return any(_is_about_record(folded[max(start - _MAX_DENIAL_LENGTH, 0) : start]) for start in starts)


def _is_about_record(before: str) -> bool:
    """Whether the words before a proposal neither deny it nor name something else: *The school is proposed for …*."""
    is_other = _OTHER_SUBJECT.search(before) is not None and _OWN_SUBJECT.search(before) is None
    return not is_other and _DENIAL.search(before) is None


_OPEN_WORK = (
    r"\b(?:work|discussions?|negotiations?|recruitment|training|testing|roll-out|rollout|implementation|development)"
    r"(?:\s+\w+){0,4}\s+(?:continues?|continuing|ongoing|is ongoing|goes on|in progress|under way|underway|remains)\b"
    r"|\b(?:remaining|outstanding)\s+(?:work|actions?|steps?|tasks?|items?|elements?)\b"
    r"|\b(?:still|yet)\s+to\s+be\s+(?!closed)\w+|\bstill\s+in\s+progress\b|\bnot\s+yet\s+(?:complete|finished|done)\b"
)


def has_open_work(text: str) -> bool:
    """Whether an update says that work goes on."""
    return re.search(_OPEN_WORK, fold_text(text)) is not None
