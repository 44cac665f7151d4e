"""The unlock agent's own process: holds one secret, of which it knows nothing, for a set time.

It uses nothing but the standard library and is started by ``agent.start``, which writes to its
standard input: HEAD (seconds to hold, length of the folder's path), the path, the socket's name
(36 bytes), the secret. It answers ``ready`` when it listens, or what went wrong.

One packet asks, one answers: ``keys``, ``ttl`` (seconds left, decimal), ``lock``. Nobody but its
own user is answered (SO_PEERCRED, unix(7)). It ends when the time is over, counted from the start
through any sleep of the machine and extended by nothing; at ``lock``; at SIGTERM; and soon after
its socket is removed, replaced, or gone with the login session's folder.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
import time
from typing import Final

from sviedka.keep.keys.memory import SecretPage, deny_dumps

HEAD: Final = struct.Struct("!dI")
NAME_SIZE: Final = 36
PEER: Final = struct.Struct("3i")
"""What SO_PEERCRED gives: pid, uid, gid."""
READY: Final = b"ready"
KEYS: Final = b"keys"
TTL: Final = b"ttl"
LOCK: Final = b"lock"
DONE: Final = b"done"
REQUEST_LIMIT: Final = 16

_TICK: Final = 2.0
"""Seconds between looks at the clock and the socket's place."""
_PATIENCE: Final = 1.0
"""Seconds that a caller has to ask."""
_ENDING: Final = {signal.SIGTERM}


class Agent:
    """A listening socket and what it guards."""

    def __init__(self, folder: int, name: str, secret: SecretPage, seconds: float) -> None:
        self._folder = folder
        self._name = name
        self._secret = secret
        self._end = _now() + seconds
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._remove()  # a stale one: a live agent was asked to end before this one started
        # The path of a Unix socket has 107 bytes at the most (unix(7)); a folder's may have more.
        self._socket.bind(f"/proc/self/fd/{folder}/{name}")
        self._socket.listen()
        self._place = self._found()

    def serve(self) -> None:
        """Answer until the end, then leave nothing behind."""
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
            while (left := self._left()) > 0 and self._found() == self._place:
                self._socket.settimeout(min(left, _TICK))
                try:
                    caller, _ = self._socket.accept()
                except TimeoutError:
                    continue
                with caller:
                    self._answer(caller)
        finally:
            self._end_now()

    def _answer(self, caller: socket.socket) -> None:
        if peer_uid(caller) != os.geteuid():
            return
        caller.settimeout(_PATIENCE)
        try:
            request = caller.recv(REQUEST_LIMIT)
            if self._left() <= 0:
                return
            if request == KEYS:
                caller.send(self._secret.view())
            elif request == TTL:
                caller.send(b"%d" % self._left())
            elif request == LOCK:
                self._end_now()
                caller.send(DONE)
        except OSError:
            return  # the caller went away or never asked; the next one is served

    def _left(self) -> float:
        return self._end - _now()

    def _end_now(self) -> None:
        self._end = 0.0
        self._secret.wipe()
        if self._found() == self._place:
            self._remove()

    def _found(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._name, dir_fd=self._folder, follow_symlinks=False)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _remove(self) -> None:
        try:
            os.unlink(self._name, dir_fd=self._folder)
        except FileNotFoundError:
            return


def peer_uid(connection: socket.socket) -> int:
    """The user at the other end of a Unix socket."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size)
    uid: int = PEER.unpack(credentials)[1]
    return uid


def main() -> None:
    """Detach from the caller, take the secret, serve."""
    deny_dumps()
    if os.fork():
        os._exit(0)  # the caller waits for this one; its child belongs to init
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # until there is something to clean up
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    os.umask(0o177)
    try:
        agent = _receive()
    except OSError as error:
        os.write(1, (error.strerror or type(error).__name__).encode())
        return
    os.write(1, READY)
    _close_standard_files()
    agent.serve()


def _receive() -> Agent:
    seconds, length = HEAD.unpack(_read(HEAD.size))
    path, name = _read(length), _read(NAME_SIZE).decode("ascii")
    secret = SecretPage()
    secret.fill(0)
    return Agent(os.open(path, os.O_RDONLY | os.O_DIRECTORY), name, secret, seconds)


def _read(size: int) -> bytes:
    data = b""
    while len(data) < size:
        block = os.read(0, size - len(data))
        if not block:
            raise EOFError("the caller went away")
        data += block
    return data


def _close_standard_files() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in range(3):
        os.dup2(nowhere, handle)
    os.close(nowhere)


def _now() -> float:
    """Seconds on a clock that runs on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


if __name__ == "__main__":
    main()
