"""The reader in JavaScript, which was written by docs/format.md alone, run on an archive."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULES = Path(__file__).parent


@dataclass(frozen=True)
class Reader:
    """A copy of the reader beside the packages that it needs."""

    script: Path

    @classmethod
    def at(cls, folder: Path, packages: Path) -> "Reader":
        """Copy it to ``folder``; ``packages`` is a folder ``node_modules``."""
        (folder / "node_modules").symlink_to(packages)
        for module in MODULES.glob("*.mjs"):
            shutil.copy(module, folder)
        return cls(folder / "reader.mjs")

    def read(self, archive: Path, **keys: Path) -> dict[str, Any]:
        """What it prints; ``keys`` are ``home`` and ``passphrase``, or ``recovery`` and ``backup``.

        It ends with 0 exactly if it tells no problem.
        """
        options = [f"--{name}={path}" for name, path in keys.items()]
        command = ["node", self.script, archive, *options]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        assert not done.stderr, done.stderr.decode()
        found: dict[str, Any] = json.loads(done.stdout)
        assert (done.returncode == 0) is (found["problems"] == [])
        return found
