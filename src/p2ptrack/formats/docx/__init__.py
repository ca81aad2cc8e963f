"""Papers for Word, which clerks edit and paste into the committee system, with real styles, lists, headings and tables.

They are written without a library for Word, so that a file depends neither on the clock nor on another template, and
text of a record is never a field or markup. A council may replace the styles, `templates/word-styles.xml`.

It may also have a Word template of its own, `templates/reference.docx`, with its styles, theme, headers and footers.
The files of that template are copied as they are. Only three things change: styles that p2ptrack needs and the template
lacks are added, lists have the numbering of papers, and the mark of a draft or of a paper that is not for publication
is put above every header.

The XML is written here because python-docx, tried for the whole of it, saved 52 of 691 lines and took ten times as long
(49 s instead of 5 for a table of 10,000 rows). It has no interface for links, bookmarks, fields, contents, numbering,
repeated table headings, captions and alternative texts.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from io import BytesIO
from itertools import groupby
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from p2ptrack.errors import OperationError
from p2ptrack.formats import office
from p2ptrack.formats.charts import list_chart_parts, make_picture_run
from p2ptrack.formats.docx.blocks import (
    LANDSCAPE_WIDTH,
    PORTRAIT_WIDTH,
    BlockPosition,
    BlockWriter,
    DocxParagraph,
    DocxPiece,
    OrientedPiece,
    is_landscape,
    iter_elements,
    make_bookmark_name,
    make_internal_link,
    make_run,
    make_w,
)
from p2ptrack.formats.html import templates
from p2ptrack.formats.html.page import MIN_CONTENTS_SECTIONS, is_short, list_contents
from p2ptrack.formats.html.templates import read_asset
from p2ptrack.formats.office import PackagePart, Relationship, make_element, serialise_xml
from p2ptrack.reports.document import Document, FormatOptions, Section, format_last_publication, format_provenance
from p2ptrack.store.templates import find_template

STYLES_FILE = "word-styles.xml"
LOGO_FILE = "media/logo.png"

_WORD_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_WORD_NAMESPACES = {
    "xmlns:w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "xmlns:r": office.OFFICE_RELATIONSHIPS,
}
_COMPATIBILITY_MODE = 15
_LOGO_RELATIONSHIP_ID = "logo"
_PNG_WIDTH, _PNG_HEIGHT = slice(16, 20), slice(20, 24)
_MAX_LOGO_HEIGHT, _MAX_LOGO_WIDTH = 720_000, 2_520_000  # English Metric Units, 360,000 a centimetre: 2 cm by 7 cm
_LONG_SIDE, _SHORT_SIDE = 16838, 11906
_PAGE_MARGINS = {"top": 1334, "right": 1134, "bottom": 1134, "left": 1134, "header": 567, "footer": 567, "gutter": 0}
_PAGE_MARK, _PAGE_COUNT_MARK = "\x01", "\x02"
_HEADERS_AND_FOOTERS = tuple((kind, landscape) for kind in ("header", "footer") for landscape in (False, True))


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as a Word file. Raises `OperationError` when the style sheet for Word is missing or broken."""
    writer = BlockWriter(document, options.wording)
    logo = _read_logo(options.templates)
    styles, status_mark = _read_styles(document, options), office.format_status_mark(document, options.wording)
    reference = read_reference(options.templates, styles, status_mark)
    edges = reference.edges if reference else {}
    body = make_w("document", _make_body(_lay_out_document(writer, [_make_logo(logo)] if logo else []), edges))
    own_edges = _make_headers_and_footers(writer)
    used_edges = own_edges if not edges else {}
    parts = {"numbering": writer.make_numbering(), "settings": _make_settings(document), **used_edges}
    relationships = [
        *(Relationship(name, name, f"{name}.xml") for name in ("styles", "numbering", "settings")),
        *(Relationship(name, name.partition("-")[0], f"{name}.xml") for name in used_edges),
        *(reference.relationships if reference else ()),
        *(Relationship(id_, "hyperlink", url, external=True) for url, id_ in writer.link_ids.items()),
    ]
    chart_parts, chart_relationships = list_chart_parts(writer.charts)
    relationships += chart_relationships
    logo_parts = []
    if logo:
        relationships.append(Relationship(_LOGO_RELATIONSHIP_ID, "image", LOGO_FILE))
        logo_parts.append(PackagePart(f"word/{LOGO_FILE}", "image/png", logo))
    main_part = _make_part("document.main", "document", body, tuple(relationships))
    style_data = reference.styles if reference else styles.encode("utf-8")
    styles_part = PackagePart("word/styles.xml", f"{_WORD_MEDIA_TYPE}.styles+xml", style_data)
    copied = reference.parts if reference else ()
    other_parts = (_make_part(name.partition("-")[0], name, root) for name, root in parts.items())
    return office.build_package(document, main_part, (styles_part, *other_parts, *logo_parts, *chart_parts, *copied))


def _make_part(part_type: str, name: str, root: Element, relationships: tuple[Relationship, ...] = ()) -> PackagePart:
    for key, value in _WORD_NAMESPACES.items():
        root.set(key, value)
    media_type = f"{_WORD_MEDIA_TYPE}.{part_type}+xml"
    return PackagePart(f"word/{name}.xml", media_type, office.serialise_xml(root), relationships)


def _read_styles(document: Document, options: FormatOptions) -> str:
    file = find_template(STYLES_FILE, options.templates)
    if file is None:
        raise OperationError(f"No templates folder has {STYLES_FILE}. Install p2ptrack again.")
    text = templates.read_template(file)
    try:
        expat.ParserCreate().ParseFile(BytesIO(text.encode("utf-8")))
    except expat.ExpatError as error:
        raise OperationError(f"{file}:{error.lineno} is not XML: {expat.ErrorString(error.code)}.") from error
    return text.replace("en-GB", document.language)


def _make_settings(document: Document) -> Element:
    mode = make_w(
        "compatSetting",
        name="compatibilityMode",
        uri="http://schemas.microsoft.com/office/word",
        val=_COMPATIBILITY_MODE,
    )
    return make_w(
        "settings",
        make_w("defaultTabStop", val=720),
        make_w("characterSpacingControl", val="doNotCompress"),
        make_w("compat", mode),
        make_w("themeFontLang", val=document.language),
    )


def _lay_out_document(writer: BlockWriter, logo: list[DocxPiece]) -> list[OrientedPiece]:
    """Return the whole paper. When it begins with a landscape table, its first page is landscape, as in HTML."""
    blocks = writer.document.blocks
    begins_landscape = bool(blocks) and is_landscape(blocks[0])
    body = writer.lay_out_blocks(blocks, BlockPosition())
    ends_landscape = body[-1][1] if body else begins_landscape
    return [
        *((piece, begins_landscape) for piece in (*_make_title_block(writer, logo), *_make_contents(writer))),
        *body,
        *((piece, ends_landscape) for piece in _make_last_page(writer)),
    ]


def _make_title_block(writer: BlockWriter, logo: list[DocxPiece]) -> list[DocxPiece]:
    paper = writer.document
    return [
        *([DocxParagraph("Draft", (make_run(paper.draft),))] if paper.draft else []),
        *logo,
        *(DocxParagraph("PaperHeading", (make_run(line),)) for line in paper.heading),
        DocxParagraph("Title", (make_run(paper.title),)),
        *writer.write_facts(paper.meta, BlockPosition()),
        *([DocxParagraph("Notice", (make_run(paper.notice),))] if paper.notice else []),
    ]


def _make_contents(writer: BlockWriter) -> list[DocxPiece]:
    """Return the list of contents: links with the numbers of their pages.

    Each number is a field of its own, because the numbers in one field for the whole list would be those of the program
    that wrote the file. The instructions of the fields hold no text of a record.
    """
    entries = list_contents(writer.document.blocks)
    if len(entries) < MIN_CONTENTS_SECTIONS or is_short(writer.document):
        return []
    lines: list[DocxPiece] = [DocxParagraph("TOCHeading", (make_run(writer.wording("contents")),))]
    for section, subsections in entries:
        lines.append(_make_contents_line("TOC1", section, writer))
        lines += [_make_contents_line("TOC2", subsection, writer) for subsection in subsections]
    return [*lines, DocxParagraph("AfterTable")]


def _make_contents_line(style: str, section: Section, writer: BlockWriter) -> DocxParagraph:
    anchor = writer.anchors.find_anchor(section)
    page = _make_field(f"PAGEREF {make_bookmark_name(anchor)} \\h", result="", is_stale=True)
    tabs = make_w("tabs", make_w("tab", val="right", leader="dot", pos=PORTRAIT_WIDTH))
    return DocxParagraph(style, (make_internal_link(anchor, section.title), make_w("r", make_w("tab")), *page), (tabs,))


def _make_last_page(writer: BlockWriter) -> list[DocxPiece]:
    """Return the last line of the paper; for officers, how to make it again."""
    paper = writer.document
    if paper.provenance is None:
        return []
    if paper.audience != "officers":
        last = format_last_publication(paper, writer.wording)
        line = format_provenance(paper, writer.wording)
        line += f" {writer.wording('remake_last')}: {last}." if last else ""
        return [DocxParagraph("Note", (make_run(line),))]
    facts = office.list_reproduction_facts(paper, paper.provenance, writer.wording)
    heading = DocxParagraph("Heading1", (make_run(writer.wording("remake")),))
    return [heading, *writer.write_facts(facts, BlockPosition())]


def _make_field(instruction: str, *, result: str = "1", is_stale: bool = False) -> tuple[Element, ...]:
    """Return a field that Word fills in, such as the number of the page. Never pass text of a record.

    Word fills in a stale one when it opens the file, and the others as it lays out the page.
    """
    return (*_make_field_start(instruction, is_stale=is_stale), make_run(result), _make_field_character("end"))


def _make_field_start(instruction: str, *, is_stale: bool = False) -> tuple[Element, ...]:
    instruction_element = make_w("instrText", f" {instruction} ")
    instruction_element.set("xml:space", "preserve")
    begin = make_w("r", make_w("fldChar", fldCharType="begin", dirty=1 if is_stale else None))
    return (begin, make_w("r", instruction_element), _make_field_character("separate"))


def _make_field_character(character_type: str) -> Element:
    return make_w("r", make_w("fldChar", fldCharType=character_type))


def _read_logo(folders: tuple[Path, ...]) -> bytes:
    """Return `logo.png`, or nothing. Word shows no SVG without a PNG. Raises `OperationError` when it is not a PNG."""
    file = find_template("logo.png", folders)
    return templates.read_png(file) if file else b""


def _make_logo(data: bytes) -> DocxParagraph:
    """Return the logo as a paragraph. It is decoration, as in HTML: the council's name is below it in words."""
    width, height = (int.from_bytes(data[part]) for part in (_PNG_WIDTH, _PNG_HEIGHT))
    scale = min(_MAX_LOGO_HEIGHT / height, _MAX_LOGO_WIDTH / width)
    extent = {"cx": round(width * scale), "cy": round(height * scale)}
    properties = {"id": 1, "name": "Logo", "descr": ""}
    run = make_picture_run(_LOGO_RELATIONSHIP_ID, extent, properties, _make_decoration_mark(), picture_id=1)
    return DocxParagraph("PaperHeading", (run,))


def _make_decoration_mark() -> Element:
    """Return the extension that makes screen readers skip a picture in Word."""
    attributes = {"xmlns:adec": "http://schemas.microsoft.com/office/drawing/2017/decorative", "val": 1}
    extension = {"uri": "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"}
    return make_element("a:extLst", None, make_element("a:ext", extension, make_element("adec:decorative", attributes)))


def _edge_id(kind: str, landscape: bool) -> str:
    """Return the name of a header or footer. Landscape pages have their own, with other tab stops."""
    return f"{kind}-wide" if landscape else kind


def _make_headers_and_footers(writer: BlockWriter) -> dict[str, Element]:
    """Return the headers and footers by the names of their files."""
    paper = writer.document
    before, _, rest = writer.wording("page_of", page=_PAGE_MARK, pages=_PAGE_COUNT_MARK).partition(_PAGE_MARK)
    between, _, after = rest.partition(_PAGE_COUNT_MARK)
    page_number = (make_run(before), *_make_field("PAGE"), make_run(between), *_make_field("NUMPAGES"), make_run(after))
    status_mark = make_run(office.format_status_mark(paper, writer.wording))
    runs = {
        "header": ((make_run(paper.title),), (status_mark,)),
        "footer": ((make_run(" · ".join(paper.heading)),), page_number),
    }
    return {
        _edge_id(kind, landscape): _make_edge(kind, *runs[kind], landscape=landscape)
        for kind, landscape in _HEADERS_AND_FOOTERS
    }


def _make_edge(kind: str, left: Iterable[Element], right: Iterable[Element], *, landscape: bool) -> Element:
    tabs = make_w("tabs", make_w("tab", val="right", pos=LANDSCAPE_WIDTH if landscape else PORTRAIT_WIDTH))
    line = DocxParagraph(kind.capitalize(), (*left, make_w("r", make_w("tab")), *right), (tabs,))
    return make_w("hdr" if kind == "header" else "ftr", line.to_xml())


def _make_body(pieces: Sequence[OrientedPiece], edges: Mapping[tuple[str, str], str]) -> Element:
    """Return the body, split where the orientation changes: the last paragraph of each part holds its page layout."""
    parts = [
        (landscape, [piece for piece, _ in group]) for landscape, group in groupby(pieces, key=lambda pair: pair[1])
    ]
    children: list[Element] = []
    for index, (landscape, part) in enumerate(parts):
        layout = _make_page_layout(edges, landscape=landscape, is_first=index == 0)
        if index == len(parts) - 1:
            end = () if isinstance(part[-1], DocxParagraph) else (DocxParagraph("AfterTable"),)
            children += [*iter_elements((*part, *end)), layout]
            continue
        last = part[-1]
        if isinstance(last, DocxParagraph):
            part.pop()
        else:
            last = DocxParagraph("AfterTable")
        children += iter_elements((*part, replace(last, properties=(*last.properties, layout))))
    return make_w("body", *children)


def _make_page_layout(edges: Mapping[tuple[str, str], str], *, landscape: bool, is_first: bool) -> Element:
    """Return the layout of a part. The first page of the paper has no header, because the title is there.

    LibreOffice applies that to the first page of every part, so the other parts name a header for it.
    """
    width, height = (_LONG_SIDE, _SHORT_SIDE) if landscape else (_SHORT_SIDE, _LONG_SIDE)
    types = [("header", "default"), ("header", "first"), ("footer", "default"), ("footer", "first")]
    if is_first:
        types.remove(("header", "first"))
    references = edges or {(kind, page_type): _edge_id(kind, landscape) for kind, page_type in types}
    return make_w(
        "sectPr",
        *(
            make_element(f"w:{kind}Reference", {"w:type": page_type, "r:id": id_})
            for (kind, page_type), id_ in references.items()
        ),
        make_w("pgSz", w=width, h=height, orient="landscape" if landscape else None),
        make_w("pgMar", **_PAGE_MARGINS),
        make_w("titlePg", val=int(is_first and (not edges or ("header", "first") in edges))),
    )


REFERENCE_FILE = "reference.docx"
MAX_REFERENCE_BYTES = 20_000_000
"""The largest size of the unpacked template. A larger file is not a template, or is made to exhaust the memory."""

_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_MEDIA_TYPES = {
    "emf": "image/x-emf",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "wmf": "image/x-wmf",
}
_WEB_ADDRESS = re.compile("(https?|mailto):", re.IGNORECASE)
_READING_FIELDS = re.compile(r"\b(INCLUDETEXT|INCLUDEPICTURE|DDE|DDEAUTO|LINK|DATABASE|IMPORT)\b")
_RELATIONSHIP = re.compile(r"<Relationship\b[^>]*>")
_EDGE = re.compile(r"<w:(header|footer)Reference\b([^>]*)>")
_ATTRIBUTE = re.compile(r'(?<![\w:])([\w:]+)="([^"]*)"')
_STYLE = re.compile(r"<w:style\b[^>]*>.*?</w:style>", re.DOTALL)
_STYLE_ID = re.compile(r'w:styleId="([^"]*)"')
_STYLE_NAME = re.compile(r'<w:name w:val="([^"]*)"')
_STYLE_MENTION = re.compile(r'(w:styleId=|<w:(?:basedOn|next|link|pStyle|rStyle|tblStyle) w:val=)"([^"]*)"')
_NUMBERING = re.compile(r"<w:numPr>.*?</w:numPr>|<w:numPr\s*/>", re.DOTALL)
_HEADER_START = re.compile(r"<w:hdr\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a paper takes from the template. `edges` are the ids of headers and footers by kind and type of page."""

    styles: bytes
    parts: tuple[PackagePart, ...]
    relationships: tuple[Relationship, ...]
    edges: Mapping[tuple[str, str], str]


def read_reference(folders: tuple[Path, ...], own_styles: str, status_mark: str) -> Reference | None:
    """Return the council's template for Word; None without one. Raises `OperationError` when it cannot be used."""
    file = find_template(REFERENCE_FILE, folders)
    if file is None:
        return None
    files = _unpack(file)
    try:
        return _Reader(file, files, status_mark).read(own_styles)
    except (KeyError, expat.ExpatError, UnicodeDecodeError) as error:
        raise _unusable(file, "it is damaged or not a Word document") from error


def _unusable(file: Path, reason: str) -> OperationError:
    advice = "Open it in Word, correct that, and save it as a Word document (.docx)."
    return OperationError(f"{file} cannot be used: {reason}. {advice}")


def _unpack(file: Path) -> dict[str, bytes]:
    try:
        with ZipFile(BytesIO(read_asset(file))) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MAX_REFERENCE_BYTES:
                raise _unusable(file, f"unpacked it has more than {MAX_REFERENCE_BYTES // 1_000_000} MB")
            files = {entry.filename: archive.read(entry) for entry in entries}
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error) as error:
        raise _unusable(file, "it is not a Word document") from error
    if any(b"<!DOCTYPE" in data or b"<!ENTITY" in data for data in files.values()):
        raise _unusable(file, "it defines entities, which Word never does")
    return files


class _Reader:
    """Reads one template. Names of copied files begin with `reference-`, so that they replace no file of the paper."""

    def __init__(self, file: Path, files: Mapping[str, bytes], status_mark: str) -> None:
        self._file, self._files, self._status_mark = file, files, status_mark
        self._parts: dict[str, PackagePart] = {}
        self._renamed: dict[str, str] = {}

    def read(self, own_styles: str) -> Reference:
        styles = self._merge_styles(self._read_xml("word/styles.xml"), own_styles)
        document = self._read_xml("word/document.xml")
        targets = {item["Id"]: item for item in self._list_relationships("document.xml")}
        relationships: dict[str, Relationship] = {}
        edges: dict[tuple[str, str], str] = {}
        for kind, page_type, id_ in _iter_edges(document):
            name = targets[id_]["Target"].removeprefix("/word/")
            relationship_id = f"reference-{kind}-{page_type}"
            relationships[relationship_id] = Relationship(relationship_id, kind, self._copy_edge(kind, name))
            edges[kind, page_type] = relationship_id
        for item in targets.values():
            if item["Type"].endswith("/theme"):
                data = self._files[f"word/{item['Target'].removeprefix('/word/')}"]
                theme = PackagePart(
                    "word/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml", data
                )
                self._parts[theme.path] = theme
                relationships["theme"] = Relationship("theme", "theme", "theme/theme1.xml")
        return Reference(styles, tuple(self._parts.values()), tuple(relationships.values()), edges)

    def _merge_styles(self, styles: str, own_styles: str) -> bytes:
        """Return the template's styles with those added that only p2ptrack has.

        Word in another language gives a style such as `heading 1` an id of its own; it gets the id that papers use.
        """
        own_style_elements = _STYLE.findall(own_styles)
        own_ids = {_find(_STYLE_NAME, text).casefold(): _find(_STYLE_ID, text) for text in own_style_elements}
        for text in _STYLE.findall(styles):
            id_, name = _find(_STYLE_ID, text), _find(_STYLE_NAME, text).casefold()
            if own_ids.get(name, id_) != id_:
                self._renamed[id_] = own_ids[name]
        own_bullets = {_find(_STYLE_ID, text): text for text in own_style_elements if _NUMBERING.search(text)}
        styles = _STYLE.sub(lambda match: _renumber(match.group(), own_bullets), self._rename(styles))
        ids = set(_STYLE_ID.findall(styles))
        missing = "".join(text for text in own_style_elements if _find(_STYLE_ID, text) not in ids)
        missing = re.sub(r' w:default="1"', "", missing)
        head, end, tail = styles.rpartition("</w:styles>")
        if not end:
            raise KeyError("styles")
        return f"{head}{missing}{end}{tail}".encode()

    def _rename(self, xml: str) -> str:
        return _STYLE_MENTION.sub(lambda match: f'{match[1]}"{self._renamed.get(match[2], match[2])}"', xml)

    def _read_xml(self, name: str) -> str:
        """Return a file of the template as text. Raises `ExpatError` when it is not XML."""
        expat.ParserCreate().ParseFile(BytesIO(self._files[name]))
        return self._files[name].decode("utf-8-sig")

    def _list_relationships(self, name: str) -> Iterator[dict[str, str]]:
        """Yield the attributes of each relationship of a part."""
        path = f"word/_rels/{name}.rels"
        for tag in _RELATIONSHIP.findall(self._read_xml(path)) if path in self._files else ():
            yield _read_attributes(tag)

    def _copy_edge(self, kind: str, name: str) -> str:
        """Copy a header or footer with its pictures; return its new name."""
        new_name = f"reference-{name}"
        if f"word/{new_name}" in self._parts:
            return new_name
        xml = self._rename(self._read_xml(f"word/{name}"))
        if field := _READING_FIELDS.search(xml):
            raise _unusable(self._file, f"its {kind} has a field that reads other files ({field.group()})")
        if kind == "header" and self._status_mark:
            xml = _HEADER_START.sub(lambda match: match.group() + _make_status_line(self._status_mark), xml, count=1)
        relationships = tuple(self._copy_relationship(kind, item) for item in self._list_relationships(name))
        part = PackagePart(f"word/{new_name}", f"{_WORD_TYPE}.{kind}+xml", xml.encode(), relationships)
        self._parts[part.path] = part
        return new_name

    def _copy_relationship(self, kind: str, item: Mapping[str, str]) -> Relationship:
        id_, type_, target = (item[name] for name in ("Id", "Type", "Target"))
        if item.get("TargetMode") == "External":
            if not (type_.endswith("/hyperlink") and _WEB_ADDRESS.match(target)):
                raise _unusable(self._file, f"its {kind} shows something that is not in the file")
            return Relationship(id_, type_, target, external=True)
        media_type = _MEDIA_TYPES.get(target.rpartition(".")[2].casefold())
        if not (type_.endswith("/image") and media_type):
            raise _unusable(self._file, f"its {kind} holds something other than text and pictures")
        data = self._files[f"word/{target.removeprefix('/word/')}"]
        new_target = f"media/reference-{target.rpartition('/')[2]}"
        self._parts[f"word/{new_target}"] = PackagePart(f"word/{new_target}", media_type, data)
        return Relationship(id_, type_, new_target)


def _iter_edges(document: str) -> Iterator[tuple[str, str, str]]:
    """Yield the headers and footers of the last section: kind, type of page and relationship."""
    last_section = document.rpartition("<w:sectPr")[2]
    for kind, tag in _EDGE.findall(last_section):
        attributes = _read_attributes(tag)
        yield kind, attributes.get("w:type", "default"), attributes["r:id"]


def _read_attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def _renumber(style: str, own_bullets: Mapping[str, str]) -> str:
    """Return a style with the numbering of papers: that of their bullets, for any other style none."""
    own_bullet = own_bullets.get(_find(_STYLE_ID, style), "")
    if own_bullet and not _NUMBERING.search(style):
        return own_bullet
    numbering = _NUMBERING.search(own_bullet)
    return _NUMBERING.sub(numbering.group() if numbering else "", style)


def _find(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _make_status_line(text: str) -> str:
    properties = make_element(
        "w:pPr", None, make_element("w:pStyle", {"w:val": "Header"}), make_element("w:jc", {"w:val": "right"})
    )
    line = make_element("w:p", None, properties, make_element("w:r", None, make_element("w:t", None, text)))
    return serialise_xml(line).decode("utf-8").partition("?>\n")[2]
