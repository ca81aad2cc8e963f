"""The register: the programme and every record that could be read, as one frozen value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from p2ptrack.records.dates import Anchor, Anchors, CouncilDate, month_name
from p2ptrack.records.fields import Model, Reading
from p2ptrack.records.kinds import KINDS, Kind, Recommendation, Record, Tracked, kind_of
from p2ptrack.records.parts import Update
from p2ptrack.records.programme import Dependency, Meeting, Phase, Programme, Source
from p2ptrack.records.survey import Survey, survey

PROGRAMME_PATH = "data/programme.yaml"
_STEPS = re.compile(r"[0-9]+|[^0-9]+")
R = TypeVar("R", bound=Record)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Register:
    """Everything that the files say. `paths` are relative to the register's folder, with `/`.

    `broken` holds the ids of files that are there and could not be read, so that a link to one of
    them is not told as a link to nothing; `file_count` counts the files that count.
    """

    programme: Programme
    records: tuple[Record, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    file_count: int = 0
    by_id: Mapping[str, Record] = field(init=False, repr=False, compare=False)
    _of: dict[type[Record], tuple[Any, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _surveys: list[Survey] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", MappingProxyType({record.id: record for record in self.records}))

    def of(self, model: type[R]) -> tuple[R, ...]:
        """Return the records of a kind (or of several, as `Tracked`), in the order of their ids."""
        if model not in self._of:
            self._of[model] = tuple(record for record in self.records if isinstance(record, model))
        return self._of[model]

    def tracked(self) -> tuple[Tracked, ...]:
        """Return the actions and follow-ups."""
        return self.of(Tracked)

    def stating(self, name: str) -> tuple[Record, ...]:
        """Return the records that state a field, or one of its entries does: `phase_end`, `updates.see`.

        Most fields stand in few records; what looks for one need not go through all of them.
        """
        return self.survey().stating.get(name, ())

    def survey(self) -> Survey:
        """Return what all records say together, for what looks for a few of them."""
        if not self._surveys:
            self._surveys.append(survey(self.programme, self.records))
        return self._surveys[0]

    def kind(self, kind: Kind) -> tuple[Record, ...]:
        """Return the records of a row of the table of kinds."""
        return tuple(record for record in self.records if kind_of(record) is kind)

    def path(self, id_: str) -> str:
        """Return the file of a record, or the programme's for an id that is none."""
        return self.paths.get(id_, PROGRAMME_PATH)

    def parts(self) -> Iterator[tuple[str, Recommendation]]:
        """Yield the id of every part of a recommendation, with the recommendation."""
        for recommendation in self.of(Recommendation):
            for part in recommendation.parts:
                yield part.id, recommendation

    def source(self, id_: str) -> Source | None:
        """Return the source of this id."""
        return next((source for source in self.programme.sources if source.id == id_), None)

    def phase(self, id_: str | None) -> Phase | None:
        """Return the phase of this id."""
        return next((phase for phase in self.programme.phases if phase.id == id_), None)

    def meeting(self, id_: str | None) -> Meeting | None:
        """Return the meeting of this id."""
        return next((meeting for meeting in self.programme.meetings if meeting.id == id_), None)

    def dependency(self, id_: str | None) -> Dependency | None:
        """Return the dependency of this id."""
        return next((dependency for dependency in self.programme.dependencies if dependency.id == id_), None)


def natural_key(id_: str) -> tuple[tuple[int, int, str], ...]:
    """Order ids as people count: A2 before A10, R6 before R6.2."""
    return tuple(map(_step_key, _STEPS.findall(id_.casefold())))


def _step_key(step: str) -> tuple[int, int, str]:
    if not "0" <= step[0] <= "9":
        return (1, 0, step)
    # By length and then by figures: Python does not turn thousands of figures into a number.
    figures = step.lstrip("0")
    return (0, len(figures), figures)


def same_ids(wrong: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that are the same but for case and leading zeros: whoever writes A1 means A01, not A31."""
    key, bare = natural_key(wrong), wrong.casefold().replace("0", "")
    # Without its zeros first: to compare ten thousand ids as people count would take longer than to answer.
    return tuple(id_ for id_ in known if id_.casefold().replace("0", "") == bare and natural_key(id_) == key)


def record_key(record: Record) -> tuple[int, tuple[tuple[int, int, str], ...]]:
    """Order records as people list them: recommendations, actions, follow-ups, each by id."""
    return KINDS.index(kind_of(record)), natural_key(record.id)


def meeting_title(meeting: Meeting) -> str:
    """Return what people call a meeting: its own title, else month, year and body."""
    if meeting.title:
        return meeting.title
    day = meeting.date.latest
    when = f"{month_name(day.month)} {day.year}" if day else meeting.date.raw
    return f"{when} {meeting.body}" if meeting.body else when


def anchors(programme: Programme) -> Anchors:
    """Return the phases and meetings that a date may name."""
    return _anchors(programme.phases, programme.meetings)


def _anchors(phases: Iterable[Phase], meetings: Iterable[Meeting]) -> Anchors:
    ends = (Anchor(p.id, "phase", p.title, p.end) for p in phases if p.end and not p.end.unresolved)
    days = (Anchor(m.id, "meeting", meeting_title(m), m.date) for m in meetings if not m.date.unresolved)
    return Anchors((*ends, *days))


def anchors_within(values: Mapping[str, Any]) -> Anchors:
    """Return the phases and meetings of a programme that is still plain data, for its own dates to name.

    What is faulty, or hangs on another phase or meeting itself, is left out.
    """
    return _anchors(_readable(Phase, values.get("phases")), _readable(Meeting, values.get("meetings")))


def _readable(model: type[M], entries: Any) -> Iterator[M]:
    for entry in entries if isinstance(entries, list) else [entries]:
        try:
            yield model.model_validate(entry, context=Reading())
        except ValidationError:
            continue


def update_day(register: Register, update: Update) -> CouncilDate | None:
    """Return when an update was made: its own date, else its meeting's, else its source's, else not known."""
    if update.date:
        return update.date
    if update.meeting and (sat := register.meeting(update.meeting)):
        return sat.date
    cited = register.source(update.source.id) if update.source else None
    return cited.date if cited else None
