"""Say *not for publication* on every page of a PDF that shows something exempt, and on no other.

CSS cannot ask what stands on a page, so the paper is laid out once to see where the marked parts fall; the words then
stand in the margin of those pages. A margin does not move what is on the page, so nothing falls elsewhere for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

EXEMPT_CLASS = "closed"
"""The class that templates give to whatever shows something exempt."""

_HEAD_END_TAG = "</head>"
LayOutFunction = Callable[[str], Any]


def stamp_exempt_pages(page: str, lay_out: LayOutFunction, stamp: str) -> str:
    """Return the HTML page with `stamp` (a CSS string) at the head of each printed page that shows a marked part."""
    numbers = find_exempt_pages(lay_out(page).pages)
    if not numbers:
        return page
    rules = "\n".join(f"@page :nth({number}) {{ @top-right {{ content: {stamp} }} }}" for number in numbers)
    return page.replace(_HEAD_END_TAG, f"<style>\n{rules}\n</style>\n{_HEAD_END_TAG}", 1)


def find_exempt_pages(pages: Iterable[Any]) -> tuple[int, ...]:
    """Return the numbers, from 1, of WeasyPrint's pages on which a marked part stands, or goes on."""
    return tuple(number for number, page in enumerate(pages, 1) if _shows_exempt(page))


def _shows_exempt(page: Any) -> bool:
    return any(EXEMPT_CLASS in _split_classes(box.element) for box in page._page_box.descendants())


def _split_classes(element: Any) -> list[str]:
    return (element.get("class") or "").split() if element is not None else []
