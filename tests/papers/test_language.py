"""The language of a paper, and what is removed from all of them."""

from __future__ import annotations

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.formats import FORMATS
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.programme import Wording, read_date_words
from tests.papers.builders import PACKAGED_LOOK, paper_of
from tests.support import THE_DAY

ACTION = "id: A01\ntitle: Gwaith\nstatus: in_progress\ntarget: early 2027/28\nupdates: [{text: Da <!-- cudd --> iawn.}]"


def test_a_paper_is_in_the_language_of_the_programme() -> None:
    paper = paper_of("action-plan", ACTION, programme="title: T\nlanguage: cy\n")
    html = FORMATS["html"].write(paper, PACKAGED_LOOK).decode()
    assert '<html lang="cy">' in html
    assert "12 Ionawr 2023" in html
    assert "early 2027/28 (erbyn 30 Mehefin 2027)" in html
    assert format_long_date(THE_DAY) == "12 January 2023"


def test_a_council_can_name_the_months_itself() -> None:
    months = " ".join(f"m{number}" for number in range(1, 13))
    words = Wording({"months": months, "months_cy": "x", "date_by": "by $day", "date_missing": "none"})
    assert read_date_words(words, "cy").months[0] == "m1"
    with pytest.raises(OperationError, match="Write the twelve months"):
        read_date_words(Wording({"months": "a b"}), "cy")


def test_a_comment_is_in_no_paper() -> None:
    paper = paper_of("action-plan", ACTION)
    for name in ("html", "text", "md", "csv", "json"):
        written = FORMATS[name].write(paper, PACKAGED_LOOK).decode()
        assert "cudd" not in written
        assert "iawn." in written
