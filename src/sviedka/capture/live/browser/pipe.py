"""The Chrome DevTools Protocol through a pair of pipes: JSON messages, a NUL after each.

Chromium's ``--remote-debugging-pipe``: it reads descriptor 3 and writes descriptor 4, and opens no
port that a page or another user of the machine could talk to. Messages are those of
https://chromedevtools.github.io/devtools-protocol/.

Everything happens in one thread: ``receive`` moves bytes both ways until a message is whole, so
that neither side can wait for the other for ever.
"""

from __future__ import annotations

import json
import os
import select
import time
from collections import deque
from typing import Any, Final

import msgspec

_BLOCK: Final = 1 << 20
_NOTHING: Final = msgspec.Raw(b"{}")


class BrowserGoneError(Exception):
    """The other end of the pipe was closed: the browser ended, crashed or was killed."""


class Refused(msgspec.Struct, frozen=True):
    """Why a call was not done, in the browser's words."""

    message: str = ""


class Message(msgspec.Struct, frozen=True, rename={"session": "sessionId"}):
    """An answer (``id``, ``result`` or ``error``) or an event (``method``, ``params``)."""

    id: int = 0
    method: str = ""
    params: msgspec.Raw = _NOTHING
    result: msgspec.Raw = _NOTHING
    error: Refused | None = None
    session: str = ""


class _Call(msgspec.Struct, frozen=True, rename={"session": "sessionId"}, omit_defaults=True):
    id: int
    method: str
    params: dict[str, Any]
    session: str = ""


_decoder: Final = msgspec.json.Decoder(Message)
_encoder: Final = msgspec.json.Encoder()


def _mended(data: bytes) -> bytes:
    """A message with U+FFFD for halves of surrogate pairs, which a page's text may hold."""
    text = json.dumps(json.loads(data), ensure_ascii=False)
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.encode()


class Pipe:
    """Our end. ``wake`` is a descriptor that makes ``receive`` return early when it has data."""

    def __init__(self, reading: int, writing: int, wake: int, limit: int) -> None:
        self._reading, self._writing, self._wake = reading, writing, wake
        self._limit = limit
        self._in = bytearray()
        self._searched = 0
        self._dropping = False
        self._whole: deque[bytes] = deque()
        self._out: deque[memoryview] = deque()
        self._last = 0
        self.dropped = 0
        """Messages that were longer than ``limit`` bytes and not kept."""
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)

    def send(self, method: str, params: dict[str, Any] | None = None, session: str = "") -> int:
        """Put a call on its way; returns its id. Bytes among ``params`` go as base64."""
        self._last += 1
        call = _Call(self._last, method, params or {}, session)
        self._out.append(memoryview(_encoder.encode(call) + b"\0"))
        return self._last

    def receive(self, until: float) -> Message | None:
        """The next message; None at ``until`` (``time.monotonic``), when woken, after a loss.

        BrowserGoneError when there will be none any more.
        """
        dropped = self.dropped
        while not self._whole:
            poll = select.poll()
            poll.register(self._reading, select.POLLIN)
            poll.register(self._wake, select.POLLIN)
            if self._out:
                poll.register(self._writing, select.POLLOUT)
            ready = dict(poll.poll(max(0.0, until - time.monotonic()) * 1000))
            if self._writing in ready:
                self._write()
            if self._reading in ready:
                self._read()
                if self.dropped > dropped:
                    break
            elif self._wake in ready or not ready:
                return None
        return self._decoded(self._whole.popleft()) if self._whole else None

    def _decoded(self, data: bytes) -> Message:
        try:
            return _decoder.decode(data)
        except msgspec.MsgspecError:
            pass
        try:
            return _decoder.decode(_mended(data))
        except (msgspec.MsgspecError, ValueError) as error:
            raise BrowserGoneError("the browser sent what is no message") from error

    def _write(self) -> None:
        try:
            while self._out:
                view = self._out[0]
                sent = os.write(self._writing, view[:_BLOCK])
                if sent == len(view):
                    self._out.popleft()
                else:
                    self._out[0] = view[sent:]
        except BlockingIOError:
            return
        except BrokenPipeError as error:
            raise BrowserGoneError("the browser ended") from error

    def _read(self) -> None:
        block = os.read(self._reading, _BLOCK)
        if not block:
            raise BrowserGoneError("the browser ended")
        self._in += block
        while (end := self._in.find(b"\0", self._searched)) >= 0:
            if self._dropping or end > self._limit:
                self.dropped += not self._dropping
                self._dropping = False
            else:
                self._whole.append(bytes(self._in[:end]))
            del self._in[: end + 1]
            self._searched = 0
        self._searched = len(self._in)
        if self._searched > self._limit or self._dropping:
            self.dropped += not self._dropping
            self._dropping = True
            self._in.clear()
            self._searched = 0
