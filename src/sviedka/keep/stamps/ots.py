"""OpenTimestamps proofs (``.ots``): from the SHA-256 of a head to calendars and Bitcoin blocks.

A calendar's word is *pending*: it promises to put what it was given into a block, and shows nothing
yet. Later it gives the path to a block, whose header one takes from elsewhere (``headers``).
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sviedka.errors import FormatError, NetworkError, ProofError, SviedkaError
from sviedka.keep.stamps.network import OK, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from sviedka.keep.stamps.network import Network

MAX_PROOF: Final = 1 << 20
"""Bytes of a proof: one path to a block takes some 1,000."""
MAX_ANSWER: Final = 10_000
"""Bytes of a calendar's answer, as ``opentimestamps.calendar.RemoteCalendar`` bounds them."""
MAX_HEIGHT: Final = 1 << 31
_NONCE: Final = 16
"""Bytes that keep a calendar from learning what it stamps, as the ``ots`` client adds them."""
_ACCEPT: Final = (("Accept", "application/vnd.opentimestamps.v1"),)
_ABSENT: Final = 404


@dataclass(frozen=True, slots=True)
class Block:
    """A Bitcoin block that attests a head, if its header's Merkle root is ``root`` (32 bytes)."""

    height: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Attested:
    """What a proof says: the calendars that promised, by their URL, and the blocks that attest."""

    pending: tuple[str, ...]
    blocks: tuple[Block, ...]


def attested(data: bytes, head: bytes) -> Attested:
    """What a proof says of the bytes of a head; FormatError, ProofError if it is of others."""
    pending, blocks = set(), set()
    for message, found in _read(data, head).timestamp.all_attestations():
        if _is(found, "PendingAttestation"):
            pending.add(found.uri)
        elif _is(found, "BitcoinBlockHeaderAttestation"):
            if len(message) != 32 or found.height > MAX_HEIGHT:
                raise FormatError("an attestation by a block that cannot be one")
            blocks.add(Block(found.height, message))
    order = sorted(blocks, key=lambda each: (each.height, each.root))
    return Attested(tuple(sorted(pending)), tuple(order))


def ask(head: bytes, calendar: str, network: Network, random: Callable[[int], bytes]) -> bytes:
    """Have a calendar promise to attest a head; the proof. FormatError, NetworkError."""
    from opentimestamps.core.op import OpAppend, OpSHA256  # noqa: PLC0415 - an extra
    from opentimestamps.core.timestamp import (  # noqa: PLC0415
        DetachedTimestampFile,
        Timestamp,
    )

    stamp = Timestamp(hashlib.sha256(head).digest())
    asked = stamp.ops.add(OpAppend(random(_NONCE))).ops.add(OpSHA256())
    url = f"{calendar.rstrip('/')}/digest"
    answer = network(Query(url, asked.msg, _ACCEPT, MAX_ANSWER)).require(url)
    asked.merge(_answer(answer, asked.msg))
    proof = _write(DetachedTimestampFile(OpSHA256(), stamp))
    if not attested(proof, head).pending:
        raise FormatError("the calendar promises nothing", where=url)
    return proof


def joined(one: bytes, other: bytes, head: bytes) -> bytes:
    """A proof that shows all that two proofs of one head show; FormatError, ProofError."""
    whole = _read(one, head)
    whole.timestamp.merge(_read(other, head).timestamp)
    return _write(whole)


def upgrade(
    data: bytes, head: bytes, calendars: Collection[str], network: Network
) -> tuple[bytes, list[tuple[str, SviedkaError]]]:
    """Ask the calendars of a proof for paths to blocks: the proof with them, and what went wrong.

    Only ``calendars`` are asked, whatever the proof names. One that has no block yet is no trouble.
    """
    whole = _read(data, head)
    troubles: list[tuple[str, SviedkaError]] = []
    known = {each.rstrip("/") for each in calendars}
    for node in list(_promised(whole.timestamp)):
        for uri in sorted(
            each.uri for each in node.attestations if _is(each, "PendingAttestation")
        ):
            if uri.rstrip("/") not in known or any(_blocks(node)):
                continue
            url = f"{uri.rstrip('/')}/timestamp/{node.msg.hex()}"
            try:
                answer = network(Query(url, headers=_ACCEPT, most=MAX_ANSWER))
                if answer.status not in {OK, _ABSENT}:
                    raise NetworkError(
                        f"the calendar answered with HTTP status {answer.status}", where=url
                    )
                if answer.status == OK:
                    node.merge(_answer(answer.body, node.msg))
            except SviedkaError as error:
                troubles.append((uri, error))
    return _write(whole), troubles


def _promised(stamp: Any) -> Iterator[Any]:
    if any(_is(each, "PendingAttestation") for each in stamp.attestations):
        yield stamp
    for each in stamp.ops.values():
        yield from _promised(each)


def _blocks(stamp: Any) -> Iterator[Any]:
    found = (each for _, each in stamp.all_attestations())
    return (each for each in found if _is(each, "BitcoinBlockHeaderAttestation"))


def _is(attestation: Any, kind: str) -> bool:
    from opentimestamps.core import notary  # noqa: PLC0415 - an extra

    return isinstance(attestation, getattr(notary, kind))


def _read(data: bytes, head: bytes) -> Any:
    from opentimestamps.core.op import OpSHA256  # noqa: PLC0415 - an extra
    from opentimestamps.core.timestamp import DetachedTimestampFile  # noqa: PLC0415

    if len(data) > MAX_PROOF:
        raise FormatError(f"an OpenTimestamps proof has at most {MAX_PROOF} bytes")
    found = _parsed(DetachedTimestampFile.deserialize, data)
    if not isinstance(found.file_hash_op, OpSHA256):
        raise FormatError("an OpenTimestamps proof of a head is of its SHA-256")
    if found.file_digest != hashlib.sha256(head).digest():
        raise ProofError("this OpenTimestamps proof is of something else than this head")
    return found


def _answer(data: bytes, message: bytes) -> Any:
    from opentimestamps.core.timestamp import Timestamp  # noqa: PLC0415 - an extra

    def read(context: Any) -> Any:
        found = Timestamp.deserialize(context, message)
        context.assert_eof()
        return found

    return _parsed(read, data)


def _parsed(read: Callable[[Any], Any], data: bytes) -> Any:
    from opentimestamps.core.serialize import (  # noqa: PLC0415 - an extra
        BytesDeserializationContext,
        DeserializationError,
    )

    with warnings.catch_warnings():
        # It warns of an operation that it may drop one day: such a proof would not last.
        warnings.simplefilter("error", PendingDeprecationWarning)
        try:
            return read(BytesDeserializationContext(data))
        except (
            DeserializationError,
            AssertionError,
            PendingDeprecationWarning,
            RecursionError,
            ValueError,
        ) as error:
            raise FormatError(f"this is no OpenTimestamps proof: {error}") from error


def _write(proof: Any) -> bytes:
    from opentimestamps.core.serialize import BytesSerializationContext  # noqa: PLC0415 - an extra

    context = BytesSerializationContext()
    proof.serialize(context)
    return bytes(context.getbytes())
