"""A Telegram export goes in: messages byte-exact, media as items, senders apart and uncounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.capture.intake import no_progress
from sviedka.capture.telegram.chatcase import ChatCase
from sviedka.capture.telegram.chatimport import ChatImport
from sviedka.capture.telegram.choosing import Wanted
from sviedka.capture.telegram.export import Export, list_export, read_export
from sviedka.capture.telegram.scanner import Chat
from sviedka.errors import InputError, SandboxError

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.capture.intake import Outcome, Progress
    from sviedka.keep.archive import Archive

__all__ = ["Wanted", "add"]


def add(  # noqa: PLR0913 - who, what, which of it, and three ways to say more
    archive: Archive,
    export: Path,
    wanted: Wanted,
    *,
    case: str | None = None,
    purpose: str = "",
    progress: Progress = no_progress,
) -> list[Outcome]:
    """Take in the chosen chats of an export; ``export`` is its JSON file.

    Raises, before anything is written, what ``Wanted.of`` and ``ChatCase`` raise about the choice
    and the case; InputError or SandboxError where the export is broken, when everything before that
    place stands.
    """
    file = Export.at(export)
    listing = list_export(export)
    for chat in wanted.of(listing, export):
        ChatCase(archive, chat, case)
    importer = None
    outcomes: list[Outcome] = []
    fault: InputError | SandboxError | None = None
    total = file.info.st_size
    try:
        for event in read_export(export, wanted.takes, listing=listing):
            if isinstance(event, Chat):
                if importer:
                    importer.finish()
                importer = ChatImport(archive, file, event, case, purpose)
                outcomes.append(importer.outcome)
            elif importer and importer.take(event):
                progress(event.offset, total)
    except (InputError, SandboxError) as error:
        fault = error
    if importer:
        importer.finish()
    progress(total, total)
    if fault:
        safe = sum(each.messages + each.known for each in outcomes)
        fault.do = f"{safe} messages before that place are safe. {fault.do}".strip()
        raise fault
    return outcomes
