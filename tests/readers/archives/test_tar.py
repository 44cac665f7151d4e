"""tar archives come out as they were put in, compressed or not; hostile ones say what is amiss."""

import bz2
import gzip
import lzma
import subprocess
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.readers.archives import packed, tar
from tests.material import hostile_archives as hostile
from tests.readers.taking import confined, parsed

FORMATS = (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT)
PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
NAMES = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0/\\:"), min_size=1)
    .filter(lambda name: name != "..")
    .map(str.encode)
)
FILES = st.lists(st.tuples(NAMES, st.binary(max_size=1500)), min_size=1, max_size=6)


def read(data):
    return parsed(tar.parse, data)


def unpacked(data):
    return parsed(packed.parse, data)


def case(name):
    return (read if name.endswith("tar") else unpacked)(hostile.HOSTILE[name])


@given(files=FILES, form=st.sampled_from(FORMATS))
def test_any_files_come_out_the_same_and_in_order(files, form):
    taken = read(hostile.tarred(files, form))
    assert taken.files == files
    assert not taken.faults


@given(files=FILES, packer=st.sampled_from(sorted(PACKERS)))
def test_compressed_ones_too(files, packer):
    taken = unpacked(PACKERS[packer](hostile.tarred(files)))
    assert taken.files == files
    assert not taken.faults


@given(files=FILES, cut=st.floats(0, 1, exclude_max=True), form=st.sampled_from(FORMATS))
def test_what_is_cut_off_gives_what_was_whole_and_says_so(files, cut, form):
    whole = hostile.tarred(files, form)
    data = whole[: int(cut * len(whole.rstrip(b"\0")))]
    taken = read(data)
    assert taken.faults or taken.refused
    for index, (name, content) in enumerate(taken.files):
        assert name == files[index][0]
        assert files[index][1].startswith(content)
        assert content == files[index][1] or taken.troubles[index + 1] == "damaged"


@given(
    data=st.binary(max_size=3000), packer=st.sampled_from(sorted(PACKERS)), cut=st.integers(1, 40)
)
def test_a_single_file_too(data, packer, cut):
    compressed = PACKERS[packer](data)
    assert unpacked(compressed).contents == {1: data}
    taken = unpacked(compressed[:-cut])
    if taken.parts:
        assert data.startswith(taken.contents[1])
        assert taken.troubles[1] == "damaged"
    else:
        assert taken.refused


def test_names_that_the_command_tar_writes(tmp_path):
    name = "вельмі доўгая назва " * 6
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_text("x")
    for form in ("gnu", "pax"):
        command = ["tar", f"--format={form}", "-C", str(tmp_path / "in"), "-cf", "-", name]
        done = subprocess.run(command, capture_output=True, check=True)
        assert read(done.stdout).files == [(name.encode(), b"x")]


def test_the_time_and_the_owner():
    info = tarfile.TarInfo("file")
    info.mtime, info.uname = 1_700_000_000.5, "somebody"
    taken = read(info.tobuf(tarfile.PAX_FORMAT) + bytes(1024))
    assert taken.parts[0].modified == 1_700_000_000
    (owner,) = (fact for fact in taken.facts if fact.name == "owner")
    assert (owner.value, owner.reveals) == ("somebody", True)


def test_a_size_beyond_octal_digits():
    info = tarfile.TarInfo("big")
    info.size = 9 << 30
    taken = read(info.tobuf(tarfile.GNU_FORMAT) + b"the first bytes")
    assert taken.troubles == {1: "damaged"}
    assert taken.named == {b"big": b"the first bytes"}


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        (
            "links.tar",
            [(1, "escapes"), (2, "unsupported"), (3, "unsupported"), (4, "unsupported")],
        ),
        ("lying-size.tar", [(1, "damaged"), (0, "damaged")]),
        ("broken-header.tar", [(0, "damaged")]),
        ("long-name.tar", [(0, "too_big"), (0, "damaged")]),
        ("slip.tar", [(1, "escapes")]),
        ("cut.gz", [(1, "damaged")]),
        ("cut.tar.gz", [(3, "damaged"), (0, "damaged")]),
        ("two-members.gz", []),
        ("rubbish-behind.gz", [(1, "damaged")]),
        ("cut.bz2", [(1, "damaged")]),
        ("cut.xz", [(1, "damaged")]),
    ],
)
def test_what_is_wrong_is_said_by_place(name, faults):
    assert case(name).faulty() == faults


def test_the_rest_goes_on():
    assert case("links.tar").named[b"fine.txt"] == b"fine"
    assert case("broken-header.tar").files == [(b"a", b"aaaa"), (b"c", b"cccc")]
    assert case("slip.tar").files == [(b"../above", b"x"), (b"fine", b"y")]
    assert case("cut.tar.gz").files[:2] == hostile.INNOCENT
    assert case("two-members.gz").contents == {1: b"one two"}
    assert case("rubbish-behind.gz").contents == {1: b"sound"}


def test_a_bomb_is_put_out(monkeypatch):
    monkeypatch.setattr("sviedka.readers.outlet.ANYWAY", 1 << 20)
    taken = case("bomb.gz")
    assert taken.troubles == {1: "too_big"}
    assert len(taken.contents[1]) < 4 << 20


def test_zeros_without_end_are_put_out(monkeypatch):
    monkeypatch.setattr("sviedka.readers.outlet.ANYWAY", 1 << 20)
    data = gzip.compress(hostile.tarred(hostile.INNOCENT) + bytes(8 << 20))
    taken = unpacked(data)
    assert taken.files == hostile.INNOCENT
    assert taken.faulty() == [(0, "too_big")]


def test_the_name_that_gzip_states(tmp_path):
    path = tmp_path / "звесткі.csv"
    path.write_text("a;b")
    subprocess.run(["gzip", "-k", path], check=True)
    taken = confined(tmp_path / "звесткі.csv.gz")
    assert taken.files == [("звесткі.csv".encode(), b"a;b")]
    assert taken.parts[0].modified == int(path.stat().st_mtime)


def test_in_the_sandbox_it_is_the_same(tmp_path):
    path = tmp_path / "archive.tar.xz"
    path.write_bytes(lzma.compress(hostile.tarred(hostile.INNOCENT)))
    assert confined(path).files == hostile.INNOCENT
