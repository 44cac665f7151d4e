"""The installed command, with an archive, a home and a passphrase of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.bench.measure import Cost, process_cpu, run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

COMMAND: Final = Path(sys.executable).parent / "sviedka"
_PASSPHRASE: Final = "seven words that were never spoken aloud"
_LONG: Final = "600"
"""Minutes for which the archive is unlocked: longer than any benchmark."""


def environment(folder: Path, **more: str | Path) -> dict[str, str]:
    """What a measured command sees: nothing of the user's own settings."""
    kept = {"HOME": str(folder), "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    return kept | {name: str(value) for name, value in more.items()}


class Installed:
    """``sviedka`` on a new archive in ``folder``, unlocked; a context manager that removes it."""

    def __init__(self, folder: Path, variables: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        self._home = folder / "home"
        self._key = folder / "passphrase"
        self.env = environment(
            folder,
            SVIEDKA_ARCHIVE=self.archive,
            SVIEDKA_HOME=self._home,
            SVIEDKA_PASSPHRASE_FILE=self._key,
            **(variables or {}),
        )

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        self._key.write_text(_PASSPHRASE)
        sheet = ("--sheet", self.folder / "sheet")
        run([COMMAND, "init", self.archive, *sheet, "--zone", "UTC"], env=self.env, cwd=self.folder)
        self.run("unlock", "--minutes", _LONG)
        return self

    def __exit__(self, *error: object) -> None:
        self.run("lock")
        shutil.rmtree(self.folder)

    def run(self, *words: str | Path) -> Cost:
        """What a command costs. What its unlock agent does meanwhile counts too."""
        agent = self._agent()
        before = process_cpu(agent) if agent else 0.0
        cost = run([COMMAND, *words], env=self.env, cwd=self.folder)
        if agent and agent == self._agent():
            cost += Cost(process_cpu(agent) - before, 0.0)
        return cost

    def told(self, *words: str | Path) -> dict[str, Any]:
        """What a command says with ``--json``."""
        out = self.folder / "told"
        run([COMMAND, *words, "--json"], env=self.env, cwd=self.folder, output=out)
        said: dict[str, Any] = json.loads(out.read_bytes())
        return said

    def _agent(self) -> int | None:
        """The process that listens on the agent's socket; None if there is none."""
        for place in (self._home / "run").glob("*.sck"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
                handle = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    # By way of /proc: the path of a socket has 107 bytes at the most (unix(7)).
                    connection.connect(f"/proc/self/fd/{handle}/{place.name}")
                finally:
                    os.close(handle)
                who = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
                pid: int = struct.unpack("3i", who)[0]
                return pid
        return None
