"""Whether an archive goes on from what its device knows: nothing lost, nothing put in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.errors import RollbackError
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.notekeys import VerifierKey

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.keys.state import DeviceState
    from sviedka.keep.ledger.history import Chain, History
    from sviedka.keep.ledger.log import Log


def check_head(log: Log, state: DeviceState) -> None:
    """Refuse a ledger that does not continue what this device has seen of it.

    RollbackError if it is shorter, ForkError if it is another.
    """
    size = min(log.size, state.head.size)
    state.advanced(say.Head(root=log.root_at(size).hex(), size=size))


def check_chain(chain: Chain, state: DeviceState, path: Path) -> None:
    """Refuse an archive that lacks entries which this device has signed already; RollbackError."""
    if chain.seq < state.seq:
        raise RollbackError(
            f"this device has signed {state.seq} entries; here are only {chain.seq}",
            where=str(path),
            do="go on with the newer copy of this archive; two in use would fork",
        )


def check_signature(log: Log, history: History) -> None:
    """ProofError unless the newest head is signed by the log key in force."""
    if log.note is None:
        return
    keys = [VerifierKey.parse(key) for key in history.log_keys_at(log.tiled)]
    if not log.note.verified(keys):
        checkpoint.verify(log.note, keys[-1])
