"""``sviedka export``: an original, written back out."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sviedka.cli import words
from sviedka.cli.session import Session, command
from sviedka.errors import NotFoundError, UsageError


@click.command()
@command(
    click.argument("item"),
    click.argument("out", type=click.Path(path_type=Path)),
    click.option("--purpose", default="", help="Why, for the record of custody."),
)
def export(session: Session, item: str, out: Path, purpose: str) -> None:
    """Write an original back out, checked.

    ITEM is the beginning of its id, or its SHA-256; OUT a file or a folder. The file appears only
    when every byte was checked. That it was given out is entered in its custody. It is not
    protected any more: where you put it is up to you.
    """
    from sviedka.capture.whence import whence
    from sviedka.keep import handing
    from sviedka.keep.bundle.writing import safe_name
    from sviedka.keep.reading import find_item

    with session.open() as archive:
        found = find_item(archive, item)
        if out.is_dir():
            out /= safe_name(whence(archive, found.id).name or found.id.hex()[:12])
        if os.path.lexists(out):
            raise UsageError("this file is there already", where=str(out))
        if not out.absolute().parent.is_dir():
            raise NotFoundError("there is no such folder", where=str(out.parent))
        handing.write_original(archive, found, out, purpose)
    session.show(
        {"item": found.id.hex(), "out": str(out), "sha256": found.sha256.hex(), "size": found.size},
        f"{words.plain(str(out))}: {words.count(found.size, 'byte')}, as sealed.",
        f"  SHA-256 {found.sha256.hex()}",
    )
