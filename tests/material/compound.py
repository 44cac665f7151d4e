"""Compound files ([MS-CFB]) and the Word documents of 1997 in them ([MS-DOC]), made by hand."""

from __future__ import annotations

from struct import pack

_SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALL = 4096  # streams below it would go into a stream of their own; here they are padded


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (version 3) with ``streams`` beside each other in its root."""
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    body, table, starts = b"", [], []
    for name in names:
        content = streams[name].ljust(_SMALL, b"\0")
        content += bytes(-len(content) % _SECTOR)
        count = len(content) // _SECTOR
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + count), _END]
        body += content
    entries = [_entry("Root Entry", 5, child=1, where=(_END, 0))]
    for number, name in enumerate(names, 1):
        after = number + 1 if number < len(names) else _FREE
        where = starts[number - 1], max(len(streams[name]), _SMALL)
        entries.append(_entry(name, 2, after=after, where=where))
    while len(entries) % 4:
        entries.append(_entry("", 0))
    first = len(table)
    sectors = len(entries) // 4
    table += [*range(first + 1, first + sectors), _END]
    tables = 1
    while (len(table) + tables) * 4 > tables * _SECTOR:
        tables += 1
    places = list(range(len(table), len(table) + tables))
    table += [_TABLE] * tables
    table += [_FREE] * (-len(table) % (_SECTOR // 4))
    head = pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, first, 0, _SMALL, _END, 0, _END, 0,
    )  # fmt: skip
    head += b"".join(pack("<I", place) for place in places).ljust(436, b"\xff")
    return head + body + b"".join(entries) + b"".join(pack("<I", each) for each in table)


def _entry(
    name: str, kind: int, *, after: int = _FREE, child: int = _FREE, where: tuple[int, int] = (0, 0)
) -> bytes:
    start, size = where
    written = (name + "\0").encode("utf-16-le") if name else b""
    return pack(
        "<64sHBBIII16xI16xIQ", written, len(written), kind, 1, _FREE, after, child, 0, start, size
    )


def summary(properties: dict[int, str], codepage: int = 1251) -> bytes:
    """A property set ([MS-OLEPS], 2.21) of texts by their numbers."""
    codec = "utf-8" if codepage == 65001 else f"cp{codepage}"
    values = [(1, pack("<IHxx", 2, codepage))]
    for number, text in properties.items():
        content = text.encode(codec) + b"\0"
        values.append((number, pack("<II", 30, len(content)) + content + bytes(-len(content) % 4)))
    places, body = b"", b""
    for number, value in values:
        places += pack("<II", number, 8 + 8 * len(values) + len(body))
        body += value
    section = pack("<II", 8 + len(places) + len(body), len(values)) + places + body
    form = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
    return pack("<HHI16xI", 0xFFFE, 0, 2, 1) + form + pack("<I", 48) + section


def strings(values: list[str]) -> bytes:
    """A string table ([MS-DOC], 2.2.4)."""
    return pack("<HHH", 0xFFFF, len(values), 0) + b"".join(
        pack("<H", len(value)) + value.encode("utf-16-le") for value in values
    )


def word(
    text: str, *, latin: str = "", notes: str = "", saved: list[str] | None = None,
    flags: int = 0,
) -> dict[str, bytes]:  # fmt: skip
    """The streams of a document: ``latin`` in one byte a letter, then ``text``, then ``notes``."""
    start = 0x800
    wide = (text + notes).encode("utf-16-le")
    pieces = [(len(latin), start * 2 | 1 << 30), (len(text + notes), start + len(latin))]
    ends = [0, len(latin), len(latin + text + notes)]
    plc = b"".join(pack("<I", end) for end in ends)
    plc += b"".join(pack("<HIH", 0, place, 0) for _, place in pieces)
    tables = {
        33: b"\1\2\0\0\0" + b"\2" + pack("<I", len(plc)) + plc,
        71: strings(saved or []),
        32: strings(["", "Zajava.dot"]),
    }
    head = bytearray(start)
    head[:12] = pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x419, 0, 0x200 | flags)
    head[0x18:0x20] = pack("<II", start, start + len(latin) + len(wide))
    head[0x20:0x22], head[0x3E:0x40] = pack("<H", 14), pack("<H", 22)
    head[0x4C:0x54] = pack("<II", len(latin + text), len(notes))
    head[0x98:0x9A] = pack("<H", 93)
    table = b""
    for index, content in tables.items():
        head[0x9A + 8 * index : 0xA2 + 8 * index] = pack("<II", len(table), len(content))
        table += content
    return {"WordDocument": bytes(head) + latin.encode("cp1252") + wide, "1Table": table}
