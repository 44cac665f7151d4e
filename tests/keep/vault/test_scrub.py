from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.errors import StorageError
from sviedka.keep.vault import DirectoryStore, Finding, Harm, scrub

if TYPE_CHECKING:
    from pathlib import Path

CONTENTS = [bytes([n]) * (100 + n % 3) for n in range(12)]
EXPECTED = {sha256(one).hexdigest(): len(one) for one in CONTENTS}
NAMES = list(EXPECTED)


@pytest.fixture
def full(store: DirectoryStore) -> DirectoryStore:
    fill(store)
    return store


def fill(store: DirectoryStore) -> None:
    with store.staging() as stage:
        for content in CONTENTS:
            with stage.writer() as writer:
                writer.write(content)
                writer.close()
        stage.commit()


def path_of(store: DirectoryStore, name: str) -> Path:
    return store.root / name[:2] / name


def test_a_store_in_order(full: DirectoryStore) -> None:
    assert list(scrub(full, EXPECTED)) == []


def test_an_absent_store(tmp_path: Path) -> None:
    found = list(scrub(DirectoryStore(tmp_path / "gone"), EXPECTED))
    assert found == [Finding(Harm.MISSING, name) for name in NAMES]


def test_each_harm_is_told_apart(full: DirectoryStore) -> None:
    path_of(full, NAMES[0]).unlink()
    path_of(full, NAMES[1]).write_bytes(CONTENTS[1][:-1])
    path_of(full, NAMES[2]).write_bytes(CONTENTS[2] + b"x" * 50)
    path_of(full, NAMES[3]).write_bytes(CONTENTS[4])
    path_of(full, NAMES[4]).write_bytes(CONTENTS[3])
    path_of(full, NAMES[5]).write_bytes(b"x" * len(CONTENTS[5]))
    path_of(full, NAMES[6]).write_bytes(b"")
    path_of(full, NAMES[7]).unlink()
    path_of(full, NAMES[7]).symlink_to("/dev/zero")
    other = sha256(b"other").hexdigest()
    path_of(full, other).parent.mkdir(exist_ok=True)
    path_of(full, other).write_bytes(b"other")
    (full.root / "README").write_bytes(b"")
    (full.root / "interrupted.tmp").write_bytes(b"")
    found = {finding.name: finding.harm for finding in scrub(full, EXPECTED)}
    assert found == {
        NAMES[0]: Harm.MISSING,
        NAMES[1]: Harm.TRUNCATED,
        NAMES[2]: Harm.EXTENDED,
        NAMES[3]: Harm.SWAPPED,
        NAMES[4]: Harm.SWAPPED,
        NAMES[5]: Harm.ALTERED,
        NAMES[6]: Harm.TRUNCATED,
        NAMES[7]: Harm.MISSING,
        other: Harm.UNLISTED,
        "README": Harm.FOREIGN,
        f"{NAMES[7][:2]}/{NAMES[7]}": Harm.FOREIGN,
    }


def test_where_a_swapped_object_belongs_is_said(full: DirectoryStore) -> None:
    path_of(full, NAMES[3]).write_bytes(CONTENTS[4])
    assert list(scrub(full, EXPECTED)) == [Finding(Harm.SWAPPED, NAMES[3], NAMES[4])]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(which=st.integers(0, 11), at=st.integers(0, 99), flip=st.integers(1, 255))
def test_every_altered_byte_is_found(full: DirectoryStore, which: int, at: int, flip: int) -> None:
    changed = bytearray(CONTENTS[which])
    changed[at] ^= flip
    path_of(full, NAMES[which]).write_bytes(changed)
    assert list(scrub(full, EXPECTED)) == [Finding(Harm.ALTERED, NAMES[which])]
    path_of(full, NAMES[which]).write_bytes(CONTENTS[which])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_what_cannot_be_read_is_told(full: DirectoryStore) -> None:
    path_of(full, NAMES[0]).chmod(0)
    (found,) = scrub(full, EXPECTED)
    assert (found.harm, found.name) == (Harm.UNREADABLE, NAMES[0])


def test_a_store_that_cannot_be_listed(tmp_path: Path) -> None:
    (tmp_path / "objects").write_bytes(b"")
    with pytest.raises(StorageError):
        list(scrub(DirectoryStore(tmp_path / "objects"), {}))
