"""The language of a paper, and what is removed from all of them."""

from __future__ import annotations

import email
import email.policy
import io
import json
import re
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pytest

from p2ptrack.errors import OperationError
from p2ptrack.formats import FORMATS
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.programme import ENGLISH_END, ENGLISH_START, Wording, read_date_words
from p2ptrack.reports.document import Column, Section, Table
from p2ptrack.store.templates import PACKAGED
from p2ptrack.store.yaml import read
from tests.command import run
from tests.papers.builders import PACKAGED_OPTIONS, paper_of
from tests.publication.searching import extract_all_text
from tests.support import THE_DAY, write_register

ACTION = "id: A01\ntitle: Gwaith\nstatus: in_progress\ntarget: early 2027/28\nupdates: [{text: Da <!-- cudd --> iawn.}]"


def test_a_paper_is_in_the_language_of_the_programme() -> None:
    paper = paper_of("action-plan", ACTION, programme="title: T\nlanguage: cy\n")
    html = FORMATS["html"].write(paper, PACKAGED_OPTIONS).decode()
    assert '<html lang="cy">' in html
    assert "12 Ionawr 2023" in html
    assert "early 2027/28 (erbyn 30 Mehefin 2027)" in html
    assert format_long_date(THE_DAY) == "12 January 2023"


def test_a_council_can_name_the_months_itself() -> None:
    months = " ".join(f"m{number}" for number in range(1, 13))
    words = Wording({"months": months, "months_cy": "x", "date_by": "by $day", "date_missing": "none"})
    assert read_date_words(words, "cy").months[0] == "m1"
    with pytest.raises(OperationError, match="Write the twelve months"):
        read_date_words(Wording({"months": "a b"}), "cy")


def test_a_comment_is_in_no_paper() -> None:
    paper = paper_of("action-plan", ACTION)
    for name in ("html", "text", "md", "csv", "json"):
        written = FORMATS[name].write(paper, PACKAGED_OPTIONS).decode()
        assert "cudd" not in written
        assert "iawn." in written


WELSH = "plan: Cynllun gweithredu\nstatus_in_progress: Ar waith\ncontents: Cynnwys\n"


def welsh_register(root: Path, words: str = WELSH, language: str = "cy") -> Path:
    programme = f"title: Cofrestr\nlanguage: {language}\n"
    action = "id: A01\ntitle: Gwaith\nstatus: in_progress\naccountable: Pennaeth Caffael\ntarget: 2023-03-31\n"
    write_register(root, {"actions/A01.yaml": action}, programme)
    (root / "templates").mkdir()
    (root / "templates" / "words.cy.yaml").write_text(words, encoding="utf-8")
    return root


def render(root: Path, format_name: str) -> bytes:
    words = ("--as-of", "2023-01-12", "--format", format_name, "--output", root / "p")
    result = run("render", "action-plan", "--root", root, *words)
    assert result.code == 0, result.err
    return (root / "p").read_bytes()


def test_words_of_a_language_are_used_and_english_that_is_left_is_marked(tmp_path: Path) -> None:
    html = render(welsh_register(tmp_path), "html").decode()
    assert '<html lang="cy">' in html
    assert "Cynllun gweithredu" in html
    assert "Ar waith" in html
    assert '<span lang="en-GB">Responsible officer</span>' in html
    assert '<a class="skip" href="#paper"><span lang="en-GB">Skip to the paper</span></a>' in html
    assert "<title>Action plan" in html
    assert re.findall('="[^"]*<span', html) == []


@pytest.mark.parametrize("format_name", ["html", "text", "md", "csv", "json", "docx", "xlsx"])
def test_no_format_prints_a_mark_of_a_language(tmp_path: Path, format_name: str) -> None:
    data = render(welsh_register(tmp_path), format_name)
    assert not set(ENGLISH_START + ENGLISH_END) & set(extract_all_text(f"paper.{format_name}", data))


@pytest.mark.parametrize(
    ("language", "is_marked"),
    [("en", False), ("en-GB", False), ("en-US", False), ("cy", True), ("cy-GB", True), ("ga", True)],
)
def test_only_a_language_other_than_english_has_marks(tmp_path: Path, language: str, is_marked: bool) -> None:
    html = render(welsh_register(tmp_path, language=language), "html").decode()
    assert ('<span lang="en-GB">' in html) is is_marked
    assert ("Cynllun gweithredu" in html) is language.startswith("cy")


def test_the_words_that_a_council_wrote_without_naming_a_language_are_not_marked(tmp_path: Path) -> None:
    root = welsh_register(tmp_path)
    (root / "templates" / "words.yaml").write_text("accountable: Swyddog cyfrifol\nplan: Other\n", encoding="utf-8")
    html = render(root, "html").decode()
    assert "Swyddog cyfrifol" in html
    assert '<span lang="en-GB">Swyddog' not in html
    assert "Cynllun gweithredu" in html


def test_doctor_lists_the_words_that_are_left_in_english(tmp_path: Path) -> None:
    result = run("doctor", "--root", welsh_register(tmp_path), "--format", "json")
    components = {entry["component"]: entry for entry in json.loads(result.out)["components"]}
    words = components["Words of papers"]
    assert words["present"] is False
    assert re.match(r"\d+ texts are in English: skip, ", words["detail"])
    assert words["detail"].endswith("Add them to templates/words.cy.yaml")


def test_a_mistake_in_the_words_of_a_language_names_its_file_and_line(tmp_path: Path) -> None:
    root = welsh_register(tmp_path, "plan: Cynllun\ncontents: [Cynnwys]\n")
    result = run("render", "action-plan", "--root", root, "--as-of", "2023-01-12", "--output", root / "p")
    assert (result.code, "words.cy.yaml:2: contents must be text." in result.err) == (3, True)


def test_word_and_pdf_state_their_language(tmp_path: Path) -> None:
    root = welsh_register(tmp_path)
    word = extract_all_text("paper.docx", render(root, "docx"))
    assert '<w:lang w:val="cy"' in word
    with pikepdf.open(io.BytesIO(render(root, "pdf"))) as pdf:
        assert str(pdf.Root.Lang) == "cy"


def test_the_site_states_its_language(tmp_path: Path) -> None:
    root = welsh_register(tmp_path)
    assert run("site", tmp_path / "site", "--root", root, "--as-of", "2023-01-12").code == 0
    page = (tmp_path / "site" / "record" / "a01.html").read_text(encoding="utf-8")
    assert '<html lang="cy">' in page
    assert "31 Mawrth 2023" in page or "2023-03-31" in page
    assert '<a href="../records.html"><span lang="en-GB">Records</span></a>' in page


TRANSLATION = (Path(__file__).parent / "words.cy.yaml").read_text(encoding="utf-8")


def read_words(text: str) -> dict[str, str]:
    parsed = read(text.encode(), "words.yaml")
    assert parsed.problems == ()
    return {key: str(value) for key, value in (parsed.value or {}).items()}


def test_every_text_of_the_translation_has_a_key_and_the_same_values() -> None:
    welsh, english = read_words(TRANSLATION), read_words((PACKAGED / "words.yaml").read_text(encoding="utf-8"))
    assert len(welsh) > 750
    assert set(welsh) - set(english) == set()
    values = re.compile(r"\$(\w+)")
    assert {
        key for key, text in welsh.items() if set(values.findall(text)) != set(values.findall(english[key]))
    } == set()


@pytest.mark.slow
def test_papers_and_the_site_are_whole_in_welsh(tmp_path: Path) -> None:
    root = tmp_path / "register"
    assert run("init", "--demo", root).code == 0
    programme = root / "data" / "programme.yaml"
    programme.write_text(f"language: cy\n{programme.read_text(encoding='utf-8')}", encoding="utf-8")
    (root / "templates").mkdir(exist_ok=True)
    (root / "templates" / "words.cy.yaml").write_text(TRANSLATION, encoding="utf-8")
    words = ("--root", root, "--as-of", "2026-09-21")
    assert run("render", "--all", *words, "--output", f"{tmp_path / 'papers'}/").code == 0
    assert run("site", tmp_path / "site", *words).code == 0
    pages = [*(tmp_path / "papers").glob("*.html"), *(tmp_path / "site").rglob("*.html")]
    assert len(pages) > 50
    english = read_words((PACKAGED / "words.yaml").read_text(encoding="utf-8"))
    missing = {text for key, text in english.items() if key not in read_words(TRANSLATION)}
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert '<html lang="cy">' in html
        remaining = set(re.findall(r'<span lang="en-GB">([^<]*)</span>', html))
        assert {text for text in remaining if text not in missing} == set(), page.name
    text = (tmp_path / "site" / "record" / "a03.html").read_text(encoding="utf-8")
    assert '<th scope="row"' in text
    assert "29 Mehefin 2026" in text
    assert "Ychwanegwyd diweddariad" in text
    exemptions = (tmp_path / "papers" / "exemptions-report.html").read_text(encoding="utf-8")
    assert "heb gynnwys TAW" in exemptions
    assert re.findall(r"excluding VAT|including VAT| a year\b|None\.", exemptions) == []


WELSH_REGISTERS = """\
title: Cofrestr
language: cy
registers:
  arbedion:
    singular: arbediad
    plural: arbedion
    prefix: S
    total_within: math
    fields:
      math: {type: choice, choices: [Arian, Incwm], role: [required, group], title: Math}
      swm: {type: money, role: sum, title: Swm}
      erbyn: {type: date, role: due, title: Erbyn}
  gwag: {singular: gwagle, plural: gwagleoedd, prefix: W, fields: {swm: {type: money, title: Swm}}}
"""
SAVINGS = {
    "arbedion/S01.yaml": "id: S01\ntitle: Papur\nmath: arian\nswm: {amount: 12000, period: year, vat: net}\n"
    "erbyn: 2022-03-31\nstatus: in_progress\naccountable: Pennaeth Caffael\n",
    "arbedion/S02.yaml": "id: S02\ntitle: Ynni\nmath: incwm\nswm: {amount: 500, period: whole_life, vat: gross}\n",
}
REMAINING_ENGLISH = re.compile(
    r"excluding VAT|including VAT| a year\b| in all\b|None\.|Responsible officer|\bStatus\b|Target date"
    r"|lang=\"en-GB\"|\b[Oo]verdue\b|not recorded|There are"
)


def extract_text(format_name: str, data: bytes) -> str:
    """Return what a paper prints, of Word and Excel without their markup."""
    if format_name not in {"docx", "xlsx"}:
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.endswith(("document.xml", "sharedStrings.xml"))]
        return "\n".join(re.sub(r"<[^>]+>", "\n", package.read(name).decode()) for name in names)


@pytest.mark.parametrize("format_name", ["html", "docx", "xlsx", "text", "md"])
def test_the_paper_of_declared_registers_is_whole_in_welsh(tmp_path: Path, format_name: str) -> None:
    root = tmp_path / "register"
    write_register(root, SAVINGS, WELSH_REGISTERS)
    (root / "templates").mkdir()
    (root / "templates" / "words.cy.yaml").write_text(TRANSLATION, encoding="utf-8")
    words = ("--root", root, "--as-of", "2023-01-12", "--format", format_name, "--output", root / "p")
    result = run("render", "register", *words)
    assert result.code == 0, result.err
    text = extract_text(format_name, (root / "p").read_bytes())
    assert "£12,000 y flwyddyn, heb" in text  # a line of the text may end here
    assert "£500 i gyd, gan" in text
    assert "Swyddog cyfrifol" in text
    assert REMAINING_ENGLISH.findall(text) == []


@pytest.mark.parametrize("format_name", ["html", "docx", "xlsx", "text", "md"])
@pytest.mark.parametrize(("words", "printed"), [({}, "None."), ({"table_empty": "Dim."}, "Dim.")])
def test_a_table_without_rows_reports_it_in_the_words_of_the_paper(
    format_name: str, words: dict[str, str], printed: str
) -> None:
    paper = paper_of("action-plan", ACTION, programme="title: T\n")
    empty = Table("empty", "Gwag", (Column("id", "Id"), Column("own", "None.")), ())
    with_empty_text = replace(empty, key="stated", empty="Nothing yet.")
    paper = replace(paper, records=None, blocks=(Section("s", "S", (empty, with_empty_text)),))
    options = replace(PACKAGED_OPTIONS, wording=Wording({**PACKAGED_OPTIONS.wording.templates, **words}))
    text = extract_text(format_name, FORMATS[format_name].write(paper, options))
    assert printed in text
    assert "Nothing yet." in text


REMINDED = {
    "actions/A01.yaml": "id: A01\ntitle: Gwaith\ntarget: 2023-01-11\naccountable: Pennaeth Caffael\n"
    "inferred: [target]\nupdates: [{date: 2023-01-02, status: in_progress}]\nstatus: in_progress\n",
    "actions/A02.yaml": "id: A02\ntitle: Canllaw\ntarget: 2023-01-13\naccountable: Pennaeth Caffael\n",
    "actions/A03.yaml": "id: A03\ntitle: Staff\naccountable: Pennaeth Caffael\nstatus: not_started\n",
    "actions/A04.yaml": "id: A04\ntitle: Porth\ntarget: 2024-03-31\naccountable: Pennaeth Caffael\n"
    "status: in_progress\nupdates: [{date: 2023-01-03, see: A01}]\n",
}
MEETING = "meetings: [{id: PA, body: Pwyllgor Archwilio, date: 2023-03-15, papers_due: 2023-03-01}]\n"


def render_mail(root: Path, translation: str) -> list[str]:
    """Return the reminder of an officer as text and HTML, and the e-mail that asks for updates as its two texts."""
    write_register(root, REMINDED, f"title: Cofrestr\nlanguage: cy\nroles: [Pennaeth Caffael]\n{MEETING}")
    (root / "templates").mkdir()
    (root / "templates" / "words.cy.yaml").write_text(translation, encoding="utf-8")
    words = ("--root", root, "--as-of", "2023-01-12")
    texts = []
    for format_name in ("text", "html"):
        assert run("digest", *words, "--format", format_name, "--output", root / "digest").code == 0
    assert run("collect", "--for", "PA", *words, "--output", root / "mail").code == 0
    texts += [file.read_text(encoding="utf-8") for file in sorted((root / "digest").iterdir())]
    message = email.message_from_bytes((root / "mail" / "pennaeth-caffael.eml").read_bytes(), policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    return [*texts, message["Subject"], *(str(body.get_content()) for body in bodies if body)]


ENGLISH_IN_MAIL = re.compile(
    r"lang=\"en-GB\"|\b(?:[Oo]verdue|[Dd]ue|days?|update|[Tt]arget date|none|Position|open items?|Next|Papers|Our|"
    r"Please|What|Item|public|Exempt|Responsible|January|March|In progress|Status)\b"
)


def test_reminders_and_requests_are_whole_in_welsh(tmp_path: Path) -> None:
    texts = render_mail(tmp_path, TRANSLATION)
    assert len(texts) == 5
    pages = [re.sub(r"<style>.*?</style>|\s+", " ", text, flags=re.DOTALL) for text in texts]
    assert [ENGLISH_IN_MAIL.findall(re.sub(r"<(?!html|span)[^>]*>", " ", page)) for page in pages] == [[]] * 5
    assert "1 diwrnod yn hwyr" in pages[0] + pages[1]
    assert "12 Ionawr 2023" in pages[0]
    assert pages[2] == "Diweddariadau ar gyfer cyfarfod Mawrth 2023 Pwyllgor Archwilio: Pennaeth Caffael"
    assert "Statws: Ar waith." in pages[4]


def test_what_of_a_reminder_is_not_translated_is_marked_as_english(tmp_path: Path) -> None:
    html, text, subject, plain, page = render_mail(tmp_path, "mail_position: Sefyllfa\n")
    assert '<html lang="cy">' in html
    assert '<span lang="en-GB">Last update</span>' in html
    assert '<span lang="en-GB">Question</span>' in page
    assert not set(ENGLISH_START + ENGLISH_END) & set(html + text + subject + plain + page)


def test_the_marks_of_a_reminder_are_in_its_language(tmp_path: Path) -> None:
    law = "policy: {exemption_law: england}\n"
    exempt = {
        "A02": "exempt: {paragraph: 3, reason: x}\n",
        "A03": "exempt: {paragraph: 3, reason: x, fields: [title]}\n",
    }
    files = {path: text + exempt.get(path[8:11], "") for path, text in REMINDED.items()}
    write_register(tmp_path, files, f"title: Cofrestr\nlanguage: cy\nroles: [Pennaeth Caffael]\n{law}")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "words.cy.yaml").write_text(TRANSLATION, encoding="utf-8")
    words = ("--root", tmp_path, "--as-of", "2023-01-12", "--audience", "members")
    html = run("digest", *words, "--format", "html", "--output", "-").out
    assert re.findall(r"A0[23] \([^)]*\)", html) == ["A02 (eithriedig)", "A03 (eithriedig yn rhannol)"]
