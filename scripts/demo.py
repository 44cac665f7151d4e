"""The whole of it once, on invented material: seal, verify, tamper, find it, prove one item.

Run by `make demo`. Everything happens in ``demo-archive/``, which is made anew each time, with a
passphrase that stands there in the clear: it is a demonstration and nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
ROOM = HERE / "demo-archive"
SVIEDKA = Path(sys.executable).with_name("sviedka")
GREEN, BOLD, DIM, END = ("\033[32m", "\033[1m", "\033[2m", "\033[0m")


def main() -> None:
    """Seven steps, each said before it is done."""
    begun = time.monotonic()
    shutil.rmtree(ROOM, ignore_errors=True)
    ROOM.mkdir()
    (ROOM / "passphrase").write_text("five invented words for demonstration\n")
    os.environ |= {
        "SVIEDKA_HOME": str(ROOM / "keys"),
        "SVIEDKA_PASSPHRASE_FILE": str(ROOM / "passphrase"),
        "SVIEDKA_ARCHIVE": str(ROOM / "archive"),
    }
    say(1, "Invent material: three Telegram channels with clips, in Russian and Belarusian; files.")
    material = ROOM / "material"
    run([sys.executable, "-m", "tests.material.demo", material])
    say(2, "Make an archive. The recovery sheet belongs on paper; here it goes to a file.")
    sviedka("init", ROOM / "archive", "--zone", "Europe/Vilnius", "--sheet", ROOM / "sheet.txt")
    sviedka("unlock", "--minutes", "5")
    try:
        steps(material)
    finally:
        sviedka("lock")
    print(f"\n{GREEN}{BOLD}Done in {time.monotonic() - begun:.0f} seconds.{END}")
    print("To look around (the passphrase is in demo-archive/passphrase):")
    print(f"  {DIM}export SVIEDKA_HOME=$PWD/demo-archive/keys{END}")
    print(f"  {DIM}.venv/bin/sviedka list --archive demo-archive/archive{END}")
    print("Remove demo-archive when you have seen enough.")


def steps(material: Path) -> None:
    """What needs the keys."""
    say(3, "Seal it: every file and message goes in byte-exact, under the keys of its case.")
    sviedka("add", *sorted(material.iterdir()))
    sviedka("list")
    say(4, "Verify everything: the ledger, every object, every record.")
    sviedka("verify", "--deep")
    say(5, "Tamper with a copy: one bit of one object. Anyone can find that, without any key.")
    copy = ROOM / "tampered"
    shutil.copytree(ROOM / "archive", copy)
    largest = max((copy / "objects").rglob("*"), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    sviedka("scrub", "--archive", copy, expected=4)
    say(6, "Write a proof of one video: for a court, a journalist, a colleague.")
    item = a_video()
    sviedka("bundle", item["id"][:12], ROOM / "proof")
    say(
        7, "Check the proof with its own verify.py: Python's standard library and openssl, no more."
    )
    run([sys.executable, "-I", ROOM / "proof" / "verify.py"])


def a_video() -> dict[str, str]:
    """Some clip that was sealed."""
    cases = json.loads(sviedka("list", "--json", shown=False))["cases"]
    channel = next(each for each in cases if each["sort"] == "channel")
    items = json.loads(sviedka("list", channel["case"], "--json", shown=False))["items"]
    found: dict[str, str] = max(items, key=lambda each: each["size"])
    return found


def say(number: int, text: str) -> None:
    """Announce a step."""
    print(f"\n{BOLD}{number}. {text}{END}", flush=True)


def sviedka(*words: object, expected: int = 0, shown: bool = True) -> str:
    """Run a command as a person would, and show it."""
    return run([SVIEDKA, *words], expected=expected, shown=shown)


def run(words: list[object], expected: int = 0, *, shown: bool = True) -> str:
    """Run a program; the demonstration ends if it does not end as it should."""
    line = [str(word) for word in words]
    if shown:
        program = Path(line[0]).name
        print(f"{DIM}$ {program} {' '.join(short(word) for word in line[1:])}{END}", flush=True)
    done = subprocess.run(line, cwd=HERE, text=True, stdout=subprocess.PIPE, check=False)
    if shown:
        print(textwrap.indent(done.stdout.rstrip(), "  "), flush=True)
    if done.returncode != expected:
        sys.exit(f"This ended with {done.returncode} and should have ended with {expected}.")
    return done.stdout


def short(word: str) -> str:
    """A path as it reads from the repository."""
    return word.removeprefix(f"{HERE}/")


if __name__ == "__main__":
    main()
