"""Senders get random ids, and no key uncovers more than a hundred of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.capture.telegram.people import A_KEY, Senders
from sviedka.capture.telegram.records import raw_record
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from tests.capture.opened import Capturing


def begin(archive: Archive) -> tuple[str, str]:
    """A case with a chat in it."""
    with archive.save(Event("ing")) as save:
        case = save.new_case(["evidence", "identity", "status"])
        chat = save.record(case, "evidence", {"kind": "chat", "chat_id": 1, "v": 1})
        save.finish()
    return case, chat


def place(archive: Archive, case: str, chat: str, accounts: list[str | None]) -> list:
    """Have each of these say something."""
    described: list[str] = []
    senders = Senders(archive, case, chat, lambda _, shard: described.append(shard))
    placed = []
    with archive.save(Event("ing")) as save:
        for account in accounts:
            author, home = senders.place(save, account, f"Імя {account}")
            message = {"chat": chat, "kind": "message", "v": 1}
            if author:
                message["author"] = author
            record = save.record(case, "evidence", message)
            save.record(home, "identity", raw_record(b"{}", record))
            placed.append((author, home))
        save.finish()
    assert set(described) <= {home for _, home in placed}
    return placed


def test_who_is_known_stays_who_they_were(world: Capturing) -> None:
    with world.open() as archive:
        where = begin(archive)
        first = place(archive, *where, ["user1", "user2", "user1"])
        again = place(archive, *where, ["user2", "user1", "user3"])
    assert first[0] == first[2]
    assert again[:2] == [first[1], first[0]]
    assert len({author for author, _ in first + again}) == 3
    assert {home for _, home in first + again} == {where[0]}


def test_what_nobody_sent_lies_in_the_main_case(world: Capturing) -> None:
    with world.open() as archive:
        case, chat = begin(archive)
        assert place(archive, case, chat, [None, None]) == [(None, case)] * 2
    assert not world.read().kind("participant")


def test_a_new_case_for_each_further_hundred(world: Capturing) -> None:
    with world.open() as archive:
        case, chat = begin(archive)
        accounts = [f"user{number}" for number in range(2 * A_KEY + 1)]
        placed = place(archive, case, chat, accounts)
        homes = [home for _, home in placed]
        assert [homes.count(home) for home in dict.fromkeys(homes)] == [A_KEY, A_KEY, 1]
        assert homes[0] == case
        assert place(archive, case, chat, accounts) == placed
        assert place(archive, case, chat, ["user999"])[0][1] == homes[-1]


def test_another_chat_of_the_case_shares_its_keys_but_no_id(world: Capturing) -> None:
    with world.open() as archive:
        case, chat = begin(archive)
        with archive.save(Event("ing")) as save:
            other = save.record(case, "evidence", {"kind": "chat", "chat_id": 2, "v": 1})
            save.finish()
        accounts = [f"user{number}" for number in range(60)]
        first = place(archive, case, chat, accounts)
        second = place(archive, case, other, accounts)
    assert not {author for author, _ in first} & {author for author, _ in second}
    homes = [home for _, home in first + second]
    assert [homes.count(home) for home in dict.fromkeys(homes)] == [A_KEY, 20]
