"""The council's contracts register: one table as it was imported, and the values of its cells.

The table is a copy from another system, so it is checked and never edited. A cell that cannot be read is kept as it is,
and only its value is missing. A contract has no decide-by date: that is computed (see `analysis/contracts`).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from p2ptrack.diagnostics import Location
from p2ptrack.model.advice import is_placeholder
from p2ptrack.model.dates import Anchors, CouncilDate, DateRejection, add_months, parse_date, parse_interpreted_date
from p2ptrack.model.fields import (
    DateField,
    ListOf,
    Model,
    Number,
    Text,
    Validator,
    field_error,
    optional,
    optional_list,
    require_text,
)
from p2ptrack.model.money import Money, MoneyField, MoneyPeriod, read_money
from p2ptrack.model.records import ExemptMarking
from p2ptrack.phrases import fold_text, join_words, quote, suggest, unique
from p2ptrack.values import compile_on_use, dataclass

CONTRACTS_FOLDER = "data/contracts"
CONTRACTS_PATH = f"{CONTRACTS_FOLDER}/contracts.csv"
CONTRACTS_SOURCE_PATH = f"{CONTRACTS_FOLDER}/source.yaml"
AS_PUBLISHED = "as_published"
FieldType = Literal["text", "date", "money", "duration", "flag"]


@dataclass(frozen=True, slots=True)
class ContractField:
    """A field that a column of the table can have: its name, its title, and how its cells are read."""

    name: str
    title: str
    description: str
    type: FieldType = "text"


CONTRACT_FIELDS = (
    ContractField("reference", "Reference", "The contract's reference, by which actions and exemptions name it."),
    ContractField("title", "Contract", "What the contract is called."),
    ContractField("description", "Description", "What is bought."),
    ContractField("supplier", "Supplier", "Who supplies it."),
    ContractField("supplier_id", "Supplier's number", "The supplier's company or charity number."),
    ContractField("directorate", "Directorate", "The directorate, department or service that it belongs to."),
    ContractField("owner", "Contract owner", "Who is responsible for the contract."),
    ContractField("start", "Start", "When it starts.", "date"),
    ContractField("end", "End", "When it ends, without extensions that are not taken up yet.", "date"),
    ContractField("latest_end", "End with extensions", "When it ends if every extension is taken up.", "date"),
    ContractField("extension", "Extension options", "For how long it may be extended.", "duration"),
    ContractField("review_by", "Review date", "When it is to be reviewed.", "date"),
    ContractField("notice", "Notice period", "How long before its end notice must be given.", "duration"),
    ContractField("term", "Term", "How long it runs."),
    ContractField("awarded_on", "Awarded on", "When it was awarded or signed.", "date"),
    ContractField("value", "Value", "What it is worth over its whole life.", "money"),
    ContractField("annual_value", "Value a year", "What it is worth each year.", "money"),
    ContractField("procedure", "Procedure", "How the supplier was chosen."),
    ContractField("category", "Category", "What sort of goods, services or works it is for, such as a CPV code."),
    ContractField("type", "Type", "Whether it is a contract, a framework agreement or a call-off."),
    ContractField("sme", "SME", "Whether the supplier is a small or medium-sized enterprise.", "flag"),
    ContractField("vcse", "VCSE", "Whether the supplier is a voluntary, community or social enterprise.", "flag"),
    ContractField("status", "Status", "Its status in the council's own register, such as Live."),
    ContractField("replaces", "Replaces", "The reference of the contract before it."),
    ContractField("notice_link", "Notice", "Where its notice is published."),
    ContractField("exempt", "Exempt", "Why the public may not see it: a paragraph of the law, or yes."),
)
"""The fields that columns of the table can have, in the order in which they are shown."""
FIELD_BY_NAME: Mapping[str, ContractField] = {field.name: field for field in CONTRACT_FIELDS}


def _validate_field_name(value: Any) -> str:
    text = require_text(value)
    if text in FIELD_BY_NAME or text == AS_PUBLISHED:
        return text
    words = (*FIELD_BY_NAME, AS_PUBLISHED)
    fix = f"Use {join_words(suggest(text, words) or words, 'or')}."
    raise field_error("S108", f"{quote(text)} is not a field of a contract.", fix)


ContractFieldName = Annotated[str, Validator(_validate_field_name)]


class ContractColumn(Model):
    """A column of the table, and the field that it is."""

    heading: Text = Field(title="Heading", description="The heading, as it is in the table.")
    field: ContractFieldName = Field(title="Field", description="What it is. as_published: kept, and not read.")


class ContractSource(Model):
    """The whole of `data/contracts/source.yaml`: the origin of the table, and the fields of its columns."""

    file: Text = Field(title="File", description="The file that was imported.")
    table: Text | None = optional("Table", "The worksheet or table in it.")
    dated: DateField | None = optional("Dated", "The date that the file itself states.")
    imported_on: DateField = Field(title="Imported on", description="When it was imported.")
    columns: ListOf[ContractColumn] = Field(title="Columns", description="The columns, from left to right.")

    @property
    def state_date(self) -> CouncilDate:
        """Return the date of the table: the date that the file states, otherwise that of its import."""
        return self.dated or self.imported_on


class LeadTime(Model):
    """How long it takes to put a new contract in place, for contracts of a value or a procedure."""

    months: Number = Field(title="Months", description="The months from the decision to the start of a new contract.")
    from_: MoneyField | None = Field(
        default=None,
        alias="from",
        title="From value",
        description="For contracts of at least this value. Without it, for those whose value is not known.",
    )
    procedure: Text | None = optional("Procedure", "Only for contracts whose procedure has these words.")


class ExemptContract(ExemptMarking):
    """A contract that is exempt wholly or in part. It also has the fields of an exemption from publication."""

    reference: Text = Field(title="Reference", description="The reference of the contract.")


class ContractSettings(Model):
    """Settings for the facts and the publication of contracts."""

    notice_months: Number = Field(
        default=0, title="Notice, months", description="The notice period of contracts that state none."
    )
    lead_times: ListOf[LeadTime] = optional_list(
        "Lead times", "How long it takes to put a new contract in place, by value and procedure."
    )
    ocid_prefix: Text | None = optional(
        "OCID prefix", "The prefix that the Open Contracting Partnership gave the council, such as ocds-abc123."
    )
    withheld: ListOf[ExemptContract] = optional_list(
        "Withheld contracts", "What the public may not see of contracts, by their references."
    )


# Lengths of time: notice periods, extensions and lead times.


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in calendar months and days."""

    months: int = 0
    days: int = 0

    def before(self, day: date) -> date:
        """Return the day that is this long before another. The month's last day counts where it has no such day."""
        return add_months(day, -self.months) - timedelta(self.days)

    def after(self, day: date) -> date:
        """Return the day that is this long after another."""
        return add_months(day, self.months) + timedelta(self.days)


_UNIT = r"(?P<unit>calendar months?|months?|mths?|mos?|years?|yrs?|weeks?|wks?|(?:working |calendar )?days?|[mydw])\b"
_NUMBER_WORDS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_NUMBER = rf"\b(?:\d{{1,4}}|{'|'.join(_NUMBER_WORDS)})"
_TIMES = compile_on_use(rf"(?P<times>{_NUMBER}) ?(?:x|\*|(?:further )?periods? of) ?(?P<number>{_NUMBER})[ -]?{_UNIT}")
_LENGTH = compile_on_use(rf"(?P<number>{_NUMBER})[ -]?{_UNIT}")
_SUM = compile_on_use(rf"\d{{1,2}}(?: ?\+ ?\d{{1,2}})+(?: ?{_UNIT})?")
_FILLING = compile_on_use(
    r"\b(?:up to|an?|of|with|the|options?|optional|to|extend|extension|for|further|additional|notice|written|minimum"
    r"|period|plus|by|in|annual|available|possible|from|either|party|both|total|maximum|max|min|and)\b|[()+,.;:&]"
)


def parse_duration(text: str, unit: str = "") -> Duration | None:
    """Return the length of time that a text states: `3 months`, `90 days`, `2 x 12 months`, `1+1`; None for any other.

    `unit` is that of a number alone, where the heading names one. Five working days count as seven. None for a sum of
    unequal parts, such as 3+1: it may include the term itself.
    """
    phrase = " ".join(fold_text(text).replace("month(s)", "months").replace("year(s)", "years").split())
    if match := _SUM.fullmatch(phrase):
        numbers = [int(number) for number in re.findall(r"\d+", phrase)]
        if len(set(numbers)) > 1:
            return None  # 3 + 1 + 1 usually begins with the term itself
        return _make_duration(sum(numbers), match["unit"] or unit or "years")
    if phrase.isdecimal() and len(phrase) <= len("9999"):
        return _make_duration(int(phrase), unit) if unit else None
    months = days = 0
    for pattern in (_TIMES, _LENGTH):
        for match in pattern.finditer(phrase):
            times = _read_number(match["times"]) if pattern is _TIMES else 1
            part = _make_duration(times * _read_number(match["number"]), match["unit"])
            months, days = months + part.months, days + part.days
        phrase = pattern.sub(" ", phrase)
    return Duration(months, days) if (months or days) and not _FILLING.sub("", phrase).strip(" -/") else None


def _read_number(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBER_WORDS.index(text) + 1


def _make_duration(number: int, unit: str) -> Duration:
    if unit.startswith("w") and not unit.startswith("working"):
        return Duration(days=7 * number)
    if "day" in unit or unit == "d":
        return Duration(days=-(-number * 7 // 5) if unit.startswith("working") else number)
    return Duration(months=number * 12 if unit.startswith("y") else number)


# Contracts: the values of the cells of a row.

ContractValue = str | CouncilDate | Money | Duration | bool


@dataclass(frozen=True, slots=True)
class CellIssue:
    """An error in a cell: its field, a sentence, and whether the cell has only a placeholder."""

    field: str
    message: str
    is_placeholder: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """A row of the table. `row` is its place in the table, `line` its line in the file.

    `values` are the values of its cells by field, `words` the same cells as they are written, and `published` the cells
    of columns without a field, by their headings. `withheld` are fields that an audience may not see.
    """

    reference: str
    row: int
    line: int
    values: Mapping[str, ContractValue] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, str] = field(default_factory=dict)
    issues: tuple[CellIssue, ...] = ()
    exempt: ExemptMarking | None = None
    withheld: frozenset[str] = frozenset()

    def get_text(self, name: str) -> str:
        """Return a text as it is written; nothing where none is stated or it cannot be read."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def get_date(self, name: str) -> CouncilDate | None:
        """Return a date; None where none is stated or it cannot be read."""
        value = self.values.get(name)
        return value if isinstance(value, CouncilDate) else None

    def get_money(self, name: str) -> Money | None:
        """Return an amount; None where none is stated or it cannot be read."""
        value = self.values.get(name)
        return value if isinstance(value, Money) else None

    def get_duration(self, name: str) -> Duration | None:
        """Return a length of time; None where none is stated or it cannot be read."""
        value = self.values.get(name)
        return value if isinstance(value, Duration) else None

    def is_unknown(self, *names: str) -> bool:
        """Whether one of these fields was withheld or could not be read, so that it may have a value."""
        return any(name in self.withheld or any(issue.field == name for issue in self.issues) for name in names)

    @property
    def name(self) -> str:
        """Return the name of the contract: its title, otherwise the beginning of its description."""
        return self.get_text("title") or self.get_text("description").partition("\n")[0]


@dataclass(frozen=True, slots=True)
class ContractTable:
    """The contracts register: its contracts in the order of the file, where it came from, and its text.

    `omitted` are the folded references of contracts that an audience may not see: only their number is printed.
    """

    contracts: tuple[Contract, ...] = ()
    source: ContractSource | None = None
    text: str = field(default="", repr=False, compare=False)
    omitted: tuple[str, ...] = field(default=(), repr=False)
    by_reference: Mapping[str, tuple[Contract, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        groups: dict[str, list[Contract]] = {}
        for contract in self.contracts:
            if contract.reference:
                groups.setdefault(fold_reference(contract.reference), []).append(contract)
        object.__setattr__(self, "by_reference", {key: tuple(group) for key, group in groups.items()})

    def find(self, reference: str) -> Contract | None:
        """Return the first contract with a reference, in any spelling."""
        return next(iter(self.by_reference.get(fold_reference(reference), ())), None)

    def with_exempt(self, entries: Iterable[ExemptContract]) -> Self:
        """Return the table with the exemptions of contracts in the programme added to those in its cells."""
        by_reference: dict[str, list[ExemptMarking]] = {}
        for entry in entries:
            by_reference.setdefault(fold_reference(entry.reference), []).append(entry)
        if not by_reference:
            return self
        contracts = (
            replace(contract, exempt=combine_exemptions([contract.exempt, *marks]))
            if (marks := by_reference.get(fold_reference(contract.reference)))
            else contract
            for contract in self.contracts
        )
        return replace(self, contracts=tuple(contracts))

    def find_column(self, name: str) -> int | None:
        """Return the place of the column of a field, from 0; None where the table has none."""
        columns = self.source.columns if self.source else ()
        return next((index for index, column in enumerate(columns) if column.field == name), None)

    def locate(self, contract: Contract, name: str) -> Location:
        """Return the place of a contract's cell in the file; of its row where the table has no such column, or no text.

        What an audience may see of a table has no text.
        """
        if not self.text:
            return Location(contract.line, 1, "")
        column = self.find_column(name)
        cells = list(_scan_row(self.text, contract.line))
        cell = cells[column] if column is not None and column < len(cells) else cells[0]
        starts = _list_line_starts(self.text)
        line = bisect_right(starts, cell.offset)
        excerpt = self.text[starts[line - 1] :].partition("\n")[0].rstrip("\r")
        width = len(cell.text.partition("\n")[0])
        return Location(line, cell.offset - starts[line - 1] + 1, excerpt, max(width, 1))


def combine_exemptions(exemptions: Iterable[ExemptMarking | None]) -> ExemptMarking | None:
    """Return one exemption that covers everything that several cover, until the last of them ends."""
    present = [exemption for exemption in exemptions if exemption is not None]
    if len(present) <= 1:
        return present[0] if present else None
    is_whole = not all(exemption.fields for exemption in present)
    has_end = all(exemption.until and exemption.until.latest for exemption in present)
    days = [exemption.until for exemption in present if exemption.until and exemption.until.latest]
    return ExemptMarking.model_construct(
        paragraph=unique(text for exemption in present for text in exemption.paragraph),
        fields=() if is_whole else unique(name for exemption in present for name in exemption.fields),
        until=max(days, key=lambda day: day.latest or date.min) if has_end else None,
        reason=next((exemption.reason for exemption in present if exemption.reason), None),
    )


def fold_reference(reference: str) -> str:
    """Return a reference for comparison: in lower case, without spaces."""
    return "".join(fold_text(reference).split())


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of the file and where its text begins."""

    text: str
    offset: int


class TableError(ValueError):
    """A file that is not a table. The arguments are the line from 1 and what is wrong with it."""


_CELL = compile_on_use(r'(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r?\n|\Z)')


def _scan_from(text: str, position: int) -> Iterator[tuple[TableCell, bool]]:
    """Yield each cell from a position on, and whether it is the last of its row. Raises `TableError`."""
    while True:
        match = _CELL.match(text, position)
        if match is None:
            raise TableError(text.count("\n", 0, position) + 1, "has a quotation mark that is not closed")
        is_quoted = match[1] is not None
        value = match[1].replace('""', '"') if is_quoted else match[2]
        yield TableCell(value, match.start() + is_quoted), match[3] != ","
        position = match.end()
        if position == len(text) and match[3] != ",":
            return


def scan_table(text: str) -> Iterator[tuple[int, list[TableCell]]]:
    """Yield each row of a CSV file with its line, from 1. Raises `TableError` for a file that is not CSV."""
    row: list[TableCell] = []
    line = first = 1
    for cell, is_last in _scan_from(text, 0) if text else ():
        row.append(cell)
        line += cell.text.count("\n")
        if is_last:
            yield first, row
            row, line = [], line + 1
            first = line


def _scan_row(text: str, line: int) -> Iterator[TableCell]:
    for cell, is_last in _scan_from(text, _list_line_starts(text)[line - 1]):
        yield cell
        if is_last:
            return


@lru_cache(maxsize=4)
def _list_line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def format_table(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV in UTF-8, a cell between quotation marks only where it needs them."""
    lines = (",".join(map(_quote_cell, row)) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _quote_cell(text: str) -> str:
    if not text or not re.search(r'[,"\r\n]|^\s|\s$', text):
        return text
    return '"' + text.replace('"', '""') + '"'


def read_contract_table(text: str, source: ContractSource, anchors: Anchors) -> ContractTable:
    """Return the contracts in the rows of a file.

    Raises `TableError` where they do not fit the columns of its source.
    """
    rows = scan_table(text)
    _, header = next(rows, (1, []))
    headings = [" ".join(column.heading.split()) for column in source.columns]
    if [" ".join(cell.text.split()) for cell in header] != headings:
        raise TableError(1, "has headings that differ from those in source.yaml")
    contracts = []
    for number, (line, cells) in enumerate(rows):
        if len(cells) != len(headings):
            raise TableError(line, f"has {len(cells)} cells, but the header has {len(headings)}")
        contracts.append(_read_row(number, line, [cell.text for cell in cells], source.columns, anchors))
    return ContractTable(tuple(contracts), source, text)


def _read_row(
    row: int, line: int, cells: Sequence[str], columns: Sequence[ContractColumn], anchors: Anchors
) -> Contract:
    values: dict[str, ContractValue] = {}
    words: dict[str, str] = {}
    published: dict[str, str] = {}
    issues: list[CellIssue] = []
    for column, cell in zip(columns, cells, strict=True):
        if column.field == AS_PUBLISHED:
            published |= {column.heading: cell} if cell.strip() else {}
        elif cell.strip() and column.field not in words:
            words[column.field] = cell
            result = read_cell(FIELD_BY_NAME[column.field], cell.strip(), column.heading, anchors)
            if isinstance(result, CellIssue):
                issues.append(result)
            else:
                values[column.field] = result
    reference = values.get("reference")
    exempt = _read_exempt(words.get("exempt", ""))
    name = reference if isinstance(reference, str) else ""
    return Contract(name, row, line, values, words, published, tuple(issues), exempt)


_NOT_EXEMPT = frozenset({
    *("no", "n", "false", "none", "n/a", "na", "not applicable", "public", "open", "0", "-", "not exempt"),
})  # fmt: skip


def _read_exempt(text: str) -> ExemptMarking | None:
    """Return the exemption that a cell states. Any text except a *no* exempts the contract, to be safe."""
    if not text.strip() or fold_text(text).strip(" .") in _NOT_EXEMPT:
        return None
    numbers = re.findall(r"\d{1,2}", text)
    return ExemptMarking(paragraph=tuple(numbers), reason=text.strip())


def read_cell(contract_field: ContractField, text: str, heading: str, anchors: Anchors) -> ContractValue | CellIssue:
    """Return the value of a cell, or its error. *No extension* and *no notice* are durations of zero."""
    name = contract_field.name
    if contract_field.type == "date" and _ROLLING.fullmatch(text):
        parsed = parse_interpreted_date(text, "ongoing", anchors)
        return parsed if isinstance(parsed, CouncilDate) else CellIssue(name, parsed.message)
    if contract_field.type == "duration" and fold_text(text).strip(" .") in _NO_DURATION:
        return Duration()
    if is_placeholder(text):
        return CellIssue(name, f"{quote(text)} is a placeholder.", is_placeholder=True)
    return _read_value(contract_field, text, heading, anchors)


def _read_value(contract_field: ContractField, text: str, heading: str, anchors: Anchors) -> ContractValue | CellIssue:
    name = contract_field.name
    match contract_field.type:
        case "date":
            parsed = parse_date(_MIDNIGHT.sub("", " ".join(text.split())), anchors)  # exports add a time of midnight
            return CellIssue(name, parsed.message) if isinstance(parsed, DateRejection) else parsed
        case "money":
            return _read_money(name, text, heading)
        case "duration":
            length = parse_duration(text, _find_unit(heading))
            return length or CellIssue(name, f"{quote(text)} is not a length of time such as 3 months.")
        case "flag":
            word = fold_text(text).strip(" .")
            is_word = word in _YES or word in _NO
            return word in _YES if is_word else CellIssue(name, f"{quote(text)} is neither yes nor no.")
        case "text":
            return _read_supplier(text) if name == "supplier" else text


_NOTICE_SUPPLIER = compile_on_use(r"\[([^|\]]+)\|[^\]]*\]")


def _read_supplier(text: str) -> str:
    """Return the names in a cell, which Contracts Finder writes with addresses: `[Name|Street|…]`."""
    names = _NOTICE_SUPPLIER.findall(text)
    return "; ".join(name.strip() for name in names) if names else text


_NO_DURATION = frozenset({
    *("no", "none", "nil", "0", "n/a", "na", "no extension", "no extensions", "not applicable", "-"),
})  # fmt: skip
_YES = frozenset({"yes", "y", "true", "1", "sme", "vcse", "small", "medium", "micro", "small or medium", "voluntary"})
_NO = frozenset({"no", "n", "false", "0", "large", "not an sme", "not a vcse", "non-sme", "non sme", "other"})
_MIDNIGHT = compile_on_use(r"[T ]0{1,2}:00(?::00(?:\.0+)?)?(?: ?(?:Z|UTC|GMT|\+00:?00|am))?$", re.IGNORECASE)
_ROLLING = compile_on_use(
    r"(?:rolling|evergreen|perpetual|open[ -]?ended|no end date|until terminated|continuous|on ?going|indefinite(?:ly)?"
    r"|(?:annual(?:ly)?|monthly) rolling|rolling (?:annual|monthly|contract)|auto(?:matic)?[ -]renew(?:al|s)?)[ .]*",
    re.IGNORECASE,
)


_EITHER_PERIOD = compile_on_use(r"\bor\b.*\bannual|\bannual\b.*\bor\b")
"""A heading that does not show the period of the amount, such as that of the transparency code."""
_DECIMALS = compile_on_use(r"(?<![\d.,])(\d+(?:,\d{3})*)\.(\d+)(?![\d.,])")


def _read_money(name: str, text: str, heading: str) -> Money | CellIssue:
    """Read an amount. Databases write more or fewer than two decimals. Only zeros are dropped."""
    rounded_text = _DECIMALS.sub(_round_decimals, text)
    heading = "" if _EITHER_PERIOD.search(fold_text(heading)) else heading
    fields = read_money(rounded_text, heading)
    if fields is None:
        return CellIssue(name, f"{quote(text)} is not an exact amount of money.")
    if name == "annual_value":
        if fields.get("period") == MoneyPeriod.WHOLE_LIFE:
            return CellIssue(name, f"{quote(text)} is for the whole contract, but the column is for each year.")
        fields["period"] = MoneyPeriod.YEAR.value
    return Money.model_validate(fields)


def _round_decimals(match: re.Match[str]) -> str:
    value = Decimal(f"0.{match[2]}")
    return f"{match[1]}.{match[2][:2]:0<2}" if value == round(value, 2) else match[0]


def _find_unit(heading: str) -> str:
    match = re.search(r"\b(months?|mths?|years?|yrs?|weeks?|wks?|days?)\b", fold_text(heading))
    return match[1] if match else ""
