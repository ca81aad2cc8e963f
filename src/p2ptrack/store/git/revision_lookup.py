"""Resolve the name of a commit, a tag, a date or a meeting's id, and read the tags of published meetings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import astuple, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from p2ptrack.errors import UsageError
from p2ptrack.model.dates import Anchors, DateRejection, parse_date
from p2ptrack.model.history import PublicationIdentity
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.phrases import quote
from p2ptrack.store.git.log import parse_local_day
from p2ptrack.store.git.process import parse_objects, run_git
from p2ptrack.values import dataclass

MEETING_TAG = "refs/tags/meeting/"
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
_AMBIGUOUS = 2
_COMMITTER_LINE = re.compile(rb"^committer .*> (-?\d+ [+-]\d+)$", re.MULTILINE)
_COMMIT_ID = re.compile(r"[0-9a-f]+")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class ResolvedRevision:
    """A commit and its day: the commit's own, the one that was named, or the meeting's.

    `meeting` is the id where a meeting was named. `by_date` means that a day led to the commit, and no name of it.
    `note` is a sentence on what was taken where the name has several meanings.
    """

    commit: str
    day: date
    meeting: str = ""
    by_date: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class NameMeanings:
    """The meanings of a name in git: a meeting's tag, any commit, a branch, and a tag."""

    meeting: ResolvedRevision | None
    commit: ResolvedRevision | None
    branch: ResolvedRevision | None
    tag: ResolvedRevision | None

    @property
    def is_branch_only(self) -> bool:
        """Whether only a branch has the name: a date or a meeting of that name then comes first."""
        return self.branch is not None and self.tag is None and self.meeting is None

    def describe(self, name: str) -> str:
        """Return which meaning is used if the name means several commits; otherwise an empty text."""
        refs = (
            (f"the published meeting (refs/tags/meeting/{name})", self.meeting),
            (f"the tag (refs/tags/{name})", self.tag),
            (f"the branch (refs/heads/{name})", self.branch),
        )
        present = [(text, revision.commit) for text, revision in refs if revision]
        if len({commit for _, commit in present}) < _AMBIGUOUS:
            return ""
        chosen, others = present[0][0], " or ".join(text for text, _ in present[1:])
        return f"{quote(name)} has several meanings. {chosen[0].upper()}{chosen[1:]} is used, not {others}."


def build_lookup_request(revision_name: str) -> bytes:
    """Return the input of `git cat-file --batch`: the tag of a meeting of this name, then a commit or tag.

    The last two lines find a branch and a tag of that name. Raises `UsageError` for a name in the reflog.
    """
    if "@{" in revision_name:
        raise UsageError(
            f"{quote(revision_name)} means something in this copy only. "
            "Name a commit, a tag, a date or a meeting instead."
        )
    refs = (f"{MEETING_TAG}{revision_name}", revision_name, f"refs/heads/{revision_name}", f"refs/tags/{revision_name}")
    return "".join(f"{ref}^{{commit}}\n" for ref in refs).encode("utf-8", "surrogateescape")


def parse_lookup(output: bytes, revision_name: str) -> NameMeanings:
    """Return the commits that git found under a name."""
    objects = [*(_read_commit(id_, data) for id_, _, data in parse_objects(output)), None, None, None, None]
    meeting, commit, branch, tag = objects[:4]
    if commit and revision_name.startswith("meeting/"):
        commit = replace(commit, meeting=revision_name.removeprefix("meeting/"))
    return NameMeanings(meeting and replace(meeting, meeting=revision_name), commit, branch, tag)


def is_day_like(text: str) -> bool:
    """Whether a text reads as a date or a year, and so is no abbreviated id of a commit."""
    if not _GIT_CHARACTERS.isdisjoint(text):  # no date contains them, and trying every date pattern takes a while
        return False
    return bool(_YEAR.fullmatch(text)) or not isinstance(parse_date(text, Anchors(())), DateRejection)


_GIT_CHARACTERS = frozenset("~^@{}:")


def _read_commit(id_: str, data: bytes) -> ResolvedRevision | None:
    clock = _COMMITTER_LINE.search(data.partition(b"\n\n")[0])
    day = parse_local_day(clock[1].decode()) if clock else date.min
    return ResolvedRevision(id_, day) if id_ else None


def parse_day(text: str, option: str) -> date | None:
    """Return the day that is written after an option; None where it is no date.

    Raises `UsageError` for a period of several days.
    """
    if _YEAR.fullmatch(text):
        raise UsageError(f"{quote(text)} is a year. Give one day, such as {text}-12-31.")
    parsed_date = parse_date(text, Anchors(()))
    if isinstance(parsed_date, DateRejection):
        return None
    if parsed_date.latest is None or parsed_date.earliest != parsed_date.latest:
        raise UsageError(
            f"{option} needs one day, and {quote(text)} is not one. Write it like 2023-03-31 or 31 March 2023."
        )
    return parsed_date.latest


@dataclass(frozen=True, slots=True)
class PublicationTag:
    """The content of a meeting's tag; a tag that was made by hand has little of it.

    `tagged_at` is when the tag was made, in seconds since 1970. `previous` is the publication before, and `replaces`
    has the ids of earlier tags of the same meeting. `record_counts` is how many records there were, by their folders.
    """

    identity: PublicationIdentity
    tagged_at: int = 0
    folder: str | None = None
    commit: str = ""
    position_date: date | None = None
    previous: PublicationIdentity | None = None
    replaces: tuple[str, ...] = ()
    record_counts: Mapping[str, int] = field(default_factory=dict)


def list_published_meetings(root: Path, prefix: str, *filters: str) -> Mapping[str, PublicationTag]:
    """Return the meetings that this register published, by their tags; none without git.

    `prefix` leads from the repository's top to the register. A tag that names another folder belongs to the register
    there. If no register is there any more, this register was moved from there. `filters` are options of `git
    for-each-ref`.
    """
    result = run_git(root, "for-each-ref", f"--format={_TAG_FORMAT}", *filters, MEETING_TAG)
    tokens = [token.lstrip("\n") for token in result.text.split("\0")] if result.exit_code == 0 else []
    tags = [
        parse_tag(name.removeprefix(MEETING_TAG), id_, message, tagged_at)
        for name, id_, tagged_at, message in zip(*(tokens[index::4] for index in range(4)), strict=False)
    ]
    other_folders = {tag.folder for tag in tags} - {None, prefix}
    registers = {folder for folder in other_folders if folder is not None and _is_register(root, folder)}
    return {tag.identity.meeting: tag for tag in tags if tag.folder not in registers}


_TAG_FORMAT = "%(refname)%00%(objectname)%00%(creatordate:unix)%00%(contents)%00"


def parse_tag(meeting: str, id_: str, message: str, tagged_at: str = "") -> PublicationTag:
    """Return the content of a meeting's tag message, without anything that is not in p2ptrack's own form."""
    _, brace, rest = message.partition("\n{")
    text = f"{brace.lstrip()}{rest.rpartition('}')[0]}}}" if brace else ""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = {}
    values = values if isinstance(values, dict) else {}
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    counts = values.get("records")
    replaces = values.get("replaces")
    return PublicationTag(
        PublicationIdentity(meeting, id_, sha256(text.encode("utf-8", "surrogateescape")).hexdigest() if text else ""),
        int(tagged_at) if tagged_at.isascii() and tagged_at.isdigit() else 0,
        texts.get("register_folder"),
        texts.get("commit", "") if _COMMIT_ID.fullmatch(texts.get("commit", "")) else "",
        _parse_position_date(texts.get("as_of", "")),
        _parse_identity(values.get("previous")),
        tuple(entry for entry in replaces if isinstance(entry, str)) if isinstance(replaces, list) else (),
        {name: count for name, count in counts.items() if type(count) is int} if isinstance(counts, dict) else {},
    )


def _parse_position_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def _parse_identity(values: Any) -> PublicationIdentity | None:
    """Return the seal in a tag; None for a value with another form, because papers print it."""
    try:
        identity = PublicationIdentity(**values)
    except TypeError:
        return None
    if not all(isinstance(value, str) for value in astuple(identity)) or not identity.meeting.isprintable():
        return None
    return identity if all(map(_COMMIT_ID.fullmatch, (identity.tag, identity.fingerprint))) else None


def _is_register(root: Path, folder: str) -> bool:
    return run_git(root, "cat-file", "-e", f"HEAD:{folder}{PROGRAMME_PATH}").exit_code == 0
