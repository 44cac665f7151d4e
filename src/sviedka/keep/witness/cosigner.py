"""The witness's own side: a key under a passphrase, and beside it the last head seen of each log.

``witness.age`` holds the key, ``logs/<hash of the origin>`` the verifier key of a log, as a person
has vouched for it, and the last head that was cosigned. Whoever could put an older state in its
place could have two histories cosigned; so it belongs on a machine of the witness alone.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import (
    ClockError,
    ForkError,
    FormatError,
    NotFoundError,
    RollbackError,
    UsageError,
    WrongPassphraseError,
)
from sviedka.keep import durable
from sviedka.keep.age import ScryptIdentity, ScryptRecipient, open_sealed, seal
from sviedka.keep.keys.device import SEED_SIZE, WORK_FACTOR
from sviedka.keep.ledger import checkpoint, merkle
from sviedka.keep.ledger.lock import hold
from sviedka.keep.ledger.note import MAX_NOTE, Note
from sviedka.keep.ledger.notekeys import KeyType, SigningKey, VerifierKey
from sviedka.keep.witness.wire import Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sviedka.keep.ledger.checkpoint import Checkpoint

FILE: Final = "witness.age"
LOGS: Final = "logs"
_KEY_LIMIT: Final = 4096
_LOG_LIMIT: Final = MAX_NOTE + _KEY_LIMIT
_PATIENCE: Final = 60.0


@dataclass(frozen=True)
class KnownLog:
    """A log as a witness knows it: the key that it vouches for, the last head, when it signed."""

    key: VerifierKey
    head: Checkpoint
    note: Note
    time: int


class Witness:
    """A witness with its key at hand, in a folder of its own."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        self.folder = folder
        self._key = key

    @classmethod
    def create(
        cls, folder: Path, name: str, passphrase: str, random: Callable[[int], bytes]
    ) -> Witness:
        """Make a key under a passphrase. ``name`` stands in every cosignature; UsageError if taken.

        It should be the partner's own, such as ``partner.example/2026``, without spaces.
        """
        if cls.there(folder):
            raise UsageError("there is a witness's key already", where=str(folder / FILE))
        key = SigningKey(name, KeyType.COSIGNATURE_V1, random(SEED_SIZE))
        recipient = ScryptRecipient(_composed(passphrase), WORK_FACTOR)
        durable.make_folder(folder)
        durable.write_file(folder / FILE, seal([recipient], key.to_secret_text().encode()))
        return cls(folder, key)

    @classmethod
    def open(cls, folder: Path, passphrase: str) -> Witness:
        """Take the key up; WrongPassphraseError, or NotFoundError if there is none."""
        data = durable.read_file(folder / FILE, _KEY_LIMIT)
        identity = ScryptIdentity(_composed(passphrase), max_work_factor=WORK_FACTOR)
        try:
            text = open_sealed([identity], data).decode()
        except WrongPassphraseError:
            raise WrongPassphraseError(
                "the passphrase is wrong, or the key file is damaged", where=str(folder / FILE)
            ) from None
        except UnicodeDecodeError as error:
            raise FormatError("this is not a witness's key", where=str(folder / FILE)) from error
        return cls(folder, SigningKey.parse(text))

    @staticmethod
    def there(folder: Path) -> bool:
        """Whether a folder holds a witness's key."""
        return (folder / FILE).is_file()

    @property
    def verifier(self) -> VerifierKey:
        """The public half, which owners must know from elsewhere."""
        return self._key.verifier

    def cosign(self, asked: bytes, log: str | None, now: datetime) -> bytes:
        """Sign that a head was seen; the head, with the log's signature and this witness's.

        ``log`` is the log's verifier key by a person's word: it is needed at the first sight of a
        log and when its key has changed. The new head is remembered before this returns.

        FormatError, ProofError, RollbackError or ForkError if the head does not continue the last;
        UsageError if the log is not known, or the proof begins elsewhere; ClockError.
        """
        request = Request.parse(asked)
        head = checkpoint.Checkpoint.parse(request.note.text)
        with hold(self.folder, _PATIENCE, _patient):
            known = self.known(head.origin)
            key = _log_key(log, known, head.origin)
            checkpoint.verify(request.note, key)
            if known:
                _check_continued(known, head, request)
            elif request.old or request.proof:
                raise _elsewhere(request, 0)
            time = int(now.timestamp())
            if known and time < known.time:
                raise ClockError(
                    "the clock shows an earlier time than the last cosignature of this log",
                    do="set the clock of this computer right; nothing was signed",
                )
            signed = Note(request.note.text, tuple(s for s in request.note.signatures if s.by(key)))
            note = checkpoint.cosign(signed, self._key, time)
            durable.write_file(self._path(head.origin), f"{key}\n\n".encode() + bytes(note))
        return bytes(note)

    def known(self, origin: str) -> KnownLog | None:
        """What this witness remembers of a log; ProofError if it did not write that itself."""
        path = self._path(origin)
        try:
            data = durable.read_file(path, _LOG_LIMIT)
        except NotFoundError:
            return None
        return self._remembered(data)

    def logs(self) -> list[KnownLog]:
        """All logs that this witness has seen."""
        folder = self.folder / LOGS
        with durable.storage_errors(folder):
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
        return [
            self._remembered(durable.read_file(path, _LOG_LIMIT))
            for path in paths
            if not path.name.endswith(durable.TMP)
        ]

    def _remembered(self, data: bytes) -> KnownLog:
        vkey, _, rest = data.partition(b"\n\n")
        note = Note.parse(rest)
        key = VerifierKey.parse(vkey.decode("utf-8", "replace"))
        head = checkpoint.verify(note, key)
        note.verify(self.verifier)
        return KnownLog(
            key, head, note, checkpoint.cosignatures(note, [self.verifier])[self.verifier]
        )

    def _path(self, origin: str) -> Path:
        return self.folder / LOGS / hashlib.sha256(origin.encode()).hexdigest()[:32]


def _log_key(log: str | None, known: KnownLog | None, origin: str) -> VerifierKey:
    if log is None:
        if known is None:
            raise UsageError(
                f"this witness has not seen the log {origin[:80]} before",
                do="have its owners tell you its key, not by the way that the request came, "
                "and name it with --log",
            )
        return known.key
    key = VerifierKey.parse(log)
    if key.type is not KeyType.ED25519:
        raise UsageError("this is not the key of a log")
    return key


def _check_continued(known: KnownLog, head: Checkpoint, request: Request) -> None:
    if head.size < known.head.size:
        raise RollbackError(
            f"this witness has seen {known.head.size} entries of this log; here are {head.size}",
            do="ask its owners why: an older copy is in use, or entries were taken back",
        )
    if head.size == known.head.size:
        if head.root != known.head.root:
            raise ForkError(
                f"this witness has seen another history of {head.size} entries of this log",
                do="keep the request: with what you signed before, it proves the fork",
            )
        return
    if request.old != known.head.size:
        raise _elsewhere(request, known.head.size)
    if request.old:
        merkle.verify_consistency(request.old, head.size, request.proof, known.head.root, head.root)


def _elsewhere(request: Request, size: int) -> UsageError:
    return UsageError(
        f"this request goes on from {request.old} entries; the last head cosigned here has {size}",
        do=f"have the owners ask again: sviedka witness request --since {size}",
    )


def _composed(passphrase: str) -> str:
    return unicodedata.normalize("NFC", passphrase)


def _patient() -> None:
    """Wait without a word."""
