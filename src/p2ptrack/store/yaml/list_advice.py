"""Advice for lists: every id and every name that was written is kept, without brackets, dashes and remarks."""

from __future__ import annotations

import re

from p2ptrack.store.yaml.source_text import BLANKS, LintedText, format_scalar
from p2ptrack.store.yaml.text_blocks import TextValue

LIST_FIELDS = frozenset(
    {
        "asks:",
        "blocked_by:",
        "covers:",
        "depends_on:",
        "inferred:",
        "meetings:",
        "phases:",
        "recommendations:",
        "report_refs:",
        "roles:",
        "same_deliverable_as:",
        "see_also:",
        "sources:",
        "superseded_by:",
        "supporting:",
        "truncated:",
        "unanswered:",
        "updates:",
    }
)
"""Fields that hold a list, so that a bracket at the start of the value is not part of a text."""

_MAX_LENGTH = 5000
_SEPARATOR = re.compile(r"[ \t]*(?:[,;&+]|\band\b)[ \t]*(?:and\b[ \t]*)?", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z]{1,4}[0-9][\w.-]*")


def suggest_list_without_brackets(source: LintedText, value: TextValue) -> str:
    """Return the advice for a list in brackets whose entries begin with dashes, or nothing if it is not one."""
    text = source.text[value.start : value.start + _MAX_LENGTH]
    inner, closing, _ = text[1:].partition("]")
    entries = [line.strip().rstrip(",").rstrip() for line in inner.split("\n") if line.strip(BLANKS)]
    if not closing or not entries or any(character in inner for character in "[{"):
        return ""
    if "\n" not in inner:
        entries = [entry.strip() for entry in inner.split(",")]
        if not all(entry.startswith("- ") for entry in entries):
            return ""
        line = source.replace_span((value.start, value.start + len(inner) + 2), f"[{_join_values(entries)}]")
        return f"Leave the dashes out: a list in brackets has none:\n{line}"
    if not entries[0].startswith("- "):
        return ""
    start = source.line_start(value.header_end)
    header = source.text[start : value.header_end].rstrip(BLANKS)
    indent = " " * (value.column + 2)
    lines = [f"{indent}{entry}" if entry.startswith("- ") else f"{indent}  {entry}" for entry in entries]
    return "\n".join(["Leave the brackets out, because a list with dashes has none:", header, *lines])


def _join_values(entries: list[str]) -> str:
    return ", ".join(format_scalar(entry.removeprefix("-").strip()) for entry in entries)


def suggest_values_after_list(brackets: str, rest: str) -> tuple[str, str] | None:
    """Return the advice and the value for a list in brackets with more after it: more entries, or a remark."""
    inner = brackets[1:-1].strip()
    if any(character in inner for character in "[{"):
        return None
    words = [word.strip("[] \t") for word in _SEPARATOR.split(rest.strip(BLANKS))]
    added = [word for word in words if word]
    is_separated = rest[0] in ",;&+[" or rest.lower().startswith("and ")
    if added and (is_separated or all(map(_ID.fullmatch, added))) and not any("(" in word for word in added):
        values = ", ".join([inner, *(word if word[0] in "\"'" else format_scalar(word) for word in added)])
        return "Put all of them in one pair of brackets", f"[{values}]"
    remark = rest.lstrip("/#*").strip()
    if not any(map(str.isalnum, remark)):
        return None
    return "If the words after the bracket are a comment, begin it with a space and `#`", f"{brackets}  # {remark}"
