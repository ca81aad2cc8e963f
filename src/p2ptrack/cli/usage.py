"""Wrong usage in one plain sentence, with the nearest right word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from typer import TyperException


def nearest(word: str, words: Iterable[str]) -> str:
    """Return ` Did you mean …?` for the nearest of the words, whatever the case; nothing where none is near."""
    from difflib import get_close_matches

    by_fold = {each.casefold(): each for each in words}
    near = get_close_matches(word.casefold(), by_fold, n=1)
    return f" Did you mean {by_fold[near[0]]}?" if near else ""


def sentence(error: TyperException) -> str:
    """Return what is wrong with a command line, and where to read what is right."""
    context: Any = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "p2ptrack"
    return f"{_wrong(error, context)} See: {command} --help"


def _wrong(error: TyperException, context: Any) -> str:
    message = error.format_message()
    option = getattr(error, "option_name", None)
    if option and message.startswith("No such option"):
        name = option if option.startswith("-") else f"--{option}"
        return f"There is no option {name} here.{nearest(name, _options(context))}"
    if option:
        return f"The option {option} needs a value after it." if "requires an argument" in message else _ended(message)
    if extra := re.match(r"Got unexpected extra arguments? ?\(s?\)? ?\((.*)\)", message):
        return f"There is a word too many: {extra[1]}."
    if missing := re.match(r"Missing argument '?(.*?)'?\.$", message):
        return f"A word is missing: {missing[1]}."
    return _ended(message.replace("Invalid value for", "Wrong value for"))


def _options(context: Any) -> list[str]:
    return [name for param in context.command.get_params(context) for name in param.opts if name.startswith("-")]


def _ended(message: str) -> str:
    return message if message.endswith((".", "?")) else f"{message}."
