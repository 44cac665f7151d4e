"""Sound: ID3, comments of Ogg and FLAC, RIFF."""

from __future__ import annotations

from struct import pack

import pytest

from sviedka.errors import InputError
from tests.material.containers import id3, ogg, riff, vorbis
from tests.material.sound import voice
from tests.readers.found import facts, found, parsed, parts, revealing, troubles


def read(content: bytes):
    return parsed("sound", content)


@pytest.mark.parametrize("version", [3, 4])
def test_id3(version):
    frames = {
        "TIT2": b"\x03" + "Голас".encode(),
        "TPE1": b"\x01" + "Прыклад".encode("utf-16"),
        "TENC": b"\x00" + "Кадавальнік".encode("cp1251"),
        "COMM": b"\x03beltitle\0words",
        "APIC": b"\0image/jpeg\0\3\0\xff\xd8\xff\xe0 picture",
        "PRIV": b"owner@example.org\0data",
    }
    findings = read(id3(frames, version))
    stated = facts(findings)
    assert stated["title"] == ["Голас"]
    assert stated["author"] == ["Прыклад", "Кадавальнік"]
    assert stated["comment"] == ["title; words"]
    assert stated["account_id"] == ["owner@example.org"]
    assert stated["encoder"] == ["LAME3.100"]
    assert revealing(findings) == {"author", "account_id"}
    assert parts(findings) == {b"cover": b"\xff\xd8\xff\xe0 picture"}
    assert found(id3(frames, version), "a.mp3") == findings


def test_the_tag_at_the_end():
    tail = b"TAG" + "Назва".encode("cp1251").ljust(30, b"\0") + b"Pryklad".ljust(95, b"\0")
    stated = facts(read(id3({}) + tail))
    assert stated["author"] == ["Pryklad"]


def test_voice_messages_name_their_encoder():
    assert facts(read(voice(1, 2)))["brand"] == ["Ogg"]


def test_comments_of_ogg():
    comments = b"OpusTags" + vorbis("libopus 1.3", ["ARTIST=Прыклад", "LOCATION=Заазёрск"])
    findings = read(ogg(b"OpusHead" + bytes(11), comments + bytes(600)))
    stated = facts(findings)
    assert stated["encoder"] == ["libopus 1.3"]
    assert stated["author"] == ["Прыклад"]
    assert revealing(findings) == {"author", "place_name"}


def test_comments_of_flac():
    block = vorbis("reference libFLAC 1.4", ["TITLE=Голас"])
    content = b"fLaC" + b"\x84" + len(block).to_bytes(3, "big") + block
    assert facts(read(content))["title"] == ["Голас"]


def test_a_recorder_s_wav():
    chunks = (
        (b"fmt ", pack("<HHIIHH", 1, 2, 48_000, 192_000, 4, 16)),
        (b"bext", b"note".ljust(256, b"\0") + b"ZOOM".ljust(32, b"\0") + b"SN17".ljust(32, b"\0")
         + b"2020-08-10" + bytes(300)),
        (b"LIST", b"INFO" + b"IART" + pack("<I", 8) + b"Pryklad\0"),
        (b"data", bytes(100)),
    )  # fmt: skip
    findings = read(riff(b"WAVE", *chunks))
    stated = facts(findings)
    assert stated["sample_rate"] == [48_000]
    assert stated["device_serial"] == ["SN17"]
    assert stated["author"] == ["ZOOM", "Pryklad"]
    assert stated["created_stated"] == ["2020-08-10"]
    assert revealing(findings) == {"author", "device_serial"}


def test_an_avi_with_lists_within_lists():
    head = pack("<10I", 0, 0, 0, 0, 0, 0, 0, 0, 640, 480)
    avih = b"avih" + pack("<I", len(head)) + head
    findings = read(riff(b"AVI ", (b"LIST", b"hdrl" + avih), (b"LIST", b"movi" + bytes(40))))
    assert facts(findings)["width"] == [640]


@pytest.mark.parametrize("cut", [20, 60, 200])
def test_files_cut_off_are_read_as_far_as_they_go(cut):
    whole = riff(b"WAVE", (b"LIST", b"INFO" + b"IART" + pack("<I", 400) + b"P" * 400))
    read(whole[:cut])
    comments = b"OpusTags" + vorbis("v", ["ARTIST=" + "P" * 500])
    assert troubles(read(ogg(b"OpusHead", comments[:cut]))) == ["damaged"]


def test_what_is_no_sound_is_refused():
    with pytest.raises(InputError):
        read(b"text")
