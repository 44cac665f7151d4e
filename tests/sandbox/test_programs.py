"""What a program of others can see, use and do with a stranger's file."""

import os
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from sviedka.errors import NotInstalledError, SandboxError
from sviedka.readers import Format, read
from sviedka.sandbox import Limits, describe
from sviedka.sandbox.programs import FILE, SPACE, Program, installed, running

LIMITS = Limits(memory=256 << 20, cpu=2, wall=5.0)

pytestmark = pytest.mark.skipif(
    describe().kind != "bubblewrap", reason="bubblewrap does not work here, so nothing is run"
)


def shell(script, space=1 << 20):
    return Program(("sh",), "dash", script, space)


@contextmanager
def opened(path):
    source = os.open(path, os.O_RDONLY)
    try:
        yield source
    finally:
        os.close(source)


def output(run):
    data = b""
    while block := os.read(run.output, 1 << 16):
        data += block
    return data


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a name with 'quotes' $(and) more.bin"
    path.write_bytes(b"a stranger's bytes")
    return path


@pytest.fixture
def run(file):
    """Runs a script on the file; what it wrote, and what it complained of."""

    def run(script, limits=LIMITS, **options):
        with opened(file) as source, running(shell(script, **options), source, limits) as program:
            return output(program), program.end()

    return run


def test_it_reads_the_file_and_its_output_is_streamed(run):
    assert run(f"cat {FILE}") == (b"a stranger's bytes", "")
    assert len(run("head -c 5000000 /dev/zero")[0]) == 5_000_000


def test_a_file_without_a_name_is_shown_too():
    source = os.memfd_create("part")
    try:
        os.write(source, b"of an archive")
        with opened(f"/proc/self/fd/{source}") as again:
            os.lseek(again, 3, os.SEEK_SET)
            with running(shell(f"cat {FILE}"), again, LIMITS) as program:
                assert output(program) == b"of an archive"
    finally:
        os.close(source)


def test_a_file_whose_name_is_another_file_s_by_now_is_the_one_that_was_opened(file):
    with opened(file) as source:
        file.unlink()
        file.write_bytes(b"another")
        with running(shell(f"cat {FILE}"), source, LIMITS) as program:
            assert output(program) == b"a stranger's bytes"


@pytest.mark.parametrize(
    "attack",
    [
        f"echo altered > {FILE}",
        f"rm -f {FILE}",
        f"truncate -s 0 {FILE}",
        "echo left > /in/left",
        "echo left > /usr/left",
        "mkdir /left",
        "ls /home /root /work /var /run /proc /sys /tmp",
        "cat /etc/passwd",
        "cat /proc/1/environ",
    ],
)
def test_what_it_cannot_do(run, file, attack):
    before = file.stat()
    said, complaint = run(f"{attack} && echo DONE")
    assert b"DONE" not in said
    assert complaint
    assert file.read_bytes() == b"a stranger's bytes"
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_it_sees_no_network_no_processes_and_no_environment(run, monkeypatch):
    monkeypatch.setenv("SECRET", "a passphrase")
    said, _ = run("env; for each in /sys/class/net/* /proc/*; do echo $each; done")
    assert b"SECRET" not in said
    assert b"net/lo" not in said
    assert b"/proc/1" not in said


def test_where_it_may_write_is_bounded_and_lost(run):
    said, complaint = run(
        f"head -c 5000000 /dev/zero > {SPACE}/big || stat -c %s big", space=1 << 20
    )
    assert not said or int(said) <= 1 << 20
    assert complaint or said
    assert run(f"ls -A {SPACE}") == (b"", "")


def test_memory_is_bounded(run):
    said, complaint = run('a=x; while :; do a="$a$a"; done; echo DONE', Limits(cpu=20))
    assert b"DONE" not in said
    assert complaint


def test_processor_time_is_bounded(run):
    said, complaint = run("while :; do :; done; echo DONE", Limits(cpu=1))
    assert b"DONE" not in said
    assert complaint == "it used more than 1 s of processor time"


def test_it_ends_with_its_context(file):
    with opened(file) as source:
        with running(shell("sleep 1000"), source, LIMITS) as program:
            began = time.monotonic()
            assert program._process.poll() is None
        assert program._process.poll() is not None
        assert time.monotonic() - began < 5


def test_one_that_hangs_is_ended_with_the_time_of_its_reader(file):
    form = Format(
        "odd", "archive", "tests.sandbox.parsers:echo", lambda *_: True,
        program=shell("sleep 1000"),
    )  # fmt: skip
    with opened(file) as source, pytest.raises(SandboxError, match=r"took|s\b"):
        list(read(source, form, limits=Limits(wall=1.0)))


def test_what_it_complains_of_is_printable(run):
    assert run("printf 'first\\nlast \\033[2J\\n' >&2; exit 3") == (b"", "last \ufffd[2J")
    assert run("exit 3") == (b"", "it ended with status 3")


def test_that_nobody_wants_more_is_no_complaint(file):
    script = "while :; do echo yes; done"
    with opened(file) as source, running(shell(script), source, Limits()) as program:
        os.read(program.output, 10)
        os.close(os.dup(program.output))
    assert program._process.returncode is not None


def test_one_that_is_not_installed_is_asked_for(file):
    missing = Program(("no-such-program",), "the-package", "true", 0)
    assert installed(missing) is None
    with (
        opened(file) as source,
        pytest.raises(NotInstalledError, match="the-package"),
        running(missing, source, LIMITS),
    ):
        pass


def test_a_program_in_a_folder_of_the_user_s_is_not_taken(monkeypatch, tmp_path):
    (tmp_path / "sly").write_text("#!/bin/sh\necho sly\n")
    (tmp_path / "sly").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert installed(Program(("sly",), "", "", 0)) is None


def test_without_bubblewrap_nothing_is_run(monkeypatch, file, tmp_path):
    describe.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    try:
        with (
            opened(file) as source,
            pytest.raises(NotInstalledError, match="install bubblewrap"),
            running(shell("true"), source, LIMITS),
        ):
            pass
    finally:
        describe.cache_clear()


def test_a_pipe_is_no_file():
    reading, writing = os.pipe()
    try:
        with pytest.raises(SandboxError), running(shell("true"), reading, LIMITS):
            pass
    finally:
        os.close(reading)
        os.close(writing)


def test_descriptors_are_not_lost(run):
    run("true")
    before = len(list(Path("/proc/self/fd").iterdir()))
    run("echo something; exit 1")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
