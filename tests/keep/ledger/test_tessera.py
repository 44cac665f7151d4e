"""A log that another program wrote, made again byte for byte from its entries and its key."""

from pathlib import Path

import pytest

from sviedka.errors import NotFoundError
from sviedka.keep.ledger import bundles, checkpoint
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.merkle import leaf_hash, verify_consistency
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.notekeys import SigningKey, VerifierKey
from sviedka.keep.ledger.paths import TilePath
from sviedka.keep.ledger.proof import LogProof
from sviedka.keep.ledger.tiles import TileBuilder, TileReader

LOG = Path(__file__).parents[3].parent / "shared" / "data" / "tlog" / "tessera" / "log"

pytestmark = pytest.mark.skipif(not LOG.is_dir(), reason="the published log is not here")

# transparency-dev/tessera, testdata/build_log.sh: a key made public for this log.
PRIVATE = (
    "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
)
PUBLIC = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
ENTRIES = (
    b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()
)


def read(path):
    try:
        return (LOG / path).read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(f"no file {path}") from error


def test_its_keys_are_ours():
    key = SigningKey.parse(PRIVATE)
    assert key.to_secret_text() == PRIVATE
    assert str(key.verifier) == PUBLIC


def test_every_checkpoint_tile_and_bundle_is_made_again():
    key = SigningKey.parse(PRIVATE)
    builder, partial = TileBuilder(), b""

    def head():
        return bytes(checkpoint.sign(Checkpoint(key.name, builder.size, builder.root()), key))

    made = {"checkpoint.0": head()}
    for entry in ENTRIES:
        size = builder.size
        new = dict(bundles.append(size, partial, [entry]))
        partial = new[TilePath(-1, 0, size + 1)]
        new |= builder.add([leaf_hash(entry)]) | builder.edge(since=size)
        made |= {str(path): data for path, data in new.items()}
        made[f"checkpoint.{builder.size}"] = made["checkpoint"] = head()
    assert made == {
        str(file.relative_to(LOG)): file.read_bytes() for file in LOG.rglob("*") if file.is_file()
    }


def test_its_checkpoints_verify_and_follow_from_one_another():
    key = VerifierKey.parse(PUBLIC)
    heads = [
        checkpoint.verify(Note.parse(read(f"checkpoint.{size}")), key)
        for size in range(len(ENTRIES) + 1)
    ]
    for size, head in enumerate(heads):
        reader = TileReader(read, size)
        assert reader.verify() == reader.root() == head.root
        for first in heads[1 : size + 1]:
            proof = reader.consistency_proof(first.size)
            verify_consistency(first.size, size, proof, first.root, head.root)


def test_its_entries_are_proved_from_its_tiles():
    reader = TileReader(read, len(ENTRIES))
    note = Note.parse(read("checkpoint"))
    for index, entry in enumerate(ENTRIES):
        assert reader.entry(index) == entry
        proof = LogProof(index, tuple(reader.inclusion_proof(index)), note)
        proof.verify(entry, VerifierKey.parse(PUBLIC))
