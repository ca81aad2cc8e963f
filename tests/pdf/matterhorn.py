"""Rules of PDF/UA-1 (ISO 14289-1) that a program can check, and some that the standard leaves to people.

The clauses are those of the standard, as the Matterhorn Protocol lists what fails them. Each rule takes a
paper and yields its errors.
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


def check_identification(paper: Paper) -> Iterator[str]:
    """5, 6.1, 6.2, 7.1: the file is PDF/UA-1, is marked, shows its title, and has no suspects."""
    with paper.pdf.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield "no pdfuaid:part 1"
        if not metadata.get("dc:title") or metadata.get("dc:title") != str(paper.pdf.docinfo["/Title"]):
            yield f"title {metadata.get('dc:title')!r}"
    if not re.match(rb"%PDF-1\.[0-7]\n", paper.output):
        yield f"header {paper.output[:10]!r}"
    if paper.root.MarkInfo.get("/Marked") is not True or "/Suspects" in paper.root.MarkInfo:
        yield "not marked"
    if paper.root.ViewerPreferences.get("/DisplayDocTitle") is not True:
        yield "title not shown"


def check_languages(paper: Paper) -> Iterator[str]:
    """7.2: the language is set for the whole, and is well formed wherever it is."""
    accessible = [
        str(paper.root.get("/Lang", "")),
        *(item.get_text("Lang") for item in paper.elements if item.get_text("Lang")),
    ]
    for language in accessible:
        if not re.fullmatch(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", language):
            yield f"language {language!r}"


def check_marks(paper: Paper) -> Iterator[str]:
    """7.1: whatever is painted is tagged or an artifact, never both, and is in the tree once."""
    met = Counter(mark for element in paper.elements for mark in element.marks)
    for index, page_content in enumerate(paper.page_contents):
        yield from (f"page {index + 1}: {error}" for error in page_content.errors)
        yield from (
            f"page {index + 1}: mark {mark} used {met[index, mark]} times"
            for mark in page_content.marks
            if met[index, mark] != 1
        )
    painted = {(index, mark) for index, page_content in enumerate(paper.page_contents) for mark in page_content.marks}
    yield from (f"{mark} is on no page" for mark in met if mark not in painted)


def check_roles(paper: Paper) -> Iterator[str]:
    """7.1: only standard roles, without a role map; each element names its own parent."""
    if "/RoleMap" in paper.root.StructTreeRoot:
        yield "a role map"
    for element in paper.elements:
        if element.role not in STANDARD:
            yield f"role {element.role}"
        outer = element.parent.source if element.parent else paper.root.StructTreeRoot
        if element.source.P.objgen != outer.objgen:
            yield f"{element.role} {element.source.objgen} has another parent"


def check_nesting(paper: Paper) -> Iterator[str]:
    """7.2: tables, lists and tables of contents consist of their own parts, in their order."""
    for element in paper.elements:
        kids = [kid.role for kid in element.inside]
        allowed = INSIDE.get(element.role)
        if allowed is not None and (element.marks or not set(kids) <= allowed):
            yield f"{element.role} holds {kids} and {len(element.marks)} texts"
        outer = AROUND.get(element.role)
        if outer is not None and (element.parent is None or element.parent.role not in outer):
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


def check_empty_elements(paper: Paper) -> Iterator[str]:
    """Matterhorn 09: no element but a cell is empty."""
    for element in paper.elements:
        if not element.kids and element.role not in {"TD", "TH"}:
            yield f"{element.role} is empty"


def check_table_grids(paper: Paper) -> Iterator[str]:
    """7.2: rows of a table have the same number of columns, spans counted, and no two cells overlap."""
    for table in paper.all("Table"):
        widths = Counter(width for group in table.inside if group.role in GROUPS for width in _widths(group))
        if len(widths) > 1:
            yield f"rows of {sorted(widths)} columns"


def _widths(group: Element) -> Iterator[int]:
    used_ids: set[tuple[int, int]] = set()
    for index, row in enumerate(group.inside):
        for cell in row.inside:
            column = next(item for item in range(1000) if (index, item) not in used_ids)
            covered = _covered(cell, index, column)
            if covered & used_ids:
                yield -1
            used_ids |= covered
    height = len(group.inside)
    yield from (sum(row == index for row, _ in used_ids) for index in range(height))
    if any(row >= height for row, _ in used_ids):
        yield -1


def _covered(cell: Element, row: int, column: int) -> set[tuple[int, int]]:
    rows, columns = int(cell.attributes.get("RowSpan", 1)), int(cell.attributes.get("ColSpan", 1))
    return {(row + down, column + across) for down in range(rows) for across in range(columns)}


def check_header_cells(paper: Paper) -> Iterator[str]:
    """7.5: header cells have a scope and a name in the index, every data cell names headers of its own table."""
    names = [cell.get_text("ID") for cell in paper.all("TH")]
    index = [str(item) for item in list(paper.root.StructTreeRoot.get("/IDTree", {}).get("/Names", []))[::2]]
    if sorted(names) != index or len(set(names)) != len(names):
        yield f"names {names[:5]} and index {index[:5]}"
    for table in paper.all("Table"):
        heads = {cell.get_text("ID") for cell in table.all("TH")}
        yield from (
            f"{cell.attributes.get('Scope')} of {paper.text(cell)}" for cell in table.all("TH") if _no_scope(cell)
        )
        for cell in table.all("TD"):
            get_name = [str(item) for item in cell.attributes.get("Headers", [])]
            if not get_name or not heads.issuperset(get_name):
                yield f"cell {paper.text(cell)!r} names {get_name}"


def _no_scope(cell: Element) -> bool:
    return str(cell.attributes.get("Scope")) not in {"/Row", "/Column"}


def check_headings(paper: Paper) -> Iterator[str]:
    """7.4: headings begin with the first level, skip none, and are the bookmarks."""
    matches = [(int(item.role[1]), _squeezed(paper.text(item))) for item in paper.all(*HEADINGS)]
    if [level for level, _ in matches][:1] != [1]:
        yield f"begins with {matches[:1]}"
    yield from (f"{after} after {before}" for before, after in pairwise(matches) if after[0] > before[0] + 1)
    marked = [(depth, _squeezed(title)) for depth, title in paper.bookmarks()]
    if marked != matches:
        yield f"bookmarks {marked} and headings {matches}"


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def check_links(paper: Paper) -> Iterator[str]:
    """7.18: every annotation is printed and has the text of its `Link`; the tab order follows the structure."""
    numbers = paper.numbers()
    inside = {item.objgen: element for element in paper.all("Link") for item in element.annotations}
    for index, annotation in paper.annotations():
        element = inside.get(annotation.objgen)
        if str(annotation.Subtype) != "/Link" or int(annotation.get("/F", 0)) != 4:
            yield f"page {index + 1}: {annotation.Subtype}, flags {annotation.get('/F')}"
        if element is None or numbers[int(annotation.StructParent)].objgen != element.source.objgen:
            yield f"page {index + 1}: {annotation.get('/Contents')} in no link"
        elif (
            str(annotation.get("/Contents", "")).casefold()
            not in _squeezed(paper.text(element, accessible_text=True)).casefold()
        ):
            yield f"page {index + 1}: {annotation.Contents} for {paper.text(element)}"
        if not str(annotation.get("/Contents", "")).strip():
            yield f"page {index + 1}: a link without words"
    yield from (f"no way to follow {paper.text(item)!r}" for item in paper.all("Link") if not item.annotations)
    yield from (f"page {index + 1}: tabs" for index, page in enumerate(paper.pdf.pages) if page.get("/Tabs") != "/S")


def check_parent_tree(paper: Paper) -> Iterator[str]:
    """7.1: the parent tree has every marked piece of each page, and no artifact."""
    numbers = paper.numbers()
    owners = {mark: element.source.objgen for element in paper.elements for mark in element.marks}
    for index, page in enumerate(paper.pdf.pages):
        attributes = {
            (index, mark): owner.objgen
            for mark, owner in enumerate(numbers[int(page.StructParents)])
            if isinstance(owner, pikepdf.Dictionary)
        }
        if attributes != {mark: owner for mark, owner in owners.items() if mark[0] == index}:
            yield f"page {index + 1}"
    if max(numbers, default=-1) >= int(paper.root.StructTreeRoot.get("/ParentTreeNextKey", 0)):
        yield "next key"


def check_pictures(paper: Paper) -> Iterator[str]:
    """7.3: every picture has a description and a bounding box."""
    for element in paper.all("Figure"):
        left, bottom, right, top = (float(item) for item in element.attributes["BBox"])
        page = paper.pdf.pages[element.marks[0][0]]
        if not element.get_text("Alt").strip():
            yield "a picture without words"
        if not (0 <= left < right <= float(page.MediaBox[2]) and 0 <= bottom < top <= float(page.MediaBox[3])):
            yield f"a picture at {left, bottom, right, top}"


def check_fonts(paper: Paper) -> Iterator[str]:
    """7.21: fonts are embedded, every character shown has a glyph and a Unicode mapping."""
    for page in paper.pdf.pages:
        for name, font in page.Resources.get("/Font", {}).items():
            yield from (f"{name}: {error}" for error in _iter_font_errors(font))
    for index, page_content in enumerate(paper.page_contents):
        for shown_text, code in page_content.codes:
            text = paper.fonts[shown_text].get(code, "")
            if not text or code == 0 or set(text) & {"\0", "\ufeff", "\ufffe"}:
                yield f"page {index + 1}: {shown_text} {code} stands for {text!r}"


def _iter_font_errors(font: Any) -> Iterator[str]:
    (inner,) = font.DescendantFonts
    if font.Subtype != "/Type0" or font.Encoding != "/Identity-H" or inner.Subtype != "/CIDFontType2":
        yield "of another sort"
    if inner.get("/CIDToGIDMap") != "/Identity" or "/FontFile2" not in inner.FontDescriptor:
        yield "not embedded"


def check_files(paper: Paper) -> Iterator[str]:
    """7.11: attached files have their names, and the catalogue names the files."""
    attached = list(paper.root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", []))[1::2]
    for file in attached:
        if not (str(file.get("/F", "")) and str(file.get("/UF", "")) and str(file.get("/Desc", ""))):
            yield "a file without a name"
        if file.get("/AFRelationship") != "/Data":
            yield f"{file.get('/AFRelationship')}"
    if [item.objgen for item in attached] != [item.objgen for item in paper.root.get("/AF", [])]:
        yield "files that the catalogue does not name"


def check_forbidden_features(paper: Paper) -> Iterator[str]:
    """7.10, 7.15, 7.16, 7.20: no forms, layers, encryption or scripts, and no text in another object than the page."""
    yield from (key for key in ("/AcroForm", "/OCProperties", "/OpenAction", "/AA") if key in paper.root)
    if paper.pdf.is_encrypted:
        yield "encrypted"
    for index, page in enumerate(paper.pdf.pages):
        forms = (name for name, item in page.Resources.get("/XObject", {}).items() if item.Subtype == "/Form")
        yield from (f"page {index + 1}: form {name}" for name in forms)


def check_margins(paper: Paper) -> Iterator[str]:
    """7.8: the margins of a page are artifacts."""
    yield from (
        f"page {index + 1}" for index, page_content in enumerate(paper.page_contents) if not page_content.artifacts
    )


RULES: tuple[Rule, ...] = (
    check_identification,
    check_languages,
    check_marks,
    check_roles,
    check_nesting,
    check_empty_elements,
    check_table_grids,
    check_header_cells,
    check_headings,
    check_links,
    check_parent_tree,
    check_pictures,
    check_fonts,
    check_files,
    check_forbidden_features,
    check_margins,
)


def find_errors(paper: Paper) -> dict[str, list[str]]:
    """Return the first errors of a paper by rule, such as `headings`."""
    errors = {rule.__name__.removeprefix("check_"): list(rule(paper))[:5] for rule in RULES}
    return {name: lines for name, lines in errors.items() if lines}
