"""Hostile ``result.json`` files, as bytes: broken ones, and whole ones that mislead a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.material.tdesktop import Fields, serialize

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD: Fields = {"name": "Прыклад", "type": "public_channel", "id": 1000000017}
DEEP = 100_000


def message(number: Any, **fields: Any) -> Fields:
    """A plain message, ``fields`` added or put in place of its own."""
    return {
        "id": number,
        "type": "message",
        "date": "2020-08-10T12:00:00",
        "date_unixtime": "1597050000",
        "from": "Прыклад",
        "from_id": "channel1000000017",
        "text": f"Тэкст {number}",
        "text_entities": [{"type": "plain", "text": f"Тэкст {number}"}],
        **fields,
    }


def export(*messages: Any, **head: Any) -> bytes:
    """A channel's export; ``head`` adds to its name, type and id, or replaces them."""
    return serialize({**HEAD, **head, "messages": list(messages)}, 0).encode()


SOUND = export(message(1), message(2), message(3))


def truncated(at: int) -> bytes:
    """The first ``at`` bytes of a sound export of three messages (``len(SOUND)`` is all of it)."""
    return SOUND[:at]


def deep(levels: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    """A message one of whose fields is nested ``levels`` deep."""
    middle = closing and b"0"
    return export(message(1, text="@")).replace(
        b'"@"', opening * levels + middle + closing * levels
    )


def _swap(old: str, new: str | bytes) -> bytes:
    """The sound export with the first ``old`` replaced."""
    assert old.encode() in SOUND
    return SOUND.replace(old.encode(), new if isinstance(new, bytes) else new.encode(), 1)


#: Not JSON, or not in UTF-8, or no export.
BROKEN: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \r\n\t ",
    "only-bom": b"\xef\xbb\xbf",
    "cut-in-half": truncated(len(SOUND) // 2),
    "cut-before-last-brace": truncated(len(SOUND) - 1),
    "cut-in-a-letter": SOUND[: SOUND.index("Тэкст 2".encode()) + 1],
    "zeros-behind": SOUND + bytes(4096),
    "zeros-instead": truncated(len(SOUND) // 2) + bytes(len(SOUND) // 2),
    "utf-16": SOUND.decode().encode("utf-16-le"),
    "utf-16-bom": b"\xff\xfe" + SOUND.decode().encode("utf-16-le"),
    "windows-1251": SOUND.decode().encode("cp1251"),
    "one-bad-byte": _swap("Тэкст 2", b"\xff\xfe\xfd"),
    "overlong-slash": _swap("Тэкст 2", b"\xc0\xaf"),
    "surrogate-bytes": _swap("Тэкст 2", b"\xed\xa0\x80"),
    "beyond-unicode": _swap("Тэкст 2", b"\xf4\x90\x80\x80"),
    "telegram-escape": _swap("Тэкст 2", "Тэкст\\x1B2"),  # Telegram Desktop itself writes this
    "bad-escape": _swap("Тэкст 2", "Тэкст\\q2"),
    "short-escape": _swap("Тэкст 2", "\\u12"),
    "bare-newline": _swap("Тэкст 2", "Тэкст\n2"),
    "bare-zero": _swap("Тэкст 2", b"\0"),
    "single-quotes": SOUND.replace(b'"', b"'"),
    "trailing-comma": _swap("\n ]", ",\n ]"),
    "missing-comma": _swap("},\n", "}\n"),
    "missing-colon": _swap('"id": ', '"id" '),
    "comment": _swap("{", "{ // прыклад"),
    "not-a-number": _swap('"id": 2', '"id": NaN'),
    "infinity": _swap('"id": 2', '"id": -Infinity'),
    "leading-zero": _swap('"id": 2', '"id": 02'),
    "python-words": _swap('"id": 2', '"id": True'),
    "wrong-bracket": _swap("\n ]\n}", "\n }\n}"),
    "closed-twice": SOUND + b"}",
    "garbage-behind": SOUND + b"garbage",
    "two-documents": SOUND + b"\n" + SOUND,
    "a-page": b"<!DOCTYPE html><html><body>messages.html</body></html>",
    "a-list": b"[" + SOUND + b"]",
    "a-string": b'"messages"',
    "a-null": b"null",
    "no-messages": serialize(HEAD, 0).encode(),
    "deep-open-lists": deep(DEEP, b"[", b""),
    "deep-open-objects": deep(DEEP, b'{"a":', b""),
}

_WRONG: tuple[Any, ...] = (None, True, -1, 1.5, "", "рядок", [], [None, 1, [{}]], {"a": [{}]})
_FIELDS = (
    "id", "type", "date", "date_unixtime", "edited", "edited_unixtime", "from", "from_id", "author",
    "forwarded_from", "forwarded_from_id", "saved_from", "reply_to_message_id", "via_bot", "photo",
    "photo_file_size", "file", "file_name", "file_size", "thumbnail", "media_type", "mime_type",
    "duration_seconds", "width", "height", "poll", "location_information", "contact_information",
    "contact_vcard", "text", "text_entities", "reactions", "inline_bot_buttons", "action", "actor",
    "actor_id", "title", "inviter", "members",
)  # fmt: skip


def _wrong_types() -> Iterator[Fields]:
    number = 0
    for field in _FIELDS:
        for value in _WRONG:
            number += 1
            yield message(number) | {field: value}


def _twice(text: bytes, line: str) -> bytes:
    """``line``, a whole ``"key": value,`` of the export, said a second time, differently."""
    return text.replace(line.encode(), (line + " " + line.replace("Тэкст", "Іншы")).encode(), 1)


def _without(number: int, field: str) -> Fields:
    found = message(number)
    del found[field]
    return found


_ONE = serialize(message(1), 2)
_LIST = f'"messages": [{_ONE}]'
_NAMED = serialize(HEAD, 0)[1:-1].strip()
_ACCOUNT = serialize(HEAD, 0)[:-2] + ", " + _LIST + "}"

#: JSON by RFC 8259, yet not what a reader may expect.
ODD: dict[str, bytes] = {
    "bom": b"\xef\xbb\xbf" + SOUND,
    "lone-high-surrogate": _swap("Тэкст 2", "\\ud800"),
    "lone-low-surrogate": _swap("Тэкст 2", "\\udfff"),
    "surrogates-reversed": _swap("Тэкст 2", "\\ude00\\ud83d"),
    "surrogate-in-key": _swap('"from":', '"\\ud800":'),
    "surrogate-pair": _swap("Тэкст 2", "\\ud83d\\ude00"),
    "escaped-zero": _swap("Тэкст 2", "Тэкст\\u0000 2"),
    "escaped-keys": _swap('"messages"', '"\\u006dessag\\u0065s"'),
    "brackets-in-text": export(message(1, text='"messages": [{"id": 9}] \\" ]}'), message(2)),
    "id-beyond-2-53": export(message(2**53 + 1), message(2**53), message(2**64)),
    "id-of-400-digits": export(message(10**400)),
    "id-of-10000-digits": _swap('"id": 2', '"id": ' + "9" * 10_000),
    "float-beyond-double": _swap('"id": 2', '"id": 1e999'),
    "float-id": _swap('"id": 2', '"id": 2.0E0'),
    "minus-zero-id": _swap('"id": 2', '"id": -0'),
    "ids-duplicated": export(message(1), message(2), message(2, text="Іншы"), message(2)),
    "ids-negative": export(message(-999_999_999), message(-1), message(0), message(1)),
    "ids-missing": export(message(1), _without(2, "id"), _without(3, "id")),
    "ids-strings": export(message("1"), message("два"), message(3)),
    "ids-descending": export(message(3), message(2), message(1)),
    "key-twice": _twice(SOUND, '"text": "Тэкст 2",'),
    "id-twice": _twice(SOUND, '"id": 2,'),
    "messages-twice": f'{{{_NAMED}, {_LIST}, "messages": []}}'.encode(),
    "messages-twice-filled": f"{{{_NAMED}, {_LIST}, {_LIST}}}".encode(),
    "messages-first": f"{{{_LIST}, {_NAMED}}}".encode(),
    "messages-between": (
        f'{{"name": "Прыклад", {_LIST}, "type": "public_channel", "id": 17}}'.encode()
    ),
    "messages-alone": f"{{{_LIST}}}".encode(),
    "messages-null": f'{{{_NAMED}, "messages": null}}'.encode(),
    "messages-an-object": f'{{{_NAMED}, "messages": {{"0": {_ONE}}}}}'.encode(),
    "messages-none": export(),
    "messages-of-all-types": export(message(1), None, 7, "рядок", [], {}, [[message(9)]]),
    "unknown-keys": f'{{"x": {{"messages": [{_ONE}]}}, {_NAMED}, {_LIST}, "y": [[]]}}'.encode(),
    "wrong-types": export(*_wrong_types()),
    "wrong-types-in-head": export(message(1), name=["a"], type=7, id="сямнаццаць"),
    "unknown-type": export(message(1), type="secret_chat"),
    "text-of-odd-parts": export(
        message(1, text=[None, 7, [], {}, {"type": "bold"}, {"text": 7}, "канец"])
    ),
    "dates-impossible": export(
        message(1, date="2020-13-45T99:99:99", date_unixtime="-1"),
        message(2, date="учора", date_unixtime="99999999999999999999"),
        message(3, date_unixtime="1e9"),
        _without(4, "date_unixtime"),
        _without(5, "date"),
    ),
    "message-of-3-mib": export(message(1), message(2, text="Ў" * (3 << 19)), message(3)),
    "key-of-1-mib": export(message(1) | {"к" * (1 << 19): 1}),
    "many-keys": export(message(1) | {f"k{number}": number for number in range(20_000)}),
    "compact": serialize({**HEAD, "messages": [message(1)]}, 0).replace("\n", "").encode(),
    "windows-lines": SOUND.replace(b"\n", b"\r\n"),
    "tabs": SOUND.replace(b"\n ", b"\n\t\t"),
    "blanks-everywhere": SOUND.replace(b'": ', b'" \t\r\n : \n').replace(b",\n", b" ,\n\n\n"),
    "deep-lists": deep(DEEP),
    "deep-objects": deep(DEEP, b'{"a":', b"}"),
    "chats-and-messages": f'{{{_NAMED}, {_LIST}, "chats": {{"list": [{_ACCOUNT}]}}}}'.encode(),
    "left-chats-first": (
        f'{{"left_chats": {{"list": [{_ACCOUNT}]}}, "chats": {{"list": [{_ACCOUNT}]}}}}'.encode()
    ),
    "left-chats-alone": f'{{"left_chats": {{"list": [{_ACCOUNT}]}}}}'.encode(),
    "chats-list-of-all-types": (
        f'{{"chats": {{"list": [null, 7, {{}}, [], {_ACCOUNT}]}}}}'.encode()
    ),
    "chats-not-an-object": b'{"chats": [1, 2]}',
}
