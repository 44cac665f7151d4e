"""``sviedka backup``, ``restore`` and ``recover``, as people use them."""

import pytest

from tests.program import Program, tree

FILES = {"заява.txt": "Заява, выдуманая.\n".encode(), "b/фота.jpg": b"\xff\xd8" * 900}


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    base = tmp_path_factory.mktemp("begun")
    program = Program.with_archive(base / "first")
    for name, data in FILES.items():
        path = base / "found" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    program.run("add", base / "found")
    return program


@pytest.fixture
def program(begun, tmp_path):
    return begun.copy(tmp_path / "one")


def test_a_lost_computer(program, begun, tmp_path):
    """The whole way: copy, key backup, restore elsewhere, recover with the sheet, go on."""
    copy, keys = tmp_path / "stick" / "copy", tmp_path / "stick" / "keys.age"
    done = program.json("backup", copy, "--keys", keys)
    assert done["copy"]["lacking"] == []
    assert program.json("status")["key_backup"] == done["keys"]["made"]
    assert program.json("status")["key_backup_due"] is None

    other = Program.at(tmp_path / "other")
    assert other.json("restore", copy, other.archive)["clean"]
    sheet = begun.base / "sheet.txt"
    result = other.json("recover", other.archive, "--backup", keys, "--sheet", sheet)
    assert result["lost"] == []
    assert other.contents() == program.contents()
    assert other.json("verify", "--deep")["findings"] == []
    assert other.json("status")["key_backup_due"]


def test_a_copy_needs_no_passphrase(program, tmp_path):
    program.passphrase.unlink()
    program.run("backup", tmp_path / "copy")
    assert tree(tmp_path / "copy") == tree(program.archive)
    assert "0 files" in program.run("backup", tmp_path / "copy").out


def test_what_is_lacking_ends_with_a_status_of_its_own(program, tmp_path):
    lost = max((program.archive / "objects").glob("*/*"), key=lambda path: path.stat().st_size)
    lost.unlink()
    done = program.attempt("backup", tmp_path / "copy")
    assert done.status == 4
    assert lost.name in done.out


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["backup"], 2),
        (["backup", "archive/copy"], 2),
        (["backup", "home"], 2),
        (["restore", "home", "new"], 2),
        (["restore", "archive", "home"], 2),
        (["recover", "archive", "--backup", "passphrase"], 2),
        (["recover", "archive", "--backup", "passphrase", "--sheet", "passphrase"], 3),
    ],
)
def test_what_makes_no_sense_is_told(program, words, status):
    done = program.attempt(*words)
    assert (done.status, done.is_clear) == (status, True), done.told
