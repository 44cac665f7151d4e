"""The state of the ledger as the last run left it, so that opening need not begin at entry 0.

A cache in the user's data folder; it may be deleted. All in it stands in the ledger in the clear.
It is bound to the ledger by the root at its size, and to itself by a hash.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka import __version__
from sviedka.errors import NotFoundError
from sviedka.keep.ledger.history import History

if TYPE_CHECKING:
    from sviedka.keep.keys.home import DeviceFolder
    from sviedka.keep.ledger.history import RootAt

FILE: Final = "ledger.cache"
LIMIT: Final = 1 << 30


class _Remembered(msgspec.Struct):
    program: str
    root: bytes
    history: History


def write(folder: DeviceFolder, history: History, root_at: RootAt) -> None:
    """Remember the history of a ledger that is at this state."""
    data = msgspec.msgpack.encode(_Remembered(__version__, root_at(history.size), history))
    folder.write(FILE, hashlib.sha256(data).digest() + data)


def read(folder: DeviceFolder, most: int, root_at: RootAt) -> History | None:
    """What was remembered, if it is of this ledger and of at most ``most`` entries."""
    try:
        data = folder.read(FILE, LIMIT)
    except NotFoundError:
        return None
    if hashlib.sha256(data[32:]).digest() != data[:32]:
        return None
    try:
        found = msgspec.msgpack.decode(data[32:], type=_Remembered)
    except msgspec.DecodeError:
        return None
    size = found.history.size
    if found.program != __version__ or size > most or root_at(size) != found.root:
        return None
    return found.history
