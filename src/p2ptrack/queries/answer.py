"""What every answer shares: its head, its marks, what was not read, values and phrases, JSON data built only for JSON.

The document of every answer passes through `mark_exempt_items`. It looks for the ids of exempt records in all that the
program writes, so a new answer needs no marks of its own. The words of records stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from p2ptrack.analysis.case import (
    Case,
    Disclosure,
    ExemptContent,
    ExemptTag,
    RegisterProvenance,
    UnreadableFile,
    build_json_head,
    find_unreadable,
)
from p2ptrack.analysis.facts import status_label
from p2ptrack.analysis.redaction import Audience
from p2ptrack.model.dates import CouncilDate, format_long_date, month_name
from p2ptrack.model.fields import DirectorateMarker, get_word_as_written
from p2ptrack.model.kinds import to_file_field
from p2ptrack.model.money import Money, format_money
from p2ptrack.model.programme import Programme
from p2ptrack.model.records import (
    Blocker,
    CoveredRecord,
    Evidence,
    RecommendationPart,
    Record,
    SourceRef,
    TrackedRecord,
    Update,
)
from p2ptrack.model.register import PROGRAMME_PATH, Register, resolve_update_date
from p2ptrack.model.schema import DeclaredChoice, FieldSpec, list_set_fields
from p2ptrack.phrases import MAX_IDS, find_separator, humanise, pluralise
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Notice,
    Paragraph,
    Prose,
    Row,
    Section,
    Span,
    Table,
    make_paragraph,
)
from p2ptrack.values import compile_on_use, dataclass

EXEMPT = "exempt"
EXEMPT_COLUMN = Column("exempt", "Exempt")
MARK_KEY = "Do not publish or pass on what is marked as exempt."
PUBLIC_MARK_KEY = "Partly exempt: a part of the item is not published."


@dataclass(frozen=True, slots=True)
class MarkWords:
    """The words of the marks, and the sentences about the audience and about the marks that close an answer."""

    audience: str
    key: str
    whole: str = EXEMPT
    part: str = "partly exempt"


def mark_exempt_items(
    document: Document, disclosure: Disclosure, tags: Sequence[ExemptTag] = (), words: MarkWords | None = None
) -> Document:
    """Return an answer with a mark beside each exempt item, and a last sentence about its audience and the marks.

    `words` are those of another language.
    `tags` are the exemptions that tagged text refers to; the text of a partly exempt record is marked where it is.
    """
    is_public = disclosure.audience == Audience.PUBLIC
    words = words or MarkWords(describe_audience(disclosure), PUBLIC_MARK_KEY if is_public else MARK_KEY)
    marker = ExemptMarker(disclosure, tags, words)
    blocks = tuple(map(marker.mark_block, document.blocks))
    title = marker.mark_text(document.title)
    texts = [text for text in (words.audience, words.key if marker.has_marked else "") if text]
    last = (make_paragraph(" ".join(texts), role="exempt"),) if texts else ()
    return replace(document, title=title, blocks=(*blocks, *last), audience=str(disclosure.audience))


def describe_audience(disclosure: Disclosure) -> str:
    """Return who an answer is for, if not for officers, and how much it leaves out."""
    if disclosure.audience == Audience.OFFICERS:
        return ""
    if disclosure.audience == Audience.MEMBERS:
        return "For members."
    parts = []
    if disclosure.omitted_records:
        parts.append(pluralise(disclosure.omitted_records, "record"))
    if disclosure.incomplete_records:
        parts.append(f"parts of {pluralise(disclosure.incomplete_records, 'other record' if parts else 'record')}")
    return f"For the public. Left out as exempt or unreadable: {' and '.join(parts) or 'nothing'}."


def format_exempt_cell(content: ExemptContent | None) -> str | None:
    """Return the value of the CSV column `exempt`: *true*, the parts that are exempt, or nothing."""
    if content is None:
        return None
    return "true" if content.is_whole else ", ".join(content.parts) or "partly"


class ExemptMarker:
    """Puts a mark after the id of each exempt record, and records whether there was any."""

    def __init__(self, disclosure: Disclosure, tags: Sequence[ExemptTag] = (), words: MarkWords | None = None) -> None:
        self._words = words or MarkWords("", "")
        self._exempt = disclosure.exempt
        self._tags = tags
        self._pattern = _compile_pattern(disclosure)
        self.has_marked = False

    def mark_text(self, text: str) -> str:
        """Return a text of the program with its marks."""
        return self._mark_tagged(text) if self._tags else self._mark_ids(text)

    def _mark_ids(self, text: str) -> str:
        if text in self._exempt:
            return self._add_mark(text, text)
        return self._pattern.sub(self._mark_match, text) if self._pattern else text

    def _mark_match(self, match: re.Match[str]) -> str:
        return self._add_mark(match.group(), match["id"])

    def _add_mark(self, text: str, id_: str) -> str:
        self.has_marked = True
        return f"{text} ({self._words.whole if self._exempt[id_].is_whole else self._words.part})"

    def _mark_tagged(self, text: str) -> str:
        """Return a text with a mark after each run of exempt text of a partly exempt record."""
        from p2ptrack.analysis.redaction.redact import split_tagged

        marked = ""
        for piece, number in split_tagged(text):
            is_marked = self._needs_mark(number) and any(map(str.isalnum, piece))
            marked += f"{piece.rstrip()} ({self._words.whole})" if is_marked else self._mark_ids(piece)
        return marked

    def _needs_mark(self, number: int | None) -> bool:
        """Whether the mark at its record's id does not cover an exempt text."""
        if number is None:
            return False
        content = self._exempt.get(self._tags[number].record_id) if 0 <= number < len(self._tags) else None
        is_needed = content is not None and not content.is_whole
        self.has_marked |= is_needed
        return is_needed

    def _mark_prose(self, prose: Prose) -> Prose | Notice:
        if not self._tags:
            return prose
        from p2ptrack.analysis.redaction.redact import remove_tags, split_tagged

        numbers = [number for _, number in split_tagged(prose.markdown)]
        clean = Prose(remove_tags(prose.markdown))
        if any(self._needs_mark(number) for number in numbers):
            return Notice((make_paragraph(self._words.whole.capitalize()), clean), "closed")
        return clean

    def mark_block(self, block: Block) -> Block:
        """Return a block with the marks of everything in it."""
        marked = block
        match block:
            case Paragraph():
                marked = replace(block, spans=self._mark_spans(block.spans))
            case Prose():
                marked = self._mark_prose(block)
            case Facts():
                marked = replace(block, rows=tuple(map(self._mark_fact, block.rows)))
            case Table():
                marked = self.mark_table(block)
            case Section():
                blocks = tuple(map(self.mark_block, block.blocks))
                marked = replace(block, title=self.mark_text(block.title), blocks=blocks)
        return marked

    def _mark_spans(self, spans: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(self.mark_text(span) if isinstance(span, str) else span for span in spans)

    def _mark_fact(self, fact: Fact) -> Fact:
        lines = tuple(map(self._mark_spans, fact.lines))
        return replace(fact, label=self.mark_text(fact.label), spans=self._mark_spans(fact.spans), lines=lines)

    def mark_table(self, table: Table) -> Table:
        """Return a table with its marks."""
        if not self._exempt:
            return table
        return replace(table, caption=self.mark_text(table.caption), rows=tuple(map(self._mark_row, table.rows)))

    def _mark_row(self, row: Row) -> Row:
        cells = tuple(self._mark_cell(cell) for cell in row.cells)
        if row.key in self._exempt and cells == row.cells:
            index = next((i for i, cell in enumerate(cells) if isinstance(cell.content, str)), 0)
            text = cells[index].content if isinstance(cells[index].content, str) else ""
            cell = replace(cells[index], content=self._add_mark(str(text), row.key).strip())
            cells = (*cells[:index], cell, *cells[index + 1 :])
        return replace(row, cells=cells, group=self.mark_text(row.group))

    def _mark_cell(self, cell: Cell) -> Cell:
        return replace(cell, content=self.mark_text(cell.content)) if isinstance(cell.content, str) else cell


def _compile_pattern(disclosure: Disclosure) -> re.Pattern[str] | None:
    """Return a pattern of the ids of exempt records and of their parts, as whole words.

    An id that could be a word or a number is marked only if it is the whole text.
    """
    ids = [id_ for id_ in disclosure.exempt if not id_.isalpha() and not id_.isdecimal()]
    if not ids:
        return None
    alternatives = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))
    return re.compile(rf"(?<![\w/.-])(?P<id>{alternatives})(?:\.\w+)*(?![\w-])")


_INFERRED_COLUMN = Column("inferred", "Our interpretation")


class LazyData(Mapping[str, Any]):
    """The JSON data of an answer, built when it is first read: for many records that takes longer than the text."""

    def __init__(self, build: Callable[[], Mapping[str, Any]]) -> None:
        self._build = build

    @cached_property
    def _data(self) -> Mapping[str, Any]:
        return self._build()

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


@dataclass(frozen=True, slots=True)
class HistoryScope:
    """The context of an answer about the history: the register, the audience, and what the answer lacks.

    `notes` are sentences about the answer as a whole.
    """

    programme: Programme
    disclosure: Disclosure = field(default_factory=Disclosure)
    commit: str = ""
    unreadable: tuple[UnreadableFile, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self, as_of: date, lists: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON answer with these lists."""
        head = build_json_head(self.programme, as_of, self.disclosure, RegisterProvenance("", self.commit))
        unreadable = [file.to_json() for file in self.unreadable]
        return {**head, **lists, "notes": list(self.notes), "unread": unreadable}

    def list_limits(self) -> list[str]:
        """Return a sentence for each file of the past that was not read, or not all of it, and the notes."""
        return [*map(_describe_unreadable_version, self.unreadable), *self.notes]


def _describe_unreadable_version(file: UnreadableFile) -> str:
    if not file.path:
        return "Not all of the history can be read."
    details = ", ".join(filter(None, (file.path if file.id else "", *file.fields)))
    return (
        f"{'Partly read' if file.fields else 'Not read'}: {file.id or file.path}{f' ({details})' if details else ''}."
    )


def make_answer(
    case: Case,
    name: str,
    title: str,
    blocks: tuple[Block, ...],
    build_data: Callable[[], Mapping[str, Any]],
    *,
    export: Callable[[], Table] | None = None,
    tags: Sequence[ExemptTag] = (),
) -> Document:
    """Return an answer about a register on the day of its case, with the marks of what is exempt in it.

    `build_data` returns its JSON data, and `export` the table that CSV writes. `tags` are those of `mark_exempt_items`.
    """
    data, meta = LazyData(build_data), position_facts(case.as_of)
    document = Document(name, title, case.as_of, blocks, meta=meta, data=data, export=export)
    return mark_exempt_items(document, case.disclosure, tags)


def position_facts(as_of: date) -> tuple[Fact, ...]:
    """Return the position date as it appears at the head of an answer."""
    return (Fact("As at", as_of),)


_COMMAND = compile_on_use(r"\bp2ptrack (status|overdue|list|show|check|contracts)\b")


def repeat_options(document: Document, options: str) -> Document:
    """Return an answer whose advice repeats the options of the command, such as `--at v1`.

    Advice must lead to the same register, version and date. The words of records stay as they are.
    """
    return replace(document, blocks=tuple(_repeat_in_block(block, options) for block in document.blocks))


def _repeat_in_block(block: Block, options: str) -> Block:
    def repeat(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(_COMMAND.sub(rf"\g<0> {options}", span) if isinstance(span, str) else span for span in spans)

    match block:
        case Paragraph():
            return replace(block, spans=repeat(block.spans))
        case Facts():
            rows = (replace(row, spans=repeat(row.spans), lines=tuple(map(repeat, row.lines))) for row in block.rows)
            return replace(block, rows=tuple(rows))
        case Section():
            return replace(block, blocks=tuple(_repeat_in_block(inner, options) for inner in block.blocks))
        case _:
            return block


def list_unreadable(case: Case, about: str = "") -> tuple[Block, ...]:
    """Return the paragraph about files that were not read; nothing when all were read.

    In an answer `about` one record, other files are only counted.
    """
    files = find_unreadable(case.problems)
    if not files:
        return ()
    listed_files = [file for file in files if not about or case.register.paths.get(about) == file.path][:MAX_IDS]
    texts = [describe_unreadable(case, file) for file in listed_files]
    if others := len(files) - len(listed_files):
        texts.append(f"Other files with an error: {others}" if about else f"And {others} more")
    return (make_paragraph(f"{'. '.join(texts)}. To see why: p2ptrack check", role="unread"),)


def describe_unreadable(case: Case, file: UnreadableFile) -> str:
    """Return what was not read: *Not read: A01 (data/actions/A01.yaml, status: S108)*."""
    if not file.path:
        return f"Not all of the register can be read ({', '.join(file.codes)})"
    label = "Partly read" if is_partly_read(case, file) else "Not read"
    details = ": ".join(filter(None, (", ".join(file.fields), ", ".join(file.codes))))
    return f"{label}: {file.id} ({file.path}, {details})" if file.id else f"{label}: {file.path} ({details})"


def is_partly_read(case: Case, file: UnreadableFile) -> bool:
    """Whether a file with errors is that of a record, or the programme, whose other fields are read."""
    return file.path in {PROGRAMME_PATH, case.register.paths.get(file.id)}


def make_export(case: Case, table: Table, *, has_marks: bool = True, has_records: bool = True) -> Table:
    """Return a table as CSV writes it: the same columns whatever the data, and last rows on what the answer lacks.

    With `has_marks` there is a column for the names of the columns that are our interpretation. With `has_records` each
    row is about a record, and a column has what is exempt of it.
    """
    if not has_records:
        table = ExemptMarker(case.disclosure).mark_table(table)
    table = replace(table, rows=tuple(row for row in table.rows if row.role != "detail"))
    if has_marks:
        table = _add_column(table, _INFERRED_COLUMN, lambda _row: Cell())
    if has_records:
        table = add_exempt_column(table, case.disclosure)
    notes = [describe_unreadable(case, file) for file in find_unreadable(case.problems)]
    return add_notes(table, [*notes, describe_audience(case.disclosure)])


def _add_column(table: Table, column: Column, build_cell: Callable[[Row], Cell]) -> Table:
    rows = tuple(replace(row, cells=(*row.cells, build_cell(row))) for row in table.rows)
    return replace(table, columns=(*table.columns, column), rows=rows)


def add_exempt_column(table: Table, disclosure: Disclosure) -> Table:
    """Return a table for CSV with a column for what is exempt of the record of each row, unless it has one."""
    if EXEMPT_COLUMN.key in {column.key for column in table.columns}:
        return table
    return _add_column(table, EXEMPT_COLUMN, lambda row: Cell(format_exempt_cell(disclosure.exempt.get(row.key))))


def export_history(table: Table, scope: HistoryScope) -> Table:
    """Return a table about the history as CSV writes it, with what is exempt and last rows on what the answer lacks."""
    limits = [*scope.list_limits(), describe_audience(scope.disclosure)]
    return add_notes(add_exempt_column(table, scope.disclosure), limits)


def add_notes(table: Table, notes: Iterable[str]) -> Table:
    """Return a table for CSV with sentences in last rows of their own."""
    empty_cells = (Cell(),) * (len(table.columns) - 1)
    return replace(table, rows=(*table.rows, *(Row((Cell(note), *empty_cells)) for note in notes if note)))


def format_field_value(register: Register, field: FieldSpec, value: Any) -> str:
    """Return a value of a field as text; a directorate by its title."""
    is_directorate = isinstance(field.marker, DirectorateMarker)
    return register.format_directorate(str(value)) if is_directorate else format_value(register, value)


def format_value(register: Register, value: Any) -> str:
    """Return any value of a record as text."""
    if isinstance(value, BaseModel):
        return _format_group(register, value)
    if isinstance(value, tuple):
        texts = [format_value(register, item) for item in value]
        return ("; " if value and isinstance(value[0], BaseModel) else find_separator(texts)).join(texts)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {format_value(register, item)}" for key, item in value.items())
    return _format_scalar(value)


def _format_scalar(value: Any) -> str:
    match value:
        case CouncilDate():
            return value.to_text()
        case DeclaredChoice():
            return value.value
        case StrEnum():
            return value.value.replace("_", " ")
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def format_source(register: Register, source: SourceRef) -> str:
    """Return the title of a source and the place in it: *Audit report, row 4*."""
    document = register.find_source(source.id)
    return ", ".join(filter(None, (document.title if document else source.id, source.ref)))


def _format_group(register: Register, group: BaseModel) -> str:
    match group:
        case SourceRef():
            text = format_source(register, group)
        case Update():
            text = _format_update(register, group)
        case Evidence(title=str() as title):
            text = f"{title} ({group.link})" if group.link else title
        case RecommendationPart():
            text = f"{group.id} {group.text}"
        case CoveredRecord():
            text = f"{group.id} ({format_value(register, group.extent)})"
        case Money():
            text = format_money(group)
        case Blocker(id=str() as id_):
            dependency = register.find_dependency(id_)
            text = dependency.title if dependency else id_
        case _:
            text = _format_fields(register, group)
    return text


def _format_update(register: Register, update: Update) -> str:
    update_date = resolve_update_date(register, update)
    reported = f"see {update.see}" if update.see else format_word(update, "status")
    text = update.text.strip() if update.text else reported
    return f"{update_date.to_text()}: {text}" if update_date else text


def _format_fields(register: Register, group: BaseModel) -> str:
    """Return the fields of a group that are set, each after its label: *decided on 1 March 2027; by Board*."""
    texts = []
    for spec, value in list_set_fields(group):
        # The text of a response needs no label: it follows the label of the response itself.
        label = "" if spec.title == "Response" else f"{spec.title.lower()} "
        texts.append(label + format_value(register, value))
    return "; ".join(texts)


NOT_PUBLISHED = "not published"
INFERRED_KEY = "* Our interpretation, not stated in the source"


def is_inferred(record: Record, *fields: str) -> bool:
    """Whether one of these fields is our interpretation, and holds something to mark."""
    inferred = record.inferred
    return bool(inferred) and any(
        to_file_field(record, field) in inferred and getattr(record, field, None) is not None for field in fields
    )


def inferred_mark(record: Record, *fields: str) -> str:
    """Return the mark of our interpretation where one of these fields is one."""
    return "*" if is_inferred(record, *fields) else ""


def is_target_inferred(record: TrackedRecord) -> bool:
    """Whether the target is our interpretation, as a field or as a date with a stated meaning."""
    return record.target is not None and (is_inferred(record, "target") or record.target.inferred)


def format_word(model: BaseModel, field_name: str, *, in_sentence: bool = False) -> str:
    """Return the council's own word for a status, priority or acceptance as written, otherwise its name in words."""
    value: StrEnum | None = getattr(model, field_name, None)
    if value is None:
        return ""
    if isinstance(value, DeclaredChoice):
        return value.value
    name = humanise(value.value)
    return get_word_as_written(model, field_name) or (name.lower() if in_sentence else name)


def describe_unknown(case: Case, record: Record, field: str) -> str:
    """Return why a field of a record is not known, or nothing: it is not published, or could not be read."""
    if case.redactions.is_redacted(record.id, field):
        return NOT_PUBLISHED
    return "not read" if case.register.is_unreadable(record.id, field) else ""


def _format_current_status(case: Case, record: TrackedRecord, *, in_sentence: bool = False) -> str:
    current, reason = case.get_status(record), describe_unknown(case, record, "status")
    if current is None and reason:
        return f"status {reason}" if in_sentence else f"Status {reason}"
    if current and current is record.status:
        return format_word(record, "status", in_sentence=in_sentence)
    return status_label(current).lower() if in_sentence else status_label(current)


def format_status(case: Case, record: TrackedRecord, *, in_sentence: bool = False) -> str:
    """Return the status on the day of the case with its mark: `In progress*`. The council's own word stays as it is."""
    return _format_current_status(case, record, in_sentence=in_sentence) + inferred_mark(record, "status")


def status_cell(case: Case, record: Record) -> Cell:
    """Return the status on the day of the case as a cell; a recommendation has none."""
    if not isinstance(record, TrackedRecord) or case.redactions.is_redacted(record.id, "status"):
        return Cell()
    return Cell(_format_current_status(case, record), starred=is_inferred(record, "status"))


def format_target(case: Case, record: TrackedRecord, missing: str = "none") -> str:
    """Return the target as papers print it, with its mark: `early 2023/24 (by 30 June 2023)*`."""
    if record.target is None:
        return describe_unknown(case, record, "target") or missing
    return record.target.to_text() + "*" * is_target_inferred(record)


def format_owner(case: Case, record: TrackedRecord) -> str:
    """Return the responsible officer, or that there are several, which is an error."""
    if len(record.accountable) > 1:
        return f"several named: {', '.join(record.accountable)}"
    return record.accountable[0] if record.accountable else describe_unknown(case, record, "accountable") or "none"


def describe_missing_id(case: Case, id_: str) -> str:
    """Return an id without a record, and whether a file for it exists."""
    return f"{id_} ({'has an error' if id_ in case.register.broken_ids else 'not in the register'})"


def list_ids_or_command(records: Sequence[Record], command: str) -> str:
    """Return the ids, or the command that lists them when there are many."""
    return ", ".join(record.id for record in records) if len(records) <= MAX_IDS else command


def limit_items(items: Sequence[str], limit: int = 4) -> list[str]:
    """Return the first items and how many more there are."""
    hidden_count = len(items) - limit
    return [*items[:limit], f"and {hidden_count} more"] if hidden_count > 1 else list(items)


def inferred_key() -> Paragraph:
    """Return the line that explains the mark of our interpretation."""
    return make_paragraph(f"{INFERRED_KEY}.", role="key")


def format_optional_date(value: date | None) -> str:
    """Return a day in full, or nothing."""
    return format_long_date(value) if value else ""


def format_short_date(value: date) -> str:
    """Return a day with its month shortened: *30 Sep 2022*."""
    return f"{value.day} {month_name(value.month)[:3]} {value.year}"


def shorten_text(text: str, limit: int = 44) -> str:
    """Return text on one line, cut after a word that still fits."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rpartition(' ')[0]} …".lstrip()
