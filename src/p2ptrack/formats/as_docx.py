"""Papers for Word: what a clerk opens, changes, and pastes into the committee system.

Written without a library for Word: the file holds nothing of the clock or of somebody else's
template, and whatever a record says is text, never a field or markup. Its look is
`templates/word-styles.xml`, which a council may replace.
"""

from __future__ import annotations

from io import BytesIO
from xml.etree.ElementTree import Element
from xml.parsers import expat

from p2ptrack.errors import CannotGoOn
from p2ptrack.formats import template_files
from p2ptrack.formats.archive import Part, Relation, package
from p2ptrack.formats.look import Look
from p2ptrack.formats.places import Places
from p2ptrack.formats.word import logo as word_logo
from p2ptrack.formats.word.blocks import Placed, is_wide, placed
from p2ptrack.formats.word.front import last_page, list_of_contents, title_block
from p2ptrack.formats.word.lists import Where, numbering
from p2ptrack.formats.word.marks import Piece, Shared, word
from p2ptrack.formats.word.pages import body, relations, running
from p2ptrack.formats.xml_parts import OFFICE, as_bytes
from p2ptrack.reports.document import Document

STYLES = "word-styles.xml"

_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMES = {"xmlns:w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "xmlns:r": OFFICE}
_WORD_2013 = 15


def write(document: Document, look: Look) -> bytes:
    """Return the paper as a Word file. Raises `CannotGoOn` when the style sheet for Word is missing or broken."""
    shared = Shared(document, look.words, Places(document))
    logo = word_logo.read(look.templates)
    text = word("document", body(_placed(shared, [word_logo.picture(logo)] if logo else [])))
    parts = {"numbering": numbering(shared), "settings": _settings(document), **running(shared)}
    links = tuple(Relation(id_, "hyperlink", url, external=True) for url, id_ in shared.links.items())
    fixed = (Relation(name, name, f"{name}.xml") for name in ("styles", "numbering", "settings"))
    shown = [Part(f"word/{word_logo.FILE}", "image/png", logo)] if logo else []
    seen = [Relation(word_logo.RELATION, "image", word_logo.FILE)] if logo else []
    main = _part("document.main", "document", text, (*fixed, *relations(), *links, *seen))
    styles = Part("word/styles.xml", f"{_KIND}.styles+xml", _styles(document, look))
    others = (_part(name.partition("-")[0], name, root) for name, root in parts.items())
    return package(document, main, (styles, *others, *shown))


def _placed(shared: Shared, logo: list[Piece]) -> list[Placed]:
    """Return the whole paper. One that begins with a wide table is wide from its first page on, as in HTML."""
    blocks = shared.document.blocks
    wide = bool(blocks) and is_wide(blocks[0])
    text = placed(blocks, Where(), shared)
    front = [*title_block(shared, logo), *list_of_contents(shared)]
    last = text[-1][1] if text else wide
    return [*((piece, wide) for piece in front), *text, *((piece, last) for piece in last_page(shared))]


def _part(kind: str, name: str, root: Element, relations_: tuple[Relation, ...] = ()) -> Part:
    for key, value in _NAMES.items():
        root.set(key, value)
    return Part(f"word/{name}.xml", f"{_KIND}.{kind}+xml", as_bytes(root), relations_)


def _settings(document: Document) -> Element:
    mode = word(
        "compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=_WORD_2013
    )
    return word(
        "settings",
        word("defaultTabStop", val=720),
        word("characterSpacingControl", val="doNotCompress"),
        word("compat", mode),
        word("themeFontLang", val=document.language),
    )


def _styles(document: Document, look: Look) -> bytes:
    file = template_files.find(STYLES, look.templates)
    if file is None:
        raise CannotGoOn(f"No templates folder has {STYLES}: install p2ptrack again.")
    text = template_files.read(file)
    try:
        expat.ParserCreate().ParseFile(BytesIO(text.encode("utf-8")))
    except expat.ExpatError as error:
        raise CannotGoOn(f"{file}:{error.lineno} is not XML: {expat.ErrorString(error.code)}.") from error
    return text.replace("en-GB", document.language).encode("utf-8")
