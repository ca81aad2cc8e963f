from __future__ import annotations

import json

from p2ptrack.reports.document import make_paragraph
from tests.formats.sample import PAPER, query, written


def test_a_query_is_written_as_its_data() -> None:
    data = {"schema_version": 1, "as_of": "2023-01-12", "records": [{"id": "A01", "title": "“£25k” – 漢"}]}
    text = written("json", query(make_paragraph("Told"), data=data))
    assert json.loads(text) == data
    assert "“£25k” – 漢" in text
    assert text.endswith("}\n")


def test_no_character_of_a_record_steers_the_terminal() -> None:
    data = {"schema_version": 1, "title": "\x1b[31m\x9b\u202e\u2028"}
    text = written("json", query(data=data))
    assert text == '{\n  "schema_version": 1,\n  "title": "\\u001b[31m\\u009b\\u202e\\u2028"\n}\n'
    assert json.loads(text) == data


def test_a_paper_is_written_as_its_structure() -> None:
    paper = json.loads(written("json", PAPER))
    assert list(paper) == [
        *("schema_version", "name", "title", "as_of", "blocks", "heading", "meta"),
        *("notice", "draft", "audience", "provenance", "language"),
    ]
    assert paper["heading"] == ["Audit Committee"]
    assert paper["meta"] == [{"block": "fact", "label": "Position at", "value": "2023-01-12"}]
    assert paper["provenance"] == {
        "block": "provenance",
        "version": "0.1.0",
        "as_of": "2023-01-12",
        "commit": "abc1234",
        "modified": True,
    }
    overview, grid = paper["blocks"]
    assert overview["blocks"][1] == {"block": "paragraph", "spans": "Told of A01 Register, urgent*"}
    assert overview["blocks"][2]["items"][1] == [{"block": "paragraph", "spans": "Second"}]
    assert grid["blocks"][0] == {
        "block": "table",
        "key": "due",
        "caption": "Due: 2",
        "columns": {"id": "Id", "title": "What", "target": "Target", "days": "Days"},
        "rows": [
            {
                "key": "",
                "group": "",
                "cells": {
                    "id": "F03",
                    "title": "Make social value mainstream",
                    "target": {
                        "value": {
                            "raw": "Jan-23",
                            "earliest": "2023-01-01",
                            "latest": "2023-01-31",
                            "precision": "month",
                            "basis": "calendar",
                            "ongoing": False,
                        },
                        "inferred": True,
                    },
                    "days": 19,
                },
            },
            {
                "key": "",
                "group": "",
                "cells": {
                    "id": "F06",
                    "title": "Hold officers to account for sign-off of contracts",
                    "target": "2023-01-12",
                    "days": 0,
                },
            },
        ],
    }
