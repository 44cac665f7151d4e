"""Pictures: form, tags, thumbnails."""

from __future__ import annotations

import io
import zlib
from functools import cache

import pyexiv2
import pytest
from PIL import Image

from sviedka.errors import InputError
from sviedka.readers.pictures import picture as pictures
from sviedka.readers.pictures.tags import meaning
from tests.material.canvas import DAY
from tests.material.containers import heif
from tests.material.picture import picture, webp
from tests.readers.found import facts, found, parsed, parts, revealing, troubles


def read(content: bytes):
    return parsed("picture", content)


@cache
def tagged(suffix: str = ".jpg", thumbnail: bytes = b"") -> bytes:
    """A picture with all sorts of tags in it."""
    image = pyexiv2.ImageData(picture(3, suffix))
    image.modify_exif({
        "Exif.Image.Make": "Pryklad", "Exif.Image.Model": "Telefon 17", "Exif.Image.Orientation": 6,
        "Exif.Photo.BodySerialNumber": "17-0042", "Exif.Photo.CameraOwnerName": "P. Pryklad",
        "Exif.Photo.DateTimeOriginal": "2020:08:10 12:00:00", "Exif.Photo.OffsetTime": "+03:00",
        "Exif.Photo.ImageUniqueID": "0123456789abcdef", "Exif.Image.HostComputer": "laptop-17",
        "Exif.GPSInfo.GPSLatitude": "53/1 54/1 828/100", "Exif.GPSInfo.GPSLatitudeRef": "N",
        "Exif.GPSInfo.GPSLongitude": "27/1 33/1 4284/100", "Exif.GPSInfo.GPSLongitudeRef": "E",
        "Exif.GPSInfo.GPSDateStamp": "2020:08:10", "Exif.GPSInfo.GPSTimeStamp": "9/1 0/1 5/1",
        "Exif.Image.XPAuthor": "Прыклад П.", "Exif.Photo.UserComment": "charset=Ascii words",
    })  # fmt: skip
    image.modify_iptc(
        {"Iptc.Application2.City": "Заазёрск", "Iptc.Application2.Keywords": ["а", "б"]}
    )
    image.modify_xmp({
        "Xmp.dc.creator": ["Прыклад П."], "Xmp.xmp.CreatorTool": "Pryklad Photo 1",
        "Xmp.xmp.ModifyDate": "2020-08-11T10:00:00+03:00", "Xmp.xmpMM.DocumentID": "xmp.did:17",
    })  # fmt: skip
    if thumbnail:
        image.modify_thumbnail(thumbnail)
    return image.get_bytes()


def small(content: bytes) -> bytes:
    """Of a picture, the thumbnail that a camera would make."""
    out = io.BytesIO()
    Image.open(io.BytesIO(content)).resize((160, 120)).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_form(suffix):
    stated = facts(read(picture(1, suffix)))
    assert (stated["width"], stated["height"]) == ([320], [240])
    assert stated["c2pa_integrity"] == ["none"]
    assert ("quantisation" in stated) == (suffix == ".jpg")


def test_other_formats():
    for kind, name in (("GIF", "a.gif"), ("TIFF", "a.tif"), ("BMP", "a.bmp"), ("WEBP", "a.webp")):
        out = io.BytesIO()
        Image.new("RGB", (40, 30)).save(out, kind)
        stated = facts(found(out.getvalue(), name))
        assert (stated["width"], stated["height"]) == ([40], [30]), kind
    assert facts(read(webp(DAY[0])))["width"] == [512]


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_what_tags_state_and_what_that_reveals(suffix):
    findings = read(tagged(suffix))
    stated = facts(findings)
    assert stated["device_model"] == ["Telefon 17"]
    assert stated["device_serial"] == ["17-0042"]
    assert stated["owner"] == ["P. Pryklad"]
    assert stated["host_computer"] == ["laptop-17"]
    assert stated["gps_position"] == ["53.902300, 27.561900"]
    assert stated["gps_time"] == ["2020-08-10T09:00:05Z"]
    assert stated["place_name"] == ["Заазёрск"]
    assert set(stated["author"]) == {"Прыклад П."}
    assert stated["keywords"] == ["а; б"]
    assert stated["comment"] == ["words"]
    assert stated["time_zone"] == ["+03:00", "+03:00"]
    assert "2020-08-11T10:00:00" in stated["modified_stated"]
    assert revealing(findings) == {
        "author", "device_make", "device_model", "device_serial", "document_id", "gps_position",
        "gps_time", "host_computer", "image_id", "owner", "place_name", "time_zone",
    }  # fmt: skip


def test_cyrillic_letters_of_old_programs_are_read():
    image = pyexiv2.ImageData(picture(3))
    image.modify_exif({"Exif.Image.Artist": "Прыклад Прыкладавіч"}, encoding="cp1251")
    assert facts(read(image.get_bytes()))["author"] == ["Прыклад Прыкладавіч"]


def test_the_thumbnail_is_a_part():
    thumbnail = small(picture(3))
    findings = read(tagged(thumbnail=thumbnail))
    assert parts(findings) == {b"thumbnail.jpg": thumbnail}
    assert "thumbnail_differs" not in facts(findings)


def test_a_thumbnail_that_shows_something_else_is_said_to():
    other = io.BytesIO()
    Image.new("L", (160, 120), 255).save(other, "JPEG")
    findings = read(tagged(thumbnail=other.getvalue()))
    assert facts(findings)["thumbnail_differs"] == [True]


def test_texts_of_png():
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 (only here)

    info, out = PngInfo(), io.BytesIO()
    info.add_text("Author", "Pryklad")
    info.add_itxt("Comment", "словы")
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    stated = facts(read(out.getvalue()))
    assert stated["author"] == ["Pryklad"]
    assert "словы" in stated["comment"]


def test_heic_by_exiv2():
    tiff = pyexiv2.ImageData(tagged()).get_bytes()
    tiff = tiff[tiff.index(b"Exif\0\0") + 6 :]
    findings = parsed("heif", heif(tiff[:20_000]))
    stated = facts(findings)
    assert (stated["width"], stated["height"]) == ([4032], [3024])
    assert stated["device_serial"] == ["17-0042"]
    assert stated["gps_position"] == ["53.902300, 27.561900"]
    outside = facts(found(heif(tiff[:20_000]), "a.heic"))
    assert set(stated) <= set(outside)


def test_a_picture_that_claims_too_much_is_a_fault_and_not_decoded():
    content = bytearray(picture(1, ".png"))
    content[16:24] = (200_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    findings = read(bytes(content))
    assert facts(findings)["width"] == [200_000]
    assert "too_big" in troubles(findings)


def test_a_long_file_is_read_in_part(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 10_000)
    findings = read(tagged() + bytes(20_000))
    assert "too_big" in troubles(findings)
    assert facts(findings)["device_serial"] == ["17-0042"]


@pytest.mark.parametrize("content", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0"])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(InputError):
        found(content)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("Exif.Canon.SerialNumber", "device_serial"),
        ("Exif.Nikon3.SerialNO", "device_serial"),
        ("Exif.Panasonic.InternalSerialNumber", "device_serial"),
        ("Exif.Photo.LensSerialNumber", "lens_serial"),
        ("Exif.Canon.OwnerName", "owner"),
        ("Xmp.mwg-rs.Regions/mwg-rs:RegionList[1]/mwg-rs:Name", "face_name"),
        ("Xmp.MP.RegionInfo/MPRI:Regions[1]/MPReg:PersonDisplayName", "face_name"),
        ("Xmp.iptcExt.PersonInImage", "person_shown"),
        ("Exif.Photo.FNumber", ""),
        ("Xmp.crs.Exposure2012", ""),
    ],
)
def test_the_meaning_of_tags(tag, name):
    assert meaning(tag) == name
