"""WACZ packages: what they should hold and do not, what is not as stated, what is hostile."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.readers.web.findings import (
    Entry,
    Found,
    Missing,
    Package,
    Page,
    Problem,
    Record,
    Unlisted,
)
from tests.material import web
from tests.readers.web.finding import found, is_sound, of, wacz

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = list(web.site())
URLS = [f"{web.SITE}/{number}" for number in range(3)]
FILES = web.described(web.contents(RECORDS, URLS))


def written(tmp_path: Path, files: dict[str, bytes], *, deflated: bool = False) -> bytes:
    return web.write_wacz(tmp_path / "made.wacz", files, deflated=deflated).read_bytes()


def read(tmp_path: Path, files: dict[str, bytes], *, deflated: bool = False) -> list[Found]:
    return found(written(tmp_path, files, deflated=deflated), "wacz")


def troubles(got: list[Found]) -> list[tuple[str, str]]:
    return [(each.file.decode(), each.trouble) for each in of(got, Problem)]


def test_a_whole_package(tmp_path: Path) -> None:
    data = written(tmp_path, FILES)
    got = found(data, "wacz")
    assert not of(got, Problem)
    assert not of(got, Missing)
    assert not of(got, Unlisted)
    assert all(each.hash.verdict == "matches" for each in of(got, Entry))
    assert len(of(got, Entry)) == 3
    (package,) = of(got, Package)
    assert (package.version, package.digest.verdict) == (b"1.1.1", "matches")
    assert [each.title.decode() for each in of(got, Page)] == [f"Загаловак {url}" for url in URLS]
    records = of(got, Record)
    assert len(records) == len(RECORDS)
    for each, made in zip(records, RECORDS, strict=True):
        assert is_sound(each)
        assert each.at is not None
        assert data[each.at : each.at + (each.length or 0)] == web.member(made)


def test_version_1_2_0_states_a_profile_and_no_version(tmp_path: Path) -> None:
    files = web.contents(RECORDS, URLS)
    got = read(tmp_path, web.described(files, profile="wacz", wacz_version=None))
    assert of(got, Package)[0].version == b"1.2.0"
    assert not of(got, Problem)


def test_it_reads_what_wacz_create_writes(tmp_path: Path) -> None:
    warc, out = tmp_path / "data.warc.gz", tmp_path / "theirs.wacz"
    warc.write_bytes(web.warc(RECORDS))
    url = f"{URLS[0]}"
    wacz("create", "-o", str(out), str(warc), "--url", url)
    got = found(out.read_bytes(), "wacz")
    assert not of(got, Problem)
    assert not of(got, Missing)
    assert not of(got, Unlisted)
    assert of(got, Package)[0].digest.verdict == "matches"
    assert url.encode() in {each.url for each in of(got, Page)}
    assert len(of(got, Record)) == len(RECORDS)


# What is missing, or not as stated


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_that_is_not_there(tmp_path: Path, path: str) -> None:
    got = read(tmp_path, {name: data for name, data in FILES.items() if name != path})
    if path == "datapackage-digest.json":
        assert of(got, Package)[0].digest.verdict == "absent"
    else:
        assert ("file", path.encode()) in {(each.what, each.name) for each in of(got, Missing)}


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_that_was_changed(tmp_path: Path, path: str) -> None:
    changed = FILES[path][:-1] + bytes([FILES[path][-1] ^ 1])
    got = read(tmp_path, FILES | {path: changed})
    entries = {each.path.decode(): each.hash.verdict for each in of(got, Entry)}
    if path in entries:
        assert entries[path] == "differs"
    elif path == "datapackage.json":
        assert of(got, Problem)
    else:
        assert of(got, Package)[0].digest.verdict != "matches"


def test_a_file_that_nobody_lists(tmp_path: Path) -> None:
    got = read(tmp_path, FILES | {"logs/crawl.log": b"hello"})
    assert [each.path for each in of(got, Entry) if each.hash.verdict == "absent"] == [
        b"logs/crawl.log"
    ]


def test_pages_without_a_record_and_records_without_a_line(tmp_path: Path) -> None:
    files = web.contents(RECORDS, [*URLS, f"{web.SITE}/gone", f"{URLS[0]}#part"])
    lines = [(URLS[0], "data.warc.gz", web.offsets(RECORDS)[1]), (URLS[1], "other.warc.gz", 7)]
    files["indexes/index.cdx.gz"] = web.member(web.index(lines))
    got = read(tmp_path, web.described(files))
    assert [(each.what, each.name.decode()) for each in of(got, Missing)] == [
        ("page", f"{web.SITE}/gone"),
        ("index", "other.warc.gz at 7"),
    ]
    held = sum(each.kind in {"response", "resource", "revisit"} for each in of(got, Record))
    assert [each.records for each in of(got, Unlisted)] == [held - 1]


def test_an_index_may_name_what_is_noted_of_a_page(tmp_path: Path) -> None:
    records = [RECORDS[1], web.record("metadata", b"{}", **{"WARC-Target-URI": URLS[0]})]
    files = web.contents(records, [])
    lines = [(URLS[0], "data.warc.gz", at) for at in web.offsets(records)]
    files["indexes/index.cdx.gz"] = web.member(web.index(lines))
    got = read(tmp_path, web.described(files))
    assert not of(got, Missing)
    assert not of(got, Unlisted)


def test_a_page_is_found_with_or_without_the_least_path(tmp_path: Path) -> None:
    records = [web.response("https://prykladny.example/", b"x")]
    files = web.contents(records, ["https://prykladny.example"])
    assert not of(read(tmp_path, web.described(files)), Missing)


# What is broken or hostile


def test_a_warc_that_is_compressed_again_is_read_and_told(tmp_path: Path) -> None:
    got = read(tmp_path, FILES, deflated=True)
    assert len(of(got, Record)) == len(RECORDS)
    assert {each.at for each in of(got, Record)} == {None}
    assert troubles(got) == [("archive/data.warc.gz", "unsupported")]


@pytest.mark.parametrize("name", ["../evil.warc", "/etc/evil", "a/../../b", "..\\b", "C:/b"])
def test_names_that_lead_out_are_told(tmp_path: Path, name: str) -> None:
    got = read(tmp_path, FILES | {name: b"x"})
    assert "escapes" in {each.trouble for each in of(got, Problem)}
    assert len(of(got, Record)) == len(RECORDS)


@pytest.mark.parametrize("path", ["archive/data.warc.gz", "pages/pages.jsonl", "datapackage.json"])
def test_a_bomb_costs_itself_alone(tmp_path: Path, path: str) -> None:
    got = read(tmp_path, FILES | {path: bytes(80 << 20)}, deflated=True)
    assert (path, "too_big") in troubles(got)
    assert path.startswith("archive") or len(of(got, Record)) == len(RECORDS)


def test_a_directory_that_says_something_else_than_the_entries(tmp_path: Path) -> None:
    data = written(tmp_path, FILES)
    at = data.index(b"pages/pages.jsonl")
    got = found(data[:at] + b"pages/OTHER.jsonl" + data[at + 17 :], "wacz")
    assert [each.what for each in of(got, Problem)] == [
        "pages/pages.jsonl: its own header has another name"
    ]
    assert len(of(got, Record)) == len(RECORDS)


def test_entries_that_overlap_are_read_once(tmp_path: Path) -> None:
    data = bytearray(written(tmp_path, FILES))
    # The offset in the last central header is made that of the first entry.
    central = data.rindex(b"PK\1\2")
    data[central + 42 : central + 46] = struct.pack("<I", 0)
    got = found(bytes(data), "wacz")
    assert any("overlaps" in each.what for each in of(got, Problem))
    assert len(of(got, Entry)) <= len(FILES)


def test_an_entry_without_a_name_is_read_all_the_same(tmp_path: Path) -> None:
    """Found by fuzzing."""
    data = written(tmp_path, FILES)
    got = found(data.replace(b"pages/pages.jsonl", bytes(17)), "wacz")
    assert len(of(got, Record)) == len(RECORDS)


def test_two_entries_of_one_name(tmp_path: Path) -> None:
    out = tmp_path / "twice.wacz"
    web.write_wacz(out, FILES)
    with zipfile.ZipFile(out, "a") as zipped, pytest.warns(UserWarning, match="Duplicate"):
        zipped.writestr("pages/pages.jsonl", b"other")
    got = found(out.read_bytes(), "wacz")
    assert any("another entry has this name" in each.what for each in of(got, Problem))


def test_what_stands_between_entries_is_told(tmp_path: Path) -> None:
    out = tmp_path / "gap.wacz"
    with zipfile.ZipFile(out, "w") as zipped:
        for path, data in FILES.items():
            zipped.writestr(path, data)
            if path.startswith("archive"):
                assert zipped.fp is not None
                zipped.fp.write(b"hidden" * 50)
                zipped.start_dir = zipped.fp.tell()
    got = found(out.read_bytes(), "wacz")
    assert [each.what for each in of(got, Problem)] == ["300 bytes that belong to no entry"]


def test_an_entry_under_a_password_is_told(tmp_path: Path) -> None:
    data = bytearray(written(tmp_path, FILES))
    for magic, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(magic) + at] |= 1
    got = found(bytes(data), "wacz")
    assert "encrypted" in {each.trouble for each in of(got, Problem)}


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b'{"resources": 7}', b"[" * 100_000, b'{"resources": [1, {"path": 2}]}']
)
def test_a_description_that_is_none(tmp_path: Path, data: bytes) -> None:
    got = read(tmp_path, FILES | {"datapackage.json": data})
    assert of(got, Package)[0].digest.verdict == "differs"
    assert len(of(got, Record)) == len(RECORDS)


@pytest.mark.parametrize("line", [b"no json", b"[]", b'{"filename": "x"}', b"\xff{"])
def test_lists_that_are_none(tmp_path: Path, line: bytes) -> None:
    lists = {"pages/pages.jsonl": line, "indexes/index.cdx.gz": web.member(b"a 1 " + line)}
    got = read(tmp_path, FILES | lists)
    assert {each for each, _ in troubles(got)} >= {"indexes/index.cdx.gz"}
    assert len(of(got, Record)) == len(RECORDS)


def test_a_package_without_its_directory_still_gives_its_records(tmp_path: Path) -> None:
    data = written(tmp_path, FILES)
    got = found(data[: data.index(b"pages/pages.jsonl")], "wacz")
    assert len(of(got, Record)) == len(RECORDS)
    assert of(got, Problem)[0].what == "the directory of the ZIP file is not whole"


def test_a_long_package_in_zip64(tmp_path: Path) -> None:
    out = tmp_path / "64.wacz"
    with zipfile.ZipFile(out, "w") as zipped:
        for path, data in FILES.items():
            with zipped.open(zipfile.ZipInfo(path), "w", force_zip64=True) as entry:
                entry.write(data)
    got = found(out.read_bytes(), "wacz")
    assert not of(got, Problem)
    assert len(of(got, Record)) == len(RECORDS)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("sound"), FILES)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.data())
def test_a_flipped_bit_of_a_file_is_told_of_that_file(sound: bytes, choice: st.DataObject) -> None:
    path = choice.draw(st.sampled_from(sorted(FILES)))
    start = sound.index(FILES[path])
    at = choice.draw(st.integers(start, start + len(FILES[path]) - 1))
    data = bytearray(sound)
    data[at] ^= 1 << choice.draw(st.integers(0, 7))
    got = found(bytes(data), "wacz")
    assert (path, "damaged") in troubles(got)  # the checksum of ZIP, at least
    assert len(of(got, Record)) in {len(RECORDS), len(RECORDS) - 1}
    listed = {each.path.decode(): each.hash.verdict for each in of(got, Entry)}
    described = path.startswith("datapackage")
    assert described or listed[path] == "differs"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(choice=st.data())
def test_a_flipped_bit_of_the_directory_breaks_nothing(sound: bytes, choice: st.DataObject) -> None:
    at = choice.draw(st.integers(sound.index(b"PK\1\2"), len(sound) - 1))
    data = bytearray(sound)
    data[at] ^= 1 << choice.draw(st.integers(0, 7))
    found(bytes(data), "wacz")
