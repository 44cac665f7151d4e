"""Debian's Chromium, or another: found, started within walls, and ended in every case.

Where bubblewrap works, the browser has no network, no files but its own program and the fonts, a
profile in memory, and processes that the kernel ends with ours. Elsewhere it is told by its own
switches to reach nothing, and its profile is a private folder, in memory if there is such a place.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sviedka.capture.live.browser import starter
from sviedka.capture.live.browser.messages import Version, read
from sviedka.capture.live.browser.pipe import BrowserGoneError, Pipe
from sviedka.capture.live.browser.switches import switches
from sviedka.errors import NotFoundError, SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.capture.live.browser.limits import Limits

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_START: Final = 30.0
"""Seconds until it must have answered: a cold disk and two slow cores."""
_PARTING: Final = 5.0
"""Seconds for the kernel to clear away what was killed."""
_INSIDE: Final = "/tmp"  # noqa: S108 - inside its own file system, of which nobody else has a view
_ENVIRON: Final = {"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"}
"""Nothing of whoever runs it, nor where they are."""
_SEEN: Final = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt/google",
    "/etc/alternatives", "/etc/chromium", "/etc/chromium.d", "/etc/fonts", "/etc/ld.so.cache",
)  # fmt: skip
_WALLS: Final = (
    "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000", "--hostname", "localhost",
    "--die-with-parent", "--new-session", "--cap-drop", "ALL",
    "--proc", "/proc", "--dev", "/dev", "--tmpfs", _INSIDE, "--chdir", _INSIDE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chromium:
    """A running browser. ``version`` as it says itself; ``weaker``: which walls are missing."""

    pipe: Pipe
    version: str
    weaker: tuple[str, ...]


def find(search: str | None = None) -> Path | None:
    """The browser that is installed, in ``search`` (as $PATH); None if there is none."""
    found = (which(name, path=search) for name in NAMES)
    return next((Path(each) for each in found if each), None)


@contextmanager
def running(program: Path, wrap: str | None, wake: int, limits: Limits) -> Iterator[Chromium]:
    """Chromium while the block lasts; ``wrap`` is bubblewrap if it works, ``wake`` as in Pipe.

    NotFoundError if it is not there, SandboxError if it does not start. Its own sandbox is left off
    only where it does not work: inside bubblewrap, or for root, whom it does not serve.
    """
    if not os.access(program, os.X_OK):
        raise NotFoundError("there is no such browser", where=str(program))
    said = b""
    for own_sandbox in (True, False) if wrap or os.geteuid() else (False,):
        with _private(wrap) as profile:
            command = [
                *(_outside(wrap, program) if wrap else ()),
                str(program),
                *switches(profile, own_sandbox=own_sandbox),
            ]
            with _started(command, profile, limits) as (reading, writing, complaints):
                pipe = Pipe(reading, writing, wake, limits.message)
                version = _answer(pipe)
                if version:
                    yield Chromium(pipe, version, _weaker(wrap, own_sandbox=own_sandbox))
                    return
                said = _last(complaints) or said
            if not wrap:
                break  # without any wall it is not started a second time with one less
    raise SandboxError(
        f"the browser did not start: {said.decode('utf-8', 'replace')[:200]!r}",
        where=str(program),
        do="start it once by hand; bubblewrap and user namespaces are what it needs most",
    )


def _weaker(wrap: str | None, *, own_sandbox: bool) -> tuple[str, ...]:
    walls = {
        "bubblewrap does not work here; the browser kept from the network by its switches": wrap,
        "the browser's own sandbox does not work here": own_sandbox,
    }
    return tuple(missing for missing, holds in walls.items() if not holds)


@contextmanager
def _private(wrap: str | None) -> Iterator[str]:
    """Where the profile lies: in the browser's own file system, or in a folder of ours."""
    if wrap:
        yield _INSIDE
        return
    with TemporaryDirectory(
        prefix="sviedka-", dir=_in_memory(os.environ), ignore_cleanup_errors=True
    ) as folder:
        yield folder


def _in_memory(environ: Mapping[str, str]) -> str | None:
    """A folder that lies in memory, if there is one that can be written."""
    places = ("/dev/shm", environ.get("XDG_RUNTIME_DIR"))  # noqa: S108 - a new folder in it, 0700
    return next((each for each in places if each and os.access(each, os.W_OK | os.X_OK)), None)


def _outside(wrap: str, program: Path) -> list[str]:
    seen = [*_SEEN, str(program), str(program.resolve().parent)]
    binds = [word for path in seen for word in ("--ro-bind-try", path, path)]
    return [wrap, *_WALLS, *binds, "--"]


@contextmanager
def _started(command: list[str], profile: str, limits: Limits) -> Iterator[tuple[int, int, int]]:
    """The browser's process: descriptors to read, to write, and of its complaints."""
    theirs_in, writing = os.pipe()
    reading, theirs_out = os.pipe()
    complaints, stderr = os.pipe()
    os.set_blocking(stderr, False)  # nobody reads it before the end, and it may be flooded
    os.set_blocking(complaints, False)
    before = [theirs_in, theirs_out, os.getpid(), limits.memory]
    try:
        process = subprocess.Popen(  # noqa: S603 - the interpreter and the browser, by their paths
            [sys.executable, "-I", "-S", "-B", starter.__file__, *map(str, before), *command],
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
            pass_fds=(theirs_in, theirs_out),
            start_new_session=True,
            env={**_ENVIRON, "HOME": profile, "TMPDIR": profile},
            cwd="/",
        )
    finally:
        for each in (theirs_in, theirs_out, stderr):
            os.close(each)
    try:
        yield reading, writing, complaints
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        _gone(complaints)
        for each in (reading, writing, complaints):
            os.close(each)


def _gone(complaints: int) -> None:
    """Wait until the last of its processes has let go of its files, the profile's among them."""
    poll = select.poll()
    poll.register(complaints, select.POLLIN)
    until = time.monotonic() + _PARTING
    while (left := until - time.monotonic()) > 0:
        if poll.poll(left * 1000) and not os.read(complaints, 1 << 16):
            return


def _answer(pipe: Pipe) -> str:
    """What it says that it is; "" if it ended or says nothing."""
    call = pipe.send("Browser.getVersion")
    until = time.monotonic() + _START
    try:
        while time.monotonic() < until:
            message = pipe.receive(until)
            if message and message.id == call:
                return read(message.result, Version).product
    except BrowserGoneError:
        return ""
    return ""


def _last(complaints: int) -> bytes:
    """The last line that it printed."""
    try:
        return (os.read(complaints, 1 << 16).strip().splitlines() or [b""])[-1]
    except BlockingIOError:
        return b""
