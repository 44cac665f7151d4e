"""A verifier written from docs/format.md, which imports nothing of ours, agrees with ours."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.keep.verify import Depth, verify

PROGRAM = Path(__file__).with_name("standalone.py")

pytestmark = pytest.mark.skipif(
    not (shutil.which("openssl") and shutil.which("sha256sum")), reason="openssl or coreutils"
)


def holds(path):
    command = [sys.executable, "-I", "-S", PROGRAM, path]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_on_a_whole_archive(original):
    assert holds(original.path)
    assert verify(original.path, Depth.HASHES).intact


def test_on_flips_in_what_it_judges(copy):
    chance = random.Random(19980310)
    judged = [copy.path / "ledger" / "checkpoint", *copy.path.glob("objects/*/*")]
    judged += [each for each in copy.path.glob("ledger/tile/**/*") if each.is_file()]
    for path in judged:
        data = path.read_bytes()
        at, bit = chance.randrange(len(data)), chance.randrange(8)
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :])
        assert not verify(copy.path, Depth.HASHES).intact, path
        assert not holds(copy.path), path
        path.write_bytes(data)


def test_on_a_missing_object(copy):
    path = next(iter(copy.path.glob("objects/*/*")))
    path.unlink()
    assert not verify(copy.path).intact
    assert not holds(copy.path)
