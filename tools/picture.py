"""Draw the picture in the README from pages of the papers: `make picture`. Needs `pdftoppm`, of poppler-utils."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "papers.png"
AS_OF = "2023-01-12"

HEIGHT = 1060
GAP = 20
BACKGROUND_COLOUR = "#d9dee5"
BORDER_COLOUR = "#9aa5b1"
MAX_COLOURS = 128


def main() -> None:
    """Draw the first two pages of the action plan and the first page of the progress report, side by side."""
    with tempfile.TemporaryDirectory() as folder:
        plan, progress = (render_pages(Path(folder), report) for report in ("action-plan", "progress-report"))
    picture = compose_pages((plan[0], plan[1], progress[0]))
    picture.quantize(MAX_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


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
