"""LibreOffice opens Word files and workbooks and finds every word. Slow, so only in `make test-papers`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from p2ptrack.reports.document import Document
from tests.office.builders import WHOLE, convert_with_libreoffice, hostile, parts, plain_words, words_of, write_format
from tests.papers.builders import seed_paper

pytestmark = pytest.mark.papers

TO = {"docx": "txt:Text (encoded):UTF8", "xlsx": "html:HTML (StarCalc)"}
RELATIONS = "word/_rels/document.xml.rels"
PAPERS = ("action-plan", "audit-follow-up", "figures", "whole", "hostile")


def paper_of(name: str) -> Document:
    return {"whole": lambda: WHOLE, "hostile": hostile}.get(name, lambda: seed_paper(name))()


def convert_papers(files: Mapping[str, bytes], ending: str, to: str, folder: Path) -> dict[str, Path]:
    """Return what LibreOffice makes of each file, by its name."""
    for name, data in files.items():
        (folder / f"{name}.{ending}").write_bytes(data)
    convert_with_libreoffice([folder / f"{name}.{ending}" for name in files], to, folder / "out")
    converted = {path.stem: path for path in sorted((folder / "out").iterdir())}
    assert converted.keys() == files.keys()
    return converted


def list_link_targets(data: bytes) -> str:
    """Return the addresses of the links of a file, which LibreOffice's text leaves out."""
    targets = re.findall(r'Target="([^"]*)" TargetMode="External"', parts(data).get(RELATIONS, b"").decode())
    return unquote(unescape(" ".join(targets)))


@pytest.mark.parametrize("ending", TO)
def test_no_word_is_lost(ending: str, tmp_path: Path) -> None:
    files = {name: write_format(ending, paper_of(name)) for name in PAPERS}
    for name, file in convert_papers(files, ending, TO[ending], tmp_path).items():
        text = file.read_text(encoding="utf-8")
        matches = Counter(plain_words(text if ending == "docx" else unescape(re.sub("<(?!br)[^>]*>", "", text))))
        expected = Counter(words_of(paper_of(name)))
        assert expected.total() > 100
        assert set(expected - matches) - set(plain_words(list_link_targets(files[name]))) == set(), name


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_it_can_be_printed(ending: str, tmp_path: Path) -> None:
    files = {name: write_format(ending, paper_of(name)) for name in PAPERS}
    for name, file in convert_papers(files, ending, "pdf", tmp_path).items():
        assert file.read_bytes().startswith(b"%PDF-")
        assert file.stat().st_size > 10_000, name
