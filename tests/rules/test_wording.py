"""Findings and advice are in plain English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from p2ptrack.analysis.rules.rule import SpellingAdvice
from p2ptrack.phrases import format_times
from tests.rules.table import FILES, RULES, read_case

_FILES = list(FILES)
_AVOIDED = re.compile(
    r"\b(?:tells?|told|stands?|stood|thens|hands?|witness\w*|lens|fate|closer|sheet|adrift|hanging|lapsed|remembered"
    r"|seal(?:s|ed)?|strays?|ledger|posts?|accountable officer|leave the list|to come|our reading|(?<!body )else"
    r"|did you mean)\b|[;…]",
    re.IGNORECASE,
)
"""Words of the private vocabulary, fragments joined by a semicolon, and placeholders that could be saved by mistake."""


def test_advice_is_in_whole_sentences_of_plain_english() -> None:
    texts = [(rule.code, text) for rule in RULES.values() for text in (rule.why, rule.fix)]
    titles = [(rule.code, rule.title) for rule in RULES.values()]
    assert [(code, text) for code, text in texts if not (text[0].isupper() and text.endswith("."))] == []
    assert [(code, text) for code, text in titles if not text[0].isupper() or re.match("What |Who ", text)] == []
    assert [(code, text) for code, text in (*titles, *texts) if _AVOIDED.search(text)] == []


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_a_finding_is_a_sentence_and_its_fix_a_sentence_with_lines_to_paste(path: Path) -> None:
    case = read_case(path)
    for finding in case.rule.check(case.breaks):
        sentence, *block = (finding.fix or case.rule.fix).split("\n")
        assert finding.message.endswith((".", "”", "is:overdue", "is:no-owner"))
        assert sentence[0].isupper()
        assert sentence.endswith((".", ":") if block else ".")
        assert all(re.match(r"[a-z_]+: |[a-z_]+:$| +\S|git \S", line) for line in block)
        assert _AVOIDED.findall(re.sub("“[^”]*”", "", f"{finding.message}\n{finding.fix or case.rule.fix}")) == []


def test_only_a_likely_misspelling_is_suggested() -> None:
    spelling = SpellingAdvice()
    assert spelling.advise("A01", "statsu", ("status", "start")) == "Use status instead."
    assert spelling.advise("A01", "owner", ("start", "status")) == ""


def test_names_are_suggested_for_the_first_mistakes_of_a_record_only() -> None:
    spelling = SpellingAdvice()
    advice = [spelling.advise(record, "statsu", ("status",)) for record in ["A01"] * 21 + ["A02"]]
    assert [bool(text) for text in advice] == [True] * 20 + [False, True]


def test_how_often_is_in_words_up_to_twice() -> None:
    assert [format_times(count) for count in (1, 2, 3)] == ["once", "twice", "3 times"]
