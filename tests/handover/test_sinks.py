"""Packages are whole or not there, and open with other people's programs."""

from __future__ import annotations

import io
import resource
import signal
import subprocess
import tarfile
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyrage
import pytest

from sviedka.errors import IntegrityError, StorageError, UsageError
from sviedka.handover import sinks
from sviedka.keep.age import HybridIdentity, X25519Identity, open_sealed
from tests.handover.material import Material, hand, originals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = {"bagit.txt": b"one", "data/items/1/original/заява.txt": b"two" * 50_000, "empty": b""}
FORMS = ["p", "p.tar", "p.zip"]


def fill(sink: sinks.Sink) -> None:
    for name, data in FILES.items():
        sink.add(name, len(data), [data[:7], data[7:]])


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a tar or zip file, without the folder that they are in."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            assert zipped.testzip() is None
            found = {each: zipped.read(each) for each in zipped.namelist()}
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            found = {each.name: tar.extractfile(each).read() for each in tar.getmembers()}
    assert {name.split("/")[0] for name in found} == {"p"}
    return {name.removeprefix("p/"): each for name, each in found.items()}


def in_folder(folder: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }


@pytest.mark.parametrize("name", FORMS)
def test_in_the_clear_it_is_what_its_name_says(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    with sinks.opened(out, []) as sink:
        fill(sink)
        assert not out.exists()
    assert (in_folder(out) if out.is_dir() else unpacked(out.read_bytes())) == FILES
    assert out.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", ["p.tar.age", "p.age", "p.zip.age", "p"])
def test_sealed_it_opens_with_the_age_command_and_with_pyrage(tmp_path: Path, name: str) -> None:
    one, other = X25519Identity.generate(), X25519Identity.generate()
    out = tmp_path / name
    with sinks.opened(out, [one.recipient, other.recipient]) as sink:
        fill(sink)
    (tmp_path / "key").write_text(str(one))
    command = ["age", "--decrypt", "-i", tmp_path / "key", out]
    opened = subprocess.run(command, capture_output=True, check=True).stdout
    assert unpacked(opened) == FILES
    assert pyrage.decrypt(out.read_bytes(), [pyrage.x25519.Identity.from_str(str(other))]) == opened
    stranger = pyrage.x25519.Identity.generate()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(out.read_bytes(), [stranger])
    (tmp_path / "key").write_text(str(stranger))
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_sealed_to_a_hybrid_recipient_it_opens_with_the_identity(tmp_path: Path) -> None:
    identity = HybridIdentity.generate()
    with sinks.opened(tmp_path / "p.tar.age", [identity.recipient]) as sink:
        fill(sink)
    assert unpacked(open_sealed([identity], (tmp_path / "p.tar.age").read_bytes())) == FILES


def test_tar_itself_reads_it(tmp_path: Path) -> None:
    with sinks.opened(tmp_path / "p.tar", []) as sink:
        fill(sink)
    subprocess.run(["tar", "-xf", "p.tar"], cwd=tmp_path, check=True)
    assert in_folder(tmp_path / "p") == FILES


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("name", FORMS)
def test_after_an_error_nothing_is_there(tmp_path: Path, name: str, sealed: bool) -> None:
    to = [X25519Identity.generate().recipient] if sealed else []
    with pytest.raises(IntegrityError), sinks.opened(tmp_path / name, to) as sink:  # noqa: PT012
        fill(sink)
        sink.add("short", 10, [b"short"])
    with pytest.raises(IntegrityError), sinks.opened(tmp_path / name, to) as sink:
        sink.add("long", 3, [b"lo", b"ng"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("name", FORMS)
def test_a_disk_that_takes_no_more_leaves_nothing(tmp_path: Path, name: str, sealed: bool) -> None:
    to = [X25519Identity.generate().recipient] if sealed else []
    with at_most(100_000), pytest.raises(StorageError), sinks.opened(tmp_path / name, to) as sink:
        fill(sink)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """While this lasts, files of this process grow no longer than ``size`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_system_without_nameless_files_leaves_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sinks, "_TMPFILE", None)
    with sinks.opened(tmp_path / "p.tar", []) as sink:
        fill(sink)
        assert {each.name for each in tmp_path.iterdir()} == {"p.tar.tmp"}
    assert unpacked((tmp_path / "p.tar").read_bytes()) == FILES
    with pytest.raises(IntegrityError), sinks.opened(tmp_path / "q.tar", []) as sink:
        sink.add("long", 1, [b"long"])
    assert {each.name for each in tmp_path.iterdir()} == {"p.tar"}


def test_it_takes_no_place_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "cut.tmp").mkdir()
    for name in ("there", "link", "cut"):
        with pytest.raises(UsageError):
            sinks.require_new(tmp_path / name)
    with pytest.raises(UsageError):
        sinks.require_new(tmp_path / "none" / "new")
    sinks.require_new(tmp_path / "new")


@pytest.mark.parametrize("form", ["bagit", "case", "load", "ocfl"])
def test_a_damaged_original_leaves_no_package_and_is_named(
    material: Material, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "out"
    item = material.items["attached"]
    with material.open() as archive, archive.projector.index.reading() as db:
        (name,) = (db.execute("SELECT object FROM item WHERE id = ?", (bytes.fromhex(item),)).get,)
    path = material.world.path / "objects" / name.hex()[:2] / name.hex()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    to = (X25519Identity.generate().recipient,)
    before = set(tmp_path.iterdir())
    with material.open() as archive:
        for recipients in ((), to):
            with pytest.raises(IntegrityError) as raised:
                hand(archive, out, form, recipients=recipients)
            assert item[:12] in raised.value.where
            assert f"--without {item[:12]}" in raised.value.do
    assert set(tmp_path.iterdir()) == before


def test_no_plaintext_touches_the_disk_when_it_is_sealed(
    material: Material, tmp_path: Path
) -> None:
    out = tmp_path / "out.tar.age"
    with material.open() as archive:
        hand(archive, out, recipients=(X25519Identity.generate().recipient,))
    assert not originals(tmp_path)
    held = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    for data in material.everything().values():
        assert len(data) < 12 or not any(data in each for each in held)
