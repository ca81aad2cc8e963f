"""Which records of the register an imported draft is, and what differs: nothing that exists is overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from p2ptrack.imports.cells import Labels, find_word
from p2ptrack.imports.drafts import RecordDraft
from p2ptrack.model.records import Record, TrackedRecord, kind_of
from p2ptrack.phrases import fold_text, quote
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class ImportMatches:
    """The drafts that are new, those that are records already, and the records of the source that have no draft."""

    new: tuple[RecordDraft, ...]
    known: tuple[tuple[RecordDraft, Record], ...]
    gone: tuple[Record, ...]


def match_drafts(drafts: Sequence[RecordDraft], records: Iterable[Record], source: str) -> ImportMatches:
    """Match drafts with records of the same kind and source: by the request, then by the place in the source.

    Each record matches once. Without a source, only the request counts.
    """
    candidates = [record for record in records if (record.source.id if record.source else "") == source]
    by_text: dict[tuple[str, str], list[Record]] = defaultdict(list)
    by_ref: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in candidates:
        kind = kind_of(record).name
        by_text[kind, _fold(record.origin_text or record.agreed_action or record.title)].append(record)
        if record.source and record.source.ref:
            by_ref[kind, fold_text(record.source.ref)].append(record)
    matched: dict[int, Record] = {}
    taken: set[str] = set()
    for find in (_find_by_both, _find_by_text, _find_by_ref):
        for index, draft in enumerate(drafts):
            if index in matched:
                continue
            record_found = next((each for each in find(draft, by_text, by_ref) if each.id not in taken), None)
            if record_found is not None:
                matched[index] = record_found
                taken.add(record_found.id)
    kinds = {draft.kind.name for draft in drafts}
    gone = [each for each in candidates if source and each.id not in taken and kind_of(each).name in kinds]
    return ImportMatches(
        tuple(draft for index, draft in enumerate(drafts) if index not in matched),
        tuple((drafts[index], record) for index, record in sorted(matched.items())),
        tuple(gone),
    )


_Index = dict[tuple[str, str], list[Record]]


def _fold(text: str) -> str:
    return fold_text(" ".join(text.split()))


def _text_of(draft: RecordDraft) -> str:
    return _fold(draft.values.get("origin_text") or draft.values.get("agreed_action") or draft.values["title"])


def _ref_of(draft: RecordDraft) -> str:
    return fold_text(draft.values.get("source", {}).get("ref", ""))


def _find_by_text(draft: RecordDraft, by_text: _Index, by_ref: _Index) -> list[Record]:
    del by_ref
    return by_text.get((draft.kind.name, _text_of(draft)), [])


def _find_by_both(draft: RecordDraft, by_text: _Index, by_ref: _Index) -> list[Record]:
    ids = {record.id for record in by_ref.get((draft.kind.name, _ref_of(draft)), [])}
    return [record for record in _find_by_text(draft, by_text, by_ref) if record.id in ids]


def _find_by_ref(draft: RecordDraft, by_text: _Index, by_ref: _Index) -> list[Record]:
    """Return the records with the reference that the file states. A counted row says nothing once rows move."""
    del by_text
    ref = _ref_of(draft)
    return [] if not ref or ref.startswith("row ") else by_ref.get((draft.kind.name, ref), [])


def list_differences(draft: RecordDraft, record: Record, labels: Labels) -> Iterator[str]:
    """Yield a sentence for each thing that the file states otherwise than the record."""
    text = draft.values.get("origin_text")
    if text and record.origin_text and _fold(text) != _fold(record.origin_text):
        yield f"{record.id}: the request reads differently now: {quote(text)}. The record keeps its text."
    if not isinstance(record, TrackedRecord):
        return
    target = _read_raw(draft.values.get("target"))
    recorded = record.target.raw if record.target else ""
    if target and target != recorded:
        yield (
            f"{record.id}: the target is {quote(target)} in the file and {quote(recorded) if recorded else 'missing'} "
            f"in the record. Was it moved, or is it a correction? To move it: p2ptrack extend {record.id}"
        )
    word = draft.values.get("status")
    if isinstance(word, str) and find_word("status", word, labels) != str(record.status or ""):
        yield f"{record.id}: the status is {quote(word)} in the file and {record.status or 'missing'} in the record."
    texts = {_fold(update.text) for update in record.updates if update.text}
    for update in draft.values.get("updates", []):
        if update.get("text") and _fold(update["text"]) not in texts:
            yield f"{record.id}: a new update: {quote(update['text'])}. To add it: p2ptrack update {record.id}"


def _read_raw(value: Any) -> str:
    return str(value.get("raw", "")) if isinstance(value, dict) else str(value or "")
