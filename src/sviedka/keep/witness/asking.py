"""The owner's side: asking a witness to cosign a head, and keeping what it answers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sviedka.errors import ForkError, ProofError, RollbackError, UsageError
from sviedka.keep import durable, layout
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.notekeys import VerifierKey
from sviedka.keep.saving import Event
from sviedka.keep.witness.trusting import COSIGNED, LAST_SECOND, Seen, kept, seen, trusted
from sviedka.keep.witness.wire import Request

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from sviedka.keep.witness.trusting import Trusted


def request(archive: Archive, witness: str | None = None, since: int | None = None) -> Request:
    """What to send to a witness, so that it cosigns the newest head.

    The proof begins at the last head that this witness (its vkey or name; not needed if there is
    only one) has cosigned, or at ``since`` if it says that it knows another. UsageError if it is
    not clear which witness is meant, or there is no signed head.
    """
    if archive.is_sequencer and archive.log.size > archive.log.tiled:
        with archive.locked():
            archive.catch_up()
            archive.commit()
    note = archive.log.note
    if note is None:
        raise UsageError("this ledger has no signed head yet", do="run `sviedka sync` first")
    size = archive.log.tiled
    if since is None:
        since = _last(archive, _choose(trusted(archive), witness))
    if since > size:
        raise RollbackError(
            f"the witness has seen {since} entries; here are only {size} under a signed head",
            do="if the witness is right, this copy of the archive is outdated",
        )
    return Request(since, tuple(archive.log.tiles.consistency_proof(since) if since else ()), note)


def accept(archive: Archive, response: bytes, asked: bytes = b"") -> list[Seen]:
    """Keep what trusted witnesses have cosigned, durably, and enter it in the ledger.

    ``response`` is a head with cosignatures; or cosignatures alone, as witnesses of the C2SP
    network give them, to the head of the request ``asked``, or to the newest if that is not given.
    What was kept before is not kept twice, so it may be called again after any interruption.

    ProofError if no trusted witness cosigned it, or a signature is wrong; RollbackError or
    ForkError if it is a head that this copy of the ledger does not have; FormatError.
    """
    note = _answered(archive, response, asked)
    with archive.locked():
        archive.catch_up()
        head = _check_head(archive, note)
        found = []
        for each in trusted(archive):
            found += [
                Seen(head.size, one.time, each)
                for one in note.verified([each.key])[:1]
                if one.time is not None and one.time <= LAST_SECOND
            ]
        if not found:
            raise ProofError(
                "no witness that this archive trusts has cosigned this head",
                do="vouch for its key first: sviedka witness trust NAME KEY",
            )
        _keep(archive, note, found)
    return found


def _choose(known: list[Trusted], witness: str | None) -> Trusted | None:
    """The witness meant; None if there is none yet, which then has seen nothing."""
    if witness is None and len(known) <= 1:
        return known[0] if known else None
    meant = [each for each in known if witness in {each.name, str(each.key), each.key.name}]
    if len(meant) != 1:
        names = ", ".join(each.name for each in known)
        raise UsageError(
            f"which witness is meant? this archive trusts {names or 'none'}",
            do="name it with --witness, by the name or key that `sviedka witness list` shows",
        )
    return meant[0]


def _last(archive: Archive, witness: Trusted | None) -> int:
    """The size of the last head that a witness has cosigned; 0 if there is none."""
    if witness is None:
        return 0
    return max((each.size for each in seen(archive) if each.witness == witness), default=0)


def _answered(archive: Archive, response: bytes, asked: bytes) -> Note:
    """The head with the cosignatures of a response."""
    if not response.startswith("\N{EM DASH} ".encode()):
        return Note.parse(response)
    note = Request.parse(asked).note if asked else archive.log.note
    if note is None:
        raise UsageError("this ledger has no signed head yet")
    return Note.parse(bytes(note) + response)


def _check_head(archive: Archive, note: Note) -> Checkpoint:
    head = Checkpoint.parse(note.text)
    if head.origin != archive.found.origin:
        raise UsageError("this is a head of another archive", where=head.origin[:80])
    if head.size > archive.log.size:
        raise RollbackError(
            f"a witness has seen {head.size} entries; here are only {archive.log.size}",
            do="this copy of the archive is outdated: go on with the newer one",
        )
    if archive.log.root_at(head.size) != head.root:
        raise ForkError(f"a witness has seen another history of {head.size} entries")
    return head


def _keep(archive: Archive, note: Note, found: list[Seen]) -> None:
    """Files first, durably; then the entry that names them."""
    have = {each.file for each in kept(archive)}
    size = found[0].size
    keys = [VerifierKey.parse(each) for each in archive.history.log_keys_at(size)]
    signed = tuple(s for s in note.signatures if any(s.by(key) for key in keys))
    if not signed or not Note(note.text, signed).verified(keys):
        raise ProofError("this head is not signed by the log of this archive")
    files = {str(size): bytes(Note(note.text, signed))}
    for each in found:
        lines = [s for s in note.signatures if s.by(each.witness.key)]
        files[f"{size}{COSIGNED}{each.witness.key.id.hex()}"] = f"{lines[0]}\n".encode()
    new = {name: data for name, data in files.items() if name not in have}
    if not new:
        return
    durable.write_files(archive.path / layout.LEDGER / layout.KEPT, new)
    with archive.save(Event("dsv")) as save:
        for each in found:
            if f"{size}{COSIGNED}{each.witness.key.id.hex()}" in new:
                record = {
                    "kind": "kept", "reason": "cosigned", "size": size, "v": 1,
                    "witness": each.witness.id,
                }  # fmt: skip
                save.record(say.COMMONS, "evidence", record)
        for name, data in new.items():
            save.keep_head(name, hashlib.sha256(data).hexdigest())
        save.finish()
