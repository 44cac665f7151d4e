"""Films from what is known of them: whole files, HLS playlists (RFC 8216), lists of fragments.

Everything is fetched through the visit, so that the WARC holds each piece as it came. What can be
played as one file, once its pieces are put one after another, is joined.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.capture.live import address
from sviedka.capture.live.content import pieces
from sviedka.capture.live.exchange import FetchError, Request
from sviedka.capture.live.spool import Spool
from sviedka.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.capture.live.exchange import Exchange
    from sviedka.capture.live.visit import Visit

_WHOLE: Final = frozenset({"http", "https"})
_PLAYLIST: Final = frozenset({"m3u8", "m3u8_native"})
_PIECES: Final = frozenset({"http_dash_segments", "http_dash_segments_generator"})
_URI: Final = re.compile(r'URI="([^"]{1,8000})"')
_METHOD: Final = re.compile(r"METHOD=([A-Z0-9-]{1,40})")
_NESTED: Final = 1
"""A master playlist names media playlists; these name no more (RFC 8216, §4.1)."""


class Fragment(msgspec.Struct, frozen=True):
    """A piece, by its own URL or by a path under the format's base."""

    url: str = ""
    path: str = ""


class Format(msgspec.Struct, frozen=True):
    """One form in which a film is offered, as yt-dlp says it."""

    url: str = ""
    protocol: str = ""
    fragments: list[Fragment] = []
    fragment_base_url: str = ""
    has_drm: bool | str | None = False


class Info(msgspec.Struct, frozen=True):
    """A film, or a list of films; of the film the form that was chosen, or those to be combined."""

    url: str | None = None
    protocol: str | None = None
    webpage_url: str = ""
    fragments: list[Fragment] = []
    fragment_base_url: str | None = None
    has_drm: bool | str | None = False
    requested_formats: list[Format] = []
    entries: list[Info | None] = []

    def chosen(self) -> Iterator[Format]:
        """The forms to fetch, of every film."""
        for each in self.entries:
            if each is not None:
                yield from each.chosen()
        yield from self.requested_formats
        if self.url and self.protocol and not self.requested_formats:
            yield Format(
                self.url, self.protocol, self.fragments, self.fragment_base_url or "", self.has_drm
            )


def fetch(visit: Visit, form: Format, referer: str) -> Spool | None:
    """Fetch a film; the film as one file, or None if there is none to be had or it cannot be one.

    What is missing is noted.
    """
    if form.has_drm is True:
        visit.note(form.url, "adapter", "this film is locked to its players (DRM)")
        return None
    if form.protocol in _WHOLE:
        return _joined(visit, [form.url], referer)
    if form.protocol in _PLAYLIST:
        return _playlist(visit, form.url, referer, _NESTED)
    if form.protocol in _PIECES and form.fragments:
        base = form.fragment_base_url or form.url
        urls = [address.joined(base, each.url or each.path) or "" for each in form.fragments]
        return _joined(visit, urls, referer)
    visit.note(form.url, "adapter", f"films come here by {form.protocol!r:.50}, which is not taken")
    return None


def _playlist(visit: Visit, url: str, referer: str, deeper: int) -> Spool | None:
    answer = _one(visit, url, referer)
    try:
        lines = answer.content().decode("utf-8", "replace").splitlines() if answer else []
    except FormatError:
        lines = []  # noted when it was fetched
    if answer is None or not lines or not lines[0].startswith("#EXTM3U"):
        visit.note(url, "adapter", "this is no playlist")
        return None
    found, locked = segments(lines)
    urls = [address.joined(answer.url, each) or each for each in found]
    if any(line.startswith("#EXT-X-STREAM-INF") for line in lines):
        return _playlist(visit, urls[-1], referer, deeper - 1) if deeper and urls else None
    if not any(line.startswith("#EXT-X-ENDLIST") for line in lines):
        visit.note(url, "adapter", "this film was still going on: it is taken as far as it was")
    film = _joined(visit, urls, referer)
    if locked:
        visit.note(url, "adapter", "its pieces are encrypted; they are kept, and not joined")
        return None
    return film


def segments(lines: list[str]) -> tuple[list[str], bool]:
    """What a playlist names, in order and each once: keys, headers, pieces; whether any is locked.

    RFC 8216, §4.3.2.
    """
    found: dict[str, None] = {}
    locked = False
    for line in lines:
        if line.startswith(("#EXT-X-KEY", "#EXT-X-MAP", "#EXT-X-SESSION-KEY")):
            method = _METHOD.search(line)
            locked = locked or bool(method and method[1] != "NONE")
            uri = _URI.search(line)
            if uri:
                found[uri[1]] = None
        elif line.strip() and not line.startswith("#"):
            found[line.strip()] = None
    return list(found), locked


def _joined(visit: Visit, urls: list[str], referer: str) -> Spool | None:
    """The pieces one after another; None, and noted, if one is not to be had."""
    film = Spool()
    whole = bool(urls)
    for url in urls:
        answer = _one(visit, url, referer)
        if answer is None or answer.truncated:
            whole = False
            continue
        try:
            for piece in pieces(answer.headers, answer.body.blocks()):
                film.write(piece)
        except FormatError:
            whole = False  # noted when it was fetched
    if not whole:
        film.close()
        return None
    return film


def _one(visit: Visit, url: str, referer: str) -> Exchange | None:
    """A piece, from the visit if it was fetched before; None, and noted, if there is none."""
    headers = ((b"Referer", referer.encode("ascii", "replace")),) if referer else ()
    try:
        answer = visit.film(url) or visit.follow(Request("GET", url, headers))
    except FetchError as error:
        visit.failed(url, error)
        return None
    if answer.status not in {200, 206}:
        visit.note(url, "missing", f"the server answered {answer.status}")
        return None
    return answer
