"""Formats that a program reads: what it makes goes to a parser, and its complaints are said."""

import os

import pytest

from sviedka.readers import Format, read
from sviedka.readers.programs import READPST
from sviedka.sandbox import describe
from sviedka.sandbox.programs import FILE, Program, installed
from tests.readers.taking import confined, take

pytestmark = pytest.mark.skipif(
    describe().kind != "bubblewrap", reason="bubblewrap does not work here, so nothing is run"
)
TAR = "sviedka.readers.archives.tar:parse"


@pytest.fixture
def made(tmp_path):
    """Lets a script make something of a file, for a parser."""
    path = tmp_path / "brought"
    path.write_bytes(b"bytes")
    source = os.open(path, os.O_RDONLY)

    def made(script):
        program = Program(("sh",), "dash", script, 1 << 20)
        form = Format("odd", "mail", TAR, lambda *_: True, program=program)
        return take(read(source, form))

    yield made
    os.close(source)


def test_what_a_program_makes_is_read_by_the_parser(made):
    taken = made(f"cp {FILE} copy && tar -c copy")
    assert taken.files == [(b"copy", b"bytes")]
    assert not taken.faults


def test_what_it_complains_of_is_a_fault_behind_what_it_made(made):
    taken = made(f"cp {FILE} copy && tar -c copy; echo 'half of it is lost' >&2; exit 1")
    assert taken.files == [(b"copy", b"bytes")]
    assert [(fault.place, fault.what) for fault in taken.faults] == [("sh", "half of it is lost")]


def test_what_its_parser_has_said_is_not_said_again(made):
    taken = made(f"cp {FILE} copy && tar -c copy | head -c 700; exit 1")
    assert {fault.trouble for fault in taken.faults} == {"damaged"}
    assert "sh" not in {fault.place for fault in taken.faults}


def test_nothing_at_all_is_refused(made):
    assert made("exit 1").refused


def test_a_flood_ends_at_the_limit(made):
    script = "head -c 1000000 /dev/zero > big; while :; do tar -c big; done"
    taken = made(script)
    assert len(taken.parts) < 2000
    assert {fault.trouble for fault in taken.faults} == {"too_big"}


def test_outlook_s_folders_that_are_none(tmp_path):
    if not installed(READPST):
        pytest.skip("readpst is not here")
    path = tmp_path / "mail.pst"
    path.write_bytes(b"!BDN" + bytes(range(256)) * 40)
    taken = confined(path)
    assert taken.faults or taken.refused
