"""Hostile archives by name, each a few kilobytes: bombs, slips, lies, what is cut or encrypted."""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

INNOCENT = [(b"report.txt", b"An invented report.\n" * 20), (b"list.csv", b"a;b\n1;2\n")]
STORED = (0, 0)
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


def local(name: bytes, packed: bytes, plain: bytes, kind: tuple[int, int] = (8, 0)) -> bytes:
    """A local header with what follows it; ``kind`` is the method and the flags."""
    method, flags = kind
    head = _LOCAL.pack(
        b"PK\3\4", 20, flags, method, 0, 0x5A21, zlib.crc32(plain), len(packed), len(plain),
        len(name), 0,
    )  # fmt: skip
    return head + name + packed


def listed(
    name: bytes, packed: bytes, plain: bytes, at: int, kind: tuple[int, int] = (8, 0)
) -> bytes:
    """An entry of the directory; ``kind`` is the method and the flags."""
    method, flags = kind
    head = _CENTRAL.pack(
        b"PK\1\2", 20, 20, flags, method, 0, 0x5A21, zlib.crc32(plain), len(packed), len(plain),
        len(name), 0, 0, 0, 0, 0, at,
    )  # fmt: skip
    return head + name


def ended(members: bytes, entries: Iterable[bytes], comment: bytes = b"") -> bytes:
    """Members, the directory that lists them, and the end."""
    found = list(entries)
    directory = b"".join(found)
    count = min(len(found), 0xFFFF)  # the directory's length is what counts
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(members), len(comment))
    return members + directory + end + comment


def deflated(data: bytes) -> bytes:
    """Raw DEFLATE, as in a ZIP."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(data) + machine.flush()


def zipped(files: Iterable[tuple[bytes, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP by the standard library; names are UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in files:
            file.writestr(zipfile.ZipInfo(name.decode()), data, method)
    return out.getvalue()


def tarred(files: Iterable[tuple[bytes, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive by the standard library."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as file:
        for name, data in files:
            info = tarfile.TarInfo(name.decode("utf-8", "surrogateescape"))
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return out.getvalue()


def nested(levels: int, inmost: bytes = b"the inmost") -> bytes:
    """A ZIP in a ZIP in a ZIP ..."""
    data = zipped([(b"inmost.txt", inmost)])
    for level in range(levels - 1):
        data = zipped([(b"level-%d.zip" % level, data)], zipfile.ZIP_STORED)
    return data


def _slip() -> bytes:
    names = [b"../../above.txt", b"/etc/absolute", b"C:\\windows.txt", b"a\\..\\..\\b", b"fine.txt"]
    members, entries = b"", []
    for name in names:
        entries.append(listed(name, b"x", b"x", len(members), STORED))
        members += local(name, b"x", b"x", STORED)
    return ended(members, entries)


def bomb(size: int = 100 << 20) -> bytes:
    """One member of zeros among innocent ones."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("before.txt", "before")
        with file.open("bomb", "w") as member:
            for _ in range(size >> 20):
                member.write(bytes(1 << 20))
        file.writestr("after.txt", "after")
    return out.getvalue()


def _overlapping() -> bytes:
    """Many names for the same bytes (D. Fifield, "A better zip bomb", 2019)."""
    plain = bytes(1 << 20)
    packed = deflated(plain)
    return ended(local(b"0", packed, plain), [listed(b"0", packed, plain, 0)] * 500)


def _lying_names() -> bytes:
    data = b"the same bytes"
    member = local(b"shown.txt", data, data, STORED)
    return ended(member, [listed(b"listed.txt", data, data, 0, STORED)])


def _hidden() -> bytes:
    first = local(b"shown.txt", b"one", b"one", STORED)
    second = local(b"hidden.txt", b"two", b"two", STORED)
    return ended(first + second, [listed(b"shown.txt", b"one", b"one", 0, STORED)])


def _wrong_sum() -> bytes:
    data = bytearray(zipped(INNOCENT, zipfile.ZIP_STORED))
    data[45] ^= 1
    return bytes(data)


def _encrypted() -> bytes:
    """Members flagged as encrypted, one among innocent ones."""
    secret = local(b"secret.txt", b"?" * 20, b"unknown", (8, 1))
    plain = local(b"plain.txt", b"x", b"x", STORED)
    entries = [
        listed(b"secret.txt", b"?" * 20, b"unknown", 0, (8, 1)),
        listed(b"plain.txt", b"x", b"x", len(secret), STORED),
    ]
    return ended(secret + plain, entries)


def _unknown_method() -> bytes:
    member = local(b"odd", b"?", b"?", (97, 0))
    return ended(member, [listed(b"odd", b"?", b"?", 0, (97, 0))])


def many(count: int) -> bytes:
    """A ZIP of empty members without end."""
    members, entries = bytearray(), []
    for number in range(count):
        name = b"%d" % number
        entries.append(listed(name, b"", b"", len(members), STORED))
        members += local(name, b"", b"", STORED)
    return ended(bytes(members), entries)


def _tar_links() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        for kind, name, target in (
            (tarfile.SYMTYPE, "link", "../../etc/passwd"),
            (tarfile.LNKTYPE, "second", "fine.txt"),
            (tarfile.CHRTYPE, "device", ""),
            (tarfile.FIFOTYPE, "pipe", ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            file.addfile(info)
        info = tarfile.TarInfo("fine.txt")
        info.size = 4
        file.addfile(info, io.BytesIO(b"fine"))
    return out.getvalue()


def _tar_lying_size() -> bytes:
    data = bytearray(tarred([(b"a", b"aaaa"), (b"b", b"bbbb")], tarfile.USTAR_FORMAT))
    data[124:136] = b"77777777777\0"
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


def _tar_broken_header() -> bytes:
    data = bytearray(
        tarred([(b"a", b"aaaa"), (b"b", b"bbbb"), (b"c", b"cccc")], tarfile.USTAR_FORMAT)
    )
    data[1024 + 10] ^= 0xFF
    return bytes(data)


def _tar_long_name() -> bytes:
    """An extended header that says that it is eight exabytes long."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 62
    return info.tobuf(tarfile.GNU_FORMAT) + b"x" * 2048


#: Name of the file → what is in it.
HOSTILE: dict[str, bytes] = {
    "slip.zip": _slip(),
    "overlapping.zip": _overlapping(),
    "lying-names.zip": _lying_names(),
    "hidden.zip": _hidden(),
    "wrong-sum.zip": _wrong_sum(),
    "encrypted.zip": _encrypted(),
    "unknown-method.zip": _unknown_method(),
    "cut.zip": zipped(INNOCENT)[:-40],
    "nested-40.zip": nested(40),
    "behind-a-program.exe": b"MZ" + bytes(500) + zipped(INNOCENT),
    "only-a-program.exe": b"MZ" + bytes(3000),
    "links.tar": _tar_links(),
    "lying-size.tar": _tar_lying_size(),
    "broken-header.tar": _tar_broken_header(),
    "long-name.tar": _tar_long_name(),
    "slip.tar": tarred([(b"../above", b"x"), (b"fine", b"y")]),
    "cut.gz": gzip.compress(bytes(range(256)) * 100, mtime=0)[:-60],
    "cut.tar.gz": gzip.compress(tarred([*INNOCENT, (b"noise", bytes(range(256)) * 9)]), mtime=0)[
        :-90
    ],
    "two-members.gz": gzip.compress(b"one ", mtime=0) + gzip.compress(b"two", mtime=0),
    "rubbish-behind.gz": gzip.compress(b"sound", mtime=0) + b"rubbish",
    "cut.bz2": bz2.compress(bytes(range(256)) * 100)[:-9],
    "cut.xz": lzma.compress(bytes(range(256)) * 100)[:-20],
    "bomb.gz": gzip.compress(bytes(32 << 20), mtime=0),
    "lying-type.zip": b"%PDF-1.7\nnot a ZIP at all",
}


def main() -> None:
    """Write them all into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in HOSTILE.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
