"""What is packed: ``wacz validate`` accepts it, we read it back, and it is the same each time."""

from __future__ import annotations

import gzip
import io
import json
import os
import threading
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sviedka.errors import InputError, UsageError
from sviedka.readers.web.cdxj import surt
from sviedka.readers.web.findings import Missing, Package, Page, Problem, Record, Unlisted
from sviedka.readers.web.packing import Page as Written
from sviedka.readers.web.packing import Warc, pack
from tests.material import web
from tests.readers.web.finding import found, of, wacz

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2022, 12, 14, 12, 0, tzinfo=UTC)
PAGES = [Written(f"{web.SITE}/{number}", NOW, f"Старонка {number}") for number in range(2)]


@pytest.fixture
def warcs(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "one.warc.gz", tmp_path / "two.warc"]
    paths[0].write_bytes(web.warc(web.site()))
    paths[1].write_bytes(
        web.warc([web.info(), web.resource("urn:x", b"x", "text/plain")], gzipped=False)
    )
    return paths


def named(warcs: list[Path]) -> list[Warc]:
    return [Warc(each.name, each) for each in warcs]


def packed(warcs: list[Path]) -> bytes:
    out = io.BytesIO()
    pack(out, named(warcs), PAGES, NOW, "sviedka 0", title="Збор")
    return out.getvalue()


def test_wacz_validate_accepts_it(warcs: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out.wacz"
    out.write_bytes(packed(warcs))
    assert "the passed WACZ is valid" in wacz("validate", "-f", str(out))


def test_we_read_it_back(warcs: list[Path]) -> None:
    got = found(packed(warcs), "wacz")
    for kind in (Problem, Missing, Unlisted):
        assert not of(got, kind)
    (package,) = of(got, Package)
    assert (package.version, package.software, package.title.decode()) == (
        b"1.1.1", b"sviedka 0", "Збор",
    )  # fmt: skip
    assert [each.url.decode() for each in of(got, Page)] == [each.url for each in PAGES]
    assert len(of(got, Record)) == len(list(web.site())) + 2


def test_the_same_gives_the_same(warcs: list[Path]) -> None:
    assert packed(warcs) == packed(warcs)


def test_the_warcs_are_in_it_as_they_are(warcs: list[Path]) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(warcs))) as zipped:
        for path in warcs:
            assert zipped.read(f"archive/{path.name}") == path.read_bytes()
            assert zipped.getinfo(f"archive/{path.name}").compress_type == zipfile.ZIP_STORED


def test_the_index_leads_to_each_record(warcs: list[Path]) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(warcs))) as zipped:
        index = zipped.read("indexes/index.cdx.gz")
        second = zipped.read("indexes/index.idx").decode().splitlines()

    lines = gzip.decompress(index).decode().splitlines()
    assert lines == sorted(lines)
    said = [json.loads(line.split(" ", 2)[2]) for line in lines]
    assert len(said) == 6
    photo = next(each for each in said if each["url"].endswith(".jpg"))
    data = warcs[0].read_bytes()
    at, length = int(photo["offset"]), int(photo["length"])
    assert b"photo.jpg" in gzip.decompress(data[at : at + length])
    place = json.loads(second[1].split(" ", 2)[2])
    assert (place["offset"], place["length"]) == (0, len(index))


def test_it_can_be_written_into_a_pipe(warcs: list[Path]) -> None:
    ours, theirs = os.pipe()
    got: list[bytes] = []

    def take() -> None:
        with os.fdopen(ours, "rb") as pipe:
            got.append(pipe.read())

    reader = threading.Thread(target=take)
    reader.start()
    with os.fdopen(theirs, "wb") as pipe:
        pack(pipe, named(warcs), PAGES, NOW, "sviedka 0")
    reader.join()
    assert len(of(found(got[0], "wacz"), Record)) == len(list(web.site())) + 2


def test_what_cannot_be_packed(warcs: list[Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        pack(io.BytesIO(), [], [], NOW, "")
    for name in ("UPPER.warc", "data.gz"):
        with pytest.raises(UsageError):
            pack(io.BytesIO(), named([tmp_path / name]), [], NOW, "")
    with pytest.raises(UsageError):
        pack(io.BytesIO(), named([warcs[0], warcs[0]]), [], NOW, "")
    other = tmp_path / "other.warc"
    other.write_bytes(b"hello")
    with pytest.raises(InputError):
        pack(io.BytesIO(), named([other]), [], NOW, "")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Prykladny.example/A?b=2&a=1", "example,prykladny)/a?a=1&b=2"),
        ("http://www2.prykladny.example:80", "example,prykladny)/"),
        ("https://prykladny.example:8443/x", "example,prykladny:8443)/x"),
        ("https://прыклад.example/", "example,xn--80aiqesg1f)/"),
        ("urn:pageinfo:https://x", "urn:pageinfo:https://x"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_keys_of_an_index(url: str, key: str) -> None:
    """As wabac.js makes them."""
    assert surt(url) == key
