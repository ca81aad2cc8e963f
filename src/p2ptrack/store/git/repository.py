"""A register's repository: finding it, its line of commits, what each changed, and the contents of files then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from p2ptrack.errors import CannotGoOn, WrongUsage
from p2ptrack.store.folder import Folder
from p2ptrack.store.git.commits import FORMAT, Change, Commit, commits, last_on
from p2ptrack.store.git.moments import MEETING_TAG, Moment, asked, day_of, meeting_day, told, too_early, unknown
from p2ptrack.store.git.moves import PATHSPECS, PROGRAMME, data_folder, folder_at
from p2ptrack.store.git.program import Ran, run
from p2ptrack.store.git.refusals import SHALLOW, astray, lacking, no_commit, outside, refused
from p2ptrack.store.git.tags import meetings as meetings_of
from p2ptrack.store.lenient import leniently
from p2ptrack.store.load import programme_of

__all__ = ["Change", "Commit", "Moment", "Repository"]

_LINE = ("log", "--first-parent", "-z", "--reverse", "--encoding=UTF-8", "--date=raw", "--no-notes", FORMAT)
_STANDING = ("--is-shallow-repository", "--is-inside-work-tree", "--show-prefix")
_BOOLEAN = frozenset({"true", "false"})
_RAW = ("-m", "--sparse", "--raw", "--no-renames", "--no-abbrev", "--no-relative")


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that a register's folder is in.

    `prefix` leads from its top to that folder (empty, or ending with `/`). `head` is the commit that the work tree
    stands at. A `shallow` one lacks the older part of its history.
    """

    root: Path
    prefix: str
    head: str
    shallow: bool

    @classmethod
    def of(cls, root: Path) -> Repository:
        """Find the repository of a register's folder.

        Raises `CannotGoOn` without git, outside of a repository or its work tree, in one that git does not trust, and
        before the first commit.
        """
        ran = run(root, "rev-parse", *_STANDING, "--quiet", "--verify", "HEAD^{commit}")
        shallow, inside, rest = (*ran.text.split("\n", 2), "", "")[:3]
        if shallow not in _BOOLEAN:
            raise refused(root, ran)
        if inside != "true":
            raise outside(root)
        if ran.code:
            raise no_commit(root, run(root, "for-each-ref", "--count=1"))
        prefix, _, head = rest.removesuffix("\n").rpartition("\n")
        return cls(root, prefix, head, shallow == "true")

    def git(self, *words: str, send: bytes = b"") -> Ran:
        """Run git here. Raises `CannotGoOn` when it refuses."""
        ran = run(self.root, *words, send=send)
        if ran.code:
            raise refused(self.root, ran)
        return ran

    def moment(self, when: str) -> Moment:
        """Return the commit that is meant by a commit, a tag, a date or a meeting's id, and the day that goes with it.

        A date means the last state of the first-parent line on that day; a meeting its tag `meeting/ID`, else its
        date. Raises `WrongUsage` for what is none of them, and `CannotGoOn` where this copy lacks that history.
        """
        found = self.named(when)
        return replace(found, day=self._official(found)) if found else self._of_day(when)

    def _official(self, found: Moment) -> date:
        """Return the day on which a commit of the line was official, whatever its clock gave; of another, its own."""
        line = commits(run(self.root, *_LINE, self.head, "--").out)
        return next((commit.day for commit in line if commit.id == found.commit), found.day)

    def named(self, when: str) -> Moment | None:
        """Return the commit that has this name: a meeting's tag, any other, or the commit's own; None for none.

        A branch that is named as a day or a meeting of the programme is not what is meant.
        """
        if not when.isprintable() or not when.strip():
            return None
        # Without a commit of this name git ends well all the same, and says which is missing.
        found, branch = told(run(self.root, "cat-file", "--batch", send=asked(when)).out, when)
        return None if (branch and self._is_day(when)) or (found and self._is_another_s(found, when)) else found

    def _is_another_s(self, found: Moment, when: str) -> bool:
        """Whether a meeting's id was asked for, and its tag is that of another register of the repository."""
        return found.meeting == when and when not in meetings_of(self.root, self.prefix, f"--points-at={found.commit}")

    def _is_day(self, when: str) -> bool:
        try:
            return bool(self.day(when))
        except WrongUsage:
            return False

    def day(self, when: str, option: str = "--at") -> tuple[date, str]:
        """Return the day that is written after an option, or that of a meeting, with the meeting's id.

        Raises `WrongUsage` for what is neither.
        """
        meetings = {meeting.id: meeting for meeting in programme_of(Folder(self.root), leniently).meetings}
        if when in meetings:
            self._check_tag(f"{MEETING_TAG}{when}")
            return meeting_day(meetings[when]), when
        day = day_of(when, option)
        if day is None:
            more = f" {SHALLOW}" if self.shallow else ""
            raise WrongUsage(f"{unknown(when, meetings)}{more}")
        return day, ""

    def _check_tag(self, name: str) -> None:
        """Raise `CannotGoOn` where there is a tag, and it leads to no commit."""
        there = run(self.root, "for-each-ref", "--format=%(refname)", name).text.splitlines()
        if name in there and run(self.root, "cat-file", "-e", f"{name}^{{commit}}").code:
            raise astray(name.removeprefix("refs/tags/"))

    def _of_day(self, when: str) -> Moment:
        day, meeting = self.day(when)
        line = self.line()
        last = last_on(line, day)
        if last is None:
            more = f" {SHALLOW}" if self.shallow else ""
            raise CannotGoOn(f"{too_early(day, line[0].day, shallow=self.shallow)}{more}")
        return Moment(last.id, day, meeting, by_date=True)

    def line(self, until: str = "") -> tuple[Commit, ...]:
        """Return the first-parent line up to a commit (else to where the work tree stands), oldest first."""
        return commits(self.git(*_LINE, until or self.head, "--").out)

    def moved_from(self, commit: str) -> str:
        """Return the folder that the register's data had in an older commit, from the repository's top."""
        if commit == self.head:
            return data_folder(self.prefix)
        line = commits(self.git(*_LINE, *_RAW, self.head, "--", *PATHSPECS).out)
        return folder_at(line, data_folder(self.prefix), commit)

    def programmes(self, commit: str) -> tuple[str, ...]:
        """Return the path of every programme that a commit has, from the repository's top: of this register or not."""
        paths = self.git("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).text.split("\0")
        return tuple(path for path in paths if f"/{path}".endswith(f"/{PROGRAMME}"))

    def listed(self, commit: str, folder: str, names: tuple[str, ...]) -> str:
        """Return git's own list of all files under some names in a folder of a commit; nothing where it has no such."""
        ran = run(self.root, "ls-tree", "-r", "-z", "-l", "--full-tree", f"{commit}:{folder}", "--", *names)
        if ran.code and "Not a valid object name" not in ran.err:
            raise refused(self.root, ran)
        return ran.text if not ran.code else ""

    def blobs(self, ids: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of blobs, each once, from one `git cat-file --batch`.

        Raises `CannotGoOn` when this copy of the repository lacks one.
        """
        wanted = tuple(dict.fromkeys(ids))
        if not wanted:
            return {}
        out = self.git("cat-file", "--batch", "--buffer", send="".join(f"{id_}\n" for id_ in wanted).encode()).out
        return _contents(out, wanted)


def _contents(out: bytes, wanted: Iterable[str]) -> dict[str, bytes]:
    found, at = {}, 0
    for id_ in wanted:
        end = out.index(b"\n", at)
        about = out[at:end].split(b" ")
        if about[1] != b"blob":
            raise lacking()
        size = int(about[2])
        found[id_] = out[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found
