"""Input of the editing commands: questions and their answers, and values as a record's file has them.

A wrong answer is asked again, so that the other answers are not lost.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TextIO

import typer

from p2ptrack.cli.terminal import terminal_style, write_notice, write_output
from p2ptrack.diagnostics import Problem, escape_control_characters, format_problem
from p2ptrack.errors import UsageError
from p2ptrack.model.kinds import Kind, Kinds
from p2ptrack.model.schema import FieldSpec, field_names, list_fields, record_field_specs
from p2ptrack.phrases import did_you_mean, join_words, quote
from p2ptrack.store import yaml
from p2ptrack.store.yaml.parser import YamlValue

# Values as a record's file has them.

_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")


def require_kind(word: str, kinds: Kinds) -> Kind:
    """Return the kind that a word means. Raises `UsageError` with the nearest when there is none."""
    kind = kinds.find(word)
    if kind is None:
        words = [known_kind.word for known_kind in kinds]
        raise UsageError(
            f"{quote(word)} is not a kind of record.{did_you_mean(word, words)} Use {join_words(words, 'or')}."
        )
    return kind


def parse_values(kind: Kind, values: Sequence[str]) -> dict[str, YamlValue]:
    """Return the fields that `--set` gives. A field given twice is a list. Raises `UsageError` for unknown fields."""
    fields: dict[str, YamlValue] = {}
    own_names = field_names(kind.model)
    known = {name: spec for name, spec in record_field_specs(kind.model.kinds).items() if spec.path[0] in own_names}
    for text in [part for value in values for part in _split_group(value, known)]:
        name, separator, value = text.partition("=")
        name = name.strip()
        if not separator or not value.strip():
            raise UsageError(f"{quote(text)} is not a field and a value. Write for example: --set target=2027-03-31")
        if name not in known:
            raise UsageError(f"{quote(name)} is not a field of {kind.plural}.{did_you_mean(name, known)}")
        value = clean_text(value)
        if name in fields:
            earlier = fields[name]
            fields[name] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            fields[name] = value
    return fields


def _split_group(text: str, known: Mapping[str, FieldSpec]) -> list[str]:
    """Return the fields of a group that is typed in braces, as files have it: `value={amount: 48000, vat: net}`."""
    name, _, value = text.partition("=")
    spec = known.get(name.strip())
    if spec is None or not spec.fields or spec.is_list or not value.strip().startswith("{"):
        return [text]
    group = (yaml.read(f"group: {value.strip()}\n".encode(errors="replace"), "").value or {}).get("group")
    if not isinstance(group, dict) or not all(isinstance(inner, str) for inner in group.values()):
        return [text]
    return [f"{spec.name}.{key}={inner}" for key, inner in group.items()]


def expand_short_forms(
    kind: Kind, fields: Mapping[str, YamlValue], written: Mapping[str, YamlValue]
) -> dict[str, YamlValue]:
    """Return the fields with a group's main field named in full, if another field of the group is set.

    With `value: 48000` in the file, `value.vat` alone would replace the amount.
    """
    expanded = dict(fields)
    groups = {spec.name: spec for spec in list_fields(kind.model) if spec.fields and not spec.is_list}
    for name in fields:
        group, separator, _ = name.partition(".")
        text = fields.get(group, written.get(group))
        if separator and group in groups and isinstance(text, str) and text:
            expanded.pop(group, None)
            expanded = {f"{group}.{groups[group].fields[0].name}": text, **expanded}
    return expanded


def nest_fields(fields: Mapping[str, YamlValue]) -> dict[str, YamlValue]:
    """Return fields such as `value.vat` as groups of fields, for the file of a new record."""
    nested: dict[str, YamlValue] = {}
    for name, value in fields.items():
        *groups, last = name.split(".")
        place = nested
        for group in groups:
            inner = place.get(group)
            if not isinstance(inner, dict):
                inner = place[group] = {}
            place = inner
        place[last] = value
    return nested


def clean_text(text: str) -> str:
    """Return a text with plain line ends and without empty lines around it.

    Text pasted from Word can have other line separators, which YAML does not accept.
    """
    lines = _LINE_END.split(text)
    while lines and not lines[0].strip():
        del lines[0]
    while lines and not lines[-1].strip():
        del lines[-1]
    return "\n".join(lines)


def keep_given(**values: str) -> dict[str, YamlValue]:
    """Return the values that were given."""
    return {name: value for name, value in values.items() if value}


_NAME = re.compile("[a-z_]+")


def ask(question: str) -> str:
    """Return the answer to a question. Enter alone is an empty answer."""
    answer: str = typer.prompt(question, default="", show_default=False)
    return answer.strip()


def ask_text(stream: TextIO | None = None) -> str:
    """Return lines that are typed, up to two empty ones in a row or the end of the input."""
    lines: list[str] = []
    for line in stream or sys.stdin:
        lines.append(line.rstrip("\n"))
        if lines[-2:] == ["", ""]:
            break
    return clean_text("\n".join(lines))


def ask_until_right(
    question: str, list_errors: Callable[[str], Sequence[str]], read: Callable[[str], str] = ask
) -> str:
    """Return an answer without errors, or an empty one. After errors, which are printed, it asks again."""
    while answer := read(question):
        errors = list_errors(answer)
        if not errors:
            break
        for error in errors:
            write_notice(error)
        write_notice("Your other answers are kept. Please answer this question again.")
    return answer


def describe_problems_of(problems: Iterable[Problem], name: str) -> list[str]:
    """Return the problems in a field with this name, in the record or in an entry of a list, as they are printed."""
    return [describe_problem(problem) for problem in problems if name in _NAME.findall(problem.field)]


def print_problems(problems: Iterable[Problem]) -> None:
    """Write problems to standard error."""
    for problem in problems:
        write_notice(describe_problem(problem))


def describe_problem(problem: Problem) -> str:
    """Return a problem as the terminal shows it."""
    return format_problem(problem, terminal_style().width)


def print_line(text: str) -> None:
    """Print text that may hold anything."""
    lines = (escape_control_characters(line) for line in text.split("\n"))
    write_output("".join(f"{line}\n" for line in lines).encode(), as_text=True)
