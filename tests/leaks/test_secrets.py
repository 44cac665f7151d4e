"""From the archive and the home folder, without keys, nobody learns what was put in."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sviedka.keep import recall
from tests.leaks.conftest import FILES, GIVING, LABEL
from tests.leaks.searching import found_in, hashes, search
from tests.program import PASSPHRASE, leftovers

if TYPE_CHECKING:
    from tests.leaks.conftest import Planted


def key_material(planted: Planted) -> list[bytes]:
    """The secret keys that this device holds, and the text that the recovery sheet shows."""
    with planted.program.open() as archive:
        device, state = archive.device, archive.state
        recall.write(archive.folder, archive.device, archive.history, archive.log.root_at)
    seeds = [device.identity.seed, state.index, state.log, *state.outer.values()]
    sheet = (planted.program.base / "sheet.txt").read_text()
    lines = [line.strip() for line in sheet.splitlines()]
    return [*seeds, *(line.encode() for line in lines if len(line) > 20 and line.isupper())]


def test_the_archive_shows_no_name_no_text_no_purpose(planted: Planted) -> None:
    assert not search(planted.program.archive, planted.secrets)


def test_the_archive_shows_no_hash_of_an_original_or_a_message(planted: Planted) -> None:
    plain = [each for content in planted.contents for each in hashes(content)]
    assert not search(planted.program.archive, plain)


def test_the_home_folder_and_the_socket_show_nothing(planted: Planted) -> None:
    secrets = planted.secrets + key_material(planted)
    assert (planted.program.home).is_dir()
    assert list(planted.program.home.rglob(recall.FILE))
    for folder in (planted.program.home, planted.program.runtime):
        assert not search(folder, secrets)
        for path in (folder, *folder.rglob("*")):
            assert not path.stat().st_mode & 0o077, path


def test_the_archive_shows_no_key(planted: Planted) -> None:
    assert not search(planted.program.archive, key_material(planted))


def test_nothing_is_left_in_temporary_places(planted: Planted) -> None:
    program = planted.program
    assert not list(program.temporary.rglob("*"))
    assert not leftovers(program.archive, program.home, program.runtime)
    assert not list(program.archive.glob("index.db-*"))


def processes(words: bytes) -> list[Path]:
    """Folders in /proc of the processes in whose arguments or environment something stands."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if words in told:
            found.append(folder)
    return found


def test_the_agent_shows_nothing_of_itself(planted: Planted) -> None:
    secrets = planted.secrets + key_material(planted)
    agents = [
        folder
        for folder in processes(os.fsencode(planted.program.home))
        if b"agentd" in (folder / "cmdline").read_bytes()
    ]
    assert agents
    for folder in agents:
        told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        assert not found_in(told, secrets)
        assert "Max core file size        0                    0" in (folder / "limits").read_text()
        assert (folder / "mem").stat().st_uid == 0  # not dumpable, so not even its user reads it


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="needs Linux's /proc")
def test_a_command_that_holds_keys_leaves_no_core(planted: Planted) -> None:
    program = planted.program
    fifo = program.base / "waits"
    os.mkfifo(fifo)
    with program.start("export", "0" * 64, program.base / "x") as process:
        process.communicate()
    asking = dict(program.more) | {"SVIEDKA_PASSPHRASE_FILE": str(fifo)}
    locked = type(program)(program.base, program.base / "no agent", asking)
    locked.runtime.mkdir(0o700)
    with locked.start("list") as process:
        try:
            with fifo.open("wb"):  # it is open here once the command reads its passphrase
                limits = Path(f"/proc/{process.pid}/limits").read_text()
                told = Path(f"/proc/{process.pid}/environ").read_bytes()
        finally:
            process.communicate()
    assert "Max core file size        0                    0" in limits
    assert PASSPHRASE.encode() not in told


def test_names_of_objects_and_grants_are_those_of_ciphertext(planted: Planted) -> None:
    for folder in ("objects", "grants"):
        for path in (planted.program.archive / folder).rglob("*"):
            if path.is_file():
                assert path.name == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def bundled(planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A proof bundle of one file, and what the file says."""
    program = planted.program.copy(tmp_path_factory.mktemp("bundled") / "copy")
    cases = {case["label"]: case["case"] for case in program.json("list")["cases"]}
    item = program.json("list", cases[LABEL])["items"][0]
    out = program.base / "out"
    program.run("bundle", item["id"], out, "--purpose", GIVING)
    program.run("check", out)
    assert not leftovers(program.archive, program.base)
    assert not list(program.temporary.rglob("*"))
    return out, FILES[item["name"]]


def test_a_bundle_shows_one_file_and_nothing_of_the_rest(
    planted: Planted, bundled: tuple[Path, str]
) -> None:
    out, shown = bundled
    others = [word for word in planted.secrets if word.decode() not in shown]
    common = {b"telegram", b"result.json"}  # words of the page for a lawyer, perhaps
    assert not search(out, set(others) - common)
    assert not search(out, key_material(planted))
    plain = [text.encode() for text in FILES.values() if text != shown]
    assert not search(out, [each for content in plain for each in hashes(content)])
