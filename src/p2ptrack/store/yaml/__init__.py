"""Read YAML strictly: every scalar is text as written, and nothing is dropped silently.

Only the fast path is imported here; `messages` has the table of mistakes and `positions` the places of fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from p2ptrack.diagnostics import Problem
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlErrorCode, make_finding
from p2ptrack.store.yaml.source_text import decode_text, is_suspect

if TYPE_CHECKING:
    from p2ptrack.store.yaml.parser import YamlValue

__all__ = ["ParsedFile", "YamlValue", "decode_text", "is_foreign", "read"]

MAX_BYTES = 1 << 20


_LFS_SIGNATURE = b"version https://git-lfs.github.com/spec/"
_ENCRYPTED_SIGNATURES = {
    b"\0GITCRYPT\0": ("git-crypt", ", with: git-crypt unlock"),
    b"-----BEGIN PGP MESSAGE-----": ("PGP", ""),
    b"-----BEGIN AGE ENCRYPTED FILE-----": ("age", ""),
    b"age-encryption.org/": ("age", ""),
    b"$ANSIBLE_VAULT;": ("Ansible Vault", ", with: ansible-vault decrypt"),
    b"U2FsdGVkX1": ("OpenSSL", ""),
}
_FOREIGN_SIGNATURES = (_LFS_SIGNATURE, *_ENCRYPTED_SIGNATURES)
"""The start of files that git or another program keeps in place of a record."""


class ParsedFile(NamedTuple):
    """The data of a file. With problems the record counts as broken, even if a value could be read.

    With `has_checked_texts` every text in it is known to pass `require_text`.
    """

    value: dict[str, YamlValue] | None
    problems: tuple[Problem, ...] = ()
    has_checked_texts: bool = False


def read(data: bytes, path: str) -> ParsedFile:
    """Return the file's plain data, every scalar as text, and every problem of the file.

    There is always a value or a problem. The value is None if the structure could not be read to its end. With a local
    mistake (a field that appears twice, an end lost to `#`) it is the part that could be read.
    """
    if len(data) > MAX_BYTES:
        return ParsedFile(None, (_make_file_problem(messages.TOO_LARGE, path, size=f"{len(data):,}"),))
    if is_foreign(data):
        return ParsedFile(None, (_explain_foreign_file(data, path),))
    from p2ptrack.store.yaml.parser import parse_yaml  # with every file in the parsed cache it is not needed

    decoded = decode_text(data)
    result = parse_yaml(decoded.text)
    is_clean = not (result.needs_lint or decoded.finding) and not is_suspect(decoded.text)
    if is_clean and isinstance(result.value, dict) and not _has_prose_name(result.value):
        return ParsedFile(result.value)
    from p2ptrack.store.yaml.lint import diagnose_file

    value, problems = diagnose_file(decoded, result.value, path)
    return ParsedFile(value if isinstance(value, dict) else None, problems)


def is_foreign(data: bytes) -> bool:
    """Whether git or another program keeps these bytes in place of a record, as an encrypted file is kept."""
    return data.startswith(_FOREIGN_SIGNATURES)


def _has_prose_name(value: dict[str, YamlValue]) -> bool:
    """Return whether a field of the record is named like a line of text with a colon in it: *Next steps: …*."""
    names = "".join(value)
    return " " in names or not names.islower()


def _explain_foreign_file(data: bytes, path: str) -> Problem:
    """Return the problem of a file in the place of a record that was not fetched or not decrypted."""
    for signature, (program, command) in _ENCRYPTED_SIGNATURES.items():
        if data.startswith(signature):
            return _make_file_problem(messages.ENCRYPTED, path, program=program, command=command)
    return _make_file_problem(messages.LFS_POINTER, path)


def _make_file_problem(code: YamlErrorCode, path: str, **details: str) -> Problem:
    finding = make_finding(code, (0, 0), **details)
    return Problem(path, code.code, code.severity, finding.message, finding.fix)
