"""Whether the stamps that lie beside a head hold: pure, for archives and for what left them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, SviedkaError
from sviedka.keep.stamps import certificates, headers, names, ots, revocation, token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cryptography import x509

    from sviedka.keep.stamps.headers import Headers
    from sviedka.keep.stamps.names import Ots, Token

NO_HEADERS: Final = headers.Headers({})


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp that holds, and what it shows.

    ``file`` is that of the token or proof, ``authority`` its name here, "" for OpenTimestamps.
    ``trusted`` is True if it rests on a root or block header that the caller trusts, False if it
    does not, None if the caller named none: then only that it holds in itself is known.
    ``time`` is POSIX seconds: by the authority's clock, or of the block whose header was given;
    ``until`` as well, when a token stops to stand without being renewed. ``pending`` are calendars
    that have promised, ``blocks`` the heights of those that attest.
    """

    file: str
    size: int
    authority: str = ""
    trusted: bool | None = None
    time: int | None = None
    signer: str = ""
    until: int | None = None
    pending: tuple[str, ...] = ()
    blocks: tuple[int, ...] = ()

    @property
    def attests(self) -> bool:
        """Whether it says when the head was there, and does not only promise to."""
        return self.time is not None or bool(self.blocks)


def stamps(
    head: bytes,
    files: Mapping[str, bytes],
    roots: Mapping[str, Sequence[x509.Certificate]] | None = None,
    known: Headers = NO_HEADERS,
) -> Iterator[tuple[str, Stamp | SviedkaError]]:
    """Each stamp among ``files``, the files kept beside the exact bytes of a head, or why not.

    ``roots`` are those trusted of each authority, by its name; under "" those trusted of any.
    """
    for token_name in names.tokens(files):
        try:
            yield token_name.file("tsr"), _token(token_name, head, files, roots)
        except SviedkaError as error:
            yield token_name.file("tsr"), error
    for proof_name in names.proofs(files):
        try:
            yield proof_name.file, _proof(proof_name, head, files[proof_name.file], known)
        except SviedkaError as error:
            yield proof_name.file, error


def trusted(
    authority: str, roots: Mapping[str, Sequence[x509.Certificate]]
) -> Sequence[x509.Certificate]:
    """The roots that an authority's stamps may rest on."""
    return [*roots.get(authority, ()), *roots.get("", ())]


def _token(
    each: Token,
    head: bytes,
    files: Mapping[str, bytes],
    roots: Mapping[str, Sequence[x509.Certificate]] | None,
) -> Stamp:
    """Held against the root that came along; whether that is trusted is another question."""
    for ending in ("tsr", "tsq", "pem"):
        if each.file(ending) not in files:
            raise FormatError("a part of this time stamp is missing", where=each.file(ending))
    came = certificates.load(files[each.file("pem")])
    found = token.check(
        files[each.file("tsr")], files[each.file("tsq")], head, certificates.roots(came), came
    )
    revocation.check(found.chain, files.get(each.file("crl"), b""), found.time)
    return Stamp(
        each.file("tsr"),
        each.size,
        authority=each.authority,
        trusted=None if roots is None else found.chain[-1] in trusted(each.authority, roots),
        time=int(found.time.timestamp()),
        signer=found.authority,
        until=int(found.until.timestamp()),
    )


def _proof(each: Ots, head: bytes, data: bytes, known: Headers) -> Stamp:
    found = ots.attested(data, head)
    times = [time for block in found.blocks if (time := headers.time(block, known)) is not None]
    return Stamp(
        each.file,
        each.size,
        trusted=True if times else None,
        time=min(times, default=None),
        pending=found.pending,
        blocks=tuple(block.height for block in found.blocks),
    )
