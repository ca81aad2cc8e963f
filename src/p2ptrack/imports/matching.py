"""Match the drafts of a file with records, by the reference in the source and the similarity of the request."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from p2ptrack.errors import OperationError
from p2ptrack.imports.drafts import RecordDraft
from p2ptrack.imports.mapping import EXEMPTION
from p2ptrack.model.dates import CouncilDate, parse_date
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.records import ProcurementExemption, Record
from p2ptrack.phrases import fold_text
from p2ptrack.values import dataclass

SURE = 90.0
POSSIBLE = 60.0
_SAME_PLACE = 20.0
"""How much the same stated reference in the source adds to the similarity, in per cent.

Row numbers do not count, because rows move.
"""


_MIN_PART = 20
"""Shorter requests can be part of others by chance."""


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """A draft that may be a record: its request is 60 to 90 per cent similar."""

    draft: RecordDraft
    record: Record
    likeness: float


@dataclass(frozen=True, slots=True)
class ImportMatches:
    """The drafts that are new, those that are records already or may be, and the records of the source without one."""

    new: tuple[RecordDraft, ...]
    known: tuple[tuple[RecordDraft, Record], ...]
    possible: tuple[PossibleMatch, ...]
    gone: tuple[Record, ...]

    def describe_parts(self) -> list[str]:
        """Return a sentence for each request that another one has taken in, and for each that was a part of another."""
        lines = []
        stated = [*self.known, *((match.draft, match.record) for match in self.possible)]
        for record in self.gone:
            text = fold_request(get_request(record))
            for draft, other in stated if len(text) >= _MIN_PART else ():
                if text in fold_request(get_draft_request(draft)):
                    lines.append(f"{record.id}: its request is a part of {draft.place} now, which is {other.id}.")
        for draft in self.new:
            text = fold_request(get_draft_request(draft))
            for _, record in stated if len(text) >= _MIN_PART else ():
                if text in fold_request(get_request(record)):
                    lines.append(f"{draft.place}: its request was a part of {record.id}.")
        return lines


def match_drafts(drafts: Sequence[RecordDraft], records: Iterable[Record], source: str) -> ImportMatches:
    """Match drafts one to one with records of the same kind and source, or without a source.

    Equal requests come first, of these the ones with the same place, and then the most alike. Only records of the
    source can be gone from it.
    """
    candidates = [record for record in records if (record.source.id if record.source else source) == source]
    matcher = _Matcher(drafts, candidates)
    matcher.match_equal()
    matcher.match_similar()
    kinds = {draft.kind.name for draft in drafts}
    possible = {index: (record, likeness) for index, (record, likeness) in matcher.possible.items()}
    taken = {record.id for record in matcher.matched.values()} | {record.id for record, _ in possible.values()}
    return ImportMatches(
        tuple(draft for index, draft in enumerate(drafts) if index not in matcher.matched and index not in possible),
        tuple((drafts[index], record) for index, record in sorted(matcher.matched.items())),
        tuple(PossibleMatch(drafts[index], *possible[index]) for index in sorted(possible)),
        tuple(
            record
            for record in candidates
            if record.source and record.id not in taken and kind_of(record).name in kinds
        ),
    )


class _Matcher:
    def __init__(self, drafts: Sequence[RecordDraft], records: Sequence[Record]) -> None:
        self.records = records
        self.kinds = [draft.kind.name for draft in drafts]
        self.texts = [
            _identify_exemption(draft.values)
            if draft.kind.name == EXEMPTION
            else fold_request(get_draft_request(draft))
            for draft in drafts
        ]
        self.places = [fold_place(draft.values.get("source", {}).get("ref", "")) for draft in drafts]
        self.matched: dict[int, Record] = {}
        self.possible: dict[int, tuple[Record, float]] = {}
        self._taken: set[str] = set()
        self._record_texts = {
            record.id: _identify_exemption(_list_stated(record))
            if isinstance(record, ProcurementExemption)
            else fold_request(get_request(record))
            for record in records
        }
        self._record_places = {
            record.id: fold_place(record.source.ref or "" if record.source else "") for record in records
        }

    def match_equal(self) -> None:
        """Match equal requests of the same place, then equal requests, in the order of the file."""
        by_text: Mapping[tuple[str, str], list[Record]] = defaultdict(list)
        for record in self.records:
            by_text[kind_of(record).name, self._record_texts[record.id]].append(record)
        for needs_place in (True, False):
            for index, key in enumerate(zip(self.kinds, self.texts, strict=True)):
                if index in self.matched or key not in by_text:
                    continue
                free = [record for record in by_text[key] if record.id not in self._taken]
                if needs_place:
                    free = [record for record in free if self._is_same_place(index, record)]
                if free:
                    self._take(index, free[0])

    def match_similar(self) -> None:
        """Match the most similar of the others: as certain from 90 per cent, as possible from 60."""
        pairs = []
        for kind in dict.fromkeys(self.kinds):
            free = [record for record in self.records if record.id not in self._taken and kind_of(record).name == kind]
            indexes = [index for index, name in enumerate(self.kinds) if name == kind and index not in self.matched]
            if kind == EXEMPTION:  # those of one supplier are similar, so only the reference identifies one
                pairs += [
                    (SURE, index, record) for index in indexes for record in free if self._is_same_place(index, record)
                ]
            elif free and indexes:
                pairs += self._compare(indexes, free)
        used: set[int] = set()
        for score, index, record in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
            if index in used or record.id in self._taken:
                continue
            used.add(index)
            if score >= SURE:
                self._take(index, record)
            else:
                self._taken.add(record.id)
                self.possible[index] = (record, score)

    def _compare(self, indexes: Sequence[int], records: Sequence[Record]) -> list[tuple[float, int, Record]]:
        if importlib.util.find_spec("rapidfuzz") is None:
            raise OperationError(
                "To recognise the records of an earlier version of this document, install the library rapidfuzz: "
                'pip install "p2ptrack[import]"'
            )
        from rapidfuzz import fuzz, process

        texts = {place: self._record_texts[record.id] for place, record in enumerate(records)}
        words = _WordIndex(texts)
        by_place: dict[str, list[int]] = defaultdict(list)
        for place, record in enumerate(records):
            by_place[self._record_places[record.id]].append(place)
        pairs = []
        for index in indexes:
            candidates = texts if len(records) <= _MAX_COMPARED else words.find_candidates(self.texts[index])
            same_place = by_place.get(self.places[index], [])[:_MAX_COMPARED] if self.places[index] else []
            candidates = {**candidates, **{place: texts[place] for place in same_place}}
            similar = process.extract(
                self.texts[index],
                candidates,
                scorer=fuzz.ratio,
                score_cutoff=POSSIBLE - _SAME_PLACE,
                limit=_MAX_SIMILAR,
            )
            for _, likeness, place in similar:
                record = records[place]
                score = likeness + (_SAME_PLACE if self._is_same_place(index, record) else 0)
                if score >= POSSIBLE:
                    pairs.append((score, index, record))
        return pairs

    def _is_same_place(self, index: int, record: Record) -> bool:
        return bool(self.places[index]) and self.places[index] == self._record_places[record.id]

    def _take(self, index: int, record: Record) -> None:
        self.matched[index] = record
        self._taken.add(record.id)


_MAX_SIMILAR = 20
_MAX_COMPARED = 250
"""More records than this are compared only if they share a rare word: to compare all pairs takes seconds."""
_RARE_WORDS = 8


class _WordIndex:
    """Finds the texts that share a rare word with another text."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self.texts = texts
        self.places: dict[str, list[int]] = defaultdict(list)
        for place, text in texts.items():
            for word in set(text.split()):
                self.places[word].append(place)

    def find_candidates(self, text: str) -> dict[int, str]:
        """Return texts by their places: those with the rarest words of a text, up to a number."""
        words = sorted((word for word in set(text.split()) if word in self.places), key=self._count)
        candidates: dict[int, str] = {}
        for word in words[:_RARE_WORDS]:
            if len(candidates) >= _MAX_COMPARED:
                break
            candidates |= {place: self.texts[place] for place in self.places[word][:_MAX_COMPARED]}
        return candidates

    def _count(self, word: str) -> tuple[int, str]:
        return len(self.places[word]), word


def _identify_exemption(values: Mapping[str, Any]) -> str:
    """Return the values that identify an exemption without a reference: its description, supplier and date."""
    day = values.get("approved_on")
    day = day.get("raw", "") if isinstance(day, dict) else day
    parsed = parse_date(day) if isinstance(day, str) else day
    words = str(parsed.latest or parsed.raw) if isinstance(parsed, CouncilDate) else str(day or "")
    description = values.get("origin_text") or values.get("title") or ""
    return fold_request(" | ".join([description, values.get("supplier") or "", words]))


def _list_stated(record: ProcurementExemption) -> Mapping[str, Any]:
    """Return the fields of an exemption, without a title that is only made of its type and id."""
    names = {"id": record.id, "type": record.type.value if record.type else None}
    is_derived = record.title == ProcurementExemption.derive_title(names)
    return {**vars(record), **({"title": ""} if is_derived else {})}


def get_draft_request(draft: RecordDraft) -> str:
    """Return the text by which a draft is recognised: its request, agreed action or title."""
    return str(draft.values.get("origin_text") or draft.values.get("agreed_action") or draft.values.get("title", ""))


def get_request(record: Record) -> str:
    """Return the text by which a record is recognised: its request, agreed action or title."""
    return record.origin_text or record.agreed_action or record.title


def fold_request(text: str) -> str:
    """Return a text for comparison: on one line, folded, without the marks of lists and of emphasis."""
    return fold_text(" ".join(text.replace("**", "").split()))


def fold_place(place: str) -> str:
    """Return a place in a source for comparison; nothing for a counted row, because rows move."""
    folded = fold_text(place)
    return "" if folded.startswith("row ") else folded
