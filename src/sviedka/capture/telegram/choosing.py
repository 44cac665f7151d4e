"""Choosing from a whole account: nothing of it enters that nobody asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import AmbiguousError, InputError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.capture.telegram.export import Listing
    from sviedka.capture.telegram.scanner import Chat

_SHOWN: Final = 30
"""Chats that an error names; an account may have thousands."""


@dataclass(frozen=True)
class Wanted:
    """Which chats of an export a person chose: by name or id, or every one."""

    chats: Sequence[str] = ()
    everything: bool = False

    def takes(self, chat: Chat) -> bool:
        """Whether this chat was chosen. Of chats that were left, only what was named."""
        if not chat.section and not self.chats:
            return True
        if self.everything and chat.section != "left_chats":
            return True
        return any(_is_called(chat, name) for name in self.chats)

    def of(self, listing: Listing, export: Path) -> list[Chat]:
        """The chats of an export that were chosen, if the choice says what it means.

        NotFoundError or AmbiguousError for a name that fits none of them or several, UsageError if
        nothing was chosen, InputError if there is nothing to choose from.
        """
        chats = listing.chats
        for name in self.chats:
            called = [chat for chat in chats if _is_called(chat, name)]
            if not called:
                raise NotFoundError(
                    f"the export has no chat {name!r}", where=str(export), do=_listed(chats)
                )
            if len({chat.id for chat in called}) > 1:
                raise AmbiguousError(
                    f"{len(called)} chats of the export are called {name!r}",
                    [_shown(chat) for chat in called],
                    where=str(export),
                    do=f"choose by the number: {_listed(called)}",
                )
        chosen = [chat for chat in chats if self.takes(chat)]
        if listing.fault and not chosen:
            raise listing.fault
        if not chats:
            raise InputError(
                "there is no chat in this export", where=str(export),
                do="look whether it is a JSON export of Telegram Desktop, or add it --as files",
            )  # fmt: skip
        if not chosen:
            raise UsageError(
                f"this is a whole account of {len(chats)} chats, and nothing of it enters unasked",
                where=str(export),
                do=f"choose with --chat NAME or --all-chats: {_listed(chats)}",
            )
        return chosen


def _is_called(chat: Chat, name: str) -> bool:
    return name == chat.name or (chat.id is not None and name == str(chat.id))


def _shown(chat: Chat) -> str:
    return f"{chat.name or '(no name)'} ({chat.id})"


def _listed(chats: Sequence[Chat]) -> str:
    more = f" and {len(chats) - _SHOWN} more" if len(chats) > _SHOWN else ""
    return ", ".join(map(_shown, chats[:_SHOWN])) + more
