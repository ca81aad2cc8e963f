"""A second council's templates: other words, order, columns, logo and colours, and no Python."""

from __future__ import annotations

import base64

from p2ptrack.formats import FORMATS
from p2ptrack.formats.html.page import render_page
from p2ptrack.reports.document import Section
from p2ptrack.store.templates import PACKAGED
from tests.papers.builders import OTHER_COUNCIL, OTHER_OPTIONS, seed_paper, table_of, words_in

PLAN = seed_paper("action-plan", OTHER_COUNCIL, PACKAGED)
FOLLOW_UP = seed_paper("audit-follow-up", OTHER_COUNCIL, PACKAGED)


def data_uri(name: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode((OTHER_COUNCIL / name).read_bytes()).decode()


def test_there_is_no_python_in_it() -> None:
    assert sorted(path.name for path in OTHER_COUNCIL.iterdir()) == [
        "brand.css", "last-page.html", "layout.yaml", "logo.svg", "wave.svg", "words.yaml",
    ]  # fmt: skip


def test_sections_follow_its_layout_and_wording() -> None:
    assert [(block.key, block.title) for block in PLAN.blocks if isinstance(block, Section)] == [
        ("glossary", "Glossary"),
        ("updates", "Update statement"),
        ("overview", "What this is about"),
    ]


def test_columns_follow_its_layout_in_every_format() -> None:
    assert [column.title for column in table_of(FOLLOW_UP, "follow-ups").columns] == [
        "Wanted by", "Id", "Progress update 12.01.2023",
    ]  # fmt: skip
    written = {name: FORMATS[name].write(FOLLOW_UP, OTHER_OPTIONS).decode() for name in ("html", "md", "csv", "json")}
    assert all("Wanted by" in text or "target" in text for text in written.values())
    assert "Wanted by Id Progress update 12.01.2023 Mar-23 F01 Work to understand" in words_in(written["html"])


def test_its_logo_colours_words_and_last_page_are_in_the_page() -> None:
    page = render_page(FOLLOW_UP, OTHER_OPTIONS)
    assert f'<img class="logo" src="{data_uri("logo.svg")}" alt="">' in page
    assert f'url("{data_uri("wave.svg")}")' in page
    assert page.index("--brand: #17365d") < page.index("--brand: #5b1a4a")
    assert "left.in.a.comment" not in page
    assert '@bottom-right { content: "Sheet " counter(page) " \\2f  " counter(pages) }' in page
    assert "Ask the clerk for paper audit-follow-up as it stood on 12 January 2023." in page
    assert "p2ptrack render" not in words_in(page)
