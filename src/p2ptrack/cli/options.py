"""Options that several commands share, their shell completions, and the messages for wrong usage.

A completion reads as little as it can and never fails: where there is no register, or one with errors, it offers
nothing. Values and descriptions come from files that anybody may have written and are evaluated by the shell, so only
plain characters get through.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import MISSING, is_dataclass
from datetime import UTC, date, datetime
from functools import cache, wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from typer import Argument, Context, Option, TyperException

from p2ptrack.analysis.redaction import Audience
from p2ptrack.errors import UsageError
from p2ptrack.formats import FORMATS, QUERY_FORMATS, Format
from p2ptrack.phrases import did_you_mean, join_words, quote, unique
from p2ptrack.values import compile_on_use, dataclass

if TYPE_CHECKING:
    from p2ptrack.model.dates import CouncilDate, DateRejection
    from p2ptrack.model.programme import Meeting

Suggestions = list[tuple[str, str]]
"""Pairs of a value and its description."""
Completion = Callable[[Context, str], Suggestions]

COMPLETION_VARIABLE = "_P2PTRACK_COMPLETE"
"""Set by the scripts that `--install-completion` writes when the shell asks for completions."""
_MAX_DESCRIPTION_LENGTH = 60
_MAX_HEAD_LENGTH = 4096
_MAX_DAYS_DIGITS = 6
_PLAIN_VALUE = compile_on_use(r"@?[\w.,-]+", re.ASCII)
_NOT_PLAIN = compile_on_use(r"[^A-Za-z0-9 .,-]+")
_ID_LINE = compile_on_use(r"^id:[ \t]*['\"]?([\w.-]+)", re.MULTILINE)
_TITLE_LINE = compile_on_use(r"^title:[ \t]*(.+)$", re.MULTILINE)


def offer(find: Completion) -> Completion:
    """Turn a function that finds values into a completion: with plain characters only, and empty if it fails."""

    def complete(ctx: Context, incomplete: str) -> Suggestions:
        with suppress(Exception):
            return [
                (value, _NOT_PLAIN.sub(" ", description)[:_MAX_DESCRIPTION_LENGTH].strip())
                for value, description in find(ctx, incomplete)
                if _PLAIN_VALUE.fullmatch(value)
            ]
        return []

    return complete


def _names(names: Iterable[str]) -> Suggestions:
    return [(name, "") for name in names]


def complete_choices(*names: str) -> Completion:
    """Return a completion that always offers these names."""
    return offer(lambda _ctx, _incomplete: _names(names))


def _find_root(ctx: Context) -> Path:
    from p2ptrack.store.folder import find_root

    root: Any = ctx.params.get("root")
    return find_root(Path(root) if root else None, Path.cwd())


@offer
def complete_records(ctx: Context, incomplete: str) -> Suggestions:
    """Return the ids of records with their titles, from the first lines of each file without parsing it.

    Only files are read whose names begin with what was typed: the name of a file begins with its id.
    """
    from p2ptrack.store.folder import FolderSource, list_record_files

    root = _find_root(ctx)
    suggestions = []
    typed = incomplete.casefold()
    paths = (file.path for file in list_record_files(FolderSource(root), _find_kinds(ctx))[0])
    for path in (path for path in paths if path.rpartition("/")[2].casefold().startswith(typed)):
        with suppress(OSError), (root / path).open(encoding="utf-8", errors="replace") as stream:
            head = stream.read(_MAX_HEAD_LENGTH)
            if id_line := _ID_LINE.search(head):
                title_line = _TITLE_LINE.search(head)
                suggestions.append((id_line[1], title_line[1] if title_line else ""))
    return suggestions


@offer
def complete_meetings(ctx: Context, _incomplete: str) -> Suggestions:
    """Return the ids of the programme's meetings with their dates."""
    return [(meeting.id, f"{meeting.body}, {meeting.date.to_text()}") for meeting in _load_programme(ctx).meetings]


@offer
def complete_papers(ctx: Context, _incomplete: str) -> Suggestions:
    """Return the papers of the programme, and the reports that papers are made with."""
    from p2ptrack.reports import REPORTS

    with suppress(Exception):
        return _names({**dict.fromkeys(_load_programme(ctx).reports), **dict.fromkeys(REPORTS)})
    return _names(REPORTS)


def _load_programme(ctx: Context) -> Any:
    from p2ptrack.store.folder import FolderSource
    from p2ptrack.store.loader import load_programme

    return load_programme(FolderSource(_find_root(ctx)))


def _find_kinds(ctx: Context) -> Any:
    """Return the kinds of record of the register here; those of every register where there is none."""
    from p2ptrack.model.kinds import KINDS

    with suppress(Exception):
        return _load_programme(ctx).kinds
    return KINDS


@offer
def complete_kinds(ctx: Context, _incomplete: str) -> Suggestions:
    """Return the kinds of record."""
    return _names(kind.word for kind in _find_kinds(ctx))


@offer
def complete_terms(ctx: Context, incomplete: str) -> Suggestions:
    """Return the kinds of record, and the saved lists as they are typed: `@late`.

    Bash treats the @ as a word of its own, and replaces only the text after it.
    """
    typed: Any = ctx.params.get("terms") or ()
    views: dict[str, str] = _load_programme(ctx).views
    if typed and typed[-1] == "@":
        return list(views.items())
    is_bash = os.environ.get(COMPLETION_VARIABLE, "").endswith("bash")
    saved = [(f"@{name}", words) for name, words in views.items() if not (is_bash and incomplete == "@")]
    return [*_names(kind.word for kind in _find_kinds(ctx)), *saved]


@offer
def complete_statuses(_ctx: Context, _incomplete: str) -> Suggestions:
    """Return the words for a status."""
    from p2ptrack.model.fields import Status

    return _names(status.value for status in Status)


@offer
def complete_registers(_ctx: Context, _incomplete: str) -> Suggestions:
    """Return the registers that come with p2ptrack."""
    from p2ptrack.store.templates import list_packaged_registers

    return _names(list_packaged_registers())


@offer
def complete_schemas(ctx: Context, _incomplete: str) -> Suggestions:
    """Return the kinds of file and the answers that have a schema."""
    from p2ptrack.queries.answer_schemas import ANSWERS

    return _names([*(kind.word for kind in _find_kinds(ctx)), "programme", *ANSWERS])


@offer
def complete_fields(ctx: Context, _incomplete: str) -> Suggestions:
    """Return the top-level fields of records with their titles."""
    return [(name, title) for name, title in _list_fields(ctx) if "." not in name]


@offer
def complete_columns(ctx: Context, incomplete: str) -> Suggestions:
    """Return fields and facts for the last name of a list that is separated by commas."""
    from p2ptrack.analysis.facts import FACT_NAMES

    typed = incomplete[: incomplete.rfind(",") + 1]
    names = [*_list_fields(ctx), ("kind", "Kind"), ("path", "File"), *_names(FACT_NAMES)]
    return [(typed + name, title) for name, title in names]


def _list_fields(ctx: Context) -> Suggestions:
    from p2ptrack.model.schema import record_field_specs

    return [(name, spec.title) for name, spec in record_field_specs(_find_kinds(ctx)).items()]


def expand_options(command: Callable[..., int]) -> Callable[..., int]:
    """Return a command as Typer takes it: each option of a parameter that is a dataclass is a parameter of its own."""
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    parameters: list[Parameter] = []
    for parameter in signature(command).parameters.values():
        if parameter.name in groups:
            group = groups[parameter.name]
            for name, hint in _list_option_hints(group):
                default = group.__dataclass_fields__[name].default
                default = Parameter.empty if default is MISSING else default
                parameters.append(Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=hint))
        else:
            parameters.append(parameter.replace(annotation=hints[parameter.name]))

    @wraps(command)
    def run(**values: Any) -> int:
        for name, group in groups.items():
            values[name] = group(**{field: values.pop(field) for field, _ in _list_option_hints(group)})
        return command(**values)

    expanded: Any = run
    expanded.__signature__ = Signature(parameters)
    return run


@cache
def _list_option_hints(group: type) -> list[tuple[str, Any]]:
    """Return the fields of a dataclass that are options with their types: its own come before those of its base."""
    hints = get_type_hints(group, include_extras=True)
    names = unique(name for base in group.__mro__ for name in vars(base).get("__annotations__", ()))
    return [(name, hints[name]) for name in names if hasattr(hints[name], "__metadata__")]


def option(flag: str, metavar: str, text: str, completion: Completion | None = None, envvar: str | None = None) -> Any:
    """Return an option that takes a value; `metavar` names the value in the help."""
    return Option(flag, metavar=metavar, help=text, autocompletion=completion, envvar=envvar, readable=False)


def switch(flag: str, text: str) -> Any:
    """Return an option that is on or off."""
    return Option(flag, metavar="", help=text)


def argument(metavar: str, text: str, completion: Completion | None = None) -> Any:
    """Return an argument; `metavar` names it in the help."""
    # A file that cannot be read is a problem with a place and a fix, not a usage error.
    return Argument(metavar=metavar, help=text, autocompletion=completion, readable=False)


_ROOT_HELP = "Folder of the register (default: this folder or the nearest parent that has one)."
_AS_OF_HELP = "Calculate the position at this date, such as 2023-03-31, or at a meeting (default: today)."
_AT_HELP = "Use the register as it was at a commit, a tag, a date or a meeting."
RootOption = Annotated[Path | None, option("--root", "DIR", _ROOT_HELP, envvar="P2PTRACK_ROOT")]
AsOfOption = Annotated[str | None, option("--as-of", "DATE", _AS_OF_HELP, complete_meetings)]
AtOption = Annotated[str | None, option("--at", "WHEN", _AT_HELP, complete_meetings)]
FormatOption = Annotated[
    str, option("--format", "FORMAT", f"Print as {join_words(QUERY_FORMATS, 'or')}.", complete_choices(*QUERY_FORMATS))
]
AUDIENCES = tuple(audience.value for audience in Audience)
_AUDIENCE_HELP = "Who the answer is for: public, members or officers. A public answer has nothing exempt and no notes."
AudienceOption = Annotated[str, option("--audience", "AUDIENCE", _AUDIENCE_HELP, complete_choices(*AUDIENCES))]
FailOption = Annotated[bool, switch("--fail", "Exit with 1 if a record could not be read in full.")]
FailPastOption = Annotated[bool, switch("--fail", "Exit with 1 if a saved version could not be read in full.")]
YesOption = Annotated[bool, switch("--yes", "Ask no questions.")]
_STATUS_HELP = "The new status, in the council's own word or p2ptrack's."
_CLOSED_HELP = "How it is closed (default: complete)."
_MEETING_HELP = "The meeting that it is reported to."
_KIND_HELP = "The kind of record that the rows are (default: what the headings suggest)."
_MAP_HELP = "A file that says which field each heading means. Each import saves one in the folder imports."
_OVERWRITE_HELP = "Also import cells whose value has changed in the register since the workbook was exported."
_SOURCE_HELP = "The id of the document in the programme. A new id is added to the programme."
PAPERS_HELP = "Papers of the programme, or reports"
FORMATS_HELP = f"Produce {join_words(tuple(FORMATS), 'or')}. Repeat it for more than one"
_PAPER_MEETING_HELP = "The meeting that the paper is for (default: the next one)."
_PAPER_AUDIENCE_HELP = f"Who the paper is for: {join_words(AUDIENCES, 'or')}. A public paper shows nothing exempt."
_SITE_PAPERS_HELP = "The folder with the published papers to copy into the site (default: build)."
RecordArgument = Annotated[str, argument("ID", "The id of a record, for example A01.", complete_records)]


@dataclass(frozen=True, slots=True)
class RegisterOptions:
    """Which register to read, the date to calculate the position at, the version to read, and for whom, as typed."""

    root: RootOption = None
    as_of: AsOfOption = None
    at: AtOption = None
    audience: str = Audience.OFFICERS.value

    def to_text(self) -> str:
        """Return the options that select the register and its date, as they can be typed again.

        A register named by `P2PTRACK_ROOT` needs no option.
        """
        root = self.root if self.root and str(self.root) != os.environ.get("P2PTRACK_ROOT") else None
        values = {"--root": root, "--at": self.at, "--as-of": self.as_of}
        return " ".join(f"{name} {shlex.quote(str(value))}" for name, value in values.items() if value)


@dataclass(frozen=True, slots=True)
class AudienceOptions(RegisterOptions):
    """Which register to read, and for whom."""

    audience: AudienceOption = Audience.OFFICERS.value


@dataclass(frozen=True, slots=True)
class PastOptions(AudienceOptions):
    """Which history to read, up to which version, and for whom. It has no option for a position date."""

    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """Which register to change. Questions are asked in a terminal only, and not with `yes`."""

    root: RootOption = None
    as_of: AsOfOption = None
    yes: bool = False

    @property
    def register(self) -> RegisterOptions:
        """Return which register to change, and the date to calculate the position at."""
        return RegisterOptions(self.root, self.as_of)

    @property
    def can_ask(self) -> bool:
        """Whether questions can be asked."""
        return not self.yes and sys.stdin.isatty() and sys.stdout.isatty()


@dataclass(frozen=True, slots=True)
class EditOptions(ChangeOptions):
    """What to do with a change of a record."""

    dry_run: Annotated[bool, switch("--dry-run", "Show the change and save nothing.")] = False
    yes: YesOption = False
    commit: Annotated[bool, switch("--commit", "Also commit the file in git, and no other.")] = False


@dataclass(frozen=True, slots=True)
class ImportOptions(ChangeOptions):
    """What to import and how, as typed."""

    kind: Annotated[str, option("--kind", "KIND", _KIND_HELP, complete_kinds)] = ""
    map_path: Annotated[Path | None, option("--map", "FILE", _MAP_HELP)] = None
    table: Annotated[int | None, option("--table", "NUMBER", "Import this table or worksheet only, from 1.")] = None
    worksheet: Annotated[str, option("--sheet", "NAME", "Import this worksheet only.")] = ""
    source: Annotated[str, option("--source", "ID", _SOURCE_HELP)] = ""
    overwrite: Annotated[bool, switch("--overwrite", _OVERWRITE_HELP)] = False
    dry_run: Annotated[bool, switch("--dry-run", "Show what would be imported and save nothing.")] = False
    yes: YesOption = False

    @property
    def tracker_flags(self) -> list[str]:
        """Return the options that were given and are for trackers only, by their names."""
        values = (self.kind, self.map_path, self.table, self.worksheet, self.source)
        names = ("--kind", "--map", "--table", "--sheet", "--source")
        return [name for name, value in zip(names, values, strict=True) if value]


@dataclass(frozen=True, slots=True)
class UpdateAnswers:
    """The options of `update`."""

    text: Annotated[str, option("--text", "TEXT", "What has happened. Write - to read it from standard input.")] = ""
    date: Annotated[str, option("--date", "DATE", "When it was reported (default: today).")] = ""
    status: Annotated[str, option("--status", "STATUS", _STATUS_HELP, complete_statuses)] = ""
    by: Annotated[str, option("--by", "POST", "Who reports it: a post, not a name.")] = ""
    meeting: Annotated[str, option("--meeting", "MEETING", _MEETING_HELP, complete_meetings)] = ""


@dataclass(frozen=True, slots=True)
class ExtensionAnswers:
    """The options of `extend`."""

    target: Annotated[str, argument("DATE", "The new target date, for example 30 June 2027.")]
    reason: Annotated[str, option("--reason", "REASON", "Why the target date changes.")] = ""
    category: Annotated[str, option("--category", "CATEGORY", "The kind of reason, for example supplier.")] = ""
    requested_by: Annotated[str, option("--requested-by", "POST", "Who requests it: a post, not a name.")] = ""
    approved_by: Annotated[str, option("--approved-by", "POST", "Who approved it. Otherwise it is a request.")] = ""
    meeting: Annotated[str, option("--meeting", "MEETING", "The meeting that approved it.", complete_meetings)] = ""
    minute: Annotated[str, option("--minute", "NUMBER", "The number of the minute.")] = ""


@dataclass(frozen=True, slots=True)
class ClosureAnswers:
    """The options of `close`."""

    status: Annotated[str, option("--status", "STATUS", _CLOSED_HELP, complete_statuses)] = ""
    on: Annotated[str, option("--on", "DATE", "When it was done or decided (default: today).")] = ""
    evidence: Annotated[str, option("--evidence", "TITLE", "What shows that it was done.")] = ""
    link: Annotated[str, option("--link", "URL", "Where the evidence is.")] = ""
    verified_by: Annotated[str, option("--verified-by", "POST", "Who checked it: a post, not a name.")] = ""
    decided_by: Annotated[str, option("--decided-by", "POST", "Who decided to close it: a post or a body.")] = ""
    meeting: Annotated[str, option("--meeting", "MEETING", "The meeting that decided.", complete_meetings)] = ""
    reason: Annotated[str, option("--reason", "REASON", "Why it is closed.")] = ""
    superseded_by: Annotated[list[str] | None, option("--superseded-by", "ID", "A record that replaces it.")] = None
    continuing_owner: Annotated[str, option("--continuing-owner", "POST", "Who continues it: a post, not a name.")] = ""


@dataclass(frozen=True, slots=True)
class PaperOptions(RegisterOptions):
    """Which papers to produce, in which formats, where, for which meeting and for whom, as typed."""

    reports: Annotated[
        list[str] | None, argument("REPORT", "Papers of the programme, or reports.", complete_papers)
    ] = None
    all_papers: Annotated[bool, switch("--all", "Produce every paper of the programme.")] = False
    format_names: Annotated[
        list[str] | None, option("--format", "FORMAT", f"{FORMATS_HELP} (default: html).", complete_choices(*FORMATS))
    ] = None
    output: Annotated[str, option("--output", "PATH", "Write to a file or a folder, or - for standard output.")] = ""
    meeting: Annotated[str, option("--meeting", "ID", _PAPER_MEETING_HELP, complete_meetings)] = ""
    audience: Annotated[str, option("--audience", "AUDIENCE", _PAPER_AUDIENCE_HELP, complete_choices(*AUDIENCES))] = (
        Audience.PUBLIC.value
    )
    allow_problems: Annotated[
        bool, switch("--allow-problems", "Produce papers although the register has errors. The papers say so.")
    ] = False
    attach_data: Annotated[bool, switch("--attach-data", "Attach the data of the paper to its PDF as a JSON file.")] = (
        False
    )
    allow_slow: Annotated[
        bool, switch("--allow-slow", "Let the templates of the register take as much time and memory as they need.")
    ] = False

    @property
    def formats(self) -> tuple[Format, ...]:
        """Return the formats, each once. Raises `UsageError` for an unknown name."""
        return tuple(FORMATS[name] for name in parse_formats(self.format_names or ["html"]))


@dataclass(frozen=True, slots=True)
class SiteOptions(RegisterOptions):
    """Which register to make a site of, the folders for the site and with published papers, and what is allowed."""

    folder: Annotated[Path | None, argument("DIR", "The folder for the site (default: build/site).")] = None
    papers: Annotated[Path | None, option("--papers", "DIR", _SITE_PAPERS_HELP)] = None
    force: Annotated[
        bool,
        switch("--force", "Replace a site that was changed after it was made, or that belongs to another register."),
    ] = False
    allow_problems: Annotated[
        bool, switch("--allow-problems", "Make the site although the register has errors. The first page says so.")
    ] = False


def parse_formats(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of formats of papers, each once. Raises `UsageError` for an unknown one."""
    return unique(require_choice(name, tuple(FORMATS), "format") for name in names)


def parse_query_format(name: str) -> Format:
    """Return the format of an answer. Raises `UsageError` for an unknown name."""
    return FORMATS[require_choice(name, QUERY_FORMATS, "format")]


def parse_audience(name: str) -> Audience:
    """Return the audience of an answer or a paper. Raises `UsageError` for an unknown one."""
    return Audience(require_choice(name, AUDIENCES, "audience"))


def require_choice(name: str, choices: Sequence[str], noun: str) -> str:
    """Return the name if it is one of the choices. Raises `UsageError` with the nearest and all of them."""
    if name in choices:
        return name
    article = "an" if noun[0] in "aeiou" else "a"
    raise UsageError(
        f"{quote(name)} is not {article} {noun}.{did_you_mean(name, choices)} Use {join_words(choices, 'or')}."
    )


def parse_days(text: str, option: str) -> int:
    """Return a whole number of days. Raises `UsageError` for anything else."""
    if text.isascii() and text.isdecimal() and len(text) <= _MAX_DAYS_DIGITS:
        return int(text)
    raise UsageError(f"{option} needs a whole number of days, for example: {option} 30. {quote(text)} is not one.")


def resolve_date(text: str | None, list_meetings: Callable[[], Iterable[Meeting]] = tuple) -> date:
    """Return the date of `--as-of`: a single day as a record may hold it, *today*, *now*, or a meeting's.

    Without one it is today. The only place where the clock is read. Raises `UsageError` for anything else.
    """
    if text is None or text.strip().casefold() in {"today", "now"}:
        return datetime.now(tz=UTC).astimezone().date()
    from p2ptrack.model.dates import parse_date

    parsed = parse_date(text)
    day = _get_single_day(parsed)
    if day is not None:
        return day
    from p2ptrack.model.register import format_meeting_title
    from p2ptrack.phrases import fold_text

    for meeting in list_meetings():
        if fold_text(text) in {fold_text(meeting.id), fold_text(format_meeting_title(meeting))}:
            meeting_day = _get_single_day(meeting.date)
            if meeting_day is None:
                raise UsageError(
                    f"The meeting {meeting.id} has no single day ({meeting.date.to_text()}). {_AS_OF_ADVICE}"
                )
            return meeting_day
    raise UsageError(_explain_position_date(text, parsed))


_AS_OF_ADVICE = "Fix: Write one day after --as-of, for example 2023-03-31. For today, leave --as-of out."


_SUGGESTED_DAY = compile_on_use(r"Write ([0-9]{1,2} [A-Z][a-z]+ [0-9]{4})\b")


def _get_single_day(parsed: CouncilDate | DateRejection) -> date | None:
    """Return the day of a date that is a single one."""
    earliest, latest = (getattr(parsed, name, None) for name in ("earliest", "latest"))
    return latest if earliest == latest else None


def _explain_position_date(text: str, parsed: CouncilDate | DateRejection) -> str:
    """Return what is wrong with the date of `--as-of`. Advice on records does not help on the command line."""
    from p2ptrack.model.dates import DateRejection, parse_date

    if not text.strip():
        return f"--as-of has no date. {_AS_OF_ADVICE}"
    if not isinstance(parsed, DateRejection):
        return f"--as-of needs a single day, for example 2023-03-31 or 31 March 2023. {quote(text)} is not one."
    suggested = _SUGGESTED_DAY.match(parsed.fix)
    day = _get_single_day(parse_date(suggested[1])) if suggested else None
    return f"--as-of {text}: {parsed.message} {f'Fix: Write --as-of {day.isoformat()}' if day else _AS_OF_ADVICE}"


_UNEXPECTED_WORDS = compile_on_use(r"Got unexpected extra arguments? ?\(s?\)? ?\((.*)\)")
_MISSING_ARGUMENT = compile_on_use(r"Missing argument '?(.*?)'?\.$")
_UNKNOWN_COMMAND = compile_on_use(r"No such command '(.*)'\.$")
_ARGUMENT_NOUNS = {"ID": "record"}
"""What an argument is called in a sentence, where that is not its placeholder in the help."""


def describe_usage_error(error: TyperException) -> str:
    """Return a sentence about a usage error, and where to read more."""
    context: Any = getattr(error, "ctx", None)
    message = error.format_message()
    if context is not None and (missing := _MISSING_ARGUMENT.match(message)):
        noun = _ARGUMENT_NOUNS.get(missing[1], missing[1].casefold())
        return f"Say which {noun}, for example: {_make_example(context, missing[1])}"
    command = context.command_path if context is not None else "p2ptrack"
    return f"{_describe_message(error, message, context)} See: {command} --help"


def _make_example(context: Any, missing: str) -> str:
    """Return the first example of a command's help. An id in it is one of the register at hand, if there is any.

    Such a command can be pasted, so it has no options of the example: they would save invented data.
    """
    example: str = context.command.epilog.splitlines()[1].strip()
    words = shlex.split(example)
    place = len(context.command_path.split())
    if missing == "ID":
        suggestions = complete_records(context, words[place][:1]) or complete_records(context, "")
    elif missing == "DATE":
        suggestions = [(str(context.params.get("id_") or words[place]), "")]
    elif missing == "MEETING":
        suggestions = complete_meetings(context, "")[-1:]
    else:
        return example
    if not suggestions:
        return example
    words[place] = suggestions[0][0]
    return shlex.join(words[: next((index for index, word in enumerate(words) if word.startswith("--")), None)])


def _describe_message(error: TyperException, message: str, context: Any) -> str:
    option = getattr(error, "option_name", None)
    if option and "requires an argument" in message:
        return f"{option} needs a value after it."
    if option and context is not None:
        name = option if option.startswith("-") else f"--{option}"
        options = [name for parameter in context.command.get_params(context) for name in parameter.opts]
        return f"{name} is not an option of {context.command_path}.{did_you_mean(name, options)}"
    if context is not None and (unknown := _UNKNOWN_COMMAND.match(message)):
        return (
            f"{quote(unknown[1])} is not a command.{did_you_mean(unknown[1], context.command.list_commands(context))}"
        )
    if unexpected := _UNEXPECTED_WORDS.match(message):
        return f"{quote(unexpected[1])} is not expected here."
    return _end_sentence(message)


def _end_sentence(message: str) -> str:
    return message if message.endswith((".", "?")) else f"{message}."
