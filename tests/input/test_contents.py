"""A folder with all that hostile people and broken disks put into files, beside good ones."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.keep.index.records import records
from sviedka.keep.reading import bodies
from tests.input.checking import intact
from tests.material import hostile_archives, hostile_mail, office, pdfs, web
from tests.material.compound import compound
from tests.material.documents import LINES, docx, pdf
from tests.material.hostile_archives import zipped
from tests.material.phone import photo
from tests.material.picture import picture
from tests.material.tables import xlsx
from tests.program import Program, leftovers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST = 256 << 20
"""Bytes of memory that the command may need, whatever it is brought."""
MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
with open(sys.argv[1], "w") as file:
    file.write(str(peak * 1024))
sys.exit(status)
"""
"""Runs a command, and writes down the peak of its memory; readers have limits of their own."""

#: What is sound, and as what it is to be read.
GOOD: dict[str, tuple[bytes, str]] = {
    "пратакол.pdf": (pdf("A sound document"), "pdf"),
    "заява.docx": (docx(LINES[0]), "docx"),
    "спіс.csv": (b"n,what\n1,one\n", "csv"),
    "фота.jpg": (photo(1), "picture"),
    "ліст.eml": (hostile_mail.HEAD + b"\nwords\n", "eml"),
    "архіў.zip": (zipped(hostile_archives.INNOCENT), "zip"),
    "старонка.warc.gz": (web.warc(list(web.site())), "warc"),
}
#: What is read to its end for all its malice, or is nothing that anybody reads.
HARMLESS = {
    "behind-a-program.exe", "only-a-program.exe", "empty.eml", "only-a-body.eml", "bomb.gz",
    "two-members.gz", "mails-in-mails-100.eml", "garbage-base64.eml", "program.doc",
    "parameters-without-end.eml", "picture.pdf", "bomb.pdf",
}  # fmt: skip


def growing() -> str:
    """Entities that make a billion of themselves (CWE-776)."""
    names = [f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10)]
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{"".join(names)}]>'


def png(width: int, height: int) -> bytes:
    """A PNG of few bytes that claims to be so large."""
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
              (b"IDAT", zlib.compress(bytes(1 << 20), 9)), (b"IEND", b""))  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def hostile() -> dict[str, bytes]:
    """Name → content."""
    grown = office.body(office.paragraph("&e9;"))
    lines = growing() + '<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>'
    records_of_web = list(web.site())
    warc = web.warc(records_of_web)
    return {
        **hostile_archives.HOSTILE,
        **hostile_mail.HOSTILE,
        "climbing.zip": zipped([(b"../../climbing.txt", b"one"), (b"/etc/climbing", b"two")]),
        "bomb.zip": hostile_archives.bomb(),
        "bomb.docx": office.package({"word/document.xml": growing() + grown}),
        "bomb.xlsx": xlsx({"a": lines}),
        "bomb.pdf": pdfs.bomb(2, 128 << 20),
        "bomb.png": png(60_000, 60_000),
        "locked.pdf": pdfs.locked(),
        "locked.docx": compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}),
        "cut.jpg": photo(2)[:-500],
        "bomb.warc.gz": warc + web.member(web.response(f"{web.SITE}/b", bytes(80 << 20))),
        "cut.warc.gz": warc[: web.offsets(records_of_web)[-1] + 90],
        "picture.pdf": picture(1),
        "page.jpg": b"\xff\xd8\xff<html>no picture at all</html>",
        "program.doc": b"MZ" + bytes(3000),
        "text.docx": b"PK\3\4 no document at all",
    }


@dataclass(frozen=True)
class Brought:
    """The archive, what was put into it by name, what the command said, the peak of its memory."""

    program: Program
    folder: Path
    files: Mapping[str, bytes]
    said: Mapping[str, Any]
    peak: int

    def troubles(self, name: str) -> list[str]:
        """What was said of one file, from its place on."""
        start = str(self.folder / name)
        found = [each.removeprefix(start) for each in self.said["troubles"]]
        return [each for each in found if each.startswith((":", " ›", ","))]


def written(folder: Path) -> dict[str, bytes]:
    """All of it, the good and the hostile; what only the program 7z can lock too, if it is here."""
    folder.mkdir()
    files = {name: content for name, (content, _) in GOOD.items()} | hostile()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    if shutil.which("7z"):
        for name, *options in (("locked.7z", "-mhe=on"), ("locked.zip",)):
            command = ["7z", "a", "-bd", "-psecret", *options, name, "заява.docx"]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            files[name] = (folder / name).read_bytes()
    return files


def add(program: Program, folder: Path, *options: str) -> tuple[dict[str, Any], int]:
    """What the command says of it, and the peak of its memory in bytes."""
    peak = program.base / "peak"
    done = program.attempt(
        "add", folder, *options, "--json", under=(sys.executable, "-c", MEASURED, str(peak))
    )
    assert done.status == 0, done.told
    assert "Traceback" not in done.told
    (said,) = done.result["imports"]
    return said, int(peak.read_text())


@pytest.fixture(scope="module")
def brought(begun: Program, tmp_path_factory: pytest.TempPathFactory) -> Brought:
    base = tmp_path_factory.mktemp("contents")
    program = begun.copy(base / "program")
    files = written(base / "folder")
    return Brought(program, base / "folder", files, *add(program, base / "folder"))


def test_every_original_is_sealed(brought: Brought) -> None:
    there = {content for label, _, content in intact(brought.program) if label == "folder"}
    assert {name for name, content in brought.files.items() if content not in there} == set()
    assert brought.said["missing"] == 0
    assert not leftovers(brought.program.archive)
    assert not list(brought.program.temporary.iterdir())


def test_each_trouble_is_told_by_item_and_place(brought: Brought) -> None:
    told = {name: brought.troubles(name) for name in brought.files}
    assert sum(map(len, told.values())) == len(brought.said["troubles"])
    sound = HARMLESS | GOOD.keys()
    assert {name for name in told.keys() - sound if not told[name]} == set()
    assert {name: told[name] for name in GOOD if told[name]} == {}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("slip.zip", "leads out of its folder"), ("slip.tar", "leads out of its folder"),
        ("bomb.zip", "bomb"), ("bomb.docx", "entit"), ("bomb.png", "bomb"),
        ("cut.gz", "end early"), ("cut.jpg", "it ends before"), ("cut.warc.gz", "byte"),
        ("nested-40.zip", "more than 16 deep"), ("attachments-10000.eml", "more than 1000 parts"),
        ("locked.pdf", "password"), ("locked.docx", "password"), ("encrypted.zip", "password"),
        ("locked.7z", "password"), ("locked.zip", "password"),
        ("koi8-said-to-be-1251.eml", "read as koi8-r"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_words(brought: Brought, name: str, word: str) -> None:
    if name not in brought.files:
        pytest.skip("7z is not installed")
    assert any(word in each for each in brought.troubles(name)), brought.troubles(name)


def test_the_good_ones_are_read_whole(brought: Brought) -> None:
    with brought.program.open() as archive:
        with archive.projector.index.reading() as db:
            found = [each for each in records(db) if each.batch.facet == "evidence"]
        said = [json.loads(each) for each in bodies(archive, found) if each is not None]
    items = {
        each["path"]: each["item"] for each in said if each["kind"] == "file" and "item" in each
    }
    reading = {
        each["item"]: (each["format"], each["outcome"])
        for each in said
        if each["kind"] in {"reading", "web_archive"}
    }
    assert {name: reading[items[name]] for name in GOOD} == {
        name: (form, "whole") for name, (_, form) in GOOD.items()
    }


def test_memory_is_bounded(brought: Brought) -> None:
    assert brought.peak < MOST


def test_a_name_that_climbs_leads_nowhere(brought: Brought, tmp_path: Path) -> None:
    program = brought.program.copy(tmp_path / "copy")
    found = [
        each for each in program.json("list", "folder", "--limit", 1000)["items"]
        if "climbing" in each["name"] and each["name"] != "climbing.zip"
    ]  # fmt: skip
    assert len(found) == 2
    out = tmp_path / "deep" / "out"
    out.mkdir(parents=True)
    for each in found:
        program.run("export", each["id"], out)
    assert [path for path in (tmp_path / "deep").rglob("*") if path.is_file()] == list(
        out.iterdir()
    )


def test_again_adds_nothing(brought: Brought, tmp_path: Path) -> None:
    program = brought.program.copy(tmp_path / "copy")
    (again,) = program.json("add", brought.folder)["imports"]
    assert (again["import"], again["items"], again["parts"]) == (None, 0, 0)


@pytest.mark.slow
def test_who_wants_only_what_is_sound_is_spared_the_rest(
    brought: Brought, begun: Program, tmp_path: Path
) -> None:
    program = begun.copy(tmp_path / "sound")
    said, peak = add(program, brought.folder, "--sound-only")
    there = {content for label, _, content in intact(program) if label == "folder"}
    left_out = {name for name, content in brought.files.items() if content not in there}
    told = {name for name in brought.files if brought.troubles(name)}
    # What lies too deep inside is not looked for to decide this.
    assert left_out == told - {"nested-40.zip"}
    assert said["missing"] == len(left_out)
    assert all(any(name in note for note in said["notes"]) for name in left_out)
    assert peak < MOST
