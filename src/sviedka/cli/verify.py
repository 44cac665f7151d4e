"""``sviedka verify`` and ``scrub``: whether everything is what it was."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import words
from sviedka.cli.session import Session, command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.verify import Finding, Report

_WORST_FIRST = ("damage", "warning", "note")
_SAMPLES = 3
"""Of notes that say the same, so many are printed."""
_SHOWN = 50
"""Findings that are printed; --json gives all."""


@click.command()
@command(
    click.option("--deep", is_flag=True, help="Open everything that this device's keys open, too."),
)
def verify(session: Session, deep: bool) -> None:
    """Check the archive; --deep opens everything.

    The ledger, the grants, and that every object is there. With --deep every object is read, opened
    and compared with its record: that takes a passphrase and as long as reading the whole archive.
    Ends with 0 only if all is well.
    """
    from sviedka import kinds
    from sviedka.keep.archive import archive_id
    from sviedka.keep.verify import Holder, verify

    path = session.path()
    if not deep:
        report = verify(path)
    else:
        archive = archive_id(session.log())
        holder = Holder(*session.device(archive))
        with session.progress("Verifying") as progress:
            report = verify(path, holder=holder, check=kinds.check_known, progress=progress)
    show(session, report)


@click.command()
@command()
def scrub(session: Session) -> None:
    """Check every stored byte without any key.

    Each object is read and compared with the ledger. Ends with 0 only if all is well.
    """
    from sviedka.keep.verify import Depth, verify

    with session.progress("Scrubbing") as progress:
        report = verify(session.path(), Depth.HASHES, progress=progress)
    show(session, report)


def show(session: Session, report: Report) -> None:
    """Give a report, and end with the exit status that it deserves."""
    result: dict[str, Any] = {
        "archive": report.archive,
        "attested": report.attested,
        "alone_since": report.alone_since,
        "clean": report.clean,
        "counts": asdict(report.counts),
        "findings": [asdict(each) for each in report.findings],
        "head": {"root": report.head.root, "size": report.head.size},
        "intact": report.intact,
        "outside": [asdict(each) for each in report.outside],
    }
    session.show(result, *_lines(report))
    if not report.clean:
        sys.exit(4 if not report.intact else 1)


def _lines(report: Report) -> list[str]:
    counts = report.counts
    stored = f"{words.count(counts.grants, 'grant file')}, {words.count(counts.objects, 'object')}"
    lines = [f"{words.count(counts.entries, 'entry')}, {stored}; {words.size(counts.read)} read."]
    if counts.originals or counts.records:
        opened = words.count(counts.originals, "original")
        lines.append(f"Opened: {opened} and {words.count(counts.records, 'record')}.")
    if counts.closed:
        closed = words.count(counts.closed, "object")
        lines.append(f"Under keys that this device does not hold: {closed}.")
    lines += _findings(report)
    lines += [
        f"Head {each.size} is attested by {each.file}"
        + (f" at {words.moment(each.time)} UTC" if each.time else "")
        for each in report.outside
    ]
    if report.alone_since:
        lines.append(
            f"Since {report.alone_since} nobody outside has seen this ledger; "
            "its owner could rewrite it from there on (`sviedka witness`)."
        )
    lines.append(_verdict(report))
    return lines


def _findings(report: Report) -> Iterator[str]:
    """What was found, the worst first; of notes that say the same, a few."""
    alike: dict[str, list[Finding]] = {}
    for each in sorted(report.findings, key=lambda each: _WORST_FIRST.index(each.severity)):
        # Whatever is more than a note is named one by one.
        key = each.what if each.severity == "note" else f"{each.where}: {each.what}"
        alike.setdefault(key, []).append(each)
    shown = [each for same in alike.values() for each in same[:_SAMPLES]]
    for each in shown[:_SHOWN]:
        yield f"{each.severity.upper()}: {words.plain(str(each))}"
    more = len(report.findings) - len(shown[:_SHOWN])
    if more:
        yield f"… and {more:,} more like these; --json lists them all."


def _verdict(report: Report) -> str:
    if report.clean:
        size = words.count(report.head.size, "entry")
        return f"All is well. Head: {size}, root {report.head.root}"
    if report.intact:
        return "Nothing is damaged, but look at the warnings."
    return "DAMAGED: not everything is what the ledger says."
