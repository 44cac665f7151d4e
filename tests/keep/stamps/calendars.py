"""A calendar of OpenTimestamps of our own, made with the ``opentimestamps`` library."""

from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpPrepend, OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import Timestamp

from sviedka.keep.stamps.network import Answer


class Calendar:
    """Promises what it is given, and keeps the promise once ``mine`` is called."""

    def __init__(self, url="http://calendar.example"):
        self.url = url
        self.promised = {}
        self.headers = {}
        """By height, 80 bytes each."""

    def __call__(self, query):
        path = query.url.removeprefix(self.url)
        if path == "/digest":
            return Answer(200, self.promise(query.body))
        commitment = bytes.fromhex(path.removeprefix("/timestamp/"))
        found = self.promised.get(commitment)
        return Answer(200, found) if found else Answer(404, b"Pending confirmation")

    def promise(self, digest):
        stamp = Timestamp(digest)
        asked = stamp.ops.add(OpPrepend(b"\x01\x02\x03\x04")).ops.add(OpSHA256())
        asked.attestations.add(PendingAttestation(self.url))
        self.promised[asked.msg] = b""
        return written(stamp)

    def mine(self, height, time=1_700_000_000):
        """A block that attests all that was promised until now, each in a place of its own."""
        (commitment,) = [each for each, path in self.promised.items() if not path]
        stamp = Timestamp(commitment)
        root = stamp.ops.add(OpAppend(b"\x07" * 32)).ops.add(OpSHA256()).ops.add(OpSHA256())
        root.attestations.add(BitcoinBlockHeaderAttestation(height))
        self.promised[commitment] = written(stamp)
        self.headers[height] = header(root.msg, time)

    @property
    def lines(self):
        """The headers as a file of lines."""
        return "".join(f"{height} {each.hex()}\n" for height, each in self.headers.items())


def header(root, time):
    """A made-up block header with this Merkle root."""
    return (1).to_bytes(4, "little") + bytes(32) + root + time.to_bytes(4, "little") + bytes(8)


def written(stamp):
    context = BytesSerializationContext()
    stamp.serialize(context)
    return context.getbytes()
