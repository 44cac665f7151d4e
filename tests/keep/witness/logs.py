"""A log with its key, as a witness meets it: leaves, signed heads, requests."""

from dataclasses import dataclass, field

from sviedka.keep.ledger import checkpoint, merkle
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.witness import Request

ORIGIN = "sviedka/00112233445566778899aabbccddeeff"


def log_key(number=1, name=ORIGIN):
    return SigningKey(name, KeyType.ED25519, bytes([number]) * 32)


@dataclass
class ALog:
    """Leaves by what they say."""

    leaves: list = field(default_factory=list)
    key: SigningKey = field(default_factory=log_key)

    @property
    def vkey(self):
        return str(self.key.verifier)

    def hashes(self):
        return [merkle.leaf_hash(str(each).encode()) for each in self.leaves]

    def head(self, size=None):
        hashes = self.hashes()[:size]
        return Checkpoint(self.key.name, len(hashes), merkle.root_of(hashes))

    def request(self, old=0, size=None):
        head = self.head(size)
        proof = ()
        if 0 < old <= head.size:
            tree = merkle.tree_of(self.hashes()[: head.size])
            proof = tuple(merkle.consistency_proof(old, head.size, tree))
        return bytes(Request(old, proof, checkpoint.sign(head, self.key)))
