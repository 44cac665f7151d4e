"""Positions: as Exif and XMP write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.readers.pictures.position import moment, position


def exif(latitude: str, longitude: str, south: str = "N", west: str = "E") -> dict[str, str]:
    prefix = "Exif.GPSInfo.GPS"
    return {
        f"{prefix}Latitude": latitude, f"{prefix}LatitudeRef": south,
        f"{prefix}Longitude": longitude, f"{prefix}LongitudeRef": west,
    }  # fmt: skip


@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
def test_a_position_written_as_fractions_comes_back(latitude, longitude):
    def written(value: float) -> str:
        whole = Fraction(abs(value)).limit_denominator(10**9)
        degrees, minutes = int(whole), (whole - int(whole)) * 60
        seconds = (minutes - int(minutes)) * 60
        return f"{degrees}/1 {int(minutes)}/1 {int(seconds * 10**6)}/{10**6}"

    tags = exif(
        written(latitude), written(longitude), "S" if latitude < 0 else "N",
        "W" if longitude < 0 else "E",
    )  # fmt: skip
    found = [float(part) for part in position(tags).split(", ")]
    assert found == pytest.approx([latitude, longitude], abs=2e-6)


@pytest.mark.parametrize("latitude", ["53,54.138N", "53,54,8.28N"])
def test_xmp(latitude):
    tags = {"Xmp.exif.GPSLatitude": latitude, "Xmp.exif.GPSLongitude": "27,33.714W"}
    assert position(tags) == "53.902300, -27.561900"


@given(st.text(), st.text())
def test_anything_else_is_no_position_or_a_pair_of_numbers(latitude, longitude):
    found = position(exif(latitude, longitude))
    assert found == "" or len([float(part) for part in found.split(", ")]) == 2


@pytest.mark.parametrize("tags", [{}, exif("53/1", ""), exif("1/0 1/0 1/0", "1/1")])
def test_half_a_position_is_none(tags):
    assert position(tags) == ""


def test_a_date_without_a_time():
    assert moment({"Exif.GPSInfo.GPSDateStamp": "2020:08:10"}) == "2020-08-10"
