"""``sviedka replay``: a captured page shown again from its archive alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sviedka.cli import words
from sviedka.cli.session import Session, command, note
from sviedka.errors import InputError, NotFoundError, UsageError

if TYPE_CHECKING:
    from sviedka.capture.live.replay import Replayed
    from sviedka.keep.archive import Archive
    from sviedka.keep.index.items import Item

_SHOWN = 20


@click.command()
@command(
    click.argument("item"),
    click.option("--url", default="", help="The page in it. Otherwise the first."),
    click.option(
        "--picture",
        required=True,
        type=click.Path(path_type=Path),
        help="The PNG file to write.",
    ),
    click.option("--purpose", default="", help="Why, for the record of custody."),
)
def replay(session: Session, item: str, url: str, picture: Path, purpose: str) -> None:
    """Show a captured page again, offline, as a picture.

    ITEM is the beginning of the id of a web archive (WARC, WACZ), or its SHA-256. Chromium gets
    everything from it and nothing from any network; what the page asks for and the archive does not
    hold is listed. That the page was given out is entered in its custody. The picture is not
    protected any more: where you put it is up to you.
    """
    from sviedka.keep import durable, handing
    from sviedka.keep.reading import find_item

    if os.path.lexists(picture):
        raise UsageError("this file is there already", where=str(picture))
    if not picture.absolute().parent.is_dir():
        raise NotFoundError("there is no such folder", where=str(picture.parent))
    with session.open() as archive:
        found = find_item(archive, item)
        shown, misses = _replayed(archive, found, url, purpose)
        if not shown.picture:
            raise InputError(
                "the page could not be shown", where=shown.final_url, do="; ".join(shown.faults)
            )
        handing.given_out(archive, found, purpose)
        durable.write_file(picture, shown.picture)
    for each in shown.faults:
        note(words.plain(each))
    more = len(misses) - _SHOWN
    session.show(
        {
            "browser": shown.version,
            "faults": list(shown.faults),
            "item": found.id.hex(),
            "misses": list(misses),
            "picture": str(picture),
            "title": shown.title,
            "url": shown.final_url,
        },
        f"{words.plain(str(picture))}: {words.beginning(shown.title or shown.final_url)}",
        *([f"Not in the archive, though the page asks for it ({len(misses):,}):"] * bool(misses)),
        *(f"  {words.plain(each)}" for each in misses[:_SHOWN]),
        *([f"  … and {more:,} more; --json gives all"] * (more > 0)),
    )


def _replayed(archive: Archive, item: Item, url: str, purpose: str) -> Replayed:
    try:
        from sviedka.capture.live.recorded import recorded
        from sviedka.capture.live.replay import replay
    except ModuleNotFoundError as error:
        raise UsageError(
            f"showing captured pages needs {error.name}",
            do="install it with pip install 'sviedka[web]'",
        ) from error
    from sviedka.capture.contents.spool import spooled
    from sviedka.capture.live.browser import find
    from sviedka.keep.reading import read_original

    chromium = find()
    if chromium is None:
        raise NotFoundError("there is no Chromium here", do="install it: apt-get install chromium")
    with spooled(read_original(archive, item, purpose), item.id.hex()[:12]) as source:
        return replay(recorded(source), chromium, url)
