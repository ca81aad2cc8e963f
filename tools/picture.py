"""Draw the picture in the README from pages of the real papers: `make picture`. Needs `pdftoppm`, of poppler-utils."""

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
BEHIND = "#d9dee5"
EDGE = "#9aa5b1"
COLOURS = 128


def main() -> None:
    """Draw the action plan's first page, and beside it its grid and the first page of the follow-up paper."""
    with tempfile.TemporaryDirectory() as folder:
        plan, follow_up = (pages(Path(folder), report) for report in ("action-plan", "audit-follow-up"))
    grid = next(page for page in plan if page.width > page.height)
    picture = beside(plan[0], (grid, follow_up[0]))
    picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def pages(folder: Path, report: str) -> list[Image.Image]:
    """Return a paper's pages as they are printed."""
    pdf = folder / f"{report}.pdf"
    render = [sys.executable, "-m", "p2ptrack", "render", report, "--format", "pdf", "--as-of", AS_OF]
    subprocess.run([*render, "--root", str(ROOT), "--output", str(pdf)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(pdf), str(folder / report)], check=True)
    return [Image.open(page).convert("RGB") for page in sorted(folder.glob(f"{report}-*.png"))]


def beside(upright: Image.Image, wide: tuple[Image.Image, Image.Image]) -> Image.Image:
    """Return an upright page and, beside it, two wide ones that are together as high."""
    left = sized(upright, HEIGHT)
    right = [sized(page, (HEIGHT - GAP) // 2) for page in wide]
    picture = Image.new("RGB", (left.width + right[0].width + 3 * GAP, HEIGHT + 2 * GAP), BEHIND)
    picture.paste(left, (GAP, GAP))
    for place, page in enumerate(right):
        picture.paste(page, (left.width + 2 * GAP, GAP + place * (page.height + GAP)))
    return picture


def sized(page: Image.Image, height: int) -> Image.Image:
    """Return a page of this height, with an edge."""
    width = round(page.width * height / page.height)
    return ImageOps.expand(page.resize((width - 2, height - 2), Image.Resampling.LANCZOS), 1, EDGE)


if __name__ == "__main__":
    main()
