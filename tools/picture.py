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
    """Draw the first page of the action plan, and beside it its grid and the first page of the follow-up paper."""
    with tempfile.TemporaryDirectory() as folder:
        plan, follow_up = (render_pages(Path(folder), report) for report in ("action-plan", "audit-follow-up"))
    grid = next(page for page in plan if page.width > page.height)
    picture = compose_pages(plan[0], (grid, follow_up[0]))
    picture.quantize(MAX_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def render_pages(folder: Path, report: str) -> list[Image.Image]:
    """Return the pages of a paper as printed."""
    pdf = folder / f"{report}.pdf"
    render = [sys.executable, "-m", "p2ptrack", "render", report, "--format", "pdf", "--as-of", AS_OF]
    subprocess.run([*render, "--root", str(ROOT), "--output", str(pdf)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(pdf), str(folder / report)], check=True)
    return [Image.open(page).convert("RGB") for page in sorted(folder.glob(f"{report}-*.png"))]


def compose_pages(portrait: Image.Image, landscape: tuple[Image.Image, Image.Image]) -> Image.Image:
    """Return a portrait page with two landscape pages beside it that are together as high."""
    left = resize_page(portrait, HEIGHT)
    right = [resize_page(page, (HEIGHT - GAP) // 2) for page in landscape]
    size = (left.width + right[0].width + 3 * GAP, HEIGHT + 2 * GAP)
    picture = Image.new("RGB", size, BACKGROUND_COLOUR)
    picture.paste(left, (GAP, GAP))
    for index, page in enumerate(right):
        picture.paste(page, (left.width + 2 * GAP, GAP + index * (page.height + GAP)))
    return picture


def resize_page(page: Image.Image, height: int) -> Image.Image:
    """Return a page of this height with a border."""
    width = round(page.width * height / page.height)
    return ImageOps.expand(page.resize((width - 2, height - 2), Image.Resampling.LANCZOS), 1, BORDER_COLOUR)


if __name__ == "__main__":
    main()
