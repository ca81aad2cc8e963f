"""An officer who follows the printed fix of a finding to the letter: its instruction, with ordinary values.

`follow` reads the sentence as people do. It takes the first thing that a fix offers, and puts ordinary values where the
fix names a field and no value. What a fix leaves to the officer's judgement, such as which of two dates is wrong, is in
`JUDGEMENTS`, by code. Lines to paste are pasted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from p2ptrack.diagnostics import Problem
from p2ptrack.store.yaml import read

Values = dict[str, Any]
SENTENCE = "Three quotes came, the lowest is £4,200: the supplier's offer stands until March."
SAMPLES: Mapping[str, Any] = {
    **dict.fromkeys(("on", "date", "decided_on", "completed_on", "done", "cleared", "approved_on"), "5 January 2023"),
    **dict.fromkeys(("review_by", "until", "expected", "target"), "June 2023"),
    **dict.fromkeys(("by", "decided_by", "continuing_owner", "approved_by", "owner"), "Audit Committee"),
    **dict.fromkeys(("reason", "method", "public_interest", "text", "ends_by"), SENTENCE),
    "accountable": "City Solicitor",
    "background_papers": ["The review of 2021"],
    "evidence": [{"title": "Report", "link": "https://example.org/report", "date": "5 January 2023"}],
    "paragraph": "3",
    "phase_end": "P2",
    "since": "December 2022",
    "status": "in_progress",
    "type": "waiver",
    "value": "48000",
    "revisions": [],
}
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_NAMES = re.compile(r"`(\w+):`")


class Register:
    """Records by their ids, and the programme, as plain values that an officer changes."""

    def __init__(self, records: Mapping[str, Values], programme: Values) -> None:
        self.records, self.programme = dict(records), programme

    def file_of(self, problem: Problem) -> Values:
        return self.records[problem.record] if problem.record else self.programme


def split_path(path: str) -> list[str | int]:
    """Return the steps of a field path: `updates[1].text`."""
    return [name or int(index) for name, index in _STEP.findall(path)]


def find(values: Any, steps: list[str | int]) -> Any:
    """Return the value at a path.

    A list of one is often written without brackets, and a text may be a short form of a group.
    """
    for step in steps:
        if isinstance(values, str) or (isinstance(step, int) and not isinstance(values, list)):
            continue
        values = values[step]
    return values


def set_value(values: Values, steps: list[str | int], value: Any) -> None:
    """Set the value at a path. `source.id` is also written `source: paper`, and a list of one without brackets."""
    *parents, last = steps
    place: Any = values
    for index, step in enumerate(parents):
        if isinstance(step, int) and not isinstance(place, list):
            continue
        inner = place[step]
        if not isinstance(inner, dict | list):
            place[step] = value
            return
        place = inner
        assert index < len(steps)
    place[last] = value


def get_entry(file: Values, problem: Problem, name: str) -> Values:
    """Return the group around a finding in which a field is missing: an entry of a list, or the record."""
    steps = split_path(problem.field)
    while steps:
        value = find(file, steps)
        if isinstance(value, dict) and not (len(steps) == 1 and name == steps[0]):
            return value
        steps.pop()
    return file


# Instructions: the words of a fix, and what an officer does.

Action = Callable[[Register, Problem, "re.Match[str]"], None]
INSTRUCTIONS: list[tuple[re.Pattern[str], Action]] = []


def instruction(pattern: str) -> Callable[[Action], Action]:
    def register(action: Action) -> Action:
        INSTRUCTIONS.append((re.compile(pattern), action))
        return action

    return register


@instruction(r"^Add (?P<names>`\w+:`(?:(?:, | and )`\w+:`)*) under `(?P<group>\w+):`")
def _add_to_group(register: Register, problem: Problem, match: re.Match[str]) -> None:
    file, steps = register.file_of(problem), split_path(problem.field)
    place = find(file, steps[: steps.index(match["group"])]) if match["group"] in steps else file
    group = place.setdefault(match["group"], {})
    assert isinstance(group, dict)
    group.update({name: SAMPLES[name] for name in _NAMES.findall(match["names"])})
    if "add the completion date under `completed_on:`" in problem.fix:
        file["completed_on"] = SAMPLES["completed_on"]


@instruction(r"^Change the status to (?P<status>\w+)(?: and add `(?P<also>\w+):`)?")
@instruction(
    r"^Correct the update, or change the status of the record to (?P<status>\w+)(?: and add `(?P<also>\w+):`)?"
)
@instruction(r"^If the work is finished, change the status to (?P<status>\w+) and add `(?P<also>\w+):`")
@instruction(r"^If work goes on, change the status to (?P<status>\w+)(?P<also>)\.")
@instruction(r"^When it is done, change the status to (?P<status>\w+) and add `(?P<also>\w+):`")
def _change_status(register: Register, problem: Problem, match: re.Match[str]) -> None:
    file = register.file_of(problem)
    file["status"] = match["status"]
    if match["also"] == "decided":
        file["decided"] = {name: SAMPLES[name] for name in ("on", "by", "reason")}
    elif match["also"]:
        file[match["also"]] = SAMPLES[match["also"]]


@instruction(r"^Add (?P<id>\S+) to the list under `recommendations:` in the action that addresses it")
def _add_to_action(register: Register, problem: Problem, match: re.Match[str]) -> None:
    action = next((values for id_, values in register.records.items() if id_.startswith("A")), None)
    if action is None:
        action = register.records["A01"] = {"id": "A01", "title": "Write the plan"}
    ids = action.get("recommendations", [])
    action["recommendations"] = [*(ids if isinstance(ids, list) else [ids]), match["id"]]
    if "remove it from `unanswered:`" in problem.fix:
        register.file_of(problem)["unanswered"].remove(match["id"])


@instruction(r"^Add the (?P<what>[^`]*?)under `(?P<name>\w+):`")
@instruction(r"^Add (?P<what>)`(?P<name>\w+):` ")
@instruction(r"^(?P<what>Record the result of the review, or set a new review date) under `(?P<name>\w+):`")
def _add_field(register: Register, problem: Problem, match: re.Match[str]) -> None:
    file, name = register.file_of(problem), match["name"]
    entry = get_entry(file, problem, name)
    if name == "background_papers":
        for paper in register.programme["reports"].values():
            paper[name] = SAMPLES[name]
    elif name == "cleared" and problem.record:
        register.programme["dependencies"][0][name] = SAMPLES[name]
    elif name == "superseded_by":
        entry[name] = "A29"
        register.records.setdefault("A29", {"id": "A29", "title": "The record that replaces it", "status": "open"})
    elif name in {"recommendations", "see_also"}:
        entry = file
        prefix = "R" if name == "recommendations" else "A"
        others = [id_ for id_ in register.records if id_.startswith(prefix) and id_ != problem.record]
        entry[name] = others[:1] or [register.records.setdefault("A98", {"id": "A98", "title": "Another"})["id"]]
    else:
        entry[name] = SAMPLES[name]
        for also in _NAMES.findall(problem.fix)[1:]:
            if " and `" in problem.fix:
                entry[also] = SAMPLES[also]


@instruction(r"^Add `(?P<first>\w+):` and `(?P<second>\w+):`\.")
@instruction(r"^Add `(?P<first>\w+):`(?P<second>)\.")
def _add_fields(register: Register, problem: Problem, match: re.Match[str]) -> None:
    for name in filter(None, match.groups()):
        register.file_of(problem)[name] = SAMPLES[name]


@instruction(r"^Use (?P<value>(?!the |a |words|Mark|an address|one of).+?) instead\.$")
@instruction(r"^Use an id such as (?P<value>\S+) instead\.$")
@instruction(r"^Use the id of [^:.]+: (?P<value>[\w.-]+?)(?: or .*|, .*)?\.$")
@instruction(r"^Use one of the paragraphs (?P<value>\d+) to")
@instruction(r"^Depend on (?P<value>\S+) instead\.$")
@instruction(r"^Give this part its own id, such as (?P<value>\S+)\.$")
@instruction(r"^List the names of the fields that it applies to, such as `\w+: (?P<value>\[\w+\])`\.$")
def _use(register: Register, problem: Problem, match: re.Match[str]) -> None:
    value = match["value"]
    path = split_path(problem.field)
    if problem.code == "I111":  # the name of the field is wrong, not its value
        place = find(register.programme, path[:-1])
        place[value] = place.pop(path[-1])
        return
    path = path[:1] if value.startswith("[") else path
    set_value(register.file_of(problem), path, [value.strip("[]")] if value.startswith("[") else value)


@instruction(r"^Write the names in square brackets, with commas between them: \[(?P<ids>[^\]]+)\]\.(?P<wrong>)$")
@instruction(r"^Put several ids in square brackets: \[(?P<ids>[^\]]+)\]\.(?: Then correct (?P<wrong>.+)\.)?$")
def _use_several(register: Register, problem: Problem, match: re.Match[str]) -> None:
    wrong = set(re.split(r", | and ", match["wrong"] or ""))
    path = split_path(problem.field)
    ids = [id_ for id_ in match["ids"].split(", ") if id_ not in wrong]
    set_value(register.file_of(problem), path[:-1] if isinstance(path[-1], int) else path, ids)


@instruction(r"^Write `sought: (?P<sought>after)`, or `type: waiver`")
@instruction(r"^Correct `stop_gap_until` or `contract_end`(?P<sought>)\.$")
def _correct_exemption(register: Register, problem: Problem, match: re.Match[str]) -> None:
    file = register.file_of(problem)
    file.update({"sought": "after"} if match["sought"] else {"contract_end": file["stop_gap_until"]})


@instruction(r"^Correct `recommendations`, or the id in the text\.$")
def _link_other(register: Register, problem: Problem, _: re.Match[str]) -> None:
    set_value(register.file_of(problem), ["recommendations"], re.findall(r"answers (R\d+)", problem.message))


@instruction(r"^Remove (?P<id>\S+) from `(?P<name>\w+)`")
@instruction(r"^Remove the (?P<id>part|name) from (?:the list|`(?P<name>\w+)`)")
def _remove_from(register: Register, problem: Problem, match: re.Match[str]) -> None:
    file, name = register.file_of(problem), match["name"] or str(split_path(problem.field)[-2])
    steps = split_path(problem.field)
    place = find(file, steps[: steps.index(name)]) if name in steps else file
    ids = place[name] if isinstance(place[name], list) else [place[name]]
    value = find(file, steps) if match["id"] in {"part", "name"} else match["id"]
    place[name] = [id_ for id_ in ids if id_ != value]


@instruction(r"^Leave `(?P<name>\w+)` out(?:.*?(?:add `decision: |change `decision` to )(?P<decision>\w+))?")
@instruction(r"^Leave (?P<name>it|the entry) out(?P<decision>)")
@instruction(r"^There is none yet, so leave (?P<name>the link) out(?P<decision>)")
@instruction(r"^(?P<name>Say what the work waits for, or leave the entry out)(?P<decision>)\.")
def _leave_out(register: Register, problem: Problem, match: re.Match[str]) -> None:
    file, steps = register.file_of(problem), split_path(problem.field)
    if match["name"].startswith("Say"):
        set_value(file, steps, SENTENCE)
        return
    steps = steps[:-1] if match["name"] == "the entry" else steps
    place = find(file, steps[:-1]) if len(steps) > 1 else file
    if isinstance(place, list):
        place.pop(int(steps[-1]))
    elif isinstance(steps[-1], int):
        find(file, steps[:-2]).pop(steps[-2])
    else:
        del place[steps[-1]]
    if match["decision"]:
        place["decision"] = match["decision"]
    if place == {} and "exempt" in steps:  # it would not be clear what is withheld
        place["reason"] = SENTENCE


@instruction(r"^Keep the text only in (?P<first>\w+), and add `covers: \[(?P<ids>[^\]]+)\]` to that update\.$")
def _cover(register: Register, problem: Problem, match: re.Match[str]) -> None:
    text = find(register.records[match["first"]], split_path(problem.field))
    for id_ in match["ids"].split(", "):
        updates = register.records[id_]["updates"]
        register.records[id_]["updates"] = [update for update in updates if update.get("text") != text]
    find(register.records[match["first"]], split_path(problem.field)[:-1])["covers"] = match["ids"].split(", ")


# What a fix leaves to the officer's judgement: the values by code, at paths from the record. `@` is the place of the
# finding, and `..` the group around it.

_LATER = {"from": "Mar-23", "to": "June 2024", "date": "10 January 2023", "reason": SENTENCE}
JUDGEMENTS: Mapping[str, Mapping[str, Any]] = {
    "C106": {"status": "in_progress"},
    "C107": {"blocked_by": []},
    "C108": {"decided.review_by": "June 2023"},
    "C109": {"@": "5 January 2023"},
    "C111": {"@": "External auditor"},
    "C113": {"@": "10 January 2023"},
    "C114": {"@": "10 January 2023"},
    "C118": {"@": "11 January 2023"},
    "C120": {"status": "in_progress"},
    "C125": {"@": "11 January 2023"},
    "C126": {"status": "withdrawn"},
    "C127": {"@": "10 January 2023"},
    "C128": {"@": "Internal audit"},
    "C130": {"@": "10 January 2023"},
    "C129": {"acceptance": "partly_accepted"},
    "C131": {"@": "3 November 2022"},
    "C132": {"@": "Audit Committee"},
    "C133": {"updates": [{"date": "10 January 2023", "text": SENTENCE}]},
    "C134": {"value": "61500"},
    "C135": {"@": "https://example.org/2023/page"},
    "C136": {"updates": [{"date": "10 January 2023", "text": SENTENCE}]},
    "C137": {"@": SENTENCE},
    "E101": {"sought": "after", "type": "breach"},
    "E102": {"type": "breach"},
    "E103": {"approved_by": "Section 151 Officer"},
    "E104": {"value": "10"},
    "E105": {"contract": "C-2026-01"},
    "E106": {"ends_by": SENTENCE},
    "E107": {"leads_to": "A01"},
    "E109": {"@": "30 April 2030"},
    "E111": {"reported_to": "AC-2023-03"},
    "E112": {},
    "E114": {"approved_by": "Section 151 Officer"},
    "E113": {"@": "Only the maker can extend the licences."},
    "G111": {"updates": [{"date": "10 January 2023", "text": SENTENCE}]},
    "G109": {"recommendations": ["R2"]},
    "G106": {"updates": [{"date": "10 January 2023", "text": SENTENCE}]},
    "I101": {"@": "A title of its own"},
    "I104": {"@": "R6.1"},
    "I105": {"@": "another"},
    "I109": {"@": "rec 99"},
    "I108": {"origin_text": "A request of its own."},
    "I111": {"policy.rules_off": {"O101": "Neither paper states an owner."}},
    "I112": {"policy.rules_off": {}},
    "L115": {"@": SENTENCE},
    "L105": {"@": "A02"},
    "L111": {"target": "June 2024"},
    "L112": {"depends_on": []},
    "L113": {"depends_on": []},
    "N101": {"truncated": [], "updates": []},
    "N102": {"@": SENTENCE},
    "N103": {"@": SENTENCE},
    "N114": {"@": SENTENCE},
    "N115": {"@": SENTENCE},
    "N116": {"@": SENTENCE},
    "N113": {"as_published": {}, "updates": []},
    "O103": {"@": "Head of Procurement"},
    "O106": {"supporting": ["City Solicitor"]},
    "O105": {"@": "Adult Social Care"},
    "P105": {"exempt.until": "June 2030"},
    "P112": {"@": "https://example.org/plan"},
    "P116": {},
    "T102": {"updates": [{"date": "10 January 2023", "text": SENTENCE}], "target": "June 2023"},
    "T105": {"review_by": "June 2023"},
    "T106": {"@": "June 2030"},
    "T108": {"start": "5 January 2023"},
    "T110": {"@": "1 February 2023"},
    "T111": {"@": "5 January 2023"},
    "T155": {"@": "5 January 2023"},
    "T112": {"@": "June 2023"},
    "T121": {"target": "June 2023", "phase": "P2"},
    "T122": {"target": "June 2022", "phase_end": "P2"},
    "T123": {"status": "complete", "completed_on": "5 January 2023"},
    "T126": {"start": "1 October 2021"},
    "T131": {"@": "20 March 2023"},
    "T132": {"@": "1 March 2023"},
    "T134": {"target": "December 2024"},
    "T136": {"@": "17 October 2022"},
    "T137": {"@": "AC-2023-03"},
    "T138": {"@": "Audit Committee"},
    "T141": {"..decided_on": "5 January 2023", "..reason": SENTENCE},
    "T144": {},
    "T148": {"..category": "correction"},
    "I121": {"cost_centre": "4.10"},
    "T154": {"@": "May 2022"},
    "T151": {"@": "11 January 2023"},
    "T156": {"@": "Dec-22"},
    "T157": {"target": "June 2024", "revisions": [_LATER]},
    "T158": {"@": "January 2023"},
    "T161": {"@": SENTENCE},
    "T159": {"@": "Audit Committee"},
}
"""A fix that asks for nothing that a rule can see, such as an explanation (T144), has no values."""

STAYS = frozenset({"E112", "P116", "T144"})
"""Findings that stay, because what they report is true: their fix asks for a look, or for an explanation."""


def _judge(register: Register, problem: Problem) -> None:
    file = register.file_of(problem)
    for path, value in JUDGEMENTS[problem.code].items():
        if isinstance(value, str) and re.fullmatch(r"A0\d", value):
            register.records.setdefault(value, {"id": value, "title": "Another action"})
        steps = split_path(problem.field if path.startswith(("@", "..")) else path)
        if path.startswith("@."):
            steps = [*steps, path[2:]]
        elif path.startswith(".."):
            steps = [*(steps if isinstance(steps[-1], int) else steps[:-1]), path[2:]]
        set_value(file, steps, value)


def paste(register: Register, problem: Problem) -> None:
    """Add the lines of a fix to its record, with ordinary values where a line has none."""
    lines = problem.fix.split("\n")[1:]
    filled = "\n".join(map(_fill_in, lines))
    block = read(filled.encode(), "block.yaml").value
    assert isinstance(block, dict)
    file = register.file_of(problem)
    for name, value in block.items():
        assert name not in file, f"{name} would stand twice"
        file[name] = value


_EMPTY_LINE = re.compile(r"( *(?:- )?)(\w+):( [|>]-?)?")


def _fill_in(line: str) -> str:
    match = _EMPTY_LINE.fullmatch(line)
    if match is None:
        return line
    if match[2] in {"decided", "verified", "updates", "revisions"}:
        return line
    return f"{line}\n{' ' * len(match[1])}  {SENTENCE}" if match[3] else f"{line} {SAMPLES[match[2]]}"


def follow(register: Register, problem: Problem) -> None:
    """Follow a fix. Fails for a fix that cannot be followed without more words."""
    if "\n" in problem.fix:
        paste(register, problem)
        return
    if problem.code in REWRITES:
        REWRITES[problem.code](register, problem)
        return
    for pattern, action in INSTRUCTIONS if problem.code != "I121" else ():
        if match := pattern.search(problem.fix):
            action(register, problem, match)
            return
    assert problem.code in JUDGEMENTS, f"Nobody could follow: {problem.code} {problem.fix}"
    _judge(register, problem)


# Fixes that change several places, or words within a text.


def _rewrite(pattern: str, replacement: str = "") -> Callable[[Register, Problem], None]:
    def rewrite(register: Register, problem: Problem) -> None:
        file, steps = register.file_of(problem), split_path(problem.field)
        if isinstance(find(file, steps), dict):
            steps.append("raw")
        set_value(file, steps, re.sub(pattern, replacement, str(find(file, steps))).strip() or "Done.")

    return rewrite


def _cut_labels(register: Register, _: Problem) -> None:
    labels = register.programme["policy"]["labels"]
    register.programme["policy"]["labels"] = {word: [f"{word} here"] for word in labels}


def _cut_roles(register: Register, _: Problem) -> None:
    register.programme["roles"] = list(dict.fromkeys(map(str.title, register.programme["roles"])))


def _expect(register: Register, problem: Problem) -> None:
    counts = {"actions": "A", "recommendations": "R", "followups": "F", "exemptions": "E"}
    expected = register.programme["expects"]
    for name in expected:
        letter = counts.get(name.replace("audit_", "").replace("follow-ups", "followups"), name[0].upper())
        expected[name] = str(sum(id_.startswith(letter) for id_ in register.records))
    assert problem.fix


def _date_updates(register: Register, problem: Problem) -> None:
    if not problem.record:
        set_value(register.programme, [*split_path(problem.field), "date"], "5 January 2023")
        return
    for update in register.records[problem.record]["updates"]:
        update["date"] = "5 January 2023"


def _give_text(register: Register, problem: Problem) -> None:
    update = find(register.file_of(problem), split_path(problem.field)[:-1])
    del update["see"]
    update["text"] = SENTENCE


def _unlink(register: Register, problem: Problem) -> None:
    del register.file_of(problem)["see_also"]


def _mark_in_part(register: Register, problem: Problem) -> None:
    set_value(register.file_of(problem), split_path(problem.field), [{"id": "A04", "extent": "in_part"}])


def _name_once(register: Register, problem: Problem) -> None:
    file = register.file_of(problem)
    file[problem.field] = list(dict.fromkeys(file[problem.field]))


def _share_target(register: Register, _: Problem) -> None:
    for values in register.records.values():
        values["target"] = "June 2023"


def _explain_acronyms(register: Register, problem: Problem) -> None:
    words = re.findall(r"(\S+) \(\w+\)", problem.message)
    register.programme["glossary"] = dict.fromkeys(words, "Its meaning")


def _cut_glossary(register: Register, _: Problem) -> None:
    del register.programme["glossary"]


def _order_phases(register: Register, _: Problem) -> None:
    for number, phase in enumerate(register.programme["phases"]):
        phase["start"], phase["end"] = f"April {2020 + number}", f"March {2021 + number}"


def _order_changes(register: Register, problem: Problem) -> None:
    for number, entry in enumerate(register.file_of(problem)["revisions"], 1):
        entry.pop("decided_on", None)
        entry["date"] = f"{number} January 2023"


def _turn_round(register: Register, problem: Problem) -> None:
    entry = find(register.file_of(problem), split_path(problem.field)[:-1])
    entry["from"], entry["to"] = entry["to"], entry["from"]


def _decide(register: Register, problem: Problem) -> None:
    file, steps = register.file_of(problem), split_path(problem.field)
    entry = find(file, steps[:2] if len(steps) > 1 else steps)
    if problem.code == "T145":
        entry["decision"] = "granted"
    entry["approved_by"] = "Audit Committee"
    if applied := re.search(r"change `target` to (.+)\.$", problem.fix):
        file["target"] = applied[1]


def _match_changes(register: Register, problem: Problem) -> None:
    date = re.search(r" to (\S+)\.$", problem.fix)
    assert date
    steps = split_path(problem.field if problem.code == "T142" else "target")
    set_value(register.file_of(problem), steps, date[1])


def _request_earlier(register: Register, problem: Problem) -> None:
    entry = find(register.file_of(problem), split_path(problem.field)[:-1])
    entry["requested_on"] = "1 November 2022"


def _keep_one_owner(register: Register, problem: Problem) -> None:
    owner, *others = register.programme.get("roles", ["City Solicitor", "Head of Procurement"])
    register.file_of(problem).update(accountable=owner, supporting=others)


def _swap_phases(register: Register, problem: Problem) -> None:
    file = register.file_of(problem)
    file["phase"], file["phase_end"] = file["phase_end"], file["phase"]


def _report_to_meeting(register: Register, problem: Problem) -> None:
    register.file_of(problem)["reported_to"] = register.programme["meetings"][-1]["id"]


def _start_series(register: Register, problem: Problem) -> None:
    file = register.file_of(problem)
    file.update(target="2022-06-30" if "periods" in file else "June 2023", every=file.get("every", "quarter"))


def _add_periods(register: Register, problem: Problem) -> None:
    days = re.findall(r"\d+ \w+ \d{4}", problem.message)
    periods = register.file_of(problem)["periods"]
    periods[:0] = [{"due": day, "note": SENTENCE} for day in days]


REWRITES: Mapping[str, Callable[[Register, Problem], None]] = {
    "E108": _report_to_meeting,
    "G107": _date_updates,
    "I106": _cut_labels,
    "I107": _cut_roles,
    "I115": _expect,
    "L106": _give_text,
    "L107": _unlink,
    "L108": _mark_in_part,
    "L109": _name_once,
    "L114": _share_target,
    "N105": _explain_acronyms,
    "N106": _cut_glossary,
    "O102": _keep_one_owner,
    "P111": _rewrite(r"\S+@\S+|[+(]?\d[\d ()+]{6,}\)?", "the team"),
    "P114": _rewrite(r"(?i)a01|a07|.*acme.*|kept back", "the other record"),
    "P115": _rewrite(r"[^\x00-\x7f]", "-"),
    "P117": _rewrite("March 2023", "spring"),
    "P121": _rewrite(r"(?s)<!.*|\[//\]:[^\n]*"),
    "P122": _rewrite(r"<[^>]*>|&\S+;", " and "),
    "P123": _rewrite(r"[^\x00-\x7f]"),
    "T125": _swap_phases,
    "T127": _order_phases,
    "T128": _order_phases,
    "T142": _match_changes,
    "T143": _match_changes,
    "T145": _decide,
    "T146": _request_earlier,
    "T147": _decide,
    "T149": _order_changes,
    "T152": _start_series,
    "T153": _add_periods,
    "T150": _turn_round,
}
