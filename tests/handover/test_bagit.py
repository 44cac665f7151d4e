"""Bags are what RFC 8493 says: the peer takes them, and refuses them once anything is altered."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import bagit
import pytest

from sviedka.keep import bundle
from tests.handover.material import NAMES, Material, hand, originals

PEER = Path(sys.executable).with_name("bagit.py")


@pytest.fixture(scope="module")
def bag(prepared: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("bag")
    world = prepared.world.copy(base / "world")
    with world.open() as archive:
        hand(archive, base / "bag", organization="Група\nВыдуманая", purpose="for the court")
    return base / "bag"


def taken(path: Path) -> bool:
    done = subprocess.run([PEER, "--validate", path], capture_output=True, check=False)
    try:
        valid = bagit.Bag(str(path)).validate()
    except (bagit.BagError, OSError):
        valid = False
    assert valid == (done.returncode == 0), done.stderr
    return valid


def test_the_peer_takes_it(bag: Path) -> None:
    assert taken(bag)
    found = bagit.Bag(str(bag))
    assert sorted(found.algorithms) == ["sha256", "sha512"]
    assert found.info["Source-Organization"] == "Група Выдуманая"
    payload = [each for each in (bag / "data").rglob("*") if each.is_file()]
    size = sum(each.stat().st_size for each in payload)
    assert found.info["Payload-Oxum"] == f"{size}.{len(payload)}"


def test_every_file_is_in_both_manifests(bag: Path) -> None:
    for name in ("sha256", "sha512"):
        stated = {}
        for manifest in (f"manifest-{name}.txt", f"tagmanifest-{name}.txt"):
            for line in (bag / manifest).read_text("utf-8").splitlines():
                digest, path = line.split("  ", 1)
                stated[path] = digest
        there = {
            str(each.relative_to(bag)): hashlib.new(name, each.read_bytes()).hexdigest()
            for each in bag.rglob("*")
            if each.is_file() and not each.name.startswith("tagmanifest-")
        }
        assert stated == there


def test_every_original_is_there_to_the_byte(bag: Path, prepared: Material) -> None:
    wanted = set(prepared.everything().values())
    assert set(originals(bag).values()) == wanted
    count = sum(1 for _ in bag.rglob("original/*"))
    assert count == len(prepared.everything())


def test_names_are_such_as_windows_takes(bag: Path) -> None:
    paths = [str(each.relative_to(bag)) for each in bag.rglob("*")]
    assert len({path.casefold() for path in paths}) == len(paths)
    for path in paths:
        assert len(path) < 200
        for part in path.split("/"):
            assert not set('<>:"\\|?*%\u202e') & set(part)
            assert part.isprintable()
            assert part == part.strip(" .")
            assert part.split(".")[0].upper() not in {"NUL", "CON", "PRN", "AUX", "COM1"}


@pytest.mark.parametrize("place", range(24))
def test_any_altered_byte_is_refused(bag: Path, tmp_path: Path, place: int) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bag, copy)
    files = sorted(
        each
        for each in copy.rglob("*")
        # The last manifest of all vouches for no file of its own; nor can a bag for that.
        if each.is_file() and each.stat().st_size and not each.name.startswith("tagmanifest-")
    )
    harmed = files[place * len(files) // 24]
    data = bytearray(harmed.read_bytes())
    data[len(data) // 2] ^= 1
    harmed.write_bytes(data)
    assert not taken(copy), harmed


def test_a_missing_or_an_added_original_is_refused(bag: Path, tmp_path: Path) -> None:
    for change in (lambda path: path.unlink(), lambda path: path.with_name("b").write_bytes(b"b")):
        copy = tmp_path / os.urandom(4).hex()
        shutil.copytree(bag, copy)
        change(next(each for each in sorted(copy.rglob("original/*"))))
        assert not taken(copy)


def test_the_proof_of_every_piece_holds_for_both_programs(bag: Path, prepared: Material) -> None:
    folders = sorted((bag / "data" / "items").iterdir())
    for each in folders:
        found = bundle.check(each)
        assert found.original is not None
        assert found.event is None or "purpose" not in found.event
    done = subprocess.run(
        [sys.executable, "-I", "-S", bag / "data" / "verify.py"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"All {len(folders)} of them hold." in done.stdout
    assert len(folders) == len(NAMES) + 6


def test_what_went_with_an_import_that_a_witness_saw_says_so(bag: Path) -> None:
    outside = list(bag.rglob("outside/*.cosig.*"))
    assert outside
