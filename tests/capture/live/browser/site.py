"""A site of the tests' own on 127.0.0.1, the page on it that needs a browser, and fetching it."""

from __future__ import annotations

import io
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sviedka.capture.live.connecting import Straight, trust
from sviedka.capture.live.exchange import Exchange, Request
from sviedka.capture.live.fetcher import Fetcher
from sviedka.capture.live.recording import Recording
from sviedka.capture.live.resolving import Resolver
from sviedka.capture.live.spool import Spool
from sviedka.capture.live.visit import Visit
from tests.material.video import video

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Colours that nothing else on the page has, by what puts them there.
STYLE, SCRIPT, PICTURE, LAZY, FRAME = "#0b5fff", "#ff8800", "#00aa44", "#cc0033", "#aa00aa"
HTML = "text/html; charset=utf-8"
BOX = "width:200px;height:120px"


def svg(colour):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="120">'
        f'<rect width="200" height="120" fill="{colour}"/></svg>'
    )


PAGE = """<!doctype html>
<html lang="be"><head><title>Навіны | Выдуманы канал</title>
<link rel="stylesheet" href="/style.css">
</head><body>
<h1>Навіны</h1>
<div class="styled"></div>
<img src="/moved.svg" alt="a picture behind a redirect">
<iframe src="/frame.html" width="220" height="140"></iframe>
<video src="/film.mp4" width="192" height="144" muted autoplay></video>
<div style="height:3000px"></div>
<div id="lazy"></div>
<script src="/script.js"></script>
</body></html>
"""
SCRIPT_FILE = f"""
fetch("/news.json?_=" + Date.now()).then(answer => answer.json()).then(news => {{
    const made = document.createElement("p");
    made.textContent = news.text;
    made.style = "{BOX};background:{SCRIPT}";
    document.body.prepend(made);
}});
new IntersectionObserver((seen, observer) => {{
    if (!seen.some(each => each.isIntersecting)) return;
    observer.disconnect();
    const picture = document.createElement("img");
    picture.src = "/lazy.svg";
    document.querySelector("#lazy").append(picture);
}}).observe(document.querySelector("#lazy"));
"""
STYLE_FILE = f"""
@font-face {{ font-family: planted; src: url(/letters.woff2); }}
h1 {{ font-family: planted, sans-serif; }}
.styled {{ {BOX}; background: {STYLE}; }}
"""
NEWS = '{"text": "Зроблена скрыптам: 1437 чалавек"}'


@dataclass
class Answered:
    """What the site answers at one path."""

    body: bytes
    type: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def whole_site():
    return {
        "/": Answered(PAGE.encode()),
        "/style.css": Answered(STYLE_FILE.encode(), "text/css"),
        "/script.js": Answered(SCRIPT_FILE.encode(), "text/javascript"),
        "/news.json": Answered(NEWS.encode(), "application/json"),
        "/moved.svg": Answered(b"", status=302, headers={"Location": "/picture.svg"}),
        "/picture.svg": Answered(svg(PICTURE).encode(), "image/svg+xml"),
        "/lazy.svg": Answered(svg(LAZY).encode(), "image/svg+xml"),
        "/frame.html": Answered(f'<div style="{BOX};background:{FRAME}">frame</div>'.encode()),
        "/film.mp4": Answered(video(7, seconds=1), "video/mp4"),
    }


class _Handler(BaseHTTPRequestHandler):
    timeout = 20

    def do_GET(self):
        site = self.server.site
        site.asked.append(f"{self.command} {self.path}")
        found = site.pages.get(urlsplit(self.path).path)
        found = found or Answered(b"nothing here", "text/plain", 404)
        self.send_response(found.status)
        for name, value in {"Content-Type": found.type, **found.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        self.wfile.write(found.body)

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def process_request(self, request, address):
        self.site.connections += 1
        super().process_request(request, address)


class Site:
    """A running site: what was asked of it, over how many connections."""

    def __init__(self, pages):
        self.pages, self.asked, self.connections = pages, [], 0

    @contextmanager
    def running(self):
        with _Server(("127.0.0.1", 0), _Handler) as server:
            server.site = self
            self.url = f"http://127.0.0.1:{server.server_port}"
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


@contextmanager
def visiting():
    """A visit of local sites, and the WARC that it makes: (visit, file)."""
    fetcher = Fetcher(Straight(Resolver({"127.0.0.1"}), trust()))
    warc = io.BytesIO()
    yield Visit(fetcher, Recording(warc, {"software": "tests"}, datetime.now(UTC))), warc


def answer(
    request: Request, body: bytes, kind: str = HTML, status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Exchange:  # fmt: skip
    """An exchange that no server took part in."""
    more = tuple((name.encode(), value.encode()) for name, value in (headers or {}).items())
    given = ((b"content-type", kind.encode()), *more)
    now = datetime.now(UTC)
    return Exchange(request, b"", b"", status, given, Spool(body), None, None, now, now)


@contextmanager
def served() -> Iterator[Site]:
    """The whole site, running."""
    with Site(whole_site()).running() as site:
        yield site
