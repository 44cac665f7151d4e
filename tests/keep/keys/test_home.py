import os
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import NotFoundError, StorageError
from sviedka.keep.keys.home import DeviceFolder, data_folder

AS_ROOT = os.geteuid() == 0


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture
def folder(tmp_path, archive):
    made = DeviceFolder(tmp_path / "home", archive)
    made.make()
    return made


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SVIEDKA_HOME": "/a", "XDG_DATA_HOME": "/b", "HOME": "/c"}, "/a"),
        ({"XDG_DATA_HOME": "/b", "HOME": "/c"}, "/b/sviedka"),
        ({"XDG_DATA_HOME": "b", "HOME": "/c"}, "/c/.local/share/sviedka"),
        ({"SVIEDKA_HOME": "", "XDG_DATA_HOME": "", "HOME": "/c"}, "/c/.local/share/sviedka"),
    ],
)
def test_the_data_folder_is_found_as_the_format_says(environ, expected):
    assert data_folder(environ) == Path(expected)


def test_without_any_variable_it_lies_in_the_users_home():
    assert data_folder({}) == Path.home() / ".local/share/sviedka"


def test_an_archive_has_a_folder_named_by_half_its_id(tmp_path, archive):
    assert DeviceFolder(tmp_path, archive).path == tmp_path / archive[:32]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folders_and_files_are_their_owners_alone_under_any_umask(tmp_path, archive, umask):
    before = os.umask(umask)
    try:
        folder = DeviceFolder(tmp_path / "home", archive)
        folder.make()
        folder.write("device.age", b"keys")
    finally:
        os.umask(before)
    assert mode(tmp_path / "home") == 0o700
    assert mode(folder.path) == 0o700
    assert mode(folder.path / "device.age") == 0o600


@given(data=st.binary(max_size=10_000))
def test_what_was_written_is_read(tmp_path_factory, data):
    folder = DeviceFolder(tmp_path_factory.mktemp("home"), "5a" * 32)
    folder.make()
    folder.write("state.age", data)
    assert folder.read("state.age", len(data)) == data
    assert [path.name for path in folder.path.iterdir()] == ["state.age"]


def test_making_it_again_keeps_what_is_there(folder):
    folder.write("device.age", b"keys")
    folder.make()
    assert folder.has("device.age")
    assert not folder.has("state.age")


def test_what_was_loosened_is_tightened_on_reading(folder):
    folder.write("device.age", b"keys")
    (folder.path / "device.age").chmod(0o644)
    folder.path.chmod(0o755)
    assert folder.read("device.age", 100) == b"keys"
    assert mode(folder.path / "device.age") == 0o600
    assert mode(folder.path) == 0o700


def test_a_write_that_was_interrupted_is_overwritten(folder):
    (folder.path / "state.age.tmp").write_bytes(b"half of a longer sta")
    folder.write("state.age", b"state")
    assert folder.read("state.age", 100) == b"state"
    assert not list(folder.path.glob("*.tmp"))


def test_writing_is_durable_before_and_after_the_rename(tmp_path, folder, archive):
    program = (
        "import sys; from pathlib import Path; from sviedka.keep.keys.home import DeviceFolder;"
        "DeviceFolder(Path(sys.argv[1]), sys.argv[2]).write('state.age', b'state')"
    )
    trace = tmp_path / "trace"
    calls = "trace=openat,fsync,rename,renameat,renameat2"
    command = ["strace", "-o", trace, "-y", "-e", calls, os.sys.executable, "-c", program]
    try:
        subprocess.run([*command, folder.path.parent, archive], check=True)
    except FileNotFoundError:
        pytest.skip("strace is not installed")
    ours = [line for line in trace.read_text().splitlines() if str(folder.path) in line]
    names = [line.split("(")[0] for line in ours]
    assert names == ["openat", "fsync", names[2], "openat", "fsync"]
    assert names[2].startswith("rename")


def test_a_missing_file_says_what_to_do(folder):
    with pytest.raises(NotFoundError, match="recover"):
        folder.read("device.age", 100)


def test_a_file_longer_than_it_may_be_is_refused(folder):
    folder.write("device.age", bytes(101))
    with pytest.raises(StorageError, match="100"):
        folder.read("device.age", 100)


def test_a_link_is_not_followed(folder, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"keys")
    (folder.path / "device.age").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError):
        folder.read("device.age", 100)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_refused_without_waiting_for_it(folder, make):
    make(folder.path / "device.age")
    with pytest.raises(StorageError):
        folder.read("device.age", 100)


@pytest.mark.skipif(not AS_ROOT, reason="only root can give files away")
@pytest.mark.parametrize("which", [".", "device.age"])
def test_what_belongs_to_another_user_is_refused(folder, which):
    folder.write("device.age", b"keys")
    os.chown(folder.path / which, 65534, 65534)
    with pytest.raises(StorageError, match="another user"):
        folder.read("device.age", 100)


def test_a_place_where_no_folder_can_be_is_a_storage_error(tmp_path, archive):
    (tmp_path / "home").write_bytes(b"")
    folder = DeviceFolder(tmp_path / "home", archive)
    with pytest.raises(StorageError):
        folder.make()
    with pytest.raises(StorageError):
        folder.write("device.age", b"keys")
    with pytest.raises(StorageError):
        folder.read("device.age", 100)
