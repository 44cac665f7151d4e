"""Outer keys on their way between devices (docs/format.md §8.2).

``keys/<device>/<author>.age`` is sealed to the device by an author who holds them. Anyone could
have sealed it, so each seed is held against the public key that the ledger declares.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.errors import FormatError, IntegrityError, NotFoundError
from sviedka.keep import canonical
from sviedka.keep.age import HybridIdentity, HybridRecipient, open_sealed, seal
from sviedka.keep.canonical import VERSION, Hash, Id, Strict, Version
from sviedka.keep.keys.device import Seed
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.keys.state import FILE_LIMIT, OuterName
from sviedka.keep.sync.report import REFUSED

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.history import History
    from sviedka.keep.sync.folder import SyncFolder

KEYS: Final = "keys"
GIVEN: Final = "given.cache"
"""In the user's data folder: what was last written for whom, so that it is not written again."""


class OuterKeys(Strict, frozen=True, kw_only=True):
    """Seeds of outer keys, for one device."""

    archive: Hash
    outer: dict[OuterName, Seed]
    v: Version


class _Given(msgspec.Struct, frozen=True):
    """SHA-256 of the keys that a device was given, and of the file that holds them."""

    keys: bytes
    file: bytes


def find(archive: Archive, folder: SyncFolder, history: History) -> dict[FacetEpoch, bytes]:
    """The outer keys in the folder that are new to this device, each as ``history`` declares it."""
    mine = f"{KEYS}/{archive.device.id}"
    new: dict[FacetEpoch, bytes] = {}
    for name in folder.names(mine):
        author = name.removesuffix(".age")
        path = f"{mine}/{name}"
        if author not in history.chains or author == name:
            folder.find(FormatError("no member wrote such a file"), path)
            continue
        try:
            keys = _read(archive, folder, path)
            found, wrong = _checked(archive, keys, history)
            new |= found
        except NotFoundError:
            continue
        except REFUSED as error:
            folder.put_aside(path, error, author)
            continue
        if wrong:
            undeclared = IntegrityError(f"outer keys that nobody declared: {', '.join(wrong)}")
            folder.put_aside(path, undeclared, author)
    return new


def give(archive: Archive, folder: SyncFolder) -> None:
    """Write for every other member the outer keys, held here, of what it was granted."""
    given = _remembered(archive)
    for device, names in _granted(archive.history).items():
        held = {str(name): archive.state.outer_seed(name) for name in names}
        outer = {name: seed for name, seed in sorted(held.items()) if seed is not None}
        if device == archive.device.id or not outer:
            continue
        path = f"{KEYS}/{device}/{archive.device.id}.age"
        payload = canonical.encode(OuterKeys(archive=archive.archive_id, outer=outer, v=VERSION))
        digest = hashlib.sha256(payload).digest()
        last = given.get(device)
        if last and last.keys == digest and last.file == _digest_in(folder, path):
            continue
        recipient = HybridRecipient.from_bytes(archive.history.members[device].seal)
        data = seal([recipient], payload)
        folder.write(path, data)
        given[device] = _Given(digest, hashlib.sha256(data).digest())
    archive.folder.write(GIVEN, msgspec.msgpack.encode(given))


def _read(archive: Archive, folder: SyncFolder, path: str) -> OuterKeys:
    payload = open_sealed([archive.device.identity], folder.read(path, FILE_LIMIT))
    keys = canonical.decode(payload, OuterKeys, name="a file of outer keys")
    if keys.archive != archive.archive_id:
        raise IntegrityError("these are outer keys of another archive")
    return keys


def _checked(
    archive: Archive, keys: OuterKeys, history: History
) -> tuple[dict[FacetEpoch, bytes], list[str]]:
    """Those that are new here and are what the ledger declares; and those that are not that."""
    found: dict[FacetEpoch, bytes] = {}
    wrong = []
    for text, seed in keys.outer.items():
        case, facet, epoch = text.split("/")
        name = FacetEpoch(case, facet, int(epoch))  # type: ignore[arg-type]
        state = history.cases.get(case, {}).get(facet)
        if state is None or state.destroyed or name.epoch > len(state.epochs):
            continue  # not declared yet, or not any more
        if archive.state.outer_seed(name) is not None:
            continue
        public = HybridIdentity.from_seed(seed).recipient.to_bytes()
        if public == state.epochs[name.epoch - 1].outer:
            found[name] = seed
        else:
            wrong.append(text)
    return found, wrong


def _granted(history: History) -> dict[str, set[FacetEpoch]]:
    """What each member was granted and still exists."""
    found: dict[str, set[FacetEpoch]] = {}
    for case, granted in history.granted.items():
        for each in granted:
            for device in each.devices:
                if device in history.members:
                    found.setdefault(device, set()).add(FacetEpoch(case, each.facet, each.epoch))
    return found


def _digest_in(folder: SyncFolder, path: str) -> bytes:
    try:
        return hashlib.sha256(folder.read(path, FILE_LIMIT)).digest()
    except (FormatError, NotFoundError):
        return b""


def _remembered(archive: Archive) -> dict[Id, _Given]:
    try:
        data = archive.folder.read(GIVEN, FILE_LIMIT)
        return msgspec.msgpack.decode(data, type=dict[Id, _Given])
    except (NotFoundError, msgspec.DecodeError):
        return {}
