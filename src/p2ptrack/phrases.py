"""Phrases that messages, screens and papers share, suggestions of near words (*did you mean*), and similar letters."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache

from p2ptrack.values import compile_on_use

MAX_IDS = 8
"""How many ids a sentence names before it only counts the rest."""

MAX_EXCERPT_LENGTH = 60
MAX_COMPARED = 300
"""With more candidates than these, `suggest` considers single typing errors only."""

_MAX_WORD_LENGTH = 40
_TWO_ERRORS_FROM = 6
_PREFIXES_THAT_CHANGE_MEANING = frozenset({"un", "in", "im", "non", "dis", "de", "re", "no", "not"})
_DIGIT_RUNS = compile_on_use(r"[0-9]+|[^0-9]+")
_EQUAL_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\uff07\xb4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\xab\xbb\uff02"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u2060\ufeff"), None),
}


_QUOTED = r"\"[^\"]*\"|'[^']*'"
_TYPED_WORD = r"[^\s\"'“”]*[^\s\"'“”.,;:)]"
_COMMAND = compile_on_use(
    r"\bp2ptrack [a-z-]+(?: (?:actions?|contracts|recommendations?|exemptions?|[a-z]+(?:-[a-z]+)+)\b)?"
    rf"(?: (?:--?[a-z][a-z-]*(?: (?:{_QUOTED}|(?!-){_TYPED_WORD}))?|{_QUOTED}|[a-z._]+:{_TYPED_WORD}"
    r"|[A-Z]+[A-Z0-9-]*\b|@[\w-]+|[\w-]+/[\w./-]*\w))*"
    r"|\b(?:git|python|sudo|brew)(?: [^\s.,;“”]+)+"
)
_JOINING_CHARACTER = "\0"


def join_command_words(text: str) -> str:
    """Return text without spaces inside its commands, so that a line never ends within one.

    `split_command_words` restores them.
    """
    if "p2ptrack " not in text:
        return text
    return _COMMAND.sub(lambda match: match[0].replace(" ", _JOINING_CHARACTER), text)


def split_command_words(text: str) -> str:
    """Return text that `join_command_words` made, as it was."""
    return text.replace(_JOINING_CHARACTER, " ")


def pluralise(count: int, singular: str, plural: str = "") -> str:
    """Return a count with its noun: *1 action*, *2 actions*."""
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


def format_times(count: int) -> str:
    """Return a count of times: *once*, *twice*, *3 times*."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def format_shift(days: int) -> str:
    """Return by how many days a date moved: *by 90 days*, *31 days earlier*, *by 0 days*."""
    return f"{pluralise(-days, 'day')} earlier" if days < 0 else f"by {pluralise(days, 'day')}"


def join_words(words: Sequence[str], conjunction: str = "and") -> str:
    """Return words as a sentence lists them: *A, B and C*."""
    return f" {conjunction} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def join_ids(ids: Sequence[str], limit: int = MAX_IDS) -> str:
    """Return ids as a sentence lists them: *A01, A02 and A03*, or the first of them and how many more."""
    if len(ids) > limit:
        return f"{', '.join(ids[:limit])} and {len(ids) - limit} more"
    return join_words(ids)


def normalise_spelling(text: str) -> str:
    """Return text in NFC with one kind of apostrophe, quotation mark, dash and space, and its case unchanged.

    Runs of spaces and line ends become one space. Soft hyphens and characters without a width are removed.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_EQUAL_CHARACTERS)
    return " ".join(text.split())


def fold_text(text: str) -> str:
    """Return text for comparison: `normalise_spelling`, with case folded and without full stops at the end."""
    folded = normalise_spelling(text).casefold().rstrip(" .")
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


@lru_cache(maxsize=4096)  # a register repeats a few words thousands of times
def normalise_word(text: str) -> str:
    """Return a word as it is compared: `In progress`, `in-progress` and `in_progress` are the same."""
    return re.sub(r"[ _-]+", "_", fold_text(text)).strip("_")


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Return the items without repeats, in the order in which they came."""
    return tuple(dict.fromkeys(items))


def find_separator(texts: Iterable[str]) -> str:
    """Return what goes between the texts of a list: a comma, or a semicolon where one of them has a comma."""
    return "; " if any("," in text for text in texts) else ", "


def capitalise(text: str) -> str:
    """Return a text with its first letter in upper case: *FOI request*."""
    return text[:1].upper() + text[1:]


def uncapitalise(text: str) -> str:
    """Return a text with its first letter in lower case, as within a sentence.

    An abbreviation keeps its capitals: *FOI*.
    """
    first_word = text.partition(" ")[0]
    return text if first_word[1:] != first_word[1:].lower() else text[:1].lower() + text[1:]


def humanise(name: str) -> str:
    """Return a stable name as words: `in_progress` is *In progress*."""
    return name.replace("_", " ").capitalize()


def excerpt(text: str, limit: int = MAX_EXCERPT_LENGTH) -> str:
    """Return the beginning of a text on one line, with an ellipsis where it was cut."""
    line = " ".join(text[: 20 * limit].split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


_ABBREVIATION = compile_on_use(
    r"(?:^|[\s(])(?:[a-z]|e\.g|i\.e|approx|cf|cllr|co|dept|dr|etc|inc|ltd|mr|mrs|ms|no|nos|p|para|paras|pp|ref|st|vs)\.$",
    re.IGNORECASE,
)
_SENTENCE_END = compile_on_use(r"[.!?][\"'\u201d\u2019)]*(?=\s|$)")
_PARAGRAPH_END = compile_on_use(r"\n\s*(?:\n|[*+\-\u2022|][ \t]|#{1,6}[ \t]|\(?[0-9a-z]{1,3}[.)][ \t])")
_LEADING_MARKUP = compile_on_use(
    r"(?:(?!>[ \t]*[=£$€\d]|#[ \t]+\d|[+-][ \t]*[£$€]|\+[ \t]*\d)[#>*+\-\u2022]+[ \t]+"
    r"|\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})[.)][ \t]+(?=[\"'\u2018\u201c*_(]*[^\W\d_a-z]))+"
)
"""Markup of headings, quotations and lists.

A character before an amount, such as *> 50%*, and a number in a sentence are not markup.
"""
_INLINE_MARKUP = (
    (compile_on_use(r"!?\[([^\[\]]+)\]\((?:https?:|mailto:)[^()\s]*(?: \"[^\"()]*\")?\)", re.IGNORECASE), r"\1"),
    (compile_on_use(r"<(https?://[^<>\s]+)>", re.IGNORECASE), r"\1"),
    (compile_on_use(r"\*\*|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)|`"), ""),
    (compile_on_use(r"(?<![\w\\*])\*(?=[^\s*])([^*]*)\*(?![\w*])"), r"\1"),
    (compile_on_use(r"(?<![\w\\_])_(?=[^\s_])([^_]*)_(?![\w_])"), r"\1"),
    (compile_on_use(r"\\(?=[\s*_`#>+\-.!\[\]()|~<])"), ""),
)
"""Links, emphasis and escapes of Markdown, each with what papers print instead."""
_MARKUP_CHARACTER = compile_on_use(r"[\[<*_`\\]")
MAX_TITLE_LENGTH = 120


def find_first_sentence(text: str, limit: int = MAX_TITLE_LENGTH) -> str:
    """Return the first sentence of a text on one line, without Markdown; a long one is cut at a word."""
    beginning = text.strip()[: 10 * MAX_TITLE_LENGTH]
    if beginning.startswith("|"):  # the titles of a table
        beginning = ", ".join(filter(None, map(str.strip, beginning.partition("\n")[0].split("|"))))
    mark = _LEADING_MARKUP.match(beginning)
    line = " ".join(_PARAGRAPH_END.split(beginning[mark.end() if mark else 0 :], maxsplit=1)[0].split())
    for pattern, replacement in _INLINE_MARKUP if _MARKUP_CHARACTER.search(line) else ():
        line = pattern.sub(replacement, line)
    ends = (match.end() for match in _SENTENCE_END.finditer(line) if _ends_sentence(line[: match.end()]))
    sentence = line[: next(ends, len(line))]
    sentence = sentence.rstrip(" .:;") or sentence
    if len(sentence) <= limit:
        return sentence
    return f"{sentence[:limit].rpartition(' ')[0] or sentence[:limit]}…"


def _ends_sentence(text: str) -> bool:
    """Whether a sentence ends here. An abbreviation or a number alone, such as *2025.*, is no sentence."""
    return not _ABBREVIATION.search(text) and not text.strip("\"'\u201c\u2018(.)").isdecimal()


def quote(text: str) -> str:
    """Return the beginning of a text in quotation marks."""
    return f"“{excerpt(text)}”"


@lru_cache(maxsize=16_384)
def natural_key(id_: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key of an id in natural order: A2 before A10, R6 before R6.2."""
    letters = id_.rstrip("0123456789")
    if letters.isalpha() and letters != id_:  # nearly every id: a quarter of the time of the general way
        number = id_[len(letters) :].lstrip("0")
        return (1, 0, letters.casefold()), (0, len(number), number)
    # Digits by length, then digit by digit: Python refuses to make a number of thousands of digits.
    return tuple(
        [
            (0, len(digits := run.lstrip("0")), digits) if "0" <= run[0] <= "9" else (1, 0, run)
            for run in _DIGIT_RUNS.findall(id_.casefold())
        ]
    )


def find_equal_ids(unknown_id: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that differ by case and leading zeros alone: A1 means A01, not A31."""
    key, without_zeros = natural_key(unknown_id), unknown_id.casefold().replace("0", "")
    # To compare ids without zeros first is fast: natural keys of ten thousand ids take longer than the rest.
    return tuple(
        id_ for id_ in candidates if id_.casefold().replace("0", "") == without_zeros and natural_key(id_) == key
    )


def has_other_number(first: str, second: str) -> bool:
    """Whether two ids have the same letters and other numbers, such as R1 and R2: neither is the other misspelt."""
    letters, numbers = (
        [[run for run in natural_key(id_) if run[0] == kind] for id_ in (first, second)] for kind in (1, 0)
    )
    return letters[0] == letters[1] and numbers[0] != numbers[1]


def suggest(word: str, candidates: Collection[str], limit: int = 1) -> tuple[str, ...]:
    """Return the candidates that a word is likely to be a misspelling of, the likeliest first.

    A candidate counts if only case, spaces, hyphens, underscores or leading zeros differ. Otherwise it counts with one
    typing error (a character added, left out or changed, or two swapped), or with two from six characters on. A word
    that is merely similar is never suggested: it would mean something else.
    """
    folded = normalise_word(word)
    equal_names = [name for name in candidates if normalise_word(name) == folded] or find_equal_ids(word, candidates)
    if equal_names:
        return tuple(sorted(equal_names, key=natural_key)[:limit])
    if len(word) > _MAX_WORD_LENGTH:
        return ()
    if len(candidates) > MAX_COMPARED:
        misspelt = (_single_edits(word) | _single_edits(word.upper())) & set(candidates)
        return tuple(sorted(misspelt, key=natural_key)[:limit])
    near = []
    for candidate in candidates:
        allowed = 2 if max(len(folded), len(candidate)) >= _TWO_ERRORS_FROM else 1
        distance = edit_distance(folded, normalise_word(candidate), allowed)
        if distance <= allowed and not _is_opposite(folded, normalise_word(candidate)):
            near.append((distance, natural_key(candidate), candidate))
    return tuple(candidate for *_, candidate in sorted(near)[:limit])


def _is_opposite(word: str, candidate: str) -> bool:
    """Whether one of two words is the other with a prefix that changes its meaning: *incomplete* and *complete*."""
    longer, shorter = (word, candidate) if len(word) > len(candidate) else (candidate, word)
    return longer.endswith(shorter) and longer.removesuffix(shorter).rstrip("_") in _PREFIXES_THAT_CHANGE_MEANING


def did_you_mean(word: str, candidates: Collection[str]) -> str:
    """Return a sentence that names the likely candidate, with a space before it; otherwise nothing."""
    suggestions = suggest(word, candidates)
    return f" Did you mean {suggestions[0]}?" if suggestions else ""


def edit_distance(first: str, second: str, limit: int) -> int:
    """Return how many characters must be added, removed, changed or swapped with the next; `limit` + 1 when more."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before, previous = list(range(len(second) + 1)), list(range(len(second) + 1))
    for row, character in enumerate(first, 1):
        current = [row]
        for column, other in enumerate(second, 1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (character != other))
            if row > 1 and column > 1 and character == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return min(previous[-1], limit + 1)


def _single_edits(word: str) -> set[str]:
    """Return every text one typing error away. The work is the same for any number of candidates."""
    splits = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    alphabet = string.ascii_letters + string.digits + "."
    return {
        *(head + tail[1:] for head, tail in splits if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1),
        *(head + character + tail[1:] for head, tail in splits if tail for character in alphabet),
        *(head + character + tail for head, tail in splits for character in alphabet),
    }


# The characters that the packaged fonts have. The fonts are pinned, and a test compares this list with them.
_PRINTABLE_RANGES = """\
20-7e a0-180 18f 192-193 1a0-1a1 1af-1b0 1c2 1cd-1dc 1e2-1e3 1e6-1e7 1ea-1eb 1f4-1f5 1f8-1f9 1fc-1fd 218-21b 237
243 250-25c 25e-268 26a 26c-276 278-27b 27d-27e 280-284 288-292 294-295 298-299 29c-29d 29f 2a1-2a2 2b0 2b2-2b3
2b7-2b9 2bb-2bc 2be-2bf 2c1 2c6-2cc 2d0-2d1 2d8-2de 2e0-2e3 300-30c 30f 311-313 318-320 323-32a 32c 32e-331 334
339-33d 342 345 361 374-375 37a 37e 384-38a 38c 38e-3a1 3a3-3ce 3d0-3d1 3d5 3d7 3d9 3db 3dd 3e1 400-45f 462-463
472-475 490-493 496-49b 4a0-4a3 4aa-4ab 4ae-4b3 4b6-4b7 4ba-4bb 4c0-4c2 4cf-4d1 4d4-4d9 4e2-4e3 4e6-4e9 4ee-4ef
4f2-4f3 1d43 1d47-1d49 1d4d 1d4f-1d50 1d52 1d56-1d58 1d5b 1d9c 1da0 1dbb 1e06-1e07 1e0c-1e0f 1e16-1e17 1e20-1e21
1e24-1e25 1e2a-1e2b 1e32-1e3b 1e3e-1e49 1e52-1e53 1e58-1e63 1e6c-1e6f 1e80-1e85 1e8e-1e8f 1e92-1e97 1e9e
1ea0-1ef9 1f00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4
1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe 2007 2010 2012-2016 2018-201a 201c-201e 2020-2022 2025-2026
202f-2030 2032-2033 2035 2039-203a 203c-203f 2044 2047-2049 2070-2071 2074-2079 207d-2089 208d-208e 2094 20a1
20a4 20a6-20a7 20a9 20ab-20ac 20ae 20b1-20b2 20b4-20b5 20b8-20ba 20bd 20bf 2113 2116-2117 2120 2122 2126 212e
2150-215e 2189 2190-2193 2196-2199 2202 2206 220f 2211-2212 2215 2219-221a 221e 222b 2248 2260 2264-2265
231c-231f 25a0 25b2-25b3 25b6-25b7 25bc-25bd 25c0-25c1 25c6 25c9-25ca 25cc 2610-2611 266a 2713 2752 27e6-27e7
2e22-2e25 2e3a-2e3b fb00-fb04 feff 1f12f 1f16a-1f16b
"""

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
"""They only select a variant of the character before them."""


@cache
def get_printable_characters() -> frozenset[str]:
    """Return the characters that the fonts have."""
    bounds = (range_text.partition("-") for range_text in _PRINTABLE_RANGES.split())
    number_ranges = (range(int(first, 16), int(last or first, 16) + 1) for first, _, last in bounds)
    return frozenset(chr(number) for number_range in number_ranges for number in number_range)


_SIMILAR_CHARACTERS = {
    "-": "\u2011\u2043\ufe63",
    "\u2022": "\u25cf\u2219\u25e6\u26ab\u26aa\uf0b7\uf0a7\uf0d8\uf076",
    "\u25cc": "\u25cb",
    "\u2713": "\u2714\u2705\U0001f5f8\uf0fc",
    "\xd7": "\u2715\u2716\u2717\u2718\u274c\u274e\uf0fb",
    "\u2610": "\u25a1\u25fb\u25fd\u2b1c",
    "\u2611": "\u2612\U0001f5f9",
    "\u25a0": "\u25aa\u25fc\u25fe\u2b1b",
    "\u25b6": "\u25ba\u25b8\u27a2\u27a4\u2794",
    "\u25c0": "\u25c4\u25c2",
    "\u2192": "\u21d2\u27a1\u279c\uf0e0",
    "\u2190": "\u21d0\u2b05",
    "\u2191": "\u21d1\u2b06",
    "\u2193": "\u21d3\u2b07",
    "*": "\u2605\u2606\u2b50",
    "!": "\u26a0\u2757",
    "(red)": "\U0001f534\U0001f7e5",
    "(orange)": "\U0001f7e0\U0001f7e7",
    "(yellow)": "\U0001f7e1\U0001f7e8",
    "(green)": "\U0001f7e2\U0001f7e9",
    "(blue)": "\U0001f535\U0001f7e6",
    "(purple)": "\U0001f7e3\U0001f7ea",
    "(brown)": "\U0001f7e4\U0001f7eb",
}
_SIMILAR_BY_CHARACTER = {
    character: replacement for replacement, characters in _SIMILAR_CHARACTERS.items() for character in characters
}


@cache
def find_similar_character(character: str) -> str:
    """Return what papers print instead of a character that the fonts lack, or an empty text."""
    if similar := _SIMILAR_BY_CHARACTER.get(character):
        return similar
    normalised = unicodedata.normalize("NFKC", character)
    is_plain = normalised != character and normalised.strip() and get_printable_characters().issuperset(normalised)
    return normalised if is_plain else ""


def is_private_character(character: str) -> bool:
    """Whether a character is for private use, such as the bullets of a word processor."""
    return unicodedata.category(character) == "Co"


def find_missing_characters(text: str) -> tuple[str, ...]:
    """Return the visible characters of a text that the fonts lack, in the order of their code points."""
    if _is_windows_1252(text):
        return ()
    return tuple(
        character
        for character in sorted(frozenset(text) - get_printable_characters())
        if unicodedata.category(character) not in _INVISIBLE_CATEGORIES and ord(character) not in _VARIATION_SELECTORS
    )


def find_unprintable_characters(text: str) -> tuple[str, ...]:
    """Return the characters without a similar printable one, and those that other programs may not show."""
    return tuple(
        character
        for character in find_missing_characters(text)
        if is_private_character(character) or not find_similar_character(character)
    )


_COMMENT = compile_on_use(
    r"<\s*!\s*[-\u2010-\u2015].*?(?:[-\u2010-\u2015]\s*>|\Z)|\{#.*?(?:#\}|\Z)"
    r"|^[ ]{0,3}\[[^\]\n]*\]:[ \t]*(?:#|<>)[ \t]*[(\"'][^\n]*$|^[ ]{0,3}\[(?://|comment)\]:[^\n]*$",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
"""Comments of HTML, also with the dash that a word processor makes of two hyphens, of Markdown and of templates."""


def find_comments(text: str) -> tuple[str, ...]:
    """Return the parts of a text that look like comments."""
    # A search for one character first is several times as fast.
    may_have_one = "<" in text or ("{" in text and "{#" in text) or ("]" in text and "]:" in text)
    return tuple(_COMMENT.findall(text)) if may_have_one else ()


def remove_comments(text: str) -> str:
    """Return a text without the parts that look like comments."""
    return _COMMENT.sub("", text) if find_comments(text) else text


def _is_windows_1252(text: str) -> bool:
    """Whether Western keyboards write all of a text. The fonts have these characters; this is the fast check."""
    if text.isascii():
        return True
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


_LATIN_LETTERS = str.maketrans(
    {
        0x0410: "A",
        0x0412: "B",
        0x0415: "E",
        0x0405: "S",
        0x0406: "I",
        0x0408: "J",
        0x041A: "K",
        0x041C: "M",
        0x041D: "H",
        0x041E: "O",
        0x0420: "P",
        0x0421: "C",
        0x0422: "T",
        0x0425: "X",
        0x0423: "Y",
        0x0430: "a",
        0x0435: "e",
        0x043E: "o",
        0x0440: "p",
        0x0441: "c",
        0x0443: "y",
        0x0445: "x",
        0x0456: "i",
        0x0458: "j",
        0x0455: "s",
        0x0391: "A",
        0x0392: "B",
        0x0395: "E",
        0x0396: "Z",
        0x0397: "H",
        0x0399: "I",
        0x039A: "K",
        0x039C: "M",
        0x039D: "N",
        0x039F: "O",
        0x03A1: "P",
        0x03A4: "T",
        0x03A5: "Y",
        0x03A7: "X",
    }
)
"""Cyrillic and Greek letters that look like a Latin one."""


def fold_lookalikes(text: str) -> str:
    """Return text with Latin letters in place of Cyrillic and Greek ones that look the same."""
    return text if text.isascii() else text.translate(_LATIN_LETTERS)


_LIKELY_ID = compile_on_use(r"[A-Za-z]{1,4}[0-9]{1,4}(?:\.[0-9]{1,3})*")


def suggest_id(text: str) -> str:
    """Return the id that a text with extra characters means: `A01` for `A 01` or `A-01`; an empty text for none."""
    normalised = "".join(
        char if char.isascii() else unicodedata.normalize("NFKC", char).translate(_LATIN_LETTERS) for char in text
    )
    id_ = re.sub(r"[\s_/-]+", "", normalised.strip("[(]).,;:'\""))
    return id_ if _LIKELY_ID.fullmatch(id_) else ""


def describe_lookalike(text: str) -> str:
    """Return a sentence about the first character that looks like a plain letter or digit, or an empty text."""
    for char in text:
        normalised = char if char.isascii() else unicodedata.normalize("NFKC", char).translate(_LATIN_LETTERS)
        if normalised != char and len(normalised) == 1 and normalised.isascii() and normalised.isalnum():
            name = unicodedata.name(char, "special").partition(" ")[0].capitalize()
            return f"{char} is a {name} character (U+{ord(char):04X}). Type a plain {normalised}."
    return ""
