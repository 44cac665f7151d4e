import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path

import pytest

from sviedka.errors import StorageError, UsageError
from sviedka.keep.keys import agent

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def environ(tmp_path):
    runtime = tmp_path / "runtime"
    runtime.mkdir(0o700)
    return {"SVIEDKA_HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(runtime)}


@pytest.fixture
def started(keys, archive, environ):
    agent.start(keys, archive, 1, environ)
    yield
    agent.stop(archive, environ)


def sockets(environ):
    return sorted(Path(environ["SVIEDKA_HOME"]).parent.rglob("*.sck"))


def connect(path):
    """A raw connection, by way of /proc since the path may be too long for a socket."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(5)
    folder = os.open(path.parent, os.O_PATH)
    connection.connect(f"/proc/self/fd/{folder}/{path.name}")
    os.close(folder)
    return connection


def pid_of(path):
    with connect(path) as connection:
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return struct.unpack("3i", found)[0]


def wait_until(condition, seconds=8):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def gone(pid):
    """Whether a process has ended; init may take its time to reap it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_without_an_agent_there_are_no_keys(archive, environ):
    assert agent.fetch(archive, environ) is None
    assert agent.ttl(archive, environ) is None
    assert agent.stop(archive, environ) is False


def test_an_agent_gives_the_keys_to_its_user(keys, archive, environ, started):
    assert agent.fetch(archive, environ) == keys
    assert agent.fetch(archive, environ) == keys
    assert 50 <= agent.ttl(archive, environ) <= 60


def test_an_agent_knows_one_archive_only(environ, started):
    assert agent.fetch("77" * 32, environ) is None


def test_a_stopped_agent_has_gone_with_its_socket(archive, environ, started):
    pid = pid_of(sockets(environ)[0])
    assert agent.stop(archive, environ) is True
    assert sockets(environ) == []
    assert agent.fetch(archive, environ) is None
    wait_until(lambda: gone(pid))


def test_an_agent_ends_when_its_time_is_over_and_use_does_not_extend_it(keys, archive, environ):
    start = time.monotonic()
    agent.start(keys, archive, 1 / 60, environ)
    pid = pid_of(sockets(environ)[0])
    wait_until(lambda: agent.fetch(archive, environ) is None)
    assert 0.8 < time.monotonic() - start < 3
    wait_until(lambda: gone(pid))
    assert sockets(environ) == []


def test_unlocking_again_replaces_the_agent_and_counts_anew(keys, archive, environ, started):
    first = pid_of(sockets(environ)[0])
    agent.start(keys, archive, 5, environ)
    wait_until(lambda: gone(first))
    assert agent.ttl(archive, environ) > 280
    assert agent.fetch(archive, environ) == keys


def test_an_agent_told_to_end_cleans_up(archive, environ, started):
    pid = pid_of(sockets(environ)[0])
    os.kill(pid, signal.SIGTERM)
    wait_until(lambda: gone(pid))
    assert sockets(environ) == []


def test_a_socket_left_behind_is_recognised_and_replaced(keys, archive, environ, started):
    pid = pid_of(sockets(environ)[0])
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: gone(pid))
    assert len(sockets(environ)) == 1
    assert agent.fetch(archive, environ) is None
    assert agent.stop(archive, environ) is False
    agent.start(keys, archive, 1, environ)
    assert agent.fetch(archive, environ) == keys


def test_an_agent_whose_socket_was_removed_ends(archive, environ, started):
    path = sockets(environ)[0]
    pid = pid_of(path)
    path.unlink()
    wait_until(lambda: gone(pid))


def test_it_is_detached_and_leaves_no_zombie(environ, started):
    pid = pid_of(sockets(environ)[0])
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    parent, session = int(fields[1]), int(fields[3])
    assert parent != os.getpid()
    assert session != os.getsid(0)
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    for handle in range(3):
        assert Path(f"/proc/{pid}/fd/{handle}").readlink() == Path("/dev/null")
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_no_key_stands_in_arguments_or_environment(keys, archive, environ, started):
    pid = pid_of(sockets(environ)[0])
    seen = b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
    for seed in (keys.sign_seed, keys.seal_seed):
        for form in (seed, seed.hex().encode(), b64encode(seed)):
            assert form not in seen
    assert archive[:32].encode() not in seen


def test_its_memory_is_kept_out_of_dumps_and_swap(environ, started):
    pid = pid_of(sockets(environ)[0])
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert [line.split()[4:6] for line in limits.splitlines() if "core file" in line] == [
        ["0", "0"]
    ]
    flags = [x for x in Path(f"/proc/{pid}/smaps").read_text().splitlines() if "VmFlags" in x]
    assert any(" lo" in each and " dd" in each for each in flags)


def test_folder_and_socket_are_the_users_alone(environ, started):
    path = sockets(environ)[0]
    assert path.parent == Path(environ["XDG_RUNTIME_DIR"]) / "sviedka"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("runtime", ["absent", "open", "relative"])
def test_without_a_runtime_folder_of_ones_own_it_listens_in_the_data_folder(
    keys, archive, environ, tmp_path, runtime
):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    places = {"open": str(tmp_path / "open"), "relative": "runtime"}
    environ["XDG_RUNTIME_DIR"] = places.get(runtime, "")
    agent.start(keys, archive, 1, environ)
    assert sockets(environ) == [tmp_path / "home" / "run" / f"{archive[:32]}.sck"]
    assert agent.fetch(archive, environ) == keys
    assert agent.stop(archive, environ)


def test_every_agent_is_stopped_wherever_it_was_started(keys, archive, environ):
    agent.start(keys, archive, 1, environ)
    agent.start(keys, archive, 1, environ | {"XDG_RUNTIME_DIR": ""})
    assert len(sockets(environ)) == 2
    assert agent.stop(archive, environ)
    assert sockets(environ) == []


def test_a_path_longer_than_a_socket_takes_is_no_hindrance(keys, archive, tmp_path):
    home = tmp_path / ("long" * 40)
    environ = {"SVIEDKA_HOME": str(home)}
    agent.start(keys, archive, 1, environ)
    assert agent.fetch(archive, environ) == keys
    assert agent.stop(archive, environ)


@pytest.mark.parametrize("request_", [b"", b"keys?", b"KEYS", b"x" * 100])
def test_what_it_does_not_know_it_does_not_answer(environ, archive, keys, started, request_):
    with connect(sockets(environ)[0]) as connection:
        connection.send(request_)
        assert connection.recv(4096) == b""
    assert agent.fetch(archive, environ) == keys


def test_a_caller_who_says_nothing_does_not_stop_the_others(environ, archive, keys, started):
    with connect(sockets(environ)[0]):
        assert agent.fetch(archive, environ) == keys


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
def test_another_user_gets_no_answer(environ, archive, keys, started):
    path = sockets(environ)[0]
    path.parent.chmod(0o755)
    path.chmod(0o777)
    child = """if True:
        import os, socket, sys
        os.chdir(sys.argv[1])
        os.setuid(65534)
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.settimeout(5)
        s.connect(sys.argv[2])
        try:
            s.send(b"keys")
            print(s.recv(4096))
        except ConnectionError:
            print("refused")
    """
    command = [sys.executable, "-c", child, path.parent, path.name]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.stdout.strip() in {"b''", "refused"}
    assert agent.fetch(archive, environ) == keys


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
def test_an_agent_of_another_user_is_not_believed(environ, archive):
    path = Path(environ["XDG_RUNTIME_DIR"]) / "sviedka" / f"{archive[:32]}.sck"
    path.parent.mkdir()
    impostor = (
        "import os, socket, sys; os.chdir(sys.argv[1]);"
        "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET);"
        "s.bind(sys.argv[2]); os.setuid(65534); s.listen();"
        "print('listening', flush=True); c, _ = s.accept(); c.send(b'99')"
    )
    command = [sys.executable, "-c", impostor, path.parent, path.name]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert agent.ttl(archive, environ) is None
        process.kill()


@pytest.mark.parametrize("minutes", [0, -1, 24 * 60 + 1, float("nan")])
def test_the_time_is_bounded(keys, archive, environ, minutes):
    with pytest.raises(UsageError):
        agent.start(keys, archive, minutes, environ)
    assert sockets(environ) == []


def test_a_place_where_it_cannot_listen_is_named(keys, archive, tmp_path):
    (tmp_path / "home").write_bytes(b"")
    with pytest.raises(StorageError):
        agent.start(keys, archive, 1, {"SVIEDKA_HOME": str(tmp_path / "home")})
    environ = {"SVIEDKA_HOME": str(tmp_path / "second")}
    (tmp_path / "second" / "run" / f"{archive[:32]}.sck").mkdir(parents=True)
    (tmp_path / "second" / "run").chmod(0o700)
    with pytest.raises(StorageError, match="cannot start: "):
        agent.start(keys, archive, 1, environ)


def test_a_folder_that_others_may_enter_is_refused(keys, archive, environ):
    folder = Path(environ["XDG_RUNTIME_DIR"]) / "sviedka"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(StorageError, match="others may enter"):
        agent.start(keys, archive, 1, environ)


def test_asking_is_quick_from_a_fresh_process(environ, archive, started):
    program = "import sys; from sviedka.keep.keys import agent; print(agent.fetch(sys.argv[1]))"
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program, archive],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "DeviceKeys" in found.stdout
    total = [line for line in found.stderr.splitlines() if line.endswith("sviedka.keep.keys.agent")]
    assert int(total[0].split("|")[1]) < 400_000  # microseconds
