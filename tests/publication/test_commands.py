"""Papers for each audience from the command line: their files, their marks, and what is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from p2ptrack.analysis.redaction import Audience
from p2ptrack.formats.pdf import find_exempt_pages, import_weasyprint, stamp_exempt_pages, use_packaged_fonts
from p2ptrack.pipeline import open_paper_case
from p2ptrack.reports.document import Closed, Notice, Prose, make_paragraph
from tests.command import SEED_DAY, run
from tests.papers.builders import html_of
from tests.support import write_register

ACTION = "id: A01\ntitle: The Acme dispute\nexempt: {paragraph: 3, until: 2023-06-30}\nupdates: {text: Closed words.}\n"
LONG = f"id: A02\ntitle: Long\nupdates: {{text: {'Many open words. ' * 700}}}\n"
BROKEN = "id: A03\ntitle: Acme, broken\nstauts: x\nnote: Acme\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_register(tmp_path, {"actions/A01.yaml": ACTION, "actions/A02.yaml": LONG})


def paper(root: Path, *options: str) -> str:
    result = run("render", "action-plan", "--format", "text", "--output", "-", "--root", root, *options)
    assert result.code == 0, result.err
    return result.out


def test_each_audience_has_a_file_of_its_own(root: Path) -> None:
    for audience, name in (("public", ""), ("members", "-members"), ("officers", "-officers")):
        result = run("render", "action-plan", "--audience", audience, "--root", root, "--as-of", SEED_DAY)
        assert result.out == f"{root / 'build' / f'action-plan{name}.html'}\n"


def test_an_unknown_audience_is_reported_with_a_suggestion(root: Path) -> None:
    result = run("render", "action-plan", "--audience", "member", "--root", root)
    refusal = "“member” is not an audience. Did you mean members? Use public, members or officers.\n"
    assert (result.code, result.err) == (2, refusal)


def test_a_paper_names_its_audience_and_its_command(root: Path) -> None:
    assert "Acme" not in paper(root, "--as-of", SEED_DAY)
    members = " ".join(paper(root, "--as-of", SEED_DAY, "--audience", "members").split())
    assert "For members of the council. The marked parts are not for publication." in members
    assert "The Acme dispute [not for publication]" in members
    officers = paper(root, "--as-of", SEED_DAY, "--audience", "officers")
    assert "Draft, not for publication" in officers
    paper_run = run(
        "render", "action-plan", "--root", root, "--as-of", SEED_DAY, "--audience", "officers", "--output", "-"
    )
    assert f"p2ptrack render action-plan --as-of {SEED_DAY} --audience officers" in paper_run.out


def test_an_exemption_holds_in_a_paper_of_a_later_day_that_is_made_before(root: Path) -> None:
    early, later = date(2023, 6, 30), date(2023, 7, 1)
    assert "A01" not in open_paper_case(root, later, Audience.PUBLIC, early).register.by_id
    assert "A01" in open_paper_case(root, later, Audience.PUBLIC, later).register.by_id
    assert "A01" in open_paper_case(root, later).register.by_id
    assert "A01" not in open_paper_case(root, early, Audience.PUBLIC, later).register.by_id


@pytest.mark.parametrize(("audience", "is_whole"), [("public", False), ("members", False), ("officers", True)])
def test_problems_are_codes_and_a_count_but_for_officers(root: Path, audience: str, is_whole: bool) -> None:
    write_register(root, {"actions/A03.yaml": BROKEN})
    options = ("--as-of", SEED_DAY, "--audience", audience, "--allow-problems")
    paper_run = " ".join(paper(root, *options).replace("|", " ").split())
    count = "This paper was made from a register with 1 error. What could not be read is not in it. By code: S101 (1)."
    assert count in paper_run
    assert ("data/actions/A03.yaml" in paper_run) is is_whole
    assert ("stauts" in paper_run) is is_whole


def test_a_refusal_names_nothing(root: Path) -> None:
    write_register(root, {"actions/A03.yaml": BROKEN})
    result = run("render", "action-plan", "--root", root, "--as-of", SEED_DAY)
    assert result.code == 1
    assert "Acme" not in result.out + result.err
    assert "A03" not in result.out + result.err


def test_a_note_is_for_officers(root: Path) -> None:
    write_register(root, {"actions/A02.yaml": LONG + "note: Between us.\n"})
    visible = {
        audience.value: "Between us." in paper(root, "--as-of", SEED_DAY, "--audience", audience)
        for audience in Audience
    }
    assert visible == {"public": False, "members": False, "officers": True}


def test_the_data_of_a_query_is_for_officers(root: Path) -> None:
    result = run("show", "A01", "--format", "json", "--root", root, "--as-of", SEED_DAY)
    assert json.loads(result.out)["records"][0]["title"] == "The Acme dispute"


class Box:
    def __init__(self, kinds: str | None) -> None:
        self.element = None if kinds is None else {"class": kinds}


class Page:
    def __init__(self, *boxes: Box) -> None:
        self._page_box = self
        self._boxes = boxes

    def descendants(self) -> tuple[Box, ...]:
        return self._boxes


PAGES = (Page(Box(None), Box("")), Page(Box("notice closed")), Page(Box("enclosed")), Page(Box("x"), Box("closed")))


class Laid:
    pages = PAGES


class Open:
    pages = PAGES[:1]


def test_a_page_with_an_exempt_part_is_marked() -> None:
    assert find_exempt_pages(PAGES) == (2, 4)


def test_a_closed_part_is_found_on_every_page_that_it_runs_over() -> None:
    words = Prose("Words upon words, and more of them. " * 120)
    closed = Notice((make_paragraph(Closed("Not for publication")), words, words), "closed")
    page = html_of(words, words, closed, words, words, words)
    with use_packaged_fonts():
        pages = import_weasyprint().HTML(string=page).render().pages
    assert (len(pages), find_exempt_pages(pages)) == (7, (2, 3, 4))


def test_only_marked_pages_are_stamped() -> None:
    assert stamp_exempt_pages("<head></head>", lambda _: Laid(), '"X"') == (
        '<head><style>\n@page :nth(2) { @top-right { content: "X" } }\n@page :nth(4) { @top-right { content: "X" } }\n'
        "</style>\n</head>"
    )
    assert stamp_exempt_pages("<head></head>", lambda _: Open(), '"X"') == "<head></head>"
