"""Where in a page each part of a document can be linked to."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.reports.document import Block, Document, Row, Section, Table, walk


class Places:
    """The fragment of every section, table and record of one document, each used once.

    A record that has a section of its own is linked there, else to the first row that is about it.
    """

    def __init__(self, document: Document) -> None:
        self._of: dict[int, str] = {}
        self._records: dict[str, str] = {}
        self._taken: set[str] = set()
        parts = tuple(walk(document.blocks))
        for section in (part for part in parts if isinstance(part, Section)):
            self._take_record(section.record, section)
        for part in parts:
            self._take_part(part)

    def of(self, part: Block | Row) -> str:
        """Return the fragment of this part, or nothing."""
        return self._of.get(id(part), "")

    def to(self, record: str) -> str:
        """Return the fragment of a record, or nothing where the document does not tell of it."""
        return self._records.get(record, "")

    def _take_part(self, part: Block) -> None:
        match part:
            case Section() if id(part) not in self._of:
                self._of[id(part)] = self._free(f"s-{part.key}")
            case Table():
                self._of[id(part)] = self._free(f"t-{part.key}")
                for row in part.rows:
                    self._take_record(row.key, row)
            case _:
                pass

    def _take_record(self, record: str, part: Section | Row) -> None:
        if record and record not in self._records:
            self._records[record] = self._of[id(part)] = self._free(record)

    def _free(self, wanted: str) -> str:
        name = next(name for name in _numbered(wanted.replace(" ", "-")) if name not in self._taken)
        self._taken.add(name)
        return name


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1
