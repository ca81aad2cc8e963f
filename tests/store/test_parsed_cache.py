"""The parsed cache changes no answer, whatever is wrong with it, and parses a content once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import history, register
from p2ptrack.diagnostics import Location
from p2ptrack.model.register import Register
from p2ptrack.store import loader, parsed_cache, yaml
from p2ptrack.store.parsed_cache import hash_blob, open_parsed_cache
from p2ptrack.store.yaml import parser
from p2ptrack.store.yaml.parser import parse_yaml
from tests.command import run
from tests.git.builders import action, make_repository
from tests.support import examples

DAY = ("--as-of", "2023-01-12")
RECORD = b"id: A1\ntitle: Review the register\norigin_text: |\n  One.\n  Two.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    register.write_register(tmp_path / "register", 30)
    return tmp_path / "register"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("repository") / "register"
    history.write_history(path, records=12, commits=40)
    return path


def answer(root: Path, cache: Path | str, *words: str) -> list[tuple[int, bytes, str]]:
    """Return the JSON of a command, and of `check` the text too: only there are places kept."""
    formats = ("json", "text") if words[0] == "check" else ("json",)
    results = [run(*words, "--root", root, "--format", format_, P2PTRACK_CACHE=str(cache)) for format_ in formats]
    return [(result.code, result.bytes, result.err) for result in results]


def list_entries(folder: Path) -> list[bytes]:
    return [line for file in folder.glob("*.entries") for line in file.read_bytes().splitlines()[1:] if line]


@contextmanager
def open_cache(root: Path, folder: Path | str) -> Iterator[parsed_cache.ParsedCache]:
    with patch.dict("os.environ", {"P2PTRACK_CACHE": str(folder)}), open_parsed_cache(root) as cache:
        yield cache


LINES = (
    "title: Review the register",
    'title: "Über: 100%"',
    "title: TBC",
    'note: "  "',
    f"note: {'long' * 60}",
    f"note: {'http://example.org/' + 'x' * 300}",
    "status: in_progress",
    "status: finished",
    "status:",
    "target: Mar-23",
    "target: 31/02/2023",
    "note: see # the list",
    "note: |\n  One.\n\n  Two \u2028 three.",
    "note: 'it''s'",
    "exempt: {paragraphs: [3], reason: Commercial., public_interest: None.}",
    "updates: [{date: 12.01.2023, text: Ongoing.}]",
    "updates:\n  - date: 2023-01-12\n    text: >\n      Folded\n      text.",
    "owner: Somebody",
    "see_also: [A1, A2, A1]",
    "\tnote: tab",
    "note: {a: [b",
    "<<<<<<< HEAD",
    "depends_on: &x A2",
    "title: Report to the CGAC",
    "origin_text: Publish the plan by March 2022, in two parts.",
    "origin_text: Publish the plan, see section 3 above.",
    "origin_text: Wait for [date], <b>then</b> ask jane.doe@example.org.",
    "status: not_started\nupdates: [{date: 2023-01-10, text: The new form is being tested in two teams now.}]",
    "status: complete\nupdates: [{date: 2023-01-10, text: Two of the nine sites are still to be inspected.}]",
    "target: Dec-22\nupdates: [{date: 2023-01-10, text: The work is delayed to June 2023.}]",
    "status: in_progress\nupdates: [{date: 2023-01-10, text: This has been fully implemented.}]",
    "status: in_progress\nupdates: [{date: 2023-01-10, text: Proposed for closure.}]",
    "target: 31.3.72",
    "every: quarter\ntarget: 31 March 2020\nupdates: [{text: No change.}]",
    "accountable: Head of Nothing <!-- ask -->",
)
RECORDS = st.lists(st.sampled_from(LINES), min_size=1, max_size=7).map("\n".join)


@settings(examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(RECORDS, min_size=1, max_size=4))
def test_no_answer_differs_over_generated_registers(tmp_path: Path, records: list[str]) -> None:
    root, folder = tmp_path / "register", tmp_path / "cache"
    register.write_register(root, 2)
    for number, text in enumerate(records, 1):
        (root / f"data/actions/A{number}.yaml").write_text(f"id: A{number}\n{text}\n", "utf-8")
    for words in (("check", *DAY), ("check", "--as-of", "2035-01-12"), ("list", "actions", *DAY), ("show", "A1", *DAY)):
        expected = answer(root, "off", *words)
        assert [answer(root, folder, *words) for _ in range(2)] == [expected, expected]


@pytest.mark.parametrize(
    "words",
    [
        ("changes", "--since", "HEAD~39"),
        ("changes", "--since", "HEAD~20", "--until", "HEAD~5"),
        ("history", "A1"),
        ("check", "--history"),
        ("status", "--at", "HEAD~30"),
        ("list", "actions", "--at", "HEAD~30"),
        ("status", *DAY),
    ],
)
def test_no_answer_differs_over_a_history(repository: Path, folder: Path, words: tuple[str, ...]) -> None:
    expected = answer(repository, "off", *words)
    assert all(code in {0, 1} for code, _, _ in expected)
    assert [answer(repository, folder, *words) for _ in range(2)] == [expected, expected]


def answer_without_parser(root: Path, cache: Path | str, *words: str) -> list[tuple[int, bytes, str]]:
    """Return the answer of a command that may parse the programme, for the kinds of record, and no record."""

    def parse_programme(text: str) -> parser.ParseResult:
        assert not text.startswith("id:")
        return parse_yaml(text)

    with patch.object(parser, "parse_yaml", parse_programme):
        return answer(root, cache, *words)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (("changes", "--since", "HEAD~39"), ("changes", "--since", "HEAD~39")),
        (("changes", "--since", "HEAD~39"), ("history", "A1")),
        (("changes", "--since", "HEAD~39"), ("status", *DAY)),
        (("changes", "--since", "HEAD~39"), ("list", "actions", "--at", "HEAD~30")),
        (("history", "A1"), ("history", "A1")),
        (("check", *DAY), ("check", *DAY)),
        (("check", "--history", *DAY), ("check", "--history", *DAY)),
    ],
)
def test_a_content_is_parsed_once(
    repository: Path, folder: Path, before: tuple[str, ...], words: tuple[str, ...]
) -> None:
    expected = answer(repository, "off", *words)
    answer(repository, folder, *before)
    assert answer_without_parser(repository, folder, *words) == expected


def test_the_states_of_an_exemption_are_parsed_once(tmp_path: Path, folder: Path) -> None:
    exempt = "exempt:\n  paragraphs: [3]\n  reason: Commercial.\n  public_interest: Prices.\n"
    register_with_cache = make_repository(
        tmp_path / "kept", files={"data/actions/A01.yaml": action(), "data/actions/A02.yaml": action("A02")}
    )
    register_with_cache.commit("2023-01-02", {"data/actions/A01.yaml": action() + exempt})
    register_with_cache.commit("2023-01-03", {"data/actions/A01.yaml": action(title="Other") + exempt})
    words = ("list", "actions", "--audience", "public", *DAY)
    expected = answer(register_with_cache.root, "off", *words)
    answer(register_with_cache.root, folder, *words)
    assert answer_without_parser(register_with_cache.root, folder, *words) == expected


def test_surveys_are_written_only_when_they_change(root: Path, folder: Path) -> None:
    recurring = "id: A999\ntitle: Report\nevery: quarter\ntarget: 31 March 2020\nperiods: [{date: 1 April 2020}]\n"
    (root / "data/actions/A999.yaml").write_text(recurring, "utf-8")
    answer(root, folder, "check", *DAY)
    (file,) = folder.glob("*.surveys")
    before = file.stat()[:7], file.stat().st_mtime_ns  # without the time of the last reading
    for words in (("check", *DAY), ("check", "--as-of", "2026-01-12"), ("status", *DAY)):
        assert answer(root, folder, *words) == answer(root, "off", *words)
    assert (file.stat()[:7], file.stat().st_mtime_ns) == before
    (root / "data/actions/A999.yaml").unlink()
    answer(root, folder, "check", *DAY)
    assert b"A999" not in file.read_bytes()


def test_texts_are_searched_once(root: Path, folder: Path) -> None:
    expected = answer(root, "off", "check", *DAY)
    answer(root, folder, "check", *DAY)
    with patch.object(Register, "text_of", lambda _, id_: id_ and pytest.fail(f"searched {id_} again")):
        assert answer(root, folder, "check", *DAY) == expected


def test_a_place_is_located_once(root: Path, folder: Path) -> None:
    """Also where a problem is at words in a field, or at a record as one of many."""
    for number in range(90, 97):
        (root / f"data/actions/A{number}.yaml").write_text(f"id: A{number}\ntitle: Plan {number}\n", "utf-8")
    path, text = root / "data/actions/A1.yaml", "id: A1\ntitle: Plan\naccountable: Head <!-- of IT -->\n"
    path.write_text(text, "utf-8")
    check = partial(run, "check", *DAY, "--root", root)
    expected = check(P2PTRACK_CACHE="off").out
    assert "A1.yaml:3:19  " in expected
    assert "records are open and have no update: A1, A90, A91," in expected
    assert check(P2PTRACK_CACHE=str(folder)).out == expected
    with patch.object(loader, "_locate", side_effect=AssertionError):
        assert check(P2PTRACK_CACHE=str(folder)).out == expected
    path.write_text(f"# moved\n{text}", "utf-8")
    assert "A1.yaml:4:19  " in check(P2PTRACK_CACHE=str(folder)).out


def test_a_file_that_changes_during_a_check_leaves_no_place(root: Path, folder: Path) -> None:
    request = ("data/actions/A1.yaml", [("note", "")])
    with patch.dict("os.environ", {"P2PTRACK_CACHE": str(folder)}):
        for data, is_saved in ((b"note: y\nid: A1\n", False), (RECORD, True)):
            places = parsed_cache.PlaceFile(root, {request[0]: hash_blob(RECORD)})
            places.add(*request, data, {("note", ""): Location(1, 1, "note: y")})
            places.save()
            known = parsed_cache.PlaceFile(root, {request[0]: hash_blob(RECORD)}).find(*request)
            assert known == ({("note", ""): Location(1, 1, "note: y")} if is_saved else None)


NOT_PLACES = (
    b"[]", b"null", b"1", b"[" * 100_000, b"NaN", b"\xff", b'{"x": 1}', b'{"x": {}}', b'{"x": [1]}', b'{"x": [[]]}',
    b'{"x": [["note", "", 1, 1, "x"]]}', b'{"x": [["note", "", "1", 1, "x", 1]]}',
    b'{"x": [["note", "", 1, 1, null, 1]]}',
)  # fmt: skip


@pytest.mark.parametrize("payload", NOT_PLACES)
def test_malformed_places_are_refused(root: Path, folder: Path, payload: bytes) -> None:
    expected = answer(root, "off", "check", *DAY)
    answer(root, folder, "check", *DAY)
    (file,) = folder.glob("*.places")
    good = file.read_bytes()
    file.write_bytes(b"%s\n%08x %s" % (good.partition(b"\n")[0], crc32(payload), payload))
    assert [answer(root, folder, "check", *DAY) for _ in range(2)] == [expected, expected]
    assert file.read_bytes() == good


SAME_FILE = "id: A1\ntitle: Review [date]\nguardian: TBC\n"
CHANGES: tuple[dict[str, str], ...] = (
    {"data/actions/A1.yaml": SAME_FILE},
    {"data/actions/A1.yaml": "", "data/audit_followups/A1.yaml": SAME_FILE},
    {"data/programme.yaml": f"{register.PROGRAMME}policy: {{rules_off: [N114]}}\n"},
    {"data/programme.yaml": f"{register.PROGRAMME}fields: {{action: {{guardian: {{type: post}}}}}}\n"},
    {"data/programme.yaml": register.PROGRAMME},
    {"data/audit_followups/A1.yaml": "", "data/actions/A1.yaml": SAME_FILE},
)


def test_no_finding_remains_after_its_cause_is_gone(root: Path, folder: Path) -> None:
    """Each change leaves the contents of some files and changes what they mean: their kind, or the programme."""
    for files in CHANGES:
        for path, text in files.items():
            (root / path).unlink(missing_ok=True)
            if text:
                (root / path).write_text(text, "utf-8")
        expected = answer(root, "off", "check", *DAY)
        assert [answer(root, folder, "check", *DAY) for _ in range(2)] == [expected, expected]


NOT_SURVEYS = (
    b"[]", b"null", b"{}", b"[[], [], {}, 1]", b"[[], {}, []]", b"[[], [], []]", b"[" * 100_000, b"NaN", b"\xff",
    *(
        b'[["blank"], ["id"], {"data/actions/A1.yaml": %s}]' % survey
        for survey in (
            b'[1, 2, 3]', b'["x", 0, "", "", {"blank": 3}]', b'["x", "0", "", "", {}]', b'["x", 0, "", null, {}]',
            b'{"content": "x"}', b'["x", 0.5, "", "", {}]', b'["x", 0, "", "", {}, 1]',
        )
    ),
    b'[["blank"], ["id"], {"data/actions/A1.yaml": ["$ID", 1, "", "", {}]}]',
    b'[[1], ["id"], {}]', b'[["blank"], [null], {}]',
)  # fmt: skip


@pytest.mark.parametrize("payload", NOT_SURVEYS)
def test_a_malformed_survey_is_refused(root: Path, folder: Path, payload: bytes) -> None:
    expected = answer(root, "off", "check", *DAY)
    answer(root, folder, "check", *DAY)
    (file,) = folder.glob("*.surveys")
    good = file.read_bytes()
    header = good.partition(b"\n")[0]
    content_id = parsed_cache.hash_blob((root / "data/actions/A1.yaml").read_bytes()).encode()
    payload = payload.replace(b"$ID", content_id)
    file.write_bytes(b"%s\n%08x %s" % (header, crc32(payload), payload))
    assert [answer(root, folder, "check", *DAY) for _ in range(2)] == [expected, expected]
    assert file.read_bytes() == good


def test_a_file_that_changes_is_read_anew(root: Path, folder: Path) -> None:
    path = root / "data/actions/A1.yaml"
    answer(root, folder, "list", "actions", *DAY)
    old_status = path.stat()
    path.write_text(path.read_text("utf-8").replace("Review", "Reject").replace("Publish", "Perform"), "utf-8")
    os.utime(path, ns=(old_status.st_atime_ns, old_status.st_mtime_ns))
    assert answer(root, folder, "show", "A1", *DAY) == answer(root, "off", "show", "A1", *DAY)


def damage_cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def damage_bits(data: bytes) -> bytes:
    return bytes(byte ^ 1 if index % 97 == 0 and index > 200 else byte for index, byte in enumerate(data))


def damage_keys(data: bytes) -> bytes:
    """Give every content the entry of another."""
    head, *lines = data.splitlines()
    if len(lines) == 1:  # the surveys of all records
        return data.replace(b"A1", b"A2")
    entries = [line for line in lines if line]
    others = entries[1:] + entries[:1]
    changed = (other[:8] + entry[8:48] + other[48:] for entry, other in zip(entries, others, strict=True))
    return b"\n".join([head, *changed])


DAMAGE: tuple[Callable[[bytes], bytes], ...] = (
    damage_cut,
    damage_bits,
    damage_keys,
    lambda data: data.replace(data[:60], b"x" * 60),
    lambda data: data[:0],
    lambda data: data[:1] + b"\xff\0\n \n" * 50,
    lambda data: data[:200] + b"\n\n" + data[200:],
    lambda data: data + b"[" * 100_000,
    lambda data: data + b"\n" * 5_000_000 + b"x\n" * 1_000_000,
)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_cache_is_rebuilt_without_a_message(
    root: Path, folder: Path, damage: Callable[[bytes], bytes]
) -> None:
    words = ("check", *DAY)
    expected = answer(root, "off", *words)
    answer(root, folder, *words)
    assert sorted(file.suffix for file in folder.iterdir()) == [".entries", ".places", ".surveys"]
    for file in folder.iterdir():
        file.write_bytes(damage(file.read_bytes()))
    assert [answer(root, folder, *words) for _ in range(2)] == [expected, expected]
    with patch.object(parser, "parse_yaml", side_effect=AssertionError), open_cache(root, folder) as cache:
        for path in (root / "data/actions").iterdir():
            assert cache.read(path.read_bytes(), path.name).value


FORGED = (
    *(
        b"0null",
        b"0{}",
        b"0[]",
        b'0"x"',
        b"",
        b"0NaN",
        b"0\xff\xfe",
        b"1{}",
        b"2{}",
        b'0{"id":1e999}',
        b'0{"id":"\\ud800"}',
    ),
    *(
        b'0{"id":["A1"]}',
        b'0{"id":5,"title":true}',
        b'0{"id":"A1","title":null}',
        b'0{"id":"A1","updates":[null,[[]]]}',
    ),
    *(b'2{"id":"A1","title":5,"note":" "}', b'2{"id":"A1","title":"x","note":["x"],"updates":[{"text":5}]}', b"2null"),
    *(b'0{"id":"A1","title":"x","as_published":[1]}', b'0{"id":"../x","title":"\x1b[31m"}', b"0" + b'{"a":' * 5_000),
)


def test_entries_that_somebody_made_up_are_judged_as_files_are(root: Path, folder: Path) -> None:
    """They are the user's own, with right checksums: answers may be wrong, but none is an unexpected error."""
    answer(root, folder, "status", *DAY)
    (file,) = folder.iterdir()
    header, *entries = file.read_bytes().split(b"\n")
    for start in range(0, len(FORGED), 9):
        payloads = FORGED[start : start + 9]
        keys = [entry[8:48] for entry in entries if entry]
        pairs = zip(keys, [payloads[index % 9 % len(payloads)] for index in range(len(keys))], strict=True)
        contents = [b"%s %s" % pair for pair in pairs]
        lines = [b"%08x%s" % (crc32(content), content) for content in contents]
        file.write_bytes(b"\n".join((header, *lines, b"")))
        for name in ("check", "status"):
            for code, _, err in answer(root, folder, name, *DAY):
                assert (code in {0, 1, 3}, "did not expect" in err) == (True, False)


@pytest.mark.parametrize(
    ("text", "is_checked"),
    [
        ("note: Two words.", True),
        ("see_also: [A2, A3]", True),
        ("note: '  '", False),
        (f"updates: [{{text: {'x' * 201}}}]", False),
        (f"note: http://example.org/{'x' * 201}", True),
    ],
)
def test_texts_are_checked_once(root: Path, folder: Path, text: str, is_checked: bool) -> None:
    for _ in range(2):
        with open_cache(root, folder) as cache:
            assert cache.read(RECORD + text.encode(), "a").has_checked_texts is is_checked


def test_another_reader_does_not_use_what_this_one_made(root: Path, folder: Path) -> None:
    answer(root, folder, "status", *DAY)
    before = list_entries(folder)
    with patch.object(parsed_cache, "__version__", "0.0.1"), open_cache(root, folder) as cache:
        assert cache.find(before[0][8:48].decode()) is None


def test_two_runs_at_once_both_add_what_they_parsed(root: Path, folder: Path) -> None:
    answer(root, folder, "status", *DAY)
    with open_cache(root, folder) as first, open_cache(root, folder) as second:
        first.read(RECORD, "a")
        second.read(RECORD.replace(b"A1", b"A2"), "b")
    with open_cache(root, folder) as cache:
        assert [bool(cache.find(hash_blob(RECORD.replace(b"A1", id_)))) for id_ in (b"A1", b"A2", b"A3")] == [
            True,
            True,
            False,
        ]


@pytest.mark.parametrize("name", ["write", "fstat", "open", "lstat"])
def test_a_cache_that_cannot_be_read_or_written_costs_time_alone(root: Path, folder: Path, name: str) -> None:
    failure = patch.object(os, name, side_effect=OSError(28, "full"))
    with failure, open_cache(root, folder) as cache:
        assert cache.read(RECORD, "a")[:2] == yaml.read(RECORD, "a")[:2]
    with open_cache(root, folder) as cache, failure:
        assert cache.read(RECORD, "a")[:2] == yaml.read(RECORD, "a")[:2]
        cache.save()
    with open_cache(root, folder) as cache:
        cache.read(RECORD, "a")
    with open_cache(root, folder) as cache:
        assert cache.find(hash_blob(RECORD)) is not None


def test_the_cache_is_bounded(root: Path, folder: Path) -> None:
    with patch.object(parsed_cache, "MAX_FILE_BYTES", 30_000), patch.object(parsed_cache, "MAX_FILES", 3):
        for number in range(6):
            register.write_register(root.with_name(f"other-{number}"), 4)
            answer(root.with_name(f"other-{number}"), folder, "status", *DAY)
        for number in range(40):
            with open_cache(root, folder) as cache:
                cache.read(RECORD + b"note: %d\n" % number + b"x" * 2_000, "a")
        assert len([*folder.iterdir()]) <= 3
        assert max(file.stat().st_size for file in folder.iterdir()) <= 30_000


@pytest.mark.parametrize("place", ["off", "OFF", "relative", "register", "register/.cache"])
def test_there_is_no_cache_where_it_is_off_or_in_the_register(root: Path, place: str) -> None:
    value = str(root / place.partition("/")[2]) if place.startswith("register") else place
    before = {*root.parent.rglob("*")}
    with open_cache(root, value) as cache:
        cache.read(RECORD, "a")
    assert {*root.parent.rglob("*")} == before


def test_with_no_cache_it_is_neither_read_nor_written(root: Path, folder: Path) -> None:
    assert run("--no-cache", "status", "--root", root, *DAY, P2PTRACK_CACHE=str(folder)).code == 0
    assert not folder.exists()
    assert run("status", "--root", root, *DAY, P2PTRACK_CACHE=str(folder)).code == 0
    assert len(list_entries(folder)) == 31
