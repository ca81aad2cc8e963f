"""LibreOffice opens Word files and workbooks and finds every word. Slow, so only in `make test-papers`."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from p2ptrack.reports.document import Document
from tests.office.builders import WHOLE, hostile, parts, plain_words, words_of, write_format
from tests.papers.builders import seed_paper

pytestmark = pytest.mark.papers

TO = {"docx": "txt:Text (encoded):UTF8", "xlsx": "html:HTML (StarCalc)"}
RELATIONS = "word/_rels/document.xml.rels"
PAPERS = ("action-plan", "audit-follow-up", "figures", "whole", "hostile")


def paper_of(name: str) -> Document:
    return {"whole": lambda: WHOLE, "hostile": hostile}.get(name, lambda: seed_paper(name))()


def convert_file(data: bytes, ending: str, to: str, folder: Path) -> list[Path]:
    """Convert a file with LibreOffice, with a profile of its own so that tests can run in parallel."""
    source, out = folder / f"paper.{ending}", folder / "out"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return sorted(out.iterdir())


def list_link_targets(data: bytes) -> str:
    """Return the addresses of the links of a file, which LibreOffice's text leaves out."""
    targets = re.findall(r'Target="([^"]*)" TargetMode="External"', parts(data).get(RELATIONS, b"").decode())
    return unquote(unescape(" ".join(targets)))


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("ending", TO)
def test_no_word_is_lost(name: str, ending: str, tmp_path: Path) -> None:
    data = write_format(ending, paper_of(name))
    (file,) = convert_file(data, ending, TO[ending], tmp_path)
    text = file.read_text(encoding="utf-8")
    matches = Counter(plain_words(text if ending == "docx" else unescape(re.sub("<(?!br)[^>]*>", "", text))))
    expected = Counter(words_of(paper_of(name)))
    assert expected.total() > 100
    assert set(expected - matches) - set(plain_words(list_link_targets(data))) == set()


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_it_can_be_printed(name: str, ending: str, tmp_path: Path) -> None:
    (output,) = convert_file(write_format(ending, paper_of(name)), ending, "pdf", tmp_path)
    assert output.read_bytes().startswith(b"%PDF-")
    assert output.stat().st_size > 10_000
