"""Founding an archive: entry 0, the first device, the recovery key, the case ``commons``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import UsageError
from sviedka.keep import calendar, canonical, durable, layout
from sviedka.keep.canonical import VERSION
from sviedka.keep.keys import device as devices
from sviedka.keep.keys import machine
from sviedka.keep.keys import state as states
from sviedka.keep.keys.device import DeviceKeys
from sviedka.keep.keys.home import DeviceFolder
from sviedka.keep.keys.recovery import RecoveryKey
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.log import Log
from sviedka.keep.ledger.merkle import EMPTY_ROOT
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet

COMMONS_FACETS: Final[tuple[Facet, ...]] = (say.AUDIT, "evidence", "status")
"""``audit`` receives sealed parts, ``evidence`` rules and publications, ``status`` judgements."""


@dataclass(frozen=True, repr=False)
class Founded:
    """A new archive: its id, the keys of its first device, and the key for the recovery sheet."""

    archive: str
    device: DeviceKeys
    recovery: RecoveryKey


def found(
    path: Path, home: Path, passphrase: str, zone: str, random: Callable[[int], bytes]
) -> Founded:
    """Make an archive in a folder that is empty or not there; UsageError if it is neither.

    The keys of this device are put into ``home`` before anything else is written, so that there
    is no moment at which an archive exists that nobody can open. Call ``complete`` once it is open.
    """
    calendar.zone(zone)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(
            "a new archive wants an empty folder", where=str(path), do="name one that is not there"
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    device, recovery = DeviceKeys.generate(random), RecoveryKey.generate(random)
    origin = f"sviedka/{random(16).hex()}"
    log_key = SigningKey(origin, KeyType.ED25519, random(32))
    entry = _entry_zero(device, recovery, origin, log_key, zone)
    archive = entry.id.hex()
    state = states.DeviceState(
        archive=archive,
        backup="",
        device=device.id,
        head=say.Head(root=EMPTY_ROOT.hex(), size=0),
        index=random(32),
        log=log_key.seed,
        machine=machine.fingerprint(archive, machine.machine_id(home, random)),
        outer={},
        sequencer=True,
        v=VERSION,
    )
    folder = DeviceFolder(home, archive)
    folder.make()
    folder.write(devices.FILE, devices.lock(device, archive, passphrase))
    states.save(folder, device, state)
    log = Log.create(path / layout.LEDGER)
    log.append([entry.data])
    durable.write_file(path / layout.TOML, layout.toml_of(archive, origin, zone))
    return Founded(archive, device, recovery)


def complete(archive: Archive) -> None:
    """Declare ``commons`` if it is not there yet: after ``found``, or after a crash during it."""
    if say.COMMONS in archive.history.cases or not archive.is_sequencer:
        return
    with archive.save(Event("cre")) as save:
        save.new_case(COMMONS_FACETS, case=say.COMMONS)
        save.finish()


def _entry_zero(
    device: DeviceKeys, recovery: RecoveryKey, origin: str, log_key: SigningKey, zone: str
) -> Entry:
    vkey = str(log_key.verifier)
    body = say.Found(
        data=say.FoundData(
            log=vkey,
            members=[
                device.member(origin, ["steward"], vkey),
                recovery.keys.member(origin, ["recovery"], None),
            ],
            origin=origin,
            threshold=1,
            zone=zone,
        ),
        device=device.id,
        prev=say.NO_ENTRY,
        seen=say.Head(root=EMPTY_ROOT.hex(), size=0),
        seq=0,
        v=canonical.VERSION,
    )
    return Entry.write(body, [device, recovery.keys])
