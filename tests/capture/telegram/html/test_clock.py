"""Local times become moments only where it is known which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.telegram.html.clock import Clock, moment, offset_of, parse_zone
from sviedka.errors import UsageError

SUMMER, WINTER = "09.08.2020 21:00:00", "09.12.2020 21:00:00"


def at(offset: int, date: str) -> int:
    local = datetime.strptime(date, "%d.%m.%Y %H:%M:%S")  # noqa: DTZ007 - a zone is added
    return int(local.replace(tzinfo=timezone(timedelta(hours=offset))).timestamp())


@pytest.mark.parametrize(
    "stated",
    ["UTC+03:00", "UTC+3", "GMT+03:00", "Гринвич+3", "غرينتش+٣", "UTC\u200e+03:00", "+03:00",
     "UTC+0300", "UTC+03:00:00"],
)  # fmt: skip
def test_an_offset_in_the_words_and_digits_of_any_language(stated: str) -> None:
    clock = Clock()
    assert clock.unixtime(f"{SUMMER} {stated}") == at(3, SUMMER)
    assert (clock.basis, clock.untimed) == ("stated", 0)


@pytest.mark.parametrize("stated", ["UTC−05:00", "UTC-05:00", "UTC–5"])
def test_west_of_greenwich(stated: str) -> None:
    assert offset_of(f"{WINTER} {stated}") == timedelta(hours=-5)


@pytest.mark.parametrize("stated", ["UTC", "GMT", "Z"])
def test_greenwich(stated: str) -> None:
    assert Clock().unixtime(f"{WINTER} {stated}") == at(0, WINTER)


@pytest.mark.parametrize("offset", [0, 1, 2])
def test_the_offset_is_the_winters_so_summer_times_are_not_known(offset: int) -> None:
    clock = Clock()
    assert clock.unixtime(f"{SUMMER} UTC+0{offset}:00") is None
    assert clock.unixtime(f"{WINTER} UTC+0{offset}:00") == at(offset, WINTER)
    assert (clock.untimed, clock.summer, clock.basis) == (1, 1, "stated")


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "Europe/Vilnius", "Europe/Minsk"])
@pytest.mark.parametrize("stated", ["", " UTC+01:00", " UTC+02:00"])
def test_a_zone_that_a_person_names_counts(zone: str, stated: str) -> None:
    clock = Clock(parse_zone(zone))
    for date in (SUMMER, WINTER):
        local = moment(date)
        assert local
        expected = int(local.replace(tzinfo=ZoneInfo(zone)).timestamp())
        assert clock.unixtime(date + stated) == expected
    assert (clock.basis, clock.untimed) == ("zone", 0)


def test_without_a_zone_there_is_no_time() -> None:
    clock = Clock()
    assert clock.unixtime(SUMMER) is None
    assert (clock.basis, clock.untimed) == ("unknown", 1)


@pytest.mark.parametrize(
    "date",
    [None, "", "x", "9 August 2020", "32.01.2020 10:00:00", "01.13.2020 10:00:00", "2020-08-09",
     "01.01.0000 10:00:00", "01.01.2020 25:00:00", "01.01.2020 10:00:00 " + "x" * 999],
)  # fmt: skip
def test_what_is_no_date(date: str | None) -> None:
    clock = Clock()
    assert clock.unixtime(date) is None
    assert clock.untimed == 0


@pytest.mark.parametrize("stated", ["MSK", "UTC+99:00", "+", "UTC+", "15:00"])
def test_what_is_no_offset(stated: str) -> None:
    assert offset_of(f"{SUMMER} {stated}") is None
    assert Clock().unixtime(f"{SUMMER} {stated}") is None


@pytest.mark.parametrize(("name", "hours"), [("UTC+03:00", 3), ("+3", 3), ("UTC-5", -5)])
def test_a_zone_may_be_an_offset(name: str, hours: int) -> None:
    assert parse_zone(name).utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "UTC+99"])
def test_no_zone(name: str) -> None:
    with pytest.raises(UsageError):
        parse_zone(name)


@given(st.datetimes(datetime(2013, 8, 14), datetime(2030, 1, 1)))  # noqa: DTZ001 - local
def test_minsk_has_no_summer_time(local: datetime) -> None:
    stated = f"{local:%d.%m.%Y %H:%M:%S} UTC+03:00"
    expected = local.replace(microsecond=0, tzinfo=ZoneInfo("Europe/Minsk")).astimezone(UTC)
    assert Clock().unixtime(stated) == int(expected.timestamp())
