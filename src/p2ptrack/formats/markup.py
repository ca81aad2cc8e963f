"""Text that is HTML already."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that this program made and that templates print as it is; everything else they escape."""

    text: str

    def __html__(self) -> str:
        """Return the HTML; the name is the protocol that Jinja's autoescape asks for."""
        return self.text

    def __str__(self) -> str:
        return self.text
