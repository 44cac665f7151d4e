"""Files and folders as they should not be, through the command."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

import pytest

from tests.input.checking import FORMAT, USAGE, intact, refused
from tests.material.files import SECRET, contents, write_files
from tests.program import Program, tree

if TYPE_CHECKING:
    from collections.abc import Iterator


def added(program: Program, path: Path, label: str = "") -> dict[bytes, bytes]:
    """Add something; the items of its case by their paths."""
    program.run("add", path)
    return {
        name: content for case, name, content in intact(program) if case == (label or path.name)
    }


def test_a_folder_of_awkward_names_comes_in_byte_for_byte(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write_files(folder)
    expected = contents(1)
    there = added(program, folder)
    # One of two with the same content is an item; the other is a place where that was found, too.
    assert set(there.values()) == set(expected.values())
    assert all(expected[name] == content for name, content in there.items())
    assert len(there) == len(set(expected.values()))
    assert SECRET not in there.values()
    (case,) = (each for each in program.json("list")["cases"] if each["label"] == "folder")
    listed = program.json("list", case["case"], "--kind", "file", "--limit", 1000)["records"]
    shown = [program.json("show", each["id"])["record"] for each in listed[:60:6]]
    assert all("path" in record or "path_base64" in record for record in shown)
    before = tree(program.archive)
    again = program.json("add", folder)["imports"]
    assert [each["items"] for each in again] == [0]
    assert tree(program.archive).keys() == before.keys()


def test_names_in_nfc_and_nfd_stay_two(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    names = [normalize(form, "Пратакол й ў.txt") for form in ("NFC", "NFD")]
    for name in names:
        (folder / name).write_text(f"in {len(name)} letters")
    there = added(program, folder)
    assert there == {name.encode(): f"in {len(name)} letters".encode() for name in names}


def test_a_name_that_is_not_utf_8_is_kept_as_its_bytes(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    name = "назва.txt".encode("cp1251")
    (folder / os.fsdecode(name)).write_bytes(b"content")
    assert added(program, folder) == {name: b"content"}
    (case,) = (each for each in program.json("list")["cases"] if each["label"] == "old")
    (item,) = program.json("list", case["case"])["items"]
    out = tmp_path / "out"
    out.mkdir()
    program.run("export", item["id"], out)
    assert [path.read_bytes() for path in out.iterdir()] == [b"content"]


def test_a_folder_whose_own_name_is_not_utf_8(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode("папка".encode("cp1251"))
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"content")
    program.run("add", folder)
    assert b"content" in [content for _, _, content in intact(program)]


def test_an_empty_file_and_a_duplicate(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in {"empty": b"", "one": b"same", "other": b"same"}.items():
        (folder / name).write_bytes(content)
    assert sorted(added(program, folder).values()) == [b"", b"same"]


def test_an_empty_folder_is_refused(program: Program, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    before = tree(program.archive)
    refused(program, program.attempt("add", tmp_path / "empty"), FORMAT, "nothing in it", "empty")
    assert tree(program.archive) == before


def test_what_is_not_there_is_refused(program: Program, tmp_path: Path) -> None:
    before = tree(program.archive)
    done = program.attempt("add", tmp_path / "none")
    assert done.status == USAGE
    assert "none" in done.err
    assert "Traceback" not in done.told
    assert tree(program.archive) == before


def test_special_files_and_links_are_noted_and_not_followed(
    program: Program, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "plain.txt").write_bytes(b"plain")
    os.mkfifo(folder / "pipe")
    (folder / "out").symlink_to("/etc/passwd")
    (folder / "around").symlink_to(".")
    result = program.json("add", folder)["imports"][0]
    assert result["items"] == 1
    assert result["missing"] == 1
    assert any("pipe" in note for note in result["notes"])
    there = [content for label, _, content in intact(program) if label == "folder"]
    assert there == [b"plain"]


@pytest.mark.parametrize("path", ["pipe", "/dev/zero", "/proc/self/mem"])
def test_a_special_file_alone_is_not_read(program: Program, tmp_path: Path, path: str) -> None:
    place = tmp_path / path
    if path == "pipe":
        os.mkfifo(place)
    done = program.attempt("add", place)
    assert "Traceback" not in done.told
    assert len(intact(program)) == 2


def test_a_file_that_changes_while_it_is_read_is_told(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "calm.txt").write_bytes(b"calm")
    growing = folder / "growing.bin"
    growing.write_bytes(bytes(64 << 20))
    over = threading.Event()

    def grow() -> None:
        with growing.open("ab") as file:
            while not over.is_set():
                file.write(b"x")
                file.flush()
                time.sleep(0.005)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        result = program.json("add", folder)["imports"][0]
    finally:
        over.set()
        writer.join()
    assert result["missing"] == 1
    assert any("growing.bin" in note and "changed" in note for note in result["notes"])
    there = {name: content for label, name, content in intact(program) if label == "folder"}
    assert there == {b"calm.txt": b"calm"}
    assert added(program, folder)[b"growing.bin"] == growing.read_bytes()


@pytest.fixture
def nobody(begun: Program, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """What runs a command as somebody without rights; skips where that cannot be."""
    if os.geteuid():
        yield ()
        return
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is not installed")
    yield ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all")


def theirs(program: Program) -> None:
    """Give an archive and a home to whoever ``nobody`` is."""
    if os.geteuid() == 0:
        who = pwd.getpwuid(65534)
        subprocess.run(["chown", "-R", f"{who.pw_uid}:{who.pw_gid}", program.base], check=True)
        for folder in (program.base, *program.base.parents):
            if folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o011)


def test_what_may_not_be_read_is_noted_and_the_rest_comes_in(
    tmp_path: Path, nobody: tuple[str, ...]
) -> None:
    program = Program.with_archive(tmp_path / "own")
    folder = program.base / "folder"
    folder.mkdir()
    for name in ("open.txt", "closed.txt"):
        (folder / name).write_text(name)
    theirs(program)
    (folder / "closed.txt").chmod(0)
    done = program.attempt("add", folder, "--json", under=nobody)
    if done.status and "Permission denied" in done.err and "Traceback" in done.err:
        pytest.skip("the checkout is not readable by others here")
    assert done.status == 0, done.told
    (result,) = done.result["imports"]
    assert result["items"] == 1
    assert result["missing"] == 1
    assert any("closed.txt" in note for note in result["notes"])


def test_an_archive_that_one_may_not_write_to_is_told(
    tmp_path: Path, nobody: tuple[str, ...]
) -> None:
    program = Program.with_archive(tmp_path / "own")
    (program.base / "new.txt").write_text("new")
    theirs(program)
    subprocess.run(["chmod", "-R", "a-w", program.archive], check=True)
    before = tree(program.archive)
    done = program.attempt("add", program.base / "new.txt", under=nobody)
    if "Permission denied" in done.err and "Traceback" in done.err:
        pytest.skip("the checkout is not readable by others here")
    assert done.status == 6, done.told
    assert done.is_clear
    assert "To do: " in done.err
    assert tree(program.archive) == before
