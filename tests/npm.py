"""npm's age-encryption, pinned in tests/keep/age/interop, for what the tests run in Node."""

import fcntl
import shutil
import subprocess
from pathlib import Path

INTEROP = Path(__file__).parent / "keep" / "age" / "interop"


class UnavailableError(Exception):
    """Node or the package cannot be had here, and why."""


def install(folder: Path) -> Path:
    """Install into ``folder``, unless it is done; returns the folder ``node_modules``."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise UnavailableError("Node is missing: apt-get install nodejs npm")
    wanted = (INTEROP / "package-lock.json").read_bytes()
    done = folder / "installed.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # parallel test workers share the folder
        if not done.is_file() or done.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(INTEROP / name, folder)
            npm = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            ended = subprocess.run(npm, cwd=folder, capture_output=True, timeout=120, check=False)
            if ended.returncode:
                told = ended.stderr.decode()[-300:]
                raise UnavailableError(f"npm cannot install age-encryption: {told}")
            done.write_bytes(wanted)
    return folder / "node_modules"
