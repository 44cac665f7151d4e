"""Asking the unlock agent for a device's keys, so that the passphrase need not be typed each time.

One agent serves one archive for one user, over a socket in ``$XDG_RUNTIME_DIR/sviedka`` (where that
is the user's own), else in the ``run`` folder of the user's data folder. The time runs from the
unlocking; using the keys does not extend it. Linux only.
"""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.errors import StorageError, UsageError
from sviedka.keep.keys import agentd
from sviedka.keep.keys.device import read_payload, write_payload
from sviedka.keep.keys.home import data_folder, short_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.keep.keys.device import DeviceKeys

MINUTES: Final = 15
MOST_MINUTES: Final = 24 * 60

_ANSWER_LIMIT: Final = 4096
_PATIENCE: Final = 5.0
"""Seconds that an agent has to answer."""
_START_PATIENCE: Final = 20.0


def fetch(archive: str, environ: Mapping[str, str] = os.environ) -> DeviceKeys | None:
    """The keys of this device, if an agent holds them; None if a passphrase is needed.

    StorageError if there is an agent and it does not answer; FormatError or IntegrityError if what
    it holds is no key of this archive.
    """
    payload = _ask(archive, agentd.KEYS, environ)
    return read_payload(payload, archive) if payload else None


def ttl(archive: str, environ: Mapping[str, str] = os.environ) -> int | None:
    """The whole seconds left until the archive locks itself; None if it is locked."""
    answer = _ask(archive, agentd.TTL, environ)
    return int(answer) if answer and answer.isdigit() else None


def stop(archive: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Make every agent forget its keys and end; on return it has. False if there was none.

    StorageError if there is one and it does not say that it did.
    """
    name = _socket_name(archive)
    answers = [_ask_in(folder, name, agentd.LOCK) for folder in _folders(environ)]
    return any(answers)


def start(
    keys: DeviceKeys,
    archive: str,
    minutes: float = MINUTES,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Start an agent in place of any that runs. It listens, detached, when this returns.

    UsageError for a time that is none or longer than a day; StorageError if it cannot start.
    """
    if not 0 < minutes <= MOST_MINUTES:
        raise UsageError(f"an archive stays unlocked for up to {MOST_MINUTES} minutes")
    folder = _make_folder(environ)
    stop(archive, environ)
    path = os.fsencode(folder)
    head = agentd.HEAD.pack(minutes * 60, len(path)) + path + _socket_name(archive).encode()
    # Through a pipe: what is in the arguments or the environment, other processes can read.
    with subprocess.Popen(  # noqa: S603 (the command is this interpreter and our own module)
        [sys.executable, "-P", "-m", agentd.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    ) as process:
        try:
            answer, _ = process.communicate(head + write_payload(keys, archive), _START_PATIENCE)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise StorageError("the unlock agent does not start", where=str(folder)) from error
    if answer != agentd.READY:
        trouble = answer.decode(errors="replace") or "it died"
        raise StorageError(f"the unlock agent cannot start: {trouble}", where=str(folder))


def _ask(archive: str, request: bytes, environ: Mapping[str, str]) -> bytes | None:
    """The answer of the first agent found; None if there is none or its time is over."""
    for folder in _folders(environ):
        answer = _ask_in(folder, _socket_name(archive), request)
        if answer:
            return answer
    return None


def _ask_in(folder: Path, name: str, request: bytes) -> bytes | None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(_PATIENCE)
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                # By way of /proc for the sake of its length: see agentd.
                connection.connect(f"/proc/self/fd/{handle}/{name}")
            finally:
                os.close(handle)
            if agentd.peer_uid(connection) != os.geteuid():
                return None
            connection.send(request)
            return connection.recv(_ANSWER_LIMIT)
        except (FileNotFoundError, ConnectionError):
            return None  # never started; stale; or ended while we asked
        except OSError as error:
            trouble = error.strerror or "it does not answer"
            raise StorageError(f"the unlock agent: {trouble}", where=str(folder / name)) from error


def _socket_name(archive: str) -> str:
    return short_name(archive) + ".sck"


def _folders(environ: Mapping[str, str]) -> list[Path]:
    """Where an agent may listen, the better place first."""
    own = data_folder(environ) / "run"
    runtime = Path(environ.get("XDG_RUNTIME_DIR", ""))
    return [runtime / "sviedka", own] if runtime.is_absolute() and _is_private(runtime) else [own]


def _make_folder(environ: Mapping[str, str]) -> Path:
    folder = _folders(environ)[0]
    try:
        folder.parent.mkdir(0o700, parents=True, exist_ok=True)
        folder.mkdir(0o700, exist_ok=True)
    except OSError as error:
        raise StorageError(error.strerror or "not writable", where=str(folder)) from error
    if not _is_private(folder):
        raise StorageError(
            "others may enter the folder of the unlock agent",
            where=str(folder),
            do="remove it; it is made again as it should be",
        )
    return folder


def _is_private(folder: Path) -> bool:
    """Whether it is a folder, and the user's alone (XDG Base Directory Specification)."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
    )
