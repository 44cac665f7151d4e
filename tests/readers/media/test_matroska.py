"""Matroska and WebM."""

from __future__ import annotations

import pytest

from sviedka.errors import InputError
from tests.material.containers import attachment, element, matroska, tag
from tests.readers.found import facts, found, parsed, parts, revealing, troubles


def read(content: bytes):
    return parsed("matroska", content)


def test_what_its_head_states():
    findings = read(matroska(tag("LOCATION", "Заазёрск"), tag("encoder", "Lavc60")))
    assert facts(findings) == {
        "brand": ["webm"], "duration": [3.0], "encoder": ["Lavf60.3.100", "Lavc60"],
        "software": ["OBS 30"], "created_stated": ["2020-08-10T12:03:45Z"],
        "document_id": ["000102030405060708090a0b0c0d0e0f"], "encoding": ["V_VP9"],
        "width": [1920], "height": [1080], "place_name": ["Заазёрск"],
    }  # fmt: skip
    assert revealing(findings) == {"document_id", "place_name"}
    assert found(matroska(), "a.webm") == read(matroska())


def test_attached_files_are_parts():
    findings = read(matroska(attachment("cover.jpg", "image/jpeg", b"\xff\xd8")))
    assert parts(findings) == {b"cover.jpg": b"\xff\xd8"}


def test_a_segment_of_unknown_size_and_a_file_cut_off():
    whole = matroska(tag("MAKE", "Pryklad"))
    at = whole.index(b"\x18\x53\x80\x67") + 4
    live = whole[:at] + b"\x01" + b"\xff" * 7 + whole[at + 8 :]
    assert facts(read(live))["device_make"] == ["Pryklad"]
    assert troubles(read(whole[:-5])) == ["damaged"]


def test_elements_within_elements_are_bounded():
    deep = b""
    for _ in range(100):
        deep = element(0x67C8, deep)
    assert "too_deep" in troubles(read(matroska(deep)))


def test_a_date_beyond_all_dates_is_left_out():
    wild = element(0x1549A966, element(0x4461, b"\x7f" + b"\xff" * 7))
    assert not troubles(read(matroska(wild)))


def test_what_is_no_matroska_is_refused():
    with pytest.raises(InputError):
        read(b"text")
