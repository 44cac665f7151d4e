"""The state of the ledger as the last run left it, so that opening need not begin at entry 0.

A cache in the user's data folder; it may be deleted. All in it stands in the ledger in the clear.
It is bound to the ledger by the root at its size, and signed by the device, since whoever could
write it could otherwise say who may do what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sviedka import __version__
from sviedka.errors import NotFoundError, ProofError
from sviedka.keep.ledger.entry import verify
from sviedka.keep.ledger.history import History

if TYPE_CHECKING:
    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.keys.home import DeviceFolder
    from sviedka.keep.ledger.history import RootAt

FILE: Final = "ledger.cache"
LIMIT: Final = 1 << 30
_DOMAIN: Final = b"sviedka/cache/v1\n"
_SIGNATURE: Final = 64


class _Remembered(msgspec.Struct):
    program: str
    root: bytes
    history: History


def write(folder: DeviceFolder, device: DeviceKeys, history: History, root_at: RootAt) -> None:
    """Remember the history of a ledger that is at this state."""
    data = msgspec.msgpack.encode(_Remembered(__version__, root_at(history.size), history))
    folder.write(FILE, device.sign(_DOMAIN + data) + data)


def read(folder: DeviceFolder, device: DeviceKeys, most: int, root_at: RootAt) -> History | None:
    """What this device remembered, if it is of this ledger and of at most ``most`` entries."""
    try:
        data = folder.read(FILE, LIMIT)
    except NotFoundError:
        return None
    signature, said = data[:_SIGNATURE], data[_SIGNATURE:]
    try:
        verify(device.sign_public, _DOMAIN + said, signature)
        found = msgspec.msgpack.decode(said, type=_Remembered)
    except (ProofError, msgspec.DecodeError):
        return None
    size = found.history.size
    if found.program != __version__ or size > most or root_at(size) != found.root:
        return None
    return found.history
