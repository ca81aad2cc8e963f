"""What the scan of one text works on and collects."""

from __future__ import annotations

import re
from typing import TypeAlias

from p2ptrack.store.yaml import codes
from p2ptrack.store.yaml.fault import Fault, Finding, found
from p2ptrack.store.yaml.lines import Lines
from p2ptrack.store.yaml.quote import as_value, quoted
from p2ptrack.store.yaml.signs import UNSEEN_SIGN, name_of, number_of

Span: TypeAlias = tuple[int, int]
MOST_FINDINGS = 100
_LONGEST = 40
_NOT_BREAK = re.compile(r"[^\n]")


class Sheet:
    """A text, the findings in it, and what to cover up before libyaml reads it.

    `text` has the length of the file's own text, with every line end as one line feed, so that positions agree. A
    finding that would stop libyaml is masked: so it is told once, and libyaml's first fault is always another one.
    """

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.text = lines.text.replace("\r\n", " \n").replace("\r", "\n")
        self.findings: list[Finding] = []
        self._masks: list[tuple[Span, str]] = []

    def report(self, fault: Fault, span: Span, *, fix: object = "", **words: object) -> None:
        """Add a finding, with another fix than the fault's own where that is given."""
        self.findings.append(found(fault, span, fix=fix, **words))

    def report_char(self, fault: Fault, index: int, **words: object) -> None:
        """Add a finding about one character, which is named."""
        char = self.lines.text[index]
        self.report(fault, (index, index + 1), name=name_of(char), number=number_of(char), **words)

    def instead(self, span: Span, new: str) -> str:
        """Return the first line of the span as it should be written, with `new` in the span's place."""
        line, start = self.lines.line(span[0]), self.lines.start(span[0])
        return (line[: span[0] - start] + new + line[span[1] - start :]).strip()

    def in_quotes(self, span: Span) -> str:
        """Return the line with the span in quotes."""
        return self.instead(span, quoted(self.text[slice(*span)]))

    def short(self, span: Span) -> str:
        """Return the span's text, cut where it is long."""
        text = " ".join(self.text[slice(*span)].split())
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    def report_indent(self, start: int, at: int) -> bool:
        """Report a tab or an unseen space between these characters, at the start of a line, and cover it."""
        indent = self.text[start:at]
        odd = next((index for index, char in enumerate(indent) if char != " "), None)
        if odd is None:
            return False
        if indent[odd] == "\t":
            self.report(codes.TAB, (start + odd, at))
        else:
            where = "At the start of this line"
            self.report_char(codes.UNSEEN_SPACE, start + odd, where=where, line=self.without_unseen(start))
        self.mask((start, at), " ")
        return True

    def report_no_space(self, key: re.Match[str], span: Span) -> None:
        """Report a value that stands next to its name's colon."""
        line = self.instead((key.end(), span[1]), " " + as_value(self.text[key.end() : span[1]]))
        self.report(codes.NO_SPACE_AFTER_COLON, (key.end() - 1, key.end()), line=line)

    def without_unseen(self, index: int) -> str:
        """Return the line of this character with ordinary spaces in place of those that only look like one."""
        return UNSEEN_SIGN.sub(" ", self.lines.line(index)).strip()

    def state(self) -> tuple[int, int]:
        """Return what `restore` needs to forget what is reported from now on."""
        return len(self.findings), len(self._masks)

    def restore(self, state: tuple[int, int]) -> None:
        """Forget what was reported since, because all of it follows from one greater fault."""
        del self.findings[state[0] :], self._masks[state[1] :]

    def mask(self, span: Span, sign: str = "x") -> None:
        """Cover these characters when libyaml reads the text; line ends stay."""
        self._masks.append((span, sign))

    def masked(self) -> str:
        """Return the text with everything covered that must not reach libyaml."""
        parts: list[str] = []
        done = 0
        for (begin, end), sign in sorted(self._masks):
            start = max(begin, done)
            parts += [self.text[done:start], _NOT_BREAK.sub(sign, self.text[start:end])]
            done = max(done, end)
        return "".join([*parts, self.text[done:]])
