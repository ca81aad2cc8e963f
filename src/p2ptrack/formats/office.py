"""Office packages (ECMA-376, part 2), which Word and Excel files share: XML parts, relationships and properties.

Nothing that depends on the clock, the machine or a library's version is written, so that the same paper gives the same
bytes: entries are sorted, dated 1980 and marked as made on DOS. XML is written with its prefixes (`w:p`) as plain tags,
and the root element declares them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from p2ptrack.formats.pasted_text import strip_unprintable
from p2ptrack.model.programme import Wording
from p2ptrack.reports.document import (
    Block,
    Closed,
    Document,
    Fact,
    Facts,
    Notice,
    Paragraph,
    Provenance,
    format_last_publication,
    format_render_command,
    walk_blocks,
)
from p2ptrack.values import dataclass

XmlChild = Element | str | None

OFFICE_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_NAMESPACE = "http://schemas.openxmlformats.org/package/2006"
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_NAMESPACES = {
    "xmlns:cp": f"{_PACKAGE_NAMESPACE}/metadata/core-properties",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:dcterms": "http://purl.org/dc/terms/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_APP_TYPE = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
_APP_NAMESPACES = {"xmlns": "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"}
_XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_DOS_SYSTEM = 0


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from a part to another part or, if external, to an address. The type is Office's name or a URL."""

    id: str
    relationship_type: str
    target: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class PackagePart:
    """One file of a package."""

    path: str
    media_type: str
    data: bytes
    relationships: tuple[Relationship, ...] = ()


def make_element(tag: str, attributes: Mapping[str, object] | None = None, *children: XmlChild) -> Element:
    """Return an element without characters that XML forbids. Attributes and children that are None are left out."""
    items = (attributes or {}).items()
    element = Element(tag, {key: strip_unprintable(str(value)) for key, value in items if value is not None})
    for child in children:
        if isinstance(child, str):
            element.text = (element.text or "") + strip_unprintable(child)
        elif child is not None:
            element.append(child)
    return element


def serialise_xml(root: Element) -> bytes:
    """Return a whole XML file in UTF-8."""
    return (_XML_DECLARATION + tostring(root, encoding="unicode")).encode("utf-8")


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip archive, with the same bytes on each run."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _ZIP_EPOCH)
            entry.create_system = _DOS_SYSTEM
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def unzip_files(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their names."""
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def build_package(document: Document, main: PackagePart, other_parts: Iterable[PackagePart]) -> bytes:
    """Return an Office file whose first part is `main`, with the document's title and dates as its properties."""
    core, app = _build_core_part(document), _build_app_part()
    parts = (main, *other_parts, core, app)
    root_relationships = (
        Relationship("rId1", "officeDocument", main.path),
        Relationship("rId2", f"{_PACKAGE_NAMESPACE}/relationships/metadata/core-properties", core.path),
        Relationship("rId3", "extended-properties", app.path),
    )
    files = {
        "[Content_Types].xml": _build_content_types(parts),
        "_rels/.rels": _build_relationships(root_relationships),
    }
    for part in parts:
        files[part.path] = part.data
        if part.relationships:
            path = PurePosixPath(part.path)
            files[f"{path.parent}/_rels/{path.name}.rels"] = _build_relationships(part.relationships)
    return zip_files(files)


def build_properties(document: Document) -> dict[str, bytes]:
    """Return the files of an Office file's properties. They replace those that a library writes."""
    return {part.path: part.data for part in (_build_core_part(document), _build_app_part())}


def _build_content_types(parts: Iterable[PackagePart]) -> bytes:
    defaults = {"png": "image/png", "rels": _RELATIONSHIPS_TYPE, "xml": "application/xml"}
    root = make_element("Types", {"xmlns": f"{_PACKAGE_NAMESPACE}/content-types"})
    root.extend(make_element("Default", {"Extension": name, "ContentType": kind}) for name, kind in defaults.items())
    root.extend(
        make_element("Override", {"PartName": f"/{part.path}", "ContentType": part.media_type}) for part in parts
    )
    return serialise_xml(root)


def _build_relationships(relationships: Iterable[Relationship]) -> bytes:
    root = make_element("Relationships", {"xmlns": f"{_PACKAGE_NAMESPACE}/relationships"})
    for relationship in relationships:
        type_ = relationship.relationship_type
        attributes = {
            "Id": relationship.id,
            "Type": type_ if "://" in type_ else f"{OFFICE_RELATIONSHIPS}/{type_}",
            "Target": relationship.target,
            "TargetMode": "External" if relationship.external else None,
        }
        root.append(make_element("Relationship", attributes))
    return serialise_xml(root)


def _build_core_part(document: Document) -> PackagePart:
    """Return title, author and dates. All dates are the position date, never the clock's."""
    timestamp = f"{document.as_of.isoformat()}T00:00:00Z"
    texts = {
        "dc:title": document.title,
        "dc:creator": document.heading[0] if document.heading else "p2ptrack",
        "dc:description": _format_description(document),
        "dc:language": document.language,
        "cp:lastModifiedBy": "p2ptrack",
        "cp:contentStatus": document.draft,
    }
    root = make_element("cp:coreProperties", _CORE_NAMESPACES)
    root.extend(make_element(name, None, text) for name, text in texts.items() if text)
    for name in ("dcterms:created", "dcterms:modified"):
        root.append(make_element(name, {"xsi:type": "dcterms:W3CDTF"}, timestamp))
    return PackagePart("docProps/core.xml", _CORE_TYPE, serialise_xml(root))


def _format_description(document: Document) -> str:
    """Return the notice of a paper and how to make it again: the last page of a public paper leaves that out."""
    command = format_render_command(document)
    notice = document.notice.rstrip(".")
    return ". ".join(filter(None, (notice, f"Made with: {command}" if command else "")))


def _build_app_part() -> PackagePart:
    root = make_element("Properties", _APP_NAMESPACES, make_element("Application", None, "p2ptrack"))
    return PackagePart("docProps/app.xml", _APP_TYPE, serialise_xml(root))


def format_status_mark(document: Document, wording: Wording) -> str:
    """Return the text for the head of every page: the draft mark and, for members' papers, *not for publication*.

    A PDF has the second only on the pages that show something exempt. Word lays pages out anew on each machine, so
    there it is on all of them.
    """
    shows_exempt = document.audience == "members" and any(map(_shows_exempt, walk_blocks(document.blocks)))
    return " · ".join(filter(None, (document.draft, wording("closed") if shows_exempt else "")))


def _shows_exempt(block: Block) -> bool:
    match block:
        case Notice():
            return block.kind == "closed"
        case Paragraph():
            return any(isinstance(span, Closed) for span in block.spans)
        case Facts():
            return any(isinstance(span, Closed) for row in block.rows for span in row.spans)
        case _:
            return False


def list_reproduction_facts(paper: Document, provenance: Provenance, wording: Wording) -> tuple[Fact, ...]:
    """Return how to make the paper again: date, commit, version and command, for officers and workbooks."""
    commit = wording("remake_uncontrolled")
    if provenance.controlled:
        modified = wording("remake_modified", commit=provenance.commit)
        commit = modified if provenance.modified else provenance.commit
    last_publication = format_last_publication(paper, wording)
    last = (Fact(wording("remake_last"), spans=(last_publication,)),) if last_publication else ()
    return (
        Fact(wording("remake_as_of"), provenance.as_of),
        Fact(wording("remake_commit"), commit),
        Fact(wording("remake_version"), f"p2ptrack {provenance.version}"),
        Fact(wording("remake_command"), format_render_command(paper)),
        *last,
    )
