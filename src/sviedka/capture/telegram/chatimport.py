"""One chat on its way in: messages gather until they are worth a group of entries.

What one group brings is there or not, so an import that was interrupted is run again: messages are
known by the hash of their bytes, media by theirs.
"""

from __future__ import annotations

import hashlib
import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sviedka.capture.intake import Outcome
from sviedka.capture.originals import Kept, keep, keep_bytes
from sviedka.capture.sources import brought, source_record
from sviedka.capture.telegram.hung import MediaKeeper
from sviedka.capture.telegram.known import held, message_lost, messages, numbered
from sviedka.capture.telegram.records import (
    THUMBNAIL,
    is_long,
    message_record,
    post_record,
    raw_record,
    stated,
)
from sviedka.capture.telegram.same import version, versions
from sviedka.capture.telegram.scanner import Unread
from sviedka.capture.text import text
from sviedka.errors import InputError
from sviedka.keep.saving import Event
from sviedka.keep.vault.seal import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import apsw

    from sviedka.capture.telegram.chatcase import ChatCase
    from sviedka.capture.telegram.export import Exported, Incoming
    from sviedka.capture.telegram.message import Media
    from sviedka.capture.telegram.same import Version
    from sviedka.capture.telegram.scanner import Chat
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving

GROUP_MESSAGES: Final = 3_000
GROUP_TEXT: Final = 3 << 20
GROUP_MEDIA: Final = 256 << 20
"""After so many messages, or bytes of them or of their media, what was read is made to stand."""


_SORTS: Final = {"html": "telegram_html", "json": "telegram"}


class _Fresh(NamedTuple):
    """A message that is to be kept; ``counts`` unless another version of it does already."""

    incoming: Incoming
    counts: bool


class ChatImport:
    """Takes in what is read of a chat, in the order of the export."""

    def __init__(
        self, archive: Archive, export: Exported, chat: Chat, place: ChatCase, purpose: str
    ) -> None:
        self._archive = archive
        self._export = export
        self._chat = chat
        self._place = place
        self._resumed = self._place.interrupted()
        imported = self._resumed or archive.random(16).hex()
        self.outcome = Outcome(imported, self._place.case, self._place.label, _SORTS[export.format])
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

    def finish(self, times: Mapping[str, str] | None = None, untimed: int = 0) -> None:
        """Make the rest stand, and say what was brought as a whole.

        ``times`` are fields of the source record on how times were had where they are local, and
        ``untimed`` the messages that have none for it.
        """
        self._flush()
        if self.outcome.took_nothing and not self._resumed:
            return
        place, imported = self._place, self.outcome.import_id
        with self._archive.save(self._event) as save:
            index = self._archive.projector.index
            before = brought(index, imported)
            kept = self._keep_export(save)
            new = [each for each in kept if each.new]
            totals = {
                "bytes": before.size + sum(each.size for each in new),
                "items": before.items + len(new),
                "messages": messages(index, imported),
                "missing": self.outcome.missing,
            }
            if untimed:
                totals["untimed"] = untimed
            item = kept[0].item if kept and self._export.format == "json" else ""
            sort = _SORTS[self._export.format]
            record = source_record(imported, sort, self._export.name, totals, item)
            save.record(place.case, place.names, {**record, **(times or {})})
            save.finish()

    def _keep_export(self, save: Saving) -> list[Kept]:
        """A channel's export itself, byte-exact, if nothing else is in it."""
        chat = self._chat
        if not self._place.channel or chat.section or chat.others or not chat.complete:
            return []
        case, found = self._place.case, []
        files = self._export.files
        sources = [Source.of(file) for file in files]
        for file, sealed in zip(files, save.items(case, "evidence", sources), strict=True):
            if isinstance(sealed, InputError):
                self.outcome.notes.append(str(sealed))
                continue
            kept = keep(self._archive, save, case, "evidence", sealed)
            self._count(kept)
            found.append(kept)
            if kept.new and self._export.format == "html":
                save.record(case, "evidence", self._file(kept, os.fsencode(file.name)))
        return found

    def _file(self, kept: Kept, path: bytes) -> dict[str, Any]:
        """Where an original lay in the export."""
        imported = self.outcome.import_id
        return {"import": imported, "item": kept.item, "kind": "file", "v": 1, **text("path", path)}

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
        before = self._before(fresh)
        self._media.take(save, place.case, [m for each in fresh for m in _media(each, before)])
        for each in fresh:
            incoming, message = each.incoming, each.incoming.message
            there = before.get(message.id) if message.id is not None else None
            if there:
                if self._second(save, incoming, there):
                    continue
                self._media.take(save, place.case, message.media)
            author, home = place.author(save, incoming)
            hung = self._media.hung(message.media)
            said = message_record(incoming, place.record, author, hung, channel=place.channel)
            record = save.record(place.case, "evidence", said)
            self._keep_raw(save, home, incoming.raw, record)
            if each.counts:
                save.record(place.case, "status", post_record(message, record, hung))
            self.outcome.messages += 1
            self._note_odd(incoming)
            if message.id is not None and incoming.format == "html":
                now = version(record, said, message.text, incoming.format)
                before.setdefault(message.id, []).append(now)

    def _before(self, fresh: Sequence[_Fresh]) -> dict[int, list[Version]]:
        """Versions of these messages that are there, by Telegram's id."""
        place = self._place
        stating = (stated(each.incoming.message.id) for each in fresh if not each.counts)
        numbers = [number for number in stating if number is not None]
        if not numbers or not place.record:
            return {}
        with self._archive.projector.index.reading() as db:
            return versions(db, place.case, place.record, numbers)

    def _second(self, save: Saving, incoming: Incoming, there: Sequence[Version]) -> bool:
        """Keep the bytes of a message that is there from another format; False if it is not."""
        place, message = self._place, incoming.message
        hung = self._media.hung([each for each in message.media if each.role != THUMBNAIL])
        said = message_record(incoming, place.record, None, hung, channel=place.channel)
        now = version("", said, message.text, incoming.format)
        same = next((each for each in there if each.agrees(now)), None)
        if same is None:
            return False
        author, home = None, place.home(same.author)
        if incoming.format == "json":  # it tells the account, of which a page shows the name
            author, home = place.author(save, incoming)
        self._keep_raw(save, home, incoming.raw, same.record, author)
        self.outcome.sources += 1
        self._note_odd(incoming)
        return True

    def _note_odd(self, incoming: Incoming) -> None:
        odd = ", ".join((*incoming.flags, *incoming.message.oddities))
        if odd:
            where = self._export.byte(incoming.offset)
            self._note(f"{where}: unusual, kept as it is: {odd}")

    def _keep_raw(
        self, save: Saving, home: str, raw: bytes, record: str, author: str | None = None
    ) -> None:
        item = ""
        if is_long(raw):
            kept = keep_bytes(self._archive, save, home, self._place.words, lambda: [raw])
            self._count(kept)
            item = kept.item
        save.record(home, self._place.words, raw_record(raw, record, item, author))

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
        save.record(case, facet, self._file(kept, self._export.place(unread.offset, end)))
        where = self._export.place(unread.offset, end).decode("utf-8", "replace")
        self._note(f"{where}: no message; kept as bytes")

    def _count(self, kept: Kept) -> None:
        self.outcome.items += kept.new
        self.outcome.size += kept.size * kept.new

    def _note(self, words: str) -> None:
        self.outcome.notes.append(words)


def _media(fresh: _Fresh, before: Mapping[int, Sequence[Version]]) -> Iterator[Media]:
    """What hangs on a message; of one that may be there already, only what is its own."""
    message = fresh.incoming.message
    is_there = message.id in before
    return (each for each in message.media if not (is_there and each.role == THUMBNAIL))
