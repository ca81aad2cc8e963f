"""`list`: records in groups, and lists that the programme saves."""

from __future__ import annotations

import csv
import io
import json

import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.errors import UsageError
from p2ptrack.queries.figures import FigureOptions, build_figures, list_figure_notices
from p2ptrack.queries.list import ListOptions, build_list, build_views, list_notices
from tests.formats.sample import WORDING, written
from tests.support import case_of

PROGRAMME = """\
title: A programme
sources: [{id: s1, title: Audit of waivers}]
views:
  late: 'actions by:owner --sort not.target'
  short: 'status:complete --columns id,status'
  Director: owner:"Director of Children's Services"
  broken: owner:Director of Children's Services
"""
RECORDS = (
    "{id: R1, title: Keep a register}",
    "{id: A01, title: One, accountable: Head of Audit, target: Mar-23, source: {id: s1, ref: '1'}}",
    "{id: A02, title: Two, accountable: [Director of Children’s Services, Head of Audit], target: Apr-23}",
    "{id: A03, title: Three, status: complete, accountable: Director of Children's Services}",
    "{id: A04, title: Four, directorate: Place}",
)


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(*RECORDS, programme=PROGRAMME)


def groups_of(case: Case, *terms: str) -> dict[str | None, list[str]]:
    answer = json.loads(written("json", build_list(case, ListOptions(terms))))
    return {group["value"]: group["ids"] for group in answer["groups"]}


@pytest.mark.parametrize(
    ("terms", "groups"),
    [
        (
            ("actions", "by:owner"),
            {"Director of Children’s Services": ["A02", "A03"], "Head of Audit": ["A01", "A02"], None: ["A04"]},
        ),
        (("by:accountable", "id:A01"), {"Head of Audit": ["A01"]}),
        (("by:directorate", "id:A03,A04"), {"Place": ["A04"], None: ["A03"]}),
        (("by:status", "actions"), {"Complete": ["A03"], None: ["A01", "A02", "A04"]}),
        (("by:kind", "id:R1,A01"), {"action": ["A01"], "recommendation": ["R1"]}),
        (("BY:source", "id:A01,A02"), {"Audit of waivers": ["A01"], None: ["A02"]}),
        (("by:no-owner", "id:A01,A04"), {"no": ["A01"], "yes": ["A04"]}),
        (("by:owner", "status:verified"), {}),
        (
            ("@late",),
            {"Director of Children’s Services": ["A02", "A03"], "Head of Audit": ["A02", "A01"], None: ["A04"]},
        ),
    ],
)  # fmt: skip
def test_records_are_grouped(case: Case, terms: tuple[str, ...], groups: dict[str | None, list[str]]) -> None:
    assert groups_of(case, *terms) == groups


def test_every_format_has_the_groups(case: Case) -> None:
    document = build_list(case, ListOptions(("actions", "by:owner"), columns=("id",)))
    assert [line for line in written("text", document).splitlines() if ": " in line] == [
        "Director of Children’s Services: 2",
        "Head of Audit: 2",
        "Not recorded: 1",
    ]
    assert "**Head of Audit: 2**" in written("md", document)
    rows = list(csv.reader(io.StringIO(written("csv", document).removeprefix("\ufeff"))))
    assert [row[:2] for row in rows] == [
        ["group", "id"],
        ["Director of Children’s Services", "A02"],
        ["Director of Children’s Services", "A03"],
        ["Head of Audit", "A01"],
        ["Head of Audit", "A02"],
        ["Not recorded", "A04"],
    ]


def test_without_grouping_there_are_no_groups(case: Case) -> None:
    assert "groups" not in json.loads(written("json", build_list(case, ListOptions())))


@pytest.mark.parametrize(
    ("terms", "ids"),
    [
        (("@short",), ["A03"]),
        (("@SHORT", "id:A01"), []),
        (("@director",), ["A02", "A03"]),
        (("is:unfinished", "@late"), ["A01", "A02", "A04"]),
    ],
)
def test_a_view_is_short_for_its_words(case: Case, terms: tuple[str, ...], ids: list[str]) -> None:
    answer = json.loads(written("json", build_list(case, ListOptions(terms))))
    assert sorted(record["id"] for record in answer["records"]) == ids
    assert list_notices(case, ListOptions(terms)) == ()


def test_what_is_typed_counts_before_the_view(case: Case) -> None:
    own = written("csv", build_list(case, ListOptions(("@short",)))).splitlines()
    assert own == ["\ufeffid,status,inferred,exempt", "A03,Complete,,"]
    assert (
        written("csv", build_list(case, ListOptions(("@short",), columns=("id",)))).splitlines()[0] == "\ufeffid,exempt"
    )


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (("by:ownr",), "“ownr” is not a field or a fact. Did you mean owner?"),
        (("by:",), "by: names no field. Write the field to group by, for example by:owner"),
        (("by:owner", "by:status"), "Group by one field, for example by:owner"),
        (("by:title",), "“title” is different for every record. Group by another field, for example by:owner"),
        (
            ("@lat",),
            "There is no view “@lat”. Did you mean late? Views are saved under `views:` in data/programme.yaml.",
        ),
    ],
)
def test_a_wrong_word_is_explained(case: Case, terms: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError) as exc_info:
        build_list(case, ListOptions(terms))
    assert str(exc_info.value) == message


def test_a_group_of_fields_is_grouped_by_one_of_them(case: Case) -> None:
    with pytest.raises(UsageError, match=r"“decided” holds several fields. Group by one of them: by:decided\.on, "):
        build_list(case, ListOptions(("by:decided",)))


def test_an_apostrophe_in_a_view_is_explained(case: Case) -> None:
    with pytest.raises(UsageError, match=r"The view @broken in data/programme\.yaml has a quotation mark or an apostr"):
        build_list(case, ListOptions(("@broken",)))


def test_the_saved_lists_are_listed_with_their_words_and_records(case: Case) -> None:
    data = json.loads(written("json", build_views(case)))
    assert [(view["name"], view["ids"], view["problem"] is None) for view in data["views"]] == [
        ("late", ["A01", "A02", "A03", "A04"], True),
        ("short", ["A03"], True),
        ("Director", ["A02", "A03"], True),
        ("broken", [], False),
    ]
    assert data["views"][0]["words"] == "actions by:owner --sort not.target"
    text = written("text", build_views(case))
    assert 'Next: p2ptrack list "@late"' in text
    assert "an apostrophe that is not closed" in " ".join(text.split())
    rows = list(csv.DictReader(io.StringIO(written("csv", build_views(case)).removeprefix("\ufeff"))))
    assert [(row["view"], row["records"]) for row in rows] == [
        ("late", "4"),
        ("short", "1"),
        ("Director", "2"),
        ("broken", ""),
    ]


def test_a_register_without_saved_lists_states_how_to_save_one() -> None:
    text = " ".join(written("text", build_views(case_of("{id: A01, title: One}"))).split())
    assert "There are no saved lists." in text
    assert "Save a list under `views:` in data/programme.yaml, such as late: actions is:overdue" in text


def test_a_grouping_that_is_typed_replaces_that_of_a_view(case: Case) -> None:
    assert groups_of(case, "@late", "by:status") == {"Complete": ["A03"], None: ["A02", "A01", "A04"]}
    with pytest.raises(UsageError, match="Group by one field"):
        build_list(case, ListOptions(("by:owner", "by:status")))


def test_figures_are_those_of_a_view_and_its_grouping(case: Case) -> None:
    options = FigureOptions(("@late",), WORDING)
    data = json.loads(written("json", build_figures(case, options)))
    assert data["records"] == 4
    assert list(data["overdue_by"]) == ["accountable"]
    assert [group["value"] for group in data["overdue_by"]["accountable"]][-1] is None
    assert list_figure_notices(case, options) == ()


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (("recommendations",), "Figures are about actions and follow-ups, and not about recommendations."),
        (("@lat",), "There is no view “@lat”. Did you mean late?"),
        (("by:ownr",), "“ownr” is not a field or a fact. Did you mean owner?"),
        (("by:title",), "“title” is different for every record."),
        (("status:don",), "“don” is not a value of status."),
    ],
)
def test_words_of_figures_that_do_not_exist_are_refused(case: Case, terms: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        build_figures(case, FigureOptions(terms, WORDING))
    assert str(refused.value).startswith(message)
