"""The heads of the log: the newest one, and those that were kept because others have seen them."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, ProofError, SviedkaError
from sviedka.keep import layout
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger.note import Note, Signature
from sviedka.keep.ledger.notekeys import VerifierKey
from sviedka.keep.verify.report import Outside
from sviedka.keep.verify.stamps import FOLDER, check_stamps
from sviedka.keep.verify.stored import COPY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.keep.verify.account import Account
    from sviedka.keep.verify.deep import Trust
    from sviedka.keep.verify.listing import Listing
    from sviedka.keep.verify.report import Notebook
    from sviedka.keep.verify.tree import Tree

_LARGEST: Final = 16 << 20
"""Bytes of a kept file; a time stamp with its chain and revocation list takes some thousands."""
_COSIGNATURE: Final = re.compile(r"([0-9]+)\.cosig\.([0-9a-f]{8})")


def check_newest(tree: Tree, account: Account, notebook: Notebook) -> None:
    """The newest head is signed by the log key in force, for this log."""
    if tree.note is None or not account.whole:
        return
    try:
        _check_signed(tree.note, account)
    except SviedkaError as error:
        notebook.error(error, f"{layout.LEDGER}/checkpoint")


def check_kept(
    tree: Tree,
    account: Account,
    listing: Listing,
    trust: Trust | None,
    notebook: Notebook,
) -> None:
    """Every kept file is the one that the ledger names, and every kept head was one of this log.

    ``trust`` is what records say of witnesses and authorities; None if they could not be read.
    """
    keys = _keys(trust.witnesses if trust else (), notebook)
    kept = _read(account, listing, notebook)
    heads: dict[int, Note] = {}
    for name, data in kept.items():
        if name.isdecimal():
            try:
                heads[int(name)] = _head(int(name), data, tree, account)
            except SviedkaError as error:
                notebook.error(error, FOLDER + name)
    notebook.counts.heads += len(heads)
    beside: dict[int, dict[str, bytes]] = {}
    for name, data in kept.items():
        size = int(name.partition(".")[0])
        if name.isdecimal():
            continue
        if size not in heads:
            notebook.damage("the head that this file attests is not here", FOLDER + name, COPY)
        elif _COSIGNATURE.fullmatch(name) is None:
            beside.setdefault(size, {})[name] = data
        else:
            _take_cosignature(size, name, data, heads[size], keys, trust, notebook)
    for size, files in beside.items():
        check_stamps(size, kept[str(size)], files, trust, notebook)


def _take_cosignature(  # noqa: PLR0913, PLR0917 - a cosignature, and what it is held against
    size: int,
    name: str,
    data: bytes,
    head: Note,
    keys: Iterable[VerifierKey],
    trust: Trust | None,
    notebook: Notebook,
) -> None:
    try:
        time = _cosigned(name, data, head, keys)
    except SviedkaError as error:
        notebook.error(error, FOLDER + name)
        return
    notebook.outside.append(Outside(size, name, time))
    if trust is not None and time is None:
        what = "no record that this device may read knows the witness who cosigned"
        notebook.note(what, FOLDER + name)


def _keys(witnesses: Iterable[str], notebook: Notebook) -> list[VerifierKey]:
    keys = []
    for each in dict.fromkeys(witnesses):
        try:
            keys.append(VerifierKey.parse(each))
        except FormatError as error:
            notebook.error(error, "a record of a witness")
    return keys


def _read(account: Account, listing: Listing, notebook: Notebook) -> dict[str, bytes]:
    """The kept files that are what the ledger says they are."""
    found = {}
    for name, digest in account.kept.items():
        path = FOLDER + name
        if listing.take(path) is None:
            notebook.damage("this kept file is missing", path, COPY)
            continue
        try:
            data = listing.read(path, _LARGEST)
        except SviedkaError as error:
            notebook.error(error, path)
            continue
        if hashlib.sha256(data).hexdigest() == digest:
            found[name] = data
        else:
            notebook.damage("this kept file is altered", path, COPY)
    return found


def _head(size: int, data: bytes, tree: Tree, account: Account) -> Note:
    note = Note.parse(data)
    head = checkpoint.Checkpoint.parse(note.text)
    if head.size != size:
        raise ProofError(f"a head of size {head.size} under the name {size}")
    if size > account.judged:
        raise ProofError("this head is of more entries than could be judged here")
    if tree.root_at(size) != head.root:
        raise ProofError("this head is of another log: its root is not the one here")
    _check_signed(note, account)
    return note


def _check_signed(note: Note, account: Account) -> None:
    head = checkpoint.Checkpoint.parse(note.text)
    keys = [VerifierKey.parse(each) for each in account.history.log_keys_at(head.size)]
    if not note.verified(keys):
        raise ProofError("this head is not signed by the key of the log")
    if account.history.found and head.origin != account.history.found.origin:
        raise ProofError("this head is of another log: its origin is not the one here")


def _cosigned(name: str, data: bytes, head: Note, keys: Iterable[VerifierKey]) -> int | None:
    """The time of a cosignature; None if its key is not known."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise FormatError("this cosignature is not text") from error
    if text.count("\n") != 1 or not text.endswith("\n"):
        raise FormatError("a cosignature is one line")
    signature = Signature.parse(text[:-1])
    if signature.key_id.hex() != name.rpartition(".")[2]:
        raise ProofError("this cosignature is by another key than its name says")
    cosigned = Note(head.text, (signature,))
    times = [each.time for each in cosigned.verified(keys) if each.time is not None]
    return min(times, default=None)
