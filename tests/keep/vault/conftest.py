"""Keys, stores and small disks for the tests of the vault."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from sviedka.keep.age import HybridIdentity
from sviedka.keep.vault import DirectoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def identity() -> HybridIdentity:
    return HybridIdentity.from_seed(bytes(range(32)))


@pytest.fixture(scope="session")
def stranger() -> HybridIdentity:
    return HybridIdentity.from_seed(bytes(32))


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "objects")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a disk in memory with the given options, where this account may."""
    folder = tmp_path / "disk"

    def mount(options: str) -> Path:
        folder.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("this account may not mount a disk")
        return folder

    yield mount
    while folder.is_mount():
        subprocess.run(["umount", str(folder)], check=True)
