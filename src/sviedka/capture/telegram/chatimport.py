"""One chat on its way in: messages gather until they are worth a group of entries.

What one group brings is there or not, so an import that was interrupted is run again: messages are
known by the hash of their bytes, media by theirs.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.capture.intake import Outcome
from sviedka.capture.originals import Kept, keep, keep_bytes
from sviedka.capture.sources import brought, source_record
from sviedka.capture.telegram.chatcase import ChatCase
from sviedka.capture.telegram.hung import MediaKeeper
from sviedka.capture.telegram.known import held, message_lost, messages, numbered
from sviedka.capture.telegram.records import (
    is_long,
    message_record,
    post_record,
    raw_record,
    stated,
)
from sviedka.capture.telegram.scanner import Chat, Unread
from sviedka.capture.text import text
from sviedka.errors import InputError
from sviedka.keep.saving import Event
from sviedka.keep.vault.seal import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import apsw

    from sviedka.capture.telegram.export import Export, Incoming
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving

GROUP_MESSAGES: Final = 3_000
GROUP_TEXT: Final = 3 << 20
GROUP_MEDIA: Final = 256 << 20
"""After so many messages, or bytes of them or of their media, what was read is made to stand."""


class _Fresh(NamedTuple):
    """A message that is to be kept; ``counts`` unless another version of it does already."""

    incoming: Incoming
    counts: bool


class ChatImport:
    """Takes in what is read of a chat, in the order of the export."""

    def __init__(
        self, archive: Archive, export: Export, chat: Chat, case: str | None, purpose: str
    ) -> None:
        self._archive = archive
        self._export = export
        self._chat = chat
        self._place = ChatCase(archive, chat, case)
        self._resumed = self._place.interrupted()
        imported = self._resumed or archive.random(16).hex()
        self.outcome = Outcome(imported, self._place.case, self._place.label, "telegram")
        self._event = Event("ing", purpose, imported)
        self._media = MediaKeeper(archive, export, self.outcome, self._place.words)
        self._waiting: list[Incoming] = []
        self._unread: list[Unread] = []
        self._size = 0

    def take(self, event: Incoming | Unread) -> bool:
        """Gather one more; True if what was gathered has been made to stand."""
        if isinstance(event, Unread):
            self._unread.append(event)
            self._size += event.size
        else:
            self._waiting.append(event)
            self._size += len(event.raw)
        if len(self._waiting) < GROUP_MESSAGES and self._size < GROUP_TEXT:
            return False
        self._flush()
        return True

    def finish(self) -> None:
        """Make the rest stand, and say what was brought as a whole."""
        self._flush()
        if self.outcome.took_nothing and not self._resumed:
            return
        place, imported = self._place, self.outcome.import_id
        with self._archive.save(self._event) as save:
            index = self._archive.projector.index
            before = brought(index, imported)
            export = self._keep_export(save)
            new = export if export and export.new else None
            totals = {
                "bytes": before.size + (new.size if new else 0),
                "items": before.items + bool(new),
                "messages": messages(index, imported),
                "missing": self.outcome.missing,
            }
            name = self._export.path.name.encode("utf-8", "surrogateescape")
            item = export.item if export else ""
            record = source_record(imported, "telegram", name, totals, item)
            save.record(place.case, place.names, record)
            save.finish()

    def _keep_export(self, save: Saving) -> Kept | None:
        """A channel's export itself, byte-exact, if nothing else is in the file."""
        chat = self._chat
        if not self._place.channel or chat.section or chat.others or not chat.complete:
            return None
        case = self._place.case
        for sealed in save.items(case, "evidence", [Source.of(self._export.path)]):
            if isinstance(sealed, InputError):
                self.outcome.notes.append(str(sealed))
                return None
            kept = keep(self._archive, save, case, "evidence", sealed)
            self._count(kept)
            return kept
        return None

    def _flush(self) -> None:
        fresh = list(self._fresh())
        while fresh or self._unread:
            with self._archive.save(self._event) as save:
                self._place.prepare(save)
                self.outcome.case = self._place.case
                count = self._worth(fresh)
                self._store(save, fresh[:count])
                fresh = fresh[count:]
                for each in self._unread:
                    self._keep_unread(save, each)
                self._unread = []
                save.finish()
        self._waiting, self._size = [], 0

    def _fresh(self) -> Iterator[_Fresh]:
        """What was not taken before; also what lacked media that are there now."""
        place = self._place
        digests = [hashlib.sha256(each.raw).digest() for each in self._waiting]
        seen: set[bytes] = set()
        with self._archive.projector.index.reading() as db:
            before = held(db, digests) if place.record else set()
            counted = self._counted(db)
            for each, digest in zip(self._waiting, digests, strict=True):
                long = is_long(each.raw)
                lost = None
                if place.record and (long or digest in before):
                    lost = message_lost(db, place.record, digest, long=long)
                if digest in seen or (lost is not None and not self._has_found(each, lost)):
                    self.outcome.known += 1
                    continue
                seen.add(digest)
                number = stated(each.message.id)
                yield _Fresh(each, counts=lost is None and number not in counted)
                if number is not None:
                    counted.add(number)

    def _counted(self, db: apsw.Connection) -> set[int]:
        """Of the ids of what waits, those of which the chat has some version already."""
        if not self._place.record:
            return set()
        stating = (stated(each.message.id) for each in self._waiting)
        numbers = [number for number in stating if number is not None]
        return numbered(db, self._place.case, self._place.record, numbers)

    def _has_found(self, each: Incoming, lost: int) -> bool:
        """Whether fewer of a message's files are missing now than were at the best of times."""
        return lost > 0 and self._media.lost(each.message.media) < lost

    def _worth(self, fresh: Sequence[_Fresh]) -> int:
        """How many of these messages make a group, by the size of their media."""
        size = 0
        for count, each in enumerate(fresh, 1):
            if each.incoming.message.media:
                size += self._media.size(each.incoming.message.media)
            if size > GROUP_MEDIA:
                return count
        return len(fresh)

    def _store(self, save: Saving, fresh: Sequence[_Fresh]) -> None:
        place = self._place
        media = [medium for each in fresh for medium in each.incoming.message.media]
        self._media.take(save, place.case, media)
        for incoming, counts in fresh:
            message = incoming.message
            author, home = place.author(save, message)
            hung = self._media.hung(message.media)
            said = message_record(incoming, place.record, author, hung, channel=place.channel)
            record = save.record(place.case, "evidence", said)
            self._keep_raw(save, home, incoming.raw, record)
            if counts:
                save.record(place.case, "status", post_record(message, record, hung))
            self.outcome.messages += 1
            odd = ", ".join((*incoming.flags, *message.oddities))
            if odd:
                self._note(f"byte {incoming.offset}: unusual, kept as it is: {odd}")

    def _keep_raw(self, save: Saving, home: str, raw: bytes, record: str) -> None:
        item = ""
        if is_long(raw):
            kept = keep_bytes(self._archive, save, home, self._place.words, lambda: [raw])
            self._count(kept)
            item = kept.item
        save.record(home, self._place.words, raw_record(raw, record, item))

    def _keep_unread(self, save: Saving, unread: Unread) -> None:
        """What is no message, or far too long for one, is kept as its bytes."""
        case, facet = self._place.case, self._place.words
        end = unread.offset + unread.size
        read = partial(self._export.slices, unread.offset, end)
        kept = keep_bytes(self._archive, save, case, facet, read)
        if not kept.new:
            self.outcome.known += 1
            return
        self._count(kept)
        record = {
            "import": self.outcome.import_id,
            "item": kept.item,
            "kind": "file",
            "v": 1,
            **text("path", f"{self._export.path.name}#bytes={unread.offset}-{end}".encode()),
        }
        save.record(case, facet, record)
        self._note(f"bytes {unread.offset}-{end}: no message; kept as bytes")

    def _count(self, kept: Kept) -> None:
        self.outcome.items += kept.new
        self.outcome.size += kept.size * kept.new

    def _note(self, words: str) -> None:
        self.outcome.notes.append(words)
