"""Proposing which known chat an export is of, where it does not say so itself; a person decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sviedka.capture.telegram.likeness import alike, fits, main_chats, same_bytes
from sviedka.errors import AmbiguousError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.capture.telegram.known import KnownChat
    from sviedka.capture.telegram.likeness import Likeness, Line
    from sviedka.keep.archive import Archive


class Proposal(NamedTuple):
    """An export may be of the chat in this case: so many of its messages are equal."""

    title: str | None
    case: str
    name: str | None
    equal: int

    @property
    def question(self) -> str:
        """What a person is asked."""
        messages = "1 message has" if self.equal == 1 else f"{self.equal:,} messages have"
        return (
            f"{self.title or '(no name)'} looks like the chat {self.name or '(no name)'} in case "
            f"{self.case[:8]}: {messages} the same number, time and text. Is it the same chat?"
        )


Ask = Callable[[Proposal], bool]
"""Whether a person takes a proposal."""


def unasked(proposal: Proposal) -> bool:
    """Where nobody can be asked: UsageError with what to say instead."""
    raise UsageError(
        proposal.question.partition(". Is ")[0],
        do=f"say --yes to add it there, or choose with --case {proposal.case[:8]}",
    )


def find_chat(
    archive: Archive, lines: Sequence[Line], title: str | None, case: str | None, ask: Ask
) -> Sequence[KnownChat]:
    """The descriptions of the chat that these lines of an export are of; none if it is new.

    One that has the very bytes is the one, and so is the only chat of a ``case`` that a person
    chose, unless it contradicts; any other is proposed. UsageError if the chosen case has another
    chat, AmbiguousError if several are alike.
    """
    among = main_chats(archive, case)
    known = same_bytes(archive, lines, among)
    if known or not among:
        return known or ()
    likely = alike(archive, lines, among)
    if case:
        return _of_case(case, likely, lines)
    return propose([each for each in likely if fits(each, lines)], title, ask)


def propose(likely: Sequence[Likeness], title: str | None, ask: Ask) -> Sequence[KnownChat]:
    """The one that is alike, if a person agrees; AmbiguousError if there are several."""
    if len(likely) > 1:
        raise AmbiguousError(
            f"{title or '(no name)'} may be any of {len(likely)} chats",
            [each.case for each in likely],
            do="choose one with --case: " + ", ".join(each.case[:8] for each in likely),
        )
    for each in likely:
        if ask(Proposal(title, each.case, each.known[0].name, each.equal)):
            return each.known
    return ()


def _of_case(case: str, likely: Sequence[Likeness], lines: Sequence[Line]) -> Sequence[KnownChat]:
    fitting = [each for each in likely if fits(each, lines)]
    if len(fitting) == 1:
        return fitting[0].known
    if len(likely) == 1 and not likely[0].contrary:
        return likely[0].known
    raise UsageError(
        f"case {case[:8]} has another chat" if len(likely) == 1 else
        f"case {case[:8]} has {len(likely)} chats, and which of them this is cannot be told",
        do="leave --case out, and it is found or gets a case of its own",
    )  # fmt: skip
