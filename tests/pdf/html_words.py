"""The text of a page of HTML as a screen reader reads it: words in order, and tables cell by cell."""

from __future__ import annotations

from html.parser import HTMLParser

INLINE = {"a", "b", "code", "em", "i", "q", "span", "strong", "sub", "sup"}
VOID = {"br", "col", "img", "meta", "link", "hr", "wbr"}
UNHEARD = {"head", "style", "svg", "script"}
UNPRINTED = {"skip", "draft", "contents short"}


class Page(HTMLParser):
    """Collects the text that is printed and read aloud. Blocks separate words, inline elements do not."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.lists = 0
        self._silent: list[bool] = []
        self._cells: list[list[str]] = []
        self.feed(html)

    @property
    def words(self) -> list[str]:
        return "".join(self.texts).casefold().split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in INLINE or given.get("class") == "line":
            self._add(" ")
        if tag in VOID:
            return
        silent = tag in UNHEARD or given.get("class") in UNPRINTED or given.get("aria-hidden") == "true"
        self._silent.append(silent or (bool(self._silent) and self._silent[-1]))
        self.lists += tag in {"ul", "ol", "dl"} and not self._silent[-1]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"th", "td"}:
            self._cells.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag in {"th", "td"}:
            self.tables[-1][-1].append("".join(self._cells.pop()))
        self._silent.pop()
        if tag not in INLINE:
            self._add(" ")

    def handle_data(self, data: str) -> None:
        if self._silent[-1:] != [True]:
            self._add(data)

    def _add(self, text: str) -> None:
        self.texts.append(text)
        for cell in self._cells:
            cell.append(text)
