"""Read the pages of a site as a browser and a crawler do: links, anchors and what a page fetches."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

OUTSIDE = ("https://", "http://", "mailto:")


@dataclass
class ReadPage:
    """The ids of a page, the addresses that it links to, and those that a browser fetches with it."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    language: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = ReadPage()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.page.ids += [values["id"]] if "id" in values else []
        if tag == "html":
            self.page.language = values.get("lang", "")
        if "href" in values:
            (self.page.links if tag == "a" else self.page.fetched).append(values["href"])
        self.page.fetched += [values["src"]] if "src" in values else []


def read_page(data: bytes) -> ReadPage:
    reader = _Reader()
    reader.feed(data.decode("utf-8"))
    return reader.page


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def find_broken(files: dict[str, bytes]) -> list[tuple[str, str]]:
    """Return each page with a link or a fetched address that leads to no file, to no anchor or out of the folder."""
    pages = {path: read_page(data) for path, data in files.items() if path.endswith(".html")}
    broken = [(path, f"two ids {id_}") for path, page in pages.items() for id_ in _repeated(page.ids)]
    for path, page in pages.items():
        outside = [address for address in page.links if address.startswith(OUTSIDE)]
        inside = [address for address in (*page.links, *page.fetched) if address not in outside]
        broken += [(path, address) for address in inside if not _resolves(path, address, pages, files)]
    return broken


def _repeated(ids: list[str]) -> set[str]:
    return {id_ for id_ in ids if ids.count(id_) > 1} if len(set(ids)) < len(ids) else set()


def _resolves(path: str, address: str, pages: dict[str, ReadPage], files: dict[str, bytes]) -> bool:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.query or address.startswith("/"):
        return False
    target = resolve(path, parts.path)
    if target is None or target not in files:
        return False
    return not parts.fragment or (target in pages and unquote(parts.fragment) in pages[target].ids)


def resolve(path: str, address: str) -> str | None:
    """Return the file that a relative address leads to from a page; None out of the folder."""
    if not address:
        return path
    steps: list[str] = []
    for step in (*PurePosixPath(path).parts[:-1], *unquote(address).split("/")):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)


def find_reachable(files: dict[str, bytes], start: str = "index.html") -> set[str]:
    """Return the files that a reader reaches from the first page."""
    reached, queue = {start}, [start]
    while queue:
        path = queue.pop()
        if not path.endswith(".html"):
            continue
        page = read_page(files[path])
        targets = {
            resolve(path, urlsplit(address).path)
            for address in (*page.links, *page.fetched)
            if not address.startswith(OUTSIDE)
        }
        queue += new if (new := [target for target in targets if target and target not in reached]) else []
        reached |= set(new)
    return reached
