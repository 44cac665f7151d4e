"""How fast mail boxes and folders of pictures go in, with all that they hold."""

from __future__ import annotations

import shutil
from random import Random
from typing import TYPE_CHECKING, Any, Final

from tests.bench.installed import Installed
from tests.bench.measure import MIB
from tests.bench.report import Bar, Part, Table, figure
from tests.material import mail, phone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bench.measure import Cost

MOST: Final = 60.0
"""Seconds for a mail box of ``_MAILS``."""
_MAILS, _PICTURES = 10_000, 500
_QUICK: Final = 20
"""Of a smoke run: one of so many."""
_ATTACHED: Final = 30_000
_KINDS: Final = 20
_SAYS: Final = """\
A mail box of {mails:,} mails, every fifth with 30 kB attached that do not compress; a folder of
{pictures} JPEG pictures with tags of a telephone. End to end: started, sealed, taken apart in the
sandbox, every mail and what hangs on it sealed as an item of its own, synced, indexed. Then the
same again, of which nothing is new."""


def measure(folder: Path, *, quick: bool) -> Part:
    """Add both, from the command's start to its end."""
    share = _QUICK if quick else 1
    mails, pictures = _MAILS // share, _PICTURES // share
    box, box_row = _measured(folder, f"{mails:,} mails", mails, _write_box)
    _, picture_row = _measured(folder, f"{pictures} pictures", pictures, _write_pictures)
    head = ("", "size", "`add`", "a second", "CPU", "peak memory", "again")
    return Part(
        "What originals hold",
        [_SAYS.format(mails=mails, pictures=pictures), Table(head, [box_row, picture_row])],
        [Bar(f"{mails:,} mails", box.wall, MOST, "s")],
    )


def _measured(
    folder: Path, what: str, count: int, write: Callable[[Path, int], None]
) -> tuple[Cost, tuple[str, ...]]:
    original = folder / "brought"
    original.mkdir()
    write(original, count)
    size = sum(path.stat().st_size for path in original.iterdir())
    with Installed(folder / "contents") as sviedka:
        first = sviedka.run("add", original)
        held: dict[str, Any] = sviedka.told("status")
        again = sviedka.run("add", original)
        if not count <= held["items"] == sviedka.told("status")["items"]:
            raise AssertionError("what was added again is there twice, or not at all")
    shutil.rmtree(original)
    return first, (
        what,
        f"{size / MIB:.0f} MiB",
        f"{figure(first.wall)} s",
        figure(count / first.wall),
        f"{figure(first.cpu)} s",
        f"{first.peak / MIB:.0f} MiB",
        f"{figure(again.wall)} s",
    )


def _write_box(folder: Path, count: int) -> None:
    with (folder / "box.mbox").open("wb") as file:
        for number in range(count):
            attached = Random(number).randbytes(_ATTACHED) if number % 5 == 0 else None
            file.writelines(mail.box([bytes(mail.mail(number, attached))]))


def _write_pictures(folder: Path, count: int) -> None:
    """Of a few scenes, each with tags of its own: drawing them takes longer than reading them."""
    scenes = [phone.photo(seed) for seed in range(min(count, _KINDS))]
    for number in range(count):
        content = scenes[number % len(scenes)]
        other = f"PRK-{number:04}-1717".encode()
        (folder / f"IMG_{number:04}.jpg").write_bytes(content.replace(phone.SERIAL.encode(), other))
