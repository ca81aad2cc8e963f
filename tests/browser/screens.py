"""Widths and settings with which people read a paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Page


PATIENCE = 180_000.0
"""How many milliseconds a busy machine may take for a page. What does not come at all fails all the same."""
WIDTHS = (320, 768, 1280)


@dataclass(frozen=True)
class Screen:
    """A width in CSS pixels and the system's settings. 320 is 1280 pixels at 400 %."""

    width: int
    scheme: Literal["light", "dark"] = "light"
    forced: bool = False
    printed: bool = False
    height: int = 900

    def __str__(self) -> str:
        return f"{self.width} {self.scheme}{' forced' * self.forced}{' printed' * self.printed}"

    def show(self, page: Page) -> None:
        """Apply the width and settings to a page."""
        page.set_viewport_size({"width": self.width, "height": self.height})
        page.emulate_media(
            media="print" if self.printed else "screen",
            color_scheme=self.scheme,
            forced_colors="active" if self.forced else "none",
        )


ZOOMED = Screen(320, height=256)
"""1280 by 1024 pixels at 400 %, as in WCAG 1.4.10."""
PRINTED = Screen(1280, printed=True)
SCREENS = (*map(Screen, WIDTHS), Screen(1280, "dark"), ZOOMED, Screen(320, "dark", forced=True), PRINTED)
"""Each width, and each setting once: colours do not change the layout."""
FEW = (Screen(320), Screen(1280, "dark"), PRINTED)
"""For a paper that is made as another is, and differs only in its texts: other screens would find nothing else."""
