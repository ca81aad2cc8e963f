"""LibreOffice opens what is written and finds every word of it. Slow, so only where papers are asked for."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from p2ptrack.reports.document import Document
from tests.office.builders import WHOLE, hostile, parts, plain_words, words_of, written
from tests.papers.builders import seed_paper

pytestmark = pytest.mark.papers

TO = {"docx": "txt:Text (encoded):UTF8", "xlsx": "html:HTML (StarCalc)"}
RELATIONS = "word/_rels/document.xml.rels"
PAPERS = ("action-plan", "audit-follow-up", "whole", "hostile")


def paper_of(name: str) -> Document:
    return {"whole": lambda: WHOLE, "hostile": hostile}.get(name, lambda: seed_paper(name))()


def converted(data: bytes, ending: str, to: str, folder: Path) -> list[Path]:
    """Return what LibreOffice makes of a file; its settings are this test's own, so that tests can run side by side."""
    source, out = folder / f"paper.{ending}", folder / "out"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return sorted(out.iterdir())


def followed(data: bytes) -> str:
    """Return the addresses that the links of a file lead to: LibreOffice's text has their words only."""
    targets = re.findall(r'Target="([^"]*)" TargetMode="External"', parts(data).get(RELATIONS, b"").decode())
    return unquote(unescape(" ".join(targets)))


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("ending", TO)
def test_no_word_is_lost(name: str, ending: str, tmp_path: Path) -> None:
    data = written(ending, paper_of(name))
    (file,) = converted(data, ending, TO[ending], tmp_path)
    text = file.read_text(encoding="utf-8")
    found = Counter(plain_words(text if ending == "docx" else unescape(re.sub("<(?!br)[^>]*>", "", text))))
    wanted = Counter(words_of(paper_of(name)))
    assert wanted.total() > 100
    assert set(wanted - found) - set(plain_words(followed(data))) == set()


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_it_can_be_printed(name: str, ending: str, tmp_path: Path) -> None:
    (made,) = converted(written(ending, paper_of(name)), ending, "pdf", tmp_path)
    assert made.read_bytes().startswith(b"%PDF-")
    assert made.stat().st_size > 10_000
