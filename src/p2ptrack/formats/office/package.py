"""An Office file: parts, what each is, how they point at each other, packed the same way each time (ECMA-376, part 2).

Nothing of the clock, the machine or the library's version is written: the entries are sorted, dated
1980 and marked as a DOS file system's, so the same paper is the same bytes.
"""

from __future__ import annotations

import io
import platform
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from p2ptrack import __version__
from p2ptrack.formats.html.markdown import strip_unprintable
from p2ptrack.model.wording import Wording
from p2ptrack.reports.document import Block, Closed, Document, Fact, Facts, Notice, Paragraph, Provenance, walk_blocks

# XML for Word and Excel, written by hand so that the same paper is the same bytes on every machine.
#
# Tags carry their prefix as they are written (`w:p`); the root declares the prefixes. All text passes
# `strip_unprintable`, so no record can hold a character that XML forbids.


XmlChild = Element | str | None
OFFICE_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def make_element(tag: str, attributes: Mapping[str, object] | None = None, *children: XmlChild) -> Element:
    """Return an element; an attribute or a child that is None is left out."""
    element = Element(
        tag, {key: strip_unprintable(str(value)) for key, value in (attributes or {}).items() if value is not None}
    )
    for child in children:
        if isinstance(child, str):
            element.text = (element.text or "") + strip_unprintable(child)
        elif child is not None:
            element.append(child)
    return element


def serialise_xml(root: Element) -> bytes:
    """Return a whole XML file in UTF-8."""
    return (_XML_DECLARATION + tostring(root, encoding="unicode")).encode("utf-8")


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


# How a paper can be made again, for formats that are not made by a template (those have `last-page.html`).


def list_reproduction_facts(paper: Document, provenance: Provenance, wording: Wording) -> tuple[Fact, ...]:
    """Return what the last page says: the day, the commit, the version and the command."""
    return (
        Fact(wording("remake_as_of"), provenance.as_of),
        Fact(wording("remake_commit"), _format_commit(provenance, wording)),
        Fact(wording("remake_version"), f"p2ptrack {provenance.version}"),
        Fact(wording("remake_command"), format_render_command(paper, provenance)),
    )


def _format_commit(provenance: Provenance, wording: Wording) -> str:
    if not provenance.controlled:
        return wording("remake_uncontrolled")
    return wording("remake_modified", commit=provenance.commit) if provenance.modified else provenance.commit


def format_render_command(paper: Document, provenance: Provenance) -> str:
    """Return the command line that makes the paper."""
    at_option = f" --at {provenance.commit}" if provenance.controlled and not provenance.modified else ""
    meeting_option = f" --meeting {provenance.meeting}" if provenance.meeting else ""
    audience_option = f" --audience {paper.audience}" if paper.audience != "public" else ""
    return f"p2ptrack render {paper.name}{at_option} --as-of {provenance.as_of.isoformat()}{meeting_option}{audience_option}"


# What the head of every page says where no program can know what will stand on a page: in Word and Excel.


def format_status_mark(document: Document, wording: Wording) -> str:
    """Return the draft mark and, on a members' paper that shows something exempt, that it is not for publication.

    A PDF says so on the pages concerned; Word breaks pages anew on every machine, so there it stands on all.
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


# What a paper's bytes depend on besides the register: the versions of everything that has a hand in them.


_COMMON_PACKAGES = ("jinja2", "markdown-it-py")
_FORMAT_PACKAGES = {
    "pdf": ("weasyprint", "pydyf", "font-source-sans-pro", "font-source-serif-pro"),
    "xlsx": ("xlsxwriter",),
}
VERSIONED_PACKAGES = (*_COMMON_PACKAGES, *(name for names in _FORMAT_PACKAGES.values() for name in names))
"""What pip installs, by the names that it knows."""


def collect_versions(formats: Iterable[str]) -> Mapping[str, str]:
    """Return the version of each program that makes papers in these formats. Raises `CannotGoOn` without Pango."""
    requested = set(formats)
    format_packages = (name for format_, names in _FORMAT_PACKAGES.items() if format_ in requested for name in names)
    packages = {name: version(name) for name in (*_COMMON_PACKAGES, *format_packages)}
    system = {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return {"p2ptrack": __version__, **system, **packages, **(_read_library_versions() if "pdf" in requested else {})}


_VERSION_DECLARATIONS = "const char *hb_version_string (void); int FcGetVersion (void);"


@cache
def _read_library_versions() -> Mapping[str, str]:
    """Return the versions of the libraries of the system that lay out the pages of a PDF."""
    from p2ptrack.formats.pdf import writer

    weasyprint_ffi = writer.import_weasyprint().text.ffi
    weasyprint_ffi.ffi.cdef(_VERSION_DECLARATIONS)
    return {
        "pango": _format_version(weasyprint_ffi.pango.pango_version()),
        "harfbuzz": weasyprint_ffi.ffi.string(weasyprint_ffi.harfbuzz.hb_version_string()).decode(),
        "fontconfig": _format_version(weasyprint_ffi.fontconfig.FcGetVersion()),
    }


def _format_version(number: int) -> str:
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
