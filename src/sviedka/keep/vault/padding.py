"""The padded length of a batch: 4 KiB at least, then Padmé, so that a size tells little."""

from __future__ import annotations

from typing import Final

LEAST: Final = 4_096


def padded(size: int) -> int:
    """The length in bytes to which ``size`` bytes are filled up (docs/format.md §6.1).

    Padmé (Nikitin et al., PoPETs 2019, §4) keeps as many leading bits of a length as it takes to
    write its exponent: at most 12 % are added, and a length reveals O(log log) bits of itself.
    """
    if size <= LEAST:
        return LEAST
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step
