"""Papers for Word: what a clerk opens, changes, and pastes into the committee system.

Written without a library for Word: the file holds nothing of the clock or of somebody else's
template, and whatever a record says is text, never a field or markup. Its look is
`templates/word-styles.xml`, which a council may replace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.parsers import expat

from p2ptrack.errors import OperationError
from p2ptrack.formats.docx.blocks import (
    LANDSCAPE_WIDTH,
    PORTRAIT_WIDTH,
    BlockPosition,
    DocxContext,
    DocxParagraph,
    DocxPiece,
    OrientedPiece,
    is_wide,
    iter_elements,
    lay_out_blocks,
    make_facts,
    make_internal_link,
    make_numbering,
    make_run,
    make_word_element,
)
from p2ptrack.formats.html import templates
from p2ptrack.formats.html.page import DocumentAnchors, list_contents
from p2ptrack.formats.office.package import (
    OFFICE_RELATIONSHIPS,
    PackagePart,
    Relationship,
    build_package,
    format_status_mark,
    list_reproduction_facts,
    make_element,
    serialise_xml,
)
from p2ptrack.formats.plain import FormatOptions
from p2ptrack.reports.document import Document, Section

# What stands around a paper in Word: its head, its list of contents, and how it can be made again.


MIN_CONTENTS_SECTIONS = 4
"""Main sections from which on a paper has a list of contents, as in HTML."""


def make_title_block(context: DocxContext, logo_pieces: Sequence[DocxPiece]) -> list[DocxPiece]:
    """Return what stands above the paper: whose it is, its title, its position date, its notice."""
    paper = context.document
    return [
        *([DocxParagraph("Draft", (make_run(paper.draft),))] if paper.draft else []),
        *logo_pieces,
        *(DocxParagraph("PaperHeading", (make_run(line),)) for line in paper.heading),
        DocxParagraph("Title", (make_run(paper.title),)),
        *make_facts(paper.meta, BlockPosition(), context),
        *([DocxParagraph("Notice", (make_run(paper.notice),))] if paper.notice else []),
    ]


def make_contents(context: DocxContext) -> list[DocxPiece]:
    """Return the list of contents: links, inside a field that Word can make anew. It names no pages, for none is known.

    The field's instruction holds nothing of a record.
    """
    entries = list_contents(context.document.blocks)
    if len(entries) < MIN_CONTENTS_SECTIONS:
        return []
    lines = [line for section, subsections in entries for line in _make_contents_lines(section, subsections, context)]
    levels = 2 if any(subsections for _, subsections in entries) else 1
    first_line, *other_lines = lines
    start_runs = (*_make_field_start(f'TOC \\o "1-{levels}" \\n \\h \\z'), *first_line.runs)
    end_paragraph = DocxParagraph("AfterTable", (_make_field_character("end"),))
    heading = DocxParagraph("TOCHeading", (make_run(context.wording("contents")),))
    gallery = make_word_element(
        "docPartObj", make_word_element("docPartGallery", val="Table of Contents"), make_word_element("docPartUnique")
    )
    field_elements = iter_elements((heading, DocxParagraph(first_line.style, start_runs), *other_lines, end_paragraph))
    return [
        make_word_element("sdt", make_word_element("sdtPr", gallery), make_word_element("sdtContent", *field_elements))
    ]


def _make_contents_lines(section: Section, subsections: Sequence[Section], context: DocxContext) -> list[DocxParagraph]:
    main_line = DocxParagraph("TOC1", (make_internal_link(context.anchors.find_anchor(section), section.title),))
    return [
        main_line,
        *(
            DocxParagraph("TOC2", (make_internal_link(context.anchors.find_anchor(subsection), subsection.title),))
            for subsection in subsections
        ),
    ]


def make_field(instruction: str) -> tuple[Element, ...]:
    """Return a field that Word fills in, such as the number of the page. Never call it with words of a record."""
    return (*_make_field_start(instruction), make_run("1"), _make_field_character("end"))


def _make_field_start(instruction: str) -> tuple[Element, ...]:
    instruction_element = make_word_element("instrText", f" {instruction} ")
    instruction_element.set("xml:space", "preserve")
    return (
        _make_field_character("begin"),
        make_word_element("r", instruction_element),
        _make_field_character("separate"),
    )


def _make_field_character(character_type: str) -> Element:
    return make_word_element("r", make_word_element("fldChar", fldCharType=character_type))


def make_last_page(context: DocxContext) -> list[DocxPiece]:
    """Return how the paper can be made again, as the last thing in it."""
    paper = context.document
    if paper.provenance is None:
        return []
    heading = DocxParagraph("Heading1", (make_run(context.wording("remake")),))
    return [
        heading,
        *make_facts(list_reproduction_facts(paper, paper.provenance, context.wording), BlockPosition(), context),
    ]


# The council's logo at the head of a paper in Word. Only `logo.png`: Word shows no SVG without a PNG beside it.


LOGO_FILE, LOGO_RELATIONSHIP_ID = "media/logo.png", "logo"

_DRAWING_NAMESPACES = {
    "xmlns:wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "xmlns:a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "xmlns:pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "xmlns:r": OFFICE_RELATIONSHIPS,
}
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_WIDTH, _PNG_HEIGHT = slice(16, 20), slice(20, 24)
_MAX_LOGO_HEIGHT, _MAX_LOGO_WIDTH = 720_000, 2_520_000
"""In English Metric Units, of which a centimetre has 360,000: 2 cm high, 7 cm wide."""


def read_logo(folders: tuple[Path, ...]) -> bytes:
    """Return the picture, or nothing where the council has none. Raises `OperationError` when it is no PNG."""
    file = templates.find_template("logo.png", folders)
    if file is None:
        return b""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise OperationError(f"{file} cannot be read ({error.strerror}): give it read permission.") from error
    if not data.startswith(_PNG_SIGNATURE) or 0 in _read_png_size(data):
        raise OperationError(f"{file} is not a PNG picture: save it again as PNG.")
    return data


def _read_png_size(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[_PNG_WIDTH]), int.from_bytes(data[_PNG_HEIGHT])


def make_logo(data: bytes) -> DocxParagraph:
    """Return the logo as a paragraph. It is decoration, as in HTML: whose paper it is stands under it in words."""
    width, height = _read_png_size(data)
    scale = min(_MAX_LOGO_HEIGHT / height, _MAX_LOGO_WIDTH / width)
    extent = {"cx": round(width * scale), "cy": round(height * scale)}
    inline = make_element(
        "wp:inline",
        _DRAWING_NAMESPACES | dict.fromkeys(("distT", "distB", "distL", "distR"), "0"),
        make_element("wp:extent", extent),
        make_element("wp:docPr", {"id": 1, "name": "Logo", "descr": ""}, _make_decoration_mark()),
        make_element(
            "a:graphic",
            None,
            make_element("a:graphicData", {"uri": _DRAWING_NAMESPACES["xmlns:pic"]}, _make_picture(extent)),
        ),
    )
    return DocxParagraph("PaperHeading", (make_word_element("r", make_word_element("drawing", inline)),))


def _make_decoration_mark() -> Element:
    """Return the mark by which Word tells screen readers to pass over a picture."""
    attributes = {"xmlns:adec": "http://schemas.microsoft.com/office/drawing/2017/decorative", "val": 1}
    extension = {"uri": "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"}
    return make_element("a:extLst", None, make_element("a:ext", extension, make_element("adec:decorative", attributes)))


def _make_picture(extent: dict[str, int]) -> Element:
    picture_properties = make_element(
        "pic:nvPicPr", None, make_element("pic:cNvPr", {"id": 1, "name": "Logo"}), make_element("pic:cNvPicPr")
    )
    picture_fill = make_element(
        "pic:blipFill",
        None,
        make_element("a:blip", {"r:embed": LOGO_RELATIONSHIP_ID}),
        make_element("a:stretch", None, make_element("a:fillRect")),
    )
    transform = make_element("a:xfrm", None, make_element("a:off", {"x": 0, "y": 0}), make_element("a:ext", extent))
    shape_properties = make_element(
        "pic:spPr", None, transform, make_element("a:prstGeom", {"prst": "rect"}, make_element("a:avLst"))
    )
    return make_element("pic:pic", None, picture_properties, picture_fill, shape_properties)


# Pages of a paper in Word: upright and turned ones, what stands at their head and foot.


_LONG_SIDE, _SHORT_SIDE = 16838, 11906
_PAGE_MARGINS = {"top": 1334, "right": 1134, "bottom": 1134, "left": 1134, "header": 567, "footer": 567, "gutter": 0}
_PAGE_MARK, _PAGE_COUNT_MARK = "\x01", "\x02"
HEADERS_AND_FOOTERS = tuple((sort, wide) for sort in ("header", "footer") for wide in (False, True))
"""What stands at the edges of pages: one header and one footer for upright pages, one of each for turned ones."""


def list_edge_relationships() -> tuple[Relationship, ...]:
    """Return how the paper points at what stands at the edges of its pages."""
    return tuple(
        Relationship(_format_edge_id(*edge), edge[0], f"{_format_edge_id(*edge)}.xml") for edge in HEADERS_AND_FOOTERS
    )


def _format_edge_id(edge_type: str, wide: bool) -> str:
    return f"{edge_type}{'-wide' if wide else ''}"


def make_headers_and_footers(context: DocxContext) -> dict[str, Element]:
    """Return the headers and footers by the names of their files."""
    paper = context.document
    page_number = context.wording("page_of", page=_PAGE_MARK, pages=_PAGE_COUNT_MARK)
    edge_runs = {
        "header": ((make_run(paper.title),), (make_run(format_status_mark(paper, context.wording)),)),
        "footer": ((make_run(" · ".join(paper.heading)),), tuple(_make_page_number(page_number))),
    }
    return {
        _format_edge_id(edge_type, wide): _make_edge(edge_type, *edge_runs[edge_type], wide=wide)
        for edge_type, wide in HEADERS_AND_FOOTERS
    }


def _make_edge(edge_type: str, left: Iterable[Element], right: Iterable[Element], *, wide: bool) -> Element:
    tabs = make_word_element(
        "tabs", make_word_element("tab", val="right", pos=LANDSCAPE_WIDTH if wide else PORTRAIT_WIDTH)
    )
    line = DocxParagraph(
        edge_type.capitalize(), (*left, make_word_element("r", make_word_element("tab")), *right), (tabs,)
    )
    return make_word_element("hdr" if edge_type == "header" else "ftr", line.element)


def _make_page_number(sentence: str) -> Iterator[Element]:
    """Yield the words for “page 1 of 9” with fields where the numbers stand."""
    before, _, rest = sentence.partition(_PAGE_MARK)
    between, _, after = rest.partition(_PAGE_COUNT_MARK)
    yield from (make_run(before), *make_field("PAGE"), make_run(between), *make_field("NUMPAGES"), make_run(after))


def make_body(pieces: Sequence[OrientedPiece]) -> Element:
    """Return the text of the paper, cut where pages are turned: a part's last paragraph holds the part's layout."""
    parts = [
        (wide, [piece for piece, _ in group])
        for wide, group in groupby(pieces, key=lambda oriented_piece: oriented_piece[1])
    ]
    children: list[Element] = []
    for index, (wide, part) in enumerate(parts):
        last = part[-1]
        end_paragraph = last if isinstance(last, DocxParagraph) else DocxParagraph("AfterTable")
        layout = _make_page_layout(wide=wide, first=index == 0)
        is_last = index == len(parts) - 1
        end_elements = [end_paragraph.element, layout] if is_last else [_add_layout(end_paragraph, layout)]
        children += [*iter_elements(part[:-1] if end_paragraph is last else part), *end_elements]
    return make_word_element("body", *children)


def _add_layout(paragraph: DocxParagraph, layout: Element) -> Element:
    return replace(paragraph, properties=(*paragraph.properties, layout)).element


def _make_page_layout(*, wide: bool, first: bool) -> Element:
    """Return the layout of some pages. The paper's first has no running title: the title itself stands there.

    LibreOffice takes that for the first page of every part, so the others say what stands there.
    """
    width, height = (_LONG_SIDE, _SHORT_SIDE) if wide else (_SHORT_SIDE, _LONG_SIDE)
    references = [(edge_type, page_type) for edge_type in ("header", "footer") for page_type in ("default", "first")]
    used_references = [reference for reference in references if not first or reference != ("header", "first")]
    return make_word_element(
        "sectPr",
        *(
            make_element(f"w:{edge_type}Reference", {"w:type": page_type, "r:id": _format_edge_id(edge_type, wide)})
            for edge_type, page_type in used_references
        ),
        make_word_element("pgSz", w=width, h=height, orient="landscape" if wide else None),
        make_word_element("pgMar", **_PAGE_MARGINS),
        make_word_element("titlePg", val=int(first)),
    )


STYLES_FILE = "word-styles.xml"

_WORD_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_WORD_NAMESPACES = {
    "xmlns:w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "xmlns:r": OFFICE_RELATIONSHIPS,
}
_COMPATIBILITY_MODE = 15


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as a Word file. Raises `OperationError` when the style sheet for Word is missing or broken."""
    context = DocxContext(document, options.wording, DocumentAnchors(document))
    logo_data = read_logo(options.templates)
    main_element = make_word_element(
        "document", make_body(_lay_out_document(context, [make_logo(logo_data)] if logo_data else []))
    )
    parts = {
        "numbering": make_numbering(context),
        "settings": _make_settings(document),
        **make_headers_and_footers(context),
    }
    link_relationships = tuple(
        Relationship(id_, "hyperlink", url, external=True) for url, id_ in context.link_ids.items()
    )
    fixed_relationships = (Relationship(name, name, f"{name}.xml") for name in ("styles", "numbering", "settings"))
    logo_parts = [PackagePart(f"word/{LOGO_FILE}", "image/png", logo_data)] if logo_data else []
    logo_relationships = [Relationship(LOGO_RELATIONSHIP_ID, "image", LOGO_FILE)] if logo_data else []
    main_part = _make_part(
        "document.main",
        "document",
        main_element,
        (*fixed_relationships, *list_edge_relationships(), *link_relationships, *logo_relationships),
    )
    styles_part = PackagePart("word/styles.xml", f"{_WORD_MEDIA_TYPE}.styles+xml", _read_styles(document, options))
    other_parts = (_make_part(name.partition("-")[0], name, root) for name, root in parts.items())
    return build_package(document, main_part, (styles_part, *other_parts, *logo_parts))


def _lay_out_document(context: DocxContext, logo_pieces: list[DocxPiece]) -> list[OrientedPiece]:
    """Return the whole paper. One that begins with a wide table is wide from its first page on, as in HTML."""
    blocks = context.document.blocks
    begins_wide = bool(blocks) and is_wide(blocks[0])
    body_pieces = lay_out_blocks(blocks, BlockPosition(), context)
    front = [*make_title_block(context, logo_pieces), *make_contents(context)]
    ends_wide = body_pieces[-1][1] if body_pieces else begins_wide
    return [
        *((piece, begins_wide) for piece in front),
        *body_pieces,
        *((piece, ends_wide) for piece in make_last_page(context)),
    ]


def _make_part(part_type: str, name: str, root: Element, relationships: tuple[Relationship, ...] = ()) -> PackagePart:
    for key, value in _WORD_NAMESPACES.items():
        root.set(key, value)
    return PackagePart(f"word/{name}.xml", f"{_WORD_MEDIA_TYPE}.{part_type}+xml", serialise_xml(root), relationships)


def _make_settings(document: Document) -> Element:
    mode = make_word_element(
        "compatSetting",
        name="compatibilityMode",
        uri="http://schemas.microsoft.com/office/word",
        val=_COMPATIBILITY_MODE,
    )
    return make_word_element(
        "settings",
        make_word_element("defaultTabStop", val=720),
        make_word_element("characterSpacingControl", val="doNotCompress"),
        make_word_element("compat", mode),
        make_word_element("themeFontLang", val=document.language),
    )


def _read_styles(document: Document, options: FormatOptions) -> bytes:
    file = templates.find_template(STYLES_FILE, options.templates)
    if file is None:
        raise OperationError(f"No templates folder has {STYLES_FILE}: install p2ptrack again.")
    text = templates.read_template(file)
    try:
        expat.ParserCreate().ParseFile(BytesIO(text.encode("utf-8")))
    except expat.ExpatError as error:
        raise OperationError(f"{file}:{error.lineno} is not XML: {expat.ErrorString(error.code)}.") from error
    return text.replace("en-GB", document.language).encode("utf-8")
