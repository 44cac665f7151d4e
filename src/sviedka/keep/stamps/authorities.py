"""Which authorities an archive asks for stamps, and what it trusts of each, by a person's word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from sviedka.errors import NotFoundError, UsageError
from sviedka.keep import reading
from sviedka.keep.index import records
from sviedka.keep.ledger import statements as say
from sviedka.keep.saving import Event
from sviedka.keep.stamps import certificates, names
from sviedka.keep.stamps.network import split_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cryptography import x509

    from sviedka.keep.archive import Archive

Service: TypeAlias = Literal["rfc3161", "opentimestamps"]
KIND = "authority"


class _Record(msgspec.Struct):
    name: str
    service: Service
    url: str
    roots: str = ""
    ended: bool = False


@dataclass(frozen=True)
class Authority:
    """An authority as one record states it; ``ended``: it is asked no more.

    ``roots`` is the PEM text whose certificates its stamps rest on.
    """

    id: str
    name: str
    service: Service
    url: str
    roots: str = field(default="", repr=False)
    ended: bool = False

    @property
    def certificates(self) -> list[x509.Certificate]:
        """Its roots, and those that came with them."""
        return certificates.load(self.roots.encode()) if self.roots else []


def add(archive: Archive, name: str, url: str, roots: bytes | None) -> Authority:
    """Ask an authority from now on: one of RFC 3161 if ``roots`` (PEM) are given, else a calendar.

    What is known of one of that name is replaced. UsageError for a name, URL or service that cannot
    be, FormatError or InputError for roots that are none.
    """
    names.check_authority(name)
    split_url(url)
    service: Service = "opentimestamps" if roots is None else "rfc3161"
    text = ""
    if roots is not None:
        found = certificates.load(roots)
        certificates.require_roots(found)
        text = certificates.pem(found).decode()
    with archive.locked():
        archive.catch_up()
        for each in known(archive):
            if each.name == name and each.service != service:
                raise UsageError("there was an authority of this name that is of another kind")
        for each in current(archive):
            if (each.name, each.url, each.roots) == (name, url, text):
                return each
        return _record(archive, Authority("", name, service, url, text))


def remove(archive: Archive, name: str) -> Authority:
    """Ask an authority no more; what it stamped stands. NotFoundError."""
    with archive.locked():
        archive.catch_up()
        for each in current(archive):
            if each.name == name:
                return _record(
                    archive,
                    Authority("", name, each.service, each.url, each.roots, ended=True),
                )
    raise NotFoundError(f"no authority is called {name[:64]!r}")


def known(archive: Archive) -> list[Authority]:
    """All that records say of authorities, in their order: what was believed when, too."""
    with archive.projector.index.reading() as db:
        found = records.records(db, case=bytes.fromhex(say.COMMONS), kind=KIND)
    bodies = reading.bodies(archive, found)
    return [parse(each.id.hex(), body) for each, body in zip(found, bodies, strict=True) if body]


def current(archive: Archive) -> list[Authority]:
    """Those that are asked."""
    newest = {each.name: each for each in known(archive)}
    return [each for each in newest.values() if not each.ended]


def parse(record_id: str, body: bytes) -> Authority:
    """Read one record; msgspec.DecodeError if it is none."""
    said = msgspec.json.decode(body, type=_Record)
    return Authority(record_id, said.name, said.service, said.url, said.roots, said.ended)


def roots(all_known: Iterable[Authority]) -> dict[str, Sequence[x509.Certificate]]:
    """The roots that are or were pinned, by the authority's name."""
    found: dict[str, list[x509.Certificate]] = {}
    for each in all_known:
        found.setdefault(each.name, []).extend(certificates.roots(each.certificates))
    return dict(found)


def _record(archive: Archive, stated: Authority) -> Authority:
    record: dict[str, Any] = {
        "kind": KIND, "name": stated.name, "service": stated.service, "url": stated.url, "v": 1,
    }  # fmt: skip
    if stated.roots:
        record["roots"] = stated.roots
    if stated.ended:
        record["ended"] = True
    with archive.save(Event("cre")) as save:
        record_id = save.record(say.COMMONS, "evidence", record)
        save.finish()
    return Authority(record_id, stated.name, stated.service, stated.url, stated.roots, stated.ended)
