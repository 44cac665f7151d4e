"""Kills at any moment of imports that look inside of what they seal, and of captures."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.keep.index.items import items
from sviedka.keep.index.labels import labels
from sviedka.keep.index.records import records
from sviedka.keep.reading import bodies, read_original
from tests.capture.live.servers import Answer, site
from tests.faults.conftest import bring
from tests.material import mailbox, phone, web
from tests.material.hostile_archives import tarred, zipped
from tests.program import leftovers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.program import Program

ROUNDS = 5
KILLS = 3
"""In each round at most; what is left is then brought again, to the end."""
CAPTURES = 30
LONGEST = 1.2
"""Seconds after the start: an undisturbed capture takes about as long."""
RESOURCES = 11
"""Of a capture: the page, nine pictures, and robots.txt or the text, as its reader lists them."""
PAGE = b"<!doctype html><title>Page</title>" + b"".join(b"<img src=/%d.png>" % n for n in range(9))

pytestmark = pytest.mark.slow


def material(base: Path) -> Path:
    """A folder with archives in archives, a mail box, a web archive, pictures, a table.

    There is so much in them that it comes in several groups, and that parts are read back.
    """
    noise = random.Random(1).randbytes(3 << 19)
    many = [(b"%d.txt" % number, b"A text, number %d." % number) for number in range(1200)]
    inner = zipped([(b"%d.jpg" % number, phone.photo(number)) for number in range(4)])
    folder = bring(
        base / "folder",
        {
            "pictures.tar": tarred([(b"inner.zip", inner), (b"t.csv", b"a;b\n1;2\n")]),
            "same.zip": inner,
            "large.zip": zipped([(b"large.zip", zipped([(b"noise", noise), *many[:9]]))]),
            "many.tar": tarred(many),
            "site.warc.gz": web.warc(list(web.site(900))),
            "photo.jpg": phone.photo(1),
            "table.csv": b"n,what\n1,one\n",
            "cut.zip": inner[:-50],
        },
    )
    mailbox.write_mailbox(folder / "box.mbox")
    return folder


def told(program: Program) -> Counter[str]:
    """What every record says, but for what is random; nothing is there twice.

    Every original can be read.
    """
    with program.open() as archive:
        archive.log.verify()
        assert not archive.projector.damaged
        with archive.projector.index.reading() as db:
            found, originals = records(db), {each.id.hex(): each for each in items(db)}
        for each in originals.values():
            assert sum(map(len, read_original(archive, each))) == each.size
        said = [json.loads(each) for each in bodies(archive, found) if each is not None]
        revealing = Counter(each.kind for each in found if each.batch.facet == "identity")
    names = {each.id.hex(): each.sha256.hex() for each in originals.values()}
    for kind, by in (("part", ("of", "number")), ("reading", ("item",)), ("file", ("path",))):
        keys = Counter(tuple(each[key] for key in by) for each in said if each["kind"] == kind)
        assert set(keys.values()) <= {1}, kind
    plain = Counter(
        _plain(each, names) for each in said if each["kind"] in {"file", "part", "reading", "item"}
        or each["kind"] in {"resource", "web_archive"}
    )  # fmt: skip
    return plain + Counter({f"identity {kind}": n for kind, n in revealing.items()})


def _plain(said: dict[str, Any], names: dict[str, str]) -> str:
    """A record without what is random."""
    kept = {key: names.get(value, value) if isinstance(value, str) else value
            for key, value in said.items() if key not in {"import", "object", "mtime"}}  # fmt: skip
    return json.dumps(kept, sort_keys=True)


def test_what_is_taken_out_of_originals_comes_once_and_whole(
    begun: Program, tmp_path: Path
) -> None:
    rng = random.Random()
    folder = material(tmp_path)
    undisturbed = begun.copy(tmp_path / "undisturbed")
    before = time.monotonic()
    undisturbed.run("add", folder)
    longest = time.monotonic() - before
    expected, seen = told(undisturbed), set()
    for number in range(ROUNDS):
        program = begun.copy(tmp_path / str(number))
        for _ in range(KILLS):
            with program.start("add", folder) as process:
                time.sleep(rng.uniform(0.2, longest))
                process.kill()
                process.communicate()
            left = told(program)
            assert not left - expected
            seen.add(left.total())
            if process.returncode == 0:
                break
        program.run("add", folder)
        assert told(program) == expected
        (again,) = program.json("add", folder)["imports"]
        assert again["import"] is None
        assert told(program) == expected
        assert leftovers(program.archive) == []
        assert len(program.json("list", "--imports")["imports"]) == 2
    assert len(seen) > 1, "no run was killed between two groups"
    assert program.json("verify", "--deep")["clean"]


def test_a_capture_is_there_whole_or_not_at_all(begun: Program, tmp_path: Path) -> None:
    rng = random.Random()
    program = begun.copy(tmp_path / "killed")
    answers = {f"/{n}.png": Answer(b"\x89PNG" + bytes(50_000), "image/png") for n in range(9)}
    acknowledged = 0
    with site({"/": Answer(PAGE), **answers}) as there:
        for _ in range(CAPTURES):
            with program.start("capture", "--no-browser", there.url) as process:
                time.sleep(rng.uniform(0.1, LONGEST))
                process.kill()
                process.communicate()
            acknowledged += process.returncode == 0
            captured(program, acknowledged)
        program.run("capture", "--no-browser", there.url)
    captured(program, acknowledged + 1)
    assert leftovers(program.archive) == []
    assert not list(program.temporary.iterdir())
    assert program.json("verify", "--deep")["clean"]


def captured(program: Program, least: int) -> None:
    """At least so many captures are there, each with all that was made of it, and nothing else."""
    with program.open() as archive:
        archive.log.verify()
        with archive.projector.index.reading() as db:
            found, everything = records(db), items(db)
            names = labels(db)
        there = {each.id.hex() for each in everything if names[each.case].name == "127.0.0.1"}
        for each in everything:
            assert sum(map(len, read_original(archive, each))) == each.size
        said = [json.loads(each) for each in bodies(archive, found) if each is not None]
    made = [each for each in said if each["kind"] == "capture"]
    assert len(made) >= least
    assert there == {item for each in made for item in
                     (each["warc"], *(part["item"] for part in each["parts"]))}  # fmt: skip
    of_warc = Counter(each["item"] for each in said if each["kind"] == "resource")
    whole = Counter(each["item"] for each in said if each["kind"] == "web_archive")
    assert whole == Counter(each["warc"] for each in made)
    assert set(of_warc.values()) <= {RESOURCES}
