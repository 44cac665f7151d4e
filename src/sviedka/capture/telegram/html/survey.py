"""A first pass over the pages of a chat: its title, how much there is, and what to know it by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from sviedka.capture.telegram.export import Incoming
from sviedka.capture.telegram.html.clock import Clock, moment
from sviedka.capture.telegram.html.export import Title, read_pages
from sviedka.capture.telegram.likeness import Line, Sample
from sviedka.capture.telegram.same import gist

if TYPE_CHECKING:
    from sviedka.capture.telegram.html.pages import Pages
    from sviedka.sandbox import Nursery


@dataclass
class Survey:
    """What the pages of a chat say at a glance; ``messages`` and what is unread are counted.

    ``foreign`` if there are pages of another chat among them.
    """

    title: str | None = None
    messages: int = 0
    unread: int = 0
    foreign: bool = False
    sample: Sample = field(default_factory=Sample)


def survey(pages: Pages, nursery: Nursery) -> Survey:
    """Look through all pages; what cannot be read is passed over."""
    found = Survey()
    of_this = True
    for event in read_pages(pages, Clock(), nursery):
        if isinstance(event, Title):
            found.title = found.title or event.title
            of_this = event.title in (None, found.title)
            found.foreign |= not of_this
        elif isinstance(event, Incoming) and of_this:
            found.messages += 1
            found.sample.add(_line(event))
        else:
            found.unread += 1
    return found


def title_of(pages: Pages, nursery: Nursery) -> str | None:
    """The title of a chat alone, from the first page that has one."""
    events = read_pages(pages, Clock(), nursery)
    return next((each.title for each in events if isinstance(each, Title) and each.title), None)


def _line(incoming: Incoming) -> Line:
    message = incoming.message
    local = moment(message.date)
    shown = int(local.replace(tzinfo=UTC).timestamp()) if local else None
    return Line(message.id, shown, gist(message.text), hashlib.sha256(incoming.raw).digest())
