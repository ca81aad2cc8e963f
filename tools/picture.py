"""Draw the pictures in the README and in docs/site.md: `make picture`.

Needs `pdftoppm` of poppler-utils for the papers, and Chromium with playwright for the site: `make test-papers` installs
both.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

from tools.papers import PROGRAMS

ROOT = Path(__file__).resolve().parent.parent
PICTURE, SITE_PICTURE = ROOT / "docs" / "papers.png", ROOT / "docs" / "site.png"
AS_OF = "2023-01-12"

DEMO_DAY = "2026-09-21"
SCREENS = {
    "position": ("index.html", 1024, 1180),
    "record": ("record/a03.html", 1024, 1180),
    "list": ("owner/head-of-procurement.html", 390, 1180),
}
"""The pages of the site in its picture, each with the width and height of a screen."""
HEIGHT = 1060
GAP = 20
BACKGROUND_COLOUR = "#d9dee5"
BORDER_COLOUR = "#9aa5b1"
MAX_COLOURS = 128


def main() -> None:
    """Draw pages of papers side by side, and below one another pages of the site on a screen and on a phone."""
    with tempfile.TemporaryDirectory() as folder:
        plan, progress = (render_pages(Path(folder), report) for report in ("action-plan", "progress-report"))
        site = render_site(Path(folder))
    save_picture(compose_pages((plan[0], plan[1], progress[0])), PICTURE)
    save_picture(compose_pages(site), SITE_PICTURE)


def save_picture(picture: Image.Image, file: Path) -> None:
    """Save a picture with few colours, so that it is small."""
    picture.quantize(MAX_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, optimize=True)


def render_site(folder: Path) -> tuple[Image.Image, ...]:
    """Return the first page, a record and a list of the demonstration's site, the list as on a phone."""
    from playwright.sync_api import sync_playwright

    register, site = folder / "register", folder / "site"
    for words in (["init", "--demo", str(register)], ["site", str(site), "--root", str(register), "--as-of", DEMO_DAY]):
        subprocess.run([sys.executable, "-m", "p2ptrack", *words], check=True, stdout=subprocess.DEVNULL)
    executable = next(filter(None, map(shutil.which, PROGRAMS["chromium"])))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for name, (path, width, height) in SCREENS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
            page.goto((site / path).as_uri())
            page.screenshot(path=folder / f"{name}.png")
        browser.close()
    return tuple(Image.open(folder / f"{name}.png").convert("RGB") for name in SCREENS)


def render_pages(folder: Path, report: str) -> list[Image.Image]:
    """Return the pages of a paper as printed."""
    pdf = folder / f"{report}.pdf"
    render = [sys.executable, "-m", "p2ptrack", "render", report, "--format", "pdf", "--as-of", AS_OF]
    subprocess.run([*render, "--root", str(ROOT), "--output", str(pdf)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(pdf), str(folder / report)], check=True)
    return [Image.open(page).convert("RGB") for page in sorted(folder.glob(f"{report}-*.png"))]


def compose_pages(pages: tuple[Image.Image, ...]) -> Image.Image:
    """Return pages side by side, all of one height."""
    resized = [resize_page(page, HEIGHT) for page in pages]
    width = sum(page.width for page in resized) + GAP * (len(pages) + 1)
    picture = Image.new("RGB", (width, HEIGHT + 2 * GAP), BACKGROUND_COLOUR)
    left = GAP
    for page in resized:
        picture.paste(page, (left, GAP))
        left += page.width + GAP
    return picture


def resize_page(page: Image.Image, height: int) -> Image.Image:
    """Return a page of this height with a border."""
    width = round(page.width * height / page.height)
    return ImageOps.expand(page.resize((width - 2, height - 2), Image.Resampling.LANCZOS), 1, BORDER_COLOUR)


if __name__ == "__main__":
    main()
