"""OCFL 1.1: a storage root with an object for each piece, and one about the hand-over itself.

An object stands for itself: it holds its proof bundle, its own custody and the program that checks,
so a repository may move it alone. Manifests are of SHA-512, with SHA-256 under ``fixity``. Objects
lie where the layout extension 0003 puts them: by the hash of their id, then by the id.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sviedka.handover.custody import as_json
from sviedka.handover.package import CUSTODY
from sviedka.keep.bundle.making import CHECKER
from sviedka.keep.bundle.statement import CHECKER as CHECKER_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.handover.package import Handover, Package, Piece, Written

_LAYOUT: Final = "0003-hash-and-id-n-tuple-storage-layout"
_CONFIG: Final = {
    "extensionName": _LAYOUT,
    "digestAlgorithm": "sha256",
    "tupleSize": 3,
    "numberOfTuples": 3,
}
_CONTENT: Final = "v1/content/"


def write(handover: Handover, package: Package) -> None:
    """Write a storage root."""
    package.add("0=ocfl_1.1", b"ocfl_1.1\n")
    layout = {"extension": _LAYOUT, "description": "by the SHA-256 of the object's id, then the id"}
    package.add("ocfl_layout.json", _json(layout))
    package.add(f"extensions/{_LAYOUT}/config.json", _json(_CONFIG))
    given = []
    for each in handover.give(package, _folder):
        name = object_id(each.custody.record)
        root = object_root(name)
        own = [
            package.add(f"{root}{_CONTENT}{CUSTODY}", _json(as_json(each.custody))),
            package.add(f"{root}{_CONTENT}{CHECKER_NAME}", CHECKER.read_bytes()),
        ]
        _finish(handover, package, name, [*each.files, *own])
        given.append(each.custody)
    made = f"{handover.archive}\n{handover.made}\n"
    name = object_id(f"handover-{hashlib.sha256(made.encode()).hexdigest()}")
    about = [
        package.add(f"{object_root(name)}{_CONTENT}{file}", data)
        for file, data in handover.about(given, "<object>/v1/content/item/", "STORAGE_ROOT").items()
    ]
    _finish(handover, package, name, about)


def _folder(piece: Piece) -> str:
    """Where the proof bundle of a piece lies."""
    return f"{object_root(object_id(piece.custody.record))}{_CONTENT}item/"


def object_id(name: str) -> str:
    """The id of an object: a URI. A record's id is the same nowhere else."""
    return f"sviedka:{name}"


def object_root(name: str) -> str:
    """Where an object lies in the storage root (extension 0003; one sign of an id is encoded)."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"{digest[:3]}/{digest[3:6]}/{digest[6:9]}/{name.replace(':', '%3a')}/"


def _finish(handover: Handover, package: Package, name: str, files: Iterable[Written]) -> None:
    """Write what makes files an object (OCFL 1.1, 3.5): its inventory, after all else."""
    root = object_root(name)
    package.add(f"{root}0=ocfl_object_1.1", b"ocfl_object_1.1\n")
    inventory = _json(_inventory(handover, name, files))
    sidecar = f"{hashlib.sha512(inventory).hexdigest()}  inventory.json\n".encode()
    for place in (root, f"{root}v1/"):
        package.add(f"{place}inventory.json", inventory)
        package.add(f"{place}inventory.json.sha512", sidecar)


def _inventory(handover: Handover, name: str, files: Iterable[Written]) -> dict[str, Any]:
    manifest, state, fixity = defaultdict(list), defaultdict(list), defaultdict(list)
    for each in files:
        path = each.name.removeprefix(object_root(name))
        manifest[each.sha512].append(path)
        fixity[each.sha256].append(path)
        state[each.sha512].append(path.removeprefix(_CONTENT))
    version = {
        "created": handover.made,
        "message": "Handed over",
        "state": state,
        "user": {"name": handover.organization or handover.tool},
    }
    return {
        "id": name,
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": "sha512",
        "head": "v1",
        "contentDirectory": "content",
        "manifest": manifest,
        "versions": {"v1": version},
        "fixity": {"sha256": fixity},
    }


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1)
