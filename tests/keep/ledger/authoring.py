"""Entries by keys and a writer of the tests' own, so that every rule can be broken on purpose."""

from __future__ import annotations

import base64
import json
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import History
from sviedka.keep.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash

ORIGIN = "sviedka/" + "07" * 16
COMMONS = "0" * 32
CASE = "c1" * 16
NOBODY = "0" * 64


def hexes(text):
    """Some hash, in hex."""
    return sha256(text.encode()).hexdigest()


def base(data):
    return base64.b64encode(data).decode()


SEALED = base(bytes(1136 + 512))
OBJECTS = [{"hash": hexes("object"), "size": 9}]


def plain(value):
    """Canonical JSON, by Python's own writer."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


class Signer:
    """An Ed25519 key; ``key`` is how a signature names it."""

    def __init__(self, name):
        self.secret = Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())
        self.public = self.secret.public_key().public_bytes_raw()

    def sign(self, message):
        return self.secret.sign(message)


class LogKey(Signer):
    """A key of signed notes: of type 1 a log's, of type 4 a witness's."""

    def __init__(self, name, origin=ORIGIN, type_=1):
        super().__init__("log of " + name)
        material = bytes([type_]) + self.public
        self.key = sha256(origin.encode() + b"\n" + material).hexdigest()[:8]
        self.vkey = f"{origin}+{self.key}+{base(material)}"


class Device(Signer):
    """A device with its keys; ``roles`` are those that it asks to be admitted with."""

    def __init__(self, name, *roles):
        super().__init__(name)
        self.roles = roles
        self.key = sha256(b"sviedka/device/v1\n" + self.public).hexdigest()[:32]
        self.seal = base(sha256(name.encode()).digest() * 38)
        self.log_key = LogKey(name)
        self.log = None if "recovery" in roles else self.log_key.vkey

    def member(self, **changed):
        """As a member; what is changed here is covered by the proof, ``None`` leaves a key out."""
        said = {"device": self.key, "log": self.log, "roles": list(self.roles), "seal": self.seal}
        said = {"sign": base(self.public)} | said | changed
        proved = f"sviedka/member/v1\n{ORIGIN}\n{said['seal']}\n{said['log'] or ''}\n"
        said.setdefault("proof", base(self.sign(proved.encode())))
        return {key: value for key, value in said.items() if value is not None}


def sign(body, *signers):
    """An entry's bytes, from a body as a dictionary and those who sign it."""
    written = plain(body)
    signatures = [
        {"key": each.key, "value": base(each.sign(b"sviedka/entry/v1\n" + written))}
        for each in signers
    ]
    return b'{"body":' + written + b',"signatures":' + plain(signatures) + b"}"


def keys(epoch=1, name="facet"):
    """The public keys that a case declares for an epoch of a facet."""
    recipient, outer = (base(sha256(f"{name} {epoch} {x}".encode()).digest() * 38) for x in "io")
    return {"epoch": epoch, "outer": outer, "recipient": recipient}


class Ledger:
    """A ledger in memory: the history of what was put into it, and what comes next."""

    def __init__(self):
        self.history = History()
        self.lines = []
        self.roots = [EMPTY_ROOT]
        self.chains = {}
        self._frontier = Frontier()

    @property
    def head(self):
        return {"root": self.roots[-1].hex(), "size": len(self.lines)}

    def root_at(self, size):
        return self.roots[size]

    def body(self, kind, device, **fields):
        """The next body of a device; a field that is ``None`` is left out."""
        seq, prev = self.chains.get(device.key, (0, NOBODY))
        body = {"archive": self.history.archive, "device": device.key, "kind": kind, "prev": prev}
        body |= {"seen": self.head, "seq": seq, "v": 1} | fields
        return {key: value for key, value in body.items() if value is not None}

    def found(self, *members, by=None, signers=None, **changed):
        """The founding entry of an archive of these members."""
        by = by or members[0]
        data = {"log": by.log_key.vkey, "members": [each.member() for each in members]}
        data |= {"origin": ORIGIN, "threshold": 1, "zone": "Europe/Vilnius"} | changed
        body = self.body("found", by, data=data, archive=None)
        return Entry.parse(sign(body, *(signers or members)))

    def entry(self, kind, device, *cosigners, **fields):
        """The next entry of a device."""
        return Entry.parse(sign(self.body(kind, device, **fields), device, *cosigners))

    def group(self, device, *parts, seen=None, of=None):
        """Several entries of a device as one group; a part is a kind and its fields."""
        seq, prev = self.chains.get(device.key, (0, NOBODY))
        entries = []
        for at, (kind, fields) in enumerate(parts):
            group = {"at": at, "of": of or len(parts)}
            place = {"group": group, "prev": prev, "seen": seen or self.head, "seq": seq + at}
            entries.append(self.entry(kind, device, **(place | fields)))
            prev = entries[-1].id.hex()
        return entries

    def put(self, entry):
        """Give an entry its position; what takes effect with it."""
        effective = self.history.apply(entry, self.root_at)
        self.lines.append(entry.data)
        self._frontier.append(leaf_hash(entry.data))
        self.roots.append(self._frontier.root())
        self.chains[entry.body.device] = (entry.body.seq + 1, entry.id.hex())
        return effective

    def say(self, kind, device, *cosigners, **fields):
        """Write the next entry of a device and give it its position."""
        return self.put(self.entry(kind, device, *cosigners, **fields))

    # What most tests say

    def content(self, device, case=CASE, facet="evidence", epoch=1, **fields):
        fields = {"objects": OBJECTS} | fields
        return self.say("content", device, case=case, facet=facet, epoch=epoch, **fields)

    def declare(self, device, case=CASE, *cosigners, **facets):
        data = {"facets": facets or {"evidence": keys()}}
        return self.say("case", device, *cosigners, case=case, data=data, sealed=SEALED)

    def add(self, author, member, *cosigners):
        member = member.member() if isinstance(member, Device) else member
        return self.say("member", author, *cosigners, data={"add": member}, sealed=SEALED)

    def remove(self, author, device, *cosigners):
        return self.say("member", author, *cosigners, data={"remove": device.key}, sealed=SEALED)

    def grant(self, author, **changed):
        said = {"case": CASE, "devices": [VERA.key], "epoch": 1, "facet": "evidence"} | changed
        grants = [{"file": hexes("grant")} | said]
        return self.say("grant", author, data={"grants": grants}, sealed=SEALED)

    def destroy(self, author, *what, **fields):
        what = what or ({"case": CASE, "facet": "evidence"},)
        return self.say("destroy", author, data={"what": list(what)}, sealed=SEALED, **fields)

    def day(self, device, day):
        return self.say("day", device, data={"day": day})


ALES = Device("Ales", "steward")
BARYS = Device("Barys", "steward")
VERA = Device("Vera", "writer")
RITA = Device("Rita", "reader")
SHEET = Device("Sheet", "recovery")
STRANGER = Device("Stranger", "steward")


def a_ledger():
    """One of two stewards, a writer, a reader and a recovery key; a case with ``evidence``.

    Ales is the sequencer; a change of members needs both stewards.
    """
    ledger = Ledger()
    founders = (ALES, BARYS, VERA, RITA, SHEET)
    ledger.put(ledger.found(*founders, threshold=2))
    ledger.declare(ALES, COMMONS, audit=keys(), status=keys())
    ledger.declare(ALES, CASE, evidence=keys())
    return ledger
