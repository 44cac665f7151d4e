import secrets
import stat

import pytest

from sviedka.errors import StorageError
from sviedka.keep.keys import machine

NUMBER = "0123456789abcdef" * 2


@pytest.fixture
def system(tmp_path):
    return tmp_path / "etc-machine-id"


def test_the_systems_number_is_taken_where_there_is_one(tmp_path, system):
    system.write_text(NUMBER + "\n")
    assert machine.machine_id(tmp_path, secrets.token_bytes, system) == NUMBER
    assert not (tmp_path / machine.FALLBACK).exists()


@pytest.mark.parametrize("content", [None, "", "uninitialized\n", "x" * 32, NUMBER[:-1]])
def test_without_one_a_number_is_made_once_and_stays(tmp_path, system, content):
    if content is not None:
        system.write_text(content)
    made = machine.machine_id(tmp_path, secrets.token_bytes, system)
    assert machine.machine_id(tmp_path, secrets.token_bytes, system) == made
    assert made != machine.machine_id(system.parent.parent, lambda n: b"\1" * n, system)
    assert stat.S_IMODE((tmp_path / machine.FALLBACK).stat().st_mode) == 0o600
    (tmp_path.parent / machine.FALLBACK).unlink()


def test_a_place_that_cannot_hold_one_is_a_storage_error(tmp_path, system):
    with pytest.raises(StorageError):
        machine.machine_id(tmp_path / "absent", secrets.token_bytes, system)
    (tmp_path / machine.FALLBACK).write_text("spoilt")
    with pytest.raises(StorageError):
        machine.machine_id(tmp_path, secrets.token_bytes, system)


def test_this_machine_has_one_number(tmp_path):
    one = machine.machine_id(tmp_path, secrets.token_bytes)
    assert one == machine.machine_id(tmp_path, secrets.token_bytes)


def test_the_fingerprint_tells_archives_and_machines_apart_and_hides_the_number():
    prints = {
        machine.fingerprint(archive, number)
        for archive in ("5a" * 32, "77" * 32)
        for number in (NUMBER, NUMBER[::-1])
    }
    assert len(prints) == 4
    assert all(NUMBER not in each and len(each) == 64 for each in prints)


def test_the_fingerprint_is_the_hash_that_the_format_says():
    # printf 'sviedka/machine/v1\n%s\n%s' … … | sha256sum
    expected = "02aad4e127b2d934d0dafb7243b5217fd298262163e5873556cf65f1049dcf1a"
    assert machine.fingerprint("5a" * 32, NUMBER) == expected
