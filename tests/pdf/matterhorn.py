"""What PDF/UA-1 (ISO 14289-1) asks, as far as a program can tell, and what it leaves to people but a program can hold.

The clauses are those of the standard, as the Matterhorn Protocol lists what fails them. Each rule takes a
paper and tells its faults in lines, none where it is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pikepdf

from tests.pdf.reading import Element, Paper

Rule = Callable[[Paper], Iterator[str]]
GROUPS = ("THead", "TBody", "TFoot")
HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")
HOLDS_BLOCKS = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote"}
STANDARD = {
    *HOLDS_BLOCKS, *HEADINGS, *GROUPS, "P", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "Caption", "TOC",
    "TOCI", "Reference", "Link", "Span", "Quote", "Code", "Figure",
}  # fmt: skip
INSIDE = {
    "Table": {"Caption", *GROUPS},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOCI"},
}
AROUND = {
    "LI": {"L"},
    "LBody": {"LI"},
    "Lbl": {"LI", "TOCI"},
    "TR": set(GROUPS),
    "TH": {"TR"},
    "TD": {"TR"},
    "TOCI": {"TOC"},
    "Caption": {"Table"},
} | {group: {"Table"} for group in GROUPS}


def identified(paper: Paper) -> Iterator[str]:
    """5, 6.1, 6.2, 7.1: the file says that it is PDF/UA-1, is marked, has a title, shows it, and suspects nothing."""
    with paper.pdf.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield "no pdfuaid:part 1"
        if not metadata.get("dc:title") or metadata.get("dc:title") != str(paper.pdf.docinfo["/Title"]):
            yield f"title {metadata.get('dc:title')!r}"
    if not re.match(rb"%PDF-1\.[0-7]\n", paper.made):
        yield f"header {paper.made[:10]!r}"
    if paper.root.MarkInfo.get("/Marked") is not True or "/Suspects" in paper.root.MarkInfo:
        yield "not marked"
    if paper.root.ViewerPreferences.get("/DisplayDocTitle") is not True:
        yield "title not shown"


def languages(paper: Paper) -> Iterator[str]:
    """7.2: the language is set for the whole, and is well formed wherever it is."""
    said = [str(paper.root.get("/Lang", "")), *(each.said("Lang") for each in paper.elements if each.said("Lang"))]
    for language in said:
        if not re.fullmatch(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", language):
            yield f"language {language!r}"


def everything_marked(paper: Paper) -> Iterator[str]:
    """7.1: whatever is painted is tagged or an artifact, never both, and stands in the tree once."""
    met = Counter(mark for element in paper.elements for mark in element.marks)
    for index, sheet in enumerate(paper.sheets):
        yield from (f"page {index + 1}: {fault}" for fault in sheet.faults)
        yield from (
            f"page {index + 1}: mark {mark} met {met[index, mark]} times"
            for mark in sheet.marks
            if met[index, mark] != 1
        )
    painted = {(index, mark) for index, sheet in enumerate(paper.sheets) for mark in sheet.marks}
    yield from (f"{mark} is on no page" for mark in met if mark not in painted)


def roles(paper: Paper) -> Iterator[str]:
    """7.1: standard roles alone, none mapped anew; each element's parent is the one that it is in."""
    if "/RoleMap" in paper.root.StructTreeRoot:
        yield "a role map"
    for element in paper.elements:
        if element.role not in STANDARD:
            yield f"role {element.role}"
        around = element.parent.source if element.parent else paper.root.StructTreeRoot
        if element.source.P.objgen != around.objgen:
            yield f"{element.role} {element.source.objgen} has another parent"


def nesting(paper: Paper) -> Iterator[str]:
    """7.2: tables, lists and lists of contents are built of their own parts, in their order."""
    for element in paper.elements:
        kids = [kid.role for kid in element.inside]
        allowed = INSIDE.get(element.role)
        if allowed is not None and (element.marks or not set(kids) <= allowed):
            yield f"{element.role} holds {kids} and {len(element.marks)} texts"
        around = AROUND.get(element.role)
        if around is not None and (element.parent is None or element.parent.role not in around):
            yield f"{element.role} in {element.parent and element.parent.role}"
        if element.role in HOLDS_BLOCKS and element.marks:
            yield f"{element.role} holds text"
        yield from _order(element, kids)


def _order(element: Element, kids: list[str]) -> Iterator[str]:
    if element.role == "Table" and not re.fullmatch(
        r"(Caption )?(THead )?(TBody )+(TFoot )?(Caption )?", "".join(f"{kid} " for kid in kids)
    ):
        yield f"Table of {kids}"
    if element.role == "LI" and not re.fullmatch(r"(Lbl )*(LBody )+", "".join(f"{kid} " for kid in kids)):
        yield f"LI of {kids}"


def nothing_empty(paper: Paper) -> Iterator[str]:
    """Matterhorn 09: an element without content has nothing to say, but for a cell that is empty."""
    for element in paper.elements:
        if not element.kids and element.role not in {"TD", "TH"}:
            yield f"{element.role} is empty"


def regular_tables(paper: Paper) -> Iterator[str]:
    """7.2: rows of a table have the same number of columns, spans counted, and no two cells overlap."""
    for table in paper.all("Table"):
        widths = Counter(width for group in table.inside if group.role in GROUPS for width in _widths(group))
        if len(widths) > 1:
            yield f"rows of {sorted(widths)} columns"


def _widths(group: Element) -> Iterator[int]:
    taken: set[tuple[int, int]] = set()
    for index, row in enumerate(group.inside):
        for cell in row.inside:
            column = next(each for each in range(1000) if (index, each) not in taken)
            covered = _covered(cell, index, column)
            if covered & taken:
                yield -1
            taken |= covered
    height = len(group.inside)
    yield from (sum(row == index for row, _ in taken) for index in range(height))
    if any(row >= height for row, _ in taken):
        yield -1


def _covered(cell: Element, row: int, column: int) -> set[tuple[int, int]]:
    rows, columns = int(cell.attributes.get("RowSpan", 1)), int(cell.attributes.get("ColSpan", 1))
    return {(row + down, column + across) for down in range(rows) for across in range(columns)}


def header_cells(paper: Paper) -> Iterator[str]:
    """7.5: header cells have a scope and a name in the index, every data cell names headers of its own table."""
    names = [cell.said("ID") for cell in paper.all("TH")]
    index = [str(each) for each in list(paper.root.StructTreeRoot.get("/IDTree", {}).get("/Names", []))[::2]]
    if sorted(names) != index or len(set(names)) != len(names):
        yield f"names {names[:5]} and index {index[:5]}"
    for table in paper.all("Table"):
        heads = {cell.said("ID") for cell in table.all("TH")}
        yield from (
            f"{cell.attributes.get('Scope')} of {paper.text(cell)}" for cell in table.all("TH") if _no_scope(cell)
        )
        for cell in table.all("TD"):
            named = [str(each) for each in cell.attributes.get("Headers", [])]
            if not named or not heads.issuperset(named):
                yield f"cell {paper.text(cell)!r} names {named}"


def _no_scope(cell: Element) -> bool:
    return str(cell.attributes.get("Scope")) not in {"/Row", "/Column"}


def headings(paper: Paper) -> Iterator[str]:
    """7.4: headings begin with the first level, skip none, and are the bookmarks."""
    found = [(int(each.role[1]), _squeezed(paper.text(each))) for each in paper.all(*HEADINGS)]
    if [level for level, _ in found][:1] != [1]:
        yield f"begins with {found[:1]}"
    yield from (f"{after} after {before}" for before, after in pairwise(found) if after[0] > before[0] + 1)
    marked = [(depth, _squeezed(title)) for depth, title in paper.bookmarks()]
    if marked != found:
        yield f"bookmarks {marked} and headings {found}"


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def links(paper: Paper) -> Iterator[str]:
    """7.18: every annotation is printed and says the words of the `Link` that it is in; tabs follow the structure."""
    numbers = paper.numbers()
    inside = {each.objgen: element for element in paper.all("Link") for each in element.annotations}
    for index, annotation in paper.annotations():
        element = inside.get(annotation.objgen)
        if str(annotation.Subtype) != "/Link" or int(annotation.get("/F", 0)) != 4:
            yield f"page {index + 1}: {annotation.Subtype}, flags {annotation.get('/F')}"
        if element is None or numbers[int(annotation.StructParent)].objgen != element.source.objgen:
            yield f"page {index + 1}: {annotation.get('/Contents')} in no link"
        elif (
            str(annotation.get("/Contents", "")).casefold() not in _squeezed(paper.text(element, heard=True)).casefold()
        ):
            yield f"page {index + 1}: {annotation.Contents} for {paper.text(element)}"
        if not str(annotation.get("/Contents", "")).strip():
            yield f"page {index + 1}: a link without words"
    yield from (f"no way to follow {paper.text(each)!r}" for each in paper.all("Link") if not each.annotations)
    yield from (f"page {index + 1}: tabs" for index, page in enumerate(paper.pdf.pages) if page.get("/Tabs") != "/S")


def ways_back(paper: Paper) -> Iterator[str]:
    """7.1: from each piece of each page the tree is found, and from nothing that is an artifact."""
    numbers = paper.numbers()
    owners = {mark: element.source.objgen for element in paper.elements for mark in element.marks}
    for index, page in enumerate(paper.pdf.pages):
        kept = {
            (index, mark): owner.objgen
            for mark, owner in enumerate(numbers[int(page.StructParents)])
            if isinstance(owner, pikepdf.Dictionary)
        }
        if kept != {mark: owner for mark, owner in owners.items() if mark[0] == index}:
            yield f"page {index + 1}"
    if max(numbers, default=-1) >= int(paper.root.StructTreeRoot.get("/ParentTreeNextKey", 0)):
        yield "next key"


def pictures(paper: Paper) -> Iterator[str]:
    """7.3: every picture says in words what it shows, and where it stands."""
    for element in paper.all("Figure"):
        left, bottom, right, top = (float(each) for each in element.attributes["BBox"])
        page = paper.pdf.pages[element.marks[0][0]]
        if not element.said("Alt").strip():
            yield "a picture without words"
        if not (0 <= left < right <= float(page.MediaBox[2]) and 0 <= bottom < top <= float(page.MediaBox[3])):
            yield f"a picture at {left, bottom, right, top}"


def fonts(paper: Paper) -> Iterator[str]:
    """7.21: fonts are embedded, every character shown has a glyph and stands for Unicode text."""
    for page in paper.pdf.pages:
        for name, font in page.Resources.get("/Font", {}).items():
            yield from (f"{name}: {fault}" for fault in _font_faults(font))
    for index, sheet in enumerate(paper.sheets):
        for shown, code in sheet.codes:
            text = paper.fonts[shown].get(code, "")
            if not text or code == 0 or set(text) & {"\0", "\ufeff", "\ufffe"}:
                yield f"page {index + 1}: {shown} {code} stands for {text!r}"


def _font_faults(font: Any) -> Iterator[str]:
    (inner,) = font.DescendantFonts
    if font.Subtype != "/Type0" or font.Encoding != "/Identity-H" or inner.Subtype != "/CIDFontType2":
        yield "of another sort"
    if inner.get("/CIDToGIDMap") != "/Identity" or "/FontFile2" not in inner.FontDescriptor:
        yield "not embedded"


def files(paper: Paper) -> Iterator[str]:
    """7.11: attached files have their names, and the catalogue names the files."""
    attached = list(paper.root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", []))[1::2]
    for file in attached:
        if not (str(file.get("/F", "")) and str(file.get("/UF", "")) and str(file.get("/Desc", ""))):
            yield "a file without a name"
        if file.get("/AFRelationship") != "/Data":
            yield f"{file.get('/AFRelationship')}"
    if [each.objgen for each in attached] != [each.objgen for each in paper.root.get("/AF", [])]:
        yield "files that the catalogue does not name"


def nothing_else(paper: Paper) -> Iterator[str]:
    """7.10, 7.15, 7.16, 7.20: no forms, layers, encryption or scripts, and no text in another object than the page."""
    yield from (key for key in ("/AcroForm", "/OCProperties", "/OpenAction", "/AA") if key in paper.root)
    if paper.pdf.is_encrypted:
        yield "encrypted"
    for index, page in enumerate(paper.pdf.pages):
        forms = (name for name, each in page.Resources.get("/XObject", {}).items() if each.Subtype == "/Form")
        yield from (f"page {index + 1}: form {name}" for name in forms)


def margins(paper: Paper) -> Iterator[str]:
    """7.8: what stands in the margin of a page is an artifact."""
    yield from (f"page {index + 1}" for index, sheet in enumerate(paper.sheets) if not sheet.artifacts)


RULES: tuple[Rule, ...] = (
    identified,
    languages,
    everything_marked,
    roles,
    nesting,
    nothing_empty,
    regular_tables,
    header_cells,
    headings,
    links,
    ways_back,
    pictures,
    fonts,
    files,
    nothing_else,
    margins,
)


def faults(paper: Paper) -> dict[str, list[str]]:
    """Return what is wrong with a paper, by rule; of each rule the first few."""
    found = {rule.__name__: list(rule(paper))[:5] for rule in RULES}
    return {name: lines for name, lines in found.items() if lines}
