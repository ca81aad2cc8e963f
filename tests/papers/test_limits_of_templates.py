"""Templates and pictures that would take for ever, or all the memory, are refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.formats.html import templates
from p2ptrack.formats.html.page import render_page
from p2ptrack.formats.html.templates import PictureError, check_svg, locate_template_errors
from p2ptrack.reports.document import FormatOptions
from p2ptrack.store.templates import PACKAGED
from tests.papers.builders import PACKAGED_OPTIONS, document_of

BROKEN = "is a template that does not work:"


def render(folder: Path, template: str, *, allow_slow: bool = False) -> str:
    (folder / "title-block.html").write_text(template, encoding="utf-8")
    options = FormatOptions((folder, PACKAGED), wording=PACKAGED_OPTIONS.wording, allow_slow=allow_slow)
    return render_page(document_of(), options)


@pytest.mark.slow
@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) if b < 0 %}x{% else %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% for a in [1, 2] recursive %}{{ loop([1, 2]) if loop.depth < 60 }}{% endfor %}",
    ],
)
def test_a_template_without_an_end_is_stopped(template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MAX_SECONDS", 0.2)
    with pytest.raises(OperationError) as stopped:
        render(tmp_path, f"\n{template}")
    assert str(stopped.value).startswith(f"{tmp_path / 'title-block.html'}:2 {BROKEN} it runs for more than 0 seconds.")
    assert "--allow-slow" in str(stopped.value)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'x' * 10**9 }}",
        "{{ 10**9 * 'x' }}",
        "{{ ([1] * 10**9) | length }}",
        "{{ 9 ** (9 ** 9) }}",
        "{% set ns = namespace(x='x' * 1000) %}{% for a in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{{ 'x' | center(10**10) }}",
        "{{ '%9999999999d' | format(1) }}",
        pytest.param("{% for a in range(50000) %}{{ 'x' * 200000 }}{% endfor %}", marks=pytest.mark.slow),
    ],
)
def test_a_template_that_would_fill_the_memory_is_stopped(
    template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "MAX_MEMORY", 1 << 28)
    with pytest.raises(OperationError, match=BROKEN):
        render(tmp_path, template)


def test_the_limits_can_be_lifted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MAX_SECONDS", 0.0)
    assert "1999</p>" in render(tmp_path, "{% for a in range(2000) %}<p>{{ a }}</p>{% endfor %}", allow_slow=True)


def svg(body: str) -> bytes:
    return f"<svg xmlns='http://www.w3.org/2000/svg'>{body}</svg>".encode()


def bomb(levels: int, reference: str) -> bytes:
    groups = [f"<g id='a{level}'>{reference.format(level - 1) * 10}</g>" for level in range(1, levels + 1)]
    return svg(f"<rect id='a0'/>{''.join(groups)}{reference.format(levels)}")


@pytest.mark.parametrize("reference", ["<use href='#a{}'/>", "<rect fill='url(#a{})'/>", "<g mask='url( #a{})'/>"])
def test_a_picture_that_multiplies_its_parts_is_refused(reference: str) -> None:
    check_svg(bomb(3, reference))
    with pytest.raises(PictureError, match="draws more than 20,000 elements"):
        check_svg(bomb(9, reference))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (svg("<g id='a'><use href='#a'/></g>"), "has an element that refers to itself"),
        (svg("<g>" * 200 + "</g>" * 200), "has more than 100 elements inside one another"),
        (
            svg("".join(f"<g id='a{n}'><use href='#a{n + 1}'/></g>" for n in range(3000)) + "<g id='a3000'/>"),
            "has more than 100 elements inside one another",
        ),
        (b"<!DOCTYPE svg [<!ENTITY a 'x'>]><svg>&a;</svg>", "declares an entity"),
        (b"<svg>", "is not an SVG picture, or is damaged"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(PictureError, match=message):
        check_svg(data)


@pytest.mark.parametrize("name", ["logo.svg", "back.svg"])
def test_the_logo_and_the_pictures_of_a_style_are_checked(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(bomb(9, "<use href='#a{}'/>"))
    if name == "back.svg":
        (tmp_path / "brand.css").write_text("p { background: url(back.svg) }", encoding="utf-8")
    with pytest.raises(OperationError, match=f"{name} draws more than 20,000 elements"):
        render(tmp_path, "")


def test_a_limit_that_no_line_of_a_template_explains_is_a_sentence(tmp_path: Path) -> None:
    expected = r"^The paper cannot be made: it needs more memory\.$"
    with pytest.raises(OperationError, match=expected), locate_template_errors((tmp_path,)):
        raise templates.TemplateLimitError("it needs more memory.")
