"""A message that Outlook saved by itself (MSG): [MS-OXMSG], names of properties by [MS-OXPROPS]."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Final

import olefile

from sviedka.errors import InputError
from sviedka.readers.encodings import decode
from sviedka.readers.facts import fact, stated
from sviedka.readers.findings import Fault, Part, frames
from sviedka.readers.mail import hypertext
from sviedka.readers.mail.headers import head
from sviedka.readers.mail.mapi import BAD, Compound, Storage
from sviedka.readers.mail.message import DEEPEST_MAIL, fields
from sviedka.readers.outlet import Outlet, PartError
from sviedka.readers.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.findings import Finding

MOST: Final = 1000
"""Attachments, or recipients, of one message."""

_TEXTS: Final = {
    0x0037: ("mail_subject", "PidTagSubject"),
    0x1035: ("mail_id", "PidTagInternetMessageId"),
    0x1042: ("mail_in_reply_to", "PidTagInReplyToId"),
    0x1039: ("mail_references", "PidTagInternetReferences"),
    0x3FFA: ("modified_by", "PidTagLastModifierName"),
}
_SENDERS: Final = (
    (0x0C1A, (0x5D01, 0x0C1F), "PidTagSenderName"),
    (0x0042, (0x5D02, 0x0065), "PidTagSentRepresentingName"),
)
_TIMES: Final = {
    0x0039: ("sent_stated", "PidTagClientSubmitTime"),
    0x3007: ("created_stated", "PidTagCreationTime"),
    0x3008: ("modified_stated", "PidTagLastModificationTime"),
}
_RECIPIENTS: Final = {1: "mail_to", 2: "mail_cc", 3: "mail_bcc"}
_RECIPIENT_TYPE, _NAME, _ADDRESSES = 0x0C15, 0x3001, (0x39FE, 0x3003)
_HEADERS, _BODY, _HTML, _RTF = 0x007D, 0x1000, 0x1013, 0x1009
_METHOD, _DATA, _LONG_NAME, _SHORT_NAME, _KIND = 0x3705, 0x3701, 0x3707, 0x3704, 0x370E
_INSIDE: Final = "__substg1.0_3701000D"  # the storage of a message, or an object, as attachment
_MESSAGE: Final = 5  # afEmbeddedMessage


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: one message of Outlook's, and what is attached to it."""
    del arguments
    return frames(_findings(source))


def _findings(source: io.FileIO) -> Iterator[Finding]:
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    try:
        file = olefile.OleFileIO(io.BufferedReader(source, 1 << 16))
        message = Storage(Compound(file))
    except (*BAD, PartError) as error:
        raise InputError("this is no message of Outlook's that can be read") from error
    yield from _message(message, Outlet(size), 0, 0)


def _message(of: Storage, out: Outlet, number: int, depth: int) -> Iterator[Finding]:
    for step in (_stated, _recipients, _text):
        try:
            yield from step(of, number)
        except PartError as error:
            yield Fault(number, "message", error.trouble, error.what)
    for index, name in enumerate(of.within("__attach_version1.0_"), 1):
        place = f"attachment {index}"
        if index > MOST:
            yield Fault(number, place, "too_many", f"more than {MOST}; the rest is left out")
            return
        try:
            yield from _attachment(of.at(name), out, (number, depth), place)
        except PartError as error:
            yield Fault(number, place, error.trouble, error.what)


def _stated(of: Storage, number: int) -> Iterator[Finding]:
    for tag, (name, place) in _TEXTS.items():
        yield from stated(number, name, of.text(tag), place)
    for tag, addresses, place in _SENDERS:
        yield from stated(number, "mail_from", _person(of, tag, addresses), place)
    for tag, (name, place) in _TIMES.items():
        yield from stated(number, name, of.time(tag), place)
    transported = of.text(_HEADERS).encode("utf-8", "replace")
    yield from fields(number, head(transported, 0, len(transported))[0])


def _recipients(of: Storage, number: int) -> Iterator[Finding]:
    for index, name in enumerate(of.within("__recip_version1.0_"), 1):
        place = f"recipient {index}"
        if index > MOST:
            yield Fault(number, place, "too_many", f"more than {MOST}; the rest is left out")
            return
        each = of.at(name)
        kind = _RECIPIENTS.get(each.number(_RECIPIENT_TYPE), "mail_header")
        yield from stated(number, kind, _person(each, _NAME, _ADDRESSES), place)


def _person(of: Storage, name: int, addresses: Iterable[int]) -> str:
    found = [of.text(name), *(f"<{text}>" for tag in addresses if (text := of.text(tag)))]
    return " ".join(filter(None, found))


def _text(of: Storage, number: int) -> Iterator[Finding]:
    page = of.binary(_HTML)
    if plain := of.text(_BODY):
        yield from texts(number, "body", plain)
    elif page:
        text, used = decode(page, hypertext.declared(page) or of.codepage)
        yield fact(number, "charset_used", used, "PidTagHtml")
        yield from texts(number, "body", hypertext.text(text))
    elif of.binary(_RTF):
        what = "its text is there as compressed RTF only"
        yield Fault(number, "body", "unsupported", what)


def _attachment(of: Storage, out: Outlet, within: tuple[int, int], place: str) -> Iterator[Finding]:
    parent, depth = within
    name = (of.text(_LONG_NAME) or of.text(_SHORT_NAME)).encode("utf-8", "replace")
    inside = of.within(_INSIDE)
    message = bool(inside) and of.number(_METHOD) == _MESSAGE
    opened = message and depth < DEEPEST_MAIL
    part = Part(out.number(), parent, name, of.text(_KIND), place, opened=opened)
    yield from out.give(part, _content(of, message=message))
    if opened:
        yield from _message(of.at(_INSIDE), out, part.number, depth + 1)


def _content(of: Storage, *, message: bool) -> Iterator[bytes]:
    if message:
        raise PartError("unsupported", "a message within the message has no bytes of its own")
    data = of.binary(_DATA)
    if data is None:
        raise PartError("unsupported", "it is a link, or an object of another program")
    yield data
