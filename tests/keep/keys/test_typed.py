import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sviedka.errors import InputError
from sviedka.keep.keys import typed
from sviedka.keep.keys.recovery import RecoveryKey

KEY = RecoveryKey(bytes(range(100, 132)))
LETTERS = "".join(typed.groups(KEY))
SEEDS = st.binary(min_size=32, max_size=32)
PLACES = st.integers(0, typed.LENGTH - 1)

CYRILLIC = str.maketrans("AEKMHPCTYX03", "АЕКМНРСТУХОЗ")


def trouble(text):
    with pytest.raises(InputError) as caught:
        typed.parse(text)
    return str(caught.value)


@given(SEEDS)
def test_groups_are_the_key_in_fours(seed):
    key = RecoveryKey(seed)
    groups = typed.groups(key)
    assert typed.HEAD + "".join(groups) == key.to_secret_text()
    assert [len(group) for group in groups] == [4] * 14 + [2]


@given(
    SEEDS,
    st.lists(
        st.sampled_from([" ", "\n", "\t", " - ", "\r\n", "\u00a0", ".", "\u2013", ""]), min_size=80
    ),
    st.booleans(),
    st.booleans(),
)
def test_a_key_is_read_however_it_is_spaced_and_cased(seed, between, small, with_head):
    key = RecoveryKey(seed)
    text = (typed.HEAD if with_head else "") + "".join(typed.groups(key))
    text = "".join(letter + gap for letter, gap in zip(text, between, strict=False))
    assert typed.parse(text.lower() if small else text) == key


@given(SEEDS, st.booleans())
def test_cyrillic_twins_of_letters_are_taken_for_them(seed, small):
    key = RecoveryKey(seed)
    text = "".join(typed.groups(key)).translate(CYRILLIC)
    assert typed.parse(text.lower() if small else text) == key


def test_letters_that_no_key_has_are_taken_for_what_they_look_like():
    text = typed.HEAD + LETTERS.replace("0", "O").replace("L", "1").replace("8", "B")
    assert typed.parse(text) == KEY
    assert typed.parse(text.replace("1", "I")) == KEY


@given(PLACES, st.sampled_from(typed.LETTERS))
def test_one_wrong_letter_is_found_in_its_group(at, letter):
    assume(letter != LETTERS[at])
    told = trouble(LETTERS[:at] + letter + LETTERS[at + 1 :])
    assert "checksum" in told
    assert f"group {at // 4 + 1}:" in told


@given(st.integers(0, typed.LENGTH - 2))
def test_two_swapped_letters_are_found_in_their_group(at):
    assume(LETTERS[at] != LETTERS[at + 1])
    swapped = LETTERS[:at] + LETTERS[at + 1] + LETTERS[at] + LETTERS[at + 2 :]
    assert f"group {at // 4 + 1}:" in trouble(swapped)


def test_more_wrong_letters_are_noticed_though_not_found():
    wrong = {0: "Q", 20: "P", 40: "Z"}
    text = "".join(wrong.get(at, letter) for at, letter in enumerate(LETTERS))
    assert all(LETTERS[at] != letter for at, letter in wrong.items())
    assert "more than one letter" in trouble(text)


@given(PLACES)
def test_a_letter_left_out_or_typed_twice_is_told_by_the_count(at):
    assert "here are 57" in trouble(LETTERS[:at] + LETTERS[at + 1 :])
    assert "here are 59" in trouble(typed.HEAD + LETTERS[:at] + LETTERS[at] + LETTERS[at:])


@given(PLACES, st.sampled_from("?Жя%*é"))
def test_a_letter_that_no_key_has_is_told_by_its_group(at, letter):
    told = trouble(LETTERS[:at] + letter + LETTERS[at + 1 :])
    assert f"group {at // 4 + 1} " in told


@given(st.text(max_size=200))
def test_whatever_is_typed_gives_a_typed_error(text):
    trouble(text)


@given(PLACES, st.sampled_from(typed.LETTERS + "?"))
def test_no_error_repeats_a_part_of_the_key(at, letter):
    assume(letter != LETTERS[at])
    told = trouble(LETTERS[:at] + letter + LETTERS[at + 1 :])
    words = set(re.findall(r"\w{4,}", told)) - {"".join(sorted(typed.LETTERS))}
    assert not words & set(typed.groups(KEY))
