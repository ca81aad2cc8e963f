"""The only code that runs git. Nothing that a repository configures is run, and nothing is fetched or written."""

from p2ptrack.store.git.standing import head

__all__ = ["head"]
