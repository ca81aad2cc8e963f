"""Values that the shell offers while a command is typed.

A completion reads as little as it can and never fails: where there is no register, or one with errors, it offers
nothing. Values and descriptions come from files that anybody may have written and are evaluated by the shell, so only
plain characters get through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from typer import Context

Suggestions = list[tuple[str, str]]
"""Pairs of a value and its description."""
Completion = Callable[[Context, str], Suggestions]

_MAX_DESCRIPTION_LENGTH = 60
_MAX_HEAD_LENGTH = 4096
_PLAIN_VALUE = re.compile(r"[\w.,-]+", re.ASCII)
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .,-]+")
_ID_LINE = re.compile(r"^id:[ \t]*['\"]?([\w.-]+)", re.MULTILINE)
_TITLE_LINE = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)


def offer(find: Completion) -> Completion:
    """Turn a function that finds values into a completion: plain characters only, and nothing where it fails."""

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
def complete_records(ctx: Context, _incomplete: str) -> Suggestions:
    """Return the ids of the records with their titles, from the first lines of each file without parsing it."""
    from p2ptrack.store.folder import FolderSource, list_record_files

    root = _find_root(ctx)
    suggestions = []
    for file in list_record_files(FolderSource(root))[0]:
        with suppress(OSError), (root / file.path).open(encoding="utf-8", errors="replace") as stream:
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


@offer
def complete_kinds(_ctx: Context, _incomplete: str) -> Suggestions:
    """Return the kinds of record."""
    from p2ptrack.model.records import KINDS

    return _names(kind.singular for kind in KINDS)


@offer
def complete_schemas(_ctx: Context, _incomplete: str) -> Suggestions:
    """Return the kinds of file that have a schema."""
    from p2ptrack.model.records import KINDS

    return _names([*(kind.singular for kind in KINDS), "programme"])


@offer
def complete_fields(_ctx: Context, _incomplete: str) -> Suggestions:
    """Return the top-level fields of records with their titles."""
    return [(name, title) for name, title in _list_fields() if "." not in name]


@offer
def complete_columns(_ctx: Context, incomplete: str) -> Suggestions:
    """Return fields and facts for the last name of a list that is separated by commas."""
    from p2ptrack.analysis.facts import FACT_NAMES

    typed = incomplete[: incomplete.rfind(",") + 1]
    names = [*_list_fields(), ("kind", "Kind"), ("path", "File"), *_names(FACT_NAMES)]
    return [(typed + name, title) for name, title in names]


def _list_fields() -> Suggestions:
    from p2ptrack.model.schema import record_field_specs

    return [(name, spec.title) for name, spec in record_field_specs().items()]
