"""What a message of a page says: from its own bytes alone, by classes, never by words.

Classes and their nesting follow ``pushMessage`` in Telegram Desktop's ``export_output_html.cpp``.
What is not as it should be is left out and named among the oddities, as in JSON.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from sviedka.capture.telegram.html.hanging import hanging
from sviedka.capture.telegram.html.markup import children, classes, own_text, text_of
from sviedka.capture.telegram.message import Message

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from sviedka.capture.telegram.decoding import Flag
    from sviedka.capture.telegram.message import Media

_ID = re.compile(r"message(-?[0-9]{1,18})", re.ASCII)
_REPLY = re.compile(r"#go_to_message(-?[0-9]{1,18})\Z", re.ASCII)
_VIA = re.compile(r" \S+ (@[A-Za-z0-9_]{3,64})\Z", re.ASCII)
_DIVIDERS: Final = range(-500_000_000, 0)
"""Numbers of the dates between messages: -1, -2 … Messages of a group before it became a supergroup
have theirs less 1,000,000,000 (``kMigratedMessagesIdShift``)."""
_CALL: Final = "phone_call"


class Sender(NamedTuple):
    """Who sent a message as its page shows it; ``name`` is None for a deleted account."""

    name: str | None
    via: str | None = None
    forwarded_from: str | None = None


class Said(NamedTuple):
    """A message, what is odd about its bytes, and its sender for one that is joined to it."""

    message: Message
    flags: tuple[Flag, ...]
    sender: Sender | None


def title(raw: bytes) -> str | None:
    """The chat's title from its HTML; None if it is blank."""
    body = LexborHTMLParser(raw.decode("utf-8", "replace")).body
    return text_of(body).strip() or None if body else None


def read(raw: bytes, before: Sender | None, base: str) -> Said | None:
    """The message in these bytes, the ``div`` as a whole; None for a date between messages.

    ``before`` sent the message above it; ``base`` leads from a page of a whole account's export to
    its root and back to the page's own folder.
    """
    flags: tuple[Flag, ...] = ()
    try:
        markup = raw.decode()
    except UnicodeDecodeError:
        markup, flags = raw.decode("utf-8", "replace"), ("not_utf8",)
    page = LexborHTMLParser(markup.replace("\r\n", "\n"))
    node = page.body.child if page.body else None
    if node is None:
        return Said(_message(None, "message", None, oddities=("id", "date", "from")), flags, None)
    kinds = classes(node)
    found = _ID.fullmatch(node.attributes.get("id") or "")
    number = int(found[1]) if found else None
    odd = () if found else ("id",)
    if "service" in kinds:
        if number in _DIVIDERS:
            return None
        return Said(_message(number, "service", None, oddities=odd), flags, None)
    message, sender = _default(node, number, before if "joined" in kinds else None, base, odd)
    return Said(message, flags, sender)


def _default(
    node: LexborNode, number: int | None, before: Sender | None, base: str, odd: tuple[str, ...]
) -> tuple[Message, Sender | None]:
    parts = _Parts(node)
    date = parts.date.attributes.get("title") if parts.date is not None else None
    sender = before if parts.name is None else _sender(parts.name, parts.nobody)
    forwarded = parts.forwarded
    said = forwarded or parts
    if forwarded and forwarded.name is not None and sender:
        origin = _sender(forwarded.name, parts.nobody_forwarded)
        sender = Sender(sender.name, sender.via or origin.via, origin.name)
    media, call = hanging(said.media, base) if said.media is not None else ((), False)
    if not date:
        odd = (*odd, "date")
    if sender is None:
        odd = (*odd, "from")
    message = _message(
        number,
        "message",
        date or None,
        sender=sender or Sender(None),
        action=_CALL if call else None,
        text=_lines(said.text) if said.text is not None else "",
        author=text_of(said.signature).strip() if said.signature is not None else None,
        forwarded=forwarded is not None,
        reply_to=_reply(said.reply) if said.reply is not None else None,
        media=media,
        oddities=odd,
    )
    return message, sender


class _Parts:
    """The parts of a message, or of what it forwards."""

    __slots__ = (
        "date", "forwarded", "media", "name", "nobody", "nobody_forwarded", "reply", "signature",
        "text",
    )  # fmt: skip

    def __init__(self, node: LexborNode, *, inner: bool = False) -> None:
        self.date = self.name = self.reply = self.media = self.text = self.signature = None
        self.forwarded: _Parts | None = None
        self.nobody = self.nobody_forwarded = False
        for each in children(node):
            kinds = classes(each)
            if "userpic_wrap" in kinds:
                self._userpic(each, forwarded="forwarded" in kinds)
            elif "body" in kinds and not inner:
                if "forwarded" in kinds:
                    self.forwarded = _Parts(each, inner=True)
                else:
                    self._take(each)
            else:
                self._part(each, kinds)

    def _take(self, body: LexborNode) -> None:
        """The body of a message; a forwarded one stands in it."""
        for each in children(body):
            kinds = classes(each)
            if "userpic_wrap" in kinds:
                self._userpic(each, forwarded=True)
            elif "forwarded" in kinds:
                self.forwarded = self.forwarded or _Parts(each, inner=True)
            else:
                self._part(each, kinds)

    def _part(self, node: LexborNode, kinds: frozenset[str]) -> None:
        for kind, name in _PARTS:
            if kind in kinds and getattr(self, name) is None:
                setattr(self, name, node)
                return

    def _userpic(self, node: LexborNode, *, forwarded: bool) -> None:
        """A deleted account has a name in the application's words, and no initials."""
        initials = node.css_first(".initials")
        nobody = initials is not None and not text_of(initials).strip()
        if forwarded:
            self.nobody_forwarded = nobody
        else:
            self.nobody = nobody


_PARTS: Final = (
    ("from_name", "name"), ("text", "text"), ("media_wrap", "media"), ("reply_to", "reply"),
    ("signature", "signature"), ("date", "date"),
)  # fmt: skip


def _sender(node: LexborNode, nobody: bool) -> Sender:
    """The name that is shown; behind it may stand a word and the name of a bot."""
    shown = " ".join(own_text(node).split())
    via = _VIA.search(shown)
    name = shown[: via.start()] if via else shown
    return Sender(None if nobody else name or None, via[1] if via else None)


def _reply(node: LexborNode) -> int | None:
    """The message that is answered; None if it is in another chat."""
    for link in node.css("a"):
        found = _REPLY.search(link.attributes.get("href") or "")
        if found:
            return int(found[1])
    return None


def _lines(node: LexborNode) -> str:
    """A text without the line ends and blanks that the page puts around it."""
    return text_of(node).removeprefix("\n").rstrip(" ").removesuffix("\n")


def _message(  # noqa: PLR0913 - all that a page can say of a message
    number: int | None,
    kind: str,
    date: str | None,
    *,
    sender: Sender = Sender(None),  # noqa: B008 - immutable
    action: str | None = None,
    text: str = "",
    author: str | None = None,
    forwarded: bool = False,
    reply_to: int | None = None,
    media: tuple[Media, ...] = (),
    oddities: tuple[str, ...] = (),
) -> Message:
    return Message(
        id=number, type=kind, unixtime=None, date=date, edited_stated=None, edited_date=None,
        from_name=sender.name, from_id=None, author=author, actor=None, actor_id=None,
        action=action, text=text, forwarded=forwarded,
        forwarded_from=sender.forwarded_from if forwarded else None, forwarded_from_id=None,
        saved_from=None, reply_to=reply_to, via_bot=sender.via, media=media, oddities=oddities,
    )  # fmt: skip
