"""Wrong usage in one plain sentence, with the nearest right word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from typer import TyperException


def format_suggestion(word: str, candidates: Iterable[str]) -> str:
    """Return ` Did you mean …?` for the nearest of the words, whatever the case; nothing where none is near."""
    from difflib import get_close_matches

    by_folded_name = {candidate.casefold(): candidate for candidate in candidates}
    matches = get_close_matches(word.casefold(), by_folded_name, n=1)
    return f" Did you mean {by_folded_name[matches[0]]}?" if matches else ""


def format_usage_error(error: TyperException) -> str:
    """Return what is wrong with a command line, and where to read what is right."""
    context: Any = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "p2ptrack"
    return f"{_describe_error(error, context)} See: {command} --help"


def _describe_error(error: TyperException, context: Any) -> str:
    message = error.format_message()
    option = getattr(error, "option_name", None)
    if option and message.startswith("No such option"):
        name = option if option.startswith("-") else f"--{option}"
        return f"There is no option {name} here.{format_suggestion(name, _option_names(context))}"
    if option:
        return (
            f"The option {option} needs a value after it."
            if "requires an argument" in message
            else _end_sentence(message)
        )
    if extra_match := re.match(r"Got unexpected extra arguments? ?\(s?\)? ?\((.*)\)", message):
        return f"There is a word too many: {extra_match[1]}."
    if missing_match := re.match(r"Missing argument '?(.*?)'?\.$", message):
        return f"A word is missing: {missing_match[1]}."
    return _end_sentence(message.replace("Invalid value for", "Wrong value for"))


def _option_names(context: Any) -> list[str]:
    return [name for param in context.command.get_params(context) for name in param.opts if name.startswith("-")]


def _end_sentence(message: str) -> str:
    return message if message.endswith((".", "?")) else f"{message}."
