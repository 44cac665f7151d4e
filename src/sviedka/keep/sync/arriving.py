"""A new device: asking to join through the folder, then building its copy of the archive.

Its keys are made first, and wait in the user's data folder until it is admitted. That the folder
carries the right archive nobody can tell from the folder: people compare the fingerprint of the
request, which covers the id of the archive (docs/format.md §8.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import AccessError, FormatError, IntegrityError, UsageError
from sviedka.keep import canonical, durable, layout, recall
from sviedka.keep.canonical import VERSION
from sviedka.keep.keys import device as devices
from sviedka.keep.keys import machine
from sviedka.keep.keys import state as states
from sviedka.keep.keys.device import DeviceKeys
from sviedka.keep.keys.home import DeviceFolder
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import History
from sviedka.keep.ledger.log import Log
from sviedka.keep.ledger.merkle import EMPTY_ROOT
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.sync import pull
from sviedka.keep.sync.folder import SyncFolder
from sviedka.keep.sync.report import SyncReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sviedka.keep.keys.state import DeviceState
    from sviedka.keep.ledger.statements import Member, Role

REQUESTS: Final = "requests"
PATIENCE: Final = 600.0
_SHORT: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, repr=False)
class Joining:
    """A device that asks to join: the archive's id, the keys, the request as it was written."""

    archive: str
    device: DeviceKeys
    request: bytes


def identify(folder: Path, random: Callable[[int], bytes], short: str = "") -> str:
    """The id of the archive in a folder; ``short`` says which, where there are several.

    NotFoundError if its first entry is not there, UsageError if it is not clear which is meant,
    FormatError or ProofError if it is no ledger's beginning.
    """
    return _beginning(_place(folder, short, random)).archive


def join(  # noqa: PLR0913 - what lies at the edge is handed in
    folder: Path,
    home: Path,
    passphrase: str,
    roles: Iterable[Role],
    *,
    random: Callable[[int], bytes],
    short: str = "",
) -> Joining:
    """Make the keys of a new device, and put its request into the folder.

    Done again, it puts the same request there again. Errors as of ``identify``, and those of
    opening a ``device.age``.
    """
    place = _place(folder, short, random)
    history = _beginning(place)
    kept = DeviceFolder(home, history.archive)
    if kept.has(devices.FILE):
        data = kept.read(devices.FILE, devices.FILE_LIMIT)
        device = devices.unlock(data, history.archive, passphrase)
    else:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.make()
        device = DeviceKeys.generate(random)
        states.save(kept, device, _new_state(history.archive, device, home, random))
        kept.write(devices.FILE, devices.lock(device, history.archive, passphrase))
    member = _member(device, _state(kept, device, history.archive, home, random), history, roles)
    request = canonical.encode(member)
    place.write(f"{REQUESTS}/{device.id}.json", request)
    return Joining(history.archive, device, request)


def arrive(  # noqa: PLR0913 - what lies at the edge is handed in
    folder: Path,
    path: Path,
    home: Path,
    archive: str,
    device: DeviceKeys,
    *,
    random: Callable[[int], bytes],
) -> None:
    """Build the archive of this id at ``path`` from the folder, once the device was admitted.

    AccessError if it was not yet; UsageError if something else is at ``path``; IntegrityError if it
    was admitted with other keys than its own; NotFoundError, ProofError and so on as of ``pull``.
    Nothing is written before all is checked. Then open the archive and ``sync``: that brings the
    rest.
    """
    _require_free(path)
    place = SyncFolder(folder, archive, SyncReport(), random)
    log = Log(path / layout.LEDGER)
    arrived = pull.pull(place, log, History())
    if arrived is None or arrived.history.archive != archive:
        raise IntegrityError("this is the ledger of another archive", where=pull.HEAD)
    admitted = arrived.history.members.get(device.id)
    if admitted is None:
        raise AccessError(
            "this device was not admitted yet",
            do="let a steward admit it and sync with this folder, then do the same again",
        )
    state = _state(DeviceFolder(home, archive), device, archive, home, random)
    if admitted != _member(device, state, arrived.history, admitted.roles):
        raise IntegrityError("this device was admitted with other keys than its own")
    durable.make_folder(log.folder)
    found = arrived.history.found
    assert found is not None  # noqa: S101 - a history with entries has one
    durable.write_file(path / layout.TOML, layout.toml_of(archive, found.origin, found.zone))
    with log.locked(PATIENCE):
        log.adopt(arrived.entries, arrived.note)
    recall.write(DeviceFolder(home, archive), device, arrived.history, log.root_at)


def _require_free(path: Path) -> None:
    """UsageError if there is anything but what an interrupted ``arrive`` leaves."""
    ours = {layout.TOML, layout.LEDGER, layout.TOML + durable.TMP}
    if layout.is_archive(path):
        raise UsageError("there is an archive already", where=str(path))
    if path.exists() and (not path.is_dir() or {each.name for each in path.iterdir()} - ours):
        raise UsageError(
            "a new archive wants an empty folder", where=str(path), do="name one that is not there"
        )


def _place(folder: Path, short: str, random: Callable[[int], bytes]) -> SyncFolder:
    """The part of a sync folder that one archive has."""
    with durable.storage_errors(folder):
        found = sorted(
            each.name
            for each in folder.iterdir()
            if _SHORT.fullmatch(each.name) and each.name.startswith(short[:32])
        )
    if len(found) != 1:
        raise UsageError(
            f"there are {len(found)} archives in this folder",
            where=str(folder),
            do="let the other device sync with it first" if not found else "say which one is meant",
        )
    return SyncFolder(folder, found[0], SyncReport(), random)


def _beginning(place: SyncFolder) -> History:
    """What entry 0 says, held against the name of the folder: half of its hash."""
    _, head = pull.read_head(place)
    history = History()
    for data in pull.entries(place, 0, head.size):
        history.apply(Entry.parse(data), lambda _: EMPTY_ROOT)
        break
    if not history.archive.startswith(place.base) or not history.archive:
        raise FormatError("the ledger in this folder is not the one that its name says")
    return history


def _new_state(
    archive: str, device: DeviceKeys, home: Path, random: Callable[[int], bytes]
) -> DeviceState:
    return states.DeviceState(
        archive=archive,
        backup="",
        device=device.id,
        head=say.Head(root=EMPTY_ROOT.hex(), size=0),
        index=random(32),
        log=random(32),
        machine=machine.fingerprint(archive, machine.machine_id(home, random)),
        outer={},
        sequencer=False,
        v=VERSION,
    )


def _state(
    kept: DeviceFolder, device: DeviceKeys, archive: str, home: Path, random: Callable[[int], bytes]
) -> DeviceState:
    return states.load(
        kept, device, archive, machine.fingerprint(archive, machine.machine_id(home, random))
    )


def _member(
    device: DeviceKeys, state: DeviceState, history: History, roles: Iterable[Role]
) -> Member:
    """What a device shows of itself when it asks to be admitted."""
    assert history.found is not None  # noqa: S101 - a history with entries has one
    origin = history.found.origin
    key = SigningKey(origin, KeyType.ED25519, state.log)
    return device.member(origin, roles, str(key.verifier))
