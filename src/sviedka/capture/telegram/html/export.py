"""Reading pages from outside the sandbox: files in, messages with their exact bytes out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from sviedka import sandbox
from sviedka.capture.telegram.export import Incoming, Slices, opened
from sviedka.capture.telegram.html import worker
from sviedka.capture.telegram.scanner import Unread
from sviedka.errors import ChangedError, InputError, SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.capture.telegram.html.clock import Clock
    from sviedka.capture.telegram.html.pages import Page, Pages

_PARSER: Final = f"{worker.__name__}:{worker.read.__name__}"


class Title(NamedTuple):
    """What a page calls its chat."""

    title: str | None


class Fault(NamedTuple):
    """A page that could not be read, or not to its end; what was whole came before."""

    error: InputError | SandboxError


Event = Title | Incoming | Unread | Fault


def limits_for(size: int) -> sandbox.Limits:
    """Bounds for a page of ``size`` bytes; 1 MB/s is a fifth of what a laptop does."""
    seconds = 20 + size // 1_000_000
    return sandbox.Limits(cpu=seconds, wall=4.0 * seconds, output=(16 << 20) + 16 * size)


def read_pages(pages: Pages, clock: Clock, nursery: sandbox.Nursery) -> Iterator[Event]:
    """Everything on every page, in order; offsets are those of ``Pages``.

    A page that is broken or breaks off ends with its fault, and the next one follows.
    """
    base = os.fsencode(pages.base)
    for page in pages.pages:
        try:
            for event in _read(page, base, nursery):
                yield _timed(event, clock) if isinstance(event, Incoming) else event
        except (InputError, SandboxError) as error:
            yield Fault(_placed(error, page))


def _timed(event: Incoming, clock: Clock) -> Incoming:
    message = event.message
    if message.date is None:
        return event
    timed = msgspec.structs.replace(message, unixtime=clock.unixtime(message.date))
    return msgspec.structs.replace(event, message=timed)


def _placed(error: InputError | SandboxError, page: Page) -> InputError | SandboxError:
    name = page.file.path.name
    error.where = f"{name}: {error.where}" if error.where else name
    return error


def _read(page: Page, base: bytes, nursery: sandbox.Nursery) -> Iterator[Title | Incoming | Unread]:
    size = page.file.info.st_size
    with opened(page.file.path) as file:
        bytes_of = Slices(file, b"<>")
        least = 0
        for frame in sandbox.run(
            _PARSER, file, arguments=base, limits=limits_for(size), nursery=nursery
        ):
            try:
                events = worker.event_frames.decode(frame)
            except msgspec.DecodeError as error:
                raise SandboxError("the reader of the page sent no messages") from error
            for event in events:
                if isinstance(event, worker.Titled):
                    yield Title(event.title)
                    continue
                if not least <= event.offset < event.offset + event.size <= size:
                    raise SandboxError("the reader of the page went outside of it")
                least, at = event.offset + event.size, page.start + event.offset
                if isinstance(event, Unread):
                    yield Unread(at, event.size, event.reason)
                else:
                    raw = bytes_of.cut(event.offset, event.size)
                    yield Incoming(at, raw, event.flags, event.message, "html")
        if _stamp(os.fstat(file)) != _stamp(page.file.info):
            raise ChangedError("the page changed while it was read", do="add it again")


def _stamp(info: os.stat_result) -> tuple[int, int, int]:
    return info.st_ino, info.st_size, info.st_mtime_ns
