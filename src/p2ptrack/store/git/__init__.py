"""The only code that runs git. Nothing that a repository configures is run, and nothing is fetched.

Nothing is written but the tag of a meeting that is published.
"""

from p2ptrack.store.git.worktree import list_deleted_blobs, list_modified_paths, read_head

__all__ = ["list_deleted_blobs", "list_modified_paths", "read_head"]
