"""Telegram exports, as ``sviedka add`` brings them: those in JSON first, since they say more."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sviedka.capture.telegram import importing as telegram
from sviedka.capture.telegram.finding import unasked
from sviedka.capture.telegram.html import importing as html
from sviedka.capture.telegram.html.clock import parse_zone
from sviedka.cli.asking import is_terminal

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from sviedka.capture.intake import Outcome, Progress
    from sviedka.capture.recognise import Sorted
    from sviedka.capture.telegram.finding import Ask, Proposal
    from sviedka.cli.session import Session
    from sviedka.keep.archive import Archive


class Choice(NamedTuple):
    """What a person said: which chats, the exporter's zone, and whether what is alike is one."""

    chats: tuple[str, ...]
    all_chats: bool
    zone: str
    yes: bool
    case: str | None
    purpose: str


def add(
    session: Session, archive: Archive, brought: Sorted, choice: Choice, progress: Progress
) -> list[Outcome]:
    """Take in exports; what lies beside another export of a chat is the same chat, unasked."""
    wanted = telegram.Wanted(choice.chats, everything=choice.all_chats)
    zone = parse_zone(choice.zone) if choice.zone else None
    outcomes: list[Outcome] = []
    beside: dict[Path, set[str]] = defaultdict(set)
    for export in brought.exports:
        outcomes += telegram.add(
            archive, export, wanted, case=choice.case, ask=_ask(session, choice, ()),
            purpose=choice.purpose, progress=progress,
        )  # fmt: skip
        beside[export.parent] |= {each.case for each in outcomes}
    for book in brought.pages:
        outcomes += html.add(
            archive, book, wanted, case=choice.case, zone=zone, zone_name=choice.zone,
            ask=_ask(session, choice, beside[book.root]), purpose=choice.purpose,
            progress=progress,
        )  # fmt: skip
    return outcomes


def _ask(session: Session, choice: Choice, sure: Collection[str]) -> Ask:
    def ask(proposal: Proposal) -> bool:
        if choice.yes or proposal.case in sure:
            return True
        return session.choose(proposal.question) if is_terminal() else unasked(proposal)

    return ask
