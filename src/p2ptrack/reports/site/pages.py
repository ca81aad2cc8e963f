"""The parts of a site: pages with documents, the addresses of records, and files to download.

Every page is a `Document` with a path of its own. A link within the site is a `Link` whose address begins with
`PAGE_SCHEME`, or a `Ref` to a record; the format makes both relative to the page that they are on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field

from p2ptrack.model.history import RegisterHistory
from p2ptrack.model.programme import DEFAULT_LANGUAGE, Wording
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Block, Document, Fact, Facts, Link, Provenance, Star, make_paragraph
from p2ptrack.reports.paper import iter_spans
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
    named = (key for key in keys if "$" not in wording.templates.get(key, "$"))
    key = next(named, "")
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
