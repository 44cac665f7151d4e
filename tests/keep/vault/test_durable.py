"""That nothing is missed or hidden; that it is really on the disk only a loss of power can show."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sviedka.keep.vault.durable import make_durable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def sync(folder: Path, paths: list[str]) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        make_durable(descriptor, paths)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("count", [0, 1, 4, 40])
def test_files_and_folders(tmp_path: Path, count: int) -> None:
    names = [str(n) for n in range(count)]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    sync(tmp_path, [*names, "."])


@pytest.mark.parametrize("count", [1, 40])
def test_an_error_of_a_single_file_is_raised(disk: Callable[[str], Path], count: int) -> None:
    folder = disk("size=1m")  # a file system whose syncfs is not relied on
    names = [str(n) for n in range(count)]
    for name in names[:-1]:
        (folder / name).write_bytes(b"x")
    with pytest.raises(FileNotFoundError):
        sync(folder, names)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.parametrize("count", [3, 30])
def test_each_file_is_synced_or_all_of_them_at_once(tmp_path: Path, count: int) -> None:
    code = f"""
import os
from sviedka.keep.vault.durable import make_durable
names = [str(n) for n in range({count})]
for name in names:
    open(name, "wb").close()
make_durable(os.open(".", os.O_RDONLY), names)
"""
    command = ["strace", "-f", "-y", "-o", "trace", "-e", "trace=fsync,syncfs"]
    subprocess.run([*command, sys.executable, "-c", code], cwd=tmp_path, check=True)
    calls = (tmp_path / "trace").read_text()
    together = calls.count(f"syncfs(3<{tmp_path}>)")
    singly = {name for name in map(str, range(count)) if f"<{tmp_path}/{name}>)" in calls}
    assert (together, len(singly)) in {(0, count), (1, 0)}
    assert "= 0" in calls
