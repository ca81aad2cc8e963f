"""The clerk's texts of a paper are Markdown: what the committee is asked, background papers, the introduction."""

from __future__ import annotations

import pytest

from p2ptrack.analysis.rules import run_rules
from p2ptrack.reports.document import Bullets, Facts, Link, Prose, Section
from p2ptrack.reports.paper import build_introduction
from tests.papers.builders import paper_of, section_of
from tests.support import case_of


def test_asks_and_background_papers_are_markdown() -> None:
    entry = """\
    title: T
    reports:
      action-plan:
        asks: ['**note** the progress', agree the closure of A02]
        background_papers: ['[Review](https://council.example/a.pdf)', 'https://council.example/b.pdf']
    """
    paper = paper_of("action-plan", programme=entry)
    asks, background = (section_of(paper, key).blocks[0] for key in ("requests", "background"))
    assert asks == Bullets(((Prose("**note** the progress"),), (Prose("agree the closure of A02"),)), ordered=True)
    assert background == Bullets(
        ((Prose("[Review](https://council.example/a.pdf)"),), (Prose("https://council.example/b.pdf"),))
    )


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        ("", ()),
        ("Only text.", (Prose("Only text."),)),
        ("## Background\n\nIt began.", (Section("introduction-1", "Background", (Prose("It began."),)),)),
        (
            "First.\n\n# **One** #\n\nText.\n\n### Below\nMore.\n\n# Two\n",
            (
                Prose("First."),
                Section(
                    "introduction-1",
                    "One",
                    (Prose("Text."), Section("introduction-1-1", "Below", (Prose("More."),))),
                ),
                Section("introduction-2", "Two", ()),
            ),
        ),
        ("Background\n----------\nIt began.", (Section("introduction-1", "Background", (Prose("It began."),)),)),
        ("- a\n---\nText", (Prose("- a\n---\nText"),)),
        ("```\n# no heading\n```", (Prose("```\n# no heading\n```"),)),
        ("#hashtag", (Prose("#hashtag"),)),
    ],
)
def test_headings_of_the_introduction_are_sections(markdown: str, blocks: tuple[object, ...]) -> None:
    assert build_introduction(markdown) == blocks


@pytest.mark.parametrize(
    ("address", "is_link"),
    [("https://", False), ("https:///", False), ("http://?", False), ("https://council.example/a", True)],
)
def test_an_address_without_a_host_is_no_link(address: str, is_link: bool) -> None:
    paper = paper_of("action-plan", f"{{id: A1, title: Do, evidence: {{title: Plan, link: '{address}'}}}}")
    facts = next(block for block in section_of(paper, "update").blocks if isinstance(block, Facts))
    assert any(isinstance(span, Link) for span in facts.rows[0].spans) == is_link


@pytest.mark.parametrize(
    ("address", "fix"),
    [
        (
            "https://council.example/A B.docx",
            "The address has a space. Write %20 instead:\nlink: https://council.example/A%20B.docx",
        ),
        ("S:/plans/A B.docx", "Use an address that begins with https://, or leave the link out."),
    ],
)
def test_an_address_with_a_space_has_its_own_advice(address: str, fix: str) -> None:
    case = case_of(f"{{id: A1, title: Do, evidence: {{title: Plan, link: '{address}'}}}}")
    assert [problem.fix for problem in run_rules(case) if problem.code == "P112"] == [fix]
