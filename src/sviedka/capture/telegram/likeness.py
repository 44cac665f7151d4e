"""Which known chat an export is of, where it does not say: by what both have.

A page carries no id of its chat. But a message's number, time and text together are hardly ever
those of another chat's message; so a chat is found by some that are equal, if none contradicts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from sviedka.capture.telegram.known import chats
from sviedka.capture.telegram.same import is_shift

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from sviedka.capture.telegram.known import KnownChat
    from sviedka.keep.archive import Archive

SAMPLE: Final = 4_096
"""Messages of an export that are compared, spread evenly over it."""
ENOUGH: Final = 3
"""Messages that have to be equal; all, where an export has fewer."""
EDITED: Final = 10
"""Where no time is known: one message of so many may have been edited meanwhile."""

_SAID: Final = """
    SELECT message_id, unixtime, said FROM tg_message INDEXED BY tg_message_id
    WHERE case_id = ? AND message_id IN (SELECT value FROM json_each(?)) AND chat = ?
"""
_RAW: Final = """
    WITH wanted AS (SELECT unhex(value) AS sha256 FROM json_each(?)),
    held AS (
        SELECT message, sha256 FROM tg_raw WHERE sha256 IN wanted
        UNION ALL SELECT message, item.sha256 FROM item JOIN tg_raw ON tg_raw.item = item.id
        WHERE item.sha256 IN wanted)
    SELECT lower(hex(chat)), count(DISTINCT held.sha256) FROM held
    CROSS JOIN record ON record.id = held.message
    CROSS JOIN batch ON batch.entry = record.entry
    CROSS JOIN tg_message AS said
    ON (said.case_id, said.entry, said.ord) = (batch.case_id, record.entry, record.ord)
    GROUP BY chat
"""


class Line(NamedTuple):
    """A message to compare: its number, when, what (``same.gist``), and SHA-256 of its bytes.

    ``moment``: seconds since 1970, by whatever clock; None if that is not known.
    """

    number: int | None
    moment: int | None
    said: bytes
    sha256: bytes


class Sample:
    """Keeps at most ``SAMPLE`` of many lines, evenly spread, without knowing how many will come."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.count = 0
        self._step = 1

    def add(self, line: Line) -> None:
        """Take one more, or not."""
        if self.count % self._step == 0:
            self.lines.append(line)
            if len(self.lines) > SAMPLE:
                del self.lines[1::2]
                self._step *= 2
        self.count += 1


class Likeness(NamedTuple):
    """A known chat by its descriptions, and how many lines are equal, or contradict it.

    ``unlike`` are other words under one number, where no time tells whether they were edited.
    """

    known: Sequence[KnownChat]
    equal: int
    contrary: int
    unlike: int

    @property
    def case(self) -> str:
        """The chat's case."""
        return self.known[0].case

    @property
    def record(self) -> str:
        """The record that its messages name."""
        return self.known[0].record


def main_chats(archive: Archive, case: str | None = None) -> list[list[KnownChat]]:
    """The descriptions of each chat, of all cases or of one; not of cases of senders alone."""
    cases = archive.history.cases
    found = chats(archive.projector.index).values()
    return [
        known
        for known in found
        if "evidence" in cases[known[0].case] and known[0].case == (case or known[0].case)
    ]


def alike(
    archive: Archive, lines: Sequence[Line], among: Iterable[Sequence[KnownChat]]
) -> list[Likeness]:
    """How these lines compare with each of these chats."""
    by_number = {line.number: line for line in lines if line.number is not None}
    numbers = msgspec.json.encode(list(by_number)).decode()
    with archive.projector.index.reading() as db:
        return [_compared(db, by_number, numbers, known) for known in among]


def fits(likeness: Likeness, lines: Sequence[Line]) -> bool:
    """Whether enough is equal, and nothing contrary."""
    texts = sum(bool(line.said) for line in lines)
    enough = max(1, min(ENOUGH, texts), EDITED * likeness.unlike)
    return not likeness.contrary and likeness.equal >= enough


def same_bytes(
    archive: Archive, lines: Sequence[Line], among: Iterable[Sequence[KnownChat]]
) -> Sequence[KnownChat] | None:
    """The chat, of these, that has messages with the very bytes of these lines; the oldest."""
    dated = [line for line in lines if line.moment is not None] or lines
    wanted = msgspec.json.encode([line.sha256.hex() for line in dated]).decode()
    with archive.projector.index.reading() as db:
        held: dict[str, int] = dict(db.execute(_RAW, (wanted,)))
    enough = min(ENOUGH, len(dated))
    return next((each for each in among if held.get(each[0].record, 0) >= enough > 0), None)


def _compared(
    db: apsw.Connection, lines: dict[int, Line], numbers: str, known: Sequence[KnownChat]
) -> Likeness:
    equal = contrary = unlike = 0
    values = (bytes.fromhex(known[0].case), numbers, bytes.fromhex(known[0].record))
    found: dict[int, list[tuple[int | None, bytes]]] = {}
    for number, unixtime, said in db.execute(_SAID, values):
        found.setdefault(number, []).append((unixtime, said))
    for number, versions in found.items():
        line = lines[number]
        timed = [_is_when(line, unixtime) for unixtime, _ in versions]
        texts = [line.said == said for _, said in versions]
        if True not in timed and False in timed:
            contrary += 1
        elif any(texts):
            equal += bool(line.said)
        elif True not in timed:
            unlike += 1
    return Likeness(known, equal, contrary, unlike)


def _is_when(line: Line, unixtime: int | None) -> bool | None:
    """Whether both may be the same moment; None if that cannot be told."""
    if line.moment is None or unixtime is None:
        return None
    return is_shift(line.moment - unixtime)
