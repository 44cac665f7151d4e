"""One capture, from an address to a WARC with all that was seen and noted."""

from __future__ import annotations

import platform
import ssl
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from sviedka.capture.live import address, robots
from sviedka.capture.live.exchange import FetchError
from sviedka.capture.live.recording import Recording
from sviedka.capture.live.spool import Spool
from sviedka.capture.live.visit import Visit
from sviedka.keep.author import TOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sviedka.capture.live.adapters import Adapter, Captured, Options
    from sviedka.capture.live.fetcher import Fetcher
    from sviedka.capture.live.robots import Robots
    from sviedka.capture.live.visit import Fault, Resource

Result = Literal["captured", "login_wall", "refused", "unreachable"]

_LIBRARIES: Final = ("h11", "selectolax", "warcio")
_CONFORMS: Final = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


@dataclass(frozen=True)
class Capture:
    """A capture: what was asked, what came of it, and the ``warc`` that holds it all.

    ``seen`` is None if there was no page at all; ``warc`` holds then what did come, redirects
    without end for instance, if ``resources`` are any.
    """

    url: str
    adapter: str
    pages: int
    result: Result
    seen: Captured | None
    robots: Robots
    tools: Mapping[str, str]
    faults: Sequence[Fault]
    resources: Sequence[Resource]
    began: datetime
    ended: datetime
    warc: Spool


def capture(  # noqa: PLR0913 - who, what, with what
    url: str,
    adapter: Adapter,
    fetcher: Fetcher,
    options: Options,
    *,
    collector: str = "",
    now: Callable[[], datetime],
) -> Capture:
    """Capture one URL. Never fails for what the other side does: that is the capture's ``result``.

    FetchError only for what is no URL of a page; StorageError if the disk fails.
    """
    asked = address.parse(url).url
    began, warc = now(), Spool()
    tools = versions(adapter)
    recording = Recording(warc, _about(tools, collector, options.agent), began)
    visit = Visit(fetcher, recording)
    seen: Captured | None = None
    try:
        seen = adapter.capture(visit, asked, options)
    except FetchError as error:
        visit.failed(error.where or asked, error)
    if seen and seen.browser:
        tools = {**tools, "browser": seen.browser}
    page_answers = list(visit.resources)
    # After the page: who asks for it first is known for a program.
    said = robots.note(visit, asked) if page_answers else "unknown"
    made = Capture(
        url, adapter.name, options.pages, _result(seen), seen, said, tools, visit.faults,
        page_answers, began, now(), warc,
    )  # fmt: skip
    _annotate(visit, asked, made)
    return made


def versions(adapter: Adapter) -> dict[str, str]:
    """The programs that a capture is made with."""
    found = {name: version(name) for name in _LIBRARIES}
    found["Python"] = platform.python_version()
    found["OpenSSL"] = ssl.OPENSSL_VERSION
    return {**found, **adapter.versions()}


def listing(resources: Sequence[Resource]) -> bytes:
    """The answers of a capture as lines of JSON, in the order of their URLs."""
    ordered = sorted(resources, key=lambda each: (each.url, each.method, each.sha256))
    return b"".join(msgspec.json.encode(each, order="sorted") + b"\n" for each in ordered)


def _result(seen: Captured | None) -> Result:
    if seen is None:
        return "unreachable"
    if seen.wall:
        return "login_wall"
    return "refused" if seen.status >= 400 else "captured"


def _about(tools: Mapping[str, str], collector: str, agent: str) -> dict[str, str]:
    """The warcinfo record (WARC 1.1, §6.2)."""
    return {
        "software": "; ".join([TOOL, *(f"{name} {each}" for name, each in tools.items())]),
        "format": "WARC File Format 1.1",
        "conformsTo": _CONFORMS,
        "operator": collector,
        "http-header-user-agent": agent,
        "robots": "noted, not obeyed",
    }


def _annotate(visit: Visit, url: str, made: Capture) -> None:
    """Write what was understood and made here beside what came over the wire."""
    seen = made.seen
    said: dict[str, Any] = {
        "adapter": made.adapter,
        "faults": [msgspec.to_builtins(each) for each in made.faults],
        "result": made.result,
        "robots": made.robots,
        "tools": dict(made.tools),
    }
    of = visit.records.get(seen.final_url if seen else url, "")
    recording = visit.recording
    if seen:
        said |= {"final_url": seen.final_url, "login_wall": seen.wall, "title": seen.title}
        said |= {"counts": [msgspec.structs.asdict(each) for each in seen.counts]}
        said |= {"time": made.ended.isoformat()}
        for kind, data, media in (
            ("view", seen.picture, "image/png"),
            ("dom", seen.dom, "text/html; charset=utf-8"),
            ("text", seen.text.encode(), "text/plain; charset=utf-8"),
        ):
            if data:
                recording.resource(f"urn:{kind}:{seen.final_url}", media, data, made.ended, of)
        for sort, found in (("posts", seen.posts), ("videos", seen.videos)):
            if found:
                recording.metadata(f"urn:{sort}:{seen.final_url}", found, made.ended, of)
    recording.metadata(url, said, made.ended, of)
