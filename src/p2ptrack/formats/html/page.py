"""Papers as HTML: one file that needs no other, made from templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, groupby
from typing import Any

from jinja2 import Environment, StrictUndefined

from p2ptrack.formats.charts import render_svg
from p2ptrack.formats.html import templates
from p2ptrack.formats.html.templates import LimitedEnvironment, limit_memory
from p2ptrack.formats.pasted_text import strip_unprintable
from p2ptrack.formats.prose import is_link, render_prose_html
from p2ptrack.model.programme import DEFAULT_LANGUAGE, ENGLISH_END, ENGLISH_START, remove_english_marks
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    FormatOptions,
    Link,
    Notice,
    Paragraph,
    Prose,
    Ref,
    Row,
    Section,
    Table,
    format_labelled_value,
    format_last_publication,
    format_provenance,
    format_render_command,
    format_scalar,
    format_spans,
    walk_blocks,
)
from p2ptrack.values import dataclass

PAGE_TEMPLATE = "paper.html"
STYLESHEETS = ("paper.css", "brand.css")
MIN_CONTENTS_SECTIONS = 4
"""A paper with fewer main sections has no list of contents. `contents.html` has the same number."""
MAX_SHORT_LENGTH = 15_000
"""The characters of a paper of about six pages. A shorter one prints no list of contents."""
MAX_CONTENTS_LINES = 40
"""A longer list of contents names the main sections only."""

_NARROW_PERCENT, _MAX_NARROW_PERCENT, _WHOLE, _TINY = 8.5, 60.0, 100.0, 1e-6
_WIDTH_PARTS = {"medium": 4, "wide": 11}
_REST_WEIGHTS = {"narrow": 1, "medium": 2, "wide": 6}
_PORTRAIT_WIDTH, _LANDSCAPE_WIDTH, _CELL_PADDING = 170.0, 257.0, 4.0  # millimetres; Word's are the narrower
SCREEN_WIDTH = 165.0
"""The width of a table on a wide screen, in millimetres of print with type of the same size."""
_LETTER, _WIDE_LETTER, _NARROW_LETTER = 2.0, 2.7, 1.15
_WIDE_LETTERS, _NARROW_LETTERS = b"ABCDEGHKMNOQRSUVWXYmw%@", b"Iijltfr.,:;'|!()[]/ "
_MAX_WORD = 18
"""Longer words, such as addresses, are divided where the column ends."""
_WORD_BREAK = re.compile("(?<=-)")
_NEARLY = 0.8
_MAX_UNDIVIDED_LINES = 14
_PAGE_ANCHORS = ("paper", "contents")
"""The anchors of the page itself, in `paper.html` and `contents.html`."""
_PAGE_MARK, _PAGE_COUNT_MARK = "\x01", "\x02"
_CSS_COUNTERS = {_PAGE_MARK: "counter(page)", _PAGE_COUNT_MARK: "counter(pages)"}


_SURROGATES = re.compile("[\ud800-\udfff]")
"""Surrogates: a template can write them, and no file can hold them."""


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML made by this program, which templates print as it is. They escape everything else."""

    text: str

    def __html__(self) -> str:
        """Return the HTML. Jinja's autoescape calls this."""
        return self.text

    def __str__(self) -> str:
        return self.text


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as one HTML file. Raises `OperationError` with file and line when a template is broken."""
    return render_page(document, options).encode("utf-8")


def render_page(document: Document, options: FormatOptions) -> str:
    """Return the paper as HTML text. Raises `OperationError` with file and line when a template is broken."""
    limited = not options.allow_slow
    with templates.locate_template_errors(options.templates), limit_memory(limited=limited):
        environment = _create_paper_environment(document, options)
        page = environment.get_template(PAGE_TEMPLATE).render(_build_context(document, options))
    templates.require_closed_page(page, options.templates)
    return finish_page(page)


def finish_page(page: str) -> str:
    """Return a page without surrogates, and with the language of each text that is in English on a page that is not."""
    page = _SURROGATES.sub("", page)
    return "".join(_iter_marked_parts(page)) if ENGLISH_START in page else page


def _iter_marked_parts(page: str) -> Iterator[str]:
    """Yield the tags and texts of a page. A text that is marked as English becomes an element with its language.

    Attributes, and texts inside the elements that hold nothing but text, lose their marks.
    """
    plain_elements: list[str] = []
    depth = 0  # an English text can have another one in it
    for part in _TAG.split(page):
        if part.startswith("<") and part.endswith(">"):
            name = part[1:].partition(" ")[0].strip("/>").casefold()
            if name in _PLAIN_ELEMENTS:
                plain_elements = plain_elements[:-1] if part.startswith("</") else [*plain_elements, name]
            yield remove_english_marks(part)
            continue
        for piece in _MARKS.split(part):
            if piece in {ENGLISH_START, ENGLISH_END}:
                depth += 1 if piece == ENGLISH_START else -1
            elif depth > 0 and not plain_elements and piece.strip():
                yield f'<span lang="{DEFAULT_LANGUAGE}">{piece}</span>'
            else:
                yield piece


_TAG = re.compile(r"(<[^<>]*>)")
_MARKS = re.compile(f"([{ENGLISH_START}{ENGLISH_END}])")
_PLAIN_ELEMENTS = frozenset({"title", "style", "svg"})


def _create_paper_environment(document: Document, options: FormatOptions) -> Environment:
    turned_tables = frozenset(_find_landscape_tables(document.blocks))

    def page_width(table: Table) -> float:
        return _LANDSCAPE_WIDTH if id(table) in turned_tables else _PORTRAIT_WIDTH

    shares_by_table: dict[int, list[float]] = {}

    def find_shares(table: Table) -> list[float]:
        if id(table) not in shares_by_table:
            shares_by_table[id(table)] = _share_widths(table, page_width(table))
        return shares_by_table[id(table)]

    def format_widths(table: Table) -> tuple[str, ...]:
        shares = _format_shares(find_shares(table))
        if id(table) not in turned_tables:
            return shares
        on_screen = _format_shares(_share_widths(table, SCREEN_WIDTH))  # which is not turned
        return tuple(f"{share}; --screen: {other}" for share, other in zip(shares, on_screen, strict=True))

    environment = create_environment(options, in_sandbox=templates.has_own_templates(options.templates))
    environment.filters |= {
        "long_rows": lambda table: find_long_rows(table, find_shares(table), page_width(table)),
        "shares": format_widths,
        "column_width": lambda share: SafeHtml(f'style="width: {share}"'),
    }
    return environment


def create_environment(options: FormatOptions, *, in_sandbox: bool = True) -> Environment:
    """Return the environment of templates, with the filters that papers and the site share.

    The templates of p2ptrack itself need no sandbox, which takes a third of the time.
    """
    settings: dict[str, Any] = {
        "loader": templates.TemplateLoader(options.templates),
        "bytecode_cache": templates.COMPILED_TEMPLATES,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "finalize": lambda value: value if hasattr(value, "__html__") else strip_unprintable(str(value)),
    }
    if in_sandbox:
        environment: Environment = LimitedEnvironment(limited=not options.allow_slow, autoescape=True, **settings)
    else:
        environment = Environment(autoescape=True, **settings)
    environment.filters |= FILTERS
    return environment


def _build_context(document: Document, options: FormatOptions) -> dict[str, Any]:
    anchors, opening_count = DocumentAnchors(document), count_opening_blocks(document)
    return {
        "paper": document,
        "word": options.wording,
        "styles": [SafeHtml(templates.load_stylesheet(name, options.templates)) for name in STYLESHEETS],
        "page_of": format_page_counter(options.wording("page_of", page=_PAGE_MARK, pages=_PAGE_COUNT_MARK)),
        "logo": templates.load_logo(options.templates),
        "opening": opening_count,
        "contents": list_contents(document.blocks[opening_count:]),
        "command": format_render_command(document),
        "last_publication": format_last_publication(document, options.wording),
        "made_by": format_provenance(document, options.wording),
        "short": is_short(document),
        "place": anchors.find_anchor,
        "place_of": anchors.find_record_anchor,
        "address_of": anchors.find_address,
    }


def count_opening_blocks(document: Document) -> int:
    """Return how many blocks precede the list of contents: all up to the last opening section."""
    opening_indexes = [
        index
        for index, block in enumerate(document.blocks)
        if isinstance(block, Section) and block.key in document.opening
    ]
    return opening_indexes[-1] + 1 if opening_indexes else 0


def is_short(document: Document) -> bool:
    """Whether a paper has so few pages that a printed list of contents would be a large part of it."""
    length = 0
    for block in walk_blocks(document.blocks):
        length += _count_characters(block)
        if length > MAX_SHORT_LENGTH:
            return False
    return True


def _count_characters(block: Block) -> int:
    match block:
        case Paragraph():
            return len(format_spans(block.spans))
        case Prose():
            return len(block.markdown)
        case Table():
            values = (cell.content for row in block.rows for cell in row.cells)
            return sum(len(format_scalar(value)) for value in values if not isinstance(value, tuple))
        case _:
            return 0


def list_contents(blocks: Sequence[Block]) -> tuple[tuple[Section, tuple[Section, ...]], ...]:
    """Return the sections for the list of contents, each with its subsections unless the list would be too long."""
    entries = tuple((section, _select_sections(section.blocks)) for section in _select_sections(blocks))
    line_count = sum(1 + len(subsections) for _, subsections in entries)
    return entries if line_count <= MAX_CONTENTS_LINES else tuple((section, ()) for section, _ in entries)


def _select_sections(blocks: Sequence[Block]) -> tuple[Section, ...]:
    return tuple(block for block in blocks if isinstance(block, Section))


def group_rows(rows: Sequence[Row]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return the rows in their order under the headings of their groups."""
    return tuple((group, tuple(members)) for group, members in groupby(rows, key=lambda row: row.group))


def _find_landscape_tables(blocks: Sequence[Block], *, landscape: bool = False) -> Iterator[int]:
    """Yield the identities of the tables on landscape pages."""
    for block in blocks:
        match block:
            case Table() if landscape or block.landscape:
                yield id(block)
            case Section():
                yield from _find_landscape_tables(block.blocks, landscape=landscape or block.landscape)
            case Notice():
                yield from _find_landscape_tables(block.blocks, landscape=landscape)


def share_widths(table: Table, width: float, head_factor: float = 1.0) -> tuple[str, ...]:
    """Return each column's share of the width. With fixed widths, long tables are laid out a third faster.

    `width` is the table's in millimetres. `head_factor` is how much wider heads may be set than here.

    A table whose rows fit on one line has columns as wide as their text. Otherwise a narrow column holds an id or a
    short word, the others share the rest, and every column is as wide as its longest usual word and no wider than its
    longest line.
    """
    return _format_shares(_share_widths(table, width, head_factor))


def _format_shares(shares: Iterable[float]) -> tuple[str, ...]:
    return tuple(f"{share:.2f}%" for share in shares)


def _share_widths(table: Table, page_width: float, head_factor: float = 1.0) -> list[float]:
    """Return the shares in per cent."""
    texts = [_list_texts(table, index) for index in range(len(table.columns))]
    titles = [column.title for column in table.columns]
    # The cells of a column of heads are set as bold as the heads of columns.
    factors = [head_factor if column.header else 1.0 for column in table.columns]
    natural = [
        max(factor * _measure_widest(column), head_factor * _measure_widest([title])) + _CELL_PADDING
        for column, title, factor in zip(texts, titles, factors, strict=True)
    ]
    if sum(natural) <= page_width:
        return _share_rest(table.columns, natural, page_width)
    needed = [
        _WHOLE
        * (max(factor * _measure_longest_word(column), head_factor * _measure_longest_word([title])) + _CELL_PADDING)
        / page_width
        for column, title, factor in zip(texts, titles, factors, strict=True)
    ]
    most = [_WHOLE * width / page_width for width in natural]
    return _limit_shares(_share_by_text(table, _share_by_kind(table.columns), page_width), needed, most)


def _share_rest(columns: Sequence[Column], natural: Sequence[float], page_width: float) -> list[float]:
    """Return the shares of columns that all fit: what their text needs, and of the rest most for wide columns."""
    weights = [width * _REST_WEIGHTS[column.width] for column, width in zip(columns, natural, strict=True)]
    rest = (page_width - sum(natural)) / sum(weights)
    return [_WHOLE * (width + weight * rest) / page_width for width, weight in zip(natural, weights, strict=True)]


def _share_by_kind(columns: Sequence[Column]) -> list[float]:
    narrow_count = sum(column.width == "narrow" for column in columns)
    parts = sum(_WIDTH_PARTS.get(column.width, 0) for column in columns)
    narrow_width = 100 / max(narrow_count, 1)
    if parts:
        narrow_width = min(_NARROW_PERCENT, _MAX_NARROW_PERCENT / max(narrow_count, 1))
    part_width = (100 - narrow_width * narrow_count) / max(parts, 1)
    widths = {"narrow": narrow_width} | {name: part_width * size for name, size in _WIDTH_PARTS.items()}
    return [widths[column.width] for column in columns]


def _share_by_text(table: Table, shares: list[float], page_width: float) -> list[float]:
    """Return shares that make the rows about as low as they can be. Narrow columns keep theirs.

    A row is as high as its highest cell. A norm of high order approximates this maximum, so that a gradient exists.
    """
    free = [index for index, column in enumerate(table.columns) if column.width != "narrow"]
    rows = [row for row in table.rows[:_MEASURED_ROWS] if row.role != "detail"]
    texts = [[_list_cell_texts(row.cells[index]) for index in free] for row in rows]
    lengths = [[sum(map(_measure_text, cell)) * _WHOLE / page_width for cell in row] for row in texts]
    last_lines = [[len(cell) / 2 for cell in row] for row in texts]
    total_share = sum(shares[index] for index in free)
    widths = [shares[index] for index in free]
    for _ in range(_STEPS if texts and free else 0):
        pulls = [_TINY] * len(free)
        for row_lengths, row_last_lines in zip(lengths, last_lines, strict=True):
            lines = [length / width for length, width in zip(row_lengths, widths, strict=True)]
            heights = [full + rest for full, rest in zip(lines, row_last_lines, strict=True)]
            highest = max(heights)
            powers = [(height / highest) ** (_NORM - 1) for height in heights]
            for place, (power, full) in enumerate(zip(powers, lines, strict=True)):
                pulls[place] += power * full / sum(powers)
        # At the lowest sum each width is in proportion to its pull. A whole step there would go too far.
        widths = [width ** (1 - _STEP) * pull**_STEP for width, pull in zip(widths, pulls, strict=True)]
        widths = [width * total_share / sum(widths) for width in widths]
    shared = dict(zip(free, widths, strict=True))
    return [shared.get(index, share) for index, share in enumerate(shares)]


_NEW_PARAGRAPH = re.compile(r"\n(?=[ \t]*(?:\n|[-*+] |\d{1,3}[.)] ))")
_MEASURED_ROWS, _STEPS, _NORM, _STEP = 100, 30, 6, 1 / 7


def _limit_shares(shares: list[float], needed: Sequence[float], most: Sequence[float]) -> list[float]:
    """Return shares between what each column needs and the most that it can use, at the expense of the others.

    Without room for what all need, all get less.
    """
    if sum(needed) >= _WHOLE:
        return [_WHOLE * need / sum(needed) for need in needed]
    fixed: dict[int, float] = {}
    while True:
        free_share = sum(share for index, share in enumerate(shares) if index not in fixed)
        free_width = _WHOLE - sum(fixed.values())
        widths = [
            fixed.get(index, share * free_width / free_share if free_share else 0.0)
            for index, share in enumerate(shares)
        ]
        # What is too narrow comes first: it takes room from the rest.
        changed = {index: needed[index] for index, width in enumerate(widths) if width < needed[index] - _TINY}
        changed = changed or {index: most[index] for index, width in enumerate(widths) if width > most[index] + _TINY}
        if not changed:
            return widths
        fixed |= changed


def _list_texts(table: Table, index: int) -> list[str]:
    """Return the lines of text in a column: its title, its values and the paragraphs of its cells."""
    texts = [table.columns[index].title]
    for row in table.rows:
        if row.role != "detail":
            texts += _list_cell_texts(row.cells[index])
    return texts


def _list_cell_texts(cell: Cell) -> list[str]:
    if not isinstance(cell.content, tuple):
        return [format_scalar(cell.content)]
    texts = []
    for block in walk_blocks(cell.content):
        match block:
            case Paragraph():
                texts.append(format_spans(block.spans))
            case Prose():
                texts += [" ".join(part.split()) for part in _NEW_PARAGRAPH.split(block.markdown)]
            case Facts():
                texts += [f"{fact.label}: {format_labelled_value(fact.value, fact.spans)}" for fact in block.rows]
                texts += [format_spans(line) for fact in block.rows for line in fact.lines]
    return texts or [""]


def _measure_longest_word(texts: Sequence[str]) -> float:
    """Return the width of the longest word that is no address or code, in millimetres."""
    words = set(chain.from_iterable(map(str.split, texts)))
    parts = {part for word in words for part in _WORD_BREAK.split(word) if len(part) <= _MAX_WORD}
    return _measure_widest(parts)


def _measure_widest(texts: Collection[str]) -> float:
    """Return the width of the widest text, in millimetres. Only those that are nearly the longest are measured."""
    longest = max(map(len, texts), default=0)
    return max((_measure_text(text) for text in texts if len(text) >= _NEARLY * longest), default=0.0)


def _measure_text(text: str) -> float:
    """Return about how wide a text is in the type of tables, in millimetres: rather too much than too little."""
    letters = text.encode("ascii", "ignore")  # deleting letters of bytes is ten times faster than counting each
    narrow = len(letters) - len(letters.translate(None, _NARROW_LETTERS))
    wide = len(letters) - len(letters.translate(None, _WIDE_LETTERS))
    return narrow * _NARROW_LETTER + wide * _WIDE_LETTER + (len(text) - narrow - wide) * _LETTER


def find_long_rows(table: Table, shares: Sequence[float], page_width: float) -> frozenset[int]:
    """Return the identities of the rows that may be divided between pages.

    A short row is kept together. A row that must be kept together and is taller than a page would lose the heads of
    its columns (Kozea/WeasyPrint#2679).
    """
    widths = [max(share * page_width / 100 - _CELL_PADDING, _LETTER) for share in shares]
    return frozenset(
        id(row)
        for row in table.rows
        if row.role != "detail"
        and any(_is_long_cell(cell, width) for cell, width in zip(row.cells, widths, strict=True))
    )


def _is_long_cell(cell: Cell, width: float) -> bool:
    texts = _list_cell_texts(cell)
    if sum(1 + len(text) * _WIDE_LETTER // width for text in texts) <= _MAX_UNDIVIDED_LINES:
        return False  # whatever its letters are
    return sum(1 + _measure_text(text) // width for text in texts) > _MAX_UNDIVIDED_LINES


def format_css_string(text: str) -> SafeHtml:
    """Return text as a CSS string, with every character that CSS or HTML could interpret as its number."""
    printable_text = remove_english_marks(strip_unprintable(text))
    escaped = re.sub(r"[^\w ]", lambda match: f"\\{ord(match.group()):x} ", printable_text)
    return SafeHtml(f'"{escaped}"')


def format_page_counter(sentence: str) -> SafeHtml:
    """Return “Page 1 of 9” as CSS content: strings and counters."""
    parts = re.split(f"([{_PAGE_MARK}{_PAGE_COUNT_MARK}])", sentence)
    return SafeHtml(" ".join(_CSS_COUNTERS.get(part) or format_css_string(part).text for part in parts if part))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "css_text": format_css_string,
    "grouped": group_rows,
    "identity": id,
    "kind": lambda part: type(part).__name__.casefold(),  # such as `table`, `ref`, `str`
    "printed": format_scalar,
    "prose": lambda text: SafeHtml(render_prose_html(text)),
    "svg": lambda picture, name: SafeHtml(render_svg(picture, name)),
}
"""What the templates of papers and of the site share."""


class DocumentAnchors:
    """The unique anchor of every section, table and record of a document.

    A record's anchor is its own section or, without one, the first row about it.
    """

    def __init__(self, document: Document) -> None:
        self._anchors: dict[int, str] = {}
        self._record_anchors: dict[str, str] = {}
        self._used_names = set(_PAGE_ANCHORS)
        blocks = tuple(walk_blocks(document.blocks))
        for block in blocks:
            if isinstance(block, Section):
                self._add_record(block.record, block)
        for block in blocks:
            if isinstance(block, Section) and id(block) not in self._anchors:
                self._anchors[id(block)] = self._reserve_name(f"s-{block.key}")
            elif isinstance(block, Table):
                self._anchors[id(block)] = self._reserve_name(f"t-{block.key}")
                for row in block.rows:
                    self._add_record(row.key, row)

    def find_anchor(self, part: Block | Row) -> str:
        """Return the anchor of a part of the document, or nothing."""
        return self._anchors.get(id(part), "")

    def find_record_anchor(self, record: str) -> str:
        """Return the anchor of a record, or nothing when the document has no part about it."""
        return self._record_anchors.get(record, "")

    def find_address(self, span: Ref | Link) -> str:
        """Return the address that a span links to: a record's place in the document, or one outside; else nothing."""
        if isinstance(span, Link):
            return span.url if is_link(span.url) else ""
        anchor = self.find_record_anchor(span.id)
        return f"#{anchor}" if anchor else ""

    def _add_record(self, record: str, part: Section | Row) -> None:
        if record and record not in self._record_anchors:
            self._record_anchors[record] = self._anchors[id(part)] = self._reserve_name(record)

    def _reserve_name(self, base_name: str) -> str:
        name = base_name = base_name.replace(" ", "-")
        numbers = count(2)
        while name in self._used_names:
            name = f"{base_name}-{next(numbers)}"
        self._used_names.add(name)
        return name
