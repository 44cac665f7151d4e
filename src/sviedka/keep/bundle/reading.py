"""Bundles as they lie: a folder, or a zip file that is never unpacked. Both may be hostile."""

from __future__ import annotations

import os
import struct
import zipfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, Protocol

from sviedka.errors import FormatError, InputError, NotFoundError
from sviedka.keep.bundle.statement import PROOF
from sviedka.keep.durable import storage_errors
from sviedka.keep.vault.disk import open_plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_FILES: Final = 300
"""Files of a bundle: those that ``proof.json`` may name, and a few more to be told about."""
MAX_DIRECTORY: Final = 1 << 20
"""Bytes of a zip file's list of files: zipfile takes all of it into memory."""
_BLOCK: Final = 1 << 20
_END: Final = b"PK\x05\x06"
_LOCATOR: Final = b"PK\x06\x07"
_LONGEST_END: Final = 20 + 22 + 65_535
_BAD_ZIP: Final = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises for bytes that are not what they claim (``RuntimeError``: encrypted)."""


class Bundle(Protocol):
    """The files of a bundle, by their names in it."""

    names: frozenset[str]

    def open(self, name: str) -> IO[bytes]:
        """One of its files."""


class FolderBundle:
    """A bundle in a folder. Links, and whatever else is no file, are refused."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.names = frozenset(self._walk("", 0))

    def open(self, name: str) -> IO[bytes]:
        """One of its files, if it is not a link meanwhile."""
        with storage_errors(name):
            return open_plain(self._root / name)

    def _walk(self, prefix: str, count: int) -> Iterator[str]:
        with storage_errors(self._root / prefix), os.scandir(self._root / prefix) as entries:
            for each in entries:
                count += 1
                if count > MAX_FILES:
                    raise InputError(f"a bundle has at most {MAX_FILES} files")
                name = prefix + os.fsencode(each.name).decode("utf-8", "backslashreplace")
                if each.is_dir(follow_symlinks=False) and not prefix:
                    yield from self._walk(f"{name}/", count)
                elif each.is_file(follow_symlinks=False):
                    yield name
                else:
                    raise InputError("this does not belong into a bundle", where=name)


class ZipBundle:
    """A bundle in a zip file, uncompressed, all in one folder or in none."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped
        # Not is_dir(): before Python 3.12 it breaks on a file without a name.
        members = [each for each in zipped.infolist() if not each.filename.endswith("/")]
        if len(members) > MAX_FILES:
            raise InputError(f"a bundle has at most {MAX_FILES} files")
        if any(each.compress_type != zipfile.ZIP_STORED or each.flag_bits & 1 for each in members):
            # What is not compressed cannot be a bomb: it gives no more bytes than it takes.
            raise InputError(
                "the files of a bundle are neither compressed nor encrypted",
                do="unpack it with a program that you trust, and check the folder",
            )
        names = [each.filename for each in members]
        proof = next((name for name in names if name.split("/")[-1] == PROOF), PROOF)
        prefix = proof.removesuffix(PROOF)
        inside = all(name.startswith(prefix) and name != prefix for name in names)
        if len(set(names)) < len(names) or not inside:
            raise InputError("a bundle is one folder, and no name is in it twice")
        self._members = {each.filename.removeprefix(prefix): each for each in members}
        self.names = frozenset(self._members)

    def open(self, name: str) -> IO[bytes]:
        """One of its files."""
        with zip_errors(name):
            return self._zip.open(self._members[name])


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """A bundle, whichever it is; InputError if it is neither, NotFoundError if nothing is there."""
    if path.is_dir():
        yield FolderBundle(path)
        return
    with storage_errors(path), open_plain(path) as file:
        _bound_directory(file)
        with zip_errors(path.name):
            zipped = zipfile.ZipFile(file)
        with zipped:
            yield ZipBundle(zipped)


def read(bundle: Bundle, name: str, most: int) -> bytes:
    """A file of at most ``most`` bytes; NotFoundError, FormatError."""
    if name not in bundle.names:
        raise NotFoundError("this file of the bundle is missing", where=name)
    found: list[bytes] = []
    size = 0
    for block in blocks(bundle, name):
        found.append(block)
        size += len(block)
        if size > most:
            raise FormatError(f"this file is longer than {most} bytes", where=name)
    return b"".join(found)


def blocks(bundle: Bundle, name: str) -> Iterator[bytes]:
    """A file block by block."""
    with bundle.open(name) as file, zip_errors(name):
        while block := file.read(_BLOCK):
            yield block


@contextmanager
def zip_errors(where: str) -> Iterator[None]:
    """Turn what zipfile says into a FormatError."""
    try:
        yield
    except _BAD_ZIP as error:
        raise FormatError(f"the zip file is damaged: {error}", where=where) from error


def _bound_directory(file: IO[bytes]) -> None:
    """Refuse a list of files that does not fit into memory (APPNOTE 4.3.14, 4.3.16)."""
    length = file.seek(0, os.SEEK_END)
    file.seek(max(length - _LONGEST_END, 0))
    tail = file.read(_LONGEST_END)
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < 22:
        raise InputError("this is neither a bundle's folder nor a zip file")
    (size,) = struct.unpack_from("<I", tail, end + 12)
    if end >= 20 and tail[end - 20 : end - 16] == _LOCATOR:
        (at,) = struct.unpack_from("<Q", tail, end - 12)
        file.seek(min(at, length))
        record = file.read(56)
        if len(record) == 56:
            size = max(size, struct.unpack_from("<Q", record, 40)[0])
    if size > MAX_DIRECTORY:
        raise InputError(f"a list of files of {size} bytes is too long for a bundle")
    file.seek(0)
