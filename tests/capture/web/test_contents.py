"""What a web archive becomes: a record for each resource, and one that sums it up."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sviedka import kinds
from sviedka.capture.web.contents import records
from tests.material import web

if TYPE_CHECKING:
    from collections.abc import Iterator

ITEM, IMPORT = "a" * 64, "b" * 32
URLS = [f"{web.SITE}/{number}" for number in range(3)]
SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "web"


def told(data: bytes, name: str = "old.warc.gz") -> list[dict[str, Any]]:
    """The records of a file, each as its kind demands."""
    writing = os.memfd_create("web")
    os.write(writing, data)
    reading = os.open(f"/proc/self/fd/{writing}", os.O_RDONLY)
    try:
        found = list(records(reading, name, ITEM, IMPORT))
    finally:
        os.close(reading)
        os.close(writing)
    for each in found:
        assert json.loads(kinds.encode(each, "evidence")) == each
    return found


def package(tmp_path: Path, records: list[bytes] | None = None, **more: object) -> bytes:
    files = web.described(web.contents(records or list(web.site()), URLS), **more)
    return web.write_wacz(tmp_path / "a.wacz", files).read_bytes()


def test_a_record_for_each_resource_and_one_for_all() -> None:
    *resources, whole = told(web.warc(web.site()))
    assert [each["sort"] for each in resources] == ["response"] * 4 + ["revisit"]
    assert [each["number"] for each in resources] == [1, 2, 3, 4, 5]
    assert {each["kind"] for each in resources} == {"resource"}
    page = resources[1]
    assert (page["url"], page["time"], page["status"]) == (URLS[1], web.DATE, 200)
    assert page["verdict"] == page["block"] == "matches"
    assert page["computed"].startswith("sha1:")
    assert whole["kind"] == "web_archive"
    assert whole["outcome"] == "whole"
    assert (whole["format"], whole["version"], whole["name"]) == ("warc", "WARC/1.1", "old.warc.gz")
    assert whole["software"] == "Выдуманы запісвальнік 1.0"
    assert whole["records"] == [
        {"count": 1, "sort": "warcinfo"},
        {"count": 4, "sort": "response"},
        {"count": 3, "sort": "request"},
        {"count": 1, "sort": "revisit"},
    ]
    assert whole["digests"]["failed"] == whole["digests"]["unchecked"] == 0
    assert whole["digests"]["matched"] == 13


def test_the_same_file_gives_the_same_records() -> None:
    data = web.warc(web.site())
    assert told(data) == told(data)


def test_a_package_names_its_pages(tmp_path: Path) -> None:
    *resources, whole = told(package(tmp_path), "a.wacz")
    pages = [each for each in resources if each.get("page")]
    assert [each["url"] for each in pages] == [*URLS, URLS[0]]
    assert pages[0]["title"] == f"Загаловак {URLS[0]}"
    assert pages[0]["file"] == "archive/data.warc.gz"
    assert (whole["format"], whole["version"], whole["pages"]) == ("wacz", "1.1.1", 3)
    assert (whole["package"], whole["outcome"]) == ("matches", "whole")
    assert whole["files"] == {"failed": 0, "matched": 3, "unchecked": 0, "unlisted": 0}


def test_what_is_missing_is_listed_and_bounded(tmp_path: Path) -> None:
    many = [f"{web.SITE}/gone/{number}" for number in range(1500)]
    files = web.described(web.contents(list(web.site()), [*URLS, *many]))
    data = web.write_wacz(tmp_path / "a.wacz", files).read_bytes()
    whole = told(data)[-1]
    assert whole["outcome"] == "faults"
    assert len(whole["missing"]) == 200
    assert whole["missing"][0] == {"name": many[0], "time": web.DATE, "what": "page"}
    assert whole["missing_more"] == 1300


def test_a_digest_that_does_not_match_is_a_fault_at_its_offset() -> None:
    made = list(web.site())
    made[1] = web.response(URLS[0], web.page(0), WARC_Payload_Digest=web.digest(b"other"))
    *resources, whole = told(web.warc(made))
    assert [each["verdict"] for each in resources][:2] == ["differs", "matches"]
    assert whole["faults"] == [
        {
            "offset": len(web.member(made[0])),
            "trouble": "damaged",
            "what": "the payload of a response is not what its digest says",
        }
    ]
    assert whole["digests"]["failed"] == 1


def test_a_type_that_lies_is_counted() -> None:
    lie = web.response(f"{web.SITE}/photo.png", web.page(1), "image/png")
    *resources, whole = told(web.warc([lie]))
    assert resources[0]["mistyped"]
    assert (resources[0]["type"], resources[0]["sniffed"]) == ("image/png", "text/html")
    assert whole["mistyped"] == 1


def test_times_and_addresses_that_are_none() -> None:
    odd = web.response(f"{web.SITE}/X", b"x", WARC_Date="14 снежня").replace(b"/X\r", b"/\xcf\r")
    (got, whole) = told(web.member(odd))
    assert got["time_stated"] == "14 снежня"
    assert "time" not in got
    assert "url_base64" in got
    assert whole["outcome"] == "whole"


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\3\4nothing", bytes(1000)])
def test_what_is_no_web_archive_is_said_to_have_failed(data: bytes) -> None:
    (whole,) = told(data)
    assert whole["outcome"] == "failed"
    assert whole["faults"]


def hostile() -> Iterator[tuple[str, bytes]]:
    yield (
        "long fields",
        web.member(
            web.response("x:" + "ж" * 500_000, b"", "т" * 30_000, WARC_Record_ID="<" + "y" * 90_000)
        ),
    )
    yield "10,000 faults", b"WARC/1.0\r\nX:y\r\n\r\n" * 10_000
    yield "a bomb", web.member(web.response(web.SITE, bytes(80 << 20)))


@pytest.mark.parametrize("data", [each for _, each in hostile()], ids=[n for n, _ in hostile()])
def test_hostile_ones_become_records_all_the_same(data: bytes) -> None:
    whole = told(data)[-1]
    assert whole["kind"] == "web_archive"


def test_an_anonymous_signature_is_integrity_and_no_trust(tmp_path: Path) -> None:
    from tests.readers.web.test_signature import signed_package  # noqa: PLC0415

    whole = told(signed_package(tmp_path).read_bytes())[-1]
    signed = whole["signature"]
    assert (signed["form"], signed["integrity"], signed["trust"]) == (
        "anonymous", "valid", "unknown",
    )  # fmt: skip


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not here")
def test_every_sample_is_told_of() -> None:
    outcomes = {}
    for path in sorted(SAMPLES.glob("*/*")):
        outcomes[path.name] = told(path.read_bytes(), path.name)[-1]["outcome"]
    assert outcomes == {
        "example-bad.warc.gz.bad": "faults",
        "example-digest.warc": "faults",
        "example-iana.org-chunked.warc": "whole",
        "example-resource.warc.gz": "whole",
        "example-trunc.warc": "faults",
        "example.warc.gz": "whole",
        "post-test.warc.gz": "whole",
        "example-collection.warc": "whole",
        "invalid_example_1.wacz": "faults",
        "valid_example_1.wacz": "whole",
        "valid_example_2.wacz": "whole",
    }
