"""Checking every stamp that an archive keeps, against the roots that were pinned in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sviedka.errors import ProofError, SviedkaError
from sviedka.keep.stamps import authorities, checking, extra, headers, kept, names

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.archive import Archive
    from sviedka.keep.stamps.checking import Stamp


@dataclass(frozen=True)
class Stored:
    """A stamp that is kept: what it shows, or why it does not hold."""

    file: str
    size: int
    stamp: Stamp | None = None
    error: SviedkaError | None = None

    def told(self) -> dict[str, Any]:
        """The same as plain values."""
        if self.stamp:
            return asdict(self.stamp)
        return {"error": str(self.error), "file": self.file, "size": self.size}


def check(archive: Archive, block_headers: Path | None = None) -> list[Stored]:
    """All stamps of an archive, by head; ``block_headers`` is a file of Bitcoin block headers.

    Of the OpenTimestamps proofs of a head only the newest is told of, which shows all that those
    before it do. UsageError without the extra, InputError for what is no file of headers.
    """
    extra.require()
    known = headers.read(block_headers) if block_headers else checking.NO_HEADERS
    named = kept.files(archive)
    roots = authorities.roots(authorities.known(archive))
    found: list[Stored] = []
    sizes = {each.size for each in names.tokens(named)}
    for size in sorted(sizes | {each.size for each in names.proofs(named)}):
        beside = {name: one for name, one in named.items() if name.startswith(f"{size}.")}
        for proof in names.proofs(beside)[:-1]:
            del beside[proof.file]
        files, damaged = {}, []
        for name, digest in beside.items():
            try:
                files[name] = kept.read(archive, name, digest)
            except SviedkaError as error:
                damaged.append(Stored(name, size, error=error))
        try:
            head = kept.read(archive, str(size), named.get(str(size), ""))
        except SviedkaError as error:
            damaged.append(Stored(str(size), size, error=error))
        else:
            for name, stamp in checking.stamps(head, files, roots, known):
                found.append(_stored(name, size, stamp))
        found += damaged
    return found


def _stored(name: str, size: int, found: Stamp | SviedkaError) -> Stored:
    if isinstance(found, SviedkaError):
        return Stored(name, size, error=found)
    if found.trusted is False:
        what = f"it rests on no root that was pinned for {found.authority}"
        return Stored(name, size, error=ProofError(what, where=name))
    return Stored(name, size, found)
