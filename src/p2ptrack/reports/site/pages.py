"""The parts of a site: pages with documents, the addresses of records, files to download, and lists.

Every page is a `Document` with a path of its own. A link within the site is a `Link` whose address begins with
`PAGE_SCHEME`, or a `Ref` to a record; the format makes both relative to the page that they are on.

There is a list for all facets with counts, and one for each value of a facet. A facet is a row of `FACETS`: kind,
position, status, owner and so on. Each value has a page, so that a reader filters without a server or a script.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import partial

from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.fields import Priority
from p2ptrack.model.history import RegisterHistory
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.programme import DEFAULT_LANGUAGE, Wording
from p2ptrack.model.records import Action, FollowUp, ProcurementExemption, Recommendation, Record, TrackedRecord
from p2ptrack.model.schema import FieldSpec, list_fields
from p2ptrack.reports.context import PaperContext, drop_empty_columns
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Link,
    Paragraph,
    Provenance,
    Ref,
    Row,
    Section,
    Span,
    Star,
    Table,
    Width,
    make_paragraph,
)
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.paper import iter_spans
from p2ptrack.reports.record_blocks import (
    Spans,
    format_answer,
    format_directorate,
    format_officers,
    format_status,
    format_target_position,
    format_word,
    inferred_mark,
    join_spans,
    make_line_cell,
)
from p2ptrack.reports.record_table import format_exemption_type, format_exemption_value, format_supplier
from p2ptrack.values import dataclass

PAGE_SCHEME = "\x02"
"""The first character of an address within the site. No text of a register can hold it."""
HOME, RECORDS, MEETINGS, FIGURES, DOWNLOADS, ABOUT = (
    f"{name}.html" for name in ("index", "records", "meetings", "figures", "downloads", "about")
)
RECORD_FOLDER, MEETING_FOLDER, REPORT_FOLDER = "record", "meeting", "report"
DOWNLOAD_FOLDER, PAPER_FOLDER = "download", "paper"
_MAX_NAME = 60
_DEVICE_NAME = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page: its path, its entry in the menu, what is above it by path and title, and its content."""

    path: str
    menu: str
    document: Document
    parents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedPaper:
    """A file of a meeting's published papers: its name, its fingerprint, and its bytes where they are at hand."""

    name: str
    fingerprint: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class SitePublication:
    """The published papers of a meeting. With `is_withheld`, something in them is no longer public."""

    meeting: str
    papers: tuple[PublishedPaper, ...] = ()
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class SiteContext:
    """The input of a site. `histories` has what the public may see of the history of each record; None without git.

    `downloads` are files by name. `record_paths` has the page of each record and of each part of one, with its anchor,
    and `meeting_paths` that of each meeting.
    """

    paper: PaperContext
    histories: RegisterHistory | None = None
    publications: tuple[SitePublication, ...] = ()
    downloads: Mapping[str, bytes] = field(default_factory=dict)
    record_paths: Mapping[str, str] = field(default_factory=dict)
    meeting_paths: Mapping[str, str] = field(default_factory=dict)

    def make_page(
        self,
        path: str,
        menu: str,
        title: str,
        blocks: Iterable[Block],
        parents: tuple[tuple[str, str], ...] = (),
        meta: tuple[Fact, ...] = (),
    ) -> SitePage:
        """Return a page with a title and blocks."""
        context, origin = self.paper, self.paper.provenance
        programme, blocks = context.register.programme, tuple(blocks)
        if Star() in iter_spans((Facts(meta), *blocks)):
            blocks = (*blocks, make_paragraph(context.wording("key_star"), role="key"))
        document = Document(
            name="site",
            title=title,
            as_of=context.as_of,
            blocks=blocks,
            heading=(programme.organisation, programme.title) if programme.organisation else (programme.title,),
            meta=meta,
            notice=programme.notice or "",
            audience=context.audience.value,
            provenance=Provenance(origin.version, context.as_of, origin.commit, origin.modified),
            language=programme.language or DEFAULT_LANGUAGE,
        )
        return SitePage(path, menu, document, parents)


PageBuilder = Callable[[SiteContext], Iterator[SitePage]]


def link_page(path: str, text: str) -> Link:
    """Return a link to a page of the site, or to a place on one."""
    return Link(f"{PAGE_SCHEME}{path}", text)


def find_label(wording: Wording, keys: Iterable[str], default: str) -> str:
    """Return the words of the first key that has some and needs no values, otherwise the default."""
    usable_keys = (key for key in keys if "$" not in wording.templates.get(key, "$"))
    key = next(usable_keys, "")
    return wording(key) if key else default


def name_files(texts: Iterable[str]) -> dict[str, str]:
    """Return a name for the file of each text: small letters, digits and hyphens, each name once.

    Names that Windows reserves for devices are avoided. Each name depends only on its text, unless two would have the
    same name.
    """
    names: dict[str, str] = {}
    used: set[str] = set()
    for text in texts:
        base = name = _make_name(text)
        number = 2
        while name in used:
            name, number = f"{base}-{number}", number + 1
        used.add(name)
        names[text] = name
    return names


def _make_name(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    name = _NOT_IN_NAMES.sub("-", letters).strip("-")[:_MAX_NAME].strip("-") or "other"
    return f"{name}-" if _DEVICE_NAME.fullmatch(name) else name


def name_records(context: PaperContext) -> dict[str, str]:
    """Return the page of each record, and of each part of a recommendation the place on the page."""
    names = name_files(record.id for record in context.register.records)
    paths = {id_: f"{RECORD_FOLDER}/{name}.html" for id_, name in names.items()}
    parts = {part: f"{paths[recommendation.id]}#{part}" for part, recommendation in context.register.iter_parts()}
    return {**parts, **paths}


def name_meetings(context: PaperContext) -> dict[str, str]:
    """Return the page of each meeting."""
    names = name_files(meeting.id for meeting in context.register.programme.meetings)
    return {id_: f"{MEETING_FOLDER}/{name}.html" for id_, name in names.items()}


@dataclass(frozen=True, slots=True)
class Facet:
    """A question about records: its key, which is also its folder, and the values of a record as they are printed.

    `rank` returns values in their order; others come after them, by the alphabet.
    """

    key: str
    read: Callable[[PaperContext, Record], tuple[str, ...]]
    rank: Callable[[PaperContext], Sequence[str]] = lambda _: ()
    title: str = ""

    def format_title(self, context: PaperContext) -> str:
        """Return the heading of its lists."""
        return self.title or context.wording(f"site_by_{self.key}")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet: its title, its page and its records in their order."""

    title: str
    path: str
    records: tuple[Record, ...]


def _read_kind(context: PaperContext, record: Record) -> tuple[str, ...]:
    return (format_record_kind(context, record, plural=True),)


def _rank_kinds(context: PaperContext) -> list[str]:
    return list(dict.fromkeys(format_record_kind(context, record, plural=True) for record in context.register.records))


def format_record_kind(context: PaperContext, record: Record, *, plural: bool) -> str:
    """Return the name of a record's kind: *Action*, or *Actions* for several."""
    kind = kind_of(record)
    default = _capitalise(kind.plural if plural else kind.singular)
    return find_label(context.wording, (f"site_kind_{kind.name}_{'many' if plural else 'one'}",), default)


def _read_position(context: PaperContext, record: Record) -> tuple[str, ...]:
    facts = context.case.facts.get(record.id)
    if facts is None:
        return ()
    return tuple(_format_position(context, name) for name in _POSITIONS if getattr(facts, name))


_POSITIONS = (
    "overdue",
    "due_soon",
    "waiting",
    "no_target",
    "no_recent_update",
    "unfinished",
    "awaiting_verification",
    "closed",
)
"""The facts of which each has a list."""


def _format_position(context: PaperContext, name: str) -> str:
    return context.wording(f"site_{name}")


def _rank_positions(context: PaperContext) -> list[str]:
    return [_format_position(context, name) for name in _POSITIONS]


def _read_status(context: PaperContext, record: Record) -> tuple[str, ...]:
    if not isinstance(record, TrackedRecord):
        return ()
    status = context.case.get_status(record)
    if status is None or record.status is None:
        return ()
    status_text = format_word(context, record, "status") if status is record.status else ""
    return (status_text or context.wording(f"status_{status.value}"),)


def _read_owner(_: PaperContext, record: Record) -> tuple[str, ...]:
    return record.accountable if isinstance(record, TrackedRecord) else ()


def _read_directorate(context: PaperContext, record: Record) -> tuple[str, ...]:
    name = getattr(record, "directorate", None)
    return (format_directorate(context, name),) if name else ()


def _read_area(_: PaperContext, record: Record) -> tuple[str, ...]:
    return (record.area,) if isinstance(record, FollowUp) and record.area else ()


def _read_source(context: PaperContext, record: Record) -> tuple[str, ...]:
    source = context.register.find_source(record.source.id) if record.source else None
    return (source.title,) if source else ()


def _read_phase(context: PaperContext, record: Record) -> tuple[str, ...]:
    phase = context.register.find_phase(record.phase) if isinstance(record, Action) else None
    return (phase.title,) if phase else ()


def _read_priority(context: PaperContext, record: Record) -> tuple[str, ...]:
    if not isinstance(record, TrackedRecord) or not record.priority:
        return ()
    return (_capitalise(format_word(context, record, "priority")),)


def _rank_priorities(context: PaperContext) -> list[str]:
    return [_capitalise(context.wording(f"priority_{priority.value}")) for priority in Priority]


def _capitalise(word: str) -> str:
    return f"{word[:1].upper()}{word[1:]}"


FACETS = (
    Facet("kind", _read_kind, _rank_kinds),
    Facet("position", _read_position, _rank_positions),
    Facet("status", _read_status),
    Facet("owner", _read_owner),
    Facet("directorate", _read_directorate),
    Facet("area", _read_area),
    Facet("source", _read_source, lambda context: [source.title for source in context.register.programme.sources]),
    Facet("phase", _read_phase, lambda context: [phase.title for phase in context.register.programme.phases]),
    Facet("priority", _read_priority, _rank_priorities),
)


def list_values(context: PaperContext, facet: Facet) -> tuple[FacetValue, ...]:
    """Return the values of a facet that some record has, with their records."""
    records: dict[str, list[Record]] = {}
    for record in context.register.records:
        for title in dict.fromkeys(facet.read(context, record)):
            records.setdefault(title, []).append(record)
    ranked = [title for title in dict.fromkeys(facet.rank(context)) if title in records]
    titles = [*ranked, *sorted(records.keys() - set(ranked), key=lambda title: (title.casefold(), title))]
    names = name_files(titles)
    return tuple(FacetValue(title, f"{facet.key}/{names[title]}.html", tuple(records[title])) for title in titles)


def _list_declared_facets(context: PaperContext) -> Iterator[Facet]:
    """Yield a facet for each choice that the programme declares, and for each field to group by."""
    specs = {spec.name: spec for kind in context.register.kinds for spec in list_fields(kind.model) if spec.declared}
    for name, spec in specs.items():
        if spec.type == "choice" or spec.has_role("group"):
            title = context.wording("site_by_field", field=spec.title)
            yield Facet(f"field-{name.replace('_', '-')}", partial(_read_field, spec), title=title)


def _read_field(spec: FieldSpec, _: PaperContext, record: Record) -> tuple[str, ...]:
    value = getattr(record, spec.attribute, None)
    values = value if isinstance(value, tuple) else (value,)
    return tuple(item.to_text() if isinstance(item, CouncilDate) else str(item) for item in values if item is not None)


def list_facets(context: PaperContext) -> tuple[tuple[Facet, tuple[FacetValue, ...]], ...]:
    """Return each facet of which some record has a value, with its values."""
    facets = ((facet, list_values(context, facet)) for facet in (*FACETS, *_list_declared_facets(context)))
    return tuple((facet, values) for facet, values in facets if values)


@dataclass(frozen=True, slots=True)
class _ListColumn:
    """A column of a list of records: its key, the key of its title in the wording, and its cells."""

    key: str
    title: str
    build: Callable[[PaperContext, Record], Spans]
    width: Width = "medium"


def link_title(context: PaperContext, record: Record) -> Spans:
    """Return the title of a record as a link to its page, with its marks."""
    marks = (*inferred_mark(record, "title"), *exempt_mark(context, record.exempt))
    return (Ref(record.id, record.title), *marks)


def _of_tracked(format_field: Callable[[PaperContext, TrackedRecord], Spans]) -> Callable[..., Spans]:
    return lambda context, record: format_field(context, record) if isinstance(record, TrackedRecord) else ()


def _of_exemption(format_text: Callable[[PaperContext, ProcurementExemption], str]) -> Callable[..., Spans]:
    def build(context: PaperContext, record: Record) -> Spans:
        text = format_text(context, record) if isinstance(record, ProcurementExemption) else ""
        return (text,) if text else ()

    return build


def _format_actions(context: PaperContext, record: Record) -> Spans:
    actions = context.case.links.find_actions(record.id) if isinstance(record, Recommendation) else ()
    return join_spans((Ref(action.id),) for action in actions)


_COLUMNS = (
    _ListColumn("what", "item", link_title, "wide"),
    _ListColumn("id", "id", lambda _, record: (record.id,), "narrow"),
    _ListColumn("status", "status", _of_tracked(format_status)),
    _ListColumn("owner", "accountable", _of_tracked(lambda _, record: format_officers(record))),
    _ListColumn("target", "target", _of_tracked(format_target_position)),
    _ListColumn("answer", "answer", lambda c, r: format_answer(c, r) if isinstance(r, Recommendation) else ()),
    _ListColumn("actions", "actions", _format_actions),
    _ListColumn(
        "type",
        "exemption_type",
        _of_exemption(lambda c, r: format_exemption_type(c.wording, r.type, "one") if r.type else ""),
    ),
    _ListColumn("supplier", "exemption_supplier_alone", _of_exemption(format_supplier)),
    _ListColumn("value", "exemption_value", _of_exemption(format_exemption_value)),
    _ListColumn(
        "approved",
        "exemption_approved_on",
        _of_exemption(lambda _, r: r.approved_on.to_text() if r.approved_on else ""),
    ),
)


def build_record_list(context: PaperContext, key: str, title: str, records: Sequence[Record]) -> tuple[Block, ...]:
    """Return a section with a table of records, under their number; nothing without records."""
    if not records:
        return ()
    words = context.wording
    columns = tuple(
        Column(column.key, words(column.title), width=column.width, header=column.key == "what") for column in _COLUMNS
    )
    rows = tuple(
        Row(tuple(make_line_cell(column.build(context, record)) for column in _COLUMNS), key=record.id)
        for record in records
    )
    caption = words.count("site_list", len(records))
    table = drop_empty_columns(Table(key, caption, columns, rows), frozenset({"what", "id"}))
    return (Section(key, title, (table,)),)


def build_grouped_lists(context: PaperContext, records: Iterable[Record]) -> tuple[Block, ...]:
    """Return records in sections by what they need: overdue, due soon, open, done, and other kinds by their names."""
    words, facts = context.wording, context.case.facts
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        groups.setdefault(_find_group(context, record), []).append(record)
    order = ("overdue", "due_soon", "open", "done", "closed")
    keys = sorted(groups, key=lambda key: order.index(key[0]) if key[0] in order else len(order))
    for key in keys:
        if key[0] in {"overdue", "due_soon"}:
            groups[key].sort(key=lambda record: facts[record.id].days_to_target or 0)
    titles = {key: key[1] or words(f"site_group_{key[0]}") for key in keys}
    sections = (build_record_list(context, key[0], titles[key], groups[key]) for key in keys)
    return tuple(block for blocks in sections for block in blocks)


def _find_group(context: PaperContext, record: Record) -> tuple[str, str]:
    """Return the group of a record in a list, and its title where the wording has none for it."""
    facts = context.case.facts.get(record.id)
    if facts is None:
        title = format_record_kind(context, record, plural=True)
        return title.casefold().replace(" ", "-"), title
    if facts.overdue:
        return "overdue", ""
    if facts.due_soon:
        return "due_soon", ""
    if facts.unfinished:
        return "open", ""
    return "closed" if facts.closed else "done", ""


def build_lists(site: SiteContext) -> Iterator[SitePage]:
    """Yield the page of all facets, and a page for each of their values."""
    context = site.paper
    facets, words = list_facets(context), context.wording
    sections = tuple(_build_facet_section(context, facet, values) for facet, values in facets)
    home = (HOME, words("site_position"))
    number = len(context.register.records)
    intro = make_paragraph(words("site_records_intro", number=number, day=format_long_date(context.as_of)))
    yield site.make_page(RECORDS, RECORDS, words("site_records"), (intro, *sections), (home,))
    for facet, values in facets:
        facet_title = facet.format_title(context)
        parents = (home, (RECORDS, words("site_records")), (f"{RECORDS}#s-{facet.key}", facet_title))
        for value in values:
            others = _build_other_values(context, values, value)
            blocks = (*others, *build_grouped_lists(context, value.records))
            title = words("site_facet_title", facet=facet_title, value=value.title)
            yield site.make_page(value.path, RECORDS, title, blocks, parents)


def _build_facet_section(context: PaperContext, facet: Facet, values: Sequence[FacetValue]) -> Section:
    words = context.wording
    title = facet.format_title(context)
    columns = (
        Column("value", title, header=True),
        Column("number", words("site_records"), "right", "narrow"),
        Column("overdue", words("overdue"), "right", "narrow"),
    )
    rows = tuple(_build_facet_row(context, value) for value in values)
    caption = words.count("site_lists", len(rows))
    return Section(facet.key, title, (Table(f"by-{facet.key}", caption, columns, rows),))


def _build_facet_row(context: PaperContext, value: FacetValue) -> Row:
    facts = [context.case.facts[record.id] for record in value.records if record.id in context.case.facts]
    overdue = sum(fact.overdue for fact in facts) if facts else None
    link = make_line_cell((link_page(value.path, value.title),))
    return Row((link, Cell(len(value.records)), Cell(overdue)))


def _build_other_values(context: PaperContext, values: Sequence[FacetValue], current: FacetValue) -> tuple[Block, ...]:
    """Return links to the lists of the other values, in a section that can be opened and closed."""
    if len(values) == 1:
        return ()
    items: list[tuple[Block, ...]] = []
    for value in values:
        count = f" ({len(value.records)})"
        span: Span = value.title if value is current else link_page(value.path, value.title)
        items.append((Paragraph((span, count)),))
    return (Section("filters", context.wording("site_other_lists"), (Bullets(tuple(items)),)),)
