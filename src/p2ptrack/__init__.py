"""p2ptrack: a register of procurement recommendations, actions and follow-ups, and its papers."""

__version__ = "0.1.0"
