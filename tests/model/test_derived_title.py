"""A record without a title has the first sentence of its text as title, everywhere and with its exemption."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from p2ptrack.analysis.case import serialise_record
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import list_exempt_fields
from p2ptrack.model.records import Action
from p2ptrack.phrases import MAX_TITLE_LENGTH, find_first_sentence
from p2ptrack.reports.audit_follow_up import audit_follow_up
from tests.papers.builders import context_of, redacted_context, table_of, text_of
from tests.support import THE_DAY, case_of, record_of

REQUEST = "Review the register. It was last reviewed in 2019."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (REQUEST, "Review the register"),
        ("Review the register", "Review the register"),
        ("Follow para. 4.10 of the report, e.g. by a review of no. 7. Then report.",
         "Follow para. 4.10 of the report, e.g. by a review of no. 7"),
        ("Spend £1.5 million? Yes.", "Spend £1.5 million?"),
        ("The Council should:\n- review\n- report", "The Council should"),
        ("## Contracts\n\nReview them.", "Contracts"),
        ("- **Review** the\n  register.", "Review the register"),
        ("4. Review the register.", "Review the register"),
        ("a) Review the register.", "Review the register"),
        ("(iv) Review the register.", "Review the register"),
        ("A. Smith reviews it.", "A. Smith reviews it"),
        ("I. Review it.", "I. Review it"),
        ("“Review it.” Members agreed.", "“Review it.”"),
        ("...", "..."),
        ("> 50% of spend is on contract.", "> 50% of spend is on contract"),
        (">£25k contracts were let without competition.", ">£25k contracts were let without competition"),
        ("> “Quoted by the auditor.”", "“Quoted by the auditor.”"),
        ("+ £60,000 saving\n- £12,000 overspend", "+ £60,000 saving"),
        ("- £12,000 overspend", "- £12,000 overspend"),
        ("- 5 suppliers joined", "5 suppliers joined"),
        ("# 4 of the waivers was refused.", "# 4 of the waivers was refused"),
        ("2025. The first full year.", "2025. The first full year"),
        ("3) was dropped", "3) was dropped"),
        ("3) **Drop** it.", "Drop it"),
        ("# One\n## Two", "One"),
        ("| Directorate | Contracts |\n|---|---|\n| Place | 40 |", "Directorate, Contracts"),
        ("See [the *minutes*](https://example.org/a.b?c=1 \"title\"), <https://example.org>.",
         "See the minutes, https://example.org"),
        ("Use *all* of _it_, `x_y` and __more__.", "Use all of it, x_y and more"),
        ("Keep a_b_c, 2*3*4, [R1], x < 5 and [bad](javascript:x).",
         "Keep a_b_c, 2*3*4, [R1], x < 5 and [bad](javascript:x)"),
        ("A \\* star, a\\\nline and C:\\Users.", "A * star, a line and C:\\Users"),
        (" ", ""),
    ],
)  # fmt: skip
def test_the_first_sentence(text: str, sentence: str) -> None:
    assert find_first_sentence(text) == sentence


def test_a_long_sentence_is_cut_at_a_word() -> None:
    result = find_first_sentence("register " * 40)
    assert result.endswith(" register…")
    assert len(result) <= MAX_TITLE_LENGTH + 1


def test_a_title_may_be_left_out() -> None:
    record = record_of(f"{{id: F01, origin_text: {REQUEST}}}")
    assert (record.title, "title" in record.model_fields_set) == ("Review the register", False)
    assert serialise_record(case_of(f"{{id: F01, origin_text: {REQUEST}}}"), record)["title"] == "Review the register"


def test_a_stated_title_stays() -> None:
    assert record_of(f"{{id: F01, title: Mine, origin_text: {REQUEST}}}").title == "Mine"


def test_without_title_and_text_the_title_is_missing() -> None:
    with pytest.raises(ValidationError) as raised:
        Action.model_validate({"id": "A01"})
    assert [(error["type"], error["loc"]) for error in raised.value.errors()] == [("missing", ("title",))]
    schema = Action.model_json_schema()
    assert (schema["required"], schema["anyOf"]) == (["id"], [{"required": ["title"]}, {"required": ["origin_text"]}])


@pytest.mark.parametrize("title", ["", "title: Review the register, "])
def test_a_title_taken_from_an_exempt_text_is_exempt(title: str) -> None:
    text = f"{{id: F01, {title}origin_text: {REQUEST}, exempt: {{fields: [origin_text]}}}}"
    case = case_of(text)
    assert list_exempt_fields(case.register.by_id["F01"], THE_DAY) == ("origin_text", "title")
    public = redacted_context(case, Audience.PUBLIC, "audit-follow-up")
    assert "Review" not in repr(public.register.records)
    assert "Title exempt" in public.register.by_id["F01"].title


def test_another_title_of_an_exempt_text_stays() -> None:
    case = case_of(f"{{id: F01, title: Mine, origin_text: {REQUEST}, exempt: {{fields: [origin_text]}}}}")
    assert redacted_context(case).register.by_id["F01"].title == "Mine"


def test_papers_print_the_sentence_once() -> None:
    document = audit_follow_up(context_of(case_of(f"{{id: F01, origin_text: {REQUEST}}}"), report="audit-follow-up"))
    cells = "\n".join(text_of(cell.content) for row in table_of(document, "follow-ups").rows for cell in row.cells)
    assert cells.count("Review the register") == 1
    assert "It was last reviewed in 2019." in cells
