"""Where a chat lies: its case, found again or made, and what goes into which facet of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.capture.intake import open_case, require_facets
from sviedka.capture.telegram.known import descriptions, interrupted
from sviedka.capture.telegram.people import Senders
from sviedka.capture.telegram.records import (
    chat_record,
    is_channel,
    nameable,
    names_person,
    sender,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.capture.telegram.export import Incoming
    from sviedka.capture.telegram.known import KnownChat
    from sviedka.capture.telegram.scanner import Chat
    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.saving import Saving

_NAMELESS = {
    "bot_chat": "(deleted account)",
    "personal_chat": "(deleted account)",
    "saved_messages": "(saved messages)",
}


class ChatCase:
    """The case of a chat. Of a channel, all that was said lies in ``evidence``.

    Of every other chat the raw messages lie in ``identity``, and so does its name where that may
    be a person's.
    """

    def __init__(
        self,
        archive: Archive,
        chat: Chat,
        case: str | None,
        known: Sequence[KnownChat] | None = None,
    ) -> None:
        """Look for the chat in ``case``, or anywhere; UsageError if the case does not suit it.

        ``known`` are its descriptions where it was found out before which chat it is; empty where
        it is none of those that are there.
        """
        self._archive = archive
        self._chat = chat
        self._senders: Senders | None = None
        channel = is_channel(chat)
        self.channel = channel
        self.words: Facet = "evidence" if channel else "identity"
        self.names: Facet = "identity" if names_person(chat) else "evidence"
        self.facets: list[Facet] = ["evidence", "status"]
        if not channel:
            self.facets.append("identity")
        self.label = chat.name or _NAMELESS.get(chat.type or "", "(no name)")
        self._was_found = known is not None
        if known is None:
            known = [
                each
                for each in descriptions(archive.projector.index, chat, self.names)
                if (case and each.case == case) or (not case and self._is_main(each.case))
            ]
        self.case = case or (known[0].case if known else "")
        self.record = known[0].record if known else ""
        self._is_described = any((each.name, each.type) == (chat.name, chat.type) for each in known)
        if self.case:
            require_facets(archive, self.case, self.facets)

    def _is_main(self, case: str) -> bool:
        """Whether a case holds messages, not only some of their senders."""
        return "evidence" in self._archive.history.cases[case]

    def interrupted(self) -> str:
        """The import that was to bring this chat and came to no end; "" if there is none."""
        if not self.record:
            return ""
        return interrupted(self._archive.projector.index, self.case, self.record)

    def prepare(self, save: Saving) -> None:
        """Make the case and describe the chat, where that was not done before."""
        if not self.case:
            sort = "channel" if self.channel else "group"
            self.case = open_case(save, self.label, sort, self.facets, self.names)
        if not self._is_described:
            same = self.record if self._was_found else ""
            record = save.record(self.case, self.names, chat_record(self._chat, same))
            self.record = self.record or record
            self._is_described = True

    def author(self, save: Saving, incoming: Incoming) -> tuple[str | None, str]:
        """The random id of who sent a message, and the case for its bytes; after ``prepare``."""
        if self.channel:
            return None, self.case
        if incoming.format == "html":
            return self._people.place_named(save, nameable(incoming.message.from_name))
        return self._people.place(save, *sender(incoming.message))

    def home(self, author: str | None) -> str:
        """The case for the bytes of a message of this author; after ``prepare``."""
        return self.case if self.channel else self._people.home(author)

    @property
    def _people(self) -> Senders:
        if self._senders is None:
            self._senders = Senders(self._archive, self.case, self.record, self._describe)
        return self._senders

    def _describe(self, save: Saving, shard: str) -> None:
        """A case for more senders says which chat they wrote in."""
        label = {"kind": "label", "name": f"{self.label} (senders)", "sort": "group", "v": 1}
        save.record(shard, "identity", label)
        save.record(shard, "identity", chat_record(self._chat))
