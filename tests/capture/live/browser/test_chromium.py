"""The browser's walls: what it reaches, what it leaves, and that it ends with us."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sviedka import sandbox
from sviedka.capture.live.browser import Limits, find, render
from sviedka.errors import SandboxError
from tests.capture.live.browser.processes import under, wait_until_gone
from tests.capture.live.browser.site import answer

ROOT = Path(__file__).parents[4]
QUICK = Limits(load=8, scroll=3, stuck=2, shot=5, quiet=0.2)
walled = pytest.mark.skipif(sandbox.describe().wrap is None, reason="bubblewrap does not work here")
PROGRAM = """
import json, sys
from pathlib import Path
from sviedka.capture.live.browser import Limits, render
from tests.capture.live.browser.processes import under, wait_until_gone
from tests.capture.live.browser.site import answer
import os

page, chromium = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])
seen = []

def fetch(request):
    if request.url.endswith("/hold"):
        seen.extend(under(os.getpid()))
        print(json.dumps(seen), flush=True)
        sys.stdin.readline()
    return answer(request, page if request.url.endswith("test/") else b"")

shown = render("http://site.test/", fetch, chromium=chromium, limits=Limits(load=8, quiet=0.2))
print(json.dumps({"title": shown.title, "faults": shown.faults, "left": wait_until_gone(seen)}))
"""
both = pytest.mark.parametrize("path", [pytest.param(os.defpath, marks=walled), "/nowhere"])
"""With bubblewrap on $PATH and without."""


def started(page, chromium, tmp_path, path):
    """A program of its own that renders ``page`` and holds at its ``/hold``."""
    (tmp_path / "page.html").write_bytes(page)
    (tmp_path / "tmp").mkdir()
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tmp_path / "page.html", chromium],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={"PATH": path, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "TMPDIR": str(tmp_path / "tmp")},
    )  # fmt: skip


def leftovers():
    places = (("/dev/shm", "sviedka-*"), ("/tmp", "org.chromium.*"))
    return {each for place, name in places for each in Path(place).glob(name)}


@both
def test_it_ends_with_the_visit_and_takes_its_profile_along(chromium, tmp_path, path):
    before = leftovers()
    with started(b"<title>t</title><img src=/hold>", chromium, tmp_path, path) as program:
        there = [tuple(each) for each in json.loads(program.stdout.readline())]
        out, _ = program.communicate("\n", timeout=60)
    done = json.loads(out)
    assert len(there) > 3
    assert (done["title"], done["left"]) == ("t", [])
    assert leftovers() <= before
    assert list((tmp_path / "tmp").iterdir()) == []


@both
def test_it_ends_when_we_are_killed(chromium, tmp_path, path):
    with started(
        b"<img src=/hold><script>while(1){}</script>", chromium, tmp_path, path
    ) as program:
        there = [tuple(each) for each in json.loads(program.stdout.readline())]
        program.kill()
    assert len(there) > 3
    assert wait_until_gone(there) == []
    for each in Path("/dev/shm").glob("sviedka-*"):  # nobody was left to clear it away
        shutil.rmtree(each)


@pytest.mark.parametrize("path", [pytest.param(os.defpath, marks=walled), "/nowhere"])
def test_nothing_of_it_reaches_even_this_machine(chromium, tmp_path, path):
    """TCP by every way that a page has, and UDP by WebRTC: nobody is met, walls or none."""
    met = []
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
    ):
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        there, here = tcp.getsockname()[1], udp.getsockname()[1]
        threading.Thread(target=accepting, args=(tcp, met), daemon=True).start()
        page = f"""<title>t</title>
            <link rel="preconnect" href="http://127.0.0.1:{there}">
            <link rel="dns-prefetch" href="http://127.0.0.1:{there}">
            <script>
                new WebSocket("ws://127.0.0.1:{there}/socket");
                new WebSocket("ws://localhost:{there}/socket");
                const call = new RTCPeerConnection(
                    {{iceServers: [{{urls: "stun:127.0.0.1:{here}"}},
                                   {{urls: "turn:127.0.0.1:{there}?transport=tcp",
                                     username: "u", credential: "c"}}]}});
                call.createDataChannel("x");
                call.createOffer().then(offer => call.setLocalDescription(offer));
                setTimeout(() => document.title = "waited", 1500);
                setTimeout(() => fetch("/later"), 1400);
            </script><img src="/hold">"""
        with started(page.encode(), chromium, tmp_path, path) as program:
            program.stdout.readline()
            out, _ = program.communicate("\n", timeout=60)
        with pytest.raises(BlockingIOError):
            udp.recv(1)
    done = json.loads(out)
    assert met == []
    assert f"socket: ws://127.0.0.1:{there}/socket" in done["faults"]
    unconfined = [each for each in done["faults"] if each.startswith("unconfined")]
    assert bool(unconfined) == (path == "/nowhere")


def accepting(server, met):
    try:
        while True:
            connection, address = server.accept()
            met.append(address)
            connection.close()
    except OSError:
        return  # the test is over


@walled
def test_it_lives_in_a_network_of_its_own_that_is_empty(chromium):
    networks = set()

    def fetch(request):
        for pid, _ in under(os.getpid()):
            program = Path(f"/proc/{pid}")
            if "chromium" in (program / "comm").read_text():
                networks.add((program / "ns" / "net").readlink())
                devices = (program / "net" / "dev").read_text().splitlines()[2:]
                assert [each.split(":")[0].strip() for each in devices] == ["lo"]
        return answer(request, b"x")

    render("http://site.test/", fetch, chromium=chromium, limits=QUICK)
    assert len(networks) >= 1
    assert Path("/proc/self/ns/net").readlink() not in networks


@walled
def test_it_sees_no_files_of_the_person(chromium):
    seen = []

    def fetch(request):
        for pid, _ in under(os.getpid()):
            if "chromium" in Path(f"/proc/{pid}/comm").read_text():
                try:
                    seen.append({each.name for each in Path(f"/proc/{pid}/root").iterdir()})
                except (FileNotFoundError, ProcessLookupError):
                    continue  # the browser's own sandbox left it no root at all
        return answer(request, b"x")

    render("http://site.test/", fetch, chromium=chromium, limits=QUICK)
    assert seen
    assert set().union(*seen) <= {
        "bin", "dev", "etc", "lib", "lib32", "lib64", "opt", "proc", "sbin", "tmp", "usr",
    }  # fmt: skip


def test_a_browser_that_is_killed_leaves_what_was_had(chromium):
    def fetch(request):
        if request.url.endswith("/now"):
            for pid, _ in under(os.getpid()):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue  # it went with another
        return answer(request, b"<img src=/now>")

    shown = render("http://site.test/", fetch, chromium=chromium, limits=QUICK)
    assert (shown.dom, shown.picture) == (b"", b"")
    assert shown.faults == ("crashed: the browser ended",)


@pytest.mark.parametrize("script", ["exit 3", "echo nothing to see >&2; exit 0", "printf x >&4"])
def test_what_does_not_start_is_told(tmp_path, script):
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    with pytest.raises(SandboxError, match="did not start"):
        render("http://site.test/", lambda request: answer(request, b""), chromium=program)


def test_it_is_found_by_its_names(tmp_path):
    assert find(str(tmp_path)) is None
    for name in ("google-chrome", "chromium-browser", "chromium"):
        (tmp_path / name).touch(mode=0o755)
        assert find(str(tmp_path)) == tmp_path / name
