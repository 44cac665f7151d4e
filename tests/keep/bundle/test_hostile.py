"""Bundles made to harm whoever checks them get a typed error, soon and in little memory."""

import os
import resource
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.errors import FormatError, InputError, NotFoundError, SviedkaError
from sviedka.keep import bundle


def zipped(path, names, *, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in names:
            file.writestr(name, data)
    return path


def members(bundles):
    with zipfile.ZipFile(bundles / "item.zip") as file:
        return [(name, file.read(name)) for name in file.namelist()]


def test_what_is_no_bundle_is_said_to_be_none(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("no bundle")
    os.mkfifo(tmp_path / "pipe")
    for name in ("empty", "text", "pipe", "absent"):
        with pytest.raises(SviedkaError):
            bundle.check(tmp_path / name)


def test_a_compressed_zip_is_refused_before_anything_is_read(bundles, tmp_path):
    bomb = zipped(
        tmp_path / "b.zip", [("proof.json", b"{" * 50_000_000)], method=zipfile.ZIP_DEFLATED
    )
    with pytest.raises(InputError, match="compressed"):
        bundle.check(bomb)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(bundles, tmp_path):
    held = members(bundles)
    with pytest.raises(InputError, match="twice"):
        bundle.check(zipped(tmp_path / "b.zip", [*held, held[0]]))


@pytest.mark.parametrize(
    "name", ["../out", "/etc/x", "item/../../out", "item/original/../x", "a/b"]
)
def test_a_name_that_leads_elsewhere_writes_nothing(bundles, tmp_path, name):
    folder = tmp_path / "work"
    folder.mkdir()
    with pytest.raises(SviedkaError):
        bundle.check(zipped(folder / "b.zip", [*members(bundles), (name, b"")]))
    assert [each.name for each in tmp_path.rglob("*")] == ["work", "b.zip"]


def test_thousands_of_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="300"):
        bundle.check(zipped(tmp_path / "b.zip", [(f"{n}", b"") for n in range(1000)]))
    (tmp_path / "b").mkdir()
    for n in range(400):
        (tmp_path / "b" / str(n)).write_bytes(b"")
    with pytest.raises(InputError, match="300"):
        bundle.check(tmp_path / "b")


def test_a_list_of_files_longer_than_memory_is_refused(bundles, tmp_path):
    data = bytearray((bundles / "item.zip").read_bytes())
    at = data.rfind(b"PK\5\6")
    struct.pack_into("<I", data, at + 12, 0xF000_0000)
    (tmp_path / "a.zip").write_bytes(data)
    locator = b"PK\6\7" + struct.pack("<IQI", 0, 0, 1)
    record = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1, 1, 1 << 60, 0)
    (tmp_path / "b.zip").write_bytes(record + locator + data[at:])
    for name in ("a.zip", "b.zip"):
        with pytest.raises(InputError, match="too long"):
            bundle.check(tmp_path / name)


def test_a_file_that_claims_to_be_small_is_not_read_whole(item):
    with (item / "record.json").open("ab") as file:
        file.truncate(1 << 40)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FormatError, match="longer"):
        bundle.check(item)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_a_folder_within_a_folder_is_refused(item):
    (item / "original" / "more").mkdir()
    with pytest.raises(InputError):
        bundle.check(item)


def test_a_file_named_by_the_proof_alone_is_missing(item):
    (item / "event.json").unlink()
    with pytest.raises(NotFoundError):
        bundle.check(item)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 2**20), mask=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_zip_gets_a_typed_error_or_holds(bundles, tmp_path, at, mask, cut):
    data = bytearray((bundles / "item.zip").read_bytes())
    at %= len(data)
    if cut:
        del data[at:]
    else:
        data[at] ^= mask
    (tmp_path / "b.zip").write_bytes(data)
    try:
        found = bundle.check(tmp_path / "b.zip")
    except SviedkaError:
        return
    assert found.record == bundle.check(bundles / "item").record
