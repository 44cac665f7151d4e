"""``sviedka web``: pages and media inside web archives, found and written out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import webpages, words
from sviedka.cli.session import Session, command, note
from sviedka.errors import InputError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.archive import Archive


@click.group()
def web() -> None:
    """List what web archives hold, and write it out.

    A web archive is a WARC, ARC or WACZ file. It stays as it was brought; what is in it is read out
    of it by its place.
    """


@web.command(name="list")
@command(
    click.argument("name", required=False),
    click.option("--url", help="Only what was at this address, the oldest first."),
    click.option("--all", "everything", is_flag=True, help="Pictures and scripts too."),
    click.option(
        "--limit",
        type=click.IntRange(min=1),
        default=100,
        show_default=True,
        help="At most so many.",
    ),
    click.option(
        "--offset", type=click.IntRange(min=0), default=0, help="Leave out so many first."
    ),
)
def list_(
    session: Session, name: str | None, url: str | None, everything: bool, limit: int, offset: int
) -> None:
    """List pages of web archives.

    NAME is a case (its label, or the beginning of its id) or a web archive (the beginning of the
    id of its item, or its SHA-256). Without it, those of the whole archive. DIFFERS marks what is
    not what its digest says.
    """
    from sviedka.capture.web import resources
    from sviedka.cli.listing import Listing
    from sviedka.keep.calendar import zone

    with session.open() as archive:
        wanted: dict[str, Any] = {"pages": not (everything or url), **_within(archive, name)}
        if url:
            wanted["url"] = url.encode("utf-8", "surrogateescape")
        with archive.projector.index.reading() as db:
            found = resources.resources(db, limit=limit, offset=offset, **wanted)
            total = resources.count(db, **wanted)
        here = zone(archive.found.zone)
    rows = [webpages.row(each) for each in found]
    lines = words.columns([webpages.cells(each, here) for each in rows], right={4})
    noun = "pages" if wanted["pages"] else "resources"
    shown = Listing(rows, lines, total)
    session.show(
        {noun: rows, "offset": offset, "total": total}, *lines, *shown.closing(noun, offset)
    )


def _within(archive: Archive, name: str | None) -> dict[str, bytes]:
    """The item or the case that a person names."""
    from sviedka.capture.intake import require_case
    from sviedka.keep.reading import find_item

    if name is None:
        return {}
    try:
        return {"item": find_item(archive, name).id}
    except UsageError:  # no such item, or nothing that could be an id
        return {"case": bytes.fromhex(require_case(archive, name))}


@web.command()
@command(
    click.argument("id_", metavar="ID"),
    click.argument("out", type=click.Path(path_type=Path)),
    click.option("--purpose", default="", help="Why, for the record of custody."),
)
def get(session: Session, id_: str, out: Path, purpose: str) -> None:
    """Write one page, picture or film out of a web archive.

    ID is the beginning of the id of a resource, as `sviedka web list` shows it; OUT a file that is
    not there yet. It is written as its author wrote it, out of all that it was packed into on its
    way. Of a revisit, which says that nothing had changed, what it refers to is written. That it
    was given out is entered in the custody of the web archive. It is not protected any more: where
    you put it is up to you.
    """
    import os

    from sviedka.capture.web.opening import opened
    from sviedka.keep import handing
    from sviedka.keep.reading import find_item

    if os.path.lexists(out):
        raise UsageError("this file is there already", where=str(out))
    if not out.absolute().parent.is_dir():
        raise NotFoundError("there is no such folder", where=str(out.parent))
    faults: list[str] = []
    with session.open() as archive:
        name = _meant(archive, id_)
        with opened(archive, name, purpose) as found:
            item = find_item(archive, found.record["item"])
            handing.given_out(archive, item, purpose)
            handing.write_new(out, _told(found.blocks, faults))
        coded = found.answer.coded.decode("latin-1")
    if coded:
        faults.append(f"it is still packed as {coded}, which is not known here")
    for each in faults:
        note(words.plain(each))
    size = out.stat().st_size
    session.show(
        {"faults": faults, "id": name, "item": item.id.hex(), "out": str(out), "size": size},
        f"{words.plain(str(out))}: {words.count(size, 'byte')}.",
    )


@web.command(name="pack")
@command(
    click.argument("items", metavar="ITEM…", nargs=-1, required=True),
    click.argument("out", type=click.Path(path_type=Path)),
    click.option("--title", default="", help="What the package is called."),
    click.option("--purpose", default="", help="Why, for the record of custody."),
)
def pack_(session: Session, items: tuple[str, ...], out: Path, title: str, purpose: str) -> None:
    """Write captures as one WACZ, for other people's players.

    ITEM is the beginning of the id of a WARC, as `sviedka capture` makes them; OUT a file that is
    not there yet. It holds the WARCs byte for byte, an index and the list of their pages. That they
    were given out is entered in their custody. The package is not protected.
    """
    import os

    from sviedka.capture.web.packing import pack_items
    from sviedka.keep import handing
    from sviedka.keep.reading import find_item

    if os.path.lexists(out):
        raise UsageError("this file is there already", where=str(out))
    if not out.absolute().parent.is_dir():
        raise NotFoundError("there is no such folder", where=str(out.parent))
    with session.open() as archive:
        meant = [find_item(archive, each) for each in items]
        for each in meant:
            handing.given_out(archive, each, purpose)
        with handing.new_file(out) as file:
            pages = pack_items(archive, meant, file, title, purpose)
    size = out.stat().st_size
    session.show(
        {"items": [each.id.hex() for each in meant], "out": str(out), "pages": pages, "size": size},
        f"{words.plain(str(out))}: {words.count(pages, 'page')}, {words.size(size)}.",
    )


def _meant(archive: Archive, prefix: str) -> str:
    """The resource itself, or that to which a revisit refers."""
    from sviedka.capture.web.resources import revisited

    with archive.projector.index.reading() as db:
        return revisited(db, prefix).record.hex()


def _told(blocks: Iterator[bytes], faults: list[str]) -> Iterator[bytes]:
    """What is there of a broken record is given out, too; that it is broken is told."""
    try:
        yield from blocks
    except InputError as error:
        faults.append(f"it is not whole: {error.what}")
