"""``sviedka status`` and ``rebuild``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import words
from sviedka.cli.session import Session, command, note
from sviedka.cli.stamped import lines, stamped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.archive import Archive


@click.command()
@command()
def status(session: Session) -> None:
    """Show how the archive stands.

    Its head, keys, devices and contents, and what is due. Works without a passphrase too, and then
    shows what can be seen without keys.
    """
    from sviedka.errors import IntegrityError, LockedError
    from sviedka.keep.archive import archive_id
    from sviedka.keep.keys import agent
    from sviedka.sandbox import describe

    log = session.log()
    archive = archive_id(log)
    confinement = describe()
    result: dict[str, Any] = {
        "archive": archive,
        "folder": str(session.path()),
        "entries": log.size,
        "root": log.root_at(log.size).hex(),
        "sandbox": confinement.summary,
        "unlocked_seconds": agent.ttl(archive),
    }
    session.asks = False
    try:
        with session.open() as opened:
            result |= _inside(opened)
    except LockedError:
        note(
            "Locked: only what can be seen without keys is shown. `sviedka unlock` opens the rest."
        )
    session.show(result, *_lines(result))
    if result.get("damaged"):
        sys.exit(IntegrityError.exit_status)


@click.command()
@command()
def rebuild(session: Session) -> None:
    """Make the index again from the ledger.

    It takes as long as reading all records. Nothing but the index changes.
    """
    from sviedka.errors import UnusableIndexError
    from sviedka.keep import layout

    try:
        with session.open() as archive:
            archive.projector.rebuild()
            position = archive.projector.position
    except UnusableIndexError:
        # Its remains help nobody, and opening makes it anew.
        for suffix in ("", "-wal", "-shm", "-journal"):
            path = session.path() / f"{layout.INDEX}{suffix}"
            path.unlink(missing_ok=True)
        with session.open() as archive:
            position = archive.projector.position
    session.show({"position": position}, f"The index is made again, up to entry {position}.")


def _inside(archive: Archive) -> dict[str, Any]:
    from sviedka.keep.index.records import counts, misfits
    from sviedka.keep.keybackup import backup_due
    from sviedka.keep.ledger.statements import COMMONS

    with archive.projector.index.reading() as db:
        held, broken = counts(db), misfits(db)
    history = archive.history
    return {
        "bytes": sum(each.size for each in held),
        "cases": len(history.cases.keys() - {COMMONS}),
        "damaged": archive.projector.damaged,
        "day": history.day,
        "device": archive.device.id,
        "devices": sum("recovery" not in each.roles for each in history.members.values()),
        "items": sum(each.items for each in held),
        "key_backup": archive.state.backup or None,
        "key_backup_due": backup_due(archive) or None,
        "misfits": len(broken),
        "records": sum(each.records for each in held),
        "sequencer": archive.is_sequencer,
        "waiting": history.size - archive.log.size,
        "zone": archive.found.zone,
        **_outside(archive),
    }


def _outside(archive: Archive) -> dict[str, Any]:
    """Who outside has seen the ledger last, and when; how much of it nobody has seen."""
    from sviedka.keep.witness import newest

    last = newest(archive)
    seen = {"by": last.witness.name, "size": last.size, "time": last.time} if last else None
    stamps = stamped(archive)
    attested = max(last.size if last else 0, stamps["size"] if stamps["by"] else 0)
    return {
        "founded": _first_day(archive),
        "stamps": stamps,
        "unwitnessed": archive.log.size - attested,
        "witnessed": seen,
    }


def _first_day(archive: Archive) -> str:
    from sviedka.keep.ledger.entry import Entry
    from sviedka.keep.ledger.statements import Day

    bodies = (Entry.parse(line).body for line in archive.log.entries())
    return next((body.data.day for body in bodies if isinstance(body, Day)), "")


def _lines(result: dict[str, Any]) -> list[str]:
    pairs = [
        ("Archive", f"{result['archive'][:16]}…  in {words.plain(result['folder'])}"),
        ("Ledger", f"{words.count(result['entries'], 'entry')}, root {result['root'][:16]}…"),
    ]
    if "cases" in result:
        pairs += _of_contents(result)
    left = result["unlocked_seconds"]
    pairs += [
        ("Unlocked", "no" if left is None else f"{left // 60} min {left % 60} s more"),
        ("Sandbox", result["sandbox"]),
    ]
    return words.fields(pairs)


def _of_contents(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    role = "gives positions" if result["sequencer"] else "writes to an outbox"
    held = words.count(result["cases"], "case"), words.count(result["records"], "record")
    yield "Last day", f"{result['day']} ({result['zone']})"
    yield "Holds", ", ".join(held)
    yield "Originals", f"{result['items']:,}, together {words.size(result['bytes'])}"
    yield "Device", f"{result['device'][:16]}… ({role}), one of {result['devices']}"
    yield "Key backup", _key_backup(result)
    yield "Outside", _witnessed(result)
    yield from lines(result["stamps"])
    if result["waiting"]:
        waiting = words.count(result["waiting"], "entry")
        yield "Outbox", f"{waiting}, provisional until `sviedka sync`"
    trouble = len(result["damaged"]) + result["misfits"]
    if trouble:
        yield "Trouble", f"cannot be read: {trouble:,} objects or records (sviedka verify)"


def _key_backup(result: dict[str, Any]) -> str:
    made, due = result["key_backup"] or "never made", result["key_backup_due"]
    return f"{made}. DUE: {due} (sviedka backup --keys FILE)" if due else made


def _witnessed(result: dict[str, Any]) -> str:
    """The newest head that others can vouch for, and since when only its owner can."""
    seen, stamps = result["witnessed"], result["stamps"]
    if stamps["by"] and (seen is None or seen["size"] < stamps["size"]):
        first = min(stamps["by"], key=lambda each: each["time"])
        seen = {"by": first["name"], "size": stamps["size"], "time": first["time"]}
    if seen is None:
        since = f"since it began on {result['founded']}"
        return f"nobody has seen the ledger {since} (sviedka witness, sviedka stamp)"
    from sviedka.keep.calendar import zone

    when = words.moment(seen["time"], zone(result["zone"]))
    size, count = words.count(seen["size"], "entry"), result["unwitnessed"]
    return f"{seen['by']} saw {size} at {when}; what came since then nobody has seen: {count:,}"
