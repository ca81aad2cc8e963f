"""The rules on history over histories of many shapes: every rewriting is found, and there is no false alarm.

A history is given version by version as in `tests/rules/cases`. A finding is its code, its record and its field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.analysis.rules import all_rules
from p2ptrack.model.history import CommitFiles, Revision, build_register_history
from p2ptrack.model.register import PROGRAMME_PATH
from tests.rules.table import parse_case
from tests.support import PROGRAMME, examples, read_values

_ONLY_HISTORY = [rule for rule in all_rules() if rule.code.startswith("H")]
APPROVAL = f"{PROGRAMME}policy: {{extensions_need_approval: true}}\n"
MOVED = PROGRAMME.replace("date: Mar-23", "date: 20 April 2023")
VERIFYING = f"{PROGRAMME}policy: {{verification: action}}\n"
A02 = "id: A02\ntitle: Other\n"
DAYS = ("2023-01-12", "2023-02-01", "2023-02-20", "2023-03-01")
WHO = ("Policy clerk", "Audit clerk", "City clerk Keeper", "Dee Keeper")


def a01(fields: str) -> str:
    """Return the action A01 with fields parted by semicolons."""
    return "id: A01\ntitle: Action\n" + "".join(f"{item.strip()}\n" for item in fields.split(";") if item.strip())


def ledger(target: str, *moves: str) -> str:
    """Return a target with its ledger; a move reads `Mar-23 > Jun-23 on 2023-01-30, decision: granted`."""
    parts = (re.fullmatch(r"(\S+) > (\S+?)(?: on ([^,]+))?(, .*)?", move) for move in moves)
    entries = (f"{{from: {p[1]}, to: {p[2]}{f', date: {p[3]}' * bool(p[3])}{p[4] or ''}}}" for p in parts if p)
    return f"target: {target}; revisions: [{', '.join(entries)}]"


def find_places(*states: str, published: Sequence[int] = (), authors: Sequence[str] = WHO) -> list[str]:
    """Return what is found in a history of states, after some of which a paper was published."""
    case = parse_case("".join(_headed(at, state, at in published, authors) for at, state in enumerate(states)))
    findings = ((rule.code, item.record, item.field) for rule in _ONLY_HISTORY for item in rule.check(case))
    return [" ".join(filter(None, item)) for item in findings]


def _headed(at: int, state: str, published: bool, authors: Sequence[str]) -> str:
    text = state if state.startswith(("id:", "title:")) else a01(state)
    return f"@ {DAYS[at]} {authors[at]}{f', M{at}' * published}\n{text}"


TO_JUNE = ledger("Jun-23", "Mar-23 > Jun-23 on 2023-01-30")

MOVES = {
    "told, and target and ledger taken out": (
        ["target: Mar-23", TO_JUNE.replace("Jun", "May"), ""],
        ["H101 A01", "H103 A01"],
    ),
    "told one commit later": (["target: Mar-23", "target: Jun-23", TO_JUNE], []),
    "told in one entry for two moves": (
        [
            "target: Mar-23",
            "target: Jun-23",
            ledger("Sep-23", "Mar-23 > Sep-23 on 2023-02-01"),
        ],
        ["H101 A01 target"],
    ),
    "told in two entries for one move": (
        ["target: Mar-23", ledger("Sep-23", "Mar-23 > Jun-23 on 2023-01-30", "Jun-23 > Sep-23 on 2023-01-30")],
        [],
    ),
    "the newest entry first": (
        [
            "target: Mar-23",
            "target: Jun-23",
            ledger("Sep-23", "Jun-23 > Sep-23", "Mar-23 > Jun-23"),
        ],
        ["H104 A01 revisions[0].from"],
    ),
    "there and back again": (
        [
            "target: Mar-23",
            ledger("Jun-23", "Mar-23 > Jun-23 on 2023-01-30"),
            ledger("Mar-23", "Mar-23 > Jun-23 on 2023-01-30", "Jun-23 > Mar-23 on 2023-02-19"),
            ledger(
                "Jun-23",
                "Mar-23 > Jun-23 on 2023-01-30",
                "Jun-23 > Mar-23 on 2023-02-19",
                "Mar-23 > Jun-23 on 2023-02-28",
            ),
        ],
        [],
    ),
    "there and back and there again, told once": (
        ["target: Mar-23", "target: Jun-23", "target: Mar-23", TO_JUNE],
        ["H101 A01 target"] * 2,
    ),
    "taken out": (["target: Mar-23", ""], ["H101 A01"]),
    "taken out and set to another day": (["target: Mar-23", "", "target: Sep-23"], ["H101 A01 target"]),
    "set for the first time": (["", "target: TBC", "target: Mar-23"], []),
    "set, then moved with an entry": (["target: TBC", "target: Mar-23", TO_JUNE], []),
    "to be confirmed, told so": (
        ["target: Mar-23", ledger("TBC", "Mar-23 > TBC on 2023-02-01")],
        [],
    ),
    "written another way": (["target: Mar-23", "target: 31/03/2023", "target: end of March 2023"], []),
    "another reading of the same words": (
        ["target: {raw: next Board, means: 2023-03-31}", "target: {raw: next Board, means: 2023-06-30}"],
        ["H101 A01 target"],
    ),
    "other words with the same reading": (
        ["target: {raw: next Board, means: 2023-03-31}", "target: {raw: the Board in March, means: 2023-03-31}"],
        [],
    ),
    "words that are no date for a while": (["target: Mar-23", "target: soonish", "target: Mar-23"], []),
    "refused and moved all the same": (
        ["target: Mar-23", ledger("Jun-23", "Mar-23 > Jun-23, decision: refused")],
        ["H101 A01 target"],
    ),
    "granted and not moved": (
        ["target: Mar-23", ledger("Mar-23", "Mar-23 > Jun-23, decision: granted")],
        ["H102 A01 revisions[0]"],
    ),
    "asked for and not moved": (
        ["target: Mar-23", ledger("Mar-23", "Mar-23 > Jun-23, decision: requested")],
        [],
    ),
    "an invented move before the real one": (
        [
            "target: Mar-23",
            ledger("Jun-23", "Dec-22 > Mar-23 on 2023-01-20", "Mar-23 > Jun-23 on 2023-01-30"),
        ],
        ["H104 A01 revisions[0].from"],
    ),
    "what was before the register was kept in git": (
        [
            "target: Mar-23",
            ledger(
                "Jun-23",
                "Sep-22 > Dec-22 on 2022-08-01",
                "Dec-22 > Mar-23 on 2022-12-01",
                "Mar-23 > Jun-23 on 2023-01-30",
            ),
        ],
        [],
    ),
    "another original, dated before the register was kept in git": (
        ["target: Mar-23", ledger("Jun-23", "Apr-23 > Jun-23 on 2022-12-01")],
        ["H104 A01 revisions[0].from"],
    ),
    "told with another original": (
        ["target: Mar-23", ledger("Jun-23", "Apr-23 > Jun-23 on 2023-01-30")],
        ["H104 A01 revisions[0].from"],
    ),
    "moved, and moved again under another original": (
        ["target: Mar-23", "target: May-23", ledger("Jun-23", "Apr-23 > Jun-23 on 2023-02-10")],
        ["H101 A01 target"] * 2 + ["H104 A01 revisions[0].from"],
    ),
    "told, and the entry taken out": (["target: Mar-23", TO_JUNE, "target: Jun-23"], ["H103 A01"]),
    "told, and the entry led elsewhere with the next move": (
        ["target: Mar-23", TO_JUNE, ledger("Sep-23", "Mar-23 > Sep-23 on 2023-01-30")],
        ["H103 A01 revisions"],
    ),
    "the entry led elsewhere, and put right again": (
        [
            "target: Mar-23",
            TO_JUNE,
            ledger("Sep-23", "Mar-23 > Sep-23 on 2023-01-30"),
            ledger("Sep-23", "Mar-23 > Jun-23 on 2023-01-30", "Jun-23 > Sep-23 on 2023-02-20"),
        ],
        [],
    ),
    "an entry that git contradicts put right": (
        ["target: Mar-23", TO_JUNE.replace("to: Jun", "to: May"), TO_JUNE],
        [],
    ),
    "a request taken out": (
        ["target: Mar-23", ledger("Mar-23", "Mar-23 > Jun-23, decision: requested"), "target: Mar-23"],
        ["H103 A01"],
    ),
    "asked for in one entry and granted in another": (
        [
            "target: Mar-23",
            ledger("Mar-23", "Mar-23 > Jun-23, decision: requested"),
            ledger("Jun-23", "Mar-23 > Jun-23, decision: requested", "Mar-23 > Jun-23, decision: granted"),
        ],
        [],
    ),
    "an entry taken back by a correction": (
        [
            "target: Mar-23",
            ledger("Mar-23", "Mar-23 > Jun-23 on 2023-01-30"),
            ledger("Mar-23", "Mar-23 > Jun-23 on 2023-01-30", "Jun-23 > Mar-23, category: correction"),
        ],
        [],
    ),
    "a slip of the hand put right": (
        [
            "target: Mar-23",
            ledger("2023-03-13", "Mar-23 > 2023-03-13, category: correction"),
        ],
        [],
    ),
    "an entry that only writes the day another way": (
        ["target: Mar-23", ledger("2023-03-31", "Mar-23 > 2023-03-31, category: correction")],
        [],
    ),
    "dated after the target had moved": (
        ["target: Mar-23", ledger("Jun-23", "Mar-23 > Jun-23 on 2023-02-15")],
        ["H102 A01 revisions[0].date"],
    ),
    "moved before the meeting that is said to have decided": (
        ["target: Oct-22", ledger("Jun-23", "Oct-22 > Jun-23, meeting: AC-2023-03")],
        ["H102 A01 revisions[0].meeting"],
    ),
    "the original changed": (
        [TO_JUNE, TO_JUNE.replace("Mar-23", "Apr-23")],
        ["H104 A01 revisions[0].from"],
    ),
    "the ledger written another way": (
        [TO_JUNE, TO_JUNE.replace("[{", "{").replace("}]", "}").replace("Mar-23", "31 March 2023"), TO_JUNE],
        [],
    ),
    "the last entry rewritten": (
        [TO_JUNE, TO_JUNE.replace("Jun-23", "Jul-23")],
        ["H101 A01 target", "H103 A01 revisions"],
    ),
    "gone and back with another day": (
        [f"{A02}---\n{a01('target: Mar-23')}", A02, f"{A02}---\n{a01('target: Jun-23')}"],
        ["H101 A01 target"],
    ),
    "in the old days a list where one value stands": (["target: [Mar-23]", "target: Mar-23"], []),
}


@pytest.mark.parametrize(("states", "expected"), MOVES.values(), ids=MOVES)
def test_target_changes(states: list[str], expected: list[str]) -> None:
    assert find_places(*states) == expected


def with_programme(programme: str, fields: str) -> str:
    return f"{programme}---\n{a01(fields)}"


ON_MEETING = "target: AC-2023-03"
ANCHORED = {
    "the meeting moved": (
        [with_programme(PROGRAMME, ON_MEETING), with_programme(MOVED, ON_MEETING)],
        ["H105 meetings[1].date"],
    ),
    "the meeting moved, and the record was closed and taken out": (
        [
            with_programme(PROGRAMME, ON_MEETING),
            with_programme(MOVED, f"{ON_MEETING}; status: complete"),
            f"{MOVED}---\n{A02}",
        ],
        [],
    ),
    "the meeting moved, and the target has its old day": (
        [
            with_programme(PROGRAMME, ON_MEETING),
            with_programme(MOVED, ON_MEETING),
            with_programme(MOVED, ledger("2023-03-31", "AC-2023-03 > 2023-03-31")),
        ],
        [],
    ),
    "the meeting moved, and an entry says so by its id": (
        [
            with_programme(PROGRAMME, ON_MEETING),
            with_programme(MOVED, ledger("AC-2023-03", "Mar-23 > AC-2023-03 on 2023-01-30")),
            with_programme(MOVED, ledger("AC-2023-03", "Mar-23 > AC-2023-03 on 2023-01-30")),
        ],
        [],
    ),
    "the meeting moved, and an entry says so by its day": (
        [
            with_programme(PROGRAMME, ON_MEETING),
            with_programme(MOVED, ON_MEETING),
            with_programme(MOVED, ledger("AC-2023-03", "Mar-23 > 2023-04-20 on 2023-01-30")),
        ],
        [],
    ),
    "the meeting moved twice": (
        [
            with_programme(PROGRAMME, ON_MEETING),
            with_programme(MOVED, ON_MEETING),
            with_programme(MOVED.replace("20 April", "2 May"), ON_MEETING),
        ],
        ["H105 meetings[1].date"] * 2,
    ),
    "the day was written out before the meeting moved": (
        [
            with_programme(PROGRAMME, ON_MEETING),
            with_programme(PROGRAMME, "target: 31 March 2023"),
            with_programme(MOVED, "target: 31 March 2023"),
        ],
        [],
    ),
    "the day was written out as the meeting moved": (
        [with_programme(PROGRAMME, ON_MEETING), with_programme(MOVED, "target: 31 March 2023")],
        [],
    ),
    "moved off the meeting with an entry, and then the meeting moved": (
        [
            with_programme(PROGRAMME, ON_MEETING),
            with_programme(PROGRAMME, ledger("Sep-23", "AC-2023-03 > Sep-23 on 2023-01-30")),
            with_programme(MOVED, ledger("Sep-23", "AC-2023-03 > Sep-23 on 2023-01-30")),
        ],
        [],
    ),
    "the meeting was given another id and day, and the target with it": (
        [
            with_programme(PROGRAMME, ON_MEETING),
            with_programme(MOVED.replace("AC-2023-03", "AC-2023-04"), "target: AC-2023-04"),
        ],
        ["H101 A01 target"],
    ),
    "the meeting was given another id": (
        [
            with_programme(PROGRAMME, ON_MEETING),
            with_programme(PROGRAMME.replace("AC-2023-03", "AC-2023-04"), "target: AC-2023-04"),
        ],
        [],
    ),
    "a meeting that no target hangs on moved": (
        [with_programme(PROGRAMME, "target: Mar-23"), with_programme(MOVED, "target: Mar-23")],
        [],
    ),
    "approval is asked for since": (
        [
            with_programme(PROGRAMME, "target: Mar-23"),
            with_programme(PROGRAMME, TO_JUNE),
            with_programme(APPROVAL, TO_JUNE),
        ],
        [],
    ),
}


@pytest.mark.parametrize(("states", "expected"), ANCHORED.values(), ids=ANCHORED)
def test_a_target_that_depends_on_the_programme(states: list[str], expected: list[str]) -> None:
    assert find_places(*states) == expected


DONE = "status: complete; completed_on: 2023-01-10"
PUT_OFF = "status: on_hold; decided: {on: 2023-01-10, by: Board, reason: x}"
ACCEPTED = "status: risk_accepted; decided: {on: 2023-01-10, by: Board, reason: x}"
LATE = "updates: [{date: 2023-01-10, text: Late., status: in_progress, source: paper}]"
PUBLISHED = {
    "an ask changed": (["origin_text: Ask all.", "origin_text: Ask some."], [0], ["H111 A01 origin_text"]),
    "an ask taken out": (["origin_text: Ask all.", ""], [0], ["H111 A01"]),
    "an ask added": (["", "origin_text: Ask all."], [0], []),
    "an ask folded another way": (["origin_text: Ask all.", "origin_text: |-\n  Ask\n  all."], [0], []),
    "an ask changed before any paper": (["origin_text: Ask all.", "origin_text: Ask some."], [1], []),
    "an ask changed and published again": (
        ["origin_text: Ask all.", "origin_text: Ask some.", "note: x; origin_text: Ask some."],
        [0, 1],
        ["H111 A01 origin_text"],
    ),
    "an ask changed, published, and put back": (
        ["origin_text: Ask all.", "origin_text: Ask some.", "origin_text: Ask all."],
        [0, 1],
        [],
    ),
    "an ask changed after two papers": (
        ["origin_text: Ask all.", "origin_text: Ask all.; note: x", "origin_text: Ask some."],
        [0, 1],
        ["H111 A01 origin_text"],
    ),
    "an ask that today's words call by another name": (["ask: Ask all.", "origin_text: Ask all."], [0], []),
    "an update rewritten": ([LATE, LATE.replace("Late", "On time")], [0], ["H112 A01 updates[0]"]),
    "an update dated otherwise": ([LATE, LATE.replace("-10", "-11")], [0], ["H112 A01 updates[0]"]),
    "an update taken out": ([LATE, ""], [0], ["H112 A01"]),
    "an update rewritten before any paper": ([LATE, LATE.replace("Late", "On time")], [1], []),
    "an update rewritten after two papers": (
        [LATE, f"{LATE}; note: x", LATE.replace("Late", "On time")],
        [0, 1],
        ["H112 A01 updates[0]"],
    ),
    "an update written another way": (
        [LATE, "updates: {date: 10 January 2023, text: Late., status: In progress, source: {id: paper, ref: row 4}}"],
        [0],
        [],
    ),
    "updates in another order, and an older one entered late": (
        [
            "updates: [{date: 2023-01-05, text: One.}, {date: 2023-01-10, text: Two.}]",
            "updates: [{date: 2023-01-10, text: Two.}, {date: 2022-12-10, text: X.}, {date: 2023-01-05, text: One.}]",
        ],
        [0],
        [],
    ),
    "an update that was made exempt": ([LATE, LATE.replace("}]", ", exempt: {paragraph: 3}}]")], [0], []),
    "an update whose text was cut out for being exempt": (
        [LATE, "updates: [{date: 2023-01-10, text: Withheld., exempt: {paragraph: 3}}]"],
        [0],
        ["H112 A01 updates[0]"],
    ),
    "a closing date changed": ([DONE, DONE.replace("-10", "-09")], [0], ["H113 A01 completed_on"]),
    "a closing date taken out": ([DONE, "status: complete"], [0], ["H113 A01"]),
    "a closing date written another way": ([DONE, DONE.replace("2023-01-10", "10 January 2023")], [0], []),
    "a closing date changed before any paper": ([DONE, DONE.replace("-10", "-09")], [1], []),
    "a closing date that was none": (["status: complete; completed_on: soonish", "status: complete"], [0], []),
    "opened again": ([DONE, "status: in_progress"], [0], []),
    "opened again and completed on a later day": (
        [DONE, "status: in_progress", DONE.replace("01-10", "02-19")],
        [0],
        [],
    ),
    "opened again and completed on a day before the paper": (
        [DONE, "status: in_progress", DONE.replace("01-10", "01-02")],
        [0],
        ["H113 A01 completed_on"],
    ),
    "a later closing date rewritten": (
        [DONE, "status: in_progress", DONE.replace("01-10", "02-19"), DONE.replace("01-10", "02-25")],
        [0, 2],
        ["H113 A01 completed_on"],
    ),
    "a closing date changed, published, and put back": ([DONE, DONE.replace("-10", "-09"), DONE], [0, 1], []),
    "put on hold, and later closed for good": (
        [PUT_OFF, PUT_OFF.replace("on_hold", "withdrawn").replace("01-10", "01-30")],
        [0],
        [],
    ),
    "a risk that was accepted again": ([ACCEPTED, ACCEPTED.replace("01-10", "01-30")], [0], []),
    "a risk whose acceptance was dated back": (
        [ACCEPTED, ACCEPTED.replace("01-10", "01-02")],
        [0],
        ["H113 A01 decided.on"],
    ),
    "a decision dated otherwise": (
        [ACCEPTED.replace("risk_accepted", "noted"), ACCEPTED.replace("risk_accepted", "noted").replace("-10", "-30")],
        [0],
        ["H113 A01 decided.on"],
    ),
    "a verification dated otherwise": (
        [f"{DONE}; verified: {{by: Audit, on: 2023-01-11}}", f"{DONE}; verified: {{by: Audit, on: 2023-01-02}}"],
        [0],
        ["H113 A01 verified.on"],
    ),
    "an update under another heading": (
        ["updates: [{heading: One, text: x}]", "updates: [{heading: Two, text: x}]"],
        [0],
        ["H112 A01 updates[0]"],
    ),
    "an update given a heading": (["updates: [{text: x}]", "updates: [{heading: Two, text: x}]"], [0], []),
    "a reason and a day rewritten": (
        [TO_JUNE.replace("}]", ", reason: Late}]"), TO_JUNE.replace("-30}]", "-29, reason: On time}]")],
        [0],
        ["H117 A01 revisions[0].date"],
    ),
    "a delay made a correction": (
        [TO_JUNE, TO_JUNE.replace("}]", ", category: correction}]")],
        [0],
        ["H117 A01 revisions[0].category"],
    ),
    "a sort of reason added": ([TO_JUNE, TO_JUNE.replace("}]", ", category: supplier}]")], [0], []),
    "an entry that git contradicts, printed and put right": (
        [
            "target: Mar-23",
            TO_JUNE.replace("to: Jun", "to: May"),
            TO_JUNE,
        ],
        [1],
        ["H103 A01 revisions"],
    ),
    "an approval rewritten": (
        [TO_JUNE.replace("}]", ", approved_by: Head}]"), TO_JUNE.replace("}]", ", approved_by: Board}]")],
        [0],
        ["H117 A01 revisions[0].approved_by"],
    ),
    "an approval of a later move rewritten": (
        [
            ledger("Sep-23", "Mar-23 > Jun-23", "Jun-23 > Sep-23, approved_by: Head"),
            ledger("Sep-23", "Mar-23 > Jun-23", "Jun-23 > Sep-23, approved_by: Board"),
        ],
        [0],
        ["H117 A01 revisions[1].approved_by"],
    ),
    "an approval rewritten, published, and put back": (
        [ledger("Jun-23", f"Mar-23 > Jun-23, approved_by: {who}") for who in ("Head", "Board", "Head")],
        [0, 1],
        [],
    ),
    "an approval and a minute added": ([TO_JUNE, TO_JUNE.replace("}]", ", approved_by: Board, minute: 4}]")], [0], []),
    "a refusal turned into a grant": (
        [
            ledger("Mar-23", "Mar-23 > Jun-23, decision: refused"),
            ledger("Jun-23", "Mar-23 > Jun-23, decision: granted"),
        ],
        [0],
        ["H117 A01 revisions[0].decision"],
    ),
}


@pytest.mark.parametrize(("states", "published", "expected"), PUBLISHED.values(), ids=PUBLISHED)
def test_changes_after_publication(states: list[str], published: list[int], expected: list[str]) -> None:
    assert find_places(*states, published=published) == expected


def test_a_part_of_a_recommendation_is_a_request() -> None:
    whole = "id: R6\ntitle: Rec\nparts: [{id: R6.1, text: Ask all.}, {id: R6.2, text: Tell all.}]\n"
    assert find_places(whole, whole.replace("Tell all", "Tell some"), published=[0]) == ["H111 R6 parts[1].text"]
    assert find_places(whole, whole.replace(", {id: R6.2, text: Tell all.}", ""), published=[0]) == ["H111 R6 parts"]
    assert (
        find_places(whole, whole.replace("parts: [{id: R6.1", "parts: [{id: R6.3, text: x.}, {id: R6.1"), published=[0])
        == []
    )


VERIFIED = "status: complete; verified: {by: Chief Auditor, on: 2023-02-01}"


def test_an_id_in_published_papers_must_not_disappear() -> None:
    renamed = f"{A02}---\n{a01('').replace('A01', 'A99')}"
    assert find_places(both(""), renamed, both("note: x"), published=[1]) == ["H115 A99"]


def test_verification_by_the_author_of_the_closure() -> None:
    done = "status: complete"
    assert find_places(done, VERIFIED, authors=("Policy clerk", "Policy clerk")) == ["H114 A01 verified.by"]
    assert find_places(done, VERIFIED, authors=("Policy clerk", "Audit clerk")) == []
    assert find_places("", VERIFIED, authors=("Policy clerk", "Audit clerk")) == ["H114 A01 verified.by"]
    assert find_places(VERIFIED, authors=("Policy clerk",)) == []
    assert find_places(
        done, "status: in_progress", VERIFIED, authors=("Policy clerk", "Audit clerk", "City clerk")
    ) == ["H114 A01 verified.by"]


def fixes(*states: str) -> list[str]:
    case = parse_case("".join(_headed(at, state, False, ("Policy clerk",) * 4) for at, state in enumerate(states)))
    return [item.fix or rule.fix for rule in _ONLY_HISTORY for item in rule.check(case)]


def test_advice_fits_the_present_fields() -> None:
    (advice,) = fixes("status: complete", VERIFIED)
    assert "`method`" in advice
    (advice,) = fixes("status: complete", VERIFIED.replace("}", ", method: Read.}"))
    assert "method" not in advice
    entry = "  - from: Jun-23\n    to: Sep-23\n    date: 2023-02-20"
    (advice,) = fixes("target: Jun-23", "target: Jun-23", "target: Sep-23")
    assert advice.partition("\n")[2] == f"revisions:\n{entry}"
    (advice,) = fixes("target: Mar-23", TO_JUNE, TO_JUNE.replace("target: Jun-23", "target: Sep-23"))
    assert advice.partition("\n")[2] == entry


def both(fields: str) -> str:
    return f"{A02}---\n{a01(fields)}"


DROPPED = {
    "never closed": ([both("status: in_progress"), A02], ["H115 A01"]),
    "closed": ([both(ACCEPTED), A02], []),
    "deleted and back": ([both(""), A02, both("")], []),
    "of another id since": ([both(""), f"{A02}---\n{a01('').replace('A01', 'A99')}"], ["H115 A01"]),
    "of another id, and of its own again": (
        [both(""), f"{A02}---\n{a01('').replace('A01', 'A99')}", both("note: x")],
        [],
    ),
    "of another kind since": ([both(""), f"{A02}---\nid: F01\ntitle: Action\n"], ["H115 A01"]),
    "closed, by the policy of then": (
        [f"{PROGRAMME}---\n{both('status: complete')}", f"{PROGRAMME}---\n{A02}", f"{VERIFYING}---\n{A02}"],
        [],
    ),
    "not closed, by the policy of then": (
        [f"{VERIFYING}---\n{both('status: complete')}", f"{VERIFYING}---\n{A02}", f"{PROGRAMME}---\n{A02}"],
        ["H115 A01"],
    ),
    "made a recommendation": (
        [both(""), f"{A02}---\nid: R1\ntitle: Action\n"],
        ["H115 A01"],
    ),
    "a recommendation": ([f"{A02}---\nid: R1\ntitle: Ask\n", A02], ["H115 R1"]),
}


@pytest.mark.parametrize(("states", "expected"), DROPPED.values(), ids=DROPPED)
def test_removed_records(states: list[str], expected: list[str]) -> None:
    assert find_places(*states) == expected


ODD: list[Any] = [None, "", "x", [], {}, ["a"], {"a": "b"}, [{"a": "b"}], [["q"]], "Mar-23", "AC-2023-03", "complete"]
ODD += [{"raw": "z", "means": "none"}, {"raw": ["q"], "means": "x"}, [{"from": "Mar-23", "to": {}, "date": []}]]
ODD += [[{"text": {}, "date": [], "source": {}, "status": []}, "x"], {"on": [], "by": {}}, [{"id": [], "date": {}}]]
FIELDS = ("target", "revisions", "origin_text", "status", "completed_on", "decided", "verified", "parts", "updates")


NOW = parse_case(f"{a01(f'{TO_JUNE}; {VERIFIED}')}---\nid: R1\ntitle: R\nparts: [{{id: R1.1, text: q}}]\n")


@examples(80)
@given(st.randoms(use_true_random=False))
def test_rules_accept_any_value_of_an_old_file(odd: Random) -> None:
    """Old values are kept as they were written, whatever today's schema makes of them."""
    steps = [_odd_step(odd, number) for number in range(1, 6)]
    lines = replace(
        build_register_history(steps),
        published_positions={"M1": odd.randint(1, 5), "M2": 5},
        orphaned_tags={"M3": "a" * 40},
    )
    findings = [item for rule in _ONLY_HISTORY for item in rule.check(replace(NOW, history=lines))]
    assert [item for item in findings if not item.message] == []


def _odd_step(odd: Random, number: int) -> CommitFiles:
    ids = {"data/actions/A01.yaml": "A01", "data/recommendations/R1.yaml": "R1", "data/actions/A09.yaml": f"A0{number}"}
    files: dict[str, dict[str, Any] | None] = {
        path: {"id": id_, "title": "T", **{name: odd.choice(ODD) for name in FIELDS}}
        for path, id_ in ids.items()
        if odd.random() < 0.6
    }
    files[PROGRAMME_PATH] = {**read_values(PROGRAMME), odd.choice(["meetings", "phases", "policy"]): odd.choice(ODD)}
    removed = frozenset(path for path in ids if path not in files and odd.random() < 0.3)
    return CommitFiles(
        Revision(number, f"{number}" * 40 * (odd.random() < 0.9), date(2023, number, 1), "Policy clerk"), files, removed
    )
