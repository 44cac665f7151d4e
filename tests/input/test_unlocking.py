"""Passphrases that do not open, and what they cost."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sviedka.keep.keys import device
from tests.input.checking import ACCESS, FORMAT, INTEGRITY, USAGE, clear, refused
from tests.program import PASSPHRASE, Program, tree

if TYPE_CHECKING:
    from pathlib import Path

COST = 0.1
"""Seconds that a try takes at the least."""


@pytest.fixture
def locked(program: Program) -> Program:
    """Without the agent."""
    runtime = program.base / "no agent"
    runtime.mkdir(0o700)
    return replace(program, runtime=runtime)


def key_file(program: Program) -> Path:
    (found,) = program.home.rglob(device.FILE)
    return found


def attempt(program: Program, passphrase: bytes) -> tuple[int, str, float]:
    """Exit status, text and seconds of a try."""
    program.passphrase.write_bytes(passphrase)
    began = time.monotonic()
    done = program.attempt("list")
    took = time.monotonic() - began
    clear(done)
    assert not done.out
    return done.status, done.err, took


def test_a_wrong_passphrase_cannot_be_told_from_a_damaged_file_and_costs(locked: Program) -> None:
    before = tree(locked.archive)
    wrong = [
        attempt(locked, given)
        for given in (
            b"wrong",
            PASSPHRASE.encode()[:-1],
            PASSPHRASE.encode() + b" ",
            b"\xd1\x91" * 90,
        )
    ]
    file = key_file(locked)
    data = bytearray(file.read_bytes())
    at = data.index(b"\n", data.index(b"scrypt")) + 5  # in the wrapped file key
    data[at] = ord("A") if data[at] != ord("A") else ord("B")
    file.write_bytes(data)
    damaged = attempt(locked, PASSPHRASE.encode())
    assert {status for status, _, _ in [*wrong, damaged]} == {ACCESS}
    assert len({text for _, text, _ in [*wrong, damaged]}) == 1
    assert min(took for _, _, took in [*wrong, damaged]) >= COST
    assert tree(locked.archive) == before


def test_an_empty_passphrase_is_refused(locked: Program) -> None:
    status, _, _ = attempt(locked, b"")
    assert status in {USAGE, ACCESS}
    status, _, _ = attempt(locked, b"\n")
    assert status in {USAGE, ACCESS}


def test_an_archive_under_an_empty_passphrase_is_not_made(tmp_path: Path) -> None:
    program = Program.at(tmp_path / "new")
    program.passphrase.write_bytes(b"")
    done = program.attempt("init", program.archive)
    assert done.status == USAGE
    assert done.is_clear
    assert not program.archive.exists()
    assert not [path for path in program.home.rglob("*") if path.is_file()]


@pytest.mark.parametrize("given", [b"\xff\xfe", b"x" * 5000], ids=["not text", "too long"])
def test_what_is_no_passphrase_is_refused(locked: Program, given: bytes) -> None:
    assert attempt(locked, given)[0] == USAGE


def test_without_a_terminal_a_passphrase_is_not_waited_for(locked: Program) -> None:
    environ = {"SVIEDKA_PASSPHRASE_FILE": ""}
    refused(
        locked, replace(locked, more=environ).attempt("list"), ACCESS, "SVIEDKA_PASSPHRASE_FILE"
    )


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (lambda data: b"", FORMAT),
        (lambda data: data[: len(data) // 2], FORMAT),
        (lambda data: b"\0" * len(data), FORMAT),
        (lambda data: data + b"\0", INTEGRITY),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), INTEGRITY),
        (lambda data: data.replace(b" 17\n", b" 30\n"), FORMAT),
        (lambda data: b"x" * (1 << 20), FORMAT),
    ],
    ids=["empty", "half", "zeros", "longer", "last byte", "scrypt without end", "huge"],
)
def test_a_spoiled_key_file_is_told(locked: Program, spoil: object, status: int) -> None:
    file = key_file(locked)
    file.write_bytes(spoil(file.read_bytes()))
    found, _, took = attempt(locked, PASSPHRASE.encode())
    assert found in {status, FORMAT, INTEGRITY, ACCESS, 6}
    assert took < 10


def test_no_keys_on_this_machine_are_told(locked: Program) -> None:
    key_file(locked).unlink()
    status, text, _ = attempt(locked, PASSPHRASE.encode())
    assert status == USAGE
    assert "recover" in text
