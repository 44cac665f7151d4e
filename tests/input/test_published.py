"""The public test data that lie beside the checkout: each file finds its reader, or is kept."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.keep.index.records import records
from sviedka.keep.reading import bodies

if TYPE_CHECKING:
    from tests.program import Program

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the public data are not here")

READ = {
    ".txt": "plain", ".md": "plain", ".jpg": "picture", ".mp4": "movie", ".wacz": "wacz",
    ".warc": "warc", ".warc.gz": "warc", ".warc.gz.bad": "warc",
}  # fmt: skip
#: What others find wrong too: ``warcio check``, ``wacz validate``, and the names of the files.
FAULTY = [
    "web/wacz/invalid_example_1.wacz", "web/warc/example-bad.warc.gz.bad",
    "web/warc/example-digest.warc", "web/warc/example-trunc.warc",
]  # fmt: skip
SECONDS = 30


@dataclass(frozen=True)
class Published:
    """What the command said of all of it, how long it took, what the archive says of each file."""

    said: dict[str, Any]
    seconds: float
    files: dict[str, str]
    readings: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def published(begun: Program, tmp_path_factory: pytest.TempPathFactory) -> Published:
    program = begun.copy(tmp_path_factory.mktemp("published") / "copy")
    before = time.monotonic()
    (said,) = program.json("add", DATA)["imports"]
    seconds = time.monotonic() - before
    with program.open() as archive:
        with archive.projector.index.reading() as db:
            found = [each for each in records(db) if each.batch.facet == "evidence"]
        told = [json.loads(each) for each in bodies(archive, found) if each is not None]
    mine = [each for each in told if each.get("import") == said["import"]]
    return Published(
        said,
        seconds,
        {each["path"]: each["item"] for each in mine if each["kind"] == "file"},
        {each["item"]: each for each in mine if each["kind"] in {"reading", "web_archive"}},
    )


def expected(path: str) -> str:
    """The format that a file's name promises; "" where no reader knows it."""
    name = path.rpartition("/")[2]
    return next((form for end, form in READ.items() if name.endswith(end)), "")


def test_every_file_is_kept(published: Published) -> None:
    there = {str(path.relative_to(DATA)) for path in DATA.rglob("*") if path.is_file()}
    assert published.files.keys() == there
    assert (published.said["missing"], published.said["notes"]) == (0, [])


def test_every_file_is_read_as_what_it_is_and_counted(published: Published) -> None:
    by_item = {item: path for path, item in published.files.items()}
    read = {path: published.readings[item]["format"]
            for item, path in by_item.items() if item in published.readings}  # fmt: skip
    assert read == {path: form for path in by_item.values() if (form := expected(path))}
    counts = dict(published.said["formats"])
    assert counts.pop("none") == sum(not expected(path) for path in published.files)
    within = published.said["parts"]  # thumbnails and the like
    assert len(read) <= sum(counts.values()) <= len(read) + within


def test_wrong_is_what_others_find_wrong_and_nothing_else(published: Published) -> None:
    outcomes = {item: said["outcome"] for item, said in published.readings.items()}
    wrong = [path for path, item in published.files.items()
             if outcomes.get(item, "whole") != "whole"]  # fmt: skip
    assert sorted(wrong) == sorted(FAULTY)
    told = published.said["troubles"]
    assert {path for path in FAULTY if any(path in each for each in told)} == set(FAULTY)
    assert published.said["faults"] == len(FAULTY)
    assert all(any(path in each for path in FAULTY) for each in told)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("A.jpg", "none"), ("C.jpg", "valid"), ("CA.jpg", "valid"), ("XCA.jpg", "altered")],
)
def test_content_credentials_are_judged_as_published(
    published: Published, name: str, verdict: str
) -> None:
    facts = published.readings[published.files[f"c2pa/{name}"]]["facts"]
    assert [each["value"] for each in facts if each["name"] == "c2pa_integrity"] == [verdict]


def test_exports_of_chats_under_other_names_are_pointed_out(published: Published) -> None:
    chats = ["DM_2A_7M.json", "personal_chat.json", "supergroup_with_topics.json"]
    assert all(any(name in hint for hint in published.said["hints"]) for name in chats)


def test_it_takes_seconds(published: Published) -> None:
    assert published.seconds < SECONDS
