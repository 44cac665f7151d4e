"""The recovery key as people type it off the sheet, and what to tell them when it does not fit.

Nothing said here repeats a letter of the key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, InputError
from sviedka.keep.age import HybridIdentity
from sviedka.keep.keys.recovery import RecoveryKey

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD: Final = "AGE-SECRET-KEY-PQ-1"
GROUP: Final = 4
LETTERS: Final = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
"""The letters of Bech32 (BIP 173)."""
LENGTH: Final = 58
"""Letters after the head: 256 bits in fives, and six of checksum."""

_BETWEEN = re.compile(r"[\s.,_\-\u2010-\u2015]+")
_BARE_HEAD: Final = "AGESECRETKEYPQ"
_LOOKALIKES: Final = str.maketrans("АЕКМНРСТУХОЗІВ" + "OI1B", "AEKMHPCTYX03L8" + "0LL8")
"""Cyrillic twins, and four that no key has and that are what they look like: O I 1 B."""


def parse(text: str) -> RecoveryKey:
    """Read what was typed: in any case, with any spaces, dashes and line ends, head or no head.

    InputError says which group to look at, where the checksum (BIP 173) can tell.
    """
    letters = _letters(text)
    for at, letter in enumerate(letters):
        if letter not in LETTERS:
            raise InputError(
                f"group {at // GROUP + 1} of the recovery key has a letter that no key has",
                do=f"a key consists of {''.join(sorted(LETTERS))}",
            )
    if len(letters) != LENGTH:
        raise InputError(
            f"the recovery key has {LENGTH} letters and digits after {HEAD}; "
            f"here are {len(letters)}",
            do="one was left out or typed twice; compare group by group",
        )
    key = _key(letters)
    if key is None:
        raise InputError(
            "the recovery key was mistyped: its checksum does not match", do=_hint(letters)
        )
    return key


def groups(key: RecoveryKey) -> list[str]:
    """The letters after the head in groups of four, for a sheet."""
    letters = key.to_secret_text().removeprefix(HEAD)
    return [letters[at : at + GROUP] for at in range(0, LENGTH, GROUP)]


def _letters(text: str) -> str:
    letters = _BETWEEN.sub("", text.upper()).translate(_LOOKALIKES)
    bare = letters.removeprefix(_BARE_HEAD)
    return letters if bare == letters else bare[1:]  # the 1 of the head


def _key(letters: str) -> RecoveryKey | None:
    try:
        return RecoveryKey(HybridIdentity.parse(HEAD + letters).seed)
    except FormatError:
        return None


def _hint(letters: str) -> str:
    """One slip can be found, since no two keys differ in fewer than five letters."""
    for at, mended in _one_slip_from(letters):
        if _key(mended):
            return f"look at group {at // GROUP + 1}: one letter is wrong, or two are swapped"
    return "more than one letter is wrong; compare group by group"


def _one_slip_from(letters: str) -> Iterator[tuple[int, str]]:
    for at in range(LENGTH):
        before, after = letters[:at], letters[at + 1 :]
        for letter in LETTERS:
            yield at, before + letter + after
        if after:
            yield at, before + after[0] + letters[at] + after[1:]
