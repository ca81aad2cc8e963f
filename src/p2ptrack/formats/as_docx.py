"""Papers for Word: what a clerk opens, changes, and pastes into the committee system.

Written without a library for Word: the file holds nothing of the clock or of somebody else's
template, and whatever a record says is text, never a field or markup. Its look is
`templates/word-styles.xml`, which a council may replace.
"""

from __future__ import annotations

from io import BytesIO
from xml.etree.ElementTree import Element
from xml.parsers import expat

from p2ptrack.errors import OperationError
from p2ptrack.formats import template_files
from p2ptrack.formats.archive import PackagePart, Relationship, build_package
from p2ptrack.formats.look import FormatOptions
from p2ptrack.formats.places import DocumentAnchors
from p2ptrack.formats.word import logo as word_logo
from p2ptrack.formats.word.blocks import OrientedPiece, is_wide, lay_out_blocks
from p2ptrack.formats.word.front import make_contents, make_last_page, make_title_block
from p2ptrack.formats.word.lists import BlockPosition, make_numbering
from p2ptrack.formats.word.marks import DocxContext, DocxPiece, make_word_element
from p2ptrack.formats.word.pages import list_edge_relationships, make_body, make_headers_and_footers
from p2ptrack.formats.xml_parts import OFFICE_RELATIONSHIPS, serialise_xml
from p2ptrack.reports.document import Document

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
    logo_data = word_logo.read_logo(options.templates)
    main_element = make_word_element(
        "document", make_body(_lay_out_document(context, [word_logo.make_logo(logo_data)] if logo_data else []))
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
    logo_parts = [PackagePart(f"word/{word_logo.LOGO_FILE}", "image/png", logo_data)] if logo_data else []
    logo_relationships = (
        [Relationship(word_logo.LOGO_RELATIONSHIP_ID, "image", word_logo.LOGO_FILE)] if logo_data else []
    )
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
    file = template_files.find_template(STYLES_FILE, options.templates)
    if file is None:
        raise OperationError(f"No templates folder has {STYLES_FILE}: install p2ptrack again.")
    text = template_files.read_template(file)
    try:
        expat.ParserCreate().ParseFile(BytesIO(text.encode("utf-8")))
    except expat.ExpatError as error:
        raise OperationError(f"{file}:{error.lineno} is not XML: {expat.ErrorString(error.code)}.") from error
    return text.replace("en-GB", document.language).encode("utf-8")
