"""One mail: what its head states, its text, and what is attached to it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.readers.charsets import known
from sviedka.readers.encodings import decode
from sviedka.readers.facts import fact
from sviedka.readers.findings import Fault, Part
from sviedka.readers.mail import headers, hypertext
from sviedka.readers.mail.mime import content, entity, parts
from sviedka.readers.outlet import PartError
from sviedka.readers.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.findings import Fact, Finding, Trouble
    from sviedka.readers.mail.headers import Head
    from sviedka.readers.mail.mime import Entity
    from sviedka.readers.outlet import Outlet

MOST_ENTITIES: Final = 1000
"""Parts of one mail, those that only hold others included; a person attaches dozens."""
DEEPEST: Final = 50
"""Parts within parts of one mail."""
DEEPEST_MAIL: Final = 10
"""Mails within a mail that are read with it; those within these are given as they are."""

_NAMES: Final = {
    "from": "mail_from", "to": "mail_to", "cc": "mail_cc", "bcc": "mail_bcc",
    "sender": "mail_sender", "reply-to": "mail_reply_to", "subject": "mail_subject",
    "message-id": "mail_id", "in-reply-to": "mail_in_reply_to", "references": "mail_references",
    "received": "mail_received", "return-path": "mail_envelope", "user-agent": "mail_client",
    "x-mailer": "mail_client",
}  # fmt: skip
_MAIL: Final = frozenset({"message/rfc822", "message/global"})
_READ: Final = frozenset({"", "text/plain", "text/html"})


def fields(part: int, head: Head) -> Iterator[Finding]:
    """What the head of a mail states. All of it may name or locate people, the time apart."""
    for field in head.fields:
        lower = field.name.lower()
        name = _NAMES.get(lower, "mail_header")
        found = fact(part, name, headers.text(field.value), field.name)
        if found.value:
            yield found
        if lower == "date":
            yield from _sent(part, found)
    if head.cut:
        what = "its head is too long; the end of it was not read"
        yield Fault(part, "head", "too_many", what)


def _sent(part: int, stated: Fact) -> Iterator[Fact]:
    """When a mail was sent, by its sender's clock; the zone apart, for it says where that was."""
    try:
        parsed = parsedate_tz(str(stated.value))
        if parsed is None:
            return
        moment = datetime.fromtimestamp(mktime_tz((*parsed[:9], parsed[9] or 0)), UTC)
    except (ValueError, OverflowError, TypeError, IndexError):  # it need not be a date
        return
    yield fact(part, "sent_stated", moment.strftime("%Y-%m-%dT%H:%M:%SZ"), stated.place)


class _Place(NamedTuple):
    """A part of a mail: the mail's number, how many mails it is within, and the section."""

    number: int
    depth: int
    section: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"part {'.'.join(map(str, self.section))}" if self.section else "body"

    def fault(self, trouble: Trouble, what: str) -> Fault:
        return Fault(self.number, str(self), trouble, what)


class Message:
    """A mail that ``out`` knows as part ``number`` (0: the file), and the mails within it."""

    def __init__(self, out: Outlet, number: int) -> None:
        self._out = out
        self._number = number
        self._left = MOST_ENTITIES

    def findings(self, data: bytes) -> Iterator[Finding]:
        """What the mail whose bytes are ``data`` holds."""
        yield from self._mail(data, _Place(self._number, 0))

    def _mail(self, data: bytes, place: _Place) -> Iterator[Finding]:
        whole = entity(data, 0, len(data))
        yield from fields(place.number, whole.head)
        yield from self._entity(whole, place)

    def _entity(self, of: Entity, place: _Place, *, told: bool = False) -> Iterator[Finding]:
        """One entity; ``told``: its text was given already, in another form."""
        kind = of.body.kind
        if kind.startswith("multipart/"):
            yield from self._parts(of, place, told=told)
        elif kind in _MAIL:
            yield from self._mail_within(of, place)
        elif kind in _READ and of.body.disposition != "attachment" and not of.body.name:
            if not (told and kind == "text/html"):
                yield from _text(of, place)
        else:
            yield from self._out.give(self._part(of, place), content(of))

    def _parts(self, of: Entity, place: _Place, *, told: bool) -> Iterator[Finding]:
        if len(place.section) >= DEEPEST:
            yield place.fault("too_deep", f"more than {DEEPEST} parts within parts")
            return
        number = 0
        try:
            for number, each in enumerate(parts(of), 1):
                if self._left <= 0:
                    break
                self._left -= 1
                section = (*place.section, number)
                yield from self._entity(each, place._replace(section=section), told=told)
                if of.body.kind == "multipart/alternative" and each.body.kind == "text/plain":
                    told |= not each.data[each.start : each.stop].isspace()
        except PartError as error:
            yield place.fault(error.trouble, error.what)
            if not number:
                yield from _text(of, place)
        if self._left == 0:
            self._left = -1  # said once
            what = f"the mail has more than {MOST_ENTITIES} parts; the rest is left out"
            yield place.fault("too_many", what)

    def _mail_within(self, of: Entity, place: _Place) -> Iterator[Finding]:
        opened = place.depth < DEEPEST_MAIL
        part = self._part(of, place, opened=opened)
        data, trouble = _whole(of)
        yield from self._out.give(part, [data], trouble)
        if opened:
            yield from self._mail(data, _Place(part.number, place.depth + 1))

    def _part(self, of: Entity, place: _Place, *, opened: bool = False) -> Part:
        return Part(
            self._out.number(), place.number, of.body.name, of.body.kind, str(place), opened=opened
        )


def _whole(of: Entity) -> tuple[bytes, PartError | None]:
    pieces: list[bytes] = []
    try:
        pieces.extend(content(of))
    except PartError as error:
        return b"".join(pieces), error
    return b"".join(pieces), None


def _text(of: Entity, place: _Place) -> Iterator[Finding]:
    """The text of an entity; what it says of its encoding is mended where it is wrong."""
    data, trouble = _whole(of)
    page = of.body.kind == "text/html"
    stated = of.body.charset or (hypertext.declared(data) if page else "")
    text, used = decode(data, stated)
    yield from texts(place.number, str(place), hypertext.text(text) if page else text)
    if trouble:
        yield place.fault(trouble.trouble, trouble.what)
    if stated and used != known(stated):
        yield place.fault(
            "damaged", f"its text is not in {stated[:40]}, as it says; read as {used}"
        )
