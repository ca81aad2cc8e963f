"""Registers as the trackers of twelve kinds of public body would give them: sound, or with faults that are listed.

`make_register` writes 20 to 60 records from the words of such trackers: who is responsible, how dates and statuses are
written, what is reported. They are invented. A register that is sound gives an officer nothing to do, so every finding
in it is noise. `inject_faults` puts faults in, and returns the line of the record at which each must be found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

AS_OF = date(2027, 1, 20)
Record = dict[str, str]


@dataclass(frozen=True)
class Body:
    """A public body: how many records, who is responsible, how it writes dates and statuses, and its subjects."""

    name: str
    count: int
    owners: Sequence[str]
    subjects: Sequence[str]
    write: Callable[[date], str]
    done: Sequence[str] = ("Implemented",)
    doing: Sequence[str] = ("In progress",)
    waiting: Sequence[str] = ("Not started",)
    folder: str = "audit_followups"
    language: str = "en"


def _slashes(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _month(day: date) -> str:
    return f"{day:%b-%y}"


def _end_of_month(day: date) -> str:
    return f"End of {day:%B %Y}"


def _quarter(day: date) -> str:
    start = day.year if day.month > 3 else day.year - 1
    return f"Q{(day.month - 4) % 12 // 3 + 1} {start}/{(start + 1) % 100:02}"


def _dots(day: date) -> str:
    return f"{day.day}.{day.month}.{day:%y}"


def _welsh(day: date) -> str:
    months = (
        *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
        *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
    )
    return f"{day.day} {months[day.month - 1]} {day.year}"


_SUBJECTS = (
    "contract register",
    "declarations of interest",
    "purchase cards",
    "IT asset disposal",
    "fire risk assessments",
    "void property inspections",
    "agency staff",
    "supplier due diligence",
    "grant claims",
    "payroll overpayments",
    "data retention",
    "business continuity",
    "mandatory training",
    "debt recovery",
    "budget monitoring",
    "waivers",
    "key control",
    "stock counts",
    "user access reviews",
    "lone working",
)
_REQUESTS = (
    "Management should review the arrangements for {subject} and report the result to the committee.",
    "The procedure for {subject} should be updated, approved and made known to all staff concerned.",
    "Exception reports on {subject} should be produced each month and followed up.",
    "Responsibility for {subject} should be set out in the scheme of delegation.",
    "A reconciliation of {subject} should be done at least quarterly and signed by a second officer.",
)
_DONE_TEXTS = (
    "The procedure was approved by the management team and published on the intranet.",
    "Completed. The new checklist has been in use since the start of the quarter.",
    "All {n} cases were reviewed and the {m} exceptions were corrected.",
    "The revised policy went to committee and was adopted without amendment.",
    "Internal Audit tested a sample of {n} and found no exceptions. No further action is required.",
    "Training was delivered to {n} managers; attendance is recorded on the learning system.",
    "The monthly report is now produced automatically and sent to heads of service.",
    "Reconciliation is up to date and has been signed by the Finance Manager.",
    "The scheme of delegation was amended at full council.",
    "Evidence was provided to the auditors, who agreed that the action can be closed.",
)
_DOING_TEXTS = (
    "A draft has been shared with Legal Services for comment. Approval is expected next month.",
    "{n} of {total} records have been checked so far. The rest will be done by the target date.",
    "The supplier has delivered the first release. User testing begins in February.",
    "A working group meets every fortnight. It has agreed the scope and the first three workshops have been held.",
    "Recruitment to the vacant post is complete and the new officer starts on 1 February.",
    "The tender closed in December with {m} bids. Evaluation is under way.",
    "Reminders were sent to {n} staff who have not completed the module.",
    "The report is on the forward plan for the March meeting.",
    "Delayed by the move to the new finance system, but on course for the revised date: configuration is finished.",
    "Good progress. The first two of the four workstreams have finished.",
)
_HARD_TEXTS = (
    "Nothing has come from the supplier, so a reminder went on 4 January.",
    "No change to the date: the system goes live on 1 March.",
    "The two dormant accounts were closed and the result was reported.",
    "We recommend that the item stays open until the retest in March.",
    "Members asked for closure reports. The template is ready.",
    "The depot in the north is proposed for closure, so its stock is counted first.",
    "Too early to close this: one site is left.",
    "See below for the sites that are left: Northgate, Southgate and the old library.",
    "Purchase order 4500123456 was raised for property 10001234567.",
    "Ongoing: {n} of {total} done.",
    "Discussions with the union are ongoing. The next meeting is on 3 February.",
    "The outstanding actions of the plan are {m}: each has an owner.",
    "On track. The supplier was appointed in December.",
    "Approved by the board (minute {n}/26). Publication follows.",
    "The contract with A & B Services ends in June, and a new one is out to tender.",
    "Policy v{m}.2 is live. Staff were told by e-mail on 5 January.",
    "Spend against plan: £{n},400 of £{total},000.",
    "The registrar's list was compared with the council tax list; {m} entries differ.",
)
_WAITING_TEXTS = (
    "Work will begin once the new system is live in April.",
    "The team will start when the annual accounts have been submitted.",
    "Planned for the next financial year, because the budget was agreed for 2027/28.",
)
_WELSH_TEXTS = (
    "Mae'r weithdrefn wedi'i chymeradwyo gan y tîm rheoli ac wedi'i chyhoeddi ar y fewnrwyd.",
    "Adolygwyd {n} o achosion a chywirwyd {m} ohonynt.",
    "Mae drafft wedi'i rannu â'r Gwasanaethau Cyfreithiol. Disgwylir cymeradwyaeth y mis nesaf.",
    "Cynhaliwyd hyfforddiant ar gyfer {n} o reolwyr.",
)

BODIES: tuple[Body, ...] = (
    Body(
        "borough",
        40,
        ("Director of Finance and Corporate Resources", "Head of Procurement", "AD Benefits & Homelessness Prevention"),
        _SUBJECTS,
        _slashes,
        done=("Implemented", "Fully implemented"),
        doing=("In progress", "Partially implemented"),
        waiting=("Not yet due", "Not started"),
    ),
    Body(
        "health-board",
        45,
        ("Executive Director of Nursing, Quality and Safety", "Chief Operating Officer", "Medical Director"),
        ("medicines storage", "theatre scheduling", "clinical coding", "consultant job plans", *_SUBJECTS[6:14]),
        _long,
        done=("Complete", "Closed"),
        doing=("Ongoing", "In progress"),
    ),
    Body(
        "fire-authority",
        30,
        ("Deputy Chief Fire Officer", "Area Manager – Prevention and Protection", "Group Manager (Assets & Fleet)"),
        (
            "breathing apparatus records",
            "hydrant inspections",
            "home safety visits",
            "fleet servicing",
            *_SUBJECTS[4:12],
        ),
        _month,
        doing=("Underway", "In progress"),
        waiting=("Outstanding", "Not started"),
    ),
    Body(
        "welsh-council",
        30,
        ("Pennaeth Cyllid", "Cyfarwyddwr Corfforaethol – Cymunedau", "Swyddog Monitro"),
        ("cofrestr contractau", "cardiau prynu", "asesiadau risg tân", "hyfforddiant gorfodol", "hawliadau grant"),
        _welsh,
        language="cy",
    ),
    Body(
        "housing-association",
        35,
        ("Director of Homes & Neighbourhoods", "Head of Compliance", "Assistant Director - Property Services"),
        ("gas servicing", "damp and mould cases", "asbestos surveys", "leaseholder charges", *_SUBJECTS[:8]),
        _end_of_month,
        done=("Completed",),
        doing=("On-going", "In progress"),
    ),
    Body(
        "parish-council",
        20,
        ("Clerk and RFO", "Chair of the Finance Committee", "Allotments Officer"),
        ("bank reconciliation", "the cemetery register", "play area inspections", "members' allowances"),
        _long,
        done=("Done",),
        doing=("Started", "In progress"),
    ),
    Body(
        "word-table",
        25,
        ("Head of HR and OD", "Monitoring Officer", "S151 Officer"),
        _SUBJECTS,
        _dots,
        done=("Closed", "Implemented"),
        doing=("Open", "In progress"),
    ),
    Body(
        "police-commissioner",
        25,
        ("Chief Finance Officer", "Head of Estates", "Director of People and Organisational Development"),
        ("property stores", "overtime claims", "vehicle disposals", "collaboration agreements", *_SUBJECTS[:6]),
        _quarter,
        done=("Discharged", "Complete"),
    ),
    Body(
        "university",
        30,
        ("Registrar and Secretary", "Director of Estates", "Pro-Vice-Chancellor (Research)"),
        ("research grants", "student bursaries", "export controls", "laboratory safety", *_SUBJECTS[3:11]),
        _month,
        done=("Complete",),
    ),
    Body(
        "combined-authority",
        30,
        ("Executive Director – Transport", "Head of Programme Office", "Section 73 Officer"),
        ("bus franchising risks", "grant agreements", "benefits realisation", "assurance reviews", *_SUBJECTS[:8]),
        _slashes,
        folder="actions",
    ),
    Body(
        "pension-fund",
        20,
        ("Head of Pensions", "Pensions Administration Manager", "Director of Resources (S.151)"),
        ("annual benefit statements", "transfer values", "employer contributions", "breaches of law", "cash flow"),
        _long,
        folder="actions",
        done=("Complete", "Actioned"),
    ),
    Body(
        "scottish-council",
        30,
        ("Chief Officer – Finance", "Head of Democracy, Legal & Admin", '"Service Manager: Waste and Fleet"'),
        ("best value duty", "common good assets", "following the public pound", "roads maintenance", *_SUBJECTS[5:12]),
        _slashes,
        done=("Complete",),
        doing=("In Progress",),
    ),
)


def _indent(text: str) -> str:
    return f"|\n      {text}"


@dataclass
class _Writer:
    """Writes the records of one body."""

    body: Body
    rolls: int = 0

    def _roll(self, sides: int) -> int:
        """Return a number below `sides`, the same in each run."""
        self.rolls += 1
        return crc32(f"{self.body.name} {self.rolls}".encode()) % sides

    def _choose(self, words: Sequence[str]) -> str:
        return words[self._roll(len(words))]

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(self._roll((last - first).days + 1))

    def _text(self, texts: Sequence[str], number: int) -> str:
        numbers = {"n": str(12 + self._roll(27)), "m": str(2 + self._roll(7)), "total": str(40 + self._roll(50))}
        return (
            self._choose(_WELSH_TEXTS if self.body.language == "cy" else texts).format(**numbers)
            + f" (Point {number + 1}.)"
        )

    def make(self, number: int) -> Record:
        """Return one record: half are done, a third is being done, and the rest waits."""
        body, share = self.body, number % 6
        letter = "A" if body.folder == "actions" else "F"
        subject = body.subjects[number % len(body.subjects)]
        request = _REQUESTS[number // len(body.subjects) % len(_REQUESTS)].format(subject=subject)
        record = {
            "id": f"{letter}{number + 1:02}",
            "title": f"{subject[0].upper()}{subject[1:]}, point {number + 1}",
            "origin_text": f"{_indent(request)}\n      Reference {number + 1}.",
            "accountable": body.owners[number % len(body.owners)],
        }
        if share < 3:
            finished = self._day(date(2025, 9, 1), date(2026, 12, 15))
            target = finished + timedelta(self._roll(25))
            rest = {
                "status": self._choose(body.done),
                "target": body.write(target),
                "completed_on": _long(finished),
            }
            updates = self._update(finished, self._text(_DONE_TEXTS, number))
            if rest["status"] == "Closed":
                rest["decided"] = (
                    f"\n  on: {_long(finished)}\n  by: Audit Committee\n  reason: The evidence was accepted."
                )
        elif share < 5:
            target = self._day(date(2027, 3, 31), date(2027, 12, 20))
            rest = {"status": self._choose(body.doing), "target": body.write(target)}
            updates = self._update(
                self._day(date(2026, 11, 15), date(2027, 1, 15)), self._text((*_DOING_TEXTS, *_HARD_TEXTS), number)
            )
        else:
            target = self._day(date(2027, 7, 1), date(2028, 3, 20))
            rest = {"status": self._choose(body.waiting), "target": body.write(target)}
            updates = self._update(self._day(date(2026, 11, 15), date(2027, 1, 15)), self._text(_WAITING_TEXTS, number))
        return {**record, **rest, "updates": updates}

    @staticmethod
    def _update(day: date, text: str) -> str:
        return f"\n  - date: {_long(day)}\n    text: {_indent(text).replace('      ', '        ')}"


def make_register(body: Body) -> dict[str, Record]:
    """Return the records of a sound register by their ids."""
    writer = _Writer(body)
    return {record["id"]: record for record in map(writer.make, range(body.count))}


def format_files(body: Body, records: dict[str, Record]) -> tuple[dict[str, str], str]:
    """Return the files of a register, by their paths below `data`, and its programme."""
    files = {f"{body.folder}/{id_}.yaml": format_record(record) for id_, record in records.items()}
    programme = (
        f"title: Follow-up of recommendations\norganisation: A {body.name}\nlanguage: {body.language}\n"
        "meetings:\n  - {id: AC-2026-12, body: Audit Committee, date: 8 December 2026}\n"
        "  - {id: AC-2027-03, body: Audit Committee, date: 9 March 2027}\n"
    )
    return files, programme


# Faults that are put into a sound register, with the finding that is expected at their line.


@dataclass(frozen=True)
class Fault:
    """A fault: the field that it is in, what is written there, and the code of its finding."""

    code: str
    field: str
    values: dict[str, str]
    is_for: str = "doing"


_UPDATE = "\n  - date: 12 January 2027\n    text: {text}"


def _make_update(text: str) -> dict[str, str]:
    return {"updates": _UPDATE.format(text=text)}


FAULTS: tuple[Fault, ...] = (
    Fault("N107", "accountable", {"accountable": "TBC"}),
    Fault("O102", "accountable", {"accountable": "Head of Finance / Head of Legal Services"}),
    Fault("O101", "", {"accountable": ""}),
    Fault("T101", "target", {"target": "30 November 2026"}),
    Fault("T112", "target", {"target": "31 March 2072"}),
    Fault("S105", "target", {"target": "Q2 2027"}),
    Fault("S105", "target", {"target": "03/31/2027"}),
    Fault("S108", "status", {"status": "In progres soon"}),
    Fault("N103", "text", _make_update("On track for completion.")),
    Fault("N103", "text", _make_update("Verbal update to be given at the meeting.")),
    Fault("C121", "text", _make_update("The policy is live. It is recommended that this action is closed.")),
    Fault("P111", "text", _make_update("Ask the team at stock.team@example.org for the list.")),
    Fault("P121", "text", _make_update("Two sites are left. <!-- check with Legal -->")),
    Fault("T111", "date", {"updates": "\n  - date: 12 January 2028\n    text: The last site is left."}),
    Fault("G106", "date", {"updates": "\n  - date: 12 January 2025\n    text: Seven sites are left."}),
    Fault("L101", "depends_on", {"depends_on": "[Z99]"}),
    Fault("Y151", "title", {"title": "Stock: point nine"}),
    Fault("Y150", "title", {"title": "Lot #9 of the contract"}),
    Fault(
        "T150",
        "to",
        {
            "target": "31 March 2027",
            "revisions": "\n  - from: 30 June 2027\n    to: 31 March 2027\n    date: 1 December 2026\n"
            "    reason: The supplier is ready.",
        },
    ),
    Fault("C112", "status", {"status": "Complete", "target": "31 October 2026", "completed_on": ""}, "done"),
    Fault("C120", "status", {"status": "Complete", "target": "31 October 2027", "completed_on": ""}, "done"),
    Fault("C113", "completed_on", {"completed_on": "1 February 2027"}, "done"),
    Fault("C101", "status", {"status": "Withdrawn", "completed_on": "", "decided": ""}, "done"),
    Fault(
        "C102",
        "status",
        {
            "status": "Superseded",
            "completed_on": "",
            "decided": "\n  on: 1 December 2026\n  by: Audit Committee\n  reason: Another record has it.",
        },
        "done",
    ),
    Fault("T107", "status", {"start": "1 June 2026"}, "waiting"),
)
FAULTS_PER_BODY = 13


def inject_faults(body: Body, records: dict[str, Record]) -> list[tuple[str, str, int]]:
    """Put faults into records, and return the id, the code and the line of each finding that must come."""
    shares = {"doing": (3, 4, 5), "done": (0, 1, 2), "waiting": (5,)}
    number = BODIES.index(body)
    expected = []
    used: set[str] = set()
    for fault in (FAULTS * 2)[number * 2 : number * 2 + FAULTS_PER_BODY]:
        ids = [id_ for index, id_ in enumerate(records) if index % 6 in shares[fault.is_for] and id_ not in used]
        id_ = ids[number % len(ids)]
        used.add(id_)
        record = records[id_]
        if fault.is_for == "waiting":
            record["status"] = "Not started"
        record.update(fault.values)
        records[id_] = {name: value for name, value in record.items() if value}
        text = format_record(records[id_])
        lines = text.split("\n")
        name = fault.field
        line = next((at for at, text in enumerate(lines, 1) if re.match(rf" *(?:- )?{name}:", text)), 1) if name else 1
        expected.append((id_, fault.code, line))
    return expected


def format_record(record: Record) -> str:
    """Return a record as its file has it."""
    return "".join(f"{name}:{'' if value[0] == chr(10) else ' '}{value}\n" for name, value in record.items())
