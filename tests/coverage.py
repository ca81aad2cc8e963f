"""Coverage of p2ptrack by the tests: `pytest -p tests.coverage`. It fails when less is covered than `FAIL_UNDER`.

SlipCover counts lines and branches. It has a way to measure the workers of pytest-xdist (`python -m slipcover -m
pytest`), but there a warning about SlipCover itself stops pytest, which treats warnings as errors. So the workers'
counts are joined here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage, print_coverage

FAIL_UNDER = 96.5
"""Percent of all lines and branches."""
SOURCE = Path(__file__).resolve().parents[1] / "src" / "p2ptrack"


class _Measurement:
    """Instruments p2ptrack as it is imported, and joins what the workers report."""

    def __init__(self) -> None:
        if "p2ptrack" in sys.modules:
            raise pytest.UsageError("p2ptrack was imported before its coverage could be measured.")
        # -1 leaves the counters of what has run in place: taking them out costs more than they do
        self._slipcover = Slipcover(branch=True, d_miss_threshold=-1)
        ImportManager(self._slipcover, FileMatcher([SOURCE])).__enter__()
        self._coverage: dict[str, Any] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._add(json.loads(node.workeroutput["coverage"]))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["coverage"] = json.dumps(self._slipcover.get_coverage())
            return
        self._slipcover.source = [str(SOURCE)]  # files that nothing imported
        self._add(self._slipcover.get_coverage())
        if not session.exitstatus and self._percent() < FAIL_UNDER:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        print_coverage(self._coverage, skip_covered=True)
        terminalreporter.write_line(f"Coverage: {self._percent():.2f}%, at least {FAIL_UNDER}%")

    def _add(self, coverage: dict[str, Any]) -> None:
        self._coverage = merge_coverage(self._coverage, coverage) if self._coverage else coverage

    def _percent(self) -> float:
        return float(self._coverage["summary"]["percent_covered"])


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Measurement())
