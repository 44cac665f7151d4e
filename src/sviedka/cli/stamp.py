"""``sviedka stamp``: having heads of the ledger stamped by authorities outside."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sviedka.cli import words
from sviedka.cli.authority import authority
from sviedka.cli.cosign import FILE
from sviedka.cli.session import Session, command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.errors import SviedkaError
    from sviedka.keep.archive import Archive
    from sviedka.keep.stamps.network import Network
    from sviedka.keep.stamps.stamping import Outcome
    from sviedka.keep.stamps.store import Stored
    from sviedka.keep.stamps.upgrading import Upgraded

_PROXY = click.option(
    "--proxy",
    envvar="SVIEDKA_PROXY",
    default="",
    metavar="URL",
    help="Ask through this SOCKS proxy, e.g. Tor's: socks5h://127.0.0.1:9050.",
)
_HEAD = click.option("--head", type=int, metavar="SIZE", help="The kept head of SIZE entries.")
HEADERS = click.option(
    "--headers",
    type=FILE,
    help="Bitcoin block headers: lines of HEIGHT HEADER, or Electrum's file of them.",
)


@click.group(invoke_without_command=True)
@command(_HEAD, _PROXY)
def stamp(session: Session, head: int | None, proxy: str) -> None:
    """Have heads stamped by authorities outside.

    An authority is given one hash over all entries, and signs when it was given that (RFC 3161); a
    calendar of OpenTimestamps has it put into a Bitcoin block. From then on nobody, the owner
    included, can rewrite what is behind it. Every authority is asked for a stamp of the newest
    head. What holds is kept; what was not given is shown here and by `sviedka status`, and the
    command ends with a status other than 0. Run again, it asks only those who are lacking.

    \b
    Once:        sviedka stamp authority add NAME URL --roots FILE     (two of them at least)
    Every week:  sviedka stamp
    """  # noqa: D301 - click keeps the lines after \b as they are
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        if session.json or session.archive or head is not None:
            what = f"options stand behind the word: sviedka stamp {context.invoked_subcommand} …"
            raise click.UsageError(what, context)
        return
    from sviedka.keep.stamps.stamping import stamp as have_stamped

    with session.open() as archive:
        outcomes = have_stamped(archive, _network(proxy), size=head)
        _tell(session, archive, outcomes)


stamp.add_command(authority)


@stamp.command()
@command(_HEAD, _PROXY)
def renew(session: Session, head: int | None, proxy: str) -> None:
    """Stamp again before stamps run out.

    A stamp can be checked without help until its authority's certificate ends, or the algorithms
    in it are given up. A stamp of a newer head stands for the older ones too, since the ledger
    under it names them: so when any is due, the newest head is stamped. With --head that head is
    stamped once more, due or not.
    """
    from sviedka.keep.stamps import standing
    from sviedka.keep.stamps.stamping import stamp as have_stamped

    with session.open() as archive:
        found = standing.standing(archive)
        if head is None and not standing.is_due(found, archive.now()):
            due = f"{found.due:%Y-%m-%d}" if found.due else None
            session.show(
                {"due": due, "failed": [], "stamped": []},
                f"Nothing is due before {due}." if due else "There is no stamp yet.",
            )
            return
        outcomes = have_stamped(archive, _network(proxy), size=head, again=True)
        _tell(session, archive, outcomes)


@stamp.command()
@command(_PROXY)
def upgrade(session: Session, proxy: str) -> None:
    """Fetch what calendars have promised.

    A calendar of OpenTimestamps first only promises; some hours later it can show the Bitcoin block
    that it put the hash into.
    """
    from sviedka.keep.stamps.upgrading import upgrade as ask_calendars

    with session.open() as archive:
        found = ask_calendars(archive, _network(proxy))
    troubles = [(uri, error) for each in found for uri, error in each.troubles]
    session.show(
        {
            "failed": [{"error": str(error), "url": uri} for uri, error in troubles],
            "proofs": [
                {
                    "blocks": [one.height for one in each.said.blocks],
                    "file": each.file,
                    "size": each.size,
                }
                for each in found
            ],
        },
        *map(_line_of_proof, found),
        *([] if found else ["No proof is waiting for a block."]),
        *(f"FAILED: {words.plain(str(error))}" for _, error in troubles),
    )
    if troubles:
        sys.exit(troubles[0][1].exit_status)


@stamp.command()
@command(HEADERS)
def verify(session: Session, headers: Path | None) -> None:
    """Check every stamp that is kept.

    Each is held against its head and the roots that were pinned for its authority, at the time that
    it states. What Bitcoin blocks attest is told by their headers, which you bring with --headers:
    that these are in the chain is the word of whoever you have them from.
    """
    from sviedka.errors import IntegrityError
    from sviedka.keep.stamps.store import check

    with session.open() as archive:
        found = check(archive, headers)
    session.show(
        {
            "holds": all(not each.error for each in found),
            "stamps": [each.told() for each in found],
        },
        *(line for each in found for line in _lines_of(each)),
        *([] if found else ["No stamp is kept yet."]),
    )
    if any(each.error for each in found):
        sys.exit(IntegrityError.exit_status)


def _network(proxy: str) -> Network:
    from sviedka.keep.stamps.fetch import network

    return network(proxy)


def _tell(session: Session, archive: Archive, outcomes: Sequence[Outcome]) -> None:
    """Show what became of it, and end with the status of the first that failed."""
    from sviedka.keep.stamps.standing import standing

    found = standing(archive)
    failed = [(each.authority.name, each.error) for each in outcomes if each.error]
    session.show(
        {
            "failed": [{"error": str(error), "name": name} for name, error in failed],
            "lacking": found.lacking,
            "size": outcomes[0].size,
            "stamped": [
                {"file": each.file, "name": each.authority.name, "new": each.new}
                for each in outcomes
                if each.file
            ],
        },
        *(line for each in outcomes for line in _lines_of_outcome(each)),
        *_shortcoming(found.lacking),
    )
    _end(failed)


def _end(failed: Sequence[tuple[str, SviedkaError | None]]) -> None:
    for _, error in failed:
        if error:
            sys.exit(error.exit_status)


def _shortcoming(lacking: int) -> list[str]:
    if not lacking:
        return []
    return [f"SHORT: two authorities should stamp each head; {2 - lacking} did."]


def _lines_of_outcome(outcome: Outcome) -> list[str]:
    name = outcome.authority.name
    if outcome.error:
        return [f"FAILED: {name}: {words.plain(str(outcome.error))}"]
    what = f"the head of {words.count(outcome.size, 'entry')}: {outcome.file}"
    if outcome.authority.service == "opentimestamps":
        done = "has promised to attest" if outcome.new else "had promised to attest"
    else:
        done = "has stamped" if outcome.new else "had stamped"
    return [
        f"{name} {done} {what}",
        *(f"  no revocation list: {words.plain(each)}" for each in outcome.lacking),
    ]


def _line_of_proof(found: Upgraded) -> str:
    heights = ", ".join(f"{each.height:,}" for each in found.said.blocks)
    size = words.count(found.size, "entry")
    if heights:
        return f"The head of {size} is attested by the Bitcoin block {heights}: {found.file}"
    return f"The head of {size} waits for a block still."


def _lines_of(stored: Stored) -> list[str]:
    if stored.error:
        return [f"DOES NOT HOLD: {stored.file}: {words.plain(str(stored.error))}"]
    found = stored.stamp
    if found is None:
        return []
    size = words.count(found.size, "entry")
    if found.authority:
        when = words.moment(found.time or 0)
        return [f"{found.authority} stamped the head of {size} at {when} UTC: {found.file}"]
    if found.time is not None:
        when = words.moment(found.time)
        return [f"A Bitcoin block of {when} UTC, by your header, attests {size}: {found.file}"]
    if found.blocks:
        heights = ", ".join(f"{each:,}" for each in found.blocks)
        return [
            f"The Bitcoin block {heights} should attest {size}: {found.file}",
            "  NOT CHECKED: bring its header with --headers",
        ]
    return [f"PENDING: a calendar has promised for the head of {size}: {found.file}"]
