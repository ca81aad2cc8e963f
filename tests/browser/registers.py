"""Registers to test papers with: the shipped one, a hostile one, an empty one and a large one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bench import register
from tests.command import ROOT
from tests.support import write_register

COLUMNS = 40
LONGEST_WORD = "Vergabe" + "ordnung" * 27
"""As long as a word may be, without a place to break."""
LONG_UPDATE = " ".join(f"Sentence {number} of a long update, with **{number}** in it." for number in range(400))
"""About 4,000 words."""
SIGNS = (
    "marked \u200fright\u200e and left, \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627, "
    "Z\u0351\u0343\u0350a\u0357\u0304\u0301l\u0358\u0334g\u031b\u0321o\u031e\u034e, "
    "\U0001f600 \U0001f469\u200d\U0001f4bb \U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
)
OVERRIDES = "turned \u202eround\u202c and \u2066isolated\u2069"
"""A file with an error: its record is left out and the paper states it."""
MARKUP = (
    "<script>document.title = 'run'</script> <img src=x onerror=alert(1)> <style>body{display:none}</style> "
    "{{ 7*7 }} {% include '../data/programme.yaml' %} {{ ''.__class__ }}"
)
PICTURES = (
    "![outside](../secret.svg) ![a file](file:///etc/passwd) ![afar](https://example.org/beacon.png) "
    "[run](javascript:alert(1)) [data](data:text/html,x) [evidence](https://example.org/minutes?a=1&b=2) "
    "[a colleague](mailto:someone@example.org)"
)
MARKDOWN = """\
# A heading inside

1. one
   - two

         code that goes on for a long while without a break, longer than any phone is wide, and then goes on

> quoted

| not | a table |
|-----|---------|

***

`a_very_long_piece_of_code_without_any_place_to_break_it_that_is_wider_than_a_phone_of_320_pixels`
"""


def block(text: str) -> str:
    """Return a text as a YAML block, indented for an entry of a record."""
    return "|\n" + "".join(f"      {line}\n" for line in text.splitlines())


TEXTS = (SIGNS, MARKUP, PICTURES, LONGEST_WORD, MARKDOWN, LONG_UPDATE)


def _programme(columns: int) -> str:
    phases = "".join(
        f"  - {{id: P{n}, title: Phase {n} of many, start: 2023-01-{1 + n % 28:02}, end: 2024-02-{1 + n % 28:02}}}\n"
        for n in range(1, columns + 1)
    )
    return (
        f"title: |\n  {SIGNS} {MARKUP}\norganisation: |\n  {LONGEST_WORD}\nnotice: |\n  {MARKUP} {PICTURES}\n"
        f"sources:\n  - {{id: paper, title: {LONGEST_WORD}, date: 12.01.2023}}\nphases:\n{phases}"
        f"meetings:\n  - {{id: AC-1, body: {LONGEST_WORD}, date: 2023-03-01}}\n"
        f"glossary:\n  {LONGEST_WORD}: |\n    {SIGNS} {MARKUP} {PICTURES}\n"
    )


def _hostile_files(columns: int) -> Mapping[str, str]:
    files = {
        "recommendations/R1.yaml": f"id: R1\ntitle: |\n  {MARKUP}\norigin_text: |\n  {SIGNS}\n",
        "recommendations/R2.yaml": f"id: R2\ntitle: {LONGEST_WORD}\nheading: {LONGEST_WORD}\n",
    }
    for number in range(1, columns + 1):
        text = TEXTS[number % len(TEXTS)]
        short = text if text in TEXTS[:4] else "Something ordinary"
        many = f"title: |\n  {short}\nupdates:\n  - date: 2023-01-03\n    text: {block(text)}"
        people = f"accountable: {LONGEST_WORD}\ntarget: 2023-01-0{1 + number % 9}\nsource: {{id: paper, ref: one}}\n"
        phase = f"recommendations: [R{1 + number % 2}]\nphase: P{number}\nstatus: in_progress\n"
        files[f"actions/A{number:02}.yaml"] = f"id: A{number:02}\n{many}{people}{phase}"
    for number, text in enumerate(TEXTS, 1):
        files[f"audit_followups/F{number}.yaml"] = (
            f"id: F{number}\ntitle: Number {number}\narea: {LONGEST_WORD}\nreport_refs: ['4.10']\nraised: AC-1\n"
            f"status: complete\nupdates:\n  - date: 2023-01-03\n    text: {block(text)}"
        )
    files["actions/A99.yaml"] = f"id: A99\ntitle: {OVERRIDES}\n"
    files["actions/A98.yaml"] = 'id: A98\ntitle: "Spelt \\u202eround\\u202c"\n'
    return files


def seed(folder: Path) -> Path:
    """Return the shipped register."""
    del folder
    return ROOT


def hostile(folder: Path, columns: int = COLUMNS) -> Path:
    """Write a register of hostile texts, with the files that they refer to.

    Each of its actions is a column of the grid, and each of as many columns as there are texts holds another one.
    """
    (folder / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>SECRET</text></svg>", "utf-8")
    return write_register(folder, _hostile_files(columns), _programme(columns))


def empty(folder: Path) -> Path:
    """Write a register that only has a title."""
    return write_register(folder, programme="title: A register\n")


def large(folder: Path) -> Path:
    """Write a register of 150 records of two kilobytes."""
    register.write_register(folder, 150)
    return folder


REGISTERS: Mapping[str, Callable[[Path], Path]] = {"seed": seed, "hostile": hostile, "empty": empty, "large": large}
