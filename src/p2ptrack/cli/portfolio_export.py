"""Export many registers: find them, write the files of each, and report those that cannot be read."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.check import list_entries
from p2ptrack.cli.options import resolve_date
from p2ptrack.cli.register import has_unread
from p2ptrack.cli.terminal import print_text, show_progress, write_notice
from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import CheckFailed, CommandError, OperationError, describe_os_error
from p2ptrack.formats.export import make_register_key, require_pyarrow, write_partition
from p2ptrack.phrases import pluralise
from p2ptrack.pipeline import AnswerOptions, ExportedRegister, open_copied_register, open_exported_register
from p2ptrack.queries.export import add_findings, build_export
from p2ptrack.store.folder import find_registers
from p2ptrack.store.git.remote import copy_remote, fetch_history, hide_credentials, is_address, is_bare_repository
from p2ptrack.store.writing import create_temporary_folder, is_folder, require_output_place, stage_files
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class _Source:
    """A register that was found: its name for people, how to open it, and the folder it is in."""

    name: str
    open: Callable[[], ExportedRegister]
    root: Path | None = None


class PortfolioExport:
    """An export of many registers into a folder, for an audience as at a date."""

    def __init__(self, output: Path, as_of: date, audience: Audience) -> None:
        self._output = output
        self._as_of = as_of
        self._options = AnswerOptions(audience, resolve_date(None), has_provenance=True)
        self._titles = {entry.code: entry.title for entry in list_entries()}
        self._names_by_key: dict[str, str] = {}
        self._folders: set[str] = set()
        self._refused_count = 0
        self._unread_count = 0

    def run(self, sources: Sequence[str], *, fail: bool) -> int:
        """Export every register of the sources and return the exit code: 1 if one was not exported.

        With `fail` it is also 1 if one was read only in part. Raises `OperationError` if none was exported.
        """
        require_pyarrow()
        with show_progress("Exporting") as advance:
            for text in dict.fromkeys(sources):
                for source in self._find(text):
                    self._export(source)
                    advance()
        if not self._names_by_key:
            raise OperationError("No register was exported.")
        count = pluralise(len(self._names_by_key), "register")
        refused = f" {self._refused_count} could not be exported." if self._refused_count else ""
        print_text(f"{count} exported as at {self._as_of.isoformat()} to {self._output}.{refused}")
        return CheckFailed.code if self._refused_count or (fail and self._unread_count) else 0

    def _find(self, text: str) -> Iterator[_Source]:
        folder = Path(text)
        if is_address(text) and not folder.exists():
            yield from self._copy(text, hide_credentials(text))
            return
        if not is_folder(folder):
            self._refuse(text, "There is no folder of this name.")
            return
        count = 0
        for found in find_registers(folder, is_bare_repository):
            count += 1
            if isinstance(found, OSError):
                self._refuse(found.filename or text, f"This folder cannot be read: {describe_os_error(found)}.")
            elif (real_path := os.path.realpath(found)) not in self._folders:
                self._folders.add(real_path)
                if is_bare_repository(found):
                    yield from self._copy(Path(real_path).as_uri(), str(found))
                else:
                    yield _Source(str(found), partial(open_exported_register, found, self._as_of, self._options), found)
        if not count:
            self._refuse(text, "There is no register in this folder, or in a folder below it.")

    def _copy(self, address: str, name: str) -> Iterator[_Source]:
        with create_temporary_folder() as folder:
            try:
                repositories = copy_remote(address, folder)
            except CommandError as error:
                self._refuse(name, str(error))
                return
            for repository in repositories:
                fetch = partial(fetch_history, repository)
                open_register = partial(open_copied_register, repository, self._as_of, self._options, fetch)
                yield _Source(" ".join(filter(None, [name, repository.prefix])), open_register)

    def _export(self, source: _Source) -> None:
        """Write the files of a register, or report why it cannot be read. Raises `OperationError` for a full disk."""
        try:
            register = source.open()
            export = add_findings(build_export(register.case), register.problems, self._titles)
            key = make_register_key(export)
            if other := self._names_by_key.get(key):
                raise OperationError(
                    f"It has the same organisation and title as {other}. If it is another register, change its title."
                )
            files = {self._output / path: data for path, data in write_partition(export, key)}
        except CommandError as error:
            self._refuse(source.name, str(error))
            return
        for path in files:
            require_output_place(path, self._output)
            if source.root:
                require_output_place(path, source.root)
        with stage_files(files) as put_in_place:
            put_in_place()
        self._names_by_key[key] = source.name
        if has_unread(register.case):
            self._unread_count += 1
            advice = f" To see why: p2ptrack check --root {shlex.quote(str(source.root))}" if source.root else ""
            name = escape_control_characters(source.name)
            write_notice(f"{name}: exported without what could not be read, because of errors.{advice}")

    def _refuse(self, name: str, reason: str) -> None:
        self._refused_count += 1
        write_notice(f"{escape_control_characters(name)}: not exported. {reason}")
