"""The answers of the query commands: each a function of the case, and of its own options, to a Document."""
