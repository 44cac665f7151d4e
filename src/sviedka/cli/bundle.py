"""``sviedka bundle`` and ``check``: a proof that leaves the archive, and one that comes back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sviedka.cli import words
from sviedka.cli.session import Session, command

if TYPE_CHECKING:
    from sviedka.keep.bundle import Checked


@click.command()
@command(
    click.argument("item"),
    click.argument("out", type=click.Path(path_type=Path)),
    click.option("--name", is_flag=True, help="Give the original the file name that it came with."),
    click.option("--whole-event", is_flag=True, help="Show the purpose of its import, too."),
    click.option("--purpose", default="", help="Why, for the record of custody."),
)
def bundle(
    session: Session, item: str, out: Path, name: bool, whole_event: bool, purpose: str
) -> None:
    """Write a proof that others can check alone.

    ITEM is the beginning of an id, or the SHA-256 of an original; OUT a folder or .zip. It holds
    the original or the record, what ties it to the signed ledger, a page for a lawyer in three
    languages, and verify.py, which checks it with Python and openssl alone. It holds no key, and
    nothing of the rest of the archive.
    """
    from sviedka.capture.whence import whence
    from sviedka.errors import NotFoundError
    from sviedka.keep.bundle import write
    from sviedka.keep.reading import find_item

    with session.open() as archive:
        called = ""
        try:
            found = find_item(archive, item)
        except NotFoundError:
            record = item
        else:
            record = found.id.hex()
            called = whence(archive, found.id).name if name else ""
        write(archive, record, out, name=called, purpose=purpose, whole_event=whole_event)
        log = archive.history.log_keys[-1].key
        archive_id = archive.archive_id
    session.show(
        {"archive": archive_id, "log": log, "out": str(out), "record": record},
        f"{out} is written. To check it: python3 {out}/verify.py"
        if out.is_dir()
        else f"{out} is written. To check it: sviedka check {out}",
        "It proves something only to those who know, from elsewhere, that these are yours:",
        f"  archive {archive_id}",
        f"  log     {log}",
    )


@click.command()
@command(
    click.argument("path", metavar="BUNDLE", type=click.Path(path_type=Path, exists=True)),
    click.option("--from-archive", help="The archive id that its owners have published."),
    click.option("--log", help="The log's verifier key that its owners have published."),
)
def check(session: Session, path: Path, from_archive: str | None, log: str | None) -> None:
    """Check a proof bundle; needs no archive.

    BUNDLE is a folder or .zip. No key is needed. Ends with 0 only if everything in it holds. Give
    what its owners have published with --from-archive or --log; otherwise you must compare it
    yourself.
    """
    from sviedka.keep.bundle import check as check_bundle

    found = check_bundle(path, archive=from_archive, log=log)
    session.show({"holds": True, **asdict(found)}, *_lines(found, from_archive or log))


def _lines(found: Checked, published: str | None) -> list[str]:
    lines = ["Everything in this bundle holds."]
    if found.original:
        lines.append(
            f"The original ({words.count(found.original.size, 'byte')}, "
            f"SHA-256 {found.original.sha256}) is the one that was sealed."
        )
    lines.append(
        f"Its record is part of entry {found.position} of a ledger that had "
        f"{words.count(found.size, 'entry')}."
    )
    if found.event:
        lines.append(
            f"Its author stated for the act ({found.event['type']}) the time {found.event['time']}."
        )
    lines += [
        f"{each.witness.split('+')[0]} saw that ledger at {words.moment(each.time)} UTC."
        for each in found.cosignatures
    ]
    lines += [f"Not checked here: {each}" for each in found.stamps]
    if not published:
        lines += [
            "Compare with what its owners have published:",
            f"  archive {found.archive}",
            f"  log     {found.log}",
        ]
    return lines
