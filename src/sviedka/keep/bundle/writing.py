"""Putting a bundle on disk: a folder, or a zip file without compression; whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Protocol

from sviedka.errors import UsageError
from sviedka.keep import durable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ZIP: Final = ".zip"
_UNSAFE: Final = re.compile(
    r"""[\x00-\x1f\x7f-\x9f<>:"'/\\|?*"""
    r"%"  # which readers of BagIt take in two ways (RFC 8493 §2.1.3)
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # line ends, and marks that turn text round
    "\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""What a shell, Windows, a zip reader or a person may take for something else."""
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?")
"""Names of devices on Windows, whatever extension follows."""
_LONGEST: Final = 120
_MOST_BYTES: Final = 240
"""Of UTF-8; file systems take 255, and a mark of being unfinished must find room."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can state: when a bundle was made is nobody's business."""


class Draft(Protocol):
    """A bundle being written."""

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        """Write one of its files."""


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        path = self._root / name
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as file:
            for block in blocks:
                file.write(block)
            file.flush()
            os.fsync(file.fileno())


class _Zip:
    def __init__(self, zipped: zipfile.ZipFile, folder: str) -> None:
        self._zip = zipped
        self._folder = folder

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        member = zipfile.ZipInfo(f"{self._folder}/{name}", _EPOCH)
        member.external_attr = 0o100644 << 16
        with self._zip.open(member, "w", force_zip64=True) as file:
            for block in blocks:
                file.write(block)


def require_new(out: Path) -> None:
    """UsageError if something lies where the bundle is to be."""
    for path in (out, _aside(out)):
        if path.exists() or path.is_symlink():
            raise UsageError("there is something already", where=str(path), do="name a new place")


@contextmanager
def draft(out: Path) -> Iterator[Draft]:
    """Write a bundle beside its place, and put it there when the block is done."""
    aside = _aside(out)
    with durable.storage_errors(out):
        try:
            if out.name.endswith(ZIP):
                with aside.open("xb") as file:
                    with zipfile.ZipFile(file, "w") as zipped:
                        yield _Zip(zipped, safe_name(out.name.removesuffix(ZIP)))
                    file.flush()
                    os.fsync(file.fileno())
            else:
                aside.mkdir()
                yield _Folder(aside)
            aside.rename(out)
        except BaseException:  # Ctrl-C too: no half of a bundle stays
            if aside.is_dir():
                shutil.rmtree(aside)
            else:
                aside.unlink(missing_ok=True)
            raise
    durable.sync_folder(out.absolute().parent)


def safe_name(name: str) -> str:
    """A file name that any system takes, as near to the one given as can be."""
    safe = _UNSAFE.sub("_", PurePosixPath(name).name).strip(" .")[-_LONGEST:]
    safe = safe.encode()[-_MOST_BYTES:].decode(errors="ignore").strip(" .")
    return f"_{safe}" if _RESERVED.fullmatch(safe) else safe or "original"


def _aside(out: Path) -> Path:
    return out.with_name(out.name + durable.TMP)
