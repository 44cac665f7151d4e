"""Spools: what is written is read again, and what lies on the disk is sealed."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.live.spool import Spool
from sviedka.errors import UsageError


@given(st.lists(st.binary(max_size=200_000), max_size=5), st.sampled_from([0, 100, 1 << 20]))
def test_what_was_written_is_read_as_often_as_wanted(parts, in_memory):
    with Spool(in_memory=in_memory) as spool:
        for part in parts:
            spool.write(part)
        whole = b"".join(parts)
        assert spool.size == len(whole)
        assert spool.read() == b"".join(spool.blocks()) == whole
        with spool.open() as stream:
            stream.seek(len(whole) // 2)
            assert stream.read() == whole[len(whole) // 2 :]


def test_what_lies_on_the_disk_has_no_name_and_is_sealed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    secret = b"the name of a witness " * 100_000
    with Spool(secret, in_memory=1000) as spool:
        assert list(tmp_path.iterdir()) == []
        on_disk = os.pread(spool._file, 2 * len(secret), 0)
        assert len(on_disk) > len(secret) / 2
        assert b"witness" not in on_disk
        assert spool.read() == secret


def test_nothing_is_written_once_it_was_read_from_the_disk():
    with Spool(bytes(2000), in_memory=1000) as spool:
        spool.read()
        with pytest.raises(UsageError):
            spool.write(b"more")
