"""A folder as people bring it: mixed documents, awkward names, links, a duplicate."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from random import Random
from unicodedata import normalize

from tests.material.documents import LINES, docx, html, mail, pdf, table
from tests.material.picture import picture
from tests.material.video import video

BELARUSIAN, RUSSIAN = LINES
SECRET = b"Outside the folder: this must not be brought in.\n"
LONG = "доўгая-назва-" * 10 + "канец1.txt"  # 255 bytes in UTF-8, the most that ext4 takes


def contents(seed: int) -> dict[bytes, bytes]:
    """Path below the folder, as bytes, since one name is not UTF-8 → content."""
    rng = Random(seed)
    number = rng.randrange(10**6)
    composed = f"лісты/й ў ё — {number}.txt"
    photo = picture(seed, ".jpg")
    named = {
        "тэкст.txt": f"{BELARUSIAN} {number}\n".encode(),
        "windows-1251.txt": f"{RUSSIAN} {number}\r\n".encode("cp1251"),
        "koi8-r.txt": f"Заявление, вымышленное: ёлка, {number}\n".encode("koi8-r"),
        "utf-16.txt": f"\ufeff{BELARUSIAN} {number}\r\n".encode("utf-16-le"),
        "bom.csv": table("utf-8-sig"),
        "табліца.csv": table("cp1251"),
        "старонка.html": html(BELARUSIAN, "utf-8"),
        "page-1251.htm": html(RUSSIAN, "windows-1251"),
        "дакумент.pdf": pdf(f"Example No. {number}"),
        "Заява (копія) 1.docx": docx(f"{BELARUSIAN} {number}"),
        "пошта/ліст.eml": mail(f"{BELARUSIAN} {number}\n"),
        "empty.txt": b"",
        "-rf": b"A name that begins with a dash.\n",
        " space before and behind ": b"Spaces.\n",
        "two\nlines\ttab.txt": b"A name of two lines.\n",
        "quote\"'`$(id);&|*?.txt": b"A name for careless shells.\n",
        "\u202egpj.exe.txt": b"A name that shows itself backwards.\n",
        ".hidden": b"Hidden.\n",
        "Thumbs.db": bytes(16),
        LONG: b"A long name.\n",
        composed: b"A name in NFC.\n",
        normalize("NFD", composed): b"The same name in NFD.\n",
        "here/a/b/c/d/e/f/g/h/i/j/deep.txt": b"Deep down.\n",
        "медыя/фота.jpg": photo,
        "медыя/фота копія.jpg": photo,
        "медыя/малюнак.png": picture(seed + 1, ".png"),
        "медыя/відэа.mp4": video(seed),
        "медыя/VIDEO.MP4": video(seed, "mirrored"),
        "random.bin": rng.randbytes(70_000),
    }
    found = {name.encode(): content for name, content in named.items()}
    return found | {"назва-1251.txt".encode("cp1251"): b"A name that is not UTF-8.\n"}


#: Link → its target; ``{outside}`` lies beside the folder.
LINKS = {
    "link-out.txt": "../{outside}",
    "link-absolute": "/etc/passwd",
    "link-dangling": "not-there.txt",
    "link-inside.txt": "тэкст.txt",
    "here/link-loop": "..",
}


def write_files(out: Path, *, seed: int = 1) -> Path:
    """Write the folder ``out``; returns a file beside it, the target of a link that leads out."""
    outside = out.with_name(out.name + ".outside.txt")
    for relative, content in contents(seed).items():
        path = out / os.fsdecode(relative)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (out / "empty folder").mkdir(exist_ok=True)
    outside.write_bytes(SECRET)
    for name, target in LINKS.items():
        link = out / name
        link.unlink(missing_ok=True)
        link.symlink_to(target.format(outside=outside.name))
    return outside


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.material.files", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder; OUT.outside.txt is written beside it")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write_files(given.out, seed=given.seed)


if __name__ == "__main__":
    main()
