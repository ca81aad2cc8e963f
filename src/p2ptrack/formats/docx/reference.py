"""A council's own Word template, `templates/reference.docx`: its styles, theme, headers and footers.

The files of the template are copied as they are. Only three things change: styles that p2ptrack needs and the template
lacks are added, lists have the numbering of papers, and the mark of a draft or of
a paper that is not for publication is put above every header.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from p2ptrack.errors import OperationError
from p2ptrack.formats.html.templates import read_asset
from p2ptrack.formats.office import PackagePart, Relationship, make_element, serialise_xml
from p2ptrack.store.templates import find_template

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
        own = _STYLE.findall(own_styles)
        own_ids = {_find(_STYLE_NAME, text).casefold(): _find(_STYLE_ID, text) for text in own}
        for text in _STYLE.findall(styles):
            id_, name = _find(_STYLE_ID, text), _find(_STYLE_NAME, text).casefold()
            if own_ids.get(name, id_) != id_:
                self._renamed[id_] = own_ids[name]
        own_bullets = {_find(_STYLE_ID, text): text for text in own if _NUMBERING.search(text)}
        styles = _STYLE.sub(lambda match: _renumber(match.group(), own_bullets), self._rename(styles))
        ids = set(_STYLE_ID.findall(styles))
        missing = "".join(text for text in own if _find(_STYLE_ID, text) not in ids)
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
    own = own_bullets.get(_find(_STYLE_ID, style), "")
    if own and not _NUMBERING.search(style):
        return own
    numbering = _NUMBERING.search(own)
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
