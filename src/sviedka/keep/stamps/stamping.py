"""Stamping a head: every authority is asked, and each stamp is kept as soon as it is there.

What is kept stands whatever happens to the rest; what could not be had is entered in the ledger
with the reason. Run again, only those are asked whose stamp is lacking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sviedka.errors import FormatError, NotFoundError, ProofError, SviedkaError, UsageError
from sviedka.keep.author import stated
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.stamps import (
    authorities,
    certificates,
    extra,
    kept,
    names,
    ots,
    revocation,
    token,
)
from sviedka.keep.stamps.network import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.keep.archive import Archive
    from sviedka.keep.stamps.authorities import Authority
    from sviedka.keep.stamps.network import Network
    from sviedka.keep.stamps.token import Token

_QUERY: Final = (("Content-Type", "application/timestamp-query"),)
"""RFC 3161 §3.4."""


@dataclass(frozen=True)
class Outcome:
    """What became of asking one authority for a stamp of the head of ``size`` entries.

    ``file`` is the stamp's, "" if it failed with ``error``; ``new`` says whether it was asked for
    now, ``lacking`` which revocation lists could not be had, and why.
    """

    authority: Authority
    size: int
    file: str = ""
    new: bool = True
    error: SviedkaError | None = None
    lacking: tuple[str, ...] = ()


def stamp(
    archive: Archive, network: Network, *, size: int | None = None, again: bool = False
) -> list[Outcome]:
    """Have a head stamped by all authorities: the newest, or that of ``size`` entries.

    If nothing but stamps was entered since the last stamped head, that is the head meant, and those
    are asked who have not stamped it; with ``again`` all are. UsageError if there is no authority,
    or this is not the device that gives positions.
    """
    extra.require()
    asked = authorities.current(archive)
    if not asked:
        raise UsageError(
            "no authority is known that could be asked",
            do="add two, with the roots that you trust: sviedka stamp authority add",
        )
    if not archive.is_sequencer:
        raise UsageError(
            "heads are stamped on the device that gives positions",
            do="run it there: `sviedka status` of each device says which it is",
        )
    if size is None and not again:
        size = _unchanged(archive)
    size, head = kept.head(archive, size)
    outcomes = [_once(archive, each, size, head, network, again=again) for each in asked]
    failed = [(each.authority.id, size, str(each.error)) for each in outcomes if each.error]
    kept.record_attempts(archive, failed)
    return outcomes


def _unchanged(archive: Archive) -> int | None:
    """The size of the last stamped head, if nothing but stamps and days came behind it."""
    last = max((each.size for each in kept.stamped(archive)), default=0)
    own = kept.positions(archive) if last else set()
    for position, line in enumerate(archive.log.entries(last), last):
        if position not in own and not isinstance(Entry.parse(line).body, say.Day):
            return None
    return last or None


def _once(  # noqa: PLR0913 - one authority, one head
    archive: Archive, asked: Authority, size: int, head: bytes, network: Network, *, again: bool
) -> Outcome:
    there = "" if again else _there(archive, asked, size, head)
    if there:
        return Outcome(asked, size, there, new=False)
    try:
        if asked.service == "opentimestamps":
            return _promised(archive, asked, size, head, network)
        return _stamped(archive, asked, size, head, network)
    except SviedkaError as error:
        return Outcome(asked, size, error=error)


def _there(archive: Archive, asked: Authority, size: int, head: bytes) -> str:
    """The file of the stamp that an authority has given of a head; "" if there is none."""
    named = kept.files(archive)
    if asked.service == "opentimestamps":
        for proof in reversed([each for each in names.proofs(named) if each.size == size]):
            said = ots.attested(kept.read(archive, proof.file, named[proof.file]), head)
            if asked.url.rstrip("/") in {each.rstrip("/") for each in said.pending}:
                return proof.file
        return ""
    mine = [each for each in names.tokens(named) if each[:2] == (size, asked.name)]
    return mine[-1].file("tsr") if mine else ""


def _stamped(
    archive: Archive, asked: Authority, size: int, head: bytes, network: Network
) -> Outcome:
    left = _left(archive, asked, size, head)
    if left:
        found, parts = left
        lacking: list[str] = []
    else:
        question = token.request(head)
        query = Query(asked.url, question, _QUERY, token.MAX_TOKEN)
        answer = network(query).require(asked.url)
        found = _check(asked, answer, question, head)
        lists, lacking = revocation.fetch(found.chain, network)
        revocation.check(found.chain, lists, found.time)
        parts = {"tsq": question, "pem": certificates.pem(found.chain), "tsr": answer}
        if lists:
            parts = {"crl": lists, **parts}
    with archive.locked():
        archive.catch_up()
        number = _next(kept.files(archive), size, asked.name)
        name = names.Token(size, asked.name, number)
        files = {name.file(ending): data for ending, data in parts.items()}
        said = {
            "authority": asked.id, "file": name.file("tsr"), "size": size,
            "time": stated(found.time), "until": stated(found.until),
        }  # fmt: skip
        kept.keep(archive, {str(size): head, **files}, said)
    return Outcome(asked, size, name.file("tsr"), lacking=tuple(lacking))


def _check(asked: Authority, answer: bytes, question: bytes, head: bytes) -> Token:
    pinned = asked.certificates
    return token.check(answer, question, head, certificates.roots(pinned), pinned)


def _left(
    archive: Archive, asked: Authority, size: int, head: bytes
) -> tuple[Token, dict[str, bytes]] | None:
    """A stamp that an interrupted run has put in its place without saying so; None if none is."""
    name = names.Token(size, asked.name, _next(kept.files(archive), size, asked.name))
    parts = dict(_parts(archive, name))
    if not {"tsq", "tsr", "pem"} <= parts.keys():
        return None
    try:
        found = _check(asked, parts["tsr"], parts["tsq"], head)
        if certificates.pem(found.chain) != parts["pem"]:
            return None
        revocation.check(found.chain, parts.get("crl", b""), found.time)
    except (FormatError, ProofError):
        return None  # it is asked for again, and written over
    return found, parts


def _parts(archive: Archive, name: names.Token) -> Iterator[tuple[str, bytes]]:
    for ending in ("crl", "tsq", "pem", "tsr"):
        try:
            yield ending, kept.read_any(archive, name.file(ending))
        except (FormatError, NotFoundError):
            continue


def _next(named: Mapping[str, str], size: int, authority: str) -> int:
    mine = [each.number for each in names.tokens(named) if each[:2] == (size, authority)]
    return max(mine, default=0) + 1


def _promised(
    archive: Archive, asked: Authority, size: int, head: bytes, network: Network
) -> Outcome:
    proof = ots.ask(head, asked.url, network, archive.random)
    return Outcome(asked, size, keep_proof(archive, size, head, proof, asked.id))


def keep_proof(archive: Archive, size: int, head: bytes, proof: bytes, authority: str = "") -> str:
    """Keep a proof, joined with what was kept of this head before, if it shows more; its file.

    ``authority`` is the record of the calendar that it is from, if it is from one.
    """
    with archive.locked():
        archive.catch_up()
        named = kept.files(archive)
        before = [each for each in names.proofs(named) if each.size == size]
        if before:
            last = kept.read(archive, before[-1].file, named[before[-1].file])
            proof = ots.joined(last, proof, head)
            if proof == last:
                return before[-1].file
        name = names.Ots(size, before[-1].number + 1 if before else 1)
        said: dict[str, Any] = {
            "file": name.file, "pending": not ots.attested(proof, head).blocks, "size": size
        }  # fmt: skip
        if authority:
            said["authority"] = authority
        kept.keep(archive, {str(size): head, name.file: proof}, said)
    return name.file
