"""On the samples of warcio and py-wacz, the verdicts that ``warcio check`` and the names give."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from sviedka.readers.web.findings import Missing, Package, Page, Problem, Record
from tests.readers.web.finding import found, is_sound, of, problems, records

SAMPLES: Final = Path(__file__).parents[4] / "shared" / "data" / "web"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not here")

#: By file, the offsets of records, and of those what ``warcio check -v`` does not pass.
WARCS: Final = {
    "warc/example-digest.warc": ([0, 922, 1840, 2758], [0]),
    "warc/example-iana.org-chunked.warc": ([0, 405, 8379], []),
    "warc/example-resource.warc.gz": ([0, 361, 802], []),
    "warc/example-trunc.warc": ([0, 488, 1197, 2566], [1197]),
    "warc/example.warc.gz": ([0, 353, 784, 2012, 2621, 3207], []),
    "warc/post-test.warc.gz": ([0, 720, 1196, 1919, 2395, 3118], []),
    "wacz/example-collection.warc": ([0, 381, 845, 2138], []),
    "wacz/example-resource.warc.gz": ([0, 314, 1160], []),
}


@pytest.mark.parametrize("name", sorted(WARCS))
def test_a_warc_file(name: str) -> None:
    offsets, bad = WARCS[name]
    got = records((SAMPLES / name).read_bytes())
    assert [each.offset for each in got] == offsets
    assert [each.offset for each in got if not is_sound(each)] == bad


def test_a_record_whose_length_is_wrong_is_told_as_warcio_warns() -> None:
    told = problems((SAMPLES / "warc/example-trunc.warc").read_bytes())
    assert [(each.offset, each.trouble) for each in told] == [(1197, "damaged")]


def test_one_member_for_all_which_warcio_gives_up_is_read_to_its_end() -> None:
    data = (SAMPLES / "warc/example-bad.warc.gz.bad").read_bytes()
    assert [each.kind for each in records(data)] == [
        "warcinfo", "response", "request", "revisit", "request", "response",
    ]  # fmt: skip
    assert [each.what for each in problems(data)] == [
        "one gzip member holds several records, which cannot be read apart"
    ]


@pytest.mark.parametrize("name", ["valid_example_1", "valid_example_2"])
def test_a_valid_package(name: str) -> None:
    """Also the one of version 1.0.0, which ``wacz validate`` does not know any more."""
    got = found((SAMPLES / f"wacz/{name}.wacz").read_bytes(), "wacz")
    assert not of(got, Problem)
    assert not of(got, Missing)
    assert all(map(is_sound, of(got, Record)))
    (package,) = of(got, Package)
    assert package.version == {"1": b"1.0.0", "2": b"1.1.1"}[name[-1]]
    assert package.digest.verdict == {"1": "absent", "2": "matches"}[name[-1]]
    assert [each.url for each in of(got, Page)] == [b"http://www.example.com/"]


def test_an_invalid_package() -> None:
    got = found((SAMPLES / "wacz/invalid_example_1.wacz").read_bytes(), "wacz")
    assert [each.name for each in of(got, Missing)] == [
        b"data/indexes/index.cdx.gz", b"archive/*.warc", b"indexes/*.cdx", b"pages/pages.jsonl",
    ]  # fmt: skip
    assert [each.what for each in of(got, Problem)] == ["it states no version of the format"]
