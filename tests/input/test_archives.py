"""Folders that are no archives, not whole, or of a time to come."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sviedka.keep import layout
from sviedka.keep.ledger import journal
from sviedka.keep.ledger.checkpoint import Checkpoint, sign
from sviedka.keep.ledger.log import Log
from tests.input.checking import FORMAT, INTEGRITY, USAGE, clear, intact
from tests.program import Program, tree

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (("status",), ("list",), ("verify",), ("scrub",), ("unlock",), ("lock",))


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_folder_that_is_none(program: Program, tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / "папка"
    folder.mkdir()
    (folder / "note.txt").write_text("not an archive")
    done = program.attempt(*words, "--archive", folder)
    assert done.status == USAGE, done.told
    clear(done)
    assert str(folder) in done.err
    assert "sviedka init" in done.err
    assert tree(folder) == {"note.txt": b"not an archive"}


def test_no_archive_anywhere(tmp_path: Path) -> None:
    program = Program.at(tmp_path / "new")
    done = replace(program, more={"SVIEDKA_ARCHIVE": ""}).attempt("list")
    assert done.status == USAGE, done.told
    clear(done)


def test_a_folder_that_is_not_there(program: Program) -> None:
    done = program.attempt("list", "--archive", "/none/at/all")
    assert done.status == USAGE
    clear(done)


def test_init_keeps_off_a_folder_with_something_in_it(program: Program) -> None:
    before = tree(program.archive, but=())
    done = program.attempt("init", program.archive)
    assert done.status == USAGE
    clear(done)
    assert tree(program.archive, but=()) == before


def found_anew(program: Program, old: bytes, new: bytes) -> None:
    """Put a ledger of one entry in the place of the archive's: its first entry, altered."""
    with program.open() as archive:
        (first,) = archive.log.entries(0, 1)
        origin, key = archive.found.origin, archive.log_key()
    assert old in first
    shutil.rmtree(program.archive / layout.LEDGER)
    log = Log.create(program.archive / layout.LEDGER)
    log.append([first.replace(old, new)])
    log.commit(sign(Checkpoint(origin, 1, log.root_at(1)), key))


@pytest.mark.parametrize("words", COMMANDS[:4], ids=lambda words: words[0])
def test_an_archive_of_a_newer_format(program: Program, words: tuple[str, ...]) -> None:
    found_anew(program, b'"v":1}', b'"v":2}')
    before = tree(program.archive)
    done = program.attempt(*words)
    assert done.status, done.told
    assert "Traceback" not in done.told
    assert "newer" in done.told
    assert tree(program.archive) == before


def test_an_entry_of_a_newer_format_is_named_as_such(program: Program) -> None:
    log = Log(program.archive / layout.LEDGER)
    entry = json.loads(next(log.entries(log.size - 1)))
    body = {**entry["body"], "v": 2, "kind": "novelty", "seq": entry["body"]["seq"] + 1}
    data = json.dumps({"body": body, "signatures": entry["signatures"]}, separators=(",", ":"))
    with (program.archive / layout.LEDGER / "journal").open("ab") as file:
        file.write(journal.frame([data.encode()]))
    before = tree(program.archive)
    done = program.attempt("list")
    assert done.status == FORMAT, done.told
    clear(done)
    assert "newer" in done.err
    assert tree(program.archive) == before


def test_archive_toml_of_a_newer_format_is_told(program: Program) -> None:
    path = program.archive / layout.TOML
    path.write_text(path.read_text().replace("format = 1", "format = 2"))
    done = program.attempt("verify")
    assert done.status, done.told
    assert layout.TOML in done.told


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def some(program: Program, pattern: str) -> list[Path]:
    return sorted(path for path in program.archive.glob(pattern) if path.is_file())


@pytest.mark.parametrize(
    "pattern",
    ["objects/*/*", "grants/*/*", "ledger/checkpoint", "ledger/journal", "ledger/tile/0/**/*",
     "ledger/tile/entries/**/*", "archive.toml"],
)  # fmt: skip
def test_a_flipped_bit_is_found(program: Program, pattern: str) -> None:
    path = some(program, pattern)[0]
    flip(path, path.stat().st_size // 2)
    for words in (("scrub",), ("verify", "--deep")):
        done = program.attempt(*words)
        assert done.status, (words, done.told)
        assert "Traceback" not in done.told


@pytest.mark.parametrize("pattern", ["objects/*/*", "grants/*/*", "ledger/tile/entries/**/*"])
@pytest.mark.parametrize("how", ["cut", "missing", "swapped", "emptied"])
def test_what_is_cut_missing_or_swapped_is_found(program: Program, pattern: str, how: str) -> None:
    path, *others = some(program, pattern)
    if how == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    elif how == "emptied":
        path.write_bytes(b"")
    elif how == "missing":
        path.unlink()
    elif others:
        one, other = path.read_bytes(), others[0].read_bytes()
        path.write_bytes(other)
        others[0].write_bytes(one)
    else:
        path.write_bytes(some(program, "ledger/tile/0/**/*")[0].read_bytes())
    for words in (("scrub",), ("verify", "--deep")):
        done = program.attempt(*words)
        assert done.status, (words, done.told)
        assert "Traceback" not in done.told


def test_an_archive_that_is_whole_is_said_to_be(program: Program) -> None:
    for words in (("verify",), ("verify", "--deep"), ("scrub",)):
        assert program.json(*words)["clean"]
    intact(program)


def test_an_older_copy_is_told(program: Program, tmp_path: Path) -> None:
    older = program.copy(tmp_path / "older")
    new = tmp_path / "new.txt"
    new.write_text("new")
    program.run("add", new)
    back = replace(program, more={"SVIEDKA_ARCHIVE": str(older.archive)})
    for words in (("list",), ("add", new)):
        before = tree(older.archive)
        done = back.attempt(*words)
        assert done.status == INTEGRITY, done.told
        assert done.is_clear
        assert tree(older.archive) == before
