"""The package of open data is what libcoveocds, the checker of the Open Contracting Partnership, accepts.

`ocds-1.1.5.zip` has the schemas and code lists of the standard, release 1.1.5, under its own licence (Apache 2.0), so
that nothing is fetched.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import run
from tests.support import write_register

pytestmark = pytest.mark.papers
STANDARD = Path(__file__).parent / "ocds-1.1.5.zip"
HEADINGS = (
    *("reference", "title", "description", "supplier", "supplier_id", "start", "end", "extension", "awarded_on"),
    *("value", "annual_value", "procedure", "sme"),
)
ROWS = """\
C/1 a,Cleaning,"Offices, and halls",Example Ltd,01234567,2023-04-01,2027-03-31,1 year,2023-03-01,480000.50,,Open,yes
C2,Print,,"A Ltd
B Ltd",,2022-04-01,2026-03-31,,,1000,,Call-off from a framework,no
C2,Print,,C Ltd,SC123456,2022-04-01,2026-03-31,,,1000,,Call-off from a framework,
C3,,Grit,Salt Ltd,,2027-01-01,rolling,,,,5000,Three quotations,
,No reference,,X Ltd,,2027-01-01,,,,,,,
"""


def test_the_package_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api, config = pytest.importorskip("libcoveocds.api"), pytest.importorskip("libcoveocds.config")
    columns = "".join(f"  - {{heading: {name}, field: {name}}}\n" for name in HEADINGS)
    source = f"file: r.csv\nimported_on: 2026-11-01\ncolumns:\n{columns}"
    files = {"contracts/contracts.csv": ",".join(HEADINGS) + "\n" + ROWS, "contracts/source.yaml": source}
    programme = "title: A register\norganisation: Example Council\ncontracts: {ocid_prefix: ocds-abc123}\n"
    write_register(tmp_path, files, programme)
    words = ("export", "--format", "ocds", "--output", "-", "--as-of", "2026-11-30", "--root", tmp_path)
    result = run(*words)
    assert (result.code, result.err) == (0, "Not exported: 1 contract without a reference, which OCDS needs.\n")
    package = json.loads(result.out)
    assert [len(release["awards"][0]["suppliers"]) for release in package["releases"]] == [1, 3, 1]
    assert [release["tender"]["procurementMethod"] for release in package["releases"]] == [
        "open",
        "selective",
        "limited",
    ]
    monkeypatch.setattr("socket.socket.connect", _refuse)
    settings = config.LibCoveOCDSConfig({"standard_zip": STANDARD.as_uri(), "context": "api"})
    report = api.ocds_json_output(json_data=package, lib_cove_ocds_config=settings)
    assert report["version_used"] == "1.1"
    assert report["validation_errors"] == []
    assert report["additional_fields"] == []
    assert report["additional_checks"] == {}
    assert run(*words).out == result.out


def _refuse(*_: object) -> None:
    raise OSError("no network")
