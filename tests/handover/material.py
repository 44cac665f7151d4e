"""An archive with something of every sort that is handed over or withheld; all names invented."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sviedka.handover.handing import Terms, hand_over
from sviedka.handover.selection import Wanted, select
from sviedka.keep.saving import Event
from tests.keep.verify.world import keep_head

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.handover.handing import Handed
    from sviedka.keep.archive import Archive
    from tests.capture.opened import Capturing

SECRETS = ("Зянон Выдуманы", "+375290000000", "визит к Выдуманому", "device serial 77-QX")
"""What must not leave: a name, a number, a purpose, what an original reveals."""
NAMES = {
    "заява.txt": "Заява.\n".encode() * 400,
    "../../etc/passwd": b"a name that climbs",
    "NUL.txt": b"a name that Windows keeps to itself",
    "nul.TXT": b"the same in other letters",
    "=cmd|' /C calc'!A0.csv": b"a name that is a formula",
    'a"b\nþ\x14®%41.txt': b"a name of separators",
    "\u202etxt.exe": b"a name that turns round",
    "漢" * 300 + ".bin": bytes(range(256)) * 300,
    "empty": b"",
}
MAIL, ATTACHED, INNER = b"From: a@example.org\n\nhello", b"%PDF attached", b"within the attachment"
SENT = 1_650_000_000
"""2022-04-15, 05:20 UTC."""


@dataclass
class Material:
    """The archive; ids of items by name, and of cases."""

    world: Capturing
    items: dict[str, str] = field(default_factory=dict)
    originals: dict[str, bytes] = field(default_factory=dict)
    files: str = ""
    mail: str = ""
    channel: str = ""
    group: str = ""
    message: str = ""

    def open(self) -> Archive:
        return self.world.open()

    def everything(self) -> dict[str, bytes]:
        """The bytes of every original that may be given, by id."""
        return {item: self.originals[name] for name, item in self.items.items() if name != "letter"}


def filled(world: Capturing) -> Material:
    """Fill a new archive."""
    made = Material(world)
    with world.open() as archive:
        _files(archive, made)
        _mail(archive, made)
        keep_head(archive)
        _channel(archive, made)
        _group(archive, made)
    return made


def _item(made: Material, save: Any, case: str, name: str, data: bytes) -> str:
    facet = "identity" if name == "letter" else "evidence"
    made.originals[name] = data
    made.items[name] = save.item_of(case, facet, [data] if data else []).id
    return made.items[name]


def _files(archive: Archive, made: Material) -> None:
    imported = os.urandom(16).hex()
    with archive.save(Event("ing", SECRETS[2], imported)) as save:
        made.files = save.new_case(["evidence", "identity", "contact", "status"])
        save.record(made.files, "evidence", _label("files of April", "files"))
        save.record(made.files, "identity", _label(SECRETS[0], "person"))
        for name, data in NAMES.items():
            item = _item(made, save, made.files, name, data)
            place = {"import": imported, "item": item, "kind": "file", "mtime": "1640995200.5",
                     "path": name, "v": 1}  # fmt: skip
            save.record(made.files, "evidence", place)
        save.record(made.files, "identity", _reveals(imported, item))
        _item(made, save, made.files, "letter", f"{SECRETS[0]} {SECRETS[1]}".encode())
        save.finish()


def _mail(archive: Archive, made: Material) -> None:
    imported = os.urandom(16).hex()
    with archive.save(Event("ing", "", imported)) as save:
        made.mail = save.new_case(["evidence", "status"])
        save.record(made.mail, "evidence", _label("mail box", "files"))
        inner = _item(made, save, made.mail, "inner", INNER)
        attached = _item(made, save, made.mail, "attached", ATTACHED)
        mail = _item(made, save, made.mail, "mail", MAIL)
        alone = _item(made, save, made.mail, "alone", b"alone")
        part = {"import": imported, "kind": "part", "of": mail, "v": 1}
        save.record(made.mail, "evidence", {
            **part, "item": attached, "name": "ліст.pdf", "number": 1, "place": "part 2",
            "type": "application/pdf",
        })  # fmt: skip
        save.record(made.mail, "evidence", {
            **part, "item": inner, "name": "x", "number": 2, "parent": 1, "place": "member 1",
        })  # fmt: skip
        for name, item in (("a.mbox", mail), ("b.bin", alone)):
            save.record(made.mail, "evidence", {
                "import": imported, "item": item, "kind": "file", "path": name, "v": 1,
            })  # fmt: skip
        save.finish()


def _channel(archive: Archive, made: Material) -> None:
    with archive.save(Event("cap", "", os.urandom(16).hex())) as save:
        made.channel = save.new_case(["evidence", "status"])
        save.record(made.channel, "evidence", _label("Канал", "channel"))
        chat = save.record(made.channel, "evidence", {"chat_id": 1, "kind": "chat", "v": 1})
        photo = _item(made, save, made.channel, "photo", b"\xff\xd8 a picture")
        made.message = save.record(made.channel, "evidence", {
            "chat": chat, "kind": "message", "media": [{"item": photo, "role": "photo"}],
            "message_id": 7, "text": "што было", "unixtime": SENT, "v": 1,
        })  # fmt: skip
        save.record(made.channel, "evidence", {
            "kind": "raw", "message": made.message, "text": '{"photo":"photos/фота_1.jpg"}', "v": 1,
        })  # fmt: skip
        save.finish()


def _group(archive: Archive, made: Material) -> None:
    with archive.save(Event("cap", "", os.urandom(16).hex())) as save:
        made.group = save.new_case(["evidence", "identity", "status"])
        save.record(made.group, "identity", {
            "from_id": "user1", "kind": "participant", "name": SECRETS[0],
            "participant": os.urandom(16).hex(), "v": 1,
        })  # fmt: skip
        _item(made, save, made.group, "voice", b"OggS a voice")
        save.finish()


def _label(name: str, sort: str) -> dict[str, Any]:
    return {"kind": "label", "name": name, "sort": sort, "v": 1}


def _reveals(imported: str, item: str) -> dict[str, Any]:
    fact = {"name": "device_serial", "place": "Exif", "value": SECRETS[3]}
    return {"facts": [fact], "import": imported, "item": item, "kind": "reveals",
            "note": SECRETS[0], "v": 1}  # fmt: skip


def hand(
    archive: Archive, out: Path, form: str = "bagit", wanted: Wanted | None = None, **terms: Any
) -> Handed:
    """Hand over, all that may be unless something is wanted."""
    chosen = select(archive, wanted or Wanted(everything=True))
    return hand_over(archive, chosen, out, Terms(form, **terms))


def originals(folder: Path) -> dict[str, bytes]:
    """The originals in a package in the clear, by the SHA-256 of what they are."""
    found = [each for each in folder.rglob("original/*") if each.is_file()]
    return {hashlib.sha256(each.read_bytes()).hexdigest(): each.read_bytes() for each in found}
