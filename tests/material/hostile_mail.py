"""Hostile mails by name: attachments without end, mails in mails, lies about encodings, bombs."""

from __future__ import annotations

import argparse
import base64
from pathlib import Path

HEAD = (
    b"From: Somebody <a@example.org>\nTo: b@example.org\nSubject: invented\n"
    b"Date: Mon, 10 Aug 2020 12:00:00 +0300\nMIME-Version: 1.0\n"
)
TEXT = "Гэта выдуманы ліст пра выдуманае затрыманне на плошчы."
RUSSIAN = "Это выдуманное письмо о выдуманном задержании на площади."


def parted(parts: list[bytes], kind: bytes = b"mixed", boundary: bytes = b"=_b") -> bytes:
    """A mail of several parts; each begins with its own head."""
    inside = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    return (
        HEAD + b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\n\n'
        + inside + b"--" + boundary + b"--\n"
    )  # fmt: skip


def attached(name: bytes, content: bytes) -> bytes:
    """A part that is attached."""
    return (
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        b'Content-Disposition: attachment; filename="' + name + b'"\n\n'
        + base64.encodebytes(content)
    )  # fmt: skip


def plain(text: str, charset: str, stated: bytes) -> bytes:
    """A mail in one encoding that states another."""
    return HEAD + b"Content-Type: text/plain; charset=" + stated + b"\n\n" + text.encode(charset)


def within(levels: int) -> bytes:
    """A mail in a mail in a mail ..."""
    data = HEAD + b"\nthe inmost\n"
    for _ in range(levels - 1):
        data = HEAD + b"Content-Type: message/rfc822\n\n" + data
    return data


def _parts_within_parts(levels: int) -> bytes:
    data = HEAD
    for level in range(levels):
        data += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
    return data + b"\nthe inmost\n"


#: Name of the file → what is in it.
HOSTILE: dict[str, bytes] = {
    "attachments-10000.eml": parted([attached(b"%d.bin" % n, b"x") for n in range(10_000)]),
    "mails-in-mails-100.eml": within(100),
    "parts-in-parts-2000.eml": _parts_within_parts(2000),
    "many-fields.eml": b"X-Field: nothing\n" * 100_000 + HEAD + b"\ntext\n",
    "long-field.eml": b"X-Long: " + b"x" * (8 << 20) + b"\n" + HEAD + b"\ntext\n",
    "words-without-end.eml": b"Subject: " + b"=?utf-8?q?x" * 100_000 + b"\n\ntext\n",
    "parameters-without-end.eml": b'Content-Type: text/plain; a="' + b';"' * 100_000 + b"\n\nx\n",
    "garbage-base64.eml": parted(
        [
            b"Content-Transfer-Encoding: base64\nContent-Type: a/b\n\n!!aGVs\x00bG8=??",
            attached(b"sound.bin", b"sound"),
        ]
    ),
    "cut-base64.eml": parted([attached(b"cut.bin", b"four bytes short")])[:-20],
    "unknown-encoding.eml": HEAD + b"Content-Transfer-Encoding: x-odd\n\ntext\n",
    "no-boundary.eml": HEAD + b"Content-Type: multipart/mixed\n\n--x\n\ntext\n--x--\n",
    "wrong-boundary.eml": HEAD + b"Content-Type: multipart/mixed; boundary=y\n\n--x\n\ntext\n",
    "no-end.eml": HEAD + b"Content-Type: multipart/mixed; boundary=y\n\n--y\n\ntext\n",
    "koi8-said-to-be-1251.eml": plain(RUSSIAN, "koi8-r", b"windows-1251"),
    "1251-said-to-be-utf-8.eml": plain(TEXT, "cp1251", b"utf-8"),
    "1251-said-to-be-latin-1.eml": plain(TEXT, "cp1251", b"iso-8859-1"),
    "utf-8-said-to-be-ascii.eml": plain(TEXT, "utf-8", b"us-ascii"),
    "in-no-known-encoding.eml": plain(TEXT, "utf-8", b"x-user-defined"),
    "empty.eml": b"",
    "only-a-body.eml": b"\n" + TEXT.encode(),
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
