"""Messages as Outlook saves them (MSG), by hand: [MS-CFB] with folders, [MS-OXMSG] inside."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Tree = Mapping[str, "bytes | Tree"]

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_EPOCH = 116_444_736_000_000_000  # ticks of 100 ns from 1601 to 1970


class _Space:
    """Sectors of one size, each stream in a chain of its own."""

    def __init__(self, unit: int) -> None:
        self.unit = unit
        self.body = bytearray()
        self.table: list[int] = []

    def put(self, data: bytes) -> int:
        """Where ``data`` begins from now on."""
        if not data:
            return _END
        start = len(self.table)
        count = -(-len(data) // self.unit)
        self.table += [*range(start + 1, start + count), _END]
        self.body += data.ljust(count * self.unit, b"\0")
        return start


def compound(tree: Tree) -> bytes:
    """A compound file (version 3) of streams, by their names, and storages of such."""
    large, small = _Space(_SECTOR), _Space(_MINI)
    entries: list[bytearray] = []
    root = _add(entries, "Root Entry", _ROOT)
    entries[root][76:80] = pack("<I", _fill(entries, tree, large, small))
    entries[root][116:128] = pack("<IQ", large.put(bytes(small.body)), len(small.body))
    minis = large.put(b"".join(pack("<I", each) for each in small.table))
    while len(entries) % 4:
        _add(entries, "", 0)
    first = large.put(b"".join(entries))
    tables = 1
    while (len(large.table) + tables) * 4 > tables * _SECTOR:
        tables += 1
    places = range(len(large.table), len(large.table) + tables)
    table = [*large.table, *[_TABLE] * tables]
    table += [_FREE] * (-len(table) % (_SECTOR // 4))
    count = -(-len(small.table) * 4 // _SECTOR)
    head = pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, first, 0, _CUTOFF, minis, count, _END, 0,
    )  # fmt: skip
    head += b"".join(pack("<I", place) for place in places).ljust(436, b"\xff")
    return head + bytes(large.body) + b"".join(pack("<I", each) for each in table)


def _fill(entries: list[bytearray], tree: Tree, large: _Space, small: _Space) -> int:
    """Add what is in a storage, each a sibling of the one before; the first one's number."""
    before = first = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        content = tree[name]
        if isinstance(content, bytes):
            number = _add(entries, name, _STREAM)
            space = small if len(content) < _CUTOFF else large
            entries[number][116:128] = pack("<IQ", space.put(content), len(content))
        else:
            number = _add(entries, name, _STORAGE)
            entries[number][76:80] = pack("<I", _fill(entries, content, large, small))
        if before is not None:
            entries[before][72:76] = pack("<I", number)
        first = number if first is None else first
        before = number
    return _FREE if first is None else first


def _add(entries: list[bytearray], name: str, kind: int) -> int:
    written = (name + "\0").encode("utf-16-le") if name else b""
    entry = pack("<64sHBBIII16x", written, len(written), kind, 1, _FREE, _FREE, _FREE)
    entries.append(bytearray(entry.ljust(128, b"\0")))
    return len(entries) - 1


def stored(
    properties: Mapping[int, str | bytes | int | float], header: int, codec: str = "utf-16-le"
) -> dict[str, bytes]:
    """Properties by their tags: texts, bytes, numbers, and times in seconds since 1970."""
    streams: dict[str, bytes] = {}
    fixed = bytes(header)
    for tag, value in properties.items():
        match value:
            case str():
                kind = 0x1F if codec == "utf-16-le" else 0x1E
                data = value.encode(codec)
                streams[f"__substg1.0_{tag:04X}{kind:04X}"] = data
                fixed += pack("<HHIII", kind, tag, 6, len(data) + len("\0".encode(codec)), 0)
            case bytes():
                streams[f"__substg1.0_{tag:04X}0102"] = value
                fixed += pack("<HHIII", 0x102, tag, 6, len(value), 0)
            case int():
                fixed += pack("<HHIII", 3, tag, 6, value, 0)
            case float():
                fixed += pack("<HHIQ", 0x40, tag, 6, int(value * 10_000_000) + _EPOCH)
    return {**streams, "__properties_version1.0": fixed}


def message(
    properties: Mapping[int, str | bytes | int | float],
    recipients: tuple[tuple[int, str, str], ...] = (),
    attachments: tuple[Tree, ...] = (),
    codec: str = "utf-16-le",
) -> dict[str, bytes | Tree]:
    """The tree of a message; recipients are (1: to, 2: cc, 3: bcc), name and address."""
    tree: dict[str, bytes | Tree] = dict(stored(properties, 32, codec))
    for number, (kind, name, address) in enumerate(recipients):
        held = stored({0x0C15: kind, 0x3001: name, 0x39FE: address}, 8)
        tree[f"__recip_version1.0_#{number:08X}"] = held
    for number, each in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = each
    return tree


def attachment(name: str, content: bytes) -> Tree:
    """A file that is attached."""
    return stored({0x3705: 1, 0x3707: name, 0x3701: content, 0x370E: "text/plain"}, 8)


def within(inner: Tree) -> Tree:
    """A message that is attached; its table begins as a message's within a message does."""
    table = inner["__properties_version1.0"]
    assert isinstance(table, bytes)
    inner = {**inner, "__properties_version1.0": table[8:]}
    return {**stored({0x3705: 5, 0x3707: "within"}, 8), "__substg1.0_3701000D": inner}
