"""Pages by hand, and what the sandboxed half makes of them, in this process."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from sviedka.capture.telegram.finding import unasked
from sviedka.capture.telegram.html.books import books_at
from sviedka.capture.telegram.html.importing import add
from sviedka.capture.telegram.html.worker import event_frames, read
from sviedka.capture.telegram.worker import Read
from tests.capture.telegram.bringing import UNASKED

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.capture.intake import Outcome
    from sviedka.capture.telegram.choosing import Wanted
    from sviedka.capture.telegram.message import Message
    from tests.capture.opened import Capturing

DATE = "09.08.2020 21:00:00 UTC+03:00"


def yes(_proposal: object) -> bool:
    """A person who agrees."""
    return True


def no(_proposal: object) -> bool:
    """A person who does not."""
    return False


def page(*messages: str, title: str = "Суседзі ") -> bytes:
    """A page with these messages."""
    head = '<!DOCTYPE html>\n<html>\n <body>\n  <div class="page_wrap">\n'
    named = f'<div class="page_header"><div class="text bold">\n{title}\n</div></div>'
    body = '<div class="page_body chat_page">\n<div class="history">'
    end = "\n    </div>\n   </div>\n  </div>\n </body>\n</html>\n"
    return "\n\n".join([head, named, body, *messages, end]).encode()


def message(  # noqa: PLR0913 - what a message may have
    number: object,
    inner: str = "",
    *,
    name: str | None = "Янка",
    date: str = DATE,
    text: str = "",
    joined: bool = False,
) -> str:
    """A message as Telegram Desktop writes it, less its indentation."""
    parts = []
    if not joined:
        initials = (name or "")[:1]
        parts.append(
            f'<div class="pull_left userpic_wrap"><div class="userpic userpic3">'
            f'<div class="initials">\n{initials}\n</div></div></div>'
        )
    parts.append(f'<div class="body">\n<div class="pull_right date details" title="{date}">')
    parts.append("\n21:00\n</div>")
    if not joined:
        parts.append(f'<div class="from_name">\n{name or "Deleted Account"} \n</div>')
    if text:
        parts.append(f'<div class="text">\n{text}\n       </div>')
    kinds = "message default clearfix" + (" joined" if joined else "")
    return f'<div class="{kinds}" id="message{number}">{"".join(parts)}{inner}</div></div>'


def service(number: object, text: str = "Янка далучыўся") -> str:
    """A service message."""
    body = f'<div class="body details">\n{text}\n</div>'
    return f'<div class="message service" id="message{number}">\n{body}\n</div>'


def events(data: bytes, base: str = "") -> list[Any]:
    """What is read of a page."""
    found = []
    for frame in read(io.BytesIO(data), base.encode()):
        found += event_frames.decode(frame)
    return found


def messages(data: bytes, base: str = "") -> list[Message]:
    """The messages of a page."""
    return [each.message for each in events(data, base) if isinstance(each, Read)]


def one(*given: str) -> Message:
    """The only message of a page with it."""
    (found,) = messages(page(*given))
    return found


def put(folder: Path, *pages: bytes) -> Path:
    """An export of these pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(pages, 1):
        (folder / f"messages{number if number > 1 else ''}.html").write_bytes(content)
    return folder


def bring_pages(
    world: Capturing, folder: Path, wanted: Wanted = UNASKED, **options: Any
) -> list[Outcome]:
    """Add an HTML export; nobody can be asked, unless ``ask`` is given."""
    (book,) = books_at(folder)
    with world.open() as archive:
        return add(archive, book, wanted, **{"ask": unasked, **options})
