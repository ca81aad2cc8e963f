"""The words of public bodies and their meanings, and advice on words and field names that have no meaning here.

A council's own words (`policy.labels`) come before the common ones. A word with two meanings is only advised on.
Unknown words are looked up in tables of synonyms first, then compared by spelling. Placeholder words state nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from p2ptrack.phrases import edit_distance, fold_text, join_words, suggest, unique
from p2ptrack.values import compile_on_use


def _make_meanings(rows: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in rows.items() for word in words.split()}


COMMON_WORDS: Mapping[str, Mapping[str, str]] = {
    "status": _make_meanings(
        {
            "open": "action_open carried_forward carried_over due_later live not_due not_due_yet not_yet_due "
            "agored outstanding pending re_opened reopened rolled_forward still_open",
            "not_started": "not_begun not_commenced not_yet_begun not_yet_commenced not_yet_started planned to_do "
            "heb_ddechrau heb_gychwyn not_started_yet to_commence to_start unstarted work_not_started yet_to_commence "
            "yet_to_start",
            "in_progress": "active ar_waith ar_y_gweill mynd_rhagddo parhaus yn_mynd_rhagddo "
            "action_in_progress action_ongoing actively_progressing being_implemented being_progressed begun "
            "commenced implementation_in_progress implementation_underway in_development in_hand in_implementation "
            "in_train on_going ongoing part_complete part_completed part_implemented partially_achieved "
            "partially_complete partially_completed partially_implemented partly_achieved partly_complete "
            "partly_completed partly_implemented progressing started under_way underway wip work_commenced "
            "work_in_progress work_ongoing work_started",
            "on_hold": "deferred gohiriwyd held in_abeyance on_pause parked paused postponed suspended",
            "complete": "achieved cwblhawyd gweithredwyd wedi_cwblhau wedi_i_chwblhau wedi_i_gwblhau wedi_i_gyflawni "
            "action_complete action_completed action_complete_awaiting_verification actioned complete_unverified "
            "completed_unverified implemented_unverified "
            "awaiting_verification complete_awaiting_verification complete_not_verified completed "
            "completed_awaiting_verification concluded delivered discharged done finished fully_achieved "
            "fully_complete fully_completed fully_implemented implemented implemented_awaiting_verification "
            "implemented_not_verified closed_complete closed_completed closed_implemented resolved",
            "verified": "closed_and_verified closed_verified verified_and_closed verified_closed "
            "complete_and_verified complete_verified completed_and_verified completed_verified "
            "implemented_and_verified implemented_verified verified_as_complete verified_complete verified_implemented",
            "embedded": "bau business_as_usual embedded_in_bau in_bau moved_to_bau now_bau now_business_as_usual "
            "transferred_to_bau",
            "superseded": "closed_superseded overtaken_by_events merged replaced superseded_by_events",
            "risk_accepted": "accepted_risk closed_risk_accepted management_accepted_risk management_accepts_risk "
            "risk_accepted_by_management risk_tolerated tolerated",
            "noted": "for_info for_information for_noting information_only",
            "withdrawn": "abandoned canceled cancelled closed_no_longer_applicable closed_no_longer_required dropped "
            "no_longer_applicable no_longer_necessary no_longer_needed no_longer_relevant no_longer_required "
            "not_applicable not_needed not_required obsolete removed",
            "not_implemented": "closed_not_implemented not_achieved not_delivered not_met will_not_be_implemented",
            "closed": "action_closed caewyd wedi_cau wedi_i_gau "
            "closed_no_further_action closed_off recommendation_closed",
        }
    ),
    "priority": _make_meanings(
        {
            "critical": "critical_priority extreme very_high",
            "high": "essential fundamental h high_priority high_risk major p1 priority_1 priority_one",
            "medium": "important m med medium_priority medium_risk moderate p2 priority_2 priority_two significant",
            "low": "advisory best_practice desirable housekeeping l low_priority low_risk merits_attention minor p3 "
            "priority_3 priority_three",
        }
    ),
    "acceptance": _make_meanings(
        {
            "accepted": "accept accepted_in_full agree agreed agreed_in_full fully_accepted fully_agreed",
            "partly_accepted": "accepted_in_part agreed_in_part in_part part_accepted part_agreed partial partially "
            "partially_accepted partially_agreed partly partly_agreed",
            "not_accepted": "declined disagree disagreed not_agreed reject rejected",
        }
    ),
}
"""What each common word means, by field. The words are as `normalise_word` returns them.

Priorities follow the usual ladders: Fundamental, Significant and Merits attention; Essential, Important and Desirable;
Major, Moderate and Minor; Priority 1, 2 and 3.
"""


@lru_cache(maxsize=4096)
def find_common_meaning(field_name: str, word: str) -> str | None:
    """Return the common meaning of a normalised word in a field, ignoring punctuation."""
    table = COMMON_WORDS.get(field_name, {})
    return table.get(word) or table.get(re.sub(r"[^a-z0-9%]+", "_", word).strip("_"))


RANK_WORDS = ("p", "priority", "category", "grade", "level", "rank")
"""Words before the number of a priority in a council's own ranking."""
_RANK = f"(?:(?:{'|'.join(RANK_WORDS)})_?)?[1-9]"
_RANKED_REGEX = compile_on_use(f"(?:{_RANK}_)?(.+?)(?:_{_RANK})?")
_RANK_ALONE_REGEX = compile_on_use("((?:[a-z]+_)*)([1-4])")
_LADDERS = {3: ("high", "medium", "low"), 4: ("critical", "high", "medium", "low")}


def strip_rank(word: str) -> str:
    """Return a normalised priority without the number before or after it: `1_-_high` and `high_(1)` are `high`."""
    match = _RANKED_REGEX.fullmatch(re.sub(r"[^a-z0-9]+", "_", word).strip("_"))
    return match[1] if match else word


def find_meaning(field_name: str, word: str, labels: Mapping[str, Mapping[str, str]]) -> str:
    """Return the meaning of a normalised word in a field; the word itself if no table has it.

    The council's own table comes first, then the common words. A priority may have a number before or after it.
    """
    own_labels = labels.get(field_name, {})
    if (meaning := own_labels.get(word) or find_common_meaning(field_name, word)) or field_name != "priority":
        return meaning or word
    name = strip_rank(word)
    return own_labels.get(name) or find_common_meaning(field_name, name) or name


_OPEN = ("open", "not_started", "in_progress", "on_hold")
_CLOSED = ("closed", "complete", "verified", "superseded", "risk_accepted", "noted", "withdrawn", "not_implemented")


def _make_table(rows: Mapping[tuple[str, ...], str]) -> dict[str, tuple[str, ...]]:
    return {word: choices for choices, words in rows.items() for word in words.split()}


_STATUS_SYNONYMS = _make_table(
    {
        ("complete",): "100% 100%_complete",
        ("open", "not_started"): "no_action no_action_taken no_progress no_progress_to_date scheduled",
        ("in_progress",): "good_progress limited_progress progress_made some_progress",
        ("on_hold",): "halted stalled",
        ("on_hold", "withdrawn"): "stopped",
        ("superseded", "withdrawn"): "duplicate duplicated transferred transferred_to_another_action",
        ("withdrawn", "closed"): "archived discontinued expired terminated",
        ("in_progress", "complete"): "awaiting_closure for_closure proposed_for_closure ready_for_closure "
        "recommended_for_closure",
        ("complete", "verified"): "audited confirmed signed_off validated",
    }
)
_SYNONYMS = _make_table(
    {
        ("critical", "high", "urgency"): "urgent",
        ("waiver",): "retrospective_waiver single_tender_action single_tender_waiver sta waived waivers",
        ("waiver", "exception"): "exemption exemptions",
        (
            "breach",
        ): "breach_of_contract_rules breach_of_cprs breach_of_csos breach_of_rules non_compliance non_compliant",
        (
            "single_supplier",
        ): "monopoly only_provider only_supplier single_source sole_provider sole_source sole_supplier",
        ("urgency",): "emergency extreme_urgency",
        ("failed_competition",): "failed_tender no_bids no_responses no_suitable_bids no_tenders",
        ("technical",): "compatibility proprietary technical_reasons",
        ("before",): "beforehand in_advance prior prospective prospectively",
        ("after",): "retrospective retrospectively",
        ("not_accepted", "refused"): "rejected",
        ("partly_accepted", "in_part"): "in_part partial partially partly",
        ("accepted", "partly_accepted"): "accepted_in_principle agreed_in_principle",
        ("accepted", "granted"): "agreed",
        ("granted",): "approved",
        ("required",): "mandatory compulsory needed",
        ("sum",): "total totals added",
        ("group",): "grouped grouping category",
        ("due",): "deadline target due_date",
    }
)
RATINGS = frozenset(
    {"amber", "at_risk", "behind_schedule", "blue", "delayed", "due_soon", "green", "grey", "late", "off_track"}
    | {"on_target", "purple", "rag"}
    | {"on_schedule", "on_track", "overdue", "past_due", "red", "slipped", "slipping", "yellow"}
)
_CHANGED_TARGETS = frozenset({"extended", "extension", "extension_requested", "revised", "rescheduled"})
_SHARE_REGEX = compile_on_use(
    r"%|per_?cent|^(?:half|part|partial|partly|partially|nearly|almost|mostly|largely|substantially)(?:_|$)"
    r"|(?:_|^)(?:except|bar|apart_from|but|in_part|subject_to|pending)(?:_|$)"
)
_NEGATION_REGEX = compile_on_use(
    r"(?:^|_)(?:not|no|non|never|without|yet)(?:_|$)|^(?:un(?!der|til|i)_?|in_?(?=complete|active))[a-z]"
)
_USE_OPEN = f"Use a status such as {join_words(_OPEN, 'or')}."
_ADDITION_REGEX = compile_on_use(
    r"([a-z_]+?)_?[:,(\u2013-]?_?"
    r"(?:(?:by|on|at|in|into|since|from|to|until|with|as_at|[0-9])(?:_|[0-9]).*|late|early|on_time)"
)


def advise_on_word(word: str, words: tuple[str, ...]) -> str:
    """Return what to write for a normalised word that is not one of `words`."""
    choices = tuple(choice for choice in _SYNONYMS.get(word, ()) if choice in words)
    return list_choices(choices or suggest(word, words) or words, words)


def advise_on_label(field_name: str, word: str, words: tuple[str, ...]) -> str:
    """Return what to write for a normalised word that is not one of `words`, in a field that takes own words."""
    synonyms = _STATUS_SYNONYMS if field_name == "status" else _SYNONYMS
    choices = tuple(choice for choice in synonyms.get(word, ()) if choice in words)
    choices = choices or suggest(word, words) or _find_similar_meaning(field_name, word)
    if field_name == "status":
        return _advise_on_status(word, words, choices)
    if is_placeholder(word.replace("_", " ")):
        return f"Leave the {field_name} out until it is known."
    return list_choices(choices or words, words)


def advise_on_policy(field_name: str, word: str = "") -> str:
    """Return how to add a council's own word for a field to the policy. A number needs the council's whole ranking."""
    match = _RANK_ALONE_REGEX.fullmatch(word) if field_name == "priority" else None
    if match:
        ladder = _LADDERS[max(3, int(match[2]))]
        name = match[1].replace("_", " ")
        words = ", ".join(f'{meaning}: ["{name}{number}"]' for number, meaning in enumerate(ladder, 1))
        return (
            f"If {name}1 is the highest of {len(ladder)}, you can keep the numbers. Write in data/programme.yaml: "
            f"policy: {{labels: {{priority: {{{words}}}}}}}"
        )
    return f"To write the council's own words, list them under policy.labels.{field_name} in data/programme.yaml."


def _find_similar_meaning(field_name: str, word: str) -> tuple[str, ...]:
    """Return the meaning of a common word, also with one typing error. A number must match: priority 4 is not 1."""
    if meaning := find_common_meaning(field_name, word):
        return (meaning,)
    if len(word) < _MIN_CORRECTED_LENGTH:
        return ()
    table = sorted(item for item in COMMON_WORDS[field_name].items() if item[0].replace("_", "").isalpha())
    return tuple(meaning for known_word, meaning in table if edit_distance(word, known_word, 1) == 1)[:1]


def _advise_on_status(word: str, words: tuple[str, ...], choices: tuple[str, ...]) -> str:
    is_share = word in {"in_part", "partial", "partially", "partly"}
    if not choices and not is_share and (other := _advise_on_other_field(word)):
        return other
    status, is_rated = _split_rating(word)
    meaning = _find_exact_meaning(status, words)
    if is_rated and (meaning or not status):
        calculated = "Ratings are calculated from the dates and are not typed."
        return f"Use {meaning}. {calculated}" if meaning else f"{calculated} {_USE_OPEN}"
    if word in _CHANGED_TARGETS:
        return f"Add the target change under revisions. {_USE_OPEN}"
    if re.match(r"closed[^a-z]", word):
        return list_choices(_CLOSED, words)
    if _NEGATION_REGEX.search(word):
        return f"Use {join_words(choices or _OPEN, 'or')}."
    return _advise_on_longer_status(word, words) if not choices else list_choices(choices, words)


def _split_rating(word: str) -> tuple[str, bool]:
    """Return a word without the ratings at its end, and whether it had any: `open_-_overdue` is `open`."""
    text = status = re.sub(r"[^a-z0-9%]+", "_", word).strip("_")
    while rating := next((word for word in RATINGS if status == word or status.endswith(f"_{word}")), ""):
        status = status.removesuffix(rating).rstrip("_").removesuffix("_to")
    return status, status != text


_OTHER_FIELDS: Mapping[str, Mapping[str, str]] = {
    "acceptance": {
        **{word: word for word in ("accepted", "partly_accepted", "not_accepted")},
        "rejected": "not_accepted",
        "refused": "not_accepted",
    },
    "priority": {word: word for word in ("critical", "high", "medium", "low")},
}
"""Words of other fields that trackers often have in their status column."""


def _advise_on_other_field(word: str) -> str:
    """Return the advice for a word without a meaning, or for one that does not describe progress."""
    if is_placeholder(word.replace("_", " ")):
        return "Leave the status out until it is known."
    for field_name, words in _OTHER_FIELDS.items():
        if meaning := words.get(word) or find_common_meaning(field_name, word):
            rest = f"Leave the status out, or use one such as {join_words(_OPEN, 'or')}."
            return f"Write it as {field_name}: {meaning}. {rest}"
    return ""


def _advise_on_longer_status(word: str, words: tuple[str, ...]) -> str:
    """Return the advice for a text with more than a status: a percentage, a date, a name, or two statuses."""
    if _SHARE_REGEX.search(word):
        return "Use in_progress, and put the share that is done in an update."
    match = _ADDITION_REGEX.fullmatch(word)
    if match and (meaning := _find_exact_meaning(match[1], words)):
        return f"Use {meaning}. Put the rest in the fields for it, such as completed_on or verified, or in an update."
    meanings = tuple(_find_exact_meaning(part.strip("_"), words) or "" for part in re.split(r"[/|&]|_or_|_and_", word))
    return list_choices(unique(meanings) if len(meanings) > 1 and all(meanings) else words, words)


def _find_exact_meaning(word: str, words: tuple[str, ...]) -> str | None:
    return word if word in words else find_common_meaning("status", word)


def list_choices(choices: tuple[str, ...], words: tuple[str, ...]) -> str:
    """Return the advice to use one of the likely words, with the others after them."""
    others = [word for word in words if word not in choices]
    other_words = "word is" if len(others) == 1 else "words are"
    rest = "" if len(choices) > 1 else f" The other {other_words} {join_words(others)}."
    return f"Use {join_words(choices, 'or')}.{rest}"


def _make_field_table(rows: Mapping[tuple[str, ...], str]) -> dict[str, tuple[str, ...]]:
    return {_make_key(word): places for places, words in rows.items() for word in words.split()}


_DATE_WORDS = frozenset({"date", "dates", "day", "dt", "on"})
_FILLERS = _DATE_WORDS | {"of", "the"}
"""Words of a name that do not change which field it is: *start_date*, *date_of_start* and *started_on*."""


def _make_key(name: str) -> str:
    return "_".join(sorted(word for word in name.split("_") if word not in _FILLERS))


_PLACES = _make_field_table(
    {
        ("accountable",): "owner responsible responsible_officer accountable_officer lead lead_officer action_owner "
        "responsible_owner responsible_person assigned_to assignee officer post_holder owned_by manager lead_manager "
        "responsible_manager",
        ("agreed_action",): "agreed_actions management_action",
        ("leads_to", "agreed_action"): "action",
        ("approved_by",): "approver approvers authorised_by authoriser signed_off_by",
        ("approved_on", "approved_by"): "approval approved authorised",
        ("contract_end",): "contract_expiry expiration expires expiry",
        ("acceptance",): "accepted agreed agreement",
        ("as_published.{name}",): "rag rag_status rag_rating rating",
        ("blocked_by",): "blocked blocker blockers waiting_for waiting_on barriers",
        ("completed_on",): "completed closed completion completed_date actual_completion actual_end",
        ("decided.on",): "decision decided",
        ("decided.by",): "decision_by decision_maker closed_by",
        ("depends_on",): "depends dependencies dependency dependent_on prerequisites",
        ("directorate",): "department dept directorates division",
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
        ("reason_text",): "grounds justification rationale",
        ("report_refs",): "report_ref",
        ("reported_to",): "committee reported reported_at",
        ("response.text",): "management_response management_comment",
        ("review_by",): "review next_review review_due",
        ("revisions.from",): "original_target original_due original_deadline original initial_target baseline "
        "baseline_target first_target previous_target old_target",
        (
            "revisions.to",
        ): "revised revised_target revised_due revised_deadline new_target new_deadline extended extended_to",
        ("see_also",): "related related_to linked_to links",
        ("source.ref",): "ref reference reference_number ref_no",
        (
            "start",
            "contract_start",
        ): "planned_start actual_start start started begin begins began beginning commence commenced commencement"
        " begun",
        ("status",): "state progress_status current_status overall_status action_status",
        ("superseded_by",): "replaced_by merged_into",
        ("supporting",): "supported_by support contributors",
        ("choices",): "options values allowed_values",
        ("list",): "multiple several repeated",
        ("role.required",): "required mandatory compulsory",
        ("role.sum",): "sum total",
        ("role.group",): "group group_by",
        ("target", "role.due"): "due",
        ("target",): "by_when complete_by due_by deadline planned_completion expected_completion current_target "
        "implementation planned_implementation delivery target_completion",
        ("rule",): "contract_rule cpr cso rule_broken rule_waived rules rules_broken",
        ("supplier",): "company contractor firm provider supplier_name vendor",
        ("type",): "exemption_type waiver_type",
        ("value",): "contract_value cost estimated_value price total_value",
        ("target", "completed_on", "contract_end"): "finish finished end ended ends",
        ("title",): "summary action_title",
        ("title", "singular"): "name",
        ("singular",): "title label",
        (
            "updates.text",
            "text",
        ): "progress update latest_update progress_update latest_position current_position commentary next_steps",
        ("verified.by",): "verified_by verifier",
        ("verified.on",): "verification verified",
    }
)
_DATE_PLACES = frozenset(
    {
        "approved_on",
        "completed_on",
        "contract_end",
        "contract_start",
        "decided.on",
        "review_by",
        "revisions.from",
        "revisions.to",
        "start",
        "target",
        "verified.on",
    }
)
"""The fields that a name with a date word can mean."""
WORDS_WITHOUT_FIELD = frozenset(
    {"board", "budget", "category", "committee", "cost", "meeting", "rated"}
    | {"risk", "scrutiny", "service", "sponsor", "sponsors", "team", "type", "ward"}
)
"""Field names of other registers that have no field here, but resemble a field with another meaning."""
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
    "role.due": "role: due",
    "role.group": "role: group",
    "role.required": "role: required",
    "role.sum": "role: sum",
    "source.ref": "source:\n  id:\n  ref: {value}",
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
    if places or exactly or key in WORDS_WITHOUT_FIELD:
        return places
    misspelt = suggest(word, names)
    if _DATE_WORDS & set(word.split("_")):  # a date is not a person: `requested_on` is not `requested_by`
        misspelt = tuple(other for other in misspelt if other in _DATE_PLACES or _DATE_WORDS & set(other.split("_")))
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
    """Return a value as YAML: plain if that is safe, otherwise in quotes."""
    if re.fullmatch(r"[A-Za-z0-9][\w ,./£()-]*", value) and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)


_MAX_LENGTH = 80
"""A longer text is not a placeholder."""

_PLACEHOLDERS = frozenset({
    *("tba", "tbc", "tbd", "tbd/tbc", "tba/tbc", "na", "n/a", "n.a", "n/k", "none", "nil", "null", "x", "xx", "xxx"),
    *("not yet", "not known", "not known yet", "not yet known", "unknown", "not stated", "not recorded", "unspecified"),
    *("not applicable", "not available", "not decided", "not yet decided", "undecided", "not agreed", "not yet agreed"),
    *("not yet confirmed", "not confirmed", "unconfirmed", "not approved", "not yet approved", "not verified"),
    *("not yet verified", "not assigned", "not yet assigned", "unassigned", "unallocated", "not allocated"),
    *("not yet allocated", "not appointed", "not yet appointed", "not yet identified", "not yet in post", "vacant"),
    *("vacancy", "vacant post", "post vacant", "currently vacant", "vacant position", "no one", "no-one", "nobody"),
    *("no owner", "no owner identified", "no lead", "no approver", "no approval", "approval not recorded"),
    *("various", "all"),
    *("none identified", "not identified", "none available", "unavailable", "nk", "unclear", "unsure", "recruiting"),
    *("i'w gadarnhau", "i'w benodi", "i'w benderfynu", "swydd wag", "gwag", "dim", "amherthnasol", "ddim yn hysbys"),
    *("insert name", "insert name here", "enter name", "enter name here", "add name", "name here", "your name"),
    *("nobody yet", "no one yet", "none yet", "no reason", "no reason given", "no evidence", "none given"),
    *("to follow", "to come", "pending", "outstanding", "awaited", "as above", "see above", "see below", "ditto"),
    *("blank", "empty", "placeholder", "lorem ipsum", "example", "text", "name", "the name", "post", "job title"),
    *("who", "why", "what", "when", "who approved it", "why it moved", "why it was moved", "what shows it"),
    *("what it waits for", "whose it is", "what happened", "the reason", "reason", "the approver", "approver"),
    *("the verifier", "verifier", "somebody", "someone", "anybody", "evidence", "the evidence", "owner", "the owner"),
})  # fmt: skip
"""Texts that state nothing, as `fold_text` returns them. The last lines are words that advice has used as examples."""

_OPEN_QUESTION = compile_on_use(
    r"(?:still |yet )?to be (?:confirmed|agreed|decided|determined|advised|appointed|assigned|identified|allocated"
    r"|announced|named|nominated|notified|recruited|established|specified|clarified|verified|approved)"
    r"(?: (?:by|at|in|on|after|once|when|with|following|shortly|soon|later|asap)\b.{0,40})?"
)
_WAITING_FOR_SOMEBODY = compile_on_use(
    r"(?:awaiting|subject to|not yet|yet to be|tb[acd] (?:by|at|in|once|when|after|following))\b.{0,60}"
    r"|vacan(?:t|cy)(?: (?:at present|post|position|role|until|since|from|being)\b.{0,40})?"
    r"|(?:tb[acd]|n/a|to be (?:confirmed|agreed|appointed|decided|recruited)|unassigned|unallocated)"
    r"(?: - |: |; |, | \().{1,60}"
    r"|(?:being|when|once) (?:recruited|appointed)|under discussion|in discussion|under consideration"
)
_AWAITED = compile_on_use(
    r"(?:awaiting|pending) (?:\w+ )?(?:approval|confirmation|decision|verification|evidence|sign-off|appointment)"
    r"(?: (?:by|at|from|in|of|to)\b.{0,40})?"
)

SPREADSHEET_ERROR = compile_on_use(
    r"#(?:ref!|value!|div/0!|null!|num!|spill!|calc!|n/a|name\?|getting_data)", re.IGNORECASE
)
"""The text of a cell that a spreadsheet could not calculate."""

_FORM_FIELD = compile_on_use(
    r"(?:please )?(?:insert|enter) (?:(?:the|a|your) )?(?:name|supplier|post|title|job title|officer|owner|approver"
    r"|reason|text|date|value|amount|evidence|link|reference|details?)(?: here)?"
)
"""The prompt in an empty field of a form: *[Insert supplier]*."""

_SURROUNDING = " .,:;!?*_~()[]{}<>\"'\u201c\u201d-"


_FORMS = (_OPEN_QUESTION, _AWAITED, _FORM_FIELD)


@lru_cache(maxsize=4096)
def is_placeholder(text: str) -> bool:
    """Whether a text states nothing: `TBC`, `n/a`, `To be confirmed by the Board`, `-`."""
    if len(text) > _MAX_LENGTH:
        return False
    phrase = fold_text(text).strip(_SURROUNDING)
    if not any(character.isalnum() for character in phrase) or SPREADSHEET_ERROR.fullmatch(text.strip()):
        return True
    phrase = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", phrase) if "." in phrase else phrase  # t.b.c
    phrase = re.sub(r" ?/ ?", "/", phrase)
    parts = [phrase] if phrase in _PLACEHOLDERS else re.split(r"/| - ", phrase.replace("n/a", "na"))
    return all(part in _PLACEHOLDERS or any(pattern.fullmatch(part) for pattern in _FORMS) for part in parts)


def advise_on_text(value: object) -> str:
    """Return how to write a text that YAML reads as a list or a group, such as a form's *[Insert name]*."""
    if isinstance(value, list | tuple) and all(isinstance(entry, str) and is_placeholder(entry) for entry in value):
        return "Write the text, or leave the field out until it is known."
    return "Write one line of text, or several lines after |."


@lru_cache(maxsize=4096)
def is_vacant(text: str) -> bool:
    """Whether a text in the place of a name names nobody: a placeholder, or `Vacant at present`."""
    if is_placeholder(text):
        return True
    phrase = fold_text(text).strip(_SURROUNDING)
    return len(text) <= _MAX_LENGTH and _WAITING_FOR_SOMEBODY.fullmatch(phrase) is not None


def has_name(text: str | None) -> bool:
    """Whether a field that names somebody is stated and is not a placeholder."""
    return text is not None and not is_vacant(text)


def has_meaning(text: str | None) -> bool:
    """Whether a field that gives a reason or names a document is stated and is not a placeholder."""
    return text is not None and not is_placeholder(text)
