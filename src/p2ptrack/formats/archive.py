"""An Office file: parts, what each is, how they point at each other, packed the same way each time (ECMA-376, part 2).

Nothing of the clock, the machine or the library's version is written: the entries are sorted, dated
1980 and marked as a DOS file system's, so the same paper is the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from p2ptrack.formats.xml_parts import OFFICE, as_bytes, node
from p2ptrack.reports.document import Document

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"
_APP = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
_CORE_NAMES = {
    "xmlns:cp": f"{_PACKAGE}/metadata/core-properties",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:dcterms": "http://purl.org/dc/terms/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_DOS = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """How one part points at another, or outside the file. `sort` is Office's word for it, or an address."""

    id: str
    sort: str
    target: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the package. `kind` is its media type."""

    path: str
    kind: str
    data: bytes
    relations: tuple[Relation, ...] = ()


def package(document: Document, main: Part, others: Iterable[Part]) -> bytes:
    """Return an Office file whose first part is `main`, with the document's title and dates as its properties."""
    core, app = _core(document), _app()
    parts = (main, *others, core, app)
    start = (
        Relation("rId1", "officeDocument", main.path),
        Relation("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", core.path),
        Relation("rId3", "extended-properties", app.path),
    )
    files = {part.path: part.data for part in parts}
    files |= {_beside(part.path): _relations(part.relations) for part in parts if part.relations}
    return packed({"[Content_Types].xml": _types(parts), "_rels/.rels": _relations(start), **files})


def properties(document: Document) -> dict[str, bytes]:
    """Return the files that say what an Office file is and whose: they take the place of a library's own."""
    return {part.path: part.data for part in (_core(document), _app())}


def unpacked(made: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their names."""
    with ZipFile(io.BytesIO(made)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    """Return files as a zip archive that is the same bytes each time."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _FIRST_DAY)
            entry.create_system = _DOS
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def _beside(path: str) -> str:
    """Return where the relations of a part stand."""
    place = PurePosixPath(path)
    return str(place.parent / "_rels" / f"{place.name}.rels")


def _types(parts: Iterable[Part]) -> bytes:
    defaults = {"png": "image/png", "rels": _RELATIONS, "xml": "application/xml"}
    return as_bytes(
        node(
            "Types",
            {"xmlns": f"{_PACKAGE}/content-types"},
            *(node("Default", {"Extension": end, "ContentType": kind}) for end, kind in defaults.items()),
            *(node("Override", {"PartName": f"/{part.path}", "ContentType": part.kind}) for part in parts),
        )
    )


def _relations(relations: Iterable[Relation]) -> bytes:
    return as_bytes(node("Relationships", {"xmlns": f"{_PACKAGE}/relationships"}, *map(_relation, relations)))


def _relation(each: Relation) -> Element:
    mode = "External" if each.external else None
    sort = each.sort if "://" in each.sort else f"{OFFICE}/{each.sort}"
    return node("Relationship", {"Id": each.id, "Type": sort, "Target": each.target, "TargetMode": mode})


def _core(document: Document) -> Part:
    """Return who wrote what when: all dates are the day that the paper was judged at, never the clock's."""
    day = f"{document.as_of.isoformat()}T00:00:00Z"
    said = {
        "dc:title": document.title,
        "dc:creator": document.heading[0] if document.heading else "p2ptrack",
        "dc:description": document.notice,
        "dc:language": document.language,
        "cp:lastModifiedBy": "p2ptrack",
        "cp:contentStatus": document.draft,
    }
    dates = (node(f"dcterms:{name}", {"xsi:type": "dcterms:W3CDTF"}, day) for name in ("created", "modified"))
    words = (node(name, None, text) for name, text in said.items() if text)
    return Part("docProps/core.xml", _CORE, as_bytes(node("cp:coreProperties", _CORE_NAMES, *words, *dates)))


def _app() -> Part:
    names = {"xmlns": "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"}
    return Part("docProps/app.xml", _APP, as_bytes(node("Properties", names, node("Application", None, "p2ptrack"))))
