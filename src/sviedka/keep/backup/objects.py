"""Copying objects, grants and kept heads: hashed on the way, named only if they are right."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, NotFoundError
from sviedka.keep import durable
from sviedka.keep.sync.carry import KEPT, MAX_KEPT
from sviedka.keep.vault.disk import disk_errors
from sviedka.keep.vault.parallel import WORKERS, each
from sviedka.keep.vault.stage import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sviedka.keep.vault.directory import DirectoryStore
    from sviedka.keep.vault.store import Stage
    from sviedka.keep.verify.report import Meter

_BLOCK: Final = 1 << 20
_MANY: Final = 256
_MUCH: Final = 1 << 30
"""After so many files or bytes what was copied is made durable, and need not be copied again."""


def copy(
    source: DirectoryStore, target: DirectoryStore, wanted: Mapping[str, int], meter: Meter
) -> set[str]:
    """Copy what is wanted, by name with its size in bytes; gives the names that came.

    What is not there, or is not what its name says, is left out.
    """
    came: set[str] = set()
    for part in _parts(wanted):
        with target.staging() as stage:
            done = each(lambda name: _copy(source, stage, name, meter), part, WORKERS)
            copied = [name for name in done if name]
            stage.commit()
        came.update(copied)
    return came


def _copy(source: DirectoryStore, stage: Stage, name: str, meter: Meter) -> str:
    """Copy one into the stage; its name, or "" if it cannot be had."""
    try:
        file = source.open(name)
    except NotFoundError:
        return ""
    buffer = memoryview(bytearray(_BLOCK))
    with file, stage.writer() as writer:
        while True:
            with disk_errors(source.root / path_of(name)):
                count = file.readinto(buffer)
            if not count:
                break
            writer.write(buffer[:count])
            meter.add(count)
        if writer.close().name == name:
            return name
        writer.drop()
    return ""


def _parts(wanted: Mapping[str, int]) -> Iterator[Sequence[str]]:
    part: list[str] = []
    size = 0
    for name, count in wanted.items():
        part.append(name)
        size += count
        if len(part) >= _MANY or size >= _MUCH:
            yield part
            part, size = [], 0
    if part:
        yield part


def copy_kept(source: Path, dest: Path, kept: Mapping[str, str]) -> list[str]:
    """Copy kept heads, by file name with their SHA-256; gives the paths of those not to be had."""
    lacking = []
    for name, digest in kept.items():
        if _has(dest / KEPT / name, digest):
            continue
        if not _has(source / KEPT / name, digest):
            lacking.append(f"{KEPT}/{name}")
            continue
        durable.write_file(dest / KEPT / name, durable.read_file(source / KEPT / name, MAX_KEPT))
    return lacking


def _has(path: Path, digest: str) -> bool:
    try:
        return hashlib.sha256(durable.read_file(path, MAX_KEPT)).hexdigest() == digest
    except (FormatError, NotFoundError):
        return False
