"""The council's logo at the head of its papers in Word."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from p2ptrack.errors import OperationError
from p2ptrack.formats.html.templates import describe_logo
from p2ptrack.store.templates import list_unused_logos
from tests.office.builders import WHOLE, parts, write_format
from tests.papers.builders import PACKAGED_OPTIONS, png


@pytest.mark.parametrize(
    ("width", "height", "centimetres"), [(200, 100, (4.0, 2.0)), (1000, 100, (7.0, 0.7)), (10, 10, (2.0, 2.0))]
)
def test_a_logo_is_shown_at_a_size_that_leaves_room(
    width: int, height: int, centimetres: tuple[float, float], tmp_path: Path
) -> None:
    picture = png(width, height)
    (tmp_path / "logo.png").write_bytes(picture)
    options = replace(PACKAGED_OPTIONS, templates=(tmp_path, *PACKAGED_OPTIONS.templates))
    output = write_format("docx", WHOLE, options)
    read = docx.Document(io.BytesIO(output))
    (shape,) = read.inline_shapes
    assert (round(shape.width.cm, 3), round(shape.height.cm, 3)) == centimetres
    assert parts(output)["word/media/logo.png"] == picture
    assert [item.text for item in read.paragraphs[:3]] == ["Draft", "", "A council"]
    assert b"decorative" in parts(output)["word/document.xml"]
    assert write_format("docx", WHOLE, options) == output


@pytest.mark.parametrize("data", [b"GIF89a", png(0, 5), b""])
def test_a_logo_that_is_not_a_png_is_an_error(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(data)
    with pytest.raises(OperationError) as raised:
        write_format("docx", WHOLE, replace(PACKAGED_OPTIONS, templates=(tmp_path, *PACKAGED_OPTIONS.templates)))
    assert str(raised.value) == f"{file} is not a PNG picture, or is damaged. Save it again as PNG."


def test_an_unreadable_logo_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(png(1, 1))

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(OperationError) as raised:
        write_format("docx", WHOLE, replace(PACKAGED_OPTIONS, templates=(tmp_path, *PACKAGED_OPTIONS.templates)))
    assert str(raised.value) == f"{file} cannot be read: you do not have permission. Correct that and try again."


def test_a_file_that_was_meant_as_the_logo_is_named(tmp_path: Path) -> None:
    folders = (tmp_path, *PACKAGED_OPTIONS.templates)
    assert (list_unused_logos(folders), describe_logo(folders)) == ([], "")
    (tmp_path / "logo.png").write_bytes(png(4, 4))
    assert (list_unused_logos(folders), describe_logo(folders)) == ([], "logo.png")
    for name in ("Logo.SVG", "logo.jpg", "catalogue.png"):
        (tmp_path / name).write_bytes(b"x")
    sentences = [
        f"{tmp_path.name}/Logo.SVG is not used as the logo. Call it logo.svg.",
        f"{tmp_path.name}/logo.jpg is not used as the logo. Save the picture as logo.png or logo.svg.",
    ]
    assert list_unused_logos(folders) == sentences
    with pytest.raises(OperationError, match="Call it logo"):
        describe_logo(folders)
