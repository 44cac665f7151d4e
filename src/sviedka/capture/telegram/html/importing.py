"""An HTML export goes in: to the same records as JSON, and to the same chat where that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sviedka.capture.intake import no_progress
from sviedka.capture.telegram.chatcase import ChatCase
from sviedka.capture.telegram.chatimport import ChatImport
from sviedka.capture.telegram.export import Listing
from sviedka.capture.telegram.finding import find_chat, unasked
from sviedka.capture.telegram.html.clock import Clock
from sviedka.capture.telegram.html.export import Fault, Title, read_pages
from sviedka.capture.telegram.html.pages import Pages
from sviedka.capture.telegram.html.survey import survey, title_of
from sviedka.capture.telegram.scanner import Chat
from sviedka.errors import AmbiguousError, InputError
from sviedka.sandbox import Nursery, describe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from sviedka.capture.intake import Outcome, Progress
    from sviedka.capture.telegram.choosing import Wanted
    from sviedka.capture.telegram.finding import Ask
    from sviedka.capture.telegram.html.books import Book
    from sviedka.capture.telegram.html.survey import Survey
    from sviedka.capture.telegram.known import KnownChat
    from sviedka.keep.archive import Archive


def add(  # noqa: PLR0913 - who, what, which of it, and five ways to say more
    archive: Archive,
    book: Book,
    wanted: Wanted,
    *,
    case: str | None = None,
    zone: tzinfo | None = None,
    zone_name: str = "",
    ask: Ask = unasked,
    purpose: str = "",
    progress: Progress = no_progress,
) -> list[Outcome]:
    """Take in the chosen chats of an HTML export; see docs/capture.md for what it can tell.

    ``zone`` is the exporter's, and ``zone_name`` what a person called it. A page that is broken,
    breaks off, is not there or is another chat's is noted, and the rest goes on. Raises, before
    anything of a chat is written, what ``Wanted.of``, ``find_chat`` and ``ChatCase`` raise about
    the choice, and InputError if nothing of it can be read.
    """
    with Nursery(describe()) as nursery:
        outcomes = []
        for pages in _chosen(book, wanted, nursery):
            one = _One(archive, pages, survey(pages, nursery), Clock(zone))
            one.find(case, ask)
            outcomes.append(one.take(nursery, zone_name, purpose, progress))
        return outcomes


def _chosen(book: Book, wanted: Wanted, nursery: Nursery) -> list[Pages]:
    """The pages of each chat that was chosen."""
    every = [Pages.at(folder) for folder in book.folders]
    if not book.account:
        return every
    chats = [_chat(title_of(each, nursery), section="chats") for each in every]
    for name in wanted.chats:
        called = [each for each, chat in zip(every, chats, strict=True) if chat.name == name]
        if len(called) > 1:
            raise AmbiguousError(
                f"{len(called)} chats of the export are called {name!r}",
                [str(each.root) for each in called],
                where=str(book.root),
                do="add the folder of the one that is meant",
            )
    wanted.of(Listing(chats, None, (0, 0, 0)), book.root)
    return [each for each, chat in zip(every, chats, strict=True) if wanted.takes(chat)]


class _One:
    """One chat on its way in."""

    def __init__(self, archive: Archive, pages: Pages, found: Survey, clock: Clock) -> None:
        self._archive = archive
        self._pages = pages
        self._survey = found
        self._clock = clock
        self._known: Sequence[KnownChat] = ()
        self._case: str | None = None

    def find(self, case: str | None, ask: Ask) -> None:
        """Find out which chat it is; InputError if there is nothing in it to be read."""
        found, pages = self._survey, self._pages
        if not found.messages and (found.unread or found.title is None):
            raise InputError(
                "no message of it can be read",
                where=str(pages.root),
                do="look at its pages; to seal them as they are, add the folder --as files",
            )
        self._known = find_chat(self._archive, found.sample.lines, found.title, case, ask)
        self._case = self._known[0].case if self._known else case

    def take(self, nursery: Nursery, zone: str, purpose: str, progress: Progress) -> Outcome:
        """Take it in."""
        pages = self._pages
        chat = self._described()
        place = ChatCase(self._archive, chat, self._case, self._known)
        importer = ChatImport(self._archive, pages, chat, place, purpose)
        outcome = importer.outcome
        faults = [str(each) for each in pages.faults]
        of_this = True
        for event in read_pages(pages, self._clock, nursery):
            if isinstance(event, Title):
                of_this = event.title in (None, self._survey.title)
                if not of_this:
                    faults.append(f"a page is of another chat: {event.title}")
            elif isinstance(event, Fault):
                faults.append(str(event.error))
            elif of_this and importer.take(event):
                progress(event.offset, pages.size)
        outcome.missing += len(faults)
        outcome.notes += faults
        importer.finish(self._times(zone), self._clock.untimed)
        self._advise(outcome)
        progress(pages.size, pages.size)
        return outcome

    def _described(self) -> Chat:
        """The chat; of its id and type, what JSON said of it."""
        chat = _chat(self._survey.title, messages=self._survey.messages)
        kinds = [each.type for each in self._known if each.type is not None]
        numbers = [each.number for each in self._known if each.number is not None]
        return msgspec.structs.replace(
            chat,
            id=numbers[-1] if numbers else None,
            type=kinds[-1] if kinds else None,
            complete=not self._survey.foreign,
        )

    def _times(self, zone: str) -> dict[str, str]:
        times: dict[str, str] = {"clock": self._clock.basis}
        return {**times, "zone": zone} if zone else times

    def _advise(self, outcome: Outcome) -> None:
        """Say which times are left out, and how they can be had."""
        if not self._clock.untimed or outcome.took_nothing:
            return
        why = "the export states no time zone"
        if self._clock.summer:
            why = "Telegram states a zone's winter offset in summer too"
        outcome.hints.append(
            f"{self._clock.untimed:,} messages have no time: {why}. Take the import back, and add "
            "it with --zone and the zone of the computer that made it, such as Europe/Vilnius"
        )


def _chat(title: str | None, *, section: str = "", messages: int = 0) -> Chat:
    return Chat(
        id=None, name=title, type=None, section="chats" if section else "", start=0,
        messages_at=0, end=0, messages=messages, unread=0, first=None, last=None, complete=True,
        others=False, oddities=(),
    )  # fmt: skip
