"""Measures a large ledger, through the library: ``ledger FOLDER ENTRIES``."""

from __future__ import annotations

import base64
import json
import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.keep.ledger import checkpoint, merkle
from sviedka.keep.ledger.log import Log
from sviedka.keep.ledger.notekeys import KeyType, SigningKey

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOGETHER: Final = 16_384
_PROOFS: Final = 1_000
_KEY: Final = SigningKey("sviedka/" + "0" * 32, KeyType.ED25519, b"\x07" * 32)


def entries(count: int, rng: random.Random) -> Iterator[bytes]:
    """As long as ``content`` entries with one batch are, and as little alike."""
    archive, device, case = (rng.randbytes(size).hex() for size in (32, 16, 16))
    for seq in range(count):
        batch, root, prev, seen = (rng.randbytes(32).hex() for _ in range(4))
        signature = base64.b64encode(rng.randbytes(64)).decode()
        yield (
            f'{{"body":{{"archive":"{archive}","batch":{{"object":"{batch}","root":"{root}"}},'
            f'"case":"{case}","device":"{device}","epoch":1,"facet":"evidence","kind":"content",'
            f'"objects":[{{"hash":"{batch}","size":4296}}],"prev":"{prev}",'
            f'"seen":{{"root":"{seen}","size":{seq}}},"seq":{seq},"v":1}},'
            f'"signatures":[{{"key":"{device}","value":"{signature}"}}]}}'
        ).encode()


def write(log: Log, count: int) -> float:
    """Write a ledger; returns the mean length of its entries in bytes."""
    rng, total, written = random.Random(1), 0, 0
    coming = entries(count, rng)
    with log.locked(1):
        while written < count:
            group = [next(coming) for _ in range(min(_TOGETHER, count - written))]
            log.append(group)
            head = checkpoint.Checkpoint(_KEY.name, log.size, log.root_at(log.size))
            log.commit(checkpoint.sign(head, _KEY))
            total += sum(map(len, group))
            written += len(group)
    return total / count


def prove(log: Log, index: int) -> float:
    """Milliseconds for an inclusion proof and the entry; it is checked too, outside the time."""
    begin = time.perf_counter()
    path = log.tiles.inclusion_proof(index)
    entry = log.tiles.entry(index)
    taken = time.perf_counter() - begin
    merkle.verify_inclusion(merkle.leaf_hash(entry), index, log.size, path, log.root_at(log.size))
    return taken * 1000


def main() -> None:
    """Write a ledger into the folder, measure it."""
    folder, count = Path(sys.argv[1]) / "large-ledger", int(sys.argv[2])
    folder.mkdir()
    begin = time.perf_counter()
    mean = write(Log.create(folder), count)
    written = time.perf_counter()
    log = Log(folder)
    opened = time.perf_counter()
    rng = random.Random(2)
    first, *proofs = [prove(log, rng.randrange(count)) for _ in range(_PROOFS + 1)]
    verifying = time.perf_counter()
    log.verify()
    figures = {
        "bytes": mean,
        "first": (opened - written) * 1000 + first,
        "longest": max(proofs),
        "open": (opened - written) * 1000,
        "proof": statistics.median(proofs),
        "together": _TOGETHER,
        "verify": time.perf_counter() - verifying,
        "write": written - begin,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
