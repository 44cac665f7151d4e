"""How fast the messages of a Telegram export go in."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from tests.bench.installed import Installed
from tests.bench.measure import MIB
from tests.bench.report import Bar, Part, Table, figure
from tests.material.telegram import write_chat

if TYPE_CHECKING:
    from pathlib import Path

LEAST: Final = 5_000
"""Messages a second."""
_MESSAGES: Final = 100_000
_QUICK: Final = 2_000
_SAYS: Final = """\
{messages:,} messages without media, end to end: started, parsed in the sandbox, sealed, synced,
indexed. Then the same export again, of which nothing is new."""
_KINDS: Final = {"public_channel": "channel", "private_supergroup": "group"}


def measure(folder: Path, *, quick: bool) -> Part:
    """Add exports of text, from the command's start to its end."""
    messages = _QUICK if quick else _MESSAGES
    rows, rates = [], []
    for kind, name in _KINDS.items():
        export = folder / "export"
        size = write_chat(export, kind=kind, messages=messages, media=0).stat().st_size
        with Installed(folder / "talk") as sviedka:
            first = sviedka.run("add", export)
            held = sviedka.told("status")["records"]
            again = sviedka.run("add", export)
            if not messages < held == sviedka.told("status")["records"]:
                raise AssertionError("an export that was added again is there twice, or not at all")
            read = sviedka.run("verify", "--deep")
        shutil.rmtree(export)
        rates.append(messages / first.wall)
        rows.append(
            (
                name,
                f"{size / MIB:.0f} MiB",
                f"{figure(first.wall)} s",
                figure(rates[-1]),
                f"{figure(first.cpu)} s",
                f"{first.peak / MIB:.0f} MiB",
                f"{figure(again.wall)} s",
                f"{figure(read.wall)} s",
            )
        )
    head = ("Export of a", "size", "`add`", "messages/s", "CPU", "peak memory")
    return Part(
        "Telegram exports",
        [
            _SAYS.format(messages=messages),
            Table((*head, "again", "`verify --deep`"), rows),
        ],
        [Bar("Telegram text", min(rates), LEAST, "messages/s", least=True)],
    )
