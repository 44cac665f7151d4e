"""Handing the role of sequencer to another device, through the folder (docs/format.md §4.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import NotFoundError, NotPermittedError, UsageError
from sviedka.keep import canonical
from sviedka.keep.author import Draft, Notice
from sviedka.keep.canonical import Id, Strict
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.history import consent_message
from sviedka.keep.ledger.statements import Proof, Text
from sviedka.keep.sync.folder import SyncFolder
from sviedka.keep.sync.publish import publish
from sviedka.keep.sync.report import SyncReport
from sviedka.keep.sync.syncing import sync

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.notekeys import SigningKey

CONSENTS: Final = "consents"
_DEVICE: Final = re.compile(r"[0-9a-f]{32}")
MAX_CONSENT: Final = 4096
"""Bytes of a consent: two log keys of at most 200 characters, a signature, an id."""


class Consent(Strict, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A device would take the log over from the key that holds it now."""

    consent: Proof
    device: Id
    from_: Text
    to: Text


@dataclass(frozen=True)
class _LogSigner:
    """A log key as it signs an entry."""

    signing: SigningKey

    @property
    def key(self) -> str:
        return self.signing.verifier.id.hex()

    def sign(self, message: bytes) -> bytes:
        return self.signing.sign(message)


def consent(archive: Archive, folder: Path) -> None:
    """Say, on the heir, that it would take the log over. UsageError if it has it already."""
    with archive.locked():
        archive.settle()
        if archive.is_sequencer:
            raise UsageError("this device gives positions already")
        old, new = archive.history.log_keys[-1].key, archive.log_key()
        signature = new.sign(consent_message(archive.archive_id, old, str(new.verifier)))
        said = Consent(consent=signature, device=archive.device.id, from_=old, to=str(new.verifier))
        place = SyncFolder(folder, archive.archive_id, SyncReport(), archive.random)
        place.write(_path(archive.device.id), canonical.encode(said))


def hand_over(archive: Archive, folder: Path, device: str, purpose: str = "") -> SyncReport:
    """Hand the log to a device that consented; when this returns the folder says so.

    NotFoundError if it did not consent; NotPermittedError or ProofError if its consent is not by
    the log key that it declared, or to another handover; UsageError if this device does not give
    positions, or is itself meant. Nothing was written then.

    A sync goes before, so that nothing is left behind in the folder for the heir to find.
    """
    report = sync(archive, folder)
    place = SyncFolder(folder, archive.archive_id, report, archive.random)
    with archive.locked():
        archive.settle()
        if not archive.is_sequencer or device == archive.device.id:
            raise UsageError("only the device that gives positions hands over, to another one")
        said = _read(place, device)
        data = say.HandoverData(consent=said.consent, device=device, from_=said.from_, to=said.to)
        old = _LogSigner(archive.log_key())
        archive.append([Draft(say.Handover, {"data": data}, Notice("tra", purpose), [old])])
        archive.settle()
        publish(archive, place)
    place.remove(_path(device))
    return report


def _read(place: SyncFolder, device: str) -> Consent:
    path = _path(device)
    try:
        data = place.read(path, MAX_CONSENT)
    except NotFoundError as error:
        raise NotFoundError(
            "this device has not said in the folder that it is ready",
            where=path,
            do="run on it: sviedka handover ready FOLDER",
        ) from error
    said = canonical.decode(data, Consent, name="a consent to a handover")
    if said.device != device:
        raise NotPermittedError("this consent is another device's", where=path)
    return said


def _path(device: str) -> str:
    if not _DEVICE.fullmatch(device):
        raise UsageError(f"not the id of a device: {device[:80]!r}")
    return f"{CONSENTS}/{device}.json"
