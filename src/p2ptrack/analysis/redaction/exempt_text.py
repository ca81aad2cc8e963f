"""Tag exempt text, so that the exemption travels with every value that a paper prints.

Members and officers see exempt text, which a paper must mark. The tag is a pair of private-use characters around the
value: it survives attribute access, f-strings, joins and excerpts, so that a report cannot lose it. The document
builder (`reports.exempt_marks`) turns tags into marks; nothing else prints them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from p2ptrack.analysis.audience import ExemptTag
from p2ptrack.analysis.redaction.exemptions import (
    expand_implied_fields,
    has_valid_fields,
    iter_exemptions,
    parse_paragraphs,
)
from p2ptrack.analysis.redaction.redact import NON_TEXT_FIELDS, map_text
from p2ptrack.model.fields import IdMarker
from p2ptrack.model.programme import ExemptionLaw
from p2ptrack.model.records import Record
from p2ptrack.model.register import Register
from p2ptrack.model.schema import list_references, text_field_names

_OPEN, _START, _END = "\U000f0000", "\U000f0001", "\U000f0002"
_FIRST_DIGIT = 0xF0010
_TAGS = re.compile(f"{_OPEN}([{chr(_FIRST_DIGIT)}-{chr(_FIRST_DIGIT + 9)}]*){_START}?([^{_OPEN}{_END}]*)(?:{_END}|$)?")
_CONTROLS = re.compile(f"[{_OPEN}{_START}{_END}{chr(_FIRST_DIGIT)}-{chr(_FIRST_DIGIT + 9)}]")
_INDEX = re.compile(r"\[\d+\]")


def tag_exempt_text(register: Register) -> tuple[Register, tuple[ExemptTag, ...]]:
    """Return the register with every exempt text tagged, and the exemptions that the tags refer to."""
    tags: list[ExemptTag] = []
    law = register.programme.policy.exemption_law
    records = tuple(_tag_record(record, law, tags) for record in register.records)
    return (replace(register, records=records), tuple(tags)) if tags else (register, ())


def _tag_record(record: Record, law: ExemptionLaw, tags: list[ExemptTag]) -> Record:
    scopes: list[tuple[str, tuple[str, ...], int]] = []
    for exemption in iter_exemptions(record):
        fields = exemption.exempt.fields if has_valid_fields(exemption.model, exemption.exempt) else ()
        scopes.append((exemption.path.removesuffix("exempt"), expand_implied_fields(fields), len(tags)))
        has_only_text = {name.partition(".")[0] for name in fields} <= text_field_names(type(record))
        covers_facts = exemption.path == "exempt" and not (fields and has_only_text)
        tags.append(ExemptTag(record.id, parse_paragraphs(exemption.exempt, law), covers_facts))
    if not scopes:
        return record
    links = {path for path, _, marker in list_references(record) if isinstance(marker, IdMarker)}

    def tag_text(path: str, text: str) -> str:
        if not text or path in links or path.rpartition(".")[2] == "id":
            return text
        number = next(
            (number for prefix, fields, number in reversed(scopes) if _is_in_scope(path, prefix, fields)), None
        )
        return text if number is None else tag_exempt(text, number)

    return map_text(record, tag_text, NON_TEXT_FIELDS)


def _is_in_scope(path: str, prefix: str, fields: tuple[str, ...]) -> bool:
    if not path.startswith(prefix):
        return False
    name = _INDEX.sub("", path.removeprefix(prefix))
    return not fields or any(f"{name}.".startswith(f"{field}.") for field in fields)


def tag_exempt(text: str, number: int) -> str:
    """Return a text with the number of the exemption that it falls under."""
    digits = "".join(chr(_FIRST_DIGIT + int(digit)) for digit in str(number))
    return f"{_OPEN}{digits}{_START}{_CONTROLS.sub('', text)}{_END}"


def remove_tags(text: str) -> str:
    """Return a text without tags."""
    return _CONTROLS.sub("", text)


def has_tags(text: str) -> bool:
    """Whether some of a text is tagged as exempt."""
    return _CONTROLS.search(text) is not None


def split_tagged(text: str) -> Iterator[tuple[str, int | None]]:
    """Yield the pieces of a text, each with the number of its exemption; None for what is not exempt.

    A text that was cut keeps its tag: without its end, what follows is exempt too; without its beginning, what
    precedes is, by an exemption whose number is lost (-1).
    """
    position = 0
    for match in _TAGS.finditer(text):
        yield from _split_untagged(text[position : match.start()])
        digits = "".join(str(ord(digit) - _FIRST_DIGIT) for digit in match[1])
        yield match[2], int(digits) if digits else -1
        position = match.end()
    yield from _split_untagged(text[position:])


def _split_untagged(text: str) -> Iterator[tuple[str, int | None]]:
    before, end, after = text.rpartition(_END)
    if end:
        yield remove_tags(before), -1
    if after:
        yield remove_tags(after), None
