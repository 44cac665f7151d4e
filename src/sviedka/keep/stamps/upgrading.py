"""What became of the promises of OpenTimestamps calendars, hours after they were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.errors import UsageError
from sviedka.keep.stamps import authorities, extra, kept, names, ots
from sviedka.keep.stamps.stamping import keep_proof

if TYPE_CHECKING:
    from sviedka.errors import SviedkaError
    from sviedka.keep.archive import Archive
    from sviedka.keep.stamps.network import Network
    from sviedka.keep.stamps.ots import Attested


@dataclass(frozen=True)
class Upgraded:
    """The newest proof of one head after its calendars were asked, and what went wrong with some.

    ``grown`` says whether it shows more than before. ``troubles`` are by the calendar's URL.
    """

    size: int
    file: str
    grown: bool
    said: Attested
    troubles: tuple[tuple[str, SviedkaError], ...]


def upgrade(archive: Archive, network: Network) -> list[Upgraded]:
    """Ask the calendars of every proof that no block attests yet; what grew is kept.

    Only calendars that were added to this archive are asked. Failures are entered in the ledger.
    UsageError if this is not the device that gives positions.
    """
    extra.require()
    if not archive.is_sequencer:
        raise UsageError("proofs are upgraded on the device that gives positions")
    calendars = {
        each.url.rstrip("/"): each.id
        for each in authorities.known(archive)
        if each.service == "opentimestamps"
    }
    found = []
    named = kept.files(archive)
    for proof in {each.size: each for each in names.proofs(named)}.values():
        _, head = kept.head(archive, proof.size)
        data = kept.read(archive, proof.file, named[proof.file])
        if ots.attested(data, head).blocks:
            continue
        grown, troubles = ots.upgrade(data, head, calendars, network)
        file = keep_proof(archive, proof.size, head, grown) if grown != data else proof.file
        failed = [(calendars[uri.rstrip("/")], proof.size, str(why)) for uri, why in troubles]
        kept.record_attempts(archive, failed)
        found.append(
            Upgraded(
                proof.size, file, file != proof.file, ots.attested(grown, head), tuple(troubles)
            )
        )
    return found
