"""The WARC of a visit: accepted by warcio, byte-exact, and told apart by what it holds."""

import gzip
import hashlib
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sviedka.capture.live.exchange import Request
from sviedka.capture.live.recording import Recording
from tests.capture.live.fetching import records, visiting
from tests.capture.live.servers import Answer, Authority, chunked, raw, saying, site, socks

WARCIO = Path(sys.executable).with_name("warcio")
PACKED = chunked(gzip.compress(b"text " * 5000))
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n" + PACKED
)


def check(warc, folder):
    """What ``warcio check`` says, record by record."""
    file = folder / "capture.warc.gz"
    file.write_bytes(warc)
    done = subprocess.run(
        [WARCIO, "check", "-v", file], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_warcio_finds_every_digest_right(tmp_path):
    with (
        site({"/": b"page", "/none": Answer(b"")}) as there,
        raw(saying(CHUNKED)) as other,
        visiting() as (visit, warc),
    ):
        for url in (there.url, f"{there.url}/none", f"{there.url}/404", other):
            visit.fetch(Request("GET", url))
        visit.fetch(Request("POST", there.url, body=b"a=b"))
        now = datetime.now(UTC)
        visit.recording.resource(f"urn:view:{there.url}/", "image/png", b"\x89PNG", now)
        visit.recording.metadata(there.url, {"counts": [1]}, now)
    status, told = check(warc.getvalue(), tmp_path)
    assert status == 0, told
    assert told.count("digest pass") == 1 + 5 * 2 + 2
    assert "failed" not in told
    assert "no digest" not in told


def test_what_is_in_it_is_what_went_over_the_wire():
    with raw(saying(CHUNKED)) as url, visiting() as (visit, warc):
        exchange = visit.fetch(Request("POST", f"{url}/a", body=b"a=b"))
    info, response, request = records(warc.getvalue())
    assert info[0] == "warcinfo"
    assert (response[0], response[1], response[3]) == ("response", f"{url}/a", CHUNKED)
    assert request[3] == exchange.request_head + b"a=b"
    about = response[2]
    assert about["WARC-Payload-Digest"] == f"sha256:{hashlib.sha256(PACKED).hexdigest()}"
    assert about["WARC-Block-Digest"] == f"sha256:{hashlib.sha256(CHUNKED).hexdigest()}"
    assert about["WARC-IP-Address"] == "127.0.0.1"
    assert about["WARC-Date"] == f"{exchange.began:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert about["WARC-Warcinfo-ID"] == info[2]["WARC-Record-ID"]
    assert request[2]["WARC-Concurrent-To"] == about["WARC-Record-ID"]


def test_an_answer_that_was_cut_off_says_why():
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"
    with raw(saying(short)) as url, visiting() as (visit, warc):
        visit.fetch(Request("GET", url))
    (response,) = [each for each in records(warc.getvalue()) if each[0] == "response"]
    assert response[2]["WARC-Truncated"] == "disconnect"
    assert response[3] == short
    assert [each.trouble for each in visit.faults] == ["truncated"]


def test_behind_a_proxy_no_address_is_claimed():
    with site({"/": b""}) as there, socks({}) as proxy:
        proxy.names["site.example"] = ("127.0.0.1", int(there.url.rpartition(":")[2]))
        with visiting(proxy=proxy.url) as (visit, warc):
            visit.fetch(Request("GET", "http://site.example/"))
    assert not any("WARC-IP-Address" in each[2] for each in records(warc.getvalue()))


def test_a_certificate_is_kept_once(tmp_path):
    authority = Authority(tmp_path)
    with (
        site({"/": b"", "/b": b""}, authority.server()) as there,
        visiting(ca=authority.file) as (visit, warc),
    ):
        found = [visit.fetch(Request("GET", there.url + path)) for path in ("/", "/b")]
    kept = records(warc.getvalue())
    (certificate,) = [each for each in kept if each[0] == "resource"]
    assert certificate[3] == found[0].tls.certificate
    assert certificate[2]["Content-Type"] == "application/pkix-cert"
    (said,) = [each for each in kept if each[0] == "metadata"]
    assert b"tls-protocol: TLSv1.3" in said[3]
    assert certificate[1].encode() in said[3]


@pytest.mark.parametrize("value", ["a\r\nWARC-Type: response", "Сонца\nдругі радок"])
def test_nobodys_name_breaks_a_line(value):
    warc = io.BytesIO()
    Recording(warc, {"operator": value}, datetime.now(UTC))
    (info,) = records(warc.getvalue())
    assert info[3].decode() == f"operator: {' '.join(value.split())}\r\n"


def test_metadata_is_json():
    with visiting() as (visit, warc):
        visit.recording.metadata("http://a.example/", {"ключ": "значэнне"}, datetime.now(UTC))
    said = records(warc.getvalue())[-1]
    assert json.loads(said[3]) == {"ключ": "значэнне"}
