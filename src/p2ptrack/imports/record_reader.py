"""Reads the cells of one record into its draft. Text that no field accepts is kept as published or listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from p2ptrack.imports.cells import (
    add_year,
    find_column_date,
    find_day,
    find_leading_status,
    find_status,
    find_status_in_text,
    find_ticked,
    find_word,
    find_year,
    has_date,
    is_blank_value,
    is_mark,
    is_person,
    lacks_year,
    list_words,
    read_single_date,
    read_target,
    sort_by_date,
    split_post_and_date,
    split_posts,
    split_references,
    split_updates,
)
from p2ptrack.imports.drafts import YES_OR_NO, RecordDraft, TrackerState, add_source, add_title, fold_place
from p2ptrack.imports.grid import CellParagraph, GridCell, GridRow
from p2ptrack.imports.headings import fold_heading
from p2ptrack.imports.mapping import KIND_BY_NAME
from p2ptrack.model.advice import is_vacant
from p2ptrack.model.dates import CouncilDate, parse_date
from p2ptrack.model.schema import field_names
from p2ptrack.phrases import fold_text, join_words, normalise_word, quote

MAX_GROUP = 120
SECTION = "Section"


class RecordReader:
    """Reads the cells of one record into its draft."""

    def __init__(self, rows: TrackerState, draft: RecordDraft, ref: str, request_column: int) -> None:
        self.rows = rows
        self.draft = draft
        self.ref = ref
        self.request_column = request_column
        self.report = rows.report
        self.context = rows.context
        self.inferred: list[str] = []
        self.changes: list[tuple[str, str, bool]] = []
        self.reason = ("", "")
        self.has_two_statuses = False
        self.readers: Mapping[str, Callable[[str, GridCell], None]] = {
            **{name: partial(self._set_line, name) for name in ("title", "directorate", "area")},
            **{name: partial(self._read_word, name) for name in ("acceptance", "status", "priority")},
            **{name: partial(self._read_date, name) for name in ("target", "start", "completed_on", "review_by")},
            **{name: partial(self._read_posts, name) for name in ("accountable", "supporting", "lead_member")},
            "request": partial(self._read_text, "origin_text"),
            "answers": self._read_answers,
            "phase_action": self._read_phase_action,
            "agreed_action": partial(self._read_text, "agreed_action"),
            "recommendation": self._read_recommendation,
            "ref": self._read_ref,
            "report_refs": self._read_references,
            "response": self._read_response,
            "response_on": self._read_response_date,
            "status_mark": self._read_status_mark,
            "original_target": partial(self._read_date, "target"),
            "revised_target": partial(self._read_change, is_requested=False),
            "requested_target": partial(self._read_change, is_requested=True),
            "reason": self._read_reason,
            "update": self._read_update,
            "update_date": self._read_update_date,
            "post_and_date": self._read_post_and_date,
            "raised": self._read_raised,
            "evidence": self._read_evidence,
            "as_published": self._keep_column,
        }

    def read(self, row: GridRow) -> list[str]:
        """Fill the draft from a row, and return the fields that are our interpretation."""
        columns = sorted(self.rows.tracker.columns, key=lambda column: _ORDER.get(column.field, 1))
        for column in columns:
            if column.field == "phase_action" and column.index != self.request_column:
                continue
            cell = row.get_cell(column.index)
            heading = column.heading or f"Column {column.index + 1}"
            self._note_extras(heading, cell)
            if column.index in self.rows.tracker.grid.hidden_columns:
                continue
            if not cell.lines:
                self._read_fill(heading, cell)
                continue
            if is_blank_value(cell.line):
                self.report.empty_words[cell.line] += 1
                continue
            if column.index in self.rows.recommendation_columns and self.draft.recommendation is not None:
                self._read_recommendation_column(self.draft.recommendation, column.field, heading, cell)
            else:
                self.readers[column.field if column.is_sure else "as_published"](heading, cell)
        self._join_dates()
        self._finish()
        return self.inferred

    def _read_fill(self, heading: str, cell: GridCell) -> None:
        """Read an empty cell that may have a colour: by the key of colours, whose words may be a status."""
        if cell.is_repeat or not cell.fill:
            return
        words = self.rows.tracker.key.get(cell.fill, "")
        if not words:
            self.report.colours[heading] += 1
            return
        self.draft.keep(heading, words)
        self.report.as_published_columns[heading] += 1
        self._infer("status", find_status(_COLOUR.sub("", words), self.context.labels))

    def _note_extras(self, heading: str, cell: GridCell) -> None:
        place = f"{self.draft.place}, {heading}"
        if cell.comment:
            self.report.comments.append((place, cell.comment))
        if cell.struck_through and (not cell.lines or not has_date(cell.struck_through)):
            self.report.skipped.append((f"{place}, struck through", cell.struck_through))

    def _set_field(self, name: str, value: Any, heading: str, cell: GridCell) -> None:
        """Set a field of the draft if its kind has the field; otherwise keep the words."""
        if name in self.rows.fields and name not in self.draft.values:
            self.draft.values[name] = value
            self.draft.note_origin(name, heading, cell.text)
        else:
            self._keep(heading, cell)

    def _set_line(self, name: str, heading: str, cell: GridCell) -> None:
        self._set_field(name, cell.line, heading, cell)

    def _infer(self, name: str, value: str) -> bool:
        """Give the draft a value that is our interpretation, if it has no other, and return whether it took it."""
        if not value or name not in self.rows.fields or name in self.draft.values:
            return False
        self.draft.values[name] = value
        self.inferred.append(name)
        return True

    def _keep(self, heading: str, cell: GridCell) -> None:
        self.draft.keep(heading, cell.text)
        self.report.unmatched_cells.append((f"{self.draft.place}, {heading}", cell.text))

    def _keep_column(self, heading: str, cell: GridCell) -> None:
        self.draft.keep(heading, cell.text)
        self.report.as_published_columns[heading] += 1

    def _extend(self, name: str, values: list[Any], heading: str, cell: GridCell) -> None:
        if name not in self.rows.fields or not values:
            self._keep(heading, cell)
            return
        self.draft.values.setdefault(name, []).extend(values)
        self.draft.note_origin(name, heading, cell.text)

    def _ask(self, heading: str, question: str) -> None:
        self.report.ask(f"{self.draft.place}, {heading}", question)

    def _read_text(self, name: str, heading: str, cell: GridCell) -> None:
        self._set_field(name, cell.text, heading, cell)
        self._note_reference(heading, cell)
        if cell.is_truncated or cell.text.rstrip().endswith(("…", "...")):
            self.draft.values.setdefault("truncated", []).append(name)

    def _note_reference(self, heading: str, cell: GridCell) -> None:
        """List a short text that only refers to another one, and keep the number in it."""
        match = _MENTION.search(cell.line)
        if len(cell.line) < MAX_GROUP and (match or _REFERENCES.search(cell.line)):
            self.report.references.append((f"{self.draft.place}, {heading}", cell.line))
            self.draft.mentioned = match[1] if match else self.draft.mentioned

    def _read_recommendation(self, heading: str, cell: GridCell) -> None:
        """Link an action to the recommendation beside it: the same words above mean the same recommendation."""
        if self.draft.kind.name != "action":
            self._read_text("origin_text", heading, cell)
            return
        self.draft.recommendation = self.find_recommendation(heading, cell)

    def find_recommendation(self, heading: str, cell: GridCell) -> RecordDraft:
        """Return the recommendation with the words of a cell, which is the one before or a new one."""
        recommendation = self.rows.recommendation
        if recommendation is None or recommendation.values["origin_text"] != cell.text:
            recommendation = RecordDraft(RECOMMENDATION, self.draft.place)
            self._make_recommendation_reader(recommendation)._read_text("origin_text", heading, cell)
            add_source(recommendation, self.context.source, self.ref)
            add_title(recommendation)
            self.report.inferred["title"] += 1
            self.rows.recommendation = recommendation
            self.rows.drafts.append(recommendation)
        return recommendation

    def _make_recommendation_reader(self, recommendation: RecordDraft) -> RecordReader:
        rows = replace(self.rows, fields=_RECOMMENDATION_FIELDS)
        return RecordReader(rows, recommendation, self.ref, self.request_column)

    def _read_recommendation_column(self, recommendation: RecordDraft, name: str, heading: str, cell: GridCell) -> None:
        """Give the recommendation beside an action its reference and response from the source."""
        is_known = (heading, cell.text) in recommendation.reported
        if not is_known and (name == "ref" or name not in recommendation.values):
            recommendation.reported.add((heading, cell.text))
            reader = self._make_recommendation_reader(recommendation)
            reader.readers[name](heading, cell)
            for field in reader.inferred:
                recommendation.infer(field)
                self.report.inferred[field] += 1
            if name == "ref":
                add_source(recommendation, self.context.source, reader.ref)
        elif not is_known:
            self.readers[name](heading, cell)
        if name == "ref" and not self.rows.has_own_ref:
            self._read_ref(heading, cell)

    def _read_phase_action(self, heading: str, cell: GridCell) -> None:
        """Read an action from the column of its phase, which the programme may have."""
        self._read_text("origin_text", heading, cell)
        phase = self.rows.find_phase(heading)
        if phase and "phase" in self.rows.fields:
            self.draft.values["phase"] = phase
        else:
            self.draft.keep("Phase", heading)
            self.report.as_published_columns["Phase"] += 1

    def _read_answers(self, heading: str, cell: GridCell) -> None:
        """Link an action to the recommendations whose references it names; other references are kept."""
        recommendations = self.context.recommendations
        ids = [recommendations.get(fold_place(reference), "") for reference in split_references(cell)]
        if "recommendations" in self.rows.fields and ids and all(ids):
            self._extend("recommendations", ids, heading, cell)
            return
        self._keep_column(heading, cell)
        if "recommendations" not in self.rows.fields:
            return
        self.report.ask(
            heading,
            "It names recommendations that the register does not have. To link actions to them, import the "
            "recommendations first with --kind recommendation, then the actions with --kind action, each with --sheet "
            "or --table and the same --source.",
        )

    def _read_references(self, heading: str, cell: GridCell) -> None:
        self._extend("report_refs", split_references(cell), heading, cell)

    def _read_ref(self, heading: str, cell: GridCell) -> None:
        self.draft.number = cell.line
        if self.context.source:
            self.ref = cell.line
        elif "report_refs" in self.rows.fields and not self.rows.has_running_numbers:
            self._read_references(heading, cell)
        else:
            self._keep_column(heading, cell)

    def _read_response(self, heading: str, cell: GridCell) -> None:
        """Read the council's response. The one word *Agreed* is only its acceptance."""
        is_decision = find_word("acceptance", cell.line, self.context.labels)
        if is_decision and not self.rows.tracker.columns_of("acceptance"):
            self._set_field("acceptance", cell.line.rstrip("."), heading, cell)
        else:
            self._set_field("response", {"text": cell.text}, heading, cell)

    def _read_response_date(self, heading: str, cell: GridCell) -> None:
        day = read_single_date(cell.line, self.context.anchors)
        if day and "response" in self.draft.values:
            self.draft.values["response"]["on"] = day
        elif day:
            self._set_field("response", {"on": day}, heading, cell)
        else:
            self._keep(heading, cell)

    def _read_word(self, name: str, heading: str, cell: GridCell) -> None:
        if find_word(name, cell.line, self.context.labels):
            self._set_field(name, cell.line, heading, cell)
        elif meaning := self._find_meaning(name, heading, cell.line) or self._ask_meaning(name, heading, cell.line):
            self._keep(heading, cell)
            if self._infer(name, meaning) and name == "status" and (day := find_day(cell.line)):
                self._ask(heading, f"{quote(cell.line)}: Is {day} the day on which it was completed?")
        elif name == "acceptance" and (len(cell.line) > _MAX_QUESTIONS or cell.line.endswith(".")):
            self._read_response(heading, cell)
        else:
            self._keep(heading, cell)

    def _read_status_mark(self, heading: str, cell: GridCell) -> None:
        """Read a mark in a column whose heading is a status. Two marks in a row state none."""
        self._keep_column(heading, cell)
        status = find_status(fold_heading(heading), self.context.labels)
        if not is_mark(cell.line) or "status" not in self.rows.fields:
            return
        if "status" in self.draft.values or self.has_two_statuses:
            self.has_two_statuses = self.draft.values.pop("status", "") != status or self.has_two_statuses
            self._ask(heading, "More than one status is marked. Which one is it?")
            return
        self._infer("status", status)

    def _find_meaning(self, name: str, heading: str, text: str) -> str:
        """Return what other words mean: *Yes* under *Accepted?* or *Done?*, and a status before a dash or a date."""
        if ticked := find_ticked(text):
            return find_word(name, ticked, self.context.labels) or self._find_meaning(name, heading, ticked)
        if name == "acceptance" and _NO.fullmatch(text):
            return "not_accepted"
        if name == "acceptance" and _YES.fullmatch(text):
            return "accepted"
        if name == "status" and _DONE.match(text) and _DONE_HEADING.search(heading):
            return "complete"
        return find_leading_status(text, self.context.labels) if name == "status" else ""

    def _ask_meaning(self, name: str, heading: str, text: str) -> str:
        """Ask once for the meaning of a word that is not a value of the field.

        Words of other fields are not asked about.
        """
        key = (name, normalise_word(text))
        if (
            key in self.context.words
            or len(text) > _MAX_QUESTIONS
            or _NO_UPDATE.fullmatch(text)
            or name == "acceptance"
        ):
            return self.context.words.get(key, "")
        members = list_words(name)
        answer = self.context.prompter.ask(
            f"{heading}: {quote(text)} is not a {name} that p2ptrack knows. Which one is it? "
            f"{join_words(members, 'or').capitalize()} (Enter to keep it as published)"
        )
        meaning = find_word(name, answer, self.context.labels) if answer else ""
        if meaning:
            self.context.words[key] = meaning
        return meaning

    def _read_date(self, name: str, heading: str, cell: GridCell) -> None:
        reading = read_target(cell, self.context.anchors, self.context.labels, name)
        if lacks_year(cell.line):
            self._read_date_without_year(name, heading, cell)
            return
        if "revisions" in reading.inferred and not self._has_two_dates(heading, cell):
            self._keep(heading, cell)
            return
        if reading.completion:
            self._read_completion(heading, cell, reading.completion)
        for question in reading.questions:
            self._ask(heading, f"{quote(cell.line)}: {question}")
        if reading.needs_as_published:
            self._keep(heading, cell)
        for field_name, value in reading.values.items():
            if field_name in self.rows.fields and field_name not in self.draft.values:
                self.draft.values[field_name] = value
                self.draft.note_origin(field_name, heading, cell.text)
                if field_name in reading.inferred:
                    self.inferred.append(field_name)
            elif not reading.needs_as_published:
                self._keep(heading, cell)

    def _read_date_without_year(self, name: str, heading: str, cell: GridCell) -> None:
        """Keep a date without a year as it is written, with the year that somebody gives for its column."""
        year = self.context.prompter.ask(
            f"{heading} has dates without a year, such as {quote(cell.line)}. Which year is meant? (Enter if unknown)",
            find_year(self.context.paper_date),
            key=f"year {heading}",
        )
        text_with_year = add_year(cell.line, year, self.context.anchors) if year else ""
        if not text_with_year:
            self.report.ask(heading, f"{quote(cell.line)} has no year. Which year is meant?")
        self._set_field(name, {"raw": cell.line, "means": text_with_year or "none"}, heading, cell)

    def _has_two_dates(self, heading: str, cell: GridCell) -> bool:
        """Ask once for a column if two dates in a cell are the original and the revised one; unanswered, they are."""
        question = f"{heading} has two dates in a cell, such as {quote(cell.line)}. Is one the revised target date?"
        return self.context.prompter.choose(question, YES_OR_NO, "yes", f"revised {heading}") != "no"

    def _read_completion(self, heading: str, cell: GridCell, day: str) -> None:
        """Ask once for a column if dates beside words such as *Completed* are the days of completion."""
        question = f"{heading} has dates beside a status, such as {quote(cell.line)}. Was it completed on that date?"
        answer = self.context.prompter.choose(question, YES_OR_NO, "", f"completed {heading}")
        if answer == "yes":
            self._infer("completed_on", day)
        elif not answer:
            self._ask(heading, f"{quote(cell.line)}: Is {day} the day on which it was completed?")

    def _read_change(self, heading: str, cell: GridCell, *, is_requested: bool) -> None:
        day = read_single_date(cell.line, self.context.anchors)
        parsed = parse_date(day, self.context.anchors) if day else None
        if isinstance(parsed, CouncilDate) and parsed.latest:
            self.changes.append((heading, day, is_requested or self.rows.group.is_request))
        else:
            self._keep(heading, cell)
            self._ask(heading, f"{quote(cell.line)}: which date is meant?")

    def _read_reason(self, heading: str, cell: GridCell) -> None:
        self.reason = (heading, cell.text)

    def _join_dates(self) -> None:
        """Make target changes of the revised and requested dates, in the order of their columns, and of the reason."""
        reason_heading, reason = self.reason
        for number, (heading, day, is_requested) in enumerate(self.changes, 1):
            own_reason = reason if number == len(self.changes) else ""
            if self._change_target(heading, day, own_reason, is_requested=is_requested) and own_reason:
                self.draft.origins["revisions"].append((reason_heading, reason))
                return
        if reason:
            self._keep(reason_heading, GridCell((CellParagraph(reason),)))

    def _change_target(self, heading: str, day: str, reason: str, *, is_requested: bool) -> bool:
        """Make a target change, and return whether there is one: it needs a target that it changes."""
        target, cell = self.draft.values.get("target"), GridCell((CellParagraph(day),))
        revision = {"from": target, "to": day, **({"reason": reason} if reason else {})}
        if is_requested:
            revision["decision"] = "requested"
        if target is None and is_requested:
            del revision["from"]
            self.draft.requested = revision
            self._keep(heading, cell)
            return False
        if target is None or "revisions" not in self.rows.fields:
            self._set_field("target", day, heading, cell)
            return False
        if day == target and not reason:
            self.draft.note_origin("target", heading, day)
            return False
        if not is_requested:
            self.draft.values["target"] = day
            self.draft.note_origin("target", heading, day)
        self.draft.values.setdefault("revisions", []).append(revision)
        self.draft.note_origin("revisions", heading, day)
        return True

    def _read_update(self, heading: str, cell: GridCell) -> None:
        if _UNKNOWN.fullmatch(cell.line):
            self.report.empty_words[cell.line] += 1
            return
        if _NO_UPDATE.fullmatch(cell.line):
            self._keep(heading, cell)
            return
        self._note_reference(heading, cell)
        day = find_column_date(heading, self.context.anchors)
        updates = split_updates(cell, self.context.anchors, day)
        for update in updates:
            if self.context.source:
                update["source"] = self.context.source
        order = ("date", "source", "text", "truncated")
        self._extend(
            "updates", [{name: update[name] for name in order if name in update} for update in updates], heading, cell
        )
        self._infer("status", find_status_in_text(cell.text, self.context.labels))

    def _read_update_date(self, heading: str, cell: GridCell) -> None:
        day = read_single_date(cell.line, self.context.anchors)
        updates = self.draft.values.get("updates", [])
        undated = [index for index, update in enumerate(updates) if "date" not in update]
        if day and len(undated) == 1:
            updates[undated[0]] = {"date": day, **updates[undated[0]]}
        elif day and not updates and "updates" in self.rows.fields and isinstance(self.draft.values.get("status"), str):
            self._extend("updates", [{"date": day, "status": self.draft.values["status"]}], heading, cell)
        else:
            self._keep(heading, cell)

    def _find_posts(self, heading: str, cell: GridCell) -> list[str]:
        """Return the posts of a cell, and ask for those of its persons."""
        posts = []
        for text in split_posts(cell, self.context.roles):
            post = self.context.posts.get(fold_text(text), "")
            if post:
                posts.append(post)
            elif is_vacant(text):
                self.draft.keep(heading, text)
                self.report.unmatched_cells.append((f"{self.draft.place}, {heading}", text))
            elif is_person(text, self.context.roles):
                posts += self._ask_post(heading, text)
            else:
                posts.append(text)
        return posts

    def _read_posts(self, name: str, heading: str, cell: GridCell) -> None:
        posts = self._find_posts(heading, cell)
        if posts and name == "accountable" and _SEVERAL_POSTS.search(heading):
            if len(posts) > 1:
                self._extend("supporting", posts[1:], heading, cell)
            posts = posts[:1]
        if posts:
            self._extend(name, posts, heading, cell)

    def _ask_post(self, heading: str, name: str) -> list[str]:
        """Ask once for the post of a person. The name is not written anywhere else."""
        question = f"{quote(name)} looks like a person's name. What is their job title?"
        prompt = f"{heading}: {question} (Enter to leave it out)"
        post = self.context.prompter.ask(prompt, key=f"post {fold_text(name)}")
        if not post:
            self.report.ask(heading, question)
        return [post] if post else []

    def _read_post_and_date(self, heading: str, cell: GridCell) -> None:
        parts = split_post_and_date(cell, self.context.anchors)
        if parts is None:
            self._keep(heading, cell)
            return
        posts, day = parts
        self._read_posts("accountable", heading, posts)
        self._read_date("target", heading, GridCell((CellParagraph(day),)))

    def _read_raised(self, heading: str, cell: GridCell) -> None:
        meetings = [self.rows.find_meeting(line) for line in cell.lines]
        if all(meetings):
            self._extend("raised", meetings, heading, cell)
            return
        self._keep(heading, cell)
        if "raised" in self.rows.fields:
            self.report.ask(
                heading, f"{quote(cell.line)} is not a meeting of the programme. Add it, then fill in raised."
            )

    def _read_evidence(self, heading: str, cell: GridCell) -> None:
        entries = [{"link": line} if _URL.fullmatch(line) else {"title": line} for line in cell.lines]
        if cell.link and len(entries) == 1:
            entries[0]["link"] = cell.link
        self._extend("evidence", entries, heading, cell)

    def _finish(self) -> None:
        values, group = self.draft.values, self.rows.group
        add_source(self.draft, self.context.source, self.ref)
        self.draft.recommendation = self.draft.recommendation or group.recommendation
        if self.rows.section:
            self.draft.keep(SECTION, self.rows.section)
        raised = group.raised or self.rows.raised
        if raised and "raised" not in values:
            values["raised"] = [raised]
        if not group.raised and not group.recommendation:
            self._read_group_text()
        if "updates" in values:
            values["updates"] = sort_by_date(values["updates"])
            self._infer_status(values["updates"])
        if "title" not in values:
            add_title(self.draft)

    def _read_group_text(self) -> None:
        """Read the line above a group of rows: a status, an area, or words to keep."""
        group = self.rows.group
        if self._infer("status", group.status):
            self.draft.keep(SECTION, group.text)
        elif group.is_area:
            self.draft.values["area"] = group.text
        elif group.text:
            self.draft.keep(SECTION, group.text)

    def _infer_status(self, updates: list[dict[str, Any]]) -> None:
        """Take the status from the last update if that contains nothing else.

        Several updates without dates have no last one.
        """
        is_last_known = len(updates) == 1 or all("date" in update for update in updates)
        status = find_status(str(updates[-1].get("text", "")).strip(" ."), self.context.labels)
        if is_last_known:
            self._infer("status", status)


RECOMMENDATION = KIND_BY_NAME["recommendation"]
_RECOMMENDATION_FIELDS = frozenset(field_names(RECOMMENDATION.model))
_ORDER = {"recommendation": -1, "status": 0, "response": 0, "update_date": 2, "response_on": 2, "completed_on": 2}
_COLOUR = re.compile(r"^(?:red|amber|green|blue|yellow|grey|black|purple)\b[ :=–—-]*", re.IGNORECASE)
_URL = re.compile(r"(?:https?|mailto):\S+")
_MAX_QUESTIONS = 40
_NO = re.compile(r"no?\.?", re.IGNORECASE)
_YES = re.compile(r"y(?:es)?\.?|true", re.IGNORECASE)
_DONE = re.compile(rf"(?:{_YES.pattern}|[✓✔☑√])(?:$|[ ]?[–—,;:(-])", re.IGNORECASE)
"""A tick or *Yes*, which a date or words can follow. A cross can mean either."""
_DONE_HEADING = re.compile(r"\b(?:complete[d]?|done|implemented|actioned)\b", re.IGNORECASE)
_NO_UPDATE = re.compile(r"(?:not (?:yet )?due(?: yet)?|due later)\.?", re.IGNORECASE)
_UNKNOWN = re.compile(r"tb[acd]|to be (?:advised|confirmed)\.?", re.IGNORECASE)
_REFERENCES = re.compile(
    r"(?:as|see) (?:above|below|previous)\b|^verbal update|^as (?:per )?(?:item |action )?\d", re.IGNORECASE
)
_MENTION = re.compile(
    r"\b(?:through|see|as|under|with|in|by)(?: item| action| rec(?:ommendation)?| no\.?| ref\.?)? (\d+(?:\.\d+)*),? "
    r"(?:above|below)\b",
    re.IGNORECASE,
)
_SEVERAL_POSTS = re.compile(
    r"\b(?:lead|owner|officer|sponsor|manager)\b[^/]*/[^/]*\b(?:lead|owner|officer|manager|support)", re.IGNORECASE
)
