"""The fix of every value that does not fit its field, followed: the finding is gone, and no other error comes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.model.dates import Anchors, CouncilDate, parse_date
from p2ptrack.store.yaml import read
from p2ptrack.store.yaml.edit import format_record
from tests.command import run
from tests.messages.cases import PLACES, PROGRAMME, REGISTER, cases, check, name, problems
from tests.rules.officer import Values, find, set_value, split_path
from tests.support import write_register

FoundProblem = dict[str, Any]
Step = str | int
SAMPLES = {
    "id": "leeds-p2p",
    "date": "5 January 2023",
    "from": "Jan-23",
    "title": "A title",
    "text": "What it asks for",
    "exempt": {"paragraph": "3", "reason": "Terms.", "public_interest": "Prices would rise."},
    "rules_off": {"G104": "No action names its recommendation."},
}


def _read_block(fix: str) -> Values:
    value = read("\n".join(fix.split("\n")[1:]).encode(), "block.yaml").value
    assert isinstance(value, dict), fix
    return dict(value)


def _get_parent(values: Values, steps: list[Step]) -> Any:
    return find(values, steps[:-1])


def _replace_field(values: Values, steps: list[Step], fix: str) -> None:
    parent, wrong = _get_parent(values, steps), steps[-1]
    if "\n" in fix:
        text = parent.pop(wrong)
        parent.update({key: value or text for key, value in _read_block(fix).items()})
    elif match := re.match(r"Use (\w+): instead\.", fix):
        parent[match[1]] = parent.pop(wrong)
    elif fix.startswith("If the source has a column of this name, put the line under `as_published:`"):
        values["as_published"] = {wrong: str(values.pop(str(wrong)))}
    elif fix.startswith("Move what it says to `note:`"):
        values["note"] = str(values.pop(str(wrong)))
    else:
        assert re.match(r"Use one of the fields here: |Move \w+: (?:to|under) ", fix), fix
        del parent[wrong]


def _add_field(values: Values, steps: list[Step], fix: str) -> None:
    parent = _get_parent(values, steps)
    parent.update(_read_block(fix) if "\n" in fix else {str(steps[-1]): SAMPLES[str(steps[-1])]})


def _replace_value(values: Values, steps: list[Step], fix: str) -> None:
    if "\n" in fix:
        place = steps[:-1] if isinstance(steps[-1], int) else steps
        set_value(values, place, next(iter(_read_block(fix).values())))
    else:
        set_value(values, steps, SAMPLES.get(str(steps[-1]), "A text"))


def _rename(values: Values, steps: list[Step], fix: str) -> None:
    match = re.search(r"(?:Write|such as|for example) ([\w-]+)\.$", fix)
    assert match, fix
    if steps[0] == "id":
        values["id"] = match[1]
    else:
        wrong = next(iter(values["reports"]))
        values["reports"][match[1]] = values["reports"].pop(wrong)


_SENTENCE = re.compile(r"(?:Write|for example) (.+?)(?: if you mean|\.(?:\s|$))")


def _iter_dates(fix: str) -> Iterator[str]:
    for sentence in _SENTENCE.findall(fix.partition("\n")[0]):
        yield from re.split(r" or | \(|, (?=or|[A-Z0-9])", sentence.rpartition("such as ")[2])


def _write_date(values: Values, steps: list[Step], fix: str) -> None:
    if fix.startswith(("Leave the field out", "Write status: complete")):
        del _get_parent(values, steps)[steps[-1]]
    elif "\n" in fix:
        set_value(values, steps, _read_block(fix)[str(steps[-1])])
    elif "`raw:` and `means:`" in fix:
        set_value(values, steps, {"raw": "soon", "means": "none"})
    else:
        dates = [text for text in _iter_dates(fix) if isinstance(parse_date(text, Anchors(())), CouncilDate)]
        set_value(values, steps, dates[0] if dates else "31 March 2023")
        assert dates or fix.startswith("Write the last day that is meant"), fix


def _write_word(values: Values, steps: list[Step], fix: str) -> None:
    match = re.search(r"Use (?:a status such as )?(\w+)", fix)
    assert match, fix
    if steps[:2] == ["policy", "labels"]:
        labels = values["policy"]["labels"]
        labels[match[1]] = labels.pop(steps[-1])
    elif steps[-1] == "extent":
        covers = find(values, steps[:-2])
        covers.update(dict.fromkeys(covers, match[1]))
    else:
        set_value(values, steps, match[1])


def _complete_update(values: Values, steps: list[Step], fix: str) -> None:
    updates, index = values[str(steps[0])], int(steps[-1])
    if fix.startswith("Split"):
        update = updates[index]
        updates[index : index + 1] = [
            {key: value for key, value in update.items() if key != omitted} for omitted in ("see", "text")
        ]
    else:
        updates[index]["text"] = "What happened."


def _split_entry(values: Values, steps: list[Step], fix: str) -> None:
    entries, index = values[str(steps[0])], int(steps[-1])
    assert fix.startswith("Split it into two entries")
    entries[index : index + 1] = [{"id": entries[index]["id"]}, {"cause": entries[index]["cause"]}]


def _rename_paper(values: Values, _: list[Step], fix: str) -> None:
    match = re.search(r"another name than (\S+)\.$", fix)
    assert match, fix
    values["reports"]["annex"] = values["reports"].pop(match[1])


def _use_report(values: Values, steps: list[Step], fix: str) -> None:
    set_value(values, steps, _read_block(fix)["report"])


def _correct_view(values: Values, steps: list[Step], fix: str) -> None:
    assert "p2ptrack list " in fix
    set_value(values, steps, "is:overdue")


FOLLOW: Mapping[str, Callable[[Values, list[Step], str], None]] = {
    "S101": _replace_field,
    "S102": _add_field,
    "S103": _replace_value,
    "S104": _rename,
    "S105": _write_date,
    "S106": lambda values, steps, _: set_value(values, steps, "true"),
    "S107": lambda values, steps, _: set_value(values, steps, "30"),
    "S108": _write_word,
    "S109": _complete_update,
    "S110": _split_entry,
    "S111": _rename_paper,
    "S112": _use_report,
    "S114": _correct_view,
}


def _read(case: Path) -> Values | None:
    value = read(case.read_bytes(), case.name).value
    return dict(value) if isinstance(value, dict) else None


CASES = [case for case in cases() if _read(case)]


def _find_problems(case: Path) -> list[FoundProblem]:
    """Return the problems of a case that have a fix to follow. Not found while collecting, which each process does."""
    path = f"data/{PLACES[case.parent.name]}"
    return [problem for problem in problems(check(case)) if problem["code"] in FOLLOW and problem["path"] == path]


def _recheck(folder: Path, case: Path, values: Values) -> list[FoundProblem]:
    text = format_record(values)
    is_programme = case.parent.name == "programme"
    files: dict[str, str | bytes] = {**REGISTER} if is_programme else {**REGISTER, PLACES[case.parent.name]: text}
    result = run(
        "check", "--root", write_register(folder, files, text if is_programme else PROGRAMME), "--format", "json"
    )
    return problems(result)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_fix_that_is_followed_gives_a_value_that_fits(tmp_path: Path, case: Path) -> None:
    for number, problem in enumerate(_find_problems(case)):
        values = _read(case)
        assert values is not None
        FOLLOW[problem["code"]](values, split_path(problem["field"]), problem["fix"])
        before = {(other["code"], other["field"]) for other in problems(check(case))}
        rechecked = _recheck(tmp_path / str(number), case, values)
        after = {(other["code"], other["field"]) for other in rechecked if other["severity"] == "error"}
        assert (problem["code"], problem["field"]) not in after
        assert after <= before, after - before


def test_every_code_has_a_fix_that_is_followed() -> None:
    codes: set[str] = set()
    for case in CASES:
        codes |= {problem["code"] for problem in _find_problems(case)} - codes
        if codes == set(FOLLOW):
            break
    assert codes == set(FOLLOW)
    assert json.dumps(SAMPLES)
