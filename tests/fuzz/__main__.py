"""``python -m tests.fuzz``: let atheris (libFuzzer) look for bytes on which a reader breaks.

Each reader runs in a process of its own for its share of the time, beginning with sound bytes. The
first that lets anything but Sviedka's errors out ends it all, and its input is kept.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz import seeds
from tests.fuzz.targets import FILES, READERS


def main() -> int:
    """Fuzz all readers, or those that are named."""
    names = [*READERS, *FILES]
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, epilog="Readers: " + ", ".join(names)
    )
    parser.add_argument("readers", nargs="*", metavar="READER")
    parser.add_argument("--seconds", type=int, default=300, help="for all of them together")
    parser.add_argument("--found", type=Path, default=Path("fuzz-found"), help="inputs that break")
    given = parser.parse_args()
    if unknown := set(given.readers) - set(names):
        parser.error(f"there is no reader {', '.join(sorted(unknown))}")
    if find_spec("atheris") is None:
        print("atheris is not to be had on this platform; tests/fuzz/test_targets.py runs anyway")
        return 0
    chosen = given.readers or names
    share = max(given.seconds // len(chosen), 1)
    given.found.mkdir(exist_ok=True)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        made = seeds.make(folder)
        for name in chosen:
            corpus = folder / "corpus" / name
            corpus.mkdir(parents=True)
            for number, data in enumerate(made.sound[name]):
                (corpus / str(number)).write_bytes(data)
            print(f"{name}: {share} seconds", flush=True)
            command = [sys.executable, "-m", "tests.fuzz.one", name, str(folder), str(share)]
            done = subprocess.run(
                [*command, str(given.found.absolute())], capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(done.stdout, done.stderr, sep="\n")
                print(f"{name} let something out; its input is in {given.found}/")
                return 1
    if not any(given.found.iterdir()):
        given.found.rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())
