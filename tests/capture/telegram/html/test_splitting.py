"""Messages are cut out of a page at their own tags, whatever else is in it, in bounded memory."""

from __future__ import annotations

import io
import re
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.telegram.html.splitting import DEPTH, TAGS, Head, Piece, split
from sviedka.capture.telegram.scanner import MOST, Unread
from sviedka.errors import InputError
from tests.capture.telegram.html.pages_of import message, page, service

if TYPE_CHECKING:
    from collections.abc import Iterator

INNER = st.lists(
    st.sampled_from(
        ["<div>", "</div>", "<b>", "</b>", "<br>", "x", "&lt;div&gt;", "<div class='a'>ў</div>",
         "<span\ntitle='>'>", "<!--", "-->", "<", "</", '"', "ы", "<img src='a'/>"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


class Zeros(io.RawIOBase):
    """A file of endless bytes, of which a part is repeated."""

    def __init__(self, head: bytes, part: bytes, size: int) -> None:
        self._head, self._part, self._size, self._at = head, part, size, 0

    def seek(self, offset: int, _whence: int = 0) -> int:
        self._at = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        size = max(0, min(size, self._size - self._at))
        at, self._at = self._at, self._at + size
        if at < len(self._head):
            return (self._head + self._part * (size // len(self._part) + 1))[at : at + size]
        shift = (at - len(self._head)) % len(self._part)
        return (self._part * (size // len(self._part) + 2))[shift : shift + size]


def cut(data: bytes, window: int = 1 << 20, most: int = MOST) -> list[Head | Piece | Unread]:
    return list(split(io.BytesIO(data), window=window, most=most))


def pieces(data: bytes, window: int = 1 << 20) -> list[bytes]:
    found = [each for each in cut(data, window) if isinstance(each, Piece)]
    assert all(data[at : at + len(raw)] == raw for at, raw in found)
    return [each.raw for each in found]


@pytest.mark.parametrize("window", [1, 7, 64, 1 << 20])
def test_the_bytes_are_the_pages_own_however_they_are_read(window: int) -> None:
    given_ = [message(1, text="ў<br>&lt;div&gt;"), service(-1), message(2, joined=True), service(3)]
    data = page(*given_)
    assert pieces(data, window) == [each.encode() for each in given_]
    assert cut(data, window)[0] == Head("\nСуседзі \n".encode())


@given(st.lists(INNER, max_size=4), st.sampled_from([1, 5, 1 << 20]))
def test_whatever_is_in_a_message_the_others_are_whole(inner: list[str], window: int) -> None:
    mark = message(7, text="мяжа")
    data = page(*(each for part in inner for each in (message(1, part), mark)), mark)
    try:
        found = cut(data, window)
    except InputError as error:
        assert "ends inside" in error.what  # noqa: PT017 - what was cut before it is lost here
        return
    ends = 0
    for each in found[1:]:
        size = len(each.raw) if isinstance(each, Piece) else each.size
        assert each.offset >= ends
        ends = each.offset + size
    assert data.count(b"</html>") == 1
    raws = [each.raw for each in found if isinstance(each, Piece)]
    assert all(raw.startswith(b"<div") and raw.endswith(b">") for raw in raws)


def test_one_that_ends_in_another_is_none_and_the_other_is_read() -> None:
    broken = '<div class="message default clearfix" id="message1"><div><div>'
    _, first, second = cut(page(broken, message(2)))
    assert isinstance(first, Unread)
    assert first.reason == "no_object"
    assert isinstance(second, Piece)
    assert second.raw == message(2).encode()


@pytest.mark.parametrize(
    "inner",
    [
        "<div>" * DEPTH + "</div>" * DEPTH,
        "<b></b>" * (TAGS + 1),
        "<b>" * (TAGS + 1),
        "x" * MOST,
        f'<a href="{"x" * 70_000}">x</a>',
        "<div>" * 100_000 + "</div>" * 100_000,
    ],
    ids=["deep", "tags", "open tags", "long", "a long tag", "100,000 deep"],
)
def test_what_is_too_much_is_passed_over(inner: str) -> None:
    data = page(message(1), message(2, inner), message(3))
    _, first, much, third = cut(data)
    assert isinstance(much, Unread)
    assert much.reason == "too_large"
    assert data[much.offset : much.offset + much.size] == message(2, inner).encode()
    assert [first, third] == [
        Piece(data.index(message(n).encode()), message(n).encode()) for n in (1, 3)
    ]


def test_line_breaks_do_not_count() -> None:
    text = "а<br>" * 100_000
    (raw,) = pieces(page(message(1, text=text)))
    assert raw.count(b"<br>") == 100_000


@pytest.mark.parametrize("cut_at", range(60, len(page(message(1), message(2))), 37))
def test_a_page_that_breaks_off_gives_what_is_whole(cut_at: int) -> None:
    data = page(message(1), message(2))
    whole = [each.end() for each in re.finditer(rb"</div></div></div>(?=\n)", data[:cut_at])]
    found = []

    def read() -> Iterator[None]:
        for each in split(io.BytesIO(data[:cut_at])):
            found.append(each)
            yield

    try:
        list(read())
    except InputError as error:
        assert error.where or "no page" in error.what  # noqa: PT017 - both ends are right
    raws = [each.raw for each in found if isinstance(each, Piece)]
    assert raws == [message(1).encode(), message(2).encode()][: len(raws)]
    assert len(raws) <= len(whole) + 2


@pytest.mark.parametrize(
    "data",
    [b"", b"<html></html>", b"\0" * 1000, page(message(1)).decode().encode("utf-16"), b"{}"],
    ids=["empty", "html", "zeros", "utf-16", "json"],
)
def test_what_is_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="no page"):
        cut(data)


def test_a_page_without_messages_is_one() -> None:
    assert cut(page()) == [Head("\nСуседзі \n".encode())]


@pytest.mark.parametrize("part", [b"<div>", b"x", b"<", b'<div class="message default"', b"\n"])
def test_giants_need_little_memory(part: bytes) -> None:
    head = page().replace(b"</html>", b"") + b'<div class="message default" id="message1">'
    tracemalloc.start()
    try:
        found = list(split(Zeros(head, part, 1 << 20), window=1 << 14, most=1 << 15))
    except InputError:
        found = []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) < 3
    assert peak < 1 << 20
