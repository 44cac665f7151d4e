"""What lies in a folder is found whole, and nothing outside of it."""

from __future__ import annotations

import os
from pathlib import Path
from unicodedata import normalize

import pytest

from sviedka import kinds
from sviedka.capture.walking import Found, look, see
from sviedka.errors import InputError
from tests.material.files import LINKS, contents, write_files


def paths(*roots: Path, leave: tuple[Path, ...] = ()) -> list[bytes]:
    return [each.path for each in look(roots, leave)]


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def test_every_file_and_link_under_whatever_name(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write_files(folder)
    found, expected = paths(folder), contents(1)
    assert found == sorted([*expected, *map(os.fsencode, LINKS)])
    assert len({normalize("NFC", os.fsdecode(path)) for path in found}) == len(found) - 1
    for each in look([folder], ()):
        seen = see(each)
        assert seen.is_file == (each.path in expected)
        assert each.size == len(expected.get(each.path, b""))


def test_in_one_folder_paths_do_not_name_it_among_several_they_do(tmp_path: Path) -> None:
    a, b = fill(tmp_path / "a", "x", "y/z"), fill(tmp_path / "b", "x")
    assert paths(a) == [b"x", b"y/z"]
    assert paths(a, b) == [b"a/x", b"a/y/z", b"b/x"]
    assert paths(a / "x") == [b"x"]
    assert paths(a / "x", b / "x") == [b"x", b"x"]
    assert paths(a, a) == [b"a/x", b"a/y/z"]


def test_a_folder_by_any_other_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path / "a", "x", "b/y")
    expected = [each.place.read_text() for each in look([folder], ())]
    monkeypatch.chdir(folder)
    for name in (f"{folder}/", ".", "../a", "b/.."):
        assert paths(Path(name)) == [b"b/y", b"x"]
        assert [each.place.read_text() for each in look([Path(name)], ())] == expected
    assert paths(Path(), folder / "b") == [b"a/b/y", b"a/x", b"b/y"]


def test_folders_that_are_left_out(tmp_path: Path) -> None:
    folder = fill(tmp_path / "a", "x", "b/y", "c/d/z")
    (tmp_path / "way").symlink_to(folder)
    assert paths(folder, leave=(folder / "b", tmp_path / "none")) == [b"c/d/z", b"x"]
    assert paths(folder, leave=(tmp_path / "way" / "c" / ".." / "c" / "d",)) == [b"b/y", b"x"]
    with pytest.raises(InputError, match="archive"):
        paths(folder, leave=(tmp_path / "way",))


def test_links_are_found_and_not_followed(tmp_path: Path) -> None:
    folder = fill(tmp_path / "a", "b/y")
    (folder / "out").symlink_to("/etc")
    (folder / "loop").symlink_to(".")
    (folder / "gone").symlink_to(b"\xff nowhere")
    found = {each.path: see(each).link for each in look([folder], ())}
    assert found == {b"b/y": None, b"out": b"/etc", b"loop": b".", b"gone": b"\xff nowhere"}


@pytest.mark.parametrize("target", ["a", "a/x", "none"])
def test_a_link_is_nothing_to_bring(tmp_path: Path, target: str) -> None:
    fill(tmp_path / "a", "x")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(InputError, match="this is a link"):
        paths(tmp_path / "link")
    with pytest.raises(InputError, match="this is a link"):
        paths(Path(f"{tmp_path}/link/"))


def test_what_is_not_there_is_nothing_to_bring(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing by this name"):
        paths(tmp_path / "none")


def test_what_became_of_a_place_meanwhile(tmp_path: Path) -> None:
    folder = fill(tmp_path / "a", "gone", "link", "pipe", "folder", "stays")
    found = {each.path: each for each in look([folder], ())}
    for name in ("gone", "link", "pipe", "folder"):
        (folder / name).unlink()
    (folder / "link").symlink_to("x")
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    assert see(found[b"gone"]).untaken == "missing"
    assert see(found[b"link"]).link == b"x"
    assert see(found[b"pipe"]).untaken == "special"
    assert see(found[b"folder"]).untaken == "unreadable"
    assert see(found[b"stays"]).is_file
    for each in map(see, found.values()):
        what = {"item": "ab" * 32} if each.is_file else {}
        what |= {"untaken": each.untaken} if each.untaken else {}
        kinds.encode(each.record("cd" * 16, **what), "evidence")


@pytest.mark.parametrize(
    ("nanoseconds", "stated"),
    [
        (0, "0"),
        (1_600_000_000_000_000_000, "1600000000"),
        (1_600_000_000_120_000_000, "1600000000.12"),
        (1, "0.000000001"),
        (-500_000_000, "-0.5"),
        (-1_600_000_000_000_000_000, "-1600000000"),
    ],
)
def test_the_time_of_change_is_stated_as_it_is(
    tmp_path: Path, nanoseconds: int, stated: str
) -> None:
    path = fill(tmp_path, "x") / "x"
    os.utime(path, ns=(0, nanoseconds))
    path.chmod(0o640)
    record = see(Found(tmp_path, b"x", 1)).record("cd" * 16, item="ab" * 32)
    assert record["mtime"] == stated
    assert record["mode"] == 0o640
    kinds.encode(record, "evidence")
