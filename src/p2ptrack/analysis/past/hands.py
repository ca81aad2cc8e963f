"""Who did what of a change: a merge can bring the work of several people on one record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from p2ptrack.analysis.past.differences import EMPTY_VALUES, FieldDiff, diff_fields, is_equivalent
from p2ptrack.records.timeline import Contribution, RecordVersion, Revision

_INDEX_PATTERN = re.compile(r"\[[0-9]+\]")


def strip_indices(field: str) -> str:
    """Return a field's name whatever its place in a list: `updates.text` for `updates[1].text`."""
    return _INDEX_PATTERN.sub("", field)


def attribute_diff(version: RecordVersion, diff: FieldDiff) -> Revision:
    """Return when a difference became official and who wrote it: of what a merge brought, the last to write it so.

    An entry of a list may have had another place before the merge; what is said twice is told by its place.
    """
    attributions = [
        (contribution.author, part_diff)
        for contribution in reversed(version.contributions)
        for part_diff in _iter_contribution_diffs(contribution)
        if _is_same_diff(diff, part_diff)
    ]
    exact_authors = (author for author, part_diff in attributions if part_diff.path == diff.path)
    authors = (author for author, _ in attributions)
    author = next(exact_authors, next(authors, version.revision.author))
    return replace(version.revision, author=author) if version.contributions else version.revision


def _iter_contribution_diffs(contribution: Contribution) -> Iterator[FieldDiff]:
    before, old = contribution.before or (None, EMPTY_VALUES)
    after, new = contribution.after or (None, EMPTY_VALUES)
    if before != after:
        yield FieldDiff("path", before, after)
    if contribution.after is not None:
        yield from diff_fields(old, new)


def _is_same_diff(first: FieldDiff, second: FieldDiff) -> bool:
    if strip_indices(first.path) != strip_indices(second.path) or not is_equivalent(
        _tuple_to_list(first.new), _tuple_to_list(second.new)
    ):
        return False
    return first.new is not None or is_equivalent(_tuple_to_list(first.old), _tuple_to_list(second.old))


def _tuple_to_list(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
