"""Choosing chats: what was not asked for is not taken, and what is asked for is clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from sviedka.capture.telegram.choosing import Wanted
from sviedka.capture.telegram.export import Listing
from sviedka.capture.telegram.scanner import Chat
from sviedka.errors import AmbiguousError, InputError, NotFoundError, UsageError

EXPORT = Path("result.json")


def chat(name: str | None, number: int | None, section: str = "chats") -> Chat:
    return Chat(number, name, "private_group", section, 0, 0, 0, 0, 0, None, None, True, False, ())


ACCOUNT = [
    chat("Двор", 1),
    chat("Праца", 2),
    chat("Праца", 3),
    chat(None, 4),
    chat("Пакінуты", 5, "left_chats"),
]


def chosen(chats: list[Chat], *names: str, everything: bool = False) -> list[int | None]:
    listing = Listing(chats, None, (0, 0, 0))
    return [each.id for each in Wanted(names, everything).of(listing, EXPORT)]


def test_names_numbers_and_all() -> None:
    assert chosen(ACCOUNT, "Двор") == [1]
    assert chosen(ACCOUNT, "3", "Двор") == [1, 3]
    assert chosen(ACCOUNT, "4") == [4]
    assert chosen(ACCOUNT, everything=True) == [1, 2, 3, 4]
    assert chosen(ACCOUNT, "Пакінуты") == [5]
    assert chosen(ACCOUNT, "5", everything=True) == [1, 2, 3, 4, 5]


def test_one_chat_alone_need_not_be_chosen() -> None:
    alone = [chat("Двор", 1, "")]
    assert chosen(alone) == chosen(alone, "Двор") == chosen(alone, everything=True) == [1]
    with pytest.raises(NotFoundError):
        chosen(alone, "Праца")


def test_what_fits_several_is_asked_back() -> None:
    with pytest.raises(AmbiguousError, match="2 chats") as caught:
        chosen(ACCOUNT, "Праца")
    assert caught.value.candidates == ["Праца (2)", "Праца (3)"]


def test_what_fits_none_says_what_there_is() -> None:
    with pytest.raises(NotFoundError) as caught:
        chosen(ACCOUNT, "Двор", "None")
    assert "Двор (1)" in caught.value.do


def test_nothing_is_taken_unasked() -> None:
    with pytest.raises(UsageError, match="whole account of 5 chats"):
        chosen(ACCOUNT)
    with pytest.raises(UsageError):
        chosen([chat("Пакінуты", 5, "left_chats")], everything=True)
    with pytest.raises(UsageError) as caught:
        chosen([chat(f"Чат {number}", number) for number in range(2000)])
    assert len(str(caught.value)) < 1000


def test_where_there_is_no_chat_at_all() -> None:
    with pytest.raises(InputError, match="no chat"):
        chosen([])
    broken = InputError("cut off")
    with pytest.raises(InputError, match="cut off"):
        Wanted().of(Listing(ACCOUNT, broken, (0, 0, 0)), EXPORT)
    assert Wanted(["Двор"]).of(Listing(ACCOUNT, broken, (0, 0, 0)), EXPORT) == ACCOUNT[:1]
