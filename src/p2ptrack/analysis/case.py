"""The case: one frozen value that every rule and every report is a function of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from p2ptrack.analysis.exempt.withheld import Audience, Withheld
from p2ptrack.analysis.facts import Facts, Setting, effective_status, facts_of
from p2ptrack.analysis.links import Links, link
from p2ptrack.problem import Problem
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Extent, Status
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.programme import Meeting, Policy
from p2ptrack.records.register import Register, update_day
from p2ptrack.records.words import Layout, Words

if TYPE_CHECKING:
    from p2ptrack.records.timeline import Timelines


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the register came from: the version of p2ptrack, and the commit where there is one.

    `published` are the meetings whose papers were sealed at that commit.
    """

    version: str
    commit: str = ""
    modified: bool = False
    published: tuple[str, ...] = ()

    def seals(self, meeting: Meeting | None) -> bool:
        """Whether a meeting's papers are published as they are made from here."""
        return meeting is not None and not self.modified and meeting.id in self.published


@dataclass(frozen=True, slots=True)
class Case:
    """The register, judged on a day.

    `problems` are those of reading; what the rules find is asked of the rules. `facts` holds every
    tracked record; `meeting` is the one that a paper is for; `report` the key of the paper's entry.
    The register is what the `audience` sees of it, and `withheld` counts what was taken out for that.
    `timelines` are what git witnessed; None where nothing asked for them, for they are the only part that needs git.
    """

    register: Register
    as_of: date
    links: Links
    facts: Mapping[str, Facts]
    problems: tuple[Problem, ...] = ()
    words: Words = field(default_factory=Words)
    layout: Layout = field(default_factory=Layout)
    origin: Origin = field(default_factory=lambda: Origin(""))
    meeting: Meeting | None = None
    report: str = ""
    audience: Audience = Audience.OFFICERS
    withheld: Withheld = field(default_factory=Withheld)
    timelines: Timelines | None = None
    _found: dict[str, tuple[Tracked, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def policy(self) -> Policy:
        """Return the council's policy."""
        return self.register.programme.policy

    def tracked(self) -> tuple[Tracked, ...]:
        """Return the actions and follow-ups in the order of their ids."""
        return self.register.tracked()

    def having(self, fact: str) -> tuple[Tracked, ...]:
        """Return the tracked records that have a fact; those of which it cannot be told are not among them."""
        of = attrgetter(fact)
        pairs = zip(self.tracked(), self.facts.values(), strict=True)
        return self._remembered(f"is:{fact}", lambda: (one for one, facts in pairs if of(facts) is True))

    def stating(self, name: str) -> tuple[Tracked, ...]:
        """Return the tracked records that state a field, or one of its entries does: `start`, `updates.see`."""
        return self._remembered(name, lambda: (one for one in self.register.stating(name) if isinstance(one, Tracked)))

    def in_status(self, *statuses: Status) -> tuple[Tracked, ...]:
        """Return the tracked records whose status, as they state it, is one of these."""
        return self._remembered(
            f"status:{statuses}", lambda: (one for one in self.stating("status") if one.status in statuses)
        )

    def _remembered(self, key: str, found: Callable[[], Iterator[Tracked]]) -> tuple[Tracked, ...]:
        if key not in self._found:
            self._found[key] = tuple(found())
        return self._found[key]

    def unknown(self, fact: str) -> tuple[Tracked, ...]:
        """Return the tracked records of which a fact cannot be told."""
        return tuple(record for record in self.tracked() if getattr(self.facts[record.id], fact) is None)

    def status(self, record: Tracked) -> Status | None:
        """Return the status on the day of the case; None where none is stated."""
        return effective_status(record, self.as_of)


def make_case(register: Register, as_of: date, problems: tuple[Problem, ...] = ()) -> Case:
    """Link the register and work out every fact on a day."""
    links = link(register)
    setting = Setting(register, as_of, _told_days(register, links))
    facts = {record.id: facts_of(record, setting) for record in register.tracked()}
    return Case(register, as_of, links, facts, problems)


def _told_days(register: Register, links: Links) -> Mapping[str, tuple[CouncilDate | None, ...]]:
    """Return when others reported on a record; a heading alone says nothing about it."""
    return {
        id_: tuple(update_day(register, t.update) for t in told if t.extent is not Extent.HEADING_ONLY)
        for id_, told in links.told.items()
        if any(t.extent is not Extent.HEADING_ONLY for t in told)
    }


def newest_update(case: Case) -> date | None:
    """Return the last day of the newest update in the register; None where no update has a day."""
    days = (update_day(case.register, update) for record in case.tracked() for update in record.updates)
    return max((day.latest for day in days if day is not None and day.latest is not None), default=None)
