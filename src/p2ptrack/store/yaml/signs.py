"""The characters and patterns that reading looks for, each in one place."""

from __future__ import annotations

import re
import unicodedata

from p2ptrack.store.yaml import codes

OTHER_HYPHENS = (  # what word processors make of the hyphen of a list
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7\u25cf\u25aa"
)
CURLY = "“”„‟‘’‚‛"
QUOTES = "\"'"
RESERVED = {"@": "`@`", "%": "`%`", "`": "a backtick"}
NULL_WORDS = frozenset({"~", "null", "Null", "NULL"})
PROPERTIES = {"&": codes.ANCHOR, "*": codes.ALIAS, "!": codes.TAG}
CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
BIDI = "\u202a-\u202e\u2066-\u2069"
UNSEEN = "\xa0\xad\u1680" + "".join(map(chr, range(0x2000, 0x2010))) + "\u202f\u205f\u2060\u3000"

CONTROL_SIGN = re.compile(f"[{CONTROL}]")
BIDI_SIGN = re.compile(f"[{BIDI}]")
UNSEEN_SIGN = re.compile(f"[{UNSEEN}]")
CONFLICT_LINE = re.compile(r"^(?:(?:<{7}|>{7}|\|{7})(?![<>|]).*|={7}[ \t]*$)", re.MULTILINE)

# Begins with one set of rare characters, so that the search runs past all others at full speed.
_SUSPECT = re.compile(
    rf"[#\\<=>|{CONTROL}{BIDI}{UNSEEN}]"
    rf"(?:(?<=[\\{CONTROL}{BIDI}{UNSEEN}])|(?<=[ \t\"'\]}}\[{{,]#)#*[^\s#]|(?<=[<=>|])[<=>|]{{6}})"
)

_ASCII_SUSPECTS = ("#", "\\", "<<<<<<<", "=======", ">>>>>>>", "|||||||")


def is_suspect(text: str) -> bool:
    """Whether a text that libyaml reads may still hide something: an end lost to `#`, a merge conflict, odd signs."""
    # The few signs of ASCII first, which takes half the time; its control characters are refused by libyaml itself.
    if text.isascii() and not any(sign in text for sign in _ASCII_SUSPECTS):
        return False
    return _SUSPECT.search(text) is not None


_NAMES = {
    "\x00": "a NUL",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
    "\x1b": "an escape character",
    "\x7f": "a delete character",
    "\x85": "a next line character",
    "\xa0": "a no-break space",
    "\xad": "a soft hyphen",
    "\ufeff": "a byte order mark",
}


def name_of(char: str) -> str:
    """Return what the character is called, with its article."""
    known = _NAMES.get(char)
    name = unicodedata.name(char, "control character").lower()
    return known or ("an " if name[0] in "aeio" else "a ") + name


def number_of(char: str) -> str:
    """Return the character's number as Unicode writes it after `U+`."""
    return f"{ord(char):04X}"
