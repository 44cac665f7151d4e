"""A Telegram export goes in: raw messages byte-exact, media as items, senders apart and uncounted.

Everything that one group of entries brings is there or not, so an import that was interrupted is
run again: messages are known by the hash of their bytes, media by theirs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sviedka.capture.intake import Outcome, no_progress
from sviedka.capture.telegram.chats import held, known_chats, known_message
from sviedka.capture.telegram.export import Incoming, Listing, list_export, read_export
from sviedka.capture.telegram.hung import MediaKeeper
from sviedka.capture.telegram.people import Senders, label
from sviedka.capture.telegram.records import (
    LONGEST_RAW,
    PERSONAL,
    chat_record,
    is_channel,
    message_record,
    post_record,
    raw_record,
    sender,
)
from sviedka.capture.telegram.scanner import Chat, Unread
from sviedka.capture.text import text
from sviedka.errors import InputError, NotFoundError, SandboxError, UsageError
from sviedka.keep.author import TOOL
from sviedka.keep.index.items import same
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sviedka.capture.intake import Progress
    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.saving import Saving

GROUP_MESSAGES: Final = 3_000
GROUP_TEXT: Final = 3 << 20
GROUP_MEDIA: Final = 256 << 20
"""After so many messages, or bytes of them or of their media, what was read is made to stand."""
_BLOCK: Final = 1 << 20
_SHOWN: Final = 30
"""Chats that an error names; an account may have thousands."""


@dataclass(frozen=True)
class Wanted:
    """Which chats of a whole account a person chose: by name or id, or every one."""

    chats: Sequence[str] = ()
    everything: bool = False

    def takes(self, chat: Chat) -> bool:
        """Whether this chat was chosen. Of chats that were left, only what was named."""
        if not chat.section and not self.chats:
            return True
        if self.everything and chat.section != "left_chats":
            return True
        return chat.name in self.chats or str(chat.id) in self.chats


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

    Raises UsageError if nobody chose from a whole account, NotFoundError if a chosen chat is not
    there; InputError or SandboxError where the export is broken, when everything before that place
    stands.
    """
    listing = list_export(export)
    chosen = [chat for chat in listing.chats if wanted.takes(chat)]
    _check_choice(export, listing, chosen, wanted)
    importer = None
    outcomes: list[Outcome] = []
    fault: InputError | SandboxError | None = None
    events = read_export(export, wanted.takes, listing=listing)
    total = export.stat().st_size
    try:
        for event in events:
            if isinstance(event, Chat):
                if importer:
                    importer.finish()
                importer = _ChatImport(archive, export, event, case, purpose)
                outcomes.append(importer.outcome)
            elif importer and importer.take(event):
                progress(event.offset, total)
    except (InputError, SandboxError) as error:
        fault = error
    if importer:
        importer.finish()
    progress(total, total)
    if fault:
        messages = sum(each.messages for each in outcomes)
        known = sum(each.known for each in outcomes)
        fault.do = f"{messages + known} messages before that place are safe. {fault.do}".strip()
        raise fault
    return outcomes


def _check_choice(export: Path, listing: Listing, chosen: Sequence[Chat], wanted: Wanted) -> None:
    chats = listing.chats
    for name in wanted.chats:
        if not any(name in {chat.name, str(chat.id)} for chat in chosen):
            raise NotFoundError(f"the export has no chat {name!r}", where=str(export))
    if chosen:
        return
    if listing.fault:
        raise listing.fault
    if not chats:
        raise InputError(
            "there is no chat in this export", where=str(export),
            do="look whether it is a JSON export of Telegram Desktop, or add it --as files",
        )  # fmt: skip
    names = [f"{chat.name or '(deleted account)'} ({chat.id})" for chat in chats[:_SHOWN]]
    more = f" and {len(chats) - _SHOWN} more" if len(chats) > _SHOWN else ""
    raise UsageError(
        f"this is a whole account with {len(chats)} chats, and nothing of it enters unasked",
        where=str(export),
        do=f"choose with --chat NAME or --all-chats: {', '.join(names)}{more}",
    )


class _ChatImport:
    """One chat on its way in. Messages gather until they are worth a group."""

    def __init__(
        self, archive: Archive, export: Path, chat: Chat, case: str | None, purpose: str
    ) -> None:
        self._archive = archive
        self._export = export
        self._chat = chat
        self._channel = is_channel(chat)
        self._name: Facet = "identity" if chat.type in PERSONAL else "evidence"
        places = known_chats(archive.projector.index, chat.id, chat.type)
        main = next((each for each in places if each.facet == self._name), None)
        title = chat.name or "(deleted account)"
        self.outcome = Outcome(archive.random(16).hex(), case or "", title, "telegram")
        self._event = Event("ing", purpose, self.outcome.import_id)
        self._record = ""
        if main and case in (None, main.case):
            self.outcome.case, self._record = main.case, main.record
        shards = [each.case for each in places if each.facet == "identity"]
        self._shards = list(dict.fromkeys([self.outcome.case, *shards]))
        self._senders: Senders | None = None
        self._media: MediaKeeper | None = None
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
        """Make the rest stand, with the record of what was brought."""
        self._flush()
        outcome = self.outcome
        if outcome.took_nothing and not outcome.missing:
            return
        with self._archive.save(self._event) as save:
            export = self._seal_export(save) if self._channel and not self._chat.section else None
            totals = {
                "bytes": outcome.size,
                "items": outcome.items,
                "messages": outcome.messages,
                "missing": outcome.missing,
            }
            record: dict[str, Any] = {
                "import": outcome.import_id,
                "kind": "source",
                "sort": "telegram",
                "tool": TOOL,
                "totals": totals,
                "v": 1,
                **text("name", self._export.name.encode("utf-8", "surrogateescape")),
            }
            if export:
                record["export"] = export
            save.record(outcome.case, "evidence", record)
            save.finish()

    def _seal_export(self, save: Saving) -> str | None:
        """A channel's export itself, byte-exact: there are no persons in it to be kept apart."""
        known = self._there_already("evidence", _slices(self._export))
        if known:
            return known
        ref = save.item_of(self.outcome.case, "evidence", _slices(self._export))
        self.outcome.items += 1
        self.outcome.size += ref.sealed.size
        return ref.id

    def _there_already(self, facet: Facet, blocks: Iterable[bytes]) -> str:
        """The id of an item of the case with these bytes; "" if there is none."""
        hashed = hashlib.sha256()
        for block in blocks:
            hashed.update(block)
        with self._archive.projector.index.reading() as db:
            known = same(db, bytes.fromhex(self.outcome.case), facet, hashed.digest())
        return known[0].id.hex() if known else ""

    def _flush(self) -> None:
        fresh = list(self._fresh())
        while fresh or self._unread:
            with self._archive.save(self._event) as save:
                self._prepare(save)
                count = self._worth(fresh)
                self._store(save, fresh[:count])
                fresh = fresh[count:]
                for each in self._unread:
                    self._keep_unread(save, each)
                self._unread = []
                save.finish()
        self._waiting, self._size = [], 0

    def _fresh(self) -> Iterator[Incoming]:
        """What was not taken before; also what lacked media that are there now."""
        media = MediaKeeper(self._archive, self._export.parent, self.outcome.case, self.outcome)
        digests = [hashlib.sha256(each.raw).digest() for each in self._waiting]
        seen: set[bytes] = set()
        with self._archive.projector.index.reading() as db:
            before = held(db, digests) if self._record else set()
            for each, digest in zip(self._waiting, digests, strict=True):
                absent = None
                long = len(each.raw) > LONGEST_RAW
                if digest in before or (long and self._record):
                    absent = known_message(db, self._record, digest, long=long)
                more = bool(absent) and any(map(media.is_there, each.message.media))
                if digest in seen or (absent is not None and not more):
                    self.outcome.known += 1
                else:
                    yield each
                seen.add(digest)

    def _prepare(self, save: Saving) -> None:
        """Make the case and describe the chat, where that was not done before."""
        if not self.outcome.case:
            facets: list[Facet] = ["evidence", "status"]
            self.outcome.case = save.new_case(facets if self._channel else [*facets, "identity"])
            sort = "channel" if self._channel else "group"
            save.record(self.outcome.case, self._name, label(self.outcome.label, sort))
            self._shards[0] = self.outcome.case
        if not self._record:
            self._record = save.record(self.outcome.case, self._name, chat_record(self._chat))
        if self._senders is None:
            self._senders = Senders(self._archive, self._shards, self._describe)
        if self._media is None:
            folder = self._export.parent
            self._media = MediaKeeper(self._archive, folder, self.outcome.case, self.outcome)

    def _describe(self, save: Saving, case: str) -> None:
        """A shard says which chat its senders wrote in."""
        save.record(case, "identity", label(f"{self.outcome.label} (senders)", "group"))
        save.record(case, "identity", chat_record(self._chat))

    def _worth(self, fresh: Sequence[Incoming]) -> int:
        """How many of these messages make a group, by the size of their media."""
        assert self._media is not None  # noqa: S101 - _prepare has made it
        size = 0
        for count, each in enumerate(fresh, 1):
            size += sum(map(self._media.size, each.message.media))
            if size > GROUP_MEDIA:
                return count
        return len(fresh)

    def _store(self, save: Saving, messages: Sequence[Incoming]) -> None:
        assert self._media is not None  # noqa: S101 - _prepare has made both
        assert self._senders is not None  # noqa: S101
        case = self.outcome.case
        self._media.take(save, [each for one in messages for each in one.message.media])
        for each in messages:
            author, shard = None, case
            if not self._channel:
                author, shard = self._senders.place(save, *sender(each.message))
            hung = self._media.hung(each.message.media)
            record = save.record(
                case,
                "evidence",
                message_record(each.message, self._record, author, hung, channel=self._channel),
            )
            facet: Facet = "evidence" if self._channel else "identity"
            long = len(each.raw) > LONGEST_RAW
            item = save.item_of(shard, facet, [each.raw]).id if long else None
            save.record(shard, facet, raw_record(each, record, item))
            save.record(case, "status", post_record(each.message, record, hung))
            self.outcome.messages += 1
            if each.message.oddities or each.flags:
                self._remark(each)

    def _remark(self, each: Incoming) -> None:
        odd = ", ".join((*each.flags, *each.message.oddities))
        self.outcome.notes.append(f"byte {each.offset}: unusual, kept as it is: {odd}")

    def _keep_unread(self, save: Saving, unread: Unread) -> None:
        """What is no message, or far too long for one, is kept as its bytes."""
        facet: Facet = "evidence" if self._channel else "identity"
        end = unread.offset + unread.size
        if self._there_already(facet, _slices(self._export, unread.offset, end)):
            self.outcome.known += 1
            return
        blocks = _slices(self._export, unread.offset, end)
        item = save.item_of(self.outcome.case, facet, blocks)
        record: dict[str, Any] = {
            "import": self.outcome.import_id,
            "item": item.id,
            "kind": "file",
            "v": 1,
            **text("path", f"{self._export.name}#bytes={unread.offset}-{end}".encode()),
        }
        save.record(self.outcome.case, facet, record)
        self.outcome.items += 1
        self.outcome.size += unread.size
        self.outcome.notes.append(f"bytes {unread.offset}-{end}: no message; kept as bytes")


def _slices(path: Path, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes of a file from one place to another, or to its end."""
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        left = end - start if end is not None else None
        while block := file.read(_BLOCK if left is None else min(_BLOCK, left)):
            yield block
            left = left if left is None else left - len(block)
