"""What the scan of one text works on and collects."""

from __future__ import annotations

import re
from typing import TypeAlias

from p2ptrack.store.yaml import codes
from p2ptrack.store.yaml.fault import YamlErrorCode, YamlFinding, make_finding
from p2ptrack.store.yaml.lines import SourceLines
from p2ptrack.store.yaml.quote import format_scalar, quote_text
from p2ptrack.store.yaml.signs import INVISIBLE_PATTERN, describe_character, format_code_point

CharSpan: TypeAlias = tuple[int, int]
MAX_FINDINGS = 100
_MAX_EXCERPT = 40
_NOT_LINE_FEED = re.compile(r"[^\n]")


class LintState:
    """A text, the findings in it, and what to cover up before libyaml reads it.

    `text` has the length of the file's own text, with every line end as one line feed, so that positions agree. A
    finding that would stop libyaml is masked: so it is told once, and libyaml's first fault is always another one.
    """

    def __init__(self, lines: SourceLines) -> None:
        self.lines = lines
        self.text = lines.text.replace("\r\n", " \n").replace("\r", "\n")
        self.findings: list[YamlFinding] = []
        self._masks: list[tuple[CharSpan, str]] = []

    def report(self, error_code: YamlErrorCode, span: CharSpan, *, fix: object = "", **details: object) -> None:
        """Add a finding, with another fix than the fault's own where that is given."""
        self.findings.append(make_finding(error_code, span, fix=fix, **details))

    def report_char(self, error_code: YamlErrorCode, index: int, **details: object) -> None:
        """Add a finding about one character, which is named."""
        char = self.lines.text[index]
        self.report(
            error_code, (index, index + 1), name=describe_character(char), number=format_code_point(char), **details
        )

    def suggest_line(self, span: CharSpan, replacement: str) -> str:
        """Return the first line of the span as it should be written, with `new` in the span's place."""
        line, start = self.lines.line_text(span[0]), self.lines.line_start(span[0])
        return (line[: span[0] - start] + replacement + line[span[1] - start :]).strip()

    def suggest_quoted(self, span: CharSpan) -> str:
        """Return the line with the span in quotes."""
        return self.suggest_line(span, quote_text(self.text[slice(*span)]))

    def excerpt(self, span: CharSpan) -> str:
        """Return the span's text, cut where it is long."""
        text = " ".join(self.text[slice(*span)].split())
        return text if len(text) <= _MAX_EXCERPT else text[: _MAX_EXCERPT - 1] + "…"

    def report_indent(self, start: int, pos: int) -> bool:
        """Report a tab or an unseen space between these characters, at the start of a line, and cover it."""
        indent = self.text[start:pos]
        offset = next((index for index, char in enumerate(indent) if char != " "), None)
        if offset is None:
            return False
        if indent[offset] == "\t":
            self.report(codes.TAB_INDENT, (start + offset, pos))
        else:
            position_text = "At the start of this line"
            self.report_char(
                codes.INVISIBLE_SPACE, start + offset, where=position_text, line=self.replace_invisible(start)
            )
        self.mask((start, pos), " ")
        return True

    def report_missing_space(self, key: re.Match[str], span: CharSpan) -> None:
        """Report a value that stands next to its name's colon."""
        line = self.suggest_line((key.end(), span[1]), " " + format_scalar(self.text[key.end() : span[1]]))
        self.report(codes.NO_SPACE_AFTER_COLON, (key.end() - 1, key.end()), line=line)

    def replace_invisible(self, index: int) -> str:
        """Return the line of this character with ordinary spaces in place of those that only look like one."""
        return INVISIBLE_PATTERN.sub(" ", self.lines.line_text(index)).strip()

    def checkpoint(self) -> tuple[int, int]:
        """Return what `restore` needs to forget what is reported from now on."""
        return len(self.findings), len(self._masks)

    def restore(self, checkpoint: tuple[int, int]) -> None:
        """Forget what was reported since, because all of it follows from one greater fault."""
        del self.findings[checkpoint[0] :], self._masks[checkpoint[1] :]

    def mask(self, span: CharSpan, character: str = "x") -> None:
        """Cover these characters when libyaml reads the text; line ends stay."""
        self._masks.append((span, character))

    def apply_masks(self) -> str:
        """Return the text with everything covered that must not reach libyaml."""
        parts: list[str] = []
        masked_until = 0
        for (begin, end), character in sorted(self._masks):
            start = max(begin, masked_until)
            parts += [self.text[masked_until:start], _NOT_LINE_FEED.sub(character, self.text[start:end])]
            masked_until = max(masked_until, end)
        return "".join([*parts, self.text[masked_until:]])
