"""What a reader of hostile files can and cannot do, behind each wall that this machine has."""

import os
import resource
import socket
import threading
import time
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from sviedka import sandbox
from sviedka.errors import InputError, SandboxError
from sviedka.sandbox import Limits
from sviedka.sandbox.confinement import describe
from sviedka.sandbox.launch import launch
from sviedka.sandbox.nursery import Nursery
from sviedka.sandbox.stream import frames
from sviedka.sandbox.walls import bubblewrap

TIGHT = Limits(memory=256 << 20, cpu=2, wall=10.0, output=4 << 20, frame=1 << 20)
WALLS = ["bubblewrap", "no bubblewrap", "bubblewrap, forked", "no bubblewrap, forked"]


@pytest.fixture(params=WALLS)
def run(request, tmp_path):
    """Runs a parser of ``parsers.py`` over a small file; the child is gone afterwards."""
    wrap = None if request.param.startswith("no") else bubblewrap()
    if wrap and describe().kind != "bubblewrap":
        pytest.skip("bubblewrap does not work here")
    nursery = Nursery(replace(describe(), wrap=wrap))
    start = nursery.take if "forked" in request.param else partial(launch, wrap=wrap)
    (tmp_path / "input").write_bytes(b"hostile bytes")

    def run(name, arguments=b"", limits=TIGHT):
        source = os.open(tmp_path / "input", os.O_RDONLY)
        child = start(f"tests.sandbox.parsers:{name}", source, arguments, limits)
        try:
            stream = frames(child, limits)
            next(stream)
            yield from stream
        finally:
            child.stop()
            os.close(source)

    run.nursery = nursery
    with nursery:
        yield run


def refuses(run, name, arguments=b"", match="died", limits=TIGHT):
    started = time.monotonic()
    with pytest.raises(SandboxError, match=match) as raised:
        list(run(name, arguments, limits))
    assert time.monotonic() - started < 20
    assert "\x1b" not in str(raised.value)


def test_gives_arguments_and_input_and_brings_frames_back(run):
    assert list(run("echo", b"arguments \0\xff")) == [b"arguments \0\xff", b"hostile bytes"]


def test_brings_many_small_frames_back_in_order(run):
    assert list(run("many_small", b"20000")) == [b"x" * 100] * 20_000


def test_threads_are_allowed(run):
    assert list(run("use_threads")) == [b"threads work"]


def test_an_input_error_arrives_with_its_parts_and_what_came_before(run):
    stream = run("complain")
    assert next(stream) == b"so far so good"
    with pytest.raises(InputError) as raised:
        next(stream)
    assert raised.value.what == "not a\ufffd[2J\ufffd table"
    assert (raised.value.where, raised.value.do) == ("byte 7", "bring another")


def test_an_input_error_is_bounded(run):
    with pytest.raises(InputError) as raised:
        list(run("complain_at_length"))
    assert len(str(raised.value)) < 7000


def test_stray_output_does_not_get_between_the_frames(run):
    assert list(run("print_things")) == [b"only this"]


def test_a_flooded_stderr_stops_nobody(run):
    assert list(run("flood_stderr")) == [b"done"]


def test_another_exception_is_named(run):
    refuses(run, "stumble", match="ZeroDivisionError: \ufffd.31mover nought")


def test_an_empty_frame_saves_what_came_before_it_from_a_death(run):
    stream = run("abort_after_an_empty_frame")
    assert [next(stream), next(stream)] == [b"kept", b""]
    with pytest.raises(SandboxError, match="died"):
        next(stream)


def test_no_network(run):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        refuses(run, "connect", b"%d" % listener.getsockname()[1])
        with pytest.raises(TimeoutError):
            listener.accept()


def test_no_local_sockets(run, tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "agent"))
        listener.listen()
        refuses(run, "connect_unix", os.fsencode(tmp_path / "agent"))


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/hostname", "/proc/self/environ", "input"])
def test_no_other_file_can_be_read(run, tmp_path, path):
    refuses(run, "read_path", os.fsencode(tmp_path / path))


def test_no_folder_can_be_listed(run, tmp_path):
    refuses(run, "list_path", os.fsencode(tmp_path))
    refuses(run, "list_path", os.fsencode(Path.home()))


def test_nothing_can_be_written_or_deleted(run, tmp_path):
    for path in (tmp_path / "new", "/new", "/tmp/new", tmp_path / "input"):
        refuses(run, "write_path", os.fsencode(path))
    refuses(run, "write_source")
    refuses(run, "delete_path", os.fsencode(tmp_path / "input"))
    assert list(tmp_path.iterdir()) == [tmp_path / "input"]
    assert (tmp_path / "input").read_bytes() == b"hostile bytes"


def test_too_much_memory(run):
    refuses(run, "hoard", match="more than 256 MiB of memory")


def test_too_much_processor_time(run):
    refuses(run, "spin", match="more than 2 s of processor time")


def test_too_long_a_silence(run):
    stream = run("sleep", limits=Limits(wall=1.0))
    assert next(stream) == bytes(1 << 17)
    with pytest.raises(SandboxError, match="waiting for 1 seconds"):
        next(stream)


def test_a_slow_parent_is_not_held_against_the_child(run):
    limits = Limits(wall=0.5)
    count = 0
    for frame in run("big", b"40", limits):
        count += len(frame)
        time.sleep(0.03)
    assert count == 40 << 18


def test_endless_recursion(run):
    refuses(run, "recurse", match="RecursionError")


def test_too_much_output(run):
    refuses(run, "output_bomb", match="more than 4194304 bytes")


def test_too_big_a_frame(run):
    refuses(run, "frame_bomb", match="announced")


@pytest.mark.parametrize("attack", ["fork", "fork_bomb", "start_program"])
def test_no_new_processes(run, attack):
    refuses(run, attack)


def test_nobody_else_can_be_signalled(run):
    refuses(run, "kill_parent", b"%d" % os.getpid())


def test_a_crash_is_named(run):
    refuses(run, "crash", match="SIG|Fatal|status")


def test_leaving_early_is_no_end(run):
    refuses(run, "leave", match="exit status 0")


def test_rubbish_in_the_pipe(run):
    refuses(run, "rubbish", match="announced|no reader sends")


def test_after_a_forged_end_nobody_waits(run):
    started = time.monotonic()
    assert list(run("forge_end")) == []
    assert time.monotonic() - started < 5


def test_the_child_inherits_nothing_but_its_five_descriptors(run):
    extra = [os.open(os.devnull, os.O_RDONLY) for _ in range(4)]
    for number in extra:
        os.set_inheritable(number, True)
    try:
        assert list(run("descriptors")) == [b"5"]
    finally:
        for number in extra:
            os.close(number)


def test_the_environment_stays_outside(run, monkeypatch):
    monkeypatch.setenv("SVIEDKA_PASSPHRASE_FILE", "/secret")
    (found,) = run("environment")
    assert b"SVIEDKA" not in found
    assert b"HOME" not in found


def test_an_abandoned_child_is_ended(run):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    stream = run("output_bomb")
    next(stream)
    stream.close()
    with run.nursery:
        pass
    with pytest.raises(ChildProcessError):  # all have been waited for
        os.waitpid(-1, os.WNOHANG)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5


def test_throughput_and_start(run):
    list(run("echo"))
    started = time.monotonic()
    list(run("echo"))
    assert time.monotonic() - started < 1.0  # 0.06 s alone; the machine may be busy
    started = time.monotonic()
    total = sum(map(len, run("big", b"800", Limits())))
    assert total / (time.monotonic() - started) > 50e6  # over 400 MB/s alone


def test_a_nurse_serves_file_after_file(tmp_path):
    """Whatever the one before did: ended, died, was abandoned, hung."""
    (tmp_path / "input").write_bytes(b"hostile bytes")
    ways = [("echo", 2), ("crash", None), ("output_bomb", 1), ("sleep", None), ("echo", 2)]
    with Nursery(describe()) as nursery, (tmp_path / "input").open("rb") as file:
        for name, frames_wanted in ways * 2:
            file.seek(0)
            stream = sandbox.run(
                f"tests.sandbox.parsers:{name}",
                file.fileno(),
                arguments=b"arguments",
                limits=replace(TIGHT, wall=0.5),
                nursery=nursery,
            )
            if frames_wanted is None:
                with pytest.raises(SandboxError):
                    list(stream)
            else:
                assert len(list(islice(stream, frames_wanted))) == frames_wanted
                stream.close()


def test_run_uses_what_describe_says(tmp_path):
    (tmp_path / "input").write_bytes(b"bytes")
    source = os.open(tmp_path / "input", os.O_RDONLY)
    try:
        assert list(sandbox.run("tests.sandbox.parsers:echo", source, arguments=b"a")) == [
            b"a",
            b"bytes",
        ]
    finally:
        os.close(source)


def test_run_refuses_a_file_open_for_writing(tmp_path):
    source = os.open(tmp_path / "input", os.O_RDWR | os.O_CREAT)
    try:
        with pytest.raises(SandboxError, match="reading only"):
            list(sandbox.run("tests.sandbox.parsers:echo", source))
    finally:
        os.close(source)


def test_an_unknown_parser_is_a_sandbox_error(run):
    refuses(run, "no_such_parser", match="AttributeError")
    source = os.open(os.devnull, os.O_RDONLY)
    try:
        with pytest.raises(SandboxError, match="no package"):
            list(sandbox.run("no_such_package_at_all:parse", source))
    finally:
        os.close(source)


def test_runs_in_several_threads_at_once(tmp_path):
    (tmp_path / "input").write_bytes(b"bytes")
    found = []

    def work():
        source = os.open(tmp_path / "input", os.O_RDONLY)
        found.append(list(sandbox.run("tests.sandbox.parsers:echo", source)))
        os.close(source)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[b"", b"bytes"]] * 8
