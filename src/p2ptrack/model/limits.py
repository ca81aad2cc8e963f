"""The declared limits of a register: how long an id, a title, a word, a text and a list can be.

They are far above what a council writes. A file above one of them was made by a program, or to make a program fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic_core import PydanticCustomError

from p2ptrack.phrases import excerpt
from p2ptrack.values import dataclass

MAX_WEB_ADDRESS = 2_000
MAX_ERRORS = 100
"""Errors that are reported for one file, and findings of one rule for one record."""
MAX_SUGGESTIONS = 20
"""Unknown names of one record for which the nearest name is looked up."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit with its code and its entry in the documentation. `{maximum}` stands for the number."""

    code: str
    title: str
    maximum: int
    why: str
    example: str
    message: str
    fix: str

    def exceed(self, length: int, start: str = "") -> PydanticCustomError:
        """Return the error of a value that is longer, for a validator to raise. `start` is how the value begins."""
        values = {"length": f"{length:,}", "maximum": f"{self.maximum:,}", "start": excerpt(start, 40)}
        message, fix = self.message.format_map(values), self.fix.format_map(values)
        return PydanticCustomError("p2ptrack", "{message}", {"message": message, "code": self.code, "fix": fix})


_READ_PROPERLY = "Papers cannot print it, and one such value can stop every command."
ID = Limit(
    "S121",
    "Id that is too long",
    60,
    "File names, links and tables have room for an id of 60 characters.",
    "id: A" + "0" * 20 + "…   (and 40 more)",
    "This id has {length} characters. An id has at most {maximum}.",
    "Write a short id such as A01.",
)
TITLE = Limit(
    "S122",
    "Title that is too long",
    500,
    "A title is one line of a list.",
    "title: Review the contracts register, which … (500 characters)",
    "This title has {length} characters. A title has at most {maximum}.",
    "Write a short title, and put the whole text into another field, such as origin_text.",
)
WORD = Limit(
    "S123",
    "Word that is too long",
    200,
    _READ_PROPERLY,
    "note: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…   (200 letters without a space)",
    "“{start}” is a word of {length} characters. A word has at most {maximum}, and a web address 2,000.",
    "Add the spaces that are missing, or remove what is not text.",
)
TEXT = Limit(
    "S124",
    "Text that is too long",
    100_000,
    _READ_PROPERLY,
    "note: …   (a whole document of 100,000 characters)",
    "This text has {length} characters. A text has at most {maximum}.",
    "Write a summary here, and name the whole document under evidence.",
)
ENTRIES = Limit(
    "S125",
    "List that is too long",
    5_000,
    _READ_PROPERLY,
    "see_also: [A01, A02, …]   (5,000 ids)",
    "This has {length} entries. A list has at most {maximum}.",
    "Keep the entries that are needed. If they are separate items, write a record for each.",
)
ERRORS = Limit(
    "S126",
    "More errors in one file than are reported",
    MAX_ERRORS,
    "The first errors usually show what is wrong with the whole file.",
    "a file with thousands of names that are not fields",
    "This file has {length} more errors, which are not shown.",
    "Correct the errors that are shown, then run p2ptrack check again.",
)
LIMITS = (ID, TITLE, WORD, TEXT, ENTRIES, ERRORS)

# A line can break in these places, or between the characters of a script without spaces. Hardly any text needs the
# pattern, so it is compiled when one does.
_UNBREAKABLE = (
    r"[^\s/\\_=.*~#+|,;:&?%<>()\[\]{}\-\u00ad\u200b\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2010-\u2015\u2e80-\ua4cf"
    r"\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]" + f"{{{WORD.maximum + 1}}}"
)


def check_text(text: str) -> None:
    """Raise the field error of a text that is too long, or that has a word that is too long."""
    if len(text) > TEXT.maximum:
        raise TEXT.exceed(len(text))
    if word := _find_long_word(text):
        raise WORD.exceed(len(word), word)


def _find_long_word(text: str) -> str:
    start, maximum = 0, WORD.maximum
    while len(text) - start > maximum:
        last = start + maximum + 1
        end = text.rfind(" ", start, last)
        if end < 0:
            end = text.rfind("\n", start, last)
        if end < 0:  # rare, so that the slower search below is
            return next((word for word in text[start:].split() if _is_too_long(word)), "")
        start = end + 1
    return ""


def _is_too_long(word: str) -> bool:
    if len(word) > MAX_WEB_ADDRESS:
        return True
    return len(word) > WORD.maximum and "://" not in word and re.search(_UNBREAKABLE, word) is not None


_CONTAINERS = (list, tuple, dict)  # not a union in the check, which would be made anew for each list of each record


def check_entries(value: Iterable[object]) -> None:
    """Raise the field error of a list or mapping with too many entries."""
    if isinstance(value, _CONTAINERS) and len(value) > ENTRIES.maximum:
        raise ENTRIES.exceed(len(value))
