"""Films on pages, found by yt-dlp, fetched by us: the program itself reaches nothing."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

import msgspec

from sviedka import sandbox
from sviedka.capture.live import films
from sviedka.capture.live.adapters import Captured
from sviedka.capture.live.adapters.page import PageAdapter
from sviedka.capture.live.asking import LENGTH, Ask, Found, Given, said
from sviedka.capture.live.exchange import FetchError, Request
from sviedka.errors import FormatError, InputError, SandboxError, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from sviedka.capture.live.adapters import Options
    from sviedka.capture.live.exchange import Exchange
    from sviedka.capture.live.visit import Visit

PARSER: Final = "sviedka.capture.live.extraction:extract"
_LIMITS: Final = sandbox.Limits(memory=2 << 30, cpu=120, wall=120.0, frame=64 << 20)
_BODY: Final = 16 << 20
"""Bytes of one answer that yt-dlp is given: of a film it looks at the beginning."""
_FILMS: Final = (".m3u8", ".mp4", ".webm", ".mov", ".mkv", ".m4v", ".mp3", ".m4a", ".ogg")


class VideoAdapter:
    """Captures a page and its films."""

    name = "video"

    def fits(self, url: str) -> bool:
        """Whether this is the address of a film itself; other pages with films have to be named."""
        return find_spec("yt_dlp") is not None and _is_film(url)

    def versions(self) -> Mapping[str, str]:
        """The version of yt-dlp; UsageError if it is not there."""
        try:
            return {"yt-dlp": version("yt-dlp")}
        except PackageNotFoundError as error:
            raise UsageError(
                "films are found by yt-dlp, which is not here",
                do="install it with pip install 'sviedka[video]'",
            ) from error

    def capture(self, visit: Visit, url: str, options: Options) -> Captured:
        """The page, unless it is a film itself; then its films."""
        page = None if _is_film(url) else PageAdapter().capture(visit, url, options)
        found = extracted(visit, url)
        if page is None:
            first = visit.document(url)
            if first is None:
                raise FetchError("no film came", "unreachable", where=url)
            page = Captured(first.url, first.status)
        if not found:
            return page
        info = msgspec.json.decode(found, type=films.Info)
        taken = [films.fetch(visit, each, info.webpage_url) for each in info.chosen()]
        if not taken:
            visit.note(url, "adapter", "no film was found")
        said_of: dict[str, Any] = msgspec.json.decode(found)
        return replace(page, videos=[said_of], video=[each for each in taken if each])


def _is_film(url: str) -> bool:
    return urlsplit(url.strip()).path.lower().endswith(_FILMS)


def extracted(visit: Visit, url: str) -> bytes:
    """What yt-dlp says of a page, as JSON; b"", and noted, if it finds nothing."""
    reading, writing = os.pipe()
    try:
        found = _talk(visit, url, reading, writing)
    except (SandboxError, InputError, msgspec.MsgspecError, BrokenPipeError) as error:
        visit.note(url, "adapter", f"the films of this page could not be found: {error}")
        return b""
    finally:
        os.close(writing)
    if found.error:
        visit.note(url, "adapter", f"yt-dlp: {found.error}")
    return found.info


def _talk(visit: Visit, url: str, reading: int, writing: int) -> Found:
    """Answer what it asks until it has found what there is. ``reading`` is closed."""
    frames = sandbox.run(PARSER, reading, arguments=url.encode(), limits=_LIMITS)
    ours: int | None = reading
    try:
        with closing(cast("Generator[bytes, None, None]", frames)):
            for frame in frames:
                if ours is not None:  # from now on a write fails once the child is gone
                    os.close(ours)
                    ours = None
                message = said.decode(frame) if frame else None
                if isinstance(message, Found):
                    return message
                if isinstance(message, Ask):
                    _give(writing, _answer(visit, message))
    finally:
        if ours is not None:
            os.close(ours)
    raise InputError("it ended without a word")


def _give(writing: int, answer: Given) -> None:
    data = msgspec.msgpack.encode(answer)
    with memoryview(LENGTH.pack(len(data)) + data) as view:
        sent = 0
        while sent < len(view):
            sent += os.write(writing, view[sent:])


def _answer(visit: Visit, ask: Ask) -> Given:
    try:
        found = _asked(visit, ask)
        body = found.content(_BODY)
    except FetchError as error:
        visit.failed(ask.url, error)
        return Given()
    except FormatError:  # longer than it may be, or broken: its beginning will have to do
        body = next(found.body.blocks(), b"")
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in found.headers
        if name not in {b"content-encoding", b"content-length", b"transfer-encoding"}
    ]
    return Given(found.status, found.url, headers, body)


def _asked(visit: Visit, ask: Ask) -> Exchange:
    before = visit.film(ask.url) if ask.method == "GET" else None
    return before or visit.follow(Request(ask.method, ask.url, tuple(ask.headers), ask.body))
