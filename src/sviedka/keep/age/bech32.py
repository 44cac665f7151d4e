"""Bech32 (BIP 173) without its limit on length, as age writes keys: a checksum for eyes and hands.

A string is ``prefix ‖ "1" ‖ data in 5-bit letters ‖ 6 letters of checksum``, all in one case. The
caller names the prefix in the case that it expects, so what is parsed is written back the same.
"""

from __future__ import annotations

from functools import reduce
from operator import xor

from sviedka.errors import FormatError

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_STEPS = [
    reduce(xor, (term for i, term in enumerate(_GENERATOR) if top >> i & 1), 0) for top in range(32)
]
_CHECKSUM_SIZE = 6


def encode(prefix: str, data: bytes) -> str:
    """Write ``data`` in lower case behind a lower-case ``prefix``."""
    values = _letters_of(data)
    check = _polymod([*_expand(prefix), *values, *bytes(_CHECKSUM_SIZE)]) ^ 1
    values += [check >> 5 * (_CHECKSUM_SIZE - 1 - i) & 31 for i in range(_CHECKSUM_SIZE)]
    return prefix + "1" + "".join(_LETTERS[value] for value in values)


def decode(prefix: str, text: str, *, size: int) -> bytes:
    """Read exactly ``size`` bytes behind ``prefix``, whose case the whole text must share.

    The length is checked before anything else, so no text costs more than a key is long.
    Raises FormatError, which never repeats the text: it may be most of a secret.
    """
    wanted = len(prefix) + 1 + -(-size * 8 // 5) + _CHECKSUM_SIZE
    if not text.startswith(prefix + "1") or len(text) != wanted:
        raise FormatError(
            f"This is not an age key of the kind {prefix}1…",
            do=f"such a key has {wanted} letters; check that it was copied whole",
        )
    body = text[len(prefix) + 1 :]
    letters = body.lower()
    if body != (letters.upper() if prefix.isupper() else letters):
        raise FormatError(f"An age key {prefix}1… mixes capital and small letters")
    try:
        values = [_VALUES[letter] for letter in letters]
    except KeyError:
        raise FormatError(f"An age key {prefix}1… holds a letter that no key has") from None
    if _polymod([*_expand(prefix.lower()), *values]) != 1:
        raise FormatError(
            f"The checksum of an age key {prefix}1… does not match",
            do="a letter was mistyped or lost; copy the key again",
        )
    return _bytes_of(values[:-_CHECKSUM_SIZE], size)


def _letters_of(data: bytes) -> list[int]:
    """Split bytes into 5-bit values, the last one filled up with zero bits."""
    count = -(-len(data) * 8 // 5)
    number = int.from_bytes(data, "big") << (count * 5 - len(data) * 8)
    return [number >> 5 * i & 31 for i in reversed(range(count))]


def _bytes_of(values: list[int], size: int) -> bytes:
    """Join 5-bit values; the bits that fill up the last one must be zero."""
    number = 0
    for value in values:
        number = number << 5 | value
    spare = len(values) * 5 - size * 8
    if number & ((1 << spare) - 1):
        raise FormatError("An age key ends in bits that belong to nothing")
    return (number >> spare).to_bytes(size, "big")


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _STEPS[check >> 25]
    return check
