"""The vocabulary of facts, and what crosses with them."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sviedka.readers
from sviedka.readers.facts import LONGEST, REVEALS, fact, stated

_NAMED = re.compile(r'(?:fact|stated)\(\s*\w+, "(\w+)"')


def test_every_name_that_readers_write_is_in_the_vocabulary():
    folder = Path(sviedka.readers.__path__[0])
    texts = [path.read_text() for path in sorted(folder.rglob("*.py"))]
    named = {name for text in texts for name in _NAMED.findall(text)}
    assert named
    assert named <= set(REVEALS)


def test_every_name_of_the_vocabulary_is_written_by_some_reader():
    folder = Path(sviedka.readers.__path__[0])
    text = "".join(
        path.read_text() for path in sorted(folder.rglob("*.py")) if path.name != "facts.py"
    )
    assert [name for name in REVEALS if f'"{name}"' not in text] == []


@pytest.mark.parametrize(
    ("written", "time", "zone"),
    [
        ("2020-08-10T12:00:00+03:00", "2020-08-10T12:00:00", "+03:00"),
        ("2020:08:10 12:00:00.17+0300", "2020:08:10 12:00:00.17", "+0300"),
        ("2020-08-10T12:00:00Z", "2020-08-10T12:00:00Z", None),
        ("2020-08-10T12:00:00+00:00", "2020-08-10T12:00:00+00:00", None),
        ("2020-08-10", "2020-08-10", None),
    ],
)
def test_an_offset_from_utc_is_a_fact_that_reveals(written, time, zone):
    found = {
        each.name: (each.value, each.reveals) for each in stated(0, "created_stated", written, "x")
    }
    assert found["created_stated"] == (time, False)
    assert found.get("time_zone") == ((zone, True) if zone else None)


def test_what_is_blank_is_not_stated():
    assert stated(0, "author", " \0\t ", "x") == []


@given(st.text(), st.text())
def test_any_text_crosses(value, place):
    found = fact(3, "title", value, place)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=type(found)) == found
    assert isinstance(found.value, str)
    assert len(found.value) <= LONGEST
