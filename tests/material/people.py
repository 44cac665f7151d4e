"""Invented people and accounts. The family names say that they are examples, in three spellings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

WOMEN = ("Ганна", "Марыля", "Вольга", "Ніна", "Алеся", "Елена", "Оксана", "Тамара", "Zosia")
MEN = ("Янка", "Сяржук", "Павел", "Міхась", "Тимур", "Дмитрий", "Алесь", "Jazep", "Kastuś")
FAMILIES = (
    ("Прыкладная", "Прыкладны"),
    ("Выдуманая", "Выдуманы"),
    ("Небывальская", "Небывальскі"),
    ("Казачная", "Казачны"),
    ("Умоўная", "Умоўны"),
    ("Образцова", "Образцов"),
    ("Небылицына", "Небылицын"),
    ("Сказочникова", "Сказочников"),
    ("Prykładnaja", "Prykładny"),
    ("Nibyta-Niadomskaja", "Nibyta-Niadomski"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """A sender: ``peer`` as in ``from_id`` (``user123``, ``channel456``); if deleted, nameless.

    ``phone`` lies in the range that Telegram reserves for tests (+999 66), so it is nobody's.
    """

    name: str | None
    peer: str
    phone: str = ""


def person(rng: Random) -> Account:
    """Someone who does not exist."""
    woman = rng.random() < 0.5
    given = rng.choice(WOMEN if woman else MEN)
    family = rng.choice(FAMILIES)[0 if woman else 1]
    return Account(
        f"{given} {family}",
        f"user{rng.randrange(100_000_000, 7_000_000_000)}",
        f"+999 66 {rng.randrange(10**6):06d}",
    )


def crowd(rng: Random, size: int) -> list[Account]:
    """``size`` senders of a group; among each dozen one deleted account and one channel."""
    people = [person(rng) for _ in range(size)]
    for at in range(5, size, 12):
        people[at] = Account(None, people[at].peer)
    for at in range(9, size, 12):
        people[at] = Account("Прыдуманы канал", f"channel{rng.randrange(10**9, 2 * 10**9)}")
    return people
