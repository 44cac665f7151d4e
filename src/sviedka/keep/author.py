"""A device as an author: what it wants to say becomes signed entries of its chain.

Pure: clock, history and head are handed in (docs/format.md §3.1, §3.4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from sviedka import __version__
from sviedka.errors import UsageError
from sviedka.keep.keys import hpke
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import Chain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.ledger.entry import Signer
    from sviedka.keep.ledger.history import History

TOOL: Final = f"sviedka {__version__}"
SEALED_STEP: Final = 512
"""The sealed part is padded to multiples of this many bytes, so that all look alike."""
MAX_PURPOSE: Final = 1_000
"""Characters; so that a sealed part stays within what an entry may hold."""

Said: TypeAlias = (
    say.MemberChange
    | say.Case
    | say.Grant
    | say.Handover
    | say.Day
    | say.Content
    | say.Open
    | say.Destroy
)
"""What can be said after the founding."""

_encoder = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True)
class Notice:
    """The sealed part of an entry: the PREMIS event, why, and for ``open`` what was opened."""

    event: str
    purpose: str = ""
    opened: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A body without its place in the chain. ``cosigners`` sign beside the device."""

    kind: type[Said]
    fields: dict[str, Any]
    notice: Notice | None = None
    cosigners: Sequence[Signer] = ()


def stated(now: datetime) -> str:
    """A clock's reading as RFC 3339 in UTC, whole seconds."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def compose(
    drafts: Sequence[Draft], device: DeviceKeys, history: History, seen: say.Head, now: datetime
) -> list[Entry]:
    """Sign drafts as one group (or, if there is one only, as one entry), next in the chain.

    ``seen`` is the newest head of the ledger that this device knows; ``history`` includes what the
    device has in its outbox.
    """
    chain = history.chains.get(device.id, Chain())
    seq, prev = chain.seq, chain.prev
    facet = history.cases.get(say.COMMONS, {}).get(say.AUDIT)
    audit = facet.epochs[-1].recipient if facet else b""
    entries = []
    for at, draft in enumerate(drafts):
        fields = dict(draft.fields)
        audit = _declared_audit(fields.get("data")) or audit
        if len(drafts) > 1:
            fields["group"] = say.Group(at=at, of=len(drafts))
        if draft.notice:
            info = hpke.info(
                "sviedka/sealed/v1", archive=history.archive, device=device.id, seq=seq + at
            )
            fields["sealed"] = hpke.seal(audit, info, _padded(draft.notice, now))
        body = draft.kind(
            archive=history.archive,
            device=device.id,
            prev=prev,
            seen=seen,
            seq=seq + at,
            v=1,
            **fields,
        )
        entry = Entry.write(body, [device, *draft.cosigners])
        prev = entry.id.hex()
        entries.append(entry)
    return entries


def _declared_audit(data: object) -> bytes | None:
    """The key to seal to from here on, if these data of an entry declare one (format.md §3.4)."""
    if not isinstance(data, say.CaseData) or say.AUDIT not in data.facets:
        return None
    return data.facets[say.AUDIT].recipient


def _padded(notice: Notice, now: datetime) -> bytes:
    if len(notice.purpose) > MAX_PURPOSE:
        raise UsageError(f"a purpose has at most {MAX_PURPOSE} characters")
    said = {"event": notice.event, "purpose": notice.purpose, "time": stated(now), "tool": TOOL}
    data = _encoder.encode(said | notice.opened)
    return data.ljust(-(-len(data) // SEALED_STEP) * SEALED_STEP)
