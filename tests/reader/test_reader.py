"""A reader that was written by docs/format.md alone finds what the program finds."""

import hashlib
import shutil

import pytest

from tests.material.telegram import write_chat
from tests.program import Program

FILES = {"першы.txt": b"The first of them.\n", "second.bin": bytes(range(256)) * 40}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """Two cases, of which one lost an item, a case that was destroyed, and a key backup."""
    base = tmp_path_factory.mktemp("archive")
    program = Program.with_archive(base / "made")
    program.run("unlock", "--minutes", 60)
    try:
        for folder in ("files", "gone"):
            for name, content in FILES.items():
                path = base / folder / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content + folder.encode())
        write_chat(base / "chat", kind="private_group", messages=9, media=1, people=3)
        program.run("add", base / "files")
        program.run("add", base / "chat")
        program.run("add", base / "gone")
        unwanted = hashlib.sha256(FILES["second.bin"] + b"files").hexdigest()
        program.run("delete", unwanted, "--why", "brought by mistake", "--yes")
        program.run("destroy", "gone", "--purpose", "asked for", "--yes")
        program.run("backup", "--keys", base / "made" / "keys.age")
        yield program
    finally:
        program.run("lock")


@pytest.fixture(scope="module")
def found(program, reader):
    return reader.read(program.archive, home=program.home, passphrase=program.passphrase)


def test_it_finds_nothing_wrong_under_the_same_head(program, found):
    verified = program.json("verify")
    assert found["problems"] == []
    assert (found["archive"], found["head"]) == (verified["archive"], verified["head"])
    roles = [each["roles"] for each in found["members"]]
    assert roles == [["steward"], ["recovery"]]


def test_it_finds_the_same_cases_and_facets(program, found):
    cases = dict(found["cases"])
    del cases["0" * 32]
    listed = program.json("list")["cases"]
    assert [each["case"] for each in listed] == list(cases)
    for each in listed:
        facets = cases[each["case"]]
        standing = {name: facet for name, facet in facets.items() if not facet.get("destroyed")}
        items = [item for facet in facets.values() for item in facet["items"]]
        assert sorted(standing) == each["facets"]
        assert sum(len(facet["records"]) for facet in facets.values()) == each["records"]
        assert (len(items), sum(item["size"] for item in items)) == (each["items"], each["bytes"])


def test_it_finds_the_same_records_and_originals(program, found):
    for each in program.json("list")["cases"]:
        facets = found["cases"][each["case"]]
        if each["destroyed"]:
            assert all(facet["destroyed"] for facet in facets.values())
            continue
        items = [item["sha256"] for facet in facets.values() for item in facet["items"]]
        listed = program.json("list", each["case"])["items"]
        assert sorted(items) == sorted(item["sha256"] for item in listed)
        records = [record for facet in facets.values() for record in facet["records"]]
        for kind in {record["kind"] for record in records} & {"file", "message", "raw"}:
            ids = [record["id"] for record in records if record["kind"] == kind]
            told = program.json("list", each["case"], "--kind", kind, "--limit", 1000)["records"]
            assert sorted(record["id"] for record in told) == sorted(ids)


def test_the_recovery_key_with_a_key_backup_opens_the_same(program, found, reader):
    backup = program.base / "keys.age"
    sheet = (program.base / "sheet.txt").read_text()
    key = program.base / "recovery.txt"
    lines = sheet[sheet.index("AGE-SECRET-KEY") :]
    key.write_text(lines[: lines.index("\n\n")])
    assert reader.read(program.archive, recovery=key, backup=backup) == found


def first(folder):
    """The first file under a folder."""
    return min(path for path in folder.rglob("*") if path.is_file())


def flip(path, at=-1):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


DAMAGES = {
    "an entry": lambda archive: flip(first(archive / "ledger/tile/entries"), 200),
    "a hash": lambda archive: flip(first(archive / "ledger/tile/0")),
    "the root": lambda archive: flip(archive / "ledger/checkpoint", 45),
    "the signature": lambda archive: flip(archive / "ledger/checkpoint", -9),
    "an object": lambda archive: flip(first(archive / "objects")),
    "an object that is missing": lambda archive: first(archive / "objects").unlink(),
    "a grant": lambda archive: flip(first(archive / "grants")),
    "what repeats entry 0": lambda archive: flip(archive / "archive.toml", -5),
    "a file of somebody else": lambda archive: (archive / "objects/notes.txt").write_text("?"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_notices_damage(program, reader, tmp_path, damage):
    archive = tmp_path / "archive"
    shutil.copytree(program.archive, archive)
    DAMAGES[damage](archive)
    assert reader.read(archive)["problems"] != []


def test_it_refuses_a_ledger_that_does_not_continue_what_the_device_knew(program, reader, tmp_path):
    older = program.copy(tmp_path / "older")
    program.run("add", program.passphrase, "--case", "files")
    found = reader.read(older.archive, home=program.home, passphrase=program.passphrase)
    assert any("does not continue" in problem for problem in found["problems"])
