"""Copy other people's repositories, to read the registers in them.

A copy is bare: no file is checked out, so that no filter, hook or submodule of the other repository can be run.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from p2ptrack.errors import OperationError
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.phrases import join_words
from p2ptrack.store.folder import select_outer
from p2ptrack.store.git.process import GitResult, explain_failure, extract_message, run_git
from p2ptrack.store.git.repository import Repository

_PROTOCOLS = ("https", "ssh", "file")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://|:)")
_SSH_ADDRESS = re.compile(r"[\w.-]+@[A-Za-z0-9][\w.-]*:[^:].*", re.ASCII)
"""The short form for ssh: `git@example.org:register.git`."""
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*@")
_MAX_SECONDS = 300.0
_CLONE_OPTIONS = (
    *("--quiet", "--bare", "--depth=1", "--no-tags", "--no-local", "--template="),
    *("--origin=origin", "--no-reject-shallow"),  # independent of the settings of the computer
)
_TRANSFER_SETTINGS = (f"core.hooksPath={os.devnull}", "gc.auto=0", "maintenance.auto=false")
_COPY_NAME = ".git"
"""By this name git finds a bare repository even where `safe.bareRepository` refuses any that is not named."""
_MAX_REASON = 200


def is_address(text: str) -> bool:
    """Whether a text is the address of a repository on another computer, or of one as `file://` names it."""
    return bool(_SCHEME.match(text) or _SSH_ADDRESS.fullmatch(text))


def is_bare_repository(folder: Path) -> bool:
    """Whether a folder is a repository without files of its own."""
    try:
        return (folder / "HEAD").is_file() and all((folder / name).is_dir() for name in ("objects", "refs"))
    except OSError:
        return False


def hide_credentials(address: str) -> str:
    """Return an address without the name and password in it."""
    return _CREDENTIALS.sub("", address)


def copy_remote(address: str, folder: Path) -> tuple[Repository, ...]:
    """Copy the newest commit of a repository into a folder, and return each register in it.

    Raises `OperationError` for another protocol than https, ssh and file, and where git cannot copy it, or no register
    is in it.
    """
    scheme = _SCHEME.match(address)
    if scheme and (scheme[1].lower() not in _PROTOCOLS or not address[scheme.end(1) :].startswith("://")):
        protocols = join_words([f"{name}://" for name in _PROTOCOLS], "or")
        raise OperationError(f"p2ptrack does not read this kind of address. Use one that begins with {protocols}.")
    _require(_transfer(folder, "clone", *_CLONE_OPTIONS, "--", address, str(folder / _COPY_NAME)))
    head = run_git(folder, "rev-parse", "--quiet", "--verify", "HEAD^{commit}").text.strip()
    if not head:
        raise OperationError("This repository has no commits on its main branch, so it has no register.")
    repository = Repository(folder, "", head, is_shallow=True)
    folders = [path.removesuffix(PROGRAMME_PATH) for path in repository.list_programmes(head)]
    if not folders:
        raise OperationError(f"There is no register in this repository: it has no {PROGRAMME_PATH}.")
    return tuple(Repository(folder, prefix, head, is_shallow=True) for prefix in select_outer(folders))


def fetch_history(repository: Repository) -> None:
    """Copy the older commits too. Raises `OperationError` where git cannot."""
    if run_git(repository.root, "rev-parse", "--is-shallow-repository").text.strip() == "true":
        _require(_transfer(repository.root, "fetch", "--quiet", "--no-tags", "--unshallow", "--", "origin"))


def _transfer(folder: Path, *arguments: str) -> GitResult:
    settings = [option for setting in _TRANSFER_SETTINGS for option in ("-c", setting)]
    return run_git(folder, *settings, *arguments, protocols=":".join(_PROTOCOLS), timeout=_MAX_SECONDS)


def _require(result: GitResult) -> None:
    if not result.exit_code:
        return
    if not result.is_installed or "dubious ownership" in result.stderr:
        raise explain_failure(Path(), result)
    reason = hide_credentials(extract_message(result, _MAX_REASON)).rstrip(".")
    raise OperationError(f"git cannot copy it: {reason}. Check the address, and that you may read it.")
