"""Who belongs to an archive, and what each may write (docs/format.md §3.2, §3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.errors import NotPermittedError, ProofError
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import device_id, verify
from sviedka.keep.ledger.notekeys import KeyType, VerifierKey
from sviedka.keep.ledger.strict import to_base64

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.keep.ledger.entry import Entry
    from sviedka.keep.ledger.statements import Member, Role

STEWARD: Final = "steward"
WRITER: Final = "writer"
READER: Final = "reader"
RECOVERY: Final = "recovery"


def proof_message(origin: str, seal: bytes, log: str | None) -> bytes:
    """What a device signs to show that it holds the keys that it asks to be admitted with."""
    parts = ("sviedka/member/v1", origin, to_base64(seal), log or "")
    return "".join(part + "\n" for part in parts).encode()


def check(member: Member, origin: str) -> None:
    """ProofError unless a member's id, keys and proof belong together."""
    if member.device != device_id(member.sign):
        raise ProofError(f"device {member.device} is not the one whose key it shows")
    verify(member.sign, proof_message(origin, member.seal, member.log), member.proof)
    if sorted(set(member.roles)) != member.roles:
        raise ProofError(f"the roles of device {member.device} are not a sorted set")
    recovery = RECOVERY in member.roles
    if recovery != (member.log is None) or (recovery and len(member.roles) > 1):
        raise ProofError("a recovery key has that one role and no log key; devices have one")
    if member.log is not None:
        key = VerifierKey.parse(member.log)
        if key.type is not KeyType.ED25519 or key.name != origin:
            raise ProofError(f"the log key of device {member.device} is not one for this log")


def check_signatures(entry: Entry, members: Mapping[str, Member], log: str) -> None:
    """ProofError unless the author signed first, and whoever else signed may and did (§3, §3.3).

    A signature that nothing asks for is refused too: otherwise whoever carries an entry could
    change its id, and so cut off its author's chain. ``log`` is the log's key in force.
    """
    author = entry.body.device
    known = {author: members[author].sign}
    match entry.body:
        case say.Found():
            known |= {each.device: each.sign for each in members.values()}
        case say.MemberChange():
            known |= {each.device: each.sign for each in members.values() if STEWARD in each.roles}
        case say.Handover():
            key = VerifierKey.parse(log)
            known[key.id.hex()] = key.public
    signers = [each.key for each in entry.signatures]
    if signers[0] != author or len(set(signers)) < len(signers) or not known.keys() >= set(signers):
        raise ProofError(f"signatures by {', '.join(signers)}: not those that belong here")
    for signer in signers:
        entry.check_signature(signer, known[signer])


def check_author(entry: Entry, members: Mapping[str, Member], roles: frozenset[Role]) -> None:
    """NotPermittedError unless the author has one of the roles."""
    author = members.get(entry.body.device)
    if author is None or not roles & set(author.roles):
        wanted = " or ".join(sorted(roles))
        raise NotPermittedError(f"device {entry.body.device} is not a {wanted}")


def check_membership_signers(
    entry: Entry, members: Mapping[str, Member], subject: str, threshold: int
) -> None:
    """NotPermittedError unless enough stewards other than the subject signed."""
    stewards = {
        each.device for each in members.values() if STEWARD in each.roles and each.device != subject
    }
    signed = {each.key for each in entry.signatures} & stewards
    needed = max(1, min(threshold, len(stewards)))
    if len(signed) < needed:
        raise NotPermittedError(f"a change of members has {len(signed)} of {needed} signatures")
