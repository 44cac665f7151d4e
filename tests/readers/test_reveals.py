"""What is said of what an original reveals."""

from __future__ import annotations

from sviedka.readers.facts import REVEALS, fact
from sviedka.readers.findings import Fact
from sviedka.readers.reveals import ENGLISH, note, sorted_facts

FACTS = [
    fact(0, "width", 320, "header"),
    fact(0, "device_model", "Telefon 17", "Exif.Image.Model"),
    fact(0, "gps_position", "53.902300, 27.561900", "Exif.GPSInfo"),
    fact(0, "device_serial", "17-0042", "Exif.Photo.BodySerialNumber"),
    fact(0, "author", "Прыклад П.", "Exif.Image.Artist"),
    fact(0, "author", "Прыклад П.", "Xmp.dc.creator"),
    fact(0, "thumbnail_differs", value=True, place="Exif.Thumbnail"),
]


def test_a_note_says_first_what_matters_most_and_each_value_once():
    assert note(FACTS) == (
        "Where it was made: gps position 53.902300, 27.561900. "
        "Whom it names: author Прыклад П. "
        "With what it was made: device model Telefon 17; device serial 17-0042. "
        "What it was made from: thumbnail differs (yes)."
    )


def test_nothing_revealing_gives_no_note():
    assert note(FACTS[:1]) == ""
    assert sorted_facts(FACTS[:1]) == {}


def test_many_values_are_counted_and_long_ones_cut():
    authors = [fact(0, "author", f"Прыклад {number}", "w:author") for number in range(20)]
    assert note(authors).endswith("Прыклад 4 and 15 more.")
    assert len(note([fact(0, "author", "я" * 5000, "x")])) < 200


def test_facts_of_other_names_are_not_lost():
    assert note([Fact(0, "message_id", "<17@example.org>", "Message-ID", reveals=True)]) == (
        "What else it gives away: message id <17@example.org>."
    )


def test_every_sort_has_words_and_others_may_be_given():
    assert set(ENGLISH) == {*REVEALS.values(), None}
    words = dict.fromkeys(ENGLISH, "Каго называе")
    assert note(FACTS[4:5], words) == "Каго называе: author Прыклад П."
