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

from p2ptrack.formats.xml_parts import OFFICE_RELATIONSHIPS, make_element, serialise_xml
from p2ptrack.reports.document import Document

_PACKAGE_NAMESPACE = "http://schemas.openxmlformats.org/package/2006"
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_APP_TYPE = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
_CORE_NAMESPACES = {
    "xmlns:cp": f"{_PACKAGE_NAMESPACE}/metadata/core-properties",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:dcterms": "http://purl.org/dc/terms/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_DOS_SYSTEM = 0


@dataclass(frozen=True, slots=True)
class Relationship:
    """How one part points at another, or outside the file. `sort` is Office's word for it, or an address."""

    id: str
    relationship_type: str
    target: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class PackagePart:
    """One file of the package. `kind` is its media type."""

    path: str
    media_type: str
    data: bytes
    relationships: tuple[Relationship, ...] = ()


def build_package(document: Document, main: PackagePart, other_parts: Iterable[PackagePart]) -> bytes:
    """Return an Office file whose first part is `main`, with the document's title and dates as its properties."""
    core, app = _build_core_part(document), _build_app_part()
    parts = (main, *other_parts, core, app)
    root_relationships = (
        Relationship("rId1", "officeDocument", main.path),
        Relationship("rId2", f"{_PACKAGE_NAMESPACE}/relationships/metadata/core-properties", core.path),
        Relationship("rId3", "extended-properties", app.path),
    )
    files = {part.path: part.data for part in parts}
    files |= {
        _format_relationships_path(part.path): _build_relationships(part.relationships)
        for part in parts
        if part.relationships
    }
    return zip_files(
        {
            "[Content_Types].xml": _build_content_types(parts),
            "_rels/.rels": _build_relationships(root_relationships),
            **files,
        }
    )


def build_properties(document: Document) -> dict[str, bytes]:
    """Return the files that say what an Office file is and whose: they take the place of a library's own."""
    return {part.path: part.data for part in (_build_core_part(document), _build_app_part())}


def unzip_files(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their names."""
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_files(files: dict[str, bytes]) -> bytes:
    """Return files as a zip archive that is the same bytes each time."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _ZIP_EPOCH)
            entry.create_system = _DOS_SYSTEM
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def _format_relationships_path(path: str) -> str:
    """Return where the relations of a part stand."""
    part_path = PurePosixPath(path)
    return str(part_path.parent / "_rels" / f"{part_path.name}.rels")


def _build_content_types(parts: Iterable[PackagePart]) -> bytes:
    defaults = {"png": "image/png", "rels": _RELATIONSHIPS_TYPE, "xml": "application/xml"}
    return serialise_xml(
        make_element(
            "Types",
            {"xmlns": f"{_PACKAGE_NAMESPACE}/content-types"},
            *(
                make_element("Default", {"Extension": extension, "ContentType": media_type})
                for extension, media_type in defaults.items()
            ),
            *(
                make_element("Override", {"PartName": f"/{part.path}", "ContentType": part.media_type})
                for part in parts
            ),
        )
    )


def _build_relationships(relationships: Iterable[Relationship]) -> bytes:
    return serialise_xml(
        make_element(
            "Relationships", {"xmlns": f"{_PACKAGE_NAMESPACE}/relationships"}, *map(_make_relationship, relationships)
        )
    )


def _make_relationship(relationship: Relationship) -> Element:
    mode = "External" if relationship.external else None
    relationship_type = (
        relationship.relationship_type
        if "://" in relationship.relationship_type
        else f"{OFFICE_RELATIONSHIPS}/{relationship.relationship_type}"
    )
    return make_element(
        "Relationship",
        {"Id": relationship.id, "Type": relationship_type, "Target": relationship.target, "TargetMode": mode},
    )


def _build_core_part(document: Document) -> PackagePart:
    """Return who wrote what when: all dates are the day that the paper was judged at, never the clock's."""
    day = f"{document.as_of.isoformat()}T00:00:00Z"
    texts = {
        "dc:title": document.title,
        "dc:creator": document.heading[0] if document.heading else "p2ptrack",
        "dc:description": document.notice,
        "dc:language": document.language,
        "cp:lastModifiedBy": "p2ptrack",
        "cp:contentStatus": document.draft,
    }
    date_elements = (
        make_element(f"dcterms:{name}", {"xsi:type": "dcterms:W3CDTF"}, day) for name in ("created", "modified")
    )
    text_elements = (make_element(name, None, text) for name, text in texts.items() if text)
    return PackagePart(
        "docProps/core.xml",
        _CORE_TYPE,
        serialise_xml(make_element("cp:coreProperties", _CORE_NAMESPACES, *text_elements, *date_elements)),
    )


def _build_app_part() -> PackagePart:
    namespaces = {"xmlns": "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"}
    return PackagePart(
        "docProps/app.xml",
        _APP_TYPE,
        serialise_xml(make_element("Properties", namespaces, make_element("Application", None, "p2ptrack"))),
    )
