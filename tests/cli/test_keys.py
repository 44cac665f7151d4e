"""Passphrases and the agent, as people and programs use them."""

import time
from dataclasses import replace

import pytest

NEW = "sześć wypadkowych słów"


@pytest.fixture
def program(program):
    """With an agent of its own, that does not run."""
    runtime = program.base / "own"
    runtime.mkdir(0o700)
    mine = replace(program, runtime=runtime)
    yield mine
    mine.attempt("lock")


def without_passphrase(program):
    return replace(program, more={**program.more, "SVIEDKA_PASSPHRASE_FILE": ""})


def test_a_cycle(program):
    bare = without_passphrase(program)
    assert bare.attempt("list").status == 5
    program.run("unlock")
    assert bare.run("list").out
    assert 800 < bare.json("status")["unlocked_seconds"] <= 900
    assert bare.json("lock") == {"was_unlocked": True}
    assert bare.json("lock") == {"was_unlocked": False}
    assert bare.attempt("list").status == 5


def test_without_keys_or_a_terminal_it_says_what_to_do(program):
    done = without_passphrase(program).attempt("list", "--json")
    assert done.status == 5
    error = done.result["error"]
    assert error["kind"] == "LockedError"
    assert "sviedka unlock" in error["do"]
    assert "SVIEDKA_PASSPHRASE_FILE" in error["do"]


def test_status_without_keys(program):
    done = without_passphrase(program).attempt("status")
    assert done.status == 0
    assert "Locked: " in done.err
    assert "entries" in done.out


def test_the_agent_goes_after_its_minutes(program):
    program.run("unlock", "--minutes", 0.03)
    bare = without_passphrase(program)
    time.sleep(2)
    assert bare.attempt("list").status == 5
    assert bare.json("status")["unlocked_seconds"] is None


def test_another_passphrase(program, tmp_path):
    (tmp_path / "new").write_text(NEW)
    changing = replace(
        program, more={**program.more, "SVIEDKA_NEW_PASSPHRASE_FILE": str(tmp_path / "new")}
    )
    changing.run("passphrase")
    done = program.attempt("list", "--json")
    assert done.status == 5
    assert done.result["error"]["kind"] == "WrongPassphraseError"
    program.passphrase.write_text(NEW + "\n")
    assert program.run("list").out


def test_a_wrong_old_passphrase_changes_nothing(program, tmp_path):
    (tmp_path / "new").write_text(NEW)
    (tmp_path / "wrong").write_text("wrong")
    wrong = {"SVIEDKA_PASSPHRASE_FILE": str(tmp_path / "wrong")}
    new = {"SVIEDKA_NEW_PASSPHRASE_FILE": str(tmp_path / "new")}
    assert replace(program, more={**wrong, **new}).attempt("passphrase").status == 5
    assert program.run("list").out


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"x" * 5000])
def test_a_passphrase_file_that_is_none(program, tmp_path, content):
    if content is not None:
        (tmp_path / "odd").write_bytes(content)
    odd = replace(program, more={"SVIEDKA_PASSPHRASE_FILE": str(tmp_path / "odd")})
    done = odd.attempt("list")
    assert done.status == 2
    assert str(tmp_path / "odd") in done.err
