"""Charts in Word: metafiles with the drawing of the page, and their summary as alternative text."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator

import docx

from p2ptrack.formats.charts import make_metafile, render_svg
from p2ptrack.reports.document import Bar, BarChart, Picture, Series
from tests.office.builders import parts, write_format
from tests.papers.builders import seed_paper

CHART = BarChart(
    (Series("Closed", "dark"), Series("No status", "crossed")),
    (Bar("First & <last>", (3, 12)), Bar("Wędrówka", (0, 1))),
)
SVG = render_svg(Picture("Two bars.", CHART), "t")
METAFILE, HEIGHT = make_metafile(SVG)
RECTANGLE, LINE_TO, TEXT, END = 43, 54, 84, 14


def iter_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(data):
        kind, size = struct.unpack_from("<II", data, position)
        yield kind, data[position : position + size]
        position += size


def text_of(record: bytes) -> str:
    count, offset = struct.unpack_from("<II", record, 44)
    return record[offset : offset + 2 * count].decode("utf-16-le")


def test_a_metafile_has_every_part_of_the_drawing() -> None:
    records = list(iter_records(METAFILE))
    kinds = [kind for kind, _ in records]
    assert [text_of(record) for kind, record in records if kind == TEXT] == [
        "Closed", "No status", "First & <last>", "3", "12", "15", "Wędrówka", "1", "1",
    ]  # fmt: skip
    assert kinds.count(RECTANGLE) == SVG.count("<rect")
    assert kinds.count(LINE_TO) == len(re.findall(r"M[\d.]+ [\d.]+[Lvh]", SVG))
    assert (kinds[0], kinds[-1]) == (1, END)


def test_the_head_of_a_metafile_counts_its_bytes_and_records() -> None:
    records = list(iter_records(METAFILE))
    size, count, handles = struct.unpack_from("<IIH", METAFILE, 48)
    assert METAFILE[40:44] == b" EMF"
    assert (size, count, handles) == (len(METAFILE), len(records), 5)
    assert all(len(record) % 4 == 0 for _, record in records)
    frame = struct.unpack_from("<iiii", METAFILE, 24)
    assert frame == (0, 0, 17_000, round(HEIGHT * 100))


def test_a_chart_is_a_picture_with_its_summary_as_alternative_text() -> None:
    paper = seed_paper("progress-report")
    output = write_format("docx", paper)
    files = parts(output)
    xml = files["word/document.xml"].decode()
    summaries = re.findall(r'<wp:docPr id="\d+" name="Chart \d+" descr="([^"]*)"', xml)
    assert summaries == ["Recommendations: 9. Actions on them: 33 (Closed 1, Complete 4, In progress 27, No status 1)."]
    assert files["word/media/chart1.emf"][40:44] == b" EMF"
    assert b'PartName="/word/media/chart1.emf" ContentType="image/x-emf"' in files["[Content_Types].xml"]
    assert len(docx.Document(io.BytesIO(output)).inline_shapes) == 1
    assert write_format("docx", paper) == output
