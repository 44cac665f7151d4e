"""The key backup: what is lost with a device and stands in no grant (docs/format.md §7.5)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.errors import NotFoundError
from sviedka.keep import calendar, durable
from sviedka.keep.canonical import VERSION
from sviedka.keep.keys.recovery import KeyBackup, seal_backup
from sviedka.keep.ledger import members as rights

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.archive import Archive

BACKUP_DAYS: Final = 30
"""Days after which a key backup is replaced, so that destroyed keys do not live on in it."""


def backup_keys(archive: Archive) -> bytes:
    """A key backup of this device, sealed to the recovery key of the archive.

    NotFoundError if it has none. Where it is written to replaces the one before.
    """
    sheets = [each for each in archive.history.members.values() if rights.RECOVERY in each.roles]
    if not sheets:
        raise NotFoundError("this archive has no recovery key")
    backup = KeyBackup(
        archive=archive.archive_id,
        log=archive.state.log,
        made=_today(archive).isoformat(),
        outer=archive.state.outer,
        v=VERSION,
    )
    return seal_backup(backup, sheets[-1].seal)


def write_backup(archive: Archive, file: Path) -> None:
    """Put a key backup in place of the last one, durably, and remember that it was made."""
    with archive.locked():
        durable.write_file(file, backup_keys(archive))
        made = _today(archive).isoformat()
        state = archive.state
        archive.update_state(msgspec.structs.replace(state, backed=state.outer_names, backup=made))


def backup_due(archive: Archive) -> str:
    """Why the keys should be backed up now, in words; "" if there is no reason."""
    state = archive.state
    if not state.backup:
        return "there is no key backup yet: if this device is lost, so is everything"
    if state.backed != state.outer_names:
        return "keys have come or gone since the last key backup"
    days = (_today(archive) - date.fromisoformat(state.backup)).days
    return f"the last key backup is {days} days old" if days >= BACKUP_DAYS else ""


def _today(archive: Archive) -> date:
    return archive.now().astimezone(calendar.zone(archive.found.zone)).date()
