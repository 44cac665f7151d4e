"""``sviedka export``: an original, written back out."""

from __future__ import annotations

from pathlib import Path

import click

from sviedka.cli.session import Session, command
from sviedka.errors import UsageError


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
    from sviedka.capture.filepaths import names_of
    from sviedka.keep import handing

    with session.open() as archive:
        from sviedka.keep.reading import find_item

        found = find_item(archive, item)
        if out.is_dir():
            name = names_of(archive.projector.index, found.case.hex()).get(found.id, b"")
            last = name.rsplit(b"/", 1)[-1].decode("utf-8", "backslashreplace")
            out /= last if last not in {"", ".", ".."} else found.id.hex()[:12]
        if out.exists():
            raise UsageError("this file is there already", where=str(out))
        handing.write_original(archive, found, out, purpose)
    session.show(
        {"item": found.id.hex(), "out": str(out), "sha256": found.sha256.hex(), "size": found.size},
        f"{out}: {found.size} bytes, SHA-256 {found.sha256.hex()}, as it was sealed.",
    )
