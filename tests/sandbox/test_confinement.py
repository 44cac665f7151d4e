"""What is said about the walls is what they are."""

import platform
import struct
import sys
from pathlib import Path

import pytest

from sviedka.sandbox import describe, seccomp
from sviedka.sandbox.walls import bubblewrap


@pytest.fixture(autouse=True)
def _forget():
    describe.cache_clear()
    yield
    describe.cache_clear()


def commands(folder, script):
    (folder / "bwrap").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bwrap").chmod(0o755)
    return str(folder)


def test_bubblewrap_where_it_works():
    found = describe()
    if found.kind != "bubblewrap":
        pytest.skip(found.summary)
    assert found.network.startswith("none")
    assert "bubblewrap" in found.summary


def test_without_bubblewrap_it_is_not_claimed(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bubblewrap() is None
    found = describe()
    assert found.kind != "bubblewrap"
    assert found.wrap is None
    assert "install" in found.summary


@pytest.mark.parametrize(
    "script",
    ["echo 'bwrap: No permissions to create new namespace' >&2; exit 1", "exit 0", "kill -9 $$"],
)
def test_bubblewrap_that_cannot_work_is_found_out_and_told(monkeypatch, tmp_path, script):
    monkeypatch.setenv("PATH", commands(tmp_path, script))
    found = describe()
    assert found.kind != "bubblewrap"
    assert "does not work here" in found.summary


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64", "riscv64"),
    reason="no filter is known for this machine",
)
def test_a_common_machine_has_the_filter(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert describe().kind == "seccomp"
    assert describe().layers == {"seccomp"}


def test_the_filter_allows_by_number_and_jumps_where_it_should():
    for machine in seccomp._MACHINES.values():
        for number, verdict in {
            63 if machine.column else 0: seccomp._ALLOW,  # read
            seccomp._CLONE3: seccomp._ERRNO | seccomp._ENOSYS,
            41 if machine.column == 0 else 198: seccomp._ERRNO | seccomp._EPERM,  # socket
            257 if machine.column == 0 else 56: seccomp._ERRNO | seccomp._EPERM,  # openat
            94 if machine.column else 231: seccomp._ALLOW,  # exit_group, the last but a few
            278 if machine.column else 318: seccomp._ALLOW,
            0x40000000: seccomp._ERRNO | seccomp._EPERM,  # x32
        }.items():
            assert judge(machine, number) == verdict
        assert judge(machine, machine.clone, flags=0x10000) == seccomp._ALLOW
        assert judge(machine, machine.clone, flags=0x11) == seccomp._ERRNO | seccomp._EPERM
        assert judge(machine, 0, audit=0x40000003) == seccomp._KILL


def judge(machine, number, flags=0, audit=None):
    """Runs the filter as the kernel does."""
    data = struct.pack("<iIQQ", number, audit or machine.audit, 0, flags)
    steps = list(struct.iter_unpack("=HBBI", seccomp.program(machine)))
    at = held = 0
    while True:
        code, true, false, k = steps[at]
        at += 1
        if code == seccomp._LOAD:
            (held,) = struct.unpack_from("<I", data, k)
        elif code == seccomp._EQUAL:
            at += true if held == k else false
        elif code == seccomp._ANY_BIT:
            at += true if held & k else false
        else:
            return k


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors cannot be counted")
def test_descriptors_are_not_lost():
    describe()
    describe.cache_clear()
    before = len(list(Path("/proc/self/fd").iterdir()))
    describe()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
