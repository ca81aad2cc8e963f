"""The data of a paper, attached to its PDF."""

from __future__ import annotations

import json
from dataclasses import replace

from p2ptrack.formats import FORMATS
from tests.papers.builders import PACKAGED_OPTIONS
from tests.pdf.builders import one_page
from tests.pdf.matterhorn import find_errors
from tests.pdf.reading import Paper
from tests.pdf.test_structure import conforms

ATTACHING = replace(PACKAGED_OPTIONS, attach_data=True)


def test_data_is_attached_only_on_request() -> None:
    read = Paper(FORMATS["pdf"].write(one_page(), PACKAGED_OPTIONS))
    assert list(read.pdf.attachments) == []
    assert "/AF" not in read.root


def test_the_attached_file_is_the_paper_s_json_dated_by_its_position() -> None:
    output = FORMATS["pdf"].write(one_page(), ATTACHING)
    read = Paper(output)
    (name,) = read.pdf.attachments
    (file,) = read.root.AF
    content = read.pdf.attachments[name].get_file().read_bytes()
    assert name == "a-paper.json"
    assert content == FORMATS["json"].write(one_page(), ATTACHING)
    assert json.loads(content)["title"] == "A paper"
    assert (str(file.UF), str(file.Desc), str(file.AFRelationship)) == ("a-paper.json", "A paper", "/Data")
    assert str(file.EF.F.Subtype) == "/application/json"
    assert str(file.EF.F.Params.CreationDate) == str(file.EF.F.Params.ModDate) == "D:20230112000000Z"
    assert find_errors(read) == {}
    assert conforms(output) == []


def test_the_bytes_are_the_same_each_time() -> None:
    assert FORMATS["pdf"].write(one_page(), ATTACHING) == FORMATS["pdf"].write(one_page(), ATTACHING)
