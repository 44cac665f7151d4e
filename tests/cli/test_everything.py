"""A captured site, a mail box and a telephone go in; they come out in every form that others take.

This is the whole way of what people bring, once, through the command.
"""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.capture.live.browser import find
from sviedka.handover.formats import FORMATS
from sviedka.keep.index.records import records
from sviedka.keep.reading import bodies, open_batch
from tests.capture.live.servers import Answer, site
from tests.leaks.searching import dressed, found_in, search
from tests.material import mailbox, phone
from tests.material.hostile_archives import zipped
from tests.material.picture import picture
from tests.program import Program, leftovers, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(sys.executable).parent
PAGE = (
    "<!doctype html><meta charset=utf-8><title>Вясковыя весткі</title><p>Суд у Зарэччы.</p>"
    "<img src=/photo.jpg>"
).encode()
ANSWERS = {"/": Answer(PAGE), "/photo.jpg": Answer(picture(7), "image/jpeg")}
SITE, BOX, PHONE = "127.0.0.1", "архіў.mbox", "phone"
SECRETS = [*phone.TELLING, *mailbox.WRITERS, *mailbox.WRITERS.values(), "zaaziorsk@example.org"]


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, dict[str, Any]]]:
    """The archive with all three in it, and what the command said of each import, by label."""
    base = tmp_path_factory.mktemp("everything")
    program = Program.with_archive(base / "first")
    program.run("unlock", "--minutes", 60)
    try:
        box = mailbox.write_mailbox(base / BOX)
        folder = phone.write_phone(base / PHONE)
        with site(dict(ANSWERS)) as there:
            said = program.json("capture", "--no-browser", there.url)
        assert [each["result"] for each in said["captures"]] == ["captured"]
        imports = [program.json("add", path)["imports"][0] for path in (box, folder)]
        yield program, {each["label"]: each for each in imports}
    finally:
        program.run("lock")


@pytest.fixture
def program(brought: tuple[Program, dict[str, Any]], tmp_path: Path) -> Program:
    """A copy that may be changed."""
    return brought[0].copy(tmp_path / "copy")


def case_of(program: Program, label: str) -> str:
    (found,) = (each["case"] for each in program.json("list")["cases"] if each["label"] == label)
    return found


def listed(program: Program, label: str, kind: str) -> list[dict[str, Any]]:
    """What the records of a kind in the evidence of a case say."""
    case = bytes.fromhex(case_of(program, label))
    with program.open() as archive:
        with archive.projector.index.reading() as db:
            found = records(db, case=case, facet="evidence", kind=kind)
        return [json.loads(body) for body in bodies(archive, found) if body is not None]


def counted(program: Program) -> Counter[tuple[str, str, str]]:
    """How many records of each kind lie where: by case, facet, kind."""
    with program.open() as archive, archive.projector.index.reading() as db:
        return Counter(
            (each.batch.case.hex(), each.batch.facet, each.kind)
            for each in records(db)
            if each.kind != "event"
        )


def originals(folder: Path) -> Counter[str]:
    """The originals in a package in the clear, by their SHA-256."""
    found = [each for each in folder.rglob("original/*") if each.is_file()]
    return Counter(hashlib.sha256(each.read_bytes()).hexdigest() for each in found)


def sealed(program: Program) -> Counter[str]:
    """The originals in the evidence of all cases, by their SHA-256."""
    return Counter(
        item["sha256"]
        for case in program.json("list")["cases"]
        for item in program.json("list", case["case"], "--limit", 1000)["items"]
    )


def ran(*words: object) -> str:
    """What a peer says, if it is content."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def take_bagit(package: Path) -> None:
    ran(HERE / "bagit.py", "--validate", package)


def take_ocfl(package: Path) -> None:
    objects = sorted(each.parent for each in package.rglob("0=ocfl_object_1.1"))
    told = ran(HERE / "ocfl-validate.py", package, *objects)
    assert told.count("is VALID") == len(objects) > 0
    assert "[E" not in told


def take_case(package: Path) -> None:
    assert "Conforms: True" in ran(HERE / "case_validate", package / "case.jsonld")


def take_load(package: Path) -> None:
    with (package / "load.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        native = (package / row["NATIVELINK"]).read_bytes()
        assert hashlib.sha512(native).hexdigest() == row["SHA512"].lower()
    assert rows


TAKE = {"bagit": take_bagit, "case": take_case, "load": take_load, "ocfl": take_ocfl}
FORMS = [pytest.param(form, marks=[pytest.mark.slow] * (form == "case")) for form in FORMATS]
"""CASE's validator takes its time."""


def test_what_went_in_was_read(brought: tuple[Program, dict[str, Any]]) -> None:
    program, imports = brought
    box, folder = imports[BOX], imports[PHONE]
    assert box["formats"] == {
        "mbox": 1, "pdf": 1, "docx": 1, "zip": 1, "csv": 1, "plain": 1, "picture": 1,
    }  # fmt: skip
    assert box["parts"] == mailbox.MAILS + 1 + 5 + len(mailbox.MEMBERS)
    assert (box["faults"], box["troubles"]) == (0, [])
    assert folder["formats"] == {
        "picture": 7, "heif": 1, "movie": 3, "sound": 1, "docx": 2, "sheets": 1, "zip": 1,
        "none": 2,
    }  # fmt: skip
    (trouble,) = folder["troubles"]
    assert phone.CUT in trouble
    outcomes = Counter(each["outcome"] for each in listed(program, PHONE, "reading"))
    assert outcomes == {"whole": 15, "faults": 1}
    names = [each["name"] for each in program.json("list", SITE)["items"]]
    assert any(name.endswith(".warc.gz") for name in names)


def test_the_archive_holds_and_shows_nothing(program: Program) -> None:
    assert program.json("verify", "--deep")["clean"]
    assert not search(program.archive, [each.encode() for each in SECRETS])
    assert not leftovers(program.archive, program.home)
    assert not list(program.temporary.iterdir())


def test_what_reveals_somebody_lies_in_the_identity_facet_alone(program: Program) -> None:
    needles = {dress for secret in SECRETS for dress in dressed(secret.encode())}
    with program.open() as archive:
        with archive.projector.index.reading() as db:
            everything = records(db)
        for each, body in zip(everything, bodies(archive, everything), strict=True):
            if each.batch.facet != "identity":
                assert body is not None
                assert not found_in(body, needles), each.kind
        apart = [each for each in everything if each.batch.facet == "identity"]
        held = b"".join(bytes(open_batch(archive, each).records[each.order]) for each in apart)
    assert {each.kind for each in apart} >= {"reveals"}
    for secret in phone.TELLING:
        assert json.dumps(secret, ensure_ascii=False)[1:-1].encode() in held, secret


@pytest.mark.parametrize("form", FORMS)
def test_out_it_goes_whole_and_others_take_it(program: Program, tmp_path: Path, form: str) -> None:
    out = tmp_path / form
    said = program.json("export", "--as", form, "--all", "--plain", "--purpose", "a court", out)
    TAKE[form](out)
    there = sealed(program)
    assert originals(out) == there
    assert said["items"] == there.total()
    secrets = [*SECRETS, "a court"]
    needles = {dress for secret in secrets for dress in dressed(secret.encode())}
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.parent.name != "original":
            assert not found_in(bytes(path) + path.read_bytes(), needles), path


def test_others_take_the_capture(program: Program, tmp_path: Path) -> None:
    items = program.json("list", SITE)["items"]
    (warc,) = (each["id"] for each in items if each["name"].endswith(".warc.gz"))
    program.run("export", warc, tmp_path / "out.warc.gz")
    ran(HERE / "warcio", "check", tmp_path / "out.warc.gz")
    ran(
        HERE / "wacz",
        "create",
        "--detect-pages",
        "-o",
        tmp_path / "out.wacz",
        tmp_path / "out.warc.gz",
    )
    ran(HERE / "wacz", "validate", "-f", tmp_path / "out.wacz")
    again = program.json("add", tmp_path / "out.wacz")["imports"][0]
    assert (again["formats"], again["troubles"]) == ({"wacz": 1}, [])


@pytest.mark.slow
@pytest.mark.skipif(find() is None, reason="there is no Chromium here")
def test_a_capture_with_a_browser_goes_the_same_way(program: Program, tmp_path: Path) -> None:
    with site(dict(ANSWERS)) as there:
        program.run("capture", there.url, "--case", SITE)
    case = case_of(program, SITE)
    for form in FORMATS:
        program.run("export", "--as", form, "--case", case, "--plain", tmp_path / form)
        TAKE[form](tmp_path / form)
    for path in sorted((tmp_path / "bagit").rglob("original/*.warc.gz")):
        ran(HERE / "warcio", "check", path)
    assert program.json("verify", "--deep")["clean"]


def test_what_hung_on_a_mail_can_be_proved_alone(program: Program, tmp_path: Path) -> None:
    part, *_ = (each for each in listed(program, BOX, "part") if each["name"] == "хадайніцтва.pdf")
    program.run("bundle", part["item"], tmp_path / "proof", "--purpose", "a lawyer")
    assert program.json("check", tmp_path / "proof")["holds"]
    ran(sys.executable, tmp_path / "proof" / "verify.py")
    held = [each.read_bytes() for each in (tmp_path / "proof").rglob("*") if each.is_file()]
    assert mailbox.DOCUMENT in held
    assert not search(tmp_path / "proof", [each.encode() for each in [*SECRETS, "a lawyer"]])


def test_again_adds_nothing(brought: tuple[Program, dict[str, Any]], program: Program) -> None:
    base = brought[0].base.parent
    before = tree(program.archive)
    for path in (base / BOX, base / PHONE):
        (again,) = program.json("add", path)["imports"]
        assert (again["import"], again["items"], again["parts"]) == (None, 0, 0)
    assert tree(program.archive).keys() == before.keys()


def test_an_import_is_taken_back_with_all_that_came_of_it(program: Program, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    members = [(b"known.jpg", phone.photo(1)), (b"new.jpg", phone.photo(31)), (b"t.csv", b"a;b\n")]
    (more / "more.zip").write_bytes(zipped(members))
    before, there = counted(program), sealed(program)
    (first,) = program.json("add", more, "--case", PHONE)["imports"]
    assert (first["items"], first["parts"]) == (3, 3)
    assert counted(program) != before
    program.run("undo", first["import"], "--yes")
    left = counted(program)
    left -= Counter({each: count for each, count in left.items() if each[2] == "tombstone"})
    assert left == before
    assert sealed(program) == there
    assert program.json("verify", "--deep")["clean"]
    (second,) = program.json("add", more, "--case", PHONE)["imports"]
    assert (second["items"], second["parts"]) == (3, 3)
    assert second["formats"] == first["formats"]


def test_the_import_that_made_a_case_is_taken_back_with_it(
    brought: tuple[Program, dict[str, Any]], program: Program
) -> None:
    case = case_of(program, BOX)
    before = counted(program)
    program.run("undo", brought[1][BOX]["import"], "--yes")
    left = {each for each in counted(program) if each[0] == case}
    assert left <= {(case, "evidence", "tombstone")}
    assert {each: n for each, n in counted(program).items() if each[0] != case} == {
        each: n for each, n in before.items() if each[0] != case
    }
    assert program.json("verify", "--deep")["clean"]


def test_a_case_is_destroyed_with_parts_and_with_what_they_reveal(program: Program) -> None:
    case = case_of(program, PHONE)
    stays = {each for each in counted(program) if each[0] != case}
    program.run("destroy", case, "--yes")
    left = set(counted(program))
    assert not {each for each in left if each[0] == case}
    assert left - {each for each in left if each[2] == "tombstone"} == stays
    assert program.json("verify", "--deep")["clean"]
    assert program.attempt("list", PHONE).status
