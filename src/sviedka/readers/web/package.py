"""``datapackage.json`` and ``datapackage-digest.json``: what a WACZ says that it holds.

WACZ 1.1.1 and 1.2.0, and the 1.0.0 that stated hashes under ``stats`` and ``hashing``.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final, NamedTuple

import msgspec

from sviedka.readers.web.findings import LONGEST, Digest, Package
from sviedka.readers.web.stream import DamagedError

NAME: Final = "datapackage.json"
DIGEST: Final = "datapackage-digest.json"
LARGEST: Final = 64 << 20
"""Bytes of either file; one of 100,000 entries has 20 MiB."""
_FIRST: Final = b"1.2.0"
"""The version that is meant where none is stated: from it on, ``profile`` is ``wacz`` instead."""


class Listed(NamedTuple):
    """A file as it is listed: its hash as text, and its size."""

    hash: bytes
    size: int | None


class Stated:
    """What both files say; where they cannot be read, ``faults`` tell of it."""

    def __init__(self, data: bytes | None, digest: bytes | None) -> None:
        self.faults: list[str] = []
        self.digest_data = digest
        self._data = data
        package = self._parse(NAME, data)
        self._package = package if isinstance(package, dict) else {}
        whole = self._parse(DIGEST, digest)
        self._digest = whole if isinstance(whole, dict) else {}
        self.listed = self._resources()

    def _parse(self, name: str, data: bytes | None) -> Any:
        if data is None:
            return None
        try:
            return parse(data)
        except DamagedError:
            self.faults.append(f"{name} is no JSON")
            return None

    def _resources(self) -> dict[str, Listed]:
        found: dict[str, Listed] = {}
        resources = self._package.get("resources")
        for each in resources if isinstance(resources, list) else []:
            path = each.get("path") if isinstance(each, dict) else None
            if isinstance(path, str):
                found[path] = _listed(each)
        return found

    @property
    def computed(self) -> str:
        """The hash of ``datapackage.json`` as it is."""
        return f"sha256:{hashlib.sha256(self._data or b'').hexdigest()}"

    @property
    def created(self) -> str:
        """When the package says that it was made."""
        value = self._package.get("created")
        return value if isinstance(value, str) else ""

    @property
    def signed(self) -> dict[str, Any] | None:
        """``signedData``, if there is any."""
        found = self._digest.get("signedData")
        return found if isinstance(found, dict) else None

    def found(self) -> Package:
        """What is found of the package as a whole."""
        version = text(self._package.get("wacz_version"))
        if not version and self._package.get("profile") == "wacz":
            version = _FIRST
        stated = text(self._digest.get("hash"))
        verdict = "matches" if stated.decode("latin-1") == self.computed else "differs"
        digest = Digest(stated, self.computed, verdict if stated else "absent")  # type: ignore[arg-type]
        names = ("software", "created", "title")
        software, created, title = (text(self._package.get(name)) for name in names)
        return Package(version, software, created, title, digest)


def parse(data: bytes) -> Any:
    """What JSON says; DamagedError if it is none."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise DamagedError("no JSON") from error


def text(value: object) -> bytes:
    """A value of JSON if it is text, cut where it is too long; otherwise b""."""
    return value.encode(errors="replace")[:LONGEST] if isinstance(value, str) else b""


def _listed(resource: dict[str, Any]) -> Listed:
    size, stated = resource.get("bytes"), text(resource.get("hash"))
    older = resource.get("stats")
    if not stated and isinstance(older, dict):
        size = older.get("bytes")
        stated = text(resource.get("hashing")) + b":" + text(older.get("hash"))
    return Listed(stated, size if isinstance(size, int) and size >= 0 else None)
