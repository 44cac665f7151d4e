"""Resources are found by address, time and item, and opened out of the vault by their range."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sviedka.capture import files
from sviedka.capture.web.opening import opened
from sviedka.capture.web.resources import count, resources, revisited, taken
from sviedka.errors import InputError, NotFoundError, UsageError
from tests.keep.world import assert_rebuilds
from tests.material import web
from tests.material.picture import picture

if TYPE_CHECKING:
    from sviedka.capture.web.resources import Found
    from sviedka.keep.archive import Archive
    from tests.capture.opened import Capturing

URLS = [f"{web.SITE}/{number}" for number in range(3)]


def add(world: Capturing, path: Path) -> None:
    with world.open() as archive:
        assert files.add(archive, [path])


def bring(world: Capturing, tmp_path: Path, records: list[bytes], **how: bool) -> None:
    path = tmp_path / ("crawl.warc.gz" if how.get("gzipped", True) else "crawl.warc")
    path.write_bytes(web.warc(records, **how))
    add(world, path)


def bring_package(world: Capturing, tmp_path: Path, *, deflated: bool = False) -> None:
    contents = web.described(web.contents(list(web.site()), URLS))
    add(world, web.write_wacz(tmp_path / "crawl.wacz", contents, deflated=deflated))


def listed(archive: Archive, **conditions: bytes | bool) -> list[Found]:
    with archive.projector.index.reading() as db:
        found = resources(db, **conditions)  # type: ignore[arg-type]
        assert len(found) == count(db, **conditions)  # type: ignore[arg-type]
    return found


def content(archive: Archive, found: Found) -> bytes:
    with opened(archive, found.record.hex()) as got:
        return b"".join(got.blocks)


def test_by_address_by_item_and_by_being_a_page(world: Capturing, tmp_path: Path) -> None:
    bring_package(world, tmp_path)
    with world.open() as archive:
        both = listed(archive, url=URLS[0].encode())
        assert [(each.sort, each.time) for each in both] == [
            ("response", web.DATE),
            ("revisit", "2022-12-15T12:00:00Z"),
        ]
        item = both[0].item
        assert [each.number for each in listed(archive, item=item)] == [1, 2, 3, 4, 5]
        assert taken(archive.projector.index, item.hex()) == 5
        pages = listed(archive, pages=True)
        assert [each.url.decode() for each in pages] == [URLS[0], *URLS]
        assert pages[0].title.decode() == f"Загаловак {URLS[0]}"


def test_of_a_file_without_a_list_its_html_answers_are_pages(
    world: Capturing, tmp_path: Path
) -> None:
    bring(world, tmp_path, list(web.site()))
    with world.open() as archive:
        assert [each.url.decode() for each in listed(archive, pages=True)] == URLS
        assert_rebuilds(archive)


@pytest.mark.parametrize("gzipped", [True, False], ids=["members", "plain"])
def test_what_is_opened_is_what_was_sent(world: Capturing, tmp_path: Path, gzipped: bool) -> None:
    bring(world, tmp_path, list(web.site()), gzipped=gzipped)
    with world.open() as archive:
        for number, url in enumerate(URLS):
            found = listed(archive, url=url.encode())[0]
            assert content(archive, found) == web.page(number)
        (photo,) = listed(archive, url=f"{web.SITE}/photo.jpg".encode())
        assert content(archive, photo) == picture(1, ".jpg")
        with opened(archive, photo.record.hex()) as got:
            assert got.answer.status == 200
            assert dict(got.answer.fields)[b"content-type"] == b"image/jpeg"


@pytest.mark.parametrize("deflated", [False, True], ids=["stored", "deflated"])
def test_out_of_a_package(world: Capturing, tmp_path: Path, deflated: bool) -> None:
    bring_package(world, tmp_path, deflated=deflated)
    with world.open() as archive:
        found = listed(archive, url=URLS[1].encode())[0]
        assert content(archive, found) == web.page(1)


def test_out_of_one_member_that_holds_them_all(world: Capturing, tmp_path: Path) -> None:
    path = tmp_path / "all.warc.gz"
    path.write_bytes(web.member(b"".join(web.site())))
    add(world, path)
    with world.open() as archive:
        for number, url in enumerate(URLS):
            assert content(archive, listed(archive, url=url.encode())[0]) == web.page(number)


def test_codings_are_undone(world: Capturing, tmp_path: Path) -> None:
    body = gzip.compress(web.page(1))
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    how = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    bring(world, tmp_path, [web.response(URLS[1], chunks, head=how)])
    with world.open() as archive:
        assert content(archive, listed(archive)[0]) == web.page(1)


@pytest.mark.parametrize("named", [True, False], ids=["by its record", "by its address"])
def test_a_revisit_leads_to_what_it_refers_to(
    world: Capturing, tmp_path: Path, named: bool
) -> None:
    made = list(web.site())
    if not named:
        made[-1] = web.revisit(URLS[0], "", of_body=web.page(0))
    bring(world, tmp_path, made)
    with world.open() as archive, archive.projector.index.reading() as db:
        response, revisit = resources(db, url=URLS[0].encode())
        assert revisited(db, revisit.record.hex()) == response
        assert revisited(db, response.record.hex()) == response


def test_a_revisit_of_what_is_not_there_says_so(world: Capturing, tmp_path: Path) -> None:
    bring(world, tmp_path, [web.revisit(URLS[0], "<urn:uuid:elsewhere>")])
    with world.open() as archive, archive.projector.index.reading() as db:
        (revisit,) = resources(db)
        with pytest.raises(NotFoundError, match="in no web archive here"):
            revisited(db, revisit.record.hex())


def test_only_its_own_range_is_unsealed(world: Capturing, tmp_path: Path) -> None:
    """Of a web archive of 8 MB, what lies elsewhere may be damaged: it is not even looked at."""
    photo = os.urandom(8 << 20)
    records = [web.response(URLS[0], web.page(0)), web.response(f"{web.SITE}/x", photo)]
    bring(world, tmp_path, records)
    with world.open() as archive:
        found = listed(archive, url=URLS[0].encode())[0]
        stored = max(Path(archive.path).rglob("*"), key=lambda each: each.stat().st_size)
        with stored.open("r+b") as file:
            file.seek(4 << 20)
            file.write(b"damaged")
        assert content(archive, found) == web.page(0)


def test_a_record_that_was_cut_gives_what_is_there(world: Capturing, tmp_path: Path) -> None:
    path = tmp_path / "cut.warc"
    path.write_bytes(web.warc([web.response(URLS[0], bytes(5000))], gzipped=False)[:-1000])
    add(world, path)
    with world.open() as archive:
        (found,) = listed(archive)
        got: list[bytes] = []
        with (
            opened(archive, found.record.hex()) as answer,
            pytest.raises(InputError, match="ends 996 bytes before"),
        ):
            got.extend(answer.blocks)
        assert b"".join(got) == bytes(4004)


def test_what_is_no_resource_is_not_opened(world: Capturing, tmp_path: Path) -> None:
    bring(world, tmp_path, list(web.site()))
    with world.open() as archive:
        item = listed(archive)[0].item.hex()
        with pytest.raises(UsageError), opened(archive, item):
            pass


def test_bringing_it_again_adds_nothing(world: Capturing, tmp_path: Path) -> None:
    bring(world, tmp_path, list(web.site()))
    before = world.size()
    bring(world, tmp_path, list(web.site()))
    assert len(world.read().kind("resource")) == 5
    assert len(world.read().kind("web_archive")) == 1
    assert world.size() == before
