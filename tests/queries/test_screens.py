from __future__ import annotations

import pytest

from p2ptrack.formats.text import measure_width
from tests.queries.screens import FOLDER, SCREENS, Screen


def test_every_file_is_a_screen() -> None:
    files = set(FOLDER.iterdir())
    assert len(files) > 20
    assert files == {screen.file for screen in SCREENS}


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_screen_equals_its_file(screen: Screen) -> None:
    result = screen.run()
    assert (result.code, result.err) == (0, "")
    assert result.bytes == screen.file.read_bytes()


TEXT_SCREENS = [screen for screen in SCREENS if "--format" not in screen.command]


@pytest.mark.parametrize("screen", TEXT_SCREENS, ids=lambda screen: screen.name)
def test_no_line_is_wider_than_the_terminal(screen: Screen) -> None:
    lines = screen.run().out.splitlines()
    assert lines
    shortened = [line.partition("p2ptrack ")[0] for line in lines]  # a command to paste stays on one line
    assert max(map(measure_width, shortened)) <= screen.width


def test_status_of_the_shipped_register_fits_one_screen() -> None:
    status = next(screen for screen in SCREENS if screen.name == "status")
    assert len(status.run().out.splitlines()) < 42
