"""Invented mail: single messages and mail boxes, as the standard library writes them."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.material.documents import LINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMES = ("Алесь Прыдуманы", "Ганна Выдуманая", "Jan Zmyślony", "Вера Несуществующая")
BEGAN = datetime(2020, 8, 10, 9, tzinfo=UTC)


def mail(number: int, attached: bytes | None = None) -> EmailMessage:
    """A mail from one invented person to another."""
    random = Random(number)
    sender, reader = random.sample(NAMES, 2)
    message = EmailMessage()
    for hop in range(4):
        message["Received"] = (
            f"from mx{hop}.example.org (mx{hop}.example.org [192.0.2.{hop}])"
            f" by mx{hop + 1}.example.org with ESMTPS id {number:08x}; "
            + format_datetime(BEGAN + timedelta(minutes=number))
        )
    message["From"] = f"{sender} <{number % 50}@example.org>"
    message["To"] = f"{reader} <reader@example.org>"
    message["Subject"] = f"{random.choice(LINES)} ({number})"
    message["Date"] = format_datetime(BEGAN + timedelta(minutes=number))
    message["Message-ID"] = f"<{number}@mail.example.org>"
    message["X-Mailer"] = "Invented 1.0"
    message.set_content("\n".join(random.sample(LINES, min(4, len(LINES)))))
    if attached is not None:
        name = f"дакумент {number}.bin"
        message.add_attachment(attached, "application", "octet-stream", filename=name)
    return message


def box(mails: Iterable[bytes]) -> Iterator[bytes]:
    """A mail box (mboxrd) of mails, each of which ends with a line break."""
    for each in mails:
        yield b"From someone@example.org Mon Aug 10 09:00:00 2020\n"
        for line in each.splitlines(keepends=True):
            yield b">" + line if line.lstrip(b">").startswith(b"From ") else line
        yield b"\n"


def main() -> None:
    """Write a mail box of so many mails; every fifth has something attached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--mails", type=int, default=10_000)
    given = parser.parse_args()
    numbers = range(given.mails)
    with given.path.open("wb") as file:
        for number in numbers:
            attached = Random(number).randbytes(30_000) if number % 5 == 0 else None
            file.writelines(box([bytes(mail(number, attached))]))


if __name__ == "__main__":
    main()
