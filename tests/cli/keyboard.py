"""A person at a terminal: the command on a pty, what it shows, what is typed."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from contextlib import contextmanager
from fcntl import ioctl

from tests.program import COMMAND

PATIENCE = 60
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Person:
    """Sees what the command shows; types."""

    def __init__(self, process, handle):
        self.process = process
        self.raw = ""
        self._handle = handle
        self._read = 0

    @property
    def seen(self):
        """All that was shown, without colours and movements."""
        return _COLOUR.sub("", self.raw).replace("\r\n", "\n")

    def sees(self, text):
        """Wait until something is shown, after what was waited for before."""
        deadline = time.monotonic() + PATIENCE
        while (at := self.raw.find(text, self._read)) < 0:
            assert self._more(deadline - time.monotonic()), f"{text!r} is not in {self.raw!r}"
        self._read = at + len(text)

    def types(self, text):
        os.write(self._handle, text.encode())

    def presses_ctrl_c(self):
        os.write(self._handle, b"\x03")

    def ends(self):
        """Wait until the command ends; its exit status."""
        deadline = time.monotonic() + PATIENCE
        while self._more(deadline - time.monotonic()):
            pass
        return self.process.wait(PATIENCE)

    def _more(self, seconds):
        if not select.select([self._handle], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self._handle, 1 << 16)
        except OSError:  # EIO: the other side is closed
            return False
        self.raw += data.decode(errors="replace")
        return bool(data)


@contextmanager
def at_keyboard(program, *words, columns=80, **environ):
    """Begin a run on a terminal of its own; nobody has put a passphrase into a file."""
    mine, its = pty.openpty()
    ioctl(its, termios.TIOCSWINSZ, struct.pack("4H", 50, columns, 0, 0))
    environment = {**program.environ, "TERM": "xterm", **environ}
    environment.pop("SVIEDKA_PASSPHRASE_FILE")
    process = subprocess.Popen(
        [str(COMMAND), *map(str, words)],
        stdin=its, stdout=its, stderr=its, env=environment, cwd=program.base,
        start_new_session=True,
        preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - there are no threads
    )  # fmt: skip
    os.close(its)
    try:
        yield Person(process, mine)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(mine)
