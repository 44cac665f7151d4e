"""The senders of a group chat: a random id for each, and at most 100 of them under one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.capture.telegram.known import Sender, participants, senders
from sviedka.capture.telegram.records import participant_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.capture.telegram.known import Shown
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving

A_KEY: Final = 100
"""Senders whose names and words one identity key covers (DESIGN.md, "Keys")."""


class Senders:
    """Who wrote in a chat, and in which case their raw messages lie."""

    def __init__(
        self, archive: Archive, case: str, chat: str, describe: Callable[[Saving, str], None]
    ) -> None:
        self._random = archive.random
        self._main = case
        self._describe = describe
        index = archive.projector.index
        self._known = senders(index, case, chat)
        self._homes = {each.participant: each.case for each in self._known.values()}
        cases = {case: None} | {each.case: None for each in self._known.values()}
        self._sizes = participants(index, cases)

    def place(self, save: Saving, account: str | None, name: str | None) -> tuple[str | None, str]:
        """The random id of a sender, and the case for their raw messages; both made if need be.

        What nobody sent lies in the main case.
        """
        if account is None:
            return None, self._main
        return self._place(save, (account, None), name)

    def place_named(self, save: Saving, name: str | None) -> tuple[str | None, str]:
        """Likewise, where only a name is known: it stands for whoever bears it in this chat."""
        if name is None:
            return None, self._main
        return self._place(save, (None, name), name)

    def _place(self, save: Saving, shown: Shown, name: str | None) -> Sender:
        if shown not in self._known:
            case = self._room(save)
            participant = self._random(16).hex()
            save.record(case, "identity", participant_record(participant, shown[0], name))
            self._sizes[case] += 1
            self._known[shown] = Sender(participant, case)
            self._homes[participant] = case
        return self._known[shown]

    def home(self, participant: str | None) -> str:
        """The case of a sender's raw messages; the main case for what nobody sent."""
        return self._homes.get(participant or "", self._main)

    def _room(self, save: Saving) -> str:
        """A case with room for one more; a new one, with a key of its own, if all are full."""
        for case, size in self._sizes.items():
            if size < A_KEY:
                return case
        case = save.new_case(["identity"])
        self._describe(save, case)
        self._sizes[case] = 0
        return case
