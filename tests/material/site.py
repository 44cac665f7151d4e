"""An invented newspaper on 127.0.0.1, for examples: python -m tests.material.site FOLDER.

It writes its address to FOLDER/address and the files that it serves to FOLDER/pages, and stops
after two minutes, or once FOLDER/stop is there.
"""

from __future__ import annotations

import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.material import picture

LIFE = 120
PAGES = {
    "news.html": """<!doctype html><html lang="be"><head><meta charset="utf-8">
<title>Вясковыя весткі</title></head><body><h1>Суд у Зарэччы</h1>
<p>Сёння суд пакінуў пад вартай траіх.</p><img src="photo.jpg" alt="">
<script type="application/ld+json">{"@type": "NewsArticle", "interactionStatistic":
{"@type": "InteractionCounter", "interactionType": "https://schema.org/ReadAction",
"userInteractionCount": "1,2 тыс."}}</script></body></html>
""",
    "members.html": """<!doctype html><meta charset="utf-8"><title>Уваход</title>
<form><input name="who"><input type="password"></form>
""",
    "robots.txt": "User-agent: *\nDisallow: /\n",
}


class _Quiet(SimpleHTTPRequestHandler):
    timeout = 10

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


def main(folder: Path) -> None:
    """Serve until there is no need."""
    pages = folder / "pages"
    pages.mkdir(parents=True)
    for name, text in PAGES.items():
        (pages / name).write_text(text, encoding="utf-8")
    (pages / "photo.jpg").write_bytes(picture.picture(7))
    handler = partial(_Quiet, directory=str(pages))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        written = folder / "address.new"
        written.write_text(f"http://127.0.0.1:{server.server_port}")
        written.rename(folder / "address")
        end = time.monotonic() + LIFE
        while time.monotonic() < end and not (folder / "stop").exists():
            time.sleep(0.1)
        server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
