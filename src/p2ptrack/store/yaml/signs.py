"""The characters and patterns that reading looks for, each in one place."""

from __future__ import annotations

import re
import unicodedata

from p2ptrack.store.yaml import codes

HYPHEN_LOOKALIKES = (  # what word processors make of the hyphen of a list
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7\u25cf\u25aa"
)
CURLY_QUOTE_CHARACTERS = "“”„‟‘’‚‛"
STRAIGHT_QUOTES = "\"'"
RESERVED_CHARACTERS = {"@": "`@`", "%": "`%`", "`": "a backtick"}
NULL_WORDS = frozenset({"~", "null", "Null", "NULL"})
PROPERTY_ERRORS = {"&": codes.ANCHOR, "*": codes.ALIAS, "!": codes.TAG}
CONTROL_CHARACTERS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
BIDI_CHARACTERS = "\u202a-\u202e\u2066-\u2069"
INVISIBLE_SPACES = "\xa0\xad\u1680" + "".join(map(chr, range(0x2000, 0x2010))) + "\u202f\u205f\u2060\u3000"

CONTROL_PATTERN = re.compile(f"[{CONTROL_CHARACTERS}]")
BIDI_PATTERN = re.compile(f"[{BIDI_CHARACTERS}]")
INVISIBLE_PATTERN = re.compile(f"[{INVISIBLE_SPACES}]")
CONFLICT_PATTERN = re.compile(r"^(?:(?:<{7}|>{7}|\|{7})(?![<>|]).*|={7}[ \t]*$)", re.MULTILINE)

# Begins with one set of rare characters, so that the search runs past all others at full speed.
_SUSPECT_PATTERN = re.compile(
    rf"[#\\<=>|{CONTROL_CHARACTERS}{BIDI_CHARACTERS}{INVISIBLE_SPACES}]"
    rf"(?:(?<=[\\{CONTROL_CHARACTERS}{BIDI_CHARACTERS}{INVISIBLE_SPACES}])|(?<=[ \t\"'\]}}\[{{,]#)#*[^\s#]|(?<=[<=>|])[<=>|]{{6}})"
)

_ASCII_SUSPECT_STRINGS = ("#", "\\", "<<<<<<<", "=======", ">>>>>>>", "|||||||")


def is_suspect(text: str) -> bool:
    """Whether a text that libyaml reads may still hide something: an end lost to `#`, a merge conflict, odd signs."""
    # The few signs of ASCII first, which takes half the time; its control characters are refused by libyaml itself.
    if text.isascii() and not any(suspect in text for suspect in _ASCII_SUSPECT_STRINGS):
        return False
    return _SUSPECT_PATTERN.search(text) is not None


_CHARACTER_NAMES = {
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


def describe_character(char: str) -> str:
    """Return what the character is called, with its article."""
    common_name = _CHARACTER_NAMES.get(char)
    name = unicodedata.name(char, "control character").lower()
    return common_name or ("an " if name[0] in "aeio" else "a ") + name


def format_code_point(char: str) -> str:
    """Return the character's number as Unicode writes it after `U+`."""
    return f"{ord(char):04X}"
