"""A first real run, on published test data: writes docs/first-run.md with what it measured.

    .venv/bin/python scripts/first_run.py DATA

DATA is the folder of public test data (its README names the sources): the Telegram exports in
``telegram/`` are added as they are, and one export is made around the clips in ``media/``. Nothing
of the data goes into the page but counts, sizes and times.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
PAGE = HERE / "docs" / "first-run.md"
SVIEDKA = Path(sys.executable).with_name("sviedka")

Run = tuple[str, float, dict[str, Any]]
"""What was run, in words; wall seconds; the JSON that it printed."""


def main() -> None:
    """Make an archive, add, verify, bundle, check; then write the page."""
    data = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        (room / "passphrase").write_text("five words for the first run\n")
        os.environ |= {
            "SVIEDKA_HOME": str(room / "keys"),
            "SVIEDKA_PASSPHRASE_FILE": str(room / "passphrase"),
            "SVIEDKA_ARCHIVE": str(room / "archive"),
        }
        runs = [sviedka("init", room / "archive", "--zone", "Europe/Vilnius")]
        sviedka("unlock")
        try:
            runs += steps(data, room)
        finally:
            sviedka("lock")
        PAGE.write_text(page(runs), encoding="utf-8")
    print(f"{PAGE.relative_to(HERE)} is written.")


def steps(data: Path, room: Path) -> list[Run]:
    """What is done with the archive."""
    exports = sorted((data / "telegram").rglob("*.json"))
    clips = export_around(sorted((data / "media").glob("*.mp4")), room / "clips")
    runs = [sviedka("add", *exports), sviedka("add", clips), sviedka("verify", "--deep")]
    cases = sviedka("list")[2]["cases"]
    channel = next(each for each in cases if each["sort"] == "channel")
    items = sviedka("list", channel["case"])[2]["items"]
    clip = max(items, key=lambda each: each["size"])  # the export itself is far smaller
    runs.append(sviedka("bundle", clip["id"], room / "proof"))
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", room / "proof" / "verify.py"],
        stdout=subprocess.PIPE, text=True, check=True, cwd=room,
    )  # fmt: skip
    runs.append(("verify.py", time.perf_counter() - begun, {"says": done.stdout, "clip": clip}))
    return [*runs, sviedka("check", room / "proof"), sviedka("status")]


def export_around(clips: list[Path], folder: Path) -> Path:
    """An export of a channel, as Telegram Desktop lays it out, whose posts are these clips."""
    (folder / "video_files").mkdir(parents=True)
    messages = []
    for number, clip in enumerate(clips, 1):
        place = f"video_files/{clip.name}"
        shutil.copyfile(clip, folder / place)
        messages.append(
            {
                "id": number,
                "type": "message",
                "date": f"2026-01-{number:02}T12:00:00",
                "date_unixtime": str(1_767_268_800 + 86_400 * (number - 1)),
                "from": "First run",
                "from_id": "channel1",
                "file": place,
                "media_type": "video_file",
                "mime_type": "video/mp4",
                "text": f"Clip {number}",
                "text_entities": [{"type": "plain", "text": f"Clip {number}"}],
            }
        )
    chat = {"name": "First run", "type": "public_channel", "id": 1, "messages": messages}
    (folder / "result.json").write_text(json.dumps(chat, ensure_ascii=False, indent=1))
    return folder


def sviedka(*words: object) -> Run:
    """Run a command with --json, and time it."""
    line = [str(SVIEDKA), *map(str, words), "--json"]
    begun = time.perf_counter()
    done = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"{' '.join(line)} ended with {done.returncode}: {done.stdout}")
    return str(words[0]), seconds, json.loads(done.stdout)


def page(runs: list[Run]) -> str:
    """The page, from what the commands printed."""
    _init, exports, clips, deep, _bundle, alone, checked, status = runs
    imports = [*exports[2]["imports"], *clips[2]["imports"]]
    rows = "\n".join(
        f"| {each['sort']} | {each['messages']} | {each['items']} | {each['bytes']:,} "
        f"| {each['missing']} | {len(each['notes'])} |"
        for each in imports
    )
    times = "\n".join(f"| `{name}` | {seconds:.2f} |" for name, seconds, _ in runs)
    counts = deep[2]["counts"]
    says = "".join(f"    {line}\n" for line in alone[2]["says"].splitlines())
    return f"""\
# A first real run

Written by `scripts/first_run.py` from what the commands printed, on {platform.system()} with Python
{platform.python_version()} and {os.cpu_count()} cores. The data are the public test data that the
project uses when they are there: Telegram exports published with chat-analytics and tg-parser, and
the clips of ThreatExchange, around which the script makes one export.

## What went in

| sort | messages | originals | bytes of originals | not there | remarks |
|---|---|---|---|---|---|
{rows}

Files that an export names and that are not in it are noted with their reason; nothing else is lost.

## Verified deep

{counts["entries"]} entries, {counts["grants"]} grant files and {counts["objects"]} objects; \
{counts["read"]:,} bytes read; {counts["originals"]} originals and {counts["records"]} records
opened and compared. Findings: {len(deep[2]["findings"])}. Clean: {str(deep[2]["clean"]).lower()}.

## One clip proved

A bundle of one clip of {alone[2]["clip"]["size"]:,} bytes, checked by its own `verify.py` with
nothing but Python's standard library and `openssl`:

{says}
`sviedka check` agrees: holds = {str(checked[2]["holds"]).lower()}. The archive then had
{status[2]["cases"]} cases, {status[2]["items"]} originals and {status[2]["records"]} records.

## Seconds

| command | wall seconds |
|---|---|
{times}
"""


if __name__ == "__main__":
    main()
