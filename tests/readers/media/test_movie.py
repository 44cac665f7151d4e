"""Movies: what their index and devices' marks state."""

from __future__ import annotations

import pytest

from sviedka.errors import InputError
from sviedka.readers.media import boxes
from tests.material import containers
from tests.material.containers import apple_keys, box, quicktime, user_text
from tests.material.signed import authority
from tests.material.video import video
from tests.readers.found import facts, found, parsed, revealing, troubles


def read(content: bytes):
    return parsed("movie", content)


def test_what_the_index_states():
    findings = read(quicktime())
    assert facts(findings) == {
        "brand": ["qt"], "created_stated": ["2020-08-10T12:03:45Z"],
        "modified_stated": ["2020-08-10T12:03:45Z"], "duration": [3.0], "width": [1920],
        "height": [1080], "track": ["vide Core Media Video"], "c2pa_integrity": ["none"],
    }  # fmt: skip
    assert not revealing(findings)


def test_what_a_telephone_writes_points_to_it_and_to_a_place():
    findings = read(quicktime(apple_keys(containers.PHONE)))
    stated = facts(findings)
    assert stated["device_make"] == ["Pryklad"]
    assert stated["device_model"] == ["Telefon 17"]
    assert stated["gps_position"] == ["53.902300, 27.561900"]
    assert stated["software"] == ["14.2"]
    assert "2020-08-10T15:03:45" in stated["created_stated"]
    assert stated["time_zone"] == ["+0300"]
    assert revealing(findings) == {"device_make", "device_model", "gps_position", "time_zone"}


def test_user_data_of_quicktime():
    held = box(
        b"udta", user_text(b"\xa9xyz", "+53.9+027.5/"), user_text(b"\xa9mak", "Прыклад"),
        user_text(b"\xa9swr", "1.0"), box(b"auth", bytes(4), b"\x55\xc4", "Аўтар".encode(), b"\0"),
    )  # fmt: skip
    stated = facts(read(quicktime(held)))
    assert stated["gps_position"] == ["53.900000, 27.500000"]
    assert stated["device_make"] == ["Прыклад"]
    assert stated["author"] == ["Аўтар"]


def test_the_encoder_signs_among_the_samples():
    samples = box(b"mdat", bytes(40), b"x264 - core 157 r2935\0", bytes(99))
    assert facts(read(quicktime() + samples))["encoder"] == ["x264 - core 157 r2935"]


def test_xmp_in_a_box_of_its_own():
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/" '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns:xmp="http://ns.adobe.com/xap/1.0/"><rdf:RDF><rdf:Description '
        b'xmp:CreatorTool="Pryklad 1"/></rdf:RDF></x:xmpmeta>'
    )
    own = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), packet)
    assert facts(read(quicktime() + own))["software"] == ["Pryklad 1"]


def test_a_signed_movie_keeps_integrity_and_trust_apart():
    ours = authority()
    signed = ours.sign(video(1), "video/mp4")
    for given, trust in ((b"", "unknown"), (ours.root.encode(), "trusted")):
        stated = facts(parsed("movie", signed, given))
        assert (stated["c2pa_integrity"], stated["c2pa_trust"]) == (["valid"], [trust])
    at = len(signed) - 50
    altered = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    assert facts(read(altered))["c2pa_integrity"] == ["altered"]


def test_a_movie_cut_off_is_read_as_far_as_it_goes():
    whole = quicktime(apple_keys(containers.PHONE))
    findings = read(whole[:-10])
    assert troubles(findings) == ["damaged"]
    assert facts(findings)["width"] == [1920]


def test_boxes_without_end_are_left(monkeypatch):
    monkeypatch.setattr(boxes, "MOST", 100)
    assert "too_many" in troubles(read(quicktime(*[box(b"free")] * 200)))


def test_boxes_within_boxes_are_bounded():
    deep = b""
    for _ in range(1000):
        deep = box(b"moov", deep)
    assert "too_deep" in troubles(read(quicktime() + deep))


def test_what_is_no_movie_is_refused():
    with pytest.raises(InputError):
        read(b"\0\0\0\x10abcd" + bytes(8))


def test_the_sandbox_gives_the_same():
    ours = found(quicktime(apple_keys(containers.PHONE)), "a.mov")
    assert [each for each in ours if not getattr(each, "place", "").startswith("ExifTool")] == read(
        quicktime(apple_keys(containers.PHONE))
    )
