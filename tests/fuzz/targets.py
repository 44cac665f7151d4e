"""The readers of bytes that an adversary may have written: each as a function of bytes alone.

Whatever it is given, a reader may raise Sviedka's own errors and nothing else.
"""

from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sviedka import kinds
from sviedka.capture.telegram.message import normalise
from sviedka.capture.telegram.scanner import Found, scan
from sviedka.errors import SviedkaError
from sviedka.keep.age import (
    ScryptIdentity,
    dearmor,
    open_file,
    open_sealed,
    parse_header,
    scan_header,
)
from sviedka.keep.bundle import check, statement
from sviedka.keep.keys import grants
from sviedka.keep.ledger import bundles, journal, outbox
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import History
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.notekeys import VerifierKey
from sviedka.keep.ledger.paths import TilePath
from sviedka.keep.ledger.proof import LogProof
from sviedka.keep.ledger.tiles import TileReader
from sviedka.keep.vault import batch
from sviedka.readers.formats import FORMATS
from sviedka.readers.web import payload, wacz, warc
from sviedka.sandbox import Limits
from tests.fuzz import brought
from tests.fuzz.seeds import KEY, PASSPHRASE
from tests.readers.found import parsed_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from io import FileIO
    from pathlib import Path


_PLACE: Final = msgspec.msgpack.encode(payload.Place(b"", 0, 0))

PARSED: Final = {
    "docx": "docx", "pptx": "pptx", "odf": "odf", "doc": "doc", "rtf": "rtf", "html": "html",
    "movie": "movie", "mp4": "movie", "matroska": "matroska", "mp3": "sound", "ogg": "sound",
    "wav": "sound",
}  # fmt: skip
"""Files of ``tests.material.readable``, and the format as which each is read."""


def _entry(data: bytes) -> None:
    entry = Entry.parse(data)
    assert entry.data == data
    History().apply(entry, lambda _: bytes(32))


def _note(data: bytes) -> None:
    note = Note.parse(data)
    assert bytes(note) == data
    Checkpoint.parse(note.text)


def _text(parse: Callable[[str], Any]) -> Callable[[bytes], None]:
    """A reader of text, which has to give the same text again."""

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        assert str(parse(text)) == text

    return read


def _proof(data: bytes) -> None:
    assert bytes(LogProof.parse(data)) == data


def _tile(data: bytes) -> None:
    for size in (len(data) // 32, 7, 300):
        with suppress(SviedkaError):
            TileReader(lambda _: data, size).root()


def _entry_bundle(data: bytes) -> None:
    for width in (1, 9, 256):
        with suppress(SviedkaError):
            assert bundles.pack(bundles.unpack(data, width)) == data


def _journal(data: bytes) -> None:
    read = journal.parse(data)
    assert data.startswith(journal.header(read.start) + journal.frame(read.entries))


def _outbox(data: bytes) -> None:
    outbox.read(data)


def _age(data: bytes) -> None:
    identities = [KEY, ScryptIdentity(PASSPHRASE, max_work_factor=4)]
    with suppress(SviedkaError):
        parse_header(data)
    with suppress(SviedkaError):
        scan_header(data)
    with suppress(SviedkaError):
        dearmor(data)
    with suppress(SviedkaError):
        open_sealed(identities, data)
    with open_file(io.BytesIO(data), identities) as file:
        file.seek(3)
        file.read()


def _record(data: bytes) -> None:
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(record, dict):
        kinds.encode(record, "evidence")


def _telegram(data: bytes) -> None:
    for each in scan(io.BytesIO(data), lambda _: True, window=64):
        if isinstance(each, Found):
            normalise(each.parsed)


def _web(read: Callable[[FileIO, bytes], Iterable[bytes]], data: bytes) -> None:
    with os.fdopen(os.memfd_create("fuzzed"), "r+b", buffering=0) as file:
        file.write(data)
        file.seek(0)
        for frame in read(file, _PLACE):
            assert len(frame) < Limits().frame


def _parser(name: str) -> Callable[[bytes], None]:
    """The parser of a format, without the sandbox around it."""
    form = next(each for each in FORMATS if each.name == name)

    def read(data: bytes) -> None:
        parsed_by(form.parser, data)

    return read


def in_folder(folder: Path) -> dict[str, Callable[[bytes], None]]:
    """Readers of files, with a folder to put them into; it holds a sound bundle, ``bundle``."""

    def zipped(data: bytes) -> None:
        path = folder / "fuzzed.zip"
        path.write_bytes(data)
        check(path)

    def stated(data: bytes) -> None:
        statement.parse(data)
        path = folder / "bundle" / statement.PROOF
        before = path.read_bytes()
        path.write_bytes(data)
        try:
            check(path.parent)
        finally:
            path.write_bytes(before)

    return {"bundle": zipped, "statement": stated}


READERS: Final[dict[str, Callable[[bytes], None]]] = {
    "entry": _entry,
    "note": _note,
    "vkey": _text(VerifierKey.parse),
    "proof": _proof,
    "tile path": _text(TilePath.parse),
    "tile": _tile,
    "entry bundle": _entry_bundle,
    "journal": _journal,
    "outbox": _outbox,
    "age": _age,
    "grant": lambda data: grants.parse(data) and None,
    "batch": lambda data: batch.parse(data) and None,
    "record": _record,
    "telegram": _telegram,
    **{name: _parser(form) for name, form in PARSED.items()},
    "warc": lambda data: _web(warc.read, data),
    "wacz": lambda data: _web(wacz.read, data),
    "web payload": lambda data: _web(payload.read, data),
    **brought.READERS,
}


FILES: Final = ("bundle", "statement")
"""The readers that ``in_folder`` gives."""


def feed(read: Callable[[bytes], None], data: bytes) -> None:
    """Let a reader have bytes; only what is not one of Sviedka's errors comes out."""
    with suppress(SviedkaError):
        read(data)
