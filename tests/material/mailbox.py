"""A mail box of invented people: thirty mails in the encodings of the region, some with files.

The names in ``WRITERS`` stand in the heads of the mails and nowhere else.
"""

from __future__ import annotations

import argparse
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from tests.material.documents import LINES, docx, pdf
from tests.material.hostile_archives import zipped
from tests.material.mail import BEGAN, box
from tests.material.phone import photo

WRITERS = {
    "p.listapad@example.org": "Паліна Лістападаўская",
    "snezhan@example.org": "Снежан Кастрычніцкі",
    "octyabrskaya@example.org": "Вымысла Октябрьская",
}
MAILS = 30
BELARUSIAN, RUSSIAN = LINES
DOCUMENT = pdf("An invented petition")
STATEMENT = docx("Пісьмовая заява, выдуманая.")
TABLE = "дата;колькасць\n2020-08-10;17\n".encode("cp1251")
MEMBERS = [("спіс.csv".encode(), TABLE), ("лісты/першы.txt".encode(), BELARUSIAN.encode())]

# How the text goes; Belarusian has letters that KOI8-R lacks.
_TEXTS = (
    (BELARUSIAN, "utf-8", "base64"),
    (BELARUSIAN, "windows-1251", "quoted-printable"),
    (RUSSIAN, "koi8-r", "quoted-printable"),
    (BELARUSIAN, "utf-8", "8bit"),
    (RUSSIAN, "windows-1251", "8bit"),
    ("Заявление. From here on nothing is real.", "iso-8859-5", "base64"),
)


def mail(number: int) -> EmailMessage:
    """The mail of this number, counted from 0."""
    text, charset, coding = _TEXTS[number % len(_TEXTS)]
    if charset == "koi8-r":
        text = text.replace("—", "-").replace("№", "N").replace("«", '"').replace("»", '"')
    message = EmailMessage()
    address, name = list(WRITERS.items())[number % len(WRITERS)]
    message["From"] = f"{name} <{address}>"
    message["To"] = "initiative@example.org"
    message["Subject"] = f"Ліст {number}"
    message["Date"] = format_datetime(BEGAN + timedelta(hours=number))
    message["Message-ID"] = f"<{number}.zaaziorsk@example.org>"
    message.set_content(
        f"{text}\n\nFrom the {number}th of August on.\n", charset=charset, cte=coding
    )
    return message


def mails() -> list[bytes]:
    """All of them; one holds another one."""
    made = [mail(number) for number in range(MAILS)]
    made[3].add_attachment(DOCUMENT, "application", "pdf", filename="хадайніцтва.pdf")
    made[8].add_attachment(
        STATEMENT, "application", "octet-stream", filename=("koi8-r", "", "заявление.docx")
    )
    made[13].add_attachment(zipped(MEMBERS), "application", "zip", filename="файлы.zip")
    made[18].add_attachment(photo(21), "image", "jpeg", filename="IMG_0021.jpg")
    made[23].add_attachment(made[3])
    return [each.as_bytes() for each in made]


def write_mailbox(path: Path) -> Path:
    """Write the mail box (mboxrd)."""
    with path.open("wb") as file:
        file.writelines(box(mails()))
    return path


def main() -> None:
    """Write it."""
    parser = argparse.ArgumentParser(prog="python -m tests.material.mailbox", description=__doc__)
    parser.add_argument("path", type=Path)
    write_mailbox(parser.parse_args().path)


if __name__ == "__main__":
    main()
