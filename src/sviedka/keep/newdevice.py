"""The keys of a device that is new on this machine, before its archive knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.errors import UsageError, WrongPassphraseError
from sviedka.keep.canonical import VERSION
from sviedka.keep.keys import device as devices
from sviedka.keep.keys import machine
from sviedka.keep.keys import state as states
from sviedka.keep.keys.device import DeviceKeys
from sviedka.keep.keys.home import DeviceFolder
from sviedka.keep.ledger.merkle import EMPTY_ROOT
from sviedka.keep.ledger.statements import Head

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sviedka.keep.keys.state import DeviceState


def at_home(
    home: Path, archive: str, passphrase: str, random: Callable[[int], bytes]
) -> tuple[DeviceKeys, DeviceState]:
    """The device of this machine, made if there is none: its keys, and what it remembers.

    UsageError if there is one that the passphrase does not open; nothing is overwritten.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = DeviceFolder(home, archive)
    if folder.has(devices.FILE):
        device = _unlock(folder, archive, passphrase)
    else:
        device = DeviceKeys.generate(random)
        folder.make()
        folder.write(devices.FILE, devices.lock(device, archive, passphrase))
    fingerprint = machine.fingerprint(archive, machine.machine_id(home, random))
    if folder.has(states.FILE):
        return device, states.load(folder, device, archive, fingerprint)
    state = states.DeviceState(
        archive=archive,
        backup="",
        device=device.id,
        head=Head(root=EMPTY_ROOT.hex(), size=0),
        index=random(32),
        log=random(32),
        machine=fingerprint,
        outer={},
        sequencer=False,
        v=VERSION,
    )
    states.save(folder, device, state)
    return device, state


def _unlock(folder: DeviceFolder, archive: str, passphrase: str) -> DeviceKeys:
    try:
        data = folder.read(devices.FILE, devices.FILE_LIMIT)
        return devices.unlock(data, archive, passphrase)
    except WrongPassphraseError as error:
        raise UsageError(
            "this machine has keys to the archive already, under another passphrase",
            where=str(folder.path),
            do="give that passphrase; if it is lost, move this folder away first",
        ) from error
