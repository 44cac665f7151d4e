"""Bringing exports to an archive, and what a plain reader finds in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sviedka.capture.telegram.importing import Wanted, add
from tests.material.tdesktop import serialize

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.capture.intake import Outcome
    from tests.capture.opened import Capturing

_MESSAGE = re.compile(rb"\n  (\{\n.*?\n  \})", re.DOTALL)
UNASKED = Wanted()
ALL = Wanted(everything=True)


def bring(
    world: Capturing, export: Path, wanted: Wanted = UNASKED, **options: Any
) -> list[Outcome]:
    """Add an export, given by its folder or its file."""
    path = export / "result.json" if export.is_dir() else export
    with world.open() as archive:
        return add(archive, path, wanted, **options)


def messages_in(export: Path) -> list[bytes]:
    """The messages of one chat's export as they stand in the file, by its indentation alone."""
    return _MESSAGE.findall((export / "result.json").read_bytes())


def write(folder: Path, *messages: Any, **head: Any) -> Path:
    """An export of a group with these messages; ``head`` replaces or, if None, removes its head."""
    known = {"name": "Суседзі", "type": "private_supergroup", "id": 77, **head}
    chat = {key: value for key, value in known.items() if value is not None}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(serialize({**chat, "messages": list(messages)}, 0))
    return folder


def said(number: int, text: str = "", who: int = 1, **more: Any) -> dict[str, Any]:
    """A message by one of a group's people."""
    return {
        "id": number,
        "type": "message",
        "date": "2021-03-25T12:00:00",
        "date_unixtime": str(1_616_670_000 + number),
        "from": f"Імя {who}",
        "from_id": f"user{who}",
        "text": text or f"Тэкст {number}",
        **more,
    }
