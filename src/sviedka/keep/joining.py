"""Devices join and leave: requests, admission with no more than was asked for, removal.

A request is carried by anyone; that it is the right one, two people find out by comparing its
fingerprint (docs/format.md §8.2).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sviedka.errors import AccessError, InputError, NotFoundError, UsageError
from sviedka.keep import canonical, granting
from sviedka.keep.author import Draft, Notice
from sviedka.keep.ledger import members
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.statements import Member
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet, Role
    from sviedka.keep.saving import Saving

REQUEST_LIMIT: Final = 8_192
"""Bytes; a member takes under 2,200."""
_FINGERPRINT: Final = 20
_OPEN_COMMONS: Final = frozenset({"evidence", "status"})
"""Facets of ``commons`` that every member gets; ``audit`` is for stewards."""


def fingerprint(archive: str, request: bytes) -> str:
    """What two people compare: 20 hex digits, in groups of four, of request and archive id.

    Of the archive too, since a folder could show the new device another one, of the same origin.
    """
    said = f"sviedka/request/v1\n{archive}\n".encode() + request
    digits = hashlib.sha256(said).hexdigest()[:_FINGERPRINT]
    return " ".join(digits[at : at + 4] for at in range(0, _FINGERPRINT, 4))


def read_request(archive: Archive, request: bytes) -> Member:
    """The device that asks to join; InputError, FormatError or ProofError if it is none."""
    if len(request) > REQUEST_LIMIT:
        raise InputError(f"a request has at most {REQUEST_LIMIT} bytes, not {len(request)}")
    member = canonical.decode(request, Member, name="a device's request")
    members.check(member, archive.found.origin)
    return member


def admit(
    archive: Archive,
    request: bytes,
    roles: Iterable[Role],
    cases: Sequence[str] | None = None,
    purpose: str = "",
) -> Member:
    """Admit a device with these roles, and grant it what stands of the cases named, or of all.

    Of ``commons`` it gets what every member has. UsageError if it is a member; AccessError if this
    device cannot open what it is to grant; NotPermittedError if it is no steward.
    """
    asked = read_request(archive, request)
    if asked.device in archive.history.members:
        raise UsageError(f"device {asked.device} is a member already")
    member = say.Member(
        device=asked.device,
        log=asked.log,
        proof=asked.proof,
        roles=sorted(set(roles)),
        seal=asked.seal,
        sign=asked.sign,
    )
    wanted = archive.history.cases.keys() if cases is None else {say.COMMONS, *cases}
    with archive.save(Event("pol", purpose)) as save:
        data = say.MemberData(add=member)
        save.state(Draft(say.MemberChange, {"data": data}, Notice("acc", purpose)))
        _grant(archive, save, member, wanted, purpose)
        save.finish()
    return member


def grant(archive: Archive, device: str, cases: Sequence[str], purpose: str = "") -> None:
    """Grant a member what stands of more cases; errors as of ``admit``."""
    member = find(archive, device)
    with archive.save(Event("pol", purpose)) as save:
        _grant(archive, save, member, cases, purpose)
        save.finish()


def remove(archive: Archive, device: str, purpose: str = "") -> None:
    """Remove a device: it gets no new key, and every facet that it could open gets a new epoch.

    What it has read or kept stays readable to it. NotFoundError if it is no member, UsageError
    for this device itself and for the recovery key.
    """
    gone = find(archive, device)
    if gone.device == archive.device.id or members.RECOVERY in gone.roles:
        raise UsageError("neither this device nor the recovery key can be removed from here")
    if gone.device == archive.history.sequencer:
        raise UsageError(
            "this device gives positions, and hands that over before it leaves",
            do="`sviedka handover` passes the role to another device",
        )
    data = say.MemberData(remove=gone.device)
    with archive.save(Event("pol", purpose)) as save:
        save.state(Draft(say.MemberChange, {"data": data}, Notice("dea", purpose)))
        for case, facets in _renewed(archive, gone.device).items():
            save.renew(case, facets)
        save.finish()


def _grant(
    archive: Archive, save: Saving, member: Member, cases: Collection[str], purpose: str
) -> None:
    history = archive.history
    if unknown := set(cases) - history.cases.keys():
        raise NotFoundError(f"there is no case {min(unknown)}")
    names = [
        name
        for name in granting.standing(history)
        if name.case in cases and (name.case != say.COMMONS or _gets(member, name.facet))
    ]
    devices = {member.device: member.seal}
    _, shut = granting.grant(save, archive.ring, history, names, devices, purpose)
    if shut:
        raise AccessError(
            f"this device cannot open {len(shut)} of these keys, such as {shut[0]}",
            do="name the cases that it can open, or let another steward do it",
        )


def _gets(member: Member, facet: str) -> bool:
    return facet in _OPEN_COMMONS or members.STEWARD in member.roles


def _renewed(
    archive: Archive, device: str
) -> dict[str, dict[Facet, tuple[int, Mapping[str, bytes]]]]:
    """The facets that a device was granted, with their next epoch and who is to have it."""
    history = archive.history
    found: dict[str, dict[Facet, tuple[int, Mapping[str, bytes]]]] = {}
    for case, granted in history.granted.items():
        for facet, state in history.cases[case].items():
            holders = {d for each in granted if each.facet == facet for d in each.devices}
            if state.destroyed or device not in holders:
                continue
            staying = {
                each: history.members[each].seal
                for each in holders
                if each != device and each in history.members
            }
            epoch = len(state.epochs) + 1
            found.setdefault(case, {})[facet] = (epoch, staying)  # type: ignore[index]
    return found


def find(archive: Archive, device: str) -> Member:
    """The member whose id begins so; NotFoundError if there is not exactly one."""
    found = [each for id_, each in archive.history.members.items() if id_.startswith(device)]
    if len(found) != 1:
        raise NotFoundError(
            f"{len(found) or 'no'} devices have an id that begins with {device[:40]!r}",
            do="`sviedka device list` shows them",
        )
    return found[0]
