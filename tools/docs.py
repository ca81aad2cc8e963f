"""Write the documentation that is generated from the code: `make docs`. A test holds docs/ to what this makes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.cli.check import load_catalogue
from p2ptrack.model.editor_schema import JsonSchema, build_editor_schema
from p2ptrack.model.fields import Model
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.programme import Programme
from p2ptrack.queries.answer_schemas import ANSWERS, build_answer_schema
from tools import command_page, date_page, field_page, filter_page, man_page

if TYPE_CHECKING:
    from p2ptrack.cli.check import CatalogueEntry


DOCS = Path(__file__).resolve().parent.parent / "docs"

PROBLEMS = """\
# Problems that p2ptrack check reports

You cannot produce papers until every error is fixed. Warnings and notes are for you to judge. If a rule does not suit
your council, turn it off under `policy` in `data/programme.yaml`, with a reason.

Only `p2ptrack check --history` reports codes that begin with H. These rules compare the register with its saved
versions (commits), and they need the whole history of the branch.

"""

PARTS = {"D": "Files and folders", "Y": "YAML", "S": "Records and fields"}
"""Headings by the first letter of a code. All other letters are rules."""

RULES = "Rules"


def problems() -> str:
    """Return the page of all problem codes, by part of the program."""
    parts: dict[str, list[CatalogueEntry]] = {heading: [] for heading in (*PARTS.values(), RULES)}
    for entry in load_catalogue().values():
        parts[PARTS.get(entry.code[0], RULES)].append(entry)
    return PROBLEMS + "\n".join(block for heading, entries in parts.items() for block in _part(heading, entries))


def _part(heading: str, entries: Iterable[CatalogueEntry]) -> Iterator[str]:
    yield f"## {heading}\n"
    for entry in entries:
        yield f"### {entry.code} {entry.title}\n\n{entry.severity.capitalize()}. {entry.why}\n"
        sentence, _, block = entry.fix.partition("\n")
        yield f"{_fence(entry.example, 'text')}\nFix: {sentence}\n"
        if block:
            yield _fence(block, "yaml")


def _fence(code: str, language: str) -> str:
    """Return a block of code between marks that are longer than any in it."""
    mark = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", code))])
    return f"{mark}{language}\n{code}\n{mark}\n"


def _file_schema(name: str) -> str:
    models: dict[str, type[Model]] = {**{kind.singular: kind.model for kind in KINDS}, "programme": Programme}
    return _to_json(build_editor_schema(name, models[name]))


def _answer_schema(name: str) -> str:
    return _to_json(build_answer_schema(name))


def _to_json(schema: JsonSchema) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": command_page.page,
    "dates.md": date_page.page,
    "fields.md": field_page.page,
    "filters.md": filter_page.page,
    "problems.md": problems,
    "../man/p2ptrack.1": man_page.page,
    **{
        f"schemas/{name}.json": partial(_file_schema, name)
        for name in (*(kind.singular for kind in KINDS), "programme")
    },
    **{f"schemas/answers/{name}.json": partial(_answer_schema, name) for name in ANSWERS},
}


def main() -> None:
    """Write every page and schema."""
    for name, make in PAGES.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(make(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
