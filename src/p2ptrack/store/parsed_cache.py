"""The parsed cache: the data of a register's files, by their content, so that each content is parsed only once.

The key is the id that git gives a content, and the value the plain data that the YAML reader made of it. Other bytes
have another key, so an entry is never out of date. The cache is in the user's own folder, never in the register, and
contains the data of the files, exempt text included. If anything is wrong with the cache, the files are parsed.

A file of the cache belongs to one register. Its first line names the reader, and each further line is an entry: a
checksum of the rest, the key, a sign and JSON. A run appends its new entries in one write. A line that was cut short
fails its checksum.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from hashlib import sha1, sha256
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias
from zlib import crc32

from pydantic_core import PydanticCustomError, PydanticSerializationError, from_json, to_json

from p2ptrack import __version__, model
from p2ptrack.diagnostics import Location
from p2ptrack.errors import OperationError
from p2ptrack.model.fields import require_text
from p2ptrack.model.limits import WORD
from p2ptrack.model.records import Record
from p2ptrack.model.register import PROGRAMME_PATH, CachedSurveys, Register, Survey
from p2ptrack.store import yaml
from p2ptrack.values import compile_on_use

CACHE_VARIABLE = "P2PTRACK_CACHE"
"""The folder of the cache instead of the usual one, or `off`."""
MAX_FILE_BYTES = 128 << 20
"""A register's file of the cache; a larger one is written anew with the entries in use."""
MAX_FILES = 50
"""The number of registers in the cache. The file that was not written to for longest is removed first."""

_BATCH_BYTES = 1 << 20
"""The size of new entries that are kept in memory before they are added to the file."""
_SHA1_DIGITS = 40
_RULE_FOLDERS = (".", "analysis", "analysis/rules", "model/dates")
_FILE_SUFFIX, _SURVEYS_SUFFIX, _PLACES_SUFFIX = ".entries", ".surveys", ".places"
_CHECKSUM_LENGTH = 8
_WITHOUT_PROBLEMS, _WITH_PROBLEMS, _CHECKED = b"012"
"""The signs of a file without problems, of one with problems, and of one whose texts also pass `require_text`."""
_EMPTY_LINES = compile_on_use(rb"\n+")
_OPEN_FLAGS = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):  # without O_NONBLOCK a pipe waits for a writer
    _OPEN_FLAGS |= getattr(os, _flag, 0)
# pydantic's JSON takes less than half the time of Python's, and gives equal names one text (2026-11: a record of two
# kilobytes is read in 3.8 µs and written in 2.9; with json in 8.9 and 8.2, with msgspec read in 5.3).
_decode = partial(from_json, allow_inf_nan=False, cache_strings="keys")
_is_disabled: ContextVar[bool] = ContextVar("_is_disabled", default=False)


def hash_blob(data: bytes, digits: int = _SHA1_DIGITS) -> str:
    """Return the id that git gives a content; 64 digits in a repository that uses SHA-256."""
    content = b"blob %d\0" % len(data) + data
    return sha256(content).hexdigest() if digits > _SHA1_DIGITS else sha1(content, usedforsecurity=False).hexdigest()


@contextmanager
def disable_parsed_cache() -> Iterator[None]:
    """Neither read nor write the cache inside the block."""
    token = _is_disabled.set(True)
    try:
        yield
    finally:
        _is_disabled.reset(token)


@contextmanager
def open_parsed_cache(root: Path) -> Iterator[ParsedCache]:
    """Open the cache of a register, and add the newly parsed contents to it. It never raises."""
    cache = ParsedCache(None if _is_disabled.get() else _find_file(root))
    yield cache
    cache.save()


class _CachedFile(NamedTuple):
    """The plain data of a content, None where it could not be read, and the sign of its entry."""

    value: dict[str, yaml.YamlValue] | None
    sign: int


class ParsedCache:
    """The contents that were parsed before, and the new ones. Without a file it stores nothing."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._is_writable = file is not None and os.access(file.parent, os.W_OK)
        self._header = f"p2ptrack parsed files {_describe_reader()}".encode() if file else b""
        data = _read_file(file) if file else b""
        self._size = len(data or b"")
        self._is_damaged = data is None or (bool(data) and not data.startswith(self._header))
        self._data = b"" if data is None or self._is_damaged else data
        self._starts = _index_entries(self._data)
        self._used: set[bytes] = set()
        self._added: set[str] = set()
        self._new_lines: list[bytes] = []
        self._new_size = 0
        self.contents: dict[str, str] = {}
        """The ids of the contents that were read, by path."""

    def read(self, data: bytes, path: str, key: str = "") -> yaml.ParsedFile:
        """Return what `yaml.read` returns. A file with problems is always read anew, for their places.

        `key` is the id of the content where it is known.
        """
        if self._file is None:
            return yaml.read(data, path)
        self.contents[path] = key = key or hash_blob(data)
        cached = self.find(key)
        if cached is not None and cached.sign != _WITH_PROBLEMS:
            return yaml.ParsedFile(cached.value, (), cached.sign == _CHECKED)
        parsed = yaml.read(data, path)
        return self._add(key, parsed) if cached is None else parsed

    def read_values(self, data: bytes, key: str = "") -> dict[str, yaml.YamlValue] | None:
        """Return the plain data of a content, None where it cannot be read."""
        if self._file is None:
            return yaml.read(data, "").value
        key = key or hash_blob(data)
        cached = self.find(key)
        if cached is not None:
            return cached.value
        return self._add(key, yaml.read(data, "")).value

    def find(self, key: str) -> _CachedFile | None:
        """Return what was parsed of the content with this id, None where it is not known."""
        encoded_key = key.encode()
        start = self._starts.get(encoded_key[:_SHA1_DIGITS])
        if start is None:
            return None
        cached = _parse_entry(self._read_line(start), encoded_key)
        if cached is None:
            del self._starts[encoded_key[:_SHA1_DIGITS]]
            self._is_damaged = True
        else:
            self._used.add(encoded_key[:_SHA1_DIGITS])
        return cached

    def _read_line(self, start: int) -> bytes:
        return self._data[start : self._data.find(b"\n", start)]

    def _add(self, key: str, parsed: yaml.ParsedFile) -> yaml.ParsedFile:
        """Add what was parsed of a content to the new entries, and return it with what is known of its texts."""
        encoded_key = key.encode()
        if not self._is_writable or encoded_key[:_SHA1_DIGITS] in self._starts or key in self._added:
            return parsed
        sign = _WITH_PROBLEMS
        if not parsed.problems:
            sign = _CHECKED if _has_valid_texts((parsed.value,)) else _WITHOUT_PROBLEMS
        with suppress(PydanticSerializationError):  # a lone surrogate, which no file holds
            content = b"%s %c%s" % (encoded_key, sign, to_json(parsed.value))
            self._new_lines.append(b"%08x%s" % (crc32(content), content))
            self._added.add(key)
            self._new_size += len(content)
            if self._new_size > _BATCH_BYTES and self._can_append():
                self.save()
        return parsed._replace(has_checked_texts=sign == _CHECKED)

    def _can_append(self) -> bool:
        return not self._is_damaged and self._size + self._new_size <= MAX_FILE_BYTES

    def save(self) -> None:
        """Add the new entries to the file. Where that fails the next run parses again."""
        if self._file is None or not self._is_writable or not (self._new_lines or self._is_damaged):
            return
        with suppress(OSError, OperationError):
            if self._can_append():
                lines = [b"" if self._size else self._header, *self._new_lines, b""]
                self._size += _append(self._file, b"\n".join(lines))
            else:
                self._rewrite(self._file)
        self._new_lines, self._new_size = [], 0

    def _rewrite(self, file: Path) -> None:
        """Write the file anew, with the entries that this run used or made."""
        from p2ptrack.store.writing import write_file  # hardly any run writes the whole file

        used = (self._read_line(self._starts[key]) for key in sorted(self._used))
        content = b"\n".join((self._header, *used, *self._new_lines, b""))
        if len(content) <= MAX_FILE_BYTES:
            write_file(file, content)


class LoadedContents(Protocol):
    """A register that was loaded, and the ids of the contents of its files by path."""

    @property
    def register(self) -> Register:
        """Return the register."""

    @property
    def contents(self) -> Mapping[str, str]:
        """Return the ids of the contents."""


class SurveyFile:
    """The surveys of the records of a register in the last check: a file beside that of the parsed contents.

    Its first line names the code and the content of the programme. The second is a checksum and JSON: the searches that
    were made, the sets of fields that records state, and for each path its content and its survey, with the index of
    its fields. The file is written anew when one of them has changed.
    """

    def __init__(self, root: Path, loaded: LoadedContents) -> None:
        file = _find_file(root) if loaded.contents and not _is_disabled.get() else None
        self._file = file.with_suffix(_SURVEYS_SUFFIX) if file else None
        self._header = (
            f"p2ptrack record surveys {_describe_reader(*_RULE_FOLDERS)} {loaded.contents.get(PROGRAMME_PATH)}".encode()
        )
        register = loaded.register
        self._contents = {
            record.id: (record, path, loaded.contents[path])
            for record in register.records
            # A part of a record that could not be read may be known in another run.
            if (path := register.paths[record.id]) in loaded.contents and record.id not in register.unreadable_fields
        }
        self._cached = CachedSurveys()
        self._count = 0

    def read(self) -> CachedSurveys:
        """Return the surveys of the records whose files have the same content."""
        try:
            searches, fields, surveys = _decode_surveys(_read_payload(self._file, self._header))
            by_id = {
                record.id: (record, Survey(content, fields[survey[1]], *survey[2:]))
                for record, path, content in self._contents.values()
                if (survey := surveys.get(path)) and survey[0] == content
            }
        except (ValueError, IndexError):
            return CachedSurveys()
        self._cached, self._count = CachedSurveys(by_id, frozenset(searches)), len(surveys)
        return self._cached

    def save(self, register: Register) -> None:
        """Keep the surveys of a register if they have changed. Where that fails the next run makes them anew."""
        searches = register.list_searches()
        if self._file is None or not searches:
            return
        pairs = register.list_surveys()
        new = [record for record, survey in pairs if not survey.content and self._is_of_file(record)]
        if not new and searches == self._cached.searches and len(self._cached.by_id) == self._count:
            return
        surveys: dict[str, _CachedSurvey] = {}
        indices: dict[str, int] = {}  # thousands of records state a few sets of fields
        for record, survey in pairs:
            if self._is_of_file(record):
                _, path, content = self._contents[record.id]
                index = indices.setdefault(survey.fields, len(indices))
                surveys[path] = (content, index, survey.years, survey.names, survey.findings)
        payload = to_json((sorted(searches), list(indices), surveys))
        if len(payload) <= MAX_FILE_BYTES:
            _write_payload(self._file, self._header, payload)

    def _is_of_file(self, record: Record) -> bool:
        """Whether a record is as in its file. The next target date of a recurring duty depends on the day."""
        entry = self._contents.get(record.id)
        return entry is not None and entry[0] is record


_CachedSurvey: TypeAlias = tuple[str, int, str, str, dict[str, str]]
"""A survey as JSON has it."""


_SURVEY_TYPES = [str, int, str, str, dict]


def _decode_surveys(payload: bytes) -> tuple[list[str], list[str], dict[str, _CachedSurvey]]:
    """Return the searches, the sets of fields and the surveys in JSON. Raises `ValueError` for anything else.

    pydantic would take longer to compile a type for it than this takes for the surveys of two thousand records.
    """
    data = _decode(payload)
    if data.__class__ is not list or list(map(type, data)) != [list, list, dict]:
        raise ValueError("These are no surveys.")
    searches, fields, surveys = data
    is_valid = all(type(row) is list and list(map(type, row)) == _SURVEY_TYPES for row in surveys.values())
    findings = chain.from_iterable(row[-1].values() for row in surveys.values() if is_valid)
    if not is_valid or any(type(text) is not str for text in chain(searches, fields, findings)):
        raise ValueError("These are no surveys.")
    return searches, fields, surveys


Places: TypeAlias = Sequence[tuple[str, str]]
"""The fields of a file, and the words in each, whose locations are asked for."""
_MAX_PLACES = 1000
_PLACE_TYPES = [str, str, int, int, str, int]


class PlaceFile:
    """The locations that the last checks looked for, by the content of the file: a file beside the parsed contents.

    With it, a check of files that are in the cache starts no YAML parser. Its first line names the code. The second is
    a checksum and JSON: for each content and the places in it their locations.
    """

    def __init__(self, root: Path, contents: Mapping[str, str]) -> None:
        file = _find_file(root) if contents and not _is_disabled.get() else None
        self._file = file.with_suffix(_PLACES_SUFFIX) if file else None
        self._header = f"p2ptrack places {_describe_reader('store')}".encode()
        self._contents = contents
        self._known = self._read()
        self._used: dict[str, list[Any]] = {}

    def find(self, path: str, places: Places) -> Mapping[tuple[str, str], Location] | None:
        """Return the locations of places in a file, None where they are not known."""
        key = self._make_key(path, places)
        rows = self._known.get(key)
        if rows is None:
            return None
        self._used[key] = rows
        return {(field, words): Location(*numbers) for field, words, *numbers in rows}

    def add(self, path: str, places: Places, data: bytes, locations: Mapping[tuple[str, str], Location]) -> None:
        """Keep the locations of places in a file, unless it has changed since it was loaded."""
        content = self._contents.get(path, "")
        if content and hash_blob(data, len(content)) == content:
            rows = [(*place, at.line, at.column, at.excerpt, at.width) for place, at in locations.items()]
            self._used[self._make_key(path, places)] = rows

    def save(self) -> None:
        """Write the file if a location is new. Where that fails the next run looks for it again."""
        if self._file is None or self._used.keys() <= self._known.keys() or len(self._used) > _MAX_PLACES:
            return
        has_room = len(self._known) + len(self._used) <= _MAX_PLACES
        _write_payload(self._file, self._header, to_json({**self._known, **self._used} if has_room else self._used))

    def _make_key(self, path: str, places: Places) -> str:
        return repr((self._contents.get(path), *places))

    def _read(self) -> dict[str, list[Any]]:
        try:
            known = _decode(_read_payload(self._file, self._header))
        except ValueError:
            return {}
        if known.__class__ is not dict or not all(type(rows) is list for rows in known.values()):
            return {}
        rows = chain.from_iterable(known.values())
        return known if all(type(row) is list and list(map(type, row)) == _PLACE_TYPES for row in rows) else {}


def _read_payload(file: Path | None, header: bytes) -> bytes:
    """Return the JSON in a file of the cache with this first line. Raises `ValueError` for anything else."""
    first_line, _, line = ((_read_file(file) if file else None) or b"").partition(b"\n")
    checksum, payload = line[:_CHECKSUM_LENGTH], line[_CHECKSUM_LENGTH + 1 :]
    if first_line != header or checksum != b"%08x" % crc32(payload):
        raise ValueError("This is another file.")
    return payload


def _write_payload(file: Path, header: bytes, payload: bytes) -> None:
    """Write a file of the cache with a first line and JSON, where that is possible. Only the user can read it."""
    from p2ptrack.store.writing import append_bytes, write_file  # a run that has nothing new does not need it

    with suppress(OSError, OperationError):
        append_bytes(file, b"")  # the new content gets the permissions of the file that it replaces
        write_file(file, b"%s\n%08x %s" % (header, crc32(payload), payload))


def _index_entries(data: bytes) -> dict[bytes, int]:
    """Return where the line of each key begins, by the first forty digits of the key: no two contents share them."""
    starts: dict[bytes, int] = {}
    start = data.find(b"\n") + 1
    while start:
        # Empty lines and the shortest that a line can be are passed at once, or a damaged file could take minutes.
        if data.startswith(b"\n", start) and (empty_lines := _EMPTY_LINES.match(data, start)):
            start = empty_lines.end()
        key_end = start + _CHECKSUM_LENGTH + _SHA1_DIGITS
        starts[data[start + _CHECKSUM_LENGTH : key_end]] = start
        start = data.find(b"\n", key_end) + 1
    return starts


def _parse_entry(line: bytes, key: bytes) -> _CachedFile | None:
    """Return what a line of the cache holds for a key; None where it is damaged."""
    content = line[_CHECKSUM_LENGTH:]
    try:
        if int(line[:_CHECKSUM_LENGTH], 16) != crc32(content) or not content.startswith(key):
            return None
        value = _decode(content[len(key) + 2 :])
    except ValueError:
        return None
    return _CachedFile(value, content[len(key) + 1]) if value is None or value.__class__ is dict else None


def _has_valid_texts(values: Iterable[Any]) -> bool:
    """Whether all texts in values, at any depth, pass `require_text`."""
    for value in values:
        if value.__class__ is str and len(value) <= WORD.maximum and not value.isspace():
            continue
        if isinstance(value, (dict, list)):
            if not _has_valid_texts(value.values() if isinstance(value, dict) else value):
                return False
            continue
        try:
            require_text(value)
        except PydanticCustomError:
            return False
    return True


def _describe_reader(*folders: str) -> str:
    """Return what the value of a content depends on besides its bytes: the versions of the modules that it uses.

    `folders` are those of modules that other values depend on.
    """
    package = Path(model.__file__ or "").parent.parent
    entries = [entry for folder in ("store/yaml", "model", *folders) for entry in os.scandir(package / folder)]
    modules = sorted((entry.path, entry.stat().st_mtime_ns) for entry in entries if entry.is_file())
    return sha256(repr((__version__, sys.version, modules)).encode()).hexdigest()


def _find_file(root: Path) -> Path | None:
    """Return the file of a register's cache; None where there can be none."""
    folder, register = _find_folder(), Path(os.path.realpath(root))
    if folder is None or Path(os.path.realpath(folder)).is_relative_to(register):
        return None
    with suppress(OSError):
        if _prepare_folder(folder):
            return folder / f"{sha256(os.fsencode(register)).hexdigest()[:32]}{_FILE_SUFFIX}"
    return None


def _find_folder() -> Path | None:
    """Return the folder of the cache; None where it is turned off, or the user has no folder."""
    if chosen := os.environ.get(CACHE_VARIABLE, ""):  # `off` is no full path, nor is any other word
        return Path(chosen) if Path(chosen).is_absolute() else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if not home.is_dir():  # for example of a service
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "p2ptrack" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "p2ptrack"
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else home / ".cache") / "p2ptrack"


def _prepare_folder(folder: Path) -> bool:
    """Create the folder of the cache, and return whether it may be used."""
    if not folder.exists():
        parent = next(parent for parent in folder.parents if parent.exists())
        if not _is_own(parent.stat()):  # after sudo the folder would belong to root
            return False
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
    return _is_private(folder)


def _is_private(folder: Path) -> bool:
    """Whether a folder is the user's own and closed to all others."""
    status = folder.lstat()
    is_closed = sys.platform == "win32" or not stat.S_IMODE(status.st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    return stat.S_ISDIR(status.st_mode) and is_closed and _is_own(status)


def _is_own(status: os.stat_result) -> bool:
    return sys.platform == "win32" or status.st_uid == os.geteuid()


def _read_file(file: Path) -> bytes | None:
    """Return the content of a file of the cache; nothing where there is no file.

    None for a file that is not the user's own or too large: it is replaced.
    """
    with suppress(OSError):
        descriptor = os.open(file, _OPEN_FLAGS)
        try:
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode):
                is_usable = _is_own(status) and status.st_size <= 2 * MAX_FILE_BYTES
                return os.read(descriptor, status.st_size) if is_usable else None
        finally:
            os.close(descriptor)
    return b""


def _append(file: Path, lines: bytes) -> int:
    """Add lines to a file, and return how many bytes it took.

    It may end in the middle of a line that another run could not finish, so the first of `lines` is empty.
    """
    from p2ptrack.store.writing import append_bytes  # a run that parsed nothing does not need it

    if not file.exists():
        _drop_oldest(file.parent)
    return append_bytes(file, lines)


def _drop_oldest(folder: Path) -> None:
    """Remove the files that were not written to for longest, so that there is room for one more."""
    states = {file: file.lstat() for file in folder.glob(f"*{_FILE_SUFFIX}")}
    by_age = sorted((state.st_mtime, file) for file, state in states.items() if stat.S_ISREG(state.st_mode))
    for _, file in by_age[: max(len(by_age) - MAX_FILES + 1, 0)]:
        file.unlink(missing_ok=True)
        for suffix in (_SURVEYS_SUFFIX, _PLACES_SUFFIX):
            file.with_suffix(suffix).unlink(missing_ok=True)
