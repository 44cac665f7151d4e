"""Storage roots are what OCFL 1.1 says: the peer takes root and objects, unless altered."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import ocfl
import pytest
from ocfl.layout_registry import get_layout

from sviedka.handover.ocfl import object_root
from sviedka.keep import bundle
from tests.handover.material import Material, hand, originals

PEER = Path(sys.executable).with_name("ocfl-validate.py")
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:ocfl", "ignore::ResourceWarning"
)


@pytest.fixture(scope="module")
def root(prepared: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("ocfl")
    world = prepared.world.copy(base / "world")
    with world.open() as archive:
        hand(archive, base / "root", "ocfl")
    return base / "root"


def objects(root: Path) -> list[Path]:
    return sorted(each.parent for each in root.rglob("0=ocfl_object_1.1"))


def taken(root: Path) -> bool:
    """Whether the peer takes every object; of a root its status says nothing about objects."""
    store = ocfl.StorageRoot(root=str(root))
    sound = store.validate(log_errors=False)
    return sound and store.num_objects > 0 and store.good_objects == store.num_objects


def test_the_peer_takes_root_and_objects(root: Path, prepared: Material) -> None:
    assert taken(root)
    done = subprocess.run([PEER, root, *objects(root)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("is VALID") == len(objects(root)) == len(prepared.everything()) + 1
    assert "[E" not in done.stdout
    assert {line[:6] for line in done.stdout.splitlines() if line.startswith("[W")} == {"[W008]"}


def test_objects_lie_where_the_layout_says(root: Path) -> None:
    stated = json.loads((root / "ocfl_layout.json").read_bytes())["extension"]
    layout = get_layout(stated)
    for each in objects(root):
        name = json.loads((each / "inventory.json").read_bytes())["id"]
        assert layout.identifier_to_path(name) == str(each.relative_to(root))
        assert object_root(name) == f"{each.relative_to(root)}/"


def test_every_original_is_there_to_the_byte(root: Path, prepared: Material) -> None:
    assert set(originals(root).values()) == set(prepared.everything().values())


def test_inventories_state_both_hashes_of_every_file(root: Path) -> None:
    for each in objects(root):
        said = json.loads((each / "inventory.json").read_bytes())
        assert said["digestAlgorithm"] == "sha512"
        for name, block in (("sha512", said["manifest"]), ("sha256", said["fixity"]["sha256"])):
            stated = {path: digest for digest, paths in block.items() for path in paths}
            there = {
                str(file.relative_to(each)): hashlib.new(name, file.read_bytes()).hexdigest()
                for file in (each / "v1" / "content").rglob("*")
                if file.is_file()
            }
            assert stated == there


def test_an_object_stands_for_itself(root: Path, prepared: Material) -> None:
    alone = [each for each in objects(root) if "handover" not in each.name]
    for each in alone:
        content = each / "v1" / "content"
        said = json.loads((content / "custody.json").read_bytes())
        assert bundle.check(content / "item").original.sha256 == said["original"]["sha256"]
    done = subprocess.run(
        [sys.executable, "-I", alone[0] / "v1" / "content" / "verify.py"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (about,) = set(objects(root)) - set(alone)
    readme = (about / "v1" / "content" / "README.txt").read_text("utf-8")
    assert "python3 verify.py STORAGE_ROOT" in readme
    done = subprocess.run(
        [sys.executable, about / "v1" / "content" / "verify.py", root],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert f"All {len(alone)} of them hold." in done.stdout
    assert {"custody.json", "withheld.csv", "README.txt", "verify.py"} == {
        each.name for each in (about / "v1" / "content").iterdir()
    }


@pytest.mark.parametrize("place", range(12))
def test_any_altered_byte_of_an_object_is_refused(root: Path, tmp_path: Path, place: int) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    files = sorted(
        each
        for at in objects(copy)
        for each in at.rglob("*")
        if each.is_file() and each.stat().st_size
    )
    harmed = files[place * len(files) // 12]
    data = bytearray(harmed.read_bytes())
    data[len(data) // 2] ^= 1
    harmed.write_bytes(data)
    assert not taken(copy), harmed
