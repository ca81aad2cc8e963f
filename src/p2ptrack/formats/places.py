"""Where in a page each part of a document can be linked to."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.reports.document import Block, Document, Row, Section, Table, walk_blocks


class DocumentAnchors:
    """The fragment of every section, table and record of one document, each used once.

    A record that has a section of its own is linked there, else to the first row that is about it.
    """

    def __init__(self, document: Document) -> None:
        self._anchors: dict[int, str] = {}
        self._record_anchors: dict[str, str] = {}
        self._used_names: set[str] = set()
        blocks = tuple(walk_blocks(document.blocks))
        for section in (block for block in blocks if isinstance(block, Section)):
            self._add_record(section.record, section)
        for block in blocks:
            self._add_block(block)

    def find_anchor(self, part: Block | Row) -> str:
        """Return the fragment of this part, or nothing."""
        return self._anchors.get(id(part), "")

    def find_record_anchor(self, record: str) -> str:
        """Return the fragment of a record, or nothing where the document does not tell of it."""
        return self._record_anchors.get(record, "")

    def _add_block(self, block: Block) -> None:
        match block:
            case Section() if id(block) not in self._anchors:
                self._anchors[id(block)] = self._reserve_name(f"s-{block.key}")
            case Table():
                self._anchors[id(block)] = self._reserve_name(f"t-{block.key}")
                for row in block.rows:
                    self._add_record(row.key, row)
            case _:
                pass

    def _add_record(self, record: str, part: Section | Row) -> None:
        if record and record not in self._record_anchors:
            self._record_anchors[record] = self._anchors[id(part)] = self._reserve_name(record)

    def _reserve_name(self, base_name: str) -> str:
        name = next(name for name in _iter_numbered_names(base_name.replace(" ", "-")) if name not in self._used_names)
        self._used_names.add(name)
        return name


def _iter_numbered_names(base_name: str) -> Iterator[str]:
    yield base_name
    number = 2
    while True:
        yield f"{base_name}-{number}"
        number += 1
