"""Fuzz one reader in this process: ``python -m tests.fuzz.one READER FOLDER SECONDS FOUND``."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sviedka"]):
    from tests.fuzz.targets import READERS, feed, in_folder

LONGEST = 1 << 15
"""Bytes of an input: longer ones find nothing more, only more slowly."""


def main() -> None:
    """Run until the time is over, or libFuzzer ends the process."""
    name, folder, seconds, found = sys.argv[1:]
    read = (READERS | in_folder(Path(folder)))[name]
    arguments = [
        sys.argv[0], f"{folder}/corpus/{name}", f"-max_total_time={seconds}",
        f"-max_len={LONGEST}", f"-artifact_prefix={found}/{name.replace(' ', '-')}-", "-timeout=20",
        "-rss_limit_mb=1024", "-verbosity=0",
    ]  # fmt: skip
    atheris.Setup(arguments, lambda data: feed(read, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
