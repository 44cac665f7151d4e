"""What a person at a terminal meets: questions, second tries, bars, Ctrl-C, narrow windows."""

import signal
import time
from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.cli.keyboard import at_keyboard
from tests.program import PASSPHRASE, Program, leftovers

TITLES = {"be": "АРКУШ АДНАЎЛЕННЯ", "en": "RECOVERY SHEET", "ru": "ЛИСТ ВОССТАНОВЛЕНИЯ"}


def writing_began(program):
    """Wait until the first object is being written, however fast or slow this machine is."""
    deadline = time.monotonic() + 60
    while not leftovers(program.archive):
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.fixture
def locked(program):
    """Without the agent."""
    runtime = program.base / "no agent"
    runtime.mkdir(0o700)
    return replace(program, runtime=runtime)


@pytest.mark.parametrize("language", TITLES)
def test_a_first_hour(tmp_path, language):
    """Make an archive, see the sheet until a key is pressed, unlock, lock."""
    program = Program.at(tmp_path / "new")
    with at_keyboard(program, "init", program.archive, "--language", language) as person:
        for question in ("Passphrase for this device:", "Repeat for confirmation:"):
            person.sees(question)
            person.types(PASSPHRASE + "\n")
        person.sees(TITLES[language])
        person.sees("AGE-SECRET-KEY-PQ-1")
        person.sees("The screen is cleared then.")
        time.sleep(0.5)  # what is typed sooner is thrown away: nobody has copied a sheet yet
        person.types(" ")
        person.sees("\x1b[3J")  # what was scrolled away is gone too
        person.sees("A new archive is in")
        person.sees("sviedka unlock")
        assert person.ends() == 0
        assert PASSPHRASE not in person.raw
    with at_keyboard(program, "unlock") as person:
        person.sees("Passphrase:")
        person.types(PASSPHRASE + "\n")
        person.sees("Unlocked for 15 minutes.")
        assert person.ends() == 0
    with at_keyboard(program, "lock") as person:
        person.sees("Locked.")
        assert person.ends() == 0


def test_who_mistypes_may_try_again(locked):
    with at_keyboard(locked, "list") as person:
        for word in ("wrong", "wrong again", PASSPHRASE):
            person.sees("Passphrase:")
            person.types(word + "\n")
        person.sees("files")
        assert person.ends() == 0


def test_but_not_for_ever(locked):
    with at_keyboard(locked, "list") as person:
        for _ in range(3):
            person.sees("Passphrase:")
            person.types("wrong\n")
        person.sees("Error: ")
        assert person.ends() == 5


def test_status_asks_for_nothing(locked):
    with at_keyboard(locked, "status") as person:
        person.sees("Locked: only what can be seen without keys is shown.")
        assert person.ends() == 0
        assert "Passphrase" not in person.raw


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_nothing_goes_without_a_word(program, answer):
    with at_keyboard(program, "destroy", "files") as person:
        person.sees("Destroy case files (3 items, ")
        person.types(answer)
        person.sees("This was not confirmed")
        assert person.ends() == 2
    assert program.json("verify")["clean"]


def test_with_a_word_it_goes(program):
    with at_keyboard(program, "destroy", "files") as person:
        person.sees("[y/N]")
        person.types("y\n")
        person.sees("Destroyed: case files.")
        assert person.ends() == 0


@pytest.mark.parametrize(
    "words", [("undo", "abcdef"), ("delete", "abcdef12"), ("destroy", "no such case")]
)
def test_nobody_is_asked_about_what_is_not_there(program, words):
    with at_keyboard(program, *words) as person:
        assert person.ends() == 2
        assert "[y/N]" not in person.raw


def test_ctrl_c_at_a_question(locked):
    with at_keyboard(locked, "list") as person:
        person.sees("Passphrase:")
        person.presses_ctrl_c()
        assert person.ends() == 130
        assert "Error: Interrupted." in person.seen


def test_ctrl_c_while_adding_loses_nothing(program, tmp_path):
    folder = tmp_path / "much"
    folder.mkdir()
    for number in range(1500):
        (folder / f"{number:05}").write_bytes(b"%d" % number * 5000)
    with at_keyboard(program, "add", folder) as person:
        writing_began(program)
        person.presses_ctrl_c()
        assert person.ends() == 130
        assert "Error: Interrupted." in person.seen
        assert "run the same command again" in " ".join(person.seen.split())
        assert "Traceback" not in person.seen
    program.run("add", folder)
    assert program.json("list", "much", "--limit", 1)["total"] == 1500
    assert program.json("verify", "--deep")["clean"]
    assert not leftovers(program.archive)


def test_an_interrupt_is_one_object_in_json_too(program, tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 200_000_000)
    with program.start("add", tmp_path / "big", "--json") as process:
        writing_began(program)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert '"StoppedError"' in out
    assert not err


def test_a_bar_is_for_terminals_only(program, tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 30_000_000)
    assert not program.run("add", tmp_path / "big").err
    (tmp_path / "bigger").write_bytes(b"y" * 30_000_000)
    with at_keyboard(program, "add", tmp_path / "bigger") as person:
        assert person.ends() == 0
        assert "Sealing" in person.seen


@pytest.mark.parametrize("columns", [20, 40, 100])
def test_lists_fit_the_window(program, columns):
    with at_keyboard(program, "list", "files", columns=columns) as person:
        assert person.ends() == 0
    lines = person.seen.splitlines()
    assert len(lines) == 3
    most = max(columns, 12 + 2 + 6 + 2 + 12)  # id, size and something of the name
    assert all(cell_len(line) <= most for line in lines)


def test_a_name_cannot_speak_to_the_terminal(program):
    with at_keyboard(program, "list", "files") as person:
        assert person.ends() == 0
    assert "\x1b[31m" not in person.raw
    assert "\\x1b[31m" in person.raw
