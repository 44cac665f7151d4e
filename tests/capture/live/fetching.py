"""Fetching in tests: from 127.0.0.1, which the test names as a person would."""

from __future__ import annotations

import io
from contextlib import contextmanager
from datetime import UTC, datetime

from warcio.archiveiterator import ArchiveIterator

from sviedka.capture.live.connecting import Proxy, Straight, Through, trust
from sviedka.capture.live.exchange import Request
from sviedka.capture.live.fetcher import Fetcher
from sviedka.capture.live.limits import Limits
from sviedka.capture.live.recording import Recording
from sviedka.capture.live.resolving import Resolver
from sviedka.capture.live.visit import Visit

HERE = "127.0.0.1"


def fetcher(*, named=(HERE,), proxy=None, ca=None, **limits):
    resolver, context = Resolver(named), trust(ca)
    connector = (
        Through(Proxy.parse(proxy), resolver, context) if proxy else Straight(resolver, context)
    )
    return Fetcher(connector, Limits(**limits))


def get(url, headers=(), **how):
    return fetcher(**how).fetch(Request("GET", url, headers))


@contextmanager
def visiting(**how):
    """A visit, and the WARC that it makes."""
    warc = io.BytesIO()
    recording = Recording(warc, {"software": "tests"}, datetime.now(UTC))
    yield Visit(fetcher(**how), recording), warc


def records(warc):
    """Every record of a WARC as (type, URL, headers, block)."""
    stream = io.BytesIO(warc)
    return [
        (
            each.rec_type,
            each.rec_headers.get_header("WARC-Target-URI") or "",
            dict(each.rec_headers.headers),
            each.raw_stream.read(),
        )
        for each in ArchiveIterator(stream, no_record_parse=True)
    ]
