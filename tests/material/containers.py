"""Containers of pictures, sound and movies with what devices write into them, and no samples."""

from __future__ import annotations

from struct import pack

MADE = 3_679_905_825  # seconds from 1904 to 2020-08-10T12:03:45Z


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of ISO/IEC 14496-12."""
    body = b"".join(parts)
    return pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, *parts: bytes) -> bytes:
    """A box with a version and flags of zero."""
    return box(kind, bytes(4), *parts)


def apple_keys(values: dict[str, str]) -> bytes:
    """QuickTime metadata by keys."""
    names = b"".join(box(b"mdta", key.encode()) for key in values)
    items = b"".join(
        box(pack(">I", number), box(b"data", pack(">II", 1, 0), value.encode()))
        for number, value in enumerate(values.values(), 1)
    )
    keys = full(b"keys", pack(">I", len(values)), names)
    handler = full(b"hdlr", pack(">I4s12x", 0, b"mdta"), b"\0")
    return box(b"meta", handler, keys, box(b"ilst", items))


def user_text(kind: bytes, text: str) -> bytes:
    """QuickTime user data."""
    return box(kind, pack(">HH", len(text.encode()), 0x55C4), text.encode())


def quicktime(*inside: bytes) -> bytes:
    """A movie of three seconds whose index holds ``inside``."""
    head = full(b"mvhd", pack(">IIII", MADE, MADE, 600, 1800), bytes(80))
    track = box(
        b"trak",
        full(b"tkhd", bytes(72), pack(">II", 1920 << 16, 1080 << 16)),
        box(b"mdia", full(b"hdlr", b"mhlr", b"vide", bytes(12), b"\x10Core Media Video")),
    )
    return box(b"ftyp", b"qt  ", bytes(4), b"qt  ") + box(b"moov", head, track, *inside)


PHONE = {
    "com.apple.quicktime.make": "Pryklad",
    "com.apple.quicktime.model": "Telefon 17",
    "com.apple.quicktime.location.ISO6709": "+53.9023+027.5619+220.000/",
    "com.apple.quicktime.creationdate": "2020-08-10T15:03:45+0300",
    "com.apple.quicktime.software": "14.2",
}
"""What a telephone writes."""


def heif(tiff: bytes) -> bytes:
    """A HEIC without a picture in it, whose item of EXIF is ``tiff`` (ISO/IEC 23008-12)."""
    kind = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    content = pack(">I", 0) + tiff

    def meta(offset: int) -> bytes:
        infos = [
            box(b"infe", pack(">IHH4s", 2 << 24, number, 0, sort), b"\0")
            for number, sort in ((1, b"hvc1"), (2, b"Exif"))
        ]
        return full(
            b"meta",
            full(b"hdlr", pack(">I4s12x", 0, b"pict"), b"\0"),
            full(b"pitm", pack(">H", 1)),
            full(b"iinf", pack(">H", 2), *infos),
            full(b"iref", box(b"cdsc", pack(">HHH", 2, 1, 1))),
            box(
                b"iprp",
                box(b"ipco", full(b"ispe", pack(">II", 4032, 3024))),
                full(b"ipma", pack(">IHBB", 1, 1, 1, 0x81)),
            ),
            full(b"iloc", pack(">5HII", 0x4400, 1, 2, 0, 1, offset, len(content))),
        )

    offset = len(kind) + len(meta(0)) + 8
    return kind + meta(offset) + box(b"mdat", content)


def element(number: int, content: bytes) -> bytes:
    """An element of EBML (RFC 8794)."""
    head = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return head + pack(">Q", len(content) | 1 << 56) + content


def matroska(*inside: bytes) -> bytes:
    """A WebM whose segment holds an Info, a track and ``inside``."""
    info = element(
        0x1549A966,
        element(0x2AD7B1, pack(">I", 1_000_000)) + element(0x4489, pack(">d", 3000.0))
        + element(0x4D80, b"Lavf60.3.100") + element(0x5741, b"OBS 30")
        + element(0x4461, pack(">q", 618_753_825_000_000_000)) + element(0x73A4, bytes(range(16))),
    )  # fmt: skip
    video = element(0xE0, element(0xB0, b"\x07\x80") + element(0xBA, b"\x04\x38"))
    tracks = element(0x1654AE6B, element(0xAE, element(0x86, b"V_VP9") + video))
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return head + element(0x18538067, info + tracks + b"".join(inside))


def tag(name: str, value: str) -> bytes:
    """Tags of Matroska, of one name."""
    simple = element(0x67C8, element(0x45A3, name.encode()) + element(0x4487, value.encode()))
    return element(0x1254C367, element(0x7373, simple))


def attachment(name: str, kind: str, content: bytes) -> bytes:
    """Files attached to a Matroska."""
    file = element(0x466E, name.encode()) + element(0x4660, kind.encode())
    return element(0x1941A469, element(0x61A7, file + element(0x465C, content)))


def id3(frames: dict[str, bytes], version: int = 4) -> bytes:
    """A tag of ID3v2 before one frame of an MP3."""
    body = b"".join(
        name.encode() + (_synchsafe(len(content)) if version == 4 else pack(">I", len(content)))
        + bytes(2) + content
        for name, content in frames.items()
    )  # fmt: skip
    head = b"ID3" + bytes([version, 0, 0]) + _synchsafe(len(body))
    return head + body + b"\xff\xfb\x90\x64" + bytes(32) + b"LAME3.100" + bytes(300)


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def vorbis(vendor: str, comments: list[str]) -> bytes:
    """A comment header, without what stands before it."""
    held = b"".join(pack("<I", len(each.encode())) + each.encode() for each in comments)
    return pack("<I", len(vendor.encode())) + vendor.encode() + pack("<I", len(comments)) + held


def ogg(*packets: bytes) -> bytes:
    """Pages of Ogg, each with one packet (RFC 3533); sums of zero, which nobody here checks."""
    pages = b""
    for number, packet in enumerate(packets):
        lacing = b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
        pages += pack("<4sBBqIIIB", b"OggS", 0, 0, 0, 17, number, 0, len(lacing)) + lacing + packet
    return pages


def riff(kind: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A RIFF file of chunks."""
    body = kind + b"".join(
        name + pack("<I", len(content)) + content + bytes(len(content) % 2)
        for name, content in chunks
    )
    return b"RIFF" + pack("<I", len(body)) + body
