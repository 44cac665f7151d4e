"""How runs end: one clear error with a status of its kind, one JSON object, never a traceback."""

import json
import os
import shutil
import subprocess

import click
import pytest

from sviedka.cli import main
from tests.program import COMMAND, Program

WRONG = [
    ["lst"], ["add"], ["add", "/none"], ["add", "--as", "mail", "/"], ["list", "--limit", "0"],
    ["list", "--limit", "x"], ["list", "nope"], ["list", "--kind", "nope"], ["list", "--offset=-1"],
    ["list", "--imports", "files"], ["show"], ["show", ""], ["show", "ffffffff"], ["show", "z"],
    ["show", "999999"], ["show", "-1"], ["export", "ffff", "out"], ["export", "z"], ["unlock", "x"],
    ["unlock", "--minutes", "nan"], ["unlock", "--minutes", "0"], ["undo", "", "--yes"],
    ["undo", "ffff", "--yes"], ["undo", "z" * 500, "--yes"], ["delete", "", "--yes"],
    ["delete", "ffff", "--yes"], ["destroy", "", "--yes"], ["destroy", "nope", "--yes"],
    ["destroy", "files"], ["bundle", "ffff", "out"], ["bundle", ""], ["check", "/none"],
    ["sync", "/none"], ["device", "add", "/none"], ["device", "nope"], ["device"],
    ["device", "grant", "ffff", "--case", "files"], ["device", "remove", "", "--yes"],
    ["device", "remove", "ffff", "--yes"], ["device", "join", "."], ["handover", "give", ".", ""],
    ["backup"], ["restore", ".", "."], ["recover", "."], ["witness", "accept", "/none"],
    ["witness", "sign", "/none"], ["verify", "extra"],
    ["help", "nope"], ["help", "device", "nope"], ["status", "--nope"], ["init"], ["--nope"],
    ["init", "archive"], ["init", "new", "--zone", "Mars/Base"], ["passphrase", "x"],
]  # fmt: skip
"""Slips, each of which says so and does nothing."""


@pytest.fixture(scope="module")
def untouched(begun):
    """The archive, of which nothing may have changed in the end."""
    head = begun.json("status")["root"]
    yield begun
    assert begun.json("status")["root"] == head


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_slip_is_told_in_json_and_nothing_is_done(untouched, words):
    done = untouched.attempt(*words, "--json")
    assert done.status == 2, done.told
    assert done.result["error"]["what"]
    assert not done.err


@pytest.mark.parametrize("words", WRONG[::6], ids=" ".join)
def test_a_slip_is_told_in_a_line_and_what_to_do(untouched, words):
    done = untouched.attempt(*words)
    assert done.status == 2, done.told
    assert not done.out
    assert done.is_clear
    assert len(done.err.splitlines()) <= 3  # what, where, what to do


def test_groups_alone_show_their_help(untouched):
    for words in ([], ["device"], ["witness"], ["handover"]):
        done = untouched.attempt(*words)
        assert done.status == 2
        assert "Usage: " in done.err


@pytest.mark.parametrize(
    "words",
    [["check"], ["bundle", "ffff"], ["device", "add", "--role=writer"], ["witness", "accept"],
     ["witness", "sign"], ["sync"], ["restore"], ["backup", "--keys"], ["init"],
     ["recover", "--backup", "sheet.txt"], ["recover", "archive", "--backup"],
     ["status", "--archive"], ["scrub", "--archive"]],
    ids=" ".join,
)  # fmt: skip
def test_the_wrong_sort_of_file_is_told(program, begun, tmp_path, words):
    shutil.copyfile(begun.base / "sheet.txt", program.base / "sheet.txt")
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    (tmp_path / "empty").touch()
    (tmp_path / "garbage").write_bytes(os.urandom(3000))
    for what in ("folder", "empty", "garbage"):
        done = program.attempt(*words, tmp_path / what, "--json")
        assert "Traceback" not in done.told
        if done.status:
            assert done.result["error"]["what"], done.told


def leaves(command, context, *path):
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name in command.list_commands(context):
        yield from leaves(command.get_command(context, name), context, *path, name)


LEAVES = {" ".join(path): command for path, command in leaves(main, click.Context(main))}


@pytest.mark.parametrize("name", LEAVES)
def test_outside_of_an_archive_every_command_says_so_in_json(tmp_path, name):
    """With whatever arguments: a file of the right shape is never enough."""
    program = Program.at(tmp_path / "empty")
    given = program.base / "given"
    given.mkdir()
    required = [each for each in LEAVES[name].params if isinstance(each, click.Argument)]
    words = [str(given) for each in required if each.required]
    done = program.attempt(*name.split(), *words, "--json")
    assert "Traceback" not in done.told
    assert len(done.out.splitlines()) == 1
    assert ("error" in json.loads(done.out)) is bool(done.status)


def test_one_json_object_and_nothing_else(program, material, tmp_path):
    item = program.json("list", "files")["items"][0]["id"]
    imported = program.json("list", "--imports")["imports"][0]["import"]
    runs = [
        ["status"], ["list"], ["list", "files"], ["list", "--kind", "message"], ["show", "files"],
        ["show", item], ["show", 0], ["add", material / "files"], ["add", os.devnull],
        ["export", item, tmp_path / "out"], ["bundle", item, tmp_path / "proof"],
        ["check", tmp_path / "proof"], ["verify"], ["verify", "--deep"], ["scrub"], ["rebuild"],
        ["device", "list"], ["sync", tmp_path], ["backup", "--keys", tmp_path / "keys"],
        ["backup", tmp_path / "backup"], ["restore", tmp_path / "backup", tmp_path / "again"],
        ["witness", "list"], ["handover", "ready", tmp_path], ["passphrase"], ["help", "list"],
        ["delete", item, "--yes"], ["undo", imported, "--yes"],
        ["destroy", "Канал | Выдуманы", "--yes"],
    ]  # fmt: skip
    for words in runs:
        done = program.attempt(*words, "--json")
        assert len(done.out.splitlines()) == 1, (words, done.told)
        assert isinstance(done.result, dict)
        assert not done.err, words


def test_where_an_archive_is_looked_for(begun, tmp_path):
    """--archive, then SVIEDKA_ARCHIVE, then the nearest folder above."""
    environ = {**begun.environ, "SVIEDKA_ARCHIVE": str(tmp_path)}

    def run(*words, cwd, **more):
        return subprocess.run(
            [COMMAND, *words], env={**environ, **more}, cwd=cwd, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    inside = begun.archive / "objects"
    assert run("status", "--archive", str(begun.archive), cwd=tmp_path).returncode == 0
    assert run("status", cwd=inside).returncode == 2
    del environ["SVIEDKA_ARCHIVE"]
    assert run("status", cwd=inside).returncode == 0
    assert run("status", cwd=tmp_path).returncode == 2
    assert run("status", cwd=tmp_path, SVIEDKA_ARCHIVE=str(begun.archive)).returncode == 0


def test_a_slip_in_a_name_is_understood(begun):
    assert "did you mean list" in begun.attempt("lst").err
    assert "did you mean verify" in begun.attempt("verfy", "--json").result["error"]["what"]


def shell(program, script, **more):
    command = f"{COMMAND} {script}"
    return subprocess.run(
        ["bash", "-c", command], env={**program.environ, **more}, capture_output=True, check=False
    )


@pytest.mark.parametrize("script", ["list | true", "list --json | true", "--help | true"])
def test_nobody_reads_to_the_end(begun, script):
    done = shell(begun, f"{script}; exit ${{PIPESTATUS[0]}}")
    assert done.returncode in {0, 141}
    assert not done.stderr


def test_output_that_cannot_be_written(begun):
    done = shell(begun, "list > /dev/full")
    assert done.returncode == 6
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "more",
    [{"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "latin-1"},
     {"PYTHONIOENCODING": "koi8-r"}],
    ids=str,
)  # fmt: skip
def test_a_terminal_that_lacks_letters(begun, more):
    for script in ("list", "list files", "show 'Канал | Выдуманы'", "list nope", "help"):
        done = shell(begun, script, **more)
        assert b"Traceback" not in done.stderr, done.stderr
        assert done.returncode == (2 if script == "list nope" else 0)
    done = shell(begun, "list --json", **more)
    assert {each["label"] for each in json.loads(done.stdout)["cases"]} >= {"Канал | Выдуманы"}


@pytest.mark.parametrize("hidden", ["archive", "archive/ledger", "archive/objects", "home"])
def test_what_may_not_be_read_is_told(program, hidden):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    place = program.base / hidden
    place.chmod(0)
    try:
        for words in (["status"], ["list"], ["verify", "--deep"], ["add", program.passphrase]):
            done = program.attempt(*words)
            assert "Traceback" not in done.told, done.told
    finally:
        place.chmod(0o700)
