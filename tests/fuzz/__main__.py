"""``python -m tests.fuzz``: let atheris (libFuzzer) look for bytes on which a reader breaks.

Each reader runs in a process of its own for its share of the time, beginning with sound bytes. The
first that lets anything but Sviedka's errors out ends it all, and its input is kept.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz import seeds
from tests.fuzz.targets import READERS, in_folder

FILES = ("bundle", "statement")
LONGEST = 1 << 15
"""Bytes of an input: longer ones find nothing more, only more slowly."""


def fuzz(name: str, folder: Path, seconds: int, found: Path) -> None:
    """Feed one reader, in this process; libFuzzer ends it."""
    import atheris  # noqa: PLC0415 - only this process needs it, and not every machine has it

    atheris.instrument_all()
    readers = READERS | in_folder(folder)

    def one(data: bytes) -> None:
        from tests.fuzz.targets import feed  # noqa: PLC0415 - instrumented after the call above

        feed(readers[name], data)

    arguments = [
        sys.argv[0], str(folder / "corpus" / name), f"-max_total_time={seconds}",
        f"-max_len={LONGEST}", f"-artifact_prefix={found}/{name.replace(' ', '-')}-", "-timeout=20",
        "-rss_limit_mb=1024", "-verbosity=0",
    ]  # fmt: skip
    atheris.Setup(arguments, one)
    atheris.Fuzz()


def main() -> int:
    """Fuzz all readers, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", choices=[[], *READERS, *FILES], metavar="READER")
    parser.add_argument("--seconds", type=int, default=300, help="for all of them together")
    parser.add_argument("--found", type=Path, default=Path("fuzz-found"), help="inputs that break")
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        fuzz(given.readers[0], given.folder, given.seconds, given.found)
        return 0
    try:
        import atheris  # noqa: F401, PLC0415 - whether it is there
    except ImportError:
        print("atheris is not installed on this platform; the tests have the same readers")
        return 0
    names = given.readers or [*READERS, *FILES]
    share = max(given.seconds // len(names), 1)
    given.found.mkdir(exist_ok=True)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        made = seeds.make(folder)
        for name in names:
            corpus = folder / "corpus" / name
            corpus.mkdir(parents=True)
            for number, data in enumerate(made.sound[name]):
                (corpus / str(number)).write_bytes(data)
            print(f"{name}: {share} seconds", flush=True)
            command = [sys.executable, "-m", "tests.fuzz", name, "--in", str(folder)]
            command += ["--seconds", str(share), "--found", str(given.found.absolute())]
            if subprocess.run(command, check=False).returncode:
                print(f"{name} let something out; its input is in {given.found}/")
                return 1
    if not any(given.found.iterdir()):
        given.found.rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())
