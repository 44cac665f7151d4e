"""Disks that are full, read-only, or take no large files: told in words, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.conftest import ACKNOWLEDGED, as_contents, bring
from tests.program import contents, leftovers, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.program import Program

STORAGE = 6
"""Exit status of a StorageError."""
SMALL = 2 << 20
"""Bytes of the small disk; the archive leaves most of it."""
MOST_FREE = 512 << 10
"""Bytes with which the import below succeeds."""
STEP = 32 << 10
GIB = 1 << 30
MKFS = Path("/usr/sbin/mkfs.vfat")
BEFORE = as_contents("first", ACKNOWLEDGED)


@contextmanager
def mounted(place: Path, *words: str) -> Iterator[None]:
    """Mount something for a while; skip the test where that is not permitted."""
    place.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *words, str(place)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting is not permitted here: {done.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


def unharmed(program: Program) -> list[tuple[str, bytes, bytes]]:
    """What is in an archive whose ledger holds."""
    with program.open() as archive:
        archive.log.verify()
        archive.check_signature()
        return contents(archive)


def test_a_disk_that_fills_up_anywhere_in_an_import_loses_nothing(
    begun: Program, tmp_path: Path
) -> None:
    new = {"a.bin": bytes(30_000), "b.txt": b"b"}
    folder = bring(tmp_path / "new", new)
    after = sorted(BEFORE + as_contents("new", new))
    ended = set()
    for free in range(0, MOST_FREE, STEP):
        program = begun.copy(tmp_path / f"free{free}")
        disk = program.archive
        shutil.rmtree(disk)
        with mounted(disk, "-t", "tmpfs", "-o", f"size={SMALL}", "none"):
            shutil.copytree(begun.archive, disk, dirs_exist_ok=True)
            ballast = disk / "ballast"
            room = os.statvfs(disk)
            ballast.write_bytes(bytes(room.f_bavail * room.f_frsize - free))
            done = program.attempt("add", folder)
            ended.add(done.status)
            assert done.status in {0, STORAGE}, done.told
            assert done.status == 0 or done.is_clear, done.told
            ballast.unlink()
            there = unharmed(program)
            assert there in (BEFORE, after)
            assert done.status or there == after
            program.run("add", folder)
            assert unharmed(program) == after
            assert not leftovers(disk)
    assert ended == {0, STORAGE}


def test_a_read_only_archive_refuses_to_be_added_to_and_stays_as_it_is(
    begun: Program, tmp_path: Path
) -> None:
    program = begun.copy(tmp_path / "copy")
    folder = bring(tmp_path / "new", {"a.txt": b"a"})
    before = tree(program.archive)
    with mounted(program.archive, "-o", "bind,ro", str(program.archive)):
        refused = program.attempt("add", folder)
        assert refused.status == STORAGE
        assert refused.is_clear
        assert str(program.archive) in refused.err
        assert "To do: " in refused.err
    assert tree(program.archive) == before
    assert unharmed(program) == BEFORE


def limited(program: Program, size: int, *words: object) -> tuple[int, str]:
    """Run where no file may grow beyond ``size`` bytes, as on a disk that takes no large ones."""
    done = program.attempt(*words, under=("prlimit", f"--fsize={size}"))
    assert done.status == 0 or done.is_clear, done.told
    return done.status, done.err


def test_a_disk_that_takes_no_large_files_refuses_them_cleanly(
    begun: Program, tmp_path: Path
) -> None:
    program = begun.copy(tmp_path / "copy")
    folder = bring(tmp_path / "new", {"large.bin": bytes(4 << 20), "small.txt": b"small"})
    before = tree(program.archive)
    status, told = limited(program, 1 << 20, "add", folder)
    assert status == STORAGE
    assert "larger than this disk" in told
    assert "FAT32" in told
    assert tree(program.archive) == before
    assert unharmed(program) == BEFORE
    program.run("add", folder)
    assert len(unharmed(program)) == len(BEFORE) + 2


@pytest.mark.slow
@pytest.mark.skipif(not MKFS.exists(), reason="dosfstools is not installed")
def test_fat32_holds_an_archive_and_refuses_an_object_of_4_gib(
    begun: Program, tmp_path: Path
) -> None:
    image = tmp_path / "fat32"
    with image.open("wb") as file:
        file.truncate(6 * GIB)
    subprocess.run([str(MKFS), "-F", "32", str(image)], check=True, capture_output=True)
    program = begun.copy(tmp_path / "copy")
    shutil.rmtree(program.archive)
    folder = bring(tmp_path / "new", {"small.txt": b"small"})
    with mounted(program.archive, "-o", "loop", str(image)):
        shutil.copytree(begun.archive, program.archive, dirs_exist_ok=True)
        program.run("add", folder)
        with (folder / "large.bin").open("wb") as file:
            file.truncate(4 * GIB)
        refused = program.attempt("add", folder)
        assert refused.status == STORAGE
        assert refused.is_clear
        assert "FAT32" in refused.err
        assert unharmed(program) == sorted(BEFORE + as_contents("new", {"small.txt": b"small"}))
        assert not leftovers(program.archive)
