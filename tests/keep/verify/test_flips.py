"""Every single-bit change in any file of an archive, but for its index, is found."""

import random
from io import BufferedReader, BytesIO

import pytest

from sviedka.errors import SviedkaError
from sviedka.keep.age import HybridIdentity
from sviedka.keep.index import items
from sviedka.keep.vault.seal import Sealed
from sviedka.keep.vault.unseal import verify_item

SMALL = 4096
FLIPS = 150


def judged(world):
    """Every file that a verification answers for."""
    paths = [path for path in world.path.rglob("*") if path.is_file()]
    return sorted(path for path in paths if not path.name.startswith("index.db"))


class Flipped:
    """A file with one bit changed, for as long as the block takes."""

    def __init__(self, path, data, at, bit):
        self.path = path
        self.data = data
        self.changed = data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]

    def __enter__(self):
        self.path.write_bytes(self.changed)

    def __exit__(self, *error):
        self.path.write_bytes(self.data)


def test_in_any_file_at_random(copy, interrupted):
    chance = random.Random(20201214)
    for world in (copy, interrupted):
        files = judged(world)
        contents = {path: path.read_bytes() for path in files}
        for _ in range(FLIPS):
            path = chance.choice([path for path in files if contents[path]])
            at, bit = chance.randrange(len(contents[path])), chance.randrange(8)
            with Flipped(path, contents[path], at, bit):
                assert not world.verify().clean, (path, at, bit)
        assert world.verify().clean


@pytest.mark.parametrize("name", ["copy", "interrupted"])
def test_in_every_byte_of_every_small_file(name, request):
    world = request.getfixturevalue(name)
    chance = random.Random(20221214)
    for path in judged(world):
        data = path.read_bytes()
        if len(data) > SMALL or "objects" in path.parts:
            continue
        for at in range(len(data)):
            bit = chance.randrange(8)
            with Flipped(path, data, at, bit):
                assert not world.verify().clean, (path, at, bit)


def test_in_every_byte_of_every_small_original(copy):
    chance = random.Random(20231214)
    with copy.open() as archive, archive.projector.index.reading() as db:
        known = [each for each in items.items(db) if each.object.hex() != copy.deleted]
        keys = {each.object: opened(archive, each) for each in known}
    for item in known:
        name = item.object.hex()
        data = (copy.path / "objects" / name[:2] / name).read_bytes()
        if len(data) > SMALL:
            continue
        sealed = Sealed(name, len(data), item.sha256.hex(), item.size)
        verify_item(BufferedReader(BytesIO(data)), keys[item.object], sealed)
        for at in range(len(data)):
            changed = bytearray(data)
            changed[at] ^= 1 << chance.randrange(8)
            with pytest.raises(SviedkaError):
                verify_item(BufferedReader(BytesIO(changed)), keys[item.object], sealed)


def opened(archive, item):
    identity = archive.identity(item.case.hex(), item.facet, item.epoch)
    return HybridIdentity.from_seed(identity.seed)
