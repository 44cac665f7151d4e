"""What is found in a web archive, one thing after another, and how it crosses from the sandbox.

Text that a file states is given as its bytes, for it may be of any encoding. Offsets and lengths
are in bytes. ``file`` is the path of a WARC within a WACZ, b"" for the file that is read itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from sviedka.errors import InputError
from sviedka.readers.findings import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Verdict = Literal[
    "matches",  # the digest that is stated is that of the bytes
    "differs",  # it is not
    "absent",  # none is stated
    "unknown",  # of an algorithm that is not known here
    "elsewhere",  # of bytes that stand in another record: a revisit, a segment
    "unread",  # the record is not whole, so there is nothing to compare
]

KINDS: Final = (
    "warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion",
    "continuation",
)  # fmt: skip
"""Types of records (ISO 28500:2017, 6)."""


class Digest(msgspec.Struct, frozen=True, array_like=True):
    """A digest as it is stated, the bytes as they are (``algorithm:hex``), and how they compare."""

    stated: bytes
    computed: str
    verdict: Verdict


class Record(msgspec.Struct, frozen=True, array_like=True, tag="record"):
    """A record of a WARC or ARC file.

    It is read again from ``length`` bytes at ``offset`` of its WARC: of a gzip member, all of it,
    of which the first ``skip`` bytes, decompressed, are left out; otherwise the record with the
    blank lines behind it. ``length`` is None where the end of the member was not seen. ``at`` is
    the same offset in the file that is read, None where that is not to be had without inflating
    the WARC first. ``payload`` is a size: the bytes behind the HTTP head, or all of the block.
    """

    file: bytes
    offset: int
    length: int | None
    skip: int
    at: int | None
    kind: str
    id: bytes
    url: bytes
    date: bytes
    status: int | None
    media_type: bytes
    sniffed: str
    payload: int
    payload_digest: Digest
    block_digest: Digest
    concurrent_to: list[bytes]
    refers_to: bytes
    refers_to_url: bytes
    refers_to_date: bytes
    truncated: bytes
    trouble: Trouble | None


class Software(msgspec.Struct, frozen=True, array_like=True, tag="software"):
    """What a file says that it was made with, and of which version of its format it is."""

    file: bytes
    name: bytes
    version: bytes


class Entry(msgspec.Struct, frozen=True, array_like=True, tag="entry"):
    """A file within a WACZ: what ``datapackage.json`` states of it, and what it is.

    ``verdict`` is that of the hash; "absent" for a file that is not listed. ``bytes_stated`` is
    None where no size is stated. One that is listed and not there has a Missing instead.
    """

    path: bytes
    stored: bool
    size: int
    bytes_stated: int | None
    hash: Digest


class Missing(msgspec.Struct, frozen=True, array_like=True, tag="missing"):
    """Something that is named and not there.

    A ``file`` of the package, the record of a ``page``, the record that an ``index`` line names.
    """

    what: Literal["file", "page", "index"]
    name: bytes
    date: bytes = b""


class Unlisted(msgspec.Struct, frozen=True, array_like=True, tag="unlisted"):
    """How many records no index names; the package's unlisted files show by their entries."""

    records: int


class Page(msgspec.Struct, frozen=True, array_like=True, tag="page"):
    """A page that a list of pages names."""

    file: bytes
    url: bytes
    date: bytes
    title: bytes


class Package(msgspec.Struct, frozen=True, array_like=True, tag="package"):
    """What ``datapackage.json`` says of the whole, and whether its own digest holds."""

    version: bytes
    software: bytes
    created: bytes
    title: bytes
    digest: Digest


class Signature(msgspec.Struct, frozen=True, array_like=True, tag="signature"):
    """The signature in ``datapackage-digest.json`` (WACZ Signing and Verification 0.1.0).

    ``integrity``: whether the signature is the key's over the hash of this very package.
    Who holds the key is another question, and not answered here: ``key`` is the SHA-256 of the
    public key (its SubjectPublicKeyInfo) and ``root`` that of the certificate at which the chain
    of ``domain`` ends, for somebody who knows them to compare. ``stamped`` is the time of an RFC
    3161 time stamp over the signature, ``stamp`` whether that holds, and ``stamp_root`` where its
    chain ends.
    """

    form: Literal["anonymous", "domain", "unknown"]
    integrity: Literal["valid", "invalid"]
    why: str
    key: str = ""
    domain: bytes = b""
    chain: Literal["absent", "valid", "invalid"] = "absent"
    root: str = ""
    created: bytes = b""
    software: bytes = b""
    stamp: Literal["absent", "valid", "invalid", "unchecked"] = "absent"
    stamped: str = ""
    stamp_root: str = ""


class Problem(msgspec.Struct, frozen=True, array_like=True, tag="problem"):
    """Something could not be read, or is not what it should be; the rest goes on."""

    file: bytes
    offset: int
    trouble: Trouble
    what: str


Found = Record | Software | Entry | Missing | Unlisted | Page | Package | Signature | Problem

LONGEST: Final = 1 << 14
"""Bytes of a text that one field carries; what is longer is cut there."""
_BATCH: Final = 128
"""So many findings of ``LONGEST`` fields fit a frame."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Found])


def frames(findings: Iterable[Found]) -> Iterator[bytes]:
    """In the child: findings in batches. What was found before an error goes out before it."""
    held: list[Found] = []
    try:
        for each in findings:
            held.append(each)
            if len(held) >= _BATCH:
                yield _encoder.encode(held)
                held.clear()
    except InputError:
        yield _encoder.encode(held)
        raise
    yield _encoder.encode(held)


def decode(frame: bytes) -> list[Found]:
    """In the parent: what one frame holds; msgspec.ValidationError, DecodeError if it is none."""
    return _decoder.decode(frame)
