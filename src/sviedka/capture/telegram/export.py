"""Reading an export from outside the sandbox: the file in, chats and messages out."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import msgspec

from sviedka import sandbox
from sviedka.capture.telegram import worker
from sviedka.capture.telegram.decoding import Flag
from sviedka.capture.telegram.message import Format, Message
from sviedka.capture.telegram.scanner import Chat, Unread
from sviedka.errors import ChangedError, InputError, SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Self

RESULT: Final = "result.json"
"""What Telegram Desktop calls its JSON export."""

_WORKER: Final = worker.__name__
_BLOCK: Final = 1 << 20
_CHANGED: Final = "the file changed while it was read"
_AGAIN: Final = "add it again"
_HEADS: Final = 64 << 20
_CHATS: Final = 100_000
"""So many bytes said of chats, and chats, are taken into memory; accounts have some thousands."""


class Exported(Protocol):
    """What an import reads from: a JSON export's file, or the pages of an HTML export."""

    @property
    def format(self) -> Format:
        """What it is written in."""

    @property
    def root(self) -> Path:
        """The folder in which media are found."""

    @property
    def name(self) -> bytes:
        """What its file is called, or the first of them, without the path to it."""

    @property
    def files(self) -> Sequence[Path]:
        """The files of which it consists, without media."""

    def byte(self, offset: int) -> str:
        """Where a byte of it is, for people."""

    def place(self, start: int, end: int) -> bytes:
        """The path of a part of it: ``result.json#bytes=17-99``."""

    def slices(self, start: int, end: int) -> Iterator[bytes]:
        """Its bytes from one place to another, in blocks; InputError if they are not all there."""


class Export(NamedTuple):
    """An export's file, and what the file system says of it."""

    path: Path
    info: os.stat_result

    @classmethod
    def at(cls, path: Path) -> Self:
        """The file at ``path``; InputError unless it is a plain one that can be read."""
        with opened(path) as file:
            return cls(path, os.fstat(file))

    @property
    def format(self) -> Format:
        """JSON; what pages of HTML are written in, ``Pages`` says."""
        return "json"

    @property
    def root(self) -> Path:
        """The folder in which media are found."""
        return self.path.parent

    @property
    def name(self) -> bytes:
        """What the file is called."""
        return os.fsencode(self.path.name)

    @property
    def files(self) -> list[Path]:
        """The file."""
        return [self.path]

    def byte(self, offset: int) -> str:
        """Where a byte of it is, for people."""
        return f"byte {offset}"

    def place(self, start: int, end: int) -> bytes:
        """The path of a part of it: ``result.json#bytes=17-99``."""
        return b"%s#bytes=%d-%d" % (self.name, start, end)

    def slices(self, start: int, end: int) -> Iterator[bytes]:
        """Its bytes from one place to another, in blocks; InputError if they are not all there."""
        with opened(self.path) as file:
            while start < end:
                block = _read_at(file, min(_BLOCK, end - start), start)
                if not block or not os.path.samestat(self.info, os.fstat(file)):
                    raise ChangedError(_CHANGED, where=str(self.path), do=_AGAIN)
                yield block
                start += len(block)


class Incoming(msgspec.Struct, frozen=True):
    """A message: its place in the file, its exact bytes, what is odd about them, what it says."""

    offset: int
    raw: bytes
    flags: tuple[Flag, ...]
    message: Message
    format: Format = "json"

    @property
    def end(self) -> int:
        """The byte behind it, from which reading can go on another time."""
        return self.offset + len(self.raw)


@dataclass(frozen=True)
class Listing:
    """The chats of an export, the error at which it breaks off if it does, and when this was so."""

    chats: Sequence[Chat]
    fault: InputError | None
    stamp: tuple[int, int, int]
    """The file's inode, size and time of change: of another file it says nothing."""


def limits_for(size: int) -> sandbox.Limits:
    """Bounds for an export of ``size`` bytes: generous in time, the same for all in memory.

    1 MB/s is a thirtieth of what a laptop does. What is said of a message is shorter than itself,
    but for the very shortest: ``{},`` is 3 bytes, and 45 are said of it.
    """
    seconds = 60 + size // 1_000_000
    return sandbox.Limits(cpu=seconds, wall=4.0 * seconds, output=_HEADS + 16 * size)


def list_chats(path: Path, limits: sandbox.Limits | None = None) -> Iterator[Chat]:
    """The chats of an export, to choose from. Errors as ``read_export``."""
    with opened(path) as file:
        yield from _chats(path, file, limits or limits_for(os.fstat(file).st_size))


def list_export(path: Path, limits: sandbox.Limits | None = None) -> Listing:
    """The chats of an export as far as it is whole; for ``read_export``. Errors as there."""
    with opened(path) as file:
        return _listing(path, file, limits or limits_for(os.fstat(file).st_size))


def read_export(
    path: Path,
    choose: Callable[[Chat], bool],
    *,
    limits: sandbox.Limits | None = None,
    resume: Mapping[int, int] | None = None,
    listing: Listing | None = None,
) -> Iterator[Chat | Incoming | Unread]:
    """Each chosen chat, followed by its messages in the order of the file.

    ``resume`` leads from a chat's ``start`` to the ``Incoming.end`` at which an earlier reading of
    the same file stopped. ``listing`` is its ``list_export``, where that is at hand: to find out
    what is in a file, all of it is read. Raises InputError, with byte and line, where the file is
    broken or breaks off: after everything that was whole; also if it changes meanwhile.
    SandboxError if the reader broke its limits.
    """
    with opened(path) as file:
        limits = limits or limits_for(os.fstat(file).st_size)
        listing = listing or _listing(path, file, limits)
        _check_unchanged(path, file, listing)
        chosen = [chat for chat in listing.chats if choose(chat)]
        if chosen:
            yield from _read(path, file, limits, chosen, resume or {})
        if listing.fault:
            raise listing.fault
        _check_unchanged(path, file, listing)


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A plain file, open for reading; InputError for a link, or what cannot be read."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
    try:
        file = os.open(path, flags)
    except OSError as error:
        why = "it is a link: name the file itself" if error.errno == errno.ELOOP else error.strerror
        raise InputError("this cannot be read", where=str(path), do=why or "") from error
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise InputError("this is no file", where=str(path))
        yield file
    finally:
        os.close(file)


def _frames(
    path: Path, parser: str, file: int, arguments: bytes, limits: sandbox.Limits
) -> Iterator[bytes]:
    try:
        yield from sandbox.run(f"{_WORKER}:{parser}", file, arguments=arguments, limits=limits)
    except InputError as error:
        where = f"{path}: {error.where}" if error.where else str(path)
        raise InputError(error.what, where=where, do=error.do) from error


def _listing(path: Path, file: int, limits: sandbox.Limits) -> Listing:
    stamp, chats = _stamp(file), list[Chat]()
    try:
        chats.extend(_chats(path, file, limits))
    except InputError as error:
        return Listing(chats, error, stamp)
    return Listing(chats, None, stamp)


def _stamp(file: int) -> tuple[int, int, int]:
    found = os.fstat(file)
    return found.st_ino, found.st_size, found.st_mtime_ns


def _check_unchanged(path: Path, file: int, listing: Listing) -> None:
    if _stamp(file) != listing.stamp:
        raise ChangedError(_CHANGED, where=str(path), do=_AGAIN)


def _chats(path: Path, file: int, limits: sandbox.Limits) -> Iterator[Chat]:
    limits = replace(limits, output=min(limits.output, _HEADS))
    for number, frame in enumerate(_frames(path, worker.heads.__name__, file, b"", limits)):
        if number == _CHATS:
            raise InputError(f"there are more than {_CHATS} chats in it", where=str(path))
        try:
            yield worker.chat_frames.decode(frame)
        except msgspec.DecodeError as error:
            raise SandboxError("the reader of the export sent no chat") from error


def _read(
    path: Path, file: int, limits: sandbox.Limits, chosen: list[Chat], resume: Mapping[int, int]
) -> Iterator[Chat | Incoming | Unread]:
    places = [resume.get(chat.start, chat.messages_at) for chat in chosen]
    coming = iter(zip(chosen, places, strict=True))
    chat, least = next(coming)
    yield chat
    ended = 0
    bytes_of = Slices(file, b"{}")
    for frame in _frames(path, worker.read.__name__, file, worker.encode(places), limits):
        try:
            events = worker.event_frames.decode(frame)
        except msgspec.DecodeError as error:
            raise SandboxError("the reader of the export sent no messages") from error
        for event in events:
            if isinstance(event, worker.ChatEnd):
                ended += 1
                chat, least = next(coming, (chat, chat.end))
                if ended < len(chosen):
                    yield chat
                continue
            if not least <= event.offset < event.offset + event.size <= chat.end:
                raise SandboxError("the reader of the export went outside of the chosen chat")
            least = event.offset + event.size
            if isinstance(event, Unread):
                yield event
            else:
                raw = bytes_of.cut(event.offset, event.size)
                yield Incoming(event.offset, raw, event.flags, event.message)
    if ended != len(chosen):
        raise SandboxError("the reader of the export stopped before the last chosen chat")


def _read_at(file: int, size: int, offset: int) -> bytes:
    try:
        return os.pread(file, size, offset)
    except OSError as error:
        raise InputError("the disk failed to read it", do=str(error.strerror)) from error


class Slices:
    """Cuts ascending pieces out of a file, reading a block at a time.

    Each begins and ends with the two bytes of ``brackets``; ChangedError if one does not.
    """

    def __init__(self, file: int, brackets: bytes) -> None:
        self._file = file
        self._brackets = brackets
        self._block = b""
        self._base = 0

    def cut(self, offset: int, size: int) -> bytes:
        """``size`` bytes from ``offset``."""
        start = offset - self._base
        if start < 0 or start + size > len(self._block):
            self._block = _read_at(self._file, max(_BLOCK, size), offset)
            self._base, start = offset, 0
        found = self._block[start : start + size]
        if len(found) != size or found[:1] + found[-1:] != self._brackets:
            raise ChangedError(_CHANGED, do=_AGAIN)
        return found
