"""Sound bytes of every format, from a small archive: what mutation begins with."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka import kinds
from sviedka.capture import PROJECTIONS, files
from sviedka.keep import bundle, founding
from sviedka.keep.age import HybridIdentity, ScryptRecipient, armor, seal
from sviedka.keep.archive import Archive
from sviedka.keep.index.items import items
from sviedka.keep.ledger import journal
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.proof import LogProof
from sviedka.keep.vault import batch
from tests.fuzz import brought
from tests.material import readable, web
from tests.material.hostile_json import ODD, SOUND

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = HybridIdentity.from_seed(bytes(32))
"""Opens the age files among the seeds."""
EVENT = b'{"kind":"event","time":"2026-01-01T00:00:00Z","tool":"sviedka 0","type":"ing","v":1}'
PASSPHRASE = "a passphrase for nothing"


@dataclass(frozen=True)
class Seeds:
    """Sound bytes by the name of their reader, and a whole bundle."""

    sound: dict[str, list[bytes]]
    bundle: Path


def make(folder: Path) -> Seeds:
    """Found an archive in a new folder, put something in, and take what it consists of."""
    home, path = folder / "home", folder / "archive"
    founded = founding.found(path, home, PASSPHRASE, "Europe/Vilnius", os.urandom)
    options = {"projections": PROJECTIONS, "encode": kinds.encode}
    with Archive(path, founded.device, home, **options) as archive:
        founding.complete(archive)
        new = folder / "new.txt"
        new.write_text("Заява, выдуманая.\n")
        files.add(archive, [new], purpose="seeds")
    with Archive(path, founded.device, home, **options) as archive:
        with archive.projector.index.reading() as db:
            (item,) = items(db)
        bundle.write(archive, item.id.hex(), folder / "bundle.zip")
        bundle.write(archive, item.id.hex(), folder / "bundle")
        entries = list(archive.log.entries())
        vkey = archive.found.log
    return Seeds(_sound(folder, entries, vkey), folder / "bundle")


def _sound(folder: Path, entries: list[bytes], vkey: str) -> dict[str, list[bytes]]:
    path = folder / "archive"
    note = (path / "ledger" / "checkpoint").read_bytes()
    records = batch.build([EVENT, b'{"kind":"label","name":"x","v":1}'], os.urandom)
    small = seal([KEY.recipient], b"sealed")
    return {
        "entry": entries,
        "note": [note],
        "vkey": [vkey.encode()],
        "proof": [bytes(LogProof(7, (bytes(32), bytes(range(32))), Note.parse(note), b"extra"))],
        "tile path": [b"tile/0/x001/234.p/7", b"tile/entries/000", b"tile/5/x001/x002/003"],
        "entry bundle": list(_files(path / "ledger" / "tile" / "entries")),
        "tile": list(_files(path / "ledger" / "tile" / "0")),
        "journal": [journal.header(3) + journal.frame(entries)],
        "outbox": [journal.frame(entries[1:])],
        "age": [small, armor(small), seal([ScryptRecipient(PASSPHRASE, 2)], b"sealed")],
        "grant": list(_files(path / "grants")),
        "batch": [records.plaintext, batch.remove(records, records.ids[:1]).plaintext],
        "record": [EVENT],
        "bundle": [(folder / "bundle.zip").read_bytes()],
        "statement": [(folder / "bundle" / "proof.json").read_bytes()],
        "warc": [*_warcs(), b"".join(web.site(1))],
        "wacz": [
            web.write_wacz(folder / "sound.wacz", _package(), deflated=each).read_bytes()
            for each in (False, True)
        ],
        "web payload": _warcs(),
        **{name: [content] for name, (content, _) in readable.sound().items()},
        **brought.sound(),
        "telegram": [SOUND, *(each for each in ODD.values() if len(each) < 4096)],
    }


def _warcs() -> list[bytes]:
    chunks = web.response(
        web.SITE, b"5\r\nhello\r\n0\r\n\r\n", head={"Transfer-Encoding": "chunked"}
    )
    coded = web.response(web.SITE, web.member(b"hello"), head={"Content-Encoding": "gzip"})
    arc = b"http://x.example/ 192.0.2.1 20221214120000 text/html 5\nhello\n"
    return [web.warc(web.site(1)), chunks, coded, arc]


def _package() -> dict[str, bytes]:
    return web.described(web.contents(list(web.site(1)), [web.SITE]))


def _files(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
