"""What an archive would hand to the index, without an archive: records in batches, in groups."""

import hashlib
import json
from typing import ClassVar

from sviedka.keep.index import Row

KEY = bytes(range(32))
DEVICE = b"d" * 16
CASES = [bytes(16), b"\x01" * 16, b"\x02" * 16]
FACETS = ["evidence", "identity"]


def digest(*parts):
    return hashlib.sha256(repr(parts).encode()).digest()


def body_of(kind, n, **fields):
    return json.dumps({"kind": kind, "n": n, "v": 1} | fields, sort_keys=True).encode()


def event(imported=None, **fields):
    fields = {"time": "2023-05-01T10:00:00Z", "tool": "sviedka 1", "type": "cap"} | fields
    if imported is not None:
        fields["import"] = imported.hex()
    return "event", body_of("event", 0, **fields)


def item(name, size=10):
    made = {"object": digest("sealed", name).hex(), "sha256": digest(name).hex(), "size": size}
    return "item", body_of("item", 0, **made)


def label(name, sort="channel"):
    return "label", body_of("label", 0, name=name, sort=sort)


def note(text, thread=0):
    return "note", body_of("note", 0, text=text, thread=thread)


def batch(entry, records, *, case=CASES[1], facet="evidence", position=None):
    """The rows of one batch; the same arguments give the same ids."""
    return [
        Row(
            id=digest(entry, order),
            kind=kind,
            case=case,
            facet=facet,
            epoch=1,
            device=DEVICE,
            object=digest("batch", entry),
            entry=entry,
            position=entry if position is None else position,
            order=order,
            body=body,
        )
        for order, (kind, body) in enumerate(records)
    ]


class Notes:
    """A projection as a wing would write it: a later note of a thread ends the one before.

    A note may be said once only in a facet, and has full text in FTS5.
    """

    name = "notes"
    kinds: ClassVar = frozenset({"note"})
    schema = """
        CREATE TABLE notes (
            case_id BLOB NOT NULL, facet TEXT NOT NULL, thread INTEGER NOT NULL,
            entry INTEGER NOT NULL, ord INTEGER NOT NULL, text TEXT NOT NULL,
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            UNIQUE (case_id, facet, text)
        );
        CREATE VIRTUAL TABLE notes_text USING fts5(text, content=notes);
        CREATE TRIGGER notes_in AFTER INSERT ON notes BEGIN
            INSERT INTO notes_text (rowid, text) VALUES (new.rowid, new.text); END;
        CREATE TRIGGER notes_out AFTER DELETE ON notes BEGIN
            INSERT INTO notes_text (notes_text, rowid, text)
            VALUES ('delete', old.rowid, old.text); END;
        CREATE VIEW notes_now AS SELECT * FROM notes WHERE pos_to IS NULL;
    """

    def __init__(self, version=1):
        self.version = version

    def apply(self, db, rows):
        for row in rows:
            at = (row.case, row.facet, row.value["thread"])
            db.execute(
                "UPDATE notes SET pos_to = ? WHERE case_id = ? AND facet = ? AND thread = ? "
                "AND pos_to IS NULL",
                (row.position, *at),
            )
            text = f"{row.value['text']} v{self.version}"
            db.execute(
                "INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                (*at, row.entry, row.order, text, row.position),
            )


def nothing(batches):
    raise AssertionError(batches)
