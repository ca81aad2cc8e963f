"""Placeholder words, such as TBC and n/a: they stand where a name, a reason or evidence belongs, and state nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from p2ptrack.phrases import fold_text

_MAX_LENGTH = 80
"""A longer text is not a placeholder."""

_PLACEHOLDERS = frozenset({
    *("tba", "tbc", "tbd", "tbd/tbc", "tba/tbc", "na", "n/a", "n.a", "n/k", "none", "nil", "null", "x", "xx", "xxx"),
    *("not yet", "not known", "not known yet", "not yet known", "unknown", "not stated", "not recorded", "unspecified"),
    *("not applicable", "not available", "not decided", "not yet decided", "undecided", "not agreed", "not yet agreed"),
    *("not yet confirmed", "not confirmed", "unconfirmed", "not approved", "not yet approved", "not verified"),
    *("not yet verified", "not assigned", "not yet assigned", "unassigned", "unallocated", "not allocated"),
    *("not yet allocated", "not appointed", "not yet appointed", "not yet identified", "not yet in post", "vacant"),
    *("vacancy", "vacant post", "post vacant", "currently vacant", "vacant position", "no one", "no-one", "nobody"),
    *("nobody yet", "no one yet", "none yet", "no reason", "no reason given", "no evidence", "none given"),
    *("to follow", "to come", "pending", "outstanding", "awaited", "as above", "see above", "see below", "ditto"),
    *("blank", "empty", "placeholder", "lorem ipsum", "example", "text", "name", "the name", "post", "job title"),
    *("who", "why", "what", "when", "who approved it", "why it moved", "why it was moved", "what shows it"),
    *("what it waits for", "whose it is", "what happened", "the reason", "reason", "the approver", "approver"),
    *("the verifier", "verifier", "somebody", "someone", "anybody", "evidence", "the evidence", "owner", "the owner"),
})  # fmt: skip
"""Texts that state nothing, as `fold_text` returns them. The last lines are words that advice has used as examples."""

_OPEN_QUESTION = re.compile(
    r"(?:still |yet )?to be (?:confirmed|agreed|decided|determined|advised|appointed|assigned|identified|allocated"
    r"|announced|named|nominated|notified|recruited|established|specified|clarified|verified|approved)"
    r"(?: (?:by|at|in|on|after|once|when|with|following|shortly|soon|later|asap)\b.{0,40})?"
)
_WAITING_FOR_SOMEBODY = re.compile(
    r"(?:awaiting|subject to|not yet|yet to be|tb[acd] (?:by|at|in|once|when|after|following))\b.{0,60}"
    r"|vacan(?:t|cy)(?: (?:at present|post|position|role|until|since|from|being)\b.{0,40})?"
)
_AWAITED = re.compile(
    r"(?:awaiting|pending) (?:\w+ )?(?:approval|confirmation|decision|verification|evidence|sign-off|appointment)"
    r"(?: (?:by|at|from|in|of|to)\b.{0,40})?"
)

_SURROUNDING = " .,:;!?*_~()[]{}<>\"'\u201c\u201d-"


def is_placeholder(text: str) -> bool:
    """Whether a text states nothing: `TBC`, `n/a`, `To be confirmed by the Board`, `-`."""
    if len(text) > _MAX_LENGTH:
        return False
    phrase = fold_text(text).strip(_SURROUNDING)
    if not any(character.isalnum() for character in phrase):
        return True
    phrase = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", phrase) if "." in phrase else phrase  # t.b.c
    phrase = re.sub(r" ?/ ?", "/", phrase)
    return phrase in _PLACEHOLDERS or any(
        pattern.fullmatch(phrase) is not None for pattern in (_OPEN_QUESTION, _AWAITED)
    )


@lru_cache(maxsize=4096)
def is_nobody(text: str) -> bool:
    """Whether a text in the place of a name names nobody: a placeholder, or `Vacant at present`."""
    if is_placeholder(text):
        return True
    phrase = fold_text(text).strip(_SURROUNDING)
    return len(text) <= _MAX_LENGTH and _WAITING_FOR_SOMEBODY.fullmatch(phrase) is not None


def has_name(text: str | None) -> bool:
    """Whether a field that names somebody is stated and is not a placeholder."""
    return text is not None and not is_nobody(text)


def has_meaning(text: str | None) -> bool:
    """Whether a field that gives a reason or names a document is stated and is not a placeholder."""
    return text is not None and not is_placeholder(text)
