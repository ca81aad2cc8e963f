"""The only code that runs git. Nothing that a repository configures is run, and nothing is fetched.

Nothing is written but the tag of a meeting that is published.
"""

from p2ptrack.store.git.standing import head, meetings_at

__all__ = ["head", "meetings_at"]
