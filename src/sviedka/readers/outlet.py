"""Giving out the parts of a file one after another, within what one file may give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.findings import BLOCK, Data, Fault, Part, PartEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.findings import Finding, Trouble

MOST_PARTS: Final = 200_000
"""Parts of one file. A hundred megabytes of ZIP can list a million empty files."""
ANYWAY: Final = 512 << 20
"""Bytes that any file may give, however small it is."""
TIMES: Final = 50
"""And beyond those, how many times its own size: text shrinks to a tenth or a twentieth."""


class PartError(InputError):
    """A part cannot be read, or no further; what has come of it so far is sound."""

    def __init__(self, trouble: Trouble, what: str) -> None:
        super().__init__(what)
        self.trouble: Trouble = trouble


def allowance(size: int) -> int:
    """Bytes that may come out of a file of ``size`` bytes."""
    return ANYWAY + TIMES * size


class Outlet:
    """Numbers the parts of one file of ``size`` bytes, and counts what comes out of it."""

    def __init__(self, size: int, most: int = MOST_PARTS) -> None:
        self.count = 0
        self.left = allowance(size)
        self._most = most

    @property
    def full(self) -> bool:
        """Whether no part may follow any more."""
        return self.count >= self._most

    def refusal(self, place: str) -> Fault:
        """That more parts follow than are followed."""
        return Fault(0, place, "too_many", f"more than {self._most} parts; the rest is left out")

    def number(self) -> int:
        """The number of the part that is given next."""
        return self.count + 1

    def give(
        self, part: Part, blocks: Iterable[bytes], warning: PartError | None = None
    ) -> Iterator[Finding]:
        """``part`` with its bytes; ``blocks`` may end in a PartError.

        ``warning`` is what is wrong with it although its bytes are given.
        """
        self.count += 1
        yield part
        trouble = warning
        try:
            yield from self._data(blocks)
        except PartError as error:
            trouble = error
        if trouble:
            yield Fault(part.number, part.place, trouble.trouble, trouble.what)
        yield PartEnd(part.number, trouble.trouble if trouble else None)

    def _data(self, blocks: Iterable[bytes]) -> Iterator[Data]:
        for block in blocks:
            if len(block) > self.left:
                raise PartError("too_big", "more comes out of this file than any may give: a bomb?")
            self.left -= len(block)
            for at in range(0, len(block), BLOCK):
                yield Data(block[at : at + BLOCK])
