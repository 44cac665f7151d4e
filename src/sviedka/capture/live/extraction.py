"""yt-dlp in the sandbox: it finds the films of a page, and has no network but what it is handed.

Each of its requests leaves as a frame; the answer comes back through the pipe that is its input.
It reads no configuration, no cookies, no plugins and no cache, and runs no other program. This half
runs in the child, and imports all that it needs at its top: nothing can be opened later.
"""

from __future__ import annotations

import _strptime  # type: ignore[import-not-found]  # noqa: F401 - loaded while it can be
import encodings.idna
import encodings.punycode  # noqa: F401 - as above
import io
import os
import queue
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

import msgspec

os.environ["YTDLP_NO_LAZY_EXTRACTORS"] = "1"
os.environ["YTDLP_NO_PLUGINS"] = "1"

import yt_dlp
import yt_dlp.extractor.extractors
from yt_dlp.networking import RequestDirector, RequestHandler, Response
from yt_dlp.networking.exceptions import HTTPError, TransportError

from sviedka.capture.live.asking import LENGTH, Ask, Found, Said, given

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from yt_dlp.networking import Request

_OPTIONS: Final[dict[str, Any]] = {
    "cachedir": False,
    "check_formats": False,
    "format": "b/bv*+ba",
    "ignore_no_formats_error": True,
    "js_runtimes": {},
    "no_warnings": True,
    "playlist_items": "1-20",
    "quiet": True,
    "usenetrc": False,
}
_OURS: Final = frozenset({"cookies", "http_headers"})
"""What it would say of the asker, not of the film."""


def extract(source: FileIO, arguments: bytes) -> Iterator[bytes]:
    """Frames of ``Ask``, at last one of ``Found``; ``arguments`` is the URL of the page."""
    frames: queue.SimpleQueue[Said | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            frames.put(_extracted(arguments.decode(), source, frames))
        finally:
            frames.put(None)

    threading.Thread(target=work, daemon=True).start()
    while (frame := frames.get()) is not None:
        yield msgspec.msgpack.encode(frame)
        yield b""  # it goes out at once
        if isinstance(frame, Found):
            return
    sys.exit(1)  # the thread has told why


def _extracted(url: str, source: FileIO, frames: queue.SimpleQueue[Said | None]) -> Found:
    program = yt_dlp.YoutubeDL({**_OPTIONS, "logger": _Silent()}, auto_init=False)
    director = RequestDirector(logger=_Silent())
    director.add_handler(_HandedRH(source, frames))
    program._request_director = director  # noqa: SLF001 - its only way to the network
    program.add_default_info_extractors()
    try:
        info = program.extract_info(url, download=False)
    except yt_dlp.utils.YoutubeDLError as error:
        return Found(b"", str(error)[:500])
    return Found(msgspec.json.encode(_clean(program.sanitize_info(info))), "")


def _clean(said: Any) -> Any:
    """Without what is private to the program or tells of the asker."""
    if isinstance(said, dict):
        return {
            name: _clean(each)
            for name, each in said.items()
            if name not in _OURS and (not name.startswith("_") or name == "_type")
        }
    return [_clean(each) for each in said] if isinstance(said, list) else said


class _HandedRH(RequestHandler):  # type: ignore[misc]  # yt-dlp has no types
    """A way to the network that asks the parent for everything."""

    _SUPPORTED_URL_SCHEMES = ("http", "https")
    _SUPPORTED_PROXY_SCHEMES = None
    _SUPPORTED_FEATURES = None

    def __init__(self, source: FileIO, frames: queue.SimpleQueue[Said | None]) -> None:
        super().__init__(logger=_Silent())
        self._source = source
        self._frames = frames

    def _check_extensions(self, extensions: dict[str, Any]) -> None:
        extensions.clear()  # time-outs and the like: they are the parent's

    def _send(self, request: Request) -> Response:
        headers = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in request.headers.items()
        ]
        body = request.data if isinstance(request.data, bytes) else b""
        self._frames.put(Ask(request.method, request.url, headers, body))
        (size,) = LENGTH.unpack(self._exactly(LENGTH.size))
        found = given.decode(self._exactly(size))
        if not found.status:
            raise TransportError(f"no answer from {request.url}")
        response = Response(io.BytesIO(found.body), found.url, dict(found.headers), found.status)
        if found.status >= 400:
            raise HTTPError(response)
        return response

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            block = self._source.read(size - len(data))
            if not block:
                raise TransportError("the parent is gone")
            data += block
        return bytes(data)


class _Silent:
    """Where nobody reads along, nothing is said."""

    def debug(self, *_said: object, **_more: object) -> None:
        """Say nothing."""

    info = warning = error = stdout = stderr = debug
