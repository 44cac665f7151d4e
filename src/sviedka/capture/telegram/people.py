"""The senders of a group chat: a random id for each, and at most 100 of them under one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.capture.telegram.chats import participants
from sviedka.capture.telegram.records import participant_record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving

A_KEY: Final = 100
"""Senders whose names and words one identity key covers (DESIGN.md, "Keys")."""


class Senders:
    """Who wrote in a chat, and in which case their raw messages lie."""

    def __init__(
        self, archive: Archive, shards: Sequence[str], describe: Callable[[Saving, str], None]
    ) -> None:
        self._random = archive.random
        self._shards = list(shards)
        self._describe = describe
        known = participants(archive.projector.index, self._shards)
        self._sizes = {case: len(people) for case, people in known.items()}
        self._known = {
            from_id: (participant, case)
            for case, people in known.items()
            for from_id, participant in people.items()
        }

    @property
    def main(self) -> str:
        """The case where messages without a sender lie."""
        return self._shards[0]

    def place(self, save: Saving, from_id: str | None, name: str | None) -> tuple[str | None, str]:
        """The random id of a sender, and the case for their raw messages; both made if need be."""
        if from_id is None:
            return None, self.main
        if from_id not in self._known:
            case = self._room(save)
            participant = self._random(16).hex()
            save.record(case, "identity", participant_record(participant, from_id, name))
            self._sizes[case] += 1
            self._known[from_id] = participant, case
        return self._known[from_id]

    def _room(self, save: Saving) -> str:
        """A case with room for one more; a new one, with a key of its own, if all are full."""
        last = self._shards[-1]
        if self._sizes[last] < A_KEY:
            return last
        case = save.new_case(["identity"])
        self._describe(save, case)
        self._shards.append(case)
        self._sizes[case] = 0
        return case


def label(name: str, sort: str) -> dict[str, Any]:
    """What a case is called."""
    return {"kind": "label", "name": name, "sort": sort, "v": 1}
