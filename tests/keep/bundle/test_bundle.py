"""What is in a bundle, what it proves, and what it keeps to itself."""

import ast
import base64
import json
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sviedka.errors import IntegrityError, NotFoundError, ProofError, UsageError
from sviedka.keep import bundle, reading
from sviedka.keep.bundle import making, verify
from sviedka.keep.bundle.writing import safe_name
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.saving import Event
from tests.keep.bundle import both
from tests.keep.verify import world

CHECKER = Path(verify.__file__)
OUTSIDE = (*(f"authority.1.{end}" for end in ("pem", "tsq", "tsr")), "cosig.58239575")


def test_an_item_goes_out_with_all_that_proves_it(bundles, archive):
    found = bundle.check(bundles / "item")
    names = both.files(bundles / "item")
    assert names == {
        "README.html", "verify.py", "proof.json", "record.json", "event.json", "entry.json",
        "proof.tlog-proof", "checkpoint", "original/відэа.mp4",
        *(f"outside/{found.size}.{end}" for end in OUTSIDE),
    }  # fmt: skip
    assert (bundles / "item" / "original" / "відэа.mp4").read_bytes() == world.LONG
    assert found.original.size == len(world.LONG)
    assert [each.time for each in found.cosignatures] == [world.COSIGNED_AT]
    (stamp,) = found.stamps
    assert (stamp.file, stamp.trusted) == (f"{found.size}.authority.1.tsr", None)
    assert found.unchecked == ()
    assert found.event["type"] == "cap"
    with archive.open() as opened:
        assert found.archive == opened.archive_id
        assert found.device == opened.device.id


def test_a_record_goes_out_without_the_original_beside_it(bundles):
    found = bundle.check(bundles / "record")
    assert found.record == {"kind": "note", "text": "што было", "v": 1}
    assert found.original is None
    assert not (bundles / "record" / "original").exists()


def test_a_zip_file_holds_the_same(bundles, tmp_path):
    one, other = bundle.check(bundles / "item.zip"), bundle.check(bundles / "item")
    assert one.record == other.record
    with zipfile.ZipFile(bundles / "item.zip") as zipped:
        assert {name.partition("/")[0] for name in zipped.namelist()} == {"item"}
        zipped.extractall(tmp_path)
    assert both.taken(tmp_path / "item")


def test_its_own_program_needs_python_and_openssl_alone(bundles):
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", bundles / "item" / "verify.py"],
        capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert "All of it holds" in done.stdout
    assert "NOT CHECKED HERE: whose stamp it is" in done.stdout
    tree = ast.parse(CHECKER.read_text(), feature_version=(3, 8))
    imported = [each for each in ast.walk(tree) if isinstance(each, ast.Import | ast.ImportFrom)]
    names = {a.name if isinstance(e, ast.Import) else e.module for e in imported for a in e.names}
    assert names <= sys.stdlib_module_names


def test_without_openssl_nothing_holds(bundles, tmp_path):
    command = [sys.executable, bundles / "item" / "verify.py"]
    done = subprocess.run(command, capture_output=True, env={"PATH": str(tmp_path)}, check=False)
    assert done.returncode != 0


def test_both_programs_compare_with_what_was_published(bundles):
    path = bundles / "item"
    found = bundle.check(path)
    for name, value in (("archive", found.archive), ("log", found.log)):
        other = value[:-1] + ("0" if value[-1] != "0" else "1")
        assert both.ours(path, **{name: value})
        assert not both.ours(path, **{name: other})
        assert both.theirs(path, f"--{name}", value)[0]
        assert not both.theirs(path, f"--{name}", other)[0]
    with pytest.raises(ProofError):
        bundle.check(path, archive="00" * 32)


def test_nothing_else_of_the_archive_leaves_with_it(bundles, archive):
    held = b"".join(each.read_bytes() for each in (bundles / "item").rglob("*") if each.is_file())
    others = ["secret of others", "што было", "the first original", "what the visit was for",
              "Partner", "for the court", "afterwards"]  # fmt: skip
    assert [each for each in others if each.encode() in held] == []
    assert b"AGE-SECRET-KEY" not in held
    with archive.open() as opened:
        seeds = [*opened.state.outer.values(), opened.state.log, opened.device.sign_seed]
        for case, facets in opened.history.cases.items():
            for facet, state in facets.items():
                if not state.destroyed:
                    seeds.append(opened.identity(case, facet, 1).seed)
        lines = [Entry.parse(line).id.hex() for line in opened.log.entries()]
    for seed in seeds:
        assert not {s for s in (seed, base64.b64encode(seed), seed.hex().encode()) if s in held}
    body = json.loads((bundles / "item" / "entry.json").read_bytes())["body"]
    # Of other entries: the archive's id is that of the first, ``prev`` that of the device's last.
    assert {each for each in lines if each.encode() in held} == {body["archive"], body["prev"]}
    for other in (*archive.records, *archive.items[:-1]):
        assert other.encode() not in held


def test_an_event_that_names_a_purpose_goes_along_only_if_asked(archive, tmp_path):
    purpose = b"what the visit was for"
    with archive.open() as opened:
        bundle.write(opened, archive.items[0], tmp_path / "a")
        bundle.write(opened, archive.items[0], tmp_path / "b", whole_event=True)
    assert "event.json" not in both.files(tmp_path / "a")
    assert purpose in (tmp_path / "b" / "event.json").read_bytes()
    assert both.taken(tmp_path / "a")
    assert both.taken(tmp_path / "b")
    assert bundle.check(tmp_path / "b").event["purpose"] == purpose.decode()


def test_the_event_itself_can_be_shown(archive, tmp_path):
    with archive.open() as opened:
        with opened.projector.index.reading() as db:
            ids = [row[0].hex() for row in db.execute("SELECT id FROM record WHERE kind = 'event'")]
        bundle.write(opened, ids[0], tmp_path / "event")
    assert both.taken(tmp_path / "event")
    assert bundle.check(tmp_path / "event").record["kind"] == "event"


def test_what_nobody_outside_has_seen_is_shown_under_the_newest_head(archive, tmp_path):
    with archive.open() as opened:
        with opened.save(Event("ing")) as save:
            record = save.record(archive.case, "status", {"kind": "note", "text": "new", "v": 1})
            save.finish()
        bundle.write(opened, record, tmp_path / "new")
        size = opened.log.tiled
    found = bundle.check(tmp_path / "new")
    assert (found.cosignatures, found.stamps) == ((), ())
    assert found.position < found.size <= size
    assert both.taken(tmp_path / "new")
    assert "Nobody outside has attested" in (tmp_path / "new" / "README.html").read_text("utf-8")


def test_that_it_was_given_out_stands_in_its_custody(archive, tmp_path):
    with archive.open() as opened:
        bundle.write(opened, archive.items[-1], tmp_path / "out", purpose="to the lawyer")
        with opened.projector.index.reading() as db:
            query = "SELECT type, purpose FROM event ORDER BY entry DESC LIMIT 1"
            assert list(db.execute(query)) == [("dis", "to the lawyer")]


def test_a_damaged_original_leaves_no_bundle(archive, tmp_path):
    shutil.copytree(archive.path, tmp_path / "archive")
    shutil.copytree(archive.home, tmp_path / "home")
    harmed = world.World(tmp_path / "archive", tmp_path / "home", archive.device)
    name = json.loads(bundle_record(archive))["object"]
    path = harmed.path / "objects" / name[:2] / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with harmed.open() as opened:
        for out in ("folder", "file.zip"):
            with pytest.raises(IntegrityError):
                bundle.write(opened, archive.items[-1], tmp_path / out)
    assert {each.name for each in tmp_path.iterdir()} == {"archive", "home"}


def bundle_record(archive):
    with archive.open() as opened:
        return reading.open_record(opened, reading.find_record(opened, archive.items[-1])).body


def test_it_takes_no_place_that_is_taken(archive, tmp_path):
    with archive.open() as opened:
        size = opened.log.size
        with pytest.raises(UsageError):
            bundle.write(opened, archive.items[0], tmp_path)
        with pytest.raises(NotFoundError):
            bundle.write(opened, "00" * 32, tmp_path / "none")
        assert opened.log.size == size


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("відэа 1.mp4", "відэа 1.mp4"), ("", "original"), ("../../etc/passwd", "passwd"),
        ("a\0b\n'c'", "a_b__c_"), ("..", "original"), ("C:\\x\\y.doc", "C__x_y.doc"),
        ("x" * 500 + ".mp4", "x" * 116 + ".mp4"), ("NUL.txt", "_NUL.txt"), ("com1", "_com1"),
        ("a. .", "a"), ("тэкст\u202efdp.exe", "тэкст_fdp.exe"), ("100%.doc", "100_.doc"),
        ("\udce0.txt", "_.txt"), ("漢" * 200 + ".txt", "漢" * 78 + ".txt"),
    ],
)  # fmt: skip
def test_a_file_name_is_one_that_any_system_takes(given, made):
    assert safe_name(given) == made


def test_a_device_that_has_left_is_still_known_by_its_key(archive):
    with archive.open() as opened:
        assert making._former(opened, opened.device.id) == opened.device.sign_public
        with pytest.raises(NotFoundError):
            making._former(opened, "00" * 16)


class Page(HTMLParser):
    """What a page consists of."""

    def __init__(self):
        super().__init__()
        self.tags, self.links, self.open, self.text = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_says_in_three_languages_what_is_proved(bundles):
    page = Page()
    page.feed((bundles / "item" / "README.html").read_text("utf-8"))
    found = bundle.check(bundles / "item")
    assert not {"script", "img", "link", "iframe", "form"} & set(page.tags)
    assert page.links == ["#en", "#ru", "#be"]
    assert page.open == ["html"]
    for words in ("does not prove", "не доказывает", "не даказвае"):
        assert words in page.text
    for fact in (found.archive, found.log, found.device, found.root, found.original.sha256):
        assert page.text.count(fact) >= 3
    assert f"python3 verify.py --archive {found.archive} --log {found.log}" in page.text


def test_one_program_checks_many_bundles_that_come_without_their_guides(archive, tmp_path):
    with archive.open() as opened:
        maker = making.Maker(opened)
        for name in (archive.items[0], archive.items[-1], archive.records[0]):
            made = maker.make(reading.find_record(opened, name), guides=False)
            folder = tmp_path / "many" / "items" / name
            for file, data in made.files.items():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).write_bytes(data)
            if made.original:
                (folder / "original").mkdir()
                (folder / made.original).write_bytes(b"".join(made.blocks()))
            assert {"README.html", "verify.py"}.isdisjoint(both.files(folder))
            assert both.ours(folder)
    command = [sys.executable, CHECKER, tmp_path / "many"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.count("All of it holds") == 3
    assert "All 3 of them hold." in done.stdout
    harmed = folder / "entry.json"
    harmed.write_bytes(harmed.read_bytes() + b" ")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "DOES NOT HOLD" in done.stderr
