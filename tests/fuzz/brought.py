"""Readers of mail, archives of files and tables, and sound bytes for each.

Spreadsheets and Outlook's messages are not among them: the libraries that take their files apart
are not ours, and the sandbox is what holds these when they take all the memory there is.
"""

from __future__ import annotations

import gzip
import lzma
import tarfile
from typing import TYPE_CHECKING, Final

from sviedka.readers.archives import packed, sevenzip, tar
from sviedka.readers.archives.zip import parse as parse_zip
from sviedka.readers.mail import eml, mbox
from sviedka.readers.tables import csv, sqlite
from tests.material import hostile_archives as archives
from tests.material import hostile_mail as mails
from tests.material import tables
from tests.material.mail import box, mail
from tests.readers.taking import parsed

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterable

_SMALL = 1 << 14
_LIST = (
    b"7z\n\n----------\nPath = a\nSize = 3\nCRC = 352441C2\n\nPath = b\nSize = 1\nEncrypted = +\n\n"
)
_ENTRY = "CREATE TABLE t (a, b)"


def _reader(
    parse: Callable[[io.FileIO, bytes], Iterable[bytes]], arguments: bytes = b""
) -> Callable[[bytes], None]:
    """A reader, whose findings are held to what findings promise."""

    def read(data: bytes) -> None:
        parsed(parse, data, arguments)

    return read


READERS: Final[dict[str, Callable[[bytes], None]]] = {
    "zip": _reader(parse_zip),
    "tar": _reader(tar.parse),
    "compressed": _reader(packed.parse),
    "7z list": _reader(sevenzip.parse, b"1000"),
    "mail": _reader(eml.parse),
    "apple mail": _reader(eml.parse_apple),
    "mail box": _reader(mbox.parse),
    "csv": _reader(csv.parse),
    "sqlite": _reader(sqlite.parse),
}


def sound() -> dict[str, list[bytes]]:
    """Bytes that each of them reads."""
    one = bytes(mail(1, b"attached"))
    found = {
        "zip": [archives.zipped(archives.INNOCENT, method) for method in (0, 8, 12, 14)],
        "tar": [
            archives.tarred([*archives.INNOCENT, (b"n" * 120, b"x")], form)
            for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT)
        ],
        "compressed": [
            gzip.compress(archives.tarred(archives.INNOCENT)), lzma.compress(b"single" * 50),
        ],
        "7z list": [b"%d\n" % len(_LIST) + _LIST + b"abc"],
        "mail": [one, mails.within(3)],
        "apple mail": [b"%d\n" % len(one) + one],
        "mail box": [b"".join(box([one, mails.HEAD + b"\nFrom me\n"]))],
        "csv": ['імя;узрост\n"а";1\n'.encode(), "a\tb\nс\tд\n".encode("cp1251")],
        "sqlite": [tables.database(_ENTRY, "INSERT INTO t VALUES (1, 'text'), (x'00', NULL)")],
    }  # fmt: skip
    for name, data in {**archives.HOSTILE, **mails.HOSTILE}.items():
        form = {"zip": "zip", "tar": "tar", "gz": "compressed", "eml": "mail"}.get(
            name[-3:].strip(".")
        )
        if form and len(data) < _SMALL:
            found[form].append(data)
    return found
