"""Tiles as files: wider ones replace narrower ones, and serve those who still ask for them."""

import pytest

from sviedka.errors import FormatError, NotFoundError
from sviedka.keep.ledger import bundles
from sviedka.keep.ledger.paths import ENTRIES, TilePath
from sviedka.keep.ledger.tilefolder import TileFolder

HASHES = bytes(range(256)) * 32
LINES = [b"entry %d" % number for number in range(256)]


def tile(width, level=0, index=0):
    return {TilePath(level, index, width): HASHES[: 32 * width]}


def bundle(width, index=0):
    return {TilePath(ENTRIES, index, width): bundles.pack(LINES[:width])}


@pytest.fixture
def files(tmp_path):
    return TileFolder(tmp_path)


@pytest.mark.parametrize("wider", [[6], [255], [9, 200, 7]])
def test_a_partial_tile_that_is_gone_is_read_from_a_wider_one(files, wider):
    for width in wider:
        files.write(tile(width) | bundle(width))
    assert files.read("tile/0/000.p/5") == HASHES[: 32 * 5]
    assert files.read("tile/entries/000.p/5") == bundles.pack(LINES[:5])


@pytest.mark.parametrize("name", ["tile/0/000.p/5", "tile/entries/000.p/5", "tile/0/000"])
def test_narrower_ones_and_other_files_serve_nobody(files, tmp_path, name):
    files.write(tile(4) | bundle(4) | tile(9, level=1) | tile(9, index=1))
    for other in ("9.tmp", "09", "٩", "256", "300", "nine", "-9"):
        (tmp_path / "tile/0/000.p" / other).write_bytes(HASHES)
    with pytest.raises(NotFoundError):
        files.read(name)


def test_what_is_no_tile_is_not_read(files):
    for name in ("checkpoint", "../tile/0/000", "tile/0/000.p/256"):
        with pytest.raises(FormatError):
            files.read(name)


def test_a_wider_bundle_that_is_damaged_says_so(files, tmp_path):
    files.write(bundle(9))
    path = tmp_path / "tile/entries/000.p/9"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FormatError, match="p/9"):
        files.read("tile/entries/000.p/5")


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_was_replaced_is_cleared_away_and_nothing_else(files, tmp_path):
    for width in (3, 5, 200):
        files.write(tile(width) | bundle(width))
    files.write(tile(7, index=1) | bundle(7, index=1) | tile(256) | bundle(256))
    files.write(tile(8, index=1) | bundle(8, index=1) | tile(1, level=1))
    (tmp_path / "tile/0/001.p/9.tmp").write_bytes(b"interrupted")
    (tmp_path / "tile/0/000.p/foreign").write_bytes(b"of somebody else")
    files.clear(3, 256 + 8)
    assert names(tmp_path) == [
        *("tile/0/000", "tile/0/000.p/foreign", "tile/0/001.p/8", "tile/1/000.p/1"),
        *("tile/entries/000", "tile/entries/001.p/8"),
    ]
    assert not (tmp_path / "tile/entries/000.p").exists()


def test_what_lies_before_is_not_looked_at(files, tmp_path):
    files.write(tile(3) | tile(3, index=2))
    files.clear(512, 512 + 4)
    assert names(tmp_path) == ["tile/0/000.p/3"]
