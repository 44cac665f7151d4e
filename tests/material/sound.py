"""Voice messages: Opus in Ogg, as Telegram sends them, with nothing but silence in them."""

from __future__ import annotations

from struct import pack

_SILENCE = b"\xf8\xff\xfe"  # 20 ms of silence, RFC 6716
_PACKETS_A_PAGE = 50


def _crc_table() -> list[int]:
    """The CRC of Ogg pages: polynomial 0x04c11db7, unreflected (RFC 3533, section 6)."""
    table = []
    for value in range(256):
        crc = value << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x104C11DB7 if crc >> 31 else 0)
        table.append(crc)
    return table


_CRC = _crc_table()


def _page(packets: list[bytes], *, number: int, kind: int, granule: int, serial: int) -> bytes:
    lacing = bytes(len(packet) for packet in packets)
    head = pack("<4sBBqII", b"OggS", 0, kind, granule, serial, number)
    tail = bytes([len(lacing)]) + lacing + b"".join(packets)
    crc = 0
    for octet in head + bytes(4) + tail:
        crc = ((crc << 8) & 0xFFFFFFFF) ^ _CRC[(crc >> 24) ^ octet]
    return head + pack("<I", crc) + tail


def voice(seed: int, seconds: int = 3) -> bytes:
    """An .ogg file of whole seconds; ``seed`` is its serial number, so files differ."""
    tags = b"OpusTags" + pack("<I", 8) + b"silence." + pack("<I", 0)
    head = b"OpusHead" + pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    pages = [
        _page([head], number=0, kind=2, granule=0, serial=seed),
        _page([tags], number=1, kind=0, granule=0, serial=seed),
    ]
    pages += [
        _page(
            [_SILENCE] * _PACKETS_A_PAGE,
            number=second + 1,
            kind=4 if second == seconds else 0,
            granule=second * 48_000,
            serial=seed,
        )
        for second in range(1, seconds + 1)
    ]
    return b"".join(pages)
