"""Making sure that nobody else gives positions: what the sequencer looks for before it writes.

The folder may hold a head that this device's own log key signed and this archive does not know:
then it is an older copy, or one of two in use, and to go on would fork the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.errors import ForkError, FormatError, NotFoundError, ProofError, RollbackError
from sviedka.keep.ledger.notekeys import VerifierKey
from sviedka.keep.sync import pull
from sviedka.keep.sync.report import REFUSED

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.checkpoint import Checkpoint
    from sviedka.keep.sync.folder import SyncFolder


def check(archive: Archive, folder: SyncFolder) -> None:
    """RollbackError or ForkError if somebody else continued the ledger.

    A head that proves nothing of the kind is a finding; it will be replaced.
    """
    history = archive.history
    try:
        note, head = pull.read_head(folder)
        ours = pull.signed(note, history, head.size)
        former = bool(note.verified(VerifierKey.parse(each.key) for each in history.log_keys))
        member = bool(note.verified(_members_keys(archive)))
    except NotFoundError:
        return
    except FormatError as error:
        folder.put_aside(pull.HEAD, error)
        return
    except ProofError as error:
        folder.find(error, pull.HEAD)
        return
    if ours:
        _compare(archive, head)
    elif head.size > archive.log.size and (former or member):
        _look_further(archive, folder, former=former)
    else:
        folder.find(ProofError("no log key in force signed this head"), pull.HEAD)


def _compare(archive: Archive, head: Checkpoint) -> None:
    if head.size > archive.log.size:
        raise RollbackError(
            f"this device's log key has signed {head.size} entries; here are {archive.log.size}",
            where=str(archive.path),
            do="this is an older copy, or one of two in use: go on with the newer one",
        )
    if head.root != archive.log.root_at(head.size):
        raise ForkError(
            f"this device's log key has signed two histories of {head.size} entries",
            where=str(archive.path),
            do="two copies of this archive were used: keep both, and the folder, as they are",
        )


def _look_further(archive: Archive, folder: SyncFolder, *, former: bool) -> None:
    """Who holds another log key of this archive signed a longer ledger; it may be the true one.

    ``former`` tells that the key was in force once: then what it signed is kept in any case.
    """
    try:
        pull.pull(folder, archive.log, archive.settled())
    except NotFoundError:
        pass  # not all of it is there to tell by; to go on could fork
    except REFUSED as error:
        if former:
            raise ForkError(
                "a former key of this log has signed entries that this ledger does not have",
                where=pull.HEAD,
                do="keep this folder as it is, and use another; ask whose entries they are",
            ) from error
        folder.find(error, pull.HEAD)
        return
    raise RollbackError(
        "another device has gone on with this ledger",
        where=str(archive.path),
        do="this is an older copy: remove it, and join as a new device",
    )


def _members_keys(archive: Archive) -> list[VerifierKey]:
    members = archive.history.members.values()
    return [VerifierKey.parse(each.log) for each in members if each.log]
