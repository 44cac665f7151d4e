"""ZIPs come out as they were put in; hostile ones say what is wrong, and the rest goes on."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.readers.archives import zip as reader
from sviedka.readers.archives.names import escapes
from sviedka.readers.outlet import MOST_PARTS
from tests.material import hostile_archives as hostile
from tests.readers.taking import confined, parsed

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0/\\:"), min_size=1, max_size=20
).filter(lambda name: name != "..")
FILES = st.lists(st.tuples(NAMES.map(str.encode), st.binary(max_size=400)), max_size=8)


def read(data):
    return parsed(reader.parse, data)


def case(name):
    return parsed(
        reader.parse_program if name.endswith("exe") else reader.parse, hostile.HOSTILE[name]
    )


@given(files=FILES, method=st.sampled_from(METHODS))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_any_files_come_out_the_same_and_in_order(files, method):
    taken = read(hostile.zipped(files, method))
    assert taken.files == files
    assert not taken.faults


@given(files=FILES.filter(bool), cut=st.floats(0, 1, exclude_max=True))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_cut_off_gives_what_was_whole_and_says_so(files, cut):
    whole = hostile.zipped(files)
    data = whole[: int(cut * len(whole))]
    taken = read(data)
    assert taken.faults or taken.refused
    for index, (name, content) in enumerate(taken.files[: len(files)]):
        assert name == files[index][0]
        assert files[index][1].startswith(content)
        assert content == files[index][1] or taken.troubles[index + 1] == "damaged"


def test_a_streamed_zip_that_lost_its_directory_is_read_by_its_headers():
    out = io.BytesIO()
    pipe = type(
        "Pipe", (io.RawIOBase,), {"writable": lambda _: True, "write": lambda _, b: out.write(b)}
    )()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in hostile.INNOCENT:
            with file.open(name.decode(), "w") as member:
                member.write(data)
    data = out.getvalue()
    assert read(data).files == hostile.INNOCENT
    taken = read(data[: data.index(b"PK\1\2")])
    assert taken.files == hostile.INNOCENT
    assert taken.faulty() == [(0, "damaged")]


def test_names_are_kept_as_bytes_in_whatever_encoding():
    names = ["сведения.txt".encode(codec) for codec in ("cp866", "cp1251", "utf-8")]
    members, entries = b"", []
    for name in names:
        entries.append(hostile.listed(name, b"x", b"x", len(members), hostile.STORED))
        members += hostile.local(name, b"x", b"x", hostile.STORED)
    assert [name for name, _ in read(hostile.ended(members, entries)).files] == names


def test_zip64_is_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file, file.open("wide", "w", force_zip64=True) as member:
        member.write(b"wide")
    data = out.getvalue()
    assert read(data).named == {b"wide": b"wide"}


def test_the_time_of_an_extra_field_is_utc_and_the_old_one_is_nobody_knows_where():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        info = zipfile.ZipInfo("timed", (2024, 5, 1, 12, 0, 2))
        info.extra = b"UT\5\0\1" + (1_700_000_000).to_bytes(4, "little")
        file.writestr(info, b"")
        file.writestr(zipfile.ZipInfo("local", (2024, 5, 1, 12, 0, 2)), b"")
    taken = read(out.getvalue())
    assert [part.modified for part in taken.parts] == [1_700_000_000, None]
    assert taken.fact("modified_stated", 2) == ["2024-05-01T12:00:02"]


def test_folders_are_no_parts_and_a_comment_is_a_fact():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.mkdir("folder")
        file.writestr("folder/file", b"x")
        file.comment = b"made by nobody"
    taken = read(out.getvalue())
    assert taken.named == {b"folder/file": b"x"}
    assert taken.fact("comment") == ["made by nobody"]


def test_names_that_lead_out_are_said_and_their_bytes_given():
    taken = case("slip.zip")
    assert [taken.troubles[number] for number in range(1, 6)] == ["escapes"] * 4 + [None]
    assert set(taken.contents.values()) == {b"x"}


@pytest.mark.parametrize(
    ("name", "leads_out"),
    [
        (b"a/b", False), (b"..", True), (b"../a", True), (b"a/../b", True), (b"/a", True),
        (b"\\a", True), (b"c:a", True), (b"a\\..\\b", True), (b"...", False), (b"a..b", False),
    ],
)  # fmt: skip
def test_what_leads_out(name, leads_out):
    assert escapes(name) == leads_out


@pytest.mark.parametrize(
    ("name", "faults", "files"),
    [
        ("lying-names.zip", [(1, "damaged")], [(b"listed.txt", b"the same bytes")]),
        ("hidden.zip", [(2, "damaged")], [(b"shown.txt", b"one"), (b"hidden.txt", b"two")]),
        ("encrypted.zip", [(1, "encrypted")], [(b"secret.txt", b""), (b"plain.txt", b"x")]),
        ("unknown-method.zip", [(1, "unsupported")], [(b"odd", b"")]),
        ("cut.zip", [(0, "damaged")], hostile.INNOCENT),
        ("behind-a-program.exe", [], hostile.INNOCENT),
        ("only-a-program.exe", [], []),
    ],
)
def test_what_is_wrong_is_said_by_place_and_the_rest_goes_on(name, faults, files):
    taken = case(name)
    assert taken.faulty() == faults
    assert taken.files == files
    assert taken.refused is None


def test_a_wrong_checksum_is_that_members_alone():
    taken = case("wrong-sum.zip")
    assert taken.troubles == {1: "damaged", 2: None}
    assert taken.named[b"list.csv"] == dict(hostile.INNOCENT)[b"list.csv"]


def test_the_same_bytes_are_not_given_twice():
    taken = case("overlapping.zip")
    assert taken.troubles[1] is None
    assert {taken.troubles[number] for number in range(2, 501)} == {"damaged"}
    assert sum(map(len, taken.contents.values())) == 1 << 20


def test_a_bomb_is_put_out_and_what_stands_behind_it_is_read():
    taken = read(hostile.bomb())
    assert [taken.troubles[number] for number in (1, 2, 3)] == [None, "too_big", None]
    assert taken.named[b"after.txt"] == b"after"
    assert len(taken.named[b"bomb"]) < 80 << 20


def test_one_level_of_many_is_like_any_other():
    data = hostile.nested(40)
    for level in range(39):
        taken = read(data)
        assert [part.name for part in taken.parts] == [b"level-%d.zip" % (38 - level)]
        data = taken.contents[1]
    assert read(data).named == {b"inmost.txt": b"the inmost"}


@pytest.mark.slow
def test_members_without_end_are_counted():
    taken = read(hostile.many(MOST_PARTS + 5))
    assert len(taken.parts) == MOST_PARTS
    assert taken.faulty() == [(0, "too_many")]


def test_what_is_no_zip_is_refused(tmp_path):
    path = tmp_path / "lying-type.zip"
    path.write_bytes(b"PK\5\6 but no more")
    assert confined(path).refused


def test_in_the_sandbox_it_is_the_same(tmp_path):
    path = tmp_path / "archive.zip"
    path.write_bytes(hostile.zipped(hostile.INNOCENT, zipfile.ZIP_LZMA))
    assert confined(path).files == hostile.INNOCENT
