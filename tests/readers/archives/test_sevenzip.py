"""What the program 7z makes of archives: the same files, and what is wrong with them."""

import subprocess
from shutil import which

import pytest

from sviedka.readers.archives import sevenzip
from sviedka.readers.programs import SEVEN_ZIP
from sviedka.sandbox import describe
from sviedka.sandbox.programs import installed
from tests.material.hostile_archives import INNOCENT
from tests.readers.taking import confined, parsed

LIST = b"""\
7-Zip

Path = /in/file
Type = 7z
Comment = made by nobody

----------
Path = folder
Size = 0
Attributes = D drwxr-xr-x
Encrypted = -

Path = folder/a.txt
Size = 3
Modified = 2024-05-01 12:00:00.1234567
Attributes = A -rw-r--r--
CRC = %08X
Encrypted = -

Path = ../b.txt
Size = 3
Attributes = A -rw-r--r--
CRC = 00000000
Encrypted = -

Path = secret
Size = 9
Encrypted = +

"""


def answered(listed, data, size=1000):
    """What is made of an answer of the program's."""
    return parsed(sevenzip.parse, b"%d\n" % len(listed) + listed + data, b"%d" % size)


def test_bytes_are_cut_by_the_list_and_their_checksums_compared():
    taken = answered(LIST % 0x352441C2, b"abcdef")
    assert taken.files == [(b"folder/a.txt", b"abc"), (b"../b.txt", b"def"), (b"secret", b"")]
    assert list(taken.troubles.values()) == [None, "damaged", "encrypted"]
    assert taken.parts[0].modified == 1_714_564_800
    assert taken.fact("comment") == ["made by nobody"]


def test_too_few_bytes_and_too_many_are_noticed():
    assert answered(LIST % 0x352441C2, b"ab").troubles[1] == "damaged"
    assert answered(LIST % 0x352441C2, b"abcdefg").faulty()[-1] == (0, "damaged")


@pytest.mark.parametrize("data", [b"", b"x\n", b"99999999999\n", b"-5\n"])
def test_what_is_no_answer_is_refused(data):
    assert parsed(sevenzip.parse, data, b"5").refused


@pytest.mark.parametrize(
    "listed", [b"", b"\n----------\n", b"\n----------\nSize = 5\n", b"\xff\n", b"Path = a\n"]
)
def test_odd_lists_hold_nothing(listed):
    assert not answered(listed, b"").parts


@pytest.fixture
def packed(tmp_path):
    """Packs files by the program itself, with options."""
    if not installed(SEVEN_ZIP) or describe().kind != "bubblewrap":
        pytest.skip("7z is not here, or nothing confines it")
    program = which("7z") or which("7zz")

    def pack(files, *options):
        for name, data in files:
            (tmp_path / name.decode()).write_bytes(data)
        names = [name.decode() for name, _ in files]
        command = [program, "a", "-bd", *options, "archive.7z", *names]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        return tmp_path / "archive.7z"

    return pack


def test_files_come_out_the_same(packed):
    files = [*INNOCENT, ("звесткі.txt".encode(), bytes(range(256)) * 3000)]
    taken = confined(packed(files))
    assert taken.named == dict(files)
    assert not taken.faults


def test_encrypted_members_are_said_to_be(packed):
    taken = confined(packed(INNOCENT, "-psecret"))
    assert set(taken.troubles.values()) == {"encrypted"}
    assert set(taken.contents.values()) == {b""}


def test_an_encrypted_list_too(packed):
    taken = confined(packed(INNOCENT, "-psecret", "-mhe=on"))
    assert taken.faulty() == [(0, "encrypted")]


def test_one_that_is_cut_off_is_damaged(packed):
    path = packed(INNOCENT)
    path.write_bytes(path.read_bytes()[:-20])
    assert confined(path).faulty() == [(0, "damaged")]


def test_a_changed_byte_is_found(packed):
    path = packed([(b"noise", bytes(range(256)) * 4)], "-mx=0")
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    assert confined(path).troubles == {1: "damaged"}
