"""Words and figures for people."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sviedka.cli import words

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(TEXTS)
def test_plain_text_moves_no_cursor_and_turns_nothing_round(text):
    shown = words.plain(text)
    assert not any(ord(each) < 32 or 0x7F <= ord(each) < 0xA0 for each in shown)
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2028\u2029")
    assert words.plain(shown) == shown


@pytest.mark.parametrize("text", ["Заява (чарнавік)", "漢字", "👩‍⚖️", "caf\xe9", "a b"])
def test_text_of_people_stays_as_it_is(text):
    assert words.plain(text) == text


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [(0, "item", "0 items"), (1, "entry", "1 entry"), (2, "entry", "2 entries"),
     (40_000, "message", "40,000 messages"), (1, "grant file", "1 grant file")],
)  # fmt: skip
def test_counted_nouns(number, noun, said):
    assert words.count(number, noun) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (13_604, "13.6 kB"), (999_949, "999.9 kB"),
     (999_951, "1.0 MB"), (5 * 10**9, "5.0 GB"), (3 * 10**15, "3.0 PB")],
)  # fmt: skip
def test_sizes(number, said):
    assert words.size(number) == said


@given(st.integers(0, 2**64))
def test_a_size_is_short_at_any_size(number):
    assert len(words.size(number)) <= len("999.9 kB")


def test_moments_are_of_the_zone():
    vilnius = ZoneInfo("Europe/Vilnius")
    assert words.moment("2020-08-09T21:00:00Z", vilnius) == "2020-08-10 00:00"
    assert words.moment(1_596_996_000, UTC) == "2020-08-09 18:00"


@given(st.one_of(TEXTS, st.integers(), st.floats(allow_nan=True)))
def test_a_time_that_cannot_be_is_shown_as_it_is(stated):
    assert "\n" not in words.moment(stated)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=5))
def test_columns_stand_under_each_other(rows):
    rows = [tuple(words.plain(cell) for cell in row) for row in rows]
    width = max(cell_len(row[0]) for row in rows)
    for line, row in zip(words.columns(rows, right={0}), rows, strict=True):
        if not row[0].endswith((" ", "\u200d", "\ufe0f")) and row[1].strip():
            assert line.startswith(" " * (width - cell_len(row[0])) + row[0])


@given(TEXTS, st.integers(5, 40))
def test_a_beginning_is_one_short_line(text, most):
    shown = words.beginning(text, most)
    assert len(shown) <= most
    assert "\n" not in shown
