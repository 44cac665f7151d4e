"""WARC files, record by record: each where it is, each as it is, whatever its neighbours are."""

from __future__ import annotations

import gzip
import io
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sviedka.readers.web.findings import Software
from tests.material import web
from tests.readers.web.finding import found, is_sound, of, places, problems, records

if TYPE_CHECKING:
    from collections.abc import Sequence


class Writer(WARCWriter):
    """Warcio's, but for the temporary files that it leaves for the garbage collector to close."""

    def _create_temp_file(self) -> io.BytesIO:
        return io.BytesIO()


RECORDS = list(web.site())
KINDS = [each.split(b"WARC-Type: ")[1].split(b"\r\n")[0].decode() for each in RECORDS]
BOTH = pytest.mark.parametrize("gzipped", [True, False], ids=["members", "plain"])


def expected(*, gzipped: bool, without: Sequence[int] = ()) -> list[tuple[int, str]]:
    both = enumerate(zip(web.offsets(RECORDS, gzipped=gzipped), KINDS, strict=True))
    return [each for number, each in both if number not in without]


@BOTH
def test_every_record_is_where_it_is(gzipped: bool) -> None:
    data = web.warc(RECORDS, gzipped=gzipped)
    got = records(data)
    assert [(each.offset, each.kind) for each in got] == expected(gzipped=gzipped)
    assert all(map(is_sound, got))
    for each in got:
        part = data[each.offset : each.offset + (each.length or 0)]
        alone = gzip.decompress(part) if gzipped else part
        assert alone in RECORDS
        assert each.at == each.offset
    assert sum(each.length or 0 for each in got) == len(data)
    assert not problems(data)


def test_a_record_says_what_it_is() -> None:
    got = records(web.warc(RECORDS))
    page, photo, again = got[1], got[-2], got[-1]
    assert page.url == f"{web.SITE}/0".encode()
    assert (page.status, page.media_type, page.sniffed) == (200, b"text/html", "text/html")
    assert page.payload == len(web.page(0))
    assert page.date == web.DATE.encode()
    assert page.payload_digest.stated == web.digest(web.page(0)).encode()
    assert photo.sniffed == "image/jpeg"
    assert again.payload_digest.verdict == "elsewhere"
    assert again.block_digest.verdict == "matches"
    assert (again.refers_to, again.refers_to_date) == (page.id, page.date)


def test_what_a_file_was_made_with() -> None:
    (first, second) = of(found(web.warc(RECORDS)), Software)
    assert (first.name, first.version) == (b"", b"WARC/1.1")
    assert second.name == "Выдуманы запісвальнік 1.0".encode()


@BOTH
@given(
    bodies=st.lists(
        st.tuples(st.binary(max_size=300), st.sampled_from(["response", "resource", "metadata"])),
        min_size=1,
        max_size=6,
    )
)
def test_it_agrees_with_warcio(gzipped: bool, bodies: list[tuple[bytes, str]]) -> None:
    out = io.BytesIO()
    writer = Writer(out, gzip=gzipped)
    for number, (body, kind) in enumerate(bodies):
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        made = writer.create_warc_record(
            f"https://prykladny.example/{number}",
            kind,
            payload=io.BytesIO(body),
            warc_content_type="" if kind == "response" else "text/plain",
            http_headers=http if kind == "response" else None,
        )
        writer.write_record(made)
    theirs = []
    walking = ArchiveIterator(io.BytesIO(out.getvalue()), check_digests=True)
    for each in walking:
        body = each.raw_stream.read()
        head = each.rec_headers
        theirs.append(
            (
                walking.get_record_offset(),
                each.rec_type,
                head.get_header("WARC-Target-URI").encode(),
                head.get_header("WARC-Record-ID").encode(),
                (head.get_header("WARC-Payload-Digest") or "").encode(),
                len(body),
                each.digest_checker.passed,
            )
        )
    assert theirs == [
        (
            each.offset, each.kind, each.url, each.id, each.payload_digest.stated, each.payload,
            is_sound(each),
        )
        for each in records(out.getvalue())
    ]  # fmt: skip


# What is broken


@given(st.data())
def test_a_flipped_bit_of_a_payload_is_told_of_that_record(choice: st.DataObject) -> None:
    number = choice.draw(st.sampled_from([n for n, kind in enumerate(KINDS) if kind == "response"]))
    each = RECORDS[number]
    body = each.index(b"\r\n\r\n", each.index(b"HTTP/1.1")) + 4
    at = choice.draw(st.integers(body, len(each) - 5))
    bad = bytearray(each)
    bad[at] ^= 1 << choice.draw(st.integers(0, 7))
    gzipped = choice.draw(st.booleans())
    data = web.warc([*RECORDS[:number], bytes(bad), *RECORDS[number + 1 :]], gzipped=gzipped)
    got = records(data)
    assert [each.kind for each in got] == KINDS
    assert [n for n, each in enumerate(got) if not is_sound(each)] == [number]
    assert got[number].payload_digest.verdict == got[number].block_digest.verdict == "differs"


@given(st.data())
def test_a_flipped_bit_of_a_member_harms_that_record_alone(choice: st.DataObject) -> None:
    data = bytearray(web.warc(RECORDS))
    starts = web.offsets(RECORDS)
    at = choice.draw(st.integers(0, len(data) - 1))
    data[at] ^= 1 << choice.draw(st.integers(0, 7))
    harmed = max(n for n, start in enumerate(starts) if start <= at)
    got = {each.offset: each for each in records(bytes(data)) if is_sound(each)}
    for number, start in enumerate(starts):
        if number != harmed:
            assert got[start].kind == KINDS[number]
    if not means_nothing(bytes(data[starts[harmed] :]), RECORDS[harmed]):
        assert starts[harmed] not in got or problems(bytes(data))


def means_nothing(data: bytes, whole: bytes) -> bool:
    """Whether a member is what it was for all that: times, padding bits."""
    with suppress(zlib.error):
        return zlib.decompressobj(31).decompress(data) == whole
    return False


@BOTH
@given(st.data())
def test_a_file_cut_anywhere_gives_all_that_came_before(
    gzipped: bool, choice: st.DataObject
) -> None:
    data = web.warc(RECORDS, gzipped=gzipped)
    end = choice.draw(st.integers(1, len(data) - 1))
    starts = [*web.offsets(RECORDS, gzipped=gzipped), len(data)]
    whole = [n for n in range(len(RECORDS)) if starts[n + 1] <= end]
    got = records(data[:end])
    assert [(each.offset, each.kind) for each in got][: len(whole)] == [
        (starts[n], KINDS[n]) for n in whole
    ]
    assert all(map(is_sound, got[: len(whole)]))
    assert len(got) <= len(whole) + 1
    trailing = starts[len(whole)]
    # Of a plain file, blank lines at the end may be missing without anything being lost.
    if end > trailing and (gzipped or end < trailing + len(RECORDS[len(whole)]) - 4):
        assert problems(data[:end]), "nothing is said of the one that is cut"


@BOTH
def test_bytes_between_records_are_stepped_over(gzipped: bool) -> None:
    parts = [web.warc([each], gzipped=gzipped) for each in RECORDS]
    data = parts[0] + parts[1] + b"\x00garbage\n" * 100 + b"".join(parts[2:])
    got = records(data)
    assert [each.kind for each in got] == KINDS
    assert len(problems(data)) == 1
    assert problems(data)[0].offset in {len(parts[0]), len(parts[0] + parts[1])}


def test_a_member_cut_in_half_costs_itself_alone() -> None:
    parts = [web.member(each) for each in RECORDS]
    half = parts[3][: len(parts[3]) // 2]
    data = b"".join([*parts[:3], half, *parts[4:]])
    kinds = [kind for _, kind in places(data)]
    assert [each for each in problems(data) if each.offset == sum(map(len, parts[:3]))]
    sound = [each.kind for each in records(data) if is_sound(each)]
    assert sound == [*KINDS[:3], *KINDS[4:]]
    assert len(kinds) <= len(KINDS)


@BOTH
@pytest.mark.parametrize("length", ["0", "7", "999", "99999999", "9" * 15, "-1", "many", None])
def test_a_wrong_length_hides_no_other_record(gzipped: bool, length: str | None) -> None:
    bad = web.response(f"{web.SITE}/1", web.page(1), Content_Length=length)
    data = web.warc([*RECORDS[:3], bad, *RECORDS[4:]], gzipped=gzipped)
    got = [each for each in records(data) if is_sound(each)]
    assert [each.kind for each in got] == [*KINDS[:3], *KINDS[4:]]
    start = web.offsets([*RECORDS[:3], bad], gzipped=gzipped)[-1]
    assert start in {each.offset for each in problems(data)}


@pytest.mark.parametrize("lacking", ["WARC_Type", "WARC_Record_ID", "WARC_Date", "WARC_Target_URI"])
def test_what_a_head_lacks_is_told(lacking: str) -> None:
    bad = web.response(f"{web.SITE}/1", web.page(1), **{lacking: None})
    data = web.warc([RECORDS[0], bad, RECORDS[1]])
    assert len(records(data)) == 3
    told = [each.what for each in problems(data) if each.offset == len(web.member(RECORDS[0]))]
    if lacking != "WARC_Type":
        assert told == [f"a response without {lacking.replace('_', '-')}"]
    assert told


def test_several_records_in_one_member_are_read_and_told() -> None:
    data = web.member(b"".join(RECORDS))
    got = records(data)
    assert [each.kind for each in got] == KINDS
    assert [each.skip for each in got] == web.offsets(RECORDS, gzipped=False)
    assert [each.length for each in got] == [None] * (len(got) - 1) + [len(data)]
    assert [each.trouble for each in problems(data)] == ["damaged"]


def test_a_bomb_is_left_where_it_is() -> None:
    bomb = web.member(web.response(f"{web.SITE}/b", bytes(80 << 20)))
    data = web.warc(RECORDS[:2]) + bomb + web.warc(RECORDS[2:])
    got = records(data)
    assert len(bomb) < 200_000
    assert [each.kind for each in got if is_sound(each)] == KINDS
    assert [each.trouble for each in got if not is_sound(each)] == ["too_big"]
    assert "too_big" in {each.trouble for each in problems(data)}


def test_a_file_of_nothing_but_faults_does_not_fill_the_memory() -> None:
    data = web.warc(RECORDS[:1], gzipped=False) + b"\nWARC/1.0\r\nX:y\r\n\r\n" * 5000
    told = problems(data)
    assert len(told) == 1002
    assert [each.trouble for each in told[-2:]] == ["too_many", "too_many"]


# Odd, but whole


@pytest.mark.parametrize("stated", ["chunks", "content"])
def test_a_digest_of_chunks_or_of_their_content(stated: str) -> None:
    """ISO 28500 says content, most recorders say chunks."""
    body = web.page(1)
    chunks = b"%x\r\n%b\r\n%x;x=y\r\n%b\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
    made = web.response(
        web.SITE,
        chunks,
        head={"Transfer-Encoding": "chunked", "Content-Length": ""},
        WARC_Payload_Digest=web.digest(chunks if stated == "chunks" else body),
    )
    (got,) = records(web.member(made))
    assert got.payload_digest.verdict == "matches"
    assert got.sniffed == "text/html"


def test_a_body_that_was_sent_compressed_is_told_by_what_it_holds() -> None:
    made = web.response(web.SITE, gzip.compress(web.page(1)), head={"Content-Encoding": "gzip"})
    (got,) = records(web.member(made))
    assert (got.sniffed, got.payload_digest.verdict) == ("text/html", "matches")


def test_brackets_around_an_address_are_taken_off() -> None:
    (got,) = records(web.member(web.response(f"<{web.SITE}/>", b"")))
    assert got.url == f"{web.SITE}/".encode()


def test_an_address_that_is_not_utf_8_is_kept_as_it_is() -> None:
    made = web.response(f"{web.SITE}/X", b"").replace(b"/X\r\n", b"/\xcf\xf0\xe8\r\n")
    (got,) = records(web.member(made))
    assert got.url.endswith(b"/\xcf\xf0\xe8")


def test_a_very_long_address_is_cut() -> None:
    (got,) = records(web.member(web.response(f"data:text/plain,{'x' * 100_000}", b"")))
    assert len(got.url) == 1 << 14


@BOTH
def test_an_arc_file(gzipped: bool) -> None:
    first = b"1 0 Vydumany\nURL IP-address Archive-date Content-type Archive-length\n"
    body = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + web.page(1)
    made = [
        b"filedesc://x.arc 0.0.0.0 20221214120000 text/plain %d\n%b\n" % (len(first), first),
        b"http://prykladny.example/a b 192.0.2.1 20221214120000 text/html %d\n%b\n"
        % (len(body), body),
        b"http://prykladny.example/c 192.0.2.1 20221214120001 text/html %d\n%b\n"
        % (len(body), body),
    ]
    data = web.warc(made, gzipped=gzipped)
    got = records(data)
    assert [each.kind for each in got] == ["warcinfo", "response", "response"]
    assert [each.offset for each in got] == web.offsets(made, gzipped=gzipped)
    assert got[1].url == b"http://prykladny.example/a b"
    assert (got[1].status, got[1].date) == (200, b"2022-12-14T12:00:00Z")
    assert not problems(data)


def test_what_is_no_web_archive_at_all() -> None:
    for data in (b"", b"hello", bytes(5000), gzip.compress(b"hello")):
        assert not records(data)
