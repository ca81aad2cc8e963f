"""Names that other registers give to fields, what holds the same thing here, and how to write it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from p2ptrack.phrases import edit_distance, join_words, suggest


def _make_table(rows: Mapping[tuple[str, ...], str]) -> dict[str, tuple[str, ...]]:
    return {_make_key(word): places for places, words in rows.items() for word in words.split()}


_DATE_WORDS = frozenset({"date", "dates", "day", "dt", "on"})
_FILLERS = _DATE_WORDS | {"of", "the"}
"""Words of a name that do not change which field it is: *start_date*, *date_of_start* and *started_on*."""


def _make_key(name: str) -> str:
    return "_".join(sorted(word for word in name.split("_") if word not in _FILLERS))


_PLACES = _make_table(
    {
        ("accountable",): "owner responsible responsible_officer accountable_officer lead lead_officer action_owner "
        "responsible_owner responsible_person assigned_to assignee officer post_holder owned_by",
        ("agreed_action",): "action agreed_actions management_action",
        ("acceptance",): "accepted agreed agreement",
        ("as_published.{name}",): "rag rag_status rag_rating rating",
        ("blocked_by",): "blocked blocker blockers waiting_for waiting_on barriers",
        ("completed_on",): "completed closed completion completed_date actual_completion actual_end",
        ("decided.on",): "decision decided",
        ("decided.by",): "decision_by decision_maker",
        ("depends_on",): "dependencies dependency dependent_on prerequisites",
        ("evidence.link",): "link url evidence_link evidence_url",
        ("exempt",): "private confidential secret restricted sensitive exemption not_for_publication part_2",
        ("lead_member",): "portfolio_holder cabinet_member executive_member councillor",
        ("milestones.title",): "milestone",
        ("note",): "comment comments notes remark remarks officer_notes internal_note",
        ("origin_text",): "description recommendation_text original_text original_recommendation",
        ("phase",): "start_phase",
        ("phase_end",): "end_phase",
        ("priority",): "urgency importance",
        ("raised",): "raised_at",
        ("recommendations",): "recommendation rec recs recommendation_id",
        ("report_refs",): "report_ref",
        ("response.text",): "management_response management_comment",
        ("review_by",): "review next_review review_due",
        ("revisions.from",): "original_target original_due original_deadline original initial_target baseline "
        "baseline_target first_target previous_target old_target",
        (
            "revisions.to",
        ): "revised revised_target revised_due revised_deadline new_target new_deadline extended extended_to",
        ("see_also",): "related related_to linked_to links",
        ("source",): "ref",
        (
            "start",
        ): "planned_start actual_start started begin begins began begun beginning commence commenced commencement",
        ("status",): "state progress_status",
        ("superseded_by",): "replaced_by merged_into",
        ("supporting",): "supported_by support contributors",
        ("target",): "due due_by deadline target_completion planned_completion expected_completion current_target "
        "implementation planned_implementation delivery",
        ("target", "completed_on"): "finish finished end ended ends",
        ("title",): "name summary action_title",
        (
            "updates.text",
            "text",
        ): "progress update latest_update progress_update latest_position current_position commentary",
        ("verified.by",): "verified_by verifier",
        ("verified.on",): "verification verified",
    }
)
_DATE_PLACES = frozenset(
    {"completed_on", "decided.on", "review_by", "revisions.from", "revisions.to", "start", "target", "verified.on"}
)
"""Where a name that speaks of a date can lead."""
_WITHOUT_FIELD = frozenset(
    {"board", "budget", "category", "committee", "cost", "department", "directorate", "division", "meeting", "rated"}
    | {"risk", "scrutiny", "service", "sponsor", "sponsors", "team", "type", "ward"}
)
"""Names of other registers that no field here stands for, and that resemble one that means something else."""
_SHAPES = {
    "as_published.{name}": "as_published:\n  {name}: {value}",
    "decided.on": "decided:\n  on: {value}",
    "decided.by": "decided:\n  by: {value}",
    "evidence.link": "evidence:\n  - link: {value}",
    "exempt": "exempt:\n  paragraph:\n  reason:",
    "milestones.title": "milestones:\n  - title: {value}",
    "response.text": "response:\n  text: {value}",
    "revisions.from": "revisions:\n  - from: {value}\n    to:",
    "revisions.to": "revisions:\n  - from:\n    to: {value}",
    "updates.text": "updates:\n  - date:\n    text: {value}",
    "verified.by": "verified:\n  by: {value}",
    "verified.on": "verified:\n  on: {value}",
}
_MAX_PASTED_LENGTH = 200
_MIN_CORRECTED_LENGTH = 4


def normalise_field_name(name: str) -> str:
    """Return a name as it is compared: `Due date:` is `due_date`."""
    return re.sub(r"[\s_-]+", "_", name.strip(" “”‘’\"'?:-–").casefold())


def find_places(name: str, names: Collection[str], *, exactly: bool = False) -> tuple[str, ...]:
    """Return the fields that an unknown name means, such as `start` or `decided.on`; only those among `names`.

    Unless it must match `exactly`, it may also be a misspelling of a field or of a synonym.
    """
    word = normalise_field_name(name)
    if word in names:
        return (word,)
    key = _make_key(word)
    places = _select(_PLACES.get(key, ()), names)
    if _DATE_WORDS & set(word.split("_")):
        places = tuple(place for place in places if place in _DATE_PLACES)
    if not places and key in names:
        return (key,)
    if places or exactly or key in _WITHOUT_FIELD:
        return places
    misspelt = suggest(word, names)
    return misspelt or _find_misspelt_synonym(word, names)


def _select(places: Sequence[str], names: Collection[str]) -> tuple[str, ...]:
    return tuple(place for place in places if place.split(".")[0] in names)


def _find_misspelt_synonym(word: str, names: Collection[str]) -> tuple[str, ...]:
    if len(word) < _MIN_CORRECTED_LENGTH:
        return ()
    key = _make_key(word)
    near = (places for synonym, places in sorted(_PLACES.items()) if edit_distance(key, synonym, 1) == 1)
    return next(filter(None, (_select(places, names) for places in near)), ())


def format_field_fix(places: Sequence[str], name: str, value: Any) -> str:
    """Return the advice to use other fields. A group or list is shown as it is written, with the value that it has."""
    shape = _SHAPES.get(places[0], "")
    fields = join_words([f"{place.split('.')[0]}:" for place in places], "or")
    if not shape or not isinstance(value, str) or len(value) > _MAX_PASTED_LENGTH:
        return f"Use {fields} instead."
    lines = shape.replace("{name}", _format_scalar(name)).replace("{value}", _format_scalar(value))
    missing = re.findall(r"^[ -]*(\w+):$", "\n".join(lines.split("\n")[1:]), re.MULTILINE)
    advice = f" Fill in {join_words(missing)}." if missing else ""
    return f"Use {fields} instead.{advice}\n{lines}"


def _format_scalar(value: str) -> str:
    """Return a value as YAML: as it is where that is safe, otherwise in quotes."""
    if re.fullmatch(r"[A-Za-z0-9][\w ,./£()-]*", value) and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)
