"""A Telegram export goes in: messages byte-exact, media as items, senders apart and uncounted."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from sviedka.capture.intake import no_progress
from sviedka.capture.telegram.chatcase import ChatCase
from sviedka.capture.telegram.chatimport import ChatImport
from sviedka.capture.telegram.choosing import Wanted
from sviedka.capture.telegram.export import Export, Incoming, list_export, read_export
from sviedka.capture.telegram.finding import propose, unasked
from sviedka.capture.telegram.likeness import Line, Sample, alike, fits, main_chats
from sviedka.capture.telegram.same import gist
from sviedka.capture.telegram.scanner import Chat
from sviedka.errors import InputError, SandboxError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.capture.intake import Outcome, Progress
    from sviedka.capture.telegram.export import Listing
    from sviedka.capture.telegram.finding import Ask
    from sviedka.capture.telegram.known import KnownChat
    from sviedka.keep.archive import Archive

__all__ = ["Wanted", "add"]


def add(  # noqa: PLR0913 - who, what, which of it, and four ways to say more
    archive: Archive,
    export: Path,
    wanted: Wanted,
    *,
    case: str | None = None,
    ask: Ask = unasked,
    purpose: str = "",
    progress: Progress = no_progress,
) -> list[Outcome]:
    """Take in the chosen chats of an export; ``export`` is its JSON file.

    Raises, before anything is written, what ``Wanted.of`` and ``ChatCase`` raise about the choice
    and the case, and ``find_chat`` where a chat may be one that came as HTML; InputError or
    SandboxError where the export is broken, when everything before that place stands.
    """
    file = Export.at(export)
    listing = list_export(export)
    known = {
        chat.start: _known(archive, export, listing, chat, case=case, ask=ask)
        for chat in wanted.of(listing, export)
    }
    importer = None
    outcomes: list[Outcome] = []
    fault: InputError | SandboxError | None = None
    total = file.info.st_size
    try:
        for event in read_export(export, wanted.takes, listing=listing):
            if isinstance(event, Chat):
                if importer:
                    importer.finish()
                place = _place(archive, event, case, known[event.start])
                importer = ChatImport(archive, file, event, place, purpose)
                outcomes.append(importer.outcome)
            elif importer and importer.take(event):
                progress(event.offset, total)
    except (InputError, SandboxError) as error:
        fault = error
    if importer:
        importer.finish()
    progress(total, total)
    if fault:
        safe = sum(each.messages + each.sources + each.known for each in outcomes)
        fault.do = f"{safe} messages before that place are safe. {fault.do}".strip()
        raise fault
    return outcomes


def _place(archive: Archive, chat: Chat, case: str | None, known: Sequence[KnownChat]) -> ChatCase:
    return ChatCase(archive, chat, known[0].case, known) if known else ChatCase(archive, chat, case)


def _known(  # noqa: PLR0913 - as ``add``
    archive: Archive,
    export: Path,
    listing: Listing,
    chat: Chat,
    *,
    case: str | None,
    ask: Ask,
) -> Sequence[KnownChat]:
    """The chat that this one is, if it came only as HTML before: pages do not state its id."""
    place = ChatCase(archive, chat, case)
    among = [] if place.record else [
        known for known in main_chats(archive, case) if all(each.type is None for each in known)
    ]  # fmt: skip
    if not among:
        return ()
    sample = Sample()
    with suppress(
        InputError, SandboxError
    ):  # it is broken; what is whole goes in, and that is said
        for event in read_export(export, lambda each: each.start == chat.start, listing=listing):
            if isinstance(event, Incoming):
                sample.add(_line(event))
    likely = alike(archive, sample.lines, among)
    return propose([each for each in likely if fits(each, sample.lines)], chat.name, ask)


def _line(incoming: Incoming) -> Line:
    message = incoming.message
    digest = hashlib.sha256(incoming.raw).digest()
    return Line(message.id, message.unixtime, gist(message.text), digest)
