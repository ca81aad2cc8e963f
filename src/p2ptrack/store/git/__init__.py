"""The only code that runs git. Nothing that a repository configures is run, and nothing is fetched.

Nothing is written but the tag of a meeting that is published.
"""
