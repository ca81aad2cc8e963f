from __future__ import annotations

import pytest

from p2ptrack.formats.text import measure_width
from tests.queries.screens import FOLDER, SCREENS, Screen


def test_every_file_is_a_screen() -> None:
    files = set(FOLDER.iterdir())
    assert len(files) > 20
    assert files == {screen.file for screen in SCREENS}


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_the_answer_is_as_it_was_read(screen: Screen) -> None:
    ran = screen.made()
    assert (ran.code, ran.err) == (0, "")
    assert ran.bytes == screen.file.read_bytes()


TEXT = [screen for screen in SCREENS if "--format" not in screen.command]


@pytest.mark.parametrize("screen", TEXT, ids=lambda screen: screen.name)
def test_no_line_is_wider_than_the_terminal(screen: Screen) -> None:
    lines = screen.made().out.splitlines()
    assert lines
    assert max(map(measure_width, lines)) <= screen.width


def test_status_of_the_shipped_register_fits_one_screen() -> None:
    status = next(screen for screen in SCREENS if screen.name == "status")
    assert len(status.made().out.splitlines()) < 40
