"""An MP4 file around one H.264 track (ISO/IEC 14496-12 and -15), its index before its samples."""

from __future__ import annotations

from struct import pack

_MATRIX = pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNITS = 12_800  # ticks a second, divisible by the usual frame rates


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, pack(">I", flags), *parts)


def _moov(
    sets: tuple[bytes, bytes], sizes: list[int], size: tuple[int, int], rate: int, offset: int
) -> bytes:
    width, height = size
    sequence, picture = sets
    tick = _UNITS // rate
    length = tick * len(sizes)
    config = (
        b"\x01" + sequence[1:4] + b"\xff\xe1" + pack(">H", len(sequence)) + sequence
        + b"\x01" + pack(">H", len(picture)) + picture
    )  # fmt: skip
    entry = _box(
        b"avc1",
        pack(">6xH16xHHIIIH32sHh", 1, width, height, 72 << 16, 72 << 16, 0, 1, b"", 24, -1),
        _box(b"avcC", config),
    )
    table = _box(
        b"stbl",
        _full(b"stsd", pack(">I", 1), entry),
        _full(b"stts", pack(">III", 1, len(sizes), tick)),
        _full(b"stss", pack(">II", 1, 1)),
        _full(b"stsc", pack(">IIII", 1, 1, len(sizes), 1)),
        _full(b"stsz", pack(f">II{len(sizes)}I", 0, len(sizes), *sizes)),
        _full(b"stco", pack(">II", 1, offset)),
    )
    data = _box(b"dinf", _full(b"dref", pack(">I", 1), _full(b"url ", flags=1)))
    media = _box(
        b"mdia",
        _full(b"mdhd", pack(">IIIIHH", 0, 0, _UNITS, length, 0x55C4, 0)),
        _full(b"hdlr", pack(">I4s12x", 0, b"vide") + b"\0"),
        _box(b"minf", _full(b"vmhd", bytes(8), flags=1), data, table),
    )
    track = _full(
        b"tkhd",
        pack(">IIIII8xHHHH", 0, 0, 1, 0, length, 0, 0, 0, 0),
        _MATRIX,
        pack(">II", width << 16, height << 16),
        flags=3,
    )
    movie = pack(">IIIIIH10x", 0, 0, _UNITS, length, 0x10000, 0x100)
    head = _full(b"mvhd", movie, _MATRIX, bytes(24), pack(">I", 2))
    return _box(b"moov", head, _box(b"trak", track, media))


def wrap(
    sets: tuple[bytes, bytes], units: list[bytes], *, size: tuple[int, int], rate: int
) -> bytes:
    """The file: parameter ``sets``, then ``units``, each one picture, ``rate`` of them a second."""
    samples = [pack(">I", len(unit)) + unit for unit in units]
    sizes = [len(sample) for sample in samples]
    kind = _box(b"ftyp", b"isom", pack(">I", 512), b"isomiso2avc1mp41")
    offset = len(kind) + len(_moov(sets, sizes, size, rate, 0)) + 8
    return kind + _moov(sets, sizes, size, rate, offset) + _box(b"mdat", *samples)
