"""What outsiders say of the head in a bundle: cosignatures and stamps, each held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.errors import ProofError, SviedkaError
from sviedka.keep.bundle import reading, statement
from sviedka.keep.bundle.cosigned import COSIGNED, Cosignature, cosignature
from sviedka.keep.ledger.note import MAX_NOTE
from sviedka.keep.stamps import checking, extra
from sviedka.keep.stamps.names import is_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

    from sviedka.keep.bundle.reading import Bundle
    from sviedka.keep.bundle.statement import Statement
    from sviedka.keep.stamps.checking import Stamp
    from sviedka.keep.stamps.headers import Headers

MAX_FILE: Final = 16 << 20
"""Bytes of a time stamp with its chain and revocation list, and of any other file."""


def cosignatures(bundle: Bundle, said: Statement, head: str) -> tuple[Cosignature, ...]:
    """Every cosignature, held against the witness named and the text of the head."""
    cosigned = [name for name in _outside(said) if COSIGNED in name]
    witnesses = said.witnesses or {}
    if witnesses.keys() != set(cosigned):
        raise ProofError("cosignatures and the keys of their witnesses do not go together")
    return tuple(
        cosignature(reading.read(bundle, name, MAX_NOTE), witnesses[name], head, name)
        for name in cosigned
    )


def stamps(
    bundle: Bundle,
    said: Statement,
    head: bytes,
    roots: Sequence[Certificate] | None,
    headers: Headers,
) -> tuple[tuple[Stamp, ...], tuple[str, ...]]:
    """The stamps that hold, and the files that could not be checked; whatever fails is raised."""
    names = [name for name in _outside(said) if COSIGNED not in name]
    if not extra.there():
        return (), tuple(names)
    files = {
        name.removeprefix(statement.OUTSIDE): reading.read(bundle, name, MAX_FILE) for name in names
    }
    trusted = None if roots is None else {"": roots}
    found, known = [], set()
    for name, stamp in checking.stamps(head, files, trusted, headers):
        known.add(name)
        if isinstance(stamp, SviedkaError):
            stamp.where = statement.OUTSIDE + name
            raise stamp
        found.append(stamp)
    rest = [name for name in files if name not in known and not is_part(name)]
    return tuple(found), tuple(statement.OUTSIDE + name for name in rest)


def _outside(said: Statement) -> list[str]:
    return sorted(name for name in said.files if name.startswith(statement.OUTSIDE))
