"""Small files: whole or not there, and every trouble of the disk in words."""

import errno
import os
import shutil
import subprocess
import sys

import pytest

from sviedka.errors import FormatError, NotFoundError, StorageError
from sviedka.keep import durable

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def everything(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def under_strace(inject, program, *arguments):
    """Run a line of Python with faults injected into its system calls."""
    command = ["strace", "-f", "-o", os.devnull, *inject, sys.executable, "-B", "-c", program]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_files_are_put_in_place_and_replaced(tmp_path):
    durable.write_files(tmp_path, {"a": b"1", "deep/er/b": b"2"})
    durable.write_file(tmp_path / "a", b"longer")
    durable.write_file(tmp_path / "a", b"3")
    assert everything(tmp_path) == {"a": b"3", "deep/er/b": b"2"}


def test_files_and_folders_are_for_their_owner_alone(tmp_path):
    before = os.umask(0)
    try:
        durable.write_file(tmp_path / "new" / "file", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "file").stat().st_mode & 0o777 == 0o600


def test_what_an_interrupted_write_left_is_in_nobodys_way(tmp_path):
    (tmp_path / "a.tmp").write_bytes(b"half of something long")
    durable.write_file(tmp_path / "a", b"new")
    assert everything(tmp_path) == {"a": b"new"}


def test_nothing_is_written_through_a_link(tmp_path):
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / "a.tmp").symlink_to("precious")
    with pytest.raises(StorageError, match="link"):
        durable.write_file(tmp_path / "a", b"new")
    (tmp_path / "b").symlink_to("precious")
    durable.write_file(tmp_path / "b", b"new")
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_a_file_is_read_up_to_a_bound(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert durable.read_file(tmp_path / "a", 5) == b"12345"
    with pytest.raises(FormatError, match="longer than 4"):
        durable.read_file(tmp_path / "a", 4)
    with pytest.raises(NotFoundError):
        durable.read_file(tmp_path / "b", 4)


def test_only_plain_files_are_read(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StorageError, match="link"):
        durable.read_file(tmp_path / "link", 9)
    for other in (tmp_path / "pipe", tmp_path):
        with pytest.raises(FormatError, match="not a file"):
            durable.read_file(other, 9)


def test_a_file_is_removed_once_or_twice(tmp_path):
    durable.write_file(tmp_path / "a", b"")
    durable.remove(tmp_path / "a")
    durable.remove(tmp_path / "a")
    assert everything(tmp_path) == {}


def test_a_folder_where_a_file_should_be_and_the_other_way_round(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for trouble in (
        lambda: durable.write_file(tmp_path / "file" / "a", b""),
        lambda: durable.write_file(tmp_path / "folder", b""),
        lambda: durable.make_folder(tmp_path / "file"),
        lambda: durable.remove(tmp_path / "folder"),
        lambda: durable.read_file(tmp_path / "file" / "a", 9),
    ):
        with pytest.raises(StorageError):
            trouble()


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EFBIG]
)
def test_every_trouble_says_where_and_what_to_do(number):
    with pytest.raises(StorageError) as caught, durable.storage_errors("some/file"):
        raise OSError(number, os.strerror(number))
    assert caught.value.where == "some/file"
    assert caught.value.do
    assert os.strerror(number).lower() in str(caught.value)


def test_an_error_without_a_number_is_told_too():
    with pytest.raises(StorageError, match="odd"), durable.storage_errors("some/file"):
        raise OSError("odd")


WRITE = """
import pathlib, sys
from sviedka.errors import StorageError
from sviedka.keep import durable
try:
    durable.write_file(pathlib.Path(sys.argv[1]) / "a", b"new")
except StorageError as error:
    sys.exit(f"typed: {error}")
print("acknowledged")
"""


@needs_strace
@pytest.mark.parametrize("call", ["openat", "write", "fsync", "?rename,?renameat,?renameat2"])
@pytest.mark.parametrize("fault", ["error=ENOSPC", "error=EIO", "error=EROFS", "signal=KILL"])
def test_the_old_file_or_the_new_one_is_there_whatever_fails(tmp_path, call, fault):
    durable.write_file(tmp_path / "a", b"old")
    paths = [arg for name in ("a", "a.tmp", "") for arg in ("-P", str(tmp_path / name))]
    done = under_strace([*paths, "-e", f"inject={call}:{fault}:when=1"], WRITE, tmp_path)
    assert (tmp_path / "a").read_bytes() in (b"old", b"new")
    assert "acknowledged" not in done.stdout
    assert "Traceback" not in done.stderr
    assert ("typed" in done.stderr) == fault.startswith("error")
    durable.write_file(tmp_path / "a", b"newer")
    assert everything(tmp_path) == {"a": b"newer"}
