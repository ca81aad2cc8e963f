from __future__ import annotations

import re

import pytest

from tests.repository.source_tree import SOURCE, modules, place, text, tracked

# Each is written so that it does not find itself here.
MACHINE = re.compile(r"(^|[^A-Za-z0-9_.])/(w[o]rk|f[a]rm|r[o]ot|h[o]me/[a-z]+|U[s]ers/[a-z]+|tmp/[a-z])")
REGISTRY = re.compile(r"p[y]pi[.]org|pythonh[o]sted|registry[.]npm[j]s|deb[.]deb[i]an")
PUT_OFF = re.compile(
    r"n[o]qa|type: ign[o]re|no c[o]ver|pytest[.](sk[i]p|xf[a]il)|mark[.](sk[i]p|xf[a]il)|TO[D]O|FIX[M]E|XX[X]"
)
CATCHES_ALL = re.compile(r"except (Base)?Exc[e]ption")
CLOCK = re.compile(r"\.(today|now|utcnow|localtime)\(|\btime\.time\(")


def find_lines(pattern: re.Pattern[str], suffixes: tuple[str, ...] = ()) -> list[str]:
    files = [path for path in tracked() if not suffixes or path.suffix in suffixes]
    assert len(files) > 20
    return [
        place(path, number)
        for path in files
        for number, line in enumerate(text(path).splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["machine", "registry"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    assert find_lines(pattern) == []


@pytest.mark.parametrize("pattern", [PUT_OFF, CATCHES_ALL], ids=["put off", "catches all"])
def test_no_check_is_switched_off_and_nothing_put_off(pattern: re.Pattern[str]) -> None:
    assert find_lines(pattern, (".py",)) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE, "see /" + "work/main"),
        (MACHINE, "#!/" + "home/ann/venv/bin/python"),
        (REGISTRY, "https://" + "pypi" + ".org/simple"),
        (PUT_OFF, "import os  # no" + "qa"),
        (PUT_OFF, "x = y()  # type" + ": ignore[x]"),
        (CATCHES_ALL, "    except " + "Exception as error:"),
        (CLOCK, "date.today()"),
        (CLOCK, "datetime.now(UTC)"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_the_clock_is_read_in_one_place_of_the_shell() -> None:
    reads = [path for path in modules() for line in text(path).splitlines() if CLOCK.search(line)]
    assert len(reads) == 1
    assert SOURCE / "cli" in reads[0].parents
